"""How a layer learns, by the size of its gradient: a mark whose shape tells it, and words."""

from __future__ import annotations

import math
from typing import Literal

from PySide6.QtCore import QCoreApplication, QPointF
from PySide6.QtGui import QPainter, QPainterPath, QPolygonF

from netbuilder.ui.canvas.look import colour
from netbuilder.ui.theme import Theme

Health = Literal["", "fine", "vanishing", "exploding"]

LEAST, MOST = 1e-6, 10.0  # gradient norms between which a layer learns
RADIUS = 4.0


def health(norm: float | None, verdict: Health | None = None) -> Health:
    """The state of a layer by the verdict on the run, or by its gradient norm as long as there is
    no verdict; "" when there is no gradient."""
    if norm is None:
        return ""
    if not math.isfinite(norm) or norm > MOST:
        return "exploding" if verdict is None or not math.isfinite(norm) else verdict
    if verdict is not None:
        return verdict
    return "vanishing" if norm < LEAST else "fine"


def words(state: Health) -> str:
    """The state in a sentence."""
    if state == "fine":
        return _tr("The gradient is healthy: this layer learns.")
    if state == "vanishing":
        return _tr("This layer hardly learns: its gradient, or its step, is next to nothing.")
    if state == "exploding":
        return _tr("The gradient explodes, or the steps are too long: see Health for what helps.")
    return ""


def shape(state: Health, centre: QPointF, colours: Theme) -> tuple[str, QPainterPath]:
    """A dot if all is well; a triangle down for a vanishing gradient, up for an exploding one.

    With its colour.
    """
    path = QPainterPath()
    if state == "fine":
        path.addEllipse(centre, RADIUS - 0.5, RADIUS - 0.5)
        return colours.success, path
    up = -1.0 if state == "exploding" else 1.0
    corners = ((-RADIUS - 0.5, -RADIUS), (RADIUS + 0.5, -RADIUS), (0.0, RADIUS))
    path.addPolygon(QPolygonF([centre + QPointF(x, up * y) for x, y in corners]))
    path.closeSubpath()
    return colours.danger if state == "exploding" else colours.warning, path


def paint(painter: QPainter, state: Health, centre: QPointF, colours: Theme) -> None:
    """Draw that shape."""
    tint, path = shape(state, centre, colours)
    painter.fillPath(path, colour(tint))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Health", text)
