"""Exact derivatives of formulas, simplified as people would write them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from netbuilder.engine.lab.expression import (
    MINUS_ONE,
    ONE,
    ZERO,
    Application,
    Choice,
    Constant,
    Expression,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Variable,
)


def derivative(f: Expression, name: str) -> Expression:
    """The derivative of f by a variable, by the rules of the textbooks."""
    match f:
        case Variable():
            return ONE if name == f.name else ZERO
        case Negative(inner):
            return times(MINUS_ONE, derivative(inner, name))
        case Sum(terms):
            return add(*(derivative(term, name) for term in terms))
        case Product(factors):
            found = []
            for place, factor in enumerate(factors):
                rest = factors[:place] + factors[place + 1 :]
                found.append(times(*rest, derivative(factor, name)))
            return add(*found)
        case Quotient(u, v):
            return _of_quotient(u, v, derivative(u, name), derivative(v, name))
        case Power(u, n):
            return _of_power(f, derivative(u, name), derivative(n, name))
        case Application(function, arguments):
            by = [derivative(argument, name) for argument in arguments]
            return ZERO if all(d == ZERO for d in by) else function.derive(arguments, by)
        case Choice(a, b, then, other):
            return choice(a, b, derivative(then, name), derivative(other, name))
    return ZERO  # a number


def _of_quotient(u: Expression, v: Expression, du: Expression, dv: Expression) -> Expression:
    if dv == ZERO:
        return divide(du, v)
    top = add(times(du, v), times(MINUS_ONE, u, dv))
    return divide(top, power(v, Number(2.0)))


def _of_power(f: Power, du: Expression, dn: Expression) -> Expression:
    u, n = f.base, f.exponent
    if dn == ZERO:
        return times(n, power(u, add(n, MINUS_ONE)), du)
    if du == ZERO:
        return times(f, logarithm(u), dn)
    return times(f, add(times(dn, logarithm(u)), divide(times(n, du), u)))


# ---- simplified formulas -------------------------------------------------------------------------


def add(*terms: Expression) -> Expression:
    """The sum, with numbers and like terms put together."""
    total = 0.0
    counts: dict[Expression, float] = {}
    for term in _flat(terms, Sum):
        count, rest = _split(term)
        if rest is None:
            total += count
        else:
            counts[rest] = counts.get(rest, 0.0) + count
    found = [
        Negative(rest) if count == -1 else times(Number(count), rest)
        for rest, count in counts.items()
        if count != 0
    ]
    if total != 0 or not found:
        # 1 - t^2 reads better than -t^2 + 1.
        first = total > 0 and bool(found) and found[0].opposite() is not None
        found.insert(0 if first else len(found), Number(total))
    return found[0] if len(found) == 1 else Sum(tuple(found))


def times(*factors: Expression) -> Expression:
    """The product: its number in front, powers of one base put together, one fraction bar."""
    count = 1.0
    exponents: dict[Expression, float] = {}
    above: list[Expression] = []
    below: list[Expression] = []
    waiting = list(factors)
    while waiting:
        factor = waiting.pop(0)
        if isinstance(factor, Product):
            waiting[:0] = factor.factors
        elif isinstance(factor, Negative):
            waiting[:0] = (MINUS_ONE, factor.inner)
        elif isinstance(factor, Number):
            count *= factor.number
        elif isinstance(factor, Quotient):
            waiting.insert(0, factor.above)
            below.append(factor.below)
        elif isinstance(factor, Power) and isinstance(factor.exponent, Number):
            base, n = factor.base, factor.exponent.number
            exponents[base] = exponents.get(base, 0.0) + n
        elif isinstance(factor, Application | Variable | Sum | Choice):
            exponents[factor] = exponents.get(factor, 0.0) + 1.0
        else:
            above.append(factor)
    if count == 0 or not np.isfinite(count):
        # Beyond the largest number there is no formula; what is computed then is infinite as well.
        return ZERO if count == 0 else Product(factors)
    above += [power(base, Number(n)) for base, n in exponents.items() if n != 0]
    above.sort(key=_rank)
    if below:
        return divide(times(Number(count), *above), times(*below))
    if count != 1 or not above:
        above.insert(0, Number(count))
    return above[0] if len(above) == 1 else Product(tuple(above))


def power(base: Expression, exponent: Expression) -> Expression:
    """The power, without an exponent of 1 and without a base of 1."""
    if exponent == ZERO or base == ONE:
        return ONE
    return base if exponent == ONE else Power(base, exponent)


def divide(above: Expression, below: Expression) -> Expression:
    """The quotient; two numbers become one where that is exact."""
    if above == ZERO or below == ONE:
        return above
    if above == below:
        return ONE
    if isinstance(below, Negative) or below.opposite() is not None:
        return divide(times(MINUS_ONE, above), times(MINUS_ONE, below))
    if isinstance(below, Number) and below.number != 0:
        count, rest = _split(above)
        share = count / below.number
        if share == round(share):
            return times(Number(share), rest or ONE)
    if isinstance(above, Quotient):
        return Quotient(above.above, times(above.below, below))
    return Quotient(above, below)


def choice(a: Expression, b: Expression, then: Expression, other: Expression) -> Expression:
    """The choice, if there is one."""
    return then if then == other else Choice(a, b, then, other)


def logarithm(inner: Expression) -> Expression:
    """The natural logarithm; that of e is 1."""
    if isinstance(inner, Constant) and inner.name == "e":
        return ONE
    from netbuilder.engine.lab.elementary import FUNCTIONS  # which needs this module

    return Application(FUNCTIONS["ln"], (inner,))


def _flat(terms: Sequence[Expression], kind: type[Sum]) -> list[Expression]:
    found: list[Expression] = []
    for term in terms:
        found += _flat(term.terms, kind) if isinstance(term, kind) else [term]
    return found


def _split(term: Expression) -> tuple[float, Expression | None]:
    # The number in front, and the rest; None for a number alone.
    if isinstance(term, Number):
        return term.number, None
    if isinstance(term, Negative):
        count, rest = _split(term.inner)
        return -count, rest
    if isinstance(term, Product) and isinstance(term.factors[0], Number):
        rest_of = term.factors[1:]
        return term.factors[0].number, rest_of[0] if len(rest_of) == 1 else Product(rest_of)
    return 1.0, term


def _rank(factor: Expression) -> int:
    # Names, then brackets, then functions, each with its powers: 2 x (x + 1) cos(x).
    bare = factor
    if isinstance(factor, Power):
        if not isinstance(factor.exponent, Number):
            return 4  # e^x is like a function
        bare = factor.base
    order = (Number, Constant, Variable, Sum, Application, Choice)
    return next((k for k, kind in enumerate(order) if isinstance(bare, kind)), 3)
