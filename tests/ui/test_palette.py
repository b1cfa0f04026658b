"""The palette: it follows from the registry, and works by mouse, word and key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDrag
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

import netbuilder.engine  # noqa: F401 - registers the operations
from netbuilder.declare import register, registry, unregister
from netbuilder.engine.operation import Operation
from netbuilder.ui.canvas.mime import BLOCK, block_data, block_type
from netbuilder.ui.palette import Palette
from netbuilder.ui.palette_card import PaletteCard
from netbuilder.ui.theme import theme


@pytest.fixture
def palette(qapp: QApplication, qtbot: QtBot) -> Iterator[Palette]:
    theme().install(qapp)
    window = QWidget()
    made = Palette(window)
    made.resize(200, 900)
    qtbot.addWidget(window)
    window.resize(200, 900)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    yield made
    window.close()


@pytest.fixture
def asked(palette: Palette) -> list[str]:
    names: list[str] = []
    palette.activated.connect(names.append)
    return names


def card(palette: Palette, name: str) -> PaletteCard:
    found = palette.findChild(PaletteCard, f"palette.{name}")
    assert isinstance(found, PaletteCard)
    return found


def search(palette: Palette) -> QLineEdit:
    found = palette.findChild(QLineEdit, "palette.search")
    assert isinstance(found, QLineEdit)
    return found


def shown(palette: Palette) -> list[str]:
    return [c.type_name for c in palette.cards()]


def headings(palette: Palette) -> list[str]:
    return [
        label.text()
        for label in palette.findChildren(QLabel)
        if label.property("role") == "section" and label.isVisible()
    ]


def test_every_registered_block_has_a_card(palette: Palette) -> None:
    assert sorted(shown(palette)) == sorted(registry(Operation))
    for known in palette.cards():
        assert known.objectName() == f"palette.{known.type_name}"
        assert known.accessibleName() == known.title
        assert known.isVisible()


def test_the_kinds_come_in_the_order_in_which_data_meet_them(palette: Palette) -> None:
    order = ["Data", "Layers", "Activations", "Normalise", "Regularise", "Losses"]
    found = headings(palette)
    assert found == [word for word in order if word in found]
    assert {"Data", "Layers", "Activations", "Losses"} <= set(found)
    assert shown(palette)[0] == "Input"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("tanh", "Tanh"),
        ("TANH", "Tanh"),
        ("fully connected", "Dense"),  # a keyword
        ("every input to", "Dense"),  # the summary
        ("features", "Input"),
    ],
)
def test_search_finds_by_title_summary_and_keywords(
    palette: Palette, typed: str, found: str
) -> None:
    QTest.keyClicks(search(palette), typed)
    assert found in shown(palette)
    assert "BinaryCrossEntropy" not in shown(palette)
    assert not card(palette, "BinaryCrossEntropy").isVisible()
    QTest.keyClick(search(palette), Qt.Key.Key_Escape)
    assert search(palette).text() == ""
    assert sorted(shown(palette)) == sorted(registry(Operation))


def test_search_for_nothing_says_so(palette: Palette, asked: list[str]) -> None:
    nothing = palette.findChild(QLabel, "palette.nothing")
    assert isinstance(nothing, QLabel)
    assert not nothing.isVisible()
    QTest.keyClicks(search(palette), "qqqq")
    assert nothing.isVisible()
    assert headings(palette) == []
    QTest.keyClick(search(palette), Qt.Key.Key_Return)
    assert asked == []


def test_enter_in_the_search_takes_the_first_found(palette: Palette, asked: list[str]) -> None:
    QTest.keyClick(search(palette), Qt.Key.Key_Return)
    assert asked == []  # nothing was searched for
    QTest.keyClicks(search(palette), "relu")
    QTest.keyClick(search(palette), Qt.Key.Key_Return)
    assert asked == [shown(palette)[0]]


def test_a_double_click_asks_for_the_block_and_a_click_does_not(
    palette: Palette, asked: list[str]
) -> None:
    left = Qt.MouseButton.LeftButton
    QTest.mouseClick(card(palette, "Dense"), left)
    assert asked == []
    QTest.mouseDClick(card(palette, "Dense"), left)
    assert asked == ["Dense"]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_a_key_asks_for_the_block(palette: Palette, asked: list[str], key: Qt.Key) -> None:
    card(palette, "Dense").setFocus()
    QTest.keyClick(card(palette, "Dense"), key)
    assert asked == ["Dense"]


def focused(palette: Palette) -> str:
    widget = palette.window().focusWidget()
    assert isinstance(widget, QWidget)
    return widget.objectName().removeprefix("palette.")


def test_arrows_walk_between_the_cards(palette: Palette) -> None:
    search(palette).setFocus()
    QTest.keyClick(search(palette), Qt.Key.Key_Down)
    assert focused(palette) == "Input"
    order = shown(palette)
    for name in order[1:]:
        QTest.keyClick(palette.window().focusWidget(), Qt.Key.Key_Right)
        assert focused(palette) == name
    QTest.keyClick(palette.window().focusWidget(), Qt.Key.Key_Right)
    assert focused(palette) == order[-1]
    for _ in range(len(order)):
        QTest.keyClick(palette.window().focusWidget(), Qt.Key.Key_Up)
    assert focused(palette) == "search"


def test_down_stays_in_its_column(palette: Palette) -> None:
    activations = [c for c in palette.cards() if c.cls.kind == "activation"]
    activations[1].setFocus()
    QTest.keyClick(activations[1], Qt.Key.Key_Down)
    assert focused(palette) == activations[3].type_name
    assert activations[3].x() == activations[1].x()
    QTest.keyClick(activations[3], Qt.Key.Key_Left)
    assert focused(palette) == activations[2].type_name


def test_tab_comes_to_one_card_only(palette: Palette) -> None:
    reached = [c for c in palette.cards() if c.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert [c.type_name for c in reached] == ["Input"]


def test_a_drag_carries_the_block_and_its_picture(
    palette: Palette, monkeypatch: pytest.MonkeyPatch
) -> None:
    carried: list[tuple[str | None, bool]] = []

    def let_go_at_once(drag: QDrag, _action: Qt.DropAction) -> Qt.DropAction:
        carried.append((block_type(drag.mimeData()), drag.pixmap().isNull()))
        return Qt.DropAction.CopyAction

    monkeypatch.setattr(QDrag, "exec", let_go_at_once)
    dense, left = card(palette, "Dense"), Qt.MouseButton.LeftButton
    QTest.mousePress(dense, left, pos=QPoint(20, 20))
    QTest.mouseMove(dense, QPoint(22, 20))
    assert carried == []  # a trembling hand drags nothing
    QTest.mouseMove(dense, QPoint(60, 40))
    assert carried == [("Dense", False)]
    QTest.mouseRelease(dense, left, pos=QPoint(60, 40))


def test_only_known_blocks_are_taken_from_a_drag() -> None:
    data = block_data("Dense")
    assert bytes(data.data(BLOCK).data()) == b"Dense"
    assert block_type(data) == "Dense"
    data.setData(BLOCK, b"NoSuchBlock")
    assert block_type(data) is None
    data.setData(BLOCK, b"\xff\xfe")
    assert block_type(data) is None


@pytest.fixture
def toy() -> Iterator[type[Operation]]:
    @register
    class ToyBlock(Operation, frozen=True):
        title: ClassVar[str] = "Toy"
        summary: ClassVar[str] = "Does nothing, but from outside."
        kind: ClassVar[str] = "toys"

    yield ToyBlock
    unregister(ToyBlock)


def test_a_block_from_outside_appears_even_of_a_kind_that_nobody_knows(
    palette: Palette, toy: type[Operation], asked: list[str]
) -> None:
    assert "ToyBlock" not in shown(palette)
    palette.refresh()
    assert shown(palette)[-1] == "ToyBlock"
    assert headings(palette)[-1] == "Toys"
    QTest.mouseDClick(card(palette, "ToyBlock"), Qt.MouseButton.LeftButton)
    assert asked == ["ToyBlock"]
    palette.grab()  # it is painted without an error
