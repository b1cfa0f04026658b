"""The cross-hair of a plane: where the pointer or the keys are, and what is said there."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from netbuilder.ui.plots.decision_base import ScenePlot
from netbuilder.ui.theme import theme

STEP, FINE_STEP = 0.02, 0.004  # of the view, for one key; the fine one with Shift
MOST = 0.33  # of the view that the words may cover

Row = tuple[str, str]
"""A name and a value."""


@dataclass(frozen=True)
class PlaneReading:
    """What is said at one place: a heading and rows of names and values."""

    heading: str
    rows: tuple[Row, ...]

    @property
    def words(self) -> str:
        """All of it in one line, for a screen reader."""
        return ", ".join([self.heading, *(f"{name} {value}" for name, value in self.rows)])


class CrossHair(QWidget):
    """Lies over a card and lets the mouse through; gone while there is nothing to read."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.reading: PlaneReading | None = None
        self._place = QPointF()
        self._view = QRectF()
        self.hide()
        theme().changed.connect(self._repaint)

    def read(self, reading: PlaneReading | None, place: QPointF, view: QRectF) -> None:
        """Show this at a pixel of the parent, inside the rectangle `view` of it."""
        if (reading, place, view) == (self.reading, self._place, self._view):
            return
        self.reading, self._place, self._view = reading, QPointF(place), QRectF(view)
        if reading is not None:
            # No larger than need be: what lies below is painted anew with it.
            self.setGeometry(view.united(self.box()).adjusted(-1, -1, 1, 1).toAlignedRect())
            self.raise_()
        self.setVisible(reading is not None)
        self.update()

    def box(self) -> QRectF:
        """Where the words stand in the parent: in the corner of the view that is farthest from the
        cross; below or beside a view that is too small for that."""
        parent = self.parentWidget()
        if self.reading is None or parent is None:
            return QRectF()
        view, gap = self._view, theme().px(4)
        card = QRectF(parent.rect()).adjusted(gap, gap, -gap, -gap)
        size = self._size_of_words(card.width())
        right = self._place.x() < view.center().x()
        low = self._place.y() < view.center().y()
        corner = QPointF(
            view.right() - gap - size.width() if right else view.left() + gap,
            view.bottom() - gap - size.height() if low else view.top() + gap,
        )
        places = [corner]
        if size.width() * size.height() > MOST * view.width() * view.height():
            middle = view.center() - QPointF(size.width() / 2, size.height() / 2)
            places = [
                QPointF(middle.x(), view.bottom() + gap),
                QPointF(view.right() + gap, middle.y()),
                QPointF(view.left() - gap - size.width(), middle.y()),
                corner,
            ]
        boxes = [_inside(QRectF(place, size), card) for place in places]
        return min(boxes, key=lambda box: _area(box.intersected(view)))

    def _size_of_words(self, most: float) -> QSizeF:
        assert self.reading is not None
        px, metrics = theme().px, QFontMetricsF(theme().font("caption"))
        names = max((metrics.horizontalAdvance(name) for name, _ in self.reading.rows), default=0.0)
        values = max(
            (metrics.horizontalAdvance(value) for _, value in self.reading.rows), default=0.0
        )
        width = max(names + px(10) + values, metrics.horizontalAdvance(self.reading.heading))
        height = (1 + len(self.reading.rows)) * metrics.height() + 2 * px(4)
        return QSizeF(min(width + 2 * px(7), most), height)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the cross and the words."""
        reading = self.reading
        if reading is None:
            return
        px, colours = theme().px, theme().current
        painter = QPainter(self)
        painter.translate(-self.pos())
        x, y = round(self._place.x()) + 0.5, round(self._place.y()) + 0.5
        for colour, style in (
            (colours.surface, Qt.PenStyle.SolidLine),
            (colours.text, Qt.PenStyle.DotLine),
        ):
            painter.setPen(QPen(QColor(colour), 1, style))
            painter.drawLine(QPointF(x, self._view.top()), QPointF(x, self._view.bottom()))
            painter.drawLine(QPointF(self._view.left(), y), QPointF(self._view.right(), y))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self.box()
        painter.setPen(QPen(QColor(colours.border_strong), 1))
        painter.setBrush(QColor(colours.raised))
        painter.drawRoundedRect(box, px(4), px(4))
        painter.setFont(theme().font("caption"))
        metrics = QFontMetricsF(theme().font("caption"))
        inner = box.adjusted(px(7), px(4), -px(7), -px(4))
        row = QRectF(inner.left(), inner.top(), inner.width(), metrics.height())
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(colours.muted))
        painter.drawText(row, left, reading.heading)
        for name, value in reading.rows:
            row.translate(0, metrics.height())
            painter.setPen(QColor(colours.muted))
            painter.drawText(row, left, name)
            painter.setPen(QColor(colours.text))
            painter.drawText(row, right, value)

    @Slot()
    def _repaint(self) -> None:
        self.update()


class ReadablePlane(ScenePlot):
    """A view of a plane whose places are read by the pointer and by the arrow keys."""

    place_moved = Signal(object)
    """The user reads another place, (u, v) as in `place`, or None."""

    def __init__(self, title: str, object_name: str, parent: QWidget | None = None) -> None:
        super().__init__(title, object_name, parent)
        self.cross = CrossHair(self)
        self.place: tuple[float, float] | None = None
        """What is read, from (0, 0) at the lower left of the view to (1, 1); None for nothing."""

    def read(self, place: tuple[float, float]) -> PlaneReading | None:
        """What is to be said at a place of the view."""
        raise NotImplementedError

    def cross_at(self, place: tuple[float, float]) -> tuple[float, float]:
        """Where the cross stands for a place that is read."""
        return place

    def set_place(self, place: tuple[float, float] | None) -> None:
        """Read this place of the view, or none."""
        if place is not None:
            place = min(max(place[0], 0.0), 1.0), min(max(place[1], 0.0), 1.0)
        self.place = place
        self.place_cross()
        if self.cross.reading is not None:
            self.setAccessibleDescription(self.cross.reading.words)

    def place_cross(self) -> None:
        """Say what is there now."""
        view = self._view_on_card()
        reading = None
        if self.place is not None and not self.area.note and view.width() > 0:
            reading = self.read(self.place)
        u, v = self.cross_at(self.place or (0.0, 0.0))
        at = QPointF(view.left() + u * view.width(), view.bottom() - v * view.height())
        self.cross.read(reading, at, view)

    def read_at(self, position: QPointF) -> bool:
        """Read the place under the pointer."""
        place = self._place_of(position)
        inside = 0 <= place[0] <= 1 and 0 <= place[1] <= 1
        if inside:
            self._move_place(place)
        return inside

    def read_nothing(self) -> None:
        """Take the cross away."""
        self._move_place(None)

    def _move_place(self, place: tuple[float, float] | None) -> None:
        self.set_place(place)
        self.place_moved.emit(self.place)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """The arrows move the cross, with Shift by little; Esc takes it away."""
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        ways = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Down: (0, -1),
            Qt.Key.Key_Up: (0, 1),
        }
        way = ways.get(Qt.Key(event.key()))
        others = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        if way is not None and not event.modifiers() & others:
            self._hovering = False
            step = FINE_STEP if shift else STEP
            u, v = self.place or (0.5, 0.5)
            move = self.place is not None
            self._move_place((u + move * step * way[0], v + move * step * way[1]))
        elif event.key() == Qt.Key.Key_Escape and self.place is not None:
            self._move_place(None)
        else:
            super().keyPressEvent(event)

    def _place_of(self, position: QPointF) -> tuple[float, float]:
        view = self._view_on_card()
        x, y = position.x() - view.left(), position.y() - view.top()
        return x / max(view.width(), 1.0), 1.0 - y / max(view.height(), 1.0)


def _inside(box: QRectF, room: QRectF) -> QRectF:
    """The box, moved into the room as far as it fits."""
    left = max(min(box.left(), room.right() - box.width()), room.left())
    top = max(min(box.top(), room.bottom() - box.height()), room.top())
    return QRectF(QPointF(left, top), box.size())


def _area(rect: QRectF) -> float:
    return rect.width() * rect.height() if rect.isValid() else 0.0
