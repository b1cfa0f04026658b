"""What every expression is, its leaves, and the arithmetic of single numbers.

An expression is a small tree over matrices (r, c) of float64. It evaluates itself from the numbers
of its leaves (`value`), takes itself apart to that of one number (`at`), tells which of its numbers
depend on a given one (`reach`) and leads a gradient back to its operands (`pull`). How it is
written is in `write`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from netbuilder.engine.algebra.symbol import Symbol
from netbuilder.engine.operation import Array

Side = Literal["sample", "unit", "one"]
"""What a row or a column of a matrix stands for: a sample of the batch, a unit, or nothing."""


@dataclass(frozen=True)
class Meaning:
    """What the rows or the columns of a quantity are: samples, the units of a node (the first is
    number `first`), or a single one."""

    side: Side = "one"
    node: str = ""
    letter: str = ""  # of the single ones: h₁, h₂ …
    first: int = 0


@dataclass(frozen=True)
class Place:
    """One number of a quantity."""

    key: str
    row: int
    column: int


class Expression:
    """A tree over matrices (r, c); see the module."""

    operands: tuple[Expression, ...] = ()

    @cached_property
    def value(self) -> Array:
        """The numbers (r, c), from those of the leaves; float64."""
        with np.errstate(all="ignore"):
            return self.compute(*(o.value for o in self.operands))

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, columns = self.value.shape
        return rows, columns

    @property
    def is_scalar(self) -> bool:
        """Whether it is a single number."""
        return self.shape == (1, 1)

    def compute(self, *values: Array) -> Array:
        """The numbers from those of the operands."""
        raise NotImplementedError

    def at(self, row: int, column: int) -> Expression:
        """The expression of one of its numbers."""
        raise NotImplementedError

    def reach(self, *masks: Array) -> Array:
        """Which of its numbers depend on the marked ones of its operands; boolean."""
        raise NotImplementedError

    def origins(self, mask: Array) -> tuple[Array, ...]:
        """Of which numbers of each operand the marked ones are made; boolean."""
        raise NotImplementedError

    def pull(self, grad: Array) -> tuple[Array, ...]:
        """dJ by each operand from dJ by this: one step of reverse differentiation."""
        raise NotImplementedError

    # ---- arithmetic ------------------------------------------------------------------------------

    def __add__(self, other: Expression | float) -> Expression:
        return Sum(*self._terms(), *as_expression(other)._terms())

    def __radd__(self, other: float) -> Expression:
        return as_expression(other) + self

    def __sub__(self, other: Expression | float) -> Expression:
        return Sum(*self._terms(), Negative(as_expression(other)))

    def __rsub__(self, other: float) -> Expression:
        return as_expression(other) - self

    def __neg__(self) -> Expression:
        return Negative(self)

    def __mul__(self, other: Expression | float) -> Expression:
        return Product(*self._factors(), *as_expression(other)._factors())

    def __rmul__(self, other: float) -> Expression:
        return as_expression(other) * self

    def __truediv__(self, other: Expression | float) -> Expression:
        return Quotient(self, as_expression(other))

    def __rtruediv__(self, other: float) -> Expression:
        return as_expression(other) / self

    def __matmul__(self, other: Expression) -> Expression:
        from netbuilder.engine.algebra.matrices import MatrixProduct

        return MatrixProduct(self, other)

    def __pow__(self, exponent: int) -> Expression:
        return Power(self, exponent)

    @property
    def T(self) -> Expression:  # noqa: N802 - as NumPy names it
        """Transposed."""
        from netbuilder.engine.algebra.matrices import Transposed

        return Transposed(self)

    def _terms(self) -> tuple[Expression, ...]:
        return (self,)

    def _factors(self) -> tuple[Expression, ...]:
        return (self,)


def as_expression(value: Expression | float) -> Expression:
    """A plain number as a constant."""
    return value if isinstance(value, Expression) else Number(value)


# ---- leaves --------------------------------------------------------------------------------------


class Quantity(Expression):
    """A named matrix whose numbers are shown: `key` is its name within one walk."""

    def __init__(
        self,
        key: str,
        symbol: Symbol,
        values: Array,
        rows: Meaning | None = None,
        columns: Meaning | None = None,
    ) -> None:
        self.key = key
        self.symbol = symbol
        self.values = np.atleast_2d(np.asarray(values, np.float64))
        self.rows = rows or Meaning()
        self.columns = columns or Meaning()

    @cached_property
    def value(self) -> Array:
        """The numbers themselves."""
        return self.values

    def at(self, row: int, column: int) -> Expression:
        return Entry(self, row, column)

    def index(self, row: int, column: int) -> str:
        """How one number is told from the others: the numbers of its rows and columns from 1, left
        out where there is but one."""
        given = [
            str(place + 1)
            for place, meaning, count in (
                (row, self.rows, self.values.shape[0]),
                (column, self.columns, self.values.shape[1]),
            )
            if meaning.side != "one" and (count > 1 or meaning.side == "unit")
        ]
        return (
            ",".join(given) if any(len(g) > 1 for g in given) and len(given) > 1 else "".join(given)
        )


class Entry(Expression):
    """One number of a quantity."""

    def __init__(self, quantity: Quantity, row: int, column: int) -> None:
        self.quantity = quantity
        self.place = Place(quantity.key, row, column)
        index = quantity.index(row, column)
        self.symbol = quantity.symbol.entry(index) if index else quantity.symbol

    @cached_property
    def value(self) -> Array:
        """(1, 1)."""
        return self.quantity.values[
            self.place.row : self.place.row + 1, self.place.column : self.place.column + 1
        ]

    def at(self, row: int, column: int) -> Expression:
        return self


class Number(Expression):
    """A constant. `symbol` writes it among symbols (η, 1/m), `latex` and `text` among numbers where
    its decimals would be worse (1/4); without them it is written as a number."""

    def __init__(
        self, number: float, symbol: str = "", text: str = "", latex: str = "", plain: str = ""
    ) -> None:
        self.number = float(number)
        self.symbol = symbol
        self.text = text or symbol
        self.latex = latex
        self.plain = plain

    @cached_property
    def value(self) -> Array:
        """(1, 1)."""
        return np.full((1, 1), self.number)

    def at(self, row: int, column: int) -> Expression:
        return self


def one_over(count: int, symbol: str) -> Number:
    """1/m, written as a fraction."""
    return Number(
        1.0 / count,
        rf"\frac{{1}}{{{symbol}}}",
        f"1/{symbol}",
        latex=rf"\frac{{1}}{{{count}}}",
        plain=f"1/{count}",
    )


# ---- element by element --------------------------------------------------------------------------


def shrunk(grad: Array, shape: tuple[int, int]) -> Array:
    """A gradient summed up to the shape that was spread out to its own."""
    for axis in (0, 1):
        if shape[axis] == 1 and grad.shape[axis] != 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad


class Elementwise(Expression):
    """Acts on each number alone; operands with one row or column are spread out."""

    def __init__(self, *operands: Expression) -> None:
        self.operands = operands

    def rebuilt(self, operands: Sequence[Expression]) -> Expression:
        """The same of other operands."""
        return type(self)(*operands)

    def at(self, row: int, column: int) -> Expression:
        return self.rebuilt(
            [
                o.at(row if o.shape[0] > 1 else 0, column if o.shape[1] > 1 else 0)
                for o in self.operands
            ]
        )

    def reach(self, *masks: Array) -> Array:
        result = np.zeros(self.shape, np.bool_)
        for mask in masks:
            result |= mask
        return result

    def origins(self, mask: Array) -> tuple[Array, ...]:
        return tuple(shrunk(mask, o.shape) > 0 for o in self.operands)

    def pull(self, grad: Array) -> tuple[Array, ...]:
        with np.errstate(all="ignore"):
            spread = [
                np.broadcast_to(slope, self.shape) * grad
                for slope in self.slopes(*(o.value for o in self.operands))
            ]
        return tuple(shrunk(g, o.shape) for g, o in zip(spread, self.operands, strict=True))

    def slopes(self, *values: Array) -> Sequence[Array | float]:
        """The derivative by each operand, number by number."""
        raise NotImplementedError


class Sum(Elementwise):
    """a + b + …; a term that is `Negative` is taken off."""

    def rebuilt(self, operands: Sequence[Expression]) -> Expression:
        return Sum(*(term for operand in operands for term in operand._terms()))

    def compute(self, *values: Array) -> Array:
        total = values[0]
        for v in values[1:]:
            total = total + v
        return total

    def slopes(self, *values: Array) -> Sequence[float]:
        return [1.0] * len(values)

    def _terms(self) -> tuple[Expression, ...]:
        return self.operands


class Negative(Elementwise):
    """-a."""

    def compute(self, *values: Array) -> Array:
        return -values[0]

    def slopes(self, *values: Array) -> Sequence[float]:
        return [-1.0]


class Product(Elementwise):
    """a * b …, number by number. A factor that is exactly 0 makes 0 of all others, infinite ones
    too: 0 log 0 counts as 0."""

    def compute(self, *values: Array) -> Array:
        result = values[0]
        for v in values[1:]:
            result = result * v
        zero = np.zeros(result.shape, np.bool_)
        for v in values:
            zero |= v == 0.0
        return np.where(zero, 0.0, result)

    def slopes(self, *values: Array) -> Sequence[Array]:
        return [
            Product().compute(*values[:i], *values[i + 1 :], np.ones((1, 1)))
            for i in range(len(values))
        ]

    def _factors(self) -> tuple[Expression, ...]:
        return self.operands


class Quotient(Elementwise):
    """a / b; 0 where a is exactly 0."""

    def compute(self, *values: Array) -> Array:
        top, bottom = values
        return np.where(top == 0.0, 0.0, top / bottom)

    def slopes(self, *values: Array) -> Sequence[Array]:
        top, bottom = values
        return [1.0 / bottom, -top / (bottom * bottom)]


class Power(Elementwise):
    """a^n for a whole number n."""

    def __init__(self, base: Expression, exponent: int) -> None:
        super().__init__(base)
        self.exponent = exponent

    def rebuilt(self, operands: Sequence[Expression]) -> Expression:
        return Power(operands[0], self.exponent)

    def compute(self, *values: Array) -> Array:
        return values[0] ** self.exponent

    def slopes(self, *values: Array) -> Sequence[Array]:
        return [self.exponent * values[0] ** (self.exponent - 1)]


class Extreme(Elementwise):
    """The largest or smallest of several; the first of equal ones gets the gradient."""

    def __init__(self, which: Literal["max", "min"], *operands: Expression) -> None:
        super().__init__(*operands)
        self.which: Literal["max", "min"] = which

    def rebuilt(self, operands: Sequence[Expression]) -> Expression:
        return Extreme(self.which, *operands)

    def compute(self, *values: Array) -> Array:
        choose = np.maximum if self.which == "max" else np.minimum
        result = values[0]
        for v in values[1:]:
            result = choose(result, v)
        return result

    def slopes(self, *values: Array) -> Sequence[Array]:
        best = self.value
        left = np.ones(best.shape, np.bool_)
        slopes = []
        for v in values:
            wins = left & (np.broadcast_to(v, best.shape) == best)
            left &= ~wins
            slopes.append(wins.astype(np.float64))
        return slopes


def larger(a: Expression | float, b: Expression | float) -> Expression:
    """max(a, b)."""
    return Extreme("max", as_expression(a), as_expression(b))


def smaller(a: Expression | float, b: Expression | float) -> Expression:
    """min(a, b)."""
    return Extreme("min", as_expression(a), as_expression(b))


class Choice(Elementwise):
    """`yes` where low < a < high, else `no`; a bound that is None does not count."""

    def __init__(
        self,
        a: Expression,
        yes: Expression | float,
        no: Expression | float,
        low: float | None = 0.0,
        high: float | None = None,
    ) -> None:
        super().__init__(a, as_expression(yes), as_expression(no))
        self.low, self.high = low, high

    def rebuilt(self, operands: Sequence[Expression]) -> Expression:
        a, yes, no = operands
        return Choice(a, yes, no, self.low, self.high)

    def holds(self, a: Array) -> Array:
        """Where the condition holds."""
        result = np.ones(a.shape, np.bool_)
        if self.low is not None:
            result &= a > self.low
        if self.high is not None:
            result &= a < self.high
        return result

    def compute(self, *values: Array) -> Array:
        a, yes, no = values
        return np.where(self.holds(a), yes, no)

    def slopes(self, *values: Array) -> Sequence[Array]:
        holds = self.holds(values[0]).astype(np.float64)
        return [np.zeros((1, 1)), holds, 1.0 - holds]
