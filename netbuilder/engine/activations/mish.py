"""Mish."""

from typing import Any, ClassVar

import numpy as np

from netbuilder.declare import register
from netbuilder.engine.activation import Activation
from netbuilder.engine.algebra.expression import Expression
from netbuilder.engine.algebra.functions import sigmoid, softplus, tanh
from netbuilder.engine.elementary import working_dtype
from netbuilder.engine.operation import Array, Builder, Call


@register
class Mish(Activation, frozen=True):
    """Computes h = z tanh(log(1 + exp(z))); Misra (2019)."""

    title: ClassVar[str] = "Mish"
    summary: ClassVar[str] = "A smooth ReLU with a small dip below zero, much like SiLU."
    advice: ClassVar[str] = (
        "Much like SiLU, a little smoother and dearer. Try it where ReLU trains unsteadily."
    )
    formula: ClassVar[str] = r"h = z \tanh \left( \log(1 + e^z) \right)"
    derivative_formula: ClassVar[str] = (
        r"f'(z) = t + z \sigma(z) (1 - t^2),\; t = \tanh \left( \log(1 + e^z) \right)"
    )
    range: ClassVar[str] = "-0.31 and above"
    saturates: ClassVar[tuple[float, ...]] = (0.0,)
    keywords: ClassVar[tuple[str, ...]] = ("smooth relu", "self-regularised")

    # With e = exp(z) and n = e (e + 2): tanh(log(1 + e)) = n / (n + 2), and f' = n / (n + 2) +
    # 4 z e (1 + e) / (n + 2)^2. Nothing cancels; beyond z = 20 both quotients are at their limits.

    def forward(self, build: Builder, z: Any, h: Array) -> list[Call]:
        e, n, _ = self._exponentials(build, h)
        two = np.array(2.0, e.dtype)
        return [
            *self._start(build, z, e, n),
            build.bind(np.add, n, two, e),
            build.bind(np.divide, n, e, n),
            build.bind(np.multiply, n, z, h),
        ]

    def derivative(self, build: Builder, z: Any, h: Array, out: Array) -> list[Call]:
        e, n, u = self._exponentials(build, h)
        one, two, four = (np.array(v, e.dtype) for v in (1.0, 2.0, 4.0))
        return [
            *self._start(build, z, e, n),
            build.bind(np.add, e, one, u),
            build.bind(np.multiply, e, u, u),
            build.bind(np.multiply, u, four, u),
            build.bind(np.multiply, u, z, u),
            build.bind(np.add, n, two, e),
            build.bind(np.divide, u, e, u),
            build.bind(np.add, u, n, u),
            build.bind(np.divide, u, e, out),
        ]

    @staticmethod
    def _exponentials(build: Builder, h: Array) -> list[Array]:
        return [np.zeros(h.shape, working_dtype(build)) for _ in range(3)]

    @staticmethod
    def _start(build: Builder, z: Any, e: Array, n: Array) -> list[Call]:
        return [
            build.bind(np.minimum, z, np.array(20.0, e.dtype), out=e),
            build.bind(np.exp, e, e),
            build.bind(np.add, e, np.array(2.0, e.dtype), n),
            build.bind(np.multiply, n, e, n),
        ]

    def write(self, z: Expression) -> Expression:
        return z * tanh(softplus(z))

    def write_slope(self, z: Expression, h: Expression) -> Expression:
        t = tanh(softplus(z))
        return t + z * sigmoid(z) * (1.0 - t**2)
