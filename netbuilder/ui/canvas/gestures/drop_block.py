"""Drop a block: a new one comes from the palette."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from netbuilder.declare import registry
from netbuilder.engine.operation import Operation
from netbuilder.project.model import Node, suggested_id
from netbuilder.ui.canvas.gestures.gesture import Gesture
from netbuilder.ui.canvas.ghost_item import GhostItem
from netbuilder.ui.canvas.graph import reachable
from netbuilder.ui.canvas.guide_item import GuideLines
from netbuilder.ui.canvas.guides import Guides
from netbuilder.ui.canvas.look import ALIGN, NEAR_PORT, SNAP
from netbuilder.ui.canvas.plan import Landing, fits_into_wire, place, takes_input

if TYPE_CHECKING:
    from netbuilder.ui.canvas.gesture_view import GestureView


class DropBlock(Gesture):
    """Shows where the block will lie and how it will be wired; a real drag and drop."""

    def __init__(self, view: GestureView, type_name: str) -> None:
        super().__init__(view)
        self._operation = registry(Operation)[type_name]()
        node = Node(suggested_id(self._operation, view.document.project), self._operation)
        self._size = self.scene.size(node)
        self._ghost = GhostItem()
        self._lines = GuideLines(self.scene)
        boxes = {n: b.card_rect() for n, b in self.scene.blocks.items()}
        self._loose = Guides(boxes, ())

    @property
    def scrolls(self) -> bool:
        """Its place may be out of sight."""
        return True

    def start(self, at: QPointF) -> None:
        """The drag came onto the canvas."""
        super().start(at)
        self.scene.addItem(self._ghost)
        self.move(at)

    def move(self, at: QPointF) -> None:
        """Show what would become of it here."""
        centre, landing = self._aim(at)
        box = self._box(centre)
        self._lines.show(self._loose.lines(box) if landing.wire is None else ())
        self._ghost.show_block(box)
        self.scene.split(landing.wire)
        ends = []
        left, right = QPointF(box.left(), centre.y()), QPointF(box.right(), centre.y())
        if landing.after is not None:
            ends.append((self.scene.blocks[landing.after].anchor("out"), left))
        if landing.before is not None:
            ends.append((right, self.scene.blocks[landing.before].anchor("in")))
        self._ghost.show_wires(*ends)

    def finish(self, at: QPointF) -> None:
        """Add the block and select it."""
        centre, landing = self._aim(at)
        self._end()
        spot = (round(centre.x(), 2), round(centre.y(), 2))
        project = self.view.document.project
        command = place(project, self._operation, spot, landing, self.scene.size)
        if self.view.push(command):
            self.view.set_selection((command.node.id,))

    def cancel(self) -> None:
        """The drag left, or Esc was pressed."""
        self._end()

    def _aim(self, at: QPointF) -> tuple[QPointF, Landing]:
        """The centre, fallen in line with other blocks, and what it would be wired to there."""
        centre = self.view.scene_point(at)
        landing = self._landing(centre)
        if landing.wire is not None:
            return centre, landing
        ends = [n for n in (landing.after, landing.before) if n is not None]
        guides = self._loose
        if ends:  # a straight wire counts for more than an edge
            guides = Guides({n: b.card_rect() for n, b in self.scene.blocks.items()}, ends)
        shift = guides.shift(self._box(centre), self.view.length(ALIGN))
        return centre + shift, landing

    def _box(self, centre: QPointF) -> QRectF:
        width, height = self._size
        return QRectF(centre.x() - width / 2, centre.y() - height / 2, width, height)

    def _landing(self, centre: QPointF) -> Landing:
        operation, scene = self._operation, self.scene
        if fits_into_wire(operation):
            wire = scene.wire_near(centre, self.view.length(SNAP))
            if wire is not None:
                return Landing(wire=wire)
        half = QPointF(self._size[0] / 2, 0)
        after = before = None
        if takes_input(operation):
            after = scene.free_port_near(centre - half, "out", NEAR_PORT)
        if operation.has_output:
            before = scene.free_port_near(centre + half, "in", NEAR_PORT)
        if after and before and after in reachable(scene.project, [before]):
            before = None  # both wires together would form a circle
        return Landing(after=after, before=before)

    def _end(self) -> None:
        self.scene.split(None)
        self.scene.removeItem(self._ghost)
        self._lines.clear()
