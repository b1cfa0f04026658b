"""Numbers for the cross-hair and for files: outputs at a place, the nearest sample, the map."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netbuilder.data.prepare import Split
from netbuilder.data.spread import MOST_TEST, MOST_TRAIN
from netbuilder.engine.plane import Plane
from netbuilder.engine.surface import Surface
from netbuilder.ui.plots.base import Table
from netbuilder.ui.plots.decision_plane import interpolated
from netbuilder.ui.plots.decision_settings import DecisionSettings
from netbuilder.ui.plots.samples import Extent, class_word, shown, to_unit
from netbuilder.ui.plots.scales import significant

Array = NDArray[Any]
MOST_ROWS = 4  # of probabilities: those of the most probable classes


class SampleFinder:
    """The samples that a view shows, training samples first: x (N, n), places (N, 2) in a view of
    0 … 1, and how many of them are training samples. In the order of the network's answers."""

    def __init__(self, split: Split, plane: Plane, extent: Extent) -> None:
        self._split = split
        parts = shown(split.train, MOST_TRAIN), shown(split.test, MOST_TEST)
        self.train = len(parts[0].x)
        self.x: Array = np.concatenate([part.x for part in parts])
        self.y: Array = np.concatenate([part.y for part in parts])
        self.labels: Array | None = None
        if split.train.classes is not None:
            self.labels = np.concatenate([part.labels for part in parts])
        places = plane.project(self.x)
        if places.shape[1] == 1:
            height = self.y[:, :1] if self.labels is None else self.labels[:, None]
            places = np.column_stack([places, height])
        self.places = to_unit(places, extent)

    @classmethod
    def along(cls, split: Split, extent: Extent) -> SampleFinder:
        """Samples of one feature; their height is the target, or the number of the class."""
        return cls(split, Plane(np.zeros(1), np.eye(1), extent, (0,)), extent)

    def shown(self, settings: DecisionSettings) -> NDArray[np.bool_]:
        """Which of them are not hidden (N,)."""
        found = np.full(len(self.x), settings.test)
        found[: self.train] = settings.train
        return found

    def near(
        self, place: tuple[float, float], settings: DecisionSettings, *, along: bool = False
    ) -> int | None:
        """The number of the sample nearest to a place, along the first axis alone if wished."""
        rows = np.flatnonzero(self.shown(settings))
        if not len(rows):
            return None
        apart = (self.places[rows] - np.array(place)) ** 2
        distance = apart[:, 0] if along else apart.sum(axis=1)
        return int(rows[np.nan_to_num(distance, nan=np.inf).argmin()])

    def word(self, number: int, template: str) -> str:
        """Its class or its targets."""
        if self.labels is not None:
            return class_word(self._split, int(self.labels[number]), template)
        return ", ".join(significant(float(v)) for v in self.y[number])


def surface_at(surface: Surface, place: tuple[float, float]) -> Array:
    """The values (k,) at a place from (0, 0) to (1, 1), between the points by interpolation."""
    values = np.asarray(surface.values, np.float64)
    with np.errstate(all="ignore"):
        if surface.kind == "curve":
            return interpolated(values[None], (place[0], 0.0)).reshape(-1)
        return interpolated(values, place).reshape(-1)


def output_rows(
    surface: Surface, at: Array, names: Sequence[str], words: tuple[str, str, str]
) -> list[tuple[str, str]]:
    """Rows for the cross-hair; words are those for output, class and a class nobody can tell."""
    output, class_, undecided = words
    if surface.kind == "regression" or not names or (surface.kind == "curve" and len(names) < 2):
        if len(at) == 1:
            return [(output, significant(float(at[0])))]
        return [(f"{output} {k + 1}", significant(float(v))) for k, v in enumerate(at[:MOST_ROWS])]
    if not np.isfinite(at).all():
        return [(output, significant(float(at[0]))), (class_, undecided)]
    if len(at) == 1:
        winner = int(at[0] >= 0.5)
        return [(output, significant(float(at[0]))), (class_, names[winner])]
    best = np.argsort(-at, kind="stable")[:MOST_ROWS]
    rows = [(names[k] if k < len(names) else str(k), significant(float(at[k]))) for k in best]
    first = int(best[0])
    return [(class_, names[first] if first < len(names) else str(first)), *rows]


def table_of(surface: Surface, axes: tuple[str, str], names: Sequence[str]) -> Table:
    """The points of a map: where they are, and the outputs there."""
    values = np.asarray(surface.values, np.float64)
    x0, x1, y0, y1 = surface.extent
    if surface.kind == "curve":
        outputs = values
        columns = [np.linspace(x0, x1, len(values))]
        header = [axes[0]]
    else:
        rows, across = values.shape[:2]
        x, y = np.meshgrid(np.linspace(x0, x1, across), np.linspace(y0, y1, rows))
        outputs = values.reshape(rows * across, -1)
        columns = [x.ravel(), y.ravel()]
        header = list(axes)
    count = outputs.shape[1]
    if count == 1:
        header.append("output")
    else:
        header += [names[k] if k < len(names) else f"output {k + 1}" for k in range(count)]

    def lines() -> Iterator[Sequence[float]]:
        for place, row in zip(zip(*columns, strict=True), outputs.tolist(), strict=True):
            yield [*map(float, place), *row]

    return header, lines()
