"""Move blocks: drag one, and all that are selected come along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt

from netbuilder.project.commands import MoveNodes
from netbuilder.project.model import Edge, Position
from netbuilder.ui.canvas.block_item import BlockItem
from netbuilder.ui.canvas.gestures.gesture import Gesture
from netbuilder.ui.canvas.look import SNAP
from netbuilder.ui.canvas.plan import fits_into_wire, insert

if TYPE_CHECKING:
    from netbuilder.ui.canvas.gesture_view import GestureView

ALIGN = 7.0  # screen pixels within which a block falls in line with its neighbours


class MoveBlocks(Gesture):
    """One undo step on release; a single block without wires that comes down on one is inserted."""

    def __init__(self, view: GestureView, block: BlockItem, adding: bool) -> None:
        super().__init__(view)
        self._block = block
        self._adding = adding
        self._dragging = False
        self._places: dict[str, QPointF] = {}
        self._wire: Edge | None = None

    def start(self, at: QPointF) -> None:
        """Select the block as a click does."""
        super().start(at)
        self._was_selected = self._block.isSelected()
        if self._adding:
            self._block.setSelected(not self._was_selected)
        elif not self._was_selected:
            self.view.set_selection((self._block.node.id,))

    def move(self, at: QPointF) -> None:
        """Carry the blocks along."""
        if not self._dragging:
            if not self._block.isSelected() or not self._is_drag(at):
                return
            self._lift()
        scale = self.view.length(1.0)
        away = (at - self._origin) * scale
        away.setY(away.y() + self._aligned(away))
        for name, place in self._places.items():
            self.scene.blocks[name].setPos(place + away)
        self.scene.lay_wires(self._places)
        self._look_for_wire()

    def finish(self, at: QPointF) -> None:
        """Put them down."""
        if not self._dragging:
            if self._was_selected and not self._adding:
                self.view.set_selection((self._block.node.id,))
            return
        self.move(at)
        wire = self._wire
        places = {name: _position(self.scene.blocks[name].pos()) for name in self._places}
        self._settle()
        self._put_back()  # from here on the blocks follow the document, also if it refuses
        project = self.view.document.project
        if wire is not None:
            (name, centre) = next(iter(places.items()))
            self.view.push(insert(project, name, centre, wire, self.scene.size))
        else:
            self.view.push(MoveNodes(places))

    def cancel(self) -> None:
        """Back to where they were."""
        if self._dragging:
            self._settle()
            self._put_back()

    def _lift(self) -> None:
        self._dragging = True
        names = self.scene.selected_blocks()
        self._places = {name: self.scene.blocks[name].pos() for name in names}
        for name in names:
            self.scene.blocks[name].setZValue(2)
        self.view.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def _settle(self) -> None:
        self.scene.split(None)
        for name in self._places:
            self.scene.blocks[name].setZValue(1)
        self.view.reset_cursor()

    def _put_back(self) -> None:
        for name, place in self._places.items():
            self.scene.blocks[name].setPos(place)
        self.scene.lay_wires(self._places)

    def _aligned(self, away: QPointF) -> float:
        """How far up or down the block's wires are straight, if it is only a little."""
        name = self._block.node.id
        y = self._places[name].y() + away.y()
        project = self.scene.project
        neighbours = {*project.inputs_of(name), *project.outputs_of(name)} - self._places.keys()
        gaps = [self.scene.blocks[n].y() - y for n in neighbours if n in self.scene.blocks]
        nearest = min(gaps, key=abs, default=0.0)
        return nearest if abs(nearest) <= self.view.length(ALIGN) else 0.0

    def _look_for_wire(self) -> None:
        (name, *others) = self._places
        project = self.scene.project
        loose = not any(name in edge for edge in project.edges)
        if others or not loose or not fits_into_wire(self._block.node.operation):
            return
        reach = self.view.length(SNAP)
        self._wire = self.scene.wire_near(self._block.pos(), reach)
        self.scene.split(self._wire)


def _position(point: QPointF) -> Position:
    return (round(point.x(), 2), round(point.y(), 2))
