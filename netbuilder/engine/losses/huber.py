"""The Huber loss."""

from typing import Annotated, Any, ClassVar

import numpy as np

from netbuilder.declare import Meta, register
from netbuilder.engine.algebra.expression import Choice, Expression, Number, larger, smaller
from netbuilder.engine.algebra.functions import absolute
from netbuilder.engine.algebra.matrices import Total
from netbuilder.engine.algebra.symbol import Symbol
from netbuilder.engine.loss import Loss, over_all
from netbuilder.engine.operation import Array, Builder, Call
from netbuilder.engine.scope import Scope


@register
class Huber(Loss, frozen=True):
    """Computes J = mean over all elements of d^2 / 2 where |d| <= delta, and of
    delta (|d| - delta / 2) beyond, with d = y - t; Huber (1964)."""

    title: ClassVar[str] = "Huber"
    summary: ClassVar[str] = "Squares small errors and takes large ones as they are."
    advice: ClassVar[str] = (
        "Between MSE and MAE: smooth near the goal, unmoved by outliers. Choose delta about "
        "as large as an error that is still normal."
    )
    formula: ClassVar[str] = (
        r"J = \frac{1}{mk} \sum \frac{1}{2} d^2 \;(|d| \leq \delta),\;"
        r" \delta (|d| - \frac{\delta}{2}) \;(|d| > \delta),\; d = \hat{y} - y"
    )
    gradient_formula: ClassVar[str] = (
        r"\frac{\partial J}{\partial \hat{y}} ="
        r" \frac{1}{mk} \max \left( -\delta, \min(\delta, d) \right)"
    )
    keywords: ClassVar[tuple[str, ...]] = ("smooth l1", "regression", "robust", "outliers")

    delta: Annotated[
        float,
        Meta(
            gt=0,
            le=1e6,
            title="Delta",
            description="Errors up to this size are squared.",
            extra={"step": 0.1},
        ),
    ] = 1.0

    def value(self, build: Builder, y: Any, t: Any, out: Array) -> list[Call]:
        # With c = d cut off at delta, both branches are c (d - c / 2).
        d, c = build.empty(*y.shape), build.empty(*y.shape)
        return [
            *self._cut(build, y, t, d, c),
            build.bind(np.multiply, c, d, d),
            build.bind(np.multiply, c, c, c),
            build.bind(np.multiply, c, build.scalar(0.5), c),
            build.bind(np.subtract, d, c, d),
            build.bind(np.mean, d, out=out),
        ]

    def gradient(self, build: Builder, y: Any, t: Any, out: Array) -> list[Call]:
        factor = build.scalar(1.0 / out.size)
        return [
            *self._cut(build, y, t, out, out),
            build.bind(np.multiply, out, factor, out),
        ]

    def _cut(self, build: Builder, y: Any, t: Any, d: Array, c: Array) -> list[Call]:
        return [
            build.bind(np.subtract, y, t, d),
            build.bind(np.minimum, d, build.scalar(self.delta), out=c),
            build.bind(np.maximum, c, build.scalar(-self.delta), out=c),
        ]

    def write_value(self, scope: Scope, y: Expression, t: Expression) -> Expression:
        delta = Number(self.delta, r"\delta", "δ")
        half = Number(0.5, r"\frac{1}{2}", "1/2", latex=r"\frac{1}{2}", plain="1/2")
        size = scope.let("size", Symbol("d"), absolute(y - t))
        far = delta * (size - half * delta)
        return over_all(y) * Total(Choice(size, far, half * size**2, low=self.delta))

    def write_gradient(self, scope: Scope, y: Expression, t: Expression) -> Expression:
        delta = Number(self.delta, r"\delta", "δ")
        return over_all(y) * larger(-delta, smaller(delta, y - t))
