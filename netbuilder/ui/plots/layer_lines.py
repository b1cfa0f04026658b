"""One line a layer on a logarithmic axis: what the views of gradients and their kin share."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QWidget

from netbuilder.training.snapshot import History
from netbuilder.ui.plots.curves import Array, CurvePlot, ticks_for, view_unit
from netbuilder.ui.plots.items import Band, Line
from netbuilder.ui.plots.scales import log_axis, significant
from netbuilder.ui.theme import theme

ZERO = 1e-30  # anything smaller is drawn as 0, at the lower end of the axis
ALL_TAGGED = 4  # with more lines, only those that end apart from each other carry their names
AGAIN = 8  # drawings after which the names are chosen anew

_THIN, _THICK, _CHOSEN = 1.6, 2.6, 1.4  # pixels; what is chosen on the canvas gains the last


class LayerLines(CurvePlot):
    """One line a layer, in the colours of the canvas. A view says which quantity it shows.

    Where there are more layers than colours, the lines of the second round are dashed and those of
    the third are thick. Beyond a few layers not every line has its name at its end; the legend, the
    cursor and the table have them all.
    """

    quantity = ""
    """The column of the history."""

    usual = (-5, 2)
    """Decades that are always in view."""

    has_legend = True
    """Whether colours stand for layers."""

    alarm: float | None = None
    """The decimal logarithm above which there is a band; its word is always to be read."""

    def __init__(self, object_name: str, parent: QWidget | None = None) -> None:
        super().__init__("", object_name, parent)
        self._decades = self.usual
        self._layers: list[tuple[str, str]] = []
        self._chosen: frozenset[str] = frozenset()
        self._tagged: frozenset[str] = frozenset()
        self._until_tags = 0
        self._some = False

    # ---- what a view says -----------------------------------------------------------------------

    def axis_label(self) -> str:
        """The words beside the axis."""
        raise NotImplementedError

    def bands(self, low: float, high: float, zero: bool) -> Sequence[Band]:
        """What is healthy and what is not, between two decimal logarithms. `zero`: there is a line
        at the lower end, which must not strike a word out."""
        return ()

    # ---- what it shows --------------------------------------------------------------------------

    def set_layers(self, layers: Sequence[tuple[str, str]]) -> None:
        """Names and colours "#rrggbb" of the layers, in the order of the network."""
        fresh = list(layers)
        if fresh != self._layers:
            self._layers = fresh
            self._tagged = frozenset()
            self.refresh()

    def set_selection(self, ids: Sequence[str]) -> None:
        """The lines of these blocks stand out."""
        chosen = frozenset(ids)
        if chosen != self._chosen:
            self._chosen = chosen
            self._tagged = frozenset()
            self.refresh()

    def describe(self) -> str:
        """The last value of each layer in one sentence."""
        history = self._history
        if history is None or not self._anything():
            return self._empty_words()
        values = [
            f"{name} {significant(float(history.column(name, self.quantity)[-1]))}"
            for name, _ in self.shown(history)
        ]
        return self.tr("{title}: {values} at epoch {epoch}").format(
            title=self.view_title(), values=", ".join(values), epoch=f"{history.epoch[-1]:.4g}"
        )

    def shown(self, history: History) -> list[tuple[str, str]]:
        """Names and colours of the lines."""
        # The canvas may have moved on: a layer that was renamed or removed keeps its line.
        colours = dict(self._layers)
        order = [layer for layer, _ in self._layers if layer in history.layers]
        order += [layer for layer in history.layers if layer not in colours]
        return [(layer, colours.get(layer, theme().current.muted)) for layer in order]

    # ---- drawing --------------------------------------------------------------------------------

    def draw(self) -> None:
        """Draw the newest state of the history."""
        super().draw()
        if not self.has_legend:
            return
        history = self._history
        layers = self.shown(history) if history is not None and history.count else self._layers
        rounds = _rounds(layers)
        self.legend.set_entries(
            [(name, colour, rounds[name] % 2 == 1, "") for name, colour in layers]
        )

    def _anything(self) -> bool:
        history = self._history
        if history is None or history.count == 0:
            return False
        if not self._some:
            self._some = any(
                np.isfinite(history.column(name, self.quantity)).any()
                for name, _ in self.shown(history)
            )
        return self._some

    def _empty_words(self) -> str:
        if self._history is not None and self._history.count > 1:
            return self.tr("There is no finite number to show.")
        return self.tr("The lines of the layers appear here as soon as the network trains.")

    def _draw_history(self, history: History) -> None:
        curves: list[tuple[Array, Array, str, str]] = []
        zero = False
        first, last = self.usual
        for name, colour in self.shown(history):
            x, y = self._points(name, history, history.column(name, self.quantity))
            curves.append((x, y, colour, name))
            above = y[y >= ZERO]
            zero = zero or len(above) < len(y)
            if len(above):
                first = min(first, math.floor(math.log10(above.min())))
                last = max(last, math.ceil(math.log10(above.max())))
        # Zero stands a decade below the smallest value, at the very end of the axis.
        first -= 1 if zero and first <= self._decades[0] else 0
        low, high = min(first, self._decades[0]), max(last, self._decades[1])
        if self.alarm is not None:
            line = QFontMetricsF(theme().font("caption")).height() + theme().px(3)
            share = min(line / max(self.area.view_size().height(), 1.0), 0.3)
            high = max(high, math.ceil((self.alarm - share * low) / (1.0 - share)))
        self._decades = low, high
        x_axis = self._x_axis(history)
        count = ticks_for(self.area.view_size().height(), 20)
        self.area.set_axes(x_axis, log_axis(low, high, count, self.axis_label(), zero))
        bands = tuple(self.bands(low, high, zero or self._reaches_down(low, high, curves)))
        if bands != self.area.grid.bands:
            self.area.set_bands(bands)
        unit = view_unit(self._x_end)
        floor = low + 0.006 * (high - low)  # so that the whole line is seen, not its upper half
        logs = [np.maximum(np.log10(np.maximum(y, ZERO)), floor) for _, y, _, _ in curves]
        names = [name for *_, name in curves]
        tagged = self._choose_tags(names, logs)
        rounds = _rounds([(name, colour) for _, _, colour, name in curves])
        lines = [
            Line(
                x / unit,
                y,
                colour,
                dashed=rounds[name] % 2 == 1,
                width=(_THICK if rounds[name] >= 2 else _THIN)
                + (_CHOSEN if name in self._chosen else 0.0),
                tag=name if name in tagged else "",
            )
            for (x, _, colour, name), y in zip(curves, logs, strict=True)
        ]
        # The first is on top.
        order = sorted(range(len(lines)), key=lambda k: names[k] not in self._chosen)
        self.lines.set_lines([lines[k] for k in order])

    def _reaches_down(
        self, low: float, high: float, curves: Sequence[tuple[Array, Array, str, str]]
    ) -> bool:
        """Whether the lowest line runs where a word at the lower end would stand."""
        line = QFontMetricsF(theme().font("caption")).height() + theme().px(3)
        limit = low + line / max(self.area.view_size().height(), 1.0) * (high - low)
        lowest = min((float(y.min()) for _, y, _, _ in curves if len(y)), default=1.0)
        return lowest <= math.pow(10.0, limit)

    def _choose_limit(self) -> None:
        # A noisy line costs by the length of its zigzags: of many, each has fewer.
        history = self._history
        count = len(self.shown(history)) if history is not None and history.count else 1
        share = 1 if count <= 4 else 2 if count <= 8 else 3
        limit = max(64, round(self.area.view_size().width() / share / 64) * 64)
        if limit != self._limit:
            self._limit = limit
            self._decimators.clear()

    def _choose_tags(self, names: Sequence[str], logs: Sequence[Array]) -> frozenset[str]:
        """Which lines carry their names: of many only those whose names have room at their ends,
        and the same ones for a while."""
        if len(names) < 2:
            return frozenset()  # which line is whose must not hang on its colour; here it does not
        if len(names) <= ALL_TAGGED:
            return frozenset(names)
        low, high = self._decades
        line = QFontMetricsF(theme().font("caption")).height()
        pixel = (high - low) / max(self.area.view_size().height(), 1.0)
        ends = {name: float(y[-1]) / pixel for name, y in zip(names, logs, strict=True) if len(y)}
        self._until_tags -= 1
        kept = self._tagged & ends.keys()
        if self._until_tags > 0 and kept and _room(sorted(ends[k] for k in kept)) >= 0.7 * line:
            return kept
        chosen: list[str] = []
        outer = (names[0], names[-1])
        for name in [*(n for n in names if n in self._chosen), *outer, *names]:
            if name not in chosen and name in ends:
                others = sorted([ends[k] for k in chosen] + [ends[name]])
                if _room(others) >= line:
                    chosen.append(name)
        self._tagged, self._until_tags = frozenset(chosen), AGAIN
        return self._tagged

    def _forget_ranges(self) -> None:
        self._decades = self.usual
        self._some = False
        self._until_tags = 0


def _rounds(layers: Sequence[tuple[str, str]]) -> dict[str, int]:
    """By name, how many lines before it have the same colour."""
    seen: Counter[str] = Counter()
    rounds = {}
    for name, colour in layers:
        rounds[name] = seen[colour]
        seen[colour] += 1
    return rounds


def _room(places: Sequence[float]) -> float:
    return min((b - a for a, b in itertools.pairwise(places)), default=math.inf)
