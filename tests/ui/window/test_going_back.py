"""Back in time in the window: by keys, with everything that shows the run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from netbuilder import assets
from netbuilder.engine.optimizers.sgd import SGD
from netbuilder.project import files
from netbuilder.project.build import build, weights_of
from netbuilder.project.commands import SetTraining
from netbuilder.project.model import Project, same_weights
from netbuilder.ui.main_window import MainWindow
from netbuilder.ui.plots.loss import LossPlot

SHIFT = Qt.KeyboardModifier.ShiftModifier


class Hand:
    """Uses the transport keys of a window, and waits for the run to rest after each."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window, self.qtbot = window, qtbot
        self.controller = window.controller
        qtbot.waitUntil(lambda: self.controller.snapshot is not None)
        window.canvas.setFocus()

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> int:
        with self.qtbot.waitSignal(
            self.controller.state_changed, check_params_cb=lambda s: s in ("paused", "finished")
        ):
            QTest.keyClick(self.window, key, modifier or Qt.KeyboardModifier.NoModifier)
        assert self.controller.snapshot is not None
        return self.controller.snapshot.step

    def loss(self) -> LossPlot:
        card = self.window.board.decks["loss"].card("loss")
        assert isinstance(card, LossPlot)
        return card

    @property
    def step_shown(self) -> str:
        return self.window.transport.clock.lines()[0]


@pytest.fixture
def xor() -> Project:
    return files.read(assets.example("xor")).with_(weights={}, run=None)


def test_the_keys_lead_back_and_forth(
    open_window: Callable[[Project], MainWindow], qtbot: QtBot, xor: Project
) -> None:
    hand = Hand(open_window(xor), qtbot)
    back = hand.window.transport.named_actions["back_step"]
    assert not back.isEnabled()
    # 250 training samples in batches of 10: 25 steps an epoch.
    assert hand.press(Qt.Key.Key_F10) == 1
    assert hand.press(Qt.Key.Key_F10, SHIFT) == 25
    assert hand.press(Qt.Key.Key_F10) == 26
    assert hand.press(Qt.Key.Key_F9) == 25
    assert hand.step_shown == "step 25"
    assert "kept: steps 0 to 26" in back.toolTip()
    assert hand.press(Qt.Key.Key_F9, SHIFT) == 0
    assert not back.isEnabled()
    assert hand.press(Qt.Key.Key_F10, SHIFT) == 25
    other = build(xor)
    other.trainer.advance(25)
    hand.controller.sync()
    assert same_weights(hand.window.document.project.weights, weights_of(other.network))


def test_the_curves_end_where_the_run_is(
    open_window: Callable[[Project], MainWindow], qtbot: QtBot, xor: Project
) -> None:
    hand = Hand(open_window(xor), qtbot)
    for _ in range(4):
        hand.press(Qt.Key.Key_F10, SHIFT)
    hand.press(Qt.Key.Key_F9, SHIFT)
    assert hand.press(Qt.Key.Key_F9, SHIFT) == 50
    plot = hand.loss()
    qtbot.waitUntil(lambda: plot.lines.lines[0].x[-1] == 2.0)
    hand.press(Qt.Key.Key_F10, SHIFT)
    qtbot.waitUntil(lambda: plot.lines.lines[0].x[-1] == 3.0)
    assert (np.diff(plot.lines.lines[0].x) > 0).all()


def test_what_was_gone_back_to_is_saved_and_opened_again(
    open_window: Callable[[Project], MainWindow], qtbot: QtBot, xor: Project, tmp_path: Path
) -> None:
    hand = Hand(open_window(xor), qtbot)
    hand.controller.step(40)
    qtbot.waitUntil(lambda: hand.controller.state == "paused")
    hand.press(Qt.Key.Key_F9)
    path = tmp_path / "back.json"
    assert hand.window.files._write(path)
    again = build(files.read(path))
    assert again.trainer.step == 39
    again.trainer.advance(61)
    other = build(xor)
    other.trainer.advance(100)
    assert same_weights(weights_of(again.network), weights_of(other.network))


def test_a_diverged_run_goes_on_from_before(
    open_window: Callable[[Project], MainWindow], qtbot: QtBot, xor: Project
) -> None:
    hand = Hand(open_window(xor), qtbot)
    hand.press(Qt.Key.Key_F10, SHIFT)
    hand.window.document.push(SetTraining("optimizer", SGD(learning_rate=1e9)))
    hand.controller.start()
    qtbot.waitUntil(lambda: hand.controller.state == "failed")
    reach = hand.controller.reachable
    assert reach is not None
    assert reach[1] >= 25
    hand.window.document.push(SetTraining("optimizer", SGD(learning_rate=0.1)))
    hand.controller.go_to(25)
    qtbot.waitUntil(lambda: hand.controller.state == "paused")
    hand.press(Qt.Key.Key_F10, SHIFT)
    other = build(xor)
    other.trainer.advance(50)
    hand.controller.sync()
    assert same_weights(hand.window.document.project.weights, weights_of(other.network))
