"""Projects as JSON text: parse into records, check everything, and only then build."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import numpy as np

from netbuilder.data.dataset import Dataset
from netbuilder.declare import decode, did_you_mean, encode, shorten
from netbuilder.engine.operation import Operation
from netbuilder.engine.settings import Training
from netbuilder.errors import InvalidValue, MissingField, NetbuilderError, UnknownField
from netbuilder.project.migrations import VERSION, migrate
from netbuilder.project.model import (
    NAME_LENGTH,
    REACH,
    Edge,
    Node,
    Position,
    Project,
    Weights,
    freeze,
    name_fault,
)
from netbuilder.project.run import run_state
from netbuilder.project.saved_runs import read_runs, runs_data

FORMAT = "netbuilder"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # some editors put it before UTF-8 text
FIELDS = (
    "format",
    "version",
    "name",
    "nodes",
    "edges",
    "dataset",
    "training",
    "weights",
    "run",
    "runs",
)


class NotAProject(NetbuilderError):
    """The text is no Netbuilder project."""

    template = "This is not a Netbuilder project: {detail}."


class NewerVersion(NetbuilderError):
    """The file was written by a newer program."""

    template = (
        "The file has version {version}, but this program reads versions up to {known}: open it"
        " with a newer Netbuilder."
    )


# ---- reading ----------------------------------------------------------------------------


def loads(text: bytes | str) -> Project:
    """The project in a JSON text. Raises NetbuilderError, naming the place, or builds all."""
    try:
        data = text.encode() if isinstance(text, str) else text
        raw = msgspec.json.decode(data.removeprefix(BYTE_ORDER_MARK))
    except RecursionError:
        raise NotAProject(detail="it is nested too deeply") from None
    except UnicodeError:
        raise NotAProject(detail="it is not UTF-8 text") from None
    except msgspec.DecodeError as error:
        raise NotAProject(detail=_where_json_breaks(data, str(error))) from None
    return from_data(raw)


def _where_json_breaks(data: bytes, message: str) -> str:
    if not data.strip():
        return "it is empty"
    _, _, number = message.partition("(byte ")
    digits = number.rstrip(")")
    if digits.isdigit():
        before = data[: int(digits)]
        line = before.count(b"\n") + 1
        column = len(before) - (before.rfind(b"\n") + 1) + 1
        return f"the JSON is broken at line {line}, column {column}"
    if "truncated" in message:
        lines = data.count(b"\n") + 1
        return f"the JSON breaks off at its end, in line {lines}; the file is incomplete"
    if "out of range" in message:
        return "it holds a number that is too large"
    return "it is not JSON text"


def from_data(raw: Any) -> Project:
    """The project in plain JSON data."""
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        raise NotAProject(detail=f"the field 'format' must be '{FORMAT}'")
    version = raw.get("version")
    if type(version) is not int or version < 1:
        raise InvalidValue(
            where="version", expected=f"a whole number from 1 to {VERSION}", got=shorten(version)
        )
    if version > VERSION:
        raise NewerVersion(version=shorten(version), known=VERSION)
    raw = migrate(raw)
    for field in raw:
        if field not in FIELDS:
            raise UnknownField(where=field, hint=did_you_mean(field, list(FIELDS)))
    if "nodes" not in raw:
        raise MissingField(where="nodes", expected="a list of nodes")
    nodes = tuple(_nodes(_typed(raw["nodes"], list, "a list of nodes", "nodes")))
    edges = tuple(_edges(_typed(raw.get("edges", []), list, "a list of pairs", "edges"), nodes))
    defaults = Project()
    project = Project(
        name=_typed(raw.get("name", defaults.name), str, "a text", "name"),
        nodes=nodes,
        edges=edges,
        dataset=decode(Dataset, raw["dataset"], "dataset")
        if "dataset" in raw
        else defaults.dataset,
        training=decode(Training, raw.get("training", {}), "training"),
        weights=_weights(_typed(raw.get("weights", {}), dict, "an object", "weights"), nodes),
        run=_typed(raw["run"], dict, "an object", "run") if "run" in raw else None,
    )
    if "runs" not in raw:
        return project
    return project.with_(runs=read_runs(raw["runs"], project, from_data, VERSION))


def _typed(value: Any, kind: type, expected: str, where: str) -> Any:
    if not isinstance(value, kind):
        raise InvalidValue(where=where, expected=expected, got=shorten(value))
    return value


def _nodes(raw: list[Any]) -> Iterator[Node]:
    seen: set[str] = set()
    for i, item in enumerate(raw):
        where = f"nodes[{i}]"
        fields = dict(_typed(item, dict, "an object", where))
        if "id" not in fields:
            raise MissingField(where=f"{where}.id", expected="a name")
        node_id = _typed(fields.pop("id"), str, "a name", f"{where}.id")
        if name_fault(node_id):
            raise InvalidValue(
                where=f"{where}.id",
                expected=f"a name of 1 to {NAME_LENGTH} letters in one line",
                got=shorten(node_id),
            )
        if node_id in seen:
            raise InvalidValue(
                where=f"{where}.id", expected="a name not used before", got=shorten(node_id)
            )
        seen.add(node_id)
        # Files written by hand may leave positions out: the blocks then stand in a row.
        position = _position(fields.pop("position", [i * 180.0, 0.0]), f"{where}.position")
        yield Node(node_id, decode(Operation, fields, where), position)


def _position(raw: Any, where: str) -> Position:
    numbers = [v for v in raw if type(v) in (int, float)] if isinstance(raw, list) else []
    if len(numbers) != 2 or len(raw) != 2 or not all(abs(v) <= REACH for v in numbers):
        raise InvalidValue(
            where=where, expected="two numbers [x, y] within a million", got=shorten(raw)
        )
    return float(raw[0]), float(raw[1])


def _edges(raw: list[Any], nodes: tuple[Node, ...]) -> Iterator[Edge]:
    known = [n.id for n in nodes]
    seen: set[Edge] = set()
    for i, item in enumerate(raw):
        where = f"edges[{i}]"
        if not (
            isinstance(item, list) and len(item) == 2 and all(isinstance(v, str) for v in item)
        ):
            raise InvalidValue(
                where=where, expected='a pair of node ids like ["a", "b"]', got=shorten(item)
            )
        for j, end in enumerate(item):
            if end not in known:
                raise InvalidValue(
                    where=f"{where}[{j}]",
                    expected="the id of a node" + did_you_mean(end, known).replace(";", ","),
                    got=shorten(end),
                )
        edge = (item[0], item[1])
        if edge in seen:
            raise InvalidValue(where=where, expected="each wire once", got=shorten(item))
        seen.add(edge)
        yield edge


def _weights(raw: dict[str, Any], nodes: tuple[Node, ...]) -> Weights:
    known = [n.id for n in nodes]
    weights = {}
    for node_id, named in raw.items():
        where = f"weights.{node_id}"
        if node_id not in known:
            raise UnknownField(where=where, hint=did_you_mean(node_id, known))
        _typed(named, dict, "an object of arrays", where)
        weights[node_id] = {
            name: _array(values, f"{where}.{name}") for name, values in named.items()
        }
    return weights


def _array(raw: Any, where: str) -> Any:
    try:
        array = np.array(raw, dtype=np.float64)
        if not isinstance(raw, list) or array.ndim > 2 or not array.size:
            raise ValueError
        if any(type(v) not in (int, float) for v in _leaves(raw)):
            raise ValueError
    except (ValueError, TypeError, OverflowError):
        raise InvalidValue(
            where=where, expected="a list of numbers, or of rows of one length", got=shorten(raw)
        ) from None
    if not np.isfinite(array).all():
        raise InvalidValue(where=where, expected="finite numbers", got=shorten(raw))
    return freeze(array)


def _leaves(raw: Any) -> Iterator[Any]:
    for value in raw:
        if isinstance(value, list):
            yield from _leaves(value)
        else:
            yield value


# ---- writing ----------------------------------------------------------------------------


def to_data(project: Project) -> dict[str, Any]:
    """The project as plain JSON data; `from_data` gives an equal project back."""
    data = {
        "format": FORMAT,
        "version": VERSION,
        "name": project.name,
        "nodes": [_node_data(n) for n in project.nodes],
        "edges": [list(e) for e in project.edges],
        "dataset": encode(project.dataset),
        "training": encode(project.training),
        "weights": weights_data(_kept(project)),
    }
    if run_state(project) is not None:
        data["run"] = project.run
    if project.runs is not None:
        data["runs"] = runs_data(project, to_data)
    return data


def _node_data(node: Node) -> dict[str, Any]:
    fields = encode(node.operation)
    return {
        "id": node.id,
        "type": fields.pop("type"),
        "position": [_plain(v) for v in node.position],
        **fields,
    }


def _plain(value: float) -> float | int:
    return int(value) if math.isfinite(value) and value == int(value) else value


def _kept(project: Project) -> Weights:
    """The weights of the nodes that there are, in their order.

    JSON knows no NaN and no infinity; a layer that holds one is left out, so that the file opens.
    """
    return {
        n.id: project.weights[n.id]
        for n in project.nodes
        if n.id in project.weights
        and all(np.isfinite(array).all() for array in project.weights[n.id].values())
    }


def weights_data(weights: Weights) -> Mapping[str, Any]:
    """Weights as nested lists, full precision."""
    return {
        i: {name: array.tolist() for name, array in named.items()} for i, named in weights.items()
    }


def dumps(project: Project) -> bytes:
    """The project as JSON text: one line for each node, wire list and weight row."""
    data = to_data(project)
    lines = []
    for field, value in data.items():
        lines.append(f'  "{field}": {_layout(value, field)}')
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def _layout(value: Any, field: str) -> str:
    def compact(item: Any) -> str:
        return msgspec.json.format(msgspec.json.encode(item), indent=0).decode()

    if field in ("nodes", "runs") and value:
        return "[\n" + ",\n".join(f"    {compact(v)}" for v in value) + "\n  ]"
    if field == "weights" and value:
        rows = [f"    {compact(k)}: {compact(v)}" for k, v in value.items()]
        return "{\n" + ",\n".join(rows) + "\n  }"
    return compact(value)
