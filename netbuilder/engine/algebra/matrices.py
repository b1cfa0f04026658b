"""Expressions that bring numbers of several rows or columns together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Literal

import numpy as np

from netbuilder.engine.algebra.expression import Elementwise, Expression, Extreme, Product, Sum
from netbuilder.engine.operation import Array

Over = Literal["samples", "units", "all"]
AT_ONCE = 64
"""Terms of a sum up to which each is taken apart at once."""
AXES: dict[Over, tuple[int, ...]] = {"samples": (0,), "units": (1,), "all": (0, 1)}


class Later(Expression):
    """One number of an expression, taken apart when somebody asks: of long sums few are read."""

    def __init__(self, of: Expression, row: int, column: int) -> None:
        self._of, self._row, self._column = of, row, column

    @cached_property
    def single(self) -> Expression:
        """The number's own expression."""
        return self._of.at(self._row, self._column)

    @cached_property
    def value(self) -> Array:
        """(1, 1)."""
        return self._of.value[self._row : self._row + 1, self._column : self._column + 1]

    @property
    def operands(self) -> tuple[Expression, ...]:  # type: ignore[override]
        """What it is taken apart to."""
        return (self.single,)

    def at(self, row: int, column: int) -> Expression:
        return self.single

    def origins(self, mask: Array) -> tuple[Array, ...]:
        return (mask,)

    def reach(self, *masks: Array) -> Array:
        return masks[0]

    def pull(self, grad: Array) -> tuple[Array, ...]:
        return (grad,)


class MatrixProduct(Expression):
    """A B: (r, n) times (n, c)."""

    def __init__(self, a: Expression, b: Expression) -> None:
        self.operands = (a, b)

    def compute(self, *values: Array) -> Array:
        a, b = values
        return np.asarray(a @ b)

    def at(self, row: int, column: int) -> Expression:
        a, b = self.operands
        pairs = [Product(a.at(row, k), b.at(k, column)) for k in range(a.shape[1])]
        return Sum(*pairs) if len(pairs) > 1 else pairs[0]

    def reach(self, *masks: Array) -> Array:
        a, b = masks
        return np.broadcast_to(a.any(axis=1, keepdims=True), self.shape) | np.broadcast_to(
            b.any(axis=0, keepdims=True), self.shape
        )

    def origins(self, mask: Array) -> tuple[Array, ...]:
        a, b = self.operands
        rows, columns = mask.any(axis=1, keepdims=True), mask.any(axis=0, keepdims=True)
        return np.broadcast_to(rows, a.shape), np.broadcast_to(columns, b.shape)

    def pull(self, grad: Array) -> tuple[Array, ...]:
        a, b = (o.value for o in self.operands)
        return grad @ b.T, a.T @ grad


class Transposed(Expression):
    """A with rows and columns exchanged."""

    def __init__(self, a: Expression) -> None:
        self.operands = (a,)

    def compute(self, *values: Array) -> Array:
        return np.asarray(values[0].T)

    def at(self, row: int, column: int) -> Expression:
        return self.operands[0].at(column, row)

    def reach(self, *masks: Array) -> Array:
        return masks[0].T

    def origins(self, mask: Array) -> tuple[Array, ...]:
        return (mask.T,)

    def pull(self, grad: Array) -> tuple[Array, ...]:
        return (grad.T,)


class Total(Expression):
    """The sum over the samples (one row is left), over the units (one column) or over all."""

    def __init__(self, a: Expression, over: Over = "all") -> None:
        self.operands = (a,)
        self.over: Over = over

    def compute(self, *values: Array) -> Array:
        return np.asarray(values[0].sum(axis=AXES[self.over], keepdims=True))

    def at(self, row: int, column: int) -> Expression:
        terms = self.parts(row, column)
        return Sum(*terms) if len(terms) > 1 else terms[0]

    def parts(self, row: int, column: int) -> list[Expression]:
        """What is brought together for one number."""
        (a,) = self.operands
        rows, columns = a.shape
        places = [
            (i, j)
            for i in (range(rows) if self.over != "units" else (row,))
            for j in (range(columns) if self.over != "samples" else (column,))
        ]
        if len(places) > AT_ONCE:
            return [Later(a, i, j) for i, j in places]
        return [a.at(i, j) for i, j in places]

    def reach(self, *masks: Array) -> Array:
        return np.asarray(masks[0].any(axis=AXES[self.over], keepdims=True))

    def origins(self, mask: Array) -> tuple[Array, ...]:
        return (np.broadcast_to(mask, self.operands[0].shape),)

    def pull(self, grad: Array) -> tuple[Array, ...]:
        return (np.broadcast_to(grad, self.operands[0].shape),)


class Largest(Total):
    """The largest over the samples, the units or all; the first of equal ones gets the gradient."""

    def compute(self, *values: Array) -> Array:
        return np.asarray(values[0].max(axis=AXES[self.over], keepdims=True))

    def at(self, row: int, column: int) -> Expression:
        terms = self.parts(row, column)
        return Extreme("max", *terms) if len(terms) > 1 else terms[0]

    def pull(self, grad: Array) -> tuple[Array, ...]:
        (a,) = self.operands
        first = a.value == self.value
        if self.over == "all":
            flat = first.ravel()
            first = (np.cumsum(flat) * flat == 1).reshape(first.shape)
        else:
            (axis,) = AXES[self.over]
            first &= np.cumsum(first, axis=axis) == 1
        return (first * grad,)


class Columns(Expression):
    """Columns start to below stop of a matrix."""

    def __init__(self, a: Expression, start: int, stop: int) -> None:
        self.operands = (a,)
        self.start, self.stop = start, stop

    def compute(self, *values: Array) -> Array:
        return values[0][:, self.start : self.stop]

    def at(self, row: int, column: int) -> Expression:
        return self.operands[0].at(row, column + self.start)

    def reach(self, *masks: Array) -> Array:
        return masks[0][:, self.start : self.stop]

    def origins(self, mask: Array) -> tuple[Array, ...]:
        result = np.zeros(self.operands[0].shape, np.bool_)
        result[:, self.start : self.stop] = mask
        return (result,)

    def pull(self, grad: Array) -> tuple[Array, ...]:
        result = np.zeros(self.operands[0].shape)
        result[:, self.start : self.stop] = grad
        return (result,)


class Row(Expression):
    """One row of a matrix: a single sample."""

    def __init__(self, a: Expression, row: int) -> None:
        self.operands = (a,)
        self.row = row

    def compute(self, *values: Array) -> Array:
        return values[0][self.row : self.row + 1]

    def at(self, row: int, column: int) -> Expression:
        return self.operands[0].at(self.row, column)

    def reach(self, *masks: Array) -> Array:
        return masks[0][self.row : self.row + 1]

    def origins(self, mask: Array) -> tuple[Array, ...]:
        result = np.zeros(self.operands[0].shape, np.bool_)
        result[self.row : self.row + 1] = mask
        return (result,)

    def pull(self, grad: Array) -> tuple[Array, ...]:
        result = np.zeros(self.operands[0].shape)
        result[self.row : self.row + 1] = grad
        return (result,)


class Equal(Elementwise):
    """1 where both are equal, else 0."""

    def __init__(self, a: Expression, b: Expression) -> None:
        super().__init__(a, b)

    def compute(self, *values: Array) -> Array:
        a, b = values
        return np.equal(a, b).astype(np.float64)

    def slopes(self, *values: Array) -> Sequence[float]:
        return [0.0, 0.0]


class Beside(Expression):
    """Matrices side by side."""

    def __init__(self, *parts: Expression) -> None:
        self.operands = parts

    def compute(self, *values: Array) -> Array:
        return np.hstack(values)

    def _part(self, column: int) -> tuple[Expression, int]:
        for part in self.operands:
            if column < part.shape[1]:
                return part, column
            column -= part.shape[1]
        raise IndexError(column)

    def at(self, row: int, column: int) -> Expression:
        part, column = self._part(column)
        return part.at(row, column)

    def reach(self, *masks: Array) -> Array:
        return np.hstack(masks)

    def origins(self, mask: Array) -> tuple[Array, ...]:
        ends = np.cumsum([p.shape[1] for p in self.operands])[:-1]
        return tuple(np.split(mask, ends, axis=1))

    def pull(self, grad: Array) -> tuple[Array, ...]:
        ends = np.cumsum([p.shape[1] for p in self.operands])[:-1]
        return tuple(np.split(grad, ends, axis=1))


class Diagonal(Expression):
    """The square matrix with a row (1, n) on its diagonal."""

    def __init__(self, a: Expression) -> None:
        self.operands = (a,)

    def compute(self, *values: Array) -> Array:
        return np.diag(values[0][0])

    def at(self, row: int, column: int) -> Expression:
        from netbuilder.engine.algebra.expression import Number

        return self.operands[0].at(0, row) if row == column else Number(0.0)

    def reach(self, *masks: Array) -> Array:
        return np.asarray(np.diag(masks[0][0]))

    def origins(self, mask: Array) -> tuple[Array, ...]:
        return (np.diag(mask)[np.newaxis, :],)

    def pull(self, grad: Array) -> tuple[Array, ...]:
        return (np.diag(grad)[np.newaxis, :],)


class OfRow(Expression):
    """A function of all units of a sample together, such as softmax: f(a), row by row.

    `compute_rows` gives its numbers without overflow, `inside` the expression of which it is made.
    """

    def __init__(
        self,
        name: str,
        a: Expression,
        compute_rows: Callable[[Array], Array],
        inside: Callable[[Expression], Expression],
        pull_rows: Callable[[Array, Array], Array],
        code: str = "",
    ) -> None:
        self.operands = (a,)
        self.name = name
        self.code = code or name + "({})"
        self._compute_rows = compute_rows
        self._inside = inside
        self._pull_rows = pull_rows

    def compute(self, *values: Array) -> Array:
        return self._compute_rows(values[0])

    def inside(self) -> Expression:
        """The same, taken apart once."""
        return self._inside(self.operands[0])

    def at(self, row: int, column: int) -> Expression:
        return self.inside().at(row, column)

    def reach(self, *masks: Array) -> Array:
        return np.broadcast_to(masks[0].any(axis=1, keepdims=True), self.shape)

    def origins(self, mask: Array) -> tuple[Array, ...]:
        return (np.broadcast_to(mask.any(axis=1, keepdims=True), self.shape),)

    def pull(self, grad: Array) -> tuple[Array, ...]:
        with np.errstate(all="ignore"):
            return (self._pull_rows(self.value, grad),)


class Opaque(Expression):
    """What an operation gives that does not write itself down: its name and its numbers."""

    def __init__(self, name: str, operands: tuple[Expression, ...], values: Array) -> None:
        self.name = name
        self.operands = operands
        self.values = np.atleast_2d(np.asarray(values, np.float64))

    def compute(self, *values: Array) -> Array:
        return np.asarray(self.values)

    def at(self, row: int, column: int) -> Expression:
        return Opaque(self.name, self.operands, self.values[row, column])

    def reach(self, *masks: Array) -> Array:
        return np.full(self.shape, any(mask.any() for mask in masks))

    def origins(self, mask: Array) -> tuple[Array, ...]:
        return tuple(np.full(o.shape, o.is_scalar and mask.any()) for o in self.operands)


__all__ = [
    "Beside",
    "Columns",
    "Diagonal",
    "Equal",
    "Largest",
    "Later",
    "MatrixProduct",
    "OfRow",
    "Opaque",
    "Over",
    "Row",
    "Total",
    "Transposed",
]
