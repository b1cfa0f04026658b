"""An activation from outside the package is at once in every view: nothing there lists names."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from helpers import chained
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot
from toy_square import ToySquare
from ui.inspector.panel_kit import WINDOWS, FakeController, find, shown, type_into

from netbuilder.declare import register, unregister
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.losses.mean_squared_error import MeanSquaredError
from netbuilder.project.analysis import analyse
from netbuilder.project.document import Document
from netbuilder.ui.canvas import CanvasView
from netbuilder.ui.canvas.curve import curve
from netbuilder.ui.formula import formula_svg
from netbuilder.ui.inspector import Inspector
from netbuilder.ui.palette import Palette
from netbuilder.ui.palette_card import PaletteCard
from netbuilder.ui.theme import theme


@pytest.fixture(autouse=True)
def toy(qapp: QApplication) -> Iterator[None]:
    theme().install(qapp)
    register(ToySquare)
    yield
    unregister(ToySquare)
    WINDOWS.clear()


def document() -> Document:
    return Document(chained(Dense(units=6), ToySquare(), Dense(units=1), MeanSquaredError()))


def test_the_palette_has_its_card(qtbot: QtBot) -> None:
    palette = Palette()
    shown(qtbot, palette, height=900)
    card = palette.findChild(PaletteCard, "palette.ToySquare")
    assert isinstance(card, PaletteCard)
    assert card.accessibleName() == "Toy square"
    assert "Bends everything upwards." in card.toolTip()
    search = palette.findChild(QLineEdit, "palette.search")
    assert isinstance(search, QLineEdit)
    QTest.keyClicks(search, "parabola")
    assert [c.type_name for c in palette.cards()] == ["ToySquare"]
    with qtbot.waitSignal(palette.activated) as asked:
        QTest.keyClick(search, Qt.Key.Key_Return)
    assert asked.args == ["ToySquare"]


def test_the_palette_follows_the_registry(qtbot: QtBot) -> None:
    palette = Palette()
    shown(qtbot, palette, height=900)
    for there in (False, True):
        (register if there else unregister)(ToySquare)
        palette.refresh()
        assert ("ToySquare" in [c.type_name for c in palette.cards()]) is there


def test_the_inspector_has_its_form_and_formulas(qtbot: QtBot) -> None:
    it = document()
    inspector = Inspector(it, FakeController(it))
    shown(qtbot, inspector)
    inspector.set_selection(["toysquare"])
    QApplication.processEvents()
    assert find(inspector, "inspector.subtitle").text().startswith("Toy square")
    type_into(find(inspector, "inspector.scale"), "0.75")
    assert it.project.node("toysquare").operation == ToySquare(scale=0.75)
    type_into(find(inspector, "inspector.scale"), "3")  # above its maximum
    assert it.project.node("toysquare").operation == ToySquare(scale=0.75)
    assert inspector.block.formulas.formulas() == [r"h = s z^2", r"f'(z) = 2 s z"]
    assert inspector.block.curve.isVisible()


def test_its_formulas_can_be_drawn() -> None:
    for latex in (ToySquare.formula, ToySquare.derivative_formula):
        assert formula_svg(latex, "#000000", 15).startswith(b"<svg")


def test_the_canvas_draws_its_block_with_its_curve(qtbot: QtBot) -> None:
    it = document()
    view = CanvasView(it)
    WINDOWS.append(view)
    qtbot.addWidget(view)
    with qtbot.waitExposed(view):
        view.show()
    view.set_analysis(analyse(it.project))
    assert "toysquare" in view.canvas.blocks
    drawn = curve(ToySquare(scale=1.0), 80.0, 40.0)
    assert drawn is not None
    path, zero = drawn
    # A parabola touches its axis in the middle and nowhere goes below it.
    assert path.elementAt(path.elementCount() // 2).y == pytest.approx(zero)
    heights = np.array([path.elementAt(i).y for i in range(path.elementCount())])
    assert heights.max() <= zero + 1e-9
