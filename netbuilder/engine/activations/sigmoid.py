"""The logistic sigmoid."""

from typing import Any, ClassVar

import numpy as np

from netbuilder.declare import register
from netbuilder.engine.activation import Activation
from netbuilder.engine.algebra.expression import Expression
from netbuilder.engine.algebra.functions import exp
from netbuilder.engine.elementary import sigmoid
from netbuilder.engine.operation import Array, Builder, Call


@register
class Sigmoid(Activation, frozen=True):
    """Computes h = 1 / (1 + exp(-z))."""

    title: ClassVar[str] = "Sigmoid"
    summary: ClassVar[str] = "Squeezes any number into 0 to 1: a probability. Saturates far out."
    advice: ClassVar[str] = (
        "As the last activation for a yes-or-no answer, with BCE. Inside a deep network it "
        "lets gradients vanish: its slope is at most 0.25. Use ReLU or Tanh there."
    )
    formula: ClassVar[str] = r"h = \frac{1}{1 + e^{-z}}"
    derivative_formula: ClassVar[str] = r"f'(z) = h (1 - h)"
    range: ClassVar[str] = "0 to 1"
    saturates: ClassVar[tuple[float, ...]] = (0.0, 1.0)
    sign: ClassVar[str] = r"\sigma"
    keywords: ClassVar[tuple[str, ...]] = ("logistic", "probability", "squash")
    derivative_from_output: ClassVar[bool] = True

    def forward(self, build: Builder, z: Any, h: Array) -> list[Call]:
        return sigmoid(build, z, h)

    def derivative(self, build: Builder, z: Any, h: Array, out: Array) -> list[Call]:
        one = build.scalar(1.0)
        return [build.bind(np.subtract, one, h, out), build.bind(np.multiply, out, h, out)]

    def write(self, z: Expression) -> Expression:
        return 1.0 / (1.0 + exp(-z))

    def write_slope(self, z: Expression, h: Expression) -> Expression:
        return h * (1.0 - h)
