"""What can be done about a problem by one click: each remedy a text and one command.

One function for each problem code proposes commands; a proposal is offered only when the network is
really rid of the problem after it, best first: the fewer problems are left, the better.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Any

from netbuilder import declare
from netbuilder.data.dataset import Table
from netbuilder.data.prepare import target_width
from netbuilder.engine.activation import Activation
from netbuilder.engine.graph import ancestors
from netbuilder.engine.loss import Loss
from netbuilder.engine.operation import Operation
from netbuilder.errors import NetbuilderError
from netbuilder.project.analysis import analyse, connection_error
from netbuilder.project.commands import (
    Connect,
    Disconnect,
    RemoveNodes,
    SetParameter,
    SetParameters,
)
from netbuilder.project.compound import Together, replacing
from netbuilder.project.model import Edge, Project
from netbuilder.project.problems import Problem
from netbuilder.project.remedy import Case, Fix, Size, reached, title_of, usual_size, with_article

MOST = 3  # remedies offered for one problem


Proposals = Iterator[Fix]
_table: dict[str, Callable[["Case"], Proposals]] = {}


def codes() -> tuple[str, ...]:
    """The problem codes for which there are remedies."""
    return tuple(_table)


def fixes(
    problem: Problem, project: Project, table: Table | None = None, size: Size | None = None
) -> list[Fix]:
    """The remedies of a problem, best first, each tried out on a copy of the project.

    `table` is the dataset already made, if it is; `size` tells how large a block is drawn.
    """
    propose = _table.get(problem.code)
    if propose is None or (problem.node is not None and not project.has(problem.node)):
        return []
    if table is None:
        try:
            table = project.dataset.make()
        except NetbuilderError:
            return []
    case = Case(problem, project, table, size or usual_size)
    rated = [(case.after(fix.command), fix) for fix in propose(case)]
    good = sorted(
        ((left, fix) for left, fix in rated if left is not None), key=lambda pair: pair[0]
    )
    return list({fix.text: fix for _, fix in good[:MOST]}.values())


def _for(*names: str) -> Callable[[Callable[[Case], Proposals]], Callable[[Case], Proposals]]:
    def enter(propose: Callable[[Case], Proposals]) -> Callable[[Case], Proposals]:
        for name in names:
            _table[name] = propose
        return propose

    return enter


# ---- the remedies -------------------------------------------------------------------------------


def _made(name: str, **values: Any) -> Operation:
    cls: Any = declare.registry(Operation)[name]
    made: Operation = cls(**values)
    return made


@_for("empty")
def _empty(case: Case) -> Proposals:
    yield case.fix("Add a Data block", *case.add(_made("Input"), None, None, case.project))


@_for("no_data")
def _no_data(case: Case) -> Proposals:
    targets = {b for _, b in case.project.edges}
    starts = [n for n in case.project.nodes if n.id not in targets and n.operation.inputs[1] != 0]
    start = max(
        starts, key=lambda n: (len(reached(case.project, n.id)), -n.position[0]), default=None
    )
    yield case.fix(
        "Add a Data block",
        *case.add(_made("Input"), None, start.id if start else None, case.project),
    )


@_for("many_data", "many_losses")
def _too_many(case: Case) -> Proposals:
    yield case.fix("Delete '{node}'", RemoveNodes((case.node.id,)), node=case.node.id)


@_for("no_loss")
def _no_loss(case: Case) -> Proposals:
    end = case.end()
    for cls in case.losses():
        title = title_of(cls)
        yield case.fix("Add {loss}", *case.add(cls(), end, None, case.project), loss=title)
        if end is None:
            continue
        for name in cls.after[:1]:
            between = _made(name)
            first = case.add(between, end, None, case.project)
            halfway = Together("", first).apply(case.project)
            added = next(n.id for n in halfway.nodes if not case.project.has(n.id))
            last = case.add(cls(), added, None, halfway)
            yield case.fix(
                "Add {activation} and {loss}",
                *first,
                *last,
                activation=with_article(title_of(between)),
                loss=title,
            )


@_for("cycle")
def _cycle(case: Case) -> Proposals:
    ring: list[str] = case.problem.fields["ring"].split(" → ")
    wires = [e for e in pairwise(ring) if e in case.project.edges]
    places = {n.id: n.position[0] for n in case.project.nodes}
    # The wire that runs back the furthest is the one that was drawn by mistake.
    for wire in sorted(wires, key=lambda e: places[e[1]] - places[e[0]]):
        yield _cut(case, wire)


def _cut(case: Case, wire: Edge) -> Fix:
    return case.fix(
        "Remove the wire {source} → {target}",
        Disconnect((wire,)),
        source=wire[0],
        target=wire[1],
    )


@_for("no_input", "few_inputs")
def _wire_it(case: Case) -> Proposals:
    me = case.node
    for feeder in case.feeders()[:4]:
        yield case.fix(
            "Connect '{source}' to '{target}'",
            Connect(feeder, me.id),
            source=feeder,
            target=me.id,
        )
    has_data = any(n.operation.kind == "input" for n in case.project.nodes)
    if not has_data and me.operation.inputs[0] == 1:
        yield case.fix("Add a Data block", *case.add(_made("Input"), None, me.id, case.project))
    if case.problem.level == "warning" or me.operation.inputs[0] > 1:
        yield case.fix("Delete '{node}'", RemoveNodes((me.id,)), node=me.id)


@_for("many_inputs")
def _unwire(case: Case) -> Proposals:
    me = case.node
    wires = [e for e in case.project.edges if e[1] == me.id]
    if me.operation.inputs[1] == 0:
        if len(wires) == 1:
            yield _cut(case, wires[0])
        else:
            yield case.fix("Remove the wires into '{node}'", Disconnect(tuple(wires)), node=me.id)
        return
    if len(wires) == 2:
        yield from (_cut(case, wire) for wire in reversed(wires))
        return
    for kept in reversed(wires):
        yield case.fix(
            "Keep only the wire from '{source}'",
            Disconnect(tuple(e for e in wires if e != kept)),
            source=kept[0],
        )


@_for("unused")
def _unused(case: Case) -> Proposals:
    me = case.node
    for other in case.project.nodes:
        open_ended = not case.inputs[other.id] and other.operation.inputs[0] > 0
        if open_ended and connection_error(case.project, me.id, other.id) is None:
            yield case.fix(
                "Connect '{source}' to '{target}'",
                Connect(me.id, other.id),
                source=me.id,
                target=other.id,
            )
    yield case.fix("Delete '{node}'", RemoveNodes((me.id,)), node=me.id)


@_for("shape")
def _shape(case: Case) -> Proposals:
    me = case.node
    widths = analyse(case.project, case.table).widths
    sources = case.inputs[me.id]
    for width in dict.fromkeys(widths[s] for s in sources if s in widths):
        for source in sources:
            layer = case.sized(source)
            if layer is not None and widths.get(source) != width:
                yield _units(case, layer, width)
    if me.operation.inputs[1] is None:
        for name, cls in declare.registry(Operation).items():
            if cls.inputs == me.operation.inputs and cls is not type(me.operation):
                yield _swap(case, me.id, _made(name))


def _units(case: Case, layer: str, units: int) -> Fix:
    many = "Use {units} units in '{layer}'" if units != 1 else "Use 1 unit in '{layer}'"
    return case.fix(many, SetParameter(layer, "units", units), units=units, layer=layer)


def _swap(case: Case, node_id: str, operation: Operation) -> Fix:
    old = case.project.node(node_id).operation
    return case.fix(
        "Use {new} instead of {old}",
        replacing(case.project, node_id, operation),
        new=title_of(operation),
        old=title_of(old),
    )


def _other_losses(case: Case, node_id: str) -> Proposals:
    old = type(case.project.node(node_id).operation)
    for cls in case.losses():
        if cls is not old:
            yield _swap(case, node_id, cls())


@_for("softmax_one")
def _softmax_one(case: Case) -> Proposals:
    me = case.node
    sigmoid = _swap(case, me.id, _made("Sigmoid"))
    yield sigmoid
    followers = [b for a, b in case.project.edges if a == me.id]
    losses = [b for b in followers if isinstance(case.project.node(b).operation, Loss)]
    for loss in losses:
        for cls in case.losses():
            old = case.project.node(loss).operation
            if type(old) is not cls:
                yield case.fix(
                    "Use Sigmoid and {new} instead of Softmax and {old}",
                    sigmoid.command,
                    replacing(case.project, loss, cls()),
                    new=title_of(cls),
                    old=title_of(old),
                )
    layer = case.sized(me.id)
    classes = case.table.classes or int(case.table.y.shape[1])
    if layer is not None and classes > 1:
        yield _units(case, layer, classes)


@_for("values")
def _values(case: Case) -> Proposals:
    me = case.node
    got = [int(p) for p in str(case.problem.fields["got"]).split(" × ") if p.isdigit()]
    if hasattr(me.operation, "units") and got and got[-1] > 0:
        yield _units(case, me.id, got[-1])
    for p in declare.parameters(type(me.operation)):
        if p.kind == "family" and getattr(me.operation, p.name) != p.default:
            yield case.fix(
                "{parameter} {how}",
                SetParameter(me.id, p.name, p.default),
                parameter=p.title,
                how=type(p.default).title if p.default is not None else "",
            )


@_for("loss_after")
def _loss_after(case: Case) -> Proposals:
    me = case.node
    assert isinstance(me.operation, Loss)
    (before, *_) = case.inputs[me.id]
    here = case.project.node(before).operation
    for name in me.operation.after:
        wanted = _made(name)
        if isinstance(here, Activation):
            yield _swap(case, before, wanted)
        yield case.fix(
            "Add {activation}",
            *case.add(wanted, before, me.id, case.project),
            activation=with_article(title_of(wanted)),
        )
    yield from _other_losses(case, me.id)


@_for("loss_raw")
def _loss_raw(case: Case) -> Proposals:
    before = case.problem.fields["before"]
    yield case.fix("Delete '{node}'", RemoveNodes((before,)), node=before)
    yield _swap(case, before, _made("Linear"))


@_for("loss_data")
def _loss_data(case: Case) -> Proposals:
    yield from _other_losses(case, case.node.id)


@_for("width")
def _width(case: Case) -> Proposals:
    me = case.node
    assert isinstance(me.operation, Loss)
    (before, *_) = case.inputs[me.id]
    layer = case.sized(before)
    for wanted in target_width(case.table, me.operation.encoding == "one_hot"):
        if layer is not None:
            yield case.fix(
                "Use 1 output unit" if wanted == 1 else "Use {units} output units",
                SetParameter(layer, "units", wanted),
                units=wanted,
            )
        else:
            yield from _add_dense(case, before, me.id, wanted)
    yield from _other_losses(case, me.id)


def _add_dense(case: Case, before: str, behind: str, units: int) -> Proposals:
    """A Dense layer in front of the activations that a loss follows."""
    seen: set[str] = set()
    while isinstance(case.project.node(before).operation, Activation) and before not in seen:
        seen.add(before)
        sources = case.inputs[before]
        if len(sources) != 1:
            break
        before, behind = sources[0], before
    yield case.fix(
        "Add a Dense layer with 1 unit" if units == 1 else "Add a Dense layer with {units} units",
        *case.add(_made("Dense", units=units), before, behind, case.project),
        units=units,
    )


@_for("loss_parameters")
def _loss_parameters(case: Case) -> Proposals:
    me = case.node
    for p in declare.parameters(type(me.operation)):
        if getattr(me.operation, p.name) != p.default:
            yield case.fix(
                "Reset '{parameter}' to its default",
                SetParameter(me.id, p.name, p.default),
                parameter=p.title,
            )


@_for("nothing_to_learn")
def _nothing_to_learn(case: Case) -> Proposals:
    losses = [n.id for n in case.project.nodes if isinstance(n.operation, Loss)]
    used = ancestors(case.inputs, losses)
    frozen = tuple(
        n.id
        for n in case.project.nodes
        if n.id in used and getattr(n.operation, "trainable", None) is False
    )
    if frozen:
        yield case.fix("Switch Trainable on", SetParameters(frozen, "trainable", True))
    for loss in losses[:1]:
        operation = case.project.node(loss).operation
        assert isinstance(operation, Loss)
        widths: Iterable[int] = target_width(case.table, operation.encoding == "one_hot")
        for units in widths:
            for before in case.inputs[loss][:1]:
                yield from _add_dense(case, before, loss, units)
