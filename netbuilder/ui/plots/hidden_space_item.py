"""The bent grid of a layer's space, and how three units are turned into a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QTransform

from netbuilder.ui.plots.items import ViewItem, draw_segments
from netbuilder.ui.theme import theme

Array = NDArray[Any]

CORNERS = np.array([[x, y, z] for z in (0, 1) for y in (0, 1) for x in (0, 1)], np.float64)
"""Of the unit cube."""

EDGES = ((0, 1), (0, 2), (0, 4), (1, 3), (1, 5), (2, 3), (2, 6), (3, 7), (4, 5), (4, 6), (5, 7), (6, 7))  # fmt: skip  # noqa: E501
AXIS_ENDS = (1, 2, 4)
"""The corners that the three axes lead to, from the first one."""


def turned(points: Array, turn: float, tilt: float) -> Array:
    """Points (…, 3) of the unit cube, seen from a direction: (…, 3) with across, up (in a view of
    0 … 1) and depth, the larger the nearer. Angles in radians; parallel projection."""
    c, s = np.cos(turn), np.sin(turn)
    ct, st = np.cos(tilt), np.sin(tilt)
    p = (points - 0.5) / np.sqrt(3.0)  # the cube's diagonal fits however it is turned
    x, y, z = p[..., 0], p[..., 1], p[..., 2]
    across = c * x + s * y
    back = -s * x + c * y
    up = ct * z + st * back
    depth = st * z - ct * back
    return np.stack([across + 0.5, up + 0.5, depth], axis=-1)


def cut_line(cut: Array) -> Array:
    """The end points (2, 2) of w1 x + w2 y + b = 0 inside the unit square, (0, 2) if it is not."""
    return _crossings(cut, np.array([[0.0, 0], [1, 0], [1, 1], [0, 1]]), ((0, 1), (1, 2), (2, 3), (3, 0)))[:2]  # fmt: skip  # noqa: E501


def cut_polygon(cut: Array) -> Array:
    """The corners (k, 3), in order round it, of w x + b = 0 inside the unit cube; k 0 or 3 to 6."""
    found = _crossings(cut, CORNERS, EDGES)
    if len(found) < 3:
        return np.empty((0, 3))
    normal = cut[:3] / np.linalg.norm(cut[:3])
    first = found[0] - found.mean(axis=0)
    first /= max(float(np.linalg.norm(first)), 1e-12)
    second = np.cross(normal, first)
    rest = found - found.mean(axis=0)
    order = np.argsort(np.arctan2(rest @ second, rest @ first))
    polygon: Array = found[order]
    return polygon


def _crossings(cut: Array, corners: Array, edges: tuple[tuple[int, int], ...]) -> Array:
    if not np.isfinite(cut).all() or not np.any(cut[:-1]):
        return np.empty((0, corners.shape[1]))
    height = corners @ cut[:-1] + cut[-1]
    found = []
    for a, b in edges:
        if (height[a] > 0) != (height[b] > 0):
            share = height[a] / (height[a] - height[b])
            found.append(corners[a] + share * (corners[b] - corners[a]))
    return np.array(found).reshape(-1, corners.shape[1])


@dataclass(frozen=True, eq=False)
class SpacePicture:
    """Everything in a view of 0 … 1. segments (k, 4): the bent grid; frame (k, 4): the box's edges;
    names: words at places; cut: a line (2, 2) or a polygon (k, 2)."""

    segments: Array
    frame: Array
    names: tuple[tuple[float, float, str], ...]
    cut: Array


class SpaceItem(ViewItem):
    """Draws box, bent grid and cut."""

    z = 5.0

    def __init__(self) -> None:
        super().__init__()
        self.picture: SpacePicture | None = None

    def set_picture(self, picture: SpacePicture | None) -> None:
        """Draw this from now on."""
        self.picture = picture
        self.update()

    def draw(self, painter: QPainter, to_pixels: QTransform) -> None:
        """Box and names first, then the grid, then the cut."""
        picture = self.picture
        if picture is None:
            return
        colours, zoom = theme().current, theme().text_zoom / 100
        painter.setClipRect(to_pixels.mapRect(self.area))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scale = np.array([to_pixels.m11(), to_pixels.m22()])
        shift = np.array([to_pixels.dx(), to_pixels.dy()])
        two, four = (scale, shift), (np.tile(scale, 2), np.tile(shift, 2))
        draw_segments(
            painter, picture.frame * four[0] + four[1], QPen(QColor(colours.border_strong), 1)
        )
        grid = QColor(colours.muted)
        grid.setAlphaF(0.55)
        draw_segments(painter, picture.segments * four[0] + four[1], QPen(grid, zoom))
        if len(picture.cut) == 2:
            ends = (picture.cut * two[0] + two[1]).reshape(1, 4)
            draw_segments(painter, ends, QPen(QColor(colours.text), 2 * zoom))
        elif len(picture.cut) > 2:
            polygon = QPolygonF([QPointF(x, y) for x, y in picture.cut * two[0] + two[1]])
            ground = QColor(colours.text)
            ground.setAlphaF(0.12)
            painter.setBrush(ground)
            painter.setPen(QPen(QColor(colours.text), 1.5 * zoom))
            painter.drawPolygon(polygon)
        painter.setFont(theme().font("caption"))
        painter.setPen(QColor(colours.muted))
        metrics = painter.fontMetrics()
        area = to_pixels.mapRect(self.area)
        for x, y, words in picture.names:
            width = metrics.horizontalAdvance(words)
            left = x * scale[0] + shift[0] - width / 2
            left = min(max(left, area.left() + 1), area.right() - width - 1)
            base = y * scale[1] + shift[1] + metrics.ascent() / 2
            base = min(max(base, area.top() + metrics.ascent()), area.bottom() - metrics.descent())
            painter.drawText(QPointF(left, base), words)
