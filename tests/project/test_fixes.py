"""Each remedy as a worked example, and for random networks: it never fails and it helps."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from helpers import chained
from hypothesis import given, settings
from strategies import likely_projects, projects

from netbuilder.data.sets.gaussians import Gaussians
from netbuilder.data.sets.table import TableData
from netbuilder.engine.activations.relu import ReLU
from netbuilder.engine.activations.sigmoid import Sigmoid
from netbuilder.engine.activations.softmax import Softmax
from netbuilder.engine.activations.tanh import Tanh
from netbuilder.engine.initializers.values import Values
from netbuilder.engine.layers.add import Add
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.layers.input import Input
from netbuilder.engine.losses.binary_cross_entropy import BinaryCrossEntropy
from netbuilder.engine.losses.categorical_cross_entropy import CategoricalCrossEntropy
from netbuilder.engine.losses.hinge import Hinge
from netbuilder.engine.losses.mean_squared_error import MeanSquaredError
from netbuilder.project.analysis import analyse
from netbuilder.project.commands import AddNode, Connect, Disconnect, RemoveNodes, SetWeights
from netbuilder.project.compound import replacing
from netbuilder.project.document import Document
from netbuilder.project.fixes import codes, fixes
from netbuilder.project.model import Node, Project, freeze
from netbuilder.project.problems import Problem

NUMBERS = TableData(x=((0.0,), (1.0,)), y=((0.5,), (1.5,)))
THREE = Gaussians(samples=30, classes=3)


def good() -> Project:
    """data -> dense -> tanh -> dense 2 -> sigmoid -> loss"""
    return chained(Dense(), Tanh(), Dense(units=1), Sigmoid(), BinaryCrossEntropy())


def wired(project: Project, source: str, target: str) -> Project:
    return Connect(source, target).apply(project)


def second(operation: Any, name: str, project: Project, after: str | None = None) -> Project:
    return AddNode(Node(name, operation), after=after).apply(project)


def without(project: Project, *ids: str) -> Project:
    return RemoveNodes(ids).apply(project)


CASES: dict[str, tuple[Project, list[str]]] = {
    "empty": (Project(), ["Add a Data block"]),
    "no_data": (without(good(), "data"), ["Add a Data block"]),
    "many_data": (second(Input(), "data 2", good()), ["Delete 'data 2'"]),
    "no_loss": (without(good(), "loss"), ["Add BCE"]),
    "many_losses": (
        second(MeanSquaredError(), "loss 2", good(), "sigmoid"),
        ["Delete 'loss 2'"],
    ),
    "cycle": (
        second(Add(), "add", chained(Dense(), Tanh()), "tanh").with_(
            edges=(("data", "dense"), ("dense", "tanh"), ("tanh", "dense"))
        ),
        ["Remove the wire tanh → dense"],
    ),
    "no_input": (
        Disconnect((("dense", "tanh"),)).apply(good()),
        ["Connect 'dense' to 'tanh'", "Connect 'data' to 'tanh'"],
    ),
    "few_inputs": (
        second(Add(), "add", chained(Dense(units=2), Tanh()), "tanh"),
        ["Connect 'data' to 'add'", "Connect 'dense' to 'add'"],
    ),
    "many_inputs": (
        wired(good(), "data", "tanh"),
        ["Remove the wire data → tanh", "Remove the wire dense → tanh"],
    ),
    "unused": (second(Dense(), "spare", good(), "data"), ["Delete 'spare'"]),
    "shape": (
        wired(second(Add(), "add", chained(Dense(units=3)), "dense"), "data", "add"),
        ["Use 2 units in 'dense'", "Use Concat instead of Add"],
    ),
    "softmax_one": (
        chained(Dense(), Dense(units=1), Softmax(), BinaryCrossEntropy()),
        ["Use Sigmoid instead of Softmax"],
    ),
    "values": (
        chained(
            Dense(units=3, weight_init=Values(values=((1.0, 2.0), (3.0, 4.0)))),
            Dense(units=1),
            Sigmoid(),
            BinaryCrossEntropy(),
        ),
        ["Use 2 units in 'dense'", "Weights start as Xavier uniform"],
    ),
    "loss_after": (
        chained(Dense(units=1), BinaryCrossEntropy()),
        ["Add a Sigmoid"],
    ),
    "loss_raw": (
        chained(Dense(units=1), Sigmoid(), Hinge()),
        ["Delete 'sigmoid'", "Use Linear instead of Sigmoid"],
    ),
    "loss_data": (
        chained(Dense(units=1), Sigmoid(), BinaryCrossEntropy(), dataset=NUMBERS),
        ["Use MSE instead of BCE"],
    ),
    "width": (
        chained(Dense(), Dense(units=2), Softmax(), CategoricalCrossEntropy(), dataset=THREE),
        ["Use 3 output units"],
    ),
    "loss_parameters": (
        chained(Dense(units=1), Sigmoid(), BinaryCrossEntropy(class_weights=(1.0, 2.0, 3.0))),
        ["Reset 'Class weights' to its default"],
    ),
    "nothing_to_learn": (
        chained(
            Dense(trainable=False), Dense(units=1, trainable=False), Sigmoid(), BinaryCrossEntropy()
        ),
        ["Switch Trainable on"],
    ),
}


def problem_of(project: Project, code: str) -> Problem:
    return next(p for p in analyse(project).problems if p.code == code)


def test_every_case_is_tried() -> None:
    assert set(CASES) == set(codes())


@pytest.mark.parametrize("code", CASES)
def test_the_remedies_of_each_problem(code: str) -> None:
    project, wanted = CASES[code]
    problem = problem_of(project, code)
    offered = fixes(problem, project)
    assert [fix.text for fix in offered][: len(wanted)] == wanted
    for fix in offered:
        left = [
            p.code for p in analyse(fix.command.apply(project)).problems if p.node == problem.node
        ]
        assert code not in left


@pytest.mark.parametrize(
    "code",
    [
        "no_data",
        "many_data",
        "no_loss",
        "softmax_one",
        "values",
        "loss_after",
        "loss_data",
        "width",
    ],
)
def test_the_first_remedy_makes_the_network_ready(code: str) -> None:
    project, _ = CASES[code]
    fix = fixes(problem_of(project, code), project)[0]
    assert analyse(fix.command.apply(project)).ok


def test_a_remedy_is_one_step_with_its_text() -> None:
    project, _ = CASES["loss_after"]
    document = Document(project)
    document.push(fixes(problem_of(project, "loss_after"), project)[0].command)
    assert document.undo_command is not None
    assert document.undo_command.text == "Add a Sigmoid"
    assert document.project.edges == (
        ("data", "dense"),
        ("dense", "sigmoid"),
        ("sigmoid", "loss"),
    )
    document.undo()
    assert document.project == project


def test_an_added_block_covers_no_other() -> None:
    project, _ = CASES["loss_after"]
    after = fixes(problem_of(project, "loss_after"), project)[0].command.apply(project)
    places = sorted(n.position[0] for n in after.nodes)
    assert all(b - a >= 140 for a, b in pairwise(places))


def test_a_chain_without_an_activation_gets_both() -> None:
    project = chained(Dense(), ReLU(), Dense(units=1))
    offered = fixes(problem_of(project, "no_loss"), project)
    assert offered[0].text == "Add a Sigmoid and BCE"
    assert analyse(offered[0].command.apply(project)).ok


def test_numbers_as_targets_get_mse() -> None:
    project = chained(Dense(units=1), dataset=NUMBERS)
    assert [f.text for f in fixes(problem_of(project, "no_loss"), project)] == ["Add MSE"]


def test_a_layer_is_added_where_none_can_be_resized() -> None:
    project = chained(Sigmoid(), BinaryCrossEntropy())
    offered = fixes(problem_of(project, "width"), project)
    assert offered[0].text == "Add a Dense layer with 1 unit"
    after = offered[0].command.apply(project)
    assert set(after.edges) == {("data", "dense"), ("dense", "sigmoid"), ("sigmoid", "loss")}
    assert analyse(after).ok


def test_a_replaced_block_is_called_after_what_it_does_unless_it_was_named() -> None:
    project = chained(Dense(), Softmax())
    assert replacing(project, "softmax", Sigmoid()).apply(project).node("sigmoid")
    named = chained(Dense(), Softmax())
    named = named.with_(
        nodes=tuple(Node("mine", n.operation) if n.id == "softmax" else n for n in named.nodes),
        edges=(("data", "dense"), ("dense", "mine")),
    )
    assert replacing(named, "mine", Sigmoid()).apply(named).has("mine")


def test_weights_of_a_replaced_block_come_back_by_undo() -> None:
    weights = {"dense": {"W": freeze([[1.0], [2.0]])}}
    document = Document(SetWeights(weights).apply(chained(Dense(units=1))))
    document.push(replacing(document.project, "dense", Tanh()))
    assert dict(document.project.weights) == {}
    document.undo()
    assert document.project.weights["dense"]["W"].tolist() == [[1.0], [2.0]]


def check_all(project: Project) -> int:
    """Apply each remedy of each problem; the problem must be gone. Counts them."""
    count = 0
    try:
        table = project.dataset.make()
    except Exception:  # what is wrong with the data is a problem of its own
        return 0
    for problem in analyse(project, table).problems:
        for fix in fixes(problem, project, table):
            count += 1
            document = Document(project)
            document.push(fix.command)
            left = analyse(document.project, table).problems
            assert problem not in left
            if problem.code != "cycle":
                assert (problem.code, problem.node) not in {(p.code, p.node) for p in left}
            document.undo()
            assert document.project == project
    return count


@given(projects(small=True))
@settings(max_examples=150)
def test_on_any_graph_a_remedy_works(project: Project) -> None:
    check_all(project)


@given(likely_projects())
@settings(max_examples=150)
def test_on_nearly_right_networks_a_remedy_works(project: Project) -> None:
    check_all(project)


def test_repeating_the_first_remedy_leads_to_a_trained_network() -> None:
    """From nothing to a network that can be trained, by buttons alone."""
    project = Project()
    for _ in range(6):
        problems = analyse(project).errors
        if not problems:
            break
        offered = next(found for p in problems if (found := fixes(p, project)))
        project = offered[0].command.apply(project)
    assert analyse(project).ok
