"""The network as columns of neurons: which there are, and how they follow one another. No sizes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Literal, NamedTuple

from netbuilder.engine.graph import Vertex
from netbuilder.engine.walk import Walk

Kind = Literal["input", "neurons", "bar", "loss"]
MIXING = ("Softmax", "LogSoftmax")
"""Activations whose units depend on one another: they stand as a column of their own."""
SWEEPS = 4  # up and down through the ranks, to sort the branches


class Spot(NamedTuple):
    """A neuron: its column, and its number in it from 0."""

    column: int
    unit: int


class Weight(NamedTuple):
    """A line between neurons: the column where it ends, the unit of the column before it where it
    begins, and the unit where it ends."""

    column: int
    source: int
    unit: int


@dataclass(frozen=True)
class Column:
    """Some neurons one above the other. nodes: what they do, in order; the last gives the output.

    `pieces` is 0 where no weights lead here, and else how many of them lead from each neuron to
    each: a Maxout has several.
    """

    nodes: tuple[str, ...]
    kind: Kind
    units: int
    title: str
    rank: int
    pieces: int = 0

    @property
    def out(self) -> str:
        """The node whose output the neurons hold."""
        return self.nodes[-1]


@dataclass(frozen=True)
class Wire:
    """From a column to one further right. weights: from each to each; otherwise unit i leads to
    unit i + offset (or to the loss). lanes: its places in the ranks between."""

    source: int
    target: int
    weights: bool = False
    offset: int = 0
    lanes: tuple[int, ...] = ()


class Plan:
    """The columns of a walk's network, the wires between them, and the order in each rank."""

    def __init__(self, walk: Walk) -> None:
        self.columns: list[Column] = []
        self.wires: list[Wire] = []
        self.of_node: dict[str, int] = {}
        self._find(walk)
        self._lanes = 0
        self.ranks: list[list[int]] = self._ranked()
        """Of each rank from top to bottom: columns, and below 0 the lanes of wires that pass."""

    @property
    def loss(self) -> int:
        """The column of J."""
        return len(self.columns) - 1

    @cached_property
    def into(self) -> list[list[Wire]]:
        """The wires that end at each column."""
        return [[w for w in self.wires if w.target == c] for c in range(len(self.columns))]

    @cached_property
    def out_of(self) -> list[list[Wire]]:
        """The wires that begin at each column."""
        return [[w for w in self.wires if w.source == c] for c in range(len(self.columns))]

    def units_after(self, wire: Wire, unit: int) -> list[int]:
        """Where a wire leads from a unit of its source."""
        if self.columns[wire.target].kind == "loss":
            return [0]
        if wire.weights:
            return list(range(self.columns[wire.target].units))
        return [unit + wire.offset]

    def units_before(self, wire: Wire, unit: int) -> list[int]:
        """From which units of its source a wire leads to a unit."""
        units = self.columns[wire.source].units
        if wire.weights or self.columns[wire.target].kind == "loss":
            return list(range(units))
        return [unit - wire.offset] if 0 <= unit - wire.offset < units else []

    # ---- columns and wires ----------------------------------------------------------------------

    def _find(self, walk: Walk) -> None:
        network = walk.network
        users: dict[str, list[Vertex]] = {}
        for vertex in network.vertices:
            for u in vertex.inputs:
                users.setdefault(u, []).append(vertex)
        for vertex in network.vertices:
            if self._folded(walk, vertex, users):
                self._fold(vertex)
                continue
            width = network.widths[vertex.id]
            pieces = _pieces(walk, vertex)
            kind: Kind = "neurons" if pieces else "bar"
            if vertex.operation.kind == "input":
                kind = "input"
            rank = 1 + max((self.columns[self.of_node[u]].rank for u in vertex.inputs), default=-1)
            self._add(Column((vertex.id,), kind, width, vertex.id, rank, pieces))
            self._wire(walk, vertex, weights=pieces > 0)
        last = max(c.rank for c in self.columns)
        self._add(Column((walk.loss,), "loss", 1, walk.loss, last + 1))
        self.wires.append(Wire(self.of_node[network.output_id], len(self.columns) - 1))

    def _add(self, column: Column) -> None:
        self.of_node[column.out] = len(self.columns)
        self.columns.append(column)

    def _folded(self, walk: Walk, vertex: Vertex, users: dict[str, list[Vertex]]) -> bool:
        """Whether it is an activation right behind weights, seen by nobody between."""
        if vertex.operation.kind != "activation" or type(vertex.operation).__name__ in MIXING:
            return False
        (source,) = vertex.inputs
        before = self.columns[self.of_node[source]]
        plain = before.pieces == 1 and len(before.nodes) == 1
        return plain and len(users[source]) == 1 and source != walk.network.output_id

    def _fold(self, vertex: Vertex) -> None:
        c = self.of_node[vertex.inputs[0]]
        old = self.columns[c]
        nodes = (*old.nodes, vertex.id)
        self.columns[c] = Column(
            nodes, old.kind, old.units, " · ".join(nodes), old.rank, old.pieces
        )
        self.of_node[vertex.id] = c

    def _wire(self, walk: Walk, vertex: Vertex, *, weights: bool) -> None:
        widths = walk.network.widths
        place, target = 0, self.of_node[vertex.id]
        beside = widths[vertex.id] == sum(widths[u] for u in vertex.inputs)
        for u in vertex.inputs:
            self.wires.append(Wire(self.of_node[u], target, weights, place if beside else 0))
            place += widths[u]

    # ---- the order in the ranks -----------------------------------------------------------------

    def _ranked(self) -> list[list[int]]:
        ranks: list[list[int]] = [[] for _ in range(self.columns[-1].rank + 1)]
        for c, column in enumerate(self.columns):
            ranks[column.rank].append(c)
        for k, wire in enumerate(self.wires):
            first, last = self.columns[wire.source].rank, self.columns[wire.target].rank
            lanes = []
            for rank in range(first + 1, last):
                self._lanes += 1
                lanes.append(-self._lanes)
                ranks[rank].append(-self._lanes)
            self.wires[k] = Wire(wire.source, wire.target, wire.weights, wire.offset, tuple(lanes))
        links = [link for w in self.wires for link in pairwise((w.source, *w.lanes, w.target))]
        for sweep in range(SWEEPS):
            rightwards = sweep % 2 == 0
            places = range(1, len(ranks)) if rightwards else range(len(ranks) - 2, -1, -1)
            for r in places:
                near = ranks[r - 1] if rightwards else ranks[r + 1]
                side = [(b, a) if rightwards else (a, b) for a, b in links]
                ranks[r] = _sorted(ranks[r], near, side)
        return ranks


def _sorted(rank: list[int], near: list[int], links: Sequence[tuple[int, int]]) -> list[int]:
    """By the mean place of the neighbours; those without any stay where they are."""
    place = {thing: k for k, thing in enumerate(near)}
    middle: dict[int, float] = {}
    for k, thing in enumerate(rank):
        found = [place[b] for a, b in links if a == thing and b in place]
        share = (k + 0.5) / len(rank) * len(near) - 0.5
        middle[thing] = sum(found) / len(found) if found else share
    return sorted(rank, key=lambda thing: middle[thing])


def _pieces(walk: Walk, vertex: Vertex) -> int:
    """How many weights lead from each input to each unit; 0 for what has no such matrix."""
    named = walk.params.get(vertex.id, {})
    if "W" not in named or len(vertex.inputs) != 1:
        return 0
    rows, columns = named["W"].values.shape
    width = walk.network.widths[vertex.id]
    fits = rows == walk.network.widths[vertex.inputs[0]] and columns % width == 0
    return columns // width if fits else 0
