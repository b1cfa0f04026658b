"""Formulas as trees: their values, their exact derivatives and their LaTeX.

A parser makes the nodes as they are typed; `add`, `times`, `power` and `divide` make simplified
ones, of which derivatives consist. Values are float64; outside of a formula's domain they are NaN
or infinite, never an error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Env = Mapping[str, Any]  # the values of the variables, of one shape

SUM, PRODUCT, POWER, ATOM = range(4)  # how tightly a formula holds together, loosest first


@dataclass(frozen=True)
class Expression:
    """A formula or a part of one."""

    def value(self, env: Env) -> Any:
        """Its value at numbers or arrays of one shape."""
        raise NotImplementedError

    def derivative(self, name: str) -> Expression:
        """Its derivative by a variable, simplified."""
        raise NotImplementedError

    def variables(self) -> frozenset[str]:
        """The variables that it depends on."""
        return frozenset().union(*(part.variables() for part in self.parts()))

    def parts(self) -> tuple[Expression, ...]:
        """What it is made of."""
        return ()

    @property
    def level(self) -> int:
        """How tightly its LaTeX holds together."""
        return ATOM

    def latex(self) -> str:
        """How it is typeset."""
        raise NotImplementedError

    def latex_at(self, level: int) -> str:
        """How it is typeset where it must hold together as tightly as `level`."""
        return _bracketed(self.latex()) if self.level < level else self.latex()

    def opposite(self) -> Expression | None:
        """The formula without its minus sign; None if it has none in front."""
        return None


@dataclass(frozen=True)
class Number(Expression):
    """A finite number."""

    number: float

    def value(self, env: Env) -> Any:
        return np.float64(self.number)

    def derivative(self, name: str) -> Expression:
        return ZERO

    @property
    def level(self) -> int:
        if self.number < 0:
            return SUM
        return PRODUCT if "e" in f"{self.number:.6g}" else ATOM

    def latex(self) -> str:
        mantissa, _, exponent = f"{self.number:.6g}".partition("e")
        if not exponent:
            return mantissa
        power = f"10^{{{int(exponent)}}}"
        return power if mantissa == "1" else rf"{mantissa} \cdot {power}"

    def opposite(self) -> Expression | None:
        return Number(-self.number) if self.number < 0 else None


@dataclass(frozen=True)
class Constant(Expression):
    """A number with a name: pi or e."""

    name: str
    number: float

    def value(self, env: Env) -> Any:
        return np.float64(self.number)

    def derivative(self, name: str) -> Expression:
        return ZERO

    def latex(self) -> str:
        return r"\pi" if self.name == "pi" else self.name


@dataclass(frozen=True)
class Variable(Expression):
    """x or y."""

    name: str

    def value(self, env: Env) -> Any:
        return env[self.name]

    def derivative(self, name: str) -> Expression:
        return ONE if name == self.name else ZERO

    def variables(self) -> frozenset[str]:
        return frozenset((self.name,))

    def latex(self) -> str:
        return self.name


@dataclass(frozen=True)
class Negative(Expression):
    """Minus something, as it was typed."""

    inner: Expression

    def parts(self) -> tuple[Expression, ...]:
        return (self.inner,)

    def value(self, env: Env) -> Any:
        return -self.inner.value(env)

    def derivative(self, name: str) -> Expression:
        return times(MINUS_ONE, self.inner.derivative(name))

    @property
    def level(self) -> int:
        return SUM

    def latex(self) -> str:
        return "-" + self.inner.latex_at(PRODUCT)

    def opposite(self) -> Expression | None:
        return self.inner


@dataclass(frozen=True)
class Sum(Expression):
    """Two terms or more."""

    terms: tuple[Expression, ...]

    def parts(self) -> tuple[Expression, ...]:
        return self.terms

    def value(self, env: Env) -> Any:
        total = self.terms[0].value(env)
        for term in self.terms[1:]:
            total = total + term.value(env)
        return total

    def derivative(self, name: str) -> Expression:
        return add(*(term.derivative(name) for term in self.terms))

    @property
    def level(self) -> int:
        return SUM

    def latex(self) -> str:
        words = self.terms[0].latex()
        for term in self.terms[1:]:
            positive = term.opposite()
            if positive is None:
                words += f" + {term.latex_at(PRODUCT)}"
            else:
                words += f" - {positive.latex_at(PRODUCT)}"
        return words


@dataclass(frozen=True)
class Product(Expression):
    """Two factors or more."""

    factors: tuple[Expression, ...]

    def parts(self) -> tuple[Expression, ...]:
        return self.factors

    def value(self, env: Env) -> Any:
        total = self.factors[0].value(env)
        for factor in self.factors[1:]:
            total = total * factor.value(env)
        return total

    def derivative(self, name: str) -> Expression:
        found = []
        for place, factor in enumerate(self.factors):
            rest = self.factors[:place] + self.factors[place + 1 :]
            found.append(times(*rest, factor.derivative(name)))
        return add(*found)

    @property
    def level(self) -> int:
        return PRODUCT if self.opposite() is None else SUM

    def latex(self) -> str:
        positive = self.opposite()
        if positive is not None:
            return "-" + positive.latex_at(PRODUCT)
        words = ""
        for before, factor in zip((None, *self.factors), self.factors, strict=False):
            part = factor.latex_at(PRODUCT)
            # "2 3" would be read as one number, "2 1/2" as two and a half.
            unclear = part[0].isdigit() or (
                isinstance(before, Number) and isinstance(factor, Quotient)
            )
            if before is not None:
                words += r" \cdot " if unclear else " "
            words += part
        return words

    def opposite(self) -> Expression | None:
        first, rest = self.factors[0], self.factors[1:]
        if not isinstance(first, Number) or first.number >= 0:
            return None
        if first.number == -1:
            return rest[0] if len(rest) == 1 else Product(rest)
        return Product((Number(-first.number), *rest))


@dataclass(frozen=True)
class Quotient(Expression):
    """One thing over another."""

    above: Expression
    below: Expression

    def parts(self) -> tuple[Expression, ...]:
        return self.above, self.below

    def value(self, env: Env) -> Any:
        return np.divide(self.above.value(env), self.below.value(env))

    def derivative(self, name: str) -> Expression:
        u, v = self.above, self.below
        du, dv = u.derivative(name), v.derivative(name)
        if dv == ZERO:
            return divide(du, v)
        top = add(times(du, v), times(MINUS_ONE, u, dv))
        return divide(top, power(v, Number(2.0)))

    @property
    def level(self) -> int:
        return PRODUCT if self.opposite() is None else SUM

    def latex(self) -> str:
        positive = self.opposite()
        if positive is not None:
            return "-" + positive.latex()
        return rf"\frac{{{self.above.latex()}}}{{{self.below.latex()}}}"

    def opposite(self) -> Expression | None:
        positive = self.above.opposite()
        return Quotient(positive, self.below) if positive is not None else None


@dataclass(frozen=True)
class Power(Expression):
    """A base with an exponent."""

    base: Expression
    exponent: Expression

    def parts(self) -> tuple[Expression, ...]:
        return self.base, self.exponent

    def value(self, env: Env) -> Any:
        return np.power(self.base.value(env), self.exponent.value(env))

    def derivative(self, name: str) -> Expression:
        u, n = self.base, self.exponent
        du, dn = u.derivative(name), n.derivative(name)
        if dn == ZERO:
            return times(n, power(u, add(n, MINUS_ONE)), du)
        if du == ZERO:
            return times(self, logarithm(u), dn)
        return times(self, add(times(dn, logarithm(u)), divide(times(n, du), u)))

    @property
    def level(self) -> int:
        return POWER

    def latex(self) -> str:
        base, exponent = self.base, self.exponent.latex()
        if isinstance(base, Application) and base.function.raised and exponent.isdigit():
            return base.latex(raised=exponent)
        return f"{base.latex_at(ATOM)}^{{{exponent}}}"


@dataclass(frozen=True, eq=False)
class Function:
    """A function that can be named in a formula.

    `compute` takes as many arrays as there are arguments, `derive` the arguments and their
    derivatives. LaTeX: the arguments between `before` and `after`; an exponent stands behind the
    name if `raised`.
    """

    name: str
    compute: Callable[..., Any]
    derive: Callable[[Sequence[Expression], Sequence[Expression]], Expression]
    before: str
    after: str = r"\right)"
    raised: bool = False
    several: bool = False  # two arguments or more; otherwise one
    level: int = ATOM


@dataclass(frozen=True)
class Application(Expression):
    """A function of its arguments."""

    function: Function
    arguments: tuple[Expression, ...]

    def parts(self) -> tuple[Expression, ...]:
        return self.arguments

    def value(self, env: Env) -> Any:
        return self.function.compute(*(a.value(env) for a in self.arguments))

    def derivative(self, name: str) -> Expression:
        by = [a.derivative(name) for a in self.arguments]
        if all(d == ZERO for d in by):
            return ZERO
        return self.function.derive(self.arguments, by)

    @property
    def level(self) -> int:
        return self.function.level

    def latex(self, raised: str = "") -> str:
        inner = ", ".join(a.latex() for a in self.arguments)
        before = self.function.before
        if raised:
            name, bracket, _ = before.partition(r"\left(")
            before = f"{name}^{{{raised}}}{bracket}"
        return f"{before}{inner}{self.function.after}"


@dataclass(frozen=True)
class Choice(Expression):
    """`then` where a >= b, `other` elsewhere: the derivative of a maximum."""

    a: Expression
    b: Expression
    then: Expression
    other: Expression

    def parts(self) -> tuple[Expression, ...]:
        return self.a, self.b, self.then, self.other

    def value(self, env: Env) -> Any:
        above = np.greater_equal(self.a.value(env), self.b.value(env))
        return np.where(above, self.then.value(env), self.other.value(env))

    def derivative(self, name: str) -> Expression:
        return choice(self.a, self.b, self.then.derivative(name), self.other.derivative(name))

    def latex(self) -> str:
        a, b, then, other = (part.latex() for part in self.parts())
        return rf"\begin{{cases}} {then} & {a} \ge {b} \\ {other} & {a} < {b} \end{{cases}}"


ZERO, ONE, MINUS_ONE = Number(0.0), Number(1.0), Number(-1.0)


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


def _bracketed(words: str) -> str:
    return rf"\left({words}\right)"
