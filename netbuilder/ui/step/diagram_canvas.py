"""The drawing of the network as it answers the mouse and the keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from netbuilder.engine.algebra.expression import Place
from netbuilder.ui.step.diagram_picture import DiagramPicture
from netbuilder.ui.step.diagram_plan import Spot, Weight
from netbuilder.ui.step.model import StepModel
from netbuilder.ui.theme import theme

MOST_ZOOM = 8.0
ZOOM_STEP = 1.25
REACH = 6.0  # from the pointer to a line
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class DiagramCanvas(DiagramPicture):
    """Leads the step model: what is under the pointer or has the keys is looked at."""

    def __init__(self, model: StepModel, parent: QWidget | None = None) -> None:
        super().__init__(model, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._grip: QPointF | None = None
        self._dragged = False

    # ---- the mouse -------------------------------------------------------------------------------

    def thing_at(self, point: QPointF) -> Spot | Weight | None:
        """The neuron or the line under a point of the widget."""
        layout = self.plan_layout
        if layout is None:
            return None
        inside = point + self.pan
        spot = layout.spot_at(inside)
        return spot if spot is not None else layout.weight_near(inside, theme().px(REACH))

    def place_of(self, thing: Spot | Weight | None) -> Place | None:
        """The number that a neuron or a line stands for at this stage."""
        reading = self.reading
        if thing is None or reading is None:
            return None
        if isinstance(thing, Weight):
            return reading.place_of_weight(thing)
        return reading.place(thing)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Choose what is under the pointer, or take hold of the drawing: beside everything, or
        anywhere with the middle button."""
        if event.button() == Qt.MouseButton.MiddleButton:
            self._grip, self._dragged = event.position(), True
            return
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        thing = self.thing_at(event.position())
        if thing is None:
            self._grip, self._dragged = event.position(), False
            return
        self.model.select(self.place_of(thing))
        if isinstance(thing, Spot):
            self.spot = thing
            self.describe()
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Point at what is under the pointer, or drag the drawing."""
        if self._grip is None:
            thing = self.thing_at(event.position())
            self.setCursor(
                Qt.CursorShape.ArrowCursor if thing is None else Qt.CursorShape.PointingHandCursor
            )
            self.model.hover(self.place_of(thing))
            return
        moved = event.position() - self._grip
        if self._dragged or moved.manhattanLength() >= QApplication.startDragDistance():
            self._dragged = True
            self._grip = event.position()
            self.pan_to(self.pan - moved)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Let go; a click beside everything chooses nothing."""
        if self._grip is not None and not self._dragged:
            self.model.select(None)
        self._grip = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Beside everything: show all of it again."""
        if self.thing_at(event.position()) is None:
            self.fit()
        else:
            self.mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Nothing is pointed at any more."""
        super().leaveEvent(event)
        self.model.hover(None)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """With Ctrl nearer or farther; without it through what is larger than the card."""
        turned = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(ZOOM_STEP ** (turned.y() / 120), event.position())
        elif self.zoom_factor > 1.0:
            self.pan_to(self.pan - QPointF(turned) / 2)
        else:
            event.ignore()

    def event(self, event: QEvent) -> bool:
        """The tooltip tells all digits of what is under the pointer."""
        if event.type() == QEvent.Type.ToolTip:
            assert isinstance(event, QHelpEvent)
            words = self.explained(self.thing_at(QPointF(event.pos())))
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    # ---- zooming ---------------------------------------------------------------------------------

    def zoom(self, factor: float, about: QPointF | None = None) -> None:
        """Nearer or farther; what is at a point of the widget stays there."""
        about = QPointF(self.rect().center()) if about is None else about
        before, self.zoom_factor = (
            self.zoom_factor,
            min(max(self.zoom_factor * factor, 1.0), MOST_ZOOM),
        )
        if self.zoom_factor != before:
            self.pan = (self.pan + about) * (self.zoom_factor / before) - about
            self.keep_inside()
            self.lay_anew()

    def fit(self) -> None:
        """All of it in the card."""
        if self.zoom_factor != 1.0:
            self.zoom_factor, self.pan = 1.0, QPointF()
            self.lay_anew()

    def pan_to(self, pan: QPointF) -> None:
        """Move the drawing so that this point of the layout is at the corner of the widget."""
        self.pan = pan
        self.keep_inside()
        self.ground = None
        self.update()

    # ---- the keys --------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Arrows from neuron to neuron, Return chooses, Escape lets go; plus and minus zoom, 0 and
        F show all."""
        key = Qt.Key(event.key())
        if key in ARROWS and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self._go(*ARROWS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.spot is not None:
            self.model.select(self.place_of(self.spot))
        elif key == Qt.Key.Key_Escape and self.model.place is not None:
            self.model.select(None)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(ZOOM_STEP)
        elif key == Qt.Key.Key_Minus:
            self.zoom(1 / ZOOM_STEP)
        elif key in (Qt.Key.Key_0, Qt.Key.Key_F):
            self.fit()
        else:
            super().keyPressEvent(event)

    def _go(self, sideways: int, down: int) -> None:
        layout = self.plan_layout
        if layout is None:
            return
        self.spot = layout.neighbour(self.spot, sideways, down)
        self._see(layout.rects[self.spot])
        self.model.hover(self.place_of(self.spot))
        self.describe()
        self.update()

    def _see(self, rect: QRectF) -> None:
        """Move the drawing so that this is on the widget."""
        pad = theme().px(24)
        x = min(max(self.pan.x(), rect.right() + pad - self.width()), rect.left() - pad)
        y = min(max(self.pan.y(), rect.bottom() + pad - self.height()), rect.top() - pad)
        if self.zoom_factor > 1.0 and QPointF(x, y) != self.pan:
            self.pan_to(QPointF(x, y))

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """The keys are elsewhere: they point at nothing here."""
        super().focusOutEvent(event)
        self.model.hover(None)
        self.update()
