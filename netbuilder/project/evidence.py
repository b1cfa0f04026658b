"""What a verdict is based on: the curves of a run, and the questions that are asked of them."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable, Mapping

import numpy as np

from netbuilder.data.dataset import Table
from netbuilder.engine.activation import Activation
from netbuilder.engine.graph import ancestors
from netbuilder.engine.history import LEARNING, History
from netbuilder.engine.operation import Array
from netbuilder.engine.statistics import LayerStatistics
from netbuilder.errors import Diverged, NetbuilderError
from netbuilder.project.cures import possible
from netbuilder.project.model import Project
from netbuilder.project.remedy import Fix

MOST = 120  # points that are looked at; more only cost time
SOLVED = 0.8  # share of what can be won over guessing


_tried: dict[str, tuple[tuple[object, ...], tuple[Fix, ...]]] = {}


class Evidence:
    """One moment of a run. Values that are asked for are medians, so that no single batch counts.

    layers: the newest statistics by node. weights: the present ones of a node, if they can be had.
    error: what stopped the run, if it flew apart. The numbers are worked out when asked for.
    """

    def __init__(
        self,
        project: Project,
        history: History,
        layers: Mapping[str, LayerStatistics] | None = None,
        *,
        error: Diverged | None = None,
        stopped_by: str | None = None,
        weights: Callable[[str], Mapping[str, Array] | None] | None = None,
        table: Table | None = None,
    ) -> None:
        self.project = project
        self.history = history
        self.layers = layers or {}
        self.error = error
        self.stopped_by = stopped_by
        self.count = history.count
        self.step = int(history.step[-1]) if history.count else 0
        self.epoch = float(history.epoch[-1]) if history.count else 0.0
        self._weights = weights
        self._table = table
        self._medians: dict[tuple[str, str], float] = {}

    # ---- when -----------------------------------------------------------------------------------

    @functools.cached_property
    def window(self) -> Array:
        """Indices of the points that are "now": the last third of the steps, at least five
        points."""
        first = int(np.searchsorted(self.history.step, self.step * 2 / 3))
        first = max(0, min(first, self.count - 5))
        return _spread(np.arange(first, self.count))

    @functools.cached_property
    def all(self) -> Array:
        """Indices of points from the whole run."""
        return _spread(np.arange(self.count))

    # ---- numbers of the run ---------------------------------------------------------------------

    def run(self, name: str) -> Array:
        """A column of the history at the points that are now (n,)."""
        return self.history.run(name)[self.window]

    @functools.cached_property
    def first_loss(self) -> float:
        return float(self.history.train_loss[0])

    @functools.cached_property
    def loss(self) -> float:
        """The training loss now."""
        return median(self.run("train_loss"))

    @functools.cached_property
    def progress(self) -> float:
        """The share of its first value by which the training loss has fallen, 0 to 1."""
        return (self.first_loss - self.loss) / max(abs(self.first_loss), 1e-300)

    @functools.cached_property
    def table(self) -> Table | None:
        """All samples; None if they cannot be made."""
        if self._table is not None:
            return self._table
        try:
            return self.project.dataset.make()
        except NetbuilderError:
            return None

    @functools.cached_property
    def samples(self) -> int:
        """How many samples there are to learn from."""
        everything = len(self.table.x) if self.table is not None else 0
        return round(everything * (1.0 - self.project.training.test_fraction))

    @functools.cached_property
    def guessing(self) -> float:
        """The accuracy of always answering the commonest class; NaN for a regression."""
        table = self.table
        if table is None or table.classes is None or not len(table.x):
            return math.nan
        return float(np.bincount(table.labels).max() / len(table.x))

    @functools.cached_property
    def metric(self) -> float:
        """Accuracy or R² of the training samples now."""
        return median(self.run("train_metric"))

    @functools.cached_property
    def skill(self) -> float:
        """How much of what can be won over the best constant answer has been won: 0 to 1."""
        if math.isnan(self.metric):
            return self.progress
        guess = self.guessing
        if math.isnan(guess):
            return self.metric  # R²
        return (self.metric - guess) / max(1.0 - guess, 1e-9)

    @functools.cached_property
    def solved(self) -> bool:
        """The training samples are mostly told right: small gradients are then no sign of
        illness."""
        return self.skill >= SOLVED

    # ---- numbers of the layers ------------------------------------------------------------------

    @functools.cached_property
    def dense(self) -> tuple[str, ...]:
        """Layers with trainable weights, from the data to the loss; normalisations aside."""
        return tuple(n for n in self.history.layers if self._does(n, "weight_init"))

    @functools.cached_property
    def hidden(self) -> tuple[str, ...]:
        """Activations with a layer of weights behind them."""
        known = {n.id: n.operation for n in self.project.nodes}
        weighted = [i for i, o in known.items() if hasattr(o, "weight_init")]
        before = ancestors(self.project.incoming(), weighted)
        return tuple(n for n in self.history.nodes if n in before and _bends(known.get(n)))

    def _does(self, node: str, parameter: str) -> bool:
        return self.project.has(node) and hasattr(self.project.node(node).operation, parameter)

    def now(self, node: str, name: str) -> float:
        """The median of a node's quantity over the window; NaN if it is not known."""
        if (node, name) not in self._medians:
            self._medians[node, name] = self._median(node, name)
        return self._medians[node, name]

    def _median(self, node: str, name: str) -> float:
        return median(self.history.column(node, name)[self.window].astype(np.float64))

    def begin(self, node: str, name: str) -> float:
        """A node's quantity where the run began: at the first step for what a step brings about,
        before it for the outputs."""
        column = self.history.column(node, name)
        first = int(np.searchsorted(self.history.step, 1)) if name in LEARNING else 0
        return float(column[first]) if first < len(column) else math.nan

    def never(self, node: str, name: str) -> float:
        """The smallest value over the window: so many units were dead in every batch seen."""
        column = self.history.column(node, name)[self.window]
        return float(column.min()) if len(column) else math.nan

    def units(self, node: str) -> int:
        return self.layers[node].units if node in self.layers else 0

    def fixes(self, key: str, make: Callable[[], Iterable[Fix | None]]) -> tuple[Fix, ...]:
        """Those remedies that leave the network sound. They are tried out once: as long as the
        project is the same, equal keys give what was found before."""
        project = self.project
        parts = (project.nodes, project.edges, project.dataset, project.training)
        known, fixes = _tried.get(key, ((), ()))
        if len(known) != len(parts) or any(a is not b for a, b in zip(known, parts, strict=True)):
            fixes = possible(project, make(), self._table)
            _tried[key] = (parts, fixes)
        return fixes

    def weights(self, node: str) -> Mapping[str, Array] | None:
        return self._weights(node) if self._weights is not None else None

    @functools.cached_property
    def factor(self) -> float:
        """The last layer's mean |g| by the first one's: how much the gradient loses on its way
        back. The mean by weight, because a norm would grow with the size of the layer."""
        first, last = (self.now(n, "gradient_mean") for n in (self.dense[0], self.dense[-1]))
        return last / first if first else math.inf


def _bends(operation: object) -> bool:
    return isinstance(operation, Activation) and operation.elementwise


def _spread(indices: Array) -> Array:
    """At most MOST of these indices, evenly, the last one always among them."""
    if len(indices) <= MOST:
        return indices
    places = np.linspace(0, len(indices) - 1, MOST).astype(np.intp)
    spread: Array = indices[places]
    return spread


def median(values: Array) -> float:
    """The median of the finite values; NaN if there are none."""
    # Sorted by hand: np.median takes ten times as long for so few values.
    finite = np.sort(values[np.isfinite(values)])
    middle = len(finite) // 2
    if not len(finite):
        return math.nan
    return float(finite[middle] if len(finite) % 2 else (finite[middle - 1] + finite[middle]) / 2)
