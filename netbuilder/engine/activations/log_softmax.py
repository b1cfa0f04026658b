"""The logarithm of softmax."""

from typing import Any, ClassVar

import numpy as np

from netbuilder.declare import register
from netbuilder.engine.activation import Activation
from netbuilder.engine.algebra.expression import Expression
from netbuilder.engine.algebra.functions import exp, log
from netbuilder.engine.algebra.matrices import OfRow, Total
from netbuilder.engine.logarithms import note_logarithms
from netbuilder.engine.operation import Array, Builder, Call, Kernel, Ports
from netbuilder.engine.scope import Scope, Written


@register
class LogSoftmax(Activation, frozen=True):
    """Computes y_k = z_k - log sum_j exp(z_j) over the units of each sample."""

    title: ClassVar[str] = "LogSoftmax"
    summary: ClassVar[str] = "The logarithms of the classes' probabilities, without rounding to 0."
    advice: ClassVar[str] = (
        "Softmax in logarithms, for the same place. Take it to look at log-probabilities; "
        "training with CCE is as exact behind Softmax."
    )
    formula: ClassVar[str] = r"\log p_k = z_k - \log \sum_j e^{z_j}"
    derivative_formula: ClassVar[str] = (
        r"\frac{\partial \log p_k}{\partial z_j} = \delta_{kj} - p_j"
    )
    range: ClassVar[str] = "0 and below"
    saturates: ClassVar[tuple[float, ...]] = (0.0,)
    keywords: ClassVar[tuple[str, ...]] = ("log probability", "classes", "multiclass")
    elementwise: ClassVar[bool] = False

    def forward(self, build: Builder, z: Any, h: Array) -> list[Call]:
        # Subtracting the largest score first keeps exp from overflowing and changes nothing else.
        row, e = build.empty(1, h.shape[1]), build.empty(*h.shape)
        return [
            build.bind(np.max, z, axis=0, out=row, keepdims=True),
            build.bind(np.subtract, z, row, h),
            build.bind(np.exp, h, e),
            build.bind(np.sum, e, axis=0, out=row, keepdims=True),
            build.bind(np.log, row, row),
            build.bind(np.subtract, h, row, h),
        ]

    def kernel(self, build: Builder, ports: Ports) -> Kernel:
        y = ports.output.value
        note_logarithms(build, y)
        kernel = Kernel(self.forward(build, ports.inputs[0].value, y))
        if ports.output_grad is not None and ports.input_grads[0] is not None:
            # dJ/dz = dJ/dy - p * sum_k dJ/dy_k
            (dz,) = ports.input_grads
            row = build.empty(1, build.m)
            kernel.backward = [
                build.bind(np.exp, y, dz),
                build.bind(np.sum, ports.output_grad, axis=0, out=row, keepdims=True),
                build.bind(np.multiply, dz, row, dz),
                build.bind(np.subtract, ports.output_grad, dz, dz),
            ]
        return kernel

    def write_forward(self, scope: Scope) -> Expression:
        def compute(values: Array) -> Array:
            shifted = values - values.max(axis=1, keepdims=True)
            return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))

        return OfRow(
            "log softmax",
            scope.x,
            compute,
            lambda a: a - log(Total(exp(a), "units")),
            lambda y, g: g - np.exp(y) * g.sum(axis=1, keepdims=True),
        )

    def write_backward(self, scope: Scope) -> Written:
        total = scope.let("total", scope.symbol("s"), Total(scope.g, "units"))
        return Written([scope.g - exp(scope.y) * total])
