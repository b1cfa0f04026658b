"""The two axes of a plot as pixels: how much room they take, and their numbers and names."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from netbuilder.ui.plots.scales import Axis
from netbuilder.ui.theme import theme

Margins = tuple[float, float, float, float]
"""Left, top, right and bottom, in pixels."""


def margins_of(x: Axis, y: Axis) -> Margins:
    """What axes and padding take of the room of a plot."""
    px = theme().px
    metrics = QFontMetricsF(theme().font("caption"))
    widest = max((metrics.horizontalAdvance(words) for _, words in y.ticks), default=0.0)
    name = metrics.height() + px(2)
    left = math.ceil(widest) + px(7) + (name if y.label else 0.0)
    bottom = metrics.height() + px(4) + (name if x.label else 0.0)
    # Half a line of text above the topmost tick, half a number right of the last one.
    near_end = x.low + 0.97 * (x.high - x.low)
    last = x.ticks[-1] if x.ticks else (x.low, "")
    over = metrics.horizontalAdvance(last[1]) / 2 if last[0] >= near_end else 0.0
    return (
        math.ceil(left),
        math.ceil(metrics.height() / 2),
        max(math.ceil(over), px(6)),
        math.ceil(bottom),
    )


def paint_axes(painter: QPainter, x: Axis, y: Axis, box: QRectF, view: QRectF) -> None:
    """Numbers and names between a view and the box around it."""
    font = theme().font("caption")
    metrics = QFontMetricsF(font)
    line, gap = metrics.height(), theme().px(4)
    painter.setFont(font)
    painter.setPen(QColor(theme().current.muted))
    for place, words in x.ticks:
        middle = view.left() + (place - x.low) / (x.high - x.low) * view.width()
        left = middle - metrics.horizontalAdvance(words) / 2
        painter.drawText(QPointF(left, view.bottom() + gap + metrics.ascent()), words)
    for place, words in y.ticks:
        middle = view.bottom() - (place - y.low) / (y.high - y.low) * view.height()
        left = view.left() - gap - metrics.horizontalAdvance(words)
        painter.drawText(QPointF(left, middle - line / 2 + metrics.ascent()), words)
    if x.label:
        below = QRectF(view.left(), box.bottom() - line, view.width(), line)
        words = shortened(x.label, view.width(), metrics)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, words)
    if y.label:
        painter.save()
        painter.translate(box.left(), view.bottom())
        painter.rotate(-90)
        words = shortened(y.label, view.height(), metrics)
        painter.drawText(QRectF(0, 0, view.height(), line), Qt.AlignmentFlag.AlignCenter, words)
        painter.restore()


def shortened(words: str, length: float, metrics: QFontMetricsF) -> str:
    """The words, without what stands in brackets and then with "…" where they are too long."""
    if length <= 0 or metrics.horizontalAdvance(words) <= length:
        return words
    brief = words.split(" (")[0]
    return metrics.elidedText(brief, Qt.TextElideMode.ElideRight, length)
