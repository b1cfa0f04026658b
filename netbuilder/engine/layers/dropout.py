"""Dropout."""

from typing import Annotated, ClassVar

import numpy as np

from netbuilder.declare import Meta, register
from netbuilder.engine.algebra.expression import Expression
from netbuilder.engine.operation import Builder, Call, Kernel, Operation, Ports, wide
from netbuilder.engine.scope import Scope, Written


@register
class Dropout(Operation, frozen=True):
    """Computes y = x * mask: 0 with probability `rate`, else 1 / (1 - rate); Srivastava (2014).

    The mask (m, n) is drawn anew for each step. The factor keeps the mean, so that a prediction
    passes its input on as it is ("inverted" dropout).
    """

    title: ClassVar[str] = "Dropout"
    summary: ClassVar[str] = (
        "Switches off random units in each training step, so that none is relied on alone."
    )
    advice: ClassVar[str] = (
        "Against overfitting, behind wide hidden layers: 0.2 to 0.5. Not right in front of "
        "the output, and not in a network that does not even fit its training data."
    )
    formula: ClassVar[str] = (
        r"y = \frac{x \, r}{1 - p},\; r = 0 \text{ with probability } p,\text{ else } 1"
    )
    kind: ClassVar[str] = "regularisation"
    letter: ClassVar[str] = "D"
    keywords: ClassVar[tuple[str, ...]] = ("drop", "overfitting", "regularization", "mask")
    random: ClassVar[bool] = True

    rate: Annotated[
        float,
        Meta(
            ge=0,
            le=0.99,
            title="Rate",
            description="Probability with which each unit is switched off.",
            extra={"step": 0.05},
        ),
    ] = 0.5

    def kernel(self, build: Builder, ports: Ports) -> Kernel:
        x, y = ports.inputs[0].value, ports.output.value
        dx = ports.input_grads[0] if ports.output_grad is not None else None
        if not build.noisy:
            kernel = Kernel([build.bind(np.copyto, y, x)])
            if dx is not None:
                kernel.backward = [build.bind(np.copyto, dx, ports.output_grad)]
            return kernel
        assert ports.rng is not None
        kind = wide(build.dtype)
        u = np.zeros(y.shape, kind)
        keep, one = (np.array(v, kind) for v in (1.0 - self.rate, 1.0))
        factor = np.array(1.0 / (1.0 - self.rate), kind)
        # floor(u + keep) is 1 with probability `keep`, else 0; where keep is so near 1 that the sum
        # is rounded to 2, it is brought back to 1.
        calls: list[Call] = [
            build.bind(ports.rng.random, out=u, dtype=kind),
            build.bind(np.add, u, keep, u),
            build.bind(np.floor, u, u),
            build.bind(np.minimum, u, one, out=u),
            build.bind(np.multiply, u, factor, u),
        ]
        mask = u
        if kind != build.dtype:
            mask = build.empty(*y.shape)
            calls.append(build.bind(np.copyto, mask, u, casting="same_kind"))
        kernel = Kernel([*calls, build.bind(np.multiply, x, mask, y)], shown={"mask": mask})
        if dx is not None:
            kernel.backward = [build.bind(np.multiply, ports.output_grad, mask, dx)]
        return kernel

    def write_forward(self, scope: Scope) -> Expression:
        return scope.x * scope.given("mask", scope.symbol("M"), scope.shown["mask"])

    def write_backward(self, scope: Scope) -> Written:
        return Written([scope.g * scope.known["mask"]])
