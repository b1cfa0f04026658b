"""Formulas as trees: their values and their LaTeX.

A parser makes the nodes as they are typed. Values are float64; outside of a formula's domain they
are NaN or infinite, never an error.
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

    def latex(self) -> str:
        return r"\pi" if self.name == "pi" else self.name


@dataclass(frozen=True)
class Variable(Expression):
    """x or y."""

    name: str

    def value(self, env: Env) -> Any:
        return env[self.name]

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

    def latex(self) -> str:
        a, b, then, other = (part.latex() for part in self.parts())
        return rf"\begin{{cases}} {then} & {a} \ge {b} \\ {other} & {a} < {b} \end{{cases}}"


ZERO, ONE, MINUS_ONE = Number(0.0), Number(1.0), Number(-1.0)


def _bracketed(words: str) -> str:
    return rf"\left({words}\right)"
