"""How good the network is, over epochs: accuracy or R²."""

from __future__ import annotations

import math

from PySide6.QtWidgets import QWidget

from netbuilder.data.prepare import Split
from netbuilder.training.snapshot import Snapshot
from netbuilder.ui.plots.curves import Array, ticks_for, view_unit
from netbuilder.ui.plots.run_curves import RunCurves
from netbuilder.ui.plots.scales import MINUS, Axis, linear_axis, nice_ceil, snug

LOWEST_R2 = -1.0
"""R² can begin far below zero; the axis ends here once the curve has come above."""


class MetricPlot(RunCurves):
    """Accuracy in percent for classes, R² otherwise: training (solid) and test (dashed)."""

    view_key = "metric"
    columns = ("train_metric", "test_metric")

    def __init__(self, parent: QWidget | None = None, object_name: str = "plot.metric") -> None:
        super().__init__(object_name, parent)
        self._classes = True
        self._bottom: float | None = None
        self._close: tuple[float, float] | None = None
        self._name_it()

    @property
    def percent(self) -> bool:
        """Whether it is an accuracy and not R²."""
        return self._classes

    def set_data(self, split: Split | None) -> None:
        """The samples tell which of the two it is, as long as nothing trains."""
        if split is not None:
            self._choose(split.train.classes is not None)

    def take(self, snapshot: Snapshot) -> None:
        """Draw what the history has gained."""
        self.set_metric(snapshot.metric)
        super().take(snapshot)

    def set_metric(self, name: str) -> None:
        """Which of the two it is: "accuracy" or "R2"; "" if that is not known."""
        if name:
            self._choose(name == "accuracy")

    def view_help(self) -> str:
        """What it shows, in one sentence."""
        if self._classes:
            return self.tr("The share of right answers, on the training and on the test samples")
        return self.tr("How much of the targets' variation the network explains; 1 is all of it")

    def _choose(self, classes: bool) -> None:
        if classes != self._classes:
            self._classes = classes
            self._name_it()
            self._forget_ranges()
            self.refresh()

    def _name_it(self) -> None:
        self.set_title(self.tr("Accuracy") if self._classes else self.tr("R²"))

    def _empty_words(self) -> str:
        if self._classes:
            return self.tr("The accuracy appears here as soon as the network trains.")
        return self.tr("R² appears here as soon as the network trains.")

    def _no_number_words(self) -> str:
        if self._classes:
            return self.tr("There is no accuracy: the outputs are not finite numbers.")
        return self.tr("R² is not a finite number: the targets or the outputs do not vary.")

    def _say(self, value: float) -> str:
        if not math.isfinite(value):
            return self.tr("not a number")
        if self._classes:
            return self.tr("{percent} %").format(percent=f"{100 * value:.3g}")
        return f"{value:.3f}".replace("-", MINUS) if abs(value) < 1e4 else f"{value:.2e}"

    def _to_view(self, y: Array, unit: float) -> Array:
        return y * (100.0 / unit) if self._classes else y / unit

    def _y_axis(self, low: float, high: float) -> tuple[Axis, float]:
        if self._classes:
            low, high = 100 * low, 100 * high
        bottom, top = self._close_range(low, high) if self.window_x.zoomed else self._range(low)
        unit = view_unit(max(abs(bottom), abs(top)))
        count = ticks_for(self.area.view_size().height(), 36)
        return linear_axis(bottom, top, count, self._label(), unit), unit

    def _range(self, low: float) -> tuple[float, float]:
        whole = 100.0 if self._classes else 1.0
        if self._classes:
            # 0, 50 or 80 %: an axis that begins elsewhere is misread more easily.
            wanted = next((b for b in (80.0, 50.0) if low >= b + 1), 0.0)
        elif low >= 0:
            wanted = 0.0
        else:
            last = self._history.run(self.columns[0])[-1] if self._history else math.nan
            wanted = LOWEST_R2 if last > LOWEST_R2 else -nice_ceil(max(-1.05 * low, 0.1))
            wanted = max(wanted, -nice_ceil(max(-1.05 * low, 0.1)))
        if self._bottom is None or wanted < self._bottom or self._bottom < LOWEST_R2 <= wanted:
            self._bottom = wanted
        # A little room above: a line along the very top would be cut in half.
        return self._bottom, whole + 0.02 * (whole - self._bottom)

    def _close_range(self, low: float, high: float) -> tuple[float, float]:
        held = self._close
        fits = held is not None and held[0] <= low and high <= held[1]
        if held is None or not fits or high - low < 0.3 * (held[1] - held[0]):
            bottom, top = snug(low, high)
            most = 100.0 if self._classes else 1.0
            top = min(top, most) if high <= most and bottom < most else top
            held = self._close = bottom, top
        return held

    def _label(self) -> str:
        if self._classes:
            words = self.tr("accuracy (%)")
            return words if self.smoothing == "off" else self.tr("smoothed accuracy (%)")
        return self.tr("R²") if self.smoothing == "off" else self.tr("smoothed R²")

    def _forget_ranges(self) -> None:
        self._bottom = None
        self._close = None
