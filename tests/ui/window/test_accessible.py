"""What a screen reader finds in the window, asked through QAccessible as it asks."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator

import pytest
from helpers import chained
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from netbuilder import assets
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.losses.binary_cross_entropy import BinaryCrossEntropy
from netbuilder.project import files
from netbuilder.project.commands import Rename
from netbuilder.project.model import Project
from netbuilder.ui.canvas.unfolded_hand import number
from netbuilder.ui.canvas.unfolded_item import Spot
from netbuilder.ui.main_window import MainWindow

Role, Text = QAccessible.Role, QAccessible.Text
Open = Callable[[Project], MainWindow]

# What people act upon; it must have a name whether keys can reach it or not.
ACTED_ON = {
    Role.Button,
    Role.CheckBox,
    Role.RadioButton,
    Role.ComboBox,
    Role.EditableText,
    Role.SpinBox,
    Role.Slider,
    Role.List,
    Role.Table,
    Role.MenuItem,
    Role.PageTab,
    Role.Graphic,
}


@pytest.fixture
def xor(open_window: Open) -> MainWindow:
    return open_window(files.read(assets.example("xor")))


def found(thing: QAccessibleInterface, depth: int = 0) -> Iterator[QAccessibleInterface]:
    """The thing and all below it."""
    yield thing
    assert depth < 40
    for k in range(thing.childCount()):
        child = thing.child(k)
        if child is not None and child.isValid():
            yield from found(child, depth + 1)


def name(thing: QAccessibleInterface) -> str:
    return thing.text(Text.Name)


def where(thing: QAccessibleInterface) -> str:
    widget: QObject | None = thing.object()
    path = []
    while widget is not None:
        path.append(f"{type(widget).__name__} {widget.objectName()!r}")
        widget = widget.parent()
    return " < ".join(path)


def interface(widget: QWidget) -> QAccessibleInterface:
    made = QAccessible.queryAccessibleInterface(widget)
    assert made is not None
    return made


def nameless(window: QWidget) -> list[str]:
    faults = []
    for thing in found(interface(window)):
        state = thing.state()
        if state.invisible or name(thing):
            continue
        widget = thing.object()
        if isinstance(widget, QWidget) and widget.objectName().startswith("qt_"):
            continue  # Qt's own helpers inside of named widgets
        focusable = (
            isinstance(widget, QWidget)
            and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
            and widget.focusProxy() is None  # it hands the focus on at once
        ) or (widget is None and state.focusable)
        if focusable or thing.role() in ACTED_ON:
            faults.append(f"{thing.role()}: {where(thing)}")
    print(*faults, sep="\n")  # pytest shortens the list
    return faults


def test_everything_that_can_be_used_has_a_name(xor: MainWindow) -> None:
    assert nameless(xor) == []


@pytest.mark.parametrize("node", ["hidden", "data", "loss", "tanh"])
def test_so_has_everything_about_a_selected_block(xor: MainWindow, node: str) -> None:
    xor.canvas.select((node,))
    QApplication.processEvents()
    assert nameless(xor) == []


@pytest.mark.parametrize("panel", ["data", "problems", "inspector"])
def test_so_has_everything_in_each_panel(open_window: Open, panel: str) -> None:
    window = open_window(chained(Dense(units=3), BinaryCrossEntropy()))
    window.docks.docks[panel].show()
    window.docks.docks[panel].raise_()
    QApplication.processEvents()
    assert nameless(window) == []


def parts(window: MainWindow) -> list[QAccessibleInterface]:
    """Blocks, ports and wires, in the order in which they are read."""
    canvas = interface(window.canvas)
    below = [canvas.child(k) for k in range(canvas.childCount())]
    return [thing for thing in below if thing is not None and thing.object() is None]


def test_blocks_are_read_along_the_network_then_wires(xor: MainWindow) -> None:
    assert [name(p) for p in parts(xor)] == [
        "data, XOR · 2 features",
        "hidden, Dense · 2 → 4",
        "tanh, Tanh · 4 → 4",
        "output, Dense · 4 → 1",
        "sigmoid, Sigmoid · 1 → 1",
        "loss, BCE · 1 → J",
        "Wire from data to hidden",
        "Wire from hidden to tanh",
        "Wire from tanh to output",
        "Wire from output to sigmoid",
        "Wire from sigmoid to loss",
    ]


def test_a_block_tells_its_wires_parameters_and_ports(xor: MainWindow) -> None:
    hidden = parts(xor)[1]
    assert hidden.text(Text.Description) == "12 parameters; fed by data; leads to tanh"
    ports = [hidden.child(k) for k in range(hidden.childCount())]
    assert [name(p) for p in ports if p is not None] == ["Input of hidden", "Output of hidden"]
    assert [p.text(Text.Description) for p in ports if p is not None] == [
        "wired to data",
        "wired to tanh",
    ]
    assert hidden.parent() is interface(xor.canvas)
    assert interface(xor.canvas).indexOfChild(hidden) >= 0


def test_an_unfolded_block_has_its_neurons_and_weights_as_things(
    xor: MainWindow, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: xor.controller.weights_of("hidden") is not None, timeout=10_000)
    xor.named_actions["unfold_all"].trigger()
    item = xor.canvas.canvas.blocks["hidden"].neurons
    assert item is not None
    qtbot.waitUntil(lambda: item.weights is not None, timeout=10_000)
    learned = xor.controller.weights_of("hidden")
    assert learned is not None
    hidden = parts(xor)[1]
    below = [hidden.child(k) for k in range(hidden.childCount())]
    neurons = [p for p in below if p is not None][2:]  # the ports come first
    assert [name(p) for p in neurons] == [f"neuron {k} of hidden" for k in (1, 2, 3, 4)]
    third = neurons[2]
    first, second = (number(v) for v in learned["W"][:, 2])
    assert third.text(Text.Description) == (
        f"bias {number(learned['b'][2])}; weight from x1 {first}; weight from x2 {second}"
    )
    assert third.parent() is hidden
    weights = [third.child(k) for k in range(third.childCount())]
    assert [name(w) for w in weights if w is not None] == [
        "weight from x1 to neuron 3 of hidden",
        "weight from x2 to neuron 3 of hidden",
    ]
    assert weights[1] is not None
    assert weights[1].text(Text.Value) == second
    assert third.indexOfChild(weights[1]) == 1
    # It is where it is drawn.
    centre = xor.canvas.mapFromScene(item.mapToScene(item.plan.cell(2).center()))
    at = xor.canvas.viewport().mapToGlobal(centre)
    assert hidden.childAt(at.x(), at.y()) is third
    assert nameless(xor) == []
    # A folded block has none.
    xor.named_actions["fold_all"].trigger()
    assert hidden.childCount() == 2
    assert not third.isValid()
    assert name(third) == ""


def test_keys_lead_to_neurons_and_actions_set_a_weight(xor: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: xor.controller.weights_of("hidden") is not None, timeout=10_000)
    xor.activateWindow()
    xor.named_actions["unfold_all"].trigger()
    hand = xor.canvas.unfolding.hand
    xor.canvas.setFocus()
    xor.canvas.select(("hidden",))
    QTest.keyClick(xor.canvas, Qt.Key.Key_Return)
    QTest.keyClick(xor.canvas, Qt.Key.Key_Down)
    hidden = parts(xor)[1]
    second = hidden.child(3)
    assert second is not None
    assert name(second) == "neuron 2 of hidden"
    assert second.state().selected
    if xor.canvas.hasFocus():
        assert interface(xor.canvas).focusChild() is second
    QTest.keyClick(xor.canvas, Qt.Key.Key_Left)
    weight = second.child(0)
    assert weight is not None
    assert weight.state().selected
    assert not second.state().selected
    fourth = hidden.child(5)
    assert fourth is not None
    assert fourth.actionInterface().actionNames() == ["Press", "Edit"]
    fourth.actionInterface().doAction("Press")
    assert hand.inside == ("hidden", Spot(3))
    item = xor.canvas.canvas.blocks["hidden"].neurons
    assert item is not None
    qtbot.waitUntil(lambda: item.biases is not None, timeout=10_000)
    fourth.actionInterface().doAction("Edit")
    assert hand.editor.is_open


def test_problems_are_read_with_the_block(open_window: Open) -> None:
    window = open_window(chained(Dense(units=1), BinaryCrossEntropy()))
    loss = next(p for p in parts(window) if name(p).startswith("loss"))
    assert "put a Sigmoid between" in loss.text(Text.Description)
    assert loss.state().invalid


def test_selection_and_focus_are_told(xor: MainWindow) -> None:
    xor.activateWindow()
    xor.canvas.setFocus()
    QTest.keyClick(xor.canvas, Qt.Key.Key_Tab)
    data, hidden = parts(xor)[:2]
    assert data.state().selected
    assert not hidden.state().selected
    QTest.keyClick(xor.canvas, Qt.Key.Key_Tab)
    assert hidden.state().selected
    if xor.canvas.hasFocus():
        assert interface(xor.canvas).focusChild() is hidden
        assert hidden.state().focused


def test_actions_select_rename_and_delete(xor: MainWindow) -> None:
    tanh = parts(xor)[2]
    actions = tanh.actionInterface()
    assert actions.actionNames() == ["Press", "Rename", "Delete"]
    assert actions.keyBindingsForAction("Rename") == ["F2"]
    actions.doAction("Press")
    assert xor.canvas.selection == ("tanh",)
    actions.doAction("Delete")
    assert not xor.document.project.has("tanh")
    assert not tanh.isValid()
    assert name(tanh) == ""


def test_a_wire_can_be_deleted_through_its_action(xor: MainWindow) -> None:
    wire = next(p for p in parts(xor) if name(p) == "Wire from tanh to output")
    wire.actionInterface().doAction("Delete")
    assert ("tanh", "output") not in xor.document.project.edges


def test_places_on_the_screen_follow_the_canvas(xor: MainWindow) -> None:
    block = xor.canvas.canvas.blocks["tanh"]
    centre = xor.canvas.viewport().mapToGlobal(xor.canvas.mapFromScene(block.pos()))
    tanh = parts(xor)[2]
    assert tanh.rect().contains(centre)
    at = interface(xor.canvas).childAt(centre.x(), centre.y())
    assert at is not None
    assert name(at).startswith("tanh")


def test_a_renamed_block_is_read_by_its_new_name(xor: MainWindow) -> None:
    xor.document.push(Rename("tanh", "bend"))
    assert [name(p) for p in parts(xor)][2] == "bend, Tanh · 4 → 4"


def test_what_is_left_of_a_closed_window_answers_nothing(open_window: Open) -> None:
    window = open_window(chained(Dense(units=1), BinaryCrossEntropy()))
    held = parts(window)
    window.document.mark_clean()
    window.close()
    window.canvas.setParent(None)
    window.canvas.deleteLater()
    QApplication.processEvents()
    gc.collect()
    for part in held:
        part.text(Text.Name)
        part.rect()
        part.state()
