"""Help on every block, and the ways to begin on an empty canvas."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QPushButton, QToolButton

from netbuilder import assets, declare
from netbuilder.engine.operation import Operation
from netbuilder.project import files
from netbuilder.project.model import Project
from netbuilder.ui.block_help import BlockHelp
from netbuilder.ui.main_window import MainWindow

# The offscreen platform says so whenever a window comes to the front.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

Open = Callable[[Project], MainWindow]


@pytest.fixture
def xor(open_window: Open) -> MainWindow:
    return open_window(files.read(assets.example("xor")))


def opened(window: MainWindow) -> BlockHelp:
    found = window.findChild(BlockHelp)
    assert isinstance(found, BlockHelp)
    assert found.isVisible()
    return found


def test_every_block_has_a_page_and_advice(xor: MainWindow) -> None:
    for name, cls in declare.registry(Operation).items():
        xor.show_block_help(name)
        page = opened(xor).page
        assert page.title.text() == cls.title
        assert page.summary.text() == cls.summary
        assert page.advice.text() == cls.advice
        assert len(cls.advice) > 40, name
        assert cls.advice.endswith("."), name
        formulas = (
            cls.formula,
            getattr(cls, "derivative_formula", ""),
            getattr(cls, "gradient_formula", ""),
        )
        assert page.formulas.formulas() == [latex for latex in formulas if latex]


def test_f1_explains_the_selected_block(xor: MainWindow) -> None:
    xor.canvas.select(("sigmoid",))
    assert xor.named_actions["block_help"].shortcut().toString() == "F1"
    xor.named_actions["block_help"].trigger()
    assert opened(xor).shown() == "Sigmoid"
    assert "Saturates near 0 and 1" in opened(xor).page.facts.text()
    xor.canvas.select(("loss",))
    xor.named_actions["block_help"].trigger()
    assert opened(xor).shown() == "BinaryCrossEntropy"
    assert "Stands behind: Sigmoid or Softmax." in opened(xor).page.facts.text()


def test_the_inspector_has_a_button_for_it(xor: MainWindow) -> None:
    xor.canvas.select(("hidden",))
    button = xor.inspector.findChild(QToolButton, "inspector.help")
    assert isinstance(button, QToolButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert opened(xor).shown() == "Dense"


def test_the_list_leads_by_keys_from_block_to_block(xor: MainWindow) -> None:
    xor.named_actions["blocks"].trigger()
    help_window = opened(xor)
    before = help_window.shown()
    QTest.keyClick(help_window.list, Qt.Key.Key_Down)
    assert help_window.shown() not in ("", before)
    assert help_window.list.count() > len(declare.registry(Operation))


@pytest.mark.parametrize("how", ["example", "sizes", "steps"])
def test_an_empty_canvas_offers_three_ways_to_begin(window: MainWindow, how: str) -> None:
    button = window.canvas.findChild(QPushButton, f"canvas.start.{how}")
    assert isinstance(button, QPushButton)
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    if how == "example":
        assert window.controller.analysis.ok
        assert not button.isVisible()
        return
    dialogs = [d for d in window.findChildren(QDialog) if d.isVisible()]
    assert len(dialogs) == 1
    dialogs[0].reject()
