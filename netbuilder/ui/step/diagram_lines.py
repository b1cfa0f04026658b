"""Paints the lines of the drawn network: blue above 0, orange and dashed below, wide by size."""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from netbuilder.engine.operation import Array
from netbuilder.ui.step.diagram_items import Reading
from netbuilder.ui.step.diagram_layout import Layout
from netbuilder.ui.step.diagram_plan import Weight, Wire
from netbuilder.ui.theme import theme

LEVELS = 10  # different widths of lines
MOST_SMOOTH = 250_000  # pixels of lines that are smoothed: more of them take too long
MOST_DASHED = 700  # dashes cost ten times a plain line; of more lines no sign can be told anyhow


def mixed(a: str, b: str, share: float) -> QColor:
    """A colour between two: `share` of the second."""
    one, two = QColor(a), QColor(b)
    return QColor.fromRgbF(
        *(
            x + (y - x) * share
            for x, y in zip(one.getRgbF()[:3], two.getRgbF()[:3], strict=True)  # type: ignore[index]
        )
    )


def thinner(count: int) -> float:
    """The share of their width that so many lines side by side have."""
    return math.sqrt(min(max(40 / max(count, 1), 0.2), 1.0))


class Lines:
    """The lines of one layout with the weights of one reading."""

    def __init__(self, layout: Layout, reading: Reading) -> None:
        self.layout, self.reading = layout, reading
        self.plan, self.unit = layout.plan, layout.unit
        self.largest = reading.drawn.largest_weight
        """The largest weight of the network, which all widths are a share of."""

    def paint(self, painter: QPainter, part: QRectF) -> None:
        """All that lie in a part of the layout."""
        for wire in self.plan.wires:
            if wire.weights:
                self._weights(painter, wire, part)
            else:
                self._plain(painter, wire)

    def _weights(self, painter: QPainter, wire: Wire, part: QRectF) -> None:
        values = self.reading.weights(wire.target)
        pairs = self.layout.ends(wire)
        ends = self.layout.weights
        lines = np.array(
            [
                (a.x(), a.y(), b.x(), b.y())
                for a, b in (ends[Weight(wire.target, i, j)] for i, j in pairs)
            ]
        ).reshape(-1, 4)
        seen, first, last = _cut(lines, part)
        groups: dict[tuple[int, bool], list[QLineF]] = defaultdict(list)
        for k in seen:
            w = float(values[pairs[k]])
            groups[self._level(w), w < 0].append(QLineF(*first[k], *last[k]))
        smooth = float(np.hypot(*(last - first)[seen].T).sum()) < MOST_SMOOTH
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, smooth)
        thin = thinner(len(seen))
        # Paler colours, not an opacity, which costs four times as much.
        away = self.reading.learning not in (None, wire.target)
        reached = self.reading.columns[wire.target].value is not None
        strength = 0.4 if away or not reached else 1.0
        for (level, negative), found in sorted(groups.items()):
            painter.setPen(
                self._weight_pen(level, negative, thin, strength, len(seen) <= MOST_DASHED)
            )
            painter.drawLines(found)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _level(self, w: float) -> int:
        share = min(abs(w) / self.largest, 1.0) if math.isfinite(w) else 1.0
        return math.ceil(share * LEVELS)

    def _weight_pen(
        self, level: int, negative: bool, thin: float, strength: float, dashed: bool
    ) -> QPen:
        colours = theme().current
        share = level / LEVELS
        hue = colours.negative if negative else colours.positive
        colour = mixed(colours.surface, hue, (0.35 + 0.55 * share) * strength)
        if not level:
            colour = mixed(colours.surface, colours.border_strong, strength)
        pen = QPen(colour, thin * self.width_at(share * self.largest), c=Qt.PenCapStyle.FlatCap)
        if negative and dashed:
            pen.setDashPattern([5 * self.unit / pen.widthF(), 3 * self.unit / pen.widthF()])
        return pen

    def width_at(self, w: float) -> float:
        """The width of the line of a weight."""
        return (0.8 + 3.4 * min(abs(w) / self.largest, 1.0)) * self.unit

    def _plain(self, painter: QPainter, wire: Wire) -> None:
        reached = self.reading.columns[wire.target].value is not None
        colours = theme().current
        colour = QColor(colours.border_strong if reached else colours.border)
        painter.setPen(QPen(colour, 1.2 * self.unit))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for i, j in self.layout.ends(wire):
            painter.drawPath(self.layout.line(wire, i, j))


def _cut(lines: Array, part: QRectF) -> tuple[list[int], Array, Array]:
    """Which lines (n, 4) can be seen in a part, and the ends (n, 2) of what is seen of them: Qt
    would take its time for all that lies outside (Liang and Barsky, 1984)."""
    start, along = lines[:, :2], lines[:, 2:] - lines[:, :2]
    enter, leave = np.zeros(len(lines)), np.ones(len(lines))
    low, high = (part.left(), part.top()), (part.right(), part.bottom())
    for axis in (0, 1):
        d = np.where(along[:, axis] == 0.0, 1e-12, along[:, axis])
        one, two = (low[axis] - start[:, axis]) / d, (high[axis] - start[:, axis]) / d
        enter = np.maximum(enter, np.minimum(one, two))
        leave = np.minimum(leave, np.maximum(one, two))
    seen = [int(k) for k in np.flatnonzero(enter < leave)]
    return seen, start + enter[:, None] * along, start + leave[:, None] * along
