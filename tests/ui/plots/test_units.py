"""Saturated and dead units in words, bars and trends."""

from __future__ import annotations

import math
from typing import Any

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from ui.plots.test_layer_lines import act, dense, moment

from netbuilder.engine.history import History
from netbuilder.engine.statistics import LayerStatistics
from netbuilder.project.model import Project
from netbuilder.ui.plots.units import UnitsPlot
from netbuilder.ui.theme import theme

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def plot(qtbot: Any) -> UnitsPlot:
    view = UnitsPlot()
    qtbot.addWidget(view)
    view.resize(310, 290)
    with qtbot.waitExposed(view):
        view.show()
    return view


def run(plot: UnitsPlot, *moments: dict[str, LayerStatistics]) -> None:
    history = History()
    plot.begin(history, Project())
    for step, layers in enumerate(moments):
        snapshot = moment(step, layers)
        history.append(snapshot)
        plot.take(snapshot)


def test_each_activation_says_what_is_saturated_and_dead(plot: UnitsPlot) -> None:
    run(
        plot,
        {"h": dense(), "relu": act(saturated=0.0), "o": dense(), "p": act(saturated=0.1)},
        {"h": dense(), "relu": act(saturated=0.5, dead=3), "o": dense(), "p": act(saturated=0.12)},
    )
    relu, p = plot.rows.rows
    assert (relu.name, relu.words) == ("relu", "50 % saturated · 3 of 8 dead")
    assert (p.name, p.words) == ("p", "12 % saturated")
    assert relu.saturated_trend == (0.0, 0.5)
    assert relu.dead_trend == (0.0, 3 / 8)
    assert plot.describe() == (
        "Saturated and dead: relu 50 % saturated · 3 of 8 dead; p 12 % saturated"
    )
    header, rows = plot.table()
    assert list(header) == [
        "step", "epoch", "relu saturated", "relu dead", "p saturated", "p dead",
    ]  # fmt: skip
    assert [list(row) for row in rows][1][:4] == [1, 1.0, 0.5, 3.0]


def test_the_bar_is_as_long_as_the_share(plot: UnitsPlot) -> None:
    run(plot, {"a": act(saturated=0.5)})
    image = plot.rows.grab().toImage()
    accent = QColor(theme().current.accent)
    line = plot.rows.row_height() - theme().px(7 + 5 + 1 + 3)  # in the middle of the upper bar
    lit = [x for x in range(plot.rows.width()) if image.pixelColor(QPoint(x, line)) == accent]
    track = plot.rows.width() - round(0.3 * plot.rows.width()) - theme().px(8)
    assert len([x for x in lit if x < track]) == pytest.approx(track / 2, abs=2)


def test_without_activations_words_say_so(plot: UnitsPlot) -> None:
    assert "as soon as the network trains" in plot.area.note
    run(plot, {"h": dense()})
    assert plot.area.note == "The network has no activation that could saturate."
    run(plot, {"h": dense(), "a": act(saturated=0.2)})
    assert plot.rows.isVisible()
    assert not plot.area.isVisible()


@pytest.mark.parametrize("value", [math.nan, math.inf, -1.0, 7.0])
def test_odd_shares_stay_inside_their_bars(plot: UnitsPlot, value: float) -> None:
    run(plot, {"a": act(saturated=value)}, {"a": act(saturated=0.5)}, {"a": act(saturated=0.4)})
    plot.grab()
    (row,) = plot.rows.rows
    assert all(0.0 <= share <= 1.0 for share in row.saturated_trend)


def test_a_long_run_keeps_a_short_trend_that_ends_now(plot: UnitsPlot) -> None:
    run(plot, *({"a": act(saturated=k / 200)} for k in range(200)))
    (row,) = plot.rows.rows
    assert len(row.saturated_trend) <= 48
    assert row.saturated_trend[0] == 0.0
    assert row.saturated_trend[-1] == pytest.approx(199 / 200)


def test_many_activations_can_be_scrolled(qtbot: Any, plot: UnitsPlot) -> None:
    run(plot, {f"a{k}": act(saturated=0.5, dead=1) for k in range(20)})
    assert len(plot.rows.rows) == 20
    qtbot.waitUntil(lambda: plot.rows.height() >= 20 * plot.rows.row_height())
    assert plot.minimumSizeHint().height() < 290
