"""Wires: an end carried to another port, cut, refused beside the cursor, and drawn by keys."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from ui.canvas.canvas_hand import XOR, Hand, chain, node

from netbuilder.project.analysis import connection_error
from netbuilder.project.model import Project
from netbuilder.ui.canvas.ghost_item import GhostItem
from netbuilder.ui.canvas.graph import legal_ends

Open = Callable[..., Hand]
NOWHERE = QPoint(0, 170)  # from a block to empty canvas


def spread(*edges: tuple[str, str]) -> Project:
    """data, a, b, c side by side with only these wires, and a sum below."""
    project = chain(("data", "Input"), ("a", "Dense"), ("b", "Dense"), ("c", "Dense"))
    nodes = (*project.nodes, node("sum", "Add", 340, 150))
    return Project(nodes=nodes, edges=edges)


def words(hand: Hand) -> str:
    return hand.view.bubble.words


def at_rest(hand: Hand) -> bool:
    canvas = hand.view.canvas
    return (
        not hand.busy()
        and words(hand) == ""
        and not any(isinstance(item, GhostItem) for item in canvas.items())
        and all(b.opacity() == 1 for b in canvas.blocks.values())
        and all(w.opacity() == 1 for w in canvas.wires.values())
    )


# ---- an end taken off its port ----------------------------------------------------------------


def test_the_end_of_a_wire_is_carried_to_another_port_in_one_step(open_canvas: Open) -> None:
    hand = open_canvas(spread(("data", "a")))
    hand.drag(hand.into("a"), hand.into("b"))
    assert hand.edges() == (("data", "b"),)
    assert at_rest(hand)
    hand.undo()
    assert hand.edges() == (("data", "a"),)
    hand.view.document.redo()
    assert hand.edges() == (("data", "b"),)


def test_dropped_on_nothing_the_wire_is_cut(open_canvas: Open) -> None:
    hand = open_canvas(spread(("data", "a")))
    hand.hold(hand.into("a"), hand.into("a") + NOWHERE)
    assert words(hand) == "Let go here to cut the wire"
    assert hand.view.canvas.wires["data", "a"].opacity() < 1
    hand.release(hand.into("a") + NOWHERE)
    assert hand.edges() == ()
    assert hand.messages == []
    assert at_rest(hand)
    hand.undo()
    assert hand.edges() == (("data", "a"),)


def test_esc_puts_the_end_back(open_canvas: Open) -> None:
    hand = open_canvas(spread(("data", "a")))
    hand.hold(hand.into("a"), hand.into("a") + NOWHERE)
    hand.key(Qt.Key.Key_Escape)
    assert at_rest(hand)
    hand.release(hand.into("a") + NOWHERE)
    assert hand.edges() == (("data", "a"),)
    assert hand.view.document.undo_command is None


@pytest.mark.parametrize("away", [QPoint(0, 0), QPoint(1, 1), QPoint(-14, 6)])
def test_dropped_at_its_own_port_again_nothing_happens(open_canvas: Open, away: QPoint) -> None:
    hand = open_canvas(spread(("data", "a")))
    hand.hold(hand.into("a"), hand.into("a") + QPoint(60, 80))
    hand.move(hand.into("a") + away)
    hand.release(hand.into("a") + away)
    assert hand.edges() == (("data", "a"),)
    assert hand.view.document.undo_command is None


def test_a_click_on_a_taken_port_cuts_nothing(open_canvas: Open) -> None:
    hand = open_canvas(spread(("data", "a")))
    hand.click(hand.into("a"))
    assert hand.edges() == (("data", "a"),)
    assert at_rest(hand)


def test_a_moved_end_takes_the_place_of_the_wire_that_is_there(open_canvas: Open) -> None:
    hand = open_canvas(spread(("data", "a"), ("a", "b")))
    hand.hold(hand.into("a"), hand.into("b"))
    assert words(hand) == "Takes the place of the wire from 'a'"
    hand.release(hand.into("b"))
    assert hand.edges() == (("data", "b"),)
    hand.undo()
    assert hand.edges() == (("data", "a"), ("a", "b"))


def test_the_beginning_of_a_selected_wire_is_moved_at_its_output(open_canvas: Open) -> None:
    hand = open_canvas(spread(("data", "a"), ("data", "b")))
    hand.view.set_selection((), [("data", "b")])
    hand.drag(hand.out("data"), hand.out("a"))
    assert hand.edges() == (("data", "a"), ("a", "b"))


def test_without_a_selected_wire_an_output_begins_a_new_one(open_canvas: Open) -> None:
    hand = open_canvas(spread(("data", "a")))
    hand.drag(hand.out("data"), hand.into("b"))
    assert hand.edges() == (("data", "a"), ("data", "b"))


def test_of_several_wires_the_selected_one_is_moved_otherwise_the_newest(open_canvas: Open) -> None:
    hand = open_canvas(spread(("a", "sum"), ("b", "sum")))
    hand.drag(hand.into("sum"), hand.into("c"))
    assert hand.edges() == (("a", "sum"), ("b", "c"))
    hand.undo()
    hand.view.set_selection((), [("a", "sum")])
    hand.drag(hand.into("sum"), hand.into("c"))
    assert hand.edges() == (("b", "sum"), ("a", "c"))


def test_an_end_is_not_moved_into_a_ring(open_canvas: Open) -> None:
    hand = open_canvas(spread(("data", "a"), ("a", "b"), ("b", "c")))
    hand.hold(hand.into("c"), hand.body("a"))
    assert "circle" in words(hand)
    assert hand.block("a").opacity() < 1
    hand.release(hand.body("a"))
    assert hand.edges() == (("data", "a"), ("a", "b"), ("b", "c"))
    assert "circle" in hand.messages[0]
    assert at_rest(hand)


# ---- the reason beside the cursor --------------------------------------------------------------


def test_the_reason_is_told_beside_the_cursor_while_the_button_is_down(open_canvas: Open) -> None:
    hand = open_canvas(spread(("a", "b")))
    hand.hold(hand.out("b"), hand.body("data"))
    assert words(hand) == "'data' is the data and takes no input: it begins the network."
    assert hand.messages == []
    bubble = hand.view.bubble
    away = bubble.pos() - hand.body("data")
    assert abs(away.x()) < 40
    assert abs(away.y()) < 40
    hand.move(hand.body("a"))
    assert words(hand) == "'a' already leads to 'b': the wires would form a circle."
    hand.move(hand.body("c"))
    assert words(hand) == ""
    hand.key(Qt.Key.Key_Escape)
    assert at_rest(hand)


def test_the_bubble_stays_inside_the_canvas(open_canvas: Open) -> None:
    hand = open_canvas(spread())
    bubble, view = hand.view.bubble, hand.view
    for corner in (view.rect().topLeft(), view.rect().bottomRight(), view.rect().topRight()):
        bubble.tell("A sentence of some length that tells why this cannot be.", corner)
        assert view.rect().contains(bubble.geometry())


@pytest.mark.parametrize("side", ["in", "out"])
def test_legal_ends_are_those_without_a_reason_against(side: str) -> None:
    project = spread(("data", "a"), ("a", "b"), ("a", "sum"), ("b", "sum"))
    project = project.with_(nodes=(*project.nodes, node("loss", "MeanSquaredError")))
    for n in project.nodes:
        others = [o.id for o in project.nodes if o.id != n.id]
        wanted = {
            o
            for o in others
            if connection_error(project, *((n.id, o) if side == "out" else (o, n.id))) is None
        }
        assert legal_ends(project, n.id, side) == wanted


# ---- by keys -------------------------------------------------------------------------------------


def test_w_and_enter_connect_to_the_nearest_free_block(open_canvas: Open) -> None:
    hand = open_canvas(spread(("data", "a")))
    hand.view.select(("a",))
    hand.key(Qt.Key.Key_W)
    assert hand.view.wiring_by_keys
    assert words(hand).startswith("a → b")
    assert hand.block("data").opacity() < 1
    hand.key(Qt.Key.Key_Return)
    assert hand.edges() == (("data", "a"), ("a", "b"))
    assert at_rest(hand)
    assert hand.chosen() == ("a",)
    hand.undo()
    assert hand.edges() == (("data", "a"),)


def test_arrows_and_tab_choose_another_end_and_go_round(open_canvas: Open) -> None:
    hand = open_canvas(spread())
    hand.view.select(("data",))
    hand.key(Qt.Key.Key_W)
    seen = [words(hand).split("\n")[0]]
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Tab, Qt.Key.Key_Right):
        hand.key(key)
        seen.append(words(hand).split("\n")[0])
    assert sorted(seen[:4]) == ["data → a", "data → b", "data → c", "data → sum"]
    assert seen[4] == seen[0]
    hand.key(Qt.Key.Key_Left)
    assert words(hand).split("\n")[0] == seen[3]
    hand.key(Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert words(hand).split("\n")[0] == seen[2]
    hand.key(Qt.Key.Key_Enter)
    assert hand.edges() == (("data", seen[2].split(" → ")[1]),)


def test_esc_leaves_off_and_keeps_the_selection(open_canvas: Open) -> None:
    hand = open_canvas(spread())
    hand.view.select(("a",))
    hand.key(Qt.Key.Key_W)
    hand.key(Qt.Key.Key_Right)
    hand.key(Qt.Key.Key_Escape)
    assert at_rest(hand)
    assert hand.chosen() == ("a",)
    assert hand.view.document.undo_command is None


def test_other_keys_do_nothing_meanwhile(open_canvas: Open) -> None:
    hand = open_canvas(spread())
    hand.view.select(("a",))
    hand.key(Qt.Key.Key_W)
    for key in (Qt.Key.Key_Delete, Qt.Key.Key_F2, Qt.Key.Key_W, Qt.Key.Key_Slash):
        hand.key(key)
    assert hand.view.wiring_by_keys
    assert hand.project.has("a")


def test_the_mouse_ends_it(open_canvas: Open) -> None:
    hand = open_canvas(spread())
    hand.view.select(("a",))
    hand.key(Qt.Key.Key_W)
    hand.move(hand.body("c"))
    assert hand.view.wiring_by_keys
    hand.click(hand.body("b"))
    assert at_rest(hand)
    assert hand.chosen() == ("b",)
    assert hand.edges() == ()


def test_a_loss_is_wired_backwards(open_canvas: Open) -> None:
    project = spread(("data", "a"))
    project = project.with_(nodes=(*project.nodes, node("loss", "MeanSquaredError", 680)))
    hand = open_canvas(project)
    hand.view.select(("loss",))
    hand.key(Qt.Key.Key_W)
    assert words(hand).startswith("c → loss")
    hand.key(Qt.Key.Key_Return)
    assert hand.edges() == (("data", "a"), ("c", "loss"))


def test_what_gives_way_is_told_first(hand: Hand) -> None:
    hand.view.select(("data",))
    hand.key(Qt.Key.Key_W)
    assert words(hand).startswith("data → tanh, instead of the wire from 'hidden'")


def test_without_a_block_or_without_an_end_it_says_why(open_canvas: Open) -> None:
    hand = open_canvas(XOR)
    hand.key(Qt.Key.Key_W)
    assert "Tab" in hand.messages[-1]
    alone = open_canvas(Project(nodes=(node("data", "Input"),)))
    alone.view.select(("data",))
    alone.key(Qt.Key.Key_W)
    assert alone.messages == ["There is no block to which 'data' could be wired."]
    assert not alone.busy()


def test_a_change_of_the_document_ends_it(open_canvas: Open) -> None:
    hand = open_canvas(spread())
    hand.view.append("Tanh")
    hand.view.select(("a",))
    hand.key(Qt.Key.Key_W)
    hand.undo()
    assert at_rest(hand)


def test_a_whole_network_is_built_and_wired_without_a_mouse(open_canvas: Open) -> None:
    hand = open_canvas(Project())
    for name in ("data", "dense", "tanh", "dense", "sigmoid", "bce"):
        QTest.keyClicks(hand.view, "/")
        field = hand.view.focusWidget()
        assert field is not None
        assert field.objectName() == "quick_add.field"
        QTest.keyClicks(field, name)
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert hand.view.hasFocus()
    ids = [n.id for n in hand.project.nodes]
    assert ids == ["data", "dense", "tanh", "dense 2", "sigmoid", "loss"]
    assert hand.edges() == tuple(itertools.pairwise(ids))
    # A shortcut past the hidden layer, by keys alone: one Tab selects the first block.
    hand.view.select(())
    hand.key(Qt.Key.Key_Tab)
    assert hand.chosen() == ("data",)
    hand.key(Qt.Key.Key_W)
    while not words(hand).startswith("data → dense 2"):
        hand.key(Qt.Key.Key_Right)
    hand.key(Qt.Key.Key_Return)
    assert ("data", "dense 2") in hand.edges()
    assert ("tanh", "dense 2") not in hand.edges()
