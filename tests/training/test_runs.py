"""The list of runs, and what the controller puts into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from helpers import layers
from pytestqt.qtbot import QtBot
from ui.inspector.panel_kit import small, snapshot

from netbuilder.engine.history import History
from netbuilder.engine.optimizers.sgd import SGD
from netbuilder.engine.scene import Wish
from netbuilder.project.build import network_of, weights_of
from netbuilder.project.codec import dumps, loads
from netbuilder.project.commands import (
    Command,
    RemoveNodes,
    Rename,
    SetParameter,
    SetTraining,
    SetWeights,
)
from netbuilder.project.document import Document
from netbuilder.project.model import Project, same_weights
from netbuilder.project.saved_runs import KeepRuns
from netbuilder.project.take_over import taking_back
from netbuilder.training.controller import TrainingController
from netbuilder.training.picture import last_scene
from netbuilder.training.runs import MOST, POINTS, WEIGHTS, WHOLE, Run, RunList


def history(count: int) -> History:
    grown = History()
    for step in range(count):
        grown.append(
            snapshot(step=step, train_loss=1 / (1 + step), layers=layers({"dense": float(step)}))
        )
    return grown


def run(count: int = 3, note: str = "", *, over: bool = True) -> Run:
    project = small()
    return Run(project, history(count), project.training, note=note, over=over)


class Ear:
    def __init__(self) -> None:
        self.heard = 0

    def hear(self) -> None:
        self.heard += 1


# ---- the list -----------------------------------------------------------------------------------


def test_runs_are_numbered_and_a_removed_one_comes_back_to_its_place() -> None:
    kept, ear = RunList(), Ear()
    kept.watch(ear.hear)
    first, second, third = run(), run(), run()
    for one in (first, second, third):
        kept.add(one)
    assert [r.number for r in kept.runs] == [1, 2, 3]
    assert kept.before(second) is first
    assert kept.before(first) is None
    kept.remove(second)
    assert list(kept.runs) == [first, third]
    assert kept.before(third) is first
    assert kept.bring_back() is second
    assert list(kept.runs) == [first, second, third]
    assert not kept.can_bring_back
    assert ear.heard == 5


def test_old_runs_go_but_those_with_a_note_stay_longer() -> None:
    kept = RunList()
    noted = run(note="the good one")
    kept.add(noted)
    for _ in range(MOST):
        kept.add(run())
    assert len(kept.runs) == MOST
    assert kept.runs[0] is noted
    assert kept.runs[1].number == 3  # the second one has gone


def test_older_runs_keep_fewer_points_all_of_them_exact() -> None:
    kept = RunList()
    long = run(POINTS + 500)
    long.weights = {"dense": {"b": np.zeros(1)}}
    whole = long.history
    kept.add(long)
    for _ in range(WHOLE - 1):
        kept.add(run())
    assert long.history is whole
    kept.add(run())
    found = long.history
    assert long.weights  # they are small
    assert found.count == POINTS
    steps = found.step.astype(int)
    assert (steps[0], steps[-1]) == (0, POINTS + 499)
    assert np.array_equal(found.train_loss, whole.train_loss[steps])
    assert np.array_equal(found.gradient("dense"), whole.gradient("dense")[steps])


def test_all_runs_together_keep_a_bounded_number_of_weights() -> None:
    kept = RunList()
    large = np.zeros(WEIGHTS // 2)
    runs = [run() for _ in range(4)]
    for one, size in zip(runs, (10, WEIGHTS // 2, WEIGHTS // 2, 10), strict=True):
        one.weights = {"dense": {"b": large[:size]}}
        kept.add(one)
    # From the newest on: 10, then half of all, and the next half does not fit any more.
    assert [bool(r.weights) for r in runs] == [False, False, True, True]


def test_a_run_that_lasts_keeps_all_its_points() -> None:
    kept = RunList()
    lasting = run(POINTS + 500, over=False)
    kept.add(lasting)
    for _ in range(WHOLE + 1):
        kept.add(run())
    assert lasting.history.count == POINTS + 500


# ---- the controller -----------------------------------------------------------------------------


@pytest.fixture
def controller(qtbot: QtBot) -> Iterator[TrainingController]:
    found = TrainingController(Document(small()))
    yield found
    found.close()


@pytest.fixture
def train(qtbot: QtBot, controller: TrainingController) -> Callable[[int], None]:
    def so_many(steps: int) -> None:
        controller.step(steps)
        qtbot.waitUntil(lambda: controller.state == "paused")

    return so_many


Train = Callable[[int], None]


def test_a_run_is_kept_from_its_first_step_on(controller: TrainingController, train: Train) -> None:
    assert controller.run is None
    before = controller.document.project
    train(3)
    (only,) = controller.runs.runs
    assert controller.run is only
    assert (only.number, only.project, only.last("step")) == (1, before, 3.0)
    train(2)  # the same run goes on
    assert controller.runs.runs == (only,)
    assert only.last("step") == 5.0
    assert not only.over


def test_a_reset_ends_it_and_nothing_trained_is_nothing_kept(
    controller: TrainingController, train: Train
) -> None:
    train(3)
    learned = controller.document.project.weights
    controller.reset()
    controller.reseed()
    controller.reset()
    (only,) = controller.runs.runs
    assert only.over
    assert controller.run is None
    assert np.array_equal(only.weights["dense"]["W"], learned["dense"]["W"])
    train(1)
    assert [r.number for r in controller.runs.runs] == [1, 2]
    assert controller.runs.runs[1].project.training.seed == 1


def test_settings_changed_on_the_way_are_told(controller: TrainingController, train: Train) -> None:
    train(1)
    controller.document.push(SetTraining("optimizer", SGD(learning_rate=0.03)))
    train(1)
    (only,) = controller.runs.runs
    assert [d.text for d in only.changes] == ["learning rate 0.1 → 0.03"]
    assert only.project.training.optimizer == SGD(learning_rate=0.1)


def test_another_network_is_another_run(controller: TrainingController, train: Train) -> None:
    train(1)
    controller.document.push(SetParameter("dense", "units", 3))
    train(1)
    assert len(controller.runs.runs) == 2
    controller.document.push(Rename("dense", "hidden"))
    train(1)
    assert len(controller.runs.runs) == 2


def test_another_document_has_runs_of_its_own(controller: TrainingController, train: Train) -> None:
    train(1)
    controller.document.load(Project(), None)
    assert controller.runs.runs == ()


def test_a_run_goes_by_the_names_that_its_blocks_have(
    controller: TrainingController, train: Train
) -> None:
    train(1)
    controller.document.push(Rename("dense", "hidden"))
    train(1)
    learned = controller.document.project.weights
    controller.reset()
    (only,) = controller.runs.runs
    assert only.project.has("hidden")
    assert ("hidden", "tanh") in only.project.edges
    assert only.history.layers == ("hidden", "dense 2")
    assert same_weights(only.weights, learned)


def test_a_name_that_was_given_to_another_block_meanwhile_is_not_taken(
    controller: TrainingController, qtbot: QtBot
) -> None:
    controller.document.push(KeepRuns(on=True))
    controller.set_pace(1.0)
    controller.start()
    qtbot.waitUntil(lambda: controller.run is not None)
    controller.document.push(RemoveNodes(("dense 2",)))
    assert controller.stale
    controller.document.push(Rename("dense", "dense 2"))  # the run has still one of that name
    assert [n.id for n in controller.trained.nodes] == ["data", "dense", "tanh", "dense 2", "loss"]
    controller.sync()
    again = loads(dumps(controller.document.project))
    (kept,) = again.runs or ()
    assert {name: w["W"].shape for name, w in kept.weights.items()} == {
        "dense": (2, 6),
        "dense 2": (6, 1),
    }
    controller.document.undo()
    controller.document.undo()
    assert not controller.stale
    assert controller.weights_of("dense") is not None


def test_saved_runs_hold_what_each_has_learned_the_present_one_too(
    controller: TrainingController, train: Train
) -> None:
    controller.document.push(KeepRuns(on=True))
    train(3)
    first = controller.document.project.weights
    controller.reset()
    train(5)
    controller.sync()
    again = loads(dumps(controller.document.project))
    controller.document.load(again, None)
    assert [r.last("step") for r in controller.runs.runs] == [3.0, 5.0]
    for run, learned in zip(controller.runs.runs, (first, again.weights), strict=True):
        assert same_weights(run.weights, learned)


def test_the_picture_of_an_earlier_run_is_that_of_its_last_weights(
    controller: TrainingController, train: Train
) -> None:
    controller.want_scene(Wish(answers=True))
    train(50)
    snapshot = controller.snapshot
    controller.reset()
    (only,) = controller.runs.runs
    found = last_scene(only.project, only.weights)
    assert snapshot is not None
    assert snapshot.scene is not None
    assert found is not None
    assert found.surface is not None
    assert snapshot.scene.surface is not None
    assert np.array_equal(found.surface.values, snapshot.scene.surface.values)
    assert last_scene(only.project, {}) is None
    assert last_scene(only.project, {"dense": {"W": np.zeros((3, 3))}}) is None


# ---- back to what was learned -------------------------------------------------------------------


def test_weights_alone_come_back_to_the_same_network_under_other_names() -> None:
    source = small()
    learned = weights_of(network_of(source, 2))
    project = Document(source)
    project.push(Rename("dense", "hidden"))
    project.push(SetTraining("batch_size", 3))
    command = taking_back(4, project.project, 2, source, learned, "back")
    assert isinstance(command, SetWeights)
    project.push(command)
    assert project.project.training.batch_size == 3
    assert np.array_equal(project.project.weights["hidden"]["W"], learned["dense"]["W"])


@pytest.mark.parametrize(
    "change", [SetParameter("dense", "units", 9), RemoveNodes(("tanh",)), SetTraining("seed", 5)]
)
def test_to_another_network_they_come_with_their_own(change: Command) -> None:
    source = small()
    learned = weights_of(network_of(source, 2))
    document = Document(source)
    document.push(change)
    features = 2 if not isinstance(change, SetTraining) else 3  # or to other data
    document.push(taking_back(4, document.project, features, source, learned, "back"))
    assert document.undo_command is not None
    assert document.undo_command.text == "Use the network and weights of run 4"
    assert (document.project.nodes, document.project.training) == (source.nodes, source.training)
    assert same_weights(document.project.weights, learned)
    document.undo()
    assert document.project == change.apply(source)


def test_one_epoch_ends_where_the_next_one_begins(
    controller: TrainingController, qtbot: QtBot
) -> None:
    # 20 training samples in batches of 10 are 2 steps.
    samples = len(controller.split.train.x) if controller.split else 0
    steps = -(-samples // 10)
    controller.step(1)
    qtbot.waitUntil(lambda: controller.state == "paused")
    controller.step_epoch()
    qtbot.waitUntil(lambda: controller.state == "paused" and controller.snapshot is not None)
    assert controller.snapshot is not None
    assert (controller.snapshot.step, controller.snapshot.epoch) == (steps, 1.0)
    controller.step_epoch()
    qtbot.waitUntil(lambda: controller.state == "paused")
    assert (controller.snapshot.step, controller.snapshot.epoch) == (2 * steps, 2.0)


def test_reseed_is_one_step_to_undo(controller: TrainingController, train: Train) -> None:
    train(2)
    learned = controller.document.project.weights
    controller.reseed()
    assert controller.document.project.training.seed == 1
    assert controller.document.project.weights == {}
    controller.document.undo()
    assert controller.document.project.training.seed == 0
    assert np.array_equal(controller.document.project.weights["dense"]["W"], learned["dense"]["W"])


def test_reseed_in_full_swing_begins_anew(controller: TrainingController, qtbot: QtBot) -> None:
    controller.start()
    controller.reseed()  # before any step was seen
    assert not controller.stale
    assert controller.state == "idle"
    assert controller.document.project.training.seed == 1
