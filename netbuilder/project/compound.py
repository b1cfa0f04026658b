"""Commands that are made of others, or put one operation in the place of another."""

from collections.abc import Iterable
from typing import Any, ClassVar

import msgspec

from netbuilder.engine.operation import Operation
from netbuilder.project.commands import Command, CommandError
from netbuilder.project.model import Project, Weights, suggested_id


class Together(Command, frozen=True):
    """Several changes as one step."""

    template: ClassVar[str] = "{why}"
    why: str
    parts: tuple[Command, ...]

    @property
    def fields(self) -> dict[str, Any]:
        return {"why": self.why}

    def apply(self, project: Project) -> Project:
        for part in self.parts:
            project = part.apply(project)
        return project

    def carry(self, weights: Weights, *, back: bool) -> Weights | None:
        parts: Iterable[Command] = reversed(self.parts) if back else self.parts
        for part in parts:
            carried = part.carry(weights, back=back)
            if carried is None:
                return None
            weights = carried
        return weights


class ReplaceOperation(Command, frozen=True):
    """Let a block do something else at the same place with the same wires.

    A block that is called after what it did ("softmax") is called after what it does now.
    """

    template: ClassVar[str] = "Replace {old} by {new}"
    node: str
    operation: Operation
    name: str  # the block's name from now on: see `replacing`

    @property
    def fields(self) -> dict[str, Any]:
        return {"old": self.node, "new": self.operation.title or type(self.operation).__name__}

    def apply(self, project: Project) -> Project:
        if not project.has(self.node):
            raise CommandError(detail=f"There is no block named '{self.node}'.")
        if self.name != self.node and project.has(self.name):
            raise CommandError(detail=f"There is already a block named '{self.name}'.")

        def renamed(name: str) -> str:
            return self.name if name == self.node else name

        return project.with_(
            nodes=tuple(
                msgspec.structs.replace(n, id=self.name, operation=self.operation)
                if n.id == self.node
                else n
                for n in project.nodes
            ),
            edges=tuple((renamed(a), renamed(b)) for a, b in project.edges),
            weights={k: v for k, v in project.weights.items() if k != self.node},
        )

    def carry(self, weights: Weights, *, back: bool) -> Weights:
        # What the one has learned means nothing to the other.
        gone = self.name if back else self.node
        return {k: v for k, v in weights.items() if k != gone}


def replacing(project: Project, node_id: str, operation: Operation) -> ReplaceOperation:
    """The command that lets a block do `operation`; its name follows if it was never chosen."""
    old = project.node(node_id).operation
    bare = project.with_(nodes=tuple(n for n in project.nodes if n.id != node_id))
    stem, _, number = node_id.rpartition(" ")
    given = stem if stem and number.isdigit() else node_id
    name = node_id
    if given == suggested_id(old, Project()):
        name = suggested_id(operation, bare)
    return ReplaceOperation(node_id, operation, name)
