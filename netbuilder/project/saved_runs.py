"""The block "runs" of a project file: earlier runs with their settings, curves and weights.

What a run trained is written only where it differs from what the project itself holds.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np

from netbuilder.declare import did_you_mean, shorten
from netbuilder.engine.history import RUN
from netbuilder.engine.operation import Array
from netbuilder.engine.state import packed, unpacked
from netbuilder.errors import InvalidValue, MissingField, NetbuilderError, UnknownField
from netbuilder.project.commands import Command
from netbuilder.project.model import Column, Packed, Project, SavedRun, Weights, freeze

POINTS = 500  # of each curve at most
NOTE = 200  # letters of a note
SETTINGS = ("nodes", "edges", "dataset", "training")
REQUIRED = ("number", "points")
FIELDS = ("number", "note", "started", "finished_by", "metric", "given_weights", *SETTINGS)
ALL = (*FIELDS, "points", "gradients", "weights")
LARGEST = 5000  # numbers that a network may have whose weights are kept with each run

ToData = Callable[[Project], Mapping[str, Any]]
FromData = Callable[[Any], Project]


class KeepRuns(Command, frozen=True):
    """Save the runs in the project's file, or no longer."""

    on: bool

    @property
    def text(self) -> str:
        return "Save the runs in the project" if self.on else "Leave the runs out of the project"

    template: ClassVar[str] = "Save the runs"

    def apply(self, project: Project) -> Project:
        if self.on:
            return project if project.runs is not None else project.with_(runs=())
        return project.with_(runs=None)


PackedWeights = Mapping[str, Mapping[str, Packed]]


def packed_weights(weights: Weights) -> PackedWeights:
    """The weights as they are kept with a run: none of a large network, and none that are not all
    finite."""
    arrays = [array for named in weights.values() for array in named.values()]
    if sum(a.size for a in arrays) > LARGEST or not all(np.isfinite(a).all() for a in arrays):
        return {}
    return {
        node: {name: Packed(array.shape, packed(array)) for name, array in named.items()}
        for node, named in weights.items()
    }


def unpacked_weights(weights: PackedWeights) -> Weights:
    """The weights as the document keeps them. Raises ValueError for what is no such text."""
    return {
        node: {name: _unpacked(values) for name, values in named.items()}
        for node, named in weights.items()
    }


def _unpacked(values: Packed) -> Array:
    flat = unpacked(values.float64, "<f8", math.prod(values.shape))
    return freeze(flat.reshape(values.shape))


def runs_data(project: Project, to_data: ToData) -> list[dict[str, Any]]:
    """The project's runs as plain JSON data."""
    bare = Project(
        nodes=project.nodes,
        edges=project.edges,
        dataset=project.dataset,
        training=project.training,
    )
    here = to_data(bare)
    return [_run_data(run, here, to_data) for run in project.runs or ()]


def _run_data(run: SavedRun, here: Mapping[str, Any], to_data: ToData) -> dict[str, Any]:
    data: dict[str, Any] = {"number": run.number}
    for name in ("note", "started", "finished_by", "metric"):
        if getattr(run, name):
            data[name] = getattr(run, name)
    if run.given_weights:
        data["given_weights"] = True
    theirs = to_data(run.project)
    if any(theirs[name] != here[name] for name in ("nodes", "edges")):
        data |= {"nodes": theirs["nodes"], "edges": theirs["edges"]}
    data |= {k: theirs[k] for k in ("dataset", "training") if theirs[k] != here[k]}
    data["points"] = {name: list(column) for name, column in run.points.items()}
    if run.gradients:
        data["gradients"] = {name: list(column) for name, column in run.gradients.items()}
    if run.weights:
        data["weights"] = {
            node: {n: {"shape": list(a.shape), "float64": a.float64} for n, a in named.items()}
            for node, named in run.weights.items()
        }
    return data


def read_runs(
    raw: Any, project: Project, from_data: FromData, version: int
) -> tuple[SavedRun, ...]:
    """The runs in plain JSON data, saved with this project. Raises NetbuilderError that names the
    place."""
    if not isinstance(raw, list):
        raise InvalidValue(where="runs", expected="a list of runs", got=shorten(raw))
    runs: list[SavedRun] = []
    for i, item in enumerate(raw):
        where = f"runs[{i}]"
        run = _run(item, project, from_data, version, where)
        if any(run.number <= other.number for other in runs):
            raise InvalidValue(
                where=f"{where}.number",
                expected="a number above those of the runs before",
                got=shorten(run.number),
            )
        runs.append(run)
    return tuple(runs)


def _run(raw: Any, project: Project, from_data: FromData, version: int, where: str) -> SavedRun:
    if not isinstance(raw, dict):
        raise InvalidValue(where=where, expected="an object", got=shorten(raw))
    for name in raw:
        if name not in ALL:
            raise UnknownField(where=f"{where}.{name}", hint=did_you_mean(name, list(ALL)))
    for name in REQUIRED:
        if name not in raw:
            raise MissingField(where=f"{where}.{name}", expected="every run has it")
    for name, kind, words in (
        ("number", int, "a whole number of at least 1"),
        ("note", str, f"a text of at most {NOTE} letters"),
        ("started", (int, float), "a time in seconds since 1970"),
        ("finished_by", str, "a text"),
        ("metric", str, "a text"),
        ("given_weights", bool, "true or false"),
    ):
        value = raw.get(name)
        if name in raw and not _fits(value, kind):
            raise InvalidValue(where=f"{where}.{name}", expected=words, got=shorten(value))
    settings = {name: raw[name] for name in SETTINGS if name in raw}
    if "edges" in settings and "nodes" not in settings:
        raise MissingField(where=f"{where}.nodes", expected="the blocks that the wires join")
    try:
        found = from_data({"format": "netbuilder", "version": version, "nodes": [], **settings})
    except NetbuilderError as error:
        if "where" in error.fields:
            raise type(error)(
                **{**error.fields, "where": f"{where}.{error.fields['where']}"}
            ) from None
        raise
    points = _columns(raw["points"], f"{where}.points")
    for name in points:
        if name not in RUN:
            hint = did_you_mean(name, list(RUN))
            raise UnknownField(where=f"{where}.points.{name}", hint=hint)
    for name in RUN:
        if name not in points:
            raise MissingField(where=f"{where}.points.{name}", expected="a list of numbers")
    count = len(points["step"])
    return SavedRun(
        number=raw["number"],
        note=raw.get("note", ""),
        started=float(raw.get("started", 0.0)),
        finished_by=raw.get("finished_by", ""),
        metric=raw.get("metric", ""),
        given_weights=raw.get("given_weights", False),
        nodes=found.nodes if "nodes" in raw else project.nodes,
        edges=found.edges if "nodes" in raw else project.edges,
        dataset=found.dataset if "dataset" in raw else project.dataset,
        training=found.training if "training" in raw else project.training,
        points=_of_length(points, count, f"{where}.points"),
        gradients=_of_length(
            _columns(raw.get("gradients", {}), f"{where}.gradients"), count, f"{where}.gradients"
        ),
        weights=_weights(
            raw.get("weights", {}),
            found if "nodes" in raw else project,
            f"{where}.weights",
        ),
    )


def _weights(raw: Any, project: Project, where: str) -> PackedWeights:
    known = [n.id for n in project.nodes]
    left = LARGEST
    found: dict[str, dict[str, Packed]] = {}
    for node, named in _object(raw, where, "an object of blocks").items():
        if node not in known:
            raise UnknownField(where=f"{where}.{node}", hint=did_you_mean(node, known))
        found[node] = {}
        for name, values in _object(named, f"{where}.{node}", "an object of arrays").items():
            place = f"{where}.{node}.{name}"
            found[node][name] = one = _packed(values, place, left)
            left -= math.prod(one.shape)
    return found


def _object(raw: Any, where: str, expected: str) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise InvalidValue(where=where, expected=expected, got=shorten(raw))
    return raw


def _packed(raw: Any, where: str, most: int) -> Packed:
    expected = 'an object of "shape" and "float64"'
    raw = _object(raw, where, expected)
    if raw.keys() != {"shape", "float64"}:
        raise InvalidValue(where=where, expected=expected, got=shorten(raw))
    shape = raw["shape"]
    sound = isinstance(shape, list) and 1 <= len(shape) <= 2
    if not sound or not all(type(n) is int and 1 <= n <= LARGEST for n in shape):
        raise InvalidValue(
            where=f"{where}.shape",
            expected=f"one or two whole numbers from 1 to {LARGEST}",
            got=shorten(shape),
        )
    size = math.prod(shape)
    if size > most:
        raise InvalidValue(
            where=f"{where}.shape",
            expected=f"at most {LARGEST} numbers in all weights of a run",
            got=shorten(shape),
        )
    values = Packed(tuple(shape), raw["float64"])
    try:
        finite = bool(np.isfinite(_unpacked(values)).all())
    except ValueError:
        finite = False
    if not finite:
        raise InvalidValue(
            where=f"{where}.float64",
            expected=f"{size} finite numbers as little-endian bytes in base 64",
            got=shorten(raw["float64"]),
        )
    return values


def _fits(value: Any, kind: Any) -> bool:
    if isinstance(value, bool) is not (kind is bool) or not isinstance(value, kind):
        return False
    if kind is int:
        return bool(1 <= value <= 10**9)
    if kind is str:
        return len(value) <= NOTE
    return bool(math.isfinite(value) and abs(value) < 1e15)


def _columns(raw: Any, where: str) -> dict[str, Column]:
    if not isinstance(raw, dict):
        raise InvalidValue(where=where, expected="an object of lists", got=shorten(raw))
    columns = {}
    for name, values in raw.items():
        place = f"{where}.{name}"
        if not isinstance(values, list) or not 1 <= len(values) <= POINTS:
            expected = f"a list of 1 to {POINTS} numbers"
            raise InvalidValue(where=place, expected=expected, got=shorten(values))
        for i, value in enumerate(values):
            if value is not None and not _fits_column(value):
                raise InvalidValue(
                    where=f"{place}[{i}]", expected="a finite number or null", got=shorten(value)
                )
        columns[name] = tuple(None if v is None else float(v) for v in values)
    return columns


def _fits_column(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) <= sys.float_info.max


def _of_length(columns: dict[str, Column], count: int, where: str) -> dict[str, Column]:
    for name, column in columns.items():
        if len(column) != count:
            raise InvalidValue(
                where=f"{where}.{name}",
                expected=f"{count} numbers, as many as steps",
                got=str(len(column)),
            )
    return columns
