"""The leaky rectified linear unit."""

from typing import Annotated, Any, ClassVar

import numpy as np

from netbuilder.declare import Meta, register
from netbuilder.engine.activation import Activation
from netbuilder.engine.algebra.expression import Choice, Expression, Number, larger
from netbuilder.engine.operation import Array, Builder, Call


@register
class LeakyReLU(Activation, frozen=True):
    """Computes h = z where z > 0, and slope * z elsewhere; the derivative at 0 is the slope."""

    title: ClassVar[str] = "Leaky ReLU"
    summary: ClassVar[str] = "A ReLU with a gentle slope below zero, so that no unit dies."
    advice: ClassVar[str] = (
        "Where ReLU units die: the small slope on the left lets them come back. Otherwise "
        "like ReLU."
    )
    formula: ClassVar[str] = r"h = \max(a z, z)"
    derivative_formula: ClassVar[str] = r"f'(z) = 1 \;(z > 0),\; a \;(z \leq 0)"
    range: ClassVar[str] = "all numbers"
    keywords: ClassVar[tuple[str, ...]] = ("rectifier", "lrelu", "parametric")
    derivative_from_output: ClassVar[bool] = True

    slope: Annotated[
        float,
        Meta(
            ge=0,
            le=1,
            title="Slope",
            description="Slope a below zero: 0 is ReLU, 1 a straight line.",
            extra={"step": 0.05},
        ),
    ] = 0.1

    def forward(self, build: Builder, z: Any, h: Array) -> list[Call]:
        return [
            build.bind(np.multiply, z, build.scalar(self.slope), h),
            build.bind(np.maximum, h, z, out=h),
        ]

    def derivative(self, build: Builder, z: Any, h: Array, out: Array) -> list[Call]:
        # h and z have one sign, and where the slope is 0 h is so too.
        return [
            build.bind(np.heaviside, h, build.scalar(0.0), out),
            build.bind(np.maximum, out, build.scalar(self.slope), out=out),
        ]

    def write(self, z: Expression) -> Expression:
        return larger(Number(self.slope, "a") * z, z)

    def write_slope(self, z: Expression, h: Expression) -> Expression:
        return Choice(z, 1.0, Number(self.slope, "a"))
