"""Small pictures of a block, for frames in which there is no time to paint it.

While the scale changes, what is cached for the screen is of no use: every block would be painted
anew in every frame. Its picture is drawn larger or smaller instead, until the scale is still.
"""

from __future__ import annotations

import math
import time
from dataclasses import replace

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap

from netbuilder.ui.canvas.card import LEGIBLE, Card, Marks

# Pixels a unit of each picture, and below which scale it is used. The first has no small words, as
# a block has none at that scale. What is larger still is painted: few blocks are then in view.
LEVELS = ((0.39, LEGIBLE), (0.75, 0.8), (1.4, 1.6))
KEPT = 2  # of them; the largest would take too much memory
BUDGET = 0.004  # seconds a frame for making pictures; then a coarser one must do


class Pictures:
    """Those of one block. What training changes is not in them: it is painted on top."""

    _until = 0.0

    @classmethod
    def begin_frame(cls) -> None:
        """A new frame has time again to make pictures."""
        cls._until = time.perf_counter() + BUDGET

    def __init__(self) -> None:
        self._card: Card | None = None
        self._marks = Marks()
        self._still = Marks()
        self._made: dict[int, tuple[QPixmap, QRectF]] = {}

    def paint(self, painter: QPainter, card: Card, marks: Marks, scale: float) -> bool:
        """Draw the block from a picture, made if it is not there; False if it must be painted."""
        for wanted, (_, below) in enumerate(LEVELS):
            if scale < below:
                self._look_at(card, marks)
                level = wanted
                coarser = level not in self._made and self._made
                if coarser and time.perf_counter() > self._until:
                    level = max(self._made)
                painter.drawPixmap(card.bounds(), *self.make(card, marks, level))
                card.paint_live(painter, marks, scale)
                return True
        return False

    def make(self, card: Card, marks: Marks, level: int) -> tuple[QPixmap, QRectF]:
        """The picture of a level and its extent, made if it is not there."""
        self._look_at(card, marks)
        if level not in self._made:
            picture = _picture(card, self._still, LEVELS[level][0])
            self._made[level] = (picture, QRectF(picture.rect()))
        return self._made[level]

    def prepare(self, card: Card, marks: Marks) -> None:
        """Make those that are kept, and let the others go."""
        self._look_at(card, marks)
        self._made = {k: p for k, p in self._made.items() if k < KEPT}
        for level in range(KEPT):
            self.make(card, marks, level)

    def _look_at(self, card: Card, marks: Marks) -> None:
        if card is self._card and marks is self._marks:
            return
        still = replace(marks, gradient=None, health="", layer_colour="")
        if card is not self._card or still != self._still:
            self._made.clear()
        self._card, self._marks, self._still = card, marks, still


def _picture(card: Card, marks: Marks, scale: float) -> QPixmap:
    bounds = card.bounds()
    made = QPixmap(math.ceil(bounds.width() * scale), math.ceil(bounds.height() * scale))
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHints(
        QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
    )
    painter.scale(made.width() / bounds.width(), made.height() / bounds.height())
    painter.translate(-bounds.topLeft())
    card.paint(painter, marks, scale)
    painter.end()
    return made
