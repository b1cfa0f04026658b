"""What the plots show at one moment of a run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from netbuilder.engine.history import History
from netbuilder.engine.scene import Scene
from netbuilder.engine.statistics import LayerStatistics
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
    layers: Mapping[str, LayerStatistics]  # every node behind the data, in the network's order
    parameters: Array  # copy of the network's flat parameter vector
    surface: Surface | None
    steps_per_second: float
    seconds: float  # training time of this run so far
    train_confusion: Array | None = None  # (classes, classes), true by predicted; None: no classes
    test_confusion: Array | None = None
    scene: Scene | None = None  # what the views in sight wished; holds the surface too

    @property
    def gradient_norms(self) -> dict[str, float]:
        """The L2 norm of the gradient of each node with trainable parameters."""
        return {name: s.gradient_norm for name, s in self.layers.items() if s.learns}
