"""A hand that presses, drags and drops on a canvas, with real events."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

import netbuilder.data
import netbuilder.engine  # noqa: F401 - registers the operations
from netbuilder.declare import registry
from netbuilder.engine.operation import Operation
from netbuilder.project.model import Edge, Node, Project
from netbuilder.ui.canvas import CanvasView
from netbuilder.ui.canvas.block_item import BlockItem
from netbuilder.ui.canvas.mime import block_data

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


def node(name: str, kind: str, x: float = 0.0, y: float = 0.0) -> Node:
    return Node(name, registry(Operation)[kind](), (x, y))


def chain(*names: tuple[str, str], gap: float = 170.0) -> Project:
    """Blocks in a row, each wired to the next."""
    nodes = tuple(node(n, kind, k * gap) for k, (n, kind) in enumerate(names))
    ids = [n.id for n in nodes]
    return Project(nodes=nodes, edges=tuple(itertools.pairwise(ids)))


XOR = chain(
    ("data", "Input"),
    ("hidden", "Dense"),
    ("tanh", "Tanh"),
    ("out", "Dense"),
    ("prob", "Sigmoid"),
    ("loss", "BinaryCrossEntropy"),
)


@dataclass
class Hand:
    """Works the canvas as a person does: with real events, at places named by blocks."""

    view: CanvasView
    messages: list[str] = field(default_factory=list)
    selections: list[tuple[str, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.view.message.connect(self.messages.append)
        self.view.selection_changed.connect(self.selections.append)

    @property
    def project(self) -> Project:
        return self.view.document.project

    # Methods, not properties: mypy would take the first answer for the second.

    def chosen(self) -> tuple[str, ...]:
        return self.view.selection

    def edges(self) -> tuple[Edge, ...]:
        return self.project.edges

    def busy(self) -> bool:
        return self.view.busy

    def block(self, name: str) -> BlockItem:
        return self.view.canvas.blocks[name]

    def at(self, x: float, y: float) -> QPoint:
        """The pixel of a point of the scene."""
        return self.view.mapFromScene(QPointF(x, y))

    def body(self, name: str) -> QPoint:
        """A pixel in the middle of a block."""
        return self.view.mapFromScene(self.block(name).pos() + QPointF(0, 8))

    def out(self, name: str) -> QPoint:
        return self.view.mapFromScene(self.block(name).anchor("out"))

    def into(self, name: str) -> QPoint:
        return self.view.mapFromScene(self.block(name).anchor("in"))

    def middle(self, source: str, target: str) -> QPoint:
        return self.view.mapFromScene(self.view.canvas.wires[source, target].middle())

    def press(
        self,
        at: QPoint,
        button: Qt.MouseButton = LEFT,
        keys: Qt.KeyboardModifier = NONE,
    ) -> None:
        QTest.mousePress(self.view.viewport(), button, keys, at)

    def move(self, at: QPoint) -> None:
        QTest.mouseMove(self.view.viewport(), at)

    def release(
        self,
        at: QPoint,
        button: Qt.MouseButton = LEFT,
        keys: Qt.KeyboardModifier = NONE,
    ) -> None:
        QTest.mouseRelease(self.view.viewport(), button, keys, at)

    def click(self, at: QPoint, keys: Qt.KeyboardModifier = NONE) -> None:
        QTest.mouseClick(self.view.viewport(), LEFT, keys, at)

    def hold(self, start: QPoint, end: QPoint, button: Qt.MouseButton = LEFT) -> None:
        """Press and move, in several steps, without letting go."""
        self.press(start, button)
        for k in range(1, 5):
            self.move(start + (end - start) * (k / 4))

    def drag(self, start: QPoint, end: QPoint, button: Qt.MouseButton = LEFT) -> None:
        self.hold(start, end, button)
        self.release(end, button)

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(self.view, key, keys)

    def wheel(self, at: QPoint, turned: int) -> None:
        event = QWheelEvent(
            QPointF(at),
            QPointF(self.view.mapToGlobal(at)),
            QPoint(),
            QPoint(0, turned),
            Qt.MouseButton.NoButton,
            NONE,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self.view.viewport(), event)

    def bring(self, type_name: str, *path: QPoint) -> None:
        """Drag a block of the palette along a path over the canvas, without dropping it."""
        data = block_data(type_name)
        enter = QDragEnterEvent(path[0], Qt.DropAction.CopyAction, data, LEFT, NONE)
        QApplication.sendEvent(self.view.viewport(), enter)
        assert enter.isAccepted()
        for place in path[1:]:
            move = QDragMoveEvent(place, Qt.DropAction.CopyAction, data, LEFT, NONE)
            QApplication.sendEvent(self.view.viewport(), move)
            assert move.isAccepted()

    def drop(self, type_name: str, *path: QPoint) -> None:
        """Drag a block of the palette along a path and let it go at its end."""
        self.bring(type_name, *path, path[-1])
        data = block_data(type_name)  # the event does not keep it alive
        event = QDropEvent(
            QPointF(path[-1]),
            Qt.DropAction.CopyAction,
            data,
            LEFT,
            NONE,
            QEvent.Type.Drop,
        )
        QApplication.sendEvent(self.view.viewport(), event)
        assert event.isAccepted()

    def leave(self) -> None:
        QApplication.sendEvent(self.view.viewport(), QDragLeaveEvent())

    def undo(self) -> None:
        self.view.document.undo()


def ids(nodes: Sequence[Node]) -> list[str]:
    return [n.id for n in nodes]
