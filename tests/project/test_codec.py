"""Project files: what is written is read back; what is wrong is told, never half-loaded."""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers import EXAMPLES
from hypothesis import given
from hypothesis import strategies as st
from strategies import projects

from netbuilder.data.sets.xor import Xor
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.settings import Training
from netbuilder.errors import (
    InvalidValue,
    MissingField,
    NetbuilderError,
    UnknownField,
    UnknownType,
)
from netbuilder.project import codec
from netbuilder.project.codec import NewerVersion, NotAProject, dumps, from_data, loads
from netbuilder.project.migrations import VERSION, migrations
from netbuilder.project.model import Node, Project, freeze

XOR = (EXAMPLES / "xor.json").read_bytes()
TABLE = {"type": "table", "x": [[0.0, 1.0]], "y": [[1.0]]}


def data() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(XOR)
    return found


def fault(raw: Any) -> str:
    """What the reader says about plain data that is no project."""
    with pytest.raises(NetbuilderError) as caught:
        loads(json.dumps(raw))
    return str(caught.value)


# ---- round trips ----


@given(projects())
def test_every_project_comes_back_equal(project: Project) -> None:
    text = dumps(project)
    again = loads(text)
    assert again == project
    assert dumps(again) == text
    assert json.loads(text)["version"] == VERSION
    for node_id, named in project.weights.items():
        for name, array in named.items():
            assert again.weights[node_id][name].tobytes() == array.tobytes()


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.json")), ids=lambda p: p.stem)
def test_examples_come_back_equal(path: Path) -> None:
    project = loads(path.read_bytes())
    assert loads(dumps(project)) == project


def test_what_is_left_out_takes_its_default() -> None:
    project = from_data(
        {"format": "netbuilder", "version": 1, "nodes": [{"id": "a", "type": "Dense"}]}
    )
    assert project.nodes == (Node("a", Dense()),)
    assert (project.edges, project.training, project.weights) == ((), Training(), {})
    assert (project.name, project.dataset) == ("Untitled", Xor())


def test_nodes_without_a_position_stand_in_a_row() -> None:
    raw = data()
    for node in raw["nodes"]:
        del node["position"]
    x = [n.position[0] for n in from_data(raw).nodes]
    assert x == sorted(set(x))


def test_the_design_page_is_a_project() -> None:
    """The names in the format's description are the contract."""
    text = """
    {"format": "netbuilder", "version": 1, "name": "XOR",
     "nodes": [
      {"id": "data",   "type": "Input", "position": [0, 0]},
      {"id": "hidden", "type": "Dense", "units": 4, "bias": true, "trainable": true,
       "weight_init": {"type": "xavier_uniform"}, "bias_init": {"type": "zeros"}},
      {"id": "act",  "type": "Tanh"},
      {"id": "out",  "type": "Dense", "units": 1},
      {"id": "prob", "type": "Sigmoid"},
      {"id": "loss", "type": "BinaryCrossEntropy"}],
     "edges": [["data","hidden"], ["hidden","act"], ["act","out"], ["out","prob"], ["prob","loss"]],
     "dataset": {"type": "xor", "samples": 500, "noise": 0.0, "seed": 0},
     "training": {"optimizer": {"type": "SGD", "learning_rate": 0.1}, "batch_size": 10,
                  "test_fraction": 0.5, "max_epochs": 1000, "seed": 0, "precision": "float64",
                  "shuffle": true, "stop": {"gradient_norm": 1e-5}},
     "weights": {"hidden": {"W": [[0.1]], "b": [0.0]}}}
    """
    project = loads(text)
    assert len(project.nodes) == 6
    assert project.training.stop.gradient_norm == 1e-5
    assert project.weights["hidden"]["W"].tolist() == [[0.1]]


def test_weights_keep_every_bit() -> None:
    odd = [0.1, -0.0, 5e-324, sys.float_info.max, 1 / 3, np.nextafter(1.0, 2.0)]
    project = Project(nodes=(Node("a", Dense()),), weights={"a": {"W": freeze(odd)}})
    again = loads(dumps(project)).weights["a"]["W"]
    assert again.tobytes() == np.array(odd).tobytes()
    assert not again.flags.writeable


def test_weights_that_json_cannot_hold_are_left_out() -> None:
    """A file that is written can always be opened."""
    nodes = (Node("a", Dense()), Node("b", Dense()))
    good, bad = {"W": freeze([1.0])}, {"W": freeze([np.nan, np.inf])}
    again = loads(dumps(Project(nodes=nodes, weights={"a": bad, "b": good, "gone": good})))
    assert list(again.weights) == ["b"]


def test_projects_are_compared_with_their_weights() -> None:
    one, same, other = (Project(weights={"a": {"W": freeze([1.0, v])}}) for v in (2.0, 2.0, 3.0))
    assert one == same
    assert one != other
    assert one != Project()
    assert one != "a project"


def test_text_with_a_byte_order_mark() -> None:
    assert loads(b"\xef\xbb\xbf" + XOR) == loads(XOR) == loads(XOR.decode())


# ---- broken files ----


def test_a_file_cut_off_anywhere_is_told() -> None:
    whole = loads(XOR)
    for end in range(len(XOR)):
        try:
            project = loads(XOR[:end])
        except NetbuilderError as error:
            told = str(error)
        else:
            assert not XOR[end:].strip()  # only the last line break was missing
            assert project == whole
            continue
        assert told.startswith("This is not a Netbuilder project: "), end
        assert "\n" not in told


@given(st.integers(0, len(XOR) - 1), st.integers(0, 255))
def test_a_damaged_byte_is_told_or_harmless(place: int, byte: int) -> None:
    damaged = XOR[:place] + bytes([byte]) + XOR[place + 1 :]
    try:
        project = loads(damaged)
    except NetbuilderError:
        return
    assert loads(dumps(project)) == project


@given(st.binary(max_size=60) | st.text(max_size=60))
def test_anything_else_is_no_project(text: bytes | str) -> None:
    with pytest.raises(NotAProject):
        loads(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "it is empty"),
        (b" \n ", "it is empty"),
        (XOR[:400], "breaks off at its end, in line 9; the file is incomplete"),
        (b'{\n "a": ]', "the JSON is broken at line 2, column 7"),
        (b"[1]", "the field 'format' must be 'netbuilder'"),
        (b"{}", "the field 'format' must be 'netbuilder'"),
        (b'{"format": "keras"}', "the field 'format' must be 'netbuilder'"),
        (XOR.replace(b"XOR", b"\xff\xfe"), "it is not UTF-8 text"),
        (XOR.decode().encode("utf-16"), "the JSON is broken at line 1, column 1"),
        ("\ud800", "it is not UTF-8 text"),
        (XOR.replace(b"0.1", b"1e999"), "it holds a number that is too large"),
        (XOR.replace(b"0.1", b"NaN"), "the JSON is broken at line"),
        (b"[" * 100_000, "it is nested too deeply"),
    ],
)
def test_what_is_no_project_at_all(text: bytes | str, said: str) -> None:
    with pytest.raises(NotAProject) as caught:
        loads(text)
    assert said in str(caught.value)


@pytest.mark.parametrize("depth", [3, 50, 70, *range(880, 1000, 3), 2000, 20_000])
@pytest.mark.parametrize(
    ("place", "start"),
    [
        ('"XOR"', ""),
        ('{"type": "xor", "samples": 500, "noise": 0.0, "seed": 0}', '{"type":"table","x":'),
        ('"weights": {}', '"weights": {"hidden": {"W":'),
        ('{"type": "zeros"}', '{"type": "values", "values":'),
        ("[160, 0]", ""),
    ],
)
def test_deep_nesting(depth: int, place: str, start: str) -> None:
    end = "}" * start.count("{")
    text = XOR.decode().replace(place, f"{start}{'[' * depth}1{']' * depth}{end}")
    with pytest.raises(NetbuilderError):
        loads(text)


# ---- wrong values, each told with its place ----


def places(raw: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(raw, dict):
        for key, value in raw.items():
            yield from places(value, (*path, key))
    elif isinstance(raw, list):
        for index, value in enumerate(raw):
            yield from places(value, (*path, index))


def changed(raw: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    result = copy.deepcopy(raw)
    here = result
    for key in path[:-1]:
        here = here[key]
    here[path[-1]] = value
    return result


def text_of(path: tuple[Any, ...]) -> str:
    text = ""
    for key in path:
        text += f"[{key}]" if isinstance(key, int) else f"{'.' * bool(text)}{key}"
    return text


FULL = {**data(), "dataset": TABLE, "weights": {"hidden": {"W": [[1.0]], "b": [1.0]}}}
WRONG: list[Any] = [
    None, True, -1, 0, 1.5, 1e300, 10**30, 10**400, "", "x", [], [[]], ["x"], [[[1]]], {},
    {"type": "x"}, {"x": 1}, [None], [10**400],
]  # fmt: skip


@pytest.mark.parametrize("path", list(places(FULL)), ids=text_of)
def test_any_wrong_value_anywhere(path: tuple[Any, ...]) -> None:
    """Either it is a valid project, or a NetbuilderError in one line that names the place."""
    for value in WRONG:
        raw = changed(FULL, path, value)
        try:
            project = loads(json.dumps(raw))
        except NotAProject:
            assert path in ((), ("format",)) or value == 10**400
        except NetbuilderError as error:
            message = str(error)
            assert "\n" not in message
            assert len(message) < 400
            if isinstance(error, NewerVersion):
                assert path == ("version",)
                continue
            where = message.split(":")[0]
            # The place itself, one inside or around it, or an edge or weight that lost its node.
            place = text_of(path)
            around = where.startswith(place) or place.startswith(where)
            assert around or (path[0] == "nodes" and where.startswith(("edges", "weights")))
        else:
            assert loads(dumps(project)) == project


@given(
    st.sampled_from(list(places(FULL))),
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
        ),
    ),
)
def test_any_json_anywhere(path: tuple[Any, ...], value: Any) -> None:
    try:
        project = loads(json.dumps(changed(FULL, path, value)))
    except NetbuilderError:
        return
    assert loads(dumps(project)) == project


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (
            ("nodes", 1, "units"), 0,
            "nodes[1].units: expected an integer from 1 to 4096, got 0",
        ),
        (
            ("nodes", 1, "units"), "4",
            'nodes[1].units: expected an integer from 1 to 4096, got "4"',
        ),
        (("nodes", 1, "bias"), 1, "nodes[1].bias: expected true or false, got 1"),
        (
            ("nodes", 1, "weight_init", "gain"), -1,
            "nodes[1].weight_init.gain: expected a number from 0 to 1000, got -1",
        ),
        (("nodes", 1), 7, "nodes[1]: expected an object, got 7"),
        (("nodes",), {}, "nodes: expected a list of nodes, got {}"),
        (
            ("nodes", 1, "id"), "",
            'nodes[1].id: expected a name of 1 to 60 letters in one line, got ""',
        ),
        (
            ("nodes", 1, "id"), "a\nb",
            'nodes[1].id: expected a name of 1 to 60 letters in one line, got "a\\nb"',
        ),
        (("nodes", 1, "id"), "data", 'nodes[1].id: expected a name not used before, got "data"'),
        (
            ("nodes", 1, "position"), [0],
            "nodes[1].position: expected two numbers [x, y] within a million, got [0]",
        ),
        (
            ("nodes", 1, "position"), [0, 1e7],
            "nodes[1].position: expected two numbers [x, y] within a million, got [0,10000000.0]",
        ),
        (
            ("edges", 0), ["data"],
            'edges[0]: expected a pair of node ids like ["a", "b"], got ["data"]',
        ),
        (
            ("edges", 0, 1), "hiden",
            "edges[0][1]: expected the id of a node, did you mean 'hidden'?, got \"hiden\"",
        ),
        (
            ("edges", 1), ["data", "hidden"],
            'edges[1]: expected each wire once, got ["data","hidden"]',
        ),
        (
            ("dataset", "samples"), 1,
            "dataset.samples: expected an integer from 2 to 100000, got 1",
        ),
        (
            ("training", "precision"), "float128",
            "training.precision: expected one of 'float64', 'float32', 'float16', got \"float128\"",
        ),
        (
            ("training", "batch_size"), 0,
            "training.batch_size: expected an integer from 1 to 1000000 or null, got 0",
        ),
        (
            ("training", "optimizer", "learning_rate"), 0,
            "training.optimizer.learning_rate: expected a number above 0 and up to 1000000000000,"
            " got 0",
        ),
        (
            ("training", "stop", "loss"), 0,
            "training.stop.loss: expected a number above 0 or null, got 0",
        ),
        (("version",), "1", 'version: expected a whole number from 1 to 1, got "1"'),
        (("version",), 0, "version: expected a whole number from 1 to 1, got 0"),
        (
            ("weights",), {"hidden": {"W": [[1, 2], [3]]}},
            "weights.hidden.W: expected a list of numbers, or of rows of one length,"
            " got [[1,2],[3]]",
        ),
        (
            ("weights",), {"hidden": {"W": ["1"]}},
            'weights.hidden.W: expected a list of numbers, or of rows of one length, got ["1"]',
        ),
        (
            ("weights",), {"hidden": [1]},
            "weights.hidden: expected an object of arrays, got [1]",
        ),
        (
            ("dataset",), {"type": "table", "x": [[1, "2"]], "y": [[1]]},
            'dataset.x[0][1]: expected a finite number, got "2"',
        ),
    ],
)  # fmt: skip
def test_a_wrong_value_is_told_with_its_place(path: tuple[Any, ...], value: Any, said: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        from_data(changed(data(), path, value))
    assert str(caught.value) == said


@pytest.mark.parametrize("depth", [1, 2, 3, 900])
def test_tables_are_rows_of_numbers(depth: int) -> None:
    deep: Any = 1
    for _ in range(depth):
        deep = [deep]
    raw = {**data(), "dataset": {"type": "table", "x": deep, "y": [[1]]}}
    if depth == 2:
        assert from_data(raw).dataset.make().x.tolist() == [[1.0]]
        return
    with pytest.raises(InvalidValue, match=r"^dataset"):
        from_data(raw)


def test_a_number_of_400_digits_in_a_table() -> None:
    raw = {**data(), "dataset": {"type": "table", "x": [[10**400]], "y": [[1]]}}
    assert fault(raw).startswith("dataset.x[0][0]: expected a finite number, got 1000")


def test_more_classes_than_a_layer_can_have() -> None:
    raw = {**data(), "dataset": {**TABLE, "y": [[1e15]], "task": "classification"}}
    assert "whole numbers 0, 1, 2 … 4095 in one column as class labels" in fault(raw)


def test_unknown_names_come_with_the_nearest_known_one() -> None:
    raw = data()
    raw["nodes"][1]["unit"] = 4
    with pytest.raises(UnknownField) as caught:
        from_data(raw)
    assert str(caught.value) == "nodes[1].unit: unknown field; did you mean 'units'?"
    raw = {**data(), "egdes": []}
    with pytest.raises(UnknownField, match=r"^egdes: unknown field; did you mean 'edges'\?"):
        from_data(raw)
    raw = changed(data(), ("nodes", 1, "type"), "dense")
    with pytest.raises(UnknownType, match=r'^nodes\[1\].type: unknown type "dense"; did you mean'):
        from_data(raw)
    raw = changed(data(), ("training", "optimizer", "type"), "zzz")
    with pytest.raises(UnknownType, match=r'unknown type "zzz"; known: .*\bSGD\b'):
        from_data(raw)
    raw = {**data(), "weights": {"hiden": {}}}
    with pytest.raises(UnknownField, match=r"^weights.hiden: .*did you mean 'hidden'\?"):
        from_data(raw)


def test_what_is_missing_is_named() -> None:
    raw = data()
    del raw["nodes"]
    with pytest.raises(MissingField, match=r"^nodes: missing; expected a list of nodes$"):
        from_data(raw)
    raw = data()
    del raw["nodes"][1]["type"]
    with pytest.raises(MissingField, match=r"^nodes\[1\].type: missing; expected one of .*Input"):
        from_data(raw)
    raw = data()
    del raw["nodes"][1]["id"]
    with pytest.raises(MissingField, match=r"^nodes\[1\].id: missing; expected a name"):
        from_data(raw)


# ---- versions ----


@pytest.mark.parametrize("version", [VERSION + 1, 99, 10**30])
def test_a_newer_version_says_so(version: int) -> None:
    with pytest.raises(NewerVersion) as caught:
        from_data({"format": "netbuilder", "version": version, "anything": "new"})
    assert f"has version {version}, but this program reads versions up to 1" in str(caught.value)


def test_an_older_version_is_migrated(monkeypatch: pytest.MonkeyPatch) -> None:
    """The way in for later versions: registered functions, one for each step."""
    from netbuilder.project import migrations as module

    monkeypatch.setattr(module, "VERSION", 3)
    monkeypatch.setattr(codec, "VERSION", 3)
    monkeypatch.setitem(migrations, 1, lambda raw: {**raw, "name": raw["name"] + " two"})
    monkeypatch.setitem(migrations, 2, lambda raw: {**raw, "name": raw["name"] + " three"})
    assert from_data(data()).name == "XOR two three"
