"""How the histograms of the layers have changed over a run, in bounded memory. NumPy only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from netbuilder.engine.statistics import Histogram, LayerStatistics

MOST = 120  # rows

QUANTITIES = ("parameters", "outputs", "gradients")


@dataclass(frozen=True)
class Moment:
    """The histograms of all nodes after one step: node → quantity → histogram."""

    step: int
    epoch: float
    histograms: Mapping[str, Mapping[str, Histogram]]


class HistogramHistory:
    """At most MOST moments, about evenly spread over the time that was watched, and the newest.

    When it is full, every second moment is dropped, and from then on only every second one of those
    that come is kept.
    """

    def __init__(self) -> None:
        self.moments: list[Moment] = []
        self.newest: Moment | None = None
        """The last one, whether it is among the moments or not."""
        self._stride = 1
        self._skipped = 0

    def add(self, step: int, epoch: float, layers: Mapping[str, LayerStatistics]) -> bool:
        """Take what a snapshot has; False if there are no histograms in it, or it is known."""
        found = {node: s.histograms for node, s in layers.items() if s.histograms}
        if not found or (self.newest is not None and self.newest.step == step):
            return False
        self.newest = Moment(step, epoch, found)
        if self.moments and self._skipped + 1 < self._stride:
            self._skipped += 1
            return True
        self._skipped = 0
        if len(self.moments) == MOST:
            self.moments = self.moments[::2]
            self._stride *= 2
        self.moments.append(self.newest)
        return True

    def nodes(self) -> tuple[str, ...]:
        """The nodes of the newest moment, in the order of the network."""
        return tuple(self.newest.histograms) if self.newest is not None else ()

    def now(self, node: str, quantity: str) -> Histogram | None:
        """The newest histogram of one of QUANTITIES, or None."""
        if self.newest is None:
            return None
        return self.newest.histograms.get(node, {}).get(quantity)

    def over_time(self, node: str, quantity: str) -> list[tuple[float, Histogram]]:
        """(epoch, histogram) pairs from the first moment to the newest."""
        moments = list(self.moments)
        if self.newest is not None and (not moments or moments[-1] is not self.newest):
            moments.append(self.newest)
        pairs = ((m.epoch, m.histograms.get(node, {}).get(quantity)) for m in moments)
        return [(epoch, histogram) for epoch, histogram in pairs if histogram is not None]
