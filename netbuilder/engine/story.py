"""The story of one number of a walk: what it is, how it comes about, how a weight is learned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from netbuilder.engine.activation import Activation
from netbuilder.engine.algebra.expression import (
    Entry,
    Expression,
    Extreme,
    Negative,
    Number,
    Place,
    Product,
    Quantity,
    Sum,
)
from netbuilder.engine.algebra.follow import leaves, quantities
from netbuilder.engine.algebra.functions import Apply
from netbuilder.engine.nudge import Weight
from netbuilder.engine.scope import Line
from netbuilder.engine.walk import Stage, Walk

Kind = Literal[
    "weight", "gradient of weight", "new weight", "memory",
    "statistic", "input", "target", "output", "error", "loss", "other",
]  # fmt: skip
"""What a number can be. "memory": what an update has on its way to a new weight; "statistic": a
running mean or variance; "error": dJ by d an output; "other": what a node computes on the way."""


MOST_WRITTEN = 6
"""Numbers that a formula for a single number is written out with; of more the matrices stand."""
MOST_ALIKE = 4
"""Numbers of one quantity that are told on the way to another one."""
FEW_TERMS = 3
"""A longer sum is better read as a table."""


@dataclass(frozen=True)
class Subject:
    """What a place is: its kind, the node that it belongs to, and of a learned number which one it
    is. `name` tells what is computed on the way: "mean", "mask" …"""

    kind: Kind
    place: Place
    quantity: Quantity
    node: str
    weight: Weight | None = None
    name: str = ""

    @property
    def value(self) -> float:
        """The number."""
        return float(self.quantity.values[self.place.row, self.place.column])

    @property
    def sample(self) -> int | None:
        """The row of the walk that it belongs to; None for what belongs to no single sample."""
        return self.place.row if self.quantity.rows.side == "sample" else None


@dataclass(frozen=True)
class Formula:
    """result = expression for one number; `inside` is the expression with its function taken apart
    once, `place` that of the result. `whole`: a number that is made of whole matrices (a norm over
    all gradients) is written with them."""

    place: Place
    result: Expression
    expression: Expression
    inside: Expression | None = None
    whole: bool = False

    @property
    def value(self) -> float:
        """What comes out."""
        return float(self.result.value[0, 0])


@dataclass(frozen=True)
class Summand:
    """One term of a long sum: what it is, the same with numbers, and what it comes to."""

    symbols: Expression
    place: Place | None
    value: float


# ---- what it is ----------------------------------------------------------------------------------


def subject(walk: Walk, place: Place) -> Subject:
    """What a place of the walk is. Raises KeyError for a key that is not in the walk."""
    quantity = walk.quantities[place.key]
    known = _subjects(walk).get(place.key)
    if known is None:
        stage = walk.stages[walk.stage_of(place.key)]
        node = next((n for n in _nodes(walk) if place.key.startswith(f"{n}:")), stage.node)
        name = place.key.removeprefix(f"{node}:").removeprefix("d ").removeprefix("short ")
        return Subject("other", place, quantity, node, name=name)
    kind, node, name = known
    weight = None
    if kind in ("weight", "gradient of weight", "new weight", "memory"):
        param = walk.params[node][name.split(" ", 1)[0]]
        if quantity.shape == param.shape:
            weight = Weight(node, name.split(" ", 1)[0], place.row, place.column)
        elif kind == "memory":
            return Subject("other", place, quantity, node, name=name.split(" ", 1)[1])
    return Subject(kind, place, quantity, node, weight, name)


def _nodes(walk: Walk) -> list[str]:
    return sorted((*walk.outputs, walk.loss), key=len, reverse=True)


def _subjects(walk: Walk) -> dict[str, tuple[Kind, str, str]]:
    """Kind, node and name by the keys of all quantities but those on the way."""
    first = walk.network.vertices[0].id
    found: dict[str, tuple[Kind, str, str]] = {}
    for node, q in walk.outputs.items():
        found[q.key] = ("input" if node == first else "output", node, "")
        for key in walk.quantities:
            if key.startswith(f"{node}:output gradient"):
                found[key] = ("error", node, "")
    found[walk.targets.key] = ("target", walk.loss, "")
    found[f"{walk.loss}:J"] = ("loss", walk.loss, "")
    for node, named in walk.params.items():
        for name, q in named.items():
            learned = name in walk.grads.get(node, {})
            frozen = walk.network.slots[node].specs[name].learned
            found[q.key] = ("weight" if learned or frozen else "statistic", node, name)
            for key in walk.quantities:
                if learned and key.startswith(f"{node}:{name} "):
                    found[key] = ("memory", node, key.removeprefix(f"{node}:"))
            found[f"{node}:new running {name}"] = ("statistic", node, name)
    for node, named in walk.grads.items():
        for name, q in named.items():
            found[q.key] = ("gradient of weight", node, name)
            found[f"{node}:new {name}"] = ("new weight", node, name)
    return found


# ---- how it comes about --------------------------------------------------------------------------


def entry(line: Line, row: int, column: int) -> Expression:
    """The expression of one number of a line; its operands may be spread out over the result."""
    rows, columns = line.expression.shape
    return line.expression.at(row if rows > 1 else 0, column if columns > 1 else 0)


def formula(line: Line, row: int, column: int) -> Formula:
    """The line, written for one of its numbers."""
    rows, columns = line.result.shape
    row, column = min(row, rows - 1), min(column, columns - 1)
    place = Place(line.result.key, row, column)
    # What is made of many matrices would be a sum of hundreds of numbers.
    size = sum(q.values.size for q in quantities(line.expression))
    whole = line.result.is_scalar and size > MOST_WRITTEN
    expression = line.expression if whole else entry(line, row, column)
    inside = expression.inside() if isinstance(expression, Apply) else None
    return Formula(place, line.result.at(row, column), expression, inside, whole)


def formulas(walk: Walk, place: Place) -> list[Formula]:
    """How a number comes about: what is computed on the way in its stage, then its own line. An
    activation's output begins with the z that it is made of."""
    line = walk.lines.get(place.key)
    if line is None:
        return []
    stage = walk.stages[walk.stage_of(place.key)]
    found = _on_the_way(stage, line, place)
    vertex = next((v for v in walk.network.vertices if v.id == stage.node), None)
    if (
        stage.phase == "forward"
        and vertex is not None
        and isinstance(vertex.operation, Activation)
        and vertex.operation.elementwise
    ):
        before = walk.lines.get(walk.outputs[vertex.inputs[0]].key)
        if before is not None:
            found.insert(0, formula(before, place.row, place.column))
    return found


def follows(walk: Walk, place: Place) -> Formula | None:
    """h = f(z), where the number is the z of an elementwise activation."""
    for vertex in walk.network.vertices:
        operation = vertex.operation
        if not (isinstance(operation, Activation) and operation.elementwise):
            continue
        if walk.outputs[vertex.inputs[0]].key == place.key:
            return formula(walk.lines[walk.outputs[vertex.id].key], place.row, place.column)
    return None


def summands(walk: Walk, place: Place) -> list[Summand]:
    """The terms of a number that is a sum of many: x w for each input, a loss for each sample. A
    factor before the sum, as 1/m, is taken into each term. Empty for short sums and all else."""
    line = walk.lines.get(place.key)
    if line is None:
        return []
    expression = entry(line, place.row, place.column)
    before: list[Expression] = []
    if isinstance(expression, Product) and isinstance(expression.operands[-1], Sum):
        *before, expression = expression.operands
    if not isinstance(expression, Sum) or len(expression.operands) <= FEW_TERMS:
        return []
    found = []
    for term in expression.operands:
        term = Product(*before, *factors_of(term)) if before else term
        places = [leaf.place for leaf in leaves(term) if isinstance(leaf, Entry)]
        found.append(Summand(term, places[0] if places else None, float(term.value[0, 0])))
    return found


def factors_of(term: Expression) -> list[Expression]:
    """The factors of a product; a minus sign is a factor -1."""
    if isinstance(term, Negative):
        return [Number(-1.0), *factors_of(term.operands[0])]
    return list(term._factors())


def asides(walk: Walk, place: Place) -> list[Formula]:
    """The same number, shown in another way."""
    return [
        formula(line, place.row, place.column)
        for stage in walk.stages
        for line in stage.lines
        if line.aside and line.result.key == place.key
    ]


def update(walk: Walk, weight: Weight) -> list[Formula]:
    """How a weight is changed: clipping, decay and the optimizer's own lines, for this number."""
    line = walk.lines.get(f"{weight.node}:new {weight.name}")
    if line is None:
        return []
    stage = walk.stages[walk.stage_of(line.result.key)]
    mine = [
        each for each in stage.lines if each.result.key.startswith(f"{weight.node}:{weight.name} ")
    ]
    return [formula(each, weight.row, weight.column) for each in (*mine, line)]


def winner(f: Formula) -> int | None:
    """Which of several numbers is the largest or smallest, where that is what is looked for."""
    if not isinstance(f.expression, Extreme):
        return None
    values = [float(o.value[0, 0]) for o in f.expression.operands]
    return values.index(f.value) if f.value in values else None


def _on_the_way(stage: Stage, line: Line, place: Place) -> list[Formula]:
    """The formulas of this stage that a number of a line stands on, then its own. Of many numbers
    of one quantity only the one for the same sample or unit is told."""
    by_key: dict[str, Line] = {}
    for each in stage.lines:
        if each.result.key not in by_key or not each.aside:
            by_key[each.result.key] = each
    by_key[line.result.key] = line
    told: dict[str, dict[tuple[int, int], Formula]] = {}
    todo = [place]
    while todo:
        here = todo.pop()
        f = formula(by_key[here.key], here.row, here.column)
        told.setdefault(here.key, {})[here.row, here.column] = f
        if f.whole:
            continue
        wanted: dict[str, list[Place]] = {}
        for leaf in leaves(f.expression):
            if isinstance(leaf, Entry) and leaf.place.key in by_key:
                wanted.setdefault(leaf.place.key, []).append(leaf.place)
        for key, places in wanted.items():
            if len(places) > MOST_ALIKE:
                rows, columns = by_key[key].result.shape
                places = [Place(key, min(place.row, rows - 1), min(place.column, columns - 1))]
            todo += [p for p in places if (p.row, p.column) not in told.get(key, {})]
    # In the order of computing.
    return [
        f
        for key in by_key
        if key in told
        for _, f in sorted(told[key].items(), key=lambda item: item[0])
    ]
