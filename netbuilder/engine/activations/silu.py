"""The sigmoid linear unit, also called swish."""

from typing import Annotated, Any, ClassVar

import numpy as np

from netbuilder.declare import Meta, register
from netbuilder.engine.activation import Activation
from netbuilder.engine.algebra import functions as f
from netbuilder.engine.algebra.expression import Expression, Number
from netbuilder.engine.elementary import sigmoid
from netbuilder.engine.operation import Array, Builder, Call


@register
class SiLU(Activation, frozen=True):
    """Computes h = z s(beta z), s being the logistic sigmoid."""

    title: ClassVar[str] = "SiLU"
    summary: ClassVar[str] = "Swish: the input times its sigmoid; a smooth ReLU with a small dip."
    advice: ClassVar[str] = (
        "A smooth ReLU with a dip below zero, for deep networks. Small networks rarely notice"
        " the difference to ReLU."
    )
    formula: ClassVar[str] = r"h = z \sigma(\beta z) = \frac{z}{1 + e^{-\beta z}}"
    derivative_formula: ClassVar[str] = (
        r"f'(z) = \sigma(\beta z) + \beta h \left( 1 - \sigma(\beta z) \right)"
    )
    range: ClassVar[str] = "-0.28 / beta and above"
    saturates: ClassVar[tuple[float, ...]] = (0.0,)
    keywords: ClassVar[tuple[str, ...]] = ("swish", "sigmoid linear unit")

    beta: Annotated[
        float,
        Meta(
            ge=0,
            le=100,
            title="Beta",
            description="How sharp the bend is: 0 is half a straight line, large values come near"
            " to ReLU.",
            extra={"step": 0.1},
        ),
    ] = 1.0

    def forward(self, build: Builder, z: Any, h: Array) -> list[Call]:
        return [
            build.bind(np.multiply, z, build.scalar(self.beta), h),
            *sigmoid(build, h, h),
            build.bind(np.multiply, h, z, h),
        ]

    def derivative(self, build: Builder, z: Any, h: Array, out: Array) -> list[Call]:
        # s + (1 - s) s u with u = beta z
        beta, one = build.scalar(self.beta), build.scalar(1.0)
        s, u = build.empty(*out.shape), build.empty(*out.shape)
        return [
            build.bind(np.multiply, z, beta, u),
            *sigmoid(build, u, s),
            build.bind(np.subtract, one, s, out),
            build.bind(np.multiply, s, u, u),
            build.bind(np.multiply, out, u, out),
            build.bind(np.add, out, s, out),
        ]

    def write(self, z: Expression) -> Expression:
        return z * f.sigmoid(Number(self.beta, r"\beta", "β") * z)

    def write_slope(self, z: Expression, h: Expression) -> Expression:
        beta = Number(self.beta, r"\beta", "β")
        s = f.sigmoid(beta * z)
        return s + beta * h * (1.0 - s)
