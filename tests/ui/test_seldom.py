"""What changes thirty times a second is shown five times, and its last state always."""

from __future__ import annotations

from typing import Any

from netbuilder.ui.seldom import Seldom
from netbuilder.ui.widgets.legend import Legend


def test_the_first_is_shown_at_once_and_the_last_is_not_lost(qtbot: Any) -> None:
    value, shown = [0], []
    seldom = Seldom(lambda: shown.append(value[0]), every=20)
    for value[0] in range(1, 5):
        seldom.ask()
    assert shown == [1]
    qtbot.waitUntil(lambda: shown == [1, 4])
    value[0] = 5
    seldom.now()
    assert shown == [1, 4, 5]


def test_nothing_is_shown_twice(qtbot: Any) -> None:
    shown: list[int] = []
    seldom = Seldom(lambda: shown.append(1), every=10)
    seldom.ask()
    other: list[int] = []
    later = Seldom(lambda: other.append(1), every=30)
    later.ask()
    later.ask()
    qtbot.waitUntil(lambda: len(other) == 2)
    assert shown == [1]


def test_a_legend_says_its_values_a_few_times_a_second(qtbot: Any) -> None:
    legend = Legend()
    qtbot.addWidget(legend)
    legend.set_entries([("train", "#0000ff", False, "0.9")])
    legend.set_entries([("train", "#0000ff", False, "0.8")])
    legend.set_entries([("train", "#0000ff", False, "0.7")])
    assert legend.toolTip() == "train 0.9"
    assert legend.entries()[0][3] == "0.7"
    qtbot.waitUntil(lambda: legend.toolTip() == "train 0.7")
    legend.set_entries([("train", "#ff0000", False, "0.6")])  # another line: at once
    assert legend.toolTip() == "train 0.6"
