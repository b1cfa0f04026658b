"""Gradient descent."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from netbuilder.declare import register
from netbuilder.engine.algebra.expression import Expression
from netbuilder.engine.operation import Array, Builder, Call
from netbuilder.engine.optimizer import Optimizer, Step
from netbuilder.engine.scope import Scope


@register
class SGD(Optimizer, frozen=True):
    """Computes p <- p - rate * g."""

    title: ClassVar[str] = "SGD"
    summary: ClassVar[str] = "(Stochastic) gradient descent: a step straight down the gradient."
    formula: ClassVar[str] = r"w \leftarrow w - \eta \frac{\partial J}{\partial w}"

    def update(
        self,
        build: Builder,
        p: Array,
        g: Array,
        rate: Array,
        state: Mapping[str, Array],
        step: Array,
    ) -> list[Call]:
        change = np.empty_like(p)
        return [build.bind(np.multiply, g, rate, change), build.bind(np.subtract, p, change, p)]

    def write_update(self, scope: Scope, step: Step) -> Expression:
        return step.p - step.rate * step.g
