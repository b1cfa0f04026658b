"""The heat map of a network's output and the lines where its answer changes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QTransform

from netbuilder.training.snapshot import Surface
from netbuilder.ui.plots.contour import class_borders, level_lines
from netbuilder.ui.plots.items import ViewItem, draw_segments
from netbuilder.ui.plots.palette import class_map, output_map
from netbuilder.ui.theme import theme

Array = NDArray[Any]
_STEPS = 8  # shades of a number that is drawn in steps


class SurfaceItem(ViewItem):
    """Fills a view of (0, 0) to (1, 1) with a surface.

    The outer samples of the surface lie on the edges of its extent, so that one pixel's centre is
    one sample and the picture reaches half a pixel further.
    """

    def __init__(self) -> None:
        super().__init__()
        self._pixels: Array | None = None
        self._image = QImage()
        self._discrete = False
        self._segments: Array = np.empty((0, 4))

    @property
    def image(self) -> QImage:
        """The map, one pixel a sample, its first row at the smallest y."""
        return self._image

    @property
    def segments(self) -> Array:
        """Where the answer changes: (k, 4) x1, y1, x2, y2 in view coordinates."""
        return self._segments

    def clear(self) -> None:
        """Draw nothing."""
        self._pixels = None
        self._image = QImage()
        self._segments = np.empty((0, 4))
        self.update()

    def set_surface(
        self,
        surface: Surface,
        low: float,
        high: float,
        *,
        discrete: bool = False,
        line: bool | None = None,
    ) -> None:
        """Draw a binary, multiclass or regression surface; low and high bound the colours.

        discrete: the classes alone, or a few shades of a number. line: mark where the middle of
        the colours is crossed; by default only where two classes meet.
        """
        self._discrete = discrete
        values = np.asarray(surface.values, np.float64)
        if surface.kind == "multiclass":
            values = np.nan_to_num(values, nan=0.0, posinf=1.0, neginf=0.0)
            shades = values
            if discrete:
                shades = np.eye(values.shape[2])[values.argmax(axis=2)]
            self._show(class_map(shades, theme().current))
            segments = class_borders(values)
        else:
            share = (values - low) * (1.0 / (high - low))
            middle = np.nan_to_num(share, nan=0.5, posinf=1.0, neginf=0.0)
            binary = surface.kind == "binary"
            shades = middle
            if discrete:
                steps = 1 if binary else _STEPS - 1  # 0 and 1, or the middles of equal parts
                shades = np.floor(np.clip(middle, 0.0, 1.0) * (steps + 1)).clip(0, steps) / steps
            index = np.clip(shades * 255.0 + 0.5, 0.0, 255.0).astype(np.uint8)
            self._show(output_map(theme().current)[index])
            crossed = binary if line is None else line
            segments = level_lines(middle, 0.5) if crossed else np.empty((0, 4))
        rows, columns = values.shape[:2]
        scale = np.array([max(columns - 1, 1), max(rows - 1, 1)] * 2)
        self._segments = segments / scale
        self.update()

    def draw(self, painter: QPainter, to_pixels: QTransform) -> None:
        """Draw the map, smoothly scaled, and the lines over it."""
        if self._image.isNull():
            return
        columns, rows = self._image.width(), self._image.height()
        half_x, half_y = 0.5 / max(columns - 1, 1), 0.5 / max(rows - 1, 1)
        whole = QRectF(-half_x, -half_y, 1 + 2 * half_x, 1 + 2 * half_y)
        target = to_pixels.mapRect(whole)
        painter.setClipRect(to_pixels.mapRect(QRectF(0, 0, 1, 1)))
        # Hard classes keep hard edges: a smooth one would be a shade again.
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not self._discrete)
        painter.save()
        painter.translate(target.left(), target.bottom())
        painter.scale(1, -1)  # row 0 is at the smallest y
        painter.drawImage(QRectF(0, 0, target.width(), target.height()), self._image)
        painter.restore()
        if len(self._segments):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            ends = self._segments * np.array([to_pixels.m11(), to_pixels.m22()] * 2)
            ends += np.array([to_pixels.dx(), to_pixels.dy()] * 2)
            width = 1.5 * theme().text_zoom / 100
            draw_segments(painter, ends, QPen(QColor(theme().current.text), width))

    def _show(self, colours: Array) -> None:
        if self._pixels is not None and self._pixels.shape == colours.shape:
            self._pixels[:] = colours
            return
        rows, columns = colours.shape
        self._pixels = np.ascontiguousarray(colours, np.uint32)
        # The image reads these pixels without a copy; both live and go together.
        self._image = QImage(
            self._pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32
        )
