"""Adam."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from netbuilder.declare import Meta, register
from netbuilder.engine.algebra.expression import Expression, Number
from netbuilder.engine.algebra.functions import sqrt
from netbuilder.engine.moments import Beta1, Beta2, Epsilon, Moments, write_moments
from netbuilder.engine.operation import Array, Builder, Call
from netbuilder.engine.optimizer import Optimizer, Rate, Step
from netbuilder.engine.scope import Scope


@register
class Adam(Optimizer, frozen=True):
    """Computes m <- b1 m + (1 - b1) g and v <- b2 v + (1 - b2) g^2, then
    p <- p - rate * m^ / (sqrt(v^) + eps) with m^ = m / (1 - b1^t), v^ = v / (1 - b2^t) in the t-th
    update, or with m and v themselves when the correction is off; Kingma and Ba (2015)."""

    title: ClassVar[str] = "Adam"
    summary: ClassVar[str] = "Momentum and a rate for each weight together: the usual first choice."
    formula: ClassVar[str] = (
        r"m \leftarrow \beta_1 m + (1 - \beta_1) g,\quad"
        r" v \leftarrow \beta_2 v + (1 - \beta_2) g^2,\quad"
        r" w \leftarrow w - \eta \frac{\hat{m}}{\sqrt{\hat{v}} + \epsilon},\quad"
        r" \hat{m} = \frac{m}{1 - \beta_1^t},\; \hat{v} = \frac{v}{1 - \beta_2^t}"
    )
    state: ClassVar[tuple[str, ...]] = ("m", "v")
    counts: ClassVar[bool] = True

    learning_rate: Rate = 0.001
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    eps: Epsilon = 1e-8
    bias_correction: Annotated[
        bool,
        Meta(
            title="Bias correction",
            description="Makes up for the means that begin at 0, which are too small at first.",
        ),
    ] = True

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
        return [
            *moments.remember(),
            *moments.correct(self.bias_correction),
            *moments.descend(p, state["m"]),
        ]

    def write_update(self, scope: Scope, step: Step) -> Expression:
        m, v = write_moments(scope, step, self.beta1, self.beta2, corrected=self.bias_correction)
        return step.p - step.rate * (m / (sqrt(v) + Number(self.eps, r"\epsilon", "ε")))
