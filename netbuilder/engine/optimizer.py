"""What every optimizer is."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

import numpy as np

from netbuilder.declare import Declared, Meta
from netbuilder.engine.operation import Array, Builder, Call

Rate = Annotated[
    float,
    Meta(
        gt=0,
        le=1e12,
        title="Learning rate",
        description="Size of the step against the gradient.",
        extra={"log": True},
    ),
]


class Optimizer(Declared, frozen=True):
    """Changes the parameters p by the gradient g; both are flat vectors of one length."""

    family: ClassVar[str] = "optimizer"
    state: ClassVar[tuple[str, ...]] = ()  # names of the vectors that it remembers
    counts: ClassVar[bool] = False  # needs to know how many updates it has made
    # Weight decay is not added to the gradient but taken from the weights directly.
    decoupled: ClassVar[bool] = False

    learning_rate: Rate = 0.1
    weight_decay: Annotated[
        float,
        Meta(
            ge=0,
            le=1000,
            title="Weight decay",
            description="Adds this times the weight to its gradient, so that weights stay small."
            " Biases are spared.",
            extra={"step": 0.001, "advanced": True},
        ),
    ] = 0.0

    def update(
        self,
        build: Builder,
        p: Array,
        g: Array,
        rate: Array,
        state: Mapping[str, Array],
        step: Array,
    ) -> list[Call]:
        """Calls that carry out one update and leave g as it is.

        `rate` is a 0-d array with the current rate. `step` is a 0-d float64 array: 1 in the first
        update, 2 in the second, if the class `counts`. `state` holds the vectors named by the
        class, all 0 at the start.
        """
        raise NotImplementedError


def average(
    build: Builder, memory: Array, value: Array, share: float, scratch: Array
) -> list[Call]:
    """Calls for memory <- share * memory + (1 - share) * value."""
    return [
        build.bind(np.multiply, memory, build.scalar(share), memory),
        build.bind(np.multiply, value, build.scalar(1.0 - share), scratch),
        build.bind(np.add, memory, scratch, memory),
    ]
