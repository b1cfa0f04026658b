"""The constant learning rate."""

from typing import ClassVar

from netbuilder.declare import register
from netbuilder.engine.schedule import Schedule


@register
class Constant(Schedule, frozen=True):
    """The factor is always 1."""

    title: ClassVar[str] = "Constant"
    summary: ClassVar[str] = "The learning rate stays as it is."
    formula: ClassVar[str] = r"\eta_t = \eta"
    constant: ClassVar[bool] = True

    def at(self, epoch: int) -> float:
        return 1.0
