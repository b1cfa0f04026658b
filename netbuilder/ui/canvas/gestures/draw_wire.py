"""Draw a wire: from an output to an input, or the other way round; or take one off its port."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPointF

from netbuilder.project.analysis import connection_error
from netbuilder.project.commands import CommandError, Disconnect
from netbuilder.project.model import Edge
from netbuilder.ui.canvas.gestures.gesture import Gesture
from netbuilder.ui.canvas.ghost_item import GhostItem
from netbuilder.ui.canvas.graph import legal_ends
from netbuilder.ui.canvas.look import SNAP
from netbuilder.ui.canvas.plan import connect
from netbuilder.ui.canvas.port_item import PortItem, Side

if TYPE_CHECKING:
    from netbuilder.ui.canvas.gesture_view import GestureView

MOVED = 0.2  # how much of a wire stays to be seen while its end is carried away


class DrawWire(Gesture):
    """Lights up where the wire may end, and ends on a port near by or anywhere on a block.

    With `moving` the wire is there already and its end at this port is carried away: to another
    port, or over nothing, which cuts it.
    """

    def __init__(self, view: GestureView, port: PortItem, moving: Edge | None = None) -> None:
        super().__init__(view)
        self._moving = moving
        self._far: Side
        if moving is None:
            self._node, self._side = port.node, port.side
            self._home: str | None = None
        else:
            self._home = port.node
            self._node, self._side = (moving[0], "out") if port.side == "in" else (moving[1], "in")
        self._far = "in" if self._side == "out" else "out"
        project = view.document.project
        if moving is not None:
            project = project.with_(edges=tuple(e for e in project.edges if e != moving))
        self._project = project
        self._legal: set[str] = set()
        self._ghost = GhostItem()

    @property
    def scrolls(self) -> bool:
        """The other end may be out of sight."""
        return True

    def start(self, at: QPointF) -> None:
        """Find out where the wire may end."""
        super().start(at)
        self._legal = legal_ends(self._project, self._node, self._side)
        for name, block in self.scene.blocks.items():
            if name in self._legal:
                block.set_lit(self._far, True)
            elif name != self._node:
                block.set_dimmed(True)
        self.scene.addItem(self._ghost)

    def move(self, at: QPointF) -> None:
        """Lead the end of the wire to the cursor, or to the port that it snaps to."""
        if self._moving is not None:
            if not self._is_drag(at):
                return
            self.scene.wires[self._moving].setOpacity(MOVED)
        here = self.scene.blocks[self._node].anchor(self._side)
        target = self._target(at)
        there = self.view.scene_point(at)
        if target in self._legal:
            there = self.scene.blocks[str(target)].anchor(self._far)
        ends = (here, there) if self._side == "out" else (there, here)
        self._ghost.show_wires(ends)
        self._tell(target, at)

    def finish(self, at: QPointF) -> None:
        """Connect, cut, or say why not."""
        target = self._target(at)
        self._end()
        moving = self._moving
        if (moving is not None or target == self._node) and not self._is_drag(at):
            return
        if target is None:
            if moving is not None:
                self.view.push(Disconnect((moving,)))
            return
        if target == self._home:
            return
        try:
            command = connect(self.scene.project, *self._edge(target), moving)
        except CommandError as error:
            self.view.say(str(error))
        else:
            self.view.push(command)

    def cancel(self) -> None:
        """Take the wire away, or put its end back."""
        self._end()

    def _edge(self, other: str) -> Edge:
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

    def _tell(self, target: str | None, at: QPointF) -> None:
        text, refused = "", False
        if target is None:
            text = "" if self._moving is None else _tr("Let go here to cut the wire")
        elif target == self._home or target == self._node:
            pass
        elif target not in self._legal:
            text, refused = connection_error(self._project, *self._edge(target)) or "", True
        else:
            gone = connect(self._project, *self._edge(target)).replacing
            if gone:
                text = _tr("Takes the place of the wire from '{name}'").format(name=gone[0][0])
        self.view.bubble.tell(text, at.toPoint(), refused=refused)

    def _end(self) -> None:
        self.view.bubble.hide()
        if self._moving is not None:
            self.scene.wires[self._moving].setOpacity(1.0)
        for block in self.scene.blocks.values():
            block.set_dimmed(False)
            block.set_lit(self._far, False)
        self.scene.removeItem(self._ghost)


def _tr(text: str) -> str:
    return QCoreApplication.translate("DrawWire", text)
