"""LeCun normal."""

from collections.abc import Sequence
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from netbuilder.declare import Meta, register
from netbuilder.engine.initializer import Initializer, lecun, normal


@register
class LecunNormal(Initializer, frozen=True):
    """N(0, std^2) with std = gain sqrt(1 / fan_in)."""

    title: ClassVar[str] = "LeCun normal"
    summary: ClassVar[str] = "Keeps the spread of signals from layer to layer; for SELU and tanh."
    formula: ClassVar[str] = r"w \sim N(0, \sigma^2),\; \sigma = \sqrt{\frac{1}{n_{in}}}"

    gain: Annotated[
        float, Meta(ge=0, le=1000, title="Gain", description="Factor on the spread.")
    ] = 1.0

    def sample(
        self, rng: np.random.Generator, shape: Sequence[int], fan_in: int, fan_out: int
    ) -> NDArray[np.float64]:
        return normal(rng, shape, self.gain * lecun(fan_in))
