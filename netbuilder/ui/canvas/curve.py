"""The picture of an activation function: its own curve, as a path."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath, QPolygonF

from netbuilder.engine.activation import Activation
from netbuilder.engine.operation import Operation
from netbuilder.errors import NetbuilderError

REACH = 4.0  # z runs from -REACH to REACH
POINTS = 41


@lru_cache(maxsize=256)
def curve(operation: Operation, width: float, height: float) -> tuple[QPainterPath, float] | None:
    """The curve of f(z) in a box from (0, 0) to (width, height), and the y of f = 0 in it.

    None for what has no curve (not an activation, or one that mixes the units of a sample).
    """
    if not isinstance(operation, Activation) or not operation.elementwise:
        return None
    z = np.linspace(-REACH, REACH, POINTS)
    try:
        with np.errstate(all="ignore"):
            f, _ = operation.curve(z)
    except (NotImplementedError, NetbuilderError, ValueError):
        return None
    finite = np.isfinite(f)
    if not finite.any():
        return None
    low, high = min(float(f[finite].min()), 0.0), max(float(f[finite].max()), 0.0)
    span = (high - low) or 1.0
    x = (z[finite] + REACH) / (2 * REACH) * width
    y = (high - f[finite]) / span * height
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(a, b) for a, b in zip(x, y, strict=True)]))
    return path, high / span * height
