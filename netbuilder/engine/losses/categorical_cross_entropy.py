"""Categorical cross-entropy."""

from typing import Any, ClassVar

import numpy as np

from netbuilder.declare import register
from netbuilder.engine.algebra.expression import Expression
from netbuilder.engine.algebra.functions import exp, log
from netbuilder.engine.algebra.matrices import Largest, Total
from netbuilder.engine.logarithms import are_logarithms
from netbuilder.engine.loss import Encoding, WeightedLoss
from netbuilder.engine.operation import Array, Builder, Call
from netbuilder.engine.scope import Scope


@register
class CategoricalCrossEntropy(WeightedLoss, frozen=True):
    """Computes J = mean over the batch of -sum_k t_k log y_k, with one-hot targets t.

    Behind a LogSoftmax y already is the logarithm, and J = mean of -sum_k t_k y_k. That needs no
    common treatment to be exact: dJ/dy is -t / m whatever y, and the softmax p enters as exp(y).
    """

    title: ClassVar[str] = "CCE"
    summary: ClassVar[str] = "Categorical cross-entropy: for one of several classes, after Softmax."
    advice: ClassVar[str] = (
        "For exactly one of several classes behind a Softmax. For two classes, one Sigmoid "
        "with BCE does the same with half the outputs."
    )
    formula: ClassVar[str] = r"J = -\frac{1}{m} \sum_i \sum_k y_{ik} \log \hat{y}_{ik}"
    gradient_formula: ClassVar[str] = (
        r"\frac{\partial J}{\partial \hat{y}} = -\frac{1}{m} \frac{y}{\hat{y}}"
    )
    keywords: ClassVar[tuple[str, ...]] = (
        "categorical cross-entropy",
        "multiclass",
        "classification",
        "log loss",
    )
    encoding: ClassVar[Encoding] = "one_hot"
    fuses: ClassVar[str] = "Softmax"
    after: ClassVar[tuple[str, ...]] = ("Softmax", "LogSoftmax")

    def value(self, build: Builder, y: Any, t: Any, out: Array) -> list[Call]:
        a, factor = build.empty(*y.shape), build.scalar(-1.0 / build.m)
        calls = [build.bind(np.multiply, y, t, a)]
        if not are_logarithms(build, y):
            # Logarithms are taken only where they count: 0 log 0 is 0.
            counts = np.zeros(y.shape, np.bool_)
            calls = [
                build.bind(np.not_equal, t, build.scalar(0.0), counts),
                build.bind(a.fill, 0.0),
                build.bind(np.log, y, out=a, where=counts),
                build.bind(np.multiply, a, t, a),
            ]
        return [
            *calls,
            *self.weigh(build, t, a),
            build.bind(np.sum, a, out=out),
            build.bind(np.multiply, out, factor, out),
        ]

    def gradient(self, build: Builder, y: Any, t: Any, out: Array) -> list[Call]:
        factor = build.scalar(-1.0 / build.m)
        if are_logarithms(build, y):
            calls = [build.bind(np.positive, t, out)]
        else:
            counts = np.zeros(y.shape, np.bool_)
            calls = [
                build.bind(np.not_equal, t, build.scalar(0.0), counts),
                build.bind(out.fill, 0.0),
                build.bind(np.divide, t, y, out=out, where=counts),
            ]
        return [
            *calls,
            *self.weigh(build, t, out),
            build.bind(np.multiply, out, factor, out),
        ]

    def fused_value(self, build: Builder, z: Any, y: Any, t: Any, out: Array) -> list[Call]:
        # -sum_k t_k log p_k = sum_k t_k (log sum_j exp(z_j) - z_k). The largest score is taken off
        # first: added back to the logarithm it would swallow what a right answer costs.
        a, e, row = build.empty(*y.shape), build.empty(*y.shape), build.empty(1, build.m)
        factor = build.scalar(1.0 / build.m)
        return [
            build.bind(np.max, z, axis=0, out=row, keepdims=True),
            build.bind(np.subtract, z, row, a),
            build.bind(np.exp, a, e),
            build.bind(np.sum, e, axis=0, out=row, keepdims=True),
            build.bind(np.log, row, row),
            build.bind(np.subtract, row, a, a),
            build.bind(np.multiply, a, t, a),
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
        logarithms = y if scope.known.get("logarithms") else log(y)
        return self._summed(scope, t, t * logarithms)

    def write_gradient(self, scope: Scope, y: Expression, t: Expression) -> Expression:
        if scope.known.get("logarithms"):
            return -(self.write_share(scope, t) * t)
        return -(self.write_share(scope, t) * (t / y))

    def write_fused_value(
        self, scope: Scope, z: Expression, y: Expression, t: Expression
    ) -> Expression:
        top = Largest(z, "units")
        each = t * (z - top - log(Total(exp(z - top), "units")))
        return self._summed(scope, t, each)

    def write_fused_gradient(
        self, scope: Scope, z: Expression, y: Expression, t: Expression
    ) -> Expression:
        return self.write_share(scope, t) * (y - t)

    def _summed(self, scope: Scope, t: Expression, each: Expression) -> Expression:
        if self.class_weights:
            return -Total(self.write_share(scope, t) * each)
        return -(self.write_share(scope, t) * Total(each))
