"""Adam with Nesterov's look ahead."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from netbuilder.declare import register
from netbuilder.engine.algebra.expression import Expression, Number
from netbuilder.engine.algebra.functions import sqrt
from netbuilder.engine.moments import Beta1, Beta2, Epsilon, Moments, write_moments
from netbuilder.engine.operation import Array, Builder, Call
from netbuilder.engine.optimizer import Optimizer, Rate, Step
from netbuilder.engine.scope import Scope


@register
class Nadam(Optimizer, frozen=True):
    """Computes m and v as Adam does, then
    p <- p - rate * (b1 m + (1 - b1) g) / (1 - b1^t) / (sqrt(v^) + eps); Dozat (2016), with a
    constant b1."""

    title: ClassVar[str] = "Nadam"
    summary: ClassVar[str] = "Adam that looks ahead as Nesterov's momentum does."
    formula: ClassVar[str] = (
        r"w \leftarrow w - \frac{\eta}{\sqrt{\hat{v}} + \epsilon}"
        r" \left( \beta_1 \hat{m} + \frac{(1 - \beta_1) g}{1 - \beta_1^t} \right)"
    )
    state: ClassVar[tuple[str, ...]] = ("m", "v")
    counts: ClassVar[bool] = True

    learning_rate: Rate = 0.001
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    eps: Epsilon = 1e-8

    def update(
        self,
        build: Builder,
        p: Array,
        g: Array,
        rate: Array,
        state: Mapping[str, Array],
        step: Array,
    ) -> list[Call]:
        moments = Moments(build, g, rate, state, step, self.beta1, self.beta2, self.eps)
        ahead, scratch = np.empty_like(p), np.empty_like(p)
        return [
            *moments.remember(),
            *moments.correct(True),
            build.bind(np.multiply, state["m"], build.scalar(self.beta1), ahead),
            build.bind(np.multiply, g, build.scalar(1.0 - self.beta1), scratch),
            build.bind(np.add, ahead, scratch, ahead),
            *moments.descend(p, ahead),
        ]

    def write_update(self, scope: Scope, step: Step) -> Expression:
        m, v = write_moments(scope, step, self.beta1, self.beta2)
        beta = Number(self.beta1, r"\beta_1", "β₁")
        power = Number(self.beta1**step.count, rf"\beta_1^{{{step.count}}}", f"β₁^{step.count}")
        ahead = beta * m + (1.0 - beta) * step.g / (1.0 - power)
        return step.p - step.rate * (ahead / (sqrt(v) + Number(self.eps, r"\epsilon", "ε")))
