"""What every optimizer is."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from netbuilder.declare import Declared, Meta
from netbuilder.engine.operation import Array, Builder, Call


class Optimizer(Declared, frozen=True):
    """Changes the parameters p by the gradient g; both are flat vectors of one length."""

    family: ClassVar[str] = "optimizer"
    state: ClassVar[tuple[str, ...]] = ()  # names of the vectors that it remembers

    learning_rate: Annotated[
        float,
        Meta(
            gt=0,
            le=1e12,
            title="Learning rate",
            description="Size of the step against the gradient.",
            extra={"log": True},
        ),
    ] = 0.1

    def update(
        self, build: Builder, p: Array, g: Array, rate: Array, state: Mapping[str, Array]
    ) -> list[Call]:
        """Calls that carry out one update; `rate` is a 0-d array that holds the current rate."""
        raise NotImplementedError
