"""The verdict in the window: chip, panel, remedies, and the weights before a failure."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from health_runs import FAILING, network
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from netbuilder.project.commands import Rename, SetParameter
from netbuilder.project.cures import optimizer_rate
from netbuilder.project.model import Project, same_weights
from netbuilder.ui.health.panel import HealthPanel
from netbuilder.ui.main_window import MainWindow
from netbuilder.ui.widgets.sight import in_sight

Open = Callable[[Project], MainWindow]


def train(window: MainWindow, qtbot: QtBot, steps: int = 400) -> None:
    """Take so many steps, a few at a time, so that there are some points."""
    for _ in range(12):
        if window.controller.state == "failed":
            return
        window.controller.step(steps // 12)
        qtbot.waitUntil(lambda: not window.controller.running, timeout=20000)


def opened(window: MainWindow) -> HealthPanel:
    QTest.mouseClick(window.health_chip, Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    panel = window.findChild(HealthPanel)
    assert panel is not None
    assert panel.isVisible()
    return panel


def test_the_chip_is_there_from_the_start_and_follows_the_run(
    open_window: Open, qtbot: QtBot
) -> None:
    window = open_window(network("Tanh", 8, 1))
    chip = window.health_chip
    assert chip.isVisible()
    assert chip.accessibleName() == "Health: No verdict yet"
    assert chip.level() == "neutral"
    train(window, qtbot)
    assert chip.accessibleName() == "Health: Healthy"
    assert chip.level() == "ok"
    window.controller.reset()
    assert chip.accessibleName() == "Health: No verdict yet"


def test_the_panel_explains_and_a_click_cures_in_one_step(open_window: Open, qtbot: QtBot) -> None:
    _, project = FAILING["zeros"]
    window = open_window(project)
    train(window, qtbot, 100)
    assert window.health_chip.level() == "danger"
    (view,) = opened(window).views
    assert view.accessibleName() == "Symmetric weights"
    assert "worth one unit" in view.says.text()
    assert "Only random first weights" in view.cause.text()
    assert ("Gradient norm of 'dense'", "0") in view.table.rows()
    (button,) = (b for b in view.buttons.buttons if b.isVisible())
    assert button.text() == "Start with Xavier weights"
    learned = window.document.project
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.controller.state == "idle"  # fresh, and ready to train
    assert window.controller.snapshot is None or window.controller.snapshot.step == 0
    assert window.document.undo_command is not None
    assert window.document.undo_command.text == "Start with Xavier weights"
    train(window, qtbot)
    assert [v.code for v in window.health.verdicts] == ["healthy"]
    window.document.undo()
    assert window.document.project.nodes == learned.nodes
    assert window.document.project.weights.keys() == learned.weights.keys()


def test_keys_reach_the_chip_and_the_remedies(open_window: Open, qtbot: QtBot) -> None:
    _, project = FAILING["zeros"]
    window = open_window(project)
    train(window, qtbot, 100)
    window.health_chip.setFocus()
    QTest.keyClick(window.health_chip, Qt.Key.Key_Return)
    QApplication.processEvents()
    panel = window.findChild(HealthPanel)
    assert panel is not None
    button = panel.views[0].buttons.buttons[0]
    assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert window.document.undo_command is not None
    assert window.document.undo_command.text == "Start with Xavier weights"


def test_the_weights_before_a_failure_can_be_restored(open_window: Open, qtbot: QtBot) -> None:
    project = network("Tanh", 8, 2, rate=0.1)
    window = open_window(project)
    train(window, qtbot, 200)
    good = window.document.project.weights
    window.document.push(optimizer_rate(project, 1e6))
    train(window, qtbot)
    assert window.health_chip.level() == "danger"
    (view,) = opened(window).views
    assert view.accessibleName() == "Learning rate too high"
    *_, restore = (b for b in view.buttons.buttons if b.isVisible())
    assert restore.toolTip().startswith("Restore the weights before it")
    assert window.controller.snapshot is not None
    sound = window.controller.snapshot.parameters.copy()
    assert np.isfinite(sound).all()
    QTest.mouseClick(restore, Qt.MouseButton.LeftButton)
    assert window.controller.state == "idle"
    assert window.document.project.training.optimizer.learning_rate == 0.1
    restored = window.controller.weights_of("dense")
    kept = window.document.project.weights["dense"]
    qtbot.waitUntil(lambda: window.controller.weights_of("dense") is not None, timeout=5000)
    restored = window.controller.weights_of("dense")
    assert restored is not None
    assert np.array_equal(restored["W"], kept["W"])
    window.document.undo()
    assert np.array_equal(window.document.project.weights["dense"]["W"], good["dense"]["W"])


def test_weights_that_the_document_has_already_are_gone_on_from_too(
    open_window: Open, qtbot: QtBot
) -> None:
    # float32 knows no rate of 1e300: the first step leads to infinity, and the run goes back to
    # where it was paused. That is what the document holds.
    project = network("Tanh", 8, 2, rate=0.1)
    project = project.with_(training=replace(project.training, precision="float32"))
    window = open_window(project)
    train(window, qtbot, 200)
    learned = window.document.project.weights
    window.document.push(optimizer_rate(project, 1e300))
    train(window, qtbot)
    assert window.controller.error is not None
    (view,) = opened(window).views
    *_, restore = (b for b in view.buttons.buttons if b.isVisible())
    assert restore.toolTip().startswith("Restore the weights before it")
    QTest.mouseClick(restore, Qt.MouseButton.LeftButton)
    assert not window.controller.running
    assert window.controller.error is None
    assert same_weights(window.document.project.weights, learned)
    train(window, qtbot, 24)
    assert window.controller.state == "paused"
    assert not same_weights(window.document.project.weights, learned)


def test_blocks_agree_with_the_verdict(open_window: Open, qtbot: QtBot) -> None:
    window = open_window(FAILING["rate 1e-6"][1])
    train(window, qtbot)
    assert [v.code for v in window.health.verdicts] == ["rate_too_low"]
    states = {name: b.marks.health for name, b in window.canvas.canvas.blocks.items()}
    # The gradients are large enough, but no layer moves.
    assert {states[n] for n in ("dense", "dense 2", "dense 3")} == {"vanishing"}


def test_while_the_network_before_still_trains_the_verdict_is_of_that_one(
    open_window: Open, qtbot: QtBot
) -> None:
    window = open_window(FAILING["zeros"][1])
    chip, controller = window.health_chip, window.controller
    panel = opened(window)
    controller.start()
    qtbot.waitUntil(lambda: chip.level() == "danger", timeout=20000)
    assert not panel.before.isVisible()
    assert [b.isVisible() for b in panel.views[0].buttons.buttons] == [True]
    window.document.push(SetParameter("dense", "units", 3))
    assert controller.stale
    looks: list[object] = []
    window.health.changed.connect(looks.append)
    qtbot.waitUntil(lambda: len(looks) >= 2, timeout=20000)  # it goes on being looked at
    assert chip.accessibleName() == "Health of the network before: Symmetric weights"
    assert chip.toolTip().startswith("This is about the network before your change")
    assert panel.before.isVisible()
    (view,) = (v for v in panel.views if v.isVisible())
    assert view.accessibleName() == "Symmetric weights"
    assert ("Gradient norm of 'dense'", "0") in view.table.rows()
    # A remedy for the one before, and a mark on the blocks of the new one, would both mislead.
    assert not any(b.isVisible() for b in view.buttons.buttons)
    assert window.health.states() is None
    window.document.push(Rename("dense", "first"))
    qtbot.waitUntil(lambda: ("Gradient norm of 'first'", "0") in view.table.rows(), timeout=20000)
    window.document.undo()
    window.document.undo()
    assert not controller.stale
    assert chip.accessibleName() == "Health: Symmetric weights"
    assert not panel.before.isVisible()
    assert [b.isVisible() for b in view.buttons.buttons] == [True]
    controller.reset()
    assert chip.accessibleName() == "Health: No verdict yet"


def test_a_hidden_panel_does_nothing(open_window: Open, qtbot: QtBot) -> None:
    window = open_window(network("Tanh", 8, 2, rate=1e-6))
    panel = opened(window)
    window.docks.docks["inspector"].raise_()
    qtbot.waitUntil(lambda: not in_sight(panel), timeout=5000)
    before = panel.views[0].says.text()
    train(window, qtbot)
    assert panel.views[0].says.text() == before
    window.docks.docks["health"].raise_()
    qtbot.waitUntil(
        lambda: panel.views[0].accessibleName() == "Learning rate too low", timeout=5000
    )
