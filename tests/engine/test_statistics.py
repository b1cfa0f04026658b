"""The numbers that describe the last step, by hand."""

from __future__ import annotations

import math
import time
from typing import Any

import numpy as np
import pytest
from helpers import Array, chain

from netbuilder.declare import registry
from netbuilder.engine.activation import Activation
from netbuilder.engine.activations.linear import Linear
from netbuilder.engine.activations.relu import ReLU
from netbuilder.engine.activations.sigmoid import Sigmoid
from netbuilder.engine.activations.softmax import Softmax
from netbuilder.engine.activations.tanh import Tanh
from netbuilder.engine.initializers.values import Values
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.losses.binary_cross_entropy import BinaryCrossEntropy
from netbuilder.engine.losses.categorical_cross_entropy import CategoricalCrossEntropy
from netbuilder.engine.losses.half_squared_error import HalfSquaredError
from netbuilder.engine.losses.mean_squared_error import MeanSquaredError
from netbuilder.engine.network import Network
from netbuilder.engine.operation import Operation
from netbuilder.engine.optimizers.adam import Adam
from netbuilder.engine.optimizers.sgd import SGD
from netbuilder.engine.settings import Stop, Training
from netbuilder.engine.statistics import _histogram, layer_statistics
from netbuilder.engine.trainer import Samples, Trainer

EMPTY = np.empty((0, 1))


def trainer(network: Network, x: Array, t: Array, **settings: Any) -> Trainer:
    chosen = Training(
        **{
            "optimizer": SGD(learning_rate=0.5),
            "batch_size": None,
            "max_epochs": None,
            "shuffle": False,
            **settings,
        }
    )
    test = Samples(x[:0], t[:0])
    return Trainer(network, chosen, Samples(x, t), test, classification=False)


def test_by_hand() -> None:
    # z = x W + b for x = (1, 0), (3, 0), W = (1, -4), b = 0: 1 and 3; t = 0
    layer = Dense(units=1, weight_init=Values(values=((1.0,), (-4.0,))))
    x = np.array([[1.0, 0.0], [3.0, 0.0]])
    run = trainer(chain(layer, HalfSquaredError()), x, np.zeros((2, 1)))
    run.advance(1)
    found = layer_statistics(run.workspace, run)["0"]
    assert (found.units, found.mean, found.std) == (1, 2.0, 1.0)
    # dJ/dz = z / 2: dJ/dW = (0.5 + 4.5, 0), dJ/db = 2
    assert found.gradient_norm == pytest.approx(math.sqrt(29))
    assert found.gradient_mean == pytest.approx(7 / 3)
    # p <- p - g / 2: W = (-1.5, -4), b = -1
    assert found.parameter_mean == pytest.approx(6.5 / 3)
    assert found.update_mean == pytest.approx(3.5 / 3)
    assert found.update_ratio == pytest.approx(3.5 / 6.5)
    assert math.isnan(found.saturated)
    assert found.dead == 0
    assert found.histograms == {}


def statistics_of(activation: Activation, z: Array, behind: Operation | None = None) -> Any:
    """Of the activation for the given inputs (m, n), which an identity hands on."""
    n = z.shape[1]
    identity = Dense(
        units=n, bias=False, weight_init=Values(values=tuple(map(tuple, np.eye(n).tolist())))
    )
    loss: list[Operation] = [Linear(), MeanSquaredError()] if behind is None else [behind]
    t = np.zeros((len(z), n))
    run = trainer(chain(identity, activation, *loss, features=n), z, t)
    run.advance(1)
    return layer_statistics(run.workspace, run)["1"]


def test_dead_units() -> None:
    # The first unit is never positive, the second once, the third always.
    z = np.array([[-1.0, -1.0, 1.0], [0.0, 2.0, 3.0], [-5.0, -1.0, 2.0]])
    found = statistics_of(ReLU(), z)
    assert (found.units, found.dead) == (3, 1)
    assert found.saturated == pytest.approx(5 / 9)  # the slope is 0 there
    assert statistics_of(Tanh(), z).dead == 0
    assert statistics_of(Linear(), z).saturated == 0.0


def test_saturation() -> None:
    # tanh' = 1 - h^2 is at most 0.01 where |h| >= sqrt(0.99), |z| >= 2.993
    z = np.array([[0.0, 2.9], [3.1, -3.1], [2.98, -9.0]])
    assert statistics_of(Tanh(), z).saturated == pytest.approx(3 / 6)
    # sigmoid' = h (1 - h), at most 0.25 * 0.01 where |z| >= 5.987; alone and with its loss
    z = np.array([[5.9], [6.1], [-6.1], [0.0]])
    assert statistics_of(Sigmoid(), z).saturated == pytest.approx(0.5)
    assert statistics_of(Sigmoid(), z, BinaryCrossEntropy()).saturated == pytest.approx(0.5)
    # softmax: within 0.01 of 0 or 1
    z = np.array([[0.0, 0.0], [9.0, 0.0]])
    assert statistics_of(Softmax(), z).saturated == pytest.approx(0.5)
    assert statistics_of(Softmax(), z, CategoricalCrossEntropy()).saturated == pytest.approx(0.5)


ACTIVATIONS = {n: c for n, c in registry(Operation).items() if issubclass(c, Activation)}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation(name: str) -> None:
    z = np.random.default_rng(2).normal(size=(50, 4))
    found = statistics_of(ACTIVATIONS[name](), z)
    assert 0.0 <= found.saturated <= 1.0
    assert found.dead == 0
    assert math.isfinite(found.mean)
    assert found.std >= 0.0
    far = statistics_of(ACTIVATIONS[name](), 60.0 + np.abs(z))
    assert math.isfinite(far.mean)


def deep(precision: str = "float64", **settings: Any) -> Trainer:
    network = chain(
        Dense(units=8), ReLU(), Dense(units=8, trainable=False), Tanh(), Dense(units=1), Sigmoid(),
        BinaryCrossEntropy(), precision=precision,
    )  # fmt: skip
    x = np.random.default_rng(0).normal(size=(53, 2))
    t = (x[:, :1] > 0).astype(float)
    return trainer(network, x, t, precision=precision, **{"batch_size": 10, **settings})


@pytest.mark.parametrize("precision", ["float64", "float32", "float16"])
def test_the_update_is_that_of_the_last_step(precision: str) -> None:
    run = deep(precision, optimizer=Adam(learning_rate=0.125, bias_correction=True, eps=1e-6))
    assert run.last_update() is None
    before = run.network.params.copy()
    run.advance(1)
    update = run.last_update()
    assert update is not None
    trainable = run.network.trainable
    assert update.tolist() == (run.network.params - before)[:trainable].tolist()
    run.advance(19)  # the last step only, not all of them
    update = run.last_update()
    assert update is not None
    assert np.abs(update).max() < 0.3
    found = layer_statistics(run.workspace, run)
    assert 0 < found["0"].update_ratio < 1
    assert math.isnan(found["2"].update_ratio)  # frozen
    assert math.isnan(found["2"].gradient_norm)
    norms = run.gradient_norms()
    for node in ("0", "4"):
        assert found[node].gradient_norm == pytest.approx(math.hypot(*norms[node].values()), 1e-3)


def test_the_last_update_of_a_run_that_has_ended() -> None:
    run = deep(max_epochs=3)
    run.advance(100_000)
    assert run.stopped_by == "epochs"
    assert run.last_update() is not None
    early = deep(stop=Stop(loss=10.0))
    early.advance(100)  # a rule ends it after 6 steps, which nobody could know
    assert early.last_update() is None
    assert math.isnan(layer_statistics(early.workspace, early)["0"].update_ratio)


def test_the_short_last_batch_is_the_one_that_is_described() -> None:
    run = deep()
    run.advance(6)
    assert run.workspace.m == 3
    run.advance(1)
    assert run.workspace.m == 10


def test_histograms_on_request() -> None:
    run = deep()
    run.advance(4)
    found = layer_statistics(run.workspace, run, bins=12)
    assert set(found["0"].histograms) == {"outputs", "parameters", "gradients"}
    assert set(found["1"].histograms) == {"outputs"}
    histogram = found["0"].histograms["parameters"]
    assert (len(histogram.counts), len(histogram.edges)) == (12, 13)
    assert histogram.counts.sum() == 24
    assert found["0"].histograms["outputs"].counts.sum() == 80


def test_looking_changes_nothing() -> None:
    quiet, watched = deep(), deep()
    quiet.advance(30)
    for _ in range(30):
        watched.advance(1)
        layer_statistics(watched.workspace, watched, bins=5)
    assert quiet.network.params.tobytes() == watched.network.params.tobytes()


def test_they_are_cheap() -> None:
    """Thirty times a second they take 5 % of the time at most, so each takes below 1.6 ms."""
    run = deep()
    run.advance(3)
    layer_statistics(run.workspace, run)
    best = math.inf
    for _ in range(20):
        start = time.perf_counter()
        layer_statistics(run.workspace, run)
        best = min(best, time.perf_counter() - start)
    assert best < 0.05 / 30


@pytest.mark.parametrize(
    ("values", "counted", "mean", "low", "high"),
    [
        ([0.0, 0.0, 0.0], 3, 0.0, 0.0, 0.0),  # nothing but zeros: one bar
        ([1.0, 1.0 + 2**-52], 2, 1.0, 1.0, 1.0 + 2**-52),  # closer than bins can be
        ([0.0, 5e-324], 2, 0.0, 0.0, 5e-324),
        ([-3.0, 4.0, math.nan, math.inf], 2, 0.5, -3.0, 4.0),  # of the finite ones only
        ([1.7e308, -1.7e308], 2, 0.0, -1.7e308, 1.7e308),  # their distance is no number
        ([math.nan], 0, math.nan, math.nan, math.nan),
        ([], 0, math.nan, math.nan, math.nan),
    ],
)
def test_a_histogram_of_any_values(
    values: list[float], counted: int, mean: float, low: float, high: float
) -> None:
    with np.errstate(all="ignore"):
        histogram = _histogram(np.array(values, np.float64), 32)
    assert (len(histogram.counts), len(histogram.edges)) == (32, 33)
    assert histogram.counts.sum() == counted
    assert np.isfinite(histogram.edges).all()
    assert (np.diff(histogram.edges) > 0).all()
    assert (histogram.mean, histogram.low, histogram.high) == pytest.approx(
        (mean, low, high), nan_ok=True
    )
