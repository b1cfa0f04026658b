"""The cursor of a plot: a line at one moment of the run, and what the curves say there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt, Slot
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from netbuilder.ui.theme import theme
from netbuilder.ui.widgets.legend import LegendEntry


@dataclass(frozen=True)
class Reading:
    """One recorded point: its epoch, words for the moment, and the curves' values."""

    epoch: float
    heading: str
    rows: tuple[LegendEntry, ...]

    @property
    def words(self) -> str:
        """All of it in one line, for a screen reader."""
        return ", ".join([self.heading, *(f"{name} {value}" for name, _, _, value in self.rows)])


class CursorLayer(QWidget):
    """Lies over a plot's area and lets the mouse through; gone while there is nothing to read."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._reading: Reading | None = None
        self._x = 0.0
        self._view = QRectF()
        self._height = 0.0  # share of the room above the words
        self.hide()
        theme().changed.connect(self._repaint)

    @property
    def reading(self) -> Reading | None:
        """What is shown."""
        return self._reading

    def read(
        self,
        reading: Reading | None,
        x: float = 0.0,
        view: QRectF | None = None,
        covered: Callable[[QRectF], int] = lambda _box: 0,
    ) -> None:
        """Show a point at the pixel x of the parent, whose curves lie in the rectangle `view`.

        The words stand at the top, at the foot or in the middle, where they hide the fewest of the
        curves' points: `covered` counts those in a rectangle."""
        fresh = QRectF(view) if view is not None else QRectF()
        if (reading, x, fresh) == (self._reading, self._x, self._view):
            return
        self._reading, self._x, self._view = reading, x, fresh
        parent = self.parentWidget()
        if reading is not None and parent is not None:
            self.setGeometry(parent.rect())
            self._height = min((0.0, 1.0, 0.5), key=lambda share: covered(self._box(share)))
        self.setVisible(reading is not None)
        self.update()

    def box(self) -> QRectF:
        """Where the words stand: beside the line, inside of the layer."""
        return self._box(self._height)

    def _box(self, share: float) -> QRectF:
        if self._reading is None:
            return QRectF()
        px = theme().px
        metrics = QFontMetricsF(theme().font("caption"))
        rows = self._shown_rows()
        names = max((metrics.horizontalAdvance(name) for name, *_ in rows), default=0.0)
        values = max((metrics.horizontalAdvance(value) for *_, value in rows), default=0.0)
        width = max(
            px(14) + px(5) + names + px(10) + values,
            metrics.horizontalAdvance(self._reading.heading),
        ) + 2 * px(7)
        width = min(width, max(self.width() - 2.0, 1.0))
        height = (1 + len(rows)) * metrics.height() + 2 * px(5)
        gap = px(8)
        right = self._x + gap
        left = right if right + width <= self._view.right() else self._x - gap - width
        left = min(max(left, self._view.left()), self._view.right() - width)
        left = max(left, 1.0)  # wider than the view: over the numbers of the axis, not cut off
        room = max(self._view.height() - 2 * px(4) - height, 0.0)
        return QRectF(left, self._view.top() + px(4) + share * room, width, height)

    def _shown_rows(self) -> tuple[LegendEntry, ...]:
        if self._reading is None:
            return ()
        line = QFontMetricsF(theme().font("caption")).height()
        room = int((self._view.height() - theme().px(18)) // line) - 1
        rows = self._reading.rows
        if len(rows) <= room:
            return rows
        kept = max(room - 1, 0)
        return (*rows[:kept], (f"+{len(rows) - kept}", "", False, ""))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the line and the words."""
        reading = self._reading
        if reading is None:
            return
        px, colours = theme().px, theme().current
        painter = QPainter(self)
        x = round(self._x) + 0.5
        painter.setPen(QPen(QColor(colours.text), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(x, self._view.top()), QPointF(x, self._view.bottom()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self.box()
        painter.setPen(QPen(QColor(colours.border_strong), 1))
        painter.setBrush(QColor(colours.raised))
        painter.drawRoundedRect(box, px(4), px(4))
        painter.setFont(theme().font("caption"))
        inner = box.adjusted(px(7), px(5), -px(7), -px(5))
        height = QFontMetricsF(theme().font("caption")).height()
        row = QRectF(inner.left(), inner.top(), inner.width(), height)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(colours.muted))
        painter.drawText(row, left, reading.heading)
        for name, colour, dashed, value in self._shown_rows():
            row.translate(0, height)
            if colour:
                pen = QPen(QColor(colour), max(2.0, px(2)))
                pen.setCapStyle(Qt.PenCapStyle.FlatCap)
                if dashed:
                    pen.setDashPattern([2.5, 1.5])
                painter.setPen(pen)
                middle = row.center().y()
                painter.drawLine(QPointF(row.left(), middle), QPointF(row.left() + px(14), middle))
            painter.setPen(QColor(colours.text))
            painter.drawText(row.adjusted(px(19), 0, 0, 0), left, name)
            painter.drawText(row, right, value)

    @Slot()
    def _repaint(self) -> None:
        self.update()
