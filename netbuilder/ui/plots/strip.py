"""Values of several rows over time in a fixed number of columns. Plain arithmetic, no Qt."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

COLUMNS = 1024


class Strip:
    """Columns of equal width in time; each holds the largest value that fell into it.

    A point costs the same however long the run is: when the columns are full, pairs of them are
    merged and each is twice as wide.
    """

    def __init__(self, rows: int, columns: int = COLUMNS) -> None:
        """`columns` is even."""
        self.width = 0.0
        """How much time a column covers; 0 before there is a point later than 0."""
        self.end = 0.0
        """The time of the last point."""
        self.points = 0
        """How many points were looked at."""
        self._values = np.full((columns, rows), np.nan, np.float32)

    @property
    def rows(self) -> int:
        """The number of rows."""
        return int(self._values.shape[1])

    def add(self, x: Array, values: Array) -> None:
        """Add points at times x (n,), ascending, not negative and not before the last one.

        values (n, rows); NaN for none.
        """
        if not len(x):
            return
        columns = len(self._values)
        self.points += len(x)
        self.end = float(x[-1])
        if self.width == 0.0 and self.end > 0.0:
            self.width = 2.0 * self.end / columns
        while self.width and self.end >= columns * self.width:
            self._merge()
        places = (x / self.width).astype(np.intp) if self.width else np.zeros(len(x), np.intp)
        firsts = np.flatnonzero(np.diff(places, prepend=-1))
        into = places[firsts]
        largest = np.fmax.reduceat(values.astype(np.float32), firsts, axis=0)
        self._values[into] = np.fmax(self._values[into], largest)

    def _merge(self) -> None:
        half = len(self._values) // 2
        self._values[:half] = np.fmax(self._values[0::2], self._values[1::2])
        self._values[half:] = np.nan
        self.width *= 2.0

    def at(self, x: Array) -> Array:
        """The values (rows, n) at times x (n,): of the newest column that is not empty; NaN before
        0 and after the last point."""
        filled = np.asarray(~np.isnan(self._values).all(axis=1))
        newest = np.maximum.accumulate(np.where(filled, np.arange(len(filled)), 0))
        width = self.width or 1.0
        places = np.clip(x / width, 0, len(filled) - 1).astype(np.intp)
        found = self._values[newest[places]].T.copy()
        found[:, (x < 0.0) | (x > max(self.end, 0.0))] = np.nan
        return found
