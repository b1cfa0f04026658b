"""What keeps a network from training, each as a worked example with its text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from helpers import EXAMPLES, chained
from hypothesis import given, settings
from strategies import likely_projects, projects

from netbuilder.data.dataset import Dataset
from netbuilder.data.sets.gaussians import Gaussians
from netbuilder.data.sets.table import TableData
from netbuilder.data.sets.xor import Xor
from netbuilder.engine.activations.leaky_relu import LeakyReLU
from netbuilder.engine.activations.linear import Linear
from netbuilder.engine.activations.log_softmax import LogSoftmax
from netbuilder.engine.activations.relu import ReLU
from netbuilder.engine.activations.sigmoid import Sigmoid
from netbuilder.engine.activations.softmax import Softmax
from netbuilder.engine.activations.step import Step
from netbuilder.engine.activations.tanh import Tanh
from netbuilder.engine.initializers.values import Values
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.layers.input import Input
from netbuilder.engine.losses.binary_cross_entropy import BinaryCrossEntropy
from netbuilder.engine.losses.categorical_cross_entropy import CategoricalCrossEntropy
from netbuilder.engine.losses.hinge import Hinge
from netbuilder.engine.losses.mean_squared_error import MeanSquaredError
from netbuilder.engine.losses.perceptron_criterion import PerceptronCriterion
from netbuilder.engine.operation import Operation
from netbuilder.errors import Diverged, NetbuilderError
from netbuilder.project import files
from netbuilder.project.analysis import analyse, connection_error
from netbuilder.project.build import NotReady, build
from netbuilder.project.commands import AddNode, Connect, Disconnect, RemoveNodes
from netbuilder.project.model import Node, Project
from netbuilder.project.problems import Problem

NUMBERS = TableData(x=((0.0,), (1.0,)), y=((0.5,), (1.5,)))
FOUR = Gaussians(samples=40, classes=4)


def good() -> Project:
    """data -> dense -> tanh -> dense 2 -> sigmoid -> loss"""
    return chained(Dense(), Tanh(), Dense(units=1), Sigmoid(), BinaryCrossEntropy())


def found(project: Project, code: str) -> Problem:
    """The one problem of a project, which must be of that code."""
    (problem,) = analyse(project).problems
    assert problem.code == code
    assert (problem.node is None) or project.has(problem.node)
    return problem


def refused(project: Project, problem: Problem) -> None:
    """It cannot be trained, and the text says why."""
    with pytest.raises(NotReady) as caught:
        build(project)
    assert str(caught.value) == problem.text


def test_no_problem() -> None:
    analysis = analyse(good())
    assert analysis.problems == ()
    assert analysis.ok
    assert analysis.widths == {"data": 2, "dense": 4, "tanh": 4, "dense 2": 1, "sigmoid": 1}
    assert analysis.input_widths["dense 2"] == 4
    assert analysis.input_widths["loss"] == 1
    assert analysis.parameters == {"dense": 2 * 4 + 4, "dense 2": 4 * 1 + 1}


def test_empty() -> None:
    problem = found(Project(), "empty")
    assert problem.text.startswith("The canvas is empty: drag a Data block onto it")
    refused(Project(), problem)


def test_no_data() -> None:
    project = RemoveNodes(("data",)).apply(good())
    codes = {p.code: p for p in analyse(project).problems}
    assert set(codes) == {"no_data", "no_input"}
    assert codes["no_data"].text == (
        "There is no Data block: drag one to the left end of the network."
    )
    assert codes["no_input"].text == "Dense 'dense' has no input: drag a wire to its left side."
    assert codes["no_input"].node == "dense"


def test_many_data() -> None:
    project = AddNode(Node("data 2", Input())).apply(good())
    codes = {p.code: p for p in analyse(project).problems}
    assert (
        codes["many_data"].text == "A network has one Data block, 'data 2' is a second: delete it."
    )
    assert codes["many_data"].node == "data 2"
    assert codes["unused"].level == "warning"


def test_no_loss() -> None:
    project = RemoveNodes(("loss",)).apply(good())
    problem = found(project, "no_loss")
    assert problem.text.startswith("There is no loss: drag one behind the last block")
    refused(project, problem)


def test_many_losses() -> None:
    project = AddNode(Node("loss 2", MeanSquaredError()), after="sigmoid").apply(good())
    problem = found(project, "many_losses")
    assert (problem.text, problem.node) == ("'loss 2' is a second loss: delete it.", "loss 2")
    refused(project, problem)


def test_cycle() -> None:
    project = Connect("dense 2", "dense", replacing=(("data", "dense"),)).apply(good())
    problem = next(p for p in analyse(project).problems if p.code == "cycle")
    assert problem.text.startswith("The wires form a circle (")
    ring = problem.fields["ring"].split(" → ")
    assert ring[0] == ring[-1] == problem.node
    assert all(edge in project.edges for edge in pairwise(ring))
    assert not analyse(project).ok


def test_no_input_of_a_block_that_is_not_used_is_only_a_warning() -> None:
    project = AddNode(Node("spare", Dense())).apply(good())
    analysis = analyse(project)
    assert [(p.code, p.level) for p in analysis.problems] == [
        ("no_input", "warning"),
        ("unused", "warning"),
    ]
    assert analysis.ok
    build(project)


def test_unused() -> None:
    project = AddNode(Node("spare", Dense()), after="tanh").apply(good())
    problem = found(project, "unused")
    assert problem.text == "'spare' leads nowhere, so it learns nothing: wire it on or delete it."
    assert list(build(project).network.parameters) == ["dense", "dense 2"]


def test_only_the_end_of_an_unused_chain_is_marked() -> None:
    # Cutting the wire in the middle leaves three blocks that do not reach the loss; the gap is said
    # once on each side of it, not on every block.
    project = Disconnect((("tanh", "dense 2"),)).apply(good())
    assert [(p.code, p.node) for p in analyse(project).problems] == [
        ("unused", "tanh"),
        ("no_input", "dense 2"),
    ]


def test_many_inputs() -> None:
    project = Connect("data", "tanh").apply(good())
    problem = found(project, "many_inputs")
    assert problem.text == (
        "Tanh 'tanh' takes one input, but 2 wires lead into it: delete all but one."
    )
    refused(project, problem)


def test_many_inputs_of_the_data() -> None:
    project = AddNode(Node("spare", Dense()), before="data").apply(good())
    problem = next(p for p in analyse(project).problems if p.code == "many_inputs")
    assert problem.text == "Data 'data' takes no input: delete the wire that leads into it."


class Pair(Operation, frozen=True):
    """Needs two inputs."""

    title = "Pair"
    inputs = (2, None)


def test_few_inputs() -> None:
    project = AddNode(
        Node("pair", Pair()), after="tanh", before="dense 2", replacing=("tanh", "dense 2")
    ).apply(good())
    problem = next(p for p in analyse(project).problems if p.code == "few_inputs")
    assert problem.text == "Pair 'pair' needs at least 2 inputs: drag another wire to it."


class Narrow(Operation, frozen=True):
    """Takes two units only."""

    def width(self, inputs: object) -> int:
        raise self.fail("takes two units only")


def test_shape() -> None:
    project = chained(Dense(), Narrow(), Dense(units=1), Sigmoid(), BinaryCrossEntropy())
    problem = found(project, "shape")
    assert (problem.text, problem.node) == ("'narrow': takes two units only", "narrow")


def test_softmax_one() -> None:
    project = chained(Dense(units=1), Softmax(), BinaryCrossEntropy())
    problem = found(project, "softmax_one")
    assert problem.text == (
        "Softmax 'softmax' has only one unit, so its output is always 1: give the layer before it"
        " one unit for each class, or use a Sigmoid."
    )


def test_values() -> None:
    layer = Dense(units=1, weight_init=Values(values=((1.0, 2.0),)), bias_init=Values())
    project = chained(layer, Sigmoid(), BinaryCrossEntropy())
    weights, biases = analyse(project).problems
    assert weights.text == (
        "'dense' has typed-in values for W in the shape 1 × 2, but 2 × 1 are needed: change the"
        " table, the units or the start."
    )
    assert "for b in the shape 0, but 1 are needed" in biases.text
    refused(project, weights)


def test_loss_after() -> None:
    project = chained(Dense(units=1), BinaryCrossEntropy())
    problem = found(project, "loss_after")
    assert problem.text == ("BCE 'loss' needs probabilities: put a Sigmoid between 'dense' and it.")
    refused(project, problem)


def test_each_loss_says_what_it_needs() -> None:
    project = chained(Dense(units=1), Sigmoid(), PerceptronCriterion())
    problem = found(project, "loss_after")
    assert problem.text == (
        "Perceptron 'loss' needs yes-or-no answers: put a Step between 'sigmoid' and it."
    )
    refused(project, problem)
    assert analyse(chained(Dense(units=1), Step(), PerceptronCriterion())).ok
    scores = chained(Dense(units=4), LogSoftmax(), CategoricalCrossEntropy(), dataset=FOUR)
    assert analyse(scores).ok


@pytest.mark.parametrize("activation", [Sigmoid(), ReLU(), LogSoftmax()], ids=repr)
def test_loss_raw(activation: Operation) -> None:
    """A hinge behind what never changes its sign would learn one class at best."""
    project = chained(Dense(units=1), activation, Hinge())
    warning = next(p for p in analyse(project).problems if p.code == "loss_raw")
    name = type(activation).__name__.lower()
    assert warning.level == "warning"
    assert warning.text == (
        f"Hinge 'loss' compares scores of either sign, but '{name}' gives only one:"
        f" take '{name}' out or put a Linear in its place."
    )
    build(project)


@pytest.mark.parametrize("activation", [Linear(), Tanh(), LeakyReLU()], ids=repr)
def test_a_hinge_on_scores_of_either_sign_is_right(activation: Operation) -> None:
    assert analyse(chained(Dense(units=1), activation, Hinge())).problems == ()


def test_loss_parameters() -> None:
    loss = CategoricalCrossEntropy(class_weights=(1.0, 2.0, 3.0))
    project = chained(Dense(units=4), Softmax(), loss, dataset=FOUR)
    problem = found(project, "loss_parameters")
    assert problem.text == (
        "CCE 'loss' has 3 class weights, but there are 4 classes: change them or the network's"
        " outputs."
    )
    refused(project, problem)
    fitting = CategoricalCrossEntropy(class_weights=(1.0, 2.0, 3.0, 0.5))
    assert analyse(chained(Dense(units=4), Softmax(), fitting, dataset=FOUR)).ok


def test_loss_data() -> None:
    project = chained(Dense(units=1), Sigmoid(), BinaryCrossEntropy(), dataset=NUMBERS)
    problem = found(project, "loss_data")
    assert problem.text == (
        "BCE 'loss' is for classes, but the data has numbers as targets: use a loss such as MSE."
    )


@pytest.mark.parametrize(
    ("operations", "dataset", "text"),
    [
        (
            [Dense(units=3), Softmax(), CategoricalCrossEntropy()],
            FOUR,
            "The network has 3 outputs, but the data has 4 classes and needs 4 outputs with this"
            " loss: set the units of 'dense' to 4.",
        ),
        (
            [Dense(units=3), Tanh(), Linear(), MeanSquaredError()],
            NUMBERS,
            "The network has 3 outputs, but the data has 1 target a sample: set the units of"
            " 'dense' to 1.",
        ),
        (
            [Dense(units=2), Sigmoid(), BinaryCrossEntropy()],
            Xor(samples=10),
            "The network has 2 outputs, but the data has 2 classes and needs 1 output with this"
            " loss: set the units of 'dense' to 1.",
        ),
        (
            [Dense(units=1), MeanSquaredError()],
            TableData(x=((0.0,),), y=((0.5, 1.5),)),
            "The network has 1 output, but the data has 2 targets a sample: set the units of"
            " 'dense' to 2.",
        ),
    ],
)
def test_width(operations: list[Operation], dataset: Dataset, text: str) -> None:
    project = chained(*operations, dataset=dataset)
    problem = found(project, "width")
    assert problem.text == text
    refused(project, problem)
    # The remedy works: with those units nothing is left to complain about.
    wanted = problem.fields["units"]
    mended = chained(Dense(units=wanted), *operations[1:], dataset=dataset)
    assert analyse(mended).problems == ()


def test_width_without_a_layer_to_blame() -> None:
    project = chained(Linear(), MeanSquaredError(), dataset=Xor(samples=10))
    problem = found(project, "width")
    assert problem.text.endswith("put a layer with 1 units before 'linear'.")


def test_nothing_to_learn() -> None:
    for layers in ([], [Dense(units=1, trainable=False), Sigmoid()]):
        data = TableData(x=((0.0,), (1.0,)), y=((0.0,), (1.0,)))
        project = chained(*layers, MeanSquaredError(), dataset=data)
        problem = found(project, "nothing_to_learn")
        assert problem.text.startswith("Nothing can be learned: no block has trainable weights.")
        refused(project, problem)


class Broken(Dataset, frozen=True):
    """Cannot be made."""

    def make(self) -> object:  # type: ignore[override]
        raise NetbuilderError(detail="the file is gone")


def test_data() -> None:
    project = good().with_(dataset=Broken())
    problem = found(project, "data")
    assert problem.text == "The data: the file is gone"


def test_examples_have_no_problems() -> None:
    for path in EXAMPLES.glob("*.json"):
        assert analyse(files.read(path)).problems == ()


# ---- wires ----


@pytest.mark.parametrize(
    ("source", "target", "said"),
    [
        ("tanh", "tanh", "A block cannot feed itself."),
        ("loss", "tanh", "'loss' is a loss and has no output: it ends the network."),
        ("tanh", "data", "'data' is the data and takes no input: it begins the network."),
        ("dense", "tanh", "'dense' already leads to 'tanh'."),
        (
            "sigmoid", "dense",
            "'dense' already leads to 'sigmoid': the wires would form a circle.",
        ),
        ("data", "tanh", None),
        ("tanh", "loss", None),
    ],
)  # fmt: skip
def test_which_wires_may_be_drawn(source: str, target: str, said: str | None) -> None:
    assert connection_error(good(), source, target) == said


def test_a_wire_that_may_be_drawn_makes_no_circle() -> None:
    project = Disconnect((("dense 2", "sigmoid"),)).apply(good())
    for a in project.nodes:
        for b in project.nodes:
            if connection_error(project, a.id, b.id) is None:
                after = Connect(a.id, b.id).apply(project)
                assert "cycle" not in {p.code for p in analyse(after).problems}


# ---- anything at all ----


@given(projects(small=True))
def test_any_graph_is_built_or_its_problems_are_listed(project: Project) -> None:
    check(project)


@given(likely_projects())
@settings(max_examples=120)
def test_nearly_right_networks_train_or_say_why_not(project: Project) -> None:
    check(project)


def check(project: Project) -> None:
    analysis = analyse(project)
    for problem in analysis.problems:
        assert problem.text.endswith((".", "needed")) or problem.code in ("shape", "data")
    if not analysis.ok:
        with pytest.raises(NotReady):
            build(project)
        return
    try:
        run = build(project)
        run.trainer.advance(3)
        run.trainer.scores("test")
    except Diverged:
        return
    assert run.network.outputs == analysis.widths[run.network.output_id]


def test_nearly_right_networks_are_often_right() -> None:
    """So that the test above really trains some."""
    trained = []

    @given(likely_projects())
    @settings(max_examples=60)
    def count(project: Project) -> None:
        trained.append(analyse(project).ok)

    count()
    assert sum(trained) >= 10
