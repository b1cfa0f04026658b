"""Pictures of what a network does: its output, single units and bent spaces, as they are wished."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.metrics import decided
from netbuilder.engine.network import PREDICT_ROWS, Network
from netbuilder.engine.operation import Array
from netbuilder.engine.plane import Plane, PlaneChoice, plane_through, principal_axes
from netbuilder.engine.surface import RESOLUTION, Surface, surface_of

SPACE_SAMPLES = 400  # shown in a layer's space at most
GRID_LINES = 13  # of the bent grid in each direction
LINE_POINTS = 33  # on each of them
CURVE_POINTS = 200  # on the one line there is with a single feature
OPENED_UP = 3  # units up to which a layer's space is shown as it is

_RESOLUTIONS = (RESOLUTION, 80, 64, 48, 40, 32, 24)
_LIVE_WORK, _REST_WORK = 1.2e7, 1.2e8  # multiplications for a surface: some 2 and 20 ms
_UNIT_WORK = 24  # what an activation costs, in multiplications
_LIVE_LEAST, _REST_LEAST = 24, 40
_LIVE_MOST = 80  # points along each axis: the eye follows the movement
_MOST_PARTS = 8  # into which the samples are divided for live answers


@dataclass(frozen=True)
class Wish:
    """What the views in sight want to know. Nothing is computed for what is not wished.

    unit: (node, number) of the one whose map is wanted; space: the node whose outputs are.
    """

    choice: PlaneChoice = field(default_factory=PlaneChoice)
    surface: bool = True
    answers: bool = False
    unit: tuple[str, int] | None = None
    space: str | None = None


@dataclass(frozen=True, eq=False)
class ShownSamples:
    """The samples that a picture shows: x (N, n), the first `train` of them training samples.
    labels (N,) are class indices, None for a regression."""

    x: Array
    train: int
    labels: Array | None = None


@dataclass(frozen=True, eq=False)
class Answers:
    """What the network says to the shown samples: outputs (N, k), and which are wrong (N,), None
    for a regression."""

    outputs: Array
    wrong: Array | None


@dataclass(frozen=True, eq=False)
class UnitMap:
    """The output of one unit over the plane: values (rows, columns), row 0 at the smallest v; one
    row along a line."""

    node: str
    unit: int
    values: Array
    plane: Plane


@dataclass(frozen=True, eq=False)
class Space:
    """The samples and the plane's grid as one layer hands them on, d its units up to 3, else 2.

    places (N, d) of the shown samples `rows` (N,); lines (L, P, d): L lines of P points, those of
    constant v first. explained: the variance shares of the principal components that stand for
    more units, () for the units themselves. cut (d + 1,): weights and bias of the Dense unit
    `next` behind, whose sum is 0 on a line or a plane of this space; None if there is none.
    """

    node: str
    units: int
    rows: Array
    places: Array
    lines: Array
    explained: tuple[float, ...] = ()
    cut: Array | None = None
    next: str = ""


@dataclass(frozen=True, eq=False)
class Scene:
    """What was wished, of one moment."""

    wish: Wish
    plane: Plane
    surface: Surface | None = None
    answers: Answers | None = None
    unit: UnitMap | None = None
    space: Space | None = None


class SceneMaker:
    """Makes the scenes of one network in prediction mode: training goes on to the same bits whether
    anybody looks or not. Not thread-safe: used by the thread that trains."""

    def __init__(
        self, network: Network, x: Array, train: Array, classes: int | None, shown: ShownSamples
    ) -> None:
        """x (N, n): all samples, which the picture is laid about; train: those learned from."""
        self.network = network
        self.classes = classes
        self.shown = shown
        self._x, self._train = x, train
        self._choice: PlaneChoice | None = None
        self._plane: Plane | None = None
        self._grids: dict[int, Array] = {}
        self._lines: Array | None = None
        self._samples = network.augmented(shown.x)
        count = len(shown.x)
        self._some = np.linspace(0, count - 1, min(count, SPACE_SAMPLES)).astype(np.intp)
        self._axes: dict[str, Array] = {}
        self._said = np.empty((0, network.outputs))  # to all shown samples, the last time
        self._turn = 0
        work = network.params.size + _UNIT_WORK * sum(network.widths.values())
        self._resolutions = {
            True: min(_affordable(_LIVE_WORK / work, _LIVE_LEAST), _LIVE_MOST),
            False: _affordable(_REST_WORK / work, _REST_LEAST),
        }
        self._parts = min(max(round(count * work / _LIVE_WORK), 1), _MOST_PARTS)

    def make(self, wish: Wish, *, live: bool = False) -> Scene | None:
        """What is wished, for the network's present weights. While it is `live` the map is coarser,
        and of a large network only a part of the samples is asked anew each time. Unknown nodes are
        left out. None without samples."""
        plane = self._take_plane(wish.choice)
        if plane is None:
            return None
        unit = wish.unit if wish.unit is not None and self._has(*wish.unit) else None
        surface, unit_map = None, None
        if wish.surface or unit is not None:
            outputs = self._over_grid(plane, self._resolutions[live], wish.surface, unit)
            if wish.surface:
                surface = surface_of(
                    self.network, outputs[self.network.output_id], self.classes, plane
                )
            if unit is not None:
                values = outputs[unit[0]][:, unit[1]]
                n = len(values) if len(plane.axes) == 1 else round(len(values) ** 0.5)
                unit_map = UnitMap(*unit, values.reshape(-1, n), plane)
        answers = self._answers(live) if wish.answers and len(self.shown.x) else None
        space = None
        if wish.space is not None and self._has(wish.space):
            space = self._space(wish.space, plane)
        return Scene(wish, plane, surface, answers, unit_map, space)

    def _has(self, node: str, unit: int = 0) -> bool:
        return node in self.network.widths and 0 <= unit < self.network.widths[node]

    def _take_plane(self, choice: PlaneChoice) -> Plane | None:
        if choice != self._choice:
            self._choice = choice
            self._plane = plane_through(self._x, self._train, choice)
            self._grids.clear()
            self._lines = None
        return self._plane

    def _over_grid(
        self, plane: Plane, resolution: int, surface: bool, unit: tuple[str, int] | None
    ) -> dict[str, Array]:
        if resolution not in self._grids:
            points = plane.points(plane.grid(resolution))
            self._grids[resolution] = self.network.augmented(points)
        nodes = [self.network.output_id] if surface else []
        nodes += [unit[0]] if unit is not None and unit[0] not in nodes else []
        return outputs_of(self.network, self._grids[resolution], nodes)

    def _answers(self, live: bool) -> Answers:
        node, rows = self.network.output_id, self._samples
        if live and self._parts > 1 and len(self._said):
            part = slice(self._turn, None, self._parts)
            self._turn = (self._turn + 1) % self._parts
            self._said[part] = outputs_of(self.network, rows[part], [node])[node]
        else:
            self._said = outputs_of(self.network, rows, [node])[node]
        outputs = self._said.copy()
        labels = self.shown.labels
        if labels is None or not self.classes:
            return Answers(outputs, None)
        wrong = decided(outputs, self.network.loss.threshold) != labels
        return Answers(outputs, wrong)

    def _space(self, node: str, plane: Plane) -> Space:
        if self._lines is None:
            self._lines = self.network.augmented(plane.points(_grid_lines(plane)))
        units = self.network.widths[node]
        samples = outputs_of(self.network, self._samples[self._some], [node])[node]
        lines = outputs_of(self.network, self._lines, [node])[node]
        explained: tuple[float, ...] = ()
        cut, following = None, ""
        if units > OPENED_UP:
            axes = np.eye(2, units)
            fine = samples[np.isfinite(samples).all(axis=1)]
            if len(fine):
                axes, shares = principal_axes(fine, 2, self._axes.get(node))
                explained = float(shares[0]), float(shares[1])
                self._axes[node] = axes
                centre = fine.mean(axis=0)
                with np.errstate(all="ignore"):
                    samples, lines = (samples - centre) @ axes.T, (lines - centre) @ axes.T
            else:
                explained = 0.0, 0.0
                samples, lines = samples[:, :2], lines[:, :2]
        else:
            cut, following = self._cut_behind(node)
        points = LINE_POINTS if len(plane.axes) == 2 else CURVE_POINTS
        bent = lines.reshape(-1, points, lines.shape[1])
        return Space(node, units, self._some, samples, bent, explained, cut, following)

    def _cut_behind(self, node: str) -> tuple[Array | None, str]:
        """Weights and bias of the Dense unit that reads this node alone."""
        for vertex in self.network.vertices:
            if vertex.inputs == (node,) and isinstance(vertex.operation, Dense):
                named: Mapping[str, Array] = self.network.parameters.get(vertex.id, {})
                if self.network.widths[vertex.id] == 1 and "W" in named:
                    bias = float(named["b"].ravel()[0]) if "b" in named else 0.0
                    weights = np.asarray(named["W"], np.float64).ravel()
                    return np.append(weights, bias), vertex.id
        return None, ""


def outputs_of(network: Network, rows: Array, nodes: list[str]) -> dict[str, Array]:
    """Outputs (N, units) of nodes, float64, for rows (N, n + 1) that `Network.augmented` made."""
    found = {node: np.empty((len(rows), network.widths[node])) for node in nodes}
    for first in range(0, len(rows), PREDICT_ROWS):
        part = rows[first : first + PREDICT_ROWS]
        workspace = network.workspace(len(part), "predict")
        workspace.load(part.T, None)
        with np.errstate(all="ignore"):
            workspace.run(workspace.forward)
        for node, values in found.items():
            values[first : first + len(part)] = workspace.output(node)
    return found


def _affordable(points: float, least: int) -> int:
    return next((n for n in _RESOLUTIONS if n * n <= points), least)


def _grid_lines(plane: Plane) -> Array:
    """Places (L * P, k) along lines of constant v, then of constant u; one line if k is 1."""
    u0, u1, v0, v1 = plane.extent
    if len(plane.axes) == 1:
        return np.linspace(u0, u1, CURVE_POINTS).reshape(-1, 1)
    along = np.linspace(0.0, 1.0, LINE_POINTS)
    steps = np.linspace(0.0, 1.0, GRID_LINES)
    across, level = np.meshgrid(along, steps)
    level_lines = np.column_stack([across.ravel(), level.ravel()])
    unit = np.concatenate([level_lines, level_lines[:, ::-1]])
    places: Array = np.array([u0, v0]) + unit * np.array([u1 - u0, v1 - v0])
    return places
