"""Adam with decoupled weight decay."""

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
class AdamW(Optimizer, frozen=True):
    """Computes p <- p - rate * weight_decay * p, then the update of Adam (with bias correction);
    Loshchilov and Hutter (2019)."""

    title: ClassVar[str] = "AdamW"
    summary: ClassVar[str] = (
        "Adam that shrinks the weights by themselves, not by way of the gradient."
    )
    formula: ClassVar[str] = (
        r"w \leftarrow w - \eta \lambda w,\quad"
        r" w \leftarrow w - \eta \frac{\hat{m}}{\sqrt{\hat{v}} + \epsilon}"
    )
    state: ClassVar[tuple[str, ...]] = ("m", "v")
    counts: ClassVar[bool] = True
    decoupled: ClassVar[bool] = True

    learning_rate: Rate = 0.001
    weight_decay: Annotated[
        float,
        Meta(
            ge=0,
            le=1000,
            title="Weight decay",
            description="Share of each weight, times the learning rate, that is taken off in each"
            " update. Biases are spared.",
            extra={"step": 0.01},
        ),
    ] = 0.01
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
        return [*moments.remember(), *moments.correct(True), *moments.descend(p, state["m"])]

    def write_update(self, scope: Scope, step: Step) -> Expression:
        m, v = write_moments(scope, step, self.beta1, self.beta2)
        return step.p - step.rate * (m / (sqrt(v) + Number(self.eps, r"\epsilon", "ε")))
