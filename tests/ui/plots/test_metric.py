"""Accuracy in percent, or R²: which of the two, its axis and its words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from netbuilder.data.dataset import Table
from netbuilder.data.prepare import Split
from netbuilder.engine.history import RUN
from netbuilder.training.snapshot import History
from netbuilder.ui.plots.metric import MetricPlot

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def plot(qtbot: Any) -> MetricPlot:
    made = MetricPlot()
    qtbot.addWidget(made)
    made.resize(340, 280)
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.fixture
def scores(history_of: Any) -> Any:
    def make(train: Sequence[float], test: Sequence[float] | None = None) -> History:
        history: History = history_of([0.5] * len(train))
        history._run[:, RUN.index("train_metric")] = train
        history._run[:, RUN.index("test_metric")] = math.nan if test is None else test
        return history

    return make


def regression() -> Split:
    table = Table(np.zeros((4, 1)), np.zeros((4, 1)), None, ("x",))
    return Split(table, table)


def test_accuracy_is_told_in_percent(plot: MetricPlot, scores: Any) -> None:
    plot.set_history(scores([0.5, 0.75, 0.975], [0.4, 0.7, 0.9]))
    assert [(name, value) for name, _, _, value in plot.legend.entries()] == [
        ("train", "97.5 %"),
        ("test", "90 %"),
    ]
    assert plot.lines.lines[0].y.tolist() == pytest.approx([50.0, 75.0, 97.5])
    axis = plot.area.axes[1]
    assert (axis.low, axis.label) == (0.0, "accuracy (%)")
    assert axis.ticks[-1] == (100.0, "100")
    assert 100 < axis.high < 103  # a line along the very top is seen whole
    assert plot.describe() == "Accuracy: train 97.5 %, test 90 % at epoch 2"


@pytest.mark.parametrize(("lowest", "bottom"), [(0.2, 0.0), (0.6, 50.0), (0.9, 80.0), (1.0, 80.0)])
def test_the_axis_begins_at_0_50_or_80_percent(
    plot: MetricPlot, scores: Any, lowest: float, bottom: float
) -> None:
    plot.set_history(scores([lowest, 1.0]))
    assert plot.area.axes[1].low == bottom
    assert plot.area.axes[1].ticks[-1] == (100.0, "100")


def test_a_regression_has_r2(plot: MetricPlot, scores: Any) -> None:
    assert plot.view_title() == "Accuracy"
    plot.set_data(regression())
    assert plot.view_title() == "R²"
    plot.set_history(scores([-40.0, -3.0, 0.2, 0.9]))
    axis = plot.area.axes[1]
    # The start would press everything else flat: the axis ends at -1.
    assert (axis.low, axis.ticks[-1], axis.label) == (-1.0, (1.0, "1.0"), "R²")
    assert plot.legend.entries()[0][3] == "0.900"


def test_an_r2_that_stays_far_below_zero_is_in_sight(plot: MetricPlot, scores: Any) -> None:
    plot.set_data(regression())
    plot.set_history(scores([-40.0, -30.0]))
    assert plot.area.axes[1].low <= -40.0


@pytest.mark.parametrize(
    "values",
    [[math.nan] * 3, [-math.inf, 0.5], [-1e300, 1.0], [1.0] * 3, [0.0] * 3, [-1e-9, 1e-9]],
)
@pytest.mark.parametrize("classes", [True, False])
def test_nothing_breaks_an_axis(
    plot: MetricPlot, scores: Any, values: list[float], classes: bool
) -> None:
    if not classes:
        plot.set_data(regression())
    plot.set_history(scores(values, values))
    for shown in (None, (0.0, 1.0)):
        plot.set_x_range(shown)
        plot.grab()
        for axis in plot.area.axes:
            assert math.isfinite(axis.low)
            assert axis.low < axis.high < math.inf
    if math.isnan(values[0]):
        assert "not" in plot.area.note


def test_zoomed_in_the_curve_fills_the_height(plot: MetricPlot, scores: Any) -> None:
    plot.set_history(scores(np.linspace(0.0, 0.99, 100)))
    plot.set_x_range((80.0, 90.0))
    QApplication.processEvents()
    axis = plot.area.axes[1]
    assert 70 <= axis.low <= 80
    assert 90 <= axis.high <= 95


def test_the_table_holds_the_scores(plot: MetricPlot, scores: Any) -> None:
    plot.set_history(scores([0.5, 0.75], [0.25, 0.5]))
    header, rows = plot.table()
    assert header == ("step", "epoch", "seconds", "train_metric", "test_metric")
    assert list(rows) == [[0, 0.0, 0.0, 0.5, 0.25], [1, 1.0, 0.0, 0.75, 0.5]]
