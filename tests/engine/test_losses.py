"""Losses worked by hand, class weights, and losses far out."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from helpers import (
    Array,
    central_differences,
    chain,
    gradient_of,
    loaded,
    loss_of,
    relative_error,
)

from netbuilder.declare import decode
from netbuilder.engine.activations.linear import Linear
from netbuilder.engine.activations.log_softmax import LogSoftmax
from netbuilder.engine.activations.sigmoid import Sigmoid
from netbuilder.engine.activations.softmax import Softmax
from netbuilder.engine.activations.step import Step
from netbuilder.engine.initializers.normal import Normal
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.loss import Loss
from netbuilder.engine.losses.binary_cross_entropy import BinaryCrossEntropy
from netbuilder.engine.losses.categorical_cross_entropy import CategoricalCrossEntropy
from netbuilder.engine.losses.hinge import Hinge
from netbuilder.engine.losses.huber import Huber
from netbuilder.engine.losses.mean_absolute_error import MeanAbsoluteError
from netbuilder.engine.losses.perceptron_criterion import PerceptronCriterion
from netbuilder.engine.network import Network
from netbuilder.engine.operation import Builder, Operation
from netbuilder.errors import InvalidValue, ShapeError

LN2 = math.log(2.0)


def value_and_gradient(loss: Loss, y: Any, t: Any) -> tuple[float, list[Any]]:
    """J and dJ/dy for outputs y (m, k) and targets t (m, k), by the loss alone."""
    outputs, wanted = (np.ascontiguousarray(np.transpose(v), np.float64) for v in (y, t))
    build = Builder(outputs.shape[1], np.dtype(np.float64))
    out, slope = np.zeros(()), np.zeros_like(outputs)
    for calls in (
        loss.value(build, outputs, wanted, out),
        loss.gradient(build, outputs, wanted, slope),
    ):
        for call in calls:
            call()
    return float(out), slope.T.tolist()


def identity(units: int, *after: Operation) -> Network:
    """data -> a Dense that changes nothing -> after …, so that the logits are the data."""
    network = chain(Dense(units=units, bias=False), *after, features=units)
    network.set_weights({"0": {"W": np.eye(units)}})
    return network


def logit_slopes(network: Network, z: Array, t: Array) -> Array:
    workspace = loaded(network, z, t, "trace")
    with np.errstate(all="ignore"):
        workspace.run(workspace.train_calls)
    return np.array(workspace.grad_output("0"))


# ---- absolute errors ----


def test_mean_absolute_error() -> None:
    # |1 - 1| + |2 - 0| + |3 - 4| + |5 - 2| = 0 + 2 + 1 + 3, of which the mean is 6/4;
    # signs of the errors over 4, and 0 where there is none
    j, slope = value_and_gradient(MeanAbsoluteError(), [[1, 2], [3, 5]], [[1, 0], [4, 2]])
    assert j == 1.5
    assert slope == [[0.0, 0.25], [-0.25, 0.25]]


def test_huber() -> None:
    # Errors 0.5, -1, 3 and 0: 1/8, 1/2, 1 (3 - 1/2) = 5/2 and 0; the mean is 25/8 / 4.
    j, slope = value_and_gradient(Huber(), [[0.5, -1.0], [3.0, 0.0]], np.zeros((2, 2)))
    assert j == 25 / 32
    # The errors cut off at ±1, over 4.
    assert slope == [[0.125, -0.25], [0.25, 0.0]]
    # With delta = 2: 1/8, 1/2, 2 (3 - 1) = 4 and 0.
    j, slope = value_and_gradient(Huber(delta=2.0), [[0.5, -1.0], [3.0, 0.0]], np.zeros((2, 2)))
    assert j == (0.125 + 0.5 + 4.0) / 4
    assert slope == [[0.125, -0.25], [0.5, 0.0]]


# ---- hinge ----


def test_hinge_with_one_output() -> None:
    # Signs +1, -1, +1, -1. Margins 2, -0.5, 0.25, 3: shortfalls 0, 1.5, 0.75, 0; mean 2.25/4.
    j, slope = value_and_gradient(Hinge(), [[2], [0.5], [0.25], [-3]], [[1], [0], [1], [0]])
    assert j == 2.25 / 4
    # -s / m where the margin is below 1
    assert slope == [[0.0], [0.25], [-0.25], [0.0]]


def test_hinge_is_flat_at_a_margin_of_1() -> None:
    assert value_and_gradient(Hinge(), [[1.0]], [[1]]) == (0.0, [[0.0]])


def test_hinge_with_several_outputs() -> None:
    # Right classes 0, 2, 1. Leads of the right over the best other: 3 - 1 = 2, 1 - 1.5 = -0.5,
    # 0.25 - 0 = 0.25. Shortfalls 0, 1.5, 0.75; the mean is 2.25/3.
    y = [[3.0, 1.0, 0.0], [1.5, 0.0, 1.0], [-1.0, 0.25, 0.0]]
    t = np.eye(3)[[0, 2, 1]]
    j, slope = value_and_gradient(Hinge(), y, t)
    assert j == 0.75
    # +1/3 for the best other, -1/3 for the right one, where the lead is below 1
    third = 1 / 3
    assert slope == [[0.0, 0.0, 0.0], [third, 0.0, -third], [0.0, -third, third]]


def test_hinge_shares_the_slope_among_equal_rivals() -> None:
    # All scores 0: both others are 1 short of the margin.
    j, slope = value_and_gradient(Hinge(), [[0.0, 0.0, 0.0]], [[1, 0, 0]])
    assert j == 1.0
    assert slope == [[-1.0, 0.5, 0.5]]


def test_hinge_far_out() -> None:
    z = np.array([[1000.0, 0.0, -1000.0]])
    network = identity(3, Hinge())
    for k, wanted in enumerate((0.0, 1001.0, 2001.0)):
        assert loss_of(network, z, np.eye(3)[[k]]) == wanted
    single = identity(1, Hinge())
    assert loss_of(single, np.array([[-1000.0]]), np.array([[1.0]])) == 1001.0
    assert loss_of(single, np.array([[1000.0]]), np.array([[1.0]])) == 0.0


# ---- the perceptron ----


def test_perceptron_criterion() -> None:
    network = identity(1, Step(), PerceptronCriterion())
    # z = 2, -3, 0.5, -1 say yes, no, yes, no; wanted are yes, yes, no, no:
    # (1-1) 2 + (0-1)(-3) + (1-0) 0.5 + (0-0)(-1) = 3.5, of which the mean is 0.875
    z, t = np.array([[2.0], [-3.0], [0.5], [-1.0]]), np.array([[1.0], [1.0], [0.0], [0.0]])
    assert loss_of(network, z, t) == 0.875
    # (y - t) / 4
    assert logit_slopes(network, z, t).tolist() == [[0.0], [-0.25], [0.25], [0.0]]


def test_descent_on_it_is_the_perceptron_rule() -> None:
    """One sample at a time: w <- w - rate (y - t) x, and w stays for a right answer."""
    network = chain(Dense(units=1), Step(), PerceptronCriterion(), features=2)
    network.set_weights({"0": {"W": np.array([[1.0], [-2.0]]), "b": np.array([0.5])}})
    # z = 1 * 3 - 2 * 1 + 0.5 = 1.5: yes. It should be no: the gradient is x with the bias's 1.
    wrong = gradient_of(network, np.array([[3.0, 1.0]]), np.array([[0.0]]))
    assert wrong.tolist() == [3.0, 1.0, 1.0]
    right = gradient_of(network, np.array([[3.0, 1.0]]), np.array([[1.0]]))
    assert right.tolist() == [0.0, 0.0, 0.0]


def test_the_perceptron_learns_and_but_not_xor() -> None:
    x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    for wanted, learns in (([0, 0, 0, 1], True), ([0, 1, 1, 0], False)):
        t = np.array(wanted, float).reshape(-1, 1)
        network = chain(Dense(units=1), Step(), PerceptronCriterion(), features=2)
        network.set_weights({"0": {"W": np.zeros((2, 1)), "b": np.zeros(1)}})
        for _ in range(50):
            for i in range(4):
                network.params[:] -= 0.5 * gradient_of(network, x[[i]], t[[i]])
        assert bool((network.predict(x) == t).all()) is learns


def test_the_perceptron_criterion_needs_its_step() -> None:
    network = identity(1, Linear(), PerceptronCriterion())
    with pytest.raises(ShapeError, match="must follow a Step directly"):
        network.workspace(1, "train")


# ---- cross-entropy behind LogSoftmax ----


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_log_softmax_with_cce_is_exact_far_out(precision: str) -> None:
    # Logits (1000, 0, -1000): the loss of class 0 is 0, of class 1 1000, of class 2 2000.
    network = chain(
        Dense(units=3, bias=False), LogSoftmax(), CategoricalCrossEntropy(), features=3,
        precision=precision,
    )  # fmt: skip
    network.set_weights({"0": {"W": np.eye(3)}})
    z = np.array([[1000.0, 0.0, -1000.0]])
    for k, wanted in enumerate((0.0, 1000.0, 2000.0)):
        t = np.eye(3)[[k]]
        assert loss_of(network, z, t) == wanted
        # dJ/dz = p - t with p = (1, 0, 0)
        assert logit_slopes(network, z, t).tolist() == (np.eye(3)[[0]] - t).tolist()


@pytest.mark.parametrize("weights", [(), (0.5, 2.0, 3.0)])
def test_softmax_and_log_softmax_cost_the_same(weights: tuple[float, ...]) -> None:
    loss = CategoricalCrossEntropy(class_weights=weights)
    dense = Dense(units=3, weight_init=Normal(std=1.0))
    rng = np.random.default_rng(2)
    x, t = rng.normal(size=(7, 3)), np.eye(3)[rng.integers(3, size=7)]
    one = chain(dense, Softmax(), loss, features=3)
    other = chain(dense, LogSoftmax(), loss, features=3)
    assert loss_of(one, x, t) == pytest.approx(loss_of(other, x, t), rel=1e-13)
    assert relative_error(gradient_of(one, x, t), gradient_of(other, x, t)) < 1e-13


def test_a_right_answer_keeps_its_small_cost() -> None:
    # log(1 + e^-10) = 4.5398899216870535e-05, however large both logits are.
    network = identity(2, Softmax(), CategoricalCrossEntropy())
    z, t = np.array([[1000.0, 990.0]]), np.array([[1.0, 0.0]])
    assert loss_of(network, z, t) == pytest.approx(4.5398899216870535e-05, rel=1e-11)


def test_zero_times_the_logarithm_of_zero_is_zero() -> None:
    # Outputs that are exactly right cost nothing, and nothing becomes NaN.
    sure = [[1.0, 0.0]]
    assert value_and_gradient(CategoricalCrossEntropy(), sure, [[1, 0]]) == (0.0, [[-1.0, 0.0]])
    assert value_and_gradient(BinaryCrossEntropy(), sure, [[1, 0]]) == (0.0, [[-1.0, 1.0]])


# ---- class weights ----


def test_weighted_binary_cross_entropy() -> None:
    # -log(1/4) = 2 log 2 of class 1 with weight 3, -log(1/2) = log 2 of class 0 with weight 2:
    # (6 log 2 + 2 log 2) / 2 samples; slopes 3 (-4) / 2 and 2 (2) / 2
    loss = BinaryCrossEntropy(class_weights=(2.0, 3.0))
    j, slope = value_and_gradient(loss, [[0.25], [0.5]], [[1], [0]])
    assert j == pytest.approx(4 * LN2, rel=1e-15)
    assert slope == [[-6.0], [2.0]]


def test_weighted_categorical_cross_entropy() -> None:
    # log 2 of class 0 with weight 1/2, 2 log 2 of class 1 with weight 4: 8.5 log 2 / 2 samples
    loss = CategoricalCrossEntropy(class_weights=(0.5, 4.0, 1.0))
    y, t = [[0.5, 0.25, 0.25], [0.25, 0.25, 0.5]], [[1, 0, 0], [0, 1, 0]]
    j, slope = value_and_gradient(loss, y, t)
    assert j == pytest.approx(4.25 * LN2, rel=1e-15)
    # -1/2 * 1/0.5 * 1/2 and -1/2 * 1/0.25 * 4
    assert slope == [[-0.5, 0.0, 0.0], [0.0, -8.0, 0.0]]


@pytest.mark.parametrize(
    ("loss", "activation", "units"),
    [
        (BinaryCrossEntropy(class_weights=(0.3, 2.0)), Sigmoid(), 1),
        (BinaryCrossEntropy(class_weights=(0.3, 2.0, 1.0)), Sigmoid(), 3),
        (BinaryCrossEntropy(class_weights=(0.3, 2.0, 1.0)), Softmax(), 3),
        (CategoricalCrossEntropy(class_weights=(0.3, 2.0, 1.0)), Softmax(), 3),
        (CategoricalCrossEntropy(class_weights=(0.3, 2.0, 1.0)), LogSoftmax(), 3),
    ],
    ids=lambda v: type(v).__name__ if isinstance(v, Operation) else str(v),
)
def test_weighted_gradients(loss: Loss, activation: Operation, units: int) -> None:
    dense = Dense(units=units, weight_init=Normal(std=0.7))
    network = chain(dense, activation, loss, features=3)
    rng = np.random.default_rng(3)
    x = rng.normal(size=(5, 3))
    labels = rng.integers(max(units, 2), size=5)
    t = np.eye(3)[labels] if units > 1 else labels.reshape(-1, 1).astype(float)
    numeric = central_differences(lambda: loss_of(network, x, t), network.params)
    assert relative_error(gradient_of(network, x, t), numeric) < 1e-6


def test_weights_of_1_change_nothing() -> None:
    for loss in (BinaryCrossEntropy, CategoricalCrossEntropy):
        y, t = [[0.5, 0.5], [0.25, 0.75]], [[1, 0], [0, 1]]
        plain = value_and_gradient(loss(), y, t)
        assert value_and_gradient(loss(class_weights=(1.0, 1.0)), y, t) == plain


def test_the_number_of_class_weights() -> None:
    loss = CategoricalCrossEntropy(class_weights=(1.0, 2.0))
    assert loss.misfit(2) is None
    assert loss.misfit(3) == "has 2 class weights, but there are 3 classes"
    assert BinaryCrossEntropy(class_weights=(1.0, 2.0)).misfit(1) is None
    assert BinaryCrossEntropy(class_weights=(1.0,)).misfit(1) == (
        "has 1 class weight, but there are 2 classes"
    )
    network = identity(3, Softmax(), loss)
    with pytest.raises(ShapeError, match="has 2 class weights, but there are 3 classes"):
        network.workspace(1, "train")


@pytest.mark.parametrize("weights", [[-1.0, 1.0], [[1.0], [1.0]], ["a"], 3, [math.inf, 1.0]])
def test_bad_class_weights_are_refused(weights: Any) -> None:
    with pytest.raises(InvalidValue, match=r"class[_ ]weights"):
        decode(Operation, {"type": "BinaryCrossEntropy", "class_weights": weights})


def test_a_setting_beyond_the_precision_is_as_good_as_infinite() -> None:
    # 65520 rounds to infinity in half precision, and then every error is a small one: 0.5 * 3^2.
    network = chain(Dense(units=1, bias=False), Huber(delta=65520.0), precision="float16")
    network.params[...] = (3.0, 0.0)
    workspace = loaded(network, np.array([[1.0, 0.0]]), np.array([[0.0]]))
    workspace.run(workspace.train_calls)
    workspace.run(workspace.loss_calls)
    assert float(workspace.loss) == 4.5
    assert network.grads.tolist() == [3.0, 0.0]  # dJ/dW = x (y - t)
