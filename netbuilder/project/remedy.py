"""A remedy for a problem, and the questions and moves that several remedies share."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from netbuilder import declare
from netbuilder.data.dataset import Table
from netbuilder.engine.activation import Activation
from netbuilder.engine.graph import ancestors
from netbuilder.engine.loss import Loss
from netbuilder.engine.operation import Operation
from netbuilder.errors import NetbuilderError
from netbuilder.project.analysis import analyse, connection_error
from netbuilder.project.commands import AddNode, Command, MoveNodes
from netbuilder.project.compound import Together
from netbuilder.project.model import Edge, Node, Position, Project, suggested_id
from netbuilder.project.problems import Problem

Size = Callable[[Node], tuple[float, float]]
GAP = 44.0  # between the edges of neighbouring blocks


class Fix(msgspec.Struct, frozen=True, kw_only=True):
    """One remedy. `template` with `fields` filled in is the text; `ui` may translate it."""

    template: str
    fields: dict[str, Any] = {}
    command: Command

    @property
    def text(self) -> str:
        return self.template.format(**self.fields)


def usual_size(_node: Node) -> tuple[float, float]:
    """Width and height of a block where nobody can measure it."""
    return 140.0, 84.0


def with_article(title: str) -> str:
    """ "a Sigmoid", "an ELU"."""
    return f"an {title}" if title[:1] in "AEIOU" else f"a {title}"


def title_of(operation: Operation | type[Operation]) -> str:
    """What a block of this kind is called."""
    cls = operation if isinstance(operation, type) else type(operation)
    return cls.title or cls.__name__


class Case:
    """One problem in its project, with the questions that several remedies ask."""

    def __init__(self, problem: Problem, project: Project, table: Table, size: Size) -> None:
        self.problem = problem
        self.project = project
        self.table = table
        self.size = size
        self.inputs = project.incoming()

    @property
    def node(self) -> Node:
        assert self.problem.node is not None
        return self.project.node(self.problem.node)

    def after(self, command: Command) -> tuple[int, int] | None:
        """How many errors and problems are left after a command; None if this one is."""
        try:
            project = command.apply(self.project)
        except NetbuilderError:
            return None
        left = analyse(project, self.table).problems
        mine = self.problem
        for problem in left:
            # Another ring is another problem, though it may begin at the same block.
            same = problem == mine if mine.code == "cycle" else problem.node == mine.node
            if problem.code == mine.code and same:
                return None
        return sum(p.level == "error" for p in left), len(left)

    # ---- making ---------------------------------------------------------------------------------

    def fix(self, template: str, *parts: Command, **fields: Any) -> Fix:
        why = template.format(**fields)
        return Fix(template=template, fields=fields, command=Together(why, parts))

    def add(
        self, operation: Operation, source: str | None, target: str | None, project: Project
    ) -> tuple[Command, ...]:
        """Put a block between two others, or beside the only one given, and make room for it."""
        node = Node(suggested_id(operation, project), operation)
        width = self.size(node)[0]
        moved: dict[str, Position] = {}
        if source is not None:
            before = project.node(source)
            x, y = before.position
            x += self.size(before)[0] / 2 + GAP + width / 2
        elif target is not None:
            behind = project.node(target)
            x, y = behind.position
            x -= self.size(behind)[0] / 2 + GAP + width / 2
        else:
            x, y = 0.0, 0.0
        replaced: Edge | None = None
        if source is not None and target is not None:
            replaced = (source, target)
            behind = project.node(target)
            edge = behind.position[0] - self.size(behind)[0] / 2
            shift = x + width / 2 + GAP - edge
            moving = reached(project, target)
            if shift > 0 and source not in moving:
                moved = {
                    n.id: (n.position[0] + shift, n.position[1])
                    for n in project.nodes
                    if n.id in moving
                }
        else:
            y = self._free(project, x, y, node)
        placed = msgspec.structs.replace(node, position=(x, y))
        adding = AddNode(placed, source, target, replaced)
        return (adding, MoveNodes(moved)) if moved else (adding,)

    def _free(self, project: Project, x: float, y: float, node: Node) -> float:
        """The nearest height from y downwards at which the block covers no other."""
        width, height = self.size(node)
        others = sorted((n.position, self.size(n)) for n in project.nodes)
        for _ in others:
            for (other_x, other_y), (w, h) in others:
                if abs(other_x - x) < (w + width) / 2 and abs(other_y - y) < (h + height) / 2:
                    y = other_y + (h + height) / 2 + GAP
                    break
            else:
                break
        return y

    # ---- asking ---------------------------------------------------------------------------------

    def sized(self, node_id: str) -> str | None:
        """The nearest layer at or before a node whose number of units can be set."""
        seen: set[str] = set()
        while node_id not in seen:
            seen.add(node_id)
            operation = self.project.node(node_id).operation
            if hasattr(operation, "units"):
                return node_id
            sources = self.inputs[node_id]
            if len(sources) != 1 or not isinstance(operation, Activation):
                return None
            node_id = sources[0]
        return None

    def end(self) -> str | None:
        """The open end that lies furthest right among those with data behind them, if any have."""
        sources = {a for a, _ in self.project.edges}
        ends = [n for n in self.project.nodes if n.operation.has_output and n.id not in sources]
        fed = [n for n in ends if self._fed(n.id)]
        among = fed or ends
        return max(among, key=lambda n: n.position[0]).id if among else None

    def _fed(self, node_id: str) -> bool:
        return any(
            self.project.node(i).operation.kind == "input"
            for i in ancestors(self.inputs, [node_id])
        )

    def feeders(self) -> list[str]:
        """Who could feed this block, likeliest first: open ends before others, near before far."""
        me = self.node
        taken = {a for a, _ in self.project.edges}
        found = [
            n
            for n in self.project.nodes
            if n.operation.has_output and connection_error(self.project, n.id, me.id) is None
        ]
        found.sort(
            key=lambda n: (
                n.id in taken,
                n.position[0] > me.position[0],
                abs(n.position[0] - me.position[0]) + abs(n.position[1] - me.position[1]),
            )
        )
        return [n.id for n in found]

    def losses(self) -> Iterator[type[Loss]]:
        """The usual losses for the data, likeliest first."""
        wanted = ["MeanSquaredError"]
        if self.table.classes is not None:
            wanted = ["BinaryCrossEntropy", "CategoricalCrossEntropy"]
            if self.table.classes != 2:
                wanted.reverse()
        known = declare.registry(Operation)
        for name in wanted:
            cls = known.get(name)
            if cls is not None and issubclass(cls, Loss):
                yield cls


def reached(project: Project, start: str) -> set[str]:
    """A node and all that its output leads to."""
    after: dict[str, list[str]] = {}
    for a, b in project.edges:
        after.setdefault(a, []).append(b)
    found: set[str] = set()
    todo = [start]
    while todo:
        node = todo.pop()
        if node not in found:
            found.add(node)
            todo.extend(after.get(node, ()))
    return found
