"""Layers of the canvas that show their neurons: unfolding, pointing, editing and walking there.

Which blocks are unfolded belongs to the window, not to the document; only the room that they need
is a change of the document.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

from netbuilder.project.document import Change
from netbuilder.ui.canvas.block_item import BlockItem
from netbuilder.ui.canvas.bubble import announce
from netbuilder.ui.canvas.port_item import PortItem
from netbuilder.ui.canvas.scene import renamed
from netbuilder.ui.canvas.unfolded_item import Spot, UnfoldedItem
from netbuilder.ui.canvas.unfolded_popup import HoverCard, Told, WeightEditor
from netbuilder.ui.canvas.unfolded_room import Block, MakeRoom, Shift, grown, taken_back

if TYPE_CHECKING:
    from netbuilder.ui.canvas.view import CanvasView

PLAIN = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier
REMEMBERED = 200  # steps of unfolding whose way back is known


class Unfolding(QObject):
    """Works beside one view: sees its events first and leaves those alone that are not its own."""

    changed = Signal()
    """Other neurons than before are shown, or others can be seen."""
    weight_set = Signal(str, object, float)
    """The user wants a weight or bias: node id, Spot, value."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self._scene = view.canvas
        self._shifts: dict[str, Shift] = {}
        self._steps: list[tuple[MakeRoom, dict[str, Shift]]] = []
        self._own = False  # the change of the document that comes is ours
        self._pressed: tuple[BlockItem, Spot, QPointF] | None = None
        self._hot: UnfoldedItem | None = None
        self._inside: tuple[str, Spot] | None = None
        self._editing: tuple[str, Spot] | None = None
        self._opening: tuple[str, Spot] = ("", Spot(0))
        self._axes: tuple[str, str] = ("x1", "x2")
        self._extent: tuple[float, float, float, float] | None = None
        self.card = HoverCard(view)
        self.editor = WeightEditor(view)
        self.editor.entered.connect(self._enter_weight)
        self.editor.left.connect(self._editor_left)
        view.viewport().setMouseTracking(True)
        view.viewport().installEventFilter(self)
        view.installEventFilter(self)
        view.zoom_changed.connect(self._moved)
        for bar in (view.horizontalScrollBar(), view.verticalScrollBar()):
            bar.valueChanged.connect(self._moved)
        view.selection_changed.connect(self._follow_selection)
        view.document.watch(self._follow)

    # ---- which are unfolded ----------------------------------------------------------------------

    @property
    def unfolded(self) -> tuple[str, ...]:
        """The blocks that show their neurons."""
        return tuple(n for n, b in self._scene.blocks.items() if b.neurons is not None)

    @property
    def foldable(self) -> tuple[str, ...]:
        """The blocks that can."""
        return tuple(n for n, b in self._scene.blocks.items() if b.facts.neurons)

    def visible(self) -> tuple[str, ...]:
        """The unfolded blocks of which something can be seen now."""
        view = self._view
        if not view.isVisible() or view.window().isMinimized():
            return ()
        seen = view.mapToScene(view.viewport().rect()).boundingRect()
        blocks = self._scene.blocks
        return tuple(n for n in self.unfolded if blocks[n].card_rect().intersects(seen))

    @Slot()
    def toggle_selection(self) -> None:
        """Unfold the selected layers; fold them if all are unfolded already."""
        names = [n for n in self._view.selection if n in self.foldable]
        if not names:
            self._view.say(self.tr("Select a Dense block with an input: it can show its neurons."))
            return
        shown = self.unfolded
        self.set_unfolded(names, not all(n in shown for n in names))

    @Slot()
    def unfold_all(self) -> None:
        """Show the neurons of all layers."""
        self.set_unfolded(self.foldable, True)

    @Slot()
    def fold_all(self) -> None:
        """Hide all neurons."""
        self.set_unfolded(self.unfolded, False)

    def set_unfolded(self, names: Iterable[str], unfold: bool) -> None:
        """Unfold or fold these blocks; whatever must move for it does so in one undo step."""
        blocks = self._scene.blocks
        able = self.foldable
        wanted = [n for n in names if n in blocks and n in able and blocks[n].unfolded != unfold]
        if not wanted:
            return
        self._leave_all()
        document = self._view.document
        last = self._steps[-1] if self._steps else None
        if not unfold and last is not None and document.undo_command is last[0]:
            step = last[0]
            if step.unfold and set(step.names) == set(wanted):
                document.undo()  # as if it had never been unfolded
                return
        before = {n.id: n.position for n in document.project.nodes}
        shifts: dict[str, Shift] = {}
        if unfold:
            wanted.sort(key=lambda n: before[n])
            after = self._made_room(wanted, before, shifts)
        else:
            wanted.sort(key=lambda n: -list(self._shifts).index(n) if n in self._shifts else 1)
            after = self._room_back(wanted, before, shifts)
        moved = {n: p for n, p in after.items() if p != before[n]}
        self._apply(wanted, unfold, shifts)
        if moved:
            command = MakeRoom(moved, names=tuple(wanted), unfold=unfold)
            self._own = True
            done = self._view.push(command)
            self._own = False
            if done:
                self._steps = [*self._steps[-REMEMBERED:], (command, shifts)]
        self._relaid(wanted)

    def _made_room(
        self, names: Sequence[str], places: dict[str, tuple[float, float]], shifts: dict[str, Shift]
    ) -> dict[str, tuple[float, float]]:
        items = self._scene.blocks
        room = {n: Block(*places[n], *items[n].size) for n in places if n in items}
        for name in names:
            here = {n: (b.x, b.y) for n, b in room.items()}
            moved = grown(room, name, items[name].size_if(True))
            shifts[name] = Shift({n: here[n] for n in moved}, moved)
        return {**places, **{n: (b.x, b.y) for n, b in room.items()}}

    def _room_back(
        self, names: Sequence[str], places: dict[str, tuple[float, float]], shifts: dict[str, Shift]
    ) -> dict[str, tuple[float, float]]:
        items, after = self._scene.blocks, dict(places)
        room = {n: Block(*places[n], *items[n].size) for n in places if n in items}
        for name in names:
            shift = self._shifts.get(name)
            room[name].width, room[name].height = items[name].size_if(False)
            if shift is None:
                continue
            shifts[name] = shift
            back = taken_back(shift, after)
            there = {n: Block(*back.get(n, after[n]), b.width, b.height) for n, b in room.items()}
            if _crowded(there, room):
                continue  # something stands there now: all stay where they are
            room = there
            after.update(back)
        return after

    def _apply(self, names: Iterable[str], unfold: bool, shifts: dict[str, Shift]) -> None:
        for name in names:
            if name in self._scene.blocks:
                self._scene.blocks[name].set_unfolded(unfold)
            if unfold:
                if name in shifts:
                    self._shifts[name] = shifts[name]
            else:
                self._shifts.pop(name, None)

    def _relaid(self, names: Iterable[str]) -> None:
        present = [n for n in names if n in self._scene.blocks]
        self._scene.lay_wires(present)
        if present:
            self._view.keep_in_view(present)
        self.changed.emit()

    def _follow(self, change: Change) -> None:
        """Undo and redo of a step that made room fold and unfold as well."""
        for old, new in renamed(change.before, change.after).items():
            if old in self._shifts:
                self._shifts[new] = self._shifts.pop(old)
        if change.cause == "load":
            self._shifts, self._steps = {}, []
            self._leave_all()
            if not self.unfolded:
                return
            for block in self._scene.blocks.values():
                block.set_unfolded(False)
            self._scene.lay_wires(self._scene.blocks)
            self._view.fit()
            self.changed.emit()
            return
        if change.structure:
            self._leave_all()
        if self._own or change.cause not in ("undo", "redo"):
            return
        document = self._view.document
        command = document.redo_command if change.cause == "undo" else document.undo_command
        if isinstance(command, MakeRoom):
            shifts = next((s for c, s in self._steps if c is command), {})
            self._leave_all()
            self._apply(command.names, command.unfold == (change.cause == "redo"), shifts)
            self._relaid(command.names)

    # ---- what is said about a spot ---------------------------------------------------------------

    def set_axes(
        self, names: tuple[str, str], extent: tuple[float, float, float, float] | None
    ) -> None:
        """The features that the maps are drawn over, and (x_min, x_max, y_min, y_max)."""
        self._axes, self._extent = names, extent

    def label(self, name: str, spot: Spot) -> str:
        """What a weight or a bias is called: "w (x1 → 3)", "b (3)"."""
        if spot.source is None:
            return f"b ({spot.unit + 1})"
        item = self._item(name)
        source = item.source_name(spot.source) if item is not None else str(spot.source + 1)
        return f"w ({source} → {spot.unit + 1})"

    def told(self, name: str, spot: Spot) -> Told:
        """All about a spot."""
        item = self._item(name)
        assert item is not None
        value = item.value(spot)
        label = self.label(name, spot)
        if spot.source is not None:
            if value is None:
                return Told(label, (self.tr("not drawn yet"),))
            sign = self.tr("positive") if value >= 0 else self.tr("negative")
            return Told(f"{label} = {number(value)}", (sign,))
        title = self.tr("Unit {number} of {block}").format(number=spot.unit + 1, block=name)
        lines = [self.tr("no bias") if value is None else f"{label} = {number(value)}"]
        image = item.image(spot.unit)
        if image is None:
            return Told(title, tuple(lines))
        reach = number(item.reach, 2)
        lines.append(self.tr("blue above 0, orange below, full at ±{reach}").format(reach=reach))
        ends = tuple(number(v, 2) for v in self._extent or (0.0, 0.0, 0.0, 0.0))
        return Told(title, tuple(lines), image, self._axes, ends)

    def refresh(self) -> None:
        """Say anew what is said about a spot: its numbers have changed."""
        self._show_card()
        if self._editing is not None:
            item = self._item(self._editing[0])
            value = item.value(self._editing[1]) if item is not None else None
            if value is not None:
                self.editor.follow(value)

    def _item(self, name: str) -> UnfoldedItem | None:
        block = self._scene.blocks.get(name)
        return block.neurons if block is not None else None

    def _spot_box(self, name: str, spot: Spot) -> QRect:
        """Where a spot is, in pixels of the view."""
        item = self._item(name)
        assert item is not None
        box = item.plan.cell(spot.unit)
        if spot.source is not None:
            middle = item.plan.curves[spot.source, spot.unit].pointAtPercent(0.5)
            box = QRectF(middle.x() - 3, middle.y() - 3, 6, 6)
        return self._view.mapFromScene(item.mapToScene(box).boundingRect()).boundingRect()

    def _show_card(self) -> None:
        pointed: tuple[str, Spot] | None = None
        if self._hot is not None and self._hot.hot is not None:
            pointed = next(
                (
                    (n, self._hot.hot)
                    for n, b in self._scene.blocks.items()
                    if b.neurons is self._hot
                ),
                None,
            )
        pointed = pointed or self._inside
        if pointed is None or self.editor.is_open or self._item(pointed[0]) is None:
            self.card.hide()
            return
        name, spot = pointed
        self.card.tell(self.told(name, spot), self._spot_box(name, spot))

    # ---- editing ---------------------------------------------------------------------------------

    def edit(self, name: str, spot: Spot) -> None:
        """Open the field of a weight or a bias."""
        item = self._item(name)
        if item is None:
            return
        value = item.value(spot)
        if value is None:
            if spot.source is None and item.weights is not None:
                text = self.tr("'{block}' has no biases: switch Bias on in the inspector.")
            else:
                text = self.tr("The weights of '{block}' are drawn when the network is complete.")
            self._view.say(text.format(block=name))
            return
        self._editing = (name, spot)
        item.set_current(spot)
        self.card.hide()
        self._view.document.seal()
        described = self.tr("{label} of {block}").format(label=self.label(name, spot), block=name)
        self.editor.open(self.label(name, spot), described, value, self._spot_box(name, spot))

    @Slot(float)
    def _enter_weight(self, value: float) -> None:
        if self._editing is not None:
            name, spot = self._editing
            self.weight_set.emit(name, spot, value)

    @Slot()
    def _editor_left(self) -> None:
        editing, self._editing = self._editing, None
        self._view.document.seal()
        if editing is not None and editing != self._inside:
            item = self._item(editing[0])
            if item is not None:
                inside = self._inside
                item.set_current(inside[1] if inside and inside[0] == editing[0] else None)
        self._show_card()

    # ---- walking by keys -------------------------------------------------------------------------

    @property
    def inside(self) -> tuple[str, Spot] | None:
        """The block that the keys have gone into, and where they are."""
        return self._inside

    def enter(self) -> bool:
        """Let the keys go into the selected block, if it is unfolded."""
        chosen = self._view.selection
        if len(chosen) != 1 or self._item(chosen[0]) is None:
            return False
        self._stand(chosen[0], Spot(0))
        return True

    def leave(self) -> None:
        """Let the keys come out again."""
        if self._inside is not None:
            item = self._item(self._inside[0])
            self._inside = None
            if item is not None:
                item.set_current(None)
            self._show_card()

    def _stand(self, name: str, spot: Spot) -> None:
        item = self._item(name)
        assert item is not None
        self._inside = (name, spot)
        item.set_current(spot)
        self._show_card()
        sentence = self.told(name, spot).sentence
        self._view.setAccessibleDescription(sentence)
        announce(self._view, sentence)

    def _walk(self, key: int) -> bool:
        """Up and down among neurons, or among the weights of one; left to those, right back."""
        if self._inside is None:
            return False
        name, spot = self._inside
        item = self._item(name)
        if item is None:
            self.leave()
            return False
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(key), 0)
        match key:
            case Qt.Key.Key_Escape:
                self.leave()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.edit(name, spot)
            case Qt.Key.Key_Left if spot.source is None:
                self._stand(name, Spot(spot.unit, 0))
            case Qt.Key.Key_Right:
                self._stand(name, Spot(spot.unit))
            case Qt.Key.Key_Up | Qt.Key.Key_Down if spot.source is None:
                unit = min(max(spot.unit + step, 0), item.plan.rows - 1)
                self._stand(name, Spot(unit))
            case Qt.Key.Key_Up | Qt.Key.Key_Down:
                source = min(max((spot.source or 0) + step, 0), item.plan.columns - 1)
                self._stand(name, Spot(spot.unit, source))
            case Qt.Key.Key_Left:
                pass
            case _:
                return False
        return True

    # ---- events ----------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """See what the view is about to get."""
        kind = event.type()
        if watched is self._view:
            return self._view_event(kind, event)
        if kind == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self._point(event)
        elif kind == QEvent.Type.Leave:
            self._cool()
        elif kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
            assert isinstance(event, QMouseEvent)
            return self._press(event)
        elif kind == QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent):
            self._release(event)
        return False

    def _view_event(self, kind: QEvent.Type, event: QEvent) -> bool:
        if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        if kind in (QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.Resize):
            self.changed.emit()
        elif kind == QEvent.Type.FocusOut and not self.editor.is_open and self._editing is None:
            self.leave()
        return False

    def _key(self, event: QKeyEvent) -> bool:
        if self._view.busy or event.modifiers() not in PLAIN:
            return False
        if self._inside is not None:
            return self._walk(event.key())
        if event.key() == Qt.Key.Key_U:
            self.toggle_selection()
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return self.enter()
        return False

    def _under(self, at: QPointF) -> tuple[BlockItem | None, Spot | None, bool]:
        """Block and spot under a pixel of the viewport, and whether it is the chevron."""
        point = self._view.scene_point(at)
        hit = self._scene.hit(point)
        if isinstance(hit, PortItem) or not isinstance(hit, BlockItem):
            return None, None, False
        if hit.chevron.adjusted(-5, -5, 5, 5).contains(point):
            return hit, None, True
        item = hit.neurons
        spot = item.spot_at(item.mapFromScene(point)) if item is not None else None
        return hit, spot, False

    def _point(self, event: QMouseEvent) -> None:
        if event.buttons() or self._view.busy:
            self._cool()
            return
        block, spot, chevron = self._under(event.position())
        item = block.neurons if block is not None and spot is not None else None
        if self._hot is not None and self._hot is not item:
            self._hot.set_hot(None)
        self._hot = item
        if item is not None:
            item.set_hot(spot)
        if chevron or spot is not None:
            self._view.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self._view.reset_cursor()
        self._show_card()

    def _cool(self) -> None:
        if self._hot is not None:
            self._hot.set_hot(None)
            self._hot = None
            self._show_card()

    def _press(self, event: QMouseEvent) -> bool:
        self._pressed = None
        self.leave()
        if event.button() != Qt.MouseButton.LeftButton or self._view.busy:
            return False
        block, spot, chevron = self._under(event.position())
        if block is None:
            return False
        if chevron:
            self.editor.close_field()
            self._view.setFocus(Qt.FocusReason.MouseFocusReason)
            self.set_unfolded((block.node.id,), not block.unfolded)
            return True
        again = event.type() == QEvent.Type.MouseButtonDblClick
        if spot is not None:
            if not again:
                self._pressed = (block, spot, event.position())
            return again  # the first click has opened the field
        point = self._view.scene_point(event.position())
        if again and block.facts.neurons and not block.name_rect().contains(point):
            self.set_unfolded((block.node.id,), not block.unfolded)
            return True
        return False

    def _release(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is None or event.button() != Qt.MouseButton.LeftButton:
            return
        block, spot, start = pressed
        if (event.position() - start).manhattanLength() < QApplication.startDragDistance():
            # The view ends its own click first, which selects the block.
            self._opening = (block.node.id, spot)
            QApplication.postEvent(self, QEvent(OPEN))

    def customEvent(self, event: QEvent) -> None:  # noqa: N802
        """The click that the view has dealt with opens the field."""
        if event.type() == OPEN:
            name, spot = self._opening
            self.edit(name, spot)

    @Slot()
    def _moved(self) -> None:
        self.editor.close_field()
        self._cool()
        self._show_card()
        self.changed.emit()

    @Slot(object)
    def _follow_selection(self, chosen: tuple[str, ...]) -> None:
        if self._inside is not None and chosen != (self._inside[0],):
            self.leave()

    def _leave_all(self) -> None:
        self.editor.close_field()
        self.leave()
        self._cool()
        self._pressed = None


OPEN = QEvent.Type(QEvent.registerEventType())


def number(value: float, figures: int = 3) -> str:
    """A number for reading: −0.42, 1.2e−7."""
    return f"{value:.{figures}g}".replace("-", "\N{MINUS SIGN}")


def _crowded(there: dict[str, Block], before: dict[str, Block]) -> bool:
    """Whether blocks would overlap that did not."""
    names = list(there)
    moved = {n for n in names if (there[n].x, there[n].y) != (before[n].x, before[n].y)}
    return any(
        there[a].meets(there[b]) and not before[a].meets(before[b])
        for a in moved
        for b in names
        if a != b
    )
