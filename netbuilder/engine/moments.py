"""The two running means of Adam and its relatives."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

import numpy as np

from netbuilder.declare import Meta
from netbuilder.engine.algebra.expression import Expression, Number
from netbuilder.engine.operation import Array, Builder, Call
from netbuilder.engine.optimizer import Step, average, memory_symbol, write_average
from netbuilder.engine.scope import Scope

# The parameters that the family shares.
Beta1 = Annotated[
    float,
    Meta(
        ge=0,
        lt=1,
        title="Beta 1",
        description="Share of the mean gradient that is kept in each update.",
        extra={"step": 0.01},
    ),
]
Beta2 = Annotated[
    float,
    Meta(
        ge=0,
        lt=1,
        title="Beta 2",
        description="Share of the mean squared gradient that is kept in each update.",
        extra={"step": 0.001},
    ),
]
Epsilon = Annotated[
    float,
    Meta(
        gt=0,
        le=1,
        title="Epsilon",
        description="Keeps the division from failing where the gradient has always been 0.",
        extra={"log": True, "advanced": True},
    ),
]


class Moments:
    """Builds the calls for m, the running mean of the gradient, and v, that of its square."""

    def __init__(
        self,
        build: Builder,
        g: Array,
        rate: Array,
        state: Mapping[str, Array],
        step: Array,
        beta1: float,
        beta2: float,
        eps: float,
    ) -> None:
        self.build, self.g, self.rate, self.step = build, g, rate, step
        self.m, self.v = state["m"], state["v"]
        self.beta1, self.beta2 = beta1, beta2
        self.eps = build.scalar(eps)
        self._scratch, self._size = np.empty_like(g), np.empty_like(g)
        self._rate, self._root = build.scalar(1.0), build.scalar(1.0)

    def remember(self) -> list[Call]:
        """m <- b1 m + (1 - b1) g and v <- b2 v + (1 - b2) g^2."""
        return [
            *average(self.build, self.m, self.g, self.beta1, self._scratch),
            self.build.bind(np.multiply, self.g, self.g, self._size),
            *average(self.build, self.v, self._size, self.beta2, self._scratch),
        ]

    def correct(self, wanted: bool) -> list[Call]:
        """Put the bias correction into two numbers: rate / (1 - b1^t) and sqrt(1 - b2^t)."""
        if not wanted:
            return [self.build.bind(np.copyto, self._rate, self.rate)]

        def correct() -> None:
            # In Python's double precision, whatever the network's: 1 - b^t loses digits otherwise.
            t = float(self.step)
            self._rate[...] = float(self.rate) / (1.0 - self.beta1**t)
            self._root[...] = math.sqrt(1.0 - self.beta2**t)

        return [correct]

    def descend(self, p: Array, direction: Array) -> list[Call]:
        """p <- p - rate * direction / (1 - b1^t) / (sqrt(v) / sqrt(1 - b2^t) + eps)."""
        build, size, change = self.build, self._size, self._scratch
        return [
            build.bind(np.sqrt, self.v, size),
            build.bind(np.divide, size, self._root, size),
            build.bind(np.add, size, self.eps, size),
            build.bind(np.divide, direction, size, change),
            build.bind(np.multiply, change, self._rate, change),
            build.bind(np.subtract, p, change, p),
        ]


def write_moments(
    scope: Scope, step: Step, beta1: float, beta2: float, *, corrected: bool = True
) -> tuple[Expression, Expression]:
    """m and v, and what the correction makes of them, line by line."""
    found: list[Expression] = []
    for name, value, beta, index in (
        ("m", step.g, beta1, 1),
        ("v", step.g**2, beta2, 2),
    ):
        share = Number(beta, rf"\beta_{index}", "β₁" if index == 1 else "β₂")
        mean: Expression = write_average(scope, name, step.state[name], value, share)
        if corrected:
            symbol = replace(memory_symbol(scope, name), accent="hat")
            t = step.count
            power = Number(beta**t, rf"\beta_{index}^{{{t}}}", f"{share.text}^{t}")
            mean = scope.let(f"{name} hat", symbol, mean / (1.0 - power))
        found.append(mean)
    return found[0], found[1]
