"""Back in time with the thread and the controller: what comes back is what was there."""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from helpers import chained
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from netbuilder.data.sets.xor import Xor
from netbuilder.engine import timeline
from netbuilder.engine.activations.sigmoid import Sigmoid
from netbuilder.engine.activations.tanh import Tanh
from netbuilder.engine.layers.batch_norm import BatchNorm
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.layers.dropout import Dropout
from netbuilder.engine.losses.binary_cross_entropy import BinaryCrossEntropy
from netbuilder.engine.losses.mean_squared_error import MeanSquaredError
from netbuilder.engine.optimizers.adam import Adam
from netbuilder.engine.optimizers.sgd import SGD
from netbuilder.engine.settings import Training
from netbuilder.engine.state import BadState
from netbuilder.project.build import build, weights_of
from netbuilder.project.codec import dumps, loads
from netbuilder.project.commands import Rename, SetParameter, SetTraining
from netbuilder.project.model import Project, same_weights
from netbuilder.training.controller import TrainingController
from netbuilder.training.rehearsal import Rehearsals, rehearsal
from netbuilder.training.snapshot import Snapshot

Open = Callable[[Project], TrainingController]


def project(**changed: Any) -> Project:
    """50 training samples in batches of 10: 5 steps an epoch."""
    return chained(
        Dense(units=6), BatchNorm(), Tanh(), Dropout(rate=0.2), Dense(units=1), Sigmoid(),
        BinaryCrossEntropy(),
        dataset=Xor(samples=100),
        training=Training(**{"optimizer": Adam(), "max_epochs": None, **changed}),
    )  # fmt: skip


def rested(qtbot: QtBot, controller: TrainingController, command: Callable[[], None]) -> Snapshot:
    """What is shown once the run rests after a command."""
    with qtbot.waitSignal(
        controller.state_changed, check_params_cb=lambda s: s in ("paused", "finished", "failed")
    ):
        command()
    assert controller.snapshot is not None
    return controller.snapshot


def stepped(qtbot: QtBot, controller: TrainingController, steps: int) -> Snapshot:
    return rested(qtbot, controller, lambda: controller.step(steps))


def gone(qtbot: QtBot, controller: TrainingController, step: int) -> Snapshot:
    return rested(qtbot, controller, lambda: controller.go_to(step))


def seen(snapshot: Snapshot) -> list[Any]:
    """All that a snapshot shows, but for the clock and pictures that follow from the weights."""
    fields = {f.name: getattr(snapshot, f.name) for f in dataclasses.fields(snapshot)}
    for name in ("seconds", "steps_per_second", "scene"):
        del fields[name]
    return [
        (name, value.tolist() if isinstance(value, np.ndarray) else repr(value))
        for name, value in fields.items()
    ]


def at(steps: int, start: Project | None = None) -> Any:
    """The weights of a run that never went back."""
    run = build(start or project())
    run.trainer.advance(steps)
    return weights_of(run.network)


def test_a_snapshot_comes_back_as_it_was(opened: Open, qtbot: QtBot) -> None:
    controller = opened(project())
    assert controller.snapshot is not None
    shown = {0: seen(controller.snapshot)}
    for step in range(1, 24):
        shown[step] = seen(stepped(qtbot, controller, 1))
    assert controller.reachable == (0, 23)
    assert 0 < controller.memory_of_past < 200e6
    for step in (22, 21, 7, 0, 15, 1, 23, 11):
        assert seen(gone(qtbot, controller, step)) == shown[step]
        assert controller.state == "paused"
        assert controller.reachable == (0, 23)


def test_fifty_times_back_and_forth_the_numbers_are_the_same(opened: Open, qtbot: QtBot) -> None:
    controller = opened(project())
    end = seen(stepped(qtbot, controller, 300))
    for k in range(50):
        gone(qtbot, controller, 6 * k)
        assert seen(gone(qtbot, controller, 300)) == end
    stepped(qtbot, controller, 100)
    assert same_weights(controller.document.project.weights, at(400))


def test_on_from_the_past_is_the_run_that_never_went_back(opened: Open, qtbot: QtBot) -> None:
    controller = opened(project())
    stepped(qtbot, controller, 40)
    gone(qtbot, controller, 13)
    stepped(qtbot, controller, 20)
    assert same_weights(controller.document.project.weights, at(33))
    assert controller.reachable == (0, 40)
    gone(qtbot, controller, 55)  # beyond what was: it trains on
    assert same_weights(controller.document.project.weights, at(55))
    assert controller.reachable == (0, 55)


def test_what_was_gone_back_to_is_what_is_saved(opened: Open, qtbot: QtBot) -> None:
    first = opened(project())
    stepped(qtbot, first, 31)
    gone(qtbot, first, 13)
    first.sync()
    second = opened(loads(dumps(first.document.project)))
    assert second.snapshot is not None
    assert second.snapshot.step == 13
    stepped(qtbot, second, 20)
    second.sync()
    assert same_weights(second.document.project.weights, at(33))


def test_the_very_start_is_saved_too(opened: Open, qtbot: QtBot) -> None:
    first = opened(project())
    stepped(qtbot, first, 31)
    assert same_weights(first.document.project.weights, at(31))
    gone(qtbot, first, 0)
    first.sync()
    assert same_weights(first.document.project.weights, at(0))
    second = opened(loads(dumps(first.document.project)))
    stepped(qtbot, second, 9)
    assert same_weights(second.document.project.weights, at(9))


def test_steps_and_epochs_back(opened: Open, qtbot: QtBot) -> None:
    controller = opened(project())
    stepped(qtbot, controller, 13)  # 5 steps an epoch: in the third one

    def back(command: Callable[[], None]) -> int:
        return rested(qtbot, controller, command).step

    assert back(controller.back_steps) == 12
    assert back(controller.back_epoch) == 10
    assert back(controller.back_epoch) == 5
    assert back(lambda: controller.back_steps(2)) == 3
    assert back(controller.back_epoch) == 0
    for command in (controller.back_epoch, controller.back_steps, lambda: controller.go_to(0)):
        command()  # there is nowhere to go
        assert not controller.running
    gone(qtbot, controller, 4)
    assert back(lambda: controller.back_steps(100)) == 0


def test_where_no_step_was_taken_nothing_changes(opened: Open) -> None:
    controller = opened(project())
    controller.back_steps()
    controller.back_epoch()
    assert controller.state == "idle"
    assert not controller.document.modified


def test_several_steps_back_in_a_hurry_add_up(opened: Open, qtbot: QtBot) -> None:
    controller = opened(project())
    stepped(qtbot, controller, 30)

    def hurry() -> None:
        for _ in range(5):
            controller.back_steps()

    assert rested(qtbot, controller, hurry).step == 25
    qtbot.wait(20)
    assert controller.snapshot is not None
    assert (controller.snapshot.step, controller.state) == (25, "paused")


def test_back_out_of_full_swing(opened: Open, qtbot: QtBot) -> None:
    controller = opened(project())
    controller.start()
    qtbot.waitUntil(lambda: controller.snapshot is not None and controller.snapshot.step > 50)
    assert gone(qtbot, controller, 20).step == 20
    assert controller.state == "paused"
    assert same_weights(controller.document.project.weights, at(20))
    assert controller.history.step[-1] == 20


def test_the_history_ends_where_the_run_is(opened: Open, qtbot: QtBot) -> None:
    controller = opened(project())
    for _ in range(6):
        stepped(qtbot, controller, 10)
    history = controller.history
    steps, losses = history.step.tolist(), history.train_loss.tolist()
    assert {0, 10, 20, 30, 40, 50, 60} <= set(steps)
    gone(qtbot, controller, 35)
    assert history.step.tolist() == [s for s in steps if s < 35] + [35]
    gone(qtbot, controller, 30)
    place = steps.index(30) + 1
    assert history.step.tolist() == steps[:place]
    assert history.train_loss.tolist() == losses[:place]
    stepped(qtbot, controller, 10)
    assert history.train_loss[-1] == losses[steps.index(40)]
    assert controller.run is not None
    assert controller.run.last("step") == 40


def test_a_changed_rate_counts_from_where_training_goes_on(opened: Open, qtbot: QtBot) -> None:
    controller = opened(project(optimizer=SGD(learning_rate=0.1)))
    stepped(qtbot, controller, 20)
    controller.document.push(SetTraining("optimizer", SGD(learning_rate=0.5)))
    end = seen(stepped(qtbot, controller, 20))
    gone(qtbot, controller, 10)
    assert seen(gone(qtbot, controller, 40)) == end  # as it was, with both rates
    gone(qtbot, controller, 10)
    assert controller.reachable == (0, 40)
    stepped(qtbot, controller, 5)  # under the settings that are shown
    assert controller.reachable == (0, 15)
    run = build(project(optimizer=SGD(learning_rate=0.1)))
    run.trainer.advance(10)
    run.trainer.configure(controller.document.project.training)
    run.trainer.advance(5)
    assert same_weights(controller.document.project.weights, weights_of(run.network))


def test_a_weight_set_by_hand_is_part_of_the_past(opened: Open, qtbot: QtBot) -> None:
    controller = opened(project())
    stepped(qtbot, controller, 10)
    controller.set_weight("dense", "W", (0, 0), 3.0)
    end = seen(stepped(qtbot, controller, 10))
    gone(qtbot, controller, 9)
    assert same_weights(controller.document.project.weights, at(9))
    gone(qtbot, controller, 10)
    assert controller.document.project.weights["dense"]["W"][0, 0] == 3.0
    assert seen(gone(qtbot, controller, 20)) == end
    gone(qtbot, controller, 5)
    stepped(qtbot, controller, 15)  # past it, without it
    assert same_weights(controller.document.project.weights, at(20))


def test_other_batches_from_the_past_on_are_saved_as_they_go_on(opened: Open, qtbot: QtBot) -> None:
    first = opened(project())
    stepped(qtbot, first, 13)
    first.document.push(SetTraining("batch_size", 7))
    first.sync()
    second = opened(loads(dumps(first.document.project)))
    for controller in (first, second):
        stepped(qtbot, controller, 9)
        controller.sync()
    one, two = (c.document.project for c in (first, second))
    assert same_weights(one.weights, two.weights)
    assert not same_weights(one.weights, at(22))


def test_a_finished_run_can_go_on_from_before(opened: Open, qtbot: QtBot) -> None:
    controller = opened(project(max_epochs=4))
    assert rested(qtbot, controller, controller.start).step == 20
    assert (controller.state, controller.finished_by) == ("finished", "epochs")
    gone(qtbot, controller, 18)
    assert (controller.state, controller.finished_by) == ("paused", None)
    assert rested(qtbot, controller, controller.start).step == 20
    assert controller.finished_by == "epochs"
    gone(qtbot, controller, 3)
    assert gone(qtbot, controller, 100).step == 20
    assert (controller.state, controller.finished_by) == ("finished", "epochs")


def diverging() -> Project:
    return chained(
        Dense(units=4), Dense(units=1), MeanSquaredError(),
        dataset=Xor(samples=40),
        training=Training(optimizer=SGD(learning_rate=3.0), max_epochs=None, batch_size=None),
    )  # fmt: skip


def test_a_diverged_run_is_rescued(opened: Open, qtbot: QtBot) -> None:
    controller = opened(diverging())
    states: list[str] = []
    controller.state_changed.connect(states.append)
    rested(qtbot, controller, controller.start)
    assert controller.reachable is not None
    last = controller.reachable[1]
    assert last >= 1
    controller.start()  # refused
    assert states == ["running", "failed"]
    snapshot = gone(qtbot, controller, 10_000)  # no further than the last sound step
    assert (controller.state, snapshot.step, controller.error) == ("paused", last, None)
    assert np.isfinite(snapshot.parameters).all()
    gone(qtbot, controller, 0)
    controller.document.push(SetTraining("optimizer", SGD(learning_rate=0.01)))
    assert math.isfinite(stepped(qtbot, controller, 50).train_loss)
    assert controller.state == "paused"
    assert controller.reachable == (0, 50)


def test_a_crash_leaves_no_past(
    opened: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    controller = opened(project())
    stepped(qtbot, controller, 5)

    def crash(*_: object, **__: object) -> int:
        raise RuntimeError("out of order")

    monkeypatch.setattr("netbuilder.engine.trainer.Trainer.advance", crash)
    gone(qtbot, controller, 3)
    assert controller.state == "failed"
    assert controller.reachable is None
    controller.go_to(1)
    controller.back_epoch()
    controller.back_steps()
    assert controller.state == "failed"
    assert "out of order" in caplog.text
    caplog.clear()


def test_a_long_way_back_can_be_left(
    opened: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeline, "GAP", 1e9)  # only the start is kept
    monkeypatch.setattr(timeline, "PIECE", 0.0)
    controller = opened(project())
    stepped(qtbot, controller, 8_000)
    controller.go_to(7_999)
    assert controller.running

    def on_the_way() -> bool:
        moment = controller.moment()
        return moment is not None and moment.step < 7_999

    qtbot.waitUntil(on_the_way)
    snapshot = rested(qtbot, controller, controller.pause)
    assert controller.state == "paused"
    assert snapshot.step < 7_999
    assert same_weights(controller.document.project.weights, at(snapshot.step))


def test_closing_on_the_way_back_waits_for_nothing(
    opened: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeline, "GAP", 1e9)
    controller = opened(project())
    stepped(qtbot, controller, 5_000)
    controller.go_to(4_999)
    controller.close()
    assert controller.reachable is None
    controller.go_to(3)
    assert controller.moment() is None


def test_another_network_has_another_past(opened: Open, qtbot: QtBot) -> None:
    controller = opened(project())
    stepped(qtbot, controller, 5)
    controller.document.push(SetParameter("dense", "units", 4))
    assert controller.reachable is None
    qtbot.waitUntil(lambda: controller.snapshot is not None)
    assert controller.reachable == (0, 0)


def test_what_was_told_before_an_order_does_not_answer_it(opened: Open, qtbot: QtBot) -> None:
    controller = opened(project())
    stepped(qtbot, controller, 5)
    for command, step in (
        (lambda: controller.step(3), 8),
        (controller.back_epoch, 5),
        (controller.step_epoch, 10),
        (lambda: controller.go_to(2), 2),
    ):
        QApplication.processEvents()  # the frame before is painted
        controller.want_histograms(True)  # told at once, and not taken yet
        assert controller.moment() is not None
        controller._thread.close_gate()  # the answer takes longer than the next look
        assert rested(qtbot, controller, command).step == step
        assert controller.state == "paused"


def test_a_step_back_does_not_wait_for_a_frame(opened: Open, qtbot: QtBot) -> None:
    controller = opened(project())
    stepped(qtbot, controller, 50)
    controller.frames._timer.setInterval(60_000)  # as on a machine where frames cost much
    start = time.monotonic()
    assert rested(qtbot, controller, controller.back_steps).step == 49
    assert time.monotonic() - start < 30


# ---- a second trainer ---------------------------------------------------------------------------


def test_a_rehearsal_is_the_run_at_that_moment(opened: Open, qtbot: QtBot) -> None:
    controller = opened(project())
    stepped(qtbot, controller, 13)
    moment = controller.moment()
    assert moment is not None
    assert moment.step == 13
    trainer = rehearsal(controller.document.project, moment)
    rows = trainer.peek_batch()
    trainer.advance(1)
    assert trainer.step == 14
    assert len(rows) == 10
    assert controller.snapshot is not None
    assert controller.snapshot.step == 13
    after = stepped(qtbot, controller, 1)
    assert np.array_equal(trainer.network.params, after.parameters)


def test_rehearsals_build_a_network_once(opened: Open, qtbot: QtBot) -> None:
    controller, rehearsals = opened(project()), Rehearsals()

    def now() -> Any:
        moment = controller.moment()
        assert moment is not None
        return rehearsals.trainer(controller.document.project, moment)

    first = now()
    stepped(qtbot, controller, 7)
    controller.document.push(SetTraining("optimizer", SGD(learning_rate=0.25)))
    again = now()
    assert again is first
    assert (again.step, again.settings.optimizer) == (7, SGD(learning_rate=0.25))
    controller.document.push(SetTraining("batch_size", 4))
    assert len(now().peek_batch()) == 4
    after = stepped(qtbot, controller, 1)
    again.advance(1)
    assert np.array_equal(again.network.params, after.parameters)
    controller.document.push(Rename("dense", "hidden"))
    assert "hidden" in now().network.slots


def test_a_moment_of_another_network_is_refused(opened: Open) -> None:
    moment = opened(project()).moment()
    assert moment is not None
    with pytest.raises(BadState, match="of another network"):
        rehearsal(diverging(), moment)
