"""The smooth rectifier."""

from typing import Any, ClassVar

import numpy as np

from netbuilder.declare import register
from netbuilder.engine.activation import Activation
from netbuilder.engine.algebra.expression import Expression
from netbuilder.engine.algebra.functions import sigmoid, softplus
from netbuilder.engine.operation import Array, Builder, Call


@register
class Softplus(Activation, frozen=True):
    """Computes h = log(1 + exp(z))."""

    title: ClassVar[str] = "Softplus"
    summary: ClassVar[str] = "A ReLU with a rounded corner; its slope is the sigmoid."
    advice: ClassVar[str] = (
        "A smooth ReLU: where the output must be positive, or where a kink would disturb. As "
        "a hidden layer it learns more slowly than ReLU."
    )
    formula: ClassVar[str] = r"h = \log(1 + e^z)"
    derivative_formula: ClassVar[str] = r"f'(z) = \frac{1}{1 + e^{-z}} = 1 - e^{-h}"
    range: ClassVar[str] = "above 0"
    saturates: ClassVar[tuple[float, ...]] = (0.0,)
    keywords: ClassVar[tuple[str, ...]] = ("smooth relu", "rectifier")
    derivative_from_output: ClassVar[bool] = True

    def forward(self, build: Builder, z: Any, h: Array) -> list[Call]:
        return [build.bind(np.logaddexp, z, build.scalar(0.0), h)]

    def derivative(self, build: Builder, z: Any, h: Array, out: Array) -> list[Call]:
        return [
            build.bind(np.negative, h, out),
            build.bind(np.expm1, out, out),
            build.bind(np.negative, out, out),
        ]

    def write(self, z: Expression) -> Expression:
        return softplus(z)

    def write_slope(self, z: Expression, h: Expression) -> Expression:
        return sigmoid(z)
