"""What an operation, a loss or an optimizer writes its own explanation into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from netbuilder.engine.algebra.expression import Expression, Meaning, Quantity
from netbuilder.engine.algebra.symbol import Symbol
from netbuilder.engine.operation import Array


@dataclass(frozen=True)
class Line:
    """result = expression: the result's numbers are the engine's where the engine computes them.
    An `aside` shows the same in another way."""

    result: Quantity
    expression: Expression
    aside: bool = False


@dataclass(frozen=True)
class Written:
    """How the gradient goes back through a node: dJ by each learned parameter, and by each input
    in the order of the wires."""

    inputs: Sequence[Expression]
    grads: Mapping[str, Expression] = field(default_factory=dict)


@dataclass
class Scope:
    """The quantities that a node can name, and the lines that it writes.

    inputs: the outputs of the nodes before it. output: its own. params by name. grad: dJ/d output.
    shown: what the engine computes on the way, by name (m, n), (m, 1) or (1, n). m: number of
    samples. sample: the one that is looked at where something is shown for a single sample.
    """

    node: str
    layer: str
    m: int
    inputs: Sequence[Quantity] = ()
    output: Quantity | None = None
    params: Mapping[str, Quantity] = field(default_factory=dict)
    grad: Quantity | None = None
    shown: Mapping[str, Array] = field(default_factory=dict)
    sample: int = 0
    phase: str = ""
    lines: list[Line] = field(default_factory=list)
    known: dict[str, Quantity] = field(default_factory=dict)

    @property
    def x(self) -> Quantity:
        """The only input."""
        return self.inputs[0]

    @property
    def g(self) -> Quantity:
        """dJ/d output."""
        assert self.grad is not None
        return self.grad

    @property
    def y(self) -> Quantity:
        """The output."""
        assert self.output is not None
        return self.output

    def _meanings(
        self, values: Array, rows: Meaning | None, columns: Meaning | None
    ) -> tuple[Meaning, Meaning]:
        like = self.output or self.inputs[0]
        height, width = like.values.shape
        if rows is None:
            rows = like.rows if values.shape[0] == height and height > 1 else Meaning()
        if columns is None:
            columns = like.columns if values.shape[1] == width and width > 1 else Meaning()
        return rows, columns

    def given(
        self,
        name: str,
        symbol: Symbol,
        values: Array,
        rows: Meaning | None = None,
        columns: Meaning | None = None,
    ) -> Quantity:
        """A quantity that the engine knows; it stands in no line of its own."""
        values = np.atleast_2d(np.asarray(values, np.float64))
        rows, columns = self._meanings(values, rows, columns)
        self.known[name] = Quantity(
            f"{self.node}:{self.phase}{name}", symbol, values, rows, columns
        )
        return self.known[name]

    def let(
        self,
        name: str,
        symbol: Symbol,
        expression: Expression,
        rows: Meaning | None = None,
        columns: Meaning | None = None,
        *,
        aside: bool = False,
    ) -> Quantity:
        """Write a line for something on the way, and name it for those that follow."""
        quantity = self.given(name, symbol, expression.value, rows, columns)
        self.lines.append(Line(quantity, expression, aside))
        return quantity

    def symbol(self, letter: str, accent: str = "", sub: str = "") -> Symbol:
        """A symbol with the number of this node's layer."""
        return Symbol(letter, self.layer, sub, accent)
