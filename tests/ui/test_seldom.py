"""What changes thirty times a second is shown five times, and its last state always."""

from __future__ import annotations

import weakref
from typing import Any

from netbuilder.ui.seldom import Seldom
from netbuilder.ui.widgets.legend import Legend


class Board:
    """Notes what it shows."""

    def __init__(self) -> None:
        self.value = 0
        self.shown: list[int] = []

    def show(self) -> None:
        self.shown.append(self.value)


def test_the_first_is_shown_at_once_and_the_last_is_not_lost(qtbot: Any) -> None:
    board = Board()
    seldom = Seldom(board.show, every=20)
    for board.value in range(1, 5):
        seldom.ask()
    assert board.shown == [1]
    qtbot.waitUntil(lambda: board.shown == [1, 4])
    board.value = 5
    seldom.now()
    assert board.shown == [1, 4, 5]


def test_nothing_is_shown_twice(qtbot: Any) -> None:
    board, other = Board(), Board()
    seldom, later = Seldom(board.show, every=10), Seldom(other.show, every=30)
    seldom.ask()
    later.ask()
    later.ask()
    qtbot.waitUntil(lambda: len(other.shown) == 2)
    assert board.shown == [0]


def test_what_is_gone_is_not_held_and_not_shown() -> None:
    board = Board()
    shown = board.shown
    seldom = Seldom(board.show, every=1)
    gone = weakref.ref(board)
    del board
    assert gone() is None
    seldom.now()
    assert shown == []


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
