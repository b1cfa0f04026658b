"""What the two plots over epochs share: the history, thin lines, and ranges that hold still."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from netbuilder.project.model import Project
from netbuilder.training.snapshot import History, Snapshot
from netbuilder.ui.plots.base import PlotCard
from netbuilder.ui.plots.decimate import Decimator
from netbuilder.ui.plots.items import LinesItem
from netbuilder.ui.plots.overlay import Overlay
from netbuilder.ui.plots.scales import HUGE, Axis, linear_axis, nice_ceil
from netbuilder.ui.theme import theme

Array = NDArray[Any]


class CurvePlot(PlotCard):
    """Curves over epochs.

    The x range grows in round steps and not with each point, since a new range redraws
    axes, grid and all lines. A double click fits the axes to what there is now.
    """

    def __init__(self, title: str, object_name: str, parent: QWidget | None = None) -> None:
        super().__init__(title, object_name, parent)
        self.body.addWidget(self.area, 1)
        self.lines = LinesItem()
        self.area.add(self.lines)
        self.area.view_resized.connect(self.refresh)
        self._history: History | None = None
        self._overlays: tuple[Overlay, ...] = ()
        self._decimators: dict[str, Decimator] = {}
        self._limit = 0
        self._seen = 0
        self._x_end = 0.0
        self._fit = False
        self.setToolTip(self.tr("Double-click to fit the axes to the curves."))

    def begin(self, history: History, project: Project) -> None:
        """Show another run."""
        self.set_history(history)

    def take(self, snapshot: Snapshot) -> None:
        """Draw what the history has gained."""
        self.refresh()

    def set_history(self, history: History | None) -> None:
        """Show another run; the history may grow afterwards, `refresh()` draws it."""
        self._history = history
        self._start_over()
        self.refresh()

    @property
    def overlays(self) -> tuple[Overlay, ...]:
        """The other runs behind the present one."""
        return self._overlays

    def set_overlays(self, runs: Sequence[Overlay]) -> None:
        """Draw the curves of other runs behind those of the present one."""
        self._overlays = tuple(runs)
        self.refresh()

    def clear(self) -> None:
        """Show no run."""
        self.set_history(None)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Fit the axes to the curves."""
        self._fit = True
        self.refresh()
        event.accept()

    def draw(self) -> None:
        """Draw the newest state of the history."""
        history = self._history
        count = history.count if history is not None else 0
        if count < self._seen:
            self._start_over()
        self._seen = count
        if self._fit:
            self._forget_ranges()
            self._x_end = 0.0
        self._choose_limit()
        if history is None or count == 0:
            self.lines.set_lines(())
            self.legend.set_entries(())
            self.area.set_note(self._empty_words())
        else:
            self.area.set_note("")
            self._draw_history(history)
        self._fit = False

    def _draw_history(self, history: History) -> None:
        raise NotImplementedError

    def _forget_ranges(self) -> None:
        raise NotImplementedError

    def _empty_words(self) -> str:
        raise NotImplementedError

    def _points(self, name: str, history: History, values: Array) -> tuple[Array, Array]:
        decimator = self._decimators.get(name)
        if decimator is None:
            decimator = self._decimators[name] = Decimator(self._limit)
        x, y = decimator.points(history.epoch, values)
        return x, np.clip(y, -HUGE, HUGE)

    def _x_axis(self, history: History) -> Axis:
        last = history.epoch[-1]
        last = min(float(last), HUGE) if np.isfinite(last) else self._x_end
        if self._fit and last > 0:
            self._x_end = last
        elif last > self._x_end or self._x_end == 0.0:
            self._x_end = nice_ceil(1.05 * last, fine=True) if last > 0 else 1.0
        # Not the view's width: that depends on the last tick, and the two would chase each other.
        width = self.area.width() - theme().px(60)
        unit = view_unit(self._x_end)
        return linear_axis(0.0, self._x_end, ticks_for(width, 44), self.tr("epoch"), unit)

    def _start_over(self) -> None:
        self._decimators.clear()
        self._seen = 0
        self._x_end = 0.0
        self._forget_ranges()

    def _choose_limit(self) -> None:
        # Two points a pixel at most; in steps, since each new limit reads the history anew.
        limit = max(64, round(self.area.view_size().width() / 64) * 64)
        if limit != self._limit:
            self._limit = limit
            self._decimators.clear()


def ticks_for(length: float, spacing: float) -> int:
    """How many ticks fit on a length in pixels, `spacing` apart at 100 % text zoom."""
    return max(2, int(length / theme().px(spacing)))


def view_unit(largest: float) -> float:
    """By what to divide values, so that Qt's transforms can hold them: 1 for usual ones."""
    if 1e-4 <= largest <= 1e7 or largest <= 0:
        return 1.0
    return float(10.0 ** np.floor(np.log10(largest)))
