"""What the plots over epochs share: the history, thin lines, and ranges that hold still."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QWidget

from netbuilder.project.model import Project
from netbuilder.training.snapshot import History, Snapshot
from netbuilder.ui.plots.base import Table
from netbuilder.ui.plots.cursor import Reading
from netbuilder.ui.plots.decimate import Decimator, within
from netbuilder.ui.plots.items import LinesItem
from netbuilder.ui.plots.navigation import NavigablePlot
from netbuilder.ui.plots.overlay import Overlay
from netbuilder.ui.plots.scales import HUGE, Axis, linear_axis, nice_ceil, significant
from netbuilder.ui.plots.x_window import Range
from netbuilder.ui.seldom import Seldom
from netbuilder.ui.theme import theme
from netbuilder.ui.widgets.legend import LegendEntry

Array = NDArray[Any]

TOO_LONG = 0.5  # of the axis at least is filled after the run went back
GROWN = 2  # pixels by which a curve is longer, so that anybody sees it
MARK_GAP = 9  # pixels between two points from which on each has a dot


class CurvePlot(NavigablePlot):
    """Curves over epochs.

    The x range grows in round steps and not with each point, since a new range redraws
    axes, grid and all lines. A double click fits the axes to what there is now. A view says what
    it draws in `_draw_history`, with points from `_points` and the axis from `_x_axis`: then
    zoom, cursor and table work by themselves.
    """

    def __init__(self, title: str, object_name: str, parent: QWidget | None = None) -> None:
        super().__init__(title, object_name, parent)
        self.body.addWidget(self.area, 1)
        self.lines = LinesItem()
        self.lines.ascending = True
        self.area.add(self.lines)
        self.area.view_resized.connect(self.refresh)
        self.looked_at = 0
        """Points of the history that drawing has read so far."""
        self._history: History | None = None
        self._overlays: tuple[Overlay, ...] = ()
        self._columns: dict[str, Array] = {}
        self._decimators: dict[str, Decimator] = {}
        self._versions: dict[str, tuple[History, int, int]] = {}
        self._limit = 0
        self._seen = (0, 0)
        self._cuts = 0
        self._x_end = 0.0
        self._fit = False
        self._reached = -math.inf  # the epoch up to which the curves are drawn
        self._soon = Seldom(self.refresh, parent=self)

    def begin(self, history: History, project: Project) -> None:
        """Show another run."""
        self.set_history(history)

    def take(self, snapshot: Snapshot) -> None:
        """Draw what the history has gained: at once if it is seen, a few times a second if the
        curves have grown by less than GROWN pixels."""
        pixel = self._x_end / max(self.area.view_size().width(), 1.0)
        if abs(snapshot.epoch - self._reached) < GROWN * pixel and not self.window_x.zoomed:
            self._soon.ask()
        else:
            self._soon.now()

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
        fresh = tuple(runs)
        if fresh == self._overlays:
            return
        self._overlays = fresh
        self._forget_curves("overlay ")
        self._x_end = 0.0
        self._forget_ranges()
        self.refresh()

    def clear(self) -> None:
        """Show no run."""
        self.set_history(None)

    # ---- drawing -------------------------------------------------------------------------------

    def draw(self) -> None:
        """Draw the newest state of the history."""
        history = self._history
        count = history.count if history is not None else 0
        thinned = history.thinned if history is not None else 0
        if count < self._seen[0] and thinned == self._seen[1]:
            self._start_over()
        self._seen = count, thinned
        self._reached = float(history.epoch[-1]) if history is not None and count else -math.inf
        if self._fit:
            self._forget_ranges()
            self._x_end = 0.0
        if history is not None and history.cuts != self._cuts:
            self._go_back(history)
        self._choose_limit()
        if history is None or not self._anything():
            self.lines.set_lines(())
            self.legend.set_entries(())
            self.area.set_note(self._empty_words())
        else:
            if count and np.isfinite(history.epoch[-1]):
                self.window_x.keep_up(float(history.epoch[-1]))
            self.area.set_note("")
            self._columns.clear()
            self._draw_history(history)
            self.lines.set_marked(self.window_x.zoomed and self._sparse())
        self._fit = False
        self.show_zoomed()
        self.place_cursor()

    def _anything(self) -> bool:
        return self._history is not None and self._history.count > 0

    def _draw_history(self, history: History) -> None:
        raise NotImplementedError

    def _forget_ranges(self) -> None:
        raise NotImplementedError

    def _empty_words(self) -> str:
        raise NotImplementedError

    def _points(self, name: str, history: History, values: Array) -> tuple[Array, Array]:
        """What to draw of a column (n,) of the history: finite x and y, about two points a pixel.

        `name` is what the cursor calls it, unless the view says otherwise."""
        self._columns[name] = values
        return self._reduced(name, history, values)

    def _reduced(self, key: str, history: History, values: Array) -> tuple[Array, Array]:
        x = history.epoch
        if self.window_x.range is not None:
            low, high = self.window_x.range
            first, stop = np.searchsorted(x, (low, high))
            self.looked_at += int(stop - first) + 2
            xs, ys = within(x, values, low, high, self._limit)
        else:
            decimator = self._decimator(key, history)
            before = decimator.looked_at
            xs, ys = decimator.points(x, values)
            self.looked_at += decimator.looked_at - before
        return xs, np.clip(ys.astype(np.float64, copy=False), -HUGE, HUGE)

    def _decimator(self, key: str, history: History) -> Decimator:
        if self._is_another(key, history) or key not in self._decimators:
            self._decimators[key] = Decimator(self._limit)
        return self._decimators[key]

    def _is_another(self, key: str, history: History) -> bool:
        """Whether what was worked out for a key must be begun anew: the history is another one,
        was thinned, or has lost points."""
        version = history, history.thinned, history.count
        known = self._versions.get(key, version)
        self._versions[key] = version
        return known[0] is not history or known[1] != version[1] or known[2] > version[2]

    def _x_axis(self, history: History) -> Axis:
        last = self._last_epoch()
        last = min(last, HUGE) if np.isfinite(last) else self._x_end
        if self._fit and last > 0:
            self._x_end = last
        elif last > self._x_end or self._x_end == 0.0:
            self._x_end = nice_ceil(1.05 * last, fine=True) if last > 0 else 1.0
        # Not the view's width: that depends on the last tick, and the two would chase each other.
        width = self.area.width() - theme().px(60)
        unit = view_unit(self._x_end)
        low, high = self.window_x.range or (0.0, self._x_end)
        return linear_axis(low, high, ticks_for(width, 44), self.tr("epoch"), unit)

    def _last_epoch(self) -> float:
        runs = [self._history, *(run.history for run in self._overlays)]
        ends = [float(run.epoch[-1]) for run in runs if run is not None and run.count]
        return max((end for end in ends if np.isfinite(end)), default=np.nan)

    def _sparse(self) -> bool:
        shown, history = self.window_x.range, self._history
        if shown is None or history is None:
            return False
        first, stop = np.searchsorted(history.epoch, shown)
        return bool((stop - first) * theme().px(MARK_GAP) <= self.area.view_size().width())

    def _start_over(self) -> None:
        self._decimators.clear()
        self._columns.clear()
        self._seen = 0, 0
        self._x_end = 0.0
        self.window_x.fit()
        self._forget_ranges()

    def _go_back(self, history: History) -> None:
        """The run went back: an axis that is far too long by now begins anew."""
        self._cuts = history.cuts
        if not self._last_epoch() >= TOO_LONG * self._x_end:
            self._x_end = 0.0

    def _forget_curves(self, beginning: str) -> None:
        for key in [key for key in self._decimators if key.startswith(beginning)]:
            del self._decimators[key]

    def _choose_limit(self) -> None:
        # Two points a pixel at most; in steps, since each new limit reads the history anew.
        limit = max(64, round(self.area.view_size().width() / 64) * 64)
        if limit != self._limit:
            self._limit = limit
            self._decimators.clear()

    # ---- zoom and cursor -----------------------------------------------------------------------

    def _fit_axes(self) -> None:
        self._fit = True
        super()._fit_axes()

    def _window_moved(self) -> None:
        self._forget_ranges()
        super()._window_moved()

    def _whole_range(self) -> Range | None:
        if not self._anything() or self._x_end <= 0:
            return None
        return 0.0, self._x_end

    def _newest(self) -> float:
        history = self._history
        return float(history.epoch[-1]) if history is not None and history.count else 0.0

    def _nearest(self, epoch: float, beyond: float = 0.0) -> float | None:
        history = self._history
        if history is None or history.count == 0:
            return None
        return float(history.epoch[self._index(history, epoch, beyond)])

    @staticmethod
    def _index(history: History, epoch: float, beyond: float = 0.0) -> int:
        x = history.epoch
        at = int(np.searchsorted(x, epoch))
        if beyond > 0:
            # Past the point itself, however narrow a pixel is.
            place = max(np.searchsorted(x, epoch + beyond), np.searchsorted(x, epoch, "right"))
        elif beyond < 0:
            place = min(np.searchsorted(x, epoch + beyond, "right"), np.intp(at)) - 1
        elif at > 0 and (at == len(x) or epoch - x[at - 1] <= x[at] - epoch):
            place = np.intp(at - 1)
        else:
            place = np.intp(at)
        return min(max(int(place), 0), len(x) - 1)

    def _read(self, epoch: float) -> Reading | None:
        history = self._history
        if history is None or history.count == 0:
            return None
        place = self._index(history, epoch)
        at = float(history.epoch[place])
        heading = self.tr("epoch {epoch} · step {step}").format(
            epoch=f"{at:.6g}", step=f"{history.step[place]:.0f}"
        )
        return Reading(at, heading, tuple(self._rows(history, place)))

    def _rows(self, history: History, place: int) -> Iterator[LegendEntry]:
        """The curves at one point: name, colour, dashed, value."""
        known = {name: (colour, dashed) for name, colour, dashed, _ in self.legend.entries()}
        for name, values in self._columns.items():
            if place < len(values):
                colour, dashed = known.get(name, (theme().current.muted, False))
                yield name, colour, dashed, significant(float(values[place]))

    def _covered(self, box: QRectF) -> int:
        view = self.area.view_rect()
        to_pixels = self.area.transform_to(view)
        columns = np.arange(max(box.left(), view.left()), min(box.right(), view.right()), 8.0)
        places = (columns - to_pixels.dx()) / to_pixels.m11()
        covered = 0
        for line in self.lines.lines:
            if len(line.x):
                y = np.interp(places, line.x, line.y) * to_pixels.m22() + to_pixels.dy()
                inside = (y > box.top()) & (y < box.bottom()) & (places <= line.x[-1])
                covered += int(inside.sum())
        return covered

    def table(self) -> Table:
        """Step, epoch and every curve, exactly as recorded."""
        history = self._history
        if history is None or history.count == 0:
            return (), ()
        columns = [history.step, history.epoch, *self._columns.values()]
        count = min(map(len, columns))
        rows = zip(*(column[:count].tolist() for column in columns), strict=True)
        return ("step", "epoch", *self._columns), ([int(step), *rest] for step, *rest in rows)


def ticks_for(length: float, spacing: float) -> int:
    """How many ticks fit on a length in pixels, `spacing` apart at 100 % text zoom."""
    return max(2, int(length / theme().px(spacing)))


def view_unit(largest: float) -> float:
    """By what to divide values, so that Qt's transforms can hold them: 1 for usual ones."""
    if 1e-4 <= largest <= 1e7 or largest <= 0:
        return 1.0
    return float(10.0 ** np.floor(np.log10(largest)))
