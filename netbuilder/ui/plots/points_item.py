"""The samples in the plane: training samples filled, test samples hollow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTransform

from netbuilder.ui.plots.items import ViewItem
from netbuilder.ui.plots.palette import Look, draw_marker, marker, strike
from netbuilder.ui.theme import theme

Array = NDArray[Any]
_SIZES = ((24, 10.0), (150, 7.5), (600, 6.5))  # diameter in pixels for up to so many marks
_SMALLEST = 5.0
CROWD = 60  # wrong samples


@dataclass(frozen=True)
class Points:
    """Samples that look alike: places (n, 2) in view coordinates, finite."""

    places: Array
    look: Look
    hollow: bool


class PointsItem(ViewItem):
    """Many small marks. They stay while the surface changes."""

    z = 20.0
    kept = True

    def __init__(self) -> None:
        super().__init__()
        self._groups: tuple[Points, ...] = ()
        self._size = 7.0

    @property
    def groups(self) -> tuple[Points, ...]:
        """What is drawn."""
        return self._groups

    def set_groups(self, groups: Sequence[Points]) -> None:
        """Draw these from now on, the first on top."""
        self._groups = tuple(groups)
        count = sum(len(group.places) for group in groups)
        self._size = next((size for most, size in _SIZES if count <= most), _SMALLEST)
        self.update()

    @property
    def size(self) -> float:
        """The diameter of a mark in pixels at 100 % text zoom."""
        return self._size

    def draw(self, painter: QPainter, to_pixels: QTransform) -> None:
        """Draw every mark."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        zoom = theme().text_zoom / 100
        scale = np.array([to_pixels.m11(), to_pixels.m22()])
        origin = np.array([to_pixels.dx(), to_pixels.dy()])
        for group in reversed(self._groups):
            path = marker(group.look.shape, self._size * zoom)
            for x, y in (group.places * scale + origin).tolist():
                painter.translate(x, y)
                draw_marker(painter, path, group.look, group.hollow, theme().current, zoom)
                painter.translate(-x, -y)


class StrikesItem(ViewItem):
    """Strikes out each sample that the network gets wrong: in a crowd no mark hides another."""

    z = 25.0
    kept = True

    def __init__(self) -> None:
        super().__init__()
        self._places: Array = np.empty((0, 2))
        self._size = 7.0

    @property
    def places(self) -> Array:
        """Their middles (n, 2) in view coordinates."""
        return self._places

    def set_places(self, places: Array, size: float) -> None:
        """Strike these out; `size` is that of their marks. Cheap if nothing changed."""
        if size == self._size and np.array_equal(places, self._places):
            return
        self._places, self._size = places, size
        self.update()

    def draw(self, painter: QPainter, to_pixels: QTransform) -> None:
        """Draw every pair of strokes."""
        if not len(self._places):
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        zoom, colours = theme().text_zoom / 100, theme().current
        # In a crowd of wrong samples the strokes must not hide what class they are of.
        crowded = len(self._places) > CROWD
        path = strike(self._size * zoom * (0.6 if crowded else 1.0))
        places = self._places * np.array([to_pixels.m11(), to_pixels.m22()])
        places += np.array([to_pixels.dx(), to_pixels.dy()])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(colours.text), (0.7 if crowded else 1.2) * zoom))
        for x, y in places.tolist():
            painter.drawPath(path.translated(x, y))
