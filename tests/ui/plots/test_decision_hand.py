"""The decision plot by hand: cross-hair, toggles, strokes, planes; one neuron; a layer's space."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from helpers import chained
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QAction, QFontMetricsF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from netbuilder.data.dataset import Table
from netbuilder.data.prepare import Split
from netbuilder.engine.activations.relu import ReLU
from netbuilder.engine.activations.sigmoid import Sigmoid
from netbuilder.engine.activations.tanh import Tanh
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.losses.binary_cross_entropy import BinaryCrossEntropy
from netbuilder.engine.plane import PlaneChoice
from netbuilder.engine.scene import Answers
from netbuilder.project.document import Document
from netbuilder.training.controller import TrainingController
from netbuilder.training.snapshot import Surface
from netbuilder.ui.plots.board import Board
from netbuilder.ui.plots.decision import DecisionPlot
from netbuilder.ui.plots.hidden_space import HiddenSpacePlot
from netbuilder.ui.plots.hidden_space_item import cut_line, cut_polygon, turned
from netbuilder.ui.plots.neuron import NeuronPlot
from netbuilder.ui.theme import theme

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

BOX = (-2.0, 2.0, -2.0, 2.0)


@pytest.fixture
def plot(qtbot: Any) -> DecisionPlot:
    card = DecisionPlot()
    qtbot.addWidget(card)
    card.resize(330, 300)
    with qtbot.waitExposed(card):
        card.show()
    x = np.array([[-1.0, 0.0], [1.0, 0.0], [1.0, 1.0]])
    table = Table(x, np.array([[0.0], [1.0], [0.0]]), 2, ("x1", "x2"), ("0", "1"))
    card.set_data(Split(table.take([0, 1]), table.take([2])))
    card.set_surface(Surface("binary", np.tile(np.linspace(0, 1, 41), (41, 1)), BOX))
    return card


def action(card: Any, end: str) -> QAction:
    menu = QMenu(card)
    card.fill_menu(menu)
    found = [a for a in menu.findChildren(QAction) if a.objectName().endswith(end)]
    assert len(found) == 1, end
    return found[0]


def test_the_pointer_reads_place_output_class_and_the_nearest_sample(plot: DecisionPlot) -> None:
    view = plot.area.view_rect()
    corner = plot.area.mapTo(plot, QPoint(0, 0))
    # Three quarters to the right x1 = 1 and the output 0.75; the nearest is (1, 0), class 1.
    at = QPoint(round(view.left() + 0.75 * view.width()), round(view.center().y())) + corner
    QTest.mouseMove(plot, at)
    reading = plot.cross.reading
    assert reading is not None
    rows = dict(reading.rows)
    assert float(rows["output"]) == pytest.approx(0.75, abs=0.01)
    assert rows["class"] == "1"
    assert rows["nearest (train)"] == "class 1"
    plot.leaveEvent(None)  # type: ignore[arg-type]
    assert plot.cross.reading is None


def test_the_words_hide_no_map_that_is_too_small_for_them(plot: DecisionPlot) -> None:
    plot.set_place((0.25, 0.25))
    view = plot._view_on_card()
    assert view.contains(plot.cross.box())  # there is room: in the corner opposite
    assert plot.cross.box().center().x() > view.center().x()
    theme().set_text_zoom(200)
    plot.resize(300, 300)
    QApplication.processEvents()
    view, box = plot._view_on_card(), plot.cross.box()
    covered = box.intersected(view)
    assert box.width() * box.height() > 0.33 * view.width() * view.height()
    assert covered.width() * covered.height() < 0.1 * view.width() * view.height()
    assert QRectF(plot.rect()).contains(box)
    assert plot.cross.geometry().contains(box.toRect())  # and all of it is painted
    metrics = QFontMetricsF(theme().font("caption"))
    assert plot.cross.reading is not None
    for name, value in plot.cross.reading.rows:
        words = metrics.horizontalAdvance(name) + metrics.horizontalAdvance(value)
        assert words < box.width() - 2 * theme().px(7)  # side by side


def test_arrow_keys_move_the_cross_and_esc_takes_it_away(plot: DecisionPlot) -> None:
    plot.setFocus()
    QTest.keyClick(plot, Qt.Key.Key_Right)  # it begins in the middle
    assert plot.place == (0.5, 0.5)
    QTest.keyClick(plot, Qt.Key.Key_Right)
    QTest.keyClick(plot, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert plot.place == pytest.approx((0.52, 0.504))
    assert "output 0.520" in plot.accessibleDescription()
    QTest.keyClick(plot, Qt.Key.Key_Escape)
    assert plot.place is None


def test_samples_can_be_hidden(plot: DecisionPlot) -> None:
    action(plot, "show_train").trigger()
    assert {g.hollow for g in plot.points.groups} == {True}
    assert "train" not in [e.words for e in plot.key.entries]
    action(plot, "show_test").trigger()
    assert plot.points.groups == ()


def test_without_shades_there_are_two_colours(plot: DecisionPlot) -> None:
    action(plot, "discrete").trigger()
    image = plot.surface_item.image
    found = {image.pixel(c, 5) for c in range(41)}
    assert found == {image.pixel(0, 0), image.pixel(40, 0)}
    assert image.pixel(19, 5) == image.pixel(0, 0)  # 0.475
    assert image.pixel(20, 5) == image.pixel(40, 0)  # 0.5 is class 1


def test_wrong_samples_are_struck_out_and_counted(plot: DecisionPlot) -> None:
    plot._answers = Answers(np.array([[0.2], [0.8], [0.9]]), np.array([False, False, True]))
    plot.refresh()
    # The test sample at (1, 1) of -2 … 2.
    assert plot.strikes.places.tolist() == [[0.75, 0.75]]
    assert [(e.words, e.count) for e in plot.key.entries][-1] == ("wrong", 1)
    action(plot, "show_test").trigger()
    assert len(plot.strikes.places) == 0


def test_the_table_has_every_point_of_the_map(plot: DecisionPlot) -> None:
    header, rows = plot.table()
    rows = list(rows)
    assert list(header) == ["x1", "x2", "output"]
    assert len(rows) == 41 * 41
    assert list(rows[0]) == [-2.0, -2.0, 0.0]
    assert list(rows[-1]) == [2.0, 2.0, 1.0]


def test_features_of_a_wider_table_are_chosen_in_the_menu(plot: DecisionPlot) -> None:
    x = np.random.default_rng(0).normal(size=(6, 4))
    table = Table(x, np.arange(6.0)[:, None] % 2, 2, ("a", "b", "c", "d"))
    plot.set_surface(None)
    plot.set_data(Split(table, table.take([])))
    action(plot, "feature1.2").trigger()
    assert plot.settings.choice == PlaneChoice((2, 1))
    action(plot, "feature2.3").trigger()
    assert [axis.label for axis in plot.area.axes] == ["c", "d"]
    assert not action(plot, "at_sample").isEnabled()
    plot.set_place((0.5, 0.5))
    action(plot, "at_sample").trigger()
    assert plot.settings.choice.at in {tuple(row) for row in x}
    action(plot, "at_mean").trigger()
    action(plot, "pca").trigger()
    assert plot.settings.choice == PlaneChoice()


# ---- with a network -----------------------------------------------------------------------------


@pytest.fixture
def board(qtbot: Any) -> Iterator[Board]:
    project = chained(
        Dense(units=3), Tanh(), Dense(units=2), ReLU(), Dense(units=1), Sigmoid(),
        BinaryCrossEntropy(),
    )  # fmt: skip
    document = Document(project)
    controller = TrainingController(document)
    board = Board(document, controller)
    deck = board.decks["decision"]
    qtbot.addWidget(deck)
    deck.resize(330, 300)
    with qtbot.waitExposed(deck):
        deck.show()
    yield board
    controller.close()


def test_a_unit_is_chosen_from_outside_and_by_keys(board: Board, qtbot: Any) -> None:
    board.show_unit("tanh", 2)
    card = board.decks["decision"].current
    assert isinstance(card, NeuronPlot)
    qtbot.waitUntil(lambda: card._surface is not None)
    assert card.picker.words() == "tanh 3"
    assert card.bar.labels == ("\u22121.00", "0", "1.00")
    assert not card.surface_item.image.isNull()
    QTest.keyClick(card, Qt.Key.Key_PageDown)
    assert card.chosen == ("dense 2", 0)
    QTest.keyClick(card, Qt.Key.Key_PageUp)
    QTest.keyClick(card, Qt.Key.Key_PageUp)
    assert card.chosen == ("tanh", 1)


def test_two_units_are_shown_with_the_next_ones_line(board: Board, qtbot: Any) -> None:
    deck = board.decks["decision"]
    deck.show_view("space")
    card = deck.current
    assert isinstance(card, HiddenSpacePlot)
    qtbot.waitUntil(lambda: card._space is not None)
    assert card.chosen == "relu"
    assert not card.turnable
    assert [axis.label for axis in card.area.axes] == ["h1", "h2"]
    shown = sum(len(g.places) for g in card.points.groups)
    assert shown == 40
    header, rows = card.table()
    assert list(header) == ["h1", "h2", "class", "part"]
    assert len(list(rows)) == 40


def test_three_units_are_turned_by_drag_and_keys(board: Board, qtbot: Any) -> None:
    deck = board.decks["decision"]
    deck.show_view("space")
    card = deck.current
    assert isinstance(card, HiddenSpacePlot)
    card.choose("tanh")
    qtbot.waitUntil(lambda: card.turnable)
    before = card.turn, card.tilt
    middle = card.rect().center()
    QTest.mousePress(card, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(card, middle + QPoint(30, 10))
    QTest.mouseRelease(card, Qt.MouseButton.LeftButton, pos=middle + QPoint(30, 10))
    assert card.turn > before[0]
    assert card.tilt > before[1]
    turn = card.turn
    QTest.keyClick(card, Qt.Key.Key_Right)
    assert card.turn == pytest.approx(turn + np.radians(5))
    picture = card.space_item.picture
    assert picture is not None
    assert [words for *_, words in picture.names] == ["h1", "h2", "h3"]
    assert len(picture.frame) == 12


def test_a_turn_by_nothing_looks_along_the_second_axis() -> None:
    # The cube's middle stays in the middle; h1 goes across, h3 up, shrunk by the root of 3.
    assert turned(np.full(3, 0.5), 0.0, 0.0) == pytest.approx([0.5, 0.5, 0.0])
    moved = turned(np.array([[1.0, 0.5, 0.5], [0.5, 0.5, 1.0]]), 0.0, 0.0)
    step = 0.5 / np.sqrt(3)
    assert moved[:, :2] == pytest.approx(np.array([[0.5 + step, 0.5], [0.5, 0.5 + step]]))


def test_cuts_of_square_and_cube() -> None:
    # x + y - 1 = 0 is the falling diagonal; x + y + z - 1.5 = 0 cuts the cube in a hexagon.
    line = cut_line(np.array([1.0, 1.0, -1.0]))
    assert sorted(map(tuple, line.round(9).tolist())) == [(0.0, 1.0), (1.0, 0.0)]
    assert len(cut_polygon(np.array([1.0, 1.0, 1.0, -1.5]))) == 6
    assert len(cut_polygon(np.array([1.0, 0.0, 0.0, -0.5]))) == 4
    assert len(cut_polygon(np.array([1.0, 1.0, 1.0, 9.0]))) == 0
    assert len(cut_line(np.array([np.nan, 1.0, 0.0]))) == 0
