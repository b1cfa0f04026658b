"""The rectified linear unit."""

from typing import Any, ClassVar

import numpy as np

from netbuilder.declare import register
from netbuilder.engine.activation import Activation
from netbuilder.engine.algebra.expression import Choice, Expression, larger
from netbuilder.engine.operation import Array, Builder, Call


@register
class ReLU(Activation, frozen=True):
    """Computes h = max(0, z); the derivative at 0 is taken as 0."""

    title: ClassVar[str] = "ReLU"
    summary: ClassVar[str] = "Cuts off below zero. Quick to learn; a unit can die."
    advice: ClassVar[str] = (
        "The usual choice for hidden layers, deep ones above all: cheap, and its slope does "
        "not fade. A unit that is never positive learns nothing more; if many die, try Leaky "
        "ReLU or a smaller learning rate."
    )
    formula: ClassVar[str] = r"h = \max(0, z)"
    derivative_formula: ClassVar[str] = r"f'(z) = 1 \;(z > 0),\; 0 \;(z \leq 0)"
    range: ClassVar[str] = "0 and above"
    saturates: ClassVar[tuple[float, ...]] = (0.0,)
    keywords: ClassVar[tuple[str, ...]] = ("rectifier", "rectified linear")
    derivative_from_output: ClassVar[bool] = True

    def forward(self, build: Builder, z: Any, h: Array) -> list[Call]:
        return [build.bind(np.maximum, z, build.scalar(0.0), out=h)]

    def derivative(self, build: Builder, z: Any, h: Array, out: Array) -> list[Call]:
        # h is never negative, so its sign is 1 where the unit is active and 0 elsewhere.
        return [build.bind(np.sign, h, out)]

    def write(self, z: Expression) -> Expression:
        return larger(0.0, z)

    def write_slope(self, z: Expression, h: Expression) -> Expression:
        return Choice(z, 1.0, 0.0)
