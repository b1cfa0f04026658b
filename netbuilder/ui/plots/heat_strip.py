"""The gradient of every layer over time at a glance: one row a layer."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QWidget

from netbuilder.training.snapshot import History
from netbuilder.ui.plots.curves import view_unit
from netbuilder.ui.plots.gradient import EXPLODING, VANISHING
from netbuilder.ui.plots.heat_item import HeatItem
from netbuilder.ui.plots.layer_lines import ZERO, LayerLines
from netbuilder.ui.plots.ramp_key import RampKey
from netbuilder.ui.plots.scales import Axis, decade_text, significant
from netbuilder.ui.plots.shading import shade
from netbuilder.ui.plots.strip import Strip
from netbuilder.ui.theme import theme
from netbuilder.ui.widgets.legend import LegendEntry

_GAP = 1  # pixels between two rows
_NAME = 74  # pixels for the name of a layer, at 100 % text zoom
_EXPLODING, _VANISHING = math.log10(EXPLODING), math.log10(VANISHING)


class HeatStrip(LayerLines):
    """log10 |g| of each layer, the first at the top, as colour; hatched where it vanishes or
    explodes. Zoom, cursor and table are those of the lines."""

    view_key = "strip"
    quantity = "gradient_norm"
    usual = (-6, 2)
    has_legend = False

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("plot.heat_strip", parent)
        self.heat = HeatItem()
        self.area.add(self.heat)
        self.area.grid.set_visible(False)
        self.legend.hide()
        self.key = RampKey("plot.heat_strip.key")
        self.body.addWidget(self.key)
        self._strip = Strip(0)
        self._names: tuple[str, ...] = ()
        self._last_step = -1.0
        self._drawn: tuple[object, ...] = ()
        self._drawn_until = 0
        self.set_title(self.view_title())

    @classmethod
    def names(cls) -> tuple[str, str]:
        """The entry in the menu of its deck, and what it shows, in one sentence."""
        return (
            QCoreApplication.translate("HeatStrip", "Gradient strip"),
            QCoreApplication.translate(
                "HeatStrip",
                "The gradient norm of every layer over time as colour, the first layer at "
                "the top: hatched where it vanishes or explodes",
            ),
        )

    def axis_label(self) -> str:
        """The rows have names."""
        return ""

    def describe(self) -> str:
        """Which layers vanish or explode now."""
        history = self._history
        if history is None or not self._anything():
            return self._empty_words()
        said = [
            f"{name} {self._verdict(float(history.column(name, self.quantity)[-1]))}"
            for name, _ in self.shown(history)
        ]
        return self.tr("{title}: {values} at epoch {epoch}").format(
            title=self.view_title(), values=", ".join(said), epoch=f"{history.epoch[-1]:.4g}"
        )

    def draw(self) -> None:
        """Draw the newest state of the history."""
        super().draw()
        self.key.setVisible(not self.area.note)

    def _draw_history(self, history: History) -> None:
        rows = tuple(name for name, _ in self.shown(history))
        if rows != self._names:
            self._begin_strip(rows)
        self._columns = {name: history.column(name, self.quantity) for name in rows}
        self._extend(history)
        low, high = self._decades
        x_axis = self._x_axis(history)
        self.area.set_axes(x_axis, self._y_axis(rows))
        self.key.set_scale(
            (float(low), float(high)),
            (self.tr("vanishing"), self.tr("exploding")),
            (_VANISHING, _EXPLODING),
            [(float(k), decade_text(k)) for k in _marked(low, high)],
        )
        self._paint(x_axis)

    def _go_back(self, history: History) -> None:
        super()._go_back(history)
        self._names = ()  # a strip holds no points that could be taken out

    def _begin_strip(self, rows: tuple[str, ...]) -> None:
        self._names = rows
        self._strip = Strip(len(rows))
        self._last_step = -1.0
        self._drawn = ()

    def _extend(self, history: History) -> None:
        first = int(np.searchsorted(history.step, self._last_step, side="right"))
        if first == history.count or not self._names:
            return
        width = self._strip.width
        columns = [self._columns[name][first:] for name in self._names]
        values = np.column_stack(columns).astype(np.float64)
        logs = np.log10(np.where(np.isfinite(values), np.maximum(values, ZERO / 10), np.inf))
        x = history.epoch[first:]
        known = np.isfinite(x)
        self._strip.add(np.maximum(x[known], 0.0), logs[known])
        self._last_step = float(history.step[-1])
        if width != self._strip.width:
            self._drawn = ()  # pairs of columns were merged
        seen = logs[np.isfinite(logs) & (logs >= math.log10(ZERO))]
        if seen.size:
            low, high = self._decades
            self._decades = min(low, math.floor(seen.min())), max(high, math.ceil(seen.max()))

    def _y_axis(self, rows: tuple[str, ...]) -> Axis:
        line = QFontMetricsF(theme().font("caption")).height()
        room = self.area.view_size().height() / max(len(rows), 1)
        every = max(1, math.ceil(line / max(room, 1.0)))
        metrics = QFontMetricsF(theme().font("caption"))
        ticks = []
        for k, name in enumerate(rows):
            if k % every == 0:
                words = metrics.elidedText(name, Qt.TextElideMode.ElideRight, theme().px(_NAME))
                ticks.append((len(rows) - k - 0.5, words))
        return Axis(0.0, float(max(len(rows), 1)), tuple(reversed(ticks)))

    def _paint(self, x_axis: Axis) -> None:
        """Paint what is new; all of it if the axes, the size or the look have changed."""
        size = self.area.view_size()
        ratio = self.devicePixelRatioF()
        height, width = max(round(size.height() * ratio), 1), max(round(size.width() * ratio), 1)
        unit = view_unit(self._x_end)
        low, high = x_axis.low * unit, x_axis.high * unit
        scale = ratio * theme().text_zoom / 100
        state = (height, width, low, high, self._decades, scale, theme().current, self._names)
        if state != self._drawn:
            self._drawn, self._drawn_until = state, 0
            self.heat.pixels = np.empty((height, width), np.uint32)
        times = low + (np.arange(self._drawn_until, width) + 0.5) / width * (high - low)
        rows = np.minimum(np.arange(height) * len(self._names) // height, len(self._names) - 1)
        gaps = np.diff(rows, append=rows[-1]) > 0
        if height > 8 * len(self._names):
            rows[gaps] = -_GAP
        self.heat.pixels[:, self._drawn_until :] = shade(
            self._strip.at(times),
            rows,
            np.arange(self._drawn_until, width),
            ends=(float(self._decades[0]), float(self._decades[1])),
            usual=(_VANISHING, _EXPLODING),
            scale=scale,
            theme=theme().current,
        )
        # The column of the newest points is still growing.
        behind = (self._strip.end - self._strip.width - low) / (high - low) * width
        self._drawn_until = min(max(math.floor(behind), 0), width)
        self.heat.update()

    def _rows(self, history: History, place: int) -> Iterator[LegendEntry]:
        for name, colour in self.shown(history):
            values = self._columns.get(name)
            if values is not None and place < len(values):
                value = float(values[place])
                yield name, colour, False, f"{significant(value)} {self._verdict(value)}"

    def _verdict(self, value: float) -> str:
        if not value <= EXPLODING:
            return self.tr("explodes")
        return self.tr("vanishes") if value < VANISHING else self.tr("usual")

    def _start_over(self) -> None:
        super()._start_over()
        self._names = ()
        self._strip = Strip(0)
        self._drawn = ()


def _marked(low: int, high: int) -> list[int]:
    """Decades to name below the key: the limits first."""
    limits = [round(_VANISHING), round(_EXPLODING)]
    return limits + [k for k in range(low + 1, high) if k not in limits and k % 2 == 0]
