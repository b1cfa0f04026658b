"""Whole networks in one step: the command that puts one on the canvas, and those that are ready."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

import msgspec

from netbuilder.data.dataset import Table
from netbuilder.data.prepare import target_width
from netbuilder.engine.activations.relu import ReLU
from netbuilder.engine.activations.sigmoid import Sigmoid
from netbuilder.engine.activations.softmax import Softmax
from netbuilder.engine.activations.step import Step
from netbuilder.engine.activations.tanh import Tanh
from netbuilder.engine.initializers.he_normal import HeNormal
from netbuilder.engine.layers.add import Add
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.layers.input import Input
from netbuilder.engine.losses.binary_cross_entropy import BinaryCrossEntropy
from netbuilder.engine.losses.categorical_cross_entropy import CategoricalCrossEntropy
from netbuilder.engine.losses.mean_squared_error import MeanSquaredError
from netbuilder.engine.losses.perceptron_criterion import PerceptronCriterion
from netbuilder.engine.operation import Operation
from netbuilder.project.arrange import Size, tidy
from netbuilder.project.commands import Command, CommandError
from netbuilder.project.model import Edge, Node, Project, Weights, unique_id

Part = tuple[str, Operation]  # a name and what stands under it


class BuildNetwork(Command, frozen=True):
    """Put a whole network in the place of the one that is there; data and training stay."""

    template: ClassVar[str] = "{why}"
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    why: str = "New network"

    @property
    def fields(self) -> dict[str, Any]:
        return {"why": self.why}

    def apply(self, project: Project) -> Project:
        if (self.nodes, self.edges) == (project.nodes, project.edges):
            return project
        return project.with_(nodes=self.nodes, edges=self.edges, weights={})

    def carry(self, weights: Weights, *, back: bool) -> Weights:
        # A block of the same name is not the same block: what it learned must not pass over.
        return {}


@dataclass(frozen=True)
class Sketch:
    """A network before it has its places: parts in order, and wires by name."""

    parts: tuple[Part, ...]
    edges: tuple[Edge, ...]

    def command(self, size: Size, why: str) -> BuildNetwork:
        """Lay it out for blocks of these sizes, its first block at the origin."""
        nodes = tuple(Node(name, operation) for name, operation in self.parts)
        places = tidy(Project(nodes=nodes, edges=self.edges), size)
        placed = tuple(msgspec.structs.replace(n, position=places[n.id]) for n in nodes)
        return BuildNetwork(placed, self.edges, why)


def chain(parts: Sequence[Part]) -> Sketch:
    """Parts one behind the other."""
    names = [name for name, _ in parts]
    return Sketch(tuple(parts), tuple(pairwise(names)))


def numbered(stem: str, count: int, of: int) -> str:
    """ "hidden" for one of one, "hidden 2" for the second of several."""
    return stem if of == 1 else f"{stem} {count}"


def hidden_parts(units: Sequence[int], activations: Sequence[Operation]) -> list[Part]:
    """A Dense layer and its activation for each size."""
    parts: list[Part] = []
    for k, (count, activation) in enumerate(zip(units, activations, strict=True), start=1):
        layer = Dense(units=count)
        if isinstance(activation, ReLU):
            # Half of the units are silent at the start: the other half must speak twice as loud.
            layer = msgspec.structs.replace(layer, weight_init=HeNormal())
        parts.append((numbered("hidden", k, len(units)), layer))
        stem = type(activation).__name__.lower()
        parts.append((unique_id(stem, (name for name, _ in parts)), activation))
    return parts


def ending(table: Table) -> tuple[int, Operation | None, Operation]:
    """What fits a table best: the number of outputs, their activation if any, and the loss."""
    if table.classes is None:
        return target_width(table, False)[0], None, MeanSquaredError()
    if 1 in target_width(table, False):
        return 1, Sigmoid(), BinaryCrossEntropy()
    return table.classes, Softmax(), CategoricalCrossEntropy()


def ending_parts(
    taken: Sequence[Part], units: int, out: Operation | None, loss: Operation
) -> list[Part]:
    """The output layer, its activation and the loss, as parts."""
    names = [name for name, _ in taken]
    parts: list[Part] = [("output", Dense(units=units))]
    if out is not None:
        parts.append((unique_id(type(out).__name__.lower(), names), out))
    return [*taken, *parts, ("loss", loss)]


# ---- what is ready ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Template:
    """A network for any data that it makes sense for. `sketch` raises CommandError for others."""

    name: str
    title: str
    summary: str
    sketch: Callable[[Table], Sketch]


def _mlp(hidden: Sequence[int], activation: type[Operation]) -> Callable[[Table], Sketch]:
    def sketch(table: Table) -> Sketch:
        parts = [("data", Input()), *hidden_parts(hidden, [activation() for _ in hidden])]
        return chain(ending_parts(parts, *ending(table)))

    return sketch


def _classes_only(table: Table, title: str) -> None:
    if table.classes is None:
        raise CommandError(
            detail=f"{title} is for classes, but the data has numbers as targets: take Regression,"
            " or other data."
        )


def _logistic(table: Table) -> Sketch:
    _classes_only(table, "Logistic regression")
    return chain(ending_parts([("data", Input())], *ending(table)))


def _perceptron(table: Table) -> Sketch:
    _classes_only(table, "A perceptron")
    units = target_width(table, False)[0]
    return chain(ending_parts([("data", Input())], units, Step(), PerceptronCriterion()))


def _regression(table: Table) -> Sketch:
    parts = [("data", Input()), *hidden_parts((16,), (Tanh(),))]
    units = target_width(table, False)[0]
    return chain(ending_parts(parts, units, None, MeanSquaredError()))


def _residual(table: Table) -> Sketch:
    units, blocks = 8, 2
    parts: list[Part] = [("data", Input()), ("stem", Dense(units=units)), ("tanh", Tanh())]
    edges: list[Edge] = [("data", "stem"), ("stem", "tanh")]
    here = "tanh"
    for k in range(1, blocks + 1):
        layer, activation, add = f"hidden {k}", f"tanh {k + 1}", f"add {k}"
        parts += [(layer, Dense(units=units)), (activation, Tanh()), (add, Add())]
        edges += [(here, layer), (layer, activation), (activation, add), (here, add)]
        here = add
    whole = ending_parts(parts, *ending(table))
    edges += pairwise([here, *(name for name, _ in whole[len(parts) :])])
    return Sketch(tuple(whole), tuple(edges))


_ALL = (
    Template(
        "logistic",
        "Logistic regression",
        "One layer and no hidden units: a straight boundary, with probabilities.",
        _logistic,
    ),
    Template(
        "mlp",
        "MLP for classes in the plane",
        "Two hidden layers of 8 units with Tanh: enough for XOR, the circle and the spiral.",
        _mlp((8, 8), Tanh),
    ),
    Template(
        "regression",
        "Regression",
        "One hidden layer, a linear output and the mean squared error.",
        _regression,
    ),
    Template(
        "perceptron",
        "Perceptron",
        "A hard step that learns from its mistakes only, as in 1958.",
        _perceptron,
    ),
    Template(
        "deep_sigmoid",
        "Deep sigmoid network",
        "Six sigmoid layers: watch the gradient vanish towards the data.",
        _mlp((8,) * 6, Sigmoid),
    ),
    Template(
        "residual",
        "Residual MLP",
        "Shortcuts past the hidden layers carry the gradient back.",
        _residual,
    ),
)

TEMPLATES: Mapping[str, Template] = {t.name: t for t in _ALL}
