"""Random values, operations, projects and commands, derived from the declarations."""

from __future__ import annotations

from typing import Any, TypeVar, cast

import msgspec
import numpy as np
from hypothesis import strategies as st

from netbuilder import declare
from netbuilder.data.dataset import Dataset
from netbuilder.data.prepare import target_width
from netbuilder.data.sets.table import TableData
from netbuilder.declare import Declared, Parameter, Settings
from netbuilder.engine.initializers.values import Values
from netbuilder.engine.operation import Operation
from netbuilder.engine.settings import Training
from netbuilder.project import commands
from netbuilder.project.commands import Command
from netbuilder.project.model import Node, Project, Weights, freeze, suggested_id, unique_id
from netbuilder.project.set_weight import SetWeight

S = TypeVar("S", bound=Settings)

LARGE = 12  # above this, whole numbers that mean sizes would only cost time


def finite(limit: float = 1e6) -> st.SearchStrategy[float]:
    return st.floats(-limit, limit)


def value(p: Parameter, *, small: bool = False) -> st.SearchStrategy[Any]:
    """Any value that a declared parameter accepts; `small` bounds whole numbers."""
    found: st.SearchStrategy[Any]
    if p.kind == "bool":
        found = st.booleans()
    elif p.kind == "int":
        low, high = int(p.minimum or 0), int(p.maximum if p.maximum is not None else 10**6)
        if small:
            high = min(high, low + LARGE)
        found = st.integers(low + p.exclusive_minimum, high - p.exclusive_maximum)
    elif p.kind == "float":
        found = st.floats(
            -1e6 if p.minimum is None else p.minimum,
            1e6 if p.maximum is None else p.maximum,
            exclude_min=p.exclusive_minimum,
            exclude_max=p.exclusive_maximum,
        )
    elif p.kind == "choice":
        found = st.sampled_from(p.choices)
    elif p.kind == "text":
        found = st.text(max_size=20)
    elif p.kind == "family":
        found = members(p.struct, small=small)
    elif p.kind == "settings":
        found = instances(p.struct, small=small)
    else:
        found = st.just(p.default)  # arrays whose rules only their class knows: see `special`
    return st.none() | found if p.optional else found


def rows(height: int, width: int) -> st.SearchStrategy[tuple[tuple[float, ...], ...]]:
    row = st.tuples(*[finite()] * width)
    return st.tuples(*[row] * height)


def values() -> st.SearchStrategy[Values]:
    shape = st.integers(1, 4)
    tables = st.tuples(shape, shape).flatmap(lambda s: rows(*s))
    lists = st.lists(finite(), max_size=5).map(tuple)
    return st.builds(lambda v: Values(values=v), tables | lists)


@st.composite
def tables(draw: st.DrawFn) -> TableData:
    n, features = draw(st.integers(1, 6)), draw(st.integers(1, 3))
    x = draw(rows(n, features))
    if draw(st.booleans()):
        labels = draw(st.lists(st.integers(0, 3), min_size=n, max_size=n))
        column = tuple((float(k),) for k in labels)
        return TableData(x=x, y=column, task="classification" if draw(st.booleans()) else "auto")
    y = draw(rows(n, draw(st.integers(1, 2))))
    return TableData(x=x, y=y, task="regression" if draw(st.booleans()) else "auto")


def instances(cls: type[S], *, small: bool = False) -> st.SearchStrategy[S]:
    """Any valid object of a declared class."""
    if issubclass(cls, Values):
        return cast(st.SearchStrategy[S], values())
    if issubclass(cls, TableData):
        return cast(st.SearchStrategy[S], tables())
    return st.builds(cls, **{p.name: value(p, small=small) for p in declare.parameters(cls)})


def members(family: type[Declared], *, small: bool = False) -> st.SearchStrategy[Any]:
    """Any valid object of any registered class of a family."""
    return st.sampled_from(sorted(declare.registry(family))).flatmap(
        lambda name: instances(declare.registry(family)[name], small=small)
    )


# Names as people give them: letters of any script, signs, spaces; nothing that cannot be shown.
names = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=12
).filter(lambda name: name.strip() == name)
positions = st.tuples(finite(1e6), finite(1e6))


def arrays() -> st.SearchStrategy[Any]:
    shape = st.integers(1, 3)
    number = st.floats(allow_nan=False, allow_infinity=False)
    lists = st.lists(number, min_size=1, max_size=4)
    tables = st.tuples(shape, shape).flatmap(
        lambda s: st.lists(
            st.lists(number, min_size=s[1], max_size=s[1]), min_size=s[0], max_size=s[0]
        )
    )
    return (lists | tables).map(freeze)


@st.composite
def projects(draw: st.DrawFn, *, small: bool = False, weights: bool = True) -> Project:
    """Any project: valid parameters, but wires and shapes as they come."""
    ids = draw(st.lists(names, max_size=6, unique=True))
    nodes = tuple(Node(i, draw(members(Operation, small=small)), draw(positions)) for i in ids)
    edges: list[tuple[str, str]] = []
    if ids:
        end = st.sampled_from(ids)
        edges = draw(st.lists(st.tuples(end, end), max_size=10, unique=True))
    held: Weights = {}
    if weights and ids:
        named = st.dictionaries(st.sampled_from(["W", "b"]), arrays(), min_size=1)
        held = draw(st.dictionaries(st.sampled_from(ids), named, max_size=3))
    return Project(
        name=draw(st.text(max_size=20)),
        nodes=nodes,
        edges=tuple(edges),
        dataset=draw(members(Dataset, small=small)),
        training=draw(instances(Training, small=small)),
        weights=held,
    )


@st.composite
def likely_projects(draw: st.DrawFn) -> Project:
    """A chain from data to a loss with a few faults at most: many of them can be trained."""
    kinds = declare.registry(Operation)
    inner = [n for n, c in kinds.items() if c.kind not in ("input", "loss") and c.inputs[0] <= 1]
    losses = [n for n, c in kinds.items() if c.kind == "loss"]
    types = draw(st.lists(st.sampled_from(inner), max_size=4))
    last = draw(st.sampled_from(losses))
    chosen: list[Operation] = [kinds["Input"]()]
    chosen += [draw(instances(kinds[name], small=True)) for name in types]
    dataset = draw(members(Dataset, small=True))
    one_hot = kinds[last].encoding == "one_hot"  # type: ignore[attr-defined]
    fitting = target_width(dataset.make(), one_hot)[0]
    units = draw(st.sampled_from([fitting, fitting, fitting, 1, 2, 3]))
    chosen.append(msgspec.structs.replace(cast(Any, kinds["Dense"]()), units=units))
    if kinds[last].after:  # type: ignore[attr-defined]
        chosen.append(kinds[kinds[last].after[0]]())  # type: ignore[attr-defined]
    chosen.append(draw(instances(kinds[last], small=True)))
    project = Project(dataset=dataset, training=draw(instances(Training, small=True)))
    for operation in chosen:
        before = project.nodes[-1].id if project.nodes else None
        node = Node(suggested_id(operation, project), operation)
        project = commands.AddNode(node, after=before).apply(project)
    ids = [n.id for n in project.nodes]
    extra = draw(st.lists(st.tuples(st.sampled_from(ids), st.sampled_from(ids)), max_size=1))
    edges = tuple(dict.fromkeys((*project.edges, *(extra if draw(st.booleans()) else ()))))
    return project.with_(edges=edges)


@st.composite
def command(draw: st.DrawFn, project: Project) -> Command:
    """A command that the project accepts."""
    ids = [n.id for n in project.nodes]
    possible = ["AddNode", "SetDataset", "SetTraining", "SetName", "AddGroup"]
    if ids:
        possible += ["RemoveNodes", "MoveNodes", "Connect", "Rename", "SetParameter", "SetWeights"]
        possible += ["SetWeight"]
    if project.edges:
        possible += ["Disconnect"]
    some = st.lists(st.sampled_from(ids), min_size=1, max_size=3, unique=True) if ids else None
    match draw(st.sampled_from(possible)):
        case "AddNode":
            operation = draw(members(Operation, small=True))
            node = Node(unique_id(draw(names), ids), operation, draw(positions))
            ends = st.none() | st.sampled_from(ids) if ids else st.none()
            gone = st.none() | st.sampled_from(project.edges) if project.edges else st.none()
            return commands.AddNode(node, draw(ends), draw(ends), draw(gone))
        case "AddGroup":
            a, b = draw(members(Operation, small=True)), draw(members(Operation, small=True))
            first = Node(unique_id("pasted", ids), a, draw(positions))
            second = Node(unique_id("pasted", [*ids, first.id]), b, draw(positions))
            return commands.AddGroup((first, second), ((first.id, second.id),))
        case "SetDataset":
            return commands.SetDataset(draw(members(Dataset, small=True)))
        case "SetTraining":
            p = draw(st.sampled_from(declare.parameters(Training)))
            return commands.SetTraining(p.name, draw(value(p, small=True)))
        case "SetName":
            return commands.SetName(draw(st.text(max_size=8)))
        case "RemoveNodes":
            assert some is not None
            return commands.RemoveNodes(tuple(draw(some)))
        case "MoveNodes":
            assert some is not None
            return commands.MoveNodes({i: draw(positions) for i in draw(some)})
        case "Connect":
            free = [(a, b) for a in ids for b in ids if (a, b) not in project.edges]
            if not free:
                return commands.SetName("full")
            return commands.Connect(*draw(st.sampled_from(free)))
        case "Disconnect":
            return commands.Disconnect((draw(st.sampled_from(project.edges)),))
        case "Rename":
            old = draw(st.sampled_from(ids))
            return commands.Rename(old, unique_id(draw(names), set(ids) - {old}))
        case "SetWeight":
            node_id = draw(st.sampled_from(ids))
            index = (draw(st.integers(0, 1)), draw(st.integers(0, 2)))
            return SetWeight(node_id, "W", index, draw(finite()), {"W": freeze(np.zeros((2, 3)))})
        case "SetWeights":
            node_id = draw(st.sampled_from(ids))
            return commands.SetWeights({node_id: {"W": draw(arrays())}})
        case _:
            node = project.node(draw(st.sampled_from(ids)))
            declared = declare.parameters(type(node.operation))
            if not declared:
                return commands.SetName("nothing to set")
            p = draw(st.sampled_from(declared))
            return commands.SetParameter(node.id, p.name, draw(value(p, small=True)))


def trained(project: Project, seed: int) -> Weights:
    """Some weights for each node, as if training had learned them."""
    rng = np.random.default_rng(seed)
    return {n.id: {"W": freeze(rng.normal(size=(2, 2)))} for n in project.nodes}
