"""What the colours of a strip mean: a slim bar with words below it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from netbuilder.ui.plots.shading import as_image, shade
from netbuilder.ui.theme import theme

_EVERYTHING = (-np.inf, np.inf)


class RampKey(QWidget):
    """A horizontal bar from the smallest to the largest value, hatched as the strip is."""

    def __init__(self, object_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(object_name)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._ends = (0.0, 1.0)
        self._usual: tuple[float, float] = _EVERYTHING
        self._words = ("", "")
        self._ticks: tuple[tuple[float, str], ...] = ()
        theme().changed.connect(self._restyle)

    def set_scale(
        self,
        ends: tuple[float, float],
        words: tuple[str, str],
        usual: tuple[float, float] = _EVERYTHING,
        ticks: Sequence[tuple[float, str]] = (),
    ) -> None:
        """`words` stand at the two ends, those of the ticks between them where there is room."""
        state = (ends, usual, words, tuple(ticks))
        if state == (self._ends, self._usual, self._words, self._ticks):
            return
        self._ends, self._usual, self._words, self._ticks = state
        self.setAccessibleName(
            self.tr("Colours from {low} to {high}").format(low=words[0], high=words[1])
        )
        self.setToolTip(self.accessibleName())
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """The bar and one line of words."""
        px = theme().px
        return QSize(px(120), px(8) + px(2) + self._metrics().height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """As narrow as there is room."""
        return QSize(px_wide(), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the bar and the words."""
        px, colours = theme().px, theme().current
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        width, height = max(round(self.width() * ratio), 1), max(round(px(8) * ratio), 1)
        low, high = self._ends
        values = np.linspace(low, high, width)[None, :]
        pixels = np.ascontiguousarray(
            shade(
                values,
                np.zeros(height, np.intp),
                np.arange(width),
                ends=self._ends,
                usual=self._usual,
                scale=ratio * theme().text_zoom / 100,
                theme=colours,
            )
        )
        painter.drawImage(QRectF(0, 0, self.width(), px(8)), as_image(pixels))
        painter.setPen(QPen(QColor(colours.border_strong), 1))
        painter.drawRect(QRectF(0.5, 0.5, self.width() - 1, px(8) - 1))
        painter.setFont(theme().font("caption"))
        painter.setPen(QColor(colours.muted))
        metrics = self._metrics()
        top = px(8) + px(2)
        left, right = self._words
        taken = [
            QRectF(0, top, metrics.horizontalAdvance(left), metrics.height()),
            QRectF(
                self.width() - metrics.horizontalAdvance(right),
                top,
                metrics.horizontalAdvance(right),
                metrics.height(),
            ),
        ]
        for box, words in zip(taken, (left, right), strict=True):
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft, words)
        gap = px(4)
        for value, words in self._ticks:
            wide = metrics.horizontalAdvance(words)
            x = (value - low) / max(high - low, 1e-9) * self.width()
            box = QRectF(x - wide / 2, top, wide, metrics.height())
            if any(box.adjusted(-gap, 0, gap, 0).intersects(other) for other in taken):
                continue
            taken.append(box)
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft, words)
            painter.drawLine(QPointF(x, px(8)), QPointF(x, px(8) + px(2)))

    def _metrics(self) -> QFontMetrics:
        return QFontMetrics(theme().font("caption"))

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()


def px_wide() -> int:
    """The narrowest bar whose ends can be told apart."""
    return theme().px(80)
