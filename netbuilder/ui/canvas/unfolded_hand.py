"""The hand inside unfolded layers: what is pointed at is told, what is clicked is edited, and keys
walk among neurons and weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

from netbuilder.ui.canvas.block_item import BlockItem
from netbuilder.ui.canvas.bubble import announce
from netbuilder.ui.canvas.port_item import PortItem
from netbuilder.ui.canvas.unfolded_item import Spot, UnfoldedItem
from netbuilder.ui.canvas.unfolded_popup import HoverCard, Told, WeightEditor

if TYPE_CHECKING:
    from netbuilder.ui.canvas.view import CanvasView

PLAIN = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier
OPEN = QEvent.Type(QEvent.registerEventType())


class NeuronHand(QObject):
    """Works beside one view: sees its events first and leaves those alone that are not its own."""

    weight_set = Signal(str, object, float)
    """The user wants a weight or bias: node id, Spot, value."""
    toggled = Signal(str)
    """This block shall be unfolded, or folded if it is."""
    toggle_key = Signal()
    """The same for the selected blocks."""
    seen = Signal()
    """Another part of the canvas is seen than before."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self._scene = view.canvas
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
        lines.append(self.tr("blue above 0, orange below"))
        reach = number(item.reach(spot.unit), 2)
        lines.append(self.tr("strongest at ±{reach}").format(reach=reach))
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
            box = QRectF(middle.x(), middle.y() - 3, 6, 6)
        box.setRight(item.plan.size[0])  # what floats beside it must not cover its neighbours
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

    def go_to(self, name: str, spot: Spot) -> None:
        """Let the keys go to a neuron or a weight of an unfolded block."""
        if self._item(name) is not None:
            self._stand(name, spot)

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
            self.seen.emit()
        elif kind == QEvent.Type.FocusOut and not self.editor.is_open and self._editing is None:
            self.leave()
        return False

    def _key(self, event: QKeyEvent) -> bool:
        if self._view.busy or event.modifiers() not in PLAIN:
            return False
        if self._inside is not None:
            return self._walk(event.key())
        if event.key() == Qt.Key.Key_U:
            self.toggle_key.emit()
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
            self.toggled.emit(block.node.id)
            return True
        again = event.type() == QEvent.Type.MouseButtonDblClick
        if spot is not None:
            if not again:
                self._pressed = (block, spot, event.position())
            return again  # the first click has opened the field
        point = self._view.scene_point(event.position())
        if again and block.facts.neurons and not block.name_rect().contains(point):
            self.toggled.emit(block.node.id)
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
        self.seen.emit()

    @Slot(object)
    def _follow_selection(self, chosen: tuple[str, ...]) -> None:
        if self._inside is not None and chosen != (self._inside[0],):
            self.leave()

    def leave_all(self) -> None:
        """Neither point nor edit nor walk: what is shown is about to change."""
        self.editor.close_field()
        self.leave()
        self._cool()
        self._pressed = None


def number(value: float, figures: int = 3) -> str:
    """A number for reading: −0.42, 1.2e−7."""
    return f"{value:.{figures}g}".replace("-", "\N{MINUS SIGN}")
