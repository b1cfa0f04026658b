"""All ones."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from netbuilder.declare import register
from netbuilder.engine.initializer import Initializer


@register
class Ones(Initializer, frozen=True):
    """Every value is 1."""

    title: ClassVar[str] = "Ones"
    summary: ClassVar[str] = "Every value is 1; weights that start equal stay equal."
    formula: ClassVar[str] = r"w = 1"

    def sample(
        self, rng: np.random.Generator, shape: Sequence[int], fan_in: int, fan_out: int
    ) -> NDArray[np.float64]:
        return np.ones(tuple(shape))
