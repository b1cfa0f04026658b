"""Thin lines that show with what a dragged block falls in line."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from netbuilder.ui.canvas.look import colour
from netbuilder.ui.theme import theme

BEYOND = 16.0  # how far a guide reaches past the blocks that it joins


class GuideItem(QGraphicsItem):
    """Lies below the blocks and takes no mouse."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[QLineF] = []
        self.setZValue(0.5)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    @property
    def lines(self) -> tuple[QLineF, ...]:
        """The guides that are shown, in the scene."""
        return tuple(self._lines)

    def show_lines(self, lines: Iterable[QLineF]) -> None:
        """Show these guides and no others."""
        new = list(lines)
        if new != self._lines:
            self.prepareGeometryChange()
            self._lines = new
            self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802
        """All guides."""
        bounds = QRectF()
        for line in self._lines:
            bounds = bounds.united(QRectF(line.p1(), line.p2()).normalized().adjusted(-2, -2, 2, 2))
        return bounds

    def shape(self) -> QPainterPath:
        """Nothing to hit."""
        return QPainterPath()

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """Draw them one pixel wide at any zoom."""
        pen = painter.pen()
        pen.setColor(colour(theme().current.accent, 170))
        pen.setCosmetic(True)
        pen.setWidthF(1.0)
        pen.setStyle(Qt.PenStyle.SolidLine)
        painter.setPen(pen)
        painter.drawLines(self._lines)
