"""Runs in the window: the list, curves laid over, notes, going back, and two side by side."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QListWidgetItem, QScrollArea, QToolButton
from pytestqt.qtbot import QtBot
from ui.inspector.panel_kit import small

from netbuilder.engine.optimizers.sgd import SGD
from netbuilder.project.codec import dumps, loads, to_data
from netbuilder.project.commands import SetParameter, SetTraining
from netbuilder.project.model import Project, same_weights
from netbuilder.training.picture import last_scene
from netbuilder.training.runs import Run
from netbuilder.ui.main_window import MainWindow
from netbuilder.ui.plots.loss import LossPlot
from netbuilder.ui.runs.list import CHECK, RUN, tick_place
from netbuilder.ui.runs.panel import RunsPanel
from netbuilder.ui.theme import theme


class Hand:
    """Trains in a window and uses the panel of runs."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window, self.qtbot = window, qtbot
        self.panel: RunsPanel = window.runs_panel
        dock = window.docks.docks["runs"]
        dock.show()
        dock.raise_()

    @property
    def runs(self) -> tuple[Run, ...]:
        return self.window.controller.runs.runs

    def train(self, steps: int = 4) -> Run:
        self.window.controller.step(steps)
        self.qtbot.waitUntil(lambda: self.window.controller.state == "paused")
        run = self.window.controller.run
        assert run is not None
        return run

    def again(self, *commands: Any) -> Run:
        self.window.controller.reset()
        for command in commands:
            self.window.document.push(command)
        return self.train()

    def item(self, run: Run) -> QListWidgetItem:
        return next(i for i in self.panel.items() if i.data(RUN) is run)

    def row(self, run: Run) -> list[str]:
        return self.item(run).toolTip().split("\n")

    def tick(self, run: Run) -> None:
        place = tick_place(self.panel.list.visualItemRect(self.item(run))).center()
        QTest.mouseClick(self.panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)

    def choose(self, *runs: Run) -> None:
        keys = Qt.KeyboardModifier.NoModifier
        for run in runs:
            area = self.panel.list.visualItemRect(self.item(run))
            place = QPoint(area.center().x(), area.top() + 6)
            QTest.mouseClick(self.panel.list.viewport(), Qt.MouseButton.LeftButton, keys, place)
            keys = Qt.KeyboardModifier.ControlModifier

    def press(self, name: str) -> None:
        button: Any = self.panel.findChild(object, f"runs.{name}")
        assert button.isVisible()
        assert button.isEnabled()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def loss(self) -> LossPlot:
        card = self.window.board.decks["loss"].card("loss")
        assert isinstance(card, LossPlot)
        return card


@pytest.fixture
def hand(open_window: Callable[[Project], MainWindow], qtbot: QtBot) -> Hand:
    return Hand(open_window(small()), qtbot)


def test_each_run_is_a_row_that_says_what_is_new(hand: Hand) -> None:
    assert hand.panel.empty_text.isVisible()
    first = hand.train()
    assert hand.row(first)[0] == "Run 1"
    assert not hand.panel.empty_text.isVisible()
    second = hand.again(SetTraining("optimizer", SGD(learning_rate=0.03)))
    assert hand.row(second)[:2] == ["Run 2", "learning rate 0.1 → 0.03"]
    assert [i.data(RUN) for i in hand.panel.items()] == [second, first]
    third = hand.again()
    assert hand.row(third)[:2] == ["Run 3", "nothing changed"]
    assert second.last("train_loss") == third.last("train_loss")  # to the last bit


def test_a_tick_lays_the_curves_over_and_a_second_takes_them_off(hand: Hand) -> None:
    first, _second = hand.train(), hand.again()
    assert hand.loss().overlays == ()
    hand.tick(first)
    (shown,) = hand.loss().overlays
    assert (shown.title, shown.history) == ("Run 1", first.history)
    hand.panel.list.setCurrentItem(hand.item(first))
    QTest.keyClick(hand.panel.list, Qt.Key.Key_Space)
    assert hand.loss().overlays == ()


def test_the_present_run_has_no_tick(hand: Hand) -> None:
    first = hand.train()
    hand.tick(first)
    assert Qt.CheckState(hand.item(first).data(CHECK)) is Qt.CheckState.Unchecked


def test_a_note_is_written_and_read(hand: Hand) -> None:
    first = hand.train()
    hand.choose(first)
    hand.panel.note.setFocus()
    QTest.keyClicks(hand.panel.note, "too slow")
    QTest.keyClick(hand.panel.note, Qt.Key.Key_Return)
    assert first.note == "too slow"
    assert hand.row(first)[-1] == "too slow"


def test_a_run_is_removed_with_its_curves_and_brought_back(hand: Hand) -> None:
    first, second = hand.train(), hand.again()
    hand.tick(first)
    hand.choose(first)
    QTest.keyClick(hand.panel.list, Qt.Key.Key_Delete)
    assert hand.runs == (second,)
    assert hand.loss().overlays == ()
    hand.press("bring_back")
    assert list(hand.runs) == [first, second]
    assert [i.data(RUN) for i in hand.panel.items()] == [second, first]


def test_its_settings_come_back_in_one_step_and_give_the_same_numbers(hand: Hand) -> None:
    first = hand.train()
    before = hand.window.document.project
    hand.again(SetParameter("dense", "units", 3), SetTraining("seed", 7))
    changed = hand.window.document.project
    hand.choose(first)
    hand.press("use")
    project = hand.window.document.project
    assert (project.nodes, project.training) == (before.nodes, before.training)
    again = hand.train()
    assert again.last("train_loss") == first.last("train_loss")
    hand.window.document.undo()
    assert hand.window.document.project.nodes == changed.nodes
    assert hand.window.document.project.training == changed.training


def test_what_it_has_learned_comes_back(hand: Hand) -> None:
    first = hand.train()
    hand.again(SetTraining("seed", 7))
    hand.choose(first)
    hand.press("restore")
    learned = hand.window.document.project.weights["dense"]["W"]
    assert np.array_equal(learned, first.weights["dense"]["W"])
    assert hand.window.document.undo_command is not None
    assert hand.window.document.undo_command.text == "Use the weights of run 1"


def test_two_runs_side_by_side(hand: Hand) -> None:
    first = hand.train(40)
    second = hand.again(SetTraining("optimizer", SGD(learning_rate=0.03)))
    hand.choose(second)
    hand.press("compare")  # with the one before
    window = hand.panel.compare_window
    assert window is not None
    assert window.isVisible()
    assert window.runs == (first, second)
    assert window.differs.text() == "learning rate 0.1 → 0.03"
    assert not window.warning.isVisible()
    left, right = window.sides
    every = (*left.curves, *right.curves)
    assert len(every) == 6
    assert all(plot.isVisible() for plot in every)

    def alike() -> None:
        for plot, twin in zip(left.curves, right.curves, strict=True):
            assert plot.area.axes == twin.area.axes

    alike()
    left.score.setFocus()
    QTest.keyClick(left.score, Qt.Key.Key_Plus)
    zoomed = left.score.window_x.range
    assert zoomed is not None
    for plot in every:
        assert plot.window_x.range == pytest.approx(zoomed)
    alike()
    QTest.keyClick(left.score, Qt.Key.Key_End)  # read the last point
    assert left.score.cursor_epoch is not None
    for plot in every:
        assert plot.cursor_epoch is not None
    for button in right.loss.findChildren(QToolButton, "runs.compare.second.loss.log"):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert left.loss.logarithmic
    right.score.set_smoothing("light")
    assert (left.score.smoothing, left.loss.smoothing) == ("light", "off")
    alike()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_the_numbers_of_both_stand_side_by_side_and_wrap_where_there_is_little_room(
    hand: Hand,
) -> None:
    first, second = hand.train(40), hand.again(SetTraining("seed", 1))
    hand.panel.compare(first, second)
    window = hand.panel.compare_window
    assert window is not None

    def said(name: str) -> list[str]:
        labels = [w for w in window.findChildren(QLabel) if w.accessibleName().startswith(name)]
        return [w.accessibleName().removeprefix(name) for w in labels]

    assert said("Steps: ") == ["40", "4"]
    hand.train(5)
    window.refresh(second)
    assert said("Steps: ") == ["40", "9"]
    theme().set_text_zoom(150)
    window.resize(800, 700)
    window.show()
    QApplication.processEvents()
    (area,) = window.findChildren(QScrollArea)
    assert area.horizontalScrollBar().maximum() == 0


def test_two_boundaries_side_by_side_are_read_at_the_same_place(hand: Hand) -> None:
    first = hand.train(40)
    second = hand.again(SetTraining("optimizer", SGD(learning_rate=0.03)))
    hand.window.board.decks["decision"].show_view("space")  # nobody has made a picture of them
    first.snapshot = None
    hand.panel.compare(first, second)
    window = hand.panel.compare_window
    assert window is not None
    left, right = (side.decision for side in window.sides)
    hand.qtbot.waitUntil(
        lambda: second.snapshot is not None and second.snapshot.surface is not None
    )
    window.refresh(second)
    assert left.isVisible()
    assert right.isVisible()
    expected = last_scene(first.project, first.weights)
    assert expected is not None
    assert expected.surface is not None
    assert first.snapshot is not None
    assert first.snapshot.surface is not None
    assert np.array_equal(first.snapshot.surface.values, expected.surface.values)
    assert left.caption.startswith("test ")
    left.setFocus()
    QTest.keyClick(left, Qt.Key.Key_Right)
    assert right.place == left.place == (0.5, 0.5)
    for plot in (left, right):
        assert plot.cross.reading is not None
    QTest.keyClick(right, Qt.Key.Key_Escape)
    assert left.place is None


def test_what_was_learned_comes_back_with_its_network_from_the_file(hand: Hand) -> None:
    first = hand.train(20)
    QTest.mouseClick(hand.panel.save, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    learned = hand.window.document.project
    hand.again(SetParameter("dense", "units", 3))
    hand.window.controller.sync()
    hand.window.document.load(loads(dumps(hand.window.document.project)), None)
    changed = hand.window.document.project
    back, _ = hand.runs
    hand.choose(back)
    hand.press("restore")
    project = hand.window.document.project
    assert project.nodes == learned.nodes
    assert same_weights(project.weights, learned.weights)
    assert hand.window.controller.state == "idle"
    assert hand.train(1).last("train_loss") < first.history.train_loss[0]
    hand.window.document.undo()
    assert hand.window.document.project.nodes == changed.nodes
    hand.panel.compare(*hand.runs[:2])
    window = hand.panel.compare_window
    assert window is not None
    for side in window.sides:  # both as they were when the file was saved
        assert side.decision.isVisible()
        assert list(side.decision.table()[0]) == ["x1", "x2", "output"]


def test_runs_without_a_metric_in_common_have_axes_of_their_own(hand: Hand) -> None:
    first, second = hand.train(), hand.again(SetTraining("seed", 1))
    second.metric = "R2"
    hand.panel.compare(first, second)
    window = hand.panel.compare_window
    assert window is not None
    assert [side.score.title() for side in window.sides] == ["Accuracy", "R²"]
    assert [side.score.overlays for side in window.sides] == [(), ()]
    first.metric = second.metric = ""
    hand.panel.compare(first, second)
    assert not any(side.score.isVisible() for side in window.sides)


def test_more_than_one_difference_is_warned_of(hand: Hand) -> None:
    first = hand.train()
    second = hand.again(SetParameter("dense", "units", 3), SetTraining("batch_size", 5))
    third = hand.again(SetTraining("batch_size", 10), SetTraining("seed", 1))
    hand.panel.compare(first, second)
    window = hand.panel.compare_window
    assert window is not None
    assert window.warning.text().startswith("2 things differ")
    hand.panel.compare(second, third)
    assert window.warning.text().startswith("The seed differs as well")


def test_each_new_run_is_compared_if_that_is_wanted(hand: Hand, qtbot: QtBot) -> None:
    first = hand.train()
    QTest.mouseClick(hand.panel.each, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    assert hand.panel.each.isChecked()
    second = hand.again(SetTraining("batch_size", 5))
    qtbot.waitUntil(lambda: hand.panel.compare_window is not None)
    window = hand.panel.compare_window
    assert window is not None
    assert window.runs == (first, second)
    assert window.differs.text() == "batch size 10 → 5"
    gc.collect()


def test_runs_are_saved_in_the_project_if_that_is_wanted(hand: Hand) -> None:
    first = hand.train(30)
    hand.window.controller.runs.set_note(first, "kept")
    hand.again(SetTraining("seed", 3))
    hand.window.controller.sync()
    assert "runs" not in to_data(hand.window.document.project)
    QTest.mouseClick(hand.panel.save, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    hand.window.controller.sync()  # as a save does
    project = hand.window.document.project
    assert [run.number for run in project.runs or ()] == [1, 2]
    again = loads(dumps(project))
    assert again == project
    hand.window.document.load(again, None)
    assert hand.panel.save.isChecked()
    back, _ = hand.runs
    assert (back.note, back.over, back.last("step")) == ("kept", True, 30.0)
    for name in ("step", "epoch", "train_loss", "test_loss"):
        assert np.array_equal(back.history.run(name), first.history.run(name), equal_nan=True)
    for layer in first.history.layers:
        assert np.array_equal(back.history.gradient(layer), first.history.gradient(layer))
    assert hand.train().number == 3
    QTest.mouseClick(hand.panel.save, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    assert hand.window.document.project.runs is None
