"""A learning rate that falls exponentially."""

from typing import Annotated, ClassVar

from netbuilder.declare import Meta, register
from netbuilder.engine.schedule import Schedule


@register
class Exponential(Schedule, frozen=True):
    """The factor is factor^epoch."""

    title: ClassVar[str] = "Exponential"
    summary: ClassVar[str] = "The learning rate falls by the same factor after each epoch."
    formula: ClassVar[str] = r"\eta_t = \eta \, f^{t}"

    factor: Annotated[
        float,
        Meta(
            gt=0,
            le=1,
            title="Factor",
            description="What the rate is multiplied by after each epoch.",
            extra={"step": 0.001},
        ),
    ] = 0.99

    def at(self, epoch: int) -> float:
        return float(self.factor**epoch)
