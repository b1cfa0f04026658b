"""Marks on the drawn network: the number that is looked at, its links, and its paths to J."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPen

from netbuilder.ui.step.diagram_items import Marks, Role
from netbuilder.ui.step.diagram_paint import Painter, crimson
from netbuilder.ui.step.diagram_plan import Spot, Wire
from netbuilder.ui.theme import theme


def paint_marks(painter: QPainter, brush: Painter, marks: Marks) -> None:
    """The number that is looked at, where it comes from and goes to."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for weight, role in marks.weights.items():
        ends = brush.layout.weights.get(weight)
        if ends is not None:
            painter.setPen(_pen(role, (3.4 if role == "this" else 1.8) * brush.unit))
            painter.drawLine(*ends)
    for spot, role in marks.spots.items():
        if spot in brush.layout.rects:
            painter.setPen(_pen(role, (2.4 if role == "this" else 1.8) * brush.unit))
            brush.outline(painter, spot, 2.5 * brush.unit)


def paint_way(painter: QPainter, brush: Painter, way: list[tuple[Wire, int, int]]) -> None:
    """Lines of the paths to J."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    colour = crimson()
    # Where paths are many, each is a thread of them.
    colour.setAlphaF(1.0 if len(way) <= 12 else 0.45)
    painter.setPen(QPen(colour, (2.6 if len(way) <= 12 else 1.4) * brush.unit))
    for wire, i, j in way:
        start, end = Spot(wire.source, i), Spot(wire.target, j)
        if start in brush.layout.rects and end in brush.layout.rects:
            painter.drawPath(brush.layout.line(wire, i, j))


def _pen(role: Role, width: float) -> QPen:
    if role == "to":
        pen = QPen(QColor(theme().current.accent), width)
        pen.setDashPattern([1.0, 2.0])
        return pen
    pen = QPen(crimson(), width)
    if role == "from":
        pen.setDashPattern([3.0, 2.0])
    return pen
