"""Other runs behind the curves of the present one."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from netbuilder.engine.history import History
from netbuilder.ui.plots.loss import LossPlot
from netbuilder.ui.plots.metric import MetricPlot
from netbuilder.ui.plots.overlay import Overlay
from netbuilder.ui.theme import theme

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def loss(qtbot: Any) -> LossPlot:
    plot = LossPlot()
    qtbot.addWidget(plot)
    plot.resize(360, 280)
    with qtbot.waitExposed(plot):
        plot.show()
    return plot


def test_each_run_has_two_thin_curves_behind_and_one_entry(loss: LossPlot, history_of: Any) -> None:
    loss.set_history(history_of([0.5, 0.4, 0.3], [0.6, 0.5, 0.4]))
    loss.set_overlays([Overlay("run 1", "#dc790e", history_of([0.9, 0.8], [1.0, 0.9]))])
    names = [(name, colour) for name, colour, *_ in loss.legend.entries()]
    assert names[2:] == [("run 1", "#dc790e")]
    lines = loss.lines.lines
    assert [line.colour for line in lines[2:]] == ["#dc790e"] * 2  # the last is drawn first
    assert [line.dashed for line in lines] == [False, True, False, True]
    assert lines[2].y.tolist() == [0.9, 0.8]
    assert max(line.width for line in lines[2:]) < min(line.width for line in lines[:2])
    loss.set_overlays([])
    assert len(loss.lines.lines) == 2


def test_the_axes_take_in_the_longest_and_the_highest_run(loss: LossPlot, history_of: Any) -> None:
    loss.set_history(history_of([0.5] * 10))
    loss.set_overlays([Overlay("long", "#dc790e", history_of([3.0] * 500))])
    x, y = loss.area.axes
    assert x.high >= 499
    assert y.high >= 3.0
    loss.set_overlays([])
    x, y = loss.area.axes
    assert x.high < 20
    assert y.high < 1


def test_other_runs_are_seen_before_the_next_one_begins(loss: LossPlot, history_of: Any) -> None:
    loss.set_overlays([Overlay("run 1", "#dc790e", history_of([0.9, 0.8]))])
    loss.set_history(History())
    assert loss.area.note == ""
    assert [line.colour for line in loss.lines.lines] == ["#dc790e"]
    assert loss.describe()
    loss.set_history(None)
    loss.set_overlays([])
    assert loss.area.note


def test_the_cursor_reads_the_other_runs_where_they_were(loss: LossPlot, history_of: Any) -> None:
    loss.set_history(history_of(np.linspace(1, 0, 101)))
    loss.set_overlays(
        [
            Overlay("short", "#dc790e", history_of([0.25] * 20)),
            Overlay("long", "#2a78de", history_of([0.75] * 90)),
        ]
    )
    QApplication.processEvents()
    loss.set_cursor(50.0)
    reading = loss.cursor_layer.reading
    assert reading is not None
    assert [(name, value) for name, _, _, value in reading.rows] == [
        ("train", "0.500"),
        ("long", "0.750"),
    ]


def test_another_history_in_the_same_place_is_drawn_anew(loss: LossPlot, history_of: Any) -> None:
    loss.set_history(history_of([0.5] * 2000))
    for value in (0.9, 0.7):
        loss.set_overlays([Overlay("run", "#dc790e", history_of([value] * 2000))])
        assert set(loss.lines.lines[-1].y.tolist()) == {value}


def test_a_run_that_broke_off_breaks_no_axis(loss: LossPlot, history_of: Any) -> None:
    loss.set_history(history_of([0.5, math.nan]))
    loss.set_overlays([Overlay("run", "#dc790e", history_of([math.inf, math.nan, -math.inf]))])
    for logarithmic in (False, True):
        loss.set_logarithmic(logarithmic)
        loss.grab()
        assert all(math.isfinite(v) for axis in loss.area.axes for v in (axis.low, axis.high))


def test_the_metric_shows_them_too(qtbot: Any, history_of: Any) -> None:
    plot = MetricPlot()
    qtbot.addWidget(plot)
    with qtbot.waitExposed(plot):
        plot.show()
    plot.set_history(history_of([0.5] * 3))
    plot.set_overlays([Overlay("run", theme().current.series[2], history_of([0.5] * 3))])
    assert [name for name, *_ in plot.legend.entries()][-1] == "run"
