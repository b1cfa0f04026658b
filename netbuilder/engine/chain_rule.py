"""The gradient of a weight by the chain rule: a share for each sample, taken apart into factors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from netbuilder.engine.algebra.expression import (
    Entry,
    Expression,
    Place,
    Product,
    Quantity,
)
from netbuilder.engine.algebra.write import Latex, Text
from netbuilder.engine.nudge import Weight
from netbuilder.engine.story import entry, factors_of
from netbuilder.engine.walk import Walk


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


def chain_rule(walk: Walk, weight: Weight) -> ChainRule | None:
    """dJ/dw as a sum over the samples, each share taken apart into factors: what comes in times
    dJ/dz, and dJ/dz by its own line where that is a product (dJ/dh f'(z)). None for a frozen
    weight, and where an operation does not say how its gradient comes about."""
    grad = walk.grads.get(weight.node, {}).get(weight.name)
    if grad is None:
        return None
    line = walk.lines[grad.key]
    terms, penalties = _split(entry(line, weight.row, weight.column)._terms())
    plain = [factors_of(term) for term in terms]
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
    shares = [t for t in terms if _sample(factors_of(t)) is not None]
    return shares, [t for t in terms if _sample(factors_of(t)) is None]


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
            found += factors_of(entry(line, factor.place.row, factor.place.column))
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
