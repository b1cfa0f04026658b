"""The hyperbolic tangent."""

from typing import Any, ClassVar

import numpy as np

from netbuilder.declare import register
from netbuilder.engine.activation import Activation
from netbuilder.engine.algebra.expression import Expression
from netbuilder.engine.algebra.functions import TANH, Function
from netbuilder.engine.operation import Array, Builder, Call


@register
class Tanh(Activation, frozen=True):
    """Computes h = tanh(z)."""

    title: ClassVar[str] = "Tanh"
    summary: ClassVar[str] = "An S-curve from -1 to 1, centred on zero. Saturates far out."
    advice: ClassVar[str] = (
        "A good choice for the hidden layers of small networks: centred on zero and smooth. "
        "In deep networks it saturates and gradients fade; use ReLU there."
    )
    formula: ClassVar[str] = r"h = \tanh(z)"
    derivative_formula: ClassVar[str] = r"f'(z) = 1 - h^2"
    range: ClassVar[str] = "-1 to 1"
    saturates: ClassVar[tuple[float, ...]] = (-1.0, 1.0)
    sign: ClassVar[str] = r"\tanh"
    keywords: ClassVar[tuple[str, ...]] = ("hyperbolic tangent", "squash")
    derivative_from_output: ClassVar[bool] = True

    def forward(self, build: Builder, z: Any, h: Array) -> list[Call]:
        return [build.bind(np.tanh, z, h)]

    def derivative(self, build: Builder, z: Any, h: Array, out: Array) -> list[Call]:
        one = build.scalar(1.0)
        return [build.bind(np.multiply, h, h, out), build.bind(np.subtract, one, out, out)]

    def function(self) -> Function:
        return TANH

    def write_slope(self, z: Expression, h: Expression) -> Expression:
        return 1.0 - h**2
