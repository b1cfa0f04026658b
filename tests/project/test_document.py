"""Commands and their undoing: exact, merged by gesture, and kind to trained weights."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pytest
from helpers import chained
from hypothesis import given
from hypothesis import strategies as st
from strategies import command, projects, trained

from netbuilder.data.sets.circle import Circle
from netbuilder.data.sets.xor import Xor
from netbuilder.declare import Meta
from netbuilder.engine.activations.relu import ReLU
from netbuilder.engine.activations.sigmoid import Sigmoid
from netbuilder.engine.activations.tanh import Tanh
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.losses.binary_cross_entropy import BinaryCrossEntropy
from netbuilder.engine.operation import Operation
from netbuilder.engine.optimizers.sgd import SGD
from netbuilder.errors import InvalidValue, NetbuilderError
from netbuilder.project.build import build, weights_of
from netbuilder.project.codec import dumps, loads
from netbuilder.project.commands import (
    AddGroup,
    AddNode,
    CommandError,
    Connect,
    Disconnect,
    MoveNodes,
    RemoveNodes,
    Rename,
    SetDataset,
    SetName,
    SetParameter,
    SetTraining,
    SetWeights,
    replace_checked,
)
from netbuilder.project.document import UNDO_LIMIT, Change, Document
from netbuilder.project.model import (
    Node,
    Project,
    Weights,
    freeze,
    same_weights,
    suggested_id,
    unique_id,
)
from netbuilder.project.set_weight import SetWeight


def project() -> Project:
    """data -> dense -> tanh -> dense 2 -> sigmoid -> loss"""
    return chained(Dense(), Tanh(), Dense(units=1), Sigmoid(), BinaryCrossEntropy())


def learned(current: Project, steps: int = 5) -> Weights:
    run = build(current)
    run.trainer.advance(steps)
    return weights_of(run.network)


@pytest.fixture
def document() -> Document:
    return Document(project())


# ---- any sequence of commands ----


@given(projects(), st.data())
def test_any_commands_are_undone_to_the_byte(start: Project, data: st.DataObject) -> None:
    document = Document(start)
    texts = [dumps(start)]
    for _ in range(data.draw(st.integers(1, 8))):
        document.push(data.draw(command(document.project)))
        document.seal()
        text = dumps(document.project)
        assert dumps(loads(text)) == text  # whatever the document holds can be saved and opened
        if document.undo_command is not None and len(document._done) == len(texts):
            texts.append(text)
    for text in reversed(texts):
        assert dumps(document.project) == text
        document.undo()
    assert document.undo_command is None
    document.undo()  # nothing left: nothing happens
    for text in texts:
        assert dumps(document.project) == text
        document.redo()
    assert document.redo_command is None


@given(projects(weights=False), st.data())
def test_training_between_commands_survives_undo(start: Project, data: st.DataObject) -> None:
    """Undo never brings back older weights of a block that is still there."""
    document = Document(start)
    for _ in range(data.draw(st.integers(1, 6))):
        step = data.draw(
            command(document.project).filter(lambda c: not isinstance(c, (SetWeights, SetWeight)))
        )
        document.push(step)
        document.seal()
    document.set_weights(trained(document.project, 1))
    while document.undo_command is not None:
        here = {n.id for n in document.project.nodes}
        step, before = document.undo_command, document.project.weights
        document.undo()
        old, new = (step.new.strip(), step.old) if isinstance(step, Rename) else ("", "")
        for node in document.project.nodes:
            source = old if node.id == new else node.id
            if source in here and source in before:
                assert same_weights({"": document.project.weights[node.id]}, {"": before[source]})


# ---- each command ----


def test_add_a_node_into_a_wire(document: Document) -> None:
    node = Node("relu", ReLU(), (1.0, 2.0))
    document.push(AddNode(node, after="dense", before="tanh", replacing=("dense", "tanh")))
    assert document.project.node("relu") == node
    assert ("dense", "tanh") not in document.project.edges
    assert {("dense", "relu"), ("relu", "tanh")} <= set(document.project.edges)
    assert document.undo_command is not None
    assert document.undo_command.text == "Add relu"


def test_removing_heals_the_wire(document: Document) -> None:
    document.push(RemoveNodes(("tanh",)))
    assert ("dense", "dense 2") in document.project.edges
    assert not document.project.has("tanh")
    document.push(RemoveNodes(("dense 2", "sigmoid")))
    assert list(document.project.edges) == [("data", "dense"), ("dense", "loss")]
    document.push(RemoveNodes((), (("data", "dense"),)))
    assert list(document.project.edges) == [("dense", "loss")]


@pytest.mark.parametrize(
    ("step", "text"),
    [
        (RemoveNodes(("tanh",)), "Delete tanh"),
        (RemoveNodes(("tanh", "loss")), "Delete 2 blocks"),
        (RemoveNodes((), (("data", "dense"),)), "Delete wire"),
        (RemoveNodes((), (("data", "dense"), ("dense", "tanh"))), "Delete 2 wires"),
        (MoveNodes({"tanh": (0.0, 0.0)}), "Move tanh"),
        (MoveNodes({"tanh": (0.0, 0.0), "loss": (1.0, 0.0)}), "Move 2 blocks"),
        (Connect("data", "tanh"), "Connect data to tanh"),
        (Disconnect((("data", "dense"),)), "Disconnect data from dense"),
        (Rename("tanh", "act"), "Rename tanh to act"),
        (SetParameter("dense", "weight_init", {"type": "zeros"}), "Change weight init of dense"),
        (SetDataset(Circle()), "Change the data"),
        (SetTraining("batch_size", 5), "Change batch size"),
        (SetName("New"), "Rename the project"),
        (SetWeights({}, "Reset the weights"), "Reset the weights"),
        (AddGroup((Node("x", Tanh()),), why="Paste a block"), "Paste a block"),
    ],
)
def test_texts_for_the_menu(step: Any, text: str) -> None:
    assert step.text == text
    step.apply(project())


def test_connect_replaces(document: Document) -> None:
    document.push(Connect("data", "tanh", replacing=(("dense", "tanh"),)))
    assert document.project.inputs_of("tanh") == ("data",)
    assert document.project.outputs_of("data") == ("dense", "tanh")


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (AddNode(Node("tanh", Tanh())), "There is already a block named 'tanh'."),
        (AddNode(Node("a", Tanh()), after="nine"), "There is no block named 'nine'."),
        (AddNode(Node("a", Tanh()), before="nine"), "There is no block named 'nine'."),
        (AddNode(Node(" ", Tanh())), "A block needs a name: type at least one letter."),
        (AddNode(Node("a\nb", Tanh())), "A name is one line of letters"),
        (AddNode(Node("a", Tanh(), (np.nan, 0.0))), "'a' cannot be moved that far."),
        (MoveNodes({"tanh": (0.0, 1e7)}), "'tanh' cannot be moved that far."),
        (Connect("data", "nine"), "There is no block named 'nine'."),
        (Connect("nine", "data"), "There is no block named 'nine'."),
        (Connect("data", "dense"), "'data' already leads to 'dense'."),
        (Rename("tanh", " "), "A block needs a name: type at least one letter."),
        (Rename("tanh", "x" * 61), "A name has at most 60 letters: shorten it."),
        (Rename("tanh", "\ud800"), "A name is one line of letters"),
        (Rename("tanh", "loss"), "There is already a block named 'loss': choose another name."),
        (Rename("nine", "ten"), "There is no block named 'nine'."),
        (SetParameter("dense", "units", 0), "dense.units: expected an integer from 1 to 4096, got"),
        (SetParameter("dense", "unit", 1), "dense.unit: no such setting."),
        (SetParameter("nine", "units", 1), "There is no block named 'nine'."),
        (SetTraining("seed", -1), "training.seed: expected an integer from 0 to"),
        (SetTraining("sed", 1), "training.sed: no such setting."),
        (AddGroup((Node("loss", Tanh()),)), "There is already a block named 'loss'."),
        (AddGroup((Node("a", Tanh()), Node("a", Tanh()))), "There is already a block named 'a'."),
        (AddGroup((Node("a", Tanh()),), (("a", "b"),)), "There is no block named 'b'."),
    ],
)
def test_what_a_command_refuses_changes_nothing(step: Any, said: str, document: Document) -> None:
    before = document.project
    with pytest.raises(NetbuilderError) as caught:
        document.push(step)
    assert str(caught.value).startswith(said)
    assert document.project is before
    assert document.undo_command is None
    assert not document.modified


def test_parameters_are_typed_and_checked() -> None:
    start = {"type": "he_normal", "gain": 2}
    changed = SetParameter("dense", "weight_init", start).apply(project())
    assert changed.node("dense").operation.weight_init.gain == 2.0  # type: ignore[attr-defined]
    rate = SetTraining("optimizer", SGD(learning_rate=0.5)).apply(project())
    assert rate.training.optimizer.learning_rate == 0.5
    with pytest.raises(InvalidValue, match=r"training.optimizer.learning_rate: expected a number"):
        SetTraining("optimizer", {"type": "SGD", "learning_rate": 0}).apply(project())


class Even(Operation, frozen=True):
    """Has a rule of its own behind the declared range."""

    units: Annotated[int, Meta(ge=0, le=9)] = 2

    def __post_init__(self) -> None:
        if self.units % 2:
            raise ValueError("an even number of units")


def test_a_rule_over_several_fields_is_told_like_any_other() -> None:
    with pytest.raises(InvalidValue, match=r"^x.units: expected an even number of units, got 3$"):
        replace_checked(Even(), "units", 3, "x.units")
    assert replace_checked(Even(), "units", 4, "x.units") == Even(units=4)


# ---- undo, redo, merging ----


def test_undo_and_redo(document: Document) -> None:
    start = document.project
    document.push(SetName("one"))
    document.push(SetName("two"))
    document.undo()
    assert (document.project.name, document.redo_command is not None) == ("one", True)
    document.push(SetName("three"))
    assert document.redo_command is None  # a new change takes the place of what was undone
    document.undo()
    document.undo()
    assert document.project == start


def test_a_command_without_effect_is_no_step(document: Document) -> None:
    document.push(SetName(document.project.name))
    document.push(MoveNodes({"tanh": document.project.node("tanh").position}))
    document.push(Rename("tanh", "tanh"))
    document.push(SetParameter("dense", "units", 4))
    document.push(SetWeights({}))
    assert document.undo_command is None
    assert not document.modified


def test_equal_weights_are_no_step(document: Document) -> None:
    document.set_weights(learned(document.project))
    document.push(SetWeights({k: dict(v) for k, v in learned(document.project, 0).items()}))
    assert document.undo_command is None
    document.push(SetWeights(learned(document.project)))
    assert document.undo_command is not None


def test_one_gesture_is_one_step(document: Document) -> None:
    for units in (5, 6, 7):
        document.push(SetParameter("dense", "units", units))
    document.undo()
    assert document.project == project()
    document.redo()
    assert document.project.node("dense").operation == Dense(units=7)


def test_another_field_another_gesture_or_a_save_ends_the_step(document: Document) -> None:
    document.push(SetParameter("dense", "units", 5))
    document.push(SetParameter("dense 2", "units", 6))
    document.push(SetParameter("dense 2", "bias", False))
    document.seal()
    document.push(SetParameter("dense 2", "bias", True))
    document.push(SetTraining("seed", 1))
    document.mark_clean()
    document.push(SetTraining("seed", 2))
    document.push(SetName("x"))
    document.push(SetName("y"))  # names are not merged
    count = 0
    while document.undo_command is not None:
        document.undo()
        count += 1
    assert count == 8
    assert document.project == project()


def test_a_step_after_undo_stands_alone(document: Document) -> None:
    document.push(SetTraining("seed", 1))
    document.push(SetName("x"))
    document.undo()
    document.push(SetTraining("seed", 2))
    document.undo()
    assert document.project.training.seed == 1


# ---- what needs saving ----


def needs_saving(document: Document) -> bool:
    return document.modified


def test_modified(document: Document) -> None:
    assert not needs_saving(document)
    document.push(SetName("a"))
    assert needs_saving(document)
    document.undo()
    assert not needs_saving(document)
    document.redo()
    document.mark_clean()
    assert not needs_saving(document)
    document.undo()
    assert needs_saving(document)
    document.redo()
    assert not needs_saving(document)
    document.undo()
    document.push(SetName("b"))  # the saved state can no longer be reached
    assert needs_saving(document)
    document.undo()
    assert needs_saving(document)


def test_learned_weights_need_saving(document: Document) -> None:
    document.set_weights(learned(document.project))
    assert needs_saving(document)
    assert document.undo_command is None
    document.mark_clean()
    assert not needs_saving(document)


def test_the_history_is_bounded(document: Document) -> None:
    for i in range(UNDO_LIMIT + 5):
        document.push(SetName(str(i)))
    for _ in range(UNDO_LIMIT + 50):
        document.undo()
    assert document.project.name == "4"
    assert document.modified  # the saved state lies further back


def test_load_begins_a_fresh_history(document: Document) -> None:
    document.push(SetName("a"))
    document.load(Project(name="other"), Path("other.json"))
    assert (document.project.name, document.path) == ("other", Path("other.json"))
    assert document.undo_command is None
    assert not document.modified


def test_saved(document: Document) -> None:
    document.push(SetName("a"))
    document.saved(document.project.with_(name="b"), Path("b.json"))
    assert (document.project.name, document.path, document.modified) == ("b", Path("b.json"), False)


# ---- trained weights ----


def test_undoing_a_move_keeps_what_was_learned_since(document: Document) -> None:
    document.push(MoveNodes({"tanh": (5.0, 5.0)}))
    weights = learned(document.project)
    document.set_weights(weights)
    document.undo()
    assert document.project.node("tanh").position != (5.0, 5.0)
    assert same_weights(document.project.weights, weights)
    more = learned(document.project, 9)
    document.set_weights(more)
    document.redo()
    assert same_weights(document.project.weights, more)


def test_a_renamed_layer_takes_its_weights_along_and_back(document: Document) -> None:
    weights = learned(document.project)
    document.set_weights(weights)
    document.push(Rename("dense", "first"))
    assert same_weights({"dense": document.project.weights["first"]}, {"dense": weights["dense"]})
    assert "dense" not in document.project.weights
    more = learned(document.project)
    document.set_weights(more)
    document.undo()
    assert same_weights({"": document.project.weights["dense"]}, {"": more["first"]})
    document.redo()
    assert same_weights(document.project.weights, more)


def test_a_deleted_layer_comes_back_with_its_weights(document: Document) -> None:
    weights = learned(document.project)
    document.set_weights(weights)
    document.push(RemoveNodes(("dense",)))
    assert "dense" not in document.project.weights
    document.set_weights({"dense 2": weights["dense 2"]})
    document.undo()
    assert same_weights(document.project.weights, weights)


def test_an_added_layer_is_redone_with_what_it_learned(document: Document) -> None:
    document.push(AddNode(Node("extra", Dense())))
    document.set_weights({"extra": {"W": freeze([7.0])}})
    document.undo()
    assert "extra" not in document.project.weights
    document.redo()
    assert document.project.weights["extra"]["W"].tolist() == [7.0]


def test_a_new_layer_does_not_inherit_from_a_deleted_one(document: Document) -> None:
    document.set_weights(learned(document.project))
    document.push(RemoveNodes(("dense",)))
    document.push(AddNode(Node("dense", Dense())))
    assert "dense" not in document.project.weights


def test_a_name_that_was_free_again_brings_no_weights_of_its_own(document: Document) -> None:
    weights = learned(document.project)
    document.set_weights(weights)
    document.push(RemoveNodes(("dense 2",)))
    document.push(Rename("dense", "dense 2"))
    assert same_weights({"": document.project.weights["dense 2"]}, {"": weights["dense"]})
    document.undo()
    document.undo()
    assert same_weights(document.project.weights, weights)


def test_what_a_run_still_knows_of_a_deleted_block_gives_way(document: Document) -> None:
    """A run goes on with its own copy of the network while blocks are deleted and renamed."""
    weights = learned(document.project)
    document.push(RemoveNodes(("dense 2",)))
    document.set_weights({"dense": weights["dense"], "dense 2": weights["dense 2"]})
    document.push(Rename("dense", "dense 2"))
    assert same_weights({"": document.project.weights["dense 2"]}, {"": weights["dense"]})


def test_weights_that_were_reset_stay_so(document: Document) -> None:
    document.set_weights(learned(document.project))
    document.push(MoveNodes({"tanh": (5.0, 5.0)}))
    document.push(Rename("dense", "first"))
    document.set_weights({})
    document.undo()
    document.undo()
    assert document.project.weights == {}


def test_setting_weights_is_a_step_of_its_own(document: Document) -> None:
    weights = learned(document.project)
    document.set_weights(weights)
    document.push(SetWeights({}, "Reset"))
    document.set_weights(learned(document.project, 3))
    document.undo()
    assert same_weights(document.project.weights, weights)
    document.redo()
    assert document.project.weights == {}


# ---- watching ----


class Watcher:
    def __init__(self, document: Document) -> None:
        self.seen: list[Change] = []
        document.watch(self.notice)

    def notice(self, change: Change) -> None:
        self.seen.append(change)


def test_watchers_are_told_before_and_after(document: Document) -> None:
    watcher = Watcher(document)
    document.push(SetName("a"))
    document.undo()
    document.redo()
    document.set_weights({})
    document.load(Project(), None)
    assert [c.cause for c in watcher.seen] == ["do", "undo", "redo", "weights", "load"]
    for one, next_one in zip(watcher.seen, watcher.seen[1:], strict=False):
        assert one.after is next_one.before
    assert watcher.seen[-1].after is document.project


def test_watchers_are_held_weakly(document: Document) -> None:
    kept, gone = Watcher(document), Watcher(document)
    seen = gone.seen
    del gone
    gc.collect()
    document.push(SetName("a"))
    assert (len(kept.seen), len(seen)) == (1, 0)
    assert len(document._watchers) == 1


def test_a_change_tells_whether_the_network_changed(document: Document) -> None:
    watcher = Watcher(document)
    for step, structure in (
        (MoveNodes({"tanh": (5.0, 5.0)}), False),
        (SetName("x"), False),
        (SetTraining("seed", 9), False),
        (SetDataset(Xor(seed=3)), False),
        (SetParameter("dense", "units", 9), True),
        (Disconnect((("data", "dense"),)), True),
        (Rename("tanh", "act"), True),
        (RemoveNodes(("loss",)), True),
    ):
        document.push(step)
        assert watcher.seen[-1].structure is structure


# ---- names ----


def test_free_names() -> None:
    assert unique_id("a", []) == "a"
    assert unique_id("a", ["a", "a 2"]) == "a 3"
    assert unique_id("a 2", ["a 2"]) == "a 3"
    assert unique_id("7", ["7"]) == "7 2"
    assert suggested_id(Dense(), project()) == "dense 3"
    assert suggested_id(BinaryCrossEntropy(), Project()) == "loss"
    with pytest.raises(KeyError):
        project().node("nine")


def test_commands_raise_one_kind_of_error() -> None:
    assert issubclass(CommandError, NetbuilderError)
    assert CommandError(detail="No.").code == "CommandError"
