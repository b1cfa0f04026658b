"""Activations worked by hand at three points, their conventions, and how exact they are far out."""

from __future__ import annotations

import math
import tracemalloc

import numpy as np
import pytest
from helpers import Array, central_differences, chain, gradient_of, loss_of, relative_error

from netbuilder.declare import registry
from netbuilder.engine.activation import Activation
from netbuilder.engine.activations.elu import ELU
from netbuilder.engine.activations.gelu import GELU
from netbuilder.engine.activations.leaky_relu import LeakyReLU
from netbuilder.engine.activations.log_softmax import LogSoftmax
from netbuilder.engine.activations.mish import Mish
from netbuilder.engine.activations.relu6 import ReLU6
from netbuilder.engine.activations.selu import SELU
from netbuilder.engine.activations.silu import SiLU
from netbuilder.engine.activations.softplus import Softplus
from netbuilder.engine.activations.step import Step
from netbuilder.engine.initializers.normal import Normal
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.losses.half_squared_error import HalfSquaredError
from netbuilder.engine.losses.mean_squared_error import MeanSquaredError
from netbuilder.engine.operation import Builder, Operation

ACTIVATIONS = {n: c for n, c in registry(Operation).items() if issubclass(c, Activation)}
ELEMENTWISE = {n: c for n, c in ACTIVATIONS.items() if c.elementwise}
LN2, LN3 = math.log(2.0), math.log(3.0)


@pytest.mark.parametrize(
    ("activation", "z", "h", "slope"),
    [
        # Yes above 0, no at 0; flat everywhere.
        (Step(), [-2.0, 0.0, 3.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]),
        # -20 * 0.1 = -2 and -20 * 0.25 = -5
        (LeakyReLU(), [-20.0, 0.0, 3.0], [-2.0, 0.0, 3.0], [0.1, 0.1, 1.0]),
        (LeakyReLU(slope=0.25), [-20.0, 0.0, 3.0], [-5.0, 0.0, 3.0], [0.25, 0.25, 1.0]),
        (LeakyReLU(slope=0.0), [-20.0, 0.0, 3.0], [0.0, 0.0, 3.0], [0.0, 0.0, 1.0]),
        # Cut off at 0 and at 6; both bends count as flat.
        (ReLU6(), [-1.0, 4.0, 7.0], [0.0, 4.0, 6.0], [0.0, 1.0, 0.0]),
        (ReLU6(), [0.0, 6.0, 5.5], [0.0, 6.0, 5.5], [0.0, 0.0, 1.0]),
        # e^-ln2 - 1 = -1/2, whose slope is e^-ln2 = 1/2; e^0 - 1 = 0 with the slope 1
        (ELU(), [-LN2, 0.0, 3.0], [-0.5, 0.0, 3.0], [0.5, 1.0, 1.0]),
        # twice as deep below 0: 2 (1/2 - 1) = -1 with the slope 2 * 1/2; at 0 the slope is alpha
        (ELU(alpha=2.0), [-LN2, 0.0, 3.0], [-1.0, 0.0, 3.0], [1.0, 2.0, 1.0]),
        # s alpha (1/2 - 1) and s alpha / 2, with s = 1.0507009873554805 and
        # alpha = 1.6732632423543772: s alpha = 1.7580993408473766
        (
            SELU(),
            [-LN2, 0.0, 2.0],
            [-0.8790496704236883, 0.0, 2.101401974710961],
            [0.8790496704236883, 1.7580993408473766, 1.0507009873554805],
        ),
        # log(1 + 1/3) = log(4/3), log(1 + 1) = log 2, log(1 + 3) = log 4; slopes 1/4, 1/2, 3/4
        (Softplus(), [-LN3, 0.0, LN3], [math.log(4 / 3), LN2, 2 * LN2], [0.25, 0.5, 0.75]),
        # z s(z) with s = 1/4, 1/2, 3/4; s + z s (1 - s) with s (1 - s) = 3/16 at ±log 3
        (
            SiLU(),
            [-LN3, 0.0, LN3],
            [-LN3 / 4, 0.0, LN3 * 3 / 4],
            [0.25 - LN3 * 3 / 16, 0.5, 0.75 + LN3 * 3 / 16],
        ),
        # with beta = 2, s(2 z) = 3/4 at z = log(3) / 2: h = 3/8 log 3, slope 3/4 + 2 z 3/16
        (
            SiLU(beta=2.0),
            [-LN3 / 2, 0.0, LN3 / 2],
            [-LN3 / 8, 0.0, LN3 * 3 / 8],
            [0.25 - LN3 * 3 / 16, 0.5, 0.75 + LN3 * 3 / 16],
        ),
        # tanh(log(1 + e^z)) = (u^2 - 1) / (u^2 + 1) with u = 1 + e^z. At 0: u = 2, t = 3/5, and the
        # slope is t. At log 2: u = 3, t = 8/10, s = 2/3, slope 4/5 + log 2 * 2/3 * 9/25.
        # At -log 2: u = 3/2, t = (5/4) / (13/4) = 5/13, s = 1/3, slope 5/13 - log 2 / 3 * 144/169.
        (
            Mish(),
            [-LN2, 0.0, LN2],
            [-LN2 * 5 / 13, 0.0, LN2 * 0.8],
            [5 / 13 - LN2 * 48 / 169, 0.6, 0.8 + LN2 * 0.24],
        ),
        # Phi(1) = 0.8413447460685429, phi(1) = 0.24197072451914337; Phi(-1) = 0.15865525393145707
        (
            GELU(),
            [-1.0, 0.0, 1.0],
            [-0.15865525393145707, 0.0, 0.8413447460685429],
            [0.15865525393145707 - 0.24197072451914337, 0.5, 1.0833154705876863],
        ),
    ],
    ids=lambda v: repr(v) if isinstance(v, Activation) else "",
)  # fmt: skip
def test_three_points(
    activation: Activation, z: list[float], h: list[float], slope: list[float]
) -> None:
    got, slopes = activation.curve(np.array(z))
    assert got == pytest.approx(h, rel=4e-15, abs=1e-15)
    assert slopes == pytest.approx(slope, rel=4e-15, abs=1e-15)


# ---- exactness ----


def test_gelu_is_exact() -> None:
    """Against erfc of the C library, which is good to the last digits at any z."""
    z = np.concatenate([np.linspace(-37.0, 37.0, 2001), [0.0, -0.0, 1e-300, -1e-9]])
    h, slope = GELU().curve(z)
    tail = np.array([0.5 * math.erfc(abs(v) / math.sqrt(2.0)) for v in z])
    bell = np.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)
    upper = np.where(z > 0, 1.0 - tail, tail)
    assert h == pytest.approx(z * upper, rel=1e-12, abs=0.0)
    near = np.abs(z) < 5.0
    assert h[near] == pytest.approx((z * upper)[near], rel=4e-15, abs=0.0)
    assert slope == pytest.approx(upper + z * bell, rel=1e-12, abs=1e-15)


def test_what_saturates_keeps_its_digits() -> None:
    # Far below zero: softplus is e^z, SiLU and Mish z e^z, the slope of ELU e^z.
    z = np.array([-30.0, -200.0, -600.0])
    e = np.exp(z)
    assert Softplus().curve(z)[0] == pytest.approx(e, rel=1e-12, abs=0.0)
    assert Softplus().curve(z)[1] == pytest.approx(e, rel=1e-12, abs=0.0)
    assert SiLU().curve(z)[0] == pytest.approx(z * e, rel=1e-12, abs=0.0)
    assert Mish().curve(z)[0] == pytest.approx(z * e, rel=1e-12, abs=0.0)
    assert ELU().curve(z)[1] == pytest.approx(e, rel=1e-12, abs=0.0)


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize("precision", ["float16", "float32"])
def test_low_precision_is_as_exact_as_it_can_be(name: str, precision: str) -> None:
    z = np.array([[-1000.0, -100.0, -20.0, -3.0, -0.5, 0.0, 0.5, 3.0, 20.0, 100.0, 1000.0]])
    low = z.astype(precision)
    h, slope = np.zeros_like(low), np.zeros_like(low)
    activation, build = ACTIVATIONS[name](), Builder(z.size, low.dtype)
    with np.errstate(all="ignore"):
        for call in (
            *activation.forward(build, low, h),
            *activation.derivative(build, low, h, slope),
        ):
            call()
        wanted, slopes = activation.curve(z[0])
    eps = float(np.finfo(low.dtype).eps)
    assert h[0].astype(float) == pytest.approx(wanted, rel=3 * eps, abs=3 * eps)
    assert slope[0].astype(float) == pytest.approx(slopes, rel=8 * eps, abs=8 * eps)


# ---- what each says of itself ----


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_it_saturates_where_it_says(name: str) -> None:
    """A level is what an end of the curve lies flat on."""
    activation = ACTIVATIONS[name]()
    with np.errstate(all="ignore"):
        ends, slopes = activation.curve(np.array([-300.0, 300.0]))
    flat = {round(float(v), 6) + 0.0 for v, s in zip(ends, slopes, strict=True) if abs(s) < 1e-9}
    assert flat == {round(v, 6) for v in activation.levels()}


def test_the_floor_of_elu_moves_with_alpha() -> None:
    assert ELU().levels() == ELU.saturates == (-1.0,)
    assert ELU(alpha=2.5).levels() == (-2.5,)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_it_is_described(name: str) -> None:
    cls = ACTIVATIONS[name]
    assert cls.title
    assert cls.summary.endswith(".")
    assert cls.formula
    assert cls.derivative_formula
    assert cls.range
    assert cls.keywords


# ---- log softmax ----


def test_log_softmax() -> None:
    network = chain(Dense(units=3, bias=False), LogSoftmax(), MeanSquaredError(), features=3)
    network.set_weights({"0": {"W": np.eye(3)}})
    # e^z = (1, 2, 1): log(1/4), log(1/2), log(1/4). Far out: 0 for the winner, else the distance.
    z = np.array([[0.0, LN2, 0.0], [1000.0, 1000.0 + LN2, 1000.0], [1000.0, 0.0, -1000.0]])
    quarter = [-2 * LN2, -LN2, -2 * LN2]
    assert network.predict(z) == pytest.approx(
        np.array([quarter, quarter, [0.0, -1000.0, -2000.0]]), rel=1e-13, abs=1e-15
    )


def test_log_softmax_leads_the_error_back() -> None:
    network = chain(Dense(units=2, bias=False), LogSoftmax(), HalfSquaredError(), features=2)
    network.set_weights({"0": {"W": np.eye(2)}})
    x, t = np.array([[LN3, 0.0]]), np.array([[math.log(0.75) - 1.0, math.log(0.25)]])
    # y = (log 3/4, log 1/4), dJ/dy = y - t = (1, 0), which sums to 1;
    # dJ/dz = (1, 0) - p * 1 = (1/4, -1/4), and dJ/dW = x^T dJ/dz
    slopes = gradient_of(network, x, t).reshape(2, 2)
    assert slopes == pytest.approx(np.outer([LN3, 0.0], [0.25, -0.25]), rel=1e-13)


# ---- parameters, and no allocation ----


@pytest.mark.parametrize(
    "activation",
    [LeakyReLU(slope=0.3), LeakyReLU(slope=1.0), ELU(alpha=0.4), SiLU(beta=0.0), SiLU(beta=3.0)],
    ids=repr,
)
def test_the_gradient_for_other_parameters(activation: Activation) -> None:
    dense = Dense(units=3, weight_init=Normal(std=0.7), bias_init=Normal(std=0.7))
    network = chain(dense, activation, dense, MeanSquaredError(), features=3)
    rng = np.random.default_rng(1)
    x, t = rng.normal(size=(5, 3)), rng.normal(size=(5, 3))
    numeric = central_differences(lambda: loss_of(network, x, t), network.params)
    assert relative_error(gradient_of(network, x, t), numeric) < 1e-6


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_it_allocates_nothing(name: str, precision: str) -> None:
    z: Array = np.random.default_rng(0).normal(size=(200, 100)).astype(precision)
    h, slope = np.zeros_like(z), np.zeros_like(z)
    activation, build = ACTIVATIONS[name](), Builder(100, z.dtype)
    calls = [*activation.forward(build, z, h), *activation.derivative(build, z, h, slope)]
    for call in calls:
        call()
    tracemalloc.start()
    try:
        for call in calls:
            call()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < z.nbytes / 8  # not even one array in between
