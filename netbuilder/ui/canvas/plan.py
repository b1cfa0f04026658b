"""Where a block goes and how it is wired: from a wish to the command that carries it out.

Nothing here changes the document. A wish that makes no sense raises CommandError with a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import msgspec
from PySide6.QtCore import QCoreApplication

from netbuilder.engine.operation import Operation
from netbuilder.project.analysis import connection_error
from netbuilder.project.commands import AddGroup, CommandError, Connect
from netbuilder.project.model import Edge, Node, Position, Project, suggested_id, unique_id
from netbuilder.ui.canvas.commands import InsertNode, PlaceNode
from netbuilder.ui.canvas.graph import end_of_chain, reachable, start_of_chain
from netbuilder.ui.canvas.look import GAP

Size = Callable[[Node], tuple[float, float]]  # width and height of a block


@dataclass(frozen=True)
class Landing:
    """What a block is wired to where it comes down."""

    wire: Edge | None = None  # it is inserted here
    after: str | None = None  # otherwise: it is fed by this node
    before: str | None = None  # and feeds this one

    @property
    def wires(self) -> tuple[str | None, str | None]:
        """The node that will feed the block, and the one that it will feed."""
        return self.wire if self.wire is not None else (self.after, self.before)


def takes_input(operation: Operation) -> bool:
    """Whether a wire can lead into a block of this kind."""
    return operation.inputs[1] != 0


def fits_into_wire(operation: Operation) -> bool:
    """Whether a block of this kind can sit in the middle of a wire."""
    return takes_input(operation) and operation.has_output


def place(
    project: Project, operation: Operation, centre: Position, landing: Landing, size: Size
) -> PlaceNode:
    """Put a new block where it was dropped."""
    node = Node(suggested_id(operation, project), operation, centre)
    source, target = landing.wires
    if landing.wire is None:
        return PlaceNode(node, _wires(node.id, source, target))
    position, moved = _make_room(project, node, [landing.wire[0]], [landing.wire[1]], size)
    node = msgspec.structs.replace(node, position=position)
    return PlaceNode(node, _wires(node.id, source, target), (landing.wire,), moved)


def insert(project: Project, name: str, centre: Position, wire: Edge, size: Size) -> InsertNode:
    """Put a block that is there already into a wire."""
    node = msgspec.structs.replace(project.node(name), position=centre)
    position, moved = _make_room(project, node, [wire[0]], [wire[1]], size)
    return InsertNode(name, _wires(name, *wire), (wire,), {**moved, name: position})


def append(project: Project, operation: Operation, selected: str | None, size: Size) -> PlaceNode:
    """Put a new block behind the selected one, or at the end of the network, and wire it."""
    node = Node(suggested_id(operation, project), operation)
    if not takes_input(operation):
        return _put_first(project, node, size)
    if not operation.has_output:
        return _put_last(project, node, selected, size)
    anchor = selected if selected is not None else end_of_chain(project)
    if anchor is None:
        return PlaceNode(_clear(project, node, size))
    if project.node(anchor).operation.has_output:
        return _put_between(project, node, [anchor], project.outputs_of(anchor), size)
    # Nothing comes after a loss, so the block goes in front of it.
    return _put_between(project, node, project.inputs_of(anchor)[-1:], [anchor], size)


def connect(project: Project, source: str, target: str, moving: Edge | None = None) -> Connect:
    """Draw a wire; where the target has no room left, it takes the place of its newest wire.

    `moving` is the wire that becomes this one: it goes in the same step.
    """
    if moving is not None:
        project = project.with_(edges=tuple(e for e in project.edges if e != moving))
    reason = connection_error(project, source, target)
    if reason is not None:
        raise CommandError(detail=reason)
    most = project.node(target).operation.inputs[1]
    present = tuple(e for e in project.edges if e[1] == target)
    full = most is not None and len(present) >= most
    gone = present[most - 1 :] if full and most else ()
    return Connect(source, target, gone if moving is None else (moving, *gone))


def duplicate(project: Project, ids: Iterable[str], size: Size) -> AddGroup:
    """Copies of blocks with the wires between them, below the originals."""
    wanted = [
        n
        for n in project.nodes
        if n.id in set(ids) and takes_input(n.operation) and n.operation.has_output
    ]
    if not wanted:
        raise CommandError(
            detail=_tr("A network has one data block and one loss: select another block.")
        )
    tops = [n.position[1] - size(n)[1] / 2 for n in wanted]
    bottoms = [n.position[1] + size(n)[1] / 2 for n in wanted]
    down = max(bottoms) - min(tops) + GAP
    taken = {n.id for n in project.nodes}
    names: dict[str, str] = {}
    for n in wanted:
        names[n.id] = unique_id(n.id, taken)
        taken.add(names[n.id])
    copies = [Node(names[n.id], n.operation, (n.position[0], n.position[1] + down)) for n in wanted]
    edges = [(names[a], names[b]) for a, b in project.edges if a in names and b in names]
    return AddGroup(copies, edges, _tr("Duplicate"))


def _put_first(project: Project, node: Node, size: Size) -> PlaceNode:
    for known in project.nodes:
        if not takes_input(known.operation):
            raise CommandError(
                detail=_tr("The network has a data block already: '{name}'.").format(name=known.id)
            )
    start = start_of_chain(project)
    if start is None:
        left = min((n.position[0] - size(n)[0] / 2 for n in project.nodes), default=None)
        x = 0.0 if left is None else left - GAP - size(node)[0] / 2
        return PlaceNode(msgspec.structs.replace(node, position=(x, 0.0)))
    follower = project.node(start)
    x = follower.position[0] - size(follower)[0] / 2 - GAP - size(node)[0] / 2
    placed = msgspec.structs.replace(node, position=(x, follower.position[1]))
    return PlaceNode(placed, _wires(node.id, None, start))


def _put_last(project: Project, node: Node, selected: str | None, size: Size) -> PlaceNode:
    for known in project.nodes:
        if known.operation.kind == node.operation.kind:
            raise CommandError(
                detail=_tr("The network has a loss already: '{name}'. Delete it first.").format(
                    name=known.id
                )
            )
    among = None if selected is None else reachable(project, [selected])
    anchor = end_of_chain(project, among)
    if anchor is None or not project.node(anchor).operation.has_output:
        return PlaceNode(_clear(project, node, size))
    return _put_between(project, node, [anchor], [], size)


def _put_between(
    project: Project, node: Node, sources: Sequence[str], targets: Sequence[str], size: Size
) -> PlaceNode:
    width = size(node)[0]
    if sources:
        neighbour = project.node(sources[0])
        x = neighbour.position[0] + size(neighbour)[0] / 2 + GAP + width / 2
    else:
        neighbour = project.node(targets[0])
        x = neighbour.position[0] - size(neighbour)[0] / 2 - GAP - width / 2
    node = msgspec.structs.replace(node, position=(x, neighbour.position[1]))
    wires = (*((a, node.id) for a in sources), *((node.id, b) for b in targets))
    removed = tuple((a, b) for a in sources for b in targets)
    if not targets or not sources:
        return PlaceNode(_clear(project, node, size), wires)
    position, moved = _make_room(project, node, sources, targets, size)
    return PlaceNode(msgspec.structs.replace(node, position=position), wires, removed, moved)


def _make_room(
    project: Project, node: Node, sources: Sequence[str], targets: Sequence[str], size: Size
) -> tuple[Position, dict[str, Position]]:
    """Where the node fits between its neighbours, and what has to go right for it."""
    x, y = node.position
    half = size(node)[0] / 2
    before = [project.node(a) for a in sources]
    after = [project.node(b) for b in targets]
    moving = reachable(project, targets)
    backward = min(n.position[0] for n in after) <= max(n.position[0] for n in before)
    if backward or moving & {*sources, node.id}:
        return (x, y), {}
    x = max(x, *(n.position[0] + size(n)[0] / 2 + GAP + half for n in before))
    shift = max(x + half + GAP - (n.position[0] - size(n)[0] / 2) for n in after)
    if shift <= 0:
        return (x, y), {}
    return (x, y), {
        n.id: (n.position[0] + shift, n.position[1]) for n in project.nodes if n.id in moving
    }


def _clear(project: Project, node: Node, size: Size) -> Node:
    """The node, moved down until it covers no other."""
    x, y = node.position
    width, height = size(node)
    others = [(n.position, size(n)) for n in project.nodes]
    for _ in others:
        for (other_x, other_y), (w, h) in others:
            if abs(other_x - x) < (w + width) / 2 and abs(other_y - y) < (h + height) / 2:
                y = other_y + (h + height) / 2 + GAP
                break
        else:
            break
    return msgspec.structs.replace(node, position=(x, y))


def _wires(name: str, source: str | None, target: str | None) -> tuple[Edge, ...]:
    into = () if source is None else ((source, name),)
    out = () if target is None else ((name, target),)
    return (*into, *out)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Canvas", text)
