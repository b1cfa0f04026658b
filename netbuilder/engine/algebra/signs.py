"""How one operation of a formula is drawn: its sign, and which operands lead into it."""

from __future__ import annotations

from netbuilder.engine.algebra import expression as e
from netbuilder.engine.algebra import functions as f
from netbuilder.engine.algebra import matrices as x
from netbuilder.engine.algebra.parts import Part
from netbuilder.engine.algebra.write import as_text, digits_of
from netbuilder.engine.operation import Array

Feeds = list[tuple[Part, Array]]
"""Operands, each with what this use gives back to it, in the shape of the result."""


def drawn_as(part: Part, *, single: bool) -> tuple[str, Feeds]:
    """The sign of an operation and what leads into it. A constant that belongs to the operation is
    written into it (+ 1, 1/x), as in 1 / (1 + exp(-z)). `single`: of single numbers."""
    a = part.expression
    feeds: Feeds = list(zip(part.operands, part.shares, strict=True))
    moving = [feed for feed in feeds if not isinstance(feed[0].expression, e.Number)]
    constants = [as_text(o) for o in a.operands if isinstance(o, e.Number)]
    if isinstance(a, e.Sum):
        return _sum(part, feeds)
    if isinstance(a, e.Product):
        if len(moving) == 1:
            return f"× {' '.join(constants)}".rstrip(), moving
        plain = single or any(o.is_scalar for o in a.operands)
        return "×" if plain else "⊙", feeds
    if isinstance(a, e.Quotient) and len(moving) == 1:
        return (f"÷ {constants[0]}" if moving[0] is feeds[0] else f"{constants[0]}/x"), moving
    if isinstance(a, e.Power):
        digits = str(a.exponent).translate(str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"))
        return f"x{digits}", feeds
    if isinstance(a, e.Extreme) and len(moving) == 1 and constants:
        return f"{a.which}({constants[0]}, x)", moving
    if isinstance(a, e.Choice):
        return _condition(a), moving
    if isinstance(a, f.Apply):
        return {"sqrt": "√", "abs": "|x|"}.get(a.function.name, a.function.name), feeds
    if isinstance(a, x.OfRow | x.Opaque):
        return a.name, feeds
    return _sign(a), feeds


def _sum(part: Part, feeds: Feeds) -> tuple[str, Feeds]:
    operands = part.expression.operands
    if len(feeds) == 2:
        first, second = operands
        if isinstance(second, e.Negative):
            taken = part.operands[1].operands[0], -part.shares[1]
            if isinstance(first, e.Number):
                return f"{as_text(first)} − x", [taken]
            if isinstance(second.operands[0], e.Number):
                return f"− {as_text(second.operands[0])}", feeds[:1]
            return "−", [feeds[0], taken]
        for constant, other in ((first, 1), (second, 0)):
            if isinstance(constant, e.Number):
                return f"+ {as_text(constant)}", [feeds[other]]
    return "+", feeds


def _condition(a: e.Choice) -> str:
    low = f"{digits_of(a.low)} < " if a.low is not None else ""
    high = f" < {digits_of(a.high)}" if a.high is not None else ""
    if low and not high:
        return f"x > {digits_of(a.low or 0.0)} ?"
    return f"{low}x{high} ?"


def _sign(a: e.Expression) -> str:
    signs: list[tuple[type[e.Expression], str]] = [
        (e.Negative, "−x"),
        (e.Quotient, "÷"),
        (x.MatrixProduct, "×"),
        (x.Transposed, "T"),
        (x.Largest, "max"),
        (x.Total, "Σ"),
        (x.Columns, "[ ]"),
        (x.Row, "[ ]"),
        (x.Beside, "[ | ]"),
        (x.Equal, "="),
        (x.Diagonal, "diag"),
    ]
    if isinstance(a, e.Extreme):
        return a.which
    return next((sign for kind, sign in signs if isinstance(a, kind)), type(a).__name__)
