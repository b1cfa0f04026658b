"""A new user's path: build 2-4-1 by dragging on an empty canvas, train XOR, save, reopen."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from netbuilder.project import files
from netbuilder.project.build import build, weights_of
from netbuilder.project.model import Project, same_weights
from netbuilder.ui.main_window import MainWindow
from netbuilder.ui.palette_card import PaletteCard

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
COPY = Qt.DropAction.CopyAction


def drag_block(window: MainWindow, type_name: str, x: float, y: float) -> None:
    """Drag a card of the palette to a point of the scene.

    The offscreen platform has no drags of its own, so the events that a drag brings are sent to the
    canvas; what they carry comes from the card's own drag object.
    """
    card = window.palette_panel.findChild(PaletteCard, f"palette.{type_name}")
    assert card is not None
    mime: QMimeData = card.make_drag().mimeData()
    port = window.canvas.viewport()
    end = window.canvas.mapFromScene(QPointF(x, y))
    QApplication.sendEvent(port, QDragEnterEvent(QPoint(5, end.y()), COPY, mime, LEFT, NONE))
    for share in (0.3, 0.7, 1.0):
        here = QPoint(5 + round((end.x() - 5) * share), end.y())
        QApplication.sendEvent(port, QDragMoveEvent(here, COPY, mime, LEFT, NONE))
    QApplication.sendEvent(port, QDropEvent(QPointF(end), COPY, mime, LEFT, NONE))


def drag_wire(window: MainWindow, source: str, target: str) -> None:
    """Press on an output port, move, and release over another block's input port."""
    blocks, view = window.canvas.canvas.blocks, window.canvas
    start = view.mapFromScene(blocks[source].anchor("out"))
    end = view.mapFromScene(blocks[target].anchor("in"))
    port = view.viewport()
    QTest.mousePress(port, LEFT, NONE, start)
    QTest.mouseMove(port, (start + end) / 2)
    QTest.mouseMove(port, end)
    QTest.mouseRelease(port, LEFT, NONE, end)


def type_units(window: MainWindow, block: str, units: int) -> None:
    """Click a block and type its number of units into the inspector."""
    view = window.canvas
    spot = view.mapFromScene(view.canvas.blocks[block].pos() + QPointF(0, 8))
    QTest.mouseClick(view.viewport(), LEFT, NONE, spot)
    assert view.selection == (block,)
    edit = next(
        w for w in window.inspector.findChildren(QWidget) if w.objectName().endswith(".units")
    )
    line = edit.focusProxy() or edit
    line.setFocus()
    QTest.keyClick(line, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(line, str(units))
    QTest.keyClick(line, Qt.Key.Key_Return)


def build_by_hand(window: MainWindow) -> None:
    names = ("Input", "Dense", "Tanh", "Dense", "Sigmoid", "BinaryCrossEntropy")
    window.canvas.set_zoom(1.0)
    for k, type_name in enumerate(names):
        # Far enough apart that nothing is wired by nearness: the wires are drawn by hand.
        drag_block(window, type_name, -430.0 + 170.0 * k, 90.0 if k % 2 else -90.0)
    ids = [n.id for n in window.document.project.nodes]
    assert ids == ["data", "dense", "tanh", "dense 2", "sigmoid", "loss"]
    for source, target in itertools.pairwise(ids):
        if (source, target) not in window.document.project.edges:
            drag_wire(window, source, target)
    assert window.document.project.edges == tuple(itertools.pairwise(ids))
    type_units(window, "dense", 4)
    type_units(window, "dense 2", 1)


def press(window: MainWindow, name: str) -> None:
    button = window.findChild(QWidget, name)
    assert button is not None
    QTest.mouseClick(button, LEFT)


def test_build_train_save_and_reopen(
    window: MainWindow,
    open_window: Callable[[Project], MainWindow],
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    build_by_hand(window)
    assert window.controller.analysis.problems == ()

    press(window, "transport.train")
    with qtbot.waitSignal(
        window.controller.state_changed, timeout=60_000, check_params_cb=lambda s: s == "finished"
    ):
        pass
    snapshot = window.controller.snapshot
    assert snapshot is not None
    assert snapshot.train_metric == 1.0
    assert snapshot.train_loss < 0.05

    path = tmp_path / "by hand.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    QTest.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert path.exists()
    assert not window.document.modified
    assert window.windowTitle() == "by hand — Netbuilder"

    again = open_window(files.read(path))
    qtbot.waitUntil(lambda: again.controller.snapshot is not None, timeout=10_000)
    assert again.document.project == window.document.project
    assert same_weights(again.document.project.weights, window.document.project.weights)
    for view in (window.canvas, again.canvas):
        view.select(())
        view.fit()
        view.set_gradients(None)
        view.setFocus()
    QApplication.processEvents()
    before = window.canvas.grab().toImage()
    after = again.canvas.grab().toImage()
    assert before.size() == after.size()
    assert before == after
    reopened = again.controller.snapshot
    assert reopened is not None
    assert reopened.train_metric == 1.0
    assert reopened.train_loss == snapshot.train_loss
    assert snapshot.surface is not None
    assert reopened.surface is not None
    assert (reopened.surface.values == snapshot.surface.values).all()


def test_window_and_command_line_give_the_same_bits(
    open_window: Callable[[Project], MainWindow], qtbot: QtBot
) -> None:
    # 250 training samples in batches of 10: 25 steps an epoch, 500 steps are 20 epochs.
    project = files.read(Path(__file__).parents[3] / "examples" / "xor.json")
    window = open_window(project)
    controller = window.controller

    def state(name: str) -> Callable[[str], bool]:
        return lambda s: s == name

    with qtbot.waitSignal(
        controller.state_changed, timeout=20_000, check_params_cb=state("paused")
    ):
        controller.step(137)
    assert controller.snapshot is not None
    assert controller.snapshot.step == 137
    with qtbot.waitSignal(
        controller.state_changed, timeout=20_000, check_params_cb=state("paused")
    ):
        controller.step(363)
    assert controller.snapshot.step == 500
    run = build(project)
    run.trainer.advance(500)
    assert same_weights(weights_of(run.network), window.document.project.weights)


def test_undoing_everything_leads_back_to_the_empty_canvas(window: MainWindow) -> None:
    build_by_hand(window)
    count = 0
    while window.document.undo_command is not None:
        QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        count += 1
        assert count < 100
    assert window.document.project.nodes == ()
    assert not window.document.modified
    assert len(window.canvas.canvas.blocks) == 0
