"""A small change of one weight, foretold by the gradient, and the check by central differences."""

from __future__ import annotations

import numpy as np
import pytest
from engine.test_walk import bound, drawn_walk, logistic
from helpers import chain, targets_for

from netbuilder.engine.activations.relu import ReLU
from netbuilder.engine.initializers.values import Values
from netbuilder.engine.layers.batch_norm import BatchNorm
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.layers.dropout import Dropout
from netbuilder.engine.layers.gaussian_noise import GaussianNoise
from netbuilder.engine.losses.binary_cross_entropy import BinaryCrossEntropy
from netbuilder.engine.losses.mean_squared_error import MeanSquaredError
from netbuilder.engine.nudge import Nudge, Sweep, Weight
from netbuilder.engine.operation import Operation
from netbuilder.engine.optimizers.sgd import SGD
from netbuilder.engine.walk import Walk


def walk_through(*operations: Operation, precision: str = "float64", m: int = 6) -> Walk:
    loss = MeanSquaredError()
    network = chain(*operations, loss, precision=precision)
    x = np.random.default_rng(3).normal(size=(m, 2))
    return Walk(network, x, targets_for(loss, m, network.outputs), bound(network, SGD()))


def swept(walk: Walk, most: int = 500) -> Sweep:
    nudge = Nudge(walk)
    sweep = Sweep(nudge, nudge.weights(), most)
    while not sweep.done:
        sweep.advance()
    return sweep


def test_the_lectures_weight() -> None:
    """w13 of the first layer, changed by 0.001.

    dC = 0.00565382 * 0.001 = 5.65382e-06; the true change is J(w + 0.001) - J(w) = 5.65147e-06.
    """
    walk = logistic()
    nudge = Nudge(walk)
    weight = Weight("hidden", "W", 0, 2)
    found = nudge.nudge(weight, 0.001)
    assert found.before == walk.trace.loss
    assert f"{found.predicted:.4g}" == "5.654e-06"
    assert f"{found.true:.6g}" == "5.65147e-06"
    assert found.difference == pytest.approx(-2.352e-9, rel=1e-3)
    # A tenth of the change: a hundredth of the difference, for J bends as a parabola.
    assert nudge.nudge(weight, 0.0001).difference == pytest.approx(found.difference / 100, rel=0.02)


def test_a_change_is_taken_back_and_the_network_stays() -> None:
    walk = logistic()
    before = walk.network.params.copy()
    nudge = Nudge(walk)
    for weight in nudge.weights():
        nudge.nudge(weight, 0.5)
        nudge.check(weight)
    assert nudge.loss() == walk.trace.loss
    assert np.array_equal(walk.network.params, before)


def test_the_gradient_check_of_the_lectures_network() -> None:
    """2 * 3 + 3 + 3 * 1 + 1 = 13 weights and biases, each with an error below 1e-7."""
    sweep = swept(logistic())
    assert (sweep.total, sweep.count("differs"), sweep.count("bend")) == (13, 0, 0)
    # The second unit is saturated: its gradients, some 1e-9, drown in the rounding of J.
    big = [c for c in sweep.checked if abs(c.gradient) > 1e-5]
    assert len(big) >= 9
    assert all(c.error < 1e-7 for c in big)
    assert sweep.error < 1e-9
    worst = sweep.worst
    assert worst is not None
    assert worst.error == max(c.error for c in sweep.checked if c.judgement == "agrees")


@pytest.mark.parametrize("first", range(0, 120, 20))
def test_the_gradients_of_random_networks_are_right(first: int) -> None:
    """All layers and losses, with the same masks and the same noise on both sides."""
    for seed in range(first, first + 20):
        drawn, walk, _ = drawn_walk(seed)
        before = [s.bit_generator.state for s in drawn.network.streams.values()]
        nudge = Nudge(walk)
        sweep = Sweep(nudge, nudge.weights(), 40)
        sweep.advance(60.0)
        assert sweep.done
        assert sweep.count("differs") == 0, (seed, sweep.worst)
        penalty = drawn.network.penalty()
        assert nudge.loss() == pytest.approx(walk.trace.loss + penalty, rel=1e-12, abs=1e-300)
        assert before == [s.bit_generator.state for s in drawn.network.streams.values()]


def test_a_wrong_gradient_is_found() -> None:
    """The check would be worth nothing if it could not fail."""
    walk = logistic()
    walk.grads["hidden"]["W"].values[0, 2] *= 1.001
    sweep = swept(walk)
    assert sweep.count("differs") == 1
    assert sweep.worst is not None
    assert sweep.worst.weight == Weight("hidden", "W", 0, 2)
    # |1.001 a - a| / (1.001 a) = 0.001 / 1.001
    assert sweep.worst.error == pytest.approx(0.001 / 1.001, rel=1e-4)


def test_a_corner_of_the_loss_is_no_error() -> None:
    """z = 0 for x = 0: ReLU bends just there, and b has a slope on one side only."""
    dense = Dense(units=1, weight_init=Values(((1.0,), (1.0,))), bias_init=Values((0.0,)))
    network = chain(dense, ReLU(), MeanSquaredError())
    walk = Walk(network, np.zeros((1, 2)), np.array([[1.0]]), bound(network, SGD()))
    found = Nudge(walk).check(Weight("0", "b", 0, 0))
    # J = (1 - relu(b))^2: J(h) = 1 - 2h, J(-h) = 1, so the two-sided slope is -1, the gradient 0.
    assert found.judgement == "bend"
    assert found.numeric == pytest.approx(-1.0, abs=1e-4)
    assert found.gradient == 0.0


def test_what_is_not_finite_is_not_compared() -> None:
    """The logarithm of a negative output is no number, and neither is J."""
    network = chain(Dense(units=1, bias_init=Values((-5.0,))), BinaryCrossEntropy())
    walk = Walk(network, np.zeros((2, 2)), np.ones((2, 1)), bound(network, SGD()))
    sweep = swept(walk)
    assert sweep.count("not finite") == sweep.total == 3
    assert sweep.worst is None
    assert sweep.error == 0.0


@pytest.mark.parametrize("precision", ["float32", "float16"])
def test_lower_precision_draws_the_same_mask(precision: str) -> None:
    walk = walk_through(
        Dense(units=8), Dropout(rate=0.5), GaussianNoise(std=0.2), Dense(units=1),
        precision=precision,
    )  # fmt: skip
    sweep = swept(walk)
    assert sweep.count("differs") == 0, sweep.worst
    rough = {"float32": 1e-5, "float16": 1e-2}[precision]
    assert Nudge(walk).loss() == pytest.approx(walk.trace.loss, rel=rough)


def test_batch_normalisation_is_checked_with_the_statistics_of_the_batch() -> None:
    walk = walk_through(Dense(units=3), BatchNorm(), Dense(units=1))
    sweep = swept(walk)
    assert sweep.count("differs") == 0
    # In front of a batch norm a bias does nothing: both slopes are 0 but for rounding.
    bias = [c for c in sweep.checked if c.weight.node == "0" and c.weight.name == "b"]
    assert {c.judgement for c in bias} <= {"rounding", "agrees"}


def test_penalties_belong_to_what_is_nudged() -> None:
    walk = walk_through(Dense(units=2, l2=0.1, l1=0.01), Dense(units=1))
    nudge = Nudge(walk)
    weight = Weight("0", "W", 1, 0)
    assert nudge.check(weight).judgement == "agrees"
    w, found = nudge.value(weight), nudge.nudge(weight, 0.01)
    without = Nudge(walk_through(Dense(units=2), Dense(units=1))).nudge(weight, 0.01)
    # 0.1 ((w + 0.01)^2 - w^2) / 2 + 0.01 (|w + 0.01| - |w|) more than without.
    more = 0.05 * ((w + 0.01) ** 2 - w**2) + 0.01 * (abs(w + 0.01) - abs(w))
    assert found.true - without.true == pytest.approx(more, rel=1e-9)


def test_of_many_weights_some_are_drawn_and_the_work_comes_in_pieces() -> None:
    nudge = Nudge(walk_through(Dense(units=30), Dense(units=20), Dense(units=1)))
    weights = nudge.weights()
    assert len(weights) == 90 + 620 + 21
    assert len(nudge.weights("1")) == 620
    sweep = Sweep(nudge, weights, most=50)
    assert (sweep.asked, sweep.total) == (731, 50)
    sweep.advance(0.0)
    assert len(sweep.checked) == 1
    while not sweep.done:
        sweep.advance(0.001)
    assert [c.weight for c in sweep.checked] == sorted(
        (c.weight for c in sweep.checked), key=weights.index
    )
    assert sweep.count("agrees") + sweep.count("rounding") == 50
