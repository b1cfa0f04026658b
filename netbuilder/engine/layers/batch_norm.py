"""Batch normalisation."""

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar

import numpy as np

from netbuilder.declare import Meta, register
from netbuilder.engine.algebra.expression import Expression
from netbuilder.engine.initializers.ones import Ones
from netbuilder.engine.initializers.zeros import Zeros
from netbuilder.engine.normalising import backward, normalise, write_backward, write_forward
from netbuilder.engine.operation import (
    Array,
    Builder,
    Call,
    Kernel,
    Operation,
    ParameterSpec,
    Ports,
)
from netbuilder.engine.scope import Scope, Written


@register
class BatchNorm(Operation, frozen=True):
    """Computes y = gamma (x - mean) / sqrt(var + eps) + beta; Ioffe and Szegedy (2015).

    In training mean and var (mean squared deviation) are those of each unit over the batch; a
    prediction uses the running ones instead, `mean` and `var` (n,), which follow by
    running += momentum (batch - running), the variance with its unbiased estimate
    sum of squares / (m - 1). A batch of one sample tells nothing about the spread: it leaves the
    running variance alone, and its own output is beta.
    """

    title: ClassVar[str] = "Batch norm"
    summary: ClassVar[str] = (
        "Centres and scales each unit over the batch: signals keep their size, learning is calm."
    )
    advice: ClassVar[str] = (
        "Between a Dense layer and its activation in a deep network, with batches of some 16 "
        "samples or more. In small batches its averages are noise: use Layer norm there."
    )
    formula: ClassVar[str] = (
        r"y = \gamma \, \frac{x - \mu_{B}}{\sqrt{\sigma_{B}^2 + \epsilon}} + \beta"
    )
    kind: ClassVar[str] = "normalisation"
    letter: ClassVar[str] = "N"
    keywords: ClassVar[tuple[str, ...]] = ("batch normalization", "standardise", "BN", "running")

    momentum: Annotated[
        float,
        Meta(
            gt=0,
            le=1,
            title="Momentum",
            description="Share by which the running mean and variance, which predictions use, move"
            " to those of each batch.",
            extra={"step": 0.05},
        ),
    ] = 0.1
    eps: Annotated[
        float,
        Meta(
            gt=0,
            le=1,
            title="Epsilon",
            description="Added to the variance, so that nothing is divided by 0.",
            extra={"log": True, "advanced": True},
        ),
    ] = 1e-5
    affine: Annotated[
        bool,
        Meta(
            title="Scale and shift",
            description="Learns a factor (gamma) and an offset (beta) for each unit.",
        ),
    ] = True

    def parameters(self, inputs: Sequence[int]) -> Mapping[str, ParameterSpec]:
        shape = (inputs[0],)
        specs = {}
        if self.affine:
            specs["gamma"] = ParameterSpec(shape, Ones(), decays=False)
            specs["beta"] = ParameterSpec(shape, Zeros(), decays=False)
        specs["mean"] = ParameterSpec(shape, Zeros(), decays=False, learned=False)
        specs["var"] = ParameterSpec(shape, Ones(), decays=False, learned=False)
        return specs

    def is_trainable(self) -> bool:
        return self.affine

    def kernel(self, build: Builder, ports: Ports) -> Kernel:
        if build.mode == "predict":
            return Kernel(self._predict(build, ports))
        n, m = ports.output.value.shape
        x = ports.inputs[0].value
        mean, var, inverse = (build.empty(n, 1) for _ in range(3))
        xhat = build.empty(n, m)
        calls = normalise(build, x, mean, var, inverse, xhat, self.eps, axis=1, count=m)
        if build.mode == "train":
            calls += self._follow(build, ports, mean, var)
        y = ports.output.value
        if self.affine:
            gamma, beta = (ports.params[name].reshape(n, 1) for name in ("gamma", "beta"))
            calls += [build.bind(np.multiply, xhat, gamma, y), build.bind(np.add, y, beta, y)]
        else:
            calls.append(build.bind(np.copyto, y, xhat))
        kernel = Kernel(calls, shown={"mean": mean, "var": var, "xhat": xhat})
        if ports.output_grad is not None:
            kernel.backward = backward(build, ports, xhat, inverse, axis=1, count=m)
        return kernel

    def _follow(self, build: Builder, ports: Ports, mean: Array, var: Array) -> list[Call]:
        """Calls that move the running statistics towards those of the batch."""
        m, n = build.m, len(mean)
        change = build.empty(n, 1)
        momentum = build.scalar(self.momentum)
        running = ports.params["mean"].reshape(n, 1)
        calls: list[Call] = [
            build.bind(np.subtract, mean, running, change),
            build.bind(np.multiply, change, momentum, change),
            build.bind(np.add, running, change, running),
        ]
        if m > 1:
            running = ports.params["var"].reshape(n, 1)
            calls += [
                build.bind(np.multiply, var, build.scalar(m / (m - 1)), change),
                build.bind(np.subtract, change, running, change),
                build.bind(np.multiply, change, momentum, change),
                build.bind(np.add, running, change, running),
            ]
        return calls

    def _predict(self, build: Builder, ports: Ports) -> list[Call]:
        x, y = ports.inputs[0].value, ports.output.value
        n = len(y)
        column = {name: values.reshape(n, 1) for name, values in ports.params.items()}
        scale = build.empty(n, 1)
        calls: list[Call] = [
            build.bind(np.add, column["var"], build.scalar(self.eps), scale),
            build.bind(np.sqrt, scale, scale),
            build.bind(np.subtract, x, column["mean"], y),
            build.bind(np.divide, y, scale, y),
        ]
        if self.affine:
            calls += [
                build.bind(np.multiply, y, column["gamma"], y),
                build.bind(np.add, y, column["beta"], y),
            ]
        return calls

    def write_forward(self, scope: Scope) -> Expression:
        return write_forward(scope, self.eps, "samples")

    def write_backward(self, scope: Scope) -> Written:
        return write_backward(scope, self.eps, "samples")
