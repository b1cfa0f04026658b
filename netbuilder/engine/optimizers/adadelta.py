"""Adadelta."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

import numpy as np

from netbuilder.declare import Meta, register
from netbuilder.engine.algebra.expression import Expression, Number
from netbuilder.engine.algebra.functions import sqrt
from netbuilder.engine.operation import Array, Builder, Call
from netbuilder.engine.optimizer import Optimizer, Rate, Step, average, memory_symbol, write_average
from netbuilder.engine.scope import Scope


@register
class Adadelta(Optimizer, frozen=True):
    """Computes E <- decay E + (1 - decay) g^2, d = g sqrt(D + eps) / sqrt(E + eps),
    D <- decay D + (1 - decay) d^2, then p <- p - rate * d; Zeiler (2012)."""

    title: ClassVar[str] = "Adadelta"
    summary: ClassVar[str] = (
        "Finds its own step size from earlier steps; the learning rate can stay at 1."
    )
    formula: ClassVar[str] = (
        r"E \leftarrow \rho E + (1 - \rho) g^2,\quad"
        r" d = \frac{\sqrt{D + \epsilon}}{\sqrt{E + \epsilon}} \, g,\quad"
        r" D \leftarrow \rho D + (1 - \rho) d^2,\quad w \leftarrow w - \eta d"
    )
    state: ClassVar[tuple[str, ...]] = ("E", "D")

    learning_rate: Rate = 1.0
    decay: Annotated[
        float,
        Meta(
            ge=0,
            lt=1,
            title="Decay",
            description="Share of both means that is kept in each update.",
            extra={"step": 0.01},
        ),
    ] = 0.9
    eps: Annotated[
        float,
        Meta(
            gt=0,
            le=1,
            title="Epsilon",
            description="Keeps the division from failing where the gradient has always been 0.",
            extra={"log": True, "advanced": True},
        ),
    ] = 1e-6

    def update(
        self,
        build: Builder,
        p: Array,
        g: Array,
        rate: Array,
        state: Mapping[str, Array],
        step: Array,
    ) -> list[Call]:
        mean, moved = state["E"], state["D"]
        square, change, scratch = (np.empty_like(p) for _ in range(3))
        eps = build.scalar(self.eps)
        return [
            build.bind(np.multiply, g, g, square),
            *average(build, mean, square, self.decay, scratch),
            build.bind(np.add, moved, eps, change),
            build.bind(np.sqrt, change, change),
            build.bind(np.add, mean, eps, scratch),
            build.bind(np.sqrt, scratch, scratch),
            build.bind(np.divide, change, scratch, change),
            build.bind(np.multiply, change, g, change),
            build.bind(np.multiply, change, change, square),
            *average(build, moved, square, self.decay, scratch),
            build.bind(np.multiply, change, rate, change),
            build.bind(np.subtract, p, change, p),
        ]

    def write_update(self, scope: Scope, step: Step) -> Expression:
        share, eps = Number(self.decay, r"\rho", "ρ"), Number(self.eps, r"\epsilon", "ε")
        mean = write_average(scope, "E", step.state["E"], step.g**2, share)
        ratio = sqrt(step.state["D"] + eps) / sqrt(mean + eps)
        change = scope.let("d", memory_symbol(scope, "d"), ratio * step.g)
        write_average(scope, "D", step.state["D"], change**2, share)
        return step.p - step.rate * change
