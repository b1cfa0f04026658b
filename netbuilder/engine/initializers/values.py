"""Values typed in by hand."""

from collections.abc import Sequence
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from netbuilder.declare import Meta, register
from netbuilder.engine.initializer import Initializer
from netbuilder.errors import ShapeError


@register
class Values(Initializer, frozen=True):
    """Fixed numbers: a matrix of shape (n_in, n_out) for weights, a list (n_out,) for biases."""

    title: ClassVar[str] = "Typed in"
    summary: ClassVar[str] = "The numbers that you type, for examples worked by hand."
    formula: ClassVar[str] = r"w = \mathrm{given}"

    values: Annotated[
        tuple[tuple[float, ...], ...] | tuple[float, ...],
        Meta(title="Values", description="One row for each input, one column for each unit."),
    ] = ()

    def __post_init__(self) -> None:
        rows = [r for r in self.values if isinstance(r, tuple)]
        uneven = len({len(r) for r in rows}) > 1 or any(
            isinstance(v, tuple) for r in rows for v in r
        )
        if rows and (len(rows) < len(self.values) or uneven):
            raise ValueError("rows of one length")

    def sample(
        self, rng: np.random.Generator, shape: Sequence[int], fan_in: int, fan_out: int
    ) -> NDArray[np.float64]:
        values = np.array(self.values, dtype=np.float64)
        if values.shape != tuple(shape):
            raise ShapeError(
                where="values",
                detail=f"the typed-in values have the shape {_times(values.shape)}"
                f" but {_times(shape)} are needed",
            )
        return values


def _times(shape: Sequence[int]) -> str:
    return " x ".join(str(n) for n in shape) if 0 not in shape else "nothing"
