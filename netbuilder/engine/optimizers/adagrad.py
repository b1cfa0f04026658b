"""AdaGrad."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

import numpy as np

from netbuilder.declare import Meta, register
from netbuilder.engine.algebra.expression import Expression, Number
from netbuilder.engine.algebra.functions import sqrt
from netbuilder.engine.operation import Array, Builder, Call
from netbuilder.engine.optimizer import Optimizer, Step, memory_symbol
from netbuilder.engine.scope import Scope


@register
class AdaGrad(Optimizer, frozen=True):
    """Computes G <- G + g^2, then p <- p - rate * g / sqrt(G + eps); Duchi et al. (2011)."""

    title: ClassVar[str] = "AdaGrad"
    summary: ClassVar[str] = (
        "A rate for each weight that falls with the gradients it has seen; good for rare features."
    )
    formula: ClassVar[str] = (
        r"G \leftarrow G + g^2,\quad w \leftarrow w - \frac{\eta}{\sqrt{G + \epsilon}} \, g"
    )
    state: ClassVar[tuple[str, ...]] = ("G",)

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
        total, change = state["G"], np.empty_like(p)
        return [
            build.bind(np.multiply, g, g, change),
            build.bind(np.add, total, change, total),
            build.bind(np.add, total, build.scalar(self.eps), change),
            build.bind(np.sqrt, change, change),
            build.bind(np.divide, g, change, change),
            build.bind(np.multiply, change, rate, change),
            build.bind(np.subtract, p, change, p),
        ]

    def write_update(self, scope: Scope, step: Step) -> Expression:
        symbol = memory_symbol(scope, "G").renewed()
        total = scope.let("G", symbol, step.state["G"] + step.g**2)
        return step.p - step.rate * (step.g / sqrt(total + Number(self.eps, r"\epsilon", "ε")))
