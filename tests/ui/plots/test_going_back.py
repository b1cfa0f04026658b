"""The plots follow a run that goes back and on again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from netbuilder.engine.history import History
from netbuilder.ui.plots.curves import CurvePlot
from netbuilder.ui.plots.gradient import GradientPlot
from netbuilder.ui.plots.heat_strip import HeatStrip
from netbuilder.ui.plots.loss import LossPlot

Add = Callable[..., None]


def shown(qtbot: QtBot, plot: CurvePlot) -> Any:
    qtbot.addWidget(plot)
    plot.resize(420, 260)
    with qtbot.waitExposed(plot):
        plot.show()
    return plot


def grown(add: Add, count: int, gradient: float = 0.1) -> History:
    history = History()
    for k in range(count):
        add(history, 1.0 / (k + 1), gradients={"hidden": gradient, "out": gradient})
    return history


@pytest.mark.parametrize("smoothing", ["off", "strong"])
def test_the_loss_is_that_of_the_run_as_it_is(smoothing: str, qtbot: QtBot, add: Add) -> None:
    plot, history = shown(qtbot, LossPlot()), grown(add, 101)
    plot.set_smoothing(smoothing)
    plot.set_history(history)
    # Back to epoch 60 and on along another way to 100: as many points as before.
    history.cut(60)
    for k in range(61, 101):
        add(history, 0.5, epoch=float(k))
    plot.refresh()
    fresh = shown(qtbot, LossPlot())
    fresh.set_smoothing(smoothing)
    fresh.set_history(history)
    for ours, theirs in zip(plot.lines.lines, fresh.lines.lines, strict=True):
        assert ours.x.tolist() == theirs.x.tolist()
        assert ours.y.tolist() == theirs.y.tolist()


def test_the_axis_stays_unless_it_is_far_too_long(qtbot: QtBot, add: Add) -> None:
    plot, history = shown(qtbot, GradientPlot()), grown(add, 1001)
    plot.set_history(history)
    axes = plot.area.axes
    history.cut(999)
    plot.refresh()
    assert plot.area.axes == axes
    assert plot.lines.lines[0].x[-1] == 999.0
    history.cut(10)
    plot.refresh()
    assert plot.area.axes[0].high < 20.0


def test_the_strip_forgets_what_is_no_more(qtbot: QtBot, add: Add) -> None:
    plot, history = shown(qtbot, HeatStrip()), grown(add, 50)
    for k in range(50, 60):
        add(history, gradients={"hidden": 10.0, "out": 10.0}, epoch=float(k))
    plot.set_history(history)
    history.cut(49)
    for k in range(50, 60):
        add(history, gradients={"hidden": 0.01, "out": 0.01}, epoch=float(k))
    plot.refresh()
    fresh = shown(qtbot, HeatStrip())
    fresh.set_history(history)
    np.testing.assert_array_equal(plot._strip._values, fresh._strip._values)
    assert np.nanmax(plot._strip._values) == pytest.approx(-1.0)  # log10 0.1, at the start
