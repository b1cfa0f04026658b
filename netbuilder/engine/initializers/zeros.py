"""All zeros."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from netbuilder.declare import register
from netbuilder.engine.initializer import Initializer


@register
class Zeros(Initializer, frozen=True):
    """Every value is 0."""

    title: ClassVar[str] = "Zeros"
    summary: ClassVar[str] = (
        "Right for biases. Weights that all start at zero stay equal: every unit of a layer then"
        " learns the same thing."
    )
    formula: ClassVar[str] = r"w = 0"

    def sample(
        self, rng: np.random.Generator, shape: Sequence[int], fan_in: int, fan_out: int
    ) -> NDArray[np.float64]:
        return np.zeros(tuple(shape))
