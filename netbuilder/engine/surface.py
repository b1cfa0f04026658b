"""The network's output over the plane of its two inputs, or along its only one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from netbuilder.engine.network import Network
from netbuilder.engine.operation import Array
from netbuilder.engine.plane import Plane, box_plane

RESOLUTION = 100  # points along each axis, as in TF Playground
MAP_RESOLUTION = 24  # of a single unit's map: it is drawn about as large


@dataclass(frozen=True)
class Surface:
    """The network's output over a plane through the features (or along one).

    kind "binary": values (rows, columns) in 0 … 1, row 0 at the smallest y. "multiclass": values
    (rows, columns, classes), probabilities. "regression": values (rows, columns), in target units.
    "curve": one feature; values (columns, outputs) over x.
    extent is (x_min, x_max, y_min, y_max) on the plane.
    """

    kind: Literal["binary", "multiclass", "regression", "curve"]
    values: Array
    extent: tuple[float, float, float, float]
    plane: Plane | None = None


def surface_of(network: Network, out: Array, classes: int | None, plane: Plane) -> Surface:
    """The surface that outputs (N, k) at the points of a plane's grid make."""
    if len(plane.axes) == 1:
        return Surface("curve", out, plane.extent, plane)
    n = round(len(out) ** 0.5)
    if out.shape[1] > 1:
        kind: Literal["multiclass", "regression"] = "multiclass" if classes else "regression"
        shaped = out.reshape(n, n, -1)
        return Surface(kind, shaped if classes else shaped[:, :, 0], plane.extent, plane)
    if not classes:
        return Surface("regression", out.reshape(n, n), plane.extent, plane)
    threshold = network.loss.threshold
    if threshold != 0.5:
        # Raw scores are no probabilities: show the margin from -1 to 1 round the decision.
        out = np.clip(0.5 + (out - threshold) / 2.0, 0.0, 1.0)
    return Surface("binary", out.reshape(n, n), plane.extent, plane)


class SurfaceMaker:
    """Computes surfaces of one network over fixed points; the points are made once.

    low and high (n,) bound the data's features.
    """

    def __init__(
        self,
        network: Network,
        low: Array,
        high: Array,
        *,
        classes: int | None,
        resolution: int = RESOLUTION,
    ) -> None:
        self.network = network
        self.classes = classes
        self.resolution = resolution
        self.plane = box_plane(low, high)
        self.extent = self.plane.extent
        self.points = self.plane.points(self.plane.grid(resolution))

    def make(self) -> Surface:
        """The surface for the network's present weights."""
        return surface_of(self.network, self.network.predict(self.points), self.classes, self.plane)


def surface_maker(
    network: Network, x: Array, classes: int | None, resolution: int = RESOLUTION
) -> SurfaceMaker | None:
    """A maker for data x (N, n), or None when it has more than two features."""
    if x.shape[1] > 2 or not len(x):
        return None
    return SurfaceMaker(
        network, x.min(axis=0), x.max(axis=0), classes=classes, resolution=resolution
    )


@dataclass(frozen=True)
class UnitMaps:
    """What single units answer over the plane of two features (or along one).

    values: node id -> (units, rows, columns) float32, row 0 at the smallest y; one row when there
    is one feature. extent is (x_min, x_max, y_min, y_max).
    """

    values: Mapping[str, Array]
    extent: tuple[float, float, float, float]


class UnitMapper:
    """Computes the maps of a network's units over fixed points, in prediction mode: training goes
    on to the same bits whether anybody looks or not."""

    def __init__(self, network: Network, low: Array, high: Array, resolution: int) -> None:
        grid = SurfaceMaker(network, low, high, classes=None, resolution=resolution)
        self.network = network
        self.extent = grid.extent
        self._shape = (1 if grid.points.shape[1] == 1 else resolution, resolution)
        self._rows = network.augmented(grid.points)

    def make(self, wanted: Mapping[str, int]) -> UnitMaps:
        """The maps of the first so many units of each wanted node; unknown nodes are left out."""
        workspace = self.network.workspace(len(self._rows), "predict")
        workspace.load(self._rows.T, None)
        with np.errstate(all="ignore"):
            workspace.run(workspace.forward)
            values = {
                node_id: workspace.output(node_id)
                .T[:count]
                .astype(np.float32)
                .reshape(-1, *self._shape)
                for node_id, count in wanted.items()
                if node_id in workspace.signals
            }
        return UnitMaps(values, self.extent)


def unit_mapper(network: Network, x: Array, resolution: int = MAP_RESOLUTION) -> UnitMapper | None:
    """A mapper for data x (N, n), or None when it has more than two features."""
    if x.shape[1] > 2 or not len(x):
        return None
    return UnitMapper(network, x.min(axis=0), x.max(axis=0), resolution)
