"""How the weights, outputs and gradients of one layer are spread, now and over time."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, Qt, Slot
from PySide6.QtGui import QHelpEvent, QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QToolTip, QWidget

from netbuilder.engine.statistics import Histogram
from netbuilder.project.model import Project
from netbuilder.training.histograms import QUANTITIES, HistogramHistory
from netbuilder.training.snapshot import History, Snapshot
from netbuilder.ui.plots.bars_item import BarsItem
from netbuilder.ui.plots.base import Choices, PlotCard, Table
from netbuilder.ui.plots.curves import ticks_for, view_unit
from netbuilder.ui.plots.heat_item import HeatItem
from netbuilder.ui.plots.histogram_grid import BINS, HistogramGrid
from netbuilder.ui.plots.ramp_key import RampKey
from netbuilder.ui.plots.scales import (
    HUGE,
    Axis,
    linear_axis,
    log_axis,
    nice_ceil,
    significant,
    snug,
)
from netbuilder.ui.plots.shading import shade
from netbuilder.ui.theme import theme
from netbuilder.ui.widgets import ComboField
from netbuilder.ui.widgets.elided_label import ElidedLabel

_FEW = 1e-3  # of the fullest bin: less is left blank
_LOG_BASE = 0.5  # where the logarithmic axis of counts begins: a bar of one value is seen


class HistogramsPlot(PlotCard):
    """One layer and one quantity: bars with mean and spread, or density over the epochs.

    Only while it is in sight it asks for histograms, so the run is known from then on.
    """

    view_key = "histograms"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "plot.histograms", parent)
        self.history = HistogramHistory()
        self._grid = HistogramGrid()
        self._layers: list[tuple[str, str]] = []
        self._node = ""
        self._quantity = "parameters"
        self._offered: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        self._x_range: tuple[float, float] | None = None
        self._top = 0.0
        self._x_end = 0.0
        self.bars = BarsItem()
        self.heat = HeatItem()
        self.area.add(self.bars)
        self.area.add(self.heat)
        self.layer_field = self._field("layer", self.tr("Layer"))
        self.quantity_field = self._field("quantity", self.tr("Quantity"))
        self.over_time = self._switch("over_time", self.tr("time"), self.tr("Over time"))
        self.over_time.setToolTip(self.tr("How the values have been spread over the epochs"))
        self.log = self._switch("log", self.tr("log"), self.tr("Logarithmic counts"))
        self.add_extra(self.log)
        self.log.setToolTip(self.tr("Logarithmic counts: shows rare values too"))
        self.facts = ElidedLabel("")
        self.facts.setObjectName("plot.histograms.facts")
        self.facts.setProperty("role", "caption")
        self.key = RampKey("plot.histograms.key")
        self.key.set_scale((0.0, 1.0), (self.tr("few values"), self.tr("most values")))
        self.key.hide()
        self.legend.hide()
        row = QHBoxLayout()
        row.addWidget(self.layer_field, 1)
        row.addWidget(self.quantity_field, 1)
        row.addWidget(self.over_time)
        row.setSpacing(theme().px(6))
        self.body.addLayout(row)
        self.body.addWidget(self.facts)
        self.body.addWidget(self.area, 1)
        self.body.addWidget(self.key)
        self.area.view_resized.connect(self.refresh)
        self.layer_field.chosen.connect(self._choose_layer)
        self.quantity_field.chosen.connect(self._choose_quantity)
        theme().changed.connect(self._restyle)
        self.set_title(self.view_title())
        self._restyle()

    def _field(self, name: str, words: str) -> ComboField:
        field = ComboField()
        field.setObjectName(f"plot.histograms.{name}")
        field.setAccessibleName(words)
        field.setMinimumContentsLength(5)
        field.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        return field

    def _switch(self, name: str, words: str, spoken: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"plot.histograms.{name}")
        button.setProperty("class", "outlined")
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setText(words)
        button.setAccessibleName(spoken)
        button.setFont(theme().font("caption"))
        button.toggled.connect(self._change_scale)
        return button

    # ---- what is told ---------------------------------------------------------------------------

    @classmethod
    def names(cls) -> tuple[str, str]:
        """The entry in the menu of its deck, and what it shows, in one sentence."""
        return (
            QCoreApplication.translate("HistogramsPlot", "Histograms"),
            QCoreApplication.translate(
                "HistogramsPlot",
                "How the weights, the outputs and the gradient of one layer are spread",
            ),
        )

    def choices(self) -> Choices:
        """The quantity, and how it is drawn."""
        drawn = {"over_time": self.over_time.isChecked(), "log": self.log.isChecked()}
        return {"quantity": self._quantity, **drawn}

    def set_choices(self, kept: Choices) -> None:
        """The quantity, and how it was drawn."""
        quantity = kept.get("quantity")
        self.choose(quantity=quantity if quantity in QUANTITIES else QUANTITIES[0])
        self.over_time.setChecked(kept.get("over_time") is True)
        self.log.setChecked(kept.get("log") is True)

    def begin(self, history: History, project: Project) -> None:
        """A run begins: the histograms of the one before are gone."""
        self.history = HistogramHistory()
        self._forget()
        self.refresh()
        if self.isVisible():
            self.histograms_wanted.emit(True)

    def take(self, snapshot: Snapshot) -> None:
        """Keep the histograms that were asked for."""
        if self.history.add(snapshot.step, snapshot.epoch, snapshot.layers):
            self.refresh()

    def set_layers(self, layers: Sequence[tuple[str, str]]) -> None:
        """The layers that learn: the first one is shown unless another was chosen."""
        self._layers = list(layers)

    def set_selection(self, ids: Sequence[str]) -> None:
        """Show the block that was chosen on the canvas."""
        known = [node for node in ids if node in self.history.nodes()]
        if known and known[0] != self._node:
            self.choose(node=known[0])
        elif ids and not self.history.nodes():
            self._node = ids[0]

    def choose(self, *, node: str | None = None, quantity: str | None = None) -> None:
        """Show another layer or another of QUANTITIES."""
        self._node = node if node is not None else self._node
        self._quantity = quantity if quantity is not None else self._quantity
        self._forget()
        self.refresh()

    def set_over_time(self, on: bool) -> None:
        """Show density over the epochs instead of the bars of now."""
        self.over_time.setChecked(on)

    @property
    def shown(self) -> tuple[str, str]:
        """The node and the quantity in sight; a node without the quantity shows another one."""
        nodes = self.history.nodes()
        node = self._node
        if node not in nodes:
            learn = [name for name, _ in self._layers if name in nodes]
            node = (learn or list(nodes) or [""])[0]
        known = self._known(node)
        return node, self._quantity if self._quantity in known else (known or ("outputs",))[0]

    def _known(self, node: str) -> tuple[str, ...]:
        newest = self.history.newest
        found: Mapping[str, Histogram] = newest.histograms.get(node, {}) if newest else {}
        return tuple(q for q in QUANTITIES if q in found)

    def quantity_words(self, quantity: str) -> str:
        """The name of one of QUANTITIES."""
        return {
            "parameters": self.tr("weights"),
            "outputs": self.tr("outputs"),
            "gradients": self.tr("gradient"),
        }[quantity]

    def describe(self) -> str:
        """The facts in one sentence."""
        if self.area.note:
            return self.area.note
        node, quantity = self.shown
        return f"{self.title()}: {node}, {self.quantity_words(quantity)}, {self.facts.text()}"

    def table(self) -> Table:
        """The bins of the histogram in sight: from, to, count; over time with the epoch first."""
        node, quantity = self.shown
        if self.over_time.isChecked():
            pairs = self.history.over_time(node, quantity)
            return ("epoch", "from", "to", "count"), (
                (epoch, *row) for epoch, histogram in pairs for row in _bins(histogram)
            )
        histogram = self.history.now(node, quantity)
        return ((), ()) if histogram is None else (("from", "to", "count"), _bins(histogram))

    # ---- drawing --------------------------------------------------------------------------------

    def draw(self) -> None:
        """Draw the newest histograms."""
        node, quantity = self.shown
        self._offer(node, quantity)
        histogram = self.history.now(node, quantity)
        over_time = self.over_time.isChecked()
        self.facts.setVisible(histogram is not None)
        self.set_caption(f"{node} · {self.quantity_words(quantity)}" if node else "")
        self.bars.set_visible(not over_time)
        self.heat.set_visible(over_time)
        self.area.grid.set_visible(not over_time)
        empty = histogram is None or not histogram.counts.any()
        self.key.setVisible(over_time and not empty)
        if histogram is None:
            self.area.set_note(self.tr("Histograms appear here as soon as the network trains."))
            return
        if empty:
            self.facts.setText(self.tr("no finite value"))
            self.area.set_note(self.tr("None of the values is a finite number."))
            return
        self.facts.setText(self._facts(histogram))
        self.area.set_note("")
        if over_time:
            self._draw_time(node, quantity)
        else:
            self._draw_now(histogram, quantity)

    def _caption_fits(self) -> bool:
        return False  # the fields say it; a picture of the view has no fields

    def _facts(self, histogram: Histogram) -> str:
        count = int(histogram.counts.sum())
        if histogram.low == histogram.high:
            return self.tr("all {n} values are {value}").format(
                n=count, value=significant(histogram.low)
            )
        return self.tr("mean {mean} · std {std} · {low} … {high}").format(
            mean=significant(histogram.mean),
            std=significant(histogram.std),
            low=significant(histogram.low),
            high=significant(histogram.high),
        )

    def _draw_now(self, histogram: Histogram, quantity: str) -> None:
        low, high = self._hold_x(float(histogram.edges[0]), float(histogram.edges[-1]))
        size = self.area.view_size()
        most = float(histogram.counts.max())
        if most > self._top or most < 0.4 * self._top:
            self._top = nice_ceil(1.05 * most)
        unit = view_unit(max(abs(low), abs(high)))
        x_axis = linear_axis(
            low, high, ticks_for(self.area.width(), 60), self.quantity_words(quantity), unit
        )
        label = self.tr("count")
        if self.log.isChecked():
            base = math.log10(_LOG_BASE)
            ticks = ticks_for(size.height(), 24)
            y_axis = log_axis(base, math.log10(self._top), ticks, label)
            heights = np.log10(np.maximum(histogram.counts, _LOG_BASE))
        else:
            y_axis = _whole(linear_axis(0.0, self._top, ticks_for(size.height(), 36), label))
            heights = histogram.counts.astype(np.float64)
        self.area.set_axes(x_axis, y_axis)
        mean = histogram.mean
        self.bars.set_bars(
            histogram.edges / unit, heights, mean / unit if math.isfinite(mean) else None
        )

    def _hold_x(self, low: float, high: float) -> tuple[float, float]:
        low, high = max(low, -HUGE), min(high, HUGE)
        held = self._x_range
        if (
            held is None
            or low < held[0]
            or high > held[1]
            or high - low < 0.5 * (held[1] - held[0])
        ):
            held = None
        self._x_range = held or snug(low, high)
        return self._x_range

    def _draw_time(self, node: str, quantity: str) -> None:
        pairs = self.history.over_time(node, quantity)
        epochs = np.array([epoch for epoch, _ in pairs])
        shares = self._grid.columns([histogram for _, histogram in pairs])
        if self.log.isChecked():
            shares = np.log10(1.0 + 99.0 * shares) / 2.0
        last = float(epochs[-1]) if len(epochs) else 0.0
        if last > self._x_end or self._x_end == 0.0:
            self._x_end = nice_ceil(1.05 * last, fine=True) if last > 0 else 1.0
        unit = view_unit(self._x_end)
        x_axis = linear_axis(
            0.0, self._x_end, ticks_for(self.area.width(), 60), self.tr("epoch"), unit
        )
        assert self._grid.range is not None
        low, high = self._grid.range
        scale = view_unit(max(abs(low), abs(high)))
        size = self.area.view_size()
        words = self.quantity_words(quantity)
        y_axis = linear_axis(low, high, ticks_for(size.height(), 36), words, scale)
        self.area.set_axes(x_axis, y_axis)
        ratio = self.devicePixelRatioF()
        height, width = max(round(size.height() * ratio), 1), max(round(size.width() * ratio), 1)
        times = (np.arange(width) + 0.5) / width * self._x_end
        places = np.searchsorted(epochs, times, side="right") - 1
        values = shares.T[:, np.maximum(places, 0)]
        # The last column reaches to where the next one is to be expected.
        end = last + (last - epochs[-2] if len(epochs) > 1 else self._x_end)
        values[:, (places < 0) | (times > end)] = np.nan
        values[values < _FEW] = np.nan
        rows = BINS - 1 - np.arange(height) * BINS // height
        self.heat.pixels = np.ascontiguousarray(
            shade(
                values,
                rows,
                np.arange(width),
                ends=(0.0, 1.0),
                usual=(-np.inf, np.inf),
                scale=ratio,
                theme=theme().current,
            )
        )
        self.heat.update()

    def _offer(self, node: str, quantity: str) -> None:
        offered = (self.history.nodes(), self._known(node))
        if offered != self._offered:
            self._offered = offered
            self.layer_field.set_items((name, name) for name in offered[0])
            self.quantity_field.set_items((self.quantity_words(q), q) for q in offered[1])
            self.layer_field.setEnabled(bool(offered[0]))
            self.quantity_field.setEnabled(bool(offered[1]))
        self.layer_field.select(node)
        self.quantity_field.select(quantity)

    def _forget(self) -> None:
        self._grid.forget()
        self._x_range = None
        self._top = 0.0
        self._x_end = 0.0

    # ---- the user -------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Ask for histograms."""
        super().showEvent(event)
        self.histograms_wanted.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """Nobody looks: the run need not compute them."""
        super().hideEvent(event)
        self.histograms_wanted.emit(False)

    def event(self, event: QEvent) -> bool:
        """Say in a tooltip what the bar under the pointer counts."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            words = self._words_at(event.pos().x() - self.area.x())
            if words:
                QToolTip.showText(event.globalPos(), words, self)
                return True
        return super().event(event)

    def _words_at(self, x: float) -> str:
        histogram = self.history.now(*self.shown)
        view = self.area.view_rect()
        if histogram is None or self.over_time.isChecked() or self._x_range is None:
            return ""
        low, high = self._x_range
        value = low + (x - view.left()) / max(view.width(), 1.0) * (high - low)
        k = int(np.searchsorted(histogram.edges, value, side="right")) - 1
        if not 0 <= k < len(histogram.counts):
            return ""
        return self.tr("{count} values from {low} to {high}").format(
            count=int(histogram.counts[k]),
            low=significant(float(histogram.edges[k])),
            high=significant(float(histogram.edges[k + 1])),
        )

    @Slot(object)
    def _choose_layer(self, node: object) -> None:
        self.choose(node=str(node))

    @Slot(object)
    def _choose_quantity(self, quantity: object) -> None:
        self.choose(quantity=str(quantity))

    @Slot(bool)
    def _change_scale(self, _on: bool) -> None:
        self._top = 0.0
        self.refresh()

    @Slot()
    def _restyle(self) -> None:
        px = theme().px
        for button in (self.over_time, self.log):
            button.setStyleSheet(
                f"QToolButton {{ font-size: {px(11)}px; padding: 0 {px(5)}px; }}"
                f"QToolButton:focus {{ padding: 0 {px(4)}px; }}"
            )


def _whole(axis: Axis) -> Axis:
    """Without the ticks between whole numbers."""
    ticks = tuple((v, words.removesuffix(".0")) for v, words in axis.ticks if v == round(v))
    return dataclasses.replace(axis, ticks=ticks)


def _bins(histogram: Histogram) -> list[tuple[float, float, int]]:
    edges = histogram.edges.tolist()
    return [
        (edges[k], edges[k + 1], int(count)) for k, count in enumerate(histogram.counts.tolist())
    ]
