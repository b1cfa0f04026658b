"""Clipping of each parameter's gradient."""

from collections.abc import Sequence
from typing import ClassVar

from netbuilder.declare import register
from netbuilder.engine.algebra.expression import Expression, Quantity
from netbuilder.engine.clipping import Clipping, Limit, shorten, write_shortened
from netbuilder.engine.operation import Array, Builder, Call
from netbuilder.engine.scope import Scope


@register
class ByNorm(Clipping, frozen=True):
    """Computes g <- g limit / max(|g|, limit) for each weight matrix and each bias by itself."""

    title: ClassVar[str] = "By norm"
    summary: ClassVar[str] = "The gradient of each weight matrix and bias gets no longer."
    formula: ClassVar[str] = r"g_W \leftarrow g_W \, \frac{c}{\max(\|g_W\|, c)}"

    limit: Limit = 1.0

    def calls(self, build: Builder, g: Array, out: Array, spans: Sequence[slice]) -> list[Call]:
        return [call for at in spans for call in shorten(build, g[at], out[at], self.limit)]

    def write(self, scope: Scope, g: Quantity, all_of: Sequence[Quantity]) -> Expression:
        return write_shortened(scope, g, [g], self.limit)
