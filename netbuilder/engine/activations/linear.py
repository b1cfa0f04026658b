"""The identity."""

from typing import Any, ClassVar

import numpy as np

from netbuilder.declare import register
from netbuilder.engine.activation import Activation
from netbuilder.engine.algebra.expression import Expression, Number
from netbuilder.engine.operation import Array, Builder, Call


@register
class Linear(Activation, frozen=True):
    """Computes h = z."""

    title: ClassVar[str] = "Linear"
    summary: ClassVar[str] = "Passes its input on unchanged; for the output of a regression."
    advice: ClassVar[str] = (
        "As the output of a network that predicts numbers. Between hidden layers it changes "
        "nothing, so it teaches nothing."
    )
    formula: ClassVar[str] = r"h = z"
    derivative_formula: ClassVar[str] = r"f'(z) = 1"
    range: ClassVar[str] = "all numbers"
    keywords: ClassVar[tuple[str, ...]] = ("identity", "none")
    derivative_from_output: ClassVar[bool] = True

    def forward(self, build: Builder, z: Any, h: Array) -> list[Call]:
        return [build.bind(np.positive, z, h)]

    def derivative(self, build: Builder, z: Any, h: Array, out: Array) -> list[Call]:
        return [build.bind(out.fill, 1.0)]

    def write(self, z: Expression) -> Expression:
        return z

    def write_slope(self, z: Expression, h: Expression) -> Expression:
        return Number(1.0)
