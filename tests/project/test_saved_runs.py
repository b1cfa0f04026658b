"""Runs in the project file: there and back to the bit, and errors that name the place."""

from __future__ import annotations

from typing import Any

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
from netbuilder.project.model import Project, SavedRun
from netbuilder.project.saved_runs import KeepRuns


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
    for number in numbers:
        count = draw(st.integers(1, 4))
        number_or_none = st.none() | st.floats(allow_nan=False, allow_infinity=False)
        column = st.tuples(*[number_or_none] * count)
        source = draw(projects(small=True, weights=False))
        found.append(
            run(
                number,
                source,
                note=draw(st.text(max_size=20)),
                started=draw(st.floats(0, 1e10)),
                finished_by=draw(st.sampled_from(["", "epochs", "diverged"])),
                metric=draw(st.sampled_from(["", "accuracy", "R2"])),
                given_weights=draw(st.booleans()),
                points={name: draw(column) for name in RUN},
                gradients=draw(st.dictionaries(names, column, max_size=2)),
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
