"""The size of each layer's gradient over epochs."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtWidgets import QWidget

from netbuilder.training.snapshot import History
from netbuilder.ui.plots.curves import Array, CurvePlot, ticks_for, view_unit
from netbuilder.ui.plots.items import Band, Line
from netbuilder.ui.plots.scales import log_axis, significant
from netbuilder.ui.theme import theme

EXPLODING = 10.0
VANISHING = 1e-4
ZERO = 1e-12  # anything smaller is drawn as 0, at the lower end of the axis
_USUAL = (-5, 2)  # decades that are always in view, so that both bands are


class GradientPlot(CurvePlot):
    """One line a layer on a logarithmic axis, in the colours of the canvas."""

    view_key = "norm"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "plot.gradient", parent)
        self._decades = _USUAL
        self._layers: list[tuple[str, str]] = []
        self.set_title(self.tr("Gradient norm"))

    def set_layers(self, layers: Sequence[tuple[str, str]]) -> None:
        """Names and colours "#rrggbb" of the layers, in the order of the network."""
        fresh = list(layers)
        if fresh != self._layers:
            self._layers = fresh
            self.refresh()

    def describe(self) -> str:
        """The last norm of each layer in one sentence."""
        history = self._history
        if history is None or history.count == 0:
            return self._empty_words()
        norms = [
            f"{layer} {significant(float(history.gradient(layer)[-1]))}"
            for layer, _ in self._known(history)
        ]
        return self.tr("Gradient norms: {values} at epoch {epoch}").format(
            values=", ".join(norms), epoch=f"{history.epoch[-1]:.4g}"
        )

    def draw(self) -> None:
        """Draw the newest state of the history."""
        super().draw()
        history = self._history
        layers = self._known(history) if history is not None and history.count else self._layers
        self.legend.set_entries([(layer, colour, False, "") for layer, colour in layers])

    def _empty_words(self) -> str:
        return self.tr("The gradient of each layer appears here as soon as the network trains.")

    def _known(self, history: History) -> list[tuple[str, str]]:
        # The canvas may have moved on: a layer that was renamed or removed keeps its line.
        colours = dict(self._layers)
        order = [layer for layer, _ in self._layers if layer in history.layers]
        order += [layer for layer in history.layers if layer not in colours]
        return [(layer, colours.get(layer, theme().current.muted)) for layer in order]

    def _draw_history(self, history: History) -> None:
        curves: list[tuple[Array, Array, str, str]] = []
        zero = False
        first, last = _USUAL
        for layer, colour in self._known(history):
            x, y = self._points(layer, history, history.gradient(layer))
            curves.append((x, y, colour, layer))
            above = y[y >= ZERO]
            zero = zero or len(above) < len(y)
            if len(above):
                first = min(first, math.floor(math.log10(above.min())))
                last = max(last, math.ceil(math.log10(above.max())))
        # Zero stands a decade below the smallest norm, at the very end of the axis.
        first -= 1 if zero and first <= self._decades[0] else 0
        self._decades = min(first, self._decades[0]), max(last, self._decades[1])
        low, high = self._decades
        x_axis = self._x_axis(history)
        count = ticks_for(self.area.view_size().height(), 20)
        label = self.tr("|gradient| (L2 norm)")
        self.area.set_axes(x_axis, log_axis(low, high, count, label, zero))
        self._set_bands(low, high, zero)
        unit = view_unit(self._x_end)
        floor = low + 0.006 * (high - low)  # so that the whole line is seen, not its upper half
        tagged = len(curves) > 1  # which line is whose must not hang on its colour
        self.lines.set_lines(
            [
                Line(
                    x / unit,
                    np.maximum(np.log10(np.maximum(y, ZERO)), floor),
                    colour,
                    tag=layer if tagged else "",
                )
                for x, y, colour, layer in curves
            ]
        )

    def _set_bands(self, low: float, high: float, zero: bool) -> None:
        colours = theme().current  # a line of zeros at the lower end must not strike the word out
        bands = (
            Band(math.log10(EXPLODING), high, colours.danger_soft, self.tr("exploding"), True),
            Band(low, math.log10(VANISHING), colours.warning_soft, self.tr("vanishing"), zero),
        )
        if bands != self.area.grid.bands:
            self.area.set_bands(bands)

    def _forget_ranges(self) -> None:
        self._decades = _USUAL
