"""Functions that several activations are made of, as calls that allocate nothing.

Each takes z (an array or a `Live` place) and arrays of the shape that z has.
"""

from typing import Any, NamedTuple

import numpy as np

from netbuilder.engine.operation import Array, Builder, Call


def working_dtype(build: Builder) -> np.dtype[Any]:
    """The precision to compute in where float16 would overflow on the way to a small result."""
    return np.dtype(np.float32) if build.dtype == np.float16 else build.dtype


def sigmoid(build: Builder, z: Any, out: Array) -> list[Call]:
    """Write 1 / (1 + exp(-z)) into out, with full relative precision for any z."""
    # exp(-z) may overflow to infinity, whose reciprocal is the right 0; the other usual form,
    # (1 + tanh(z / 2)) / 2, loses all digits for large negative z.
    return [
        build.bind(np.negative, z, out),
        build.bind(np.exp, out, out),
        build.bind(np.add, out, build.scalar(1.0), out),
        build.bind(np.reciprocal, out, out),
    ]


def exponential_branch(build: Builder, z: Any, alpha: float, out: Array) -> list[Call]:
    """Write z where z > 0, and alpha (exp(z) - 1) elsewhere, into out."""
    zero, positive = build.scalar(0.0), build.empty(*out.shape)
    return [
        build.bind(np.minimum, z, zero, out=out),
        build.bind(np.expm1, out, out),
        build.bind(np.multiply, out, build.scalar(alpha), out),
        build.bind(np.maximum, z, zero, out=positive),
        build.bind(np.add, out, positive, out),
    ]


def exponential_slope(build: Builder, z: Any, alpha: float, out: Array) -> list[Call]:
    """Write the derivative of `exponential_branch` into out: 1 where z > 0, else alpha exp(z)."""
    zero, positive = build.scalar(0.0), np.zeros(out.shape, np.bool_)
    return [
        build.bind(np.greater, z, zero, positive),
        build.bind(np.minimum, z, zero, out=out),
        build.bind(np.exp, out, out),
        build.bind(np.multiply, out, build.scalar(alpha), out),
        build.bind(np.copyto, out, build.scalar(1.0), where=positive),
    ]


# Phi(-x) exp(x^2 / 2) = P(x) / Q(x) for 0 <= x <= 40, where Phi is the distribution function of the
# standard normal distribution. In the manner of Cody (1969), but one quotient for all x: degrees 9
# and 10, interpolated at Chebyshev points of (x - 3) / (x + 3) in 40-digit arithmetic, relative
# error 4e-16. All coefficients are positive, so nothing cancels.
_TAIL = np.array(
    [
        [
            0.5,
            0.761082969510876,
            0.5740091172063444,
            0.2749866412491186,
            0.09124557394854302,
            0.02164613587514597,
            0.003668548626524833,
            0.00042941530366389746,
            3.169866297369199e-05,
            1.1375610026220133e-06,
            0.0,
        ],
        [
            1.0,
            2.320050499824617,
            2.4991507085057374,
            1.6499433182895482,
            0.7414242515406501,
            0.2377554892901238,
            0.055329498671576036,
            0.009275144456749701,
            0.0010792359847167953,
            7.945676487310157e-05,
            2.8514425733140164e-06,
        ],
    ]
)
_FAR = 40.0  # beyond it exp(-x^2 / 2) is 0 in every precision


class NormalTail(NamedTuple):
    """Arrays that `calls` fill: x = min(|z|, 40), exp(-x^2 / 2) and Phi(-x)."""

    calls: list[Call]
    x: Array
    bell: Array
    tail: Array


def normal_tail(build: Builder, z: Any, shape: tuple[int, ...]) -> NormalTail:
    """The bell curve and the tail of the normal distribution.

    The tail's relative error is below 4e-15 for |z| < 5 and below 1e-13 down to the smallest
    normal float64 near |z| = 37, where rounding of x^2 dominates. There is no `erf` in NumPy.
    """
    dtype = working_dtype(build)
    size = int(np.prod(shape))
    powers = np.ones((11, size), dtype)  # x^0 … x^10, so that P and Q are one matrix product
    quotient = np.empty((2, size), dtype)
    bell = np.empty(shape, dtype)
    x, tail = powers[1].reshape(shape), quotient[0].reshape(shape)
    square = powers[2].reshape(shape)
    calls = [
        build.bind(np.abs, z, x),
        build.bind(np.minimum, x, np.array(_FAR, dtype), out=x),
        build.bind(np.multiply, powers[1], powers[1], powers[2]),
        build.bind(np.multiply, powers[1:3], powers[2], powers[3:5]),
        build.bind(np.multiply, powers[1:5], powers[4], powers[5:9]),
        build.bind(np.multiply, powers[1:3], powers[8], powers[9:11]),
        build.bind(np.dot, _TAIL.astype(dtype), powers, quotient),
        build.bind(np.multiply, square, np.array(-0.5, dtype), bell),
        build.bind(np.exp, bell, bell),
        build.bind(np.divide, quotient[0], quotient[1], quotient[0]),
        build.bind(np.multiply, tail, bell, tail),
    ]
    return NormalTail(calls, x, bell, tail)
