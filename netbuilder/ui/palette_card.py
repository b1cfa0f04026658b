"""One block of the palette: a small card to drag, double-click or press Enter on."""

from __future__ import annotations

import html

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QDrag,
    QEnterEvent,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QApplication, QSizePolicy, QWidget

from netbuilder.declare import type_name
from netbuilder.engine.operation import Operation
from netbuilder.ui.canvas.block_item import block_picture
from netbuilder.ui.canvas.block_text import Facts
from netbuilder.ui.canvas.curve import curve
from netbuilder.ui.canvas.kinds import heading, icon_of
from netbuilder.ui.canvas.look import kind_colour
from netbuilder.ui.canvas.mime import block_data
from netbuilder.ui.icons import pixmap
from netbuilder.ui.theme import theme


class PaletteCard(QAbstractButton):
    """Shows a registered operation by its own curve, or the icon of its kind."""

    activated = Signal(str)
    """Double-click or Enter: the type name."""
    moved = Signal(object, int)
    """An arrow key was pressed: this card and the Qt key."""

    def __init__(self, cls: type[Operation], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cls = cls
        self.type_name = type_name(cls)
        self.title = cls.title or self.type_name
        self._operation = cls()
        self._pressed_at: QPoint | None = None
        self.setObjectName(f"palette.{self.type_name}")
        self.setText(self.title)
        self.setAccessibleName(self.title)
        self.setAccessibleDescription(cls.summary)
        self.setToolTip(f"<p><b>{html.escape(self.title)}</b></p><p>{html.escape(cls.summary)}</p>")
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.clicked.connect(self.activate)

    def matches(self, words: list[str]) -> bool:
        """Whether each of the (lower-case) words occurs in title, summary, kind or keywords."""
        cls = self.cls
        text = " ".join(
            (self.title, cls.summary, self.type_name, cls.kind, heading(cls.kind), *cls.keywords)
        ).casefold()
        return all(word in text for word in words)

    @Slot()
    def activate(self) -> None:
        """Ask for this block to be appended."""
        self.activated.emit(self.type_name)

    def make_drag(self) -> QDrag:
        """The drag of a new block: its data and its picture in the hand."""
        drag = QDrag(self)
        drag.setMimeData(block_data(self.type_name))
        # Its shapes are unknown until it is wired, so the picture does not speak of them.
        words = Facts(name=self.type_name.lower(), subtitle=self.title)
        picture = block_picture(self._operation, words, self.devicePixelRatioF())
        drag.setPixmap(picture)
        size = picture.deviceIndependentSize()
        drag.setHotSpot(QPoint(round(size.width() / 2), round(size.height() / 2)))
        return drag

    def sizeHint(self) -> QSize:  # noqa: N802
        """Two of them side by side in a narrow dock."""
        return QSize(theme().px(84), theme().px(50))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the card."""
        colours, px = theme().current, theme().px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = colours.border_strong if self.underMouse() else colours.border
        width = 1.0
        if self.hasFocus():
            edge, width = colours.accent, 2.0
        painter.setPen(QPen(QColor(edge), width))
        painter.setBrush(QColor(colours.raised))
        inset = width / 2
        area = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(area, px(6), px(6))
        self._paint_picture(painter)
        painter.setPen(QColor(colours.text))
        room = self.width() - px(6)
        font = theme().font("body")
        if QFontMetrics(font).horizontalAdvance(self.title) > room:
            font = theme().font("caption")  # a whole name in small type beats half of one
        painter.setFont(font)
        text = QFontMetrics(font).elidedText(self.title, Qt.TextElideMode.ElideRight, room)
        below = QRectF(px(3), px(26), room, self.height() - px(29))
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_picture(self, painter: QPainter) -> None:
        px = theme().px
        tint = kind_colour(self.cls.kind)
        width, height = float(px(28)), float(px(13))
        drawn = curve(self._operation, width, height)
        if drawn is None:
            side = px(20)
            name = icon_of(self.cls)
            painter.drawPixmap((self.width() - side) // 2, px(6), pixmap(name, side, tint))
            return
        path, zero = drawn
        painter.save()
        painter.translate((self.width() - width) / 2, px(10))
        painter.setPen(QPen(QColor(theme().current.border_strong), 1))
        painter.drawLine(QPointF(0, zero), QPointF(width, zero))
        pen = QPen(QColor(tint), 1.75 * theme().text_zoom / 100)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        painter.restore()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A drag may begin here."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at = event.position().toPoint()
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """It does, once the hand has moved far enough."""
        if self._pressed_at is None:
            return
        away = (event.position().toPoint() - self._pressed_at).manhattanLength()
        if away >= QApplication.startDragDistance():
            self._pressed_at = None
            self.make_drag().exec(Qt.DropAction.CopyAction)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A single click does nothing but take the focus."""
        self._pressed_at = None
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Append the block."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.activate()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter appends, arrows walk."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.activate()
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(self, event.key())
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        """The edge darkens under the cursor."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """And lightens again."""
        super().leaveEvent(event)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Show the focus."""
        super().focusInEvent(event)
        self.update()
