"""Histograms over time on one grid of values. Plain arithmetic, no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netbuilder.engine.statistics import Histogram
from netbuilder.ui.plots.scales import snug

Array = NDArray[Any]

BINS = 96


class HistogramGrid:
    """Columns of density on the same bins; each histogram is laid on them once, until the range of
    values has changed."""

    def __init__(self) -> None:
        self.range: tuple[float, float] | None = None
        """The lowest and the highest value in sight."""
        self.laid = 0
        """How many histograms were laid on the bins so far."""
        self._columns: dict[int, Array] = {}

    def forget(self) -> None:
        """Begin again."""
        self.range = None
        self._columns.clear()

    def columns(self, histograms: Sequence[Histogram]) -> Array:
        """The share of the fullest bin (n, BINS) of each histogram; 0 where it has no value."""
        if not histograms:
            return np.zeros((0, BINS))
        self._choose_range(histograms)
        assert self.range is not None
        edges = np.linspace(*self.range, BINS + 1)
        kept = {}
        for histogram in histograms:
            key = id(histogram)
            if key not in self._columns:
                self._columns[key] = _on(edges, histogram)
                self.laid += 1
            kept[key] = self._columns[key]
        self._columns = kept
        return np.array([kept[id(histogram)] for histogram in histograms])

    def _choose_range(self, histograms: Sequence[Histogram]) -> None:
        low = min(float(h.edges[0]) for h in histograms)
        high = max(float(h.edges[-1]) for h in histograms)
        if self.range is not None:
            first, last = self.range
            if first <= low and high <= last and high - low >= 0.3 * (last - first):
                return
        self.range = snug(low, high)
        self._columns.clear()


def _on(edges: Array, histogram: Histogram) -> Array:
    # What lies below each edge, so that no value is lost however the two sets of bins meet.
    below = np.concatenate([[0.0], np.cumsum(histogram.counts, dtype=np.float64)])
    mass = np.diff(np.interp(edges, histogram.edges, below))
    fullest = mass.max(initial=0.0)
    share: Array = mass / fullest if fullest > 0 else mass
    return share
