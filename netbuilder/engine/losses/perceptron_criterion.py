"""The perceptron criterion."""

from typing import Any, ClassVar

import numpy as np

from netbuilder.declare import register
from netbuilder.engine.algebra.expression import Expression
from netbuilder.engine.algebra.matrices import Total
from netbuilder.engine.loss import Encoding, Loss, over_samples
from netbuilder.engine.operation import Array, Builder, Call
from netbuilder.engine.scope import Scope


@register
class PerceptronCriterion(Loss, frozen=True):
    """Computes J = mean over the batch of (y - t) z, summed over outputs; y = step(z), t is 0 or 1.

    Only wrong answers cost something, each as much as z is on the wrong side; Rosenblatt's rule
    w <- w - rate (y - t) x is then plain gradient descent, one sample at a time.
    """

    title: ClassVar[str] = "Perceptron"
    summary: ClassVar[str] = (
        "Perceptron criterion: only wrong answers of a Step change the weights."
    )
    advice: ClassVar[str] = (
        "For the classical perceptron behind Step: only what is classified wrongly is learned"
        " from. It never settles where the classes overlap."
    )
    formula: ClassVar[str] = r"J = \frac{1}{m} \sum (\hat{y} - y) z"
    gradient_formula: ClassVar[str] = r"\frac{\partial J}{\partial z} = \frac{1}{m} (\hat{y} - y)"
    keywords: ClassVar[tuple[str, ...]] = ("perceptron criterion", "rosenblatt", "threshold")
    encoding: ClassVar[Encoding] = "binary"
    fuses: ClassVar[str] = "Step"
    needs_logits: ClassVar[bool] = True
    after: ClassVar[tuple[str, ...]] = ("Step",)
    wants: ClassVar[str] = "yes-or-no answers"

    def value(self, build: Builder, y: Any, t: Any, out: Array) -> list[Call]:
        raise self.fail("the perceptron criterion must follow a Step directly")

    def gradient(self, build: Builder, y: Any, t: Any, out: Array) -> list[Call]:
        # What a trace shows as the error at the Step's output: the rule hands it on to z as it is.
        factor = build.scalar(1.0 / build.m)
        return [build.bind(np.subtract, y, t, out), build.bind(np.multiply, out, factor, out)]

    def fused_value(self, build: Builder, z: Any, y: Any, t: Any, out: Array) -> list[Call]:
        d, factor = build.empty(*y.shape), build.scalar(1.0 / build.m)
        return [
            build.bind(np.subtract, y, t, d),
            build.bind(np.multiply, d, z, d),
            build.bind(np.sum, d, out=out),
            build.bind(np.multiply, out, factor, out),
        ]

    def fused_gradient(self, build: Builder, z: Any, y: Any, t: Any, out: Array) -> list[Call]:
        return self.gradient(build, y, t, out)

    def write_gradient(self, scope: Scope, y: Expression, t: Expression) -> Expression:
        return over_samples(scope) * (y - t)

    def write_fused_value(
        self, scope: Scope, z: Expression, y: Expression, t: Expression
    ) -> Expression:
        return over_samples(scope) * Total((y - t) * z)

    def write_fused_gradient(
        self, scope: Scope, z: Expression, y: Expression, t: Expression
    ) -> Expression:
        return over_samples(scope) * (y - t)
