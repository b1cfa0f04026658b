"""A picture that fills the axes of a plot, one pixel of it on each of the screen."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QPainter, QTransform

from netbuilder.ui.plots.items import ViewItem
from netbuilder.ui.plots.shading import as_image

Array = NDArray[Any]


class HeatItem(ViewItem):
    """Colours (h, w) stretched over the visible rectangle."""

    z = -5.0

    def __init__(self) -> None:
        super().__init__()
        self.pixels = np.zeros((0, 0), np.uint32)
        """uint32 0xffRRGGBB, contiguous; call `update()` after a change."""

    def draw(self, painter: QPainter, to_pixels: QTransform) -> None:
        """Draw the picture, without smoothing: a hatching is not to blur."""
        if self.pixels.size:
            painter.drawImage(to_pixels.mapRect(self._area), as_image(self.pixels))
