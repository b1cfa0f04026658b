"""The story of one number of a walk: what it is, how it comes about, how a weight is learned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from netbuilder.engine.activation import Activation
from netbuilder.engine.algebra.expression import (
    Entry,
    Expression,
    Negative,
    Number,
    Place,
    Product,
    Quantity,
    Sum,
)
from netbuilder.engine.algebra.follow import leaves, quantities
from netbuilder.engine.algebra.functions import Apply
from netbuilder.engine.algebra.write import Latex, Text
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
class Term:
    """One sample's share of a gradient as a product: (value, where it stands) for each factor. A
    penalty belongs to no sample."""

    sample: int | None
    factors: tuple[tuple[float, Place | None], ...]
    product: float


@dataclass(frozen=True)
class ChainRule:
    """dJ/dw, factor by factor: `latex` the rule, `columns` the names of the factors; the products
    of all terms make the total."""

    latex: str
    columns: tuple[str, ...]
    terms: tuple[Term, ...]
    penalty: str
    place: Place
    total: float


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


@lru_cache(maxsize=4)
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
    found = [formula(each, place.row, place.column) for each in _needed(stage, line)]
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
        term = Product(*before, *_factors(term)) if before else term
        places = [leaf.place for leaf in leaves(term) if isinstance(leaf, Entry)]
        found.append(Summand(term, places[0] if places else None, float(term.value[0, 0])))
    return found


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


def _needed(stage: Stage, line: Line) -> list[Line]:
    """The lines of a stage that a line of it stands on, and the line itself."""
    by_key: dict[str, Line] = {}
    for each in stage.lines:
        if each.result.key not in by_key or not each.aside:
            by_key[each.result.key] = each
    by_key[line.result.key] = line
    wanted, todo = {line.result.key}, [line]
    while todo:
        for quantity in quantities(todo.pop().expression):
            if quantity.key in by_key and quantity.key not in wanted:
                wanted.add(quantity.key)
                todo.append(by_key[quantity.key])
    # The order of computing; of two with one key (a new state and the state before) the last.
    return [each for each in by_key.values() if each.result.key in wanted]


# ---- the chain rule ------------------------------------------------------------------------------


def chain_rule(walk: Walk, weight: Weight) -> ChainRule | None:
    """dJ/dw as a sum over the samples, each share taken apart into factors: what comes in times
    dJ/dz, and dJ/dz by its own line where that is a product (dJ/dh f'(z)). None for a frozen
    weight, and where an operation does not say how its gradient comes about."""
    grad = walk.grads.get(weight.node, {}).get(weight.name)
    if grad is None:
        return None
    line = walk.lines[grad.key]
    terms, penalties = _split(entry(line, weight.row, weight.column)._terms())
    plain = [_factors(term) for term in terms]
    finer = [_unfolded(walk, factors) for factors in plain]
    alike = len({len(factors) for factors in finer}) == 1
    shares = finer if alike else plain
    if not shares or len({len(factors) for factors in shares}) != 1:
        return None
    parts = []
    for factors in shares:
        product = Product(*factors) if len(factors) > 1 else factors[0]
        parts.append(Term(_sample(factors), _values(factors), float(product.value[0, 0])))
    parts += [Term(None, (), float(term.value[0, 0])) for term in penalties]
    latex = _ForAll().write(Product(*shares[0]) if len(shares[0]) > 1 else shares[0][0])
    if len(shares) > 1:
        latex = rf"\sum_s {latex}"
    latex += "".join(f" + {_ForAll().write(term)}" for term in penalties)
    place = Place(grad.key, weight.row, weight.column)
    names = tuple(_ForEach().write(f) for f in shares[0])
    result = _ForAll().write(grad.at(weight.row, weight.column))
    penalty = " + ".join(_ForEach().write(term) for term in penalties)
    total = float(grad.values[weight.row, weight.column])
    return ChainRule(f"{result} = {latex}", names, tuple(parts), penalty, place, total)


def _split(terms: Sequence[Expression]) -> tuple[list[Expression], list[Expression]]:
    """The samples' shares, and the penalties, which belong to none."""
    shares = [t for t in terms if _sample(_factors(t)) is not None]
    return shares, [t for t in terms if _sample(_factors(t)) is None]


def _factors(term: Expression) -> list[Expression]:
    if isinstance(term, Negative):
        return [Number(-1.0), *_factors(term.operands[0])]
    return list(term._factors())


def _unfolded(walk: Walk, factors: Sequence[Expression]) -> list[Expression]:
    """With each error that is a product replaced by its factors."""
    found: list[Expression] = []
    for factor in factors:
        line = walk.lines.get(factor.place.key) if isinstance(factor, Entry) else None
        if (
            line is not None
            and isinstance(factor, Entry)
            and factor.quantity.symbol.grad
            and isinstance(line.expression, Product)
        ):
            found += _factors(entry(line, factor.place.row, factor.place.column))
        else:
            found.append(factor)
    return found


def _sample(factors: Sequence[Expression]) -> int | None:
    for factor in factors:
        if isinstance(factor, Entry) and factor.quantity.rows.side == "sample":
            return factor.place.row
        inside = _sample(factor.operands)
        if inside is not None:
            return inside
    return None


def _values(factors: Sequence[Expression]) -> tuple[tuple[float, Place | None], ...]:
    return tuple((float(f.value[0, 0]), f.place if isinstance(f, Entry) else None) for f in factors)


def _columns_only(a: Quantity | Entry) -> str | None:
    """The index without the sample's; None for what belongs to no sample."""
    if not isinstance(a, Entry) or a.quantity.rows.side != "sample":
        return None
    unit = a.quantity.columns.side == "unit"
    return str(a.place.column + 1) if unit else ""


class _ForEach(Text):
    """Names of the factors above a table of all samples: x₁ rather than x₁₁."""

    def name(self, a: Quantity | Entry) -> str:
        index = _columns_only(a)
        if index is None or not isinstance(a, Entry):
            return super().name(a)
        return a.quantity.symbol.entry(index).text() if index else a.quantity.symbol.text()


class _ForAll(Latex):
    """The same under a sum over the samples s."""

    def name(self, a: Quantity | Entry) -> str:
        index = _columns_only(a)
        if index is None or not isinstance(a, Entry):
            return super().name(a)
        if a.quantity.shape[0] < 2:
            return super().name(a)
        joined = f"s,{index}" if len(index) > 1 else f"s{index}"
        return a.quantity.symbol.entry(joined).latex()


def short_name(quantity: Quantity, place: Place) -> str:
    """One number's name without its sample: h¹₃."""
    return _ForEach().write(quantity.at(place.row, place.column))
