"""What every dataset is, and what it hands out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from netbuilder.declare import Declared, Meta

Array = NDArray[Any]


@dataclass(frozen=True)
class Table:
    """Samples in rows: x (N, n) features and y (N, k) targets, both float64.

    classes is None for a regression. For a classification it is the number of classes; y then has
    one column of class indices 0 … classes - 1, or is one-hot with k = classes columns.
    """

    x: Array
    y: Array
    classes: int | None
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...] = ()

    @property
    def features(self) -> int:
        return int(self.x.shape[1])

    @property
    def labels(self) -> NDArray[np.intp]:
        """Class index of each sample (N,); classifications only."""
        column = self.y[:, 0] if self.y.shape[1] == 1 else self.y.argmax(axis=1)
        return column.astype(np.intp)

    def take(self, rows: Sequence[int] | Array | slice) -> "Table":
        return Table(self.x[rows], self.y[rows], self.classes, self.feature_names, self.class_names)


class Dataset(Declared, frozen=True, tag=str.lower):
    """Makes a table of samples; equal declarations make equal tables."""

    family: ClassVar[str] = "dataset"

    def make(self) -> Table:
        """The samples. Raises NetbuilderError when the declaration cannot be carried out."""
        raise NotImplementedError

    @property
    def split_seed(self) -> int:
        """Start of the random draw that divides training from test samples."""
        return 0


class Generated(Dataset, frozen=True):
    """A dataset drawn at random."""

    samples: Annotated[
        int, Meta(ge=2, le=100_000, title="Samples", description="Number of points.")
    ] = 500
    noise: Annotated[
        float,
        Meta(
            ge=0,
            le=1,
            title="Noise",
            description="How far the points stray from their place: 0 not at all, 0.5 a lot.",
            extra={"step": 0.05},
        ),
    ] = 0.0
    seed: Annotated[
        int,
        Meta(
            ge=0,
            le=2**32 - 1,
            title="Data seed",
            description="Start of the random draw of the points.",
        ),
    ] = 0

    @property
    def split_seed(self) -> int:
        return self.seed


XY = ("x1", "x2")
TWO = ("0", "1")


def binary(x: Array, labels: Array) -> Table:
    """A table of points in the plane with two classes."""
    return Table(x, np.asarray(labels, np.float64).reshape(-1, 1), 2, XY, TWO)
