"""The box that finds a block by its name or by what it does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QListView, QWidget
from ui.canvas.canvas_hand import LEFT, NONE, XOR, Hand

from netbuilder.declare import registry
from netbuilder.engine.operation import Operation
from netbuilder.project.model import Project
from netbuilder.ui.quick_add import QuickAdd, find
from netbuilder.ui.theme import theme

Open = Callable[..., Hand]


def names(text: str) -> list[str]:
    return [f.type_name for f in find(text)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("dense", "Dense"),
        ("relu", "ReLU"),
        ("tan", "Tanh"),
        ("bce", "BinaryCrossEntropy"),
        ("CrossEntropy categorical", "CategoricalCrossEntropy"),
        ("hyperbolic", "Tanh"),
        ("logistic", "Sigmoid"),
        ("residual", "Add"),
        ("data", "Input"),
    ],
)
def test_the_best_match_comes_first(text: str, first: str) -> None:
    assert names(text)[0] == first


def test_what_a_block_does_finds_it() -> None:
    assert {"Sigmoid", "Softmax"} <= set(names("probability"))
    assert names("probability")[:2] == ["Sigmoid", "Softmax"]


def test_without_a_text_all_are_there_and_data_first() -> None:
    assert sorted(names("")) == sorted(registry(Operation))
    assert names("")[0] == "Input"


def test_nonsense_finds_nothing() -> None:
    assert names("xyzzy") == []


# ---- on the canvas ------------------------------------------------------------------------------


def box(hand: Hand) -> QuickAdd:
    found = hand.view.findChild(QuickAdd)
    assert isinstance(found, QuickAdd)
    return found


def field(hand: Hand) -> QLineEdit:
    found = hand.view.findChild(QLineEdit, "quick_add.field")
    assert isinstance(found, QLineEdit)
    return found


def opened(hand: Hand) -> bool:
    return box(hand).isVisible()


def test_slash_opens_it_beside_the_selected_block(hand: Hand) -> None:
    hand.view.select(("hidden",))
    QTest.keyClicks(hand.view, "/")
    assert opened(hand)
    assert field(hand).hasFocus()
    assert field(hand).text() == ""  # the slash itself is not typed
    block = hand.view.mapFromScene(hand.block("hidden").card_rect()).boundingRect()
    assert not box(hand).geometry().intersects(block)
    assert hand.view.rect().contains(box(hand).geometry())


def test_enter_appends_behind_the_selection_in_one_step(hand: Hand) -> None:
    hand.view.select(("hidden",))
    QTest.keyClicks(hand.view, "/")
    QTest.keyClicks(field(hand), "rel")
    QTest.keyClick(field(hand), Qt.Key.Key_Return)
    assert not opened(hand)
    assert ("hidden", "relu") in hand.edges()
    assert ("relu", "tanh") in hand.edges()
    assert hand.chosen() == ("relu",)
    assert hand.view.hasFocus()
    hand.undo()
    assert not hand.project.has("relu")


def test_esc_closes_it_and_changes_nothing(hand: Hand) -> None:
    hand.view.select(("hidden",))
    QTest.keyClicks(hand.view, "/")
    QTest.keyClicks(field(hand), "relu")
    QTest.keyClick(field(hand), Qt.Key.Key_Escape)
    assert not opened(hand)
    assert hand.chosen() == ("hidden",)
    assert hand.view.document.undo_command is None
    assert hand.view.hasFocus()


def test_arrows_and_tab_move_in_the_list(hand: Hand) -> None:
    QTest.keyClicks(hand.view, "/")
    QTest.keyClicks(field(hand), "probability")
    assert box(hand).current == "Sigmoid"
    QTest.keyClick(field(hand), Qt.Key.Key_Down)
    assert box(hand).current == "Softmax"
    QTest.keyClick(field(hand), Qt.Key.Key_Up)
    QTest.keyClick(field(hand), Qt.Key.Key_Up)
    assert box(hand).current == "Sigmoid"
    QTest.keyClick(field(hand), Qt.Key.Key_Tab)
    assert box(hand).current == "Softmax"
    assert "Softmax" in field(hand).accessibleDescription()
    assert "2 of" in field(hand).accessibleDescription()
    QTest.keyClick(field(hand), Qt.Key.Key_PageDown)
    assert box(hand).current == box(hand).found[-1]


def test_a_click_in_the_list_adds(hand: Hand) -> None:
    QTest.keyClicks(hand.view, "/")
    QTest.keyClicks(field(hand), "mish")
    rows = hand.view.findChild(QListView, "quick_add.list")
    assert isinstance(rows, QListView)
    place = rows.visualRect(rows.model().index(0, 0)).center()
    QTest.mouseClick(rows.viewport(), LEFT, NONE, place)
    assert hand.project.has("mish")
    assert not opened(hand)


def test_a_text_that_finds_nothing_says_so_and_enter_does_nothing(hand: Hand) -> None:
    QTest.keyClicks(hand.view, "/")
    QTest.keyClicks(field(hand), "xyzzy")
    nothing = hand.view.findChild(QWidget, "quick_add.nothing")
    assert isinstance(nothing, QWidget)
    assert nothing.isVisible()
    QTest.keyClick(field(hand), Qt.Key.Key_Return)
    assert opened(hand)
    assert hand.view.document.undo_command is None


def test_a_double_click_on_empty_canvas_adds_there(hand: Hand) -> None:
    spot = hand.at(300, 190)
    QTest.mouseDClick(hand.view.viewport(), LEFT, NONE, spot)
    assert opened(hand)
    QTest.keyClicks(field(hand), "dropout")
    QTest.keyClick(field(hand), Qt.Key.Key_Return)
    x, y = hand.project.node("dropout").position
    assert abs(x - 300) < 1
    assert abs(y - 190) < 1
    assert not any("dropout" in edge for edge in hand.edges())


def test_a_double_click_on_a_block_opens_nothing(hand: Hand) -> None:
    QTest.mouseDClick(hand.view.viewport(), LEFT, NONE, hand.body("tanh"))
    assert not opened(hand)


def test_a_click_elsewhere_closes_it(hand: Hand) -> None:
    QTest.keyClicks(hand.view, "/")
    hand.click(hand.body("tanh"))
    assert not opened(hand)
    assert hand.chosen() == ("tanh",)


def test_it_stays_inside_a_small_canvas(open_canvas: Open) -> None:
    hand = open_canvas(Project())
    hand.view.resize(420, 380)
    for at in (QPoint(415, 375), QPoint(2, 2)):
        QTest.mouseDClick(hand.view.viewport(), LEFT, NONE, at)
        assert hand.view.rect().contains(box(hand).geometry())
        QTest.keyClick(field(hand), Qt.Key.Key_Escape)


def test_a_refusal_is_told(hand: Hand) -> None:
    QTest.keyClicks(hand.view, "/")
    QTest.keyClicks(field(hand), "mse")
    QTest.keyClick(field(hand), Qt.Key.Key_Return)
    assert hand.messages == ["The network has a loss already: 'loss'. Delete it first."]


# ---- room ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("zoom", "height"), [(100, 600), (200, 600), (200, 420), (250, 300)])
def test_it_lies_within_the_canvas_whole_at_any_size_of_text(
    open_canvas: Open, zoom: int, height: int
) -> None:
    hand = open_canvas(XOR)
    theme().set_text_zoom(zoom)
    hand.view.resize(1000, height)
    QTest.mouseDClick(hand.view.viewport(), LEFT, NONE, QPoint(960, height - 20))
    assert opened(hand)
    assert hand.view.rect().contains(box(hand).geometry())
    # All are there, in a list that scrolls: what does not fit is not lost.
    rows = box(hand).findChild(QListView, "quick_add.list")
    assert isinstance(rows, QListView)
    for _ in registry(Operation):
        QTest.keyClick(field(hand), Qt.Key.Key_Down)
    assert rows.currentIndex().row() == len(registry(Operation)) - 1
    assert rows.viewport().rect().contains(rows.visualRect(rows.currentIndex()))


def test_a_canvas_that_becomes_smaller_keeps_the_box(hand: Hand) -> None:
    QTest.mouseDClick(hand.view.viewport(), LEFT, NONE, QPoint(1000, 100))
    assert opened(hand)
    before = box(hand).height()
    hand.view.resize(700, 240)
    assert hand.view.rect().contains(box(hand).geometry())
    assert box(hand).height() < before
    assert field(hand).hasFocus()
