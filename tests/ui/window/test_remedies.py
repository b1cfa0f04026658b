"""Problems mended by one click: from the list, the inspector and the menu of a block."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from helpers import chained
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolTip
from pytestqt.qtbot import QtBot

from netbuilder.engine.activations.sigmoid import Sigmoid
from netbuilder.engine.activations.tanh import Tanh
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.losses.binary_cross_entropy import BinaryCrossEntropy
from netbuilder.project.commands import AddNode
from netbuilder.project.model import Node, Project
from netbuilder.ui.fix_buttons import FixButtons
from netbuilder.ui.main_window import MainWindow

# The offscreen platform says so whenever a menu opens.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

Open = Callable[[Project], MainWindow]


def wide() -> Project:
    """data -> dense 4 -> tanh -> dense 3 -> sigmoid -> loss: two outputs too many."""
    project = chained(Dense(), Tanh(), Dense(units=3), Sigmoid(), BinaryCrossEntropy())
    nodes = [Node(n.id, n.operation, (200.0 * i, 0.0)) for i, n in enumerate(project.nodes)]
    return project.with_(nodes=tuple(nodes))


def test_a_button_in_the_list_mends_in_one_step(open_window: Open) -> None:
    window = open_window(wide())
    window.named_actions["problems"].trigger()
    offer = window.problems_panel.offers(0)
    assert offer is not None
    assert offer.buttons[0].text() == "Use 1 output unit"
    QTest.mouseClick(offer.buttons[0], Qt.MouseButton.LeftButton)
    assert window.controller.analysis.ok
    assert window.problems_panel.problems() == ()
    window.document.undo()
    assert window.document.project == wide()


def test_a_button_in_the_inspector_mends_too(open_window: Open) -> None:
    window = open_window(wide())
    window.canvas.select(("loss",))
    (note,) = window.inspector.block.header.findChildren(FixButtons)
    QTest.mouseClick(note.buttons[0], Qt.MouseButton.LeftButton)
    assert window.controller.analysis.ok


def test_an_added_block_is_selected_and_shown(open_window: Open) -> None:
    project = chained(Dense(units=1), BinaryCrossEntropy())
    nodes = [Node(n.id, n.operation, (200.0 * i, 0.0)) for i, n in enumerate(project.nodes)]
    window = open_window(project.with_(nodes=tuple(nodes)))
    problem = window.controller.analysis.problems[0]
    window.remedies.apply(problem, window.remedies.of(problem)[0])
    assert window.canvas.selection == ("sigmoid",)


def popped_up(window: MainWindow, at: QPoint) -> QMenu:
    canvas = window.canvas
    QTest.mousePress(canvas.viewport(), Qt.MouseButton.RightButton, pos=at)
    QTest.mouseRelease(canvas.viewport(), Qt.MouseButton.RightButton, pos=at)
    asking = QContextMenuEvent(
        QContextMenuEvent.Reason.Mouse, at, canvas.viewport().mapToGlobal(at)
    )
    QApplication.sendEvent(canvas.viewport(), asking)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def chosen(menu: QMenu, name: str) -> None:
    action = next(a for a in every(menu) if a.objectName() == name)
    action.trigger()
    menu.close()


def every(menu: QMenu) -> list[QAction]:
    found: list[QAction] = []
    for action in menu.actions():
        found.append(action)
        inner = action.menu()
        if isinstance(inner, QMenu):
            found += every(inner)
    return found


def test_the_menu_of_a_block_begins_with_its_remedies(open_window: Open) -> None:
    window = open_window(wide())
    block = window.canvas.canvas.blocks["loss"]
    menu = popped_up(window, window.canvas.mapFromScene(block.pos()))
    assert menu.objectName() == "menu.context.block"
    assert window.canvas.selection == ("loss",)
    assert menu.actions()[0].text() == "Use 1 output unit"
    chosen(menu, "action.fix.width")
    assert window.controller.analysis.ok


def test_the_menu_of_a_wire_cuts_and_inserts(open_window: Open) -> None:
    window = open_window(wide())

    def place() -> QPoint:  # the view moves when an inserted block would push others out of sight
        wire = window.canvas.canvas.wires["dense", "tanh"]
        return window.canvas.mapFromScene(wire.sceneBoundingRect().center())

    menu = popped_up(window, place())
    assert menu.objectName() == "menu.context.wire"
    chosen(menu, "action.add.Dropout")
    assert ("dense", "dropout") in window.document.project.edges
    assert ("dropout", "tanh") in window.document.project.edges
    window.document.undo()
    chosen(popped_up(window, place()), "action.delete_wire")
    assert ("dense", "tanh") not in window.document.project.edges
    window.document.undo()
    assert window.document.project == wide()


def test_the_menu_of_the_empty_canvas_adds_there(window: MainWindow) -> None:
    place = QPoint(120, 90)
    menu = popped_up(window, place)
    assert menu.objectName() == "menu.context.canvas"
    chosen(menu, "action.add.Dense")
    (node,) = window.document.project.nodes
    point = window.canvas.mapFromScene(*node.position)
    assert (point - place).manhattanLength() <= 2


def test_the_menu_key_opens_the_menu_of_the_selected_block(open_window: Open, qtbot: QtBot) -> None:
    window = open_window(wide())
    window.canvas.select(("tanh",))
    asking = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
    QApplication.sendEvent(window.canvas, asking)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert menu.objectName() == "menu.context.block"
    chosen(menu, "action.delete")
    assert not window.document.project.has("tanh")


def test_a_remedy_for_a_network_that_has_changed_is_found_anew(open_window: Open) -> None:
    window = open_window(chained(Dense(units=1), BinaryCrossEntropy()))
    problem = window.controller.analysis.problems[0]
    fix = window.remedies.of(problem)[0]
    window.document.push(AddNode(Node("sigmoid", Sigmoid())))  # takes the name
    window.remedies.apply(problem, fix)
    assert window.document.project.has("sigmoid 2")


def test_the_tooltip_of_a_block_names_its_remedies(open_window: Open) -> None:
    window = open_window(wide())
    viewport = window.canvas.viewport()
    at = window.canvas.mapFromScene(window.canvas.canvas.blocks["loss"].pos())
    asking = QHelpEvent(QEvent.Type.ToolTip, at, viewport.mapToGlobal(at))
    QApplication.sendEvent(viewport, asking)
    assert "set the units of" in QToolTip.text()
    assert "Right-click: Use 1 output unit" in QToolTip.text()
    QToolTip.hideText()


def test_what_the_whole_network_lacks_is_mended_in_the_inspector(window: MainWindow) -> None:
    (note,) = window.inspector.project.header.findChildren(FixButtons)
    assert note.buttons[0].text() == "Add a Data block"
    QTest.mouseClick(note.buttons[0], Qt.MouseButton.LeftButton)
    assert [n.type for n in window.document.project.nodes] == ["Input"]
