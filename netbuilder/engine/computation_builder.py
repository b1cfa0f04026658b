"""Builds the graph of the computation of J: of matrices or, for one sample, of single numbers."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

from netbuilder.engine.algebra import expression as e
from netbuilder.engine.algebra import matrices as x
from netbuilder.engine.algebra.parts import Part
from netbuilder.engine.algebra.signs import drawn_as
from netbuilder.engine.algebra.write import as_text
from netbuilder.engine.computation import Computation, Formula
from netbuilder.engine.computation_graph import (
    Edge,
    Graph,
    Node,
    folded,
    without_needless,
)
from netbuilder.engine.operation import Array

TERMS = 16
"""So many terms of the sum of a single neuron are drawn; the others are one value."""


class TooLarge(Exception):
    """More nodes than can be read."""


def matrices(
    computation: Computation, closed: Set[str] = frozenset(), opened: Set[str] = frozenset()
) -> Graph:
    """The graph of all matrices. `closed` are the folded groups, `opened` functions such as σ."""
    builder = _Builder(computation, opened)
    for formula in reversed(computation.formulas.values()):
        builder.formula(formula)
    return folded(computation, without_needless(builder.graph), closed)


def numbers(
    computation: Computation,
    sample: int,
    closed: Set[str] = frozenset(),
    opened: Set[str] = frozenset(),
    *,
    neuron: tuple[e.Place, frozenset[str]] | None = None,
    most: int = 400,
) -> Graph:
    """The graph of all single numbers that lead to J for one row of the batch, or of those of one
    neuron alone. Raises `TooLarge` above `most` nodes."""
    builder = _Builder(computation, opened, sample=sample, most=most)
    if neuron is None:
        builder.wanted.append(e.Place(computation.target, 0, 0))
    else:
        place, builder.only = neuron
        builder.unit = place.column
        rows = computation.formulas[place.key].result.values.shape[0]
        builder.wanted.append(replace(place, row=min(sample, rows - 1)))
    done: set[e.Place] = set()
    while builder.wanted:
        place = builder.wanted.pop(0)
        if place not in done:
            done.add(place)
            builder.number(place)
    return folded(computation, without_needless(builder.graph), closed)


class _Builder:
    """Goes through the formulas from J back; `at` is None for whole matrices."""

    def __init__(
        self,
        computation: Computation,
        opened: Set[str],
        sample: int | None = None,
        most: int | None = None,
    ) -> None:
        self.computation = computation
        self.opened = opened
        self.sample = sample
        self.most = most
        self.graph = Graph()
        self.wanted: list[e.Place] = []
        self.only: frozenset[str] | None = None  # nodes of the neuron that is drawn alone
        self.unit = 0
        self._formula: Formula
        self._group = ""
        self._within = ""

    # ---- lines -----------------------------------------------------------------------------------

    def formula(self, formula: Formula) -> None:
        """All of a line of matrices."""
        self._formula, self._group = formula, formula.owner
        target = self._box(formula.result, None)
        self._connect(target, formula.root, None, formula.grad)

    def number(self, place: e.Place) -> None:
        """All that makes one number."""
        formula = self.computation.formulas.get(place.key)
        if formula is None or not self._expands(formula, place):
            return
        self._formula, self._group = formula, f"{place.key}@{place.column}"
        at = (place.row, place.column)
        target = self._box(formula.result, at)
        shape = formula.root.expression.shape
        share = None if formula.grad is None else _pick(formula.grad, at)
        at = (at[0] if shape[0] > 1 else 0, at[1] if shape[1] > 1 else 0)
        self._connect(target, formula.root, at, share)

    def _expands(self, formula: Formula, place: e.Place) -> bool:
        if self.only is None:
            return True
        alone = formula.result.values.shape[1] == 1
        return formula.owner in self.only and (alone or place.column == self.unit)

    # ---- nodes -----------------------------------------------------------------------------------

    def _put(self, node: Node) -> str:
        if node.key not in self.graph.nodes:
            if self.most is not None and len(self.graph.nodes) >= self.most:
                raise TooLarge
            self.graph.nodes[node.key] = node
        return node.key

    def _box(self, quantity: e.Quantity, at: tuple[int, int] | None) -> str:
        c, key = self.computation, quantity.key
        total = c.totals.get(key)
        formula = c.formulas.get(key)
        place = e.Place(key, *at) if at else e.Place(key, 0, 0) if quantity.is_scalar else None
        results = {c.target, *(q.key for q in c.walk.outputs.values())}
        inner = formula is not None and key not in results
        return self._put(
            Node(
                f"{key}{self._mark(quantity, at)}",
                "value",
                formula.owner if formula is not None and inner else "",
                (e.Entry(quantity, *at) if at else quantity).symbol.text(),
                _pick(quantity.values, at),
                None if total is None else _pick(total, at),
                c.stage_of(key),
                c.grad_stage_of(key),
                quantity,
                place,
                at=at,
            )
        )

    def _mark(self, expression: e.Expression, at: tuple[int, int] | None) -> str:
        """The same for every sample, so that what is folded stays so from sample to sample."""
        if at is None:
            return ""
        rows = expression.shape[0]
        row = "s" if at[0] == self.sample and rows == self.computation.walk.m > 1 else at[0]
        return f"@{row},{at[1]}"

    def _operation(
        self, part: Part, at: tuple[int, int] | None, text: str, inner: str = "", more: str = ""
    ) -> tuple[str, bool]:
        """The key of an operation, and whether it is new."""
        formula = self._formula
        key = f"{formula.result.key}/{part.path}{more}{self._mark(part.expression, at)}"
        new = key not in self.graph.nodes
        no_grad = formula.grad is None
        node = Node(
            key,
            "operation",
            formula.owner,
            text,
            _pick(part.expression.value, at),
            None if no_grad else _pick(part.grad, at),
            formula.stage,
            self._back(""),
            part=part,
            at=at,
            group=self._group,
            within=self._within,
            inner=inner,
        )
        return self._put(node), new

    def _back(self, key: str) -> int | None:
        if self._formula.grad is None:
            return None
        return self.computation.use_stage(self._formula.owner, key)

    # ---- edges -----------------------------------------------------------------------------------

    def _connect(
        self, target: str, part: Part, at: tuple[int, int] | None, share: Array | None
    ) -> None:
        """An edge from what a part is to a node, with what comes back along it."""
        source = self._source(part, at)
        node, goal = self.graph.nodes[source], self.graph.nodes[target]
        if self._formula.grad is None or isinstance(part.expression, e.Number):
            share = None
        named = part.expression.key if isinstance(part.expression, e.Quantity) else ""
        # The gradient of the result of a line comes from what follows.
        stage = goal.grad_stage if goal.kind == "value" else self._back(named)
        value = _pick(part.expression.value, at)
        self.graph.edges.append(Edge(source, target, value, share, node.stage, stage))

    def _source(self, part: Part, at: tuple[int, int] | None) -> str:
        """The node of which a part is the result."""
        a = part.expression
        if isinstance(a, e.Quantity):
            if at is not None:
                self.wanted.append(e.Place(a.key, *at))
            return self._box(a, at)
        if isinstance(a, e.Number):
            key = f"{self._formula.result.key}/{part.path}{self._mark(a, at)}"
            stage = self._formula.stage
            return self._put(
                Node(key, "value", self._formula.owner, as_text(a), a.value, None, stage, None)
            )
        if at is not None:
            passed = _passed_on(part, at)
            if passed is not None:
                return self._source(*passed)
        key = f"{self._formula.result.key}/{part.path}"
        if at is not None and not isinstance(a, x.OfRow):
            key += f"@{at[1]}"
        inside = part.inside
        if inside is not None and key in self.opened:
            return self._inside(part, inside, at, key)
        inner = key if inside is not None else ""
        if at is None:
            return self._whole(part, inner)
        if isinstance(a, x.MatrixProduct):
            return self._sum(part, [(part, at)], at)
        if isinstance(a, e.Sum) and any(isinstance(o, x.MatrixProduct) for o in a.operands):
            terms = [(o, _within(o, at)) for o in part.operands]
            return self._sum(part, terms, at)
        if isinstance(a, x.Total):
            return self._total(part, at)
        if isinstance(a, x.OfRow | x.Opaque):
            return self._of_row(part, at, inner)
        text, feeds = drawn_as(part, single=True)
        target, new = self._operation(part, at, text, inner)
        if new:
            for operand, share in feeds:
                self._connect(target, operand, _within(operand, at), _pick(share, at))
        return target

    def _inside(self, part: Part, inside: Part, at: tuple[int, int] | None, key: str) -> str:
        """A function that is taken apart: what it is of is drawn once, as before."""
        before, self._within = self._within, key
        (of,) = part.operands
        found = self._source(_Graft(inside, of), at)
        self._within = before
        return found

    def _whole(self, part: Part, inner: str) -> str:
        text, feeds = drawn_as(part, single=False)
        target, new = self._operation(part, None, text, inner)
        if new:
            for operand, share in feeds:
                self._connect(target, operand, None, e.shrunk(share, operand.expression.shape))
        return target

    def _of_row(self, part: Part, at: tuple[int, int], inner: str) -> str:
        """All units of a sample together: one operation with several results."""
        text, _ = drawn_as(part, single=True)
        node, new = self._operation(part, (at[0], 0), text, inner)
        if new:
            for operand in part.operands:
                rows, columns = operand.expression.shape
                for column in range(columns):
                    of = (at[0] if rows > 1 else 0, column)
                    self._connect(node, operand, of, _pick(operand.grad, of))
        return node

    # ---- sums of single numbers ------------------------------------------------------------------

    def _sum(
        self, part: Part, terms: list[tuple[Part, tuple[int, int]]], at: tuple[int, int]
    ) -> str:
        """A sum in which matrix products stand as their single products."""
        count = sum(
            t.expression.operands[0].shape[1] if isinstance(t.expression, x.MatrixProduct) else 1
            for t, _ in terms
        )
        if count == 1:
            return self._product(*terms[0], 0)
        target, new = self._operation(part, at, "+")
        if not new:
            return target
        for k, (term, of) in enumerate(terms):
            share = _pick(part.shares[k] if term is not part else part.grad, at)
            if not isinstance(term.expression, x.MatrixProduct):
                self._connect(target, term, of, share)
                continue
            length = term.expression.operands[0].shape[1]
            shown = length if self.only is None else min(length, TERMS)
            for n in range(shown):
                source = self._product(term, of, n)
                value = self.graph.nodes[source].value
                self._edge(source, target, value, share)
            if shown < length:
                a, b = (o.value for o in term.expression.operands)
                value = (a[of[0], shown:] @ b[shown:, of[1]]).reshape(1, 1)
                self._rest(target, part, at, value, share, length - shown)
        return target

    def _product(self, part: Part, at: tuple[int, int], n: int) -> str:
        """The n-th product of a row times a column."""
        a, b = part.operands
        first, second = (at[0], n), (n, at[1])
        factors = e.Product(a.expression.at(*first), b.expression.at(*second))
        product = Part(factors, _pick(part.grad, at), f"{part.path}*")
        more = f"{n}{self._mark(part.expression, at)}"
        target, new = self._operation(product, (0, 0), "×", more=more)
        if new:
            for factor, of, share in zip((a, b), (first, second), product.shares, strict=True):
                self._connect(target, factor, of, share)
        return target

    def _total(self, part: Part, at: tuple[int, int]) -> str:
        """A sum or the largest over units and samples; the other samples are one value."""
        (of,) = part.operands
        a = part.expression
        assert isinstance(a, x.Total)
        rows, columns = of.expression.shape
        text, _ = drawn_as(part, single=True)
        target, new = self._operation(part, at, text)
        if not new:
            return target
        mine = range(rows) if a.over != "units" else [at[0]]
        if len(mine) == self.computation.walk.m and self.sample is not None:
            mine = [min(self.sample, rows - 1)]
        over = [at[1]] if a.over == "samples" else range(columns)
        for row in mine:
            for column in over:
                here = row, column
                self._connect(target, of, here, _pick(part.shares[0], here))
        others = rows - 1 if a.over != "units" and len(mine) == 1 else 0
        if others:
            kept = [r for r in range(rows) if r != mine[0]]
            values = of.expression.value[kept][:, list(over)]
            value = values.max() if isinstance(a, x.Largest) else values.sum()
            grad = None if isinstance(a, x.Largest) else _pick(part.grad, at)
            self._rest(target, part, at, value.reshape(1, 1), grad, others, samples=True)
        return target

    def _rest(
        self,
        target: str,
        part: Part,
        at: tuple[int, int],
        value: Array,
        grad: Array | None,
        count: int,
        *,
        samples: bool = False,
    ) -> None:
        formula = self._formula
        key = f"{formula.result.key}/{part.path}…{self._mark(part.expression, at)}"
        text = "samples" if samples else "terms"
        back = self._back("")
        self._put(
            Node(key, "rest", formula.owner, text, value, grad, formula.stage, back, count=count)
        )
        self._edge(key, target, value, grad)

    def _edge(self, source: str, target: str, value: Array, grad: Array | None) -> None:
        formula = self._formula
        grad = None if formula.grad is None else grad
        edge = Edge(source, target, value, grad, formula.stage, self._back(""))
        self.graph.edges.append(edge)


class _Graft(Part):
    """A part of the inside of a function, in which what the function is of is the part outside."""

    def __init__(self, inside: Part, of: Part) -> None:
        super().__init__(inside.expression, inside.grad, inside.path)
        self._of = of

    @property
    def operands(self) -> tuple[Part, ...]:
        """Those of the inside, up to what the function is of."""
        return tuple(
            self._of if o.expression is self._of.expression else _Graft(o, self._of)
            for o in super().operands
        )


# ---- small helpers -------------------------------------------------------------------------------


def _pick(values: Array, at: tuple[int, int] | None) -> Array:
    """One number (1, 1) of a matrix, or all of it; what has one row or column counts as spread."""
    if at is None:
        return values
    row, column = (i if n > 1 else 0 for i, n in zip(at, values.shape, strict=True))
    return values[row : row + 1, column : column + 1]


def _within(part: Part, at: tuple[int, int] | None) -> tuple[int, int]:
    """The place of an operand that belongs to a place of the result."""
    assert at is not None
    rows, columns = part.expression.shape
    return at[0] if rows > 1 else 0, at[1] if columns > 1 else 0


def _passed_on(part: Part, at: tuple[int, int]) -> tuple[Part, tuple[int, int]] | None:
    """Where a number comes from that is only moved."""
    a = part.expression
    if isinstance(a, x.Transposed):
        return part.operands[0], (at[1], at[0])
    if isinstance(a, x.Columns):
        return part.operands[0], (at[0], at[1] + a.start)
    if isinstance(a, x.Row):
        return part.operands[0], (a.row, at[1])
    if isinstance(a, x.Beside):
        column = at[1]
        for operand in part.operands:
            if column < operand.expression.shape[1]:
                return operand, (at[0], column)
            column -= operand.expression.shape[1]
    return None
