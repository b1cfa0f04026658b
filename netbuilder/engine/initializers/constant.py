"""One value everywhere."""

from collections.abc import Sequence
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from netbuilder.declare import Meta, register
from netbuilder.engine.initializer import Initializer


@register
class Constant(Initializer, frozen=True):
    """Every value is the given number."""

    title: ClassVar[str] = "Constant"
    summary: ClassVar[str] = "One number everywhere; a small positive bias keeps ReLU units alive."
    formula: ClassVar[str] = r"w = c"

    value: Annotated[float, Meta(ge=-1000, le=1000, title="Value", description="The number.")] = 0.1

    def sample(
        self, rng: np.random.Generator, shape: Sequence[int], fan_in: int, fan_out: int
    ) -> NDArray[np.float64]:
        return np.full(tuple(shape), self.value)
