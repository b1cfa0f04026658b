"""The hinge loss."""

from typing import Any, ClassVar

import numpy as np

from netbuilder.declare import register
from netbuilder.engine.algebra.expression import Choice, Expression, larger
from netbuilder.engine.algebra.matrices import Equal, Largest, Total
from netbuilder.engine.algebra.symbol import Symbol
from netbuilder.engine.loss import Encoding, Loss, over_samples
from netbuilder.engine.operation import Array, Builder, Call
from netbuilder.engine.scope import Scope


@register
class Hinge(Loss, frozen=True):
    """Computes J = mean over the batch of max(0, 1 - d) from raw scores y; d is the margin.

    One output: d is s y with s = 2 t - 1, so that the targets 0 and 1 mean the signs -1
    and 1, and a score of at least 0 means class 1. Several outputs, with one-hot targets: d is
    the score of the right class less the largest of the others; Crammer and Singer
    (2001). Where the margin is exactly 1, and among equal scores, the slope is shared evenly;
    for one output it is then 0.
    """

    title: ClassVar[str] = "Hinge"
    summary: ClassVar[str] = "Asks the right class to lead by a margin of 1, as a support vector."
    advice: ClassVar[str] = (
        "For classes with a wide margin, as in a support vector machine, on raw scores "
        "without an activation. It gives no probabilities."
    )
    formula: ClassVar[str] = (
        r"J = \frac{1}{m} \sum \max(0, 1 - d),\; d = \pm \hat{y} \;\mathrm{or}\;"
        r" \hat{y}_c - \max_{j \neq c} \hat{y}_j"
    )
    gradient_formula: ClassVar[str] = (
        r"\frac{\partial J}{\partial d} = -\frac{1}{m} \;(d < 1),\; 0 \;(d \geq 1)"
    )
    keywords: ClassVar[tuple[str, ...]] = ("margin", "svm", "support vector", "classification")
    encoding: ClassVar[Encoding] = "binary"
    raw: ClassVar[bool] = True
    threshold: ClassVar[float] = 0.0

    def value(self, build: Builder, y: Any, t: Any, out: Array) -> list[Call]:
        factor, row = build.scalar(1.0 / build.m), build.empty(1, build.m)
        if len(y) == 1:
            calls = [
                *self._shortfall(build, y, t, build.empty(1, build.m), row),
                build.bind(np.maximum, row, build.scalar(0.0), out=row),
            ]
        else:
            calls = self._lead(build, y, t, build.empty(*y.shape), row)
        return [
            *calls,
            build.bind(np.sum, row, out=out),
            build.bind(np.multiply, out, factor, out),
        ]

    def gradient(self, build: Builder, y: Any, t: Any, out: Array) -> list[Call]:
        factor, row = build.scalar(1.0 / build.m), build.empty(1, build.m)
        if len(y) == 1:
            s = build.empty(1, build.m)
            return [
                *self._shortfall(build, y, t, s, row),
                build.bind(np.heaviside, row, build.scalar(0.0), out),
                build.bind(np.multiply, out, s, out),
                build.bind(np.multiply, out, build.scalar(-1.0 / build.m), out),
            ]
        lead, first = build.empty(*y.shape), np.zeros(y.shape, np.bool_)
        return [
            *self._lead(build, y, t, lead, row),
            build.bind(np.equal, lead, row, first),
            build.bind(np.copyto, out, first),
            build.bind(np.sum, out, axis=0, out=row, keepdims=True),
            build.bind(np.divide, out, row, out),
            build.bind(np.subtract, out, t, out),
            build.bind(np.multiply, out, factor, out),
        ]

    @staticmethod
    def _shortfall(build: Builder, y: Any, t: Any, s: Array, row: Array) -> list[Call]:
        """Write s = 2 t - 1 and 1 - s y."""
        one = build.scalar(1.0)
        return [
            build.bind(np.multiply, t, build.scalar(2.0), s),
            build.bind(np.subtract, s, one, s),
            build.bind(np.multiply, s, y, row),
            build.bind(np.subtract, one, row, row),
        ]

    @staticmethod
    def _lead(build: Builder, y: Any, t: Any, lead: Array, row: Array) -> list[Call]:
        """Write (y_j - y_c) + (1 - t_j) for each class j, and the largest of them.

        For the right class itself this is 0, so the largest is max(0, 1 - margin).
        """
        rest = build.empty(*y.shape)
        return [
            build.bind(np.multiply, y, t, lead),
            build.bind(np.sum, lead, axis=0, out=row, keepdims=True),
            build.bind(np.subtract, y, row, lead),
            build.bind(np.subtract, build.scalar(1.0), t, rest),
            build.bind(np.add, lead, rest, lead),
            build.bind(np.max, lead, axis=0, out=row, keepdims=True),
        ]

    def write_value(self, scope: Scope, y: Expression, t: Expression) -> Expression:
        return over_samples(scope) * Total(larger(0.0, self._missing(scope, y, t)))

    def write_gradient(self, scope: Scope, y: Expression, t: Expression) -> Expression:
        missing = self._missing(scope, y, t)
        if y.shape[1] == 1:
            return -(over_samples(scope) * (Choice(missing, 1.0, 0.0) * (2.0 * t - 1.0)))
        # Of equal largest ones each gets its share.
        first = scope.let("first", Symbol("F"), Equal(self._written_lead(scope, y, t), missing))
        return over_samples(scope) * (first / Total(first, "units") - t)

    def _written_lead(self, scope: Scope, y: Expression, t: Expression) -> Expression:
        """By how much each class is ahead of the right one, with a head start of 1."""
        if "lead" not in scope.known:
            right = scope.let("right", Symbol("r"), Total(t * y, "units"))
            scope.let("lead", Symbol("d"), y - right + (1.0 - t))
        return scope.known["lead"]

    def _missing(self, scope: Scope, y: Expression, t: Expression) -> Expression:
        """What is missing to a margin of 1."""
        if y.shape[1] == 1:
            return 1.0 - (2.0 * t - 1.0) * y
        if "missing" not in scope.known:
            lead = self._written_lead(scope, y, t)
            scope.let("missing", Symbol("d", sub="max"), Largest(lead, "units"))
        return scope.known["missing"]
