"""The curves of one run: one exact point for each moment that was recorded, in bounded memory."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Protocol

import numpy as np

from netbuilder.engine.operation import Array
from netbuilder.engine.statistics import LayerStatistics

MOST = 20_000  # points; at 30 a second the last quarter of them is the last three minutes

RUN = ("step", "epoch", "seconds", "train_loss", "test_loss", "train_metric", "test_metric")
LEARNING = ("gradient_norm", "gradient_mean", "parameter_norm", "update_ratio")
OUTPUT = ("mean", "std", "saturated", "dead")

_LARGEST = 3e38  # near the end of float32


class Record(Protocol):
    """What one point is made of."""

    @property
    def step(self) -> int: ...
    @property
    def epoch(self) -> float: ...
    @property
    def seconds(self) -> float: ...
    @property
    def train_loss(self) -> float: ...
    @property
    def test_loss(self) -> float: ...
    @property
    def train_metric(self) -> float: ...
    @property
    def test_metric(self) -> float: ...
    @property
    def layers(self) -> Mapping[str, LayerStatistics]: ...


class History:
    """Grows by one point for each record. One thread at a time.

    Arrays grow by doubling, so that appending is cheap; what the methods return has the
    shape (n,). Every point is a value that was measured at its step: none is ever averaged.
    Beyond MOST points every second one of the older three quarters is dropped, and `thinned`
    counts how often: whoever keeps sums over the points must then begin again. So it is when a run
    goes back and the newest points are dropped, which `cuts` counts too.
    """

    def __init__(self) -> None:
        self.count = 0
        self.thinned = 0
        self.cuts = 0
        self.layers: tuple[str, ...] = ()
        """Nodes that learn: the columns LEARNING and OUTPUT."""
        self.nodes: tuple[str, ...] = ()
        """All nodes behind the data: the columns OUTPUT."""
        self._run = np.empty((0, len(RUN)))
        self._quantities = np.empty((0, 0), np.float32)
        self._places: dict[tuple[str, str], int] = {}

    def append(self, record: Record) -> None:
        """Add one point; a second one at the same step replaces the first."""
        if not self.nodes:
            self._begin(record.layers)
        if self.count and self._run[self.count - 1, 0] == record.step:
            self.count -= 1
        if self.count == MOST:
            self._thin()
        if self.count == len(self._run):
            size = min(max(256, 2 * self.count), MOST)
            self._run = _longer(self._run, size)
            self._quantities = _longer(self._quantities, size)
        self._run[self.count] = [getattr(record, name) for name in RUN]
        layers = record.layers
        values = [
            getattr(layers[node], name) if node in layers else math.nan
            for node, name in self._places
        ]
        row = np.array(values, np.float64)
        np.clip(row, -_LARGEST, _LARGEST, out=row)
        self._quantities[self.count] = row
        self.count += 1

    def cut(self, step: int) -> None:
        """Forget the points after a step, since the run goes on from there."""
        count = int(np.searchsorted(self.step, step, side="right"))
        if count < self.count:
            self.count = count
            self.thinned += 1
            self.cuts += 1

    def _begin(self, layers: Mapping[str, LayerStatistics]) -> None:
        self.nodes = tuple(layers)
        self.layers = tuple(n for n, found in layers.items() if found.learns)
        keys = [(n, q) for n in self.nodes for q in OUTPUT]
        keys += [(n, q) for n in self.layers for q in LEARNING]
        self._places = {key: place for place, key in enumerate(keys)}
        self._quantities = np.empty((0, len(keys)), np.float32)

    def _thin(self) -> None:
        older = self.count - self.count // 4
        for table in (self._run, self._quantities):
            kept = np.concatenate([table[:older:2], table[older : self.count]])
            table[: len(kept)] = kept
        self.count = len(kept)
        self.thinned += 1

    def reduced(self, most: int) -> History:
        """A copy of at most so many points (2 or more), evenly chosen, the first and the last
        among them; every one is exact."""
        wanted = np.linspace(0, max(self.count - 1, 0), min(most, self.count)).round().astype(int)
        copy = History()
        copy.nodes, copy.layers, copy._places = self.nodes, self.layers, dict(self._places)
        copy.count = len(wanted)
        copy._run = self._run[wanted]
        copy._quantities = self._quantities[wanted]
        return copy

    @classmethod
    def of(cls, points: Mapping[str, Array], gradients: Mapping[str, Array]) -> History:
        """A history from its columns RUN (n,) and the gradient norms (n,) of its layers."""
        made = cls()
        made.nodes = made.layers = tuple(gradients)
        made._places = {(n, "gradient_norm"): k for k, n in enumerate(gradients)}
        made._run = np.column_stack([points[name] for name in RUN])
        made.count = len(made._run)
        columns = [np.clip(g, -_LARGEST, _LARGEST) for g in gradients.values()]
        made._quantities = (
            np.column_stack(columns) if columns else np.empty((made.count, 0))
        ).astype(np.float32)
        return made

    def rename(self, old: str, new: str) -> None:
        """A node has another name from now on."""
        self.nodes = tuple(new if name == old else name for name in self.nodes)
        self.layers = tuple(new if name == old else name for name in self.layers)
        self._places = {
            (new if node == old else node, name): place
            for (node, name), place in self._places.items()
        }

    def run(self, name: str) -> Array:
        """One of the columns RUN (n,), float64. Raises ValueError for another name."""
        return self._run[: self.count, RUN.index(name)]

    def quantity(self, node: str, name: str) -> Array:
        """One of LEARNING or OUTPUT (n,) of a node, a copy with float32 digits; NaN where the node
        has no such quantity."""
        return self.column(node, name).astype(np.float64)

    def column(self, node: str, name: str) -> Array:
        """The same (n,) as float32 and without a copy, for who reads only some points of it: to be
        read before the next point comes, and not to be written."""
        place = self._places.get((node, name))
        if place is None:
            return np.full(self.count, math.nan, np.float32)
        return self._quantities[: self.count, place]

    @property
    def step(self) -> Array:
        """Parameter updates so far (n,)."""
        return self.run("step")

    @property
    def epoch(self) -> Array:
        """Passes over the training set so far (n,)."""
        return self.run("epoch")

    @property
    def train_loss(self) -> Array:
        """(n,)."""
        return self.run("train_loss")

    @property
    def test_loss(self) -> Array:
        """(n,); NaN without test samples."""
        return self.run("test_loss")

    def gradient(self, layer: str) -> Array:
        """The L2 norms of one layer's gradient (n,)."""
        return self.quantity(layer, "gradient_norm")


def _longer(table: Array, size: int) -> Array:
    longer = np.empty((size, table.shape[1]), table.dtype)
    longer[: len(table)] = table
    return longer
