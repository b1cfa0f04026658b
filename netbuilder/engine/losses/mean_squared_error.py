"""Mean squared error."""

from typing import Any, ClassVar

import numpy as np

from netbuilder.declare import register
from netbuilder.engine.algebra.expression import Expression
from netbuilder.engine.algebra.matrices import Total
from netbuilder.engine.loss import Loss, over_all
from netbuilder.engine.operation import Array, Builder, Call
from netbuilder.engine.scope import Scope


@register
class MeanSquaredError(Loss, frozen=True):
    """Computes J = mean over all elements of (y - t)^2."""

    title: ClassVar[str] = "MSE"
    summary: ClassVar[str] = "Mean squared error: the usual loss of a regression."
    advice: ClassVar[str] = (
        "For predicting numbers. Large errors count most, so a few wild targets rule it: use "
        "Huber or MAE then. Behind a Sigmoid it learns slowly when it is wrong; use BCE."
    )
    formula: ClassVar[str] = r"J = \frac{1}{mk} \sum (\hat{y} - y)^2"
    gradient_formula: ClassVar[str] = (
        r"\frac{\partial J}{\partial \hat{y}} = \frac{2}{mk} (\hat{y} - y)"
    )
    keywords: ClassVar[tuple[str, ...]] = ("mean squared error", "regression", "l2")

    def value(self, build: Builder, y: Any, t: Any, out: Array) -> list[Call]:
        d = build.empty(*y.shape)
        return [
            build.bind(np.subtract, y, t, d),
            build.bind(np.multiply, d, d, d),
            build.bind(np.mean, d, out=out),
        ]

    def gradient(self, build: Builder, y: Any, t: Any, out: Array) -> list[Call]:
        factor = build.scalar(2.0 / out.size)
        return [build.bind(np.subtract, y, t, out), build.bind(np.multiply, out, factor, out)]

    def write_value(self, scope: Scope, y: Expression, t: Expression) -> Expression:
        return over_all(y) * Total((y - t) ** 2)

    def write_gradient(self, scope: Scope, y: Expression, t: Expression) -> Expression:
        return over_all(y) * (2.0 * (y - t))
