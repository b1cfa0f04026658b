"""Clipping of single elements."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from netbuilder.declare import register
from netbuilder.engine.algebra.expression import Expression, Number, Quantity, larger, smaller
from netbuilder.engine.clipping import Clipping, Limit
from netbuilder.engine.operation import Array, Builder, Call
from netbuilder.engine.scope import Scope


@register
class ByValue(Clipping, frozen=True):
    """Computes g_i <- min(max(g_i, -limit), limit)."""

    title: ClassVar[str] = "By value"
    summary: ClassVar[str] = "No element of the gradient gets larger than the limit."
    formula: ClassVar[str] = r"g_i \leftarrow \min(\max(g_i, -c), c)"

    limit: Limit = 1.0

    def calls(self, build: Builder, g: Array, out: Array, spans: Sequence[slice]) -> list[Call]:
        low, high = build.scalar(-self.limit), build.scalar(self.limit)
        return [
            build.bind(np.maximum, g, low, out=out),
            build.bind(np.minimum, out, high, out=out),
        ]

    def write(self, scope: Scope, g: Quantity, all_of: Sequence[Quantity]) -> Expression:
        top = Number(self.limit, "c")
        return smaller(larger(g, -top), top)
