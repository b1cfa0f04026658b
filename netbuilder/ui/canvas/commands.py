"""Changes of the document that only a canvas makes: a block placed together with making room."""

from collections.abc import Mapping
from typing import Any, ClassVar

from netbuilder.project.commands import AddNode, Command, MoveNodes
from netbuilder.project.model import Edge, Node, Position, Project


class PlaceNode(Command, frozen=True):
    """Put a new node into the network, while others give way to it."""

    template: ClassVar[str] = "Add {name}"
    node: Node
    wires: tuple[Edge, ...] = ()
    removed: tuple[Edge, ...] = ()
    positions: Mapping[str, Position] = {}

    @property
    def fields(self) -> dict[str, Any]:
        return {"name": self.node.id}

    def apply(self, project: Project) -> Project:
        project = AddNode(self.node).apply(project)
        return rewired(project, self.wires, self.removed, self.positions)


class InsertNode(Command, frozen=True):
    """Put a node that is there already into a wire, while others give way to it."""

    template: ClassVar[str] = "Insert {name}"
    name: str
    wires: tuple[Edge, ...]
    removed: tuple[Edge, ...]
    positions: Mapping[str, Position]

    @property
    def fields(self) -> dict[str, Any]:
        return {"name": self.name}

    def apply(self, project: Project) -> Project:
        return rewired(project, self.wires, self.removed, self.positions)


class Nudge(MoveNodes, frozen=True):
    """Move nodes by keys; a run of strokes is one undo step."""

    @property
    def merge_key(self) -> object:
        return (type(self), frozenset(self.positions))


def rewired(
    project: Project,
    wires: tuple[Edge, ...],
    removed: tuple[Edge, ...],
    positions: Mapping[str, Position],
) -> Project:
    """The project with some wires in the place of others and some nodes moved."""
    edges = [e for e in project.edges if e not in removed]
    edges += [e for e in wires if e not in edges]
    return MoveNodes(positions).apply(project.with_(edges=tuple(edges)))
