"""Ready networks: each fits every kind of data or says why not, and comes and goes in one step."""

from __future__ import annotations

import numpy as np
import pytest

from netbuilder.data.dataset import Table
from netbuilder.data.sets.gaussians import Gaussians
from netbuilder.data.sets.xor import Xor
from netbuilder.engine.operation import Operation
from netbuilder.project.analysis import analyse
from netbuilder.project.codec import dumps
from netbuilder.project.commands import CommandError
from netbuilder.project.document import Document
from netbuilder.project.model import Node, Project, freeze
from netbuilder.project.templates import TEMPLATES, Template

TABLES = {
    "two classes": Xor(samples=8).make(),
    "three classes": Gaussians(samples=9, classes=3).make(),
    "numbers": Table(np.zeros((5, 3)), np.zeros((5, 2)), None, ("a", "b", "c")),
}


def size(_node: Node) -> tuple[float, float]:
    return 100.0, 80.0


@pytest.mark.parametrize("data", TABLES)
@pytest.mark.parametrize("template", TEMPLATES.values(), ids=list(TEMPLATES))
def test_each_template_can_be_trained_or_says_why_not(template: Template, data: str) -> None:
    table = TABLES[data]
    if data == "numbers" and template.name in ("logistic", "perceptron"):
        with pytest.raises(CommandError, match=r"take Regression, or other data\.$"):
            template.sketch(table)
        return
    command = template.sketch(table).command(size, template.title)
    assert analyse(command.apply(Project()), table).problems == ()


def test_a_template_takes_the_place_of_the_network_in_one_step() -> None:
    project = TEMPLATES["mlp"].sketch(TABLES["two classes"]).command(size, "MLP").apply(Project())
    document = Document(project.with_(weights={"hidden 1": {"W": freeze([[1.0]])}}))
    before = dumps(document.project)
    residual = TEMPLATES["residual"]
    command = residual.sketch(TABLES["two classes"]).command(size, residual.title)
    document.push(command)
    assert document.undo_command is not None
    assert document.undo_command.text == "Residual MLP"
    # "hidden 1" is a block of both networks, but not the same one: its weights do not pass over.
    assert document.project.weights == {}
    document.set_weights({"hidden 1": {"W": freeze([[2.0]])}})
    after = dumps(document.project)
    document.undo()
    assert dumps(document.project) == before
    document.redo()
    assert dumps(document.project) == after


def test_the_same_template_twice_is_no_second_step() -> None:
    command = TEMPLATES["logistic"].sketch(TABLES["two classes"]).command(size, "Logistic")
    document = Document()
    document.push(command)
    document.push(command)
    document.undo()
    assert document.undo_command is None


def test_shortcuts_lead_past_the_layers() -> None:
    drawn = TEMPLATES["residual"].sketch(TABLES["two classes"])
    adds = [name for name, op in drawn.parts if type(op).__name__ == "Add"]
    assert adds == ["add 1", "add 2"]
    for add in adds:
        assert len([e for e in drawn.edges if e[1] == add]) == 2
    assert all(isinstance(op, Operation) for _, op in drawn.parts)
