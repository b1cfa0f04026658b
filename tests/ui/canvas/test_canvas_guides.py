"""Snapping, guides, and the canvas that scrolls by itself at its edge."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from pytestqt.qtbot import QtBot
from ui.canvas.canvas_hand import Hand, node

from netbuilder.project.model import Project
from netbuilder.ui.canvas.guide_item import GuideItem
from netbuilder.ui.canvas.guides import Guides

Open = Callable[..., Hand]


def guides(hand: Hand) -> list[GuideItem]:
    return [item for item in hand.view.canvas.items() if isinstance(item, GuideItem)]


LOOSE = Project(nodes=(node("a", "Dense"), node("b", "Dense", 300, 140), node("c", "Tanh", -300)))


@pytest.mark.parametrize(
    ("box", "shift"),
    [
        # others: 100 x 80 about (0, 0)
        (QRectF(-46, 200, 100, 80), QPointF(-4, 0)),  # equal width: the middles, 4 too far right
        (QRectF(-53, 200, 40, 30), QPointF(3, 0)),  # left with left
        (QRectF(15, 200, 40, 30), QPointF(-5, 0)),  # right with right
        (QRectF(300, -44, 40, 30), QPointF(0, 4)),  # top with top
        (QRectF(300, 15, 40, 30), QPointF(0, -5)),  # bottom with bottom
        (QRectF(300, -18, 40, 30), QPointF(0, 3)),  # middle with middle
        (QRectF(300, 200, 40, 30), QPointF(0, 0)),  # nothing near
        (QRectF(-59, 200, 40, 30), QPointF(0, 0)),  # 9 away: beyond the reach of 7
    ],
)
def test_a_box_falls_in_line(box: QRectF, shift: QPointF) -> None:
    found = Guides({"other": QRectF(-50, -40, 100, 80)}, ())
    assert found.shift(box, 7.0) == shift


def test_a_straight_wire_counts_for_more_than_a_nearer_edge() -> None:
    boxes = {"wired": QRectF(-50, -40, 100, 80), "other": QRectF(0, 200, 40, 30)}
    box = QRectF(300, -9, 40, 30)  # its middle is at 6
    assert Guides(boxes, ["wired"]).shift(box, 7.0).y() == -6
    near = {**boxes, "near": QRectF(500, -10, 40, 60)}  # its top is 1 away
    assert Guides(near, ["wired"]).shift(box, 7.0).y() == -6
    assert Guides(near, []).shift(box, 7.0).y() == -1


def test_a_dragged_block_snaps_and_shows_with_what(open_canvas: Open) -> None:
    hand = open_canvas(LOOSE)
    end = hand.body("b") + QPoint(-296, 30)  # 4 right of a's middle
    hand.hold(hand.body("b"), end)
    assert hand.block("b").x() == 0
    (item,) = guides(hand)
    line = item.line
    assert line.x1() == line.x2() == 0
    assert line.y1() < hand.block("a").card_rect().top()
    assert line.y2() > hand.block("b").card_rect().bottom()
    hand.release(end)
    assert guides(hand) == []
    assert hand.project.node("b").position[0] == 0


def test_a_new_block_falls_in_line_too(open_canvas: Open) -> None:
    hand = open_canvas(LOOSE)
    # 4 right of a's middle, 5 above that of b, far from every port
    spot = hand.at(4, 135)
    hand.bring("Dense", QPoint(5, 300), spot)
    upright, level = sorted(guides(hand), key=lambda g: g.line.dy() == 0)
    assert upright.line.x1() == upright.line.x2() == 0
    assert level.line.y1() == level.line.y2() == 140
    hand.drop("Dense", QPoint(5, 300), spot)
    assert guides(hand) == []
    (new,) = [n for n in hand.project.nodes if n.id not in ("a", "b", "c")]
    assert new.position == (0, 140)
    hand.bring("Dense", QPoint(5, 300), spot)
    hand.leave()
    assert guides(hand) == []


def test_esc_takes_the_guides_away(open_canvas: Open) -> None:
    hand = open_canvas(LOOSE)
    hand.hold(hand.body("b"), hand.body("b") + QPoint(-296, 30))
    hand.key(Qt.Key.Key_Escape)
    assert guides(hand) == []
    assert hand.project.node("b").position == (300, 140)
    assert (hand.block("b").x(), hand.block("b").y()) == (300, 140)


def test_far_from_everything_there_are_no_guides(open_canvas: Open) -> None:
    hand = open_canvas(LOOSE)
    hand.hold(hand.body("b"), hand.body("b") + QPoint(55, 47))
    assert guides(hand) == []
    assert (hand.block("b").x(), hand.block("b").y()) == (355, 187)
    hand.key(Qt.Key.Key_Escape)


# ---- the canvas scrolls ------------------------------------------------------------------------


def seen(hand: Hand) -> QPointF:
    """The point of the scene in the middle of the canvas."""
    return hand.view.scene_point(QRectF(hand.view.viewport().rect()).center())


@pytest.mark.parametrize(
    ("end", "way"),
    [
        (QPoint(1396, 300), QPointF(1, 0)),
        (QPoint(4, 300), QPointF(-1, 0)),
        (QPoint(700, 4), QPointF(0, -1)),
        (QPoint(700, 596), QPointF(0, 1)),
        (QPoint(1500, 300), QPointF(1, 0)),  # beyond the edge
    ],
)
def test_a_block_at_the_edge_takes_the_canvas_along(
    open_canvas: Open, qtbot: QtBot, end: QPoint, way: QPointF
) -> None:
    hand = open_canvas(LOOSE)
    before = seen(hand)
    hand.hold(hand.body("b"), end)
    held = hand.block("b").pos()
    qtbot.waitUntil(lambda: QPointF.dotProduct(seen(hand) - before, way) > 60, timeout=3000)
    away = hand.block("b").pos() - held
    assert QPointF.dotProduct(away, way) > 40  # the block stays under the cursor
    hand.release(end)
    rest = seen(hand)
    qtbot.wait(80)
    assert seen(hand) == rest
    hand.undo()
    assert hand.project.node("b").position == (300, 140)


def test_esc_stops_the_scrolling(open_canvas: Open, qtbot: QtBot) -> None:
    hand = open_canvas(LOOSE)
    before = seen(hand)
    hand.hold(hand.body("b"), QPoint(1397, 300))
    qtbot.waitUntil(lambda: seen(hand).x() > before.x() + 30, timeout=3000)
    hand.key(Qt.Key.Key_Escape)
    rest = seen(hand)
    qtbot.wait(80)
    assert seen(hand) == rest
    assert hand.project == LOOSE


def test_a_wire_and_a_rubber_band_scroll_too(open_canvas: Open, qtbot: QtBot) -> None:
    hand = open_canvas(LOOSE)
    for start in (hand.out("b"), hand.at(0, 220)):
        goal = seen(hand).x() + 30
        hand.hold(start, QPoint(1397, 300))
        while seen(hand).x() <= goal:  # or the test times out
            qtbot.wait(20)
        hand.key(Qt.Key.Key_Escape)
        hand.release(QPoint(1397, 300))


def test_a_block_that_comes_in_over_the_edge_does_not_push_the_canvas_away(
    open_canvas: Open, qtbot: QtBot
) -> None:
    hand = open_canvas(LOOSE)
    before = seen(hand)
    hand.bring("Dense", QPoint(3, 300), QPoint(9, 300))
    qtbot.wait(80)
    assert seen(hand) == before
    hand.bring("Dense", QPoint(3, 300), QPoint(300, 300), QPoint(9, 300))
    qtbot.waitUntil(lambda: seen(hand).x() < before.x() - 30, timeout=3000)
    hand.leave()
    rest = seen(hand)
    qtbot.wait(80)
    assert seen(hand) == rest


def test_a_click_at_the_edge_scrolls_nothing(open_canvas: Open, qtbot: QtBot) -> None:
    hand = open_canvas(LOOSE)
    before = seen(hand)
    hand.press(QPoint(1397, 300))
    qtbot.wait(80)
    hand.release(QPoint(1397, 300))
    assert seen(hand) == before
