"""What floats beside a neuron or a weight: its map, large, in words; and the field that sets it."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QImage,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from netbuilder.project.set_weight import LARGEST
from netbuilder.ui.canvas.look import colour, pen
from netbuilder.ui.forms.undo_keys import is_for_document
from netbuilder.ui.theme import theme
from netbuilder.ui.widgets.number_field import NumberField

AWAY = 14  # from what it speaks of; pixels at 100 % text zoom
MAP = 168  # the side of a map; less where there is less room
SMALLEST_MAP = 56  # below it the words alone are shown
FIGURES = 4  # of a weight in the field


@dataclass(frozen=True)
class Told:
    """The contents of a card: a title, lines below it and, of a neuron, its map."""

    title: str
    lines: tuple[str, ...] = ()
    image: QImage | None = None
    axes: tuple[str, str] = ("x1", "x2")  # across and up
    ends: tuple[str, ...] = field(default=())  # left, right, foot, top

    @property
    def sentence(self) -> str:
        """All words in one line, for a screen reader."""
        return ", ".join((self.title, *self.lines))


class HoverCard(QWidget):
    """Takes no mouse and keeps inside its parent."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._room = parent
        self.setObjectName("canvas.neuron")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._told: Told | None = None
        self._side = 0  # of the map; pixels
        self.hide()

    @property
    def told(self) -> Told | None:
        """What is shown; None while hidden."""
        return None if self.isHidden() else self._told

    def tell(self, told: Told, beside: QRect) -> None:
        """Show this beside a rectangle of the parent."""
        self._told = told
        self.setAccessibleName(told.sentence)
        self._resize(told)
        area, px = self._room.rect(), theme().px
        x = beside.right() + px(AWAY)
        if x + self.width() > area.right():
            x = beside.left() - px(AWAY) - self.width()
        y = beside.center().y() - self.height() // 2
        y = max(min(y, area.bottom() - self.height() - 4), area.top() + 4)
        self.move(max(x, 4), y)
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the card."""
        told = self._told
        if told is None:
            return
        colours, px = theme().current, theme().px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen(colours.border_strong))
        painter.setBrush(colour(colours.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), px(7), px(7))
        pad, step = px(12), self._line()
        y = px(9)
        if self._side:
            y = self._paint_map(painter, told)
        for k, words in enumerate((told.title, *told.lines)):
            painter.setFont(theme().font("strong" if k == 0 else "caption"))
            painter.setPen(colour(colours.text if k == 0 else colours.muted))
            box = QRect(pad, y, self.width() - 2 * pad, step)
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
            y += step

    def _paint_map(self, painter: QPainter, told: Told) -> int:
        colours, px = theme().current, theme().px
        assert told.image is not None
        flat = told.image.height() == 1
        side = self._side
        box = QRectF(px(12) + self._line(), px(12), side, side / 4 if flat else side)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        rounded = QPainterPath()
        rounded.addRoundedRect(box, 4, 4)
        painter.save()
        painter.setClipPath(rounded)
        painter.drawImage(box, told.image)
        painter.restore()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(colours.border_strong))
        painter.drawPath(rounded)
        painter.setFont(theme().font("caption"))
        painter.setPen(colour(colours.muted))
        below = QRectF(box.left(), box.bottom() + px(2), box.width(), self._line())
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, told.axes[0])
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, told.ends[0])
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, told.ends[1])
        if not flat:
            painter.save()
            painter.translate(box.left() - px(4) - self._line(), box.bottom())
            painter.rotate(-90)
            beside = QRectF(0, 0, box.height(), self._line())
            painter.drawText(beside, Qt.AlignmentFlag.AlignCenter, told.axes[1])
            painter.drawText(beside, Qt.AlignmentFlag.AlignLeft, told.ends[2])
            painter.drawText(beside, Qt.AlignmentFlag.AlignRight, told.ends[3])
            painter.restore()
        return round(below.bottom()) + px(6)

    def _line(self) -> int:
        return theme().px(18)

    def _resize(self, told: Told) -> None:
        px = theme().px
        strong = QFontMetrics(theme().font("strong"))
        small = QFontMetrics(theme().font("caption"))
        wide = [small.horizontalAdvance(words) for words in told.lines]
        width = max(strong.horizontalAdvance(told.title), *wide) + px(26)
        height = px(18) + self._line() * (1 + len(told.lines))
        self._side = 0
        if told.image is not None:
            flat = told.image.height() == 1
            around = px(14) + self._line()
            room = self._room.height() - 8 - height - around
            side = min(px(MAP), 4 * room if flat else room)
            if side >= px(SMALLEST_MAP):
                self._side = side
                width = max(width, side + px(28) + self._line())
                height += around + (side // 4 if flat else side)
        self.resize(width, height)


class _Field(NumberField):
    """Ctrl+Z takes the last step of the document back once nothing is half typed."""

    def event(self, event: QEvent) -> bool:
        if is_for_document(event, self):
            event.ignore()
            return False
        return super().event(event)


class WeightEditor(QFrame):
    """A field beside a line or a neuron: Enter keeps the number, Esc leaves it as it was."""

    entered = Signal(float)
    """The user wants this number; stepping tells each."""
    left = Signal()
    """The field has gone."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._room = parent
        self.setObjectName("canvas.weight")
        self.setAutoFillBackground(True)
        self._label = QLabel()
        self._label.setProperty("role", "strong")
        self.field = _Field(float, minimum=-LARGEST, maximum=LARGEST, step=0.1)
        self.field.setObjectName("canvas.weight.field")
        self._label.setBuddy(self.field)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._label)
        self._row.addWidget(self.field)
        self.field.committed.connect(self._commit)
        self.field.installEventFilter(self)
        self._open = False
        theme().changed.connect(self._lay_out)
        self._lay_out()
        self.hide()

    def open(self, label: str, described: str, value: float, beside: QRect) -> None:
        """Show the field beside a rectangle of the parent, its number selected."""
        self._label.setText(label)
        self.field.setAccessibleName(described)
        self.field.set_value(_rounded(value))
        self.adjustSize()
        area, away = self._room.rect(), theme().px(AWAY)
        x = beside.right() + away
        if x + self.width() > area.right():
            x = beside.left() - away - self.width()
        y = beside.center().y() - self.height() // 2
        self.move(max(x, 4), min(max(y, 4), area.bottom() - self.height() - 4))
        self._open = True
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        self.field.selectAll()

    @property
    def is_open(self) -> bool:
        """Whether a number is being edited."""
        return self._open

    def follow(self, value: float) -> None:
        """The number has changed elsewhere; what is being typed stays."""
        rounded = _rounded(value)
        if self._open and not self.field.isModified() and rounded != self.field.value():
            self.field.set_value(rounded)

    def close_field(self) -> None:
        """Take the field away."""
        if not self._open:
            return
        self._open = False
        if self.field.hasFocus():
            # Hidden with the focus, it would hand it on as Tab does.
            self._room.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hide()
        self.left.emit()

    def eventFilter(self, watched: object, event: QEvent) -> bool:  # noqa: N802
        """Enter and Esc end the editing, and so does going elsewhere."""
        if not self._open:
            return False
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.field.commit()
                if self.field.is_valid():
                    self.close_field()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.field.revert()
                self.close_field()
                return True
            if event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
                self.field.commit()
                self.close_field()
                return True
        if (
            isinstance(event, QFocusEvent)
            and event.type() == QEvent.Type.FocusOut
            and event.reason() != Qt.FocusReason.PopupFocusReason
        ):
            self.field.commit()
            self.close_field()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the card."""
        colours, px = theme().current, theme().px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen(colours.accent))
        painter.setBrush(colour(colours.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), px(7), px(7))

    @Slot(object)
    def _commit(self, value: object) -> None:
        if isinstance(value, (int, float)):
            self.entered.emit(float(value))

    @Slot()
    def _lay_out(self) -> None:
        px = theme().px
        self._row.setContentsMargins(px(10), px(6), px(8), px(6))
        self._row.setSpacing(px(8))


def centre_box(point: QPoint, reach: int = 2) -> QRect:
    """A small rectangle about a point."""
    return QRect(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach)


def _rounded(value: float) -> float:
    return float(f"{value:.{FIGURES}g}")
