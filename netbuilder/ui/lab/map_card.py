"""The map of f(x, y) with the ways of the optimizers side by side."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF

from netbuilder.engine.lab.functions import Range
from netbuilder.ui.lab.card import LabCard
from netbuilder.ui.lab.items import MapItem, WayLine
from netbuilder.ui.lab.looks import look_of
from netbuilder.ui.lab.state import LabState
from netbuilder.ui.lab.words import number
from netbuilder.ui.plots.curves import ticks_for
from netbuilder.ui.plots.scales import linear_axis
from netbuilder.ui.theme import theme

COLUMNS = 161  # places at which the heights are computed, over the width


class MapCard(LabCard):
    """Contour lines and colours of the heights; x and y have the same scale, so that the gradient
    stands across the lines."""

    def __init__(self, state: LabState) -> None:
        super().__init__(self.names()[0], "lab.map", state)
        self.map = MapItem()
        self.area.add(self.map)
        self._mapped: object = None

    @classmethod
    def names(cls) -> tuple[str, str]:
        """Its title, and what it shows."""
        return (
            QCoreApplication.translate("MapCard", "The ways down"),
            QCoreApplication.translate("MapCard", "A map of the heights with each optimizer’s way"),
        )

    def whole(self) -> tuple[Range, ...]:
        """The view of the function with the start in it."""
        bench = self.state.bench
        found = []
        for (low, high), place in zip(bench.view, bench.start, strict=True):
            margin = 0.05 * (high - low)
            found.append(
                (
                    min(low, place - margin) if place < low else low,
                    max(high, place + margin) if place > high else high,
                )
            )
        return tuple(found)

    def start_at(self, place: QPointF) -> tuple[float, ...]:
        """Both coordinates count."""
        return place.x(), place.y()

    def draw(self) -> None:
        state = self.state
        across, up = self._fitted()
        width = self.area.width() - theme().px(60)
        height = self.area.height() - theme().px(40)
        self.area.set_axes(
            linear_axis(*across, ticks_for(width, 60), "x"),
            linear_axis(*up, ticks_for(height, 48), "y"),
        )
        self._draw_map(across, up)
        k = state.k
        # The chosen one on top.
        order = sorted(state.shown, key=lambda name: name != state.chosen)
        self.ways.set_ways([WayLine(state.descent(n).points(k), look_of(n)) for n in order])
        here = state.descent(state.chosen).at(k)
        self.arrow.set_ends(None)
        if here.step is not None and state.chosen in state.shown:
            (x1, y1), (x2, y2) = here.point.tolist(), (here.point + here.step).tolist()
            self.arrow.set_ends((x1, y1, x2, y2))
        x, y = state.bench.start
        self.start.set_start((x, y), self.held)
        entries = []
        for name in state.shown:
            look = look_of(name)
            value = number(float(state.descent(name).values(k)[-1]), 3)
            entries.append((name, look.colour, bool(look.dashes), value))
        self.legend.set_entries(entries)

    def _fitted(self) -> tuple[Range, Range]:
        """The ranges to show, one of them widened so that both have the same scale."""
        (left, right), (bottom, top) = self.ranges
        room = self.area.view_size()
        if room.width() < 1 or room.height() < 1:
            return (left, right), (bottom, top)
        scale = max((right - left) / room.width(), (top - bottom) / room.height())
        more_x = (scale * room.width() - (right - left)) / 2
        more_y = (scale * room.height() - (top - bottom)) / 2
        return (left - more_x, right + more_x), (bottom - more_y, top + more_y)

    def _draw_map(self, across: Range, up: Range) -> None:
        share = (up[1] - up[0]) / (across[1] - across[0])
        rows = int(np.clip(round(COLUMNS * share), 2, 2 * COLUMNS))
        wanted = (self.state.formula.text, across, up, rows)
        if wanted == self._mapped:
            return
        self._mapped = wanted
        x, y = np.meshgrid(np.linspace(*across, COLUMNS), np.linspace(*up, rows))
        self.map.set_values(self.state.formula.values(x, y))
