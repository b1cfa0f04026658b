"""The words for what differs between the projects of two runs."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import chained
from hypothesis import given
from hypothesis import strategies as st
from strategies import projects, value

from netbuilder import declare
from netbuilder.data.sets.circle import Circle
from netbuilder.data.sets.xor import Xor
from netbuilder.engine.activations.relu import ReLU
from netbuilder.engine.activations.tanh import Tanh
from netbuilder.engine.initializers.normal import Normal
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.losses.mean_squared_error import MeanSquaredError
from netbuilder.engine.optimizers.adam import Adam
from netbuilder.engine.optimizers.sgd import SGD
from netbuilder.engine.settings import Stop
from netbuilder.errors import NetbuilderError
from netbuilder.project.commands import (
    AddNode,
    Command,
    Connect,
    Disconnect,
    MoveNodes,
    Rename,
    SetDataset,
    SetName,
    SetParameter,
    SetTraining,
    SetWeights,
)
from netbuilder.project.compound import replacing
from netbuilder.project.difference import difference
from netbuilder.project.model import Node, Project, freeze


def small() -> Project:
    """data -> dense -> tanh -> dense 2 -> tanh 2 -> dense 3 -> loss."""
    return chained(
        *(Dense(units=4), Tanh(), Dense(units=4), Tanh(), Dense(units=1)),
        MeanSquaredError(),
        dataset=Xor(samples=40),
    )


def words(*commands: Command) -> list[str]:
    before = after = small()
    for command in commands:
        after = command.apply(after)
    return [d.text for d in difference(before, after)]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (SetTraining("seed", 1), "seed 0 → 1"),
        (SetTraining("optimizer", SGD(learning_rate=0.03)), "learning rate 0.1 → 0.03"),
        (SetTraining("batch_size", None), "batch size 10 → all"),
        (SetTraining("max_epochs", None), "epoch limit 1000 → never"),
        (SetTraining("shuffle", False), "shuffle on → off"),
        (SetTraining("stop", Stop(patience=5)), "patience none → 5"),
        (SetTraining("precision", "float16"), "precision float64 → float16"),
        (SetParameter("dense", "units", 8), "dense: units 4 → 8"),
        (SetParameter("dense", "bias", False), "dense: bias on → off"),
        (SetDataset(Circle()), "data XOR → Circle"),
        (SetDataset(Xor(samples=40, noise=0.2)), "data: noise 0 → 0.2"),
        (replacing(small(), "tanh", ReLU()), "Tanh → ReLU"),
        (Disconnect((("dense", "tanh"),)), "no wire from 'dense' to 'tanh'"),
        (Connect("data", "dense 3"), "a wire from 'data' to 'dense 3'"),
        (AddNode(Node("more", ReLU())), "with 'more' (ReLU)"),
        (SetWeights({"dense": {"W": freeze([[1.0]])}}), "first weights drawn → given"),
    ],
)
def test_one_thing_changed(command: Command, expected: str) -> None:
    assert words(command) == [expected]


def test_many_blocks_that_do_something_else_are_one_thing() -> None:
    first = replacing(small(), "tanh", ReLU())
    second = replacing(first.apply(small()), "tanh 2", ReLU())
    assert words(first, second) == ["Tanh → ReLU (2 blocks)"]


def test_another_optimizer_with_another_rate_is_two_things() -> None:
    assert words(SetTraining("optimizer", Adam(learning_rate=0.1))) == ["optimizer SGD → Adam"]
    assert words(SetTraining("optimizer", Adam(learning_rate=0.001))) == [
        "optimizer SGD → Adam",
        "learning rate 0.1 → 0.001",
    ]


def test_an_initialiser_is_named_with_its_own_numbers() -> None:
    (told,) = words(SetParameter("dense", "weight_init", Normal(std=0.01)))
    assert told.startswith("dense: ")
    assert "→ Normal" in told


def test_names_and_places_make_no_other_run() -> None:
    assert words(Rename("dense", "hidden"), MoveNodes({"tanh": (5.0, 5.0)}), SetName("New")) == []


def test_a_seed_is_told_apart() -> None:
    (found,) = difference(small(), SetTraining("seed", 1).apply(small()))
    assert found.seed


def test_rates_that_look_alike_are_told_in_full() -> None:
    rate = float(np.nextafter(0.1, 1.0))
    assert words(SetTraining("optimizer", SGD(learning_rate=rate))) == [
        f"learning rate 0.1 → {rate!r}"
    ]


@given(projects(small=True))
def test_a_project_does_not_differ_from_itself(project: Project) -> None:
    assert difference(project, project) == []


@given(st.data())
def test_any_parameter_of_any_block_makes_one_line_that_names_it(data: st.DataObject) -> None:
    project = data.draw(projects(small=True, weights=False))
    nodes = [n for n in project.nodes if declare.parameters(type(n.operation))]
    if not nodes:
        return
    node = data.draw(st.sampled_from(nodes))
    p = data.draw(st.sampled_from(declare.parameters(type(node.operation))))
    try:
        after = SetParameter(node.id, p.name, data.draw(value(p, small=True))).apply(project)
    except NetbuilderError:
        return
    found = [d.text for d in difference(project, after)]
    if after == project:
        assert found == []
    else:
        assert len(found) == 1
        assert found[0].startswith(f"{node.id}: {p.title[:1].lower()}") or p.title in found[0]
