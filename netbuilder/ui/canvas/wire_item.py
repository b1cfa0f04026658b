"""A wire: a smooth line from one block's output to another's input."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPainterPathStroker
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from netbuilder.project.model import Edge
from netbuilder.ui.canvas.look import WIRE_REACH, colour, pen
from netbuilder.ui.theme import theme

SAMPLES = 24


def wire_path(start: QPointF, end: QPointF) -> QPainterPath:
    """A curve that leaves to the right and arrives from the left."""
    reach = max(abs(end.x() - start.x()) / 2, min(60.0, abs(end.y() - start.y()) / 2 + 20.0))
    path = QPainterPath(start)
    path.cubicTo(start + QPointF(reach, 0), end - QPointF(reach, 0), end)
    return path


class WireItem(QGraphicsItem):
    """One edge of the network; `edge` names its ends."""

    def __init__(self, edge: Edge) -> None:
        super().__init__()
        self.edge = edge
        self._path = QPainterPath()
        self._ends: tuple[object, object] = ((), ())
        self._bounds = QRectF()
        self._shape: QPainterPath | None = None
        self._points: list[QPointF] = []
        self._hovered = False
        self._split = False
        self._problem = ""
        self.setZValue(0)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsSelectable)
        self.setAcceptHoverEvents(True)

    def set_ends(self, start: QPointF, end: QPointF) -> None:
        """Lead from one point to another (scene units)."""
        self.prepareGeometryChange()
        self._ends = (start.toTuple(), end.toTuple())
        self._path = wire_path(start, end)
        reach = WIRE_REACH + 1
        self._bounds = self._path.boundingRect().adjusted(-reach, -reach, reach, reach)
        self._shape = None
        self._points = []

    def set_split(self, split: bool) -> None:
        """Show that a block dropped now goes in here."""
        if split != self._split:
            self._split = split
            self.update()

    @property
    def split(self) -> bool:
        """Whether a block dropped now goes in here."""
        return self._split

    def set_problem(self, text: str) -> None:
        """Show what is wrong with this wire; an empty text if nothing is."""
        if text != self._problem:
            self._problem = text
            self.setToolTip(text)
            self.update()

    def look(self) -> tuple[object, ...]:
        """What decides about its picture, but for the cursor: equal looks are equal pixels."""
        return (self._ends, self.isSelected(), self._split, self._problem)

    def middle(self) -> QPointF:
        """The point half-way along, in the scene."""
        return self._sampled()[SAMPLES // 2]

    def _sampled(self) -> list[QPointF]:
        # Only when asked: a wire is laid anew in every frame of a drag.
        if not self._points:
            self._points = [self._path.pointAtPercent(k / SAMPLES) for k in range(SAMPLES + 1)]
        return self._points

    def distance(self, point: QPointF) -> float:
        """How far a point of the scene is from the wire."""
        x, y = point.x(), point.y()
        best = float("inf")
        for a, b in pairwise(self._sampled()):
            dx, dy = b.x() - a.x(), b.y() - a.y()
            length = dx * dx + dy * dy
            t = 0.0 if not length else ((x - a.x()) * dx + (y - a.y()) * dy) / length
            t = min(max(t, 0.0), 1.0)
            ex, ey = x - a.x() - t * dx, y - a.y() - t * dy
            best = min(best, ex * ex + ey * ey)
        return float(best**0.5)

    def boundingRect(self) -> QRectF:  # noqa: N802
        """The curve with its thickest pen."""
        return self._bounds

    def shape(self) -> QPainterPath:
        """A band around the curve that is easily hit."""
        if self._shape is None:
            stroker = QPainterPathStroker()
            stroker.setWidth(2 * WIRE_REACH)
            self._shape = stroker.createStroke(self._path)
        return self._shape

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """Draw the curve."""
        colours = theme().current
        selected = self.isSelected()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._split:
            painter.setPen(pen(colours.accent, 9.0, 60))
            painter.drawPath(self._path)
        if selected or self._split:
            painter.setPen(pen(colours.accent, 2.5))
        elif self._problem:
            painter.setPen(pen(colours.danger, 2.0))
        else:
            painter.setPen(pen(colours.text if self._hovered else colours.muted, 1.75))
        painter.drawPath(self._path)
        if self._split:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(colours.accent))
            painter.drawEllipse(self.middle(), 4.0, 4.0)

    def hoverEnterEvent(self, event: object) -> None:  # noqa: N802
        """Darken under the cursor."""
        self._hovered = True
        self.update()

    def hoverLeaveEvent(self, event: object) -> None:  # noqa: N802
        """Lighten again."""
        self._hovered = False
        self.update()
