"""The plots over epochs: what is drawn, where, and how little work it is."""

from __future__ import annotations

import gc
import math
import weakref
from typing import Any

import numpy as np
import pytest
from helpers import chained
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QTabWidget, QToolButton, QWidget

from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.losses.binary_cross_entropy import BinaryCrossEntropy
from netbuilder.training.snapshot import History
from netbuilder.ui.plots.gradient import GradientPlot
from netbuilder.ui.plots.loss import LossPlot
from netbuilder.ui.theme import theme

# What the offscreen platform says whenever a window is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def shown(qtbot: Any, plot: QWidget, width: int = 330, height: int = 260) -> None:
    qtbot.addWidget(plot)
    plot.resize(width, height)
    with qtbot.waitExposed(plot):
        plot.show()


def ranges_are_finite(plot: LossPlot | GradientPlot) -> bool:
    to_pixels = plot.area.transform_to(plot.area.view_rect())
    view = [to_pixels.m11(), to_pixels.m22(), to_pixels.dx(), to_pixels.dy()]
    axes = [v for axis in plot.area.axes for v in (axis.low, axis.high)]
    spans = [axis.high - axis.low for axis in plot.area.axes]
    drawn = all(
        np.isfinite(line.x).all() and np.isfinite(line.y).all() for line in plot.lines.lines
    )
    return bool(np.isfinite(view).all() and np.isfinite(axes).all() and min(spans) > 0 and drawn)


@pytest.fixture
def loss(qtbot: Any) -> LossPlot:
    plot = LossPlot()
    shown(qtbot, plot)
    return plot


@pytest.fixture
def gradient(qtbot: Any) -> GradientPlot:
    plot = GradientPlot()
    shown(qtbot, plot)
    return plot


def test_train_and_test_loss_with_their_last_values(loss: LossPlot, history_of: Any) -> None:
    project = chained(Dense(units=1), BinaryCrossEntropy())
    loss.begin(history_of([0.7, 0.3, 0.031], [0.8, 0.4, 0.1126]), project)
    colours = theme().current
    assert loss.legend.entries() == [
        ("train", colours.accent, False, "0.0310"),
        ("test", colours.muted, True, "0.113"),
    ]
    train, test = loss.lines.lines
    assert (train.dashed, test.dashed) == (False, True)
    assert train.y.tolist() == [0.7, 0.3, 0.031]
    x, y = loss.area.axes
    assert (x.label, y.label) == ("epoch", "loss (BCE)")
    assert (y.low, y.high) == (0.0, 1.0)  # 5 % above 0.8, and round
    assert x.high >= 2.0


def test_without_test_samples_there_is_no_test_line(loss: LossPlot, history_of: Any) -> None:
    loss.set_history(history_of([0.7, 0.3]))
    assert [name for name, *_ in loss.legend.entries()] == ["train"]
    assert len(loss.lines.lines) == 1


@pytest.mark.parametrize(
    "values",
    [
        [0.0],
        [0.0, 0.0, 0.0],
        [1e300, 1.0],
        [1.0, 1e300, math.inf, math.nan],
        [1e-300, 1e-12, 0.0],
        [math.nan, math.nan],
        [math.inf, -math.inf],
        [-1e308, 1e308],
        [-2.0, 3.0],
    ],
)
@pytest.mark.parametrize("logarithmic", [False, True])
def test_no_value_reaches_an_axis_unless_it_is_finite(
    loss: LossPlot, gradient: GradientPlot, history_of: Any, values: list[float], logarithmic: bool
) -> None:
    history = history_of(values, values, {"hidden": np.abs(values), "out": values})
    loss.set_logarithmic(logarithmic)
    loss.set_history(history)
    gradient.set_history(history)
    loss.grab()
    gradient.grab()
    assert ranges_are_finite(loss)
    assert ranges_are_finite(gradient)


def test_a_loss_that_is_never_finite_is_said_in_words(loss: LossPlot, history_of: Any) -> None:
    loss.set_history(history_of([math.nan, math.nan]))
    assert loss.area.note == "The loss is not a finite number."
    loss.set_history(history_of([0.5, 0.4]))
    assert loss.area.note == ""


def test_a_million_points_are_drawn_with_a_few_hundred(
    loss: LossPlot, gradient: GradientPlot, history_of: Any
) -> None:
    values = np.random.default_rng(0).random(1_000_000)
    history = history_of(values, values, {"a": values, "b": values})
    loss.set_history(history)
    gradient.set_history(history)
    for plot in (loss, gradient):
        assert len(plot.lines.lines) == 2
        for line in plot.lines.lines:
            assert 100 < len(line.x) <= 2 * plot.width()


def test_the_line_is_drawn_in_the_accent_colour(loss: LossPlot, history_of: Any) -> None:
    loss.set_history(history_of([0.4] * 100))
    image = loss.area.grab().toImage()
    view = loss.area.view_rect()
    top = loss.area.axes[1].high
    x = round(view.left() + view.width() / 4)
    y = view.bottom() - 0.4 / top * view.height()
    near = [image.pixelColor(QPoint(x, round(y) + dy)) for dy in (-1, 0, 1)]
    accent = QColor(theme().current.accent)
    assert any(abs(c.red() - accent.red()) + abs(c.blue() - accent.blue()) < 80 for c in near)


def test_ranges_hold_still_while_points_arrive(loss: LossPlot, history_of: Any, add: Any) -> None:
    history = history_of([0.5] * 101)
    loss.set_history(history)
    seen = set()
    for _ in range(100):
        add(history, 0.5, math.nan, {"hidden": 0.1, "out": 0.01})
        loss.refresh()
        seen.add(loss.area.axes[0].high)
    # 100 … 200 epochs in steps of 10 to 25 %.
    assert len(seen) <= 6
    assert max(seen) >= 200


def test_axes_settle_at_every_width(qtbot: Any, loss: LossPlot, history_of: Any) -> None:
    # The last tick needs room at the right, and the room decides which tick is the last.
    loss.set_history(history_of([0.5] * 3400))
    resizes: list[int] = []
    loss.area.view_resized.connect(lambda: resizes.append(loss.width()))
    for width in range(300, 420, 7):
        loss.resize(width, 260)
        qtbot.wait(5)
        resizes.clear()
        loss.refresh()
        qtbot.wait(5)
        assert not resizes


def test_a_double_click_fits_the_axes(qtbot: Any, loss: LossPlot, history_of: Any) -> None:
    loss.set_history(history_of([0.5] * 101))
    assert loss.area.axes[0].high > 100
    qtbot.mouseDClick(loss.area, Qt.MouseButton.LeftButton, pos=QPoint(150, 100))
    assert loss.area.axes[0].high == 100


def test_the_log_switch_changes_the_axis(qtbot: Any, loss: LossPlot, history_of: Any) -> None:
    loss.set_history(history_of([1.0, 0.1, 0.001]))
    switch = loss.findChild(QToolButton, "plot.loss.log")
    assert switch is not None
    assert switch.accessibleName()
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton)
    assert loss.logarithmic
    assert loss.lines.lines[0].y.tolist() == pytest.approx([0, -1, -3])
    assert [words for _, words in loss.area.axes[1].ticks] == ["1e−3", "0.01", "0.1", "1"]


def test_a_new_run_starts_with_new_ranges(loss: LossPlot, history_of: Any) -> None:
    loss.set_history(history_of([500.0] * 1000))
    loss.set_history(history_of([0.5] * 10))
    x, y = loss.area.axes
    assert x.high < 20
    assert y.high < 1


def test_clear_leaves_words_instead_of_lines(
    loss: LossPlot, gradient: GradientPlot, history_of: Any
) -> None:
    for plot in (loss, gradient):
        plot.set_history(history_of([0.5, 0.4]))
        assert plot.lines.lines
        plot.clear()
        assert plot.lines.lines == ()
        assert plot.area.note
    assert loss.legend.entries() == []


def test_layers_have_the_colours_that_were_given(gradient: GradientPlot, history_of: Any) -> None:
    gradient.set_layers([("hidden", "#112233"), ("out", "#445566")])
    gradient.set_history(history_of([1, 1], gradients={"hidden": [1.0, 0.1], "out": [0.01, 1e-3]}))
    assert [line.colour for line in gradient.lines.lines] == ["#112233", "#445566"]
    assert gradient.lines.lines[0].y.tolist() == pytest.approx([0, -1])
    assert gradient.legend.entries() == [
        ("hidden", "#112233", False, ""),
        ("out", "#445566", False, ""),
    ]
    words = [words for _, words in gradient.area.axes[1].ticks]
    assert {"10", "1", "0.1", "0.01", "1e−3"} <= set(words)
    assert gradient.area.axes[1].label == "|gradient| (L2 norm)"


def test_a_layer_that_left_the_canvas_keeps_its_line(
    gradient: GradientPlot, history_of: Any
) -> None:
    gradient.set_layers([("new name", "#112233")])
    gradient.set_history(history_of([1, 1], gradients={"old name": [1.0, 0.1]}))
    assert [line.colour for line in gradient.lines.lines] == [theme().current.muted]
    assert [name for name, *_ in gradient.legend.entries()] == ["old name"]


def test_a_dead_layer_lies_at_the_end_of_the_axis(gradient: GradientPlot, history_of: Any) -> None:
    gradient.set_history(history_of([1, 1], gradients={"live": [1.0, 1e-5], "dead": [0.0, 0.0]}))
    axis = gradient.area.axes[1]
    assert axis.ticks[0] == (axis.low, "0")
    dead = gradient.lines.lines[1].y
    assert axis.low <= dead[0] < axis.low + 0.1
    assert gradient.lines.lines[0].y.min() > axis.low + 0.5
    low = axis.low
    for _ in range(5):
        gradient.refresh()
    assert gradient.area.axes[1].low == low  # no creeping


def test_bands_name_exploding_and_vanishing(gradient: GradientPlot, history_of: Any) -> None:
    gradient.set_history(history_of([1, 1]))
    exploding, vanishing = gradient.area.grid.bands
    assert (exploding.words, exploding.low) == ("exploding", 1.0)  # 10^1
    assert (vanishing.words, vanishing.high) == ("vanishing", -4.0)


def test_a_hidden_plot_does_no_work(qtbot: Any, history_of: Any, add: Any) -> None:
    tabs = QTabWidget()
    front, behind = LossPlot(), GradientPlot()
    tabs.addTab(front, "1")
    tabs.addTab(behind, "2")
    shown(qtbot, tabs)
    history = history_of([0.5, 0.4])
    behind.set_history(history)
    for _ in range(10):
        add(history)
        behind.refresh()
    assert behind.frames == 0
    tabs.setCurrentIndex(1)
    assert behind.frames >= 1
    assert len(behind.lines.lines[0].x) == 12  # it caught up


def test_the_description_says_the_last_values(loss: LossPlot, history_of: Any) -> None:
    loss.set_history(history_of([0.7, 0.031], [0.8, 0.112]))
    assert loss.describe() == "Loss: train 0.0310, test 0.112 at epoch 1"
    assert loss.accessibleName() == "Loss"
    assert loss.accessibleDescription()


def test_the_description_is_not_renewed_with_every_frame(
    loss: LossPlot, history_of: Any, add: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    history: History = history_of([0.7, 0.3])
    loss.set_history(history)
    calls: list[str] = []

    def describe() -> str:
        calls.append("")
        return ""

    monkeypatch.setattr(loss, "describe", describe)
    for _ in range(20):
        add(history)
        loss.refresh()
    assert len(calls) <= 1


def test_a_new_theme_recolours_the_lines(loss: LossPlot, history_of: Any) -> None:
    loss.set_history(history_of([0.7, 0.3]))
    light = loss.lines.lines[0].colour
    theme().set_mode("dark")
    assert loss.lines.lines[0].colour == theme().current.accent != light


def test_the_caption_shows_where_there_is_room(qtbot: Any, loss: LossPlot) -> None:
    loss.set_caption("test 97 %")
    assert loss.caption == "test 97 %"
    label = loss.findChild(QWidget, "plot.loss.caption")
    assert label is not None
    assert not label.isVisible()
    loss.resize(600, 260)
    assert label.isVisible()


def test_a_plot_goes_without_the_collector(qtbot: Any, history_of: Any) -> None:
    gc.collect()
    gc.disable()
    try:
        plot = LossPlot()
        plot.resize(330, 260)
        with qtbot.waitExposed(plot):
            plot.show()
        plot.set_history(history_of([0.5, 0.4]))
        plot.grab()
        gone = weakref.ref(plot)
        del plot
        assert gone() is None
    finally:
        gc.enable()
