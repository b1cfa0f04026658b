"""Zoom, pan and cursor of the plots over epochs, by mouse and by keys."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton

from netbuilder.engine import history as history_module
from netbuilder.training.snapshot import History
from netbuilder.ui.plots.curves import CurvePlot
from netbuilder.ui.plots.gradient import GradientPlot
from netbuilder.ui.plots.loss import LossPlot
from netbuilder.ui.theme import theme

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

LEFT = Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def loss(qtbot: Any) -> LossPlot:
    plot = LossPlot()
    qtbot.addWidget(plot)
    plot.resize(360, 280)
    with qtbot.waitExposed(plot):
        plot.show()
    return plot


def place_of(plot: CurvePlot, epoch: float) -> QPoint:
    """The pixel of the area above which an epoch stands, at half height."""
    view, axis = plot.area.view_rect(), plot.area.axes[0]
    x = view.left() + (epoch - axis.low) / (axis.high - axis.low) * view.width()
    return QPoint(round(x), round(view.center().y()))


def wheel(plot: CurvePlot, epoch: float, notches: float, sideways: bool = False) -> None:
    place = place_of(plot, epoch)
    turn = round(120 * notches)
    window = plot.window().windowHandle()
    assert window is not None
    at = QPointF(plot.area.mapTo(plot.window(), place))
    QTest.wheelEvent(window, at, QPoint(turn, 0) if sideways else QPoint(0, turn))
    QApplication.processEvents()  # the axes settle


def span(plot: CurvePlot) -> tuple[float, float]:
    axis = plot.area.axes[0]
    return axis.low, axis.high


# ---- zoom ----------------------------------------------------------------------------------------


def test_the_wheel_zooms_about_the_pointer(loss: LossPlot, history_of: Any) -> None:
    loss.set_history(history_of(np.linspace(1, 0.1, 1001)))
    QApplication.processEvents()
    assert span(loss) == (0, 1200)
    wheel(loss, 400, 1)
    low, high = span(loss)
    assert high - low == pytest.approx(1200 / 1.25)
    assert (400 - low) / (high - low) == pytest.approx(1 / 3, abs=0.01)
    wheel(loss, 400, -1)
    assert not loss.window_x.zoomed
    assert span(loss) == (0, 1200)


def test_zoomed_in_the_very_points_of_the_history_are_drawn_and_marked(
    loss: LossPlot, history_of: Any
) -> None:
    values = np.random.default_rng(0).random(200_000)
    loss.set_history(history_of(values))
    loss.set_x_range((77_000.0, 77_010.0))
    line = loss.lines.lines[0]
    # The neighbours outside are there too: the lines lead to them.
    assert line.x.tolist() == list(range(76_999, 77_012))
    assert line.y.tolist() == values[76_999:77_012].tolist()
    assert loss.lines.marked
    loss.set_x_range((70_000.0, 80_000.0))
    assert not loss.lines.marked
    line = loss.lines.lines[0]
    assert len(line.x) <= 2 * loss.width()
    assert line.y.max() == values[70_000:80_001].max()  # no spike is lost
    assert line.y.min() == values[70_000:80_001].min()


def test_a_zoomed_view_holds_still_while_points_arrive(
    loss: LossPlot, history_of: Any, add: Any
) -> None:
    history = history_of([0.5] * 101)
    loss.set_history(history)
    loss.set_x_range((20.0, 40.0))
    for _ in range(50):
        add(history, 0.5)
        loss.refresh()
    assert span(loss) == (20.0, 40.0)


def test_a_view_that_ends_at_the_newest_point_follows(
    loss: LossPlot, history_of: Any, add: Any
) -> None:
    history = history_of([0.5] * 101)
    loss.set_history(history)
    loss.set_x_range((90.0, 100.0))
    seen = set()
    for _ in range(50):
        add(history, 0.5)
        loss.refresh()
        low, high = span(loss)
        assert high - low == pytest.approx(10.0)
        assert high >= history.epoch[-1]
        seen.add(low)
    assert len(seen) <= 26  # in steps of 2 epochs and not with each point


def test_dragging_pans_a_zoomed_view(loss: LossPlot, history_of: Any) -> None:
    loss.set_history(history_of([0.5] * 1001))
    loss.set_x_range((400.0, 600.0))
    QApplication.processEvents()
    start, end = place_of(loss, 500.0), place_of(loss, 450.0)
    told: list[object] = []
    loss.window_changed.connect(told.append)
    QTest.mousePress(loss.area, LEFT, pos=start)
    QTest.mouseMove(loss.area, end)
    QTest.mouseRelease(loss.area, LEFT, pos=end)
    low, high = span(loss)
    assert low == pytest.approx(450.0, abs=1.5)
    assert high - low == pytest.approx(200.0)
    assert told[-1] == loss.window_x.range


def test_four_ways_back_to_the_whole_run(loss: LossPlot, history_of: Any) -> None:
    button = loss.findChild(QToolButton, "plot.loss.whole")
    assert button is not None
    assert button.accessibleName()
    loss.set_history(history_of([0.5] * 101))
    assert not button.isVisible()
    for way in ("button", "key", "menu", "double click"):
        loss.set_x_range((20.0, 40.0))
        assert button.isVisible()
        if way == "button":
            QTest.mouseClick(button, LEFT)
        elif way == "key":
            QTest.keyClick(loss, Qt.Key.Key_0)
        elif way == "menu":
            loss._menu_button.fill()
            loss._menu_button.choices.actions()[0].trigger()
        else:
            QTest.mouseDClick(loss.area, LEFT, pos=QPoint(150, 100))
        assert not button.isVisible()
        assert span(loss) == (0.0, 100.0)


def test_sideways_the_wheel_pans(loss: LossPlot, history_of: Any) -> None:
    loss.set_history(history_of([0.5] * 1001))
    loss.set_x_range((400.0, 600.0))
    QApplication.processEvents()
    wheel(loss, 500, -1, sideways=True)
    assert span(loss) == pytest.approx((440.0, 640.0))  # a fifth of the width


def test_keys_zoom_and_pan(loss: LossPlot, history_of: Any) -> None:
    loss.set_history(history_of([0.5] * 1001))
    QTest.keyClick(loss, Qt.Key.Key_Plus)
    low, high = span(loss)
    assert (low, high) == pytest.approx((200.0, 1000.0))  # 1200 / 1.5 about the middle
    QTest.keyClick(loss, Qt.Key.Key_Right, SHIFT)
    assert span(loss) == pytest.approx((360.0, 1160.0))  # a fifth of the width
    QTest.keyClick(loss, Qt.Key.Key_Minus)
    assert not loss.window_x.zoomed


def test_the_wheel_does_nothing_to_an_empty_plot(loss: LossPlot) -> None:
    wheel(loss, 0.5, 3)
    assert not loss.window_x.zoomed
    assert loss.area.note


@pytest.mark.parametrize("logarithmic", [False, True])
@pytest.mark.parametrize(
    "values", [[math.nan] * 50, [0.0] * 50, [1e300] * 50, [0.5] * 20 + [math.inf] * 30]
)
def test_no_zoom_breaks_an_axis(
    loss: LossPlot, history_of: Any, values: list[float], logarithmic: bool
) -> None:
    loss.set_logarithmic(logarithmic)
    loss.set_history(history_of(values, values))
    for shown in ((10.0, 20.0), (30.0, 31.0), (49.0, 49.5), (0.0, 1e-9)):
        loss.set_x_range(shown)
        loss.grab()
        for axis in loss.area.axes:
            assert math.isfinite(axis.low)
            assert axis.low < axis.high < math.inf


# ---- what drawing costs --------------------------------------------------------------------------


def test_a_frame_costs_the_same_for_any_length_of_history(
    loss: LossPlot, history_of: Any, add: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_module, "MOST", 2_000_000)  # far beyond what a run keeps
    costs = []
    for n in (5_000, 500_000):
        history = history_of(np.random.default_rng(0).random(n))
        loss.set_history(history)
        loss.set_smoothing("strong")
        before = loss.looked_at
        for k in range(20):
            add(history, 0.5, math.nan, epoch=n + float(k))
            loss.refresh()
        costs.append((loss.looked_at - before) / 20)
        loss.set_smoothing("off")
    # An unfinished bucket is read each time: on average half of a stride, for curve and average.
    stride = 500_000 / loss._limit
    assert costs[0] < 100
    assert costs[1] < 2 * stride + 100
    assert costs[1] < 0.02 * 500_000


def test_a_zoomed_frame_reads_the_window_only(loss: LossPlot, history_of: Any, add: Any) -> None:
    history = history_of(np.random.default_rng(0).random(500_000))
    loss.set_history(history)
    loss.set_x_range((1000.0, 1200.0))
    before = loss.looked_at
    loss.refresh()
    assert loss.looked_at - before <= 210


def test_nothing_is_painted_where_nothing_has_changed(loss: LossPlot, history_of: Any) -> None:
    loss.set_history(history_of([0.5, 0.4, 0.3]))
    QApplication.processEvents()
    lines = loss.lines.lines
    loss.refresh()
    assert loss.lines.lines is lines


def test_thinning_begins_the_picture_anew_but_leaves_the_axes(
    loss: LossPlot, add: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_module, "MOST", 1000)
    history = History()
    for k in range(1000):
        add(history, 1.0 if k == 100 else 0.2, math.nan, epoch=float(k))
    loss.set_history(history)
    loss.set_x_range((0.0, 400.0))
    loss.set_x_range(None)
    axes = loss.area.axes
    # A 1001st point: every second one of the older 750 goes, so 375 + 250 + 1 are left.
    step = history.step[-1]
    add(history, 0.2, math.nan, epoch=1000.0)
    if history.thinned == 0:  # the step was that of the last point: the one after it
        history._run[history.count - 1, 0] = step - 1
        add(history, 0.2, math.nan, epoch=1001.0)
    assert history.thinned == 1
    assert history.count == 626
    loss.refresh()
    assert loss.area.axes == axes
    line = loss.lines.lines[0]
    assert (np.diff(line.x) >= 0).all()
    assert set(line.x.tolist()) <= set(history.epoch.tolist())
    assert line.x[-1] == history.epoch[-1]


# ---- the cursor ----------------------------------------------------------------------------------


def test_hovering_reads_the_nearest_point(loss: LossPlot, history_of: Any) -> None:
    loss.set_history(history_of(np.linspace(1.0, 0.0, 101), np.linspace(2.0, 1.0, 101)))
    QApplication.processEvents()
    QTest.mouseMove(loss.area, place_of(loss, 50.2))
    reading = loss.cursor_layer.reading
    assert reading is not None
    assert reading.epoch == 50.0
    assert reading.heading == "epoch 50 · step 50"
    assert [(name, value) for name, _, _, value in reading.rows] == [
        ("train", "0.500"),
        ("test", "1.50"),
    ]
    assert [dashed for _, _, dashed, _ in reading.rows] == [False, True]
    assert loss.cursor_layer.isVisible()
    assert loss.accessibleDescription().startswith("epoch 50")
    QTest.mouseMove(loss, QPoint(3, 3))
    assert loss.cursor_layer.reading is None
    assert not loss.cursor_layer.isVisible()


def test_the_words_stay_inside_of_the_area(loss: LossPlot, history_of: Any) -> None:
    loss.set_history(history_of(np.linspace(1.0, 0.0, 101), np.linspace(2.0, 1.0, 101)))
    for zoom in (100, 150):
        theme().set_text_zoom(zoom)
        for width in (240, 360):
            loss.resize(width, 240)
            QApplication.processEvents()
            for epoch in (0.0, 30.0, 60.0, 100.0):
                loss.set_cursor(epoch)
                box, room = loss.cursor_layer.box(), loss.cursor_layer.rect()
                assert room.contains(box.toAlignedRect()), (zoom, width, epoch)


def test_the_words_keep_off_the_curves(loss: LossPlot, history_of: Any) -> None:
    loss.set_history(history_of([0.9] * 101))
    QApplication.processEvents()
    loss.set_cursor(50.0)
    assert loss.cursor_layer.box().top() > loss.area.view_rect().center().y()
    loss.set_history(history_of([0.9] + [0.1] * 100))
    loss.set_cursor(50.0)
    assert loss.cursor_layer.box().top() < loss.area.view_rect().center().y()


def test_arrow_keys_walk_over_the_points(loss: LossPlot, history_of: Any) -> None:
    loss.set_history(history_of(np.linspace(1.0, 0.0, 11)))
    told: list[object] = []
    loss.cursor_changed.connect(told.append)
    loss.setFocus()
    QTest.keyClick(loss, Qt.Key.Key_Left)  # from the right end
    assert loss.cursor_epoch == 10.0
    QTest.keyClick(loss, Qt.Key.Key_Left)
    QTest.keyClick(loss, Qt.Key.Key_Left)
    assert loss.cursor_epoch == 8.0
    QTest.keyClick(loss, Qt.Key.Key_Right)
    assert loss.cursor_epoch == 9.0
    QTest.keyClick(loss, Qt.Key.Key_Home)
    assert loss.cursor_epoch == 0.0
    QTest.keyClick(loss, Qt.Key.Key_Left)
    assert loss.cursor_epoch == 0.0
    QTest.keyClick(loss, Qt.Key.Key_End)
    assert loss.cursor_epoch == 10.0
    QTest.keyClick(loss, Qt.Key.Key_Escape)
    assert loss.cursor_epoch is None
    assert told == [10.0, 9.0, 8.0, 9.0, 0.0, 10.0, None]


def test_the_view_goes_along_with_the_walking_cursor(loss: LossPlot, history_of: Any) -> None:
    loss.set_history(history_of([0.5] * 1001))
    loss.set_x_range((100.0, 110.0))
    loss.set_cursor(110.0)
    QTest.keyClick(loss, Qt.Key.Key_Right)
    assert loss.cursor_epoch == 111.0
    low, high = span(loss)
    assert low <= 111.0 <= high
    assert high - low == pytest.approx(10.0)


def test_among_many_points_a_key_moves_at_least_a_pixel(loss: LossPlot, history_of: Any) -> None:
    loss.set_history(history_of(np.random.default_rng(0).random(100_000)))
    loss.set_cursor(50_000.0)
    QTest.keyClick(loss, Qt.Key.Key_Right)
    assert loss.cursor_epoch is not None
    pixel = 120_000 / loss.area.view_rect().width()
    assert pixel <= loss.cursor_epoch - 50_000 <= 2 * pixel


def test_the_cursor_stays_at_its_point_while_the_run_goes_on(
    loss: LossPlot, history_of: Any, add: Any
) -> None:
    history = history_of(np.linspace(1.0, 0.0, 101))
    loss.set_history(history)
    loss.set_cursor(40.0)
    for _ in range(100):
        add(history, 0.5)
        loss.refresh()
    reading = loss.cursor_layer.reading
    assert reading is not None
    assert reading.epoch == 40.0


def test_the_gradients_are_read_by_the_names_of_the_layers(qtbot: Any, history_of: Any) -> None:
    plot = GradientPlot()
    qtbot.addWidget(plot)
    plot.resize(360, 280)
    with qtbot.waitExposed(plot):
        plot.show()
    plot.set_layers([("hidden", "#112233"), ("out", "#445566")])
    plot.set_history(history_of([1, 1], gradients={"hidden": [1.0, 0.1], "out": [0.01, 1e-3]}))
    plot.set_cursor(1.0)
    reading = plot.cursor_layer.reading
    assert reading is not None
    assert [row[:2] for row in reading.rows] == [("hidden", "#112233"), ("out", "#445566")]
    assert reading.rows[0][3] == "0.100"
