"""The legend in a plot's title row."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from netbuilder.ui.seldom import Seldom
from netbuilder.ui.theme import theme

LegendEntry = tuple[str, str, bool, str]
"""(name, colour "#rrggbb", dashed, value text or "")."""


class Legend(QWidget):
    """Line swatches with names and present values, in one row, at the right unless `set_left`.

    Where the row is too narrow, the values go first, then long names are elided; what still does
    not fit is counted ("+3"). The tooltip always tells all.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._entries: list[LegendEntry] = []
        self._natural = 0
        self._left = False
        self._values = Seldom(self._say, parent=self)
        self._face = QFontMetrics(theme().font("caption"))
        theme().changed.connect(self._measure)
        self._measure()

    def set_entries(self, entries: Sequence[LegendEntry]) -> None:
        """Show these lines; cheap enough for every frame. Values alone change a few times a second:
        faster they cannot be read."""
        fresh = list(entries)
        if fresh == self._entries:
            return
        if bool(fresh) != bool(self._entries):
            self.updateGeometry()
        same = [entry[:3] for entry in fresh] == [entry[:3] for entry in self._entries]
        self._entries = fresh
        if same:
            self._values.ask()
        else:
            self._values.now()

    def _say(self) -> None:
        words = [f"{name} {value}".strip() for name, _, _, value in self._entries]
        self.setToolTip("\n".join(words))
        self.setAccessibleDescription(", ".join(words))
        natural = self._total(self._widths())
        # A value that lost a digit is no reason to lay the window out again thirty times a second.
        if natural > self._natural or natural < 0.8 * self._natural:
            self._natural = natural
            self.updateGeometry()
        self.update()

    def set_left(self, left: bool) -> None:
        """Begin at the left edge, for a row of its own; it is gone while there is no line."""
        if left != self._left:
            self._left = left
            self.updateGeometry()
            self.update()

    def entries(self) -> list[LegendEntry]:
        """What is shown."""
        return list(self._entries)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for every entry in full."""
        return QSize(self._natural, self._height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Room for a swatch and a count; none where there is nothing to explain."""
        return QSize(theme().px(48) if self._entries else 0, self._height())

    def _height(self) -> int:
        if self._left and not self._entries:
            return 0
        return self._metrics().height() + theme().px(4)

    def visible_entries(self, width: int) -> list[tuple[LegendEntry, str]]:
        """The entries that fit into `width` pixels, each with its words as they will be drawn."""
        # More swatches than stand side by side need not be tried.
        shown = self._entries[: max(width // self._width_of(""), 1)]
        while shown:
            left_out = len(self._entries) - len(shown)
            room = width - (self._count_width(left_out) if left_out else 0)
            words = self._fitted(shown, room)
            if words is not None:
                return list(zip(shown, words, strict=True))
            shown.pop()
        return []

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the row."""
        px, colours = theme().px, theme().current
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme().font("caption"))
        metrics = self._metrics()
        shown = self.visible_entries(self.width())
        left_out = len(self._entries) - len(shown)
        used = self._total([self._width_of(words) for _, words in shown])
        used += self._count_width(left_out) if left_out else 0
        x = 0 if self._left else max(self.width() - used, 0)
        middle = self.height() / 2
        for (_, colour, dashed, _), words in shown:
            pen = QPen(QColor(colour), max(2.0, px(2)))
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            if dashed:
                pen.setDashPattern([2.5, 1.5])
            painter.setPen(pen)
            painter.drawLine(QPointF(x, middle), QPointF(x + px(14), middle))
            x += px(14) + px(5)
            painter.setPen(QColor(colours.muted))
            baseline = round(middle + (metrics.ascent() - metrics.descent()) / 2)
            painter.drawText(x, baseline, words)
            x += metrics.horizontalAdvance(words) + px(12)
        if left_out:
            painter.setPen(QColor(colours.muted))
            baseline = round(middle + (metrics.ascent() - metrics.descent()) / 2)
            painter.drawText(x, baseline, f"+{left_out}")

    def _fitted(self, entries: list[LegendEntry], room: int) -> list[str] | None:
        metrics = self._metrics()
        full = [f"{name} {value}".strip() for name, _, _, value in entries]
        if self._total([self._width_of(words) for words in full]) <= room:
            return full
        gaps = self._total([self._width_of("")] * len(entries))
        widths = [metrics.horizontalAdvance(name) for name, *_ in entries]
        limit = _fair_limit(widths, room - gaps)
        if limit < min(theme().px(44), max(widths)):
            return None
        elide = Qt.TextElideMode.ElideRight
        # The width is rounded: a name that fits to the pixel must not be handed to be cut.
        return [
            name if width <= limit else metrics.elidedText(name, elide, limit)
            for (name, *_), width in zip(entries, widths, strict=True)
        ]

    def _metrics(self) -> QFontMetrics:
        return self._face

    def _width_of(self, words: str) -> int:
        px = theme().px
        return px(14) + px(5) + self._metrics().horizontalAdvance(words)

    def _widths(self) -> list[int]:
        return [self._width_of(f"{name} {value}".strip()) for name, _, _, value in self._entries]

    def _total(self, widths: list[int]) -> int:
        return sum(widths) + theme().px(12) * max(len(widths) - 1, 0)

    def _count_width(self, left_out: int) -> int:
        return self._metrics().horizontalAdvance(f"+{left_out}") + theme().px(12)

    @Slot()
    def _measure(self) -> None:
        self._face = QFontMetrics(theme().font("caption"))
        self._natural = self._total(self._widths())
        self.updateGeometry()
        self.update()


def _fair_limit(widths: list[int], room: int) -> int:
    # The largest L with sum(min(w, L)) <= room: short names stay whole, long ones share the rest.
    rest, left = room, len(widths)
    for width in sorted(widths):
        if width * left > rest:
            return rest // left
        rest -= width
        left -= 1
    return max(widths, default=0)
