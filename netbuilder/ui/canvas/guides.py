"""Falling in line: where a dragged block snaps to, and the guides that show with what.

Left with left, middle with middle, right with right, and the same from top to bottom.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from PySide6.QtCore import QLineF, QPointF, QRectF

from netbuilder.ui.canvas.guide_item import BEYOND

SAME = 0.01  # scene units within which two edges are in line
_PARTS = (0.0, 0.5, 1.0)  # near edge, middle, far edge


class _Axis:
    """The edges and middles of all other blocks along one axis."""

    def __init__(self, boxes: Iterable[tuple[float, float]], own: Iterable[int]) -> None:
        # For each part: (value, how loosely it binds). A straight wire is worth more than an edge.
        self._values: list[list[float]] = []
        bound = set(own)
        spans = list(boxes)
        for part in _PARTS:
            self._values.append(sorted(start + part * length for start, length in spans))
        self._wired = [spans[k][0] + spans[k][1] / 2 for k in sorted(bound)]

    def shift(self, start: float, length: float, reach: float) -> float:
        """How far to move so that something falls in line; 0 if nothing is within reach."""
        straight = [value - start - length / 2 for value in self._wired]
        nearest = min(straight, key=abs, default=float("inf"))
        if abs(nearest) <= reach:
            return nearest
        best = float("inf")
        for part, values in zip(_PARTS, self._values, strict=True):
            mine = start + part * length
            place = bisect_left(values, mine)
            for value in values[max(place - 1, 0) : place + 1]:
                if abs(value - mine) < abs(best):
                    best = value - mine
        return best if abs(best) <= reach else 0.0


class Guides:
    """Made when a drag begins, from the blocks that stay."""

    def __init__(self, others: dict[str, QRectF], wired: Iterable[str]) -> None:
        self._boxes = list(others.values())
        names = {name: k for k, name in enumerate(others)}
        along = [names[name] for name in wired if name in names]
        self._x = _Axis(((b.left(), b.width()) for b in self._boxes), ())
        self._y = _Axis(((b.top(), b.height()) for b in self._boxes), along)

    def shift(self, box: QRectF, reach: float) -> QPointF:
        """How far a box must move to fall in line, if it is only a little."""
        return QPointF(
            self._x.shift(box.left(), box.width(), reach),
            self._y.shift(box.top(), box.height(), reach),
        )

    def lines(self, box: QRectF) -> list[QLineF]:
        """Guides through all blocks that a box is in line with now."""
        found: list[QLineF] = []
        for part in _PARTS:
            x = box.left() + part * box.width()
            column = [b for b in self._boxes if abs(b.left() + part * b.width() - x) < SAME]
            if column:
                tops, bottoms = [b.top() for b in column], [b.bottom() for b in column]
                top, bottom = min(*tops, box.top()), max(*bottoms, box.bottom())
                found.append(QLineF(x, top - BEYOND, x, bottom + BEYOND))
            y = box.top() + part * box.height()
            row = [b for b in self._boxes if abs(b.top() + part * b.height() - y) < SAME]
            if row:
                lefts, rights = [b.left() for b in row], [b.right() for b in row]
                left, right = min(*lefts, box.left()), max(*rights, box.right())
                found.append(QLineF(left - BEYOND, y, right + BEYOND, y))
        return found
