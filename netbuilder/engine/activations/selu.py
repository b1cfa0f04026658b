"""The scaled exponential linear unit."""

from typing import Any, ClassVar

import numpy as np

from netbuilder.declare import register
from netbuilder.engine.activation import Activation
from netbuilder.engine.algebra.expression import Choice, Expression, Number
from netbuilder.engine.algebra.functions import exp, expm1
from netbuilder.engine.elementary import exponential_branch, exponential_slope
from netbuilder.engine.operation import Array, Builder, Call

# The fixed point of mean 0 and variance 1, solved in the paper's appendix.
ALPHA = 1.6732632423543772848170429916717
SCALE = 1.0507009873554804934193349852946


@register
class SELU(Activation, frozen=True):
    """Computes h = s z where z > 0, and s alpha (exp(z) - 1) elsewhere; Klambauer et al. (2017)."""

    title: ClassVar[str] = "SELU"
    summary: ClassVar[str] = "An ELU scaled so that signals keep mean 0 and spread 1 by themselves."
    advice: ClassVar[str] = (
        "For deep chains of Dense layers without normalisation, started from LeCun normal: "
        "signals then keep their size by themselves. Elsewhere it is no better than ELU."
    )
    formula: ClassVar[str] = r"h = s z \;(z > 0),\; s \alpha (e^z - 1) \;(z \leq 0)"
    derivative_formula: ClassVar[str] = r"f'(z) = s \;(z > 0),\; s \alpha e^z \;(z \leq 0)"
    range: ClassVar[str] = "above -1.758"
    saturates: ClassVar[tuple[float, ...]] = (-SCALE * ALPHA,)
    keywords: ClassVar[tuple[str, ...]] = ("scaled exponential linear unit", "self-normalising")

    def forward(self, build: Builder, z: Any, h: Array) -> list[Call]:
        calls = exponential_branch(build, z, ALPHA, h)
        return [*calls, build.bind(np.multiply, h, build.scalar(SCALE), h)]

    def derivative(self, build: Builder, z: Any, h: Array, out: Array) -> list[Call]:
        calls = exponential_slope(build, z, ALPHA, out)
        return [*calls, build.bind(np.multiply, out, build.scalar(SCALE), out)]

    def write(self, z: Expression) -> Expression:
        return Number(SCALE, "s") * Choice(z, z, Number(ALPHA, r"\alpha", "α") * expm1(z))

    def write_slope(self, z: Expression, h: Expression) -> Expression:
        return Number(SCALE, "s") * Choice(z, 1.0, Number(ALPHA, r"\alpha", "α") * exp(z))
