"""RMSProp."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

import numpy as np

from netbuilder.declare import Meta, register
from netbuilder.engine.algebra.expression import Expression, Number
from netbuilder.engine.algebra.functions import sqrt
from netbuilder.engine.operation import Array, Builder, Call
from netbuilder.engine.optimizer import Optimizer, Rate, Step, average, write_average
from netbuilder.engine.scope import Scope


@register
class RMSProp(Optimizer, frozen=True):
    """Computes E <- decay E + (1 - decay) g^2, then p <- p - rate * g / sqrt(E + eps)."""

    title: ClassVar[str] = "RMSProp"
    summary: ClassVar[str] = (
        "A rate for each weight by the recent size of its gradient; it forgets, so it never stops."
    )
    formula: ClassVar[str] = (
        r"E \leftarrow \rho E + (1 - \rho) g^2,\quad"
        r" w \leftarrow w - \frac{\eta}{\sqrt{E + \epsilon}} \, g"
    )
    state: ClassVar[tuple[str, ...]] = ("E",)

    learning_rate: Rate = 0.01
    decay: Annotated[
        float,
        Meta(
            ge=0,
            lt=1,
            title="Decay",
            description="Share of the mean squared gradient that is kept in each update.",
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
    ] = 1e-8

    def update(
        self,
        build: Builder,
        p: Array,
        g: Array,
        rate: Array,
        state: Mapping[str, Array],
        step: Array,
    ) -> list[Call]:
        mean, square, change = state["E"], np.empty_like(p), np.empty_like(p)
        return [
            build.bind(np.multiply, g, g, square),
            *average(build, mean, square, self.decay, change),
            build.bind(np.add, mean, build.scalar(self.eps), change),
            build.bind(np.sqrt, change, change),
            build.bind(np.divide, g, change, change),
            build.bind(np.multiply, change, rate, change),
            build.bind(np.subtract, p, change, p),
        ]

    def write_update(self, scope: Scope, step: Step) -> Expression:
        share = Number(self.decay, r"\rho", "ρ")
        mean = write_average(scope, "E", step.state["E"], step.g**2, share)
        return step.p - step.rate * (step.g / sqrt(mean + Number(self.eps, r"\epsilon", "ε")))
