"""Brings the run's weights and maps to the unfolded layers that can be seen, ten times a second."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from netbuilder.engine.surface import UnitMaps
from netbuilder.errors import NetbuilderError
from netbuilder.project.model import Array
from netbuilder.training.controller import TrainingController
from netbuilder.ui.canvas.unfolded_item import Spot

if TYPE_CHECKING:
    from netbuilder.ui.canvas.view import CanvasView

GAP = 0.1  # seconds between two pictures while a run goes on
SETTLE = 30  # milliseconds from a move of the canvas to a look at what can be seen now


class NeuronFeed(QObject):
    """Between one canvas and one controller. Nothing is computed for what is folded or not seen."""

    def __init__(self, view: CanvasView, controller: TrainingController) -> None:
        super().__init__(view)
        self._view = view
        self._unfolding = view.unfolding
        self._controller = controller
        self._shown_at = 0.0
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE)
        self._settle.timeout.connect(self.refresh)
        self._unfolding.changed.connect(self._settle.start)
        self._unfolding.hand.weight_set.connect(self._set_weight)
        controller.snapshot_changed.connect(self._follow_snapshot)
        controller.maps_changed.connect(self._show_maps)
        controller.state_changed.connect(self._follow_state)
        controller.run_started.connect(self._begin)
        controller.analysis_changed.connect(self._follow_analysis)

    @Slot()
    def refresh(self) -> None:
        """Ask for what can be seen now, and show what is known."""
        visible = self._unfolding.visible()
        blocks = self._view.canvas.blocks
        wanted: dict[str, int] = {}
        for name in visible:
            item = blocks[name].neurons
            if item is not None:
                item.set_sources(self._sources(name, item.plan.columns))
                wanted[name] = item.plan.rows
        self._controller.want_maps(wanted)
        self._show_weights()

    def _sources(self, name: str, count: int) -> tuple[str, ...]:
        """What the inputs of a layer are called: x1, x2 for the data, else numbers of units."""
        project = self._controller.document.project
        kinds = [project.node(s).operation.kind for s in project.inputs_of(name)]
        stem = "x" if kinds == ["input"] else ""
        return tuple(f"{stem}{k + 1}" for k in range(count))

    def _weights(self, name: str) -> Mapping[str, Array] | None:
        named = self._controller.weights_of(name)
        if named is None:
            named = self._controller.document.project.weights.get(name)
        facts = self._view.canvas.blocks[name].facts
        if named is None or "W" not in named or named["W"].shape != facts.neurons:
            return None
        return named

    def _show_weights(self) -> None:
        self._shown_at = time.monotonic()
        for name in self._unfolding.visible():
            item = self._view.canvas.blocks[name].neurons
            if item is not None:
                named = self._weights(name) or {}
                item.set_weights(named.get("W"), named.get("b"))
        self._unfolding.hand.refresh()

    @Slot(object)
    def _follow_snapshot(self, _snapshot: object) -> None:
        if not self._unfolding.unfolded:
            return
        due = time.monotonic() - self._shown_at >= GAP
        if due or not self._controller.running:
            self._show_weights()

    @Slot(str)
    def _follow_state(self, state: str) -> None:
        if state != "running" and self._unfolding.unfolded:
            self._show_weights()  # the run's last weights, however soon they came

    @Slot(object)
    def _show_maps(self, maps: UnitMaps) -> None:
        table = self._controller.table
        names = table.feature_names if table is not None else ()
        axes = (*names, *("x1", "x2")[len(names) :])[:2]
        self._unfolding.hand.set_axes((axes[0], axes[1]), maps.extent)
        for name, values in maps.values.items():
            block = self._view.canvas.blocks.get(name)
            item = block.neurons if block is not None else None
            if item is not None and len(values) == item.plan.rows:
                item.set_maps(values)
        self._unfolding.hand.refresh()

    @Slot()
    def _begin(self) -> None:
        """Another run: what the last one showed says nothing about it."""
        for name in self._unfolding.unfolded:
            item = self._view.canvas.blocks[name].neurons
            if item is not None and not self._controller.ready:
                item.set_maps(None)
                item.set_weights(None, None)
        self._settle.start()

    @Slot(object)
    def _follow_analysis(self, _analysis: object) -> None:
        if self._unfolding.unfolded:
            self._settle.start()

    @Slot(str, object, float)
    def _set_weight(self, name: str, spot: Spot, value: float) -> None:
        parameter, index = spot.place
        try:
            self._controller.set_weight(name, parameter, index, value)
        except NetbuilderError as error:
            self._view.say(str(error))
        self._show_weights()
