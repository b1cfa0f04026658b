"""Falling in line: where a dragged block snaps to, and the guides that show with what.

Left with left, middle with middle, right with right, and the same from top to bottom.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF

from netbuilder.ui.canvas.guide_item import BEYOND

SAME = 0.01  # scene units within which two edges are in line
_PARTS = (0.5, 0.0, 1.0)  # middle, near edge, far edge


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
        boxes = list(others.values())
        # As columns: they are searched in every frame of the drag.
        sides = [(b.left(), b.top(), b.width(), b.height()) for b in boxes]
        self._sides = np.array(sides, float).reshape(-1, 4).T
        names = {name: k for k, name in enumerate(others)}
        along = [names[name] for name in wired if name in names]
        self._x = _Axis(((b.left(), b.width()) for b in boxes), ())
        self._y = _Axis(((b.top(), b.height()) for b in boxes), along)

    def shift(self, box: QRectF, reach: float) -> QPointF:
        """How far a box must move to fall in line, if it is only a little."""
        return QPointF(
            self._x.shift(box.left(), box.width(), reach),
            self._y.shift(box.top(), box.height(), reach),
        )

    def lines(self, box: QRectF) -> list[QLineF]:
        """Guides through all blocks that a box is in line with now.

        Where the middles are in line, the edges of equal blocks say nothing more.
        """
        return [*self._upright(box), *self._level(box)]

    def _upright(self, box: QRectF) -> list[QLineF]:
        found: list[QLineF] = []
        left, top, width, height = self._sides
        for part in _PARTS:
            x = box.left() + part * box.width()
            column = np.abs(left + part * width - x) < SAME
            if column.any():
                first = min(box.top(), float(top[column].min())) - BEYOND
                last = max(box.bottom(), float((top + height)[column].max())) + BEYOND
                found.append(QLineF(x, first, x, last))
                if part == _PARTS[0]:
                    return found
        return found

    def _level(self, box: QRectF) -> list[QLineF]:
        found: list[QLineF] = []
        left, top, width, height = self._sides
        for part in _PARTS:
            y = box.top() + part * box.height()
            row = np.abs(top + part * height - y) < SAME
            if row.any():
                first = min(box.left(), float(left[row].min())) - BEYOND
                last = max(box.right(), float((left + width)[row].max())) + BEYOND
                found.append(QLineF(first, y, last, y))
                if part == _PARTS[0]:
                    return found
        return found
