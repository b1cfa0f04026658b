"""Runs in the project file: there and back to the bit, and errors that name the place."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from helpers import chained
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import names, projects

from netbuilder.engine.history import RUN
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.losses.mean_squared_error import MeanSquaredError
from netbuilder.errors import NetbuilderError
from netbuilder.project.codec import dumps, from_data, loads, to_data
from netbuilder.project.document import Document
from netbuilder.project.model import Project, SavedRun, freeze
from netbuilder.project.saved_runs import LARGEST, KeepRuns, packed_weights, unpacked_weights


def project() -> Project:
    return chained(Dense(units=1), MeanSquaredError())


def run(number: int = 1, source: Project | None = None, **fields: Any) -> SavedRun:
    source = source or project()
    return SavedRun(
        number=number,
        nodes=source.nodes,
        edges=source.edges,
        dataset=source.dataset,
        training=source.training,
        **{"points": dict.fromkeys(RUN, (0.0, 1.0)), **fields},
    )


@st.composite
def saved_runs(draw: st.DrawFn, numbers: list[int]) -> tuple[SavedRun, ...]:
    found = []
    for place in numbers:
        count = draw(st.integers(1, 4))
        number = st.floats(allow_nan=False, allow_infinity=False)
        number_or_none = st.none() | number
        column = st.tuples(*[number_or_none] * count)
        source = draw(projects(small=True, weights=False))
        shape = draw(st.lists(st.integers(1, 3), min_size=1, max_size=2).map(tuple))
        learned = {
            node.id: {"W": freeze(np.full(shape, draw(number)))} for node in source.nodes[:1]
        }
        found.append(
            run(
                place,
                source,
                note=draw(st.text(max_size=20)),
                started=draw(st.floats(0, 1e10)),
                finished_by=draw(st.sampled_from(["", "epochs", "diverged"])),
                metric=draw(st.sampled_from(["", "accuracy", "R2"])),
                given_weights=draw(st.booleans()),
                points={name: draw(column) for name in RUN},
                gradients=draw(st.dictionaries(names, column, max_size=2)),
                weights=packed_weights(learned),
            )
        )
    return tuple(found)


@settings(max_examples=15)
@given(st.data())
def test_there_and_back(data: st.DataObject) -> None:
    numbers = sorted(data.draw(st.sets(st.integers(1, 99), max_size=2)))
    kept = data.draw(saved_runs(numbers))
    before = data.draw(projects(small=True)).with_(runs=kept)
    text = dumps(before)
    after = loads(text)
    assert after.runs == kept
    assert dumps(after) == text


def test_what_the_project_has_itself_is_not_written_again() -> None:
    (found,) = to_data(project().with_(runs=(run(),)))["runs"]
    assert found.keys() == {"number", "points"}
    other = project().with_(edges=())
    (found,) = to_data(project().with_(runs=(run(source=other),)))["runs"]
    assert found.keys() == {"number", "nodes", "edges", "points"}


def test_none_are_saved_unless_that_is_wanted() -> None:
    assert "runs" not in to_data(project())
    document = Document(project())
    document.push(KeepRuns(on=True))
    assert to_data(document.project)["runs"] == []
    document.push(KeepRuns(on=False))
    assert document.project.runs is None
    document.undo()
    assert document.project.runs == ()


def test_weights_come_back_to_the_bit_but_not_those_of_a_large_network() -> None:
    learned = {"dense": {"W": freeze([[0.1, -1e-300], [2.0, 1 / 3]]), "b": freeze([0.0, -0.0])}}
    kept = run(weights=packed_weights(learned))
    # 0.1 is 3fb999999999999a, little-endian first: 9a 99 99 99 99 99 b9 3f.
    data = to_data(project().with_(runs=(kept,)))["runs"][0]["weights"]["dense"]["W"]
    assert data["shape"] == [2, 2]
    assert data["float64"].startswith("mpmZmZmZuT")
    (back,) = loads(dumps(project().with_(runs=(kept,)))).runs or ()
    found = unpacked_weights(back.weights)["dense"]
    assert found["W"].tobytes() == learned["dense"]["W"].tobytes()
    assert found["b"].tobytes() == learned["dense"]["b"].tobytes()
    assert not found["W"].flags.writeable
    assert packed_weights({"dense": {"W": np.zeros((LARGEST, 1))}})
    assert packed_weights({"dense": {"W": np.zeros((LARGEST, 1)), "b": np.zeros(1)}}) == {}
    assert packed_weights({"dense": {"W": np.array([[np.nan]])}}) == {}


def test_weights_that_are_none_are_named() -> None:
    zeros = {"shape": [1, 2], "float64": "A" * 20 + "AA=="}

    def error(weights: Any) -> str:
        return broken(lambda runs: runs[0].update(weights=weights))

    loads(
        dumps(
            project().with_(runs=(run(weights=packed_weights({"dense": {"W": np.zeros((1, 2))}})),))
        )
    )
    for weights, message in (
        ([], "runs[0].weights: expected an object of blocks, got []"),
        ({"dens": {}}, "runs[0].weights.dens: unknown field; did you mean 'dense'"),
        ({"dense": 1}, "runs[0].weights.dense: expected an object of arrays, got 1"),
        ({"dense": {"W": {}}}, 'runs[0].weights.dense.W: expected an object of "shape" and'),
        (
            {"dense": {"W": {**zeros, "shape": [0]}}},
            "runs[0].weights.dense.W.shape: expected one or two whole numbers from 1 to 5000",
        ),
        (
            {"dense": {"W": {**zeros, "shape": [5000, 2]}}},
            "runs[0].weights.dense.W.shape: expected at most 5000 numbers in all weights of a run",
        ),
        (
            {"dense": {"W": {**zeros, "shape": [3]}}},
            "runs[0].weights.dense.W.float64: expected 3 finite numbers as little-endian bytes",
        ),
        ({"dense": {"W": {**zeros, "float64": 7}}}, "runs[0].weights.dense.W.float64: expected 2"),
        # All ones are the bits of a NaN.
        (
            {"dense": {"W": {"shape": [1], "float64": "//////////8="}}},
            "runs[0].weights.dense.W.float64: expected 1 finite numbers",
        ),
    ):
        assert error(weights).startswith(message)


def broken(change: Any) -> str:
    data = to_data(project().with_(runs=(run(), run(2, project().with_(edges=())))))
    change(data["runs"])
    with pytest.raises(NetbuilderError) as caught:
        from_data(data)
    return str(caught.value)


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (("number",), 0, "runs[1].number: expected a whole number of at least 1, got 0"),
        (("number",), True, "runs[1].number: expected a whole number of at least 1, got true"),
        (("number",), 1, "runs[1].number: expected a number above those of the runs before, got 1"),
        (("note",), 3, "runs[1].note: expected a text of at most 200 letters, got 3"),
        (("nodes", 1, "units"), 0, "runs[1].nodes[1].units: expected an integer from 1 to 4096"),
        (("points",), [], "runs[1].points: expected an object of lists, got []"),
        (("points", "step"), [], "runs[1].points.step: expected a list of 1 to 500 numbers"),
        (("points", "epoch"), [0, "1"], "runs[1].points.epoch[1]: expected a finite number"),
        (("points", "epoch"), [0], "runs[1].points.epoch: expected 2 numbers, as many as steps"),
        (("points", "loss"), [0, 1], "runs[1].points.loss: unknown field"),
        (("colour",), "red", "runs[1].colour: unknown field"),
    ],
)
def test_an_error_names_the_place(place: tuple[Any, ...], value: Any, message: str) -> None:
    def change(runs: Any) -> None:
        target = runs[1]
        for key in place[:-1]:
            target = target[key]
        target[place[-1]] = value

    assert broken(change).startswith(message)


def test_what_is_missing_is_named() -> None:
    def change(runs: Any) -> None:
        del runs[0]["points"]["test_loss"]

    assert broken(change).startswith("runs[0].points.test_loss: missing")
