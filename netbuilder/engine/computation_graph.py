"""A graph of the computation of J: values, operations, and what runs between them.

What is folded is first built in full and then drawn together into one operation, so that its edges
carry the sums of what they stand for.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field, replace
from typing import Literal

from netbuilder.engine.algebra.expression import Place, Quantity
from netbuilder.engine.algebra.parts import Part
from netbuilder.engine.computation import Computation
from netbuilder.engine.operation import Array

Kind = Literal["value", "operation", "rest"]


@dataclass(frozen=True)
class Node:
    """A value, an operation, or the `count` values that are not drawn one by one (a rest).

    `value` (r, c) and `grad` are those of the value, or of the operation's result; `grad` is over
    all that a value is used for. They are known from `stage` and `grad_stage` on. An operation
    belongs to `group`, into which it folds, or comes from `within`, a function that was opened;
    `inner` is what opens it further. `part` and `at` tell what it does; folded ones have none.
    """

    key: str
    kind: Kind
    owner: str
    text: str
    value: Array
    grad: Array | None
    stage: int
    grad_stage: int | None
    quantity: Quantity | None = None
    place: Place | None = None
    part: Part | None = None
    at: tuple[int, int] | None = None
    group: str = ""
    within: str = ""
    inner: str = ""
    count: int = 0


@dataclass(frozen=True)
class Edge:
    """What runs forward, and dJ by it as this edge brings it back; None where the step needs no
    gradient, as on the way from the data."""

    source: str
    target: str
    value: Array
    grad: Array | None
    stage: int
    grad_stage: int | None


@dataclass
class Graph:
    """Nodes in the order in which they were met, edges, and the groups that there are."""

    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)

    @property
    def groups(self) -> frozenset[str]:
        """What can be folded, or is."""
        return frozenset(n.group for n in self.nodes.values() if n.group)

    @property
    def inner(self) -> frozenset[str]:
        """What can be opened further."""
        return frozenset(n.inner for n in self.nodes.values() if n.inner)


def without_needless(graph: Graph) -> Graph:
    """The same without gradients that lead to nothing that is learned or named."""
    into: dict[str, list[str]] = {k: [] for k in graph.nodes}
    for edge in graph.edges:
        into[edge.target].append(edge.source)
    needed: dict[str, bool] = {}
    for start in graph.nodes:
        todo = [start]
        while todo:
            node = graph.nodes[todo[-1]]
            if node.kind != "operation" or not into[node.key]:
                needed[node.key] = node.kind == "rest" or node.grad_stage is not None
                todo.pop()
                continue
            unknown = [k for k in into[node.key] if k not in needed]
            if not unknown:
                needed[node.key] = any(needed[k] for k in into[node.key])
                todo.pop()
            todo += unknown
    return Graph(
        {k: n if needed[k] else replace(n, grad=None) for k, n in graph.nodes.items()},
        [edge if needed[edge.source] else replace(edge, grad=None) for edge in graph.edges],
    )


def folded(computation: Computation, graph: Graph, closed: Set[str]) -> Graph:
    """The same with each closed group as one operation."""
    titles = {v.id: v.operation.title for v in computation.walk.network.vertices}
    titles[computation.walk.loss] = computation.walk.network.loss.title
    results = {computation.target, *(q.key for q in computation.walk.outputs.values())}
    into: dict[str, str] = {}
    for node in graph.nodes.values():
        if node.group in closed:
            into[node.key] = f"▸{node.group}"
        elif node.kind != "operation" and node.owner and node.owner in closed:
            into[node.key] = f"▸{node.owner}"
    if not into:
        return graph
    # Constants and what is left out go with the only operation that uses them.
    for edge in graph.edges:
        source = graph.nodes[edge.source]
        if edge.target in into and (source.quantity is None and source.kind != "operation"):
            into[edge.source] = into[edge.target]
    result = Graph()
    for node in graph.nodes.values():
        if node.key not in into:
            result.nodes[node.key] = node
        elif into[node.key] not in result.nodes and node.kind == "operation":
            whole = node.group in titles or node.group.rpartition("@")[0] in results
            title = titles[node.owner] if whole else node.text
            result.nodes[into[node.key]] = replace(
                node, key=into[node.key], text=title, part=None, inner="", within=""
            )
    merged: dict[tuple[str, str], Edge] = {}
    for edge in graph.edges:
        ends = into.get(edge.source, edge.source), into.get(edge.target, edge.target)
        if ends[0] == ends[1]:
            continue
        known = merged.get(ends)
        if known is None or ends[0].startswith("▸"):
            merged[ends] = replace(edge, source=ends[0], target=ends[1])
            continue
        grad = edge.grad if known.grad is None else known.grad
        if edge.grad is not None and known.grad is not None:
            grad = known.grad + edge.grad
        merged[ends] = replace(known, grad=grad)
    result.edges = list(merged.values())
    return result
