"""The perceptron's learning rule."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from netbuilder.declare import register
from netbuilder.engine.algebra.expression import Expression
from netbuilder.engine.operation import Array, Builder, Call
from netbuilder.engine.optimizer import Optimizer, Rate, Step
from netbuilder.engine.scope import Scope


@register
class PerceptronRule(Optimizer, frozen=True):
    """Computes w <- w + rate * (t - y) x, averaged over the batch.

    Behind a Step and the perceptron criterion J = mean (y - t) z, whose gradient is (y - t) x, this
    is p <- p - rate * g; Rosenblatt (1958).
    """

    title: ClassVar[str] = "Perceptron rule"
    summary: ClassVar[str] = (
        "Moves the weights only for wrong answers; for a Step with the perceptron criterion."
    )
    formula: ClassVar[str] = r"w \leftarrow w + \eta \, (y - \hat{y}) \, x"

    learning_rate: Rate = 1.0

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
