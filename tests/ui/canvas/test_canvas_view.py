"""What the canvas shows, and what it does besides mouse gestures."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget
from pytestqt.qtbot import QtBot
from ui.canvas.canvas_hand import XOR, Hand, chain, ids, node

from netbuilder.declare import registry
from netbuilder.engine.operation import Operation
from netbuilder.project.analysis import analyse
from netbuilder.project.commands import AddNode, Connect, Rename, SetParameter
from netbuilder.project.document import Document
from netbuilder.project.model import Node, Project
from netbuilder.project.problems import Analysis, Problem
from netbuilder.ui.canvas import CanvasView
from netbuilder.ui.canvas.block_item import bar_fraction
from netbuilder.ui.canvas.graph import walk
from netbuilder.ui.theme import theme

Open = Callable[..., Hand]
SHIFT = Qt.KeyboardModifier.ShiftModifier


def editor(hand: Hand) -> QLineEdit:
    found = hand.view.findChild(QLineEdit, "canvas.rename")
    assert isinstance(found, QLineEdit)
    return found


# ---- what blocks say -----------------------------------------------------------------------------


def test_a_block_shows_name_shapes_and_parameters(hand: Hand) -> None:
    facts = hand.block("hidden").facts
    assert facts.name == "hidden"
    assert facts.subtitle == "Dense · 2 → 4"
    assert facts.detail == "12 parameters"  # 2 * 4 weights and 4 biases
    assert hand.block("tanh").facts.subtitle == "Tanh · 4 → 4"
    assert hand.block("loss").facts.subtitle == "BCE · 4 → J"


def test_unknown_shapes_are_said_to_be_unknown(open_canvas: Open) -> None:
    hand = open_canvas(Project(nodes=(node("relu", "ReLU"),)))
    assert hand.block("relu").facts.subtitle == "ReLU · ? → ?"


def test_the_data_block_shows_the_dataset(hand: Hand) -> None:
    hand.view.set_dataset_label("Spiral", 300)
    assert hand.block("data").facts.subtitle == "Spiral · 2 features"
    assert hand.block("data").facts.detail == "300 points"


def test_new_shapes_appear_with_a_new_analysis(hand: Hand) -> None:
    hand.view.document.push(SetParameter("hidden", "units", 7))
    hand.view.set_analysis(analyse(hand.project))
    assert hand.block("hidden").facts.subtitle == "Dense · 2 → 7"
    assert hand.block("hidden").facts.detail == "21 parameters"
    assert hand.block("tanh").facts.subtitle == "Tanh · 7 → 7"


def test_problems_are_marked_on_block_and_wire(hand: Hand) -> None:
    on_block = Problem(
        code="x", template="'{node}' <is> wrong.", fields={"node": "out"}, node="out"
    )
    on_wire = Problem(code="y", template="Cut this.", edge=("tanh", "out"))
    hand.view.set_analysis(Analysis(problems=(on_block, on_wire)))
    assert hand.block("out").facts.level == "error"
    assert "'out' &lt;is&gt; wrong." in hand.block("out").toolTip().replace("&#x27;", "'")
    assert hand.view.canvas.wires["tanh", "out"].toolTip() == "Cut this."
    bounds = hand.block("out").boundingRect()
    hand.view.set_analysis(Analysis())
    assert hand.block("out").facts.level == ""
    assert bounds.height() > hand.block("out").boundingRect().height()  # the words below are gone
    assert hand.view.canvas.wires["tanh", "out"].toolTip() == ""


@pytest.mark.parametrize(
    ("norm", "fraction"),
    [
        (0.0, 0.0),
        (1e-6, 0.0),
        (1e-9, 0.0),
        (10.0, 1.0),
        (1e4, 1.0),
        (float("nan"), 1.0),
        (float("inf"), 1.0),
        (10**-2.5, 0.5),  # half-way between the decades -6 and 1
    ],
)
def test_the_gradient_bar_is_logarithmic(norm: float, fraction: float) -> None:
    assert bar_fraction(norm) == pytest.approx(fraction)


def test_gradients_come_and_go(hand: Hand) -> None:
    hand.view.set_gradients({"hidden": 10**-2.5})
    assert hand.block("hidden").marks.gradient == pytest.approx(0.5)
    assert hand.block("out").marks.gradient is None  # a run that does not know it
    hand.view.set_gradients(None)
    assert hand.block("hidden").marks.gradient is None


def test_the_bar_has_the_colour_of_the_layer(hand: Hand) -> None:
    hand.view.set_layer_colours({"hidden": "#ff0000"})
    hand.view.set_gradients({"hidden": 10.0})
    image = hand.view.grab().toImage()
    x = hand.body("hidden").x()
    rows = range(hand.body("hidden").y(), hand.body("hidden").y() + 60)
    assert any(image.pixelColor(x, y).name() == "#ff0000" for y in rows)


def test_a_toy_activation_is_drawn_by_its_own_curve(open_canvas: Open, toy: str) -> None:
    hand = open_canvas(chain(("data", "Input"), ("toy", toy)))
    assert hand.block("toy").facts.subtitle == "Toy bump · 2 → 2"
    image = hand.view.grab().toImage()
    green = theme().current.kinds["activation"]
    box = hand.block("toy").card_rect()
    top, bottom = hand.view.mapFromScene(box.topLeft()), hand.view.mapFromScene(box.bottomRight())
    columns = {
        x
        for x in range(top.x() + 5, bottom.x() - 5)
        for y in range(top.y() + 40, bottom.y() - 5)
        if image.pixelColor(x, y).name() == green
    }
    assert len(columns) > 20


@pytest.fixture
def toy() -> Iterator[str]:
    """An activation from outside the package: h = z^2."""
    from typing import Any, ClassVar

    import numpy as np

    from netbuilder.declare import register, unregister
    from netbuilder.engine.activation import Activation
    from netbuilder.engine.operation import Array, Builder, Call

    @register
    class ToyBump(Activation, frozen=True):
        title: ClassVar[str] = "Toy bump"

        def forward(self, build: Builder, z: Any, h: Array) -> list[Call]:
            return [build.bind(np.multiply, z, z, h)]

        def derivative(self, build: Builder, z: Any, h: Array, out: Array) -> list[Call]:
            return [build.bind(np.multiply, z, build.scalar(2.0), out)]

    yield "ToyBump"
    unregister(ToyBump)


# ---- following the document ----------------------------------------------------------------------


def test_a_rename_keeps_item_selection_and_wires(hand: Hand) -> None:
    hand.view.select(("tanh",))
    item = hand.block("tanh")
    hand.view.document.push(Rename("tanh", "squash"))
    assert hand.block("squash") is item
    assert hand.chosen() == ("squash",)
    assert hand.selections[-1] == ("squash",)
    assert ("hidden", "squash") in hand.view.canvas.wires
    hand.drag(hand.out("squash"), hand.body("loss"))  # the port knows its new name
    assert ("squash", "loss") in hand.edges()
    hand.undo()
    hand.undo()
    assert hand.block("tanh") is item


def test_unchanged_blocks_keep_their_items(hand: Hand) -> None:
    before = dict(hand.view.canvas.blocks)
    hand.view.append("ReLU")
    hand.undo()
    assert hand.view.canvas.blocks == before


def test_another_document_is_shown_whole(hand: Hand) -> None:
    other = chain(("data", "Input"), ("a", "Dense"))
    hand.view.select_all()
    hand.view.document.load(other, None)
    assert list(hand.view.canvas.blocks) == ["data", "a"]
    assert list(hand.view.canvas.wires) == [("data", "a")]
    assert hand.chosen() == ()


def test_a_block_of_another_type_under_the_same_name_is_a_new_block(hand: Hand) -> None:
    nodes = tuple(node("tanh", "ReLU", 340) if n.id == "tanh" else n for n in XOR.nodes)
    hand.view.document.load(XOR.with_(nodes=nodes), None)
    hand.view.set_analysis(analyse(hand.project))
    assert hand.block("tanh").facts.subtitle == "ReLU · 4 → 4"
    assert len(hand.view.canvas.wires) == 5


# ---- appending -----------------------------------------------------------------------------------


def test_blocks_appended_one_after_another_form_a_network(open_canvas: Open) -> None:
    hand = open_canvas(Project())
    for kind in ("Input", "Dense", "Tanh", "Dense", "Sigmoid", "BinaryCrossEntropy"):
        hand.view.append(kind)
    names = ["data", "dense", "tanh", "dense 2", "sigmoid", "loss"]
    assert ids(hand.project.nodes) == names
    assert hand.edges() == tuple(itertools.pairwise(names))
    rects = [hand.block(n).card_rect() for n in names]
    for left, right in itertools.pairwise(rects):
        assert right.left() - left.right() >= 20
        assert right.center().y() == left.center().y()
    assert hand.chosen() == ("loss",)
    assert hand.messages == []
    shown = hand.view.mapToScene(hand.view.viewport().rect()).boundingRect()
    assert shown.contains(hand.block("loss").card_rect())


def test_a_block_is_appended_behind_the_selected_one_into_its_wire(hand: Hand) -> None:
    hand.view.select(("tanh",))
    hand.view.append("Dense")
    assert ("tanh", "dense") in hand.edges()
    assert ("dense", "out") in hand.edges()
    assert ("tanh", "out") not in hand.edges()
    assert hand.project.node("loss").position[0] > 850  # it gave way
    hand.undo()
    assert hand.project == XOR


def test_a_block_appended_to_a_finished_network_goes_before_the_loss(hand: Hand) -> None:
    hand.view.append("ReLU")
    assert hand.edges()[-2:] == (("prob", "relu"), ("relu", "loss"))


def test_a_block_appended_to_a_branch_serves_all_that_follow(hand: Hand) -> None:
    document = hand.view.document
    document.push(AddNode(node("side", "Dense", 340, 200)))
    document.push(Connect("hidden", "side"))
    hand.view.select(("hidden",))
    hand.view.append("ReLU")
    assert ("hidden", "relu") in hand.edges()
    assert {b for a, b in hand.edges() if a == "relu"} == {"tanh", "side"}
    assert hand.project.outputs_of("hidden") == ("relu",)


def test_data_are_put_in_front(open_canvas: Open) -> None:
    hand = open_canvas(chain(("hidden", "Dense"), ("loss", "MeanSquaredError")))
    hand.view.append("Input")
    assert ("data", "hidden") in hand.edges()
    assert hand.project.node("data").position[0] < hand.project.node("hidden").position[0] - 100


@pytest.mark.parametrize("kind", ["Input", "MeanSquaredError"])
def test_a_second_data_block_or_loss_is_refused_in_words(hand: Hand, kind: str) -> None:
    hand.view.append(kind)
    assert hand.project is XOR
    assert len(hand.messages) == 1
    assert "already" in hand.messages[0]


# ---- deleting and duplicating --------------------------------------------------------------------


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_Backspace])
def test_a_deleted_block_leaves_a_whole_chain(hand: Hand, key: Qt.Key) -> None:
    hand.click(hand.body("tanh"))
    hand.key(key)
    assert "tanh" not in ids(hand.project.nodes)
    assert ("hidden", "out") in hand.edges()
    assert hand.chosen() == ()
    assert hand.selections[-1] == ()
    hand.undo()
    assert hand.project == XOR


def test_everything_deleted_brings_the_first_words_back(hand: Hand) -> None:
    empty = hand.view.findChild(QWidget, "canvas.empty")
    hint = hand.view.findChild(QWidget, "canvas.hint")
    assert isinstance(empty, QWidget)
    assert isinstance(hint, QWidget)
    assert (empty.isVisible(), hint.isVisible()) == (False, True)
    hand.view.select_all()
    hand.view.delete_selection()
    assert hand.project.nodes == ()
    assert (empty.isVisible(), hint.isVisible()) == (True, False)
    hand.undo()
    assert not empty.isVisible()


def test_a_duplicate_is_wired_like_its_original_and_selected(hand: Hand) -> None:
    hand.view.select(("hidden", "tanh"))
    hand.view.duplicate_selection()
    assert hand.chosen() == ("hidden 2", "tanh 2")
    assert hand.edges() == (*XOR.edges, ("hidden 2", "tanh 2"))
    assert hand.project.node("hidden 2").operation == XOR.node("hidden").operation
    assert not hand.block("hidden 2").card_rect().intersects(hand.block("hidden").card_rect())
    hand.undo()
    assert hand.project == XOR


def test_the_data_block_is_not_duplicated(hand: Hand) -> None:
    hand.view.select(("data",))
    hand.view.duplicate_selection()
    assert hand.project is XOR
    assert len(hand.messages) == 1


# ---- renaming ------------------------------------------------------------------------------------


def test_f2_renames_and_enter_keeps_the_name(hand: Hand) -> None:
    hand.view.select(("tanh",))
    hand.key(Qt.Key.Key_F2)
    assert editor(hand).isVisible()
    QTest.keyClicks(editor(hand), "squash")
    QTest.keyClick(editor(hand), Qt.Key.Key_Return)
    assert not editor(hand).isVisible()
    assert hand.project.has("squash")
    assert hand.chosen() == ("squash",)
    assert hand.view.hasFocus()


def test_esc_keeps_the_old_name(hand: Hand) -> None:
    hand.view.select(("tanh",))
    hand.key(Qt.Key.Key_F2)
    QTest.keyClicks(editor(hand), "squash")
    QTest.keyClick(editor(hand), Qt.Key.Key_Escape)
    assert not editor(hand).isVisible()
    assert hand.project is XOR


def test_a_name_that_is_taken_is_refused_and_can_be_mended(hand: Hand) -> None:
    hand.view.select(("tanh",))
    hand.key(Qt.Key.Key_F2)
    QTest.keyClicks(editor(hand), "out")
    QTest.keyClick(editor(hand), Qt.Key.Key_Return)
    assert editor(hand).isVisible()
    assert len(hand.messages) == 1
    assert "'out'" in hand.messages[0]
    QTest.keyClicks(editor(hand), "er")
    QTest.keyClick(editor(hand), Qt.Key.Key_Return)
    assert hand.project.has("outer")


def test_a_double_click_on_the_name_renames_and_a_click_elsewhere_keeps_it(hand: Hand) -> None:
    at = hand.view.mapFromScene(hand.block("tanh").name_rect().center())
    hand.click(at)
    QTest.mouseDClick(hand.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert editor(hand).isVisible()
    QTest.keyClicks(editor(hand), "squash")
    hand.click(hand.at(100, 200))
    assert not editor(hand).isVisible()
    assert hand.project.has("squash")


# ---- keys ----------------------------------------------------------------------------------------


def test_arrow_keys_nudge_in_one_undo_step(hand: Hand) -> None:
    hand.view.select(("tanh",))
    for _ in range(3):
        hand.key(Qt.Key.Key_Down)
    hand.key(Qt.Key.Key_Left)
    assert hand.project.node("tanh").position == (340 - 8, 24)
    hand.undo()
    assert hand.project == XOR


def test_nudges_of_different_blocks_are_different_steps(hand: Hand) -> None:
    hand.view.select(("tanh",))
    hand.key(Qt.Key.Key_Down)
    hand.view.select(("out",))
    hand.key(Qt.Key.Key_Down)
    hand.view.select(("tanh",))
    hand.key(Qt.Key.Key_Down)
    hand.undo()
    assert hand.project.node("tanh").position == (340, 8)
    hand.undo()
    assert hand.project.node("out").position == (510, 0)


def test_tab_walks_along_the_network_and_leaves_at_its_end(qtbot: QtBot) -> None:
    window = QWidget()
    before = QLineEdit(window)
    view = CanvasView(Document(XOR), window)
    after = QLineEdit(window)
    view.setGeometry(0, 30, 1200, 600)
    after.move(0, 640)
    qtbot.addWidget(window)
    window.resize(1200, 700)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    before.setFocus()
    QTest.keyClick(before, Qt.Key.Key_Tab)
    assert view.hasFocus()
    walked = []
    for _ in range(6):
        QTest.keyClick(view, Qt.Key.Key_Tab)
        walked.append(view.selection)
        assert view.canvas.blocks[view.selection[0]].marks.focused
    assert walked == [(n.id,) for n in XOR.nodes]
    QTest.keyClick(view, Qt.Key.Key_Backtab, SHIFT)
    assert view.selection == ("prob",)
    QTest.keyClick(view, Qt.Key.Key_Tab)
    QTest.keyClick(view, Qt.Key.Key_Tab)
    assert not view.hasFocus()
    assert not view.canvas.blocks["loss"].marks.focused
    for _ in range(4):  # past the zoom buttons
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
    assert after.hasFocus()
    assert view.selection == ("loss",)


def test_the_walk_takes_each_block_after_what_feeds_it() -> None:
    nodes = (
        node("c", "Dense", 400),
        node("a", "Input"),
        node("b", "Dense", 900),
        node("z", "ReLU"),
    )
    project = Project(nodes=nodes, edges=(("a", "b"), ("b", "c")))
    order = walk(project)
    assert sorted(order) == ["a", "b", "c", "z"]
    assert order.index("a") < order.index("b") < order.index("c")
    ring = project.with_(edges=(("b", "c"), ("c", "b")))
    assert sorted(walk(ring)) == ["a", "b", "c", "z"]


def test_a_screen_reader_is_told_what_is_selected(hand: Hand) -> None:
    hand.view.select(("hidden",))
    assert hand.view.accessibleDescription() == "hidden, Dense · 2 → 4, 12 parameters"


# ---- seeing --------------------------------------------------------------------------------------


def test_fit_shows_everything(open_canvas: Open) -> None:
    hand = open_canvas(chain(*((f"n{k}", "Dense") for k in range(30))))
    hand.view.fit()
    seen = hand.view.mapToScene(hand.view.viewport().rect()).boundingRect()
    assert seen.contains(hand.view.canvas.content())
    assert hand.view.zoom < 0.5


def test_reveal_centres_and_selects(open_canvas: Open) -> None:
    hand = open_canvas(chain(*((f"n{k}", "Dense") for k in range(30))))
    hand.view.reveal("n29")
    assert hand.chosen() == ("n29",)
    assert hand.block("n29").marks.pulse > 0.5
    away = hand.view.mapFromScene(hand.block("n29").pos()) - hand.view.viewport().rect().center()
    assert away.manhattanLength() < 4
    hand.view.reveal("no such block")
    assert hand.chosen() == ("n29",)


def test_the_zoom_buttons_work(hand: Hand) -> None:
    def button(name: str) -> QToolButton:
        found = hand.view.findChild(QToolButton, f"canvas.{name}")
        assert isinstance(found, QToolButton)
        return found

    button("zoom_in").click()
    assert hand.view.zoom == pytest.approx(1.2)
    assert button("zoom_reset").text() == "120 %"
    button("zoom_out").click()
    button("zoom_out").click()
    assert hand.view.zoom == pytest.approx(1 / 1.2)
    button("zoom_reset").click()
    assert hand.view.zoom == 1.0
    assert button("zoom_reset").text() == "100 %"
    hand.view.centerOn(9000, 9000)
    button("fit").click()
    seen = hand.view.mapToScene(hand.view.viewport().rect()).boundingRect()
    assert seen.contains(hand.view.canvas.content())


def test_blocks_grow_with_the_text_and_keep_their_places(hand: Hand) -> None:
    def width() -> int:
        return hand.into("out").x() - hand.out("hidden").x()

    before, scene = width(), hand.block("out").size
    theme().set_text_zoom(200)
    assert width() == pytest.approx(2 * before, abs=2)
    assert hand.block("out").size == scene
    assert hand.view.zoom == 1.0


def test_the_dark_theme_is_followed_at_once(hand: Hand) -> None:
    corner = QPoint(3, 3)
    light = hand.view.grab().toImage().pixelColor(corner)
    theme().set_mode("dark")
    dark = hand.view.grab().toImage().pixelColor(corner)
    assert light.lightness() > 230
    assert dark.lightness() < 50


# ---- size ----------------------------------------------------------------------------------------


def test_three_hundred_blocks_open_and_move(open_canvas: Open) -> None:
    dense, tanh = registry(Operation)["Dense"](), registry(Operation)["Tanh"]()
    nodes = tuple(
        Node(f"n{k}", tanh if k % 2 else dense, (170.0 * (k % 20), 150.0 * (k // 20)))
        for k in range(300)
    )
    names = [n.id for n in nodes]
    edges = tuple(itertools.pairwise(names))
    began = time.perf_counter()
    hand = open_canvas(Project(nodes=nodes, edges=edges))
    hand.view.fit()
    hand.view.select_all()
    start = hand.body("n45")
    hand.drag(start, start + QPoint(40, 40))
    hand.view.grab()
    moved = hand.project.node("n299").position
    before = nodes[299].position
    scale = hand.view.length(40)
    assert moved == pytest.approx((before[0] + scale, before[1] + scale), abs=0.02)
    hand.undo()
    assert hand.project.nodes == nodes
    assert time.perf_counter() - began < 20  # far above what any machine needs


@pytest.mark.parametrize(
    ("norm", "state", "words"),
    [
        (0.01, "fine", "healthy"),
        (1e-9, "vanishing", "hardly learns"),
        (0.0, "vanishing", "next to nothing"),
        (50.0, "exploding", "too long"),
        (float("nan"), "exploding", "explodes"),
    ],
)
def test_a_layer_tells_how_it_learns(hand: Hand, norm: float, state: str, words: str) -> None:
    hand.view.set_gradients({"hidden": norm})
    assert hand.block("hidden").marks.health == state
    assert words in hand.block("hidden").toolTip()
    hand.view.set_gradients(None)
    assert hand.block("hidden").marks.health == ""
    assert words not in hand.block("hidden").toolTip()


def test_the_verdict_on_the_run_counts_more_than_the_norm(hand: Hand) -> None:
    hand.view.set_gradients({"hidden": 1e-9, "out": 50.0})
    hand.view.set_verdicts({"out": "vanishing"})
    # A run that has arrived has small gradients and is well; a large one may hardly move.
    assert hand.block("hidden").marks.health == "fine"
    assert hand.block("out").marks.health == "vanishing"
    hand.view.set_gradients({"hidden": float("inf"), "out": 50.0})
    assert hand.block("hidden").marks.health == "exploding"  # infinity is never well
    hand.view.set_verdicts(None)
    assert hand.block("out").marks.health == "exploding"


def test_a_frozen_layer_says_so_and_has_no_health(hand: Hand) -> None:
    hand.view.document.push(SetParameter("hidden", "trainable", False))
    hand.view.set_analysis(analyse(hand.project))
    hand.view.set_gradients({"hidden": 0.0, "out": 0.1})
    tip = hand.block("hidden").toolTip()
    assert "Frozen" in tip
    assert "gradient" not in tip
    assert "frozen" in hand.block("hidden").facts.sentence


def test_what_an_inserted_block_pushes_out_of_sight_is_shown_again(
    open_canvas: Callable[..., Hand],
) -> None:
    hand = open_canvas(chain(("a", "Dense"), ("b", "Tanh"), ("c", "Dense")))
    hand.view.set_zoom(1.0)
    last = hand.block("c").card_rect()
    # The last block ends 20 pixels before the right edge.
    right = hand.view.mapFromScene(last.topRight()).x()
    bar = hand.view.horizontalScrollBar()
    bar.setValue(bar.value() + right - hand.view.viewport().width() + 20)
    area = hand.view.viewport().rect()
    assert area.contains(hand.view.mapFromScene(last).boundingRect())
    assert not area.contains(hand.view.mapFromScene(last.translated(100, 0)).boundingRect())
    hand.drop("Dense", QPoint(5, 300), hand.middle("a", "b"))
    assert len(hand.project.nodes) == 4
    for name in hand.view.canvas.blocks:
        assert area.contains(hand.view.mapFromScene(hand.block(name).card_rect()).boundingRect()), (
            name
        )
