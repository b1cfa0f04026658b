"""Functions of a single number, and those that are made of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from netbuilder.engine.algebra.expression import Elementwise, Expression
from netbuilder.engine.operation import Array


@dataclass(frozen=True)
class Function:
    """A function f of a number: how it is written, computed and derived.

    `slope` gives f'(a) from a and f(a). `inside` is the same function in simpler ones, for who
    wants to see how it comes about; an elementary function has none.
    """

    name: str
    latex: str
    evaluate: Callable[[Array], Array]
    slope: Callable[[Array, Array], Array]
    inside: Callable[[Expression], Expression] | None = None
    numpy: str = ""  # in code, with {} for what it is of


class Apply(Elementwise):
    """f(a)."""

    def __init__(self, function: Function, a: Expression) -> None:
        super().__init__(a)
        self.function = function

    def rebuilt(self, operands: Sequence[Expression]) -> Expression:
        return Apply(self.function, operands[0])

    def compute(self, *values: Array) -> Array:
        return self.function.evaluate(values[0])

    def slopes(self, *values: Array) -> Sequence[Array]:
        return [self.function.slope(values[0], self.value)]

    def inside(self) -> Expression | None:
        """The same, taken apart once."""
        return self.function.inside(self.operands[0]) if self.function.inside else None


_ERF = np.vectorize(math.erf, otypes=[np.float64])
_ERFC = np.vectorize(math.erfc, otypes=[np.float64])


def _normal(z: Array) -> Array:
    # Phi(z) = erfc(-z / sqrt 2) / 2: exact in its lower tail too.
    return 0.5 * np.asarray(_ERFC(-z / math.sqrt(2.0)))


def _bell(z: Array) -> Array:
    return np.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)


EXP = Function("exp", r"\exp", np.exp, lambda a, f: f, numpy="np.exp({})")
LOG = Function("log", r"\log", np.log, lambda a, f: 1.0 / a, numpy="np.log({})")
TANH = Function("tanh", r"\tanh", np.tanh, lambda a, f: 1.0 - f * f, numpy="np.tanh({})")
SQRT = Function("sqrt", r"\sqrt", np.sqrt, lambda a, f: 0.5 / f, numpy="np.sqrt({})")
ABS = Function("abs", "", np.abs, lambda a, f: np.sign(a), numpy="np.abs({})")
SIGN = Function("sign", r"\mathrm{sign}", np.sign, lambda a, f: 0.0 * a, numpy="np.sign({})")
SIGMOID = Function(
    "σ",
    r"\sigma",
    lambda a: 1.0 / (1.0 + np.exp(-a)),
    lambda a, f: f * (1.0 - f),
    lambda z: 1.0 / (1.0 + exp(-z)),
    "1 / (1 + np.exp(-({})))",
)
SOFTPLUS = Function(
    "softplus",
    r"\mathrm{softplus}",
    lambda a: np.logaddexp(a, 0.0),
    lambda a, f: 1.0 / (1.0 + np.exp(-a)),
    lambda z: log(1.0 + exp(z)),
    "np.logaddexp({}, 0)",
)
EXPM1 = Function(
    "exp −1",
    r"\mathrm{expm1}",
    np.expm1,
    lambda a, f: f + 1.0,
    lambda z: exp(z) - 1.0,
    "np.expm1({})",
)
NORMAL = Function("Φ", r"\Phi", _normal, lambda a, f: _bell(a), numpy="scipy.stats.norm.cdf({})")
BELL = Function("φ", r"\varphi", _bell, lambda a, f: -a * f, numpy="scipy.stats.norm.pdf({})")


def exp(a: Expression) -> Expression:
    """e to the a."""
    return Apply(EXP, a)


def log(a: Expression) -> Expression:
    """The natural logarithm."""
    return Apply(LOG, a)


def tanh(a: Expression) -> Expression:
    """The hyperbolic tangent."""
    return Apply(TANH, a)


def sqrt(a: Expression) -> Expression:
    """The square root."""
    return Apply(SQRT, a)


def absolute(a: Expression) -> Expression:
    """|a|."""
    return Apply(ABS, a)


def sign(a: Expression) -> Expression:
    """-1, 0 or 1."""
    return Apply(SIGN, a)


def sigmoid(a: Expression) -> Expression:
    """1 / (1 + exp(-a))."""
    return Apply(SIGMOID, a)


def softplus(a: Expression) -> Expression:
    """log(1 + exp(a)), which does not overflow."""
    return Apply(SOFTPLUS, a)


def expm1(a: Expression) -> Expression:
    """exp(a) - 1, exact near 0."""
    return Apply(EXPM1, a)


def normal(a: Expression) -> Expression:
    """The distribution function of the standard normal distribution."""
    return Apply(NORMAL, a)


def bell(a: Expression) -> Expression:
    """Its density."""
    return Apply(BELL, a)
