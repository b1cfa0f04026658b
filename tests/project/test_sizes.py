"""Networks from a line of sizes: what each means, and the sentence for one that means nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from netbuilder.data.dataset import Table
from netbuilder.data.sets.gaussians import Gaussians
from netbuilder.data.sets.xor import Xor
from netbuilder.engine.initializers.he_normal import HeNormal
from netbuilder.engine.layers.dense import Dense
from netbuilder.project.analysis import analyse
from netbuilder.project.model import Project
from netbuilder.project.sizes import GRAMMAR, SizesError, sketch, words

PLANE = Xor(samples=8).make()
THREE = Gaussians(samples=9, classes=3).make()
NUMBERS = Table(np.zeros((5, 3)), np.zeros((5, 2)), None, ("a", "b", "c"))


def built(text: str, table: Table = PLANE) -> str:
    """The layers in short, after making sure that they can be trained on the table."""
    drawn = sketch(text, table)
    command = drawn.command(lambda n: (100.0, 80.0), "New")
    project = command.apply(Project())
    assert analyse(project, table).problems == ()
    assert project.nodes[0].position == (0.0, 0.0)
    return " ".join(words(drawn.parts))


@pytest.mark.parametrize(
    ("text", "layers"),
    [
        ("2-8-8-1 tanh", "Data Dense 8 Tanh Dense 8 Tanh Dense 1 Sigmoid BCE"),
        ("2-8-8-1", "Data Dense 8 Tanh Dense 8 Tanh Dense 1 Sigmoid BCE"),
        ("in-8-out relu", "Data Dense 8 ReLU Dense 1 Sigmoid BCE"),
        ("  2 -> 8 → 1,  relu ", "Data Dense 8 ReLU Dense 1 Sigmoid BCE"),
        ("2-8-4-1 relu tanh", "Data Dense 8 ReLU Dense 4 Tanh Dense 1 Sigmoid BCE"),
        ("2-8-4-1 relu sigmoid", "Data Dense 8 ReLU Dense 4 ReLU Dense 1 Sigmoid BCE"),
        ("2-8-4-1 relu tanh step", "Data Dense 8 ReLU Dense 4 Tanh Dense 1 Step Perceptron"),
        ("2-8 tanh softmax 2", "Data Dense 8 Tanh Dense 2 Softmax CCE"),
        ("2-8-2 tanh softmax 2", "Data Dense 8 Tanh Dense 2 Softmax CCE"),
        ("2-2", "Data Dense 2 Softmax CCE"),
        ("2-1", "Data Dense 1 Sigmoid BCE"),
        ("2-1 linear", "Data Dense 1 Linear MSE"),
        ("2-1 step", "Data Dense 1 Step Perceptron"),
        ("2-3-1 Leaky-ReLU", "Data Dense 3 Leaky ReLU Dense 1 Sigmoid BCE"),
        ("2-3-1 leaky relu", "Data Dense 3 Leaky ReLU Dense 1 Sigmoid BCE"),
        ("2-3-1 hyperbolic tangent", "Data Dense 3 Tanh Dense 1 Sigmoid BCE"),
    ],
)
def test_two_classes_in_the_plane(text: str, layers: str) -> None:
    assert built(text) == layers


@pytest.mark.parametrize(
    ("text", "layers"),
    [
        ("2-8-3 tanh", "Data Dense 8 Tanh Dense 3 Softmax CCE"),
        ("in-8-out", "Data Dense 8 Tanh Dense 3 Softmax CCE"),
        ("2-8-3 tanh sigmoid", "Data Dense 8 Tanh Dense 3 Sigmoid BCE"),
    ],
)
def test_three_classes(text: str, layers: str) -> None:
    assert built(text, THREE) == layers


@pytest.mark.parametrize(
    ("text", "layers"),
    [
        ("3-8-2 relu", "Data Dense 8 ReLU Dense 2 MSE"),
        ("in-out linear", "Data Dense 2 Linear MSE"),
    ],
)
def test_numbers_as_targets(text: str, layers: str) -> None:
    assert built(text, NUMBERS) == layers


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Type sizes such as in-8-8-out."),
        ("2", "Type at least two sizes with a hyphen between them, such as 2-8-out."),
        ("3-1", "The data has 2 features, so the first size is 2 or 'in', not '3'."),
        ("2-8-3", "The data has 2 classes, so the last size is 1 or 2, not 3."),
        ("2-x-1", "'x' is no size: type a whole number from 1 to 4096."),
        ("2-8-0", "'0' is no size: type a whole number from 1 to 4096 or 'out'."),
        ("2-4097-1", "'4097' is no size: type a whole number from 1 to 4096."),
        ("2--1", "A size is missing between two hyphens, or at the end."),
        ("2-8-", "A size is missing between two hyphens, or at the end."),
        ("2-8-1 tahn", "There is no activation called 'tahn': did you mean tanh?"),
        ("2-8-1 xyzzy", "There is no activation called 'xyzzy'."),
        ("2-8-1 4", "Join the sizes by hyphens: '4' stands alone, with a space before it."),
        ("2 8 1", "Join all sizes by hyphens, without a gap before '8'."),
        (
            "2-8-1 relu tanh sigmoid",
            "There is one hidden layer, but 3 activations are named: name one for all of them, or"
            " one for each, and that of the output behind.",
        ),
        ("2-8-1 softmax", "No loss fits a last size of 1 with Softmax and this data."),
        ("2" + "-2" * 101, "That are 101 layers: 100 are the most."),
    ],
)
def test_a_line_that_means_nothing_is_told_why(text: str, reason: str) -> None:
    with pytest.raises(SizesError) as caught:
        sketch(text, PLANE)
    assert str(caught.value) == reason


def test_every_example_of_the_grammar_is_right() -> None:
    for text, _ in GRAMMAR:
        try:
            built(text)
        except SizesError:
            built(text, THREE)  # the one with three outputs


def test_relu_layers_start_louder() -> None:
    layer = dict(sketch("2-8-1 relu", PLANE).parts)["hidden"]
    assert isinstance(layer, Dense)
    assert isinstance(layer.weight_init, HeNormal)


def test_names_are_short_and_all_different() -> None:
    names = [name for name, _ in sketch("2-8-8-1 sigmoid", PLANE).parts]
    assert names == [
        *("data", "hidden 1", "sigmoid", "hidden 2", "sigmoid 2", "output", "sigmoid 3", "loss"),
    ]


@given(st.text(alphabet="0123456789-– inoutxrelutanhsigmoid,>²٣", max_size=24))
@example("²-1")
@example("in-٣-out")
def test_any_text_builds_a_network_or_is_refused_in_words(text: str) -> None:
    try:
        drawn = sketch(text, PLANE)
    except SizesError as error:
        reason = str(error)
    else:
        reason = "."
        assert analyse(drawn.command(lambda n: (9.0, 9.0), "").apply(Project()), PLANE).ok
    assert reason.endswith((".", "?"))
