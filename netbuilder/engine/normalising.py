"""The arithmetic that batch and layer normalisation share; they differ in the axis only."""

from typing import Any

import numpy as np

from netbuilder.engine.algebra.expression import Expression, Number, one_over
from netbuilder.engine.algebra.functions import sqrt
from netbuilder.engine.algebra.matrices import Over, Total
from netbuilder.engine.algebra.symbol import Symbol
from netbuilder.engine.operation import Array, Builder, Call, Ports
from netbuilder.engine.scope import Scope, Written


def normalise(
    build: Builder,
    x: Any,
    mean: Array,
    var: Array,
    inverse: Array,
    xhat: Array,
    eps: float,
    *,
    axis: int,
    count: int,
) -> list[Call]:
    """Calls that write xhat = (x - mean) * inverse with inverse = 1 / sqrt(var + eps).

    x and xhat are (n, m); mean, var and inverse are (n, 1) for axis 1 (over the batch) or (1, m)
    for axis 0 (over the units), of `count` numbers each.
    """
    square = build.empty(*xhat.shape)
    return [
        *build.mean(x, mean, axis, count),
        build.bind(np.subtract, x, mean, xhat),
        build.bind(np.multiply, xhat, xhat, square),
        *build.mean(square, var, axis, count),
        build.bind(np.add, var, build.scalar(eps), inverse),
        build.bind(np.sqrt, inverse, inverse),
        build.bind(np.reciprocal, inverse, inverse),
        build.bind(np.multiply, xhat, inverse, xhat),
    ]


def backward(
    build: Builder, ports: Ports, xhat: Array, inverse: Array, *, axis: int, count: int
) -> list[Call]:
    """Calls for the gradients of gamma and beta, where they are learned, and of the input:

    dJ/dx = inverse (g - mean g - xhat mean(g xhat)) with g = gamma dJ/dy, the means along the axis.
    """
    dy = ports.output_grad
    assert dy is not None
    product = build.empty(*xhat.shape)
    calls: list[Call] = []
    if ports.grads:
        calls += [
            build.bind(np.multiply, dy, xhat, product),
            build.bind(np.add.reduce, product, axis=1, out=ports.grads["gamma"]),
            build.bind(np.add.reduce, dy, axis=1, out=ports.grads["beta"]),
        ]
    (dx,) = ports.input_grads
    if dx is None:
        return calls
    if "gamma" in ports.params:
        gamma = ports.params["gamma"].reshape(len(xhat), 1)
        calls.append(build.bind(np.multiply, dy, gamma, dx))
    else:
        calls.append(build.bind(np.copyto, dx, dy))
    average = build.empty(*inverse.shape)
    return [
        *calls,
        build.bind(np.multiply, dx, xhat, product),
        *build.mean(product, average, axis, count),
        build.bind(np.multiply, xhat, average, product),
        *build.mean(dx, average, axis, count),
        build.bind(np.subtract, dx, average, dx),
        build.bind(np.subtract, dx, product, dx),
        build.bind(np.multiply, dx, inverse, dx),
    ]


def _share(scope: Scope, over: Over) -> Number:
    """1 / m for a mean over the samples, 1 / n for one over the units."""
    if over == "samples":
        return one_over(scope.m, "m")
    return one_over(scope.x.shape[1], "n")


def write_forward(scope: Scope, eps: float, over: Over) -> Expression:
    """What `normalise` computes, line by line, then scale and shift."""
    share = _share(scope, over)
    mean = scope.let("mean", scope.symbol("mu"), share * Total(scope.x, over))
    square = Symbol("sigma", scope.layer, square=True)
    var = scope.let("var", square, share * Total((scope.x - mean) ** 2, over))
    spread = sqrt(var + Number(eps, r"\epsilon", "ε"))
    normal = scope.symbol(scope.x.symbol.letter, accent="tilde")
    xhat = scope.let("xhat", normal, (scope.x - mean) / spread)
    if "gamma" not in scope.params:
        return xhat
    return xhat * scope.params["gamma"] + scope.params["beta"]


def write_backward(scope: Scope, eps: float, over: Over) -> Written:
    """The gradients of `backward`, with the sums that they need on the way."""
    xhat, var, g, share = scope.known["xhat"], scope.known["var"], scope.g, _share(scope, over)
    grads: dict[str, Expression] = {}
    before: Expression = g
    if "gamma" in scope.params:
        grads = {"gamma": Total(g * xhat, "samples"), "beta": Total(g, "samples")}
        before = scope.let("dxhat", xhat.symbol.derived(), g * scope.params["gamma"])
    first = scope.let("mean g", scope.symbol("s", sub="1"), share * Total(before, over))
    second = scope.let("mean gx", scope.symbol("s", sub="2"), share * Total(before * xhat, over))
    spread = sqrt(var + Number(eps, r"\epsilon", "ε"))
    return Written([(before - first - xhat * second) / spread], grads)
