"""He uniform."""

from collections.abc import Sequence
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from netbuilder.declare import Meta, register
from netbuilder.engine.initializer import Initializer, he, uniform


@register
class HeUniform(Initializer, frozen=True):
    """U(-a, a) with a = gain sqrt(6 / fan_in)."""

    title: ClassVar[str] = "He uniform"
    summary: ClassVar[str] = "Makes up for the half that ReLU cuts off; for ReLU and its relatives."
    formula: ClassVar[str] = r"w \sim U(-a, a),\; a = \sqrt{\frac{6}{n_{in}}}"

    gain: Annotated[
        float, Meta(ge=0, le=1000, title="Gain", description="Factor on the spread.")
    ] = 1.0

    def sample(
        self, rng: np.random.Generator, shape: Sequence[int], fan_in: int, fan_out: int
    ) -> NDArray[np.float64]:
        return uniform(rng, shape, self.gain * 3.0**0.5 * he(fan_in))
