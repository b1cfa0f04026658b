"""Going down on a formula with one of the engine's optimizers, and what comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec
import numpy as np

from netbuilder.declare import registry, type_name
from netbuilder.engine.lab.expression import Array
from netbuilder.engine.lab.formula import Formula
from netbuilder.engine.operation import Builder, Call
from netbuilder.engine.optimizer import Optimizer
from netbuilder.engine.optimizers.perceptron_rule import PerceptronRule

TAUGHT = ("SGD", "Momentum", "Nesterov", "AdaGrad", "RMSProp", "Adadelta", "Adam")
MOST_STEPS = 1000
EPSILON = 1e-6  # a slope below this is level ground
FAR = 1e3  # times as far from 0 as the start: gone, if it is higher there than at the start
ENDLESS = 1e9  # so far or so low: there is no bottom
PROBE = 1e-2  # how far around a place its kind is looked for; farther very far from 0

End = Literal["level", "diverged", "bottomless", "limit"]
Kind = Literal[
    "start", "going", "slow", "overshooting", "swinging", "widening",
    "minimum", "maximum", "saddle", "flat", "diverged", "bottomless",
]  # fmt: skip


def optimizers() -> dict[str, type[Optimizer]]:
    """Every optimizer that goes down a slope, by its name, in the order in which they are taught.

    The perceptron rule is made for a hard threshold and would be gradient descent here.
    """
    known = {n: c for n, c in registry(Optimizer).items() if not issubclass(c, PerceptronRule)}
    return {**{name: known[name] for name in TAUGHT if name in known}, **known}


def is_adaptive(cls: type[Optimizer]) -> bool:
    """Whether it makes steps of one size whatever the size of the gradient."""
    small, large = (_first_step(cls, slope) for slope in (1.0, 100.0))
    return abs(large) < 10 * abs(small)


def _first_step(cls: type[Optimizer], slope: float) -> float:
    p, g = np.zeros(1), np.array([slope])
    for call in _calls(cls(), p, g):
        call()
    return float(p[0])


def _calls(optimizer: Optimizer, p: Array, g: Array) -> list[Call]:
    """One update of p by g, as a training run does it: with weight decay, without clipping."""
    build = Builder(1, p.dtype)
    rate, count = build.scalar(optimizer.learning_rate), np.zeros(())
    state = {name: np.zeros_like(p) for name in optimizer.state}
    calls: list[Call] = []
    if optimizer.counts:
        calls.append(build.bind(np.add, count, np.ones(()), count))
    if optimizer.weight_decay:
        total, decay = np.zeros_like(p), build.scalar(optimizer.weight_decay)
        calls.append(build.bind(np.multiply, p, decay, total))
        if optimizer.decoupled:
            calls.append(build.bind(np.multiply, total, rate, total))
            calls.append(build.bind(np.subtract, p, total, p))
        else:
            calls.append(build.bind(np.add, total, g, total))
            g = total
    return calls + optimizer.update(build, p, g, rate, state, count)


@dataclass(frozen=True)
class Iterate:
    """One place on the way. point, gradient and step are (d,); `step` leads to the next place,
    None at the last."""

    k: int
    point: Array
    value: float
    gradient: Array
    step: Array | None


@dataclass(frozen=True)
class Behaviour:
    """What came of the first steps, and how often the way turned back on itself."""

    kind: Kind
    turns: int = 0


class Descent:
    """The places x_0, x_1, … of one optimizer on one formula, computed as far as they are wanted.

    It ends on level ground (the norm of the gradient is below EPSILON), when it diverges, or after
    `most` steps.
    """

    def __init__(
        self,
        formula: Formula,
        optimizer: Optimizer,
        start: Sequence[float],
        most: int = MOST_STEPS,
    ) -> None:
        self.formula = formula
        self.optimizer = optimizer
        self.most = most
        self.end: End | None = None
        self._p = np.array(start, np.float64)
        self._g = np.zeros_like(self._p)
        self._calls = _calls(optimizer, self._p, self._g)
        self._points: list[Array] = []
        self._values: list[float] = []
        self._gradients: list[Array] = []
        self._arrive()

    @property
    def name(self) -> str:
        """The type name of the optimizer."""
        return type_name(type(self.optimizer))

    def reach(self, k: int) -> int:
        """Go on to the k-th place, or to the end if that is before; returns which was reached."""
        while self.end is None and self.count < k:
            with np.errstate(all="ignore"):
                for call in self._calls:
                    call()
            self._arrive()
        return min(k, self.count)

    @property
    def count(self) -> int:
        """Steps made so far."""
        return len(self._points) - 1

    def points(self, k: int) -> Array:
        """The places (k + 1, d) up to the k-th."""
        return np.array(self._points[: self.reach(k) + 1])

    def values(self, k: int) -> Array:
        """f at the places (k + 1,) up to the k-th."""
        return np.array(self._values[: self.reach(k) + 1])

    def at(self, k: int) -> Iterate:
        """The k-th place, or the last if the way ends before."""
        self.reach(k + 1)
        k = min(k, self.count)
        step = self._points[k + 1] - self._points[k] if k < self.count else None
        return Iterate(k, self._points[k], self._values[k], self._gradients[k], step)

    def behaviour(self, k: int) -> Behaviour:
        """What can be said after k steps."""
        k = self.reach(k)
        points = self.points(k)
        with np.errstate(all="ignore"):
            steps = np.diff(points, axis=0)
            backward = (steps[1:] * steps[:-1]).sum(axis=1) < 0
        turns = int(backward.sum())
        return Behaviour(self._kind(k, steps, backward), turns)

    def _kind(self, k: int, steps: Array, backward: Array) -> Kind:
        if k == self.count and self.end in ("diverged", "bottomless"):
            return "diverged" if self.end == "diverged" else "bottomless"
        first, now = (float(np.linalg.norm(self._gradients[i])) for i in (0, k))
        if now < EPSILON:
            return ground(self.formula, self._points[k])
        if k == 0:
            return "start"
        if len(backward) >= 2 and backward[-4:].all():
            last, before = (float(np.linalg.norm(steps[i])) for i in (-1, -3))
            if last > 1.001 * before:
                return "widening"
            return "overshooting" if last < 0.999 * before else "swinging"
        if k >= 10 and now > 0.5 * first and not backward.any():
            return "slow"
        return "going"

    def _arrive(self) -> None:
        point = self._p.copy()
        value, gradient = self.formula.value_at(point), self.formula.gradient_at(point)
        self._points.append(point)
        self._values.append(value)
        self._gradients.append(gradient)
        self._g[:] = gradient
        far = float(np.abs(point).max())
        start = float(np.abs(self._points[0]).max())
        if not (np.isfinite(point).all() and np.isfinite(gradient).all() and np.isfinite(value)):
            self.end = "diverged"
        elif far > ENDLESS or value < -ENDLESS:
            self.end = "bottomless" if value < self._values[0] else "diverged"
        elif far > FAR * max(1.0, start) and value > self._values[0]:
            self.end = "diverged"
        elif np.linalg.norm(gradient) < EPSILON:
            self.end = "level"
        elif self.count >= self.most:
            self.end = "limit"


def ground(formula: Formula, point: Array) -> Literal["minimum", "maximum", "saddle", "flat"]:
    """What level ground it is, by second differences in eight directions (two if d is 1)."""
    if formula.d == 1:
        directions = np.array([[1.0]])
    else:
        angles = np.pi * np.arange(8) / 8
        directions = np.column_stack([np.cos(angles), np.sin(angles)])
    reach = PROBE * max(1.0, float(np.abs(point).max()) / 100) * directions
    value = formula.value_at(point)
    bend = formula.values(*(point + reach).T) + formula.values(*(point - reach).T) - 2 * value
    small = 1e-9 * (1.0 + abs(value))
    up, down = bool((bend > small).any()), bool((bend < -small).any())
    if up and down:
        return "saddle"
    return "minimum" if up else "maximum" if down else "flat"


def with_rate(cls: type[Optimizer], rate: float) -> Optimizer:
    """An optimizer with this learning rate and its usual settings otherwise."""
    return msgspec.structs.replace(cls(), learning_rate=rate)
