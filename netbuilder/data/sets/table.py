"""Samples typed in or pasted, held in the project file itself."""

from typing import Annotated, ClassVar, Literal

import numpy as np

from netbuilder.data.dataset import Dataset, Table
from netbuilder.declare import Meta, register

CLASSES = 4096  # as many as a layer has units at most
Rows = tuple[tuple[float, ...], ...]


@register
class TableData(Dataset, frozen=True, tag="table"):
    """Rows of features x and targets y.

    What y means follows from `task`; "auto" takes whole numbers 0, 1, 2 … in one column for class
    labels, and anything else for the targets of a regression.
    """

    title: ClassVar[str] = "Table"
    summary: ClassVar[str] = "Your own numbers, kept in the project file."

    x: Annotated[
        Rows, Meta(title="Inputs", description="One row for each sample, one column a feature.")
    ] = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))
    y: Annotated[
        Rows, Meta(title="Targets", description="One row for each sample: a label or numbers.")
    ] = ((0.0,), (1.0,), (1.0,), (0.0,))
    task: Annotated[
        Literal["auto", "classification", "regression"],
        Meta(title="Task", description="Whether the targets are class labels or numbers."),
    ] = "auto"

    def __post_init__(self) -> None:
        if not (self.x and self.y and self.x[0] != () and self.y[0] != ()):
            raise ValueError("at least one sample with one input and one target")
        if len(self.x) != len(self.y):
            raise ValueError(
                f"as many rows in x as in y (x has {len(self.x)}, y has {len(self.y)})"
            )
        for name, rows in (("x", self.x), ("y", self.y)):
            if not all(isinstance(row, tuple) for row in rows):
                raise ValueError(f"rows of numbers in {name}, such as [[0, 1], [1, 0]]")
            width = len(rows[0])
            for i, row in enumerate(rows):
                if len(row) != width or any(isinstance(v, tuple) for v in row):
                    raise ValueError(
                        f"rows of one length ({name}[{i}] has {len(row)}, not {width})"
                    )
        if self.task == "classification" and not (self._is_labels() and self._top() < CLASSES):
            raise ValueError(f"whole numbers 0, 1, 2 … {CLASSES - 1} in one column as class labels")

    def _is_labels(self) -> bool:
        y = np.array(self.y)
        return bool(y.shape[1] == 1 and (y >= 0).all() and (y == y.round()).all())

    def _top(self) -> float:
        return max(row[0] for row in self.y)

    def make(self) -> Table:
        x, y = np.array(self.x), np.array(self.y)
        names = tuple(f"x{i + 1}" for i in range(x.shape[1]))
        few = self._is_labels() and self._top() < min(CLASSES, max(2, len(y)))
        if self.task == "regression" or (self.task == "auto" and not few):
            return Table(x, y, None, names)
        classes = max(2, int(y.max()) + 1)
        return Table(x, y, classes, names, tuple(str(k) for k in range(classes)))
