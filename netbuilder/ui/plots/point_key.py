"""What the marks of a point plot mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from netbuilder.ui.plots.palette import Look, draw_marker, marker, strike
from netbuilder.ui.theme import theme


@dataclass(frozen=True)
class KeyEntry:
    """One mark and its meaning."""

    words: str
    look: Look
    hollow: bool = False
    strike: bool = False  # two strokes instead of the mark
    count: int = -1  # behind the words, in a room that holds still; below 0 for none

    @property
    def text(self) -> str:
        """The words and the count."""
        return self.words if self.count < 0 else f"{self.words} {self.count}"

    @property
    def widest(self) -> str:
        """The text that its room is made for."""
        return self.words if self.count < 0 else f"{self.words} 0000"


class PointKey(QWidget):
    """Marks with words: below each other, or in rows where the widget is wide and low."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plot.decision.key")
        self._entries: tuple[KeyEntry, ...] = ()
        theme().changed.connect(self._restyle)

    def set_entries(self, entries: Sequence[KeyEntry]) -> None:
        """Explain these marks."""
        if tuple(entries) == self._entries:
            return
        shape = self.shape
        self._entries = tuple(entries)
        self.setAccessibleName(", ".join(entry.text for entry in entries))
        self.setToolTip("\n".join(entry.text for entry in entries))
        if shape != self.shape:
            self.updateGeometry()
        self.update()

    @property
    def shape(self) -> tuple[object, ...]:
        """All that the size depends on: a count that changes moves nothing."""
        return tuple((entry.widest, entry.look, entry.hollow) for entry in self._entries)

    @property
    def entries(self) -> tuple[KeyEntry, ...]:
        """What is explained."""
        return self._entries

    def column_size(self) -> QSize:
        """Room for one entry below the other; long names are cut."""
        widest = max((self._entry_width(e) for e in self._entries), default=0)
        return QSize(min(widest, theme().px(90)), len(self._entries) * self._row_height())

    def height_for_rows(self, width: int) -> int:
        """The height of the entries in rows of this width."""
        places = self._row_places(width)
        return (places[-1].y() + self._row_height()) if places else 0

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw each mark and its words."""
        px, colours = theme().px, theme().current
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme().font("caption"))
        metrics = painter.fontMetrics()
        height = self._row_height()
        column = self.width() <= self.column_size().width()
        places = (
            [QPoint(0, k * height) for k in range(len(self._entries))]
            if column
            else self._row_places(self.width())
        )
        zoom = theme().text_zoom / 100
        for entry, place in zip(self._entries, places, strict=True):
            if place.y() + height > self.height() + 1:
                break
            painter.save()
            painter.translate(place.x() + px(5), place.y() + height / 2)
            if entry.strike:
                painter.setPen(QPen(QColor(entry.look.colour), 1.2 * zoom))
                painter.drawPath(strike(7.5 * zoom))
            else:
                path = marker(entry.look.shape, 7.5 * zoom)
                draw_marker(painter, path, entry.look, entry.hollow, colours, zoom)
            painter.restore()
            painter.setPen(QColor(colours.muted))
            left = place.x() + px(14)
            words = metrics.elidedText(
                entry.text, Qt.TextElideMode.ElideRight, max(self.width() - left, 0)
            )
            baseline = place.y() + (height + metrics.ascent() - metrics.descent()) // 2
            painter.drawText(left, baseline, words)

    def _entry_width(self, entry: KeyEntry) -> int:
        metrics = QFontMetrics(theme().font("caption"))
        return theme().px(14) + metrics.horizontalAdvance(entry.widest) + 1

    def _row_height(self) -> int:
        return QFontMetrics(theme().font("caption")).height() + theme().px(3)

    def _row_places(self, width: int) -> list[QPoint]:
        places: list[QPoint] = []
        x = y = 0
        for entry in self._entries:
            taken = self._entry_width(entry)
            if x and x + taken > width:
                x, y = 0, y + self._row_height()
            places.append(QPoint(x, y))
            x += taken + theme().px(10)
        return places

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
