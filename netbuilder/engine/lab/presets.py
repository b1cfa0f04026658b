"""The four learning rates to have seen: too small, right, overshooting, diverging."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from netbuilder.engine.lab.descent import Descent, with_rate
from netbuilder.engine.lab.formula import Formula
from netbuilder.engine.optimizers.sgd import SGD

Lesson = Literal["small", "right", "overshoot", "divergence"]
LESSONS: tuple[Lesson, ...] = ("small", "right", "overshoot", "divergence")

STEPS = 30  # after which a lesson must have shown what it teaches
RATES = tuple(
    float(f"{digit}e{power}") for power in range(-6, 2) for digit in (1, 1.5, 2, 3, 4, 5, 7)
)
NEAR = 0.02  # of the way gone: as good as there


def shows(formula: Formula, start: Sequence[float], rate: float) -> Lesson | None:
    """What plain gradient descent teaches with this rate within STEPS steps; None for nothing
    clear."""
    descent = Descent(formula, with_rate(SGD, rate), start, STEPS)
    reached = descent.reach(STEPS)
    behaviour = descent.behaviour(reached)
    values = descent.values(reached)
    if behaviour.kind == "diverged" or (behaviour.kind == "widening" and values[-1] > values[0]):
        return "divergence"
    if behaviour.kind == "slow":
        return "small"
    if behaviour.kind == "swinging" or (behaviour.turns >= 6 and behaviour.kind != "bottomless"):
        return "overshoot"
    if behaviour.turns <= 2 and values[-1] < values[0] and _arrived(descent, reached):
        return "right"
    return None


def _arrived(descent: Descent, k: int) -> bool:
    """Whether a minimum is next to the k-th place, by what Newton's method would still go."""
    if descent.behaviour(k).kind == "minimum":
        return True
    here = descent.at(k)
    hessian = descent.formula.hessian_at(here.point)
    if not np.isfinite(hessian).all() or np.linalg.eigvalsh(hessian)[0] <= 0:
        return False
    left = np.linalg.solve(hessian, here.gradient)
    gone = here.point - descent.at(0).point
    return bool(np.linalg.norm(left) < NEAR * np.linalg.norm(gone))


def find_rate(formula: Formula, start: Sequence[float], lesson: Lesson) -> float | None:
    """A round learning rate that teaches the lesson from this start; None if there is none.

    Of several the most telling: the largest that is too small or right, the smallest that diverges,
    the largest that overshoots.
    """
    rates = RATES if lesson == "divergence" else RATES[::-1]
    return next((rate for rate in rates if shows(formula, start, rate) == lesson), None)
