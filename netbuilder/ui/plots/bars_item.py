"""A histogram inside a plot's axes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTransform

from netbuilder.ui.plots.items import ViewItem
from netbuilder.ui.theme import theme

Array = NDArray[Any]


class BarsItem(ViewItem):
    """Bars on the lower end of the axes, and a dashed line at the mean."""

    z = 5.0

    def __init__(self) -> None:
        super().__init__()
        self._edges = np.zeros(1)
        self._heights = np.zeros(0)
        self._mean: float | None = None

    @property
    def heights(self) -> Array:
        """Of the bars, in view coordinates (n,)."""
        return self._heights

    @property
    def mean(self) -> float | None:
        """Where the line stands."""
        return self._mean

    def set_bars(self, edges: Array, heights: Array, mean: float | None) -> None:
        """edges (n + 1,) ascending and heights (n,), all in view coordinates."""
        self._edges, self._heights, self._mean = edges, heights, mean
        self.update()

    def draw(self, painter: QPainter, to_pixels: QTransform) -> None:
        """Draw the bars, those below zero in the colour of what is negative."""
        px, colours = theme().px, theme().current
        area = to_pixels.mapRect(self._area)
        x = self._edges * to_pixels.m11() + to_pixels.dx()
        tops = self._heights * to_pixels.m22() + to_pixels.dy()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(Qt.PenStyle.NoPen)
        for k, top in enumerate(tops):
            # A bar of one value is to be seen too.
            top = min(float(top), area.bottom() - px(2))
            if self._heights[k] <= self._area.top():
                continue
            middle = (self._edges[k] + self._edges[k + 1]) / 2
            painter.setBrush(QColor(colours.negative if middle < 0 else colours.positive))
            left, right = round(x[k]), round(x[k + 1])
            gap = 1 if right - left > 3 else 0
            painter.drawRect(QRectF(left, top, max(right - left - gap, 1), area.bottom() - top))
        if self._mean is not None:
            place = self._mean * to_pixels.m11() + to_pixels.dx()
            painter.setPen(QPen(QColor(colours.text), max(1.0, px(1)), Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(place, area.top()), QPointF(place, area.bottom()))
