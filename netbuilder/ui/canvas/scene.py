"""The network as items: follows the project record by record and knows what lies where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QObject, QPointF, QRectF, Signal
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from netbuilder.engine.operation import Operation
from netbuilder.project.model import Edge, Node, Project
from netbuilder.project.problems import Analysis
from netbuilder.ui.canvas.block_item import BlockItem
from netbuilder.ui.canvas.block_text import Facts, facts
from netbuilder.ui.canvas.card import Card
from netbuilder.ui.canvas.health import Health
from netbuilder.ui.canvas.port_item import PortItem, Side
from netbuilder.ui.canvas.wire_item import WireItem

# Large enough that panning never meets an edge; scroll bars are hidden.
WORLD = QRectF(-1e5, -1e5, 2e5, 2e5)

SPLIT_GLOW = 0.6


class CanvasScene(QGraphicsScene):
    """Holds one BlockItem for each node and one WireItem for each edge."""

    altered = Signal()
    """Blocks or wires look or lie differently than before; not told while a gesture moves them."""

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setSceneRect(WORLD)
        self._project = Project()
        self._analysis = Analysis()
        self._dataset: tuple[str, int] | None = None
        self._colours: Mapping[str, str] = {}
        self._gradients: Mapping[str, float] | None = None
        self._verdicts: Mapping[str, Health] | None = None
        self._split: Edge | None = None
        self._extents: dict[tuple[Operation, str], tuple[float, float]] = {}
        self.blocks: dict[str, BlockItem] = {}
        self.wires: dict[Edge, WireItem] = {}
        self._attached: dict[str, list[WireItem]] = {}
        self.mirror(project)

    @property
    def project(self) -> Project:
        """The project as it is shown."""
        return self._project

    # ---- following ------------------------------------------------------------------------------

    def mirror(self, project: Project) -> None:
        """Make the items equal to a project; whatever did not change is left alone."""
        before, self._project = self._project, project
        if project.nodes is before.nodes and project.edges is before.edges:
            return
        names = renamed(before, project)
        self._adopt_names(names)
        changed: set[str] = set(names.values())
        present = {n.id for n in project.nodes}
        for name in [n for n in self.blocks if n not in present]:
            self.removeItem(self.blocks.pop(name))
        for node in project.nodes:
            item = self.blocks.get(node.id)
            if item is not None and type(item.node.operation) is not type(node.operation):
                self.removeItem(self.blocks.pop(node.id))
                item = None
            if item is None:
                item = self.blocks[node.id] = BlockItem(node, self._facts(node))
                self.addItem(item)
                self._dress(node.id)
                changed.add(node.id)
            elif item.node is not node:
                item.set_node(node, self._facts(node))
                changed.add(node.id)
        self._mirror_edges(project.edges)
        for wire in self._wires_of(changed):
            self._lay(wire)
        self.altered.emit()

    def _adopt_names(self, names: Mapping[str, str]) -> None:
        # The item stays, and with it selection and focus: only its key changes.
        for old, new in names.items():
            self.blocks[new] = self.blocks.pop(old)
        if names:
            moved = {}
            for (source, target), wire in self.wires.items():
                wire.edge = (names.get(source, source), names.get(target, target))
                moved[wire.edge] = wire
            self.wires = moved
            self._attach()

    def _mirror_edges(self, edges: Iterable[Edge]) -> None:
        wanted = {e: None for e in edges if e[0] in self.blocks and e[1] in self.blocks}
        if wanted.keys() == self.wires.keys():
            return
        for edge in [e for e in self.wires if e not in wanted]:
            self.removeItem(self.wires.pop(edge))
        for edge in wanted:
            if edge not in self.wires:
                wire = self.wires[edge] = WireItem(edge)
                self._lay(wire)
                self.addItem(wire)
        self._attach()
        self._mark_wires()

    def _attach(self) -> None:
        self._attached = {}
        for (source, target), wire in self.wires.items():
            self._attached.setdefault(source, []).append(wire)
            self._attached.setdefault(target, []).append(wire)

    def _wires_of(self, names: Iterable[str]) -> set[WireItem]:
        return {wire for name in names for wire in self._attached.get(name, ())}

    def _lay(self, wire: WireItem) -> None:
        source, target = wire.edge
        wire.set_ends(self.blocks[source].anchor("out"), self.blocks[target].anchor("in"))

    def lay_wires(self, names: Iterable[str]) -> None:
        """Let the wires follow blocks that a gesture moves."""
        for wire in self._wires_of(names):
            self._lay(wire)

    # ---- what is shown beside the project --------------------------------------------------------

    def set_analysis(self, analysis: Analysis) -> None:
        """Show shapes, counts and problems."""
        self._analysis = analysis
        self._reword()
        self._mark_wires()

    def set_dataset(self, title: str, count: int) -> None:
        """What the data block says."""
        self._dataset = (title, count)
        self._reword()

    def set_gradients(self, gradients: Mapping[str, float] | None) -> None:
        """Show gradient norms by node; None hides the bars."""
        self._gradients = gradients
        for name, block in self.blocks.items():
            block.set_gradient(None if gradients is None else gradients.get(name))

    def set_verdicts(self, verdicts: Mapping[str, Health] | None) -> None:
        """How the layers fare by the verdict on the run: those not named are fine; None is no
        verdict yet."""
        self._verdicts = verdicts
        for name, block in self.blocks.items():
            block.set_verdict(None if verdicts is None else verdicts.get(name, "fine"))

    def set_colours(self, colours: Mapping[str, str]) -> None:
        """The colour of each layer on canvas and plots."""
        self._colours = colours
        for name, block in self.blocks.items():
            block.set_layer_colour(colours.get(name, ""))

    def restyle(self) -> None:
        """Measure and paint everything anew."""
        self._extents.clear()
        for block in self.blocks.values():
            block.restyle()
        for wire in self.wires.values():
            self._lay(wire)
        self.update()
        self.altered.emit()

    def _facts(self, node: Node) -> Facts:
        joins = node.operation.inputs[1] is None
        sources = self._project.inputs_of(node.id) if joins else ()
        return facts(node, self._analysis, self._dataset, sources)

    def _dress(self, name: str) -> None:
        block = self.blocks[name]
        block.set_layer_colour(self._colours.get(name, ""))
        if self._gradients is not None:
            block.set_gradient(self._gradients.get(name))
        if self._verdicts is not None:
            block.set_verdict(self._verdicts.get(name, "fine"))

    def _reword(self) -> None:
        changed = [n for n, b in self.blocks.items() if b.set_facts(self._facts(b.node))]
        for wire in self._wires_of(changed):
            self._lay(wire)
        if changed:
            self.altered.emit()

    def _mark_wires(self) -> None:
        texts = {p.edge: p.text for p in self._analysis.problems if p.edge is not None}
        for edge, wire in self.wires.items():
            wire.set_problem(texts.get(edge, ""))

    # ---- asking ----------------------------------------------------------------------------------

    def size(self, node: Node) -> tuple[float, float]:
        """Width and height of the block of a node, also of one that is still to come."""
        block = self.blocks.get(node.id)
        if block is not None and type(block.node.operation) is type(node.operation):
            return block.size
        key = (node.operation, node.id)
        if key not in self._extents:
            rect = Card(node.operation, self._facts(node)).rect
            self._extents[key] = (rect.width(), rect.height())
        return self._extents[key]

    def content(self, names: Iterable[str] | None = None) -> QRectF:
        """The rectangle around some blocks, or all of them."""
        bounds = QRectF()
        for name in self.blocks if names is None else names:
            bounds = bounds.united(self.blocks[name].card_rect())
        return bounds

    def extent(self) -> QRectF:
        """The rectangle around all blocks together with what stands below them."""
        bounds = QRectF()
        for block in self.blocks.values():
            bounds = bounds.united(block.sceneBoundingRect())
        return bounds

    def selected_blocks(self) -> tuple[str, ...]:
        """Ids of the selected nodes, in the order of the project."""
        return tuple(name for name in self.order() if self.blocks[name].isSelected())

    def selected_wires(self) -> tuple[Edge, ...]:
        """The selected wires."""
        return tuple(edge for edge, wire in self.wires.items() if wire.isSelected())

    def order(self) -> list[str]:
        """The ids of all blocks, in the order of the project."""
        return [n.id for n in self._project.nodes if n.id in self.blocks]

    def hit(self, point: QPointF) -> QGraphicsItem | None:
        """The topmost port, block or wire at a point; ports come before what covers them."""
        found: QGraphicsItem | None = None
        for item in self.items(point):
            if isinstance(item, PortItem):
                return item
            if found is None and isinstance(item, (BlockItem, WireItem)):
                found = item
        return found

    def block_at(self, point: QPointF) -> BlockItem | None:
        """The block whose card covers a point."""
        for item in self.items(point):
            if isinstance(item, BlockItem):
                return item
        return None

    def wire_near(self, point: QPointF, reach: float, but: Iterable[Edge] = ()) -> Edge | None:
        """The wire nearest to a point, within a distance."""
        near: tuple[float, Edge] | None = None
        skipped = set(but)
        for edge, wire in self.wires.items():
            box = wire.boundingRect().adjusted(-reach, -reach, reach, reach)
            if edge in skipped or not box.contains(point):
                continue
            distance = wire.distance(point)
            if distance <= reach and (near is None or distance < near[0]):
                near = (distance, edge)
        return near[1] if near is not None else None

    def free_port_near(self, point: QPointF, side: Side, reach: float) -> str | None:
        """The node whose free port of a side is nearest to a point, within a distance."""
        end = 0 if side == "out" else 1
        taken = {edge[end] for edge in self._project.edges}
        near: tuple[float, str] | None = None
        for name, block in self.blocks.items():
            if name in taken or block.port(side) is None:
                continue
            away = block.anchor(side) - point
            distance = (away.x() ** 2 + away.y() ** 2) ** 0.5
            if distance <= reach and (near is None or distance < near[0]):
                near = (distance, name)
        return near[1] if near is not None else None

    def split(self, edge: Edge | None) -> None:
        """Show which wire, and so between which blocks, a block would be inserted."""
        if edge == self._split:
            return
        before, self._split = self._split, edge
        for changed, shown in ((before, False), (edge, True)):
            if changed is None:
                continue
            if changed in self.wires:
                self.wires[changed].set_split(shown)
            for name in changed:
                if name in self.blocks:
                    # The block in the hand may cover a short wire, but not its neighbours.
                    self.blocks[name].set_pulse(SPLIT_GLOW if shown else 0.0)


def renamed(before: Project, after: Project) -> dict[str, str]:
    """Old and new ids of the nodes that only changed their name."""
    if len(before.nodes) != len(after.nodes):
        return {}
    old, new = {n.id for n in before.nodes}, {n.id for n in after.nodes}
    return {
        a.id: b.id
        for a, b in zip(before.nodes, after.nodes, strict=True)
        if a.id != b.id
        and a.id not in new
        and b.id not in old
        and a.operation == b.operation
        and a.position == b.position
    }
