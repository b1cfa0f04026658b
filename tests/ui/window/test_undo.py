"""Whatever changes the document is one step that is taken back, with its name in the menu."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from netbuilder import assets
from netbuilder.project import files
from netbuilder.project.codec import dumps
from netbuilder.project.model import Project, same_weights
from netbuilder.ui.main_window import MainWindow
from netbuilder.ui.widgets.number_field import NumberField

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def xor(open_window: Callable[[Project], MainWindow]) -> MainWindow:
    window = open_window(files.read(assets.example("xor")))
    window.canvas.set_zoom(1.0)
    window.canvas.centerOn(0, 0)
    window.canvas.fit()
    return window


def spot(window: MainWindow, block: str) -> QPointF:
    return window.canvas.canvas.blocks[block].pos() + QPointF(0, 8)


def click(window: MainWindow, block: str) -> None:
    view = window.canvas
    QTest.mouseClick(view.viewport(), LEFT, NONE, view.mapFromScene(spot(window, block)))
    assert view.selection == (block,)


def drag(window: MainWindow, block: str, x: float, y: float) -> None:
    view = window.canvas
    start = view.mapFromScene(spot(window, block))
    end = view.mapFromScene(spot(window, block) + QPointF(x, y))
    port = view.viewport()
    QTest.mousePress(port, LEFT, NONE, start)
    for share in (0.3, 0.6, 1.0):
        QTest.mouseMove(port, start + (end - start) * share)
    QTest.mouseRelease(port, LEFT, NONE, end)


def type_into(window: MainWindow, name: str, text: str) -> None:
    field = window.findChild(QLineEdit, name)
    assert field is not None
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def append_a_block(window: MainWindow) -> None:
    window.canvas.setFocus()
    window.canvas.append("ReLU")


def move_a_block(window: MainWindow) -> None:
    drag(window, "hidden", 10, 150)


def nudge_a_block(window: MainWindow) -> None:
    click(window, "hidden")
    for _ in range(5):
        QTest.keyClick(window.canvas, Qt.Key.Key_Down)


def delete_a_block(window: MainWindow) -> None:
    click(window, "tanh")
    QTest.keyClick(window.canvas, Qt.Key.Key_Delete)


def cut_a_wire(window: MainWindow) -> None:
    view = window.canvas
    edge = window.document.project.edges[0]
    middle = view.mapFromScene(view.canvas.wires[edge].middle())
    QTest.mouseClick(view.viewport(), LEFT, NONE, middle)
    QTest.keyClick(view, Qt.Key.Key_Delete)


def rename_a_block(window: MainWindow) -> None:
    click(window, "hidden")
    type_into(window, "inspector.name", "first")


def change_a_parameter(window: MainWindow) -> None:
    click(window, "hidden")
    type_into(window, "inspector.units", "7")


def step_a_parameter(window: MainWindow) -> None:
    click(window, "hidden")
    field = window.findChild(NumberField, "inspector.units")
    assert field is not None
    field.setFocus()
    for _ in range(6):
        QTest.keyClick(field, Qt.Key.Key_Up)


def change_the_data(window: MainWindow) -> None:
    type_into(window, "inspector.dataset.noise", "0.2")


def step_the_rate(window: MainWindow) -> None:
    field = window.findChild(NumberField, "inspector.training.optimizer.learning_rate")
    assert field is not None
    field.setFocus()
    for _ in range(4):
        QTest.keyClick(field, Qt.Key.Key_Up)


def change_the_seed(window: MainWindow) -> None:
    type_into(window, "inspector.training.seed", "5")


def name_the_project(window: MainWindow) -> None:
    type_into(window, "inspector.project.name", "Mine")


@pytest.mark.parametrize(
    ("gesture", "words"),
    [
        (append_a_block, "Add relu"),
        (move_a_block, "Move hidden"),
        (nudge_a_block, "Move hidden"),
        (delete_a_block, "Delete tanh"),
        (cut_a_wire, "Disconnect data from hidden"),
        (rename_a_block, "Rename hidden to first"),
        (change_a_parameter, "Change units of hidden"),
        (step_a_parameter, "Change units of hidden"),
        (change_the_data, "Change the data"),
        (step_the_rate, "Change optimizer"),
        (change_the_seed, "Change seed"),
        (name_the_project, "Rename the project"),
    ],
)
def test_one_gesture_is_one_step(
    xor: MainWindow, gesture: Callable[[MainWindow], None], words: str
) -> None:
    document, undo, redo = xor.document, xor.named_actions["undo"], xor.named_actions["redo"]
    before = dumps(document.project)
    assert not undo.isEnabled()
    gesture(xor)
    after = dumps(document.project)
    assert after != before
    assert undo.text() == f"&Undo: {words}"
    assert xor.windowTitle().endswith(" — edited — Netbuilder")
    xor.canvas.setFocus()
    QTest.keyClick(xor.canvas, Qt.Key.Key_Z, CONTROL)
    assert dumps(document.project) == before
    assert not undo.isEnabled()
    assert undo.text() == "&Undo"
    assert redo.text() == f"&Redo: {words}"
    assert xor.windowTitle() == "XOR — Netbuilder"
    QTest.keyClick(xor.canvas, Qt.Key.Key_Z, CONTROL | SHIFT)
    assert dumps(document.project) == after
    assert xor.windowTitle().endswith(" — edited — Netbuilder")


def steps(window: MainWindow) -> list[str]:
    """The words of all steps, the last first; everything is undone."""
    found = []
    while window.document.undo_command is not None:
        found.append(window.document.undo_command.text)
        window.document.undo()
    return found


def test_another_field_is_another_step(xor: MainWindow) -> None:
    for name in ("samples", "noise", "samples"):
        field = xor.findChild(NumberField, f"inspector.dataset.{name}")
        assert field is not None
        field.setFocus()
        for _ in range(3):
            QTest.keyClick(field, Qt.Key.Key_Up)
    assert steps(xor) == ["Change the data"] * 3
    step_a_parameter(xor)
    click(xor, "tanh")
    step_a_parameter(xor)
    assert steps(xor) == ["Change units of hidden"] * 2


def pause_after(window: MainWindow, qtbot: QtBot, count: int) -> None:
    with qtbot.waitSignal(
        window.controller.state_changed, timeout=20_000, check_params_cb=lambda s: s == "paused"
    ):
        window.controller.step(count)


def test_a_reset_is_taken_back_with_all_that_was_learned(xor: MainWindow, qtbot: QtBot) -> None:
    pause_after(xor, qtbot, 50)
    learned = xor.document.project.weights
    assert learned
    xor.controller.reset()
    assert xor.document.project.weights == {}
    assert xor.named_actions["undo"].text() == "&Undo: Reset the weights"
    xor.named_actions["undo"].trigger()
    assert same_weights(xor.document.project.weights, learned)
    xor.named_actions["redo"].trigger()
    assert xor.document.project.weights == {}


def test_a_reset_in_the_middle_of_the_first_run_is_taken_back_too(
    xor: MainWindow, qtbot: QtBot
) -> None:
    xor.controller.start()
    qtbot.waitUntil(lambda: xor.controller.history.count > 1, timeout=20_000)
    xor.controller.reset()
    assert xor.document.project.weights == {}
    xor.named_actions["undo"].trigger()
    assert set(xor.document.project.weights) == {"hidden", "output"}
    snapshot = xor.controller.snapshot
    qtbot.waitUntil(lambda: xor.controller.snapshot is not snapshot, timeout=20_000)


def test_loaded_weights_are_taken_back(xor: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    pause_after(xor, qtbot, 20)
    path = tmp_path / "weights.npz"
    assert xor.weight_files.export_to(xor.document.project, path)
    pause_after(xor, qtbot, 20)
    later = xor.document.project.weights
    assert xor.weight_files.import_from(path)
    assert not same_weights(xor.document.project.weights, later)
    assert xor.named_actions["undo"].text() == "&Undo: Load weights"
    xor.named_actions["undo"].trigger()
    assert same_weights(xor.document.project.weights, later)


def test_the_title_knows_the_saved_state_however_it_is_reached(
    xor: MainWindow, tmp_path: Path
) -> None:
    move_a_block(xor)
    xor.document.path = tmp_path / "a.json"
    assert xor.files.save()
    assert xor.windowTitle() == "XOR — Netbuilder"
    xor.named_actions["undo"].trigger()
    assert xor.windowTitle() == "XOR — edited — Netbuilder"
    xor.named_actions["redo"].trigger()
    assert xor.windowTitle() == "XOR — Netbuilder"
