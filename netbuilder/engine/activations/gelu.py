"""The Gaussian error linear unit."""

import math
from typing import Any, ClassVar

import numpy as np

from netbuilder.declare import register
from netbuilder.engine.activation import Activation
from netbuilder.engine.algebra.expression import Expression
from netbuilder.engine.algebra.functions import bell, normal
from netbuilder.engine.elementary import normal_tail
from netbuilder.engine.operation import Array, Builder, Call


@register
class GELU(Activation, frozen=True):
    """Computes h = z Phi(z), exactly; Phi is the standard normal distribution function."""

    title: ClassVar[str] = "GELU"
    summary: ClassVar[str] = (
        "Weighs each input by how large it is among normal ones; a smooth ReLU."
    )
    advice: ClassVar[str] = (
        "The choice of today's large networks: a smooth ReLU that lets small negative numbers"
        " through. In a small network the gain over ReLU is slight."
    )
    formula: ClassVar[str] = (
        r"h = z \Phi(z) = \frac{z}{2} \left( 1 + \mathrm{erf} \frac{z}{\sqrt{2}} \right)"
    )
    derivative_formula: ClassVar[str] = (
        r"f'(z) = \Phi(z) + z \varphi(z),\; \varphi(z) = \frac{e^{-z^2 / 2}}{\sqrt{2 \pi}}"
    )
    range: ClassVar[str] = "-0.17 and above"
    saturates: ClassVar[tuple[float, ...]] = (0.0,)
    keywords: ClassVar[tuple[str, ...]] = ("gaussian error linear unit", "erf", "transformer")

    def forward(self, build: Builder, z: Any, h: Array) -> list[Call]:
        # z Phi(z) = max(z, 0) - |z| Phi(-|z|): on either side only what is small is subtracted.
        calls, x, _, tail = normal_tail(build, z, h.shape)
        return [
            *calls,
            build.bind(np.multiply, x, tail, tail),
            build.bind(np.maximum, z, build.scalar(0.0), out=h),
            build.bind(np.subtract, h, tail, h),
        ]

    def derivative(self, build: Builder, z: Any, h: Array, out: Array) -> list[Call]:
        # Phi(z) = step(z) - sign(z) Phi(-|z|), with step(0) = 1/2; z phi(z) = sign(z) |z| phi(|z|).
        calls, x, bell, tail = normal_tail(build, z, h.shape)
        root = np.array(1.0 / math.sqrt(2.0 * math.pi), x.dtype)
        return [
            *calls,
            build.bind(np.multiply, bell, x, bell),
            build.bind(np.multiply, bell, root, bell),
            build.bind(np.subtract, bell, tail, bell),
            build.bind(np.sign, z, x),
            build.bind(np.multiply, bell, x, bell),
            build.bind(np.heaviside, z, build.scalar(0.5), out),
            build.bind(np.add, out, bell, out),
        ]

    def write(self, z: Expression) -> Expression:
        return z * normal(z)

    def write_slope(self, z: Expression, h: Expression) -> Expression:
        return normal(z) + z * bell(z)
