"""Numbers of a walk that the student works out: which are hidden, and what an answer is worth."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np

from netbuilder.engine.algebra.expression import Expression, Place
from netbuilder.engine.algebra.matrices import Opaque
from netbuilder.engine.algebra.write import UNKNOWN
from netbuilder.engine.scope import Line
from netbuilder.engine.walk import Phase, Walk

Mark = Literal["right", "close", "wrong", "unreadable"]
Slip = Literal["", "digits", "rounding", "sign", "mean", "unreadable"]

DIGITS = 3  # significant digits that an answer needs
NEAR = 0.02  # relative error of an answer that is nearly right
EXERCISED: tuple[Phase, ...] = ("forward", "loss", "backward", "update")


@dataclass(frozen=True)
class Question:
    """One hidden number: where it is, the line of the stage that gives it, and the number."""

    number: int
    stage: int
    place: Place
    line: Line
    answer: float

    @property
    def expression(self) -> Expression:
        """How it is worked out: the expression of this one number."""
        return self.line.expression.at(self.place.row, self.place.column)

    @property
    def name(self) -> Expression:
        """The number by its name."""
        return self.line.result.at(self.place.row, self.place.column)


@dataclass(frozen=True)
class Judgement:
    """What an answer is worth, and what went wrong if that can be seen.

    slip: "digits": rounded more than wanted. "rounding": off in the last digits. "sign": the other
    sign. "mean": not divided by the number of samples. "unreadable": no number.
    """

    mark: Mark
    slip: Slip = ""


class Exercise:
    """Up to `each` numbers of every stage of the wanted phases, drawn from a seed.

    The same walk and seed hide the same numbers. What is 0 anyway, infinite, or not written down by
    a formula is no question.
    """

    def __init__(
        self, walk: Walk, seed: int, *, each: int = 2, phases: Collection[Phase] = EXERCISED
    ) -> None:
        self.walk = walk
        self.seed = seed
        self.each = each
        self.phases = tuple(phases)
        rng = np.random.default_rng([seed, 5])
        found: list[Question] = []
        for i, stage in enumerate(walk.stages):
            if stage.phase not in phases:
                continue
            lines = [
                line for line in stage.lines if line.result in stage.results and _askable(line)
            ]
            # What the stage is about counts more than what is named on the way.
            for line in reversed(lines[-2:]):
                for row, column in _drawn(line, rng, each - sum(q.stage == i for q in found)):
                    place = Place(line.result.key, row, column)
                    answer = float(line.result.values[row, column])
                    found.append(Question(len(found) + 1, i, place, line, answer))
        self.questions = tuple(found)
        self._by_place = {q.place: q for q in found}
        self.solved: set[Place] = set()
        self.shown: set[Place] = set()

    def at(self, place: Place) -> Question | None:
        """The question about this number."""
        return self._by_place.get(place)

    def of_stage(self, stage: int) -> list[Question]:
        """The questions of a stage."""
        return [q for q in self.questions if q.stage == stage]

    def hide(self) -> None:
        """Take the open numbers out of the walk itself, so that no view can show them: what is
        worked out from them is unknown too."""
        for question in self.questions:
            if self.hides(question.place):
                values = question.line.result.values
                values[question.place.row, question.place.column] = UNKNOWN

    def put_back(self) -> None:
        """Undo `hide`."""
        for question in self.questions:
            values = question.line.result.values
            values[question.place.row, question.place.column] = question.answer

    def hides(self, place: Place) -> bool:
        """Whether the number must not be seen: it is asked for, and neither found nor given up."""
        return place in self._by_place and place not in self.solved and place not in self.shown

    def give_up(self, question: Question) -> None:
        """Show this number."""
        self.shown.add(question.place)

    def answer(self, question: Question, words: str) -> Judgement:
        """Judge what was typed; the right number is found from now on."""
        judgement = judge(question.answer, words, len(self.walk.samples))
        if judgement.mark == "right":
            self.solved.add(question.place)
        return judgement


def _askable(line: Line) -> bool:
    if line.aside or isinstance(line.expression, Opaque):
        return False
    return bool(np.isfinite(line.result.values).all())


def _drawn(line: Line, rng: np.random.Generator, most: int) -> list[tuple[int, int]]:
    """Places of so many numbers that are worth the work."""
    values = line.result.values
    if values.shape != line.expression.shape:
        return []
    rows, columns = np.nonzero(values)
    if most <= 0 or not len(rows):
        return []
    chosen = np.sort(rng.permutation(len(rows))[:most])
    return [(int(rows[i]), int(columns[i])) for i in chosen]


def parse(words: str) -> tuple[float, int | None] | None:
    """A typed number and its significant digits (None: exact, as 1/4 or a whole number); None for
    what is no number. A comma may stand for the point, and 2*10^-3 for 2e-3."""
    text = words.strip().replace("−", "-").replace("·", "*").replace("×", "*").replace(" ", "")
    text = text.replace(",", ".")
    fraction = re.fullmatch(r"([+-]?\d+)/(\d+)", text)
    if fraction:
        below = int(fraction[2])
        return (float(Fraction(int(fraction[1]), below)), None) if below else None
    power = re.fullmatch(r"([+-]?[\d.]+)\*10\^\(?([+-]?\d+)\)?", text)
    if power:
        text = f"{power[1]}e{power[2]}"
    plain = re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text)
    if plain is None:
        return None
    value = float(text)
    if not math.isfinite(value):
        return None
    digits = plain[1].replace(".", "").lstrip("0")
    whole = "." not in plain[1] and not plain[2]
    return value, None if whole else max(len(digits), 1)


def judge(answer: float, words: str, samples: int) -> Judgement:
    """What a typed answer is worth beside the right number."""
    found = parse(words)
    if found is None:
        return Judgement("unreadable", "unreadable")
    value, digits = found
    if value == answer or _rounded(answer, digits or 17) == value:
        enough = digits is None or digits >= DIGITS or value == answer
        return Judgement("right") if enough else Judgement("close", "digits")
    if digits is None and _rounded(answer, len(str(abs(int(value))))) == value:
        return Judgement("close", "digits")  # 3 for 2.98
    if abs(value - answer) <= NEAR * abs(answer):
        return Judgement("close", "rounding")
    if abs(value + answer) <= NEAR * abs(answer):
        return Judgement("wrong", "sign")
    if samples > 1 and abs(value - samples * answer) <= NEAR * abs(samples * answer):
        return Judgement("wrong", "mean")
    return Judgement("wrong")


def _rounded(number: float, digits: int) -> float:
    return float(f"{number:.{max(digits, 1)}g}")
