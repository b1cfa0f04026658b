"""The confusion matrix: counts, words, and what happens where there is no room or no class."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from helpers import layers
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from netbuilder.data.dataset import Table
from netbuilder.data.prepare import Split
from netbuilder.training.snapshot import Snapshot
from netbuilder.ui.plots.confusion import ConfusionPlot
from netbuilder.ui.plots.matrix import luminance, mixed, readable_on
from netbuilder.ui.theme import theme

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "This plugin does not support")

COUNTS = np.array([[8, 2], [1, 9]])


def taken(train: Any = COUNTS, test: Any = None) -> Snapshot:
    return Snapshot(
        run=1,
        step=1,
        epoch=1.0,
        train_loss=0.5,
        test_loss=0.5,
        metric="accuracy",
        train_metric=0.9,
        test_metric=0.8,
        layers=layers({"hidden": 0.1}),
        parameters=np.zeros(1),
        steps_per_second=1.0,
        seconds=1.0,
        train_confusion=train,
        test_confusion=test,
    )


def named(*names: str) -> Split:
    table = Table(np.zeros((2, 1)), np.zeros((2, 1)), len(names), ("x",), names)
    return Split(table, table)


@pytest.fixture
def plot(qtbot: Any) -> ConfusionPlot:
    made = ConfusionPlot()
    qtbot.addWidget(made)
    made.resize(300, 250)
    with qtbot.waitExposed(made):
        made.show()
    return made


def test_before_training_a_sentence_stands_there(plot: ConfusionPlot) -> None:
    plot.set_data(named("no", "yes"))
    assert plot.note == "The confusion matrix appears here as soon as the network trains."
    assert not plot.matrix.isVisible()
    assert plot.table()[0] == ()


def test_a_regression_has_none_and_offers_nothing(plot: ConfusionPlot) -> None:
    plot.set_data(Split(*[Table(np.zeros((2, 1)), np.zeros((2, 1)), None, ("x",))] * 2))
    plot.take(taken(None, None))
    assert plot.note.startswith("The targets are numbers and not classes")
    assert not plot.matrix.isVisible()
    assert not any(b.isVisible() for b in plot.findChildren(QPushButton))


def test_test_samples_come_first_and_can_be_changed(plot: ConfusionPlot) -> None:
    plot.set_data(named("no", "yes"))
    plot.take(taken(COUNTS, 2 * COUNTS))
    assert plot.part == "test"
    assert plot.counts is not None
    assert plot.counts.tolist() == [[16, 4], [2, 18]]
    train = next(b for b in plot.findChildren(QPushButton) if b.objectName() == "segment_train")
    QTest.mouseClick(train, Qt.MouseButton.LeftButton)
    assert plot.counts.tolist() == COUNTS.tolist()
    assert plot.describe() == (
        "Confusion, train: 17 of 20 right; most often no was taken for yes (2)"
    )


def test_without_test_samples_there_is_nothing_to_choose(plot: ConfusionPlot) -> None:
    plot.take(taken(COUNTS, np.zeros((2, 2), int)))
    assert plot.part == "train"
    assert not any(b.isVisible() for b in plot.findChildren(QPushButton))


def test_the_words_of_a_cell(plot: ConfusionPlot) -> None:
    plot.set_data(named("no", "yes"))
    plot.take(taken())
    room = plot.matrix.plan().cells
    upper_right = QPointF(room.left() + 0.75 * room.width(), room.top() + 0.25 * room.height())
    assert plot.matrix.cell_at(upper_right) == (0, 1)
    # Recall of "no" is 8 / 10; precision of "yes" is 9 / 11.
    assert plot.matrix.words_at(upper_right) == (
        "true no, predicted yes: 2 of 10 (20 %)\nno: recall 0.800\nyes: precision 0.818"
    )
    assert plot.matrix.words_at(QPointF(1, 1)) == ""


def test_the_arrow_keys_go_from_cell_to_cell(plot: ConfusionPlot) -> None:
    plot.set_data(named("no", "yes"))
    plot.take(taken())
    plot.matrix.setFocus()
    for key, cell in (
        (Qt.Key.Key_Right, (0, 1)),
        (Qt.Key.Key_Right, (0, 1)),  # the end
        (Qt.Key.Key_Down, (1, 1)),
        (Qt.Key.Key_Left, (1, 0)),
    ):
        QTest.keyClick(plot.matrix, key)
        assert plot.matrix.cell == cell
    # 1 of the 10 that are "yes" was taken for "no".
    words = "true yes, predicted no: 1 of 10 (10 %)"
    assert plot.matrix.accessibleDescription().startswith(words)
    plot.grab()
    plot.take(taken(np.array([[3]])))  # fewer classes than before
    plot.grab()
    QTest.keyClick(plot.matrix, Qt.Key.Key_Down)
    assert plot.matrix.cell == (0, 0)


@pytest.mark.parametrize(
    ("classes", "counts", "percent", "scores"),
    [
        (2, True, True, True),
        (3, True, True, True),
        (10, True, False, False),
        (40, False, False, False),
    ],
)
def test_text_goes_where_there_is_no_room(
    plot: ConfusionPlot, classes: int, counts: bool, percent: bool, scores: bool
) -> None:
    matrix = np.full((classes, classes), 3) + np.diag(np.full(classes, 150))
    plot.take(taken(matrix))
    plan = plot.matrix.plan()
    assert (plan.counts, plan.percent, plan.scores) == (counts, percent, scores)
    assert plot.matrix.rect().contains(plan.cells.toRect())
    plot.grab()
    middle = plan.cells.center()
    assert "of" in plot.matrix.words_at(middle)  # the tooltip tells it all the same


def test_a_class_that_does_not_occur_is_no_division_by_zero(plot: ConfusionPlot) -> None:
    plot.take(taken(np.array([[5, 0, 0], [0, 0, 0], [0, 0, 0]])))
    plot.grab()
    room = plot.matrix.plan().cells
    assert "0 of 0 (–)" in plot.matrix.words_at(room.center())


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_numbers_are_readable_on_every_shade(mode: str) -> None:
    theme().set_mode(mode)
    colours = theme().current
    for full in (colours.positive, colours.negative):
        for share in np.linspace(0, 1, 21):
            ground = mixed(colours.sunken, full, float(share))
            a, b = luminance(ground), luminance(readable_on(ground))
            assert (max(a, b) + 0.05) / (min(a, b) + 0.05) >= 4.5


def test_the_diagonal_is_blue_and_the_rest_orange(plot: ConfusionPlot) -> None:
    plot.take(taken(np.array([[10, 0], [10, 0]])))
    image = plot.matrix.grab().toImage()
    room = plot.matrix.plan().cells
    corner = image.pixelColor(round(room.left()) + 4, round(room.top()) + 4)
    below = image.pixelColor(round(room.left()) + 4, round(room.center().y()) + 4)
    assert corner == QColor(theme().current.positive)
    assert below == QColor(theme().current.negative)


def test_the_table_has_a_row_for_each_pair(plot: ConfusionPlot) -> None:
    plot.set_data(named("no", "yes"))
    plot.take(taken())
    header, rows = plot.table()
    assert header == ("samples", "true", "predicted", "count")
    assert list(rows) == [
        ("train", "no", "no", 8),
        ("train", "no", "yes", 2),
        ("train", "yes", "no", 1),
        ("train", "yes", "yes", 9),
    ]


def test_the_counts_are_a_copy(plot: ConfusionPlot) -> None:
    counts = COUNTS.copy()
    snapshot = dataclasses.replace(taken(), train_confusion=counts)
    plot.take(snapshot)
    counts[:] = 0
    assert "8 of 10" in plot.matrix.words_at(plot.matrix.plan().cells.topLeft() + QPointF(2, 2))
