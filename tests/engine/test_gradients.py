"""Every gradient against central differences: each operation with each loss, from the registries.

What is registered later is checked here without being named. The bound is 1e-6 (relative, float64).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

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
    targets_for,
)

from netbuilder.declare import registry
from netbuilder.engine.activation import Activation
from netbuilder.engine.activations.linear import Linear
from netbuilder.engine.activations.relu import ReLU
from netbuilder.engine.activations.sigmoid import Sigmoid
from netbuilder.engine.activations.softmax import Softmax
from netbuilder.engine.activations.tanh import Tanh
from netbuilder.engine.graph import Vertex
from netbuilder.engine.initializers.normal import Normal
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.layers.input import Input
from netbuilder.engine.loss import Loss
from netbuilder.engine.losses.binary_cross_entropy import BinaryCrossEntropy
from netbuilder.engine.losses.categorical_cross_entropy import CategoricalCrossEntropy
from netbuilder.engine.losses.half_squared_error import HalfSquaredError
from netbuilder.engine.losses.mean_squared_error import MeanSquaredError
from netbuilder.engine.network import Network
from netbuilder.engine.operation import Builder, Kernel, Operation, Ports

BOUND = 1e-6
BATCHES = (1, 2, 7)

OPERATIONS = registry(Operation)
ACTIVATIONS = {n: c for n, c in OPERATIONS.items() if issubclass(c, Activation)}
LOSSES = {n: c for n, c in OPERATIONS.items() if issubclass(c, Loss)}
# Random in training, so that two passes differ: those have tests of their own.
OTHERS = {
    n: c
    for n, c in OPERATIONS.items()
    if n not in ACTIVATIONS and n not in LOSSES and c.kind not in ("input", "regularisation")
}


def dense(units: int) -> Dense:
    return Dense(units=units, weight_init=Normal(std=0.7), bias_init=Normal(std=0.7))


def required(loss: type[Loss]) -> list[Operation]:
    """The activation that a loss must follow."""
    return [OPERATIONS[loss.after[0]]()] if loss.after else []


def inputs(m: int, features: int, seed: int = 3) -> Array:
    return np.random.default_rng([seed, m, features]).normal(size=(m, features))


def near_a_kink(network: Network, x: Array, t: Array) -> bool:
    """Whether some unit is so near a whole number that a step could cross a kink there."""
    workspace = loaded(network, x, t)
    workspace.run(workspace.forward)
    outputs = np.hstack([workspace.output(node).ravel() for node in network.slots])
    return bool(np.abs(outputs - np.round(outputs)).min() < 2e-4)


def check(network: Network, x: Array, t: Array, bound: float = BOUND) -> None:
    """Parameters and inputs: the backward pass against central differences."""
    analytic = gradient_of(network, x, t)
    numeric = central_differences(
        lambda: loss_of(network, x, t), network.params[: network.trainable]
    )
    assert np.isfinite(analytic).all()
    assert relative_error(analytic, numeric) <= bound
    traced = gradient_of(network, x, t, mode="trace")
    assert relative_error(traced, numeric) <= bound
    workspace = network.workspace(len(x), "trace")
    to_input = np.array(workspace.grad_output("data"))
    assert relative_error(to_input, central_differences(lambda: loss_of(network, x, t), x)) <= bound


def away_from_kinks(operations: Sequence[Operation], m: int, t: Array) -> tuple[Network, Array]:
    """A start and a batch for which differences are meaningful."""
    for seed in range(200):
        network = chain(*operations, features=3, seed=seed)
        x = inputs(m, 3, seed)
        if not near_a_kink(network, x, t):
            return network, x
    raise AssertionError("no batch away from all kinks")


@pytest.mark.parametrize("m", BATCHES)
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_hidden_activation(activation: str, loss: str, m: int) -> None:
    kind = LOSSES[loss]
    t = targets_for(kind(), m, 3)
    operations = [dense(4), ACTIVATIONS[activation](), dense(3), *required(kind), kind()]
    check(*away_from_kinks(operations, m, t), t)


@pytest.mark.parametrize(
    ("activation", "loss"),
    [(a, n) for n, c in LOSSES.items() for a in ACTIVATIONS if not c.after or a in c.after],
)
@pytest.mark.parametrize("m", BATCHES)
def test_output_activation(activation: str, loss: str, m: int) -> None:
    t = targets_for(LOSSES[loss](), m, 3)
    operations = [dense(4), Tanh(), dense(3), ACTIVATIONS[activation](), LOSSES[loss]()]
    check(*away_from_kinks(operations, m, t), t)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("layer", OTHERS)
def test_layer(layer: str, loss: str) -> None:
    kind, m = LOSSES[loss], 5
    t = targets_for(kind(), m, 3)
    fewest = OTHERS[layer].inputs[0]
    for seed in range(200):
        vertices = [Vertex("data", Input(), ())]
        branches = []
        for i in range(fewest):
            vertices.append(Vertex(f"d{i}", dense(4), ("data",)))
            vertices.append(Vertex(f"t{i}", Tanh(), (f"d{i}",)))
            branches.append(f"t{i}")
        vertices.append(Vertex("layer", OTHERS[layer](), tuple(branches)))
        for i, operation in enumerate([dense(3), *required(kind), kind()]):
            vertices.append(Vertex(f"after {i}", operation, (vertices[-1].id,)))
        network = Network(vertices, 3)
        network.initialize(seed)
        x = inputs(m, 3, seed)
        if not near_a_kink(network, x, t):
            check(network, x, t)
            return
    raise AssertionError("no batch away from all kinks")


# ---- fused with the loss, and not ----


@pytest.mark.parametrize("loss", [n for n, c in LOSSES.items() if c.fuses and not c.needs_logits])
@pytest.mark.parametrize("m", BATCHES)
def test_fused_equals_unfused(loss: str, m: int) -> None:
    """A Linear layer between keeps activation and loss apart; the numbers must not differ."""
    kind = LOSSES[loss]
    activation = OPERATIONS[kind.fuses]
    t = targets_for(kind(), m, 3)
    together = chain(dense(3), activation(), kind(), features=3)
    apart = chain(dense(3), activation(), Linear(), kind(), features=3)
    x = inputs(m, 3)
    assert together.workspace(m, "train")._fused
    assert not apart.workspace(m, "train")._fused
    assert loss_of(together, x, t) == pytest.approx(loss_of(apart, x, t), rel=1e-12)
    assert relative_error(gradient_of(together, x, t), gradient_of(apart, x, t)) < 1e-12
    check(together, x, t)
    check(apart, x, t)


def test_bce_after_softmax_is_not_fused() -> None:
    t = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    network = chain(dense(2), Softmax(), BinaryCrossEntropy(), features=3)
    assert not network.workspace(3, "train")._fused
    check(network, inputs(3, 3), t)


def test_the_trace_shows_each_factor_of_a_fused_pair() -> None:
    """dJ/dy on its own, times dy/dz, is the dJ/dz that was computed stably together."""
    t = targets_for(BinaryCrossEntropy(), 6, 2)
    network = chain(dense(2), Sigmoid(), BinaryCrossEntropy(), features=3)
    workspace = loaded(network, inputs(6, 3), t, "trace")
    for calls in (workspace.train_calls, workspace.factor_calls):
        workspace.run(calls)
    y = workspace.output("1")
    product = workspace.grad_output("1") * y * (1.0 - y)
    assert product == pytest.approx(np.array(workspace.grad_input("1")), rel=1e-12)


# ---- branches ----


class Sum(Operation, frozen=True):
    """Adds its inputs; the smallest operation with several of them."""

    inputs: ClassVar[tuple[int, int | None]] = (2, None)

    def kernel(self, build: Builder, ports: Ports) -> Kernel:
        out = ports.output.value
        first, *rest = [s.value for s in ports.inputs]
        kernel = Kernel([build.bind(np.positive, first, out)])
        kernel.forward += [build.bind(np.add, out, value, out) for value in rest]
        kernel.backward = [
            build.bind(np.copyto, grad, ports.output_grad)
            for grad in ports.input_grads
            if grad is not None
        ]
        return kernel


def graph(*vertices: tuple[str, Operation, tuple[str, ...]]) -> Network:
    network = Network([Vertex("data", Input(), ()), *[Vertex(*v) for v in vertices]], 3)
    network.initialize(4)
    return network


@pytest.mark.parametrize("m", BATCHES)
def test_one_output_feeds_several_layers(m: int) -> None:
    """The gradients of all branches add up, at a hidden node and at the data."""
    network = graph(
        ("a", dense(4), ("data",)),
        ("tanh", Tanh(), ("a",)),
        ("b", dense(3), ("tanh",)),
        ("c", dense(3), ("tanh",)),
        ("sigmoid", Sigmoid(), ("c",)),
        ("skip", dense(3), ("data",)),
        ("sum", Sum(), ("b", "sigmoid", "skip")),
        ("loss", MeanSquaredError(), ("sum",)),
    )
    check(network, inputs(m, 3), targets_for(MeanSquaredError(), m, 3))


def test_one_output_feeds_one_layer_twice() -> None:
    network = graph(
        ("a", dense(3), ("data",)),
        ("tanh", Tanh(), ("a",)),
        ("sum", Sum(), ("tanh", "tanh")),
        ("loss", HalfSquaredError(), ("sum",)),
    )
    check(network, inputs(4, 3), targets_for(HalfSquaredError(), 4, 3))


def test_a_layer_between_frozen_ones_still_learns() -> None:
    def frozen(units: int) -> Dense:
        return Dense(units=units, weight_init=Normal(std=0.7), trainable=False)

    network = chain(frozen(4), Tanh(), dense(4), Tanh(), frozen(3), MeanSquaredError(), features=3)
    assert network.trainable == 4 * 4 + 4
    check(network, inputs(5, 3), targets_for(MeanSquaredError(), 5, 3))


def test_without_a_bias() -> None:
    layer = Dense(units=3, bias=False, weight_init=Normal(std=0.7))
    network = chain(layer, Tanh(), layer, MeanSquaredError(), features=3)
    assert network.trainable == 9 + 9
    check(network, inputs(5, 3), targets_for(MeanSquaredError(), 5, 3))


# ---- conventions and precision ----


def test_relu_has_the_derivative_0_at_0() -> None:
    h, slope = ReLU().curve(np.array([-1.0, -0.0, 0.0, 1e-300, 2.0]))
    assert h.tolist() == [0.0, 0.0, 0.0, 1e-300, 2.0]
    assert slope.tolist() == [0.0, 0.0, 0.0, 1.0, 1.0]


@pytest.mark.parametrize("name", [n for n, c in ACTIVATIONS.items() if c.elementwise])
def test_the_drawn_derivative_is_the_slope_of_the_drawn_curve(name: str) -> None:
    z = np.linspace(-4.0, 4.0, 41) + 0.0123  # off every whole number
    activation = ACTIVATIONS[name]()
    above, below = (activation.curve(z + e)[0] for e in (1e-6, -1e-6))
    assert activation.curve(z)[1] == pytest.approx((above - below) / 2e-6, abs=1e-7)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_float32_agrees_with_float64(activation: str, loss: str) -> None:
    kind = LOSSES[loss]
    t = targets_for(kind(), 7, 3)
    operations = [dense(4), ACTIVATIONS[activation](), dense(3), *required(kind), kind()]
    double, x = away_from_kinks(operations, 7, t)
    single = chain(*operations, features=3, precision="float32")
    single.set_weights(double.get_weights())
    assert single.params.dtype == np.float32
    assert loss_of(single, x, t) == pytest.approx(loss_of(double, x, t), rel=1e-5)
    assert relative_error(gradient_of(single, x, t), gradient_of(double, x, t)) < 1e-5


def test_a_wrong_gradient_is_seen() -> None:
    """The check itself can fail."""

    class Wrong(Activation, frozen=True):
        derivative_from_output: ClassVar[bool] = True

        def forward(self, build, z, h):  # type: ignore[no-untyped-def]
            return Tanh().forward(build, z, h)

        def derivative(self, build, z, h, out):  # type: ignore[no-untyped-def]
            return [
                *Tanh().derivative(build, z, h, out),
                build.bind(np.multiply, out, 1.00001, out),
            ]

    network = chain(dense(4), Wrong(), dense(3), MeanSquaredError(), features=3)
    with pytest.raises(AssertionError):
        check(network, inputs(5, 3), targets_for(MeanSquaredError(), 5, 3))


# ---- far out ----


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("size", [30.0, 100.0, 1000.0])
def test_sigmoid_with_bce_is_exact_far_out(size: float, precision: str) -> None:
    # z = ±size with the right label costs log(1 + exp(-size)), with the wrong one size more.
    identity = Dense(units=1, bias=False, weight_init=Normal(std=0.0))
    network = chain(identity, Sigmoid(), BinaryCrossEntropy(), features=1, precision=precision)
    network.set_weights({"0": {"W": np.array([[1.0]])}})
    small = float(np.log1p(np.exp(-size)))
    for z, t, wanted in (
        (size, 1.0, small),
        (size, 0.0, size + small),
        (-size, 0.0, small),
        (-size, 1.0, size + small),
    ):
        x, target = np.array([[z]]), np.array([[t]])
        assert loss_of(network, x, target) == pytest.approx(wanted, rel=1e-6, abs=1e-38)
        # dJ/dW = (y - t) x: (1 - 0) size for a wrong answer, nearly nothing for a right one.
        wrong = (z > 0) != (t > 0.5)
        (slope,) = gradient_of(network, x, target)
        assert slope == pytest.approx((z if t == 0 else -z) if wrong else 0.0, rel=1e-6, abs=1e-4)


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_softmax_with_cce_is_exact_far_out(precision: str) -> None:
    # Logits (1000, 0, -1000): the loss of class 0 is 0, of class 1 1000, of class 2 2000.
    identity = Dense(units=3, bias=False)
    network = chain(identity, Softmax(), CategoricalCrossEntropy(), features=3, precision=precision)
    network.set_weights({"0": {"W": np.eye(3)}})
    x = np.array([[1000.0, 0.0, -1000.0]])
    for k, wanted in enumerate((0.0, 1000.0, 2000.0)):
        target = np.eye(3)[[k]]
        assert loss_of(network, x, target) == pytest.approx(wanted, rel=1e-6)
        slopes = gradient_of(network, x, target).reshape(3, 3)
        assert np.isfinite(slopes).all()
        # dJ/dz = p - t with p = (1, 0, 0), and dJ/dW = x^T dJ/dz.
        assert slopes == pytest.approx(np.outer(x[0], np.array([1.0, 0.0, 0.0]) - target[0]))


@pytest.mark.parametrize("name", [n for n, c in ACTIVATIONS.items() if c.elementwise])
def test_no_activation_makes_nan_far_out(name: str) -> None:
    z = np.array([-1000.0, -100.0, -20.0, 0.0, 20.0, 100.0, 1000.0])
    with np.errstate(all="ignore"):
        h, slope = ACTIVATIONS[name]().curve(z)
    assert np.isfinite(h).all()
    assert np.isfinite(slope).all()
