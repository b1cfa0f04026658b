"""Every mouse gesture, carried out and called off half-way."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QGraphicsItem
from ui.canvas.canvas_hand import XOR, Hand, chain, ids, node

from netbuilder.ui.canvas.ghost_item import GhostItem
from netbuilder.ui.canvas.wire_item import WireItem

CTRL = Qt.KeyboardModifier.ControlModifier
Open = Callable[..., Hand]


def ghosts(hand: Hand) -> list[QGraphicsItem]:
    return [i for i in hand.view.canvas.items() if isinstance(i, GhostItem)]


def split(hand: Hand) -> list[tuple[str, str]]:
    return [w.edge for w in hand.view.canvas.wires.values() if w.split]


# ---- MoveBlocks ---------------------------------------------------------------------------------


def test_a_dragged_block_moves_in_one_undo_step(hand: Hand) -> None:
    start = hand.body("tanh")
    hand.drag(start, start + QPoint(30, 90))
    assert hand.project.node("tanh").position == (340 + 30, 90)
    assert hand.selections == [("tanh",)]
    hand.undo()
    assert hand.project == XOR
    assert hand.block("tanh").pos() == QPointF(340, 0)


def test_the_wires_follow_while_a_block_is_dragged(hand: Hand) -> None:
    wire = hand.view.canvas.wires["hidden", "tanh"]
    before = wire.boundingRect()
    start = hand.body("tanh")
    hand.hold(start, start + QPoint(0, 120))
    assert wire.boundingRect().bottom() > before.bottom() + 100
    assert hand.project == XOR  # nothing is carried out before the release
    hand.release(start)


def test_esc_puts_a_dragged_block_back(hand: Hand) -> None:
    start = hand.body("tanh")
    hand.hold(start, start + QPoint(30, 90))
    assert hand.busy()
    hand.key(Qt.Key.Key_Escape)
    assert not hand.busy()
    hand.release(start + QPoint(30, 90))
    assert hand.project == XOR
    assert hand.block("tanh").pos() == QPointF(340, 0)


def test_a_trembling_click_moves_nothing(hand: Hand) -> None:
    start = hand.body("tanh")
    hand.drag(start, start + QPoint(2, 1))
    assert hand.project == XOR
    assert hand.chosen() == ("tanh",)


def test_all_selected_blocks_move_together(hand: Hand) -> None:
    hand.click(hand.body("hidden"))
    hand.click(hand.body("out"), CTRL)
    assert hand.chosen() == ("hidden", "out")
    start = hand.body("out")
    hand.drag(start, start + QPoint(0, 60))
    assert hand.project.node("hidden").position == (170, 60)
    assert hand.project.node("tanh").position == (340, 0)
    assert hand.project.node("out").position == (510, 60)
    hand.undo()
    assert hand.project == XOR


def test_a_click_in_a_selection_of_several_selects_that_block_alone(hand: Hand) -> None:
    hand.view.select_all()
    hand.click(hand.body("out"))
    assert hand.chosen() == ("out",)
    hand.click(hand.body("out"), CTRL)
    assert hand.chosen() == ()


def test_a_block_falls_in_line_with_its_neighbours(hand: Hand) -> None:
    start = hand.body("tanh")
    hand.drag(start, start + QPoint(20, 90))
    start = hand.body("tanh")
    hand.drag(start, start + QPoint(0, -86))  # 4 pixels too low, and it snaps
    assert hand.project.node("tanh").position == (360, 0)


def test_a_loose_block_dropped_on_a_wire_is_inserted_in_one_step(open_canvas: Open) -> None:
    project = chain(("data", "Input"), ("out", "Dense"), gap=400)
    project = project.with_(nodes=(*project.nodes, node("relu", "ReLU", 100, 200)))
    hand = open_canvas(project)
    hand.hold(hand.body("relu"), hand.middle("data", "out") + QPoint(0, 8))
    assert split(hand) == [("data", "out")]
    hand.release(hand.middle("data", "out") + QPoint(0, 8))
    assert split(hand) == []
    assert set(hand.edges()) == {("data", "relu"), ("relu", "out")}
    hand.undo()
    assert hand.project == project


def test_esc_over_a_wire_inserts_nothing(open_canvas: Open) -> None:
    project = chain(("data", "Input"), ("out", "Dense"), gap=400)
    project = project.with_(nodes=(*project.nodes, node("relu", "ReLU", 100, 200)))
    hand = open_canvas(project)
    hand.hold(hand.body("relu"), hand.middle("data", "out") + QPoint(0, 8))
    hand.key(Qt.Key.Key_Escape)
    hand.release(hand.middle("data", "out"))
    assert split(hand) == []
    assert hand.project == project


def test_blocks_to_the_right_make_room_for_what_is_inserted(open_canvas: Open) -> None:
    project = chain(("data", "Input"), ("out", "Dense"), ("loss", "MeanSquaredError"), gap=170)
    project = project.with_(nodes=(*project.nodes, node("relu", "ReLU", 100, 200)))
    hand = open_canvas(project)
    hand.drag(hand.body("relu"), hand.middle("data", "out") + QPoint(0, 8))
    rects = [hand.block(n).card_rect() for n in ("data", "relu", "out", "loss")]
    for left, right in itertools.pairwise(rects):
        assert right.left() - left.right() >= 20


def test_a_change_of_the_document_ends_the_gesture(hand: Hand) -> None:
    hand.drag(hand.body("tanh"), hand.body("tanh") + QPoint(0, 90))
    start = hand.body("out")
    hand.hold(start, start + QPoint(0, 90))
    hand.undo()
    assert not hand.busy()
    hand.release(start + QPoint(0, 90))
    assert hand.project == XOR
    assert hand.block("out").pos() == QPointF(510, 0)


# ---- DrawWire -----------------------------------------------------------------------------------


@pytest.fixture
def loose(open_canvas: Open) -> Hand:
    """Four blocks without wires: data, two layers and a loss."""
    project = chain(("data", "Input"), ("a", "Dense"), ("b", "Dense"), ("loss", "MeanSquaredError"))
    return open_canvas(project.with_(edges=()))


def test_a_wire_is_drawn_from_output_to_input(loose: Hand) -> None:
    loose.drag(loose.out("data"), loose.into("a"))
    assert loose.edges() == (("data", "a"),)
    loose.undo()
    assert loose.edges() == ()
    assert loose.view.canvas.wires == {}


def test_a_wire_is_drawn_backwards_too(loose: Hand) -> None:
    loose.drag(loose.into("b"), loose.out("a"))
    assert loose.edges() == (("a", "b"),)


def test_a_wire_may_end_anywhere_on_a_block_and_snaps_near_a_port(loose: Hand) -> None:
    loose.drag(loose.out("data"), loose.body("a") + QPoint(20, 20))
    loose.drag(loose.out("a"), loose.into("b") + QPoint(-12, 8))
    assert loose.edges() == (("data", "a"), ("a", "b"))


def test_a_wire_that_ends_on_nothing_is_none(loose: Hand) -> None:
    loose.drag(loose.out("data"), loose.body("a") + QPoint(0, 160))
    assert loose.edges() == ()
    assert loose.messages == []
    assert ghosts(loose) == []


def test_what_a_wire_may_end_on_is_lit_and_the_rest_dimmed(loose: Hand) -> None:
    loose.drag(loose.out("a"), loose.into("b"))
    loose.hold(loose.out("b"), loose.out("b") + QPoint(30, 80))
    assert loose.block("a").opacity() < 1  # it would close a ring
    assert loose.block("data").opacity() < 1  # it takes no input
    assert loose.block("loss").opacity() == 1
    assert loose.block("loss").port("in").lit  # type: ignore[union-attr]
    assert len(ghosts(loose)) == 1
    loose.key(Qt.Key.Key_Escape)
    assert loose.block("a").opacity() == 1
    assert not loose.block("loss").port("in").lit  # type: ignore[union-attr]
    assert ghosts(loose) == []
    loose.release(loose.into("loss"))
    assert loose.edges() == (("a", "b"),)


def test_a_ring_is_refused_with_the_reason(loose: Hand) -> None:
    loose.drag(loose.out("a"), loose.into("b"))
    loose.drag(loose.out("b"), loose.body("a"))
    assert loose.edges() == (("a", "b"),)
    assert len(loose.messages) == 1
    assert "circle" in loose.messages[0]


def test_a_wire_into_the_data_is_refused_with_the_reason(loose: Hand) -> None:
    loose.drag(loose.out("a"), loose.body("data"))
    assert loose.edges() == ()
    assert "data" in loose.messages[0]


def test_a_second_wire_into_a_single_input_replaces_the_first(loose: Hand) -> None:
    loose.drag(loose.out("a"), loose.into("loss"))
    loose.drag(loose.out("b"), loose.into("loss"))
    assert loose.edges() == (("b", "loss"),)
    loose.undo()
    assert loose.edges() == (("a", "loss"),)


# ---- RubberBand ---------------------------------------------------------------------------------


def test_a_rubber_band_selects_what_it_touches_and_tells_once(hand: Hand) -> None:
    hand.drag(hand.at(100, -150), hand.at(360, 20))
    assert hand.chosen() == ("hidden", "tanh")
    assert hand.selections == [("hidden", "tanh")]
    assert ghosts(hand) == []


def test_a_rubber_band_with_ctrl_adds(hand: Hand) -> None:
    hand.view.select(("loss",))
    start, end = hand.at(100, -150), hand.at(200, 20)
    hand.press(start, keys=CTRL)
    hand.move(end)
    hand.release(end, keys=CTRL)
    assert hand.chosen() == ("hidden", "loss")


def test_esc_gives_the_former_selection_back(hand: Hand) -> None:
    hand.view.select(("loss",))
    hand.selections.clear()
    hand.hold(hand.at(100, -150), hand.at(360, 20))
    assert hand.chosen() == ("hidden", "tanh")
    hand.key(Qt.Key.Key_Escape)
    hand.release(hand.at(360, 20))
    assert hand.chosen() == ("loss",)
    assert hand.selections == []
    assert ghosts(hand) == []


def test_a_click_on_nothing_selects_nothing(hand: Hand) -> None:
    hand.view.select_all()
    hand.click(hand.at(100, 200))
    assert hand.chosen() == ()


# ---- DropBlock ----------------------------------------------------------------------------------


def test_a_block_dropped_on_a_wire_is_inserted(hand: Hand) -> None:
    wire = hand.middle("tanh", "out")
    hand.bring("Dense", wire + QPoint(0, 200), wire)
    assert split(hand) == [("tanh", "out")]
    hand.drop("Dense", wire + QPoint(0, 200), wire)
    assert split(hand) == []
    assert ("tanh", "dense") in hand.edges()
    assert ("dense", "out") in hand.edges()
    assert ("tanh", "out") not in hand.edges()
    assert hand.chosen() == ("dense",)
    hand.undo()
    assert hand.project == XOR  # also the blocks that gave way are back


def test_a_block_dropped_on_empty_canvas_stays_where_it_was_dropped(hand: Hand) -> None:
    hand.drop("Dense", hand.at(300, 220))
    dropped = hand.project.node("dense")
    assert dropped.position == pytest.approx((300, 220), abs=1)
    assert hand.edges() == XOR.edges
    assert hand.view.hasFocus()


def test_a_drag_that_leaves_changes_nothing(hand: Hand) -> None:
    wire = hand.middle("tanh", "out")
    hand.bring("Dense", wire)
    assert len(ghosts(hand)) == 1
    hand.leave()  # this is also what Qt sends when Esc ends the drag
    assert hand.project == XOR
    assert ghosts(hand) == []
    assert split(hand) == []


def test_esc_ends_a_drop(hand: Hand) -> None:
    hand.bring("Dense", hand.at(300, 220))
    hand.key(Qt.Key.Key_Escape)
    assert ghosts(hand) == []
    assert hand.project == XOR


def test_a_block_dropped_near_a_free_output_is_wired_to_it(open_canvas: Open) -> None:
    hand = open_canvas(chain(("data", "Input"), ("hidden", "Dense")))
    end = hand.block("hidden").anchor("out")
    width = hand.view.canvas.size(node("relu", "ReLU"))[0]
    near = hand.at(end.x() + 40 + width / 2, end.y() + 20)
    hand.bring("ReLU", near)
    ghost = ghosts(hand)[0]
    assert isinstance(ghost, GhostItem)
    assert ghost.wires == 1
    hand.drop("ReLU", near)
    assert ("hidden", "relu") in hand.edges()
    hand.undo()
    far = hand.at(end.x() + 90 + width / 2, end.y())
    hand.drop("ReLU", far)
    assert hand.edges() == (("data", "hidden"),)


def test_a_block_dropped_before_a_free_input_is_wired_to_it(open_canvas: Open) -> None:
    hand = open_canvas(chain(("hidden", "Dense"), ("loss", "MeanSquaredError")))
    start = hand.block("hidden").anchor("in")
    width = hand.view.canvas.size(node("data", "Input"))[0]
    hand.drop("Input", hand.at(start.x() - 40 - width / 2, start.y()))
    assert hand.edges() == (("hidden", "loss"), ("data", "hidden"))


def test_a_loss_is_not_inserted_into_a_wire(hand: Hand) -> None:
    hand.drop("MeanSquaredError", hand.middle("tanh", "out"))
    assert hand.edges() == XOR.edges
    assert "loss 2" in ids(hand.project.nodes)


# ---- Pan and zoom -------------------------------------------------------------------------------


def test_the_middle_button_pans_and_esc_goes_back(hand: Hand) -> None:
    middle = Qt.MouseButton.MiddleButton
    before = hand.body("out")
    hand.drag(before, before + QPoint(60, -40), middle)
    assert hand.body("out") == before + QPoint(60, -40)
    hand.hold(before, before + QPoint(100, 100), middle)
    hand.key(Qt.Key.Key_Escape)
    hand.release(before, middle)
    assert hand.body("out") == before + QPoint(60, -40)
    assert hand.project == XOR


def test_space_turns_the_left_button_into_a_hand(hand: Hand) -> None:
    taps: list[bool] = []
    hand.view.space_tapped.connect(lambda: taps.append(True))
    before = hand.body("out")
    QTest.keyPress(hand.view, Qt.Key.Key_Space)
    hand.drag(before, before + QPoint(50, 30))
    QTest.keyRelease(hand.view, Qt.Key.Key_Space)
    assert hand.body("out") == before + QPoint(50, 30)
    assert hand.project == XOR
    assert taps == []
    QTest.keyClick(hand.view, Qt.Key.Key_Space)
    assert taps == [True]


def test_the_wheel_zooms_about_the_cursor(hand: Hand) -> None:
    zooms: list[float] = []
    hand.view.zoom_changed.connect(zooms.append)
    at = hand.body("prob")
    under = hand.view.scene_point(QPointF(at))
    hand.wheel(at, 120)
    assert zooms == [pytest.approx(1.197, abs=1e-3)]  # 1.0015 to the power of 120
    away = hand.view.scene_point(QPointF(at)) - under
    assert abs(away.x()) < 1
    assert abs(away.y()) < 1
    hand.wheel(at, -120)
    assert hand.view.zoom == pytest.approx(1.0)


# ---- wires --------------------------------------------------------------------------------------


def test_a_wire_is_selected_by_a_click_and_deleted(hand: Hand) -> None:
    hand.click(hand.middle("tanh", "out"))
    wire = hand.view.canvas.wires["tanh", "out"]
    assert isinstance(wire, WireItem)
    assert wire.isSelected()
    hand.key(Qt.Key.Key_Delete)
    assert ("tanh", "out") not in hand.edges()
    assert len(hand.project.nodes) == 6
    hand.undo()
    assert hand.project == XOR
