"""A learning rate that falls along a cosine."""

import math
from typing import Annotated, ClassVar

from netbuilder.declare import Meta, register
from netbuilder.engine.schedule import Schedule


@register
class Cosine(Schedule, frozen=True):
    """The factor is floor + (1 - floor) (1 + cos(pi epoch / epochs)) / 2, and floor afterwards;
    Loshchilov and Hutter (2017), without restarts."""

    title: ClassVar[str] = "Cosine"
    summary: ClassVar[str] = "The learning rate falls slowly, then quickly, then slowly to a floor."
    formula: ClassVar[str] = (
        r"\eta_t = \eta \left( f + (1 - f) \, \frac{1 + \cos(\pi t / T)}{2} \right)"
    )

    epochs: Annotated[
        int,
        Meta(
            ge=1,
            le=1_000_000_000,
            title="Duration",
            description="Number of epochs until the floor is reached.",
            extra={"unit": "epochs"},
        ),
    ] = 1000
    floor: Annotated[
        float,
        Meta(
            ge=0,
            le=1,
            title="Floor",
            description="Share of the learning rate that is left at the end.",
            extra={"step": 0.01},
        ),
    ] = 0.0

    def at(self, epoch: int) -> float:
        part = min(epoch, self.epochs) / self.epochs
        return self.floor + (1.0 - self.floor) * (1.0 + math.cos(math.pi * part)) / 2.0
