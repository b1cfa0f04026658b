"""Writes expressions: as LaTeX, as one line of plain text, and as NumPy code.

Each of them either with the names of the quantities (z = w x + b) or, for the expression of a
single number, with numbers in their place (0.2 · 1 + 0.3 · 2).
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping, Sequence
from typing import ClassVar

from netbuilder.engine.algebra import expression as e
from netbuilder.engine.algebra import functions as f
from netbuilder.engine.algebra import matrices as x

SUM, PRODUCT, SIGNED, POWER, ATOM = range(1, 6)
INDEX: dict[x.Over, str] = {"samples": "ₛ", "units": "ⱼ", "all": ""}
MOST_TERMS = 6
"""A longer sum or product is written with dots in the middle, where that may be."""


UNKNOWN = struct.unpack("<d", (0x7FF8_0000_4E65_7462).to_bytes(8, "little"))[0]
"""A number that must not be seen: a NaN that can be told from one that a run has come to. What is
computed from it is unknown as well."""


def is_unknown(number: float) -> bool:
    """Whether it is `UNKNOWN`, or made of it."""
    return math.isnan(number) and struct.pack("<d", abs(number)) == struct.pack("<d", UNKNOWN)


def digits_of(number: float, digits: int = 6) -> str:
    """A number with so many significant digits, without trailing zeros: 0.95, -1.2e-05."""
    if math.isnan(number):
        return "?" if is_unknown(number) else "NaN"
    if math.isinf(number):
        return "∞" if number > 0 else "-∞"
    words = f"{number:.{digits}g}"
    return "0" if words == "-0" else words


WRITERS: dict[type[e.Expression], str] = {
    e.Quantity: "_quantity",
    e.Entry: "_quantity",
    e.Number: "_number",
    e.Sum: "_sum",
    e.Negative: "_negative",
    e.Product: "_product",
    e.Quotient: "_quotient",
    e.Power: "_power",
    e.Extreme: "_extreme",
    e.Choice: "_choice",
    f.Apply: "_apply",
    x.MatrixProduct: "_matrix_product",
    x.Transposed: "_transposed",
    x.Largest: "_largest",
    x.Total: "_total",
    x.Columns: "_columns",
    x.Row: "_row",
    x.Beside: "_beside",
    x.Equal: "_equal",
    x.Diagonal: "_diagonal",
    x.OfRow: "_of_row",
    x.Opaque: "_opaque",
    x.Later: "_later",
}
"""Which method of a dialect writes which kind of expression."""


def _method(kind: type[e.Expression]) -> str:
    """The writer of a kind, or of the nearest that it is derived from."""
    if kind not in WRITERS:
        known = [base for base in kind.__mro__ if base in WRITERS]
        if not known:
            raise TypeError(f"{kind.__name__} cannot be written")
        WRITERS[kind] = WRITERS[known[0]]
    return WRITERS[kind]


class Dialect:
    """How the parts are put together; `numbers` writes numbers instead of names."""

    dots: ClassVar[str] = "…"

    def __init__(self, *, numbers: bool = False, digits: int = 6, shorten: bool = True) -> None:
        self.numbers = numbers
        self.digits = digits
        self.shorten = shorten

    # ---- going through the tree ------------------------------------------------------------------

    def write(self, expression: e.Expression) -> str:
        """The whole expression."""
        return self._write(expression)[0]

    def _write(self, a: e.Expression) -> tuple[str, int]:
        """The words and how strongly they hold together."""
        found: tuple[str, int] = getattr(self, _method(type(a)))(a)
        return found

    def _later(self, a: x.Later) -> tuple[str, int]:
        return self._write(a.single)

    def _diagonal(self, a: x.Diagonal) -> tuple[str, int]:
        return self.call("diag", [self.write(a.operands[0])]), ATOM

    def _opaque(self, a: x.Opaque) -> tuple[str, int]:
        return self.call(a.name, [self.write(o) for o in a.operands]), ATOM

    def _inside(self, a: e.Expression, least: int) -> str:
        words, strength = self._write(a)
        return words if strength >= least else self.brackets(words)

    def _quantity(self, a: e.Quantity | e.Entry) -> tuple[str, int]:
        if self.numbers and a.is_scalar:
            return self._digits(float(a.value[0, 0]))
        return self.name(a), ATOM

    def _number(self, a: e.Number) -> tuple[str, int]:
        words = self.constant(a)
        if words:
            return words, ATOM
        return self._digits(a.number)

    def _digits(self, number: float) -> tuple[str, int]:
        words = self.number(digits_of(number, self.digits))
        return words, SIGNED if words.startswith("-") else ATOM

    def _shortened(self, words: list[str]) -> list[str]:
        if self.shorten and len(words) > MOST_TERMS:
            return [*words[: MOST_TERMS - 2], self.dots, words[-1]]
        return words

    def _sum(self, a: e.Sum) -> tuple[str, int]:
        terms = []
        is_long = self.shorten and len(a.operands) > MOST_TERMS
        # What the dots stand for need not be written.
        shown = [*a.operands[: MOST_TERMS - 2], a.operands[-1]] if is_long else a.operands
        for i, term in enumerate(shown):
            while isinstance(term, x.Later):
                term = term.single
            taken = isinstance(term, e.Negative)
            words = self._inside(term.operands[0] if taken else term, PRODUCT)
            if i and words.startswith("-"):
                words = self.brackets(words)
            terms.append((" - " if taken and i else "-" if taken else " + " if i else "") + words)
        if is_long:
            terms.insert(-1, f" + {self.dots}")
        return "".join(terms), SUM

    def _negative(self, a: e.Negative) -> tuple[str, int]:
        words = self._inside(a.operands[0], PRODUCT)
        return "-" + (self.brackets(words) if words.startswith("-") else words), SIGNED

    def _product(self, a: e.Product) -> tuple[str, int]:
        factors = []
        for i, factor in enumerate(a.operands):
            # A sum sign at the end takes in all that follows it anyway.
            ends = i == len(a.operands) - 1 and isinstance(factor, x.Total)
            words = self._inside(factor, PRODUCT if not i or ends else SIGNED)
            if words.startswith("-") and i:
                words = self.brackets(words)
            factors.append(words)
        words = factors[0]
        for before, after, text in zip(a.operands, a.operands[1:], factors[1:], strict=False):
            words += self.times(before, after) + text
        return words, PRODUCT

    def _quotient(self, a: e.Quotient) -> tuple[str, int]:
        top, bottom = a.operands
        words = self._inside(top, PRODUCT), self._inside(bottom, POWER)
        return f"{words[0]} / {words[1]}", PRODUCT

    def _power(self, a: e.Power) -> tuple[str, int]:
        base = a.operands[0]
        words = self._inside(base, ATOM)
        if isinstance(base, e.Quantity | e.Entry) and not self.numbers and self.is_high(base):
            words = self.brackets(words)
        return self.raised(words, a.exponent), POWER

    def _extreme(self, a: e.Extreme) -> tuple[str, int]:
        words = self._shortened([self.write(o) for o in a.operands])
        return self.call(a.which, words), ATOM

    def _condition(self, a: e.Choice) -> str:
        words = self._inside(a.operands[0], PRODUCT)
        low = "" if a.low is None else digits_of(a.low)
        high = "" if a.high is None else digits_of(a.high)
        if low and high:
            return f"{low} < {words} < {high}"
        return f"{words} > {low}" if low else f"{words} < {high}"

    def _choice(self, a: e.Choice) -> tuple[str, int]:
        yes, no = (self._inside(o, PRODUCT) for o in a.operands[1:])
        return f"({yes} if {self._condition(a)} else {no})", ATOM

    def _apply(self, a: f.Apply) -> tuple[str, int]:
        return self.call(a.function.name, [self.write(a.operands[0])]), ATOM

    def _equal(self, a: x.Equal) -> tuple[str, int]:
        return "[" + " = ".join(self._inside(o, PRODUCT) for o in a.operands) + "]", ATOM

    def _of_row(self, a: x.OfRow) -> tuple[str, int]:
        return self.call(a.name, [self.write(a.operands[0])]), ATOM

    def _matrix_product(self, a: x.MatrixProduct) -> tuple[str, int]:
        left, right = a.operands
        words = self._inside(left, PRODUCT), self._inside(right, SIGNED)
        return words[0] + self.dot + words[1], PRODUCT

    def _transposed(self, a: x.Transposed) -> tuple[str, int]:
        return self.transposed(self._inside(a.operands[0], ATOM)), POWER

    def _total(self, a: x.Total) -> tuple[str, int]:
        (of,) = a.operands
        # A single column needs no index of its own.
        over: x.Over = "samples" if a.over == "all" and of.shape[1] == 1 else a.over
        return self.total(self._inside(of, PRODUCT), over), PRODUCT

    def _largest(self, a: x.Largest) -> tuple[str, int]:
        return self.call("max", [self.write(a.operands[0])]), ATOM

    def _columns(self, a: x.Columns) -> tuple[str, int]:
        words = self._inside(a.operands[0], ATOM)
        return self.columns(words, a.start, a.stop), ATOM

    def _row(self, a: x.Row) -> tuple[str, int]:
        return self.row(self._inside(a.operands[0], ATOM), a.row), ATOM

    def _beside(self, a: x.Beside) -> tuple[str, int]:
        return self.beside([self.write(o) for o in a.operands]), ATOM

    # ---- the words of a dialect ------------------------------------------------------------------

    dot: ClassVar[str] = " · "

    def name(self, a: e.Quantity | e.Entry) -> str:
        """A quantity's name."""
        return a.symbol.text()

    def number(self, digits: str) -> str:
        """A number from its digits."""
        return digits

    def constant(self, a: e.Number) -> str:
        """A constant that is not written as a number."""
        return a.plain if self.numbers else a.text

    def brackets(self, words: str) -> str:
        """In brackets."""
        return f"({words})"

    def call(self, name: str, words: Sequence[str]) -> str:
        """A function."""
        if name == "abs":
            return f"|{words[0]}|"
        return f"{name}({', '.join(words)})"

    def times(self, before: e.Expression, after: e.Expression) -> str:
        """What stands between two factors."""
        matrices = not before.is_scalar and not after.is_scalar
        return " ⊙ " if matrices else " · "

    def is_high(self, a: e.Quantity | e.Entry) -> bool:
        """Whether an exponent at a name would be taken for a part of it: H¹² or ∂J/∂w²."""
        return a.symbol.grad or (bool(a.symbol.layer) and not a.symbol.sub)

    def raised(self, words: str, exponent: int) -> str:
        """A power."""
        return words + ("²" if exponent == 2 else f"^{exponent}")

    def transposed(self, words: str) -> str:
        """A transposed matrix."""
        return words + "ᵀ"

    def total(self, words: str, over: x.Over) -> str:
        """A sum over rows or columns."""
        return f"Σ{INDEX[over]} {words}"

    def columns(self, words: str, start: int, stop: int) -> str:
        """Some columns."""
        return f"{words}[:, {start}:{stop}]"

    def row(self, words: str, row: int) -> str:
        """One row."""
        return f"{words}[{row + 1}]"

    def beside(self, words: Sequence[str]) -> str:
        """Side by side."""
        return f"[{', '.join(words)}]"


class Text(Dialect):
    """One line of plain text."""


class Latex(Dialect):
    """For the typesetter. `inks` are the colours ("#rrggbb") of some quantities, by key."""

    dots: ClassVar[str] = r"\dots"
    dot: ClassVar[str] = r" \, "

    def __init__(
        self,
        *,
        numbers: bool = False,
        digits: int = 6,
        shorten: bool = True,
        inks: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(numbers=numbers, digits=digits, shorten=shorten)
        self.inks = inks or {}

    def name(self, a: e.Quantity | e.Entry) -> str:
        words = a.symbol.latex()
        key = a.key if isinstance(a, e.Quantity) else a.place.key
        return self._inked(words, self.inks[key]) if key in self.inks else words

    def _inked(self, words: str, ink: str) -> str:
        """In a colour, without another gap beside it: nothing moves when the colour comes."""
        above, bar, below = words.partition(r"\frac{\partial J}{")
        if bar and not above and below.endswith("}"):
            top, bottom = self._inked(r"\partial J", ink), self._inked(below[:-1], ink)
            return rf"\frac{{{top}}}{{{bottom}}}"
        return rf"{{\color{{{ink}}}{{{words}}}}}"

    def _below(self, words: str, index: str) -> str:
        """With an index; within the colour, if there is one."""
        if words.startswith(r"{\color"):
            return rf"{words[:-2]}_{{{index}}}}}}}"
        return rf"{words}_{{{index}}}"

    def number(self, digits: str) -> str:
        if "e" in digits:
            mantissa, power = digits.split("e")
            return rf"{mantissa} \cdot 10^{{{int(power)}}}"
        return digits.replace("∞", r"\infty").replace("NaN", r"\mathrm{NaN}")

    def constant(self, a: e.Number) -> str:
        return a.latex if self.numbers else a.symbol

    def brackets(self, words: str) -> str:
        return rf"\left( {words} \right)"

    def call(self, name: str, words: Sequence[str]) -> str:
        inside = ",\\, ".join(words)
        if name == "abs":
            return rf"\left| {inside} \right|"
        known = {"max": r"\max", "min": r"\min"}.get(name, rf"\mathrm{{{name}}}")
        return rf"{known}\left( {inside} \right)"

    def times(self, before: e.Expression, after: e.Expression) -> str:
        if not before.is_scalar and not after.is_scalar:
            return r" \odot "
        return r" \cdot " if self.numbers else r" \, "

    def is_high(self, a: e.Quantity | e.Entry) -> bool:
        return a.symbol.grad or bool(a.symbol.layer)

    def raised(self, words: str, exponent: int) -> str:
        return f"{{{words}}}^{{{exponent}}}"

    def transposed(self, words: str) -> str:
        return rf"{{{words}}}^{{\top}}"

    def total(self, words: str, over: x.Over) -> str:
        index = {"samples": "s", "units": "j", "all": "s,j"}[over]
        return rf"\sum_{{{index}}} {words}"

    def columns(self, words: str, start: int, stop: int) -> str:
        return self._below(words, rf"[{start + 1} \dots {stop}]")

    def row(self, words: str, row: int) -> str:
        return self._below(words, f"[{row + 1}]")

    def beside(self, words: Sequence[str]) -> str:
        return r"\left[ " + r" \;|\; ".join(words) + r" \right]"

    def _quotient(self, a: e.Quotient) -> tuple[str, int]:
        top, bottom = (self.write(o) for o in a.operands)
        return rf"\frac{{{top}}}{{{bottom}}}", POWER

    def _condition(self, a: e.Choice) -> str:
        return super()._condition(a).replace("<", r"\lt").replace(">", r"\gt")

    def _choice(self, a: e.Choice) -> tuple[str, int]:
        yes, no = (self.write(o) for o in a.operands[1:])
        rows = rf"{yes} & {self._condition(a)} \\ {no} & \mathrm{{else}}"
        return rf"\begin{{cases}} {rows} \end{{cases}}", ATOM

    def _apply(self, a: f.Apply) -> tuple[str, int]:
        words = self.write(a.operands[0])
        if a.function is f.EXP:
            return f"e^{{{words}}}", POWER
        if a.function is f.SQRT:
            return rf"\sqrt{{{words}}}", ATOM
        if a.function is f.ABS:
            return rf"\left| {words} \right|", ATOM
        return rf"{a.function.latex}\left( {words} \right)", ATOM


class NumPy(Dialect):
    """Python code: `np` is NumPy, quantities go by their Python names."""

    dot: ClassVar[str] = " @ "

    def __init__(self, *, numbers: bool = False, digits: int = 17) -> None:
        super().__init__(numbers=numbers, digits=digits, shorten=False)

    def name(self, a: e.Quantity | e.Entry) -> str:
        if isinstance(a, e.Entry):
            return f"{a.quantity.symbol.numpy()}[{a.place.row}, {a.place.column}]"
        return a.symbol.numpy()

    def number(self, digits: str) -> str:
        return digits.replace("∞", "np.inf").replace("NaN", "np.nan")

    def constant(self, a: e.Number) -> str:
        return a.plain

    def call(self, name: str, words: Sequence[str]) -> str:
        if name in ("max", "min"):
            whole = words[0]
            for other in words[1:]:
                whole = f"np.{name}imum({whole}, {other})"
            return whole
        name = {"diag": "diagflat"}.get(name, name)
        return f"np.{name}({', '.join(words)})"

    def times(self, before: e.Expression, after: e.Expression) -> str:
        return " * "

    def is_high(self, a: e.Quantity | e.Entry) -> bool:
        return False

    def raised(self, words: str, exponent: int) -> str:
        return f"{words}**{exponent}"

    def transposed(self, words: str) -> str:
        return words + ".T"

    def total(self, words: str, over: x.Over) -> str:
        axis = {"samples": ", axis=0, keepdims=True", "units": ", axis=1, keepdims=True"}
        return f"np.sum({words}{axis.get(over, '')})"

    def row(self, words: str, row: int) -> str:
        return f"{words}[{row}:{row + 1}]"

    def beside(self, words: Sequence[str]) -> str:
        return f"np.hstack([{', '.join(words)}])"

    def _choice(self, a: e.Choice) -> tuple[str, int]:
        condition, yes, no = (self.write(o) for o in a.operands)
        parts = []
        if a.low is not None:
            parts.append(f"({condition} > {digits_of(a.low)})")
        if a.high is not None:
            parts.append(f"({condition} < {digits_of(a.high)})")
        return f"np.where({' & '.join(parts)}, {yes}, {no})", ATOM

    def _apply(self, a: f.Apply) -> tuple[str, int]:
        words = self.write(a.operands[0])
        if a.function.numpy:
            return a.function.numpy.format(words), ATOM
        inside = a.inside()
        if inside is None:
            return f"{a.function.name}({words})", ATOM
        return self._write(inside)

    def _of_row(self, a: x.OfRow) -> tuple[str, int]:
        return self._write(a.inside())

    def _equal(self, a: x.Equal) -> tuple[str, int]:
        return "(" + " == ".join(self._inside(o, PRODUCT) for o in a.operands) + ")", ATOM

    def _largest(self, a: x.Largest) -> tuple[str, int]:
        axis = {"samples": ", axis=0, keepdims=True", "units": ", axis=1, keepdims=True"}
        return f"np.max({self.write(a.operands[0])}{axis.get(a.over, '')})", ATOM


def as_latex(a: e.Expression, *, numbers: bool = False, digits: int = 6) -> str:
    """The expression as LaTeX."""
    return Latex(numbers=numbers, digits=digits).write(a)


def as_text(a: e.Expression, *, numbers: bool = False, digits: int = 6) -> str:
    """The expression as one line of plain text."""
    return Text(numbers=numbers, digits=digits).write(a)


def as_numpy(a: e.Expression) -> str:
    """The expression as Python code."""
    return NumPy().write(a)
