"""Xavier (Glorot) normal."""

from collections.abc import Sequence
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from netbuilder.declare import Meta, register
from netbuilder.engine.initializer import Initializer, glorot, normal


@register
class XavierNormal(Initializer, frozen=True):
    """N(0, std^2) with std = gain sqrt(2 / (fan_in + fan_out))."""

    title: ClassVar[str] = "Xavier normal"
    summary: ClassVar[str] = (
        "Keeps the size of signals and gradients alike from layer to layer; for tanh and sigmoid."
    )
    formula: ClassVar[str] = r"w \sim N(0, \sigma^2),\; \sigma = \sqrt{\frac{2}{n_{in} + n_{out}}}"

    gain: Annotated[
        float, Meta(ge=0, le=1000, title="Gain", description="Factor on the spread.")
    ] = 1.0

    def sample(
        self, rng: np.random.Generator, shape: Sequence[int], fan_in: int, fan_out: int
    ) -> NDArray[np.float64]:
        return normal(rng, shape, self.gain * glorot(fan_in, fan_out))
