"""The exponential linear unit."""

from typing import Annotated, Any, ClassVar

from netbuilder.declare import Meta, register
from netbuilder.engine.activation import Activation
from netbuilder.engine.algebra.expression import Choice, Expression, Number
from netbuilder.engine.algebra.functions import exp, expm1
from netbuilder.engine.elementary import exponential_branch, exponential_slope
from netbuilder.engine.operation import Array, Builder, Call


@register
class ELU(Activation, frozen=True):
    """Computes h = z where z > 0, else alpha (exp(z) - 1); the derivative at 0 is alpha."""

    title: ClassVar[str] = "ELU"
    summary: ClassVar[str] = "Straight above zero, bending smoothly to a negative floor below."
    advice: ClassVar[str] = (
        "Like ReLU, but smooth and with outputs round zero, which often speeds learning up a "
        "little. It costs an exponential for each unit."
    )
    formula: ClassVar[str] = r"h = z \;(z > 0),\; \alpha (e^z - 1) \;(z \leq 0)"
    derivative_formula: ClassVar[str] = r"f'(z) = 1 \;(z > 0),\; \alpha e^z \;(z \leq 0)"
    range: ClassVar[str] = "above -alpha"
    saturates: ClassVar[tuple[float, ...]] = (-1.0,)  # times alpha: see `levels`
    keywords: ClassVar[tuple[str, ...]] = ("exponential linear unit",)

    alpha: Annotated[
        float,
        Meta(
            ge=0,
            le=100,
            title="Alpha",
            description="Depth of the floor below zero.",
            extra={"step": 0.1},
        ),
    ] = 1.0

    def levels(self) -> tuple[float, ...]:
        return (-self.alpha,)

    def forward(self, build: Builder, z: Any, h: Array) -> list[Call]:
        return exponential_branch(build, z, self.alpha, h)

    def derivative(self, build: Builder, z: Any, h: Array, out: Array) -> list[Call]:
        # alpha exp(z) would also be h + alpha, but that cancels where the unit saturates.
        return exponential_slope(build, z, self.alpha, out)

    def write(self, z: Expression) -> Expression:
        return Choice(z, z, Number(self.alpha, r"\alpha", "α") * expm1(z))

    def write_slope(self, z: Expression, h: Expression) -> Expression:
        return Choice(z, 1.0, Number(self.alpha, r"\alpha", "α") * exp(z))
