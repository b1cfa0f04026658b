"""The network's output over the plane of its two inputs, or along its only one."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from netbuilder.engine.network import Network
from netbuilder.engine.operation import Array

RESOLUTION = 100  # points along each axis, as in TF Playground


@dataclass(frozen=True)
class Surface:
    """The network's output over the plane of two features (or along one).

    kind "binary": values (rows, columns) in 0 … 1, row 0 at the smallest y. "multiclass": values
    (rows, columns, classes), probabilities. "regression": values (rows, columns), in target units.
    "curve": one feature; values (columns, outputs) over x.
    extent is (x_min, x_max, y_min, y_max).
    """

    kind: Literal["binary", "multiclass", "regression", "curve"]
    values: Array
    extent: tuple[float, float, float, float]


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
        self.extent = extent(low, high)
        x_min, x_max, y_min, y_max = self.extent
        x = np.linspace(x_min, x_max, resolution)
        if len(low) == 1:
            self.points = x.reshape(-1, 1)
        else:
            y = np.linspace(y_min, y_max, resolution)
            self.points = np.column_stack([a.ravel() for a in np.meshgrid(x, y)])

    def make(self) -> Surface:
        """The surface for the network's present weights."""
        out = self.network.predict(self.points)
        if self.points.shape[1] == 1:
            return Surface("curve", out, self.extent)
        n = self.resolution
        if out.shape[1] > 1:
            kind: Literal["multiclass", "regression"] = (
                "multiclass" if self.classes else "regression"
            )
            shaped = out.reshape(n, n, -1)
            return Surface(kind, shaped if self.classes else shaped[:, :, 0], self.extent)
        kind2: Literal["binary", "regression"] = "binary" if self.classes else "regression"
        return Surface(kind2, out.reshape(n, n), self.extent)


def extent(low: Array, high: Array) -> tuple[float, float, float, float]:
    """The data's range with a margin, the same scale on both axes for data in the plane."""
    centre, half = (low + high) / 2.0, (high - low) / 2.0
    if len(low) == 1:
        reach = float(half[0]) * 1.15 or 1.0
        return float(centre[0]) - reach, float(centre[0]) + reach, 0.0, 0.0
    reach = float(half.max()) * 1.15 or 1.0
    x, y = (float(v) for v in centre)
    return x - reach, x + reach, y - reach, y + reach


def surface_maker(
    network: Network, x: Array, classes: int | None, resolution: int = RESOLUTION
) -> SurfaceMaker | None:
    """A maker for data x (N, n), or None when it has more than two features."""
    if x.shape[1] > 2 or not len(x):
        return None
    return SurfaceMaker(
        network, x.min(axis=0), x.max(axis=0), classes=classes, resolution=resolution
    )
