"""A weight set by hand."""

from __future__ import annotations

import numpy as np
import pytest

from netbuilder import assets
from netbuilder.project import codec, files
from netbuilder.project.commands import CommandError
from netbuilder.project.document import Document
from netbuilder.project.model import Project, freeze, same_weights
from netbuilder.project.set_weight import SetWeight


def xor() -> Project:
    (path,) = [p for p in assets.examples() if p.stem == "xor"]
    return files.read(path).with_(weights={})


START = {"W": freeze([[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]]), "b": freeze([0.0] * 4)}


def test_the_first_one_brings_the_drawn_weights_of_its_layer_along() -> None:
    document = Document(xor())
    node = next(n.id for n in document.project.nodes if n.type == "Dense")
    before = codec.dumps(document.project)
    document.push(SetWeight(node, "W", (1, 2), -0.5, START))
    weights = document.project.weights
    assert weights.keys() == {node}
    expected = START["W"].copy()
    expected[1, 2] = -0.5
    assert np.array_equal(weights[node]["W"], expected)
    assert np.array_equal(weights[node]["b"], START["b"])
    assert not weights[node]["W"].flags.writeable
    assert document.undo_command is not None
    assert document.undo_command.text == f"Change a weight of {node}"
    after = codec.dumps(document.project)
    document.undo()
    assert codec.dumps(document.project) == before
    document.redo()
    assert codec.dumps(document.project) == after


def test_steps_at_one_weight_are_one_undo_step_and_those_at_two_are_two() -> None:
    document = Document(xor())
    node = next(n.id for n in document.project.nodes if n.type == "Dense")
    for value in (0.1, 0.2, 0.3):
        document.push(SetWeight(node, "b", (0,), value, START))
    document.push(SetWeight(node, "b", (1,), 0.4))
    assert document.project.weights[node]["b"].tolist() == [0.3, 0.4, 0.0, 0.0]
    document.undo()
    assert document.project.weights[node]["b"].tolist() == [0.3, 0.0, 0.0, 0.0]
    document.undo()
    assert same_weights(document.project.weights, {})


@pytest.mark.parametrize(
    ("parameter", "index", "value", "words"),
    [
        ("W", (2, 0), 1.0, "no such weight"),
        ("W", (0,), 1.0, "no such weight"),
        ("W", (0, -1), 1.0, "no such weight"),
        ("V", (0, 0), 1.0, "no such weight"),
        ("W", (0, 0), 1e7, "from -1e\\+06"),
        ("W", (0, 0), float("nan"), "A weight is a number"),
    ],
)
def test_what_cannot_be_set_is_refused(
    parameter: str, index: tuple[int, ...], value: float, words: str
) -> None:
    project = xor()
    node = next(n.id for n in project.nodes if n.type == "Dense")
    with pytest.raises(CommandError, match=words):
        SetWeight(node, parameter, index, value, START).apply(project)


def test_a_block_that_is_gone_is_named() -> None:
    with pytest.raises(CommandError, match="no block named 'gone'"):
        SetWeight("gone", "W", (0, 0), 1.0, START).apply(xor())
