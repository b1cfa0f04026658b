"""The rectified linear unit with a ceiling."""

from typing import Any, ClassVar

import numpy as np

from netbuilder.declare import register
from netbuilder.engine.activation import Activation
from netbuilder.engine.algebra.expression import Choice, Expression, larger, smaller
from netbuilder.engine.operation import Array, Builder, Call


@register
class ReLU6(Activation, frozen=True):
    """Computes h = min(max(0, z), 6); the derivative at 0 and at 6 is taken as 0."""

    title: ClassVar[str] = "ReLU6"
    summary: ClassVar[str] = "A ReLU that goes no higher than 6, for low precision."
    advice: ClassVar[str] = (
        "ReLU with a ceiling, for numbers of low precision. Without that need ReLU learns "
        "faster, as the ceiling saturates."
    )
    formula: ClassVar[str] = r"h = \min(\max(0, z), 6)"
    derivative_formula: ClassVar[str] = r"f'(z) = 1 \;(0 < z < 6),\; 0 \;\mathrm{otherwise}"
    range: ClassVar[str] = "0 to 6"
    saturates: ClassVar[tuple[float, ...]] = (0.0, 6.0)
    keywords: ClassVar[tuple[str, ...]] = ("rectifier", "clipped", "bounded")
    derivative_from_output: ClassVar[bool] = True

    def forward(self, build: Builder, z: Any, h: Array) -> list[Call]:
        return [
            build.bind(np.maximum, z, build.scalar(0.0), out=h),
            build.bind(np.minimum, h, build.scalar(6.0), out=h),
        ]

    def derivative(self, build: Builder, z: Any, h: Array, out: Array) -> list[Call]:
        # h (6 - h) is positive between the two bends and 0 at and beyond them.
        return [
            build.bind(np.subtract, build.scalar(6.0), h, out),
            build.bind(np.multiply, out, h, out),
            build.bind(np.sign, out, out),
        ]

    def write(self, z: Expression) -> Expression:
        return smaller(larger(0.0, z), 6.0)

    def write_slope(self, z: Expression, h: Expression) -> Expression:
        return Choice(z, 1.0, 0.0, high=6.0)
