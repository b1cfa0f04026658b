"""Binary cross-entropy."""

from typing import Any, ClassVar

import numpy as np

from netbuilder.declare import register
from netbuilder.engine.algebra.expression import Expression
from netbuilder.engine.algebra.functions import log, softplus
from netbuilder.engine.algebra.matrices import Total
from netbuilder.engine.loss import Encoding, WeightedLoss
from netbuilder.engine.operation import Array, Builder, Call
from netbuilder.engine.scope import Scope


@register
class BinaryCrossEntropy(WeightedLoss, frozen=True):
    """Computes J = mean over the batch of -t log y - (1 - t) log(1 - y), summed over outputs."""

    title: ClassVar[str] = "BCE"
    summary: ClassVar[str] = "Binary cross-entropy: for yes-or-no answers, behind a Sigmoid."
    advice: ClassVar[str] = (
        "For yes-or-no answers behind a Sigmoid: its gradient stays large while the answer is"
        " wrong. Not for numbers, and not for one of several classes."
    )
    formula: ClassVar[str] = (
        r"J = \frac{1}{m} \sum \left( -y \log \hat{y} - (1 - y) \log (1 - \hat{y}) \right)"
    )
    gradient_formula: ClassVar[str] = (
        r"\frac{\partial J}{\partial \hat{y}} = \frac{1}{m}"
        r" \left( -\frac{y}{\hat{y}} + \frac{1 - y}{1 - \hat{y}} \right)"
    )
    keywords: ClassVar[tuple[str, ...]] = ("binary cross-entropy", "log loss", "classification")
    encoding: ClassVar[Encoding] = "binary"
    fuses: ClassVar[str] = "Sigmoid"
    after: ClassVar[tuple[str, ...]] = ("Sigmoid", "Softmax")

    def value(self, build: Builder, y: Any, t: Any, out: Array) -> list[Call]:
        # Logarithms are taken only where they count: 0 log 0 is 0.
        one, zero = build.scalar(1.0), build.scalar(0.0)
        a, b, u = (build.empty(*y.shape) for _ in range(3))
        counts = np.zeros(y.shape, np.bool_)
        inverse = build.scalar(-1.0 / build.m)
        return [
            build.bind(np.not_equal, t, zero, counts),
            build.bind(a.fill, 0.0),
            build.bind(np.log, y, out=a, where=counts),
            build.bind(np.multiply, a, t, a),
            build.bind(np.subtract, one, t, u),
            build.bind(np.not_equal, u, zero, counts),
            build.bind(np.subtract, one, y, b),
            build.bind(np.log, b, out=b, where=counts),
            build.bind(np.multiply, b, u, b),
            build.bind(np.add, a, b, a),
            *self.weigh(build, t, a),
            build.bind(np.sum, a, out=out),
            build.bind(np.multiply, out, inverse, out),
        ]

    def gradient(self, build: Builder, y: Any, t: Any, out: Array) -> list[Call]:
        one, zero, factor = build.scalar(1.0), build.scalar(0.0), build.scalar(1.0 / build.m)
        a, b = build.empty(*y.shape), build.empty(*y.shape)
        counts = np.zeros(y.shape, np.bool_)
        return [
            build.bind(np.not_equal, t, zero, counts),
            build.bind(a.fill, 0.0),
            build.bind(np.divide, t, y, out=a, where=counts),
            build.bind(np.subtract, one, y, b),
            build.bind(np.subtract, one, t, out),
            build.bind(np.not_equal, out, zero, counts),
            build.bind(np.divide, out, b, out=out, where=counts),
            build.bind(np.subtract, out, a, out),
            *self.weigh(build, t, out),
            build.bind(np.multiply, out, factor, out),
        ]

    def fused_value(self, build: Builder, z: Any, y: Any, t: Any, out: Array) -> list[Call]:
        # -t log s(z) - (1 - t) log(1 - s(z)) = (max(z, 0) - t z) + log(1 + exp(-|z|)), added in
        # this order: for a right answer the bracket is exactly 0 and the small rest is kept.
        a, b, c = (build.empty(*y.shape) for _ in range(3))
        zero, factor = build.scalar(0.0), build.scalar(1.0 / build.m)
        return [
            build.bind(np.abs, z, a),
            build.bind(np.negative, a, a),
            build.bind(np.exp, a, a),
            build.bind(np.log1p, a, a),
            build.bind(np.maximum, z, zero, out=b),
            build.bind(np.multiply, z, t, c),
            build.bind(np.subtract, b, c, b),
            build.bind(np.add, a, b, a),
            *self.weigh(build, t, a),
            build.bind(np.sum, a, out=out),
            build.bind(np.multiply, out, factor, out),
        ]

    def fused_gradient(self, build: Builder, z: Any, y: Any, t: Any, out: Array) -> list[Call]:
        factor = build.scalar(1.0 / build.m)
        return [
            build.bind(np.subtract, y, t, out),
            *self.weigh(build, t, out),
            build.bind(np.multiply, out, factor, out),
        ]

    def write_value(self, scope: Scope, y: Expression, t: Expression) -> Expression:
        each = -(t * log(y)) - (1.0 - t) * log(1.0 - y)
        return self._summed(scope, t, each)

    def write_gradient(self, scope: Scope, y: Expression, t: Expression) -> Expression:
        return self.write_share(scope, t) * ((1.0 - t) / (1.0 - y) - t / y)

    def write_fused_value(
        self, scope: Scope, z: Expression, y: Expression, t: Expression
    ) -> Expression:
        return self._summed(scope, t, softplus(z) - t * z)

    def write_fused_gradient(
        self, scope: Scope, z: Expression, y: Expression, t: Expression
    ) -> Expression:
        return self.write_share(scope, t) * (y - t)

    def _summed(self, scope: Scope, t: Expression, each: Expression) -> Expression:
        if self.class_weights:
            return Total(self.write_share(scope, t) * each)
        return self.write_share(scope, t) * Total(each)
