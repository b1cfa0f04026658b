"""What every learning rate schedule is."""

from typing import Annotated, ClassVar

from netbuilder.declare import Declared, Meta
from netbuilder.engine.initializer import snake_case


class Schedule(Declared, frozen=True, tag=snake_case):
    """Multiplies the optimizer's learning rate by a factor that depends on the time."""

    family: ClassVar[str] = "schedule"
    constant: ClassVar[bool] = False  # the factor is 1 once the warm-up is over

    warm_up: Annotated[
        int,
        Meta(
            ge=0,
            le=1_000_000_000,
            title="Warm-up",
            description="Number of first steps in which the rate grows evenly from near 0 to its"
            " full size.",
            extra={"unit": "steps", "advanced": True},
        ),
    ] = 0

    def at(self, epoch: int) -> float:
        """The factor after so many full epochs."""
        raise NotImplementedError

    def scale(self, step: int, epoch: int) -> float:
        """The factor for the update after `step` earlier ones, in the epoch after `epoch` full
        ones. The warm-up multiplies by (step + 1) / warm_up in its steps."""
        factor = self.at(epoch)
        if step < self.warm_up:
            factor *= (step + 1) / self.warm_up
        return factor
