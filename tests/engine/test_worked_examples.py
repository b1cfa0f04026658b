"""Losses, activations and updates worked by hand: the arithmetic in the comment."""

from __future__ import annotations

import math

import numpy as np
import pytest
from helpers import Array, chain, gradient_of, loaded, loss_of

from netbuilder.engine import metrics
from netbuilder.engine.activation import Activation
from netbuilder.engine.activations.linear import Linear
from netbuilder.engine.activations.relu import ReLU
from netbuilder.engine.activations.sigmoid import Sigmoid
from netbuilder.engine.activations.softmax import Softmax
from netbuilder.engine.activations.tanh import Tanh
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.loss import Loss
from netbuilder.engine.losses.binary_cross_entropy import BinaryCrossEntropy
from netbuilder.engine.losses.categorical_cross_entropy import CategoricalCrossEntropy
from netbuilder.engine.losses.half_squared_error import HalfSquaredError
from netbuilder.engine.losses.mean_squared_error import MeanSquaredError
from netbuilder.engine.operation import Builder
from netbuilder.engine.optimizers.sgd import SGD

LN2 = math.log(2.0)


def value_and_gradient(loss: Loss, y: Array, t: Array) -> tuple[float, Array]:
    """J and dJ/dy for outputs y (m, k) and targets t (m, k), by the loss alone."""
    build = Builder(len(y), np.dtype(np.float64))
    columns, wanted = np.ascontiguousarray(y.T), np.ascontiguousarray(t.T)
    out, slope = np.zeros(()), np.zeros_like(columns)
    for call in loss.value(build, columns, wanted, out):
        call()
    for call in loss.gradient(build, columns, wanted, slope):
        call()
    return float(out), slope.T


# ---- losses: two samples with two outputs each ----

Y = np.array([[1.0, 2.0], [3.0, 5.0]])
T = np.array([[1.0, 0.0], [4.0, 2.0]])  # y - t = [[0, 2], [-1, 3]]


def test_mean_squared_error_averages_over_all_elements() -> None:
    j, slope = value_and_gradient(MeanSquaredError(), Y, T)
    # (0 + 4 + 1 + 9) / 4 = 3.5, and 2 (y - t) / 4
    assert j == 3.5
    assert slope.tolist() == [[0.0, 1.0], [-0.5, 1.5]]


def test_half_squared_error_sums_outputs_and_averages_samples() -> None:
    j, slope = value_and_gradient(HalfSquaredError(), Y, T)
    # 1/2 (0 + 4) = 2 and 1/2 (1 + 9) = 5, of which the mean is 3.5; (y - t) / 2
    assert j == 3.5
    assert slope.tolist() == [[0.0, 1.0], [-0.5, 1.5]]


def test_half_and_mean_squared_error_differ_with_the_number_of_outputs() -> None:
    # One sample, three errors of 1: the mean is 1, the half of the sum is 1.5.
    y, t = np.ones((1, 3)), np.zeros((1, 3))
    assert value_and_gradient(MeanSquaredError(), y, t)[0] == 1.0
    assert value_and_gradient(HalfSquaredError(), y, t)[0] == 1.5


def test_binary_cross_entropy() -> None:
    y, t = np.array([[0.25], [0.5]]), np.array([[1.0], [0.0]])
    j, slope = value_and_gradient(BinaryCrossEntropy(), y, t)
    # -log 0.25 = 2 log 2 and -log(1 - 0.5) = log 2, of which the mean is 1.5 log 2
    assert j == pytest.approx(1.5 * LN2, rel=1e-15)
    # 1/2 (-1 / 0.25) = -2 and 1/2 (1 / (1 - 0.5)) = 1
    assert slope.tolist() == [[-2.0], [1.0]]


def test_binary_cross_entropy_sums_its_outputs() -> None:
    y, t = np.array([[0.25, 0.5]]), np.array([[1.0, 0.0]])
    # 2 log 2 + log 2, one sample
    assert value_and_gradient(BinaryCrossEntropy(), y, t)[0] == pytest.approx(3 * LN2, rel=1e-15)


def test_categorical_cross_entropy() -> None:
    y = np.array([[0.5, 0.25, 0.25], [0.25, 0.25, 0.5]])
    t = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    j, slope = value_and_gradient(CategoricalCrossEntropy(), y, t)
    # -log 0.5 = log 2 and -log 0.25 = 2 log 2, of which the mean is 1.5 log 2
    assert j == pytest.approx(1.5 * LN2, rel=1e-15)
    # -1/2 (1 / 0.5) = -1 and -1/2 (1 / 0.25) = -2, and 0 elsewhere
    assert slope.tolist() == [[-1.0, 0.0, 0.0], [0.0, -2.0, 0.0]]


def test_fused_sigmoid_and_binary_cross_entropy() -> None:
    network = chain(Dense(units=1, bias=False), Sigmoid(), BinaryCrossEntropy(), features=1)
    network.set_weights({"0": {"W": np.array([[1.0]])}})
    # z = log 3 gives y = 3/4, z = 0 gives y = 1/2; targets 0 and 1:
    # -log(1/4) = 2 log 2 and -log(1/2) = log 2, of which the mean is 1.5 log 2
    x, t = np.array([[math.log(3.0)], [0.0]]), np.array([[0.0], [1.0]])
    assert loss_of(network, x, t) == pytest.approx(1.5 * LN2, rel=1e-15)
    # dJ/dz = (y - t) / 2 = [3/8, -1/4]; dJ/dW = log 3 * 3/8 + 0
    assert gradient_of(network, x, t) == pytest.approx([math.log(3.0) * 0.375], rel=1e-15)


# ---- activations at three points ----


@pytest.mark.parametrize(
    ("activation", "z", "h", "slope"),
    [
        (Linear(), [-2.0, 0.0, 3.0], [-2.0, 0.0, 3.0], [1.0, 1.0, 1.0]),
        (ReLU(), [-2.0, 0.0, 3.0], [0.0, 0.0, 3.0], [0.0, 0.0, 1.0]),
        # 1 / (1 + e^-z) at -log 3, 0 and log 3 is 1/4, 1/2 and 3/4; h (1 - h)
        (
            Sigmoid(),
            [-math.log(3.0), 0.0, math.log(3.0)],
            [0.25, 0.5, 0.75],
            [0.1875, 0.25, 0.1875],
        ),
        # tanh(log 2) = (2 - 1/2) / (2 + 1/2) = 3/5; 1 - h^2 = 16/25
        (Tanh(), [-LN2, 0.0, LN2], [-0.6, 0.0, 0.6], [0.64, 1.0, 0.64]),
    ],
    ids=lambda v: type(v).__name__ if isinstance(v, Activation) else "",
)
def test_activation(
    activation: Activation, z: list[float], h: list[float], slope: list[float]
) -> None:
    got, slopes = activation.curve(np.array(z))
    assert got == pytest.approx(h, rel=1e-15, abs=1e-15)
    assert slopes == pytest.approx(slope, rel=1e-15, abs=1e-15)


def test_softmax() -> None:
    network = chain(Dense(units=3, bias=False), Softmax(), MeanSquaredError(), features=3)
    network.set_weights({"0": {"W": np.eye(3)}})
    # e^z = (1, 2, 1): shares of 4. The same for z + 1000, where e^z itself overflows.
    z = np.array([[0.0, LN2, 0.0], [1000.0, 1000.0 + LN2, 1000.0], [5.0, 5.0, 5.0]])
    wanted = [[0.25, 0.5, 0.25], [0.25, 0.5, 0.25], [1 / 3, 1 / 3, 1 / 3]]
    assert network.predict(z) == pytest.approx(np.array(wanted), rel=1e-13)


def test_softmax_leads_the_error_back() -> None:
    network = chain(Dense(units=2, bias=False), Softmax(), HalfSquaredError(), features=2)
    network.set_weights({"0": {"W": np.eye(2)}})
    x, t = np.array([[math.log(3.0), 0.0]]), np.array([[0.25, 0.25]])
    workspace = loaded(network, x, t, "trace")
    workspace.run(workspace.train_calls)
    # p = (3/4, 1/4), dJ/dp = p - t = (1/2, 0), their product sums to 3/8;
    # dJ/dz = p (dJ/dp - 3/8) = (3/4 * 1/8, 1/4 * -3/8) = (3/32, -3/32)
    assert workspace.grad_input("1")[0] == pytest.approx([3 / 32, -3 / 32], rel=1e-14)


# ---- the layer ----


def test_dense() -> None:
    network = chain(Dense(units=2), HalfSquaredError(), features=2)
    network.set_weights(
        {"0": {"W": np.array([[1.0, 2.0], [3.0, 4.0]]), "b": np.array([10.0, 20.0])}}
    )
    x = np.array([[1.0, 0.0], [1.0, 1.0]])
    # [1 0] W + b = [11, 22]; [1 1] W + b = [14, 26]
    assert network.predict(x).tolist() == [[11.0, 22.0], [14.0, 26.0]]
    # Targets one below each output of the first sample only: dJ/dZ = [[1/2, 1/2], [0, 0]]
    t = np.array([[10.0, 21.0], [14.0, 26.0]])
    workspace = loaded(network, x, t, "trace")
    workspace.run(workspace.train_calls)
    # dJ/dW = X^T dJ/dZ, dJ/db its column sums, dJ/dX = dJ/dZ W^T: (1/2)(1 + 2), (1/2)(3 + 4)
    assert network.gradients["0"]["W"].tolist() == [[0.5, 0.5], [0.0, 0.0]]
    assert network.gradients["0"]["b"].tolist() == [0.5, 0.5]
    assert workspace.grad_input("0").tolist() == [[1.5, 3.5], [0.0, 0.0]]


# ---- the update ----


def test_gradient_descent() -> None:
    p, g = np.array([1.0, -2.0, 0.5]), np.array([0.5, -1.0, 0.0])
    calls = SGD().update(Builder(1, p.dtype), p, g, np.array(0.1), {}, np.ones(()))
    for call in calls:
        call()
    # p - 0.1 g
    assert p.tolist() == [0.95, -1.9, 0.5]
    assert g.tolist() == [0.5, -1.0, 0.0]


# ---- metrics ----


def test_accuracy() -> None:
    y, t = np.array([[0.4], [0.5], [0.6]]), np.array([[0.0], [0.0], [1.0]])
    assert metrics.accuracy(y, t) == pytest.approx(2 / 3)  # 0.5 counts as class 1
    y, t = np.array([[0.1, 0.9], [0.8, 0.2]]), np.eye(2)
    assert metrics.accuracy(y, t) == 0.0
    assert metrics.accuracy(y, t[::-1]) == 1.0
    assert math.isnan(metrics.accuracy(np.empty((0, 1)), np.empty((0, 1))))


def test_r2() -> None:
    t = np.array([[1.0], [2.0], [3.0]])
    # 1 - (0 + 1 + 0) / (1 + 0 + 1)
    assert metrics.r2(np.array([[1.0], [3.0], [3.0]]), t) == 0.5
    assert metrics.r2(t, t) == 1.0
    assert metrics.r2(np.full((3, 1), 2.0), t) == 0.0
    assert metrics.r2(np.ones((3, 1)), np.ones((3, 1))) == 1.0
    assert math.isnan(metrics.r2(np.zeros((3, 1)), np.ones((3, 1))))
    assert math.isnan(metrics.r2(np.empty((0, 1)), np.empty((0, 1))))
