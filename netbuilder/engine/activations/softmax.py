"""Softmax: probabilities of several classes."""

from typing import Any, ClassVar

import numpy as np

from netbuilder.declare import register
from netbuilder.engine.activation import Activation
from netbuilder.engine.algebra.expression import Expression, Meaning
from netbuilder.engine.algebra.functions import exp
from netbuilder.engine.algebra.matrices import Diagonal, OfRow, Row, Total
from netbuilder.engine.algebra.symbol import Symbol
from netbuilder.engine.operation import Array, Builder, Call, Kernel, Ports
from netbuilder.engine.scope import Scope, Written


@register
class Softmax(Activation, frozen=True):
    """Computes p_k = exp(z_k) / sum_j exp(z_j) over the units of each sample."""

    title: ClassVar[str] = "Softmax"
    summary: ClassVar[str] = "Turns scores into probabilities of the classes, which sum to 1."
    advice: ClassVar[str] = (
        "As the last activation for one of several classes, with CCE and one unit for each "
        "class. With a single unit its output is always 1: use a Sigmoid there. Not inside a "
        "network."
    )
    formula: ClassVar[str] = r"p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}"
    derivative_formula: ClassVar[str] = (
        r"\frac{\partial p_k}{\partial z_j} = p_k (\delta_{kj} - p_j)"
    )
    range: ClassVar[str] = "0 to 1, summing to 1"
    saturates: ClassVar[tuple[float, ...]] = (0.0, 1.0)
    keywords: ClassVar[tuple[str, ...]] = ("probability", "classes", "multiclass")
    elementwise: ClassVar[bool] = False

    def forward(self, build: Builder, z: Any, h: Array) -> list[Call]:
        # Subtracting the largest score first keeps exp from overflowing and changes nothing else.
        row = build.empty(1, h.shape[1])
        return [
            build.bind(np.max, z, axis=0, out=row, keepdims=True),
            build.bind(np.subtract, z, row, h),
            build.bind(np.exp, h, h),
            build.bind(np.sum, h, axis=0, out=row, keepdims=True),
            build.bind(np.divide, h, row, h),
        ]

    def kernel(self, build: Builder, ports: Ports) -> Kernel:
        p = ports.output.value
        kernel = Kernel(self.forward(build, ports.inputs[0].value, p))
        if ports.output_grad is not None and ports.input_grads[0] is not None:
            # dJ/dz = p * (dJ/dp - sum_k p_k dJ/dp_k)
            (dz,) = ports.input_grads
            row = build.empty(1, build.m)
            kernel.backward = [
                build.bind(np.multiply, p, ports.output_grad, dz),
                build.bind(np.sum, dz, axis=0, out=row, keepdims=True),
                build.bind(np.subtract, ports.output_grad, row, dz),
                build.bind(np.multiply, dz, p, dz),
            ]
        return kernel

    def write_forward(self, scope: Scope) -> Expression:
        return softmax(scope.x)

    def write_backward(self, scope: Scope) -> Written:
        p, g = scope.y, scope.g
        if p.shape[1] <= MOST_CLASSES:
            # For one sample, what the short line below stands for: the matrix of all dp_k / dz_j.
            one, units = Row(p, scope.sample), p.columns
            jacobian = Diagonal(one) - one.T @ one
            matrix = scope.let(
                "Jacobian", scope.symbol("D"), jacobian, rows=units, columns=units, aside=True
            )
            row = Meaning("sample", first=scope.sample)
            scope.let(
                "row",
                Symbol(
                    scope.x.symbol.letter, scope.x.symbol.layer, str(scope.sample + 1), grad=True
                ),
                Row(g, scope.sample) @ matrix,
                rows=row,
                columns=units,
                aside=True,
            )
        inner = scope.let("inner", scope.symbol("s"), Total(p * g, "units"))
        return Written([p * (g - inner)])


MOST_CLASSES = 32  # for which the whole Jacobian is shown


def softmax(z: Expression) -> OfRow:
    """softmax(z), sample by sample, as an expression."""

    def compute(values: Array) -> Array:
        e = np.exp(values - values.max(axis=1, keepdims=True))
        return np.asarray(e / e.sum(axis=1, keepdims=True))

    return OfRow(
        "softmax",
        z,
        compute,
        lambda a: exp(a) / Total(exp(a), "units"),
        lambda p, g: p * (g - (p * g).sum(axis=1, keepdims=True)),
    )
