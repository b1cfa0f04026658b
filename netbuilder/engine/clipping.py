"""What every way to clip the gradient is."""

from collections.abc import Sequence
from typing import Annotated, ClassVar

import numpy as np

from netbuilder.declare import Declared, Meta
from netbuilder.engine.algebra.expression import Expression, Number, Quantity, Sum, larger
from netbuilder.engine.algebra.functions import sqrt
from netbuilder.engine.algebra.matrices import Total
from netbuilder.engine.algebra.symbol import Symbol
from netbuilder.engine.initializer import snake_case
from netbuilder.engine.operation import Array, Builder, Call
from netbuilder.engine.scope import Scope

Limit = Annotated[
    float,
    Meta(
        gt=0,
        le=1e12,
        title="Limit",
        description="The largest size that is let through.",
        extra={"log": True},
    ),
]


class Clipping(Declared, frozen=True, tag=snake_case):
    """Bounds the gradient that the optimizer gets; plots show it as it was."""

    family: ClassVar[str] = "clipping"

    def calls(self, build: Builder, g: Array, out: Array, spans: Sequence[slice]) -> list[Call]:
        """Calls that write the clipped gradient into out and leave g as it is; none, if nothing is
        ever clipped. `spans` are the places of the single parameters in the flat vectors."""
        raise NotImplementedError

    def write(self, scope: Scope, g: Quantity, all_of: Sequence[Quantity]) -> Expression | None:
        """The clipped gradient of one parameter, for a view that takes the step apart; `all_of`
        are the gradients of all parameters. None where nothing is clipped."""
        return None


def write_shortened(scope: Scope, g: Quantity, of: Sequence[Quantity], limit: float) -> Expression:
    """g c / max(|g|, c), with the norm over the given gradients as a line of its own."""
    total = Sum(*(Total(part**2) for part in of)) if len(of) > 1 else Total(of[0] ** 2)
    norm = scope.let("norm", Symbol("norm", sub="" if len(of) > 1 else "g"), sqrt(total))
    top = Number(limit, "c")
    return g * (top / larger(norm, top))


def shorten(build: Builder, g: Array, out: Array, limit: float) -> list[Call]:
    """Calls that write g into out, shortened to the L2 norm `limit` where it is longer."""
    top, norm = build.scalar(limit), build.scalar(0.0)
    # limit / max(norm, limit) is exactly 1 for whatever is short enough.
    return [
        build.bind(np.dot, g, g, norm),
        build.bind(np.sqrt, norm, norm),
        build.bind(np.maximum, norm, top, out=norm),
        build.bind(np.divide, top, norm, norm),
        build.bind(np.multiply, g, norm, out),
    ]
