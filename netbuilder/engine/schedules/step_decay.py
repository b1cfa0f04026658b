"""A learning rate that falls in steps."""

from typing import Annotated, ClassVar

from netbuilder.declare import Meta, register
from netbuilder.engine.schedule import Schedule


@register
class StepDecay(Schedule, frozen=True):
    """The factor is factor^floor(epoch / every)."""

    title: ClassVar[str] = "Steps"
    summary: ClassVar[str] = "The learning rate falls by a factor every so many epochs."
    formula: ClassVar[str] = r"\eta_t = \eta \, f^{\lfloor t / k \rfloor}"

    every: Annotated[
        int,
        Meta(
            ge=1,
            le=1_000_000_000,
            title="Every",
            description="Number of epochs between two falls.",
            extra={"unit": "epochs"},
        ),
    ] = 100
    factor: Annotated[
        float,
        Meta(
            gt=0,
            le=1,
            title="Factor",
            description="What the rate is multiplied by at each fall.",
            extra={"step": 0.05},
        ),
    ] = 0.5

    def at(self, epoch: int) -> float:
        return float(self.factor ** (epoch // self.every))
