"""The loss over epochs."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QToolButton, QWidget

from netbuilder.project.model import Project
from netbuilder.training.snapshot import History
from netbuilder.ui.plots.curves import Array, CurvePlot, ticks_for, view_unit
from netbuilder.ui.plots.items import Line
from netbuilder.ui.plots.scales import Axis, linear_axis, log_axis, nice_ceil, significant
from netbuilder.ui.theme import theme
from netbuilder.ui.widgets.legend import LegendEntry

TINY = 1e-12  # the lower end of the logarithmic axis: a loss of 0 stands there


class LossPlot(CurvePlot):
    """Training loss (solid) and test loss (dashed), linear or logarithmic."""

    view_key = "loss"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "plot.loss", parent)
        self._top = 0.0
        self._bottom = 0.0
        self._decades: tuple[int, int] | None = None
        self._loss_title = ""
        self._log = QToolButton()
        self._log.setObjectName("plot.loss.log")
        self._log.setProperty("class", "outlined")
        self._log.setCheckable(True)
        self._log.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._log.setText(self.tr("log"))
        self._log.setToolTip(self.tr("Logarithmic loss axis: shows small losses too"))
        self._log.setAccessibleName(self.tr("Logarithmic loss axis"))
        self._log.setFont(theme().font("caption"))
        self._log.toggled.connect(self._change_scale)
        self.add_extra(self._log)
        self.set_title(self.tr("Loss"))
        theme().changed.connect(self._restyle)
        self._restyle()

    def begin(self, history: History, project: Project) -> None:
        """Show another run, whose loss gives the axis its name."""
        losses = [n for n in project.nodes if n.operation.kind == "loss"]
        self._loss_title = losses[0].operation.title if losses else ""
        super().begin(history, project)

    def set_loss_title(self, title: str) -> None:
        """The short name of the loss function, for the axis: "BCE"."""
        if title != self._loss_title:
            self._loss_title = title
            self.refresh()

    @property
    def logarithmic(self) -> bool:
        """Whether the loss axis is logarithmic."""
        return self._log.isChecked()

    def set_logarithmic(self, on: bool) -> None:
        """Switch the loss axis."""
        self._log.setChecked(on)

    def describe(self) -> str:
        """The last values in one sentence."""
        history = self._history
        if history is None or history.count == 0:
            return self._empty_words()
        values = [f"{name} {value}" for name, _, _, value in self.legend.entries()]
        epoch = f"{history.epoch[-1]:.4g}"
        return self.tr("Loss: {values} at epoch {epoch}").format(
            values=", ".join(values), epoch=epoch
        )

    def _empty_words(self) -> str:
        return self.tr("The loss appears here as soon as the network trains.")

    def _draw_history(self, history: History) -> None:
        colours = theme().current
        entries: list[LegendEntry] = []
        curves: list[tuple[Array, Array, str, bool]] = []
        for name, key, values, colour, dashed in (
            (self.tr("train"), "train", history.train_loss, colours.accent, False),
            (self.tr("test"), "test", history.test_loss, colours.muted, True),
        ):
            last = float(values[-1])
            # No test samples: NaN throughout. A run that broke off: NaN at the end, after numbers.
            if dashed and math.isnan(last) and not np.isfinite(values[0]):
                continue
            x, y = self._points(key, history, values)
            entries.append((name, colour, dashed, significant(last)))
            curves.append((x, y, colour, dashed))
        self.legend.set_entries(entries)
        x_axis = self._x_axis(history)
        finite = [y for _, y, _, _ in curves if len(y)]
        if not finite:
            self.lines.set_lines(())
            self.area.set_note(self.tr("The loss is not a finite number."))
            return
        low = min(float(y.min()) for y in finite)
        high = max(float(y.max()) for y in finite)
        y_axis, y_unit = self._log_axis(low, high) if self.logarithmic else self._axis(low, high)
        self.area.set_axes(x_axis, y_axis)
        x_unit = view_unit(self._x_end)
        self.lines.set_lines(
            [
                Line(
                    x / x_unit,
                    np.log10(np.maximum(y, TINY)) if self.logarithmic else y / y_unit,
                    colour,
                    dashed,
                    1.3 if dashed else 1.6,
                )
                for x, y, colour, dashed in curves
            ]
        )

    def _axis(self, low: float, high: float) -> tuple[Axis, float]:
        if high > self._top or high < 0.5 * self._top:
            self._top = nice_ceil(1.05 * high) if high > 0 else 0.0
        if low < self._bottom:
            self._bottom = -nice_ceil(-1.05 * low)
        top = self._top if self._top > self._bottom else self._bottom + 1.0
        unit = view_unit(max(top, -self._bottom))
        count = ticks_for(self.area.view_size().height(), 36)
        return linear_axis(self._bottom, top, count, self._label(), unit), unit

    def _log_axis(self, low: float, high: float) -> tuple[Axis, float]:
        first = math.floor(math.log10(max(low, TINY)) + 1e-9)
        last = math.ceil(math.log10(max(high, TINY)) - 1e-9)
        if self._decades is None:
            self._decades = first, max(last, first + 1)
        first, last = min(first, self._decades[0]), max(last, self._decades[1])
        self._decades = first, last
        count = ticks_for(self.area.view_size().height(), 24)
        return log_axis(first, last, count, self._label(), zero=low <= 0.0), 1.0

    def _label(self) -> str:
        if not self._loss_title:
            return self.tr("loss")
        return self.tr("loss ({name})").format(name=self._loss_title)

    def _forget_ranges(self) -> None:
        self._top = 0.0
        self._bottom = 0.0
        self._decades = None

    def _caption_fits(self) -> bool:
        # Both values of the legend come first; the other two cards say the accuracy as well.
        return self.width() >= theme().px(400)

    @Slot(bool)
    def _change_scale(self, _on: bool) -> None:
        self._forget_ranges()
        self.refresh()

    @Slot()
    def _restyle(self) -> None:
        px = theme().px
        self._log.setStyleSheet(
            f"QToolButton {{ font-size: {px(11)}px; padding: 0 {px(5)}px; }}"
            f"QToolButton:focus {{ padding: 0 {px(4)}px; }}"
        )
