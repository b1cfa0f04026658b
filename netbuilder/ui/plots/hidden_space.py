"""A layer's space: the samples as the next layer sees them, and how the plane was bent."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu, QWidget

from netbuilder.data.prepare import Split
from netbuilder.data.spread import MOST_TEST, MOST_TRAIN
from netbuilder.engine.scene import OPENED_UP, Space, Wish
from netbuilder.project.model import Project
from netbuilder.training.snapshot import History, Snapshot
from netbuilder.ui.plots.base import Table
from netbuilder.ui.plots.colour_bar import ColourBar
from netbuilder.ui.plots.curves import ticks_for
from netbuilder.ui.plots.decision_base import ScenePlot
from netbuilder.ui.plots.hidden_space_item import (
    AXIS_ENDS,
    CORNERS,
    EDGES,
    SpaceItem,
    SpacePicture,
    cut_line,
    cut_polygon,
    turned,
)
from netbuilder.ui.plots.palette import Look, value_colour
from netbuilder.ui.plots.point_key import PointKey
from netbuilder.ui.plots.points_item import Points, PointsItem
from netbuilder.ui.plots.samples import class_looks, finite_range, key_entries, shown, target_range
from netbuilder.ui.plots.scales import Axis, unit_axis
from netbuilder.ui.plots.stage import Arrangement, Stage
from netbuilder.ui.theme import theme
from netbuilder.ui.widgets.title_button import TitleButton

Array = NDArray[Any]
TURN, TILT = math.radians(-35), math.radians(20)  # that a space of three units begins with
KEY_TURN = math.radians(5)
_SHADES = 12
_MARGIN = 0.08


class HiddenSpacePlot(ScenePlot):
    """Samples and bent grid in the space of a layer of two or three units, or in the plane of the
    first two principal components of a larger one. Three units can be turned."""

    view_key = "space"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "plot.space", parent)
        self._split: Split | None = None
        self._layers: dict[str, int] = {}
        self._node = ""
        self._space: Space | None = None
        self._low, self._high = np.zeros(0), np.zeros(0)
        self.turn, self.tilt = TURN, TILT
        self._drag: QPointF | None = None
        self.space_item, self.points = SpaceItem(), PointsItem()
        for item in (self.space_item, self.points):
            self.area.add(item)
        self.area.grid.set_visible(False)
        self._bar, self.key = ColourBar(), PointKey()
        self._stage = Stage(self.area, self._bar, self.key)
        self._stage.resized.connect(self.refresh)
        self.body.addWidget(self._stage, 1)
        self._menu = QMenu(self)
        self._menu.setObjectName("plot.space.layers.menu")
        self._menu.aboutToShow.connect(self._fill_layers)
        self.picker = TitleButton(self._menu)
        self.picker.setObjectName("plot.space.layers")
        self.add_extra(self.picker)
        self.set_title(self.tr("Hidden space"))
        self._name_picker()

    # ---- what the board tells ------------------------------------------------------------------

    def view_help(self) -> str:
        """What it shows, in one sentence."""
        return self.tr(
            "The samples as the next layer sees them, and the bent grid of the input plane. Two or "
            "three units are shown as they are (turn three by dragging or with the arrow keys), "
            "more of them in the plane of their first two principal components."
        )

    @property
    def chosen(self) -> str:
        """The layer whose space is shown, "" for none yet."""
        return self._node

    def choose(self, node: str) -> None:
        """Show the space of this layer."""
        if node == self._node:
            return
        self._node = node
        self._forget()
        self._name_picker()
        self.refresh()
        self.wish_changed.emit()

    def wished(self, wish: Wish) -> Wish:
        """This layer's space, and no map."""
        return replace(wish, space=self._node, surface=False) if self._node else wish

    def begin(self, history: History, project: Project) -> None:
        """Another run begins."""
        self._forget()
        self.refresh()

    def set_data(self, split: Split | None) -> None:
        """The samples; None for none."""
        if split is not self._split:
            self._split = split
            self._forget()
            self.refresh()

    def take(self, snapshot: Snapshot) -> None:
        """The newest space; the chosen layer's, if the network still has it."""
        self._layers = {name: found.units for name, found in snapshot.layers.items()}
        space = snapshot.scene.space if snapshot.scene is not None else None
        if self._node not in self._layers:
            if space is not None and space.node in self._layers:
                self._node = space.node  # it was renamed
                self._name_picker()
                self.wish_changed.emit()
            else:
                self.choose(self._default())
        if space is not None and space.node == self._node:
            self._space = space
            self.refresh()

    def _default(self) -> str:
        # The last layer that can be shown as it is, else the last wide one: of the hidden layers,
        # those before the ones that are as wide as the outputs.
        names = list(self._layers)
        end = len(names)
        while (
            end > max(1, len(names) - 2) and self._layers[names[end - 1]] == self._layers[names[-1]]
        ):
            end -= 1  # the output's own layer and its activation
        hidden = names[:end]
        open_ones = [n for n in hidden if 2 <= self._layers[n] <= OPENED_UP]
        wide = [n for n in hidden if self._layers[n] > 1]
        return (open_ones or wide or names or [""])[-1]

    def _forget(self) -> None:
        self._space = None
        self._low, self._high = np.zeros(0), np.zeros(0)

    # ---- words ---------------------------------------------------------------------------------

    def describe(self) -> str:
        """Which layer is shown and how, in one sentence."""
        space = self._space
        if self.area.note or space is None:
            return self.area.note
        if space.explained:
            return self.tr("Space of {layer}: two principal components of {units} units").format(
                layer=space.node, units=space.units
            )
        return self.tr("Space of {layer}: {units} units").format(
            layer=space.node, units=space.units
        )

    def table(self) -> Table:
        """The samples' places, and their class or target."""
        space, split = self._space, self._split
        if space is None or split is None:
            return (), ()
        names = [f"h{k + 1}" for k in range(space.places.shape[1])]
        if space.explained:
            names = [f"PC{k + 1}" for k in range(2)]
        kinds, train = self._kinds(split, space)
        rows = (
            [*place, value, "train" if is_train else "test"]
            for place, value, is_train in zip(
                space.places.tolist(), kinds.tolist(), train.tolist(), strict=True
            )
        )
        target = "class" if split.train.classes is not None else "target"
        return [*names, target, "part"], rows

    def _name_picker(self) -> None:
        self.picker.set_words(self._node or self.tr("none"))
        self.picker.setVisible(bool(self._node))
        self.picker.setAccessibleName(self.tr("Layer: {name}").format(name=self._node))

    def _fill_layers(self) -> None:
        for old in [*self._menu.actions()]:
            self._menu.removeAction(old)
            old.deleteLater()
        for name, units in self._layers.items():
            words = self.tr("{layer}: {units} units").format(layer=name, units=units)
            if units == 1:
                words = self.tr("{layer}: 1 unit, a line has no space").format(layer=name)
            elif units > OPENED_UP:
                words = self.tr("{layer}: {units} units, by principal components").format(
                    layer=name, units=units
                )
            action = self._menu.addAction(words)
            action.setObjectName(f"plot.space.layer.{name}")
            action.setCheckable(True)
            action.setChecked(name == self._node)
            action.setEnabled(units > 1)
            action.triggered.connect(partial(self._choose_layer, name))

    def _choose_layer(self, name: str, _checked: bool = False) -> None:
        self.choose(name)

    # ---- drawing -------------------------------------------------------------------------------

    def draw(self) -> None:
        """Draw grid, samples and cut."""
        space, split = self._space, self._split
        note = ""
        if split is None or space is None:
            note = self.tr("The space of a layer appears here as soon as the network can answer.")
        elif space.places.shape[1] < 2:
            note = self.tr("This layer has a single unit: choose one with two or more.")
        elif not np.isfinite(space.places).all(axis=1).any():
            note = self.tr("The layer's outputs are no numbers any more.")
        self.area.set_note(note)
        if note or space is None or split is None:
            self.space_item.set_picture(None)
            self.points.set_groups(())
            self._stage.arrange(Arrangement(None, bar=False, key=False))
            return
        self._hold_range(space)
        in_space = space.places.shape[1] == 3
        self._set_axes(space, in_space)
        self.space_item.set_picture(self._picture(space, in_space))
        self.points.set_groups(self._groups(split, space, in_space))
        words = self.tr("class {name}"), self.tr("train"), self.tr("test")
        parts = self.settings.train, self.settings.test
        self.key.set_entries(key_entries(split, *words, theme().current, parts))
        self._stage.arrange(Arrangement(1.0, bar=False, key=True))

    def _hold_range(self, space: Space) -> None:
        """The ranges of the axes: wider at once, narrower only when most of the room is empty."""
        both = [space.places, space.lines.reshape(-1, space.places.shape[1])]
        found = [finite_range(np.concatenate([b[:, k] for b in both]), _MARGIN) for k in range(
            space.places.shape[1]
        )]  # fmt: skip
        low = np.array([f[0] if f else -1.0 for f in found])
        high = np.array([f[1] if f else 1.0 for f in found])
        if len(self._low) != len(low):
            self._low, self._high = low, high
            return
        out = (low < self._low) | (high > self._high)
        empty = (high - low) < 0.5 * (self._high - self._low)
        room = 0.15 * (high - low)
        self._low = np.where(
            empty, low, np.where(out, np.minimum(self._low, low - room), self._low)
        )
        self._high = np.where(
            empty, high, np.where(out, np.maximum(self._high, high + room), self._high)
        )

    def _set_axes(self, space: Space, in_space: bool) -> None:
        if in_space:
            self.area.set_axes(Axis(0.0, 1.0, ()), Axis(0.0, 1.0, ()))
            return
        names = self._axis_names(space)
        size = self._stage.size()
        count = ticks_for(0.75 * min(size.width(), size.height()), 44)
        ends = zip(self._low.tolist(), self._high.tolist(), strict=True)
        x, y = (unit_axis(a, b, count, name) for (a, b), name in zip(ends, names, strict=True))
        self.area.set_axes(x, y)

    def _axis_names(self, space: Space) -> list[str]:
        if space.explained:
            return [
                self.tr("PC {number} ({share} %)").format(number=k + 1, share=f"{100 * share:.3g}")
                for k, share in enumerate(space.explained)
            ]
        return [f"h{k + 1}" for k in range(space.places.shape[1])]

    def _to_view(self, points: Array, in_space: bool) -> Array:
        """Places (…, d) of the space in a view of 0 … 1; with three units the depth too."""
        with np.errstate(all="ignore"):
            unit = (points - self._low) / (self._high - self._low)
        return turned(unit, self.turn, self.tilt) if in_space else unit

    def _picture(self, space: Space, in_space: bool) -> SpacePicture:
        lines = self._to_view(space.lines, in_space)[..., :2]
        segments = np.concatenate([lines[:, :-1], lines[:, 1:]], axis=2).reshape(-1, 4)
        segments = segments[np.isfinite(segments).all(axis=1) & (np.abs(segments) < 50).all(axis=1)]
        cut: Array = np.empty((0, 2))
        if space.cut is not None and len(space.cut) == space.places.shape[1] + 1:
            # w h + b in the coordinates of the view, where h = low + unit (high - low).
            span = self._high - self._low
            own = np.append(
                space.cut[:-1] * span, space.cut[-1] + float(space.cut[:-1] @ self._low)
            )
            size = float(np.abs(own).max())
            own = own / size if math.isfinite(size) and size > 0 else np.zeros_like(own)
            cut = cut_polygon(own) if in_space else cut_line(own)
            if in_space and len(cut):
                cut = turned(cut, self.turn, self.tilt)[:, :2]
        frame, names = np.empty((0, 4)), []
        if in_space:
            corners = turned(CORNERS, self.turn, self.tilt)
            frame = np.array([[*corners[a, :2], *corners[b, :2]] for a, b in EDGES])
            for k, end in enumerate(AXIS_ENDS):
                x, y = corners[end, :2] + 0.1 * (corners[end, :2] - corners[0, :2])
                names.append((float(x), float(y), f"h{k + 1}"))
        return SpacePicture(segments, frame, tuple(names), cut)

    def _kinds(self, split: Split, space: Space) -> tuple[Array, NDArray[np.bool_]]:
        """Class or first target of each shown sample, and whether it is a training sample."""
        parts = shown(split.train, MOST_TRAIN), shown(split.test, MOST_TEST)
        is_train = np.arange(sum(len(p.x) for p in parts)) < len(parts[0].x)
        if split.train.classes is not None:
            kinds = np.concatenate([p.labels for p in parts])
        else:
            kinds = np.concatenate([p.y[:, 0] for p in parts])
        if len(kinds) <= int(space.rows.max(initial=0)):  # of the samples before
            return kinds[:0], is_train[:0]
        return kinds[space.rows], is_train[space.rows]

    def _groups(self, split: Split, space: Space, in_space: bool) -> Sequence[Points]:
        kinds, is_train = self._kinds(split, space)
        if len(kinds) != len(space.places):
            return ()
        colours = theme().current
        places = self._to_view(space.places, in_space)
        wanted = np.where(is_train, self.settings.train, self.settings.test)
        wanted &= np.isfinite(places).all(axis=1)
        if split.train.classes is not None:
            looks = class_looks(split.train.classes, colours)
        else:
            low, high = target_range(split)
            kinds = np.round(
                np.clip((kinds - low) / (high - low), 0, 1) * (_SHADES - 1)
            ).astype(np.intp)  # fmt: skip
            looks = [
                Look(value_colour(k / (_SHADES - 1), colours), edged=True) for k in range(_SHADES)
            ]
        groups = []
        for train in (True, False):
            part = wanted & (is_train == train)
            for kind in np.unique(kinds[part]):
                rows = part & (kinds == kind)
                groups.append(Points(places[rows, :2], looks[int(kind)], not train))
        return groups

    # ---- turning -------------------------------------------------------------------------------

    @property
    def turnable(self) -> bool:
        """Whether three units are shown."""
        return self._space is not None and self._space.places.shape[1] == 3

    def turn_by(self, turn: float, tilt: float) -> None:
        """Turn the space by these angles in radians."""
        self.turn = (self.turn + turn + math.pi) % (2 * math.pi) - math.pi
        self.tilt = min(max(self.tilt + tilt, -math.pi / 2), math.pi / 2)
        self.refresh()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Take hold of the space."""
        if event.button() is Qt.MouseButton.LeftButton and self.turnable:
            self._drag = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            event.accept()
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Turn it: a drag across the card is half a turn."""
        if self._drag is None:
            super().mouseMoveEvent(event)
            return
        by = event.position() - self._drag
        self._drag = event.position()
        side = max(self.area.view_rect().width(), 1.0)
        self.turn_by(math.pi * by.x() / side, math.pi * by.y() / side)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Let go."""
        if self._drag is not None:
            self._drag = None
            self.unsetCursor()
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Back to the first direction."""
        self.turn, self.tilt = TURN, TILT
        self.refresh()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """The arrows turn a space of three units."""
        ways = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
        }
        way = ways.get(Qt.Key(event.key()))
        if way is None or not self.turnable:
            super().keyPressEvent(event)
            return
        self.turn_by(way[0] * KEY_TURN, way[1] * KEY_TURN)

    @Slot()
    def _follow_settings(self) -> None:
        self._forget()
        super()._follow_settings()
