"""The view of histograms: bars now, density over time, and no work while nobody looks."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from ui.inspector.panel_kit import small
from ui.plots.test_layer_lines import moment

from netbuilder.engine.history import History
from netbuilder.engine.statistics import Histogram, LayerStatistics, _histogram
from netbuilder.project.document import Document
from netbuilder.project.model import Project
from netbuilder.training.controller import TrainingController
from netbuilder.ui.plots.board import Board
from netbuilder.ui.plots.histogram_grid import BINS, HistogramGrid
from netbuilder.ui.plots.histograms import HistogramsPlot
from netbuilder.ui.theme import theme

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def histogram(*values: float, bins: int = 8) -> Histogram:
    with np.errstate(all="ignore"):
        return _histogram(np.array(values, np.float64), bins)


def layers(weights: Histogram) -> dict[str, LayerStatistics]:
    rest = histogram(0.5, 1.5)
    return {
        "h": LayerStatistics(
            8, 0, 1, 8, histograms={"outputs": rest, "parameters": weights, "gradients": rest}
        ),
        "a": LayerStatistics(8, 0, 1, histograms={"outputs": rest}),
    }


@pytest.fixture
def plot(qtbot: Any) -> HistogramsPlot:
    view = HistogramsPlot()
    qtbot.addWidget(view)
    view.resize(310, 290)
    view.set_layers([("h", "#112233")])
    view.begin(History(), Project())
    with qtbot.waitExposed(view):
        view.show()
    return view


def test_bars_count_the_values_and_the_facts_are_exact(plot: HistogramsPlot) -> None:
    assert "as soon as the network trains" in plot.area.note
    plot.take(moment(1, layers(histogram(0.0, 1.0, 1.0, 4.0, bins=4))))
    assert plot.area.note == ""
    assert plot.shown == ("h", "parameters")
    assert plot.bars.heights.tolist() == [1, 2, 0, 1]
    assert plot.bars.mean == 1.5  # (0 + 1 + 1 + 4) / 4
    # The variance is (1.5^2 + 0.5^2 + 0.5^2 + 2.5^2) / 4 = 2.25.
    assert plot.facts.text() == "mean 1.50 · std 1.50 · 0 … 4.00"
    assert plot.describe() == "Histograms: h, weights, mean 1.50 · std 1.50 · 0 … 4.00"
    assert plot.caption == "h · weights"  # said in pictures, where there are no fields
    header, rows = plot.table()
    assert list(header) == ["from", "to", "count"]
    assert [tuple(row) for row in rows] == [(0, 1, 1), (1, 2, 2), (2, 3, 0), (3, 4, 1)]


def test_layer_and_quantity_are_chosen_with_keys(qtbot: Any, plot: HistogramsPlot) -> None:
    plot.take(moment(1, layers(histogram(1.0, 2.0))))
    assert plot.layer_field.accessibleName() == "Layer"
    assert plot.quantity_field.count() == 3
    plot.quantity_field.setFocus()
    qtbot.keyClick(plot.quantity_field, Qt.Key.Key_Down)
    assert plot.shown == ("h", "outputs")
    plot.layer_field.setFocus()
    qtbot.keyClick(plot.layer_field, Qt.Key.Key_Down)
    assert plot.shown == ("a", "outputs")
    assert plot.quantity_field.count() == 1  # an activation has neither weights nor gradient


def test_the_view_follows_the_canvas(plot: HistogramsPlot) -> None:
    plot.set_selection(["a"])  # before anything is known
    plot.take(moment(1, layers(histogram(1.0, 2.0))))
    assert plot.shown == ("a", "outputs")
    plot.set_selection(["h"])
    assert plot.shown == ("h", "parameters")
    plot.set_selection(["loss"])
    plot.set_selection([])
    assert plot.shown == ("h", "parameters")


@pytest.mark.parametrize(
    ("values", "facts"),
    [
        ([0.0] * 24, "all 24 values are 0"),
        ([0.3], "all 1 values are 0.300"),
        ([math.nan, math.inf], "no finite value"),
        ([], "no finite value"),
    ],
)
@pytest.mark.parametrize("over_time", [False, True])
@pytest.mark.parametrize("log", [False, True])
def test_values_that_are_alike_or_not_finite_are_said_in_words(
    plot: HistogramsPlot, values: list[float], facts: str, over_time: bool, log: bool
) -> None:
    plot.set_over_time(over_time)
    plot.log.setChecked(log)
    for step in range(3):
        plot.take(moment(step, layers(histogram(*values))))
    plot.grab()
    assert plot.facts.text() == facts
    assert bool(plot.area.note) == (facts == "no finite value")


@pytest.mark.parametrize("values", [(1e300, -1e300), (1e-310, 0.0), (1.0, 1.0 + 2**-52)])
@pytest.mark.parametrize("over_time", [False, True])
def test_odd_ranges_break_no_axis(
    plot: HistogramsPlot, values: tuple[float, ...], over_time: bool
) -> None:
    plot.set_over_time(over_time)
    for step in range(3):
        plot.take(moment(step, layers(histogram(*values))))
    plot.grab()
    for axis in plot.area.axes:
        assert math.isfinite(axis.low)
        assert axis.low < axis.high < math.inf


def test_over_time_every_histogram_is_a_column(qtbot: Any, plot: HistogramsPlot) -> None:
    for step in range(10):
        plot.take(moment(step, layers(histogram(-1.0, step / 10))))
    qtbot.mouseClick(plot.over_time, Qt.MouseButton.LeftButton)
    assert plot.heat.visible
    assert not plot.bars.visible
    assert plot.key.isVisible()
    assert plot.area.axes[0].label == "epoch"
    header, rows = plot.table()
    assert list(header) == ["epoch", "from", "to", "count"]
    assert sum(row[3] for row in rows if isinstance(row[3], int)) == 20
    # -1 is the lowest value at all times: the lowest row with a value is of one colour until now.
    surface = 0xFF000000 | int(theme().current.surface[1:], 16)
    drawn = plot.heat.pixels != surface
    assert drawn.any(axis=0).mean() > 0.8


def test_logarithmic_counts_show_what_is_rare(plot: HistogramsPlot) -> None:
    plot.log.setChecked(True)
    plot.take(moment(1, layers(histogram(*[0.0] * 99, 1.0, bins=2))))
    # log10 99 and log10 1; an axis from 0.5.
    assert plot.bars.heights.tolist() == pytest.approx([math.log10(99), 0.0])
    assert plot.area.axes[1].low == pytest.approx(math.log10(0.5))


def test_histograms_are_only_asked_for_while_they_are_seen(qtbot: Any) -> None:
    view = HistogramsPlot()
    qtbot.addWidget(view)
    asked: list[bool] = []
    view.histograms_wanted.connect(asked.append)
    view.begin(History(), Project())
    assert asked == []
    with qtbot.waitExposed(view):
        view.show()
    assert asked == [True]
    view.hide()
    assert asked == [True, False]
    frames = view.frames
    view.take(moment(1, layers(histogram(1.0, 2.0))))
    assert view.frames == frames


def test_a_run_computes_histograms_for_the_view_in_sight(qtbot: Any) -> None:
    document = Document(small())
    controller = TrainingController(document)
    board = Board(document, controller)
    deck = board.decks["gradients"]
    qtbot.addWidget(deck)
    deck.resize(310, 290)
    try:
        with qtbot.waitExposed(deck):
            deck.show()
        assert deck.current.view_key == "norm"
        (menu,) = deck.findChildren(QMenu, "deck.gradients.menu")
        menu.aboutToShow.emit()
        assert "Gradient strip" in [action.text() for action in menu.actions()]
        assert list(deck.cards) == ["norm"]  # a menu needs no view to name it
        board.set_selection(["tanh"])
        deck.show_view("histograms")
        view = deck.current
        assert isinstance(view, HistogramsPlot)
        qtbot.waitUntil(lambda: view.history.nodes() != (), timeout=10_000)
        assert view.shown == ("tanh", "outputs")
        deck.show_view("norm")
        controller.step(3)
        qtbot.waitUntil(
            lambda: controller.snapshot is not None and controller.snapshot.step == 3,
            timeout=10_000,
        )
        assert controller.snapshot is not None
        assert not any(s.histograms for s in controller.snapshot.layers.values())
    finally:
        controller.close()


def test_a_histogram_is_laid_on_the_grid_once() -> None:
    grid = HistogramGrid()
    first, second = histogram(0.0, 1.0), histogram(0.0, 0.5, 1.0)
    assert grid.columns([first]).shape == (1, BINS)
    columns = grid.columns([first, second])
    assert grid.laid == 2
    assert columns.max(axis=1).tolist() == [1.0, 1.0]
    grid.columns([first, histogram(0.0, 50.0)])  # out of the range: all anew
    assert grid.laid == 4


def test_no_value_is_lost_on_a_coarser_or_finer_grid() -> None:
    grid = HistogramGrid()
    wide, narrow = histogram(-10.0, 10.0), histogram(0.1001, 0.1002)
    columns = grid.columns([wide, narrow])
    assert (columns.max(axis=1) == 1.0).all()
    assert np.count_nonzero(columns[1]) <= 2  # 0.0001 of 20
