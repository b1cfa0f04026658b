"""The project: one immutable record of everything that a file holds.

A change makes a new record that shares the unchanged parts with the old one. That is what makes
undo exact, comparison cheap, and a copy handed to another thread safe.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from netbuilder.data.dataset import Dataset
from netbuilder.data.sets.xor import Xor
from netbuilder.engine.operation import Operation
from netbuilder.engine.settings import Training

Array = NDArray[Any]
Edge = tuple[str, str]
Position = tuple[float, float]
NAME_LENGTH = 60
REACH = 1e6  # how far from the origin a block may stand
Weights = Mapping[str, Mapping[str, Array]]  # node id -> parameter name -> values


class Node(msgspec.Struct, frozen=True):
    """One vertex of the network graph. The id is its name on the canvas and in the file."""

    id: str
    operation: Operation
    position: Position = (0.0, 0.0)

    @property
    def type(self) -> str:
        return type(self.operation).__name__


Column = tuple[float | None, ...]  # one value for each point of a curve; None: no finite number


class Packed(msgspec.Struct, frozen=True):
    """An array as text, bit for bit (`engine.state.packed`): a record can be compared with it."""

    shape: tuple[int, ...]
    float64: str


class SavedRun(msgspec.Struct, frozen=True, kw_only=True):
    """A run that is kept in the file: what it trained, its curves, and what it has learned."""

    number: int
    note: str = ""
    started: float = 0.0  # seconds since 1970; 0 is unknown
    finished_by: str = ""
    metric: str = ""
    given_weights: bool = False  # it did not begin from the weights that the seed draws
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    dataset: Dataset
    training: Training
    points: Mapping[str, Column]  # `engine.history.RUN`
    gradients: Mapping[str, Column] = {}  # the norm for each layer
    weights: Mapping[str, Mapping[str, Packed]] = {}  # at its end; of a large network none

    @property
    def project(self) -> "Project":
        """What it trained, without weights."""
        return Project(
            nodes=self.nodes, edges=self.edges, dataset=self.dataset, training=self.training
        )


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """The whole document."""

    name: str = "Untitled"
    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    dataset: Dataset = Xor()
    training: Training = Training()
    weights: Weights = {}
    run: Mapping[str, Any] | None = None  # where training was; made and read by `project.run`
    runs: tuple[SavedRun, ...] | None = None  # earlier ones; None: they are not saved

    def __eq__(self, other: object) -> bool:
        # Arrays have no plain truth value, so the comparison of fields that a record gets by
        # itself fails as soon as there are weights.
        if not isinstance(other, Project):
            return NotImplemented
        mine, theirs = (
            (p.name, p.nodes, p.edges, p.dataset, p.training, p.run, p.runs) for p in (self, other)
        )
        return mine == theirs and same_weights(self.weights, other.weights)

    def node(self, node_id: str) -> Node:
        """The node of that id. Raises KeyError."""
        for node in self.nodes:
            if node.id == node_id:
                return node
        raise KeyError(node_id)

    def has(self, node_id: str) -> bool:
        return any(n.id == node_id for n in self.nodes)

    def inputs_of(self, node_id: str) -> tuple[str, ...]:
        """Ids of the nodes whose outputs lead into this one, in the order of the wires."""
        return tuple(a for a, b in self.edges if b == node_id)

    def outputs_of(self, node_id: str) -> tuple[str, ...]:
        """Ids of the nodes that this one's output leads to."""
        return tuple(b for a, b in self.edges if a == node_id)

    def incoming(self) -> dict[str, tuple[str, ...]]:
        """For every node the ids of its inputs; one pass over the wires, however many there are."""
        lists: dict[str, list[str]] = {n.id: [] for n in self.nodes}
        for source, target in self.edges:
            lists[target].append(source)
        return {node_id: tuple(sources) for node_id, sources in lists.items()}

    def with_(self, **changes: Any) -> "Project":
        """A copy with some fields replaced."""
        return msgspec.structs.replace(self, **changes)


def name_fault(name: str) -> str | None:
    """What is wrong with a node's name, as a sentence, or None."""
    if not name.strip():
        return "A block needs a name: type at least one letter."
    if len(name) > NAME_LENGTH:
        return f"A name has at most {NAME_LENGTH} letters: shorten it."
    # Control characters, halves of letters and line breaks: they could not be shown or saved.
    if any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in name):
        return "A name is one line of letters: take out what cannot be shown."
    return None


def unique_id(wanted: str, taken: Iterable[str]) -> str:
    """`wanted`, or `wanted 2`, `wanted 3` … when it is taken."""
    names = set(taken)
    if wanted not in names:
        return wanted
    stem, _, number = wanted.rpartition(" ")
    if not (stem and number.isdigit()):
        stem = wanted
    k = 2
    while f"{stem} {k}" in names:
        k += 1
    return f"{stem} {k}"


def suggested_id(operation: Operation, project: Project) -> str:
    """A free id for a new node: "dense", "dense 2", "tanh", "data", "loss"."""
    stem = {"input": "data", "loss": "loss"}.get(operation.kind, type(operation).__name__.lower())
    return unique_id(stem, (n.id for n in project.nodes))


def freeze(values: Any) -> Array:
    """A read-only float64 copy, so that records can share it."""
    array = np.array(values, dtype=np.float64)
    array.flags.writeable = False
    return array


def same_weights(a: Weights, b: Weights) -> bool:
    """Whether two sets of weights are equal to the last bit."""
    if a is b:
        return True
    if a.keys() != b.keys():
        return False
    return all(
        a[n].keys() == b[n].keys()
        and all(
            a[n][p].tobytes() == b[n][p].tobytes() and a[n][p].shape == b[n][p].shape for p in a[n]
        )
        for n in a
    )
