"""Numbers and sentences of the lab."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from netbuilder.engine.lab.descent import Behaviour, Descent, Iterate
from netbuilder.engine.lab.expression import Array
from netbuilder.engine.lab.formula import Curvature

MINUS = "\N{MINUS SIGN}"
DIGITS = 6


def _tr(words: str) -> str:
    return QCoreApplication.translate("Lab", words)


def number(value: float, digits: int = DIGITS) -> str:
    """A value to six significant digits: 2.5, −0.1, 1.2e−7."""
    if math.isnan(value):
        return _tr("not a number")
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    rounded = float(f"{value:.{digits}g}")
    mantissa, _, exponent = f"{rounded:.6g}".partition("e")  # 1000 rather than 1e3
    text = f"{mantissa}e{int(exponent)}" if exponent else mantissa
    return "0" if text == "-0" else text.replace("-", MINUS)


def compact(value: float, digits: int) -> str:
    """A value in at most digits + 4 characters, with fewer digits where it takes more."""
    room = digits + 4
    return next(
        (t for t in (number(value, n) for n in range(digits, 1, -1)) if len(t) <= room),
        number(value, 1),
    )


def vector(values: Sequence[float] | Array, digits: int = 4) -> str:
    """A number, or several in brackets."""
    if len(values) == 1:
        return number(float(values[0]))
    return f"({', '.join(number(float(v), digits) for v in values)})"


def index(k: int) -> str:
    """A number as a small index below the line."""
    return str(k).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def arithmetic(here: Iterate, there: Array | None, rate: float, plain: bool) -> str:
    """The present step with its numbers: x₁ = 5 − 0.1 · 10 = 4."""
    names = "x" if len(here.point) == 1 else "p"
    if here.step is None or there is None:
        return f"{names}{index(here.k)} = {vector(here.point)}"
    if plain:
        slope = vector(here.gradient)
        if slope.startswith(MINUS):
            slope = f"({slope})"
        middle = f"{MINUS} {number(rate)} · {slope}"
    elif len(here.step) == 1:
        size = number(abs(float(here.step[0])))
        middle = f"{MINUS if here.step[0] < 0 else '+'} {size}"
    else:
        middle = f"+ {vector(here.step)}"
    return f"{names}{index(here.k + 1)} = {vector(here.point)} {middle} = {vector(there)}"


class Verdict(NamedTuple):
    """What came of the steps so far: level of a status chip, a word, a sentence."""

    level: str
    word: str
    sentence: str


def verdict(descent: Descent, k: int) -> Verdict:
    """What can be said of a way after k steps."""
    behaviour = descent.behaviour(k)
    level, word, sentence = _kinds(behaviour, min(k, descent.count))[behaviour.kind]
    return Verdict(level, word, sentence)


def _kinds(behaviour: Behaviour, k: int) -> dict[str, tuple[str, str, str]]:
    crossed = (
        _tr("It turned back {turns} times on the way.").format(turns=behaviour.turns)
        if behaviour.turns
        else _tr("It never turned back on the way.")
    )
    return {
        "start": (
            "neutral",
            _tr("At the start"),
            _tr("Press Next for the first step, or Play for all of them."),
        ),
        "going": ("neutral", _tr("Still going"), _tr("The slope is not 0 yet.")),
        "slow": (
            "warning",
            _tr("Too slow"),
            _tr(
                "After {k} steps more than half of the slope is left: a larger learning rate would"
                " get there sooner."
            ).format(k=k),
        ),
        "overshooting": (
            "warning",
            _tr("Overshoots"),
            _tr(
                "Each step jumps across the valley and the next one back; the jumps get smaller."
                " A smaller learning rate would get there sooner."
            ),
        ),
        "swinging": (
            "warning",
            _tr("Swings"),
            _tr(
                "It jumps to and fro over the valley and comes no nearer: the learning rate is too"
                " large."
            ),
        ),
        "widening": (
            "danger",
            _tr("Diverging"),
            _tr(
                "Each jump is longer than the one before: the learning rate is too large for this"
                " curvature."
            ),
        ),
        "diverged": (
            "danger",
            _tr("Diverged"),
            _tr("After {k} steps it is out of all bounds: try a smaller learning rate.").format(
                k=k
            ),
        ),
        "bottomless": (
            "danger",
            _tr("No bottom"),
            _tr("The function falls without end there: there is no minimum to find."),
        ),
        "minimum": (
            "ok",
            _tr("Converged"),
            _tr("A minimum after {k} steps: the slope is 0.").format(k=k) + " " + crossed,
        ),
        "maximum": (
            "warning",
            _tr("On a top"),
            _tr("The slope is 0, but this is a maximum. A start beside it would roll down."),
        ),
        "saddle": (
            "warning",
            _tr("On a saddle"),
            _tr("The slope is 0, but one way leads down. A start beside it would find it."),
        ),
        "flat": (
            "warning",
            _tr("On level ground"),
            _tr("The slope is almost 0 here without a minimum: the gradient has vanished."),
        ),
    }


def curvature_words(curvature: Curvature | None, d: int) -> tuple[str, str]:
    """What the second derivatives say of the present place: a value, and what follows from it."""
    if curvature is None:
        return _tr("not finite"), ""
    if d == 1:
        bend = curvature.most
        if bend <= 0:
            return number(bend, 4), _tr("curved downwards or straight")
        return number(bend, 4), _tr("η above 2/f″ = {limit} moves away").format(
            limit=number(2 / bend, 4)
        )
    ends = _tr("{least} to {most}").format(
        least=number(curvature.least, 4), most=number(curvature.most, 4)
    )
    if curvature.least <= 0:
        return ends, _tr("no bowl: one way is level or leads down")
    return ends, _tr("condition number {number}").format(number=number(curvature.condition, 4))
