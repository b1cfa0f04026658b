"""Gradient descent with momentum."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np

from netbuilder.declare import Meta, register
from netbuilder.engine.algebra.expression import Expression, Number
from netbuilder.engine.operation import Array, Builder, Call
from netbuilder.engine.optimizer import Optimizer, Step, average, memory_symbol, write_average
from netbuilder.engine.scope import Scope


@register
class Momentum(Optimizer, frozen=True):
    """Computes v <- mu v + g ("classical") or v <- mu v + (1 - mu) g ("average"), then
    p <- p - rate * v."""

    title: ClassVar[str] = "Momentum"
    summary: ClassVar[str] = (
        "Remembers earlier gradients: rolls on through flat places and swings less in valleys."
    )
    formula: ClassVar[str] = (
        r"v \leftarrow \mu v + g \;\text{ or }\; \mu v + (1 - \mu) g,\quad"
        r" w \leftarrow w - \eta v"
    )
    state: ClassVar[tuple[str, ...]] = ("v",)

    momentum: Annotated[
        float,
        Meta(
            ge=0,
            lt=1,
            title="Momentum",
            description="Share of the last velocity that is kept: 0 is plain gradient descent.",
            extra={"step": 0.01},
        ),
    ] = 0.9
    form: Annotated[
        Literal["classical", "average"],
        Meta(
            title="Form",
            description="classical: gradients add up, so steps grow up to 1 / (1 - momentum) times."
            " average: the velocity is a mean of the gradients.",
        ),
    ] = "classical"

    def update(
        self,
        build: Builder,
        p: Array,
        g: Array,
        rate: Array,
        state: Mapping[str, Array],
        step: Array,
    ) -> list[Call]:
        v, change = state["v"], np.empty_like(p)
        if self.form == "average":
            calls = average(build, v, g, self.momentum, change)
        else:
            calls = [
                build.bind(np.multiply, v, build.scalar(self.momentum), v),
                build.bind(np.add, v, g, v),
            ]
        return [
            *calls,
            build.bind(np.multiply, v, rate, change),
            build.bind(np.subtract, p, change, p),
        ]

    def write_update(self, scope: Scope, step: Step) -> Expression:
        share = Number(self.momentum, r"\mu", "μ")
        if self.form == "average":
            v: Expression = write_average(scope, "v", step.state["v"], step.g, share)
        else:
            symbol = memory_symbol(scope, "v").renewed()
            v = scope.let("v", symbol, share * step.state["v"] + step.g)
        return step.p - step.rate * v
