"""Where the neurons and weights of an unfolded layer lie. Local units, origin at the top left."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

from netbuilder.engine.operation import Array

SHOWN = 8  # units on either side that can still be told apart
CELL = 24.0
PITCH = 29.0
STUB_PITCH = 20.0  # of the inputs, where they are more than the units
LABEL = 18.0  # room for the names of the inputs
SPAN = 66.0  # between an input and a unit
NUMBER = 16.0  # room for the numbers of the units
MORE = 18.0  # height of the line that says how many are hidden
SAMPLES = 12  # pieces of a curve when its distance is asked

Weight = tuple[int, int]  # input, unit


@dataclass(frozen=True)
class NeuronLayout:
    """The measures of a layer of `units` with `inputs`."""

    inputs: int
    units: int

    @property
    def rows(self) -> int:
        """How many units are shown."""
        return min(self.units, SHOWN)

    @property
    def columns(self) -> int:
        """How many inputs are shown."""
        return min(self.inputs, SHOWN)

    @property
    def hidden(self) -> tuple[int, int]:
        """How many inputs and units are not shown."""
        return self.inputs - self.columns, self.units - self.rows

    @property
    def height(self) -> float:
        """Of neurons and lines, without the words below."""
        return max(self.rows * PITCH - (PITCH - CELL), self.columns * STUB_PITCH, 2 * PITCH)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of it all."""
        below = MORE if any(self.hidden) else 0.0
        return LABEL + SPAN + CELL + NUMBER, self.height + below

    def stub(self, i: int) -> QPointF:
        """Where the lines of an input begin."""
        return QPointF(LABEL, self.height * (i + 0.5) / self.columns)

    def cell(self, j: int) -> QRectF:
        """The square of a unit."""
        top = (self.height - (self.rows * PITCH - (PITCH - CELL))) / 2
        return QRectF(LABEL + SPAN, top + j * PITCH, CELL, CELL)

    def curve(self, i: int, j: int) -> QPainterPath:
        """The line of a weight."""
        start, cell = self.stub(i), self.cell(j)
        end = QPointF(cell.left(), cell.center().y())
        path = QPainterPath(start)
        reach = (end.x() - start.x()) / 2
        path.cubicTo(start + QPointF(reach, 0), end - QPointF(reach, 0), end)
        return path

    @cached_property
    def curves(self) -> dict[Weight, QPainterPath]:
        """All lines that are shown."""
        return {(i, j): self.curve(i, j) for i in range(self.columns) for j in range(self.rows)}

    def unit_at(self, point: QPointF) -> int | None:
        """The unit whose square covers a point."""
        for j in range(self.rows):
            if self.cell(j).adjusted(-1, -1, 1, 1).contains(point):
                return j
        return None

    def weight_near(self, point: QPointF, reach: float) -> Weight | None:
        """The weight whose line is nearest to a point, within a distance."""
        away = self._points - np.array([point.x(), point.y()])
        distances = np.hypot(away[:, :, 0], away[:, :, 1]).min(axis=1)
        k = int(distances.argmin())
        if distances[k] > reach:
            return None
        return list(self.curves)[k]

    @cached_property
    def _points(self) -> Array:
        places = [k / SAMPLES for k in range(SAMPLES + 1)]
        return np.array(
            [
                [(p.x(), p.y()) for p in (path.pointAtPercent(at) for at in places)]
                for path in self.curves.values()
            ]
        )
