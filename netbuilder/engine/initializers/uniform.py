"""Uniform distribution."""

from collections.abc import Sequence
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from netbuilder.declare import Meta, register
from netbuilder.engine.initializer import Initializer, uniform


@register
class Uniform(Initializer, frozen=True):
    """U(-limit, limit)."""

    title: ClassVar[str] = "Uniform"
    summary: ClassVar[str] = "Random numbers from an interval around zero."
    formula: ClassVar[str] = r"w \sim U(-a, a)"

    limit: Annotated[
        float,
        Meta(ge=0, le=1000, title="Limit", description="Values lie between minus and plus this."),
    ] = 0.5

    def sample(
        self, rng: np.random.Generator, shape: Sequence[int], fan_in: int, fan_out: int
    ) -> NDArray[np.float64]:
        return uniform(rng, shape, self.limit)
