"""Every way in which the document can be changed.

A command is a small record with a text for the Edit menu and a pure function from the project
before to the project after. Undo is the record before, so it is exact by construction.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

import msgspec

from netbuilder import declare
from netbuilder.data.dataset import Dataset
from netbuilder.engine.settings import Training
from netbuilder.errors import InvalidValue, NetbuilderError
from netbuilder.project.model import REACH, Edge, Node, Position, Project, Weights, name_fault


class CommandError(NetbuilderError):
    """A change that the document refuses, with the reason."""


class Command(msgspec.Struct, frozen=True):
    """One change of the document. `merge_key`: equal keys in a row become one undo step."""

    template: ClassVar[str] = "Change"

    @property
    def fields(self) -> dict[str, Any]:
        """What fills the template in."""
        return {}

    @property
    def text(self) -> str:
        return self.template.format(**self.fields)

    @property
    def merge_key(self) -> object:
        return None

    def apply(self, project: Project) -> Project:
        """The project after the change. Raises CommandError and changes nothing."""
        raise NotImplementedError

    def carry(self, weights: Weights, *, back: bool) -> Weights | None:
        """What becomes of the trained weights when this step is undone (`back`) or redone.

        They are not part of the step, because training goes on between steps. None: the step is
        about weights, and those that it recorded count.
        """
        return weights

    def settle(self, now: Weights, then: Weights) -> Weights:
        """The weights after a step about weights is undone or redone when training has gone on
        since: `now` are those of this moment, `then` those that the step recorded."""
        return then

    def joined_to(self, earlier: Self) -> Self:
        """This command as one undo step together with the one that it merges with."""
        return self


class AddNode(Command, frozen=True):
    """Put a node on the canvas, wired as said."""

    template: ClassVar[str] = "Add {name}"
    node: Node
    after: str | None = None  # a wire from this node to the new one
    before: str | None = None  # a wire from the new one to this node
    replacing: Edge | None = None  # a wire that goes (the node is inserted into it)

    @property
    def fields(self) -> dict[str, Any]:
        return {"name": self.node.id}

    def apply(self, project: Project) -> Project:
        _check_new([self.node], project)
        for end in (self.after, self.before):
            if end is not None:
                _found(project, end)
        edges = [e for e in project.edges if e != self.replacing]
        if self.after is not None:
            edges.append((self.after, self.node.id))
        if self.before is not None:
            edges.append((self.node.id, self.before))
        return project.with_(nodes=(*project.nodes, self.node), edges=tuple(edges))


class RemoveNodes(Command, frozen=True):
    """Delete nodes; where one sat alone in the middle of a chain, the wire is healed."""

    template: ClassVar[str] = "Delete {count}"
    ids: tuple[str, ...]
    edges: tuple[Edge, ...] = ()  # wires deleted along with them

    @property
    def fields(self) -> dict[str, Any]:
        if not self.ids:
            return {"count": "wire" if len(self.edges) == 1 else f"{len(self.edges)} wires"}
        return {"count": self.ids[0] if len(self.ids) == 1 else f"{len(self.ids)} blocks"}

    def apply(self, project: Project) -> Project:
        edges = [e for e in project.edges if e not in self.edges]
        for gone in self.ids:
            before = [a for a, b in edges if b == gone and a != gone]
            after = [b for a, b in edges if a == gone and b != gone]
            edges = [e for e in edges if gone not in e]
            if len(before) == 1 and len(after) == 1 and (before[0], after[0]) not in edges:
                edges.append((before[0], after[0]))
        return project.with_(
            nodes=tuple(n for n in project.nodes if n.id not in self.ids),
            edges=tuple(edges),
            weights={i: named for i, named in project.weights.items() if i not in self.ids},
        )


class MoveNodes(Command, frozen=True):
    """Put nodes at new places."""

    template: ClassVar[str] = "Move {count}"
    positions: Mapping[str, Position]

    @property
    def fields(self) -> dict[str, Any]:
        ids = list(self.positions)
        return {"count": ids[0] if len(ids) == 1 else f"{len(ids)} blocks"}

    def apply(self, project: Project) -> Project:
        for node_id, position in self.positions.items():
            _check_position(node_id, position)
        nodes = tuple(
            msgspec.structs.replace(n, position=self.positions[n.id])
            if n.id in self.positions
            else n
            for n in project.nodes
        )
        return project.with_(nodes=nodes)


class Connect(Command, frozen=True):
    """Draw a wire; `replacing` are wires that give way in the same step."""

    template: ClassVar[str] = "Connect {source} to {target}"
    source: str
    target: str
    replacing: tuple[Edge, ...] = ()

    @property
    def fields(self) -> dict[str, Any]:
        return {"source": self.source, "target": self.target}

    def apply(self, project: Project) -> Project:
        for end in (self.source, self.target):
            _found(project, end)
        edges = tuple(e for e in project.edges if e not in self.replacing)
        edge = (self.source, self.target)
        if edge in edges:
            raise CommandError(detail=f"'{self.source}' already leads to '{self.target}'.")
        return project.with_(edges=(*edges, edge))


class Disconnect(Command, frozen=True):
    """Remove wires."""

    template: ClassVar[str] = "Disconnect {source} from {target}"
    edges: tuple[Edge, ...]

    @property
    def fields(self) -> dict[str, Any]:
        return {"source": self.edges[0][0], "target": self.edges[0][1]}

    def apply(self, project: Project) -> Project:
        return project.with_(edges=tuple(e for e in project.edges if e not in self.edges))


class Rename(Command, frozen=True):
    """Give a node another name; wires and weights follow."""

    template: ClassVar[str] = "Rename {old} to {new}"
    old: str
    new: str

    @property
    def fields(self) -> dict[str, Any]:
        return {"old": self.old, "new": self.new}

    def apply(self, project: Project) -> Project:
        new = self.new.strip()
        _found(project, self.old)
        if fault := name_fault(new):
            raise CommandError(detail=fault)
        if new != self.old and project.has(new):
            raise CommandError(
                detail=f"There is already a block named '{new}': choose another name."
            )

        def renamed(name: str) -> str:
            return new if name == self.old else name

        weights = self.carry(project.weights, back=False)
        return project.with_(
            nodes=tuple(msgspec.structs.replace(n, id=renamed(n.id)) for n in project.nodes),
            edges=tuple((renamed(a), renamed(b)) for a, b in project.edges),
            weights=weights,
        )

    def carry(self, weights: Weights, *, back: bool) -> Weights:
        old, new = (self.new.strip(), self.old) if back else (self.old, self.new.strip())
        if old == new:
            return weights
        # What a deleted block of the new name may have left behind gives way.
        return {new if k == old else k: v for k, v in weights.items() if k != new}


class SetParameter(Command, frozen=True):
    """Change one declared parameter of a node. Raises InvalidValue for a bad value."""

    template: ClassVar[str] = "Change {name} of {node}"
    node: str
    name: str
    value: Any

    @property
    def fields(self) -> dict[str, Any]:
        return {"name": self.name.replace("_", " "), "node": self.node}

    @property
    def merge_key(self) -> object:
        return (type(self), self.node, self.name)

    def apply(self, project: Project) -> Project:
        node = _found(project, self.node)
        changed = replace_checked(node.operation, self.name, self.value, f"{self.node}.{self.name}")
        nodes = tuple(
            msgspec.structs.replace(n, operation=changed) if n.id == self.node else n
            for n in project.nodes
        )
        return project.with_(nodes=nodes)


class SetParameters(Command, frozen=True):
    """Change one parameter of several nodes in one step. Raises InvalidValue for a bad value."""

    template: ClassVar[str] = "Change {name} of {count} blocks"
    nodes: tuple[str, ...]
    name: str
    value: Any

    @property
    def fields(self) -> dict[str, Any]:
        return {"name": self.name.replace("_", " "), "count": len(self.nodes)}

    @property
    def merge_key(self) -> object:
        return (type(self), self.nodes, self.name)

    def apply(self, project: Project) -> Project:
        for node in self.nodes:
            project = SetParameter(node, self.name, self.value).apply(project)
        return project


class SetDataset(Command, frozen=True):
    """Train on other data."""

    template: ClassVar[str] = "Change the data"
    dataset: Dataset

    @property
    def merge_key(self) -> object:
        return (type(self), type(self.dataset))

    def apply(self, project: Project) -> Project:
        return project.with_(dataset=self.dataset)


class SetTraining(Command, frozen=True):
    """Change one training setting. Raises InvalidValue for a bad value."""

    template: ClassVar[str] = "Change {name}"
    name: str
    value: Any

    @property
    def fields(self) -> dict[str, Any]:
        return {"name": self.name.replace("_", " ")}

    @property
    def merge_key(self) -> object:
        return (type(self), self.name)

    def apply(self, project: Project) -> Project:
        changed: Training = replace_checked(
            project.training, self.name, self.value, f"training.{self.name}"
        )
        return project.with_(training=changed)


class SetName(Command, frozen=True):
    """Name the project."""

    template: ClassVar[str] = "Rename the project"
    name: str

    def apply(self, project: Project) -> Project:
        return project.with_(name=self.name)


class SetWeights(Command, frozen=True):
    """Put given weights into the network (loaded, edited by hand, or reset)."""

    template: ClassVar[str] = "{why}"
    weights: Weights
    why: str = "Change the weights"

    @property
    def fields(self) -> dict[str, Any]:
        return {"why": self.why}

    def apply(self, project: Project) -> Project:
        return project.with_(weights=self.weights)

    def carry(self, weights: Weights, *, back: bool) -> None:
        return None


class AddGroup(Command, frozen=True):
    """Add several nodes with the wires between them (paste, duplicate, templates)."""

    template: ClassVar[str] = "{why}"
    nodes: Sequence[Node]
    edges: Sequence[Edge] = ()
    why: str = "Paste"

    @property
    def fields(self) -> dict[str, Any]:
        return {"why": self.why}

    def apply(self, project: Project) -> Project:
        _check_new(self.nodes, project)
        grown = project.with_(nodes=(*project.nodes, *self.nodes))
        for edge in self.edges:
            for end in edge:
                _found(grown, end)
        edges = dict.fromkeys((*project.edges, *self.edges))
        return grown.with_(edges=tuple(edges))


def _found(project: Project, node_id: str) -> Node:
    if not project.has(node_id):
        raise CommandError(detail=f"There is no block named '{node_id}'.")
    return project.node(node_id)


def _check_new(nodes: Sequence[Node], project: Project) -> None:
    """Only what a file can hold gets into the document."""
    names = {n.id for n in project.nodes}
    for node in nodes:
        if node.id in names:
            raise CommandError(detail=f"There is already a block named '{node.id}'.")
        names.add(node.id)
        if fault := name_fault(node.id):
            raise CommandError(detail=fault)
        _check_position(node.id, node.position)


def _check_position(node_id: str, position: Position) -> None:
    if not all(abs(v) <= REACH for v in position):
        raise CommandError(detail=f"'{node_id}' cannot be moved that far.")


def replace_checked(settings: Any, name: str, value: Any, where: str) -> Any:
    """A copy of a declared object with one field changed and validated."""
    declared: type[declare.Settings] = type(settings)
    for p in declare.parameters(declared):
        if p.name == name:
            typed = declare.check(p, value, where)
            try:
                return msgspec.structs.replace(settings, **{name: typed})
            except ValueError as error:  # a rule about several fields together
                raise InvalidValue(
                    where=where, expected=str(error), got=declare.shorten(value)
                ) from error
    raise CommandError(detail=f"{where}: no such setting.")
