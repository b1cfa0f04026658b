"""Curves of a whole run, training and test: what loss and metric have in common."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from netbuilder.training.snapshot import History
from netbuilder.ui.plots.base import Choices, Table
from netbuilder.ui.plots.curves import Array, CurvePlot, view_unit
from netbuilder.ui.plots.items import Line
from netbuilder.ui.plots.scales import Axis
from netbuilder.ui.plots.smoothing import STRENGTHS, Smoother
from netbuilder.ui.theme import theme
from netbuilder.ui.widgets.legend import LegendEntry


class Drawn(NamedTuple):
    """One curve that is drawn: its values on the scale of the history."""

    x: Array
    y: Array
    colour: str
    dashed: bool
    width: float


class RunCurves(CurvePlot):
    """Training (solid) and test (dashed), smoothed if wanted, before those of other runs.

    A view names its two columns and gives the y axis.
    """

    smoothing_changed = Signal(str)
    """Another of STRENGTHS was chosen."""

    columns = ("", "")
    """The columns of the history for training and test."""

    def __init__(self, object_name: str, parent: QWidget | None = None) -> None:
        super().__init__("", object_name, parent)
        self._smoothing = "off"
        self._smoothers: dict[str, Smoother] = {}
        self._smoothed: dict[str, Array] = {}

    # ---- smoothing -----------------------------------------------------------------------------

    @property
    def smoothing(self) -> str:
        """One of STRENGTHS."""
        return self._smoothing

    def set_smoothing(self, strength: str) -> None:
        """Lay a moving average over the curves. Raises KeyError for an unknown strength."""
        STRENGTHS[strength]
        if strength == self._smoothing:
            return
        self._smoothing = strength
        self._smoothers.clear()
        self._smoothed.clear()
        self._forget_curves("smooth ")
        self.set_crowded("smoothing", strength != "off")
        self._forget_ranges()
        self.refresh()
        self.smoothing_changed.emit(strength)

    def choices(self) -> Choices:
        """The smoothing."""
        return {"smoothing": self._smoothing}

    def set_choices(self, kept: Choices) -> None:
        """The smoothing that was kept."""
        strength = str(kept.get("smoothing"))
        self.set_smoothing(strength if strength in STRENGTHS else "off")

    def fill_menu(self, menu: QMenu) -> None:
        """Offer the smoothing too."""
        super().fill_menu(menu)
        choices = menu.addMenu(self.tr("Smoothing"))
        choices.setObjectName(f"{self.objectName()}.smoothing")
        choices.setToolTipsVisible(True)
        group = QActionGroup(choices)
        words = {
            "off": self.tr("Off"),
            "light": self.tr("Light"),
            "strong": self.tr("Strong"),
        }
        for strength, beta in STRENGTHS.items():
            action = choices.addAction(words[strength])
            action.setObjectName(f"{self.objectName()}.smoothing.{strength}")
            action.setCheckable(True)
            action.setChecked(strength == self._smoothing)
            action.setData(strength)
            if beta:
                action.setToolTip(
                    self.tr(
                        "m ← {beta} m + {rest} y at each recorded point, shown divided by the sum "
                        "of its weights"
                    ).format(beta=f"{beta:g}", rest=f"{1 - beta:g}")
                )
            group.addAction(action)
        group.triggered.connect(self._choose_smoothing)

    @Slot(QAction)
    def _choose_smoothing(self, action: QAction) -> None:
        self.set_smoothing(str(action.data()))

    def _smooth(self, key: str, history: History, values: Array) -> Array:
        another = self._is_another(f"average {key}", history)
        smoother = self._smoothers.get(key)
        if smoother is None or another:
            smoother = self._smoothers[key] = Smoother(STRENGTHS[self._smoothing])
        before = smoother.looked_at
        smoothed = smoother.values(values)
        self.looked_at += smoother.looked_at - before
        return smoothed

    # ---- what a view gives ---------------------------------------------------------------------

    def _y_axis(self, low: float, high: float) -> tuple[Axis, float]:
        """The axis for values from low to high, and by what to divide them."""
        raise NotImplementedError

    def _to_view(self, y: Array, unit: float) -> Array:
        return y / unit

    def _say(self, value: float) -> str:
        """A value in words."""
        raise NotImplementedError

    def _no_number_words(self) -> str:
        """Why there are points but no curve."""
        raise NotImplementedError

    # ---- drawing -------------------------------------------------------------------------------

    def _anything(self) -> bool:
        return self._history is not None and (
            self._history.count > 0 or any(run.history.count for run in self._overlays)
        )

    def _draw_history(self, history: History) -> None:
        entries: list[LegendEntry] = []
        curves: list[Drawn] = []
        if history.count:
            self._add_run(history, entries, curves)
        self._add_overlays(entries, curves)
        self.legend.set_entries(entries)
        self.set_crowded("runs", bool(self._overlays))
        x_axis = self._x_axis(history)
        finite = [curve.y for curve in curves if len(curve.y)]
        if not finite:
            self.lines.set_lines(())
            self.area.set_note(self._no_number_words())
            return
        low = min(float(y.min()) for y in finite)
        high = max(float(y.max()) for y in finite)
        y_axis, y_unit = self._y_axis(low, high)
        self.area.set_axes(x_axis, y_axis)
        x_unit = view_unit(self._x_end)
        self.lines.set_lines(
            [
                Line(
                    curve.x / x_unit,
                    self._to_view(curve.y, y_unit),
                    curve.colour,
                    curve.dashed,
                    curve.width,
                )
                for curve in curves
            ]
        )

    def _add_run(self, history: History, entries: list[LegendEntry], curves: list[Drawn]) -> None:
        colours = theme().current
        raw: list[Drawn] = []
        for name, column, colour, dashed in (
            (self.tr("train"), self.columns[0], colours.accent, False),
            (self.tr("test"), self.columns[1], colours.muted, True),
        ):
            values = history.run(column)
            last = float(values[-1])
            # No test samples: NaN throughout. A run that broke off: NaN at the end, after numbers.
            if dashed and math.isnan(last) and not np.isfinite(values[0]):
                continue
            x, y = self._points(column, history, values)
            width = 1.3 if dashed else 1.6
            if self._smoothing != "off":
                raw.append(Drawn(x, y, blended(colour, colours.surface), dashed, 1.0))
                values = self._smoothed[column] = self._smooth(column, history, values)
                x, y = self._reduced(f"smooth {column}", history, values)
                name = self.tr("{curve}, smoothed").format(curve=name)
                last = float(values[-1])
            entries.append((name, colour, dashed, self._say(last)))
            curves.append(Drawn(x, y, colour, dashed, width))
        curves += raw

    def _add_overlays(self, entries: list[LegendEntry], curves: list[Drawn]) -> None:
        for place, run in enumerate(self._overlays):
            if not run.history.count:
                continue
            entries.append((run.title, run.colour, False, ""))
            for column, dashed in zip(self.columns, (False, True), strict=True):
                key = f"overlay {place} {column}"
                x, y = self._reduced(key, run.history, run.history.run(column))
                if len(x):
                    curves.append(Drawn(x, y, run.colour, dashed, 1.0))

    def _rows(self, history: History, place: int) -> Iterator[LegendEntry]:
        colours = theme().current
        for name, column, colour, dashed in (
            (self.tr("train"), self.columns[0], colours.accent, False),
            (self.tr("test"), self.columns[1], colours.muted, True),
        ):
            if column not in self._columns:
                continue
            yield name, colour, dashed, self._say(float(history.run(column)[place]))
            smoothed = self._smoothed.get(column) if self._smoothing != "off" else None
            if smoothed is not None and place < len(smoothed):
                words = self.tr("smoothed")
                yield words, colour, dashed, self._say(float(smoothed[place]))
        epoch = float(history.epoch[place])
        for run in self._overlays:
            x = run.history.epoch
            if len(x) and x[0] <= epoch <= x[-1]:
                value = float(run.history.run(self.columns[0])[self._index(run.history, epoch)])
                yield run.title, run.colour, False, self._say(value)

    def describe(self) -> str:
        """The last values in one sentence."""
        history = self._history
        if history is None or history.count == 0:
            return self._empty_words()
        values = [f"{name} {value}" for name, _, _, value in self.legend.entries() if value]
        return self.tr("{what}: {values} at epoch {epoch}").format(
            what=self.title(), values=", ".join(values), epoch=f"{history.epoch[-1]:.4g}"
        )

    def table(self) -> Table:
        """Step, epoch, seconds, and both curves, exactly as recorded."""
        history = self._history
        if history is None or history.count == 0:
            return (), ()
        names = ("step", "epoch", "seconds", *self.columns)
        columns = [history.run(name).tolist() for name in names]
        return names, ([int(step), *rest] for step, *rest in zip(*columns, strict=True))


def blended(colour: str, ground: str, share: float = 0.35) -> str:
    """A colour as it looks when only a share of it covers the ground; all "#rrggbb"."""
    parts = (
        round(share * int(colour[k : k + 2], 16) + (1 - share) * int(ground[k : k + 2], 16))
        for k in (1, 3, 5)
    )
    return "#" + "".join(f"{part:02x}" for part in parts)
