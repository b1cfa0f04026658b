"""The loss over epochs."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QToolButton, QWidget

from netbuilder.project.model import Project
from netbuilder.training.snapshot import History
from netbuilder.ui.plots.base import Choices
from netbuilder.ui.plots.curves import Array, ticks_for, view_unit
from netbuilder.ui.plots.run_curves import RunCurves
from netbuilder.ui.plots.scales import Axis, linear_axis, log_axis, nice_ceil, significant, snug
from netbuilder.ui.theme import theme

TINY = 1e-12  # the lower end of the logarithmic axis: a loss of 0 stands there


class LossPlot(RunCurves):
    """Training loss (solid) and test loss (dashed), linear or logarithmic."""

    logarithmic_changed = Signal(bool)
    """The axis was switched."""

    view_key = "loss"
    columns = ("train_loss", "test_loss")

    def __init__(self, parent: QWidget | None = None, object_name: str = "plot.loss") -> None:
        super().__init__(object_name, parent)
        self._top = 0.0
        self._bottom = 0.0
        self._decades: tuple[float, float] | None = None
        self._loss_title = ""
        self._log = QToolButton()
        self._log.setObjectName(f"{object_name}.log")
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

    def view_help(self) -> str:
        """What it shows, in one sentence."""
        return self.tr("How wrong the network is, on the training and on the test samples")

    @property
    def logarithmic(self) -> bool:
        """Whether the loss axis is logarithmic."""
        return self._log.isChecked()

    def set_logarithmic(self, on: bool) -> None:
        """Switch the loss axis."""
        self._log.setChecked(on)

    def choices(self) -> Choices:
        """Smoothing and axis."""
        return {**super().choices(), "log": self.logarithmic}

    def set_choices(self, kept: Choices) -> None:
        """Smoothing and axis that were kept."""
        super().set_choices(kept)
        self.set_logarithmic(kept.get("log") is True)

    def _empty_words(self) -> str:
        return self.tr("The loss appears here as soon as the network trains.")

    def _no_number_words(self) -> str:
        return self.tr("The loss is not a finite number.")

    def _say(self, value: float) -> str:
        return significant(value)

    def _to_view(self, y: Array, unit: float) -> Array:
        return np.log10(np.maximum(y, TINY)) if self.logarithmic else y / unit

    def _y_axis(self, low: float, high: float) -> tuple[Axis, float]:
        return self._log_axis(low, high) if self.logarithmic else self._axis(low, high)

    def _axis(self, low: float, high: float) -> tuple[Axis, float]:
        if self.window_x.zoomed:
            bottom, top = self._close_range(low, high)
        else:
            if high > self._top or high < 0.5 * self._top:
                self._top = nice_ceil(1.05 * high) if high > 0 else 0.0
            if low < self._bottom:
                self._bottom = -nice_ceil(-1.05 * low)
            bottom = self._bottom
            top = self._top if self._top > bottom else bottom + 1.0
        unit = view_unit(max(top, -bottom))
        count = ticks_for(self.area.view_size().height(), 36)
        return linear_axis(bottom, top, count, self._label(), unit), unit

    def _close_range(self, low: float, high: float) -> tuple[float, float]:
        # What is zoomed into fills the height; the range holds while the curve stays in it.
        bottom, top = self._bottom, self._top
        fits = bottom <= low and high <= top and high - low >= 0.4 * (top - bottom)
        if not fits or top <= bottom:
            self._bottom, self._top = snug(low, high)
        return self._bottom, self._top

    def _log_axis(self, low: float, high: float) -> tuple[Axis, float]:
        count = ticks_for(self.area.view_size().height(), 24)
        first = math.floor(math.log10(max(low, TINY)) + 1e-9)
        last = math.ceil(math.log10(max(high, TINY)) - 1e-9)
        if self._decades is None:
            self._decades = first, max(last, first + 1)
        self._decades = min(first, self._decades[0]), max(last, self._decades[1])
        return log_axis(*self._decades, count, self._label(), zero=low <= 0.0), 1.0

    def _label(self) -> str:
        words = self.tr("loss") if self.smoothing == "off" else self.tr("smoothed loss")
        if not self._loss_title:
            return words
        return self.tr("{loss} ({name})").format(loss=words, name=self._loss_title)

    def _forget_ranges(self) -> None:
        self._top = 0.0
        self._bottom = 0.0
        self._decades = None

    def _caption_fits(self) -> bool:
        # Both values of the legend come first; the other two cards say the accuracy as well.
        return self.width() >= theme().px(400)

    @Slot(bool)
    def _change_scale(self, on: bool) -> None:
        self._forget_ranges()
        self.refresh()
        self.logarithmic_changed.emit(on)

    @Slot()
    def _restyle(self) -> None:
        px = theme().px
        self._log.setStyleSheet(
            f"QToolButton {{ font-size: {px(11)}px; padding: 0 {px(5)}px; }}"
            f"QToolButton:focus {{ padding: 0 {px(4)}px; }}"
        )
