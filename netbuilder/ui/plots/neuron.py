"""The map of a single unit: what one neuron of one layer says over the plane of the features."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMenu, QWidget

from netbuilder.data.prepare import Split
from netbuilder.engine.scene import UnitMap, Wish
from netbuilder.project.model import Project
from netbuilder.training.snapshot import History, Snapshot, Surface
from netbuilder.ui.plots.decision import DecisionPlot
from netbuilder.ui.plots.palette import Look
from netbuilder.ui.plots.points_item import Points
from netbuilder.ui.plots.samples import (
    Extent,
    curve_points,
    finite_range,
    target_range,
)
from netbuilder.ui.plots.scales import nice_ceil
from netbuilder.ui.theme import Theme
from netbuilder.ui.widgets.title_button import TitleButton

MOST_UNITS = 64  # that a menu lists; the keys reach all
_RUG = 0.035  # height of the samples' row under the curve of a single feature
_BOUNDED = {
    "Sigmoid": (0.0, 1.0), "Softmax": (0.0, 1.0), "Step": (0.0, 1.0), "Tanh": (-1.0, 1.0)
}  # fmt: skip


class NeuronPlot(DecisionPlot):
    """One unit's output as a map, with the samples and the line in the middle of its colours."""

    view_key = "neuron"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, "plot.neuron")
        self._layers: dict[str, int] = {}  # node -> units
        self._ranges: dict[str, tuple[float, float]] = {}
        self._node, self._unit = "", 0
        self._largest = 0.0
        self._menu = QMenu(self)
        self._menu.setObjectName("plot.neuron.units.menu")
        self._menu.aboutToShow.connect(self._fill_units)
        self.picker = TitleButton(self._menu)
        self.picker.setObjectName("plot.neuron.units")
        self.add_extra(self.picker)
        self._name_picker()

    def view_help(self) -> str:
        """What it shows, in one sentence."""
        return self.tr(
            "What a single neuron says at each place: choose its layer and number at the right of "
            "the title, or step through them with Page Up and Page Down."
        )

    @property
    def chosen(self) -> tuple[str, int]:
        """The layer, "" for none yet, and the number of the unit from 0."""
        return self._node, self._unit

    def choose(self, node: str, unit: int) -> None:
        """Show this unit of this layer."""
        if (node, unit) == (self._node, self._unit):
            return
        self._node, self._unit = node, unit
        self._largest = 0.0
        self._curve_range = None
        self.set_surface(None)
        self._name_picker()
        self.wish_changed.emit()

    def wished(self, wish: Wish) -> Wish:
        """This unit's map, not the network's."""
        if not self._node:
            return wish
        return replace(wish, unit=(self._node, self._unit), surface=False)

    def begin(self, history: History, project: Project) -> None:
        """Another run: the ranges of its layers follow from their kind."""
        self._ranges = {
            n.id: _BOUNDED[type(n.operation).__name__]
            for n in project.nodes
            if type(n.operation).__name__ in _BOUNDED
        }
        self._largest = 0.0
        super().begin(history, project)

    def take(self, snapshot: Snapshot) -> None:
        """The newest map; the chosen unit's, if the network still has it."""
        self._layers = {name: found.units for name, found in snapshot.layers.items()}
        scene = snapshot.scene
        found = scene.unit if scene is not None else None
        if self._node not in self._layers or self._unit >= self._layers[self._node]:
            if found is not None and found.node in self._layers:
                self._node, self._unit = found.node, found.unit  # it was renamed
            else:
                self._choose_default()
            self._name_picker()
            self.wish_changed.emit()
        if found is not None and (found.node, found.unit) == (self._node, self._unit):
            self.set_surface(_surface_of(found))

    def _choose_default(self) -> None:
        # The last hidden layer is where the features stand that the network found.
        names = list(self._layers)
        end = len(names)
        while (
            end > max(1, len(names) - 2) and self._layers[names[end - 1]] == self._layers[names[-1]]
        ):
            end -= 1  # the output's own layer and its activation
        self.choose(names[end - 1] if names else "", 0)

    def fill_menu(self, menu: QMenu) -> None:
        """As for the whole network's map."""
        super().fill_menu(menu)
        menu.actions()[0].setText(self.tr("A few shades"))

    def describe(self) -> str:
        """Which unit is shown, in one sentence."""
        if self.area.note:
            return self.area.note
        return self.tr("Output of {unit} over the plane of the features").format(
            unit=self.picker.words()
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Page Up and Page Down step through the units of all layers."""
        ways = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
        way = ways.get(Qt.Key(event.key()))
        if way is None or not self._layers:
            super().keyPressEvent(event)
            return
        every = [(name, k) for name, units in self._layers.items() for k in range(units)]
        here = every.index(self.chosen) if self.chosen in every else 0
        self.choose(*every[(here + way) % len(every)])

    def _name_it(self) -> None:
        self.set_title(self.tr("One neuron"))

    def _name_picker(self) -> None:
        words = self.tr("{layer} {number}").format(layer=self._node, number=self._unit + 1)
        self.picker.set_words(words if self._node else self.tr("none"))
        self.picker.setVisible(bool(self._node))
        self.picker.setAccessibleName(self.tr("Neuron: {name}").format(name=self.picker.words()))

    def _fill_units(self) -> None:
        for old in [*self._menu.actions()]:
            self._menu.removeAction(old)
            child = old.menu()
            (child if isinstance(child, QMenu) else old).deleteLater()
        for name, units in self._layers.items():
            part = self._menu.addMenu(self.tr("{layer} ({units})").format(layer=name, units=units))
            part.setObjectName(f"plot.neuron.units.{name}")
            for k in range(min(units, MOST_UNITS)):
                action = part.addAction(f"{name} {k + 1}")
                action.setObjectName(f"plot.neuron.unit.{name}.{k}")
                action.setCheckable(True)
                action.setChecked((name, k) == self.chosen)
                action.triggered.connect(partial(self._choose_unit, name, k))

    def _choose_unit(self, name: str, unit: int, _checked: bool = False) -> None:
        self.choose(name, unit)

    # ---- drawing -------------------------------------------------------------------------------

    def _level_line(self) -> bool:
        return True

    def _value_range(self, surface: Surface | None, split: Split | None) -> tuple[float, float]:
        if self._node in self._ranges:
            return self._ranges[self._node]
        if surface is not None:
            # About 0, in round steps and never narrower: the colours hold still.
            found = finite_range(np.asarray(surface.values)) or (-1.0, 1.0)
            needed = max(abs(found[0]), abs(found[1]))
            if needed > self._largest or needed < 0.3 * self._largest:
                self._largest = nice_ceil(min(max(needed, 1e-9), 1e299))
        reach = self._largest or 1.0
        return -reach, reach

    def _target_range(self, low: float, high: float) -> tuple[float, float]:
        split = self._split
        if split is None or split.train.classes is not None:
            return 0.0, 1.0
        return target_range(split)

    def _output_range(self, surface: Surface | None, split: Split | None) -> tuple[float, float]:
        if self._node in self._ranges:
            low, high = self._ranges[self._node]
            return low - 0.1 * (high - low), high + 0.1 * (high - low)
        return super()._output_range(surface, None)

    def _output_word(self, usual: str) -> str:
        return self.picker.words() if self._node else usual

    def _strike_wrong(self) -> int:
        return -1

    def _class_names(self) -> tuple[str, ...]:
        return ()

    def _curve_points(self, split: Split, extent: Extent, colours: Theme) -> list[Points]:
        # A unit has no targets: the samples lie in a row at the foot of the plot.
        found = curve_points(split, extent, colours, self._parts)
        for group in found:
            group.places[:, 1] = _RUG
        return [Points(g.places, Look(g.look.colour, g.look.shape), g.hollow) for g in found]


def _surface_of(found: UnitMap) -> Surface:
    if len(found.plane.axes) == 1:
        return Surface("curve", found.values.reshape(-1, 1), found.plane.extent, found.plane)
    return Surface("regression", found.values, found.plane.extent, found.plane)
