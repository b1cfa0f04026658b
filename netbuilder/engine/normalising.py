"""The arithmetic that batch and layer normalisation share; they differ in the axis only."""

from typing import Any

import numpy as np

from netbuilder.engine.operation import Array, Builder, Call, Ports


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
