"""Passing pictures of a gesture: the block to come, the wire to come, the rubber band."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from netbuilder.ui.canvas.look import PORT, RADIUS, colour, pen
from netbuilder.ui.canvas.wire_item import wire_path
from netbuilder.ui.theme import theme


class GhostItem(QGraphicsItem):
    """Outlines in the accent colour above everything; it takes no mouse."""

    def __init__(self) -> None:
        super().__init__()
        self._box = QRectF()
        self._band = QRectF()
        self._wires: list[QPainterPath] = []
        self._ends: list[QPointF] = []
        self.setZValue(10)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    @property
    def box(self) -> QRectF:
        """The outline of the block to come."""
        return self._box

    @property
    def wires(self) -> int:
        """How many wires are to come."""
        return len(self._wires)

    def show_block(self, box: QRectF) -> None:
        """Outline a block to come (scene units)."""
        self.prepareGeometryChange()
        self._box = box
        self.update()

    def show_wires(self, *ends: tuple[QPointF, QPointF]) -> None:
        """Draw wires to come, each from one point to another."""
        self.prepareGeometryChange()
        self._wires = [wire_path(a, b) for a, b in ends]
        self._ends = [point for pair in ends for point in pair]
        self.update()

    def show_band(self, band: QRectF) -> None:
        """Draw a rubber band."""
        self.prepareGeometryChange()
        self._band = band
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802
        """All that is shown."""
        bounds = self._box.united(self._band)
        for path in self._wires:
            bounds = bounds.united(path.boundingRect())
        return bounds.adjusted(-10, -10, 10, 10)

    def shape(self) -> QPainterPath:
        """Nothing to hit."""
        return QPainterPath()

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """Draw it."""
        accent = theme().current.accent
        if not self._box.isNull():
            painter.setPen(pen(accent, 1.75, 255, True))
            painter.setBrush(colour(accent, 22))
            # Outside the block, because the hand holds its picture over this place.
            around = self._box.adjusted(-4, -4, 4, 4)
            painter.drawRoundedRect(around, RADIUS + 4, RADIUS + 4)
        if not self._band.isNull():
            painter.setPen(pen(accent, 1.0))
            painter.setBrush(colour(accent, 26))
            painter.drawRect(self._band)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(accent, 2.25))
        for path in self._wires:
            painter.drawPath(path)
        painter.setBrush(colour(accent))
        for point in self._ends:
            painter.drawEllipse(point, PORT - 1, PORT - 1)
