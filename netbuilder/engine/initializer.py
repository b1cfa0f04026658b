"""What every initialiser of weights and biases is."""

import math
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from netbuilder.declare import Declared


def snake_case(name: str) -> str:
    """'XavierUniform' -> 'xavier_uniform'."""
    return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")


class Initializer(Declared, frozen=True, tag=snake_case):
    """Draws the first values of a weight matrix or a bias vector."""

    family: ClassVar[str] = "initializer"

    def sample(
        self, rng: np.random.Generator, shape: Sequence[int], fan_in: int, fan_out: int
    ) -> NDArray[np.float64]:
        """Values of the given shape, in float64; the caller casts.

        fan_in and fan_out are the numbers of inputs and outputs of the layer. Raises ShapeError
        when fixed values do not fit the shape.
        """
        raise NotImplementedError


def uniform(rng: np.random.Generator, shape: Sequence[int], limit: float) -> NDArray[np.float64]:
    """U(-limit, limit)."""
    return rng.uniform(-limit, limit, size=tuple(shape))


def normal(rng: np.random.Generator, shape: Sequence[int], std: float) -> NDArray[np.float64]:
    """N(0, std^2)."""
    return rng.normal(0.0, std, size=tuple(shape))


def glorot(fan_in: int, fan_out: int) -> float:
    """Standard deviation sqrt(2 / (fan_in + fan_out)); Glorot and Bengio (2010), eq. 16."""
    return math.sqrt(2.0 / (fan_in + fan_out))


def he(fan_in: int) -> float:
    """Standard deviation sqrt(2 / fan_in); He et al. (2015), eq. 10."""
    return math.sqrt(2.0 / fan_in)


def lecun(fan_in: int) -> float:
    """Standard deviation sqrt(1 / fan_in); LeCun et al. (1998), eq. 16."""
    return math.sqrt(1.0 / fan_in)
