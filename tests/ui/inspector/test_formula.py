"""Formulas: every declared one can be drawn, sharp and in the theme's colour."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot
from ui.inspector.panel_kit import shown

import netbuilder.data
import netbuilder.engine  # noqa: F401
from netbuilder.declare import registry
from netbuilder.engine.initializer import Initializer
from netbuilder.engine.operation import Operation
from netbuilder.engine.optimizer import Optimizer
from netbuilder.ui import formula
from netbuilder.ui.formula import FormulaLabel, _latex_class, formula_svg
from netbuilder.ui.theme import theme

DECLARED = {
    f"{name}.{attribute}": getattr(cls, attribute)
    for family in (Operation, Optimizer, Initializer)
    for name, cls in registry(family).items()
    for attribute in ("formula", "derivative_formula", "gradient_formula")
    if getattr(cls, attribute, "")
}


@pytest.mark.parametrize("latex", DECLARED.values(), ids=DECLARED.keys())
def test_every_declared_formula_can_be_drawn(latex: str) -> None:
    svg = formula_svg(latex, "#123456", 15).decode()
    assert svg.startswith("<svg")
    assert "#123456" in svg


def test_a_formula_is_rendered_once() -> None:
    assert formula_svg("a + b", "#000000", 15) is formula_svg("a + b", "#000000", 15)


def test_unreadable_latex_is_an_error_and_is_shown_as_it_stands(qtbot: QtBot) -> None:
    with pytest.raises(ValueError, match="not a readable formula"):
        formula_svg(r"\frac{a", "#000000", 15)
    label = FormulaLabel(r"\frac{a")
    shown(qtbot, label)
    assert label.natural_size().width() > 0
    assert label.accessibleName() == r"\frac{a"


def darkest(label: FormulaLabel) -> QColor:
    image = label.grab().toImage()
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return min(pixels, key=QColor.lightness)


def test_the_formula_has_the_themes_colour(qtbot: QtBot) -> None:
    label = FormulaLabel("Z = H W + b", size=40)
    window = shown(qtbot, label, 400, 120)
    window.setStyleSheet("background: white")
    wanted = QColor(theme().current.text)
    found = darkest(label)
    assert abs(found.lightness() - wanted.lightness()) < 12
    theme().set_mode("dark")
    assert darkest(label).lightness() > wanted.lightness() + 50


def test_a_narrow_label_scales_the_formula_down() -> None:
    label = FormulaLabel(r"J = \frac{1}{m} \sum \left( -y \log \hat{y} \right)")
    wide = label.natural_size()
    assert label.heightForWidth(int(wide.width()) + 10) == pytest.approx(wide.height(), abs=1)
    assert label.heightForWidth(int(wide.width() / 2)) == pytest.approx(wide.height() / 2, abs=1)


def test_the_first_formula_comes_after_the_window(qtbot: QtBot) -> None:
    _latex_class.cache_clear()  # as in a program that has just started
    formula._typesetter.cache_clear()
    label = FormulaLabel("Z = H W + b", size=40)
    qtbot.addWidget(label)
    assert not label.natural_size().isEmpty()  # its room is kept
    assert _latex_class.cache_info().currsize == 0
    label.show()
    qtbot.waitUntil(lambda: darkest(label).lightness() < 80)
    assert _latex_class.cache_info().currsize == 1
    assert label.formula() == "Z = H W + b"
