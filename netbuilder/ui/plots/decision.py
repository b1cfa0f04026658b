"""What the network answers over the plane of two features, or along one, with the samples."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QMenu, QWidget

from netbuilder.data.prepare import Split
from netbuilder.engine.plane import Plane, box_plane
from netbuilder.engine.scene import Answers, Wish
from netbuilder.project.model import Project
from netbuilder.training.snapshot import History, Snapshot, Surface
from netbuilder.ui.plots.base import Table
from netbuilder.ui.plots.colour_bar import ColourBar
from netbuilder.ui.plots.curves import ticks_for
from netbuilder.ui.plots.decision_cursor import PlaneReading, ReadablePlane
from netbuilder.ui.plots.decision_plane import axis_names, fill_plane_menu, plane_of
from netbuilder.ui.plots.decision_reading import SampleFinder, output_rows, surface_at, table_of
from netbuilder.ui.plots.items import Line, LinesItem
from netbuilder.ui.plots.palette import Look, class_colours
from netbuilder.ui.plots.point_key import KeyEntry, PointKey
from netbuilder.ui.plots.points_item import Points, PointsItem, StrikesItem
from netbuilder.ui.plots.samples import (
    Extent,
    curve_points,
    data_extent,
    finite_range,
    key_entries,
    plane_points,
    target_range,
)
from netbuilder.ui.plots.scales import significant, unit_axis
from netbuilder.ui.plots.stage import Arrangement, Stage
from netbuilder.ui.plots.surface_item import SurfaceItem
from netbuilder.ui.theme import Theme, theme
from netbuilder.ui.widgets.legend import LegendEntry

_CURVE_POINTS = 512
_WIDEST_ASPECT = 3.0  # beyond it the two features are drawn to different scales


class DecisionPlot(ReadablePlane):
    """Heat map with the boundary and the samples; without a surface the samples alone."""

    view_key = "output"

    def __init__(self, parent: QWidget | None = None, object_name: str = "plot.decision") -> None:
        super().__init__("", object_name, parent)
        self._split: Split | None = None
        self._surface: Surface | None = None
        self._plane: Plane | None = None
        self._answers: Answers | None = None
        self._finder: SampleFinder | None = None
        self._extent: Extent = (0.0, 1.0, 0.0, 1.0)
        self._points_state: tuple[object, ...] = ()
        self._curve_range: tuple[float, float] | None = None
        self.surface_item = SurfaceItem()
        self.lines = LinesItem()
        self.points = PointsItem()
        self.lines.z = 30.0  # a fitted curve passes over its samples
        self.strikes = StrikesItem()
        for item in (self.surface_item, self.lines, self.points, self.strikes):
            self.area.add(item)
        self.area.grid.set_visible(False)
        self.bar = ColourBar()
        self.key = PointKey()
        self._stage = Stage(self.area, self.bar, self.key)
        self._stage.resized.connect(self.refresh)
        self.body.addWidget(self._stage, 1)
        self._name_it()

    def view_help(self) -> str:
        """What it shows, in one sentence."""
        return self.tr(
            "What the network answers at each place, with the line where its answer changes. The "
            "pointer or the arrow keys read it, between the points of the map by interpolation."
        )

    def wished(self, wish: Wish) -> Wish:
        """The map, and the answers to the samples."""
        return replace(wish, surface=True, answers=True)

    def begin(self, history: History, project: Project) -> None:
        """Forget the answers of the run before."""
        self._answers = None
        self.set_surface(None)
        self.set_caption("")

    def take(self, snapshot: Snapshot) -> None:
        """Show the newest answers and how good they are."""
        self._answers = snapshot.scene.answers if snapshot.scene is not None else None
        self.set_surface(snapshot.surface)
        self.set_caption(self._score(snapshot))

    def _score(self, snapshot: Snapshot) -> str:
        value, part = snapshot.test_metric, self.tr("test")
        if value != value:  # no test samples
            value, part = snapshot.train_metric, self.tr("train")
        if value != value:
            return ""
        if snapshot.metric == "accuracy":
            return self.tr("{part} {percent} %").format(part=part, percent=f"{100 * value:.3g}")
        return self.tr("{part} R² {value}").format(part=part, value=f"{value:.3f}")

    def set_data(self, split: Split | None) -> None:
        """The samples to show; None for none."""
        if split is self._split:
            return
        self._split = split
        self._plane = self._finder = self._answers = None
        self._points_state = ()
        self._curve_range = None
        self._name_it()
        self.refresh()

    def set_surface(self, surface: Surface | None) -> None:
        """The network's answers to show; None for the samples alone."""
        self._surface = surface
        if surface is None:
            self._curve_range = None
        self.refresh()

    def clear(self) -> None:
        """Show neither samples nor answers."""
        self._surface = None
        self.set_data(None)
        self.refresh()

    def describe(self) -> str:
        """Samples and result in one sentence."""
        if self.area.note:
            return self.area.note
        split = self._split
        words = [self.caption] if self.caption else []
        if split is not None:
            words.append(
                self.tr("{train} training and {test} test samples").format(
                    train=len(split.train.x), test=len(split.test.x)
                )
            )
            if split.train.classes is not None:
                words.append(self.tr("{count} classes").format(count=split.train.classes))
        return f"{self.title() or self.tr('Data')}: {', '.join(words)}"

    def draw(self) -> None:
        """Draw samples and surface."""
        note = self._why_nothing()
        self.area.set_note(note)
        if note:
            self.surface_item.clear()
            self.lines.set_lines(())
            self.points.set_groups(())
            self.strikes.set_places(np.empty((0, 2)), 7.0)
            self._points_state = ()
            self.legend.set_entries(())
            self.area.grid.set_visible(False)
            self._stage.arrange(Arrangement(None, bar=False, key=False))
        elif self._along_one():
            self._draw_curves()
        else:
            self._draw_plane()
        self.place_cross()

    def fill_menu(self, menu: QMenu) -> None:
        """Shades or classes, which samples, and which plane."""
        action = menu.addAction(self.tr("Classes without shades"))
        if self._split is not None and self._split.train.classes is None:
            action.setText(self.tr("A few shades"))
        action.setObjectName(f"{self.objectName()}.discrete")
        action.setCheckable(True)
        action.setChecked(self.settings.discrete)
        action.setEnabled(not self._along_one())
        action.toggled.connect(self.settings.set_discrete)
        super().fill_menu(menu)
        split = self._split
        if split is not None and split.train.features > 2:
            menu.addSeparator()
            found = None
            if self._finder is not None and self.place is not None:
                found = self._finder.near(self.place, self.settings)
            sample = self._finder.x[found] if found is not None and self._finder else None
            fill_plane_menu(menu, self.objectName(), self.settings, split, sample)

    def table(self) -> Table:
        """The map: the place of each of its points, and the outputs there."""
        surface = self._fitting_surface()
        if surface is None:
            return (), ()
        names = axis_names(self._plane_now(), self._names())
        return table_of(surface, names, self._class_names())

    def _name_it(self) -> None:
        regression = self._split is not None and self._split.train.classes is None
        self.set_title(self.tr("Fitted output") if regression else self.tr("Decision boundary"))

    def _features(self) -> int:
        if self._split is not None:
            return self._split.train.features
        return 1 if self._surface is not None and self._surface.kind == "curve" else 2

    def _along_one(self) -> bool:
        return self._features() == 1

    def _why_nothing(self) -> str:
        if self._split is None and self._surface is None:
            return self.tr("The samples appear here as soon as there are data.")
        if self._surface is None and self._plane_of_samples() is None:
            return self.tr(
                "The plane of the first two principal components appears here as soon as the "
                "network can answer."
            )
        return ""

    def _plane_of_samples(self) -> Plane | None:
        """The plane for samples without answers."""
        if self._split is None:
            return box_plane(np.full(2, -1.0), np.full(2, 1.0))
        if not len(self._split.train.x):
            return box_plane(*np.array([[-1.0], [1.0]]) * np.ones(min(self._features(), 2)))
        if self._plane is None:
            self._plane = plane_of(self._split, self.settings.choice)
            if self._plane is None and self._features() <= 2:
                self._plane = box_plane(*np.array([[-1.0], [1.0]]) * np.ones(self._features()))
        return self._plane

    def _plane_now(self) -> Plane:
        """That of the answers, otherwise that of the samples."""
        surface = self._fitting_surface()
        if surface is not None and surface.plane is not None:
            return surface.plane
        plane = self._plane_of_samples()
        assert plane is not None  # there is a note instead of a picture
        return plane

    def _follow_settings(self) -> None:
        self._plane = None
        self._points_state = ()
        super()._follow_settings()

    @property
    def _parts(self) -> tuple[bool, bool]:
        return self.settings.train, self.settings.test

    def _fitting_surface(self) -> Surface | None:
        # A surface of the last dataset may still arrive after the data have changed.
        surface = self._surface
        if surface is None or (surface.kind == "curve") != self._along_one():
            return None
        x0, x1, y0, y1 = surface.extent
        fine = all(map(math.isfinite, surface.extent)) and x1 > x0
        return surface if fine and (y1 > y0 or surface.kind == "curve") else None

    def _names(self) -> tuple[str, ...]:
        return self._split.train.feature_names if self._split is not None else ()

    def _class_names(self) -> tuple[str, ...]:
        if self._split is None or self._split.train.classes is None:
            return ()
        known = self._split.train.class_names
        count = self._split.train.classes
        return tuple(known[k] if k < len(known) else str(k) for k in range(count))

    def _set_samples(self, extent: Extent) -> None:
        """Marks have moved: make the finder anew."""
        self._finder = SampleFinder(self._split, self._plane_now(), extent) if self._split else None

    def _strike_wrong(self) -> int:
        """Strike out the samples that are answered wrong; their number, -1 if nobody can say."""
        finder, answers = self._finder, self._answers
        wrong = answers.wrong if answers is not None else None
        if finder is None or wrong is None or len(wrong) != len(finder.places):
            self.strikes.set_places(np.empty((0, 2)), self.points.size)
            return -1
        seen = wrong & finder.shown(self.settings)
        self.strikes.set_places(finder.places[seen], self.points.size)
        return int(seen.sum())

    def _draw_plane(self) -> None:
        surface, split, colours = self._fitting_surface(), self._split, theme().current
        extent: Extent = (-1.0, 1.0, -1.0, 1.0)
        if surface is not None:
            extent = surface.extent
        elif split is not None and len(split.train.x):
            extent = data_extent(split, self._plane_now())
        plane = self._plane_now()
        low, high = self._value_range(surface, split)
        x_name, y_name = axis_names(plane, self._names())
        self._set_axes(extent, x_name, y_name, every=44)
        self.area.grid.set_visible(False)
        self.lines.set_lines(())
        self.legend.set_entries(())
        if surface is None:
            self.surface_item.clear()
        else:
            self.surface_item.set_surface(
                surface, low, high, discrete=self.settings.discrete, line=self._level_line()
            )
        targets = self._target_range(low, high)
        state = ("plane", extent, *targets, colours.name, id(plane))
        if split is None:
            self.points.set_groups(())
        elif state != self._points_state:
            self.points.set_groups(
                plane_points(split, extent, targets, colours, plane, self._parts)
            )
            self._set_samples(extent)
        self._points_state = state
        self._explain(split, colours, self._strike_wrong())
        regression = split is not None and split.train.classes is None
        bar = regression if surface is None else surface.kind != "multiclass"
        if surface is not None and surface.kind == "binary":
            self.bar.set_labels(("0", "0.5", "1"), line=True)
        elif bar:
            ends = [significant(v) for v in (low, (low + high) / 2, high)]
            self.bar.set_labels((ends[0], ends[1], ends[2]), line=bool(self._level_line()))
        aspect = (extent[1] - extent[0]) / (extent[3] - extent[2])
        if not 1 / _WIDEST_ASPECT <= aspect <= _WIDEST_ASPECT:
            aspect = 1.0
        self._stage.arrange(Arrangement(aspect, bar, key=split is not None))

    def _draw_curves(self) -> None:
        surface, split, colours = self._fitting_surface(), self._split, theme().current
        classes = split.train.classes if split is not None else None
        class_names = split.train.class_names if split is not None else ()
        x_range = surface.extent[:2] if surface is not None else None
        if x_range is None and split is not None:
            x_range = finite_range(np.concatenate([split.train.x, split.test.x])[:, 0], 0.08)
        extent = (*(x_range or (-1.0, 1.0)), *self._output_range(surface, split))
        label = self.tr("output") if surface is not None or classes is None else self.tr("class")
        names = axis_names(self._plane_now(), self._names())
        self._set_axes(extent, names[0], self._output_word(label), every=36)
        self.area.grid.set_visible(True)
        self.surface_item.clear()
        lines: list[Line] = []
        entries: list[LegendEntry] = []
        if surface is not None:
            outputs = surface.values.shape[1]
            line_colours = self._line_colours(outputs, classes, colours)
            for k in range(outputs):
                x, y = _curve(surface, k, extent)
                lines.append(Line(x, y, line_colours[k], width=2.0))
                name = self._output_word(self.tr("output"))
                if outputs > 1 and k < len(class_names):
                    name = class_names[k]
                elif outputs > 1:
                    name = self.tr("output {number}").format(number=k + 1)
                entries.append((name, line_colours[k], False, ""))
            if classes == 2 and outputs == 1:
                half = (0.5 - extent[2]) / (extent[3] - extent[2])
                ends = np.array([half, half])
                lines.append(
                    Line(np.array([0.0, 1.0]), ends, colours.muted, dashed=True, width=1.2)
                )
        self.lines.set_lines(lines)
        # A single line is named by its axis.
        self.legend.set_entries(entries if len(entries) > 1 else ())
        state = ("curve", extent, colours.name)
        if split is None:
            self.points.set_groups(())
        elif state != self._points_state:
            self.points.set_groups(self._curve_points(split, extent, colours))
            self._finder = SampleFinder.along(split, extent)
            if classes != 2:
                self.strikes.set_places(np.empty((0, 2)), 7.0)
        self._points_state = state
        self._explain(split, colours, self._strike_wrong() if classes == 2 else -1)
        self._stage.arrange(Arrangement(None, bar=False, key=split is not None))

    def _set_axes(self, extent: Extent, x_label: str, y_label: str, every: float) -> None:
        self._extent = extent
        # The number of ticks follows from the room of the card, which does not depend on them.
        size = self._stage.size()
        across, up = ticks_for(0.75 * size.width(), every), ticks_for(0.75 * size.height(), every)
        if not self._along_one():
            across = up = min(across, up)
        self.area.set_axes(
            unit_axis(extent[0], extent[1], across, x_label),
            unit_axis(extent[2], extent[3], up, y_label),
        )

    def _explain(self, split: Split | None, colours: Theme, wrong: int) -> None:
        if split is None:
            self.key.set_entries(())
            return
        words = self.tr("class {name}"), self.tr("train"), self.tr("test")
        entries = key_entries(split, *words, colours, self._parts)
        if wrong >= 0:
            look = Look(colours.text)
            entries.append(KeyEntry(self.tr("wrong"), look, strike=True, count=wrong))
        self.key.set_entries(entries)

    # ---- what a view of the same plane may tell otherwise --------------------------------------

    def _level_line(self) -> bool | None:
        """Whether the middle of the colours is marked; None for where two classes meet."""
        return None

    def _target_range(self, low: float, high: float) -> tuple[float, float]:
        """The targets at the ends of the marks' colours, where the map's go from low to high."""
        return low, high

    def _output_word(self, usual: str) -> str:
        """What the curve shows."""
        return usual

    def _curve_points(self, split: Split, extent: Extent, colours: Theme) -> list[Points]:
        return curve_points(split, extent, colours, self._parts)

    # ---- reading -------------------------------------------------------------------------------

    def read(self, place: tuple[float, float]) -> PlaneReading | None:
        """The place, the output there and the nearest sample."""
        surface, finder = self._fitting_surface(), self._finder
        extent = self._extent
        names = axis_names(self._plane_now(), self._names())
        x = extent[0] + place[0] * (extent[1] - extent[0])
        heading = f"{names[0].split(' (')[0]} {significant(x)}"
        if not self._along_one():
            y = extent[2] + place[1] * (extent[3] - extent[2])
            heading += f" · {names[1].split(' (')[0]} {significant(y)}"
        rows: list[tuple[str, str]] = []
        if surface is not None:
            at = surface_at(surface, place)
            rows += self._rows_of(surface, at)[: self._room_for_rows() - 1]
        near = finder.near(place, self.settings, along=self._along_one()) if finder else None
        if finder is not None and near is not None:
            part = self.tr("train") if near < finder.train else self.tr("test")
            rows.append(
                (
                    self.tr("nearest ({part})").format(part=part),
                    finder.word(near, self.tr("class {name}")),
                )
            )
        return PlaneReading(heading, tuple(rows)) if rows else None

    def cross_at(self, place: tuple[float, float]) -> tuple[float, float]:
        """Along one feature on the curve."""
        surface = self._fitting_surface() if self._along_one() else None
        if surface is None:
            return place
        low, high = self._extent[2:]
        height = (float(surface_at(surface, place)[0]) - low) / (high - low)
        return place[0], min(max(height, 0.0), 1.0) if math.isfinite(height) else 0.5

    def _room_for_rows(self) -> int:
        """How many the box may have so that most of the map is still seen."""
        line = QFontMetricsF(theme().font("caption")).height()
        return max(2, int(0.55 * self.area.view_size().height() / line) - 1)

    def _rows_of(self, surface: Surface, at: np.ndarray) -> list[tuple[str, str]]:
        words = self.tr("output"), self.tr("class"), self.tr("undecided")
        return output_rows(surface, at, self._class_names(), words)

    def _value_range(self, surface: Surface | None, split: Split | None) -> tuple[float, float]:
        if surface is not None and surface.kind != "regression":
            return 0.0, 1.0
        if split is not None:
            return target_range(split)
        found = finite_range(np.asarray(surface.values)) if surface is not None else None
        return found or (0.0, 1.0)

    def _output_range(self, surface: Surface | None, split: Split | None) -> tuple[float, float]:
        if split is not None and split.train.classes is not None:
            return -0.1, 1.1
        if split is not None:
            y = np.concatenate([split.train.y, split.test.y])
            low, high = finite_range(y, 0.1) or (-1.0, 1.0)
        else:
            low, high = finite_range(
                np.asarray(surface.values) if surface else np.empty(0), 0.1
            ) or (
                -1.0,
                1.0,
            )
        if surface is not None:
            # Follow the curve a little way out, and never back: the axis holds still.
            span = high - low
            found = finite_range(np.asarray(surface.values)) or (low, high)
            wanted = max(found[0], low - span), min(found[1], high + span)
            held = self._curve_range or (low, high)
            if wanted[0] < held[0] or wanted[1] > held[1]:
                reach = 0.25 * span
                held = min(held[0], wanted[0] - reach), max(held[1], wanted[1] + reach)
                self._curve_range = held
            return held
        return low, high

    def _line_colours(self, outputs: int, classes: int | None, colours: Theme) -> list[str]:
        if classes is not None and outputs > 1:
            return class_colours(outputs, colours)
        if outputs == 1:
            return [colours.accent]
        return [colours.series[k % len(colours.series)] for k in range(outputs)]


class DataPlot(DecisionPlot):
    """The samples alone, for a panel that has its own heading."""

    def __init__(self, parent: QWidget | None = None, object_name: str = "plot.data") -> None:
        super().__init__(parent, object_name)

    def _name_it(self) -> None:
        self.set_title("")
        self.setAccessibleName(self.tr("The samples"))


def _curve(surface: Surface, output: int, extent: Extent) -> tuple[np.ndarray, np.ndarray]:
    values = np.asarray(surface.values, np.float64)[:, output]
    x = np.linspace(0.0, 1.0, len(values))
    low, high = extent[2], extent[3]
    y = (np.clip(values, low - (high - low), high + (high - low)) - low) / (high - low)
    fine = np.isfinite(y)
    return x[fine], y[fine]
