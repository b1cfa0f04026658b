"""Thin lines that show with what a dragged block falls in line."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene, QStyleOptionGraphicsItem, QWidget

from netbuilder.ui.canvas.look import colour
from netbuilder.ui.theme import theme

BEYOND = 16.0  # how far a guide reaches past the blocks that it joins


class GuideItem(QGraphicsItem):
    """One line, in scene units; it lies below the blocks and takes no mouse."""

    def __init__(self, line: QLineF) -> None:
        super().__init__()
        self.line = line
        self._bounds = QRectF(line.p1(), line.p2()).normalized().adjusted(-2, -2, 2, 2)
        self.setZValue(0.5)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def boundingRect(self) -> QRectF:  # noqa: N802
        """The line with its pen."""
        return self._bounds

    def shape(self) -> QPainterPath:
        """Nothing to hit."""
        return QPainterPath()

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """Draw it one pixel wide at any zoom."""
        pen = painter.pen()
        pen.setColor(colour(theme().current.accent, 170))
        pen.setCosmetic(True)
        pen.setWidthF(1.0)
        pen.setStyle(Qt.PenStyle.SolidLine)
        painter.setPen(pen)
        painter.drawLine(self.line)


class GuideLines:
    """The guides of one drag.

    Each line is an item of its own: two that cross in one item would have the whole rectangle
    between their ends painted anew in every frame.
    """

    def __init__(self, scene: QGraphicsScene) -> None:
        self._scene = scene
        self._items: list[GuideItem] = []

    def show(self, lines: Iterable[QLineF]) -> None:
        """Show these and no others."""
        wanted = list(lines)
        for item in [i for i in self._items if i.line not in wanted]:
            self._items.remove(item)
            self._scene.removeItem(item)
        present = [item.line for item in self._items]
        for line in wanted:
            if line not in present:
                item = GuideItem(line)
                self._items.append(item)
                self._scene.addItem(item)

    def clear(self) -> None:
        """The drag is over."""
        self.show(())
