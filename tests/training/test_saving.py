"""Saving in the window: the file holds one moment of the run, and goes on from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from helpers import chained
from pytestqt.qtbot import QtBot

from netbuilder.data.sets.xor import Xor
from netbuilder.engine.activations.sigmoid import Sigmoid
from netbuilder.engine.activations.tanh import Tanh
from netbuilder.engine.layers.batch_norm import BatchNorm
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.layers.dropout import Dropout
from netbuilder.engine.losses.binary_cross_entropy import BinaryCrossEntropy
from netbuilder.engine.optimizers.adam import Adam
from netbuilder.engine.settings import Training
from netbuilder.project.build import build, weights_of
from netbuilder.project.codec import dumps, loads
from netbuilder.project.commands import SetParameter, SetTraining
from netbuilder.project.model import Project, same_weights
from netbuilder.training.controller import TrainingController

Open = Callable[[Project], TrainingController]


def project() -> Project:
    return chained(
        Dense(units=6), BatchNorm(), Tanh(), Dropout(rate=0.2), Dense(units=1), Sigmoid(),
        BinaryCrossEntropy(),
        dataset=Xor(samples=100),
        training=Training(optimizer=Adam(), max_epochs=None),
    )  # fmt: skip


def stepped(qtbot: QtBot, controller: TrainingController, steps: int) -> None:
    with qtbot.waitSignal(controller.state_changed, check_params_cb=lambda s: s == "paused"):
        controller.step(steps)


def at(steps: int) -> Any:
    """The weights of a run that was never interrupted."""
    run = build(project())
    run.trainer.advance(steps)
    return weights_of(run.network)


def test_a_paused_run_is_saved_and_goes_on(opened: Open, qtbot: QtBot) -> None:
    first = opened(project())
    stepped(qtbot, first, 13)
    first.sync()
    second = opened(loads(dumps(first.document.project)))
    assert second.snapshot is not None
    assert second.snapshot.step == 13
    assert not second.document.modified
    stepped(qtbot, second, 20)
    second.sync()
    assert same_weights(second.document.project.weights, at(33))


def test_a_running_run_is_saved_whole(opened: Open, qtbot: QtBot) -> None:
    controller = opened(project())
    controller.start()
    qtbot.waitUntil(lambda: controller.snapshot is not None and controller.snapshot.step > 50)
    controller.sync()
    saved = loads(dumps(controller.document.project))
    assert controller.running
    run = build(saved)
    assert run.trainer.step > 50
    assert same_weights(saved.weights, at(run.trainer.step))


def test_looking_at_a_saved_run_does_not_modify_it(opened: Open, qtbot: QtBot) -> None:
    controller = opened(project())
    stepped(qtbot, controller, 7)
    controller.sync()
    controller.document.mark_clean()
    controller.sync()
    assert not controller.document.modified
    again = opened(loads(dumps(controller.document.project)))
    again.sync()
    assert not again.document.modified


def test_a_changed_rate_is_part_of_what_is_saved(opened: Open, qtbot: QtBot) -> None:
    controller = opened(project())
    stepped(qtbot, controller, 7)
    controller.document.push(SetTraining("optimizer", Adam(learning_rate=0.02)))
    controller.sync()
    assert build(loads(dumps(controller.document.project))).trainer.step == 7


def test_a_changed_network_begins_anew(opened: Open, qtbot: QtBot) -> None:
    controller = opened(project())
    stepped(qtbot, controller, 7)
    controller.sync()
    controller.document.push(SetParameter("dropout", "rate", 0.5))
    controller.sync()
    assert build(loads(dumps(controller.document.project))).trainer.step == 0


def test_a_reset_begins_anew(opened: Open, qtbot: QtBot) -> None:
    controller = opened(project())
    stepped(qtbot, controller, 7)
    controller.sync()
    with qtbot.waitSignal(controller.run_started):
        controller.reset()
    qtbot.waitUntil(lambda: controller.snapshot is not None)
    assert controller.snapshot is not None
    assert controller.snapshot.step == 0


def test_after_close_nothing_is_waited_for(opened: Open) -> None:
    controller = opened(project())
    controller.close()
    controller.sync()
    assert controller.document.project.run is None
