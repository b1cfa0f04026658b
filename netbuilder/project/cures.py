"""What can be done about a run that does not learn: each a text and one command that is undone in
one step. All of them begin anew, from freshly drawn weights, unless said otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from netbuilder import declare
from netbuilder.data.dataset import Generated, Table
from netbuilder.engine.activation import Activation
from netbuilder.engine.clippings.by_global_norm import ByGlobalNorm
from netbuilder.engine.initializers.he_normal import HeNormal
from netbuilder.engine.initializers.xavier_uniform import XavierUniform
from netbuilder.engine.initializers.zeros import Zeros
from netbuilder.engine.layers.add import Add
from netbuilder.engine.layers.batch_norm import BatchNorm
from netbuilder.engine.layers.dropout import Dropout
from netbuilder.engine.operation import Operation
from netbuilder.engine.optimizers.adam import Adam
from netbuilder.errors import NetbuilderError
from netbuilder.project.analysis import analyse
from netbuilder.project.commands import (
    AddNode,
    Command,
    Connect,
    MoveNodes,
    SetDataset,
    SetParameter,
    SetTraining,
    SetWeights,
)
from netbuilder.project.compound import Together, replacing
from netbuilder.project.model import Node, Position, Project, Weights, suggested_id
from netbuilder.project.remedy import GAP, Fix, reached, title_of, usual_size

RECTIFIERS = ("ReLU", "LeakyReLU", "ReLU6", "ELU", "SELU", "GELU", "SiLU", "Mish", "Softplus")
STEP = usual_size(Node("", Add()))[0] + GAP
USUAL_SAMPLES = 500
PATIENCE = 10
CLIPPED = 1.0
DROPPED = 0.5  # of the units of a hidden layer
WIDE = 32  # units of a layer that can do without half of them


def fix(template: str, *parts: Command, **fields: Any) -> Fix:
    """A remedy that also forgets the weights, so that the network begins anew."""
    why = template.format(**fields)
    return Fix(template=template, fields=fields, command=Together(why, (*parts, SetWeights({}))))


def possible(
    project: Project, fixes: Iterable[Fix | None], table: Table | None = None
) -> tuple[Fix, ...]:
    """Those that change the project and leave it without errors; `table` is its dataset, made."""
    good = []
    for one in fixes:
        if one is None:
            continue
        try:
            changed = one.command.apply(project)
        except NetbuilderError:
            continue
        same = changed.with_(weights={}) == project.with_(weights={})
        made = table if changed.dataset is project.dataset else None
        if not same and not analyse(changed, made).errors:
            good.append(one)
    return tuple(good)


def weighted(project: Project) -> list[Node]:
    """The blocks whose first weights are drawn and learned."""
    return [
        n
        for n in project.nodes
        if hasattr(n.operation, "weight_init") and getattr(n.operation, "trainable", True)
    ]


def activations_behind(project: Project, node_id: str) -> Iterator[Node]:
    """The activations that the block's output reaches before the next layer with weights."""
    todo = list(project.outputs_of(node_id))
    seen: set[str] = set()
    while todo:
        node = project.node(todo.pop())
        if node.id in seen or hasattr(node.operation, "weight_init"):
            continue
        seen.add(node.id)
        if isinstance(node.operation, Activation):
            yield node
        todo.extend(project.outputs_of(node.id))


def _rectified(project: Project, node_id: str) -> bool:
    return any(n.type in RECTIFIERS for n in activations_behind(project, node_id))


def initialise(project: Project) -> Fix | None:
    """He before rectifiers, Xavier elsewhere; biases at 0."""
    parts: list[Command] = []
    names: set[str] = set()
    for node in weighted(project):
        rectified = _rectified(project, node.id)
        names.add("He" if rectified else "Xavier")
        wanted = HeNormal() if rectified else XavierUniform()
        parts.append(SetParameter(node.id, "weight_init", wanted))
        if hasattr(node.operation, "bias_init"):
            parts.append(SetParameter(node.id, "bias_init", Zeros()))
    if not parts:
        return None
    if len(names) == 2:
        return fix("Start with He and Xavier weights", *parts)
    return fix("Start with {name} weights", *parts, name=names.pop())


def zero_biases(project: Project) -> Fix | None:
    """All biases start at 0."""
    parts = [
        SetParameter(n.id, "bias_init", Zeros())
        for n in weighted(project)
        if getattr(n.operation, "bias_init", Zeros()) != Zeros()
    ]
    return fix("Start with biases of 0", *parts) if parts else None


def rectify(project: Project, nodes: Iterable[str], name: str = "ReLU") -> Fix | None:
    """Another activation in the places of these, with the weights that suit it."""
    made = declare.registry(Operation)[name]
    parts: list[Command] = []
    changed = project
    for node_id in nodes:
        swap = replacing(changed, node_id, made())
        parts.append(swap)
        changed = swap.apply(changed)
    if not parts:
        return None
    start = initialise(changed)
    if start is not None:
        assert isinstance(start.command, Together)
        parts += start.command.parts[:-1]
    return fix("Use {new} with He weights", *parts, new=title_of(made))


def normalise(project: Project) -> Fix | None:
    """A BatchNorm between each Dense block and its hidden activation; no biases are needed."""
    parts: list[Command] = []
    changed = project
    for node in weighted(project):
        behind = project.outputs_of(node.id)
        follows = len(behind) == 1 and isinstance(project.node(behind[0]).operation, Activation)
        ahead = reached(project, node.id) - {node.id}
        if not follows or not any(n.id in ahead for n in weighted(project)):
            continue
        for part in _between(changed, BatchNorm(), node.id, behind[0]):
            parts.append(part)
            changed = part.apply(changed)
    return fix("Add Batch norm before each activation", *parts) if parts else None


def dropout(project: Project) -> Fix | None:
    """A Dropout behind each hidden activation, if all of them are wide and there is none yet."""
    widths = analyse(project).widths
    parts: list[Command] = []
    changed = project
    for node in weighted(project):
        behind = project.outputs_of(node.id)
        for hidden in (n for n in behind if isinstance(project.node(n).operation, Activation)):
            after = project.outputs_of(hidden)
            ahead = reached(project, hidden)
            if len(after) != 1 or not any(n.id in ahead for n in weighted(project)):
                continue
            if (widths.get(hidden) or 0) < WIDE:
                return None
            for part in _between(changed, Dropout(rate=DROPPED), hidden, after[0]):
                parts.append(part)
                changed = part.apply(changed)
    if not parts or any(isinstance(n.operation, Dropout) for n in project.nodes):
        return None
    return fix("Add Dropout {rate:g} behind each hidden activation", *parts, rate=DROPPED)


def _between(project: Project, operation: Operation, source: str, target: str) -> list[Command]:
    """Put a block into a wire and move what lies behind to the right."""
    here = project.node(source).position
    moving = reached(project, target)
    moved: dict[str, Position] = {
        n.id: (n.position[0] + STEP, n.position[1]) for n in project.nodes if n.id in moving
    }
    place = (here[0] + STEP, here[1])
    node = Node(suggested_id(operation, project), operation, place)
    return [MoveNodes(moved), AddNode(node, source, target, (source, target))]


def shortcuts(project: Project) -> Fix | None:
    """An Add block behind each activation whose layer is as wide as its input, with a wire past
    the layer: y = x + f(x)."""
    widths = analyse(project).widths
    parts: list[Command] = []
    changed = project
    short: dict[str, str] = {}  # a block -> the Add behind it
    for node in weighted(project):
        inputs, behind = project.inputs_of(node.id), project.outputs_of(node.id)
        if len(inputs) != 1 or len(behind) != 1:
            continue
        activation = behind[0]
        after = project.outputs_of(activation)
        inner = isinstance(project.node(activation).operation, Activation) and len(after) == 1
        source = short.get(inputs[0], inputs[0])
        if not inner or widths.get(inputs[0]) != widths.get(activation):
            continue
        if not any(n.id in reached(project, after[0]) for n in weighted(project)):
            continue
        name = suggested_id(Add(), changed)
        for part in (
            *_between(changed, Add(), activation, after[0]),
            Connect(source, name),
        ):
            parts.append(part)
            changed = part.apply(changed)
        short[activation] = name
    if not parts:
        return None
    start = initialise(changed)
    if start is not None:  # a shortcut is of no use past a layer that comes to nothing
        assert isinstance(start.command, Together)
        parts += start.command.parts[:-1]
    return fix("Add shortcuts (residual Add)", *parts)


def optimizer_rate(project: Project, rate: float) -> SetTraining:
    """The command for another learning rate."""
    changed = msgspec.structs.replace(project.training.optimizer, learning_rate=rate)
    return SetTraining("optimizer", changed)


def usual_rate(project: Project) -> float:
    """What the optimizer's learning rate is if nothing else is said."""
    cls = type(project.training.optimizer)
    return next(float(p.default) for p in declare.parameters(cls) if p.name == "learning_rate")


def slower(project: Project) -> Fix:
    """A tenth of the learning rate, or the usual one if that is smaller still."""
    rate = smaller_rate(project)
    return fix("Set the learning rate to {rate:g}", optimizer_rate(project, rate), rate=rate)


def smaller_rate(project: Project) -> float:
    """The next rate to try when the present one is too high."""
    return min(round_(project.training.optimizer.learning_rate / 10), usual_rate(project))


def faster(project: Project) -> Fix:
    """Ten times the learning rate, or the usual one if that is larger still."""
    now = project.training.optimizer.learning_rate
    rate = max(round_(now * 10), usual_rate(project))
    return fix("Set the learning rate to {rate:g}", optimizer_rate(project, rate), rate=rate)


def round_(value: float) -> float:
    """One or two digits are enough for a rate."""
    return float(f"{value:.2g}")


def adam(project: Project) -> Fix:
    """The optimizer that finds the size of its steps by itself."""
    best = Adam(learning_rate=0.01)
    return fix("Use Adam with rate {rate:g}", SetTraining("optimizer", best), rate=0.01)


def clip(project: Project) -> Fix:
    """No step longer than the learning rate."""
    return fix(
        "Clip the gradient to norm {limit:g}",
        SetTraining("clipping", ByGlobalNorm(limit=CLIPPED)),
        limit=CLIPPED,
    )


def stop_early(project: Project) -> Fix:
    """Stop when the test loss no longer falls, and go back to the best weights."""
    rules = msgspec.structs.replace(project.training.stop, patience=PATIENCE)
    return fix(
        "Stop early: after {epochs} epochs without a better test loss",
        SetTraining("stop", rules),
        epochs=PATIENCE,
    )


def more_samples(project: Project) -> Fix | None:
    """Ten times the samples, at least the usual number; only for data that are drawn."""
    data = project.dataset
    if not isinstance(data, Generated):
        return None
    wanted = min(max(USUAL_SAMPLES, 10 * data.samples), 100_000)
    return fix(
        "Draw {samples} samples",
        SetDataset(msgspec.structs.replace(data, samples=wanted)),
        samples=wanted,
    )


def hidden_layer(project: Project, units: int = 8) -> Fix | None:
    """A Dense block with a Tanh in front of the last layer with weights."""
    last = next(reversed(weighted(project)), None)
    sources = project.inputs_of(last.id) if last is not None else ()
    if last is None or len(sources) != 1:
        return None
    dense = declare.registry(Operation)["Dense"]
    tanh = declare.registry(Operation)["Tanh"]
    parts: list[Command] = []
    changed, source = project, sources[0]
    for operation in (_made(dense, units=units), tanh()):
        name = suggested_id(operation, changed)
        for part in _between(changed, operation, source, last.id):
            parts.append(part)
            changed = part.apply(changed)
        source = name
    return fix("Add a Dense layer with {units} units and a Tanh", *parts, units=units)


def _made(cls: Any, **values: Any) -> Operation:
    made: Operation = cls(**values)
    return made


def restore(project: Project, sound: Weights) -> Fix:
    """The last sound weights of a run that flew apart, and a smaller rate to go on with."""
    learned = {i: named for i, named in sound.items() if project.has(i)}
    rate = smaller_rate(project)
    template = "Restore the weights before it, and set the learning rate to {rate:g}"
    why = template.format(rate=rate)
    parts = (optimizer_rate(project, rate), SetWeights(learned))
    return Fix(template=template, fields={"rate": rate}, command=Together(why, parts))
