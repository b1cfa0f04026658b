"""The gradient as it is."""

from collections.abc import Sequence
from typing import ClassVar

from netbuilder.declare import register
from netbuilder.engine.clipping import Clipping
from netbuilder.engine.operation import Array, Builder, Call


@register
class NoClipping(Clipping, frozen=True, tag="none"):
    """Lets every gradient through."""

    title: ClassVar[str] = "None"
    summary: ClassVar[str] = "The gradient is used as it is."
    formula: ClassVar[str] = r"g \leftarrow g"

    def calls(self, build: Builder, g: Array, out: Array, spans: Sequence[slice]) -> list[Call]:
        return []
