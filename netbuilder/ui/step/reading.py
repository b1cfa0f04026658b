"""A formula taken apart for reading: which matrices stand in it, with which signs between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netbuilder.engine.algebra import expression as e
from netbuilder.engine.algebra import functions as f
from netbuilder.engine.algebra import matrices as x
from netbuilder.engine.algebra.expression import Expression, Meaning, Place, Quantity
from netbuilder.engine.algebra.follow import quantities, sources
from netbuilder.engine.algebra.write import ATOM, INDEX, POWER, PRODUCT, SIGNED, SUM, digits_of
from netbuilder.engine.operation import Array

MOST_PIECES = 4
"""A formula of more matrices is not read out: they are then only listed."""
MOST_SIGNS = 24
"""The same for one with more letters and signs between its matrices."""


@dataclass(frozen=True, eq=False)
class Piece:
    """A quantity as it stands in a formula: some of its rows and columns, perhaps transposed.

    `form` is how it is written: Xᵀ, Ŷ[1]. Rows and columns are those of the quantity.
    """

    quantity: Quantity
    form: Expression
    rows: range
    columns: range
    transposed: bool = False

    @property
    def values(self) -> Array:
        """The numbers as they stand: (rows, columns), or (columns, rows) where transposed."""
        part = self.quantity.values[
            self.rows.start : self.rows.stop, self.columns.start : self.columns.stop
        ]
        return part.T if self.transposed else part

    @property
    def row_meaning(self) -> Meaning:
        """What the rows are, as they stand."""
        return self.quantity.columns if self.transposed else self.quantity.rows

    @property
    def column_meaning(self) -> Meaning:
        """What the columns are, as they stand."""
        return self.quantity.rows if self.transposed else self.quantity.columns

    def place(self, row: int, column: int) -> Place:
        """The number that stands there."""
        if self.transposed:
            row, column = column, row
        return Place(self.quantity.key, self.rows[row], self.columns[column])

    def find(self, place: Place | None) -> tuple[int, int] | None:
        """Where a number stands in it, if it does."""
        if place is None or place.key != self.quantity.key:
            return None
        if place.row not in self.rows or place.column not in self.columns:
            return None
        at = self.rows.index(place.row), self.columns.index(place.column)
        return (at[1], at[0]) if self.transposed else at

    def cut(self, mask: Array) -> Array:
        """What of a mask of the whole quantity stands here."""
        part = np.broadcast_to(mask, self.quantity.values.shape)[
            self.rows.start : self.rows.stop, self.columns.start : self.columns.stop
        ]
        return part.T if self.transposed else part

    def only(self, rows: range, columns: range) -> Piece:
        """The same of fewer rows and columns of the quantity."""
        return Piece(self.quantity, self.form, rows, columns, self.transposed)


def whole(quantity: Quantity) -> Piece:
    """All of a quantity."""
    rows, columns = quantity.values.shape
    return Piece(quantity, quantity, range(rows), range(columns))


Token = Piece | str


@dataclass(frozen=True)
class Reading:
    """Signs and matrices from left to right; without the signs where there is too much of them."""

    tokens: tuple[Token, ...]
    is_listed: bool = False

    @property
    def pieces(self) -> list[Piece]:
        """The matrices alone."""
        return [t for t in self.tokens if isinstance(t, Piece)]


def read_out(expression: Expression, digits: int = 6) -> Reading:
    """The matrices of an expression with the signs that join them."""
    try:
        tokens = _merged(_Reader(digits).read(expression)[0])
    except _TooDeep:
        tokens = []
    pieces = [t for t in tokens if isinstance(t, Piece)]
    signs = sum(len(t) for t in tokens if isinstance(t, str))
    twice = len({p.quantity.key for p in pieces}) < len(pieces)
    if tokens and not twice and len(pieces) <= MOST_PIECES and signs <= MOST_SIGNS:
        return Reading(tuple(tokens))
    return Reading(tuple(whole(q) for q in quantities(expression)), is_listed=True)


def needed(expression: Expression, column: int) -> dict[str, tuple[range, range]]:
    """Which rows and columns of each quantity one column of a result is made of."""
    rows = expression.shape[0]
    of_first, of_last = (_spans(expression, row, column) for row in (0, rows - 1))
    shapes = {q.key: q.values.shape for q in quantities(expression)}
    found = {}
    for key, first in of_first.items():
        last = of_last.get(key, first)
        # What is another for the last row is a sample of its own: then all of them are needed.
        found[key] = (
            first[0] if first[0] == last[0] else range(shapes[key][0]),
            first[1] if first[1] == last[1] else range(shapes[key][1]),
        )
    return found


def _spans(expression: Expression, row: int, column: int) -> dict[str, tuple[range, range]]:
    spans: dict[str, tuple[range, range]] = {}
    for p in sources(expression, row, column):
        rows, columns = spans.get(p.key, (range(p.row, p.row), range(p.column, p.column)))
        spans[p.key] = (
            range(min(rows.start, p.row), max(rows.stop, p.row + 1)),
            range(min(columns.start, p.column), max(columns.stop, p.column + 1)),
        )
    return spans


class _TooDeep(Exception):
    """Something stands in it that is not read out."""


def _piece(a: Expression) -> Piece | None:
    if isinstance(a, Quantity):
        return whole(a)
    if not isinstance(a, x.Transposed | x.Row | x.Columns):
        return None
    inside = _piece(a.operands[0])
    if inside is None or (inside.transposed and not isinstance(a, x.Transposed)):
        return None
    if isinstance(a, x.Transposed):
        return Piece(inside.quantity, a, inside.rows, inside.columns, not inside.transposed)
    if isinstance(a, x.Row):
        return Piece(inside.quantity, a, inside.rows[a.row : a.row + 1], inside.columns)
    return Piece(inside.quantity, a, inside.rows, inside.columns[a.start : a.stop])


def _merged(tokens: list[Token]) -> list[Token]:
    """Signs that stand side by side as one."""
    merged: list[Token] = []
    for token in tokens:
        if isinstance(token, str) and merged and isinstance(merged[-1], str):
            merged[-1] += token
        else:
            merged.append(token)
    return merged


class _Reader:
    """Goes through the tree as the writers of text do, but leaves the matrices whole."""

    def __init__(self, digits: int) -> None:
        self._digits = digits

    def read(self, a: Expression) -> tuple[list[Token], int]:
        """Signs and matrices, and how strongly they hold together."""
        piece = _piece(a)
        if piece is not None:
            return [piece], ATOM
        if isinstance(a, e.Number):
            words = a.plain or digits_of(a.number, self._digits)
            return [words], SIGNED if words.startswith("-") else ATOM
        if isinstance(a, e.Sum):
            return self._sum(a), SUM
        if isinstance(a, e.Negative):
            return ["−", *self._inside(a.operands[0], PRODUCT)], SIGNED
        if isinstance(a, e.Product):
            return self._product(a), PRODUCT
        if isinstance(a, x.MatrixProduct):
            left, right = a.operands
            return [*self._inside(left, PRODUCT), " · ", *self._inside(right, SIGNED)], PRODUCT
        if isinstance(a, e.Quotient):
            top, bottom = a.operands
            return [*self._inside(top, PRODUCT), " / ", *self._inside(bottom, POWER)], PRODUCT
        if isinstance(a, e.Power) and a.exponent == 2:
            return [*self._inside(a.operands[0], ATOM), "²"], POWER
        if isinstance(a, f.Apply) and a.function is not f.ABS:
            return [f"{a.function.name}(", *self.read(a.operands[0])[0], ")"], ATOM
        if isinstance(a, x.OfRow):
            return [f"{a.name}(", *self.read(a.operands[0])[0], ")"], ATOM
        if isinstance(a, x.Total) and not isinstance(a, x.Largest):
            sign = INDEX["samples" if a.over == "all" and a.operands[0].shape[1] == 1 else a.over]
            return [f"Σ{sign} ", *self._inside(a.operands[0], PRODUCT)], PRODUCT
        raise _TooDeep

    def _inside(self, a: Expression, least: int) -> list[Token]:
        tokens, strength = self.read(a)
        return tokens if strength >= least else ["(", *tokens, ")"]

    def _sum(self, a: e.Sum) -> list[Token]:
        tokens: list[Token] = []
        for i, term in enumerate(a.operands):
            taken = isinstance(term, e.Negative)
            if i:
                tokens.append(" − " if taken else " + ")
            elif taken:
                tokens.append("−")
            tokens += self._inside(term.operands[0] if taken else term, PRODUCT)
        return tokens

    def _product(self, a: e.Product) -> list[Token]:
        tokens: list[Token] = []
        for i, factor in enumerate(a.operands):
            if i:
                both = not a.operands[i - 1].is_scalar and not factor.is_scalar
                tokens.append(" ⊙ " if both else " · ")
            ends = i == len(a.operands) - 1 and isinstance(factor, x.Total)
            tokens += self._inside(factor, PRODUCT if not i or ends else SIGNED)
        return tokens
