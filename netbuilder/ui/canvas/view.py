"""The canvas: the network as blocks and wires that are dragged, wired and renamed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, QVariantAnimation, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QWidget

from netbuilder.declare import registry
from netbuilder.engine.operation import Operation
from netbuilder.errors import NetbuilderError
from netbuilder.project.commands import Disconnect, RemoveNodes, Rename
from netbuilder.project.document import Change, Document
from netbuilder.project.problems import Analysis
from netbuilder.ui.canvas import accessible, keys
from netbuilder.ui.canvas.gesture_view import GestureView
from netbuilder.ui.canvas.health import Health
from netbuilder.ui.canvas.overlays import Overlays
from netbuilder.ui.canvas.plan import append, duplicate
from netbuilder.ui.canvas.rename_editor import RenameEditor
from netbuilder.ui.canvas.unfolded_view import Unfolding
from netbuilder.ui.motion import motion
from netbuilder.ui.quick_add import WIDTH as QUICK_ADD_WIDTH
from netbuilder.ui.quick_add import QuickAdd
from netbuilder.ui.theme import theme

ADDING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
TAB_REASONS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
MOVED = 4  # pixels; less is rounding and no panning
PULSE = 1100  # milliseconds for which a revealed block glows


class CanvasView(GestureView):
    """Shows the document's network and edits it by commands. GUI thread."""

    space_tapped = Signal()
    """Space was pressed and released without panning."""
    start_wanted = Signal(str)
    """A way to begin was chosen on the empty canvas: "example", "sizes" or "steps"."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(document, parent)
        self._shown = False
        self._fitted: tuple[float, QPointF] | None = None  # zoom and centre of the last fit
        self._by_keyboard = False
        self._renaming: str | None = None
        self._revealed: str | None = None
        self.setObjectName("canvas")
        self.setAccessibleName(self.tr("Network"))
        accessible.install()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._overlays = Overlays(self)
        self._overlays.bar.fit_button.clicked.connect(self.fit)
        self._overlays.start.wanted.connect(self.start_wanted)
        self._editor = RenameEditor(self)
        self._editor.committed.connect(self._commit_name)
        self._editor.left.connect(self._stop_renaming)
        self._quick_add = QuickAdd(self)
        self._quick_add.chosen.connect(self._add_chosen)
        self._add_at: QPointF | None = None  # of the viewport; None: behind the selection
        self._pulse = QVariantAnimation(self)
        self._pulse.setDuration(PULSE)
        self._pulse.setStartValue(1.0)
        self._pulse.setEndValue(0.0)
        self._pulse.valueChanged.connect(self._show_pulse)
        self.selection_changed.connect(self._tell_selection)
        theme().changed.connect(self._restyle)
        document.watch(self._follow)
        self._overlays.show_empty(not document.project.nodes)
        self.unfolding = Unfolding(self)  # after `watch`: it must find the items as they are

    # ---- what is shown ---------------------------------------------------------------------------

    def set_analysis(self, analysis: Analysis) -> None:
        """Show shapes, parameter counts and problems."""
        self.canvas.set_analysis(analysis)
        self._describe()

    def set_gradients(self, gradients: Mapping[str, float] | None) -> None:
        """Show gradient norms by node id on a logarithmic scale; None hides the bars."""
        self.canvas.set_gradients(gradients)

    def set_verdicts(self, verdicts: Mapping[str, Health] | None) -> None:
        """How layers fare by the verdict on the run; None as long as there is none."""
        self.canvas.set_verdicts(verdicts)

    def set_layer_colours(self, colours: Mapping[str, str]) -> None:
        """The colours ("#rrggbb") of the gradient bars by node id."""
        self.canvas.set_colours(colours)

    def set_dataset_label(self, title: str, count: int) -> None:
        """What the data block says: the name of the data and the number of samples."""
        self.canvas.set_dataset(title, count)

    # ---- selecting -------------------------------------------------------------------------------

    def select(self, ids: Iterable[str]) -> None:
        """Select these blocks and nothing else; unknown ids are passed over."""
        self.set_selection(ids)

    @Slot()
    def select_all(self) -> None:
        """Select every block."""
        self.set_selection(self.canvas.blocks)

    def reveal(self, node_id: str) -> None:
        """Centre a block, select it and let it glow for a moment."""
        block = self.canvas.blocks.get(node_id)
        if block is None:
            return
        self.centerOn(block.pos())
        self.set_selection((node_id,))
        self._show_pulse(0.0)
        self._revealed = node_id
        self._show_pulse(1.0)
        self._pulse.stop()
        # Where nothing shall move, the glow stands still for as long as it would have faded.
        self._pulse.setKeyValueAt(0.98, 1.0 if motion().reduced else 0.02)
        self._pulse.start()

    @Slot()
    def fit(self) -> None:
        """Show the whole network."""
        self.fit_rect(self.canvas.extent())
        self._fitted = (self.zoom, self._centre())

    def _centre(self) -> QPointF:
        return self.mapToScene(self.viewport().rect().center())

    # ---- editing ---------------------------------------------------------------------------------

    def append(self, type_name: str) -> None:
        """Add a block behind the selected one, or at the end of the network, and wire it."""
        known = registry(Operation)
        chosen = self.selection
        selected = chosen[0] if len(chosen) == 1 else None
        try:
            command = append(self.document.project, known[type_name](), selected, self.canvas.size)
        except NetbuilderError as error:
            self.message.emit(str(error))
            return
        if self.push(command):
            self.set_selection((command.node.id,))
            self.keep_in_view((command.node.id,))

    @Slot()
    def quick_add(self) -> None:
        """Open the box that finds a block; Enter appends it behind the selection."""
        if not self.busy:
            self._stop_renaming()
            self._open_quick_add(None)

    def _open_quick_add(self, at: QPointF | None) -> None:
        self._add_at = at
        px = theme().px
        if at is not None:
            corner = at.toPoint()
        elif len(self.selection) == 1:
            self.keep_in_view(self.selection)
            box = self.mapFromScene(self.canvas.content(self.selection)).boundingRect()
            beside = box.right() + px(16)
            if beside + px(QUICK_ADD_WIDTH) > self.width():
                beside = box.left() - px(16) - px(QUICK_ADD_WIDTH)
            corner = QPoint(beside, box.top())
        else:
            corner = QPoint((self.width() - px(QUICK_ADD_WIDTH)) // 2, px(24))
        self._quick_add.open_at(corner)

    @Slot(str)
    def _add_chosen(self, type_name: str) -> None:
        if self._add_at is None:
            self.append(type_name)
        else:
            self.drop_block(type_name, self._add_at)

    @Slot()
    def delete_selection(self) -> None:
        """Delete the selected blocks and wires."""
        ids, wires = self.selection, self.canvas.selected_wires()
        if ids or len(wires) > 1:
            self.push(RemoveNodes(ids, wires))
        elif wires:
            self.push(Disconnect(wires))

    @Slot()
    def duplicate_selection(self) -> None:
        """Copy the selected blocks with the wires between them, and select the copies."""
        if not self.selection:
            return
        try:
            command = duplicate(self.document.project, self.selection, self.canvas.size)
        except NetbuilderError as error:
            self.message.emit(str(error))
            return
        if self.push(command):
            names = [node.id for node in command.nodes]
            self.set_selection(names)
            self.keep_in_view(names)

    @Slot()
    def rename_selected(self) -> None:
        """Open the name of the selected block for editing."""
        if len(self.selection) == 1 and not self.busy:
            self._rename(self.selection[0])

    def _rename(self, name: str) -> None:
        block = self.canvas.blocks[name]
        self.keep_in_view((name,))
        self._renaming = name
        box = self.mapFromScene(block.name_rect()).boundingRect()
        self._editor.open(name, box)

    @Slot(str)
    def _commit_name(self, wanted: str) -> None:
        old = self._renaming
        if old is None or not self.document.project.has(old):
            self._stop_renaming()
            return
        try:
            self.document.seal()
            self.document.push(Rename(old, wanted))
        except NetbuilderError as error:
            self._editor.refuse(str(error))
            self.message.emit(str(error))
            return
        self._stop_renaming()

    @Slot()
    def _stop_renaming(self) -> None:
        if self._renaming is not None:
            self._renaming = None
            self._editor.close_field()

    # ---- following the document ------------------------------------------------------------------

    def _follow(self, change: Change) -> None:
        if change.after.nodes is change.before.nodes and change.after.edges is change.before.edges:
            return
        self.cancel_gesture()
        grown = change.cause == "do" and len(change.after.nodes) > len(change.before.nodes)
        before = [n for n in self.canvas.blocks if change.after.has(n)]
        seen = grown and self._in_view(before)
        self._following = True
        self.canvas.mirror(change.after)
        self._following = False
        if seen and not self._in_view(before):
            self.fit()  # what came in between has pushed others out of sight
        if self._renaming is not None and not change.after.has(self._renaming):
            self._stop_renaming()
        self._overlays.show_empty(not change.after.nodes)
        accessible.tell_change(self)
        self._selection_moved()
        if change.cause == "load":
            self.set_selection(())
            self.fit()

    def _in_view(self, names: Iterable[str]) -> bool:
        area = QRectF(self.viewport().rect())
        return area.contains(self.mapFromScene(self.canvas.content(names)).boundingRect())

    @Slot()
    def _tell_selection(self) -> None:
        self._show_focus()
        self._describe()
        accessible.tell_focus(self)

    def _describe(self) -> None:
        sentences = [self.canvas.blocks[n].facts.sentence for n in self._selection]
        self.setAccessibleDescription("; ".join(sentences))

    def _show_focus(self) -> None:
        shown = self._by_keyboard and self.hasFocus()
        alone = self._selection[0] if len(self._selection) == 1 else None
        for name, block in self.canvas.blocks.items():
            block.set_focused(shown and name == alone)
        self._overlays.show_frame(shown and alone is None)

    @Slot(object)
    def _show_pulse(self, strength: float) -> None:
        if self._revealed is not None and self._revealed in self.canvas.blocks:
            self.canvas.blocks[self._revealed].set_pulse(float(strength))

    @Slot()
    def _restyle(self) -> None:
        self._stop_renaming()
        self._quick_add.leave()
        self.canvas.restyle()
        self.restyle()
        self._overlays.arrange()

    # ---- mouse, keys and focus ---------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """The mouse is in use now: no focus ring, no open name."""
        self._stop_renaming()
        self._quick_add.leave()
        self._by_keyboard = False
        self._show_focus()
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """On a name: rename. On empty canvas: find a block. Elsewhere it is a second press."""
        point = self.scene_point(event.position())
        block = self.canvas.block_at(point)
        left = event.button() == Qt.MouseButton.LeftButton and not self._space_held
        if block is not None and block.name_rect().contains(point):
            event.accept()
            self._rename(block.node.id)
        elif left and not self.busy and self.canvas.hit(point) is None:
            event.accept()
            self._open_quick_add(event.position())
        else:
            self.mousePressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Claim the keys that the canvas needs, and drags that come in over its buttons."""
        kind = event.type()
        if kind == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            mine = event.key() == Qt.Key.Key_Escape and self.busy
            if mine or (event.key() == Qt.Key.Key_Space and not event.modifiers()):
                event.accept()
                return True
        if kind in (
            QEvent.Type.DragEnter,
            QEvent.Type.DragMove,
            QEvent.Type.DragLeave,
            QEvent.Type.Drop,
        ):
            return self.viewportEvent(event)
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """See `keys`; Space turns the cursor into a hand."""
        self._by_keyboard = True
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat() and not self.busy:
            self._space_held, self._space_used = True, False
            self.reset_cursor()
            event.accept()
        elif keys.press(self, event):
            event.accept()
        elif event.key() != Qt.Key.Key_Space:
            super().keyPressEvent(event)
        self._show_focus()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Space is up: no hand any more."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            tapped = self._space_held and not self._space_used
            self._space_held = False
            if not self.busy:
                self.reset_cursor()
            if tapped:
                self.space_tapped.emit()
            event.accept()
        else:
            super().keyReleaseEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802
        """Tab walks along the network and leaves the canvas at its end."""
        if not self.hasFocus():  # Qt asks on behalf of the zoom buttons, too
            return super().focusNextPrevChild(forward)
        self._by_keyboard = True
        return keys.step(self, forward) or super().focusNextPrevChild(forward)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Show where keys go, if it was a key that led here."""
        super().focusInEvent(event)
        self._by_keyboard = event.reason() in TAB_REASONS
        self._show_focus()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Keys go elsewhere now."""
        super().focusOutEvent(event)
        self.document.seal()
        self._space_held = False
        if self.wiring_by_keys:
            self.cancel_gesture()
        self._show_focus()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep what floats above in its corners, and a fitted network fitted."""
        super().resizeEvent(event)
        self._overlays.arrange()
        if self._fitted is not None and self._shown and not self.busy:
            zoom, centre = self._fitted
            away = (self._centre() - centre).manhattanLength() / self.length(1)
            if zoom == self.zoom and away < MOVED:
                self.fit()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Begin with the whole network in view."""
        super().showEvent(event)
        if not self._shown:
            self._shown = True
            self.fit()
