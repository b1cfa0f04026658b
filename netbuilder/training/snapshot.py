"""What the plots show at one moment of a run, and the history that the moments leave."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netbuilder.engine.surface import Surface

__all__ = ["History", "Snapshot", "Surface"]

Array = NDArray[Any]


@dataclass(frozen=True)
class Snapshot:
    """An immutable copy of what the plots show at one moment of a run. Made by the worker."""

    run: int  # number of the run; a reset begins a new one
    step: int
    epoch: float  # passes over the training set, with the fraction of the current one
    train_loss: float
    test_loss: float  # NaN without test samples
    metric: str  # "accuracy", "R2" or ""
    train_metric: float
    test_metric: float
    gradient_norms: Mapping[str, float]  # L2 norm for each node with trainable parameters
    parameters: Array  # copy of the network's flat parameter vector
    surface: Surface | None
    steps_per_second: float
    seconds: float  # training time of this run so far


@dataclass
class History:
    """The curves of one run: one point for each snapshot. GUI thread only.

    Arrays grow by doubling, so that appending is cheap; the properties are views of what is filled.
    """

    layers: tuple[str, ...] = ()
    count: int = 0
    _columns: dict[str, Array] = field(default_factory=dict)

    def append(self, snapshot: Snapshot) -> None:
        """Add one point; a second one at the same step replaces the first."""
        if self.count and self._columns["step"][self.count - 1] == snapshot.step:
            self.count -= 1
        row = {
            "step": float(snapshot.step),
            "epoch": snapshot.epoch,
            "train_loss": snapshot.train_loss,
            "test_loss": snapshot.test_loss,
            "train_metric": snapshot.train_metric,
            "test_metric": snapshot.test_metric,
            **{f"gradient:{k}": v for k, v in snapshot.gradient_norms.items()},
        }
        if not self._columns:
            self.layers = tuple(snapshot.gradient_norms)
            self._columns = {name: np.empty(256) for name in row}
        if self.count == len(self._columns["step"]):
            self._columns = {
                name: np.concatenate([old, np.empty_like(old)])
                for name, old in self._columns.items()
            }
        for name, value in row.items():
            self._columns[name][self.count] = value
        self.count += 1

    def rename(self, old: str, new: str) -> None:
        """A layer has another name from now on."""
        self.layers = tuple(new if name == old else name for name in self.layers)
        self._columns = {
            f"gradient:{new}" if name == f"gradient:{old}" else name: column
            for name, column in self._columns.items()
        }

    def _column(self, name: str) -> Array:
        return self._columns[name][: self.count] if self._columns else np.empty(0)

    @property
    def epoch(self) -> Array:
        return self._column("epoch")

    @property
    def train_loss(self) -> Array:
        return self._column("train_loss")

    @property
    def test_loss(self) -> Array:
        return self._column("test_loss")

    def gradient(self, layer: str) -> Array:
        """The gradient norms of one layer."""
        return self._column(f"gradient:{layer}")
