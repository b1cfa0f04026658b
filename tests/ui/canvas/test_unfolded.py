"""Layers that show their neurons, on the canvas alone: by real mouse and keys."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from ui.canvas.canvas_hand import XOR, Hand, chain

from netbuilder.engine.layers.dense import Dense
from netbuilder.project import codec
from netbuilder.project.analysis import analyse
from netbuilder.project.commands import AddNode, RemoveNodes, Rename, SetParameter
from netbuilder.project.model import Node, Project
from netbuilder.ui.canvas.unfolded_item import Spot, UnfoldedItem
from netbuilder.ui.canvas.unfolded_layout import SHOWN
from netbuilder.ui.theme import theme

CLOSE = XOR.with_(
    nodes=tuple(
        msgspec.structs.replace(n, position=(150.0 * k - 400.0, 0.0))
        for k, n in enumerate(XOR.nodes)
    )
)
W = np.array([[0.5, -1.0, 0.25, 2.0], [-0.42, 0.1, 1.5, -0.7]])
B = np.array([0.0, 0.3, -0.2, 1.0])


@pytest.fixture
def hand(open_canvas: Callable[..., Hand]) -> Hand:
    """A canvas on the XOR network, its blocks close together."""
    return open_canvas(CLOSE)


@pytest.fixture
def unfolded(hand: Hand) -> Hand:
    """XOR with its first layer unfolded and its weights known."""
    hand.view.unfolding.set_unfolded(("hidden",), True)
    item = inside(hand)
    item.set_sources(("x1", "x2"))
    item.set_weights(W, B)
    settle()
    return hand


def settle() -> None:
    QApplication.processEvents()


def inside(hand: Hand, name: str = "hidden") -> UnfoldedItem:
    item = hand.block(name).neurons
    assert item is not None
    return item


def shown(hand: Hand) -> tuple[str, ...]:
    return hand.view.unfolding.unfolded


def chevron(hand: Hand, name: str) -> QPoint:
    return hand.view.mapFromScene(hand.block(name).chevron.center())


def cell(hand: Hand, unit: int, name: str = "hidden") -> QPoint:
    item = inside(hand, name)
    return hand.view.mapFromScene(item.mapToScene(item.plan.cell(unit).center()))


def on_line(hand: Hand, source: int, unit: int, share: float = 0.2) -> QPoint:
    item = inside(hand)
    return hand.view.mapFromScene(
        item.mapToScene(item.plan.curves[source, unit].pointAtPercent(share))
    )


def overlapping(hand: Hand) -> list[tuple[str, str]]:
    blocks = hand.view.canvas.blocks
    return [
        (a, b)
        for a, b in itertools.combinations(blocks, 2)
        if blocks[a].card_rect().intersects(blocks[b].card_rect())
    ]


# ---- unfolding and folding -----------------------------------------------------------------------


def by_chevron(hand: Hand) -> None:
    hand.click(chevron(hand, "hidden"))


def by_double_click(hand: Hand) -> None:
    at = hand.at(hand.block("hidden").x(), hand.block("hidden").card_rect().bottom() - 20)
    QTest.mouseDClick(hand.view.viewport(), Qt.MouseButton.LeftButton, pos=at)


def by_key(hand: Hand) -> None:
    hand.view.select(("hidden",))
    hand.key(Qt.Key.Key_U)


@pytest.mark.parametrize("way", [by_chevron, by_double_click, by_key])
def test_a_layer_unfolds_and_folds(hand: Hand, way: Callable[[Hand], None]) -> None:
    before = codec.dumps(hand.project)
    way(hand)
    assert shown(hand) == ("hidden",)
    assert inside(hand).plan.units == 4
    assert overlapping(hand) == []
    assert hand.block("hidden").size[1] > 150
    if way is by_double_click:  # not on a line, which it would edit
        way(hand)
    else:
        way(hand)
    assert shown(hand) == ()
    assert codec.dumps(hand.project) == before
    assert not hand.busy()


def test_what_has_no_neurons_has_no_chevron(hand: Hand) -> None:
    assert hand.block("tanh").chevron.isEmpty()
    hand.view.select(("tanh",))
    hand.key(Qt.Key.Key_U)
    assert shown(hand) == ()
    assert "Select a Dense block" in hand.messages[-1]


def test_a_layer_without_input_cannot_unfold_and_one_that_loses_it_folds(unfolded: Hand) -> None:
    hand = unfolded
    hand.view.document.push(RemoveNodes((), (("data", "hidden"),)))
    hand.view.set_analysis(analyse(hand.project))
    assert shown(hand) == ()
    assert hand.block("hidden").chevron.isEmpty()
    hand.undo()
    hand.view.set_analysis(analyse(hand.project))
    assert shown(hand) == ("hidden",)


def test_the_room_is_one_step_and_undo_folds(unfolded: Hand) -> None:
    hand = unfolded
    moved = {n.id: n.position for n in hand.project.nodes}
    before = {n.id: n.position for n in CLOSE.nodes}
    assert moved["data"] == before["data"]
    assert moved["loss"][0] > before["loss"][0]
    command = hand.view.document.undo_command
    assert command is not None
    assert command.text == "Unfold hidden"
    hand.undo()
    assert shown(hand) == ()
    assert {n.id: n.position for n in hand.project.nodes} == before
    hand.view.document.redo()
    assert shown(hand) == ("hidden",)
    assert {n.id: n.position for n in hand.project.nodes} == moved
    hand.click(chevron(hand, "hidden"))
    assert {n.id: n.position for n in hand.project.nodes} == before


def test_folding_after_other_work_is_a_step_of_its_own(unfolded: Hand) -> None:
    hand = unfolded
    hand.view.document.push(SetParameter("out", "units", 2))
    hand.view.document.seal()
    hand.view.unfolding.fold_all()
    assert hand.view.document.undo_command is not None
    assert hand.view.document.undo_command.text == "Fold hidden"
    assert [n.position for n in hand.project.nodes] == [n.position for n in CLOSE.nodes]
    hand.undo()
    assert shown(hand) == ("hidden",)
    assert overlapping(hand) == []


def test_all_unfold_and_each_folds_alone(hand: Hand) -> None:
    hand.view.unfolding.unfold_all()
    assert shown(hand) == ("hidden", "out")
    assert overlapping(hand) == []
    hand.click(chevron(hand, "hidden"))
    assert shown(hand) == ("out",)
    assert overlapping(hand) == []
    hand.click(chevron(hand, "out"))
    assert [n.position for n in hand.project.nodes] == [n.position for n in CLOSE.nodes]


def test_an_unfolded_block_is_moved_renamed_and_resized(unfolded: Hand) -> None:
    hand = unfolded
    at = hand.view.mapFromScene(hand.block("hidden").card_rect().topLeft() + QPointF(40, 40))
    start = hand.project.node("hidden").position
    hand.drag(at, at + QPoint(0, 120))
    assert hand.project.node("hidden").position[1] > start[1] + 50
    hand.view.document.push(Rename("hidden", "first"))
    hand.view.set_analysis(analyse(hand.project))
    assert shown(hand) == ("first",)
    hand.view.document.push(SetParameter("first", "units", 6))
    hand.view.set_analysis(analyse(hand.project))
    assert inside(hand, "first").plan.units == 6
    assert inside(hand, "first").weights is None


def test_more_units_make_room_in_the_same_step(unfolded: Hand, qtbot: QtBot) -> None:
    hand = unfolded
    document = hand.view.document
    height = hand.block("hidden").size[1]
    x, y = hand.project.node("hidden").position
    document.push(AddNode(Node("below", Dense(units=2), (x, y + height / 2 + 60))))
    hand.view.set_analysis(analyse(hand.project))
    qtbot.wait(20)
    assert overlapping(hand) == []
    before = codec.dumps(hand.project)
    for units in (6, 8):  # as an arrow that is held: both are one step
        document.push(SetParameter("hidden", "units", units))
        hand.view.set_analysis(analyse(hand.project))
        qtbot.wait(20)
    assert hand.block("hidden").size[1] > height
    assert overlapping(hand) == []
    after = codec.dumps(hand.project)
    document.undo()
    hand.view.set_analysis(analyse(hand.project))
    qtbot.wait(20)
    assert codec.dumps(hand.project) == before
    document.redo()
    hand.view.set_analysis(analyse(hand.project))
    qtbot.wait(20)
    assert codec.dumps(hand.project) == after
    assert overlapping(hand) == []


def test_dragging_on_a_neuron_moves_the_block_and_esc_brings_it_back(unfolded: Hand) -> None:
    hand = unfolded
    start = hand.project.node("hidden").position
    at = cell(hand, 2)
    hand.hold(at, at + QPoint(0, 90))
    assert hand.busy()
    hand.key(Qt.Key.Key_Escape)
    hand.release(at + QPoint(0, 90))
    settle()
    assert hand.project.node("hidden").position == start
    assert not hand.view.unfolding.hand.editor.is_open


def test_large_layers_show_a_part_and_say_how_many_are_hidden(
    open_canvas: Callable[..., Hand],
) -> None:
    project = chain(("data", "Input"), ("one", "Dense"), ("two", "Dense"))
    nodes = tuple(
        msgspec.structs.replace(n, operation=Dense(units=32)) if n.id != "data" else n
        for n in project.nodes
    )
    hand = open_canvas(project.with_(nodes=nodes))
    hand.view.unfolding.unfold_all()
    first, second = inside(hand, "one"), inside(hand, "two")
    assert (first.plan.rows, first.plan.columns) == (SHOWN, 2)
    assert first.more() == ("", "… 24 more")
    assert second.more() == ("… 24 more", "… 24 more")
    second.set_weights(np.ones((32, 32)), np.ones(32))
    assert second.weights is not None
    assert second.weights.shape == (SHOWN, SHOWN)


def test_three_hundred_units_still_paint(open_canvas: Callable[..., Hand]) -> None:
    node = Node("wide", Dense(units=300), (200.0, 0.0))
    project = chain(("data", "Input")).with_()
    project = Project(nodes=(*project.nodes, node), edges=(("data", "wide"),))
    hand = open_canvas(project)
    hand.view.unfolding.unfold_all()
    inside(hand, "wide").set_maps(np.random.default_rng(0).normal(size=(300, 24, 24)))
    assert not hand.view.grab().isNull()
    assert inside(hand, "wide").image(SHOWN) is None


# ---- pointing ------------------------------------------------------------------------------------


def test_a_line_tells_its_weight(unfolded: Hand) -> None:
    hand = unfolded
    hand.move(on_line(hand, 1, 0))
    told = hand.view.unfolding.hand.card.told
    assert told is not None
    assert told.title == "w (x2 → 1) = \N{MINUS SIGN}0.42"
    assert told.lines == ("negative",)
    assert inside(hand).hot == Spot(0, 1)
    hand.move(hand.at(hand.block("hidden").x(), -260))
    assert hand.view.unfolding.hand.card.told is None
    assert inside(hand).hot is None


def test_a_neuron_shows_its_map_large_with_axes_and_bias(unfolded: Hand) -> None:
    hand = unfolded
    z = np.linspace(-1, 1, 24 * 24).reshape(24, 24)
    inside(hand).set_maps(np.stack([z, -z, z * 10, np.full_like(z, np.nan)]))
    hand.view.unfolding.hand.set_axes(("width", "height"), (-6.0, 6.0, -5.0, 5.0))
    hand.move(cell(hand, 1))
    told = hand.view.unfolding.hand.card.told
    assert told is not None
    assert told.title == "Unit 2 of hidden"
    assert "b (2) = 0.3" in told.lines
    assert told.axes == ("width", "height")
    assert told.ends == ("\N{MINUS SIGN}6", "6", "\N{MINUS SIGN}5", "5")
    # z grows with y: the first unit is blue at the top and orange at the foot.
    image = inside(hand).image(0)
    assert image is not None
    top, foot = image.pixelColor(12, 0), image.pixelColor(12, 23)
    assert top.blue() > top.red()
    assert foot.red() > foot.blue()
    # Each unit has its own scale, so ten times as large looks the same; NaN is neutral.
    tenfold, nothing = inside(hand).image(2), inside(hand).image(3)
    assert tenfold == image
    assert nothing is not None
    assert nothing.pixelColor(3, 3) == nothing.pixelColor(20, 20)
    assert not hand.view.unfolding.hand.card.grab().isNull()


def test_lines_tell_sign_by_dash_and_size_by_width(unfolded: Hand) -> None:
    lines = inside(unfolded)._lines
    assert {line.style() == Qt.PenStyle.SolidLine for line, _ in lines} == {True, False}
    for line, _ in lines:
        positive = line.color().name() == theme().current.positive
        assert (line.style() == Qt.PenStyle.SolidLine) == positive
    widths = [line.widthF() for line, _ in lines]
    assert max(widths) > 4 * min(widths)


def test_colours_follow_the_theme(unfolded: Hand) -> None:
    inside(unfolded).set_maps(np.ones((4, 24, 24)))
    light = inside(unfolded).image(0)
    assert light is not None
    before = light.pixelColor(5, 5)
    theme().set_mode("dark")
    dark = inside(unfolded).image(0)
    assert dark is not None
    assert dark.pixelColor(5, 5) != before


# ---- editing -------------------------------------------------------------------------------------


def typed(hand: Hand, text: str, key: Qt.Key) -> list[tuple[str, object, float]]:
    """What is asked for when this is typed into the open field."""
    asked: list[tuple[str, object, float]] = []
    hand.view.unfolding.hand.weight_set.connect(lambda *wish: asked.append(wish))
    field = hand.view.unfolding.hand.editor.field
    assert field.hasFocus()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, key)
    return asked


def test_a_click_on_a_line_opens_its_weight(unfolded: Hand) -> None:
    hand = unfolded
    hand.click(on_line(hand, 1, 0))
    settle()
    editor = hand.view.unfolding.hand.editor
    assert editor.is_open
    assert hand.chosen() == ("hidden",)
    assert editor.field.text() == "-0.42"
    assert editor.field.accessibleName() == "w (x2 → 1) of hidden"
    assert typed(hand, "0.75", Qt.Key.Key_Return) == [("hidden", Spot(0, 1), 0.75)]
    assert not editor.is_open
    assert hand.view.hasFocus()


def test_a_click_on_a_neuron_opens_its_bias(unfolded: Hand) -> None:
    hand = unfolded
    hand.click(cell(hand, 3))
    settle()
    assert hand.view.unfolding.hand.editor.field.text() == "1"
    assert typed(hand, "-2", Qt.Key.Key_Return) == [("hidden", Spot(3), -2.0)]


def test_esc_leaves_the_weight_as_it_was(unfolded: Hand) -> None:
    hand = unfolded
    hand.click(cell(hand, 3))
    settle()
    assert typed(hand, "77", Qt.Key.Key_Escape) == []
    assert not hand.view.unfolding.hand.editor.is_open


def test_steps_tell_each_number(unfolded: Hand) -> None:
    hand = unfolded
    hand.click(cell(hand, 0))
    settle()
    asked: list[float] = []
    hand.view.unfolding.hand.weight_set.connect(lambda _n, _s, value: asked.append(value))
    field = hand.view.unfolding.hand.editor.field
    QTest.keyClick(field, Qt.Key.Key_Up)
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert asked == [0.1, 0.2]


@pytest.mark.parametrize("text", ["abc", "1e9"])
def test_a_number_that_cannot_be_stays_marked(unfolded: Hand, text: str) -> None:
    hand = unfolded
    hand.click(cell(hand, 0))
    settle()
    assert typed(hand, text, Qt.Key.Key_Return) == []
    editor = hand.view.unfolding.hand.editor
    assert editor.is_open
    assert editor.field.property("invalid")
    hand.click(hand.at(0, -250))  # going elsewhere drops it
    assert not editor.is_open


def test_unknown_weights_say_why_they_cannot_be_edited(hand: Hand) -> None:
    hand.view.unfolding.set_unfolded(("hidden",), True)
    hand.click(cell(hand, 0))
    settle()
    assert "drawn when the network is complete" in hand.messages[-1]
    inside(hand).set_weights(W, None)
    hand.click(cell(hand, 0))
    settle()
    assert "has no biases" in hand.messages[-1]


def test_a_double_click_on_a_neuron_does_not_fold(unfolded: Hand) -> None:
    hand = unfolded
    at = cell(hand, 1)
    hand.click(at)
    QTest.mouseDClick(hand.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    settle()
    assert shown(hand) == ("hidden",)


# ---- keys ----------------------------------------------------------------------------------------


def test_keys_walk_inside_and_edit(unfolded: Hand) -> None:
    hand = unfolded
    place = hand.project.node("hidden").position
    neurons = hand.view.unfolding.hand
    hand.view.select(("hidden",))
    hand.key(Qt.Key.Key_Return)
    assert neurons.inside == ("hidden", Spot(0))
    assert "Unit 1 of hidden" in hand.view.accessibleDescription()
    hand.key(Qt.Key.Key_Down)
    hand.key(Qt.Key.Key_Left)
    assert neurons.inside == ("hidden", Spot(1, 0))
    assert "w (x1 → 2) = \N{MINUS SIGN}1" in hand.view.accessibleDescription()
    hand.key(Qt.Key.Key_Down)
    hand.key(Qt.Key.Key_Down)  # the last one already
    assert neurons.inside == ("hidden", Spot(1, 1))
    hand.key(Qt.Key.Key_Return)
    assert typed(hand, "0.9", Qt.Key.Key_Return) == [("hidden", Spot(1, 1), 0.9)]
    assert neurons.inside == ("hidden", Spot(1, 1))  # still there
    hand.key(Qt.Key.Key_Right)
    assert neurons.inside == ("hidden", Spot(1))
    hand.key(Qt.Key.Key_Escape)
    assert neurons.inside is None
    assert hand.chosen() == ("hidden",)
    assert hand.project.node("hidden").position == place  # the arrows have not moved the block
    hand.key(Qt.Key.Key_Down)
    assert hand.project.node("hidden").position != place


def test_tab_leaves_the_inside(unfolded: Hand) -> None:
    hand = unfolded
    hand.view.select(("hidden",))
    hand.key(Qt.Key.Key_Return)
    hand.key(Qt.Key.Key_Tab)
    assert hand.view.unfolding.hand.inside is None
    assert hand.chosen() == ("tanh",)
    assert hand.view.unfolding.hand.card.told is None


def test_deleting_an_unfolded_block_leaves_nothing_behind(unfolded: Hand) -> None:
    hand = unfolded
    hand.view.select(("hidden",))
    hand.key(Qt.Key.Key_Return)
    hand.view.delete_selection()
    assert shown(hand) == ()
    assert hand.view.unfolding.hand.inside is None
    hand.undo()
    assert shown(hand) == ()
    hand.undo()  # of the unfolding, whose block is folded already
    assert [n.position for n in hand.project.nodes] == [n.position for n in CLOSE.nodes]


def test_the_map_of_a_neuron_fits_into_a_small_canvas(unfolded: Hand) -> None:
    hand = unfolded
    inside(hand).set_maps(np.ones((4, 24, 24)))
    card, told = hand.view.unfolding.hand.card, hand.view.unfolding.hand.told("hidden", Spot(0))
    heights = []
    for height in (600, 260, 120):
        hand.view.resize(900, height)
        settle()
        card.tell(told, QRect(100, height // 2, 20, 20))
        heights.append(card.height())
        assert hand.view.rect().contains(card.geometry())
        assert not card.grab().isNull()
    assert heights[0] > heights[1] > heights[2]
