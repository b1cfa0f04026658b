"""While the scale changes, a large network is shown as a picture; soon after, sharp again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot
from ui.canvas.canvas_hand import Hand, chain

from netbuilder.ui.canvas.card import Card
from netbuilder.ui.canvas.swift_view import FEW

MANY = FEW + 10


@pytest.fixture
def many(open_canvas: Callable[..., Hand], qtbot: QtBot) -> Hand:
    hand = open_canvas(chain(*((f"n{k}", "Dense") for k in range(MANY))))
    settle(hand, qtbot)
    return hand


def settle(hand: Hand, qtbot: QtBot) -> None:
    """Wait until it is still, and everything is prepared."""
    qtbot.waitUntil(lambda: not hand.view.swift and hand.view.prepared, timeout=20_000)


def shown(hand: Hand) -> QImage:
    return hand.view.viewport().grab().toImage()


def unlike(a: QImage, b: QImage) -> float:
    """The mean difference of the pixels' lightness, 0 … 255."""
    assert a.size() == b.size()
    every = [(x, y) for x in range(0, a.width(), 3) for y in range(0, a.height(), 3)]
    return sum(
        abs(a.pixelColor(x, y).lightness() - b.pixelColor(x, y).lightness()) for x, y in every
    ) / len(every)


@pytest.mark.parametrize("zoom", [0.3, 0.6, 1.1, 3.0])
def test_what_is_shown_meanwhile_looks_like_what_is_shown_then(
    many: Hand, qtbot: QtBot, zoom: float
) -> None:
    many.view.set_zoom(zoom)
    many.view.centerOn(many.block("n5"))
    assert many.view.swift
    meanwhile = shown(many)
    settle(many, qtbot)
    then = shown(many)
    assert unlike(meanwhile, then) < 1.0
    many.view.centerOn(many.block("n30"))
    assert unlike(shown(many), then) > 0.0  # the measure can tell


def test_no_block_is_painted_meanwhile(many: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    painted: list[str] = []
    monkeypatch.setattr(Card, "paint", lambda card, *_: painted.append(card.facts.name))
    for zoom in (0.3, 0.4, 0.7, 1.0):
        many.view.set_zoom(zoom)
        shown(many)
    assert painted == []
    many.view.set_zoom(3.0)  # few are in view
    shown(many)
    assert 0 < len(painted) < 10


def test_a_few_blocks_are_always_painted(hand: Hand) -> None:
    hand.view.set_zoom(0.5)
    assert not hand.view.swift


def test_a_change_is_seen_at_once(many: Hand) -> None:
    many.view.set_zoom(0.6)
    assert many.view.swift
    before = shown(many)
    many.view.select_all()
    assert not many.view.swift
    assert unlike(before, shown(many)) > 0.1


def test_pictures_are_mended_where_a_block_went(many: Hand, qtbot: QtBot) -> None:
    many.view.set_zoom(0.6)
    many.view.centerOn(many.block("n5"))
    settle(many, qtbot)
    end = many.body("n5") + QPoint(0, 90)
    many.drag(many.body("n5"), end)
    many.view.set_zoom(0.61)
    assert many.view.swift
    meanwhile = shown(many)
    settle(many, qtbot)
    assert unlike(meanwhile, shown(many)) < 1.0


def test_a_gesture_ends_it(many: Hand) -> None:
    many.view.set_zoom(0.6)
    assert many.view.swift
    many.press(many.body("n5"))
    assert not many.view.swift
    many.view.set_zoom(0.7, QPointF(100, 100))  # the wheel, with the button held
    assert not many.view.swift
    many.key(Qt.Key.Key_Escape)


def test_it_becomes_sharp_a_part_at_a_time(
    many: Hand, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    many.view.set_zoom(0.6)
    many.view.calm_down()
    assert not many.view.swift
    assert not many.view.prepared
    settle(many, qtbot)
    sharp = shown(many)
    many.view.viewport().update()
    assert unlike(shown(many), sharp) == 0.0


def test_a_lit_port_is_painted_on_top_of_its_block(hand: Hand) -> None:
    block = hand.block("out")
    port = block.port("in")
    assert port is not None
    at = hand.into("out")
    before = hand.view.grab().toImage().pixelColor(at)
    block.set_lit("in", True)
    lit = hand.view.grab().toImage()
    block.set_lit("in", False)
    again = hand.view.grab().toImage().pixelColor(at)
    assert before == again
    assert unlike(lit, hand.view.grab().toImage()) > 0.0
