"""Mean absolute error."""

from typing import Any, ClassVar

import numpy as np

from netbuilder.declare import register
from netbuilder.engine.algebra.expression import Expression
from netbuilder.engine.algebra.functions import absolute, sign
from netbuilder.engine.algebra.matrices import Total
from netbuilder.engine.loss import Loss, over_all
from netbuilder.engine.operation import Array, Builder, Call
from netbuilder.engine.scope import Scope


@register
class MeanAbsoluteError(Loss, frozen=True):
    """Computes J = mean over all elements of |y - t|; its slope at y = t is taken as 0."""

    title: ClassVar[str] = "MAE"
    summary: ClassVar[str] = "Mean absolute error: for regressions with a few wild targets."
    advice: ClassVar[str] = (
        "For predicting numbers with outliers among the targets. Its gradient does not shrink"
        " near the goal, so lower the learning rate towards the end."
    )
    formula: ClassVar[str] = r"J = \frac{1}{mk} \sum | \hat{y} - y |"
    gradient_formula: ClassVar[str] = (
        r"\frac{\partial J}{\partial \hat{y}} = \frac{1}{mk} \mathrm{sign} (\hat{y} - y)"
    )
    keywords: ClassVar[tuple[str, ...]] = ("mean absolute error", "regression", "l1")

    def value(self, build: Builder, y: Any, t: Any, out: Array) -> list[Call]:
        d = build.empty(*y.shape)
        return [
            build.bind(np.subtract, y, t, d),
            build.bind(np.abs, d, d),
            build.bind(np.mean, d, out=out),
        ]

    def gradient(self, build: Builder, y: Any, t: Any, out: Array) -> list[Call]:
        factor = build.scalar(1.0 / out.size)
        return [
            build.bind(np.subtract, y, t, out),
            build.bind(np.sign, out, out),
            build.bind(np.multiply, out, factor, out),
        ]

    def write_value(self, scope: Scope, y: Expression, t: Expression) -> Expression:
        return over_all(y) * Total(absolute(y - t))

    def write_gradient(self, scope: Scope, y: Expression, t: Expression) -> Expression:
        return over_all(y) * sign(y - t)
