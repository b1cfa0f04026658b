"""The curve of f(x) with the way down on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF

from netbuilder.engine.lab.expression import Array
from netbuilder.engine.lab.functions import Range
from netbuilder.ui.lab.card import LabCard
from netbuilder.ui.lab.items import WayLine
from netbuilder.ui.lab.looks import look_of
from netbuilder.ui.lab.state import LabState
from netbuilder.ui.lab.words import index, number
from netbuilder.ui.plots.curves import ticks_for
from netbuilder.ui.plots.items import Line, LinesItem
from netbuilder.ui.plots.scales import Axis, linear_axis, snug, unit_axis
from netbuilder.ui.theme import theme

POINTS = 801
BEYOND = 1.5  # widths of the view that it grows at most to either side to follow a way
ROOM = 0.06  # of the heights, below and above them: a mark at the minimum is whole
OUTSIDE = 40.0  # heights of the view; a curve is cut off there


@dataclass(frozen=True)
class Heights:
    """What the height of the view stands for."""

    low: float
    high: float

    def shares(self, values: Array) -> Array:
        """0 at the lower edge, 1 at the upper one; far outside it is cut off."""
        found: Array = np.clip((values - self.low) / (self.high - self.low), -OUTSIDE, OUTSIDE)
        return found


class CurveCard(LabCard):
    """f(x), the numbered iterates, the tangent at the present one and the step that comes next."""

    def __init__(self, state: LabState) -> None:
        super().__init__(self.names()[0], "lab.curve", state)
        self.lines = LinesItem()
        self.area.add(self.lines)
        self.heights = Heights(0.0, 1.0)

    @classmethod
    def names(cls) -> tuple[str, str]:
        """Its title, and what it shows."""
        return (
            QCoreApplication.translate("CurveCard", "The way down"),
            QCoreApplication.translate(
                "CurveCard", "Each iterate on the curve, joined by its steps"
            ),
        )

    def whole(self) -> tuple[Range, ...]:
        """The view of the function, wider where the way leaves it."""
        (low, high), state = self.state.bench.view[0], self.state
        width = high - low
        places = state.descent(state.chosen).points(state.k)[:, 0]
        places = places[np.isfinite(places)]
        near = places[(places > low - BEYOND * width) & (places < high + BEYOND * width)]
        near = np.append(near, state.bench.start[0])
        left, right = float(near.min()), float(near.max())
        if left >= low and right <= high:
            return ((low, high),)
        return (snug(min(low, left), max(high, right)),)

    def start_at(self, place: QPointF) -> tuple[float, ...]:
        """Only x counts."""
        return (place.x(),)

    def draw(self) -> None:
        state = self.state
        low, high = self.ranges[0]
        x = np.linspace(low, high, POINTS)
        y = state.formula.values(x)
        descent, look = state.descent(state.chosen), look_of(state.chosen)
        k = state.k
        points, values = descent.points(k)[:, 0], descent.values(k)
        if not np.isfinite(y).any():
            self.area.set_note(self.tr("The formula has no values here: choose another view."))
            self.legend.set_entries(())
            return
        self.area.set_note("")
        if not self.held:
            self.heights = heights_of(y, values[(points >= low) & (points <= high)])
        self._set_axes(low, high)
        here = descent.at(k)
        tangent = self._tangent(float(here.point[0]), here.value, float(here.gradient[0]))
        self.lines.set_lines([*tangent, *self._curve(x, y)])
        self.ways.set_ways(
            [WayLine(np.column_stack([points, self.heights.shares(values)]), look, True)]
        )
        level = float(self.heights.shares(np.array([here.value]))[0])
        self.arrow.set_ends(None)
        if here.step is not None and np.isfinite(level):
            begin = float(here.point[0])
            self.arrow.set_ends((begin, level, begin + float(here.step[0]), level))
        self.set_caption(self._out_of_view(float(here.point[0]), level, k))
        first = float(self.heights.shares(values[:1])[0])
        self.start.set_visible(bool(np.isfinite(first)))
        self.start.set_start((float(points[0]), first), self.held)
        slope = number(float(here.gradient[0]), 4)
        colours = theme().current
        self.legend.set_entries(
            [
                ("f(x)", colours.text, False, ""),
                (self.tr("tangent, slope"), colours.kinds["loss"], True, slope),
                (state.chosen, look.colour, bool(look.dashes), ""),
            ]
        )

    def _out_of_view(self, x: float, level: float, k: int) -> str:
        """Words for a place that the plot does not show; "" if it does."""
        low, high = self.ranges[0]
        if low <= x <= high and 0.0 <= level <= 1.0:
            return ""
        return self.tr("x{k} is out of view").format(k=index(k))

    def _set_axes(self, low: float, high: float) -> None:
        width = self.area.width() - theme().px(60)
        height = self.area.height() - theme().px(40)
        across: Axis = linear_axis(low, high, ticks_for(width, 60), "x")
        heights = self.heights
        up = unit_axis(heights.low, heights.high, ticks_for(height, 48), "f(x)")
        self.area.set_axes(across, up)

    def _curve(self, x: Array, y: Array) -> list[Line]:
        """The curve in pieces, without what is no number and without lines across a pole."""
        colour, shares = theme().current.text, self.heights.shares(y)
        with np.errstate(invalid="ignore"):
            outside = np.where(shares > 1, 1, np.where(shares < 0, -1, 0))
            jumps = outside[1:] * outside[:-1] < 0
        ends = np.flatnonzero(jumps | (np.diff(np.isfinite(y).astype(int)) != 0)) + 1
        pieces = zip(np.split(x, ends), np.split(shares, ends), np.split(y, ends), strict=True)
        return [
            Line(px, py, colour, width=1.8)
            for px, py, v in pieces
            if np.isfinite(v).all() and v.size
        ]

    def _tangent(self, x: float, value: float, slope: float) -> list[Line]:
        if not np.isfinite((x, value, slope)).all():
            return []
        low, high = self.ranges[0]
        reach = 0.22 * (high - low)
        # A steep one need not be longer than a flat one.
        rise = abs(slope) / (self.heights.high - self.heights.low)
        reach /= float(np.hypot(1.0, rise * (high - low)) / 1.0) ** 0.7
        ends = np.array([x - reach, x + reach])
        colour = theme().current.kinds["loss"]
        shares = self.heights.shares(value + slope * (ends - x))
        return [Line(ends, shares, colour, dashed=True, width=1.8)]


def heights_of(curve: Array, visited: Array) -> Heights:
    """The heights to show for the values (n,) of a curve and of what was visited on it.

    Steep ends and poles do not press the rest flat.
    """
    known = curve[np.isfinite(curve)]
    low, high = float(known.min()), float(known.max())
    q_low, q_high = np.percentile(known, (3, 97))
    span = float(q_high - q_low)
    if span > 0:
        low, high = max(low, float(q_low) - span), min(high, float(q_high) + span)
    seen = visited[np.isfinite(visited)]
    if len(seen):
        low, high = min(low, float(seen.min())), max(high, float(seen.max()))
    room = high - low or max(abs(high), 1.0)
    return Heights(low - ROOM * room, high + ROOM * room)
