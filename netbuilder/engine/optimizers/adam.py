"""Adam."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from netbuilder.declare import Meta, register
from netbuilder.engine.moments import Moments
from netbuilder.engine.operation import Array, Builder, Call
from netbuilder.engine.optimizer import Optimizer, Rate


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
    beta1: Annotated[
        float,
        Meta(
            ge=0,
            lt=1,
            title="Beta 1",
            description="Share of the mean gradient that is kept in each update.",
            extra={"step": 0.01},
        ),
    ] = 0.9
    beta2: Annotated[
        float,
        Meta(
            ge=0,
            lt=1,
            title="Beta 2",
            description="Share of the mean squared gradient that is kept in each update.",
            extra={"step": 0.001},
        ),
    ] = 0.999
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
