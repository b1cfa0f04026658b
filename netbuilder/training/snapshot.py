"""What the plots show at one moment of a run."""

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from netbuilder.engine.history import History
from netbuilder.engine.point import Point
from netbuilder.engine.scene import Scene
from netbuilder.engine.surface import Surface

__all__ = ["History", "Snapshot", "Surface"]

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Snapshot(Point):
    """An immutable copy of what the plots show at one moment of a run. Made by the worker."""

    run: int  # number of the run; a reset begins a new one
    parameters: Array  # copy of the network's flat parameter vector
    steps_per_second: float
    scene: Scene | None = None  # what the views in sight wished

    @property
    def surface(self) -> Surface | None:
        """The network's answers over the plane, if they were wished."""
        return self.scene.surface if self.scene is not None else None
