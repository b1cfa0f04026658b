"""The canvas under the mouse: which gesture a press begins, and what is selected."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, Qt, Signal, Slot
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QWidget

from netbuilder.errors import NetbuilderError
from netbuilder.project.commands import Command
from netbuilder.project.document import Document
from netbuilder.project.model import Edge
from netbuilder.ui.canvas.block_item import BlockItem
from netbuilder.ui.canvas.bubble import Bubble
from netbuilder.ui.canvas.commands import Nudge
from netbuilder.ui.canvas.edge_scroll import EdgeScroll
from netbuilder.ui.canvas.gestures.draw_wire import DrawWire
from netbuilder.ui.canvas.gestures.drop_block import DropBlock
from netbuilder.ui.canvas.gestures.gesture import Gesture
from netbuilder.ui.canvas.gestures.key_wire import KeyWire
from netbuilder.ui.canvas.gestures.move_blocks import MoveBlocks
from netbuilder.ui.canvas.gestures.pan import Pan
from netbuilder.ui.canvas.gestures.rubber_band import RubberBand
from netbuilder.ui.canvas.mime import block_type
from netbuilder.ui.canvas.port_item import PortItem
from netbuilder.ui.canvas.scene import CanvasScene
from netbuilder.ui.canvas.swift_view import SwiftView
from netbuilder.ui.canvas.wire_item import WireItem
from netbuilder.ui.theme import theme

ADDING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class GestureView(SwiftView):
    """Shows a document's network; a gesture at a time changes it, by one command each."""

    selection_changed = Signal(object)
    """The selected blocks: a tuple of node ids in the order of the project."""
    message = Signal(str)
    """Why something was refused, in one sentence."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        self.canvas = CanvasScene(document.project)
        self._gesture: Gesture | None = None
        super().__init__(self.canvas, parent)
        self.canvas.setParent(self)
        self.document = document
        self._button = Qt.MouseButton.NoButton  # that began it
        self._selection: tuple[str, ...] = ()
        self._following = False  # items come and go: what is selected meanwhile is no news
        self.bubble = Bubble(self)
        self._edge = EdgeScroll(self, self._follow_edge)
        self._space_held = False
        self._space_used = False  # it was held to pan, so letting go is no tap
        self.setAcceptDrops(True)
        self.canvas.selectionChanged.connect(self._selection_moved)

    def _may_hasten(self) -> bool:
        return self._gesture is None and super()._may_hasten()

    @property
    def selection(self) -> tuple[str, ...]:
        """Ids of the selected blocks, in the order of the project."""
        return self.canvas.selected_blocks()

    def set_selection(self, ids: Iterable[str], wires: Iterable[Edge] = ()) -> None:
        """Select these blocks and wires and nothing else."""
        blocks, edges = set(ids), set(wires)
        self._following = True
        for name, block in self.canvas.blocks.items():
            block.setSelected(name in blocks)
        for edge, wire in self.canvas.wires.items():
            wire.setSelected(edge in edges)
        self._following = False
        self._selection_moved()

    @Slot()
    def _selection_moved(self) -> None:
        if self._following or (self._gesture is not None and self._gesture.quiet):
            return
        chosen = self.selection
        if chosen == self._selection:
            return
        self._selection = chosen
        # Nudges of one selection are one undo step; those of the next are another.
        self.document.seal()
        self.selection_changed.emit(chosen)

    def keep_in_view(self, ids: Iterable[str]) -> None:
        """Scroll as little as needed to see these blocks; if all blocks fit, to see them all."""
        wanted = self.canvas.content(ids)
        margin = self.length(theme().px(24))
        seen = self.mapToScene(self.viewport().rect()).boundingRect()
        if seen.adjusted(margin, margin, -margin, -margin).contains(wanted):
            return
        everything = self.canvas.content()
        if (
            everything.width() + 2 * margin <= seen.width()
            and everything.height() + 2 * margin <= seen.height()
        ):
            self.centerOn(everything.center())
        else:
            self.ensureVisible(wanted, theme().px(48), theme().px(48))

    def push(self, command: Command) -> bool:
        """Carry a command out; a refusal becomes a message. Tells whether it was done."""
        if not isinstance(command, Nudge):
            self.document.seal()
        try:
            self.document.push(command)
        except NetbuilderError as error:
            self.message.emit(str(error))
            return False
        return True

    def say(self, text: str) -> None:
        """Tell the user why something was refused."""
        self.message.emit(text)

    # ---- gestures --------------------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """Whether a gesture is under way."""
        return self._gesture is not None

    @Slot()
    def cancel_gesture(self) -> None:
        """Leave off the gesture as if it had not begun."""
        gesture, self._gesture = self._gesture, None
        self._edge.stop()
        if gesture is not None:
            gesture.cancel()
            self._selection_moved()

    @Slot()
    def finish_gesture(self) -> None:
        """Carry out the gesture of keys that is under way."""
        self._finish(QPointF())

    def gesture_key(self, key: int) -> bool:
        """Hand a key to the gesture that is under way; False if it means nothing to it."""
        return self._gesture is not None and self._gesture.key(key)

    @property
    def wiring_by_keys(self) -> bool:
        """Whether a wire is being drawn by keys."""
        return self._gesture is not None and self._gesture.by_keys

    @Slot()
    def wire_by_keys(self) -> None:
        """Begin a wire at the selected block; arrows choose its end, Enter connects."""
        if self.busy:
            return
        if len(self.selection) != 1:
            self.message.emit(self.tr("Select the block where the wire begins: Tab walks along."))
            return
        gesture = KeyWire(self, self.selection[0])
        if gesture.ends:
            self._button = Qt.MouseButton.NoButton
            self._begin(gesture, QPointF())
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.message.emit(
                self.tr("There is no block to which '{name}' could be wired.").format(
                    name=self.selection[0]
                )
            )

    def drop_block(self, type_name: str, at: QPointF) -> None:
        """Put a new block where the cursor is, as if it had been dragged there."""
        self.cancel_gesture()
        self._begin(DropBlock(self, type_name), at)
        self._finish(at)

    def reset_cursor(self) -> None:
        """The cursor for no gesture."""
        if self._space_held:
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            self.viewport().unsetCursor()

    def _begin(self, gesture: Gesture, at: QPointF, *, outside: bool = False) -> None:
        self.wake()  # what the gesture moves is in no picture
        self._gesture = gesture
        self._edge.begin(outside=outside)
        gesture.start(at)

    def _lead(self, at: QPointF) -> None:
        if self._gesture is not None:
            self._gesture.move(at)
            if self._gesture.scrolls:
                self._edge.lead(at)

    def _follow_edge(self, at: QPointF) -> None:
        if self._gesture is None:
            self._edge.stop()
        else:
            self._gesture.move(at)

    def _finish(self, at: QPointF) -> None:
        gesture, self._gesture = self._gesture, None
        self._edge.stop()
        if gesture is not None:
            gesture.finish(at)
            self._selection_moved()

    def _gesture_for(self, event: QMouseEvent) -> Gesture | None:
        left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (left and self._space_held):
            self._space_used = True
            return Pan(self)
        if not left:
            return None
        adding = bool(event.modifiers() & ADDING)
        item = self.canvas.hit(self.scene_point(event.position()))
        if isinstance(item, PortItem):
            return DrawWire(self, item, self._wire_to_move(item))
        if isinstance(item, BlockItem):
            return MoveBlocks(self, item, adding)
        if isinstance(item, WireItem):
            kept = self.canvas.selected_wires() if adding else ()
            self.set_selection(self.selection if adding else (), (*kept, item.edge))
            return None
        return RubberBand(self, adding)

    def _wire_to_move(self, port: PortItem) -> Edge | None:
        """The wire whose end is taken off this port: the selected one; at an input the newest."""
        end = 0 if port.side == "out" else 1
        chosen = [e for e in self.canvas.selected_wires() if e[end] == port.node]
        if chosen:
            return chosen[-1]
        present = [e for e in self.document.project.edges if e[1] == port.node]
        return present[-1] if present and port.side == "in" else None

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Begin the gesture that the place of the press calls for."""
        self.settle()
        event.accept()
        self.document.seal()
        if self.wiring_by_keys:
            self.cancel_gesture()
        if self._gesture is None:
            gesture = self._gesture_for(event)
            if gesture is not None:
                self._button = event.button()
                self._begin(gesture, event.position())
            elif event.button() == Qt.MouseButton.RightButton:
                self._select_under(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Go on with the gesture, or let items feel the cursor."""
        if self._gesture is not None and not self._gesture.by_keys:
            self._lead(event.position())
            event.accept()
        else:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """End the gesture when the button that began it is up."""
        event.accept()
        if event.button() == self._button:
            self._finish(event.position())

    def _select_under(self, at: QPointF) -> None:
        # A context menu must speak of what is under it.
        block = self.canvas.block_at(self.scene_point(at))
        if block is not None and not block.isSelected():
            self.set_selection((block.node.id,))

    # ---- drag and drop from the palette ----------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """A block of the palette comes in."""
        name = block_type(event.mimeData())
        if name is None:
            event.ignore()
            return
        self.cancel_gesture()
        self._button = Qt.MouseButton.NoButton
        self._begin(DropBlock(self, name), event.position(), outside=True)
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802
        """It is over the canvas."""
        if self._gesture is None:
            event.ignore()
            return
        self._lead(event.position())
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802
        """It went away again, or Esc was pressed."""
        self.cancel_gesture()
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """It was let go."""
        if self._gesture is None:
            event.ignore()
            return
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self._finish(event.position())
        self.setFocus(Qt.FocusReason.OtherFocusReason)
