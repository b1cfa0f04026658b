"""Half squared error."""

from typing import Any, ClassVar

import numpy as np

from netbuilder.declare import register
from netbuilder.engine.algebra.expression import Expression, Number
from netbuilder.engine.algebra.matrices import Total
from netbuilder.engine.loss import Loss, over_samples
from netbuilder.engine.operation import Array, Builder, Call
from netbuilder.engine.scope import Scope


@register
class HalfSquaredError(Loss, frozen=True):
    """Computes J = sum over outputs of 1/2 (y - t)^2, averaged over the batch."""

    title: ClassVar[str] = "Half SE"
    summary: ClassVar[str] = "Half squared error: its derivative is simply output minus target."
    advice: ClassVar[str] = (
        "The squared error of the textbooks, whose gradient is simply output minus target. "
        "Behaves like MSE otherwise."
    )
    formula: ClassVar[str] = r"J = \frac{1}{m} \sum \frac{1}{2} (\hat{y} - y)^2"
    gradient_formula: ClassVar[str] = (
        r"\frac{\partial J}{\partial \hat{y}} = \frac{1}{m} (\hat{y} - y)"
    )
    keywords: ClassVar[tuple[str, ...]] = ("half squared error", "regression", "1/2")

    def value(self, build: Builder, y: Any, t: Any, out: Array) -> list[Call]:
        d = build.empty(*y.shape)
        half = build.scalar(0.5 / build.m)
        return [
            build.bind(np.subtract, y, t, d),
            build.bind(np.multiply, d, d, d),
            build.bind(np.sum, d, out=out),
            build.bind(np.multiply, out, half, out),
        ]

    def gradient(self, build: Builder, y: Any, t: Any, out: Array) -> list[Call]:
        factor = build.scalar(1.0 / build.m)
        return [build.bind(np.subtract, y, t, out), build.bind(np.multiply, out, factor, out)]

    def write_value(self, scope: Scope, y: Expression, t: Expression) -> Expression:
        half = Number(0.5, r"\frac{1}{2}", "1/2", latex=r"\frac{1}{2}", plain="1/2")
        return over_samples(scope) * Total(half * (y - t) ** 2)

    def write_gradient(self, scope: Scope, y: Expression, t: Expression) -> Expression:
        return over_samples(scope) * (y - t)
