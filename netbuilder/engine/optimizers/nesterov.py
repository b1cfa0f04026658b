"""Nesterov's accelerated gradient."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

import numpy as np

from netbuilder.declare import Meta, register
from netbuilder.engine.algebra.expression import Expression, Number
from netbuilder.engine.operation import Array, Builder, Call
from netbuilder.engine.optimizer import Optimizer, Step, memory_symbol
from netbuilder.engine.scope import Scope


@register
class Nesterov(Optimizer, frozen=True):
    """Computes v <- mu v + g, then p <- p - rate * (g + mu v).

    p is the point ahead, w - rate mu v, at which the gradient is taken; Sutskever et al. (2013) in
    the form that needs no second set of weights.
    """

    title: ClassVar[str] = "Nesterov"
    summary: ClassVar[str] = (
        "Momentum that looks ahead: the gradient is taken where the velocity leads."
    )
    formula: ClassVar[str] = r"v \leftarrow \mu v + g,\quad w \leftarrow w - \eta \, (g + \mu v)"
    state: ClassVar[tuple[str, ...]] = ("v",)

    momentum: Annotated[
        float,
        Meta(
            ge=0,
            lt=1,
            title="Momentum",
            description="Share of the last velocity that is kept.",
            extra={"step": 0.01},
        ),
    ] = 0.9

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
        momentum = build.scalar(self.momentum)
        return [
            build.bind(np.multiply, v, momentum, v),
            build.bind(np.add, v, g, v),
            build.bind(np.multiply, v, momentum, change),
            build.bind(np.add, change, g, change),
            build.bind(np.multiply, change, rate, change),
            build.bind(np.subtract, p, change, p),
        ]

    def write_update(self, scope: Scope, step: Step) -> Expression:
        share = Number(self.momentum, r"\mu", "μ")
        symbol = memory_symbol(scope, "v").renewed()
        v = scope.let("v", symbol, share * step.state["v"] + step.g)
        return step.p - step.rate * (step.g + share * v)
