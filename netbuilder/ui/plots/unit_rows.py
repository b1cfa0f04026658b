"""Bars that tell, activation by activation, how many units do not pass anything back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from netbuilder.ui.theme import theme


@dataclass(frozen=True)
class UnitRow:
    """One activation now: the share of saturated outputs (0 … 1), and `dead` of so many units.

    saturated_trend and dead_trend are shares (0 … 1) over the run.
    """

    name: str
    units: int
    saturated: float
    dead: int
    words: str
    saturated_trend: tuple[float, ...] = ()
    dead_trend: tuple[float, ...] = ()


class UnitRows(QWidget):
    """For each row: the name, the words, a bar of saturation, one of death, and their trends.

    Saturation is a plain bar and a full line, death a hatched bar and a dotted line.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plot.units.rows")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._rows: tuple[UnitRow, ...] = ()
        theme().changed.connect(self._restyle)

    @property
    def rows(self) -> tuple[UnitRow, ...]:
        """What is drawn."""
        return self._rows

    def set_rows(self, rows: Sequence[UnitRow]) -> None:
        """Draw these from now on."""
        fresh = tuple(rows)
        if fresh == self._rows:
            return
        grown = len(fresh) != len(self._rows)
        self._rows = fresh
        if grown:
            self.updateGeometry()
        self.update()

    def row_height(self) -> int:
        """One line of words, two bars and a gap."""
        px = theme().px
        return QFontMetrics(theme().font("caption")).height() + px(2 + 5 + 1 + 5 + 7)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for all rows."""
        return QSize(theme().px(160), max(1, len(self._rows)) * self.row_height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """All rows, however narrow."""
        return QSize(theme().px(80), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the rows in sight."""
        painter = QPainter(self)
        painter.setFont(theme().font("caption"))
        height = self.row_height()
        for k, row in enumerate(self._rows):
            box = QRectF(0, k * height, self.width(), height)
            if box.intersects(QRectF(event.rect())):
                self._draw_row(painter, box, row)

    def _draw_row(self, painter: QPainter, box: QRectF, row: UnitRow) -> None:
        px, colours = theme().px, theme().current
        metrics = painter.fontMetrics()
        words = QRectF(box.left(), box.top() + px(1), box.width(), metrics.height())
        told = metrics.elidedText(row.words, Qt.TextElideMode.ElideRight, int(0.72 * box.width()))
        room = int(box.width() - metrics.horizontalAdvance(told) - px(8))
        name = metrics.elidedText(row.name, Qt.TextElideMode.ElideRight, room)
        painter.setPen(QColor(colours.text))
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft, name)
        painter.setPen(QColor(colours.muted))
        painter.drawText(words, Qt.AlignmentFlag.AlignRight, told)
        top = words.bottom() + px(2)
        trend = round(0.3 * box.width())
        bar = QRectF(box.left(), top, box.width() - trend - px(8), px(5))
        self._draw_bar(painter, bar, row.saturated, QColor(colours.accent), hatched=False)
        bar.translate(0, px(6))
        share = row.dead / row.units if row.units else 0.0
        self._draw_bar(painter, bar, share, QColor(colours.danger), hatched=True)
        line = QRectF(box.right() - trend, top, trend, px(11))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(line, QColor(colours.sunken))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(colours.danger), max(1.2, px(1.2)))
        pen.setStyle(Qt.PenStyle.DotLine)
        if any(row.dead_trend):
            self._draw_trend(painter, line, row.dead_trend, pen)
        self._draw_trend(
            painter, line, row.saturated_trend, QPen(QColor(colours.accent), max(1.2, px(1.2)))
        )

    @staticmethod
    def _draw_bar(
        painter: QPainter, box: QRectF, share: float, colour: QColor, *, hatched: bool
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(box, QColor(theme().current.sunken))
        share = min(max(share, 0.0), 1.0)
        if share > 0:
            part = QRectF(box)
            part.setWidth(max(share * box.width(), 2.0))
            if hatched:
                soft = QColor(colour)
                soft.setAlphaF(0.3)
                painter.fillRect(part, soft)
                painter.fillRect(part, QBrush(colour, Qt.BrushStyle.BDiagPattern))
                painter.setPen(QPen(colour, 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(part.adjusted(0, 0, -1, -1))
            else:
                painter.fillRect(part, colour)

    @staticmethod
    def _draw_trend(painter: QPainter, box: QRectF, shares: Sequence[float], pen: QPen) -> None:
        if len(shares) < 2:
            return
        inner = box.adjusted(1, 1.5, -1, -1.5)
        step = inner.width() / (len(shares) - 1)
        points = [
            QPointF(inner.left() + k * step, inner.bottom() - share * inner.height())
            for k, share in enumerate(shares)
        ]
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(points))

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
