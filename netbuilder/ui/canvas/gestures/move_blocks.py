"""Move blocks: drag one, and all that are selected come along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt

from netbuilder.project.commands import MoveNodes
from netbuilder.project.model import Edge, Position
from netbuilder.ui.canvas.block_item import BlockItem
from netbuilder.ui.canvas.gestures.gesture import Gesture
from netbuilder.ui.canvas.guide_item import GuideLines
from netbuilder.ui.canvas.guides import Guides
from netbuilder.ui.canvas.look import ALIGN, SNAP
from netbuilder.ui.canvas.plan import fits_into_wire, insert

if TYPE_CHECKING:
    from netbuilder.ui.canvas.gesture_view import GestureView


class MoveBlocks(Gesture):
    """One undo step on release; a single block without wires that comes down on one is inserted."""

    def __init__(self, view: GestureView, block: BlockItem, adding: bool) -> None:
        super().__init__(view)
        self._block = block
        self._adding = adding
        self._dragging = False
        self._places: dict[str, QPointF] = {}
        self._guides = Guides({}, ())
        self._lines = GuideLines(self.scene)
        self._wire: Edge | None = None

    @property
    def scrolls(self) -> bool:
        """Blocks are carried further than what is in view."""
        return self._dragging

    def start(self, at: QPointF) -> None:
        """Select the block as a click does."""
        super().start(at)
        self._grabbed = self.view.scene_point(at)
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
        away = self.view.scene_point(at) - self._grabbed
        box = self._box.translated(away)
        shift = self._guides.shift(box, self.view.length(ALIGN))
        away += shift
        for name, place in self._places.items():
            self.scene.blocks[name].setPos(place + away)
        self.scene.lay_wires(self._places)
        self._look_for_wire()
        lines = self._guides.lines(box.translated(shift)) if self._wire is None else ()
        self._lines.show(lines)

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
        scene, name = self.scene, self._block.node.id
        names = scene.selected_blocks()
        self._places = {n: scene.blocks[n].pos() for n in names}
        self._box = self._block.card_rect()
        others = {n: b.card_rect() for n, b in scene.blocks.items() if n not in self._places}
        wired = {*scene.project.inputs_of(name), *scene.project.outputs_of(name)}
        self._guides = Guides(others, wired)
        for n in names:
            scene.blocks[n].setZValue(2)
        self.view.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def _settle(self) -> None:
        self.scene.split(None)
        self._lines.clear()
        for name in self._places:
            self.scene.blocks[name].setZValue(1)
        self.view.reset_cursor()

    def _put_back(self) -> None:
        for name, place in self._places.items():
            self.scene.blocks[name].setPos(place)
        self.scene.lay_wires(self._places)

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
