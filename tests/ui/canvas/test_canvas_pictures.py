"""While the scale changes, many blocks are painted from pictures; soon after, anew and crisp."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QGraphicsItem
from pytestqt.qtbot import QtBot
from ui.canvas.canvas_hand import Hand, chain

from netbuilder.ui.canvas import pictures
from netbuilder.ui.canvas.card import LEGIBLE, Card, Marks
from netbuilder.ui.canvas.scene import FEW

MANY = FEW + 10
Cache = QGraphicsItem.CacheMode


@pytest.fixture
def many(open_canvas: Callable[..., Hand], qtbot: QtBot) -> Hand:
    hand = open_canvas(chain(*((f"n{k}", "Dense") for k in range(MANY))))
    qtbot.wait(400)  # still, and everything prepared
    return hand


def modes(hand: Hand) -> set[QGraphicsItem.CacheMode]:
    return {block.cacheMode() for block in hand.view.canvas.blocks.values()}


def unlike(a: QImage, b: QImage) -> float:
    """The mean difference of the pixels' lightness, 0 … 255."""
    assert a.size() == b.size()
    every = [(x, y) for x in range(0, a.width(), 3) for y in range(0, a.height(), 3)]
    return sum(
        abs(a.pixelColor(x, y).lightness() - b.pixelColor(x, y).lightness()) for x, y in every
    ) / len(every)


@pytest.mark.parametrize("zoom", [0.3, 0.6, 1.1, 2.0])
def test_what_is_shown_meanwhile_looks_like_what_is_shown_then(
    many: Hand, qtbot: QtBot, zoom: float
) -> None:
    many.view.set_zoom(zoom)
    many.view.centerOn(many.block("n5"))
    assert modes(many) == {Cache.NoCache}
    meanwhile = many.view.viewport().grab().toImage()
    qtbot.waitUntil(lambda: modes(many) == {Cache.DeviceCoordinateCache}, timeout=3000)
    then = many.view.viewport().grab().toImage()
    assert unlike(meanwhile, then) < 1.0
    many.view.centerOn(many.block("n30"))
    assert unlike(many.view.viewport().grab().toImage(), then) > 0.0  # the measure can tell


def test_a_few_blocks_are_always_painted(hand: Hand) -> None:
    hand.view.set_zoom(0.5)
    assert modes(hand) == {Cache.DeviceCoordinateCache}


def test_a_change_makes_the_picture_anew(many: Hand) -> None:
    many.view.set_zoom(0.6)
    before = many.view.viewport().grab().toImage()
    many.view.select_all()
    after = many.view.viewport().grab().toImage()
    assert unlike(before, after) > 0.1


def test_all_are_prepared_beforehand(many: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[float] = []
    real = pictures._picture

    def counted(card: Card, marks: Marks, scale: float) -> QPixmap:
        made.append(scale)
        return real(card, marks, scale)

    monkeypatch.setattr(pictures, "_picture", counted)
    for zoom in (0.3, LEGIBLE, 0.7):
        many.view.set_zoom(zoom)
        many.view.viewport().grab()
    assert made == []


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
