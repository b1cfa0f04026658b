"""Gaussian noise."""

from typing import Annotated, ClassVar

import numpy as np

from netbuilder.declare import Meta, register
from netbuilder.engine.algebra.expression import Expression
from netbuilder.engine.operation import Builder, Call, Kernel, Operation, Ports, wide
from netbuilder.engine.scope import Scope, Written


@register
class GaussianNoise(Operation, frozen=True):
    """Computes y = x + e with e ~ N(0, std^2), drawn anew for each step; a prediction adds none."""

    title: ClassVar[str] = "Noise"
    summary: ClassVar[str] = "Adds random numbers in training, so that small changes matter less."
    advice: ClassVar[str] = (
        "Behind the data or a hidden layer, against overfitting and to see how sure a network"
        " is. Too much of it hides what there is to learn."
    )
    formula: ClassVar[str] = r"y = x + e,\; e \sim N(0, \sigma^2)"
    kind: ClassVar[str] = "regularisation"
    letter: ClassVar[str] = "G"
    keywords: ClassVar[tuple[str, ...]] = ("gaussian noise", "jitter", "regularization")
    random: ClassVar[bool] = True

    std: Annotated[
        float,
        Meta(
            ge=0,
            le=1000,
            title="Spread",
            description="Standard deviation of the noise.",
            extra={"step": 0.05},
        ),
    ] = 0.1

    def kernel(self, build: Builder, ports: Ports) -> Kernel:
        x, y = ports.inputs[0].value, ports.output.value
        kernel = Kernel([])
        if ports.output_grad is not None and ports.input_grads[0] is not None:
            kernel.backward = [build.bind(np.copyto, ports.input_grads[0], ports.output_grad)]
        if not build.noisy:
            kernel.forward = [build.bind(np.copyto, y, x)]
            return kernel
        assert ports.rng is not None
        kind = wide(build.dtype)
        drawn = np.zeros(y.shape, kind)
        calls: list[Call] = [
            build.bind(ports.rng.standard_normal, out=drawn, dtype=kind),
            build.bind(np.multiply, drawn, np.array(self.std, kind), drawn),
        ]
        noise = drawn
        if kind != build.dtype:
            noise = build.empty(*y.shape)
            calls.append(build.bind(np.copyto, noise, drawn, casting="same_kind"))
        kernel.forward = [*calls, build.bind(np.add, x, noise, y)]
        kernel.shown["noise"] = noise
        return kernel

    def write_forward(self, scope: Scope) -> Expression:
        return scope.x + scope.given("noise", scope.symbol("E"), scope.shown["noise"])

    def write_backward(self, scope: Scope) -> Written:
        return Written([scope.g])
