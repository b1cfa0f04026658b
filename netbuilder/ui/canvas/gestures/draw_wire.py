"""Draw a wire: from an output to an input, or the other way round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from netbuilder.project.analysis import connection_error
from netbuilder.project.commands import CommandError
from netbuilder.ui.canvas.gestures.gesture import Gesture
from netbuilder.ui.canvas.ghost_item import GhostItem
from netbuilder.ui.canvas.look import SNAP
from netbuilder.ui.canvas.plan import connect
from netbuilder.ui.canvas.port_item import PortItem, Side

if TYPE_CHECKING:
    from netbuilder.ui.canvas.gesture_view import GestureView


class DrawWire(Gesture):
    """Lights up where the wire may end, and ends on a port near by or anywhere on a block."""

    def __init__(self, view: GestureView, port: PortItem) -> None:
        super().__init__(view)
        self._node = port.node
        self._side: Side = port.side
        self._far: Side = "in" if port.side == "out" else "out"
        self._legal: set[str] = set()
        self._ghost = GhostItem()

    def start(self, at: QPointF) -> None:
        """Find out where the wire may end."""
        super().start(at)
        project = self.scene.project
        for name, block in self.scene.blocks.items():
            if name == self._node:
                continue
            if connection_error(project, *self._edge(name)) is None:
                self._legal.add(name)
                block.set_lit(self._far, True)
            else:
                block.set_dimmed(True)
        self.scene.addItem(self._ghost)

    def move(self, at: QPointF) -> None:
        """Lead the end of the wire to the cursor, or to the port that it snaps to."""
        here = self.scene.blocks[self._node].anchor(self._side)
        target = self._target(at)
        there = self.view.scene_point(at)
        if target in self._legal:
            there = self.scene.blocks[str(target)].anchor(self._far)
        ends = (here, there) if self._side == "out" else (there, here)
        self._ghost.show_wires(ends)

    def finish(self, at: QPointF) -> None:
        """Connect, or say why not."""
        target = self._target(at)
        self._end()
        if target is None or (target == self._node and not self._is_drag(at)):
            return
        try:
            command = connect(self.scene.project, *self._edge(target))
        except CommandError as error:
            self.view.say(str(error))
        else:
            self.view.push(command)

    def cancel(self) -> None:
        """Take the wire away."""
        self._end()

    def _edge(self, other: str) -> tuple[str, str]:
        return (self._node, other) if self._side == "out" else (other, self._node)

    def _target(self, at: QPointF) -> str | None:
        point = self.view.scene_point(at)
        near = [
            ((self.scene.blocks[n].anchor(self._far) - point).manhattanLength(), n)
            for n in self._legal
        ]
        distance, name = min(near, default=(float("inf"), ""))
        if distance <= self.view.length(SNAP):
            return name
        block = self.scene.block_at(point)
        return None if block is None else block.node.id

    def _end(self) -> None:
        for block in self.scene.blocks.values():
            block.set_dimmed(False)
            block.set_lit(self._far, False)
        self.scene.removeItem(self._ghost)
