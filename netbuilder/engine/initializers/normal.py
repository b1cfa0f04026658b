"""Normal distribution."""

from collections.abc import Sequence
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from netbuilder.declare import Meta, register
from netbuilder.engine.initializer import Initializer, normal


@register
class Normal(Initializer, frozen=True):
    """N(0, std^2)."""

    title: ClassVar[str] = "Normal"
    summary: ClassVar[str] = "Small random numbers around zero."
    formula: ClassVar[str] = r"w \sim N(0, \sigma^2)"

    std: Annotated[
        float,
        Meta(
            ge=0, le=1000, title="Deviation", description="Standard deviation of the distribution."
        ),
    ] = 0.01

    def sample(
        self, rng: np.random.Generator, shape: Sequence[int], fan_in: int, fan_out: int
    ) -> NDArray[np.float64]:
        return normal(rng, shape, self.std)
