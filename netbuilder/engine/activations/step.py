"""The hard threshold."""

from typing import Any, ClassVar

import numpy as np

from netbuilder.declare import register
from netbuilder.engine.activation import Activation
from netbuilder.engine.algebra.expression import Choice, Expression, Number
from netbuilder.engine.operation import Array, Builder, Call


@register
class Step(Activation, frozen=True):
    """Computes h = 1 where z > 0, and 0 elsewhere; the derivative is taken as 0 everywhere."""

    title: ClassVar[str] = "Step"
    summary: ClassVar[str] = "Yes or no: 1 above zero, else 0. Its slope is 0: for perceptrons."
    advice: ClassVar[str] = (
        "For the historical perceptron with its own rule. Its slope is zero everywhere, so no"
        " layer before it can learn by gradients."
    )
    formula: ClassVar[str] = r"h = 1 \;(z > 0),\; 0 \;(z \leq 0)"
    derivative_formula: ClassVar[str] = r"f'(z) = 0"
    range: ClassVar[str] = "0 or 1"
    saturates: ClassVar[tuple[float, ...]] = (0.0, 1.0)
    keywords: ClassVar[tuple[str, ...]] = ("threshold", "heaviside", "perceptron", "hard limit")
    derivative_from_output: ClassVar[bool] = True

    def forward(self, build: Builder, z: Any, h: Array) -> list[Call]:
        return [build.bind(np.heaviside, z, build.scalar(0.0), h)]

    def derivative(self, build: Builder, z: Any, h: Array, out: Array) -> list[Call]:
        return [build.bind(out.fill, 0.0)]

    def write(self, z: Expression) -> Expression:
        return Choice(z, 1.0, 0.0)

    def write_slope(self, z: Expression, h: Expression) -> Expression:
        return Number(0.0)
