"""Clipping of the whole gradient."""

from collections.abc import Sequence
from typing import ClassVar

from netbuilder.declare import register
from netbuilder.engine.algebra.expression import Expression, Quantity
from netbuilder.engine.clipping import Clipping, Limit, shorten, write_shortened
from netbuilder.engine.operation import Array, Builder, Call
from netbuilder.engine.scope import Scope


@register
class ByGlobalNorm(Clipping, frozen=True):
    """Computes g <- g limit / max(|g|, limit), |g| being the norm over all parameters; Pascanu et
    al. (2013)."""

    title: ClassVar[str] = "By global norm"
    summary: ClassVar[str] = "The whole gradient keeps its direction and gets no longer."
    formula: ClassVar[str] = r"g \leftarrow g \, \frac{c}{\max(\|g\|, c)}"

    limit: Limit = 1.0

    def calls(self, build: Builder, g: Array, out: Array, spans: Sequence[slice]) -> list[Call]:
        return shorten(build, g, out, self.limit)

    def write(self, scope: Scope, g: Quantity, all_of: Sequence[Quantity]) -> Expression:
        return write_shortened(scope, g, all_of, self.limit)
