"""Reads a formula as people type it: 2x^2 - 5 sin(x). Nothing in it is ever run as code.

    formula = term {("+" | "-") term}
    term    = sign {("*" | "/" | nothing) sign}
    sign    = ("+" | "-") sign | power
    power   = atom ["^" sign]
    atom    = number | name | function "(" formula {"," formula} ")"
            | "(" formula ")" | "|" formula "|"

A product without a sign binds as tightly as one with it, so 1/2x is half of x.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from netbuilder.declare import did_you_mean
from netbuilder.engine.lab.elementary import ALIASES, CONSTANTS, FUNCTIONS
from netbuilder.engine.lab.expression import (
    Application,
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
from netbuilder.errors import NetbuilderError

LONGEST = 120  # characters
DEEPEST = 20  # brackets, signs and exponents inside each other

_NUMBER = re.compile(r"([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_NAME = re.compile(r"[^\W\d_²³⁴]+")
_SAME = {"−": "-", "–": "-", "·": "*", "×": "*", "÷": "/", "∙": "*", "[": "(", "]": ")"}
_RAISED = {"²": "2", "³": "3", "⁴": "4"}


class FormulaError(NetbuilderError):
    """A formula that cannot be read; `column` counts from 1."""


class EmptyFormula(FormulaError):
    """Nothing was typed."""

    template = "There is no formula yet: type one, for example {example}."


class TooLong(FormulaError):
    """More text than anybody would read."""

    template = "The formula has {length} characters: shorten it to {most}."


class TooDeep(FormulaError):
    """More nesting than anybody would read."""

    template = "Column {column}: more than {most} parts lie inside each other; write it flatter."


class StrangeCharacter(FormulaError):
    """A sign that formulas do not have."""

    template = (
        "Column {column}: “{character}” means nothing here; use numbers, {variables}, + - * / ^"
        " and parentheses."
    )


class StrayComma(FormulaError):
    """A comma that is no separator of arguments."""

    template = (
        "Column {column}: a comma stands only between the arguments of a function; write the"
        " decimal sign as a point."
    )


class UnknownName(FormulaError):
    """A word that names nothing."""

    template = "Column {column}: “{name}” is not known{hint}"


class OtherVariable(FormulaError):
    """y in a formula in x."""

    template = "Column {column}: “{name}” is no variable here; the formula is in {variables} alone."


class NoArgument(FormulaError):
    """A function without parentheses."""

    template = (
        "Column {column}: {name} needs its argument in parentheses; write {name}({variable})."
    )


class WrongArguments(FormulaError):
    """A function of too many or too few arguments."""

    template = "Column {column}: {name} takes {expected}, not {count}; write {example}."


class MissingPart(FormulaError):
    """A sign without anything to work on."""

    template = (
        "Column {column}: a number, a variable or a parenthesis is missing here; add it or remove"
        " the “{before}” before it."
    )


class NothingInside(FormulaError):
    """Empty parentheses."""

    template = "Column {column}: there is nothing in these parentheses; fill or remove them."


class Unclosed(FormulaError):
    """An opening parenthesis or bar too many."""

    template = "Column {column}: what “{sign}” opens here is not closed; add a “{closing}”."


class Unopened(FormulaError):
    """A closing parenthesis too many."""

    template = "Column {column}: this “)” closes nothing; remove it or add a “(” before it."


class MissingSign(FormulaError):
    """A number straight behind something else."""

    template = (
        "Column {column}: no sign stands before {number}; write * for a product, ^ for a power."
    )


class TooLarge(FormulaError):
    """A number that is infinite in float64."""

    template = "Column {column}: {number} is too large; numbers end at about 1e308."


@dataclass(frozen=True)
class _Token:
    kind: str  # "number", "name", "end", or the sign itself
    text: str
    column: int


def parse(text: str, variables: Sequence[str] = ("x",)) -> Expression:
    """The tree of a formula in these variables. Raises FormulaError."""
    if not text.strip():
        example = "x^2 + 5 sin(x)" if len(variables) == 1 else "x^2 + 3y^2"
        raise EmptyFormula(example=example)
    if len(text) > LONGEST:
        raise TooLong(length=len(text), most=LONGEST)
    return _Parser(_tokens(text, variables), variables).formula()


def _tokens(text: str, variables: Sequence[str]) -> list[_Token]:
    found: list[_Token] = []
    place = 0
    while place < len(text):
        character = text[place]
        column = place + 1
        if character.isspace():
            place += 1
            continue
        match = _NUMBER.match(text, place)
        if match:
            if not math.isfinite(float(match[0])):
                raise TooLarge(column=column, number=match[0])
            found.append(_Token("number", match[0], column))
            place = match.end()
            continue
        match = _NAME.match(text, place)
        if match:
            found += _names(match[0], column, variables)
            place = match.end()
            continue
        if character in _RAISED:
            found += [_Token("^", character, column), _Token("number", _RAISED[character], column)]
        elif text.startswith("**", place):
            found.append(_Token("^", "**", column))
            place += 1
        elif _SAME.get(character, character) in "+-*/^(),|":
            found.append(_Token(_SAME.get(character, character), character, column))
        elif character == "√":
            found.append(_Token("name", "sqrt", column))
        else:
            raise StrangeCharacter(
                column=column, character=character, variables=" and ".join(variables)
            )
        place += 1
    found.append(_Token("end", "", len(text) + 1))
    return found


def _names(word: str, column: int, variables: Sequence[str]) -> list[_Token]:
    """A run of letters as known names, the longest first: xsin is x and sin."""
    known = [*FUNCTIONS, *ALIASES, *CONSTANTS, "π", "x", "y"]
    found: list[_Token] = []
    place = 0
    while place < len(word):
        rest = word[place:]
        fitting = [name for name in known if rest.lower().startswith(name)]
        if not fitting:
            raise _unknown(word, column, variables)
        name = max(fitting, key=len)
        if name in ("x", "y") and name not in variables:
            if len(word) > 1:  # "Type" is no product of y
                raise _unknown(word, column, variables)
            raise OtherVariable(column=column + place, name=name, variables=" and ".join(variables))
        found.append(_Token("name", "pi" if name == "π" else name, column + place))
        place += len(name)
    return found


def _unknown(word: str, column: int, variables: Sequence[str]) -> UnknownName:
    known = [*FUNCTIONS, *ALIASES]
    hint = did_you_mean(word.lower(), known) if len(word) > 2 else ""
    if "did you mean" not in hint:
        hint = f"; use {', '.join(variables)}, numbers, pi, e, or a function such as sin(x)."
    return UnknownName(column=column, name=word, hint=hint)


class _Parser:
    """Recursive descent over the tokens of one formula."""

    def __init__(self, tokens: list[_Token], variables: Sequence[str]) -> None:
        self._tokens = tokens
        self._variables = variables
        self._place = 0
        self._depth = 0
        self._bars = [False]  # whether the innermost bracket is a bar, which the next one closes

    def formula(self) -> Expression:
        """The whole text."""
        found = self._sum()
        if self._now.kind == ")":
            raise Unopened(column=self._now.column)
        if self._now.kind == ",":
            raise StrayComma(column=self._now.column)
        return found

    @property
    def _now(self) -> _Token:
        return self._tokens[self._place]

    def _take(self) -> _Token:
        token = self._now
        self._place += 1
        return token

    def _sum(self) -> Expression:
        terms = [self._product()]
        while self._now.kind in "+-":
            minus = self._take().kind == "-"
            term = self._product()
            terms.append(Negative(term) if minus else term)
        return terms[0] if len(terms) == 1 else Sum(tuple(terms))

    def _product(self) -> Expression:
        factors = [self._signed()]
        while True:
            kind = self._now.kind
            if kind == "number":
                raise MissingSign(column=self._now.column, number=self._now.text)
            if kind == "/":
                self._take()
                above = factors[0] if len(factors) == 1 else Product(tuple(factors))
                factors = [Quotient(above, self._signed())]
            elif kind == "*":
                self._take()
                factors.append(self._signed())
            elif kind in ("name", "(") or (kind == "|" and not self._bars[-1]):
                factors.append(self._power())
            else:
                return factors[0] if len(factors) == 1 else Product(tuple(factors))

    def _signed(self) -> Expression:
        if self._now.kind not in "+-":
            return self._power()
        minus = self._take().kind == "-"
        self._deeper()
        inner = self._signed()
        self._depth -= 1
        return Negative(inner) if minus else inner

    def _power(self) -> Expression:
        base = self._atom()
        if self._now.kind != "^":
            return base
        raised = self._take().text in _RAISED
        self._deeper()
        exponent: Expression = Number(float(self._take().text)) if raised else self._signed()
        self._depth -= 1
        found = Power(base, exponent)
        return self._raised_again(found) if raised else found

    def _raised_again(self, found: Expression) -> Expression:
        # x²^3 would be a riddle: what follows "²" begins anew.
        if self._now.kind == "^":
            raise MissingPart(column=self._now.column, before=self._tokens[self._place - 1].text)
        return found

    def _atom(self) -> Expression:
        token = self._now
        match token.kind:
            case "number":
                self._take()
                return Number(float(token.text))
            case "name":
                return self._named()
            case "(" | "|":
                self._take()
                inner = self._inside(token)
                self._close(token)
                return Application(FUNCTIONS["abs"], (inner,)) if token.kind == "|" else inner
        raise self._missing()

    def _named(self) -> Expression:
        token = self._take()
        name = ALIASES.get(token.text, token.text)
        if name in CONSTANTS:
            return Constant(name, CONSTANTS[name])
        function = FUNCTIONS.get(name)
        if function is None:
            return Variable(name)
        opening = self._now
        if opening.kind != "(":
            raise NoArgument(column=token.column, name=token.text, variable=self._variables[0])
        self._take()
        arguments = [self._inside(opening)]
        while self._now.kind == ",":
            self._take()
            arguments.append(self._inside(opening))
        self._close(opening)
        if function.several and len(arguments) < 2:
            raise WrongArguments(
                column=token.column,
                name=token.text,
                expected="two arguments or more",
                count=1,
                example=f"{token.text}({self._variables[0]}, 0)",
            )
        if not function.several and len(arguments) > 1:
            raise WrongArguments(
                column=token.column,
                name=token.text,
                expected="one argument",
                count=len(arguments),
                example=f"{token.text}({self._variables[0]}) and the decimal sign as a point",
            )
        return Application(function, tuple(arguments))

    def _inside(self, opening: _Token) -> Expression:
        self._deeper()
        self._bars.append(opening.kind == "|")
        inner = self._sum()
        self._bars.pop()
        self._depth -= 1
        return inner

    def _close(self, opening: _Token) -> None:
        closing = "|" if opening.kind == "|" else ")"
        if self._now.kind == ",":
            raise StrayComma(column=self._now.column)
        if self._now.kind != closing:
            raise Unclosed(column=opening.column, sign=opening.text, closing=closing)
        self._take()

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise TooDeep(column=self._now.column, most=DEEPEST)

    def _missing(self) -> FormulaError:
        token = self._now
        before = self._tokens[self._place - 1] if self._place else None
        if token.kind == ")" and (before is None or before.kind not in "(+-*/^,|"):
            return Unopened(column=token.column)
        if before is None or before.kind == "end":
            return MissingPart(column=token.column, before=token.text)
        if before.kind in "(|" and token.kind in ")|":
            return NothingInside(column=before.column)
        if before.kind in "(|" and token.kind == "end":
            closing = "|" if before.kind == "|" else ")"
            return Unclosed(column=before.column, sign=before.text, closing=closing)
        return MissingPart(column=token.column, before=before.text)
