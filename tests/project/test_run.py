"""The block "run" of a project file: when it is written, when it is used; by command line too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from helpers import chained, data_of, netbuilder

from netbuilder.data.sets.xor import Xor
from netbuilder.engine.activations.sigmoid import Sigmoid
from netbuilder.engine.activations.tanh import Tanh
from netbuilder.engine.layers.batch_norm import BatchNorm
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.layers.dropout import Dropout
from netbuilder.engine.losses.binary_cross_entropy import BinaryCrossEntropy
from netbuilder.engine.optimizers.adam import Adam
from netbuilder.engine.settings import Stop, Training
from netbuilder.errors import InvalidValue
from netbuilder.project import files
from netbuilder.project.build import build, weights_of
from netbuilder.project.codec import dumps, from_data, loads, to_data
from netbuilder.project.commands import Rename, SetDataset, SetParameter, SetTraining
from netbuilder.project.model import Project, same_weights
from netbuilder.project.run import run_block, run_state


def project(**settings: Any) -> Project:
    """With everything that remembers or draws; 5 steps an epoch."""
    return chained(
        Dense(units=6), BatchNorm(), Tanh(), Dropout(rate=0.2), Dense(units=1), Sigmoid(),
        BinaryCrossEntropy(),
        dataset=Xor(samples=100),
        training=Training(**{"optimizer": Adam(), "max_epochs": None, **settings}),
    )  # fmt: skip


def trained(start: Project, steps: int) -> Project:
    run = build(start)
    run.trainer.advance(steps)
    learned = start.with_(weights=weights_of(run.network))
    return learned.with_(run=run_block(learned, run.trainer.state()))


def test_from_file_to_file_to_the_last_bit() -> None:
    whole = trained(project(), 60)
    parts = project()
    for steps in (23, 2, 35):  # 23 and 2: within an epoch, and at its end
        parts = loads(dumps(trained(parts, steps)))
    assert same_weights(parts.weights, whole.weights)
    assert build(parts).trainer.step == 60


def test_a_round_trip_keeps_it() -> None:
    one = trained(project(), 8)
    again = loads(dumps(one))
    assert again == one
    assert again.run == one.run
    assert list(to_data(one))[-1] == "run"
    assert "run" not in to_data(project())


CHANGES = [
    SetParameter("dense", "units", 7),
    SetParameter("dropout", "rate", 0.3),
    SetDataset(Xor(samples=100, seed=1)),
    SetTraining("optimizer", Adam(learning_rate=0.01)),
    SetTraining("batch_size", 20),
    SetTraining("seed", 9),
    SetTraining("precision", "float32"),
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda c: c.text)
def test_a_change_leaves_it_out(change: Any) -> None:
    changed = change.apply(trained(project(), 8))
    assert run_state(changed) is None
    assert "run" not in to_data(changed)
    assert build(changed).trainer.step == 0


def test_other_weights_leave_it_out() -> None:
    one = trained(project(), 8)
    moved = {**one.weights, "dense": {n: a + 1e-15 for n, a in one.weights["dense"].items()}}
    assert run_state(one.with_(weights=moved)) is None
    assert run_state(one.with_(weights={})) is None
    assert build(one, fresh=True).trainer.step == 0


def test_names_and_limits_may_change() -> None:
    one = trained(project(), 8)
    for change in (
        Rename("dropout", "leaky"),
        SetTraining("max_epochs", 70),
        SetTraining("stop", Stop(loss=0.001)),
    ):
        assert build(loads(dumps(change.apply(one)))).trainer.step == 8


def test_a_damaged_block_is_no_reason_to_refuse_the_file() -> None:
    data = to_data(trained(project(), 8))
    damaged = json.loads(json.dumps(data))
    damaged["run"]["state"]["optimizer"]["vectors"]["m"] = "AAAA"
    run = build(from_data(damaged))
    assert run.trainer.step == 0
    assert same_weights(weights_of(run.network), from_data(data).weights)
    for block in ({}, {"state": 7}, {**data["run"], "state": None}):
        assert build(from_data({**data, "run": block})).trainer.step == 0
    with pytest.raises(InvalidValue, match=r"^run: expected an object"):
        from_data({**data, "run": [1]})


def test_a_finished_run_has_nothing_left_to_do() -> None:
    ended = trained(project(max_epochs=2), 1000)
    run = build(ended)
    assert (run.trainer.stopped_by, run.trainer.advance(5)) == ("epochs", 0)


# ---- the command line ----


def test_train_saves_and_goes_on(tmp_path: Path) -> None:
    start, half, whole = (tmp_path / f"{n}.json" for n in ("start", "half", "whole"))
    files.write(project(), start)
    netbuilder("train", start, "--epochs", 11, "--save", whole)
    netbuilder("train", start, "--epochs", 4, "--save", half)
    rest = data_of(netbuilder("train", half, "--epochs", 7, "--save", half, "--json"))
    assert (rest["epochs"], rest["steps"], rest["stopped_by"]) == (7, 35, "epochs")
    assert same_weights(files.read(half).weights, files.read(whole).weights)
    assert build(files.read(half)).trainer.epoch == 11


def test_a_history_goes_on_where_it_was(tmp_path: Path) -> None:
    start, half, history = tmp_path / "s.json", tmp_path / "h.json", tmp_path / "h.csv"
    files.write(project(), start)
    netbuilder("train", start, "--steps", 7, "--save", half)
    netbuilder("train", half, "--steps", 8, "--history", history)
    steps = [line.split(",")[0] for line in history.read_text().splitlines()[1:]]
    assert steps == ["7", "10", "15"]


def test_a_new_seed_begins_a_new_run(tmp_path: Path) -> None:
    start, saved = tmp_path / "s.json", tmp_path / "saved.json"
    files.write(project(), start)
    netbuilder("train", start, "--steps", 7, "--save", saved)
    again = data_of(netbuilder("train", saved, "--steps", 7, "--seed", 0, "--json"))
    first = data_of(netbuilder("train", start, "--steps", 7, "--json"))
    assert again["loss"] == first["loss"]


def test_a_trace_is_that_of_the_next_step(tmp_path: Path) -> None:
    start = tmp_path / "s.json"
    whole = project(shuffle=False, batch_size=None)
    files.write(trained(whole, 8), start)
    taken = data_of(netbuilder("trace", start))
    after = trained(whole, 9).weights
    for node, named in taken["update"].items():
        for name, values in named.items():
            assert np.array(values).tolist() == after[node][name].tolist()


def test_saved_text_stays_moderate() -> None:
    """The two vectors of Adam take about as much room as the weights, not a multiple."""
    one = trained(project(), 8)
    text = msgspec.json.encode(to_data(one)["run"])
    count = sum(a.size for named in one.weights.values() for a in named.values())
    assert len(text) < 2 * count * 8 * 4 / 3 + 1500
