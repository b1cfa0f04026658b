"""Every optimizer by hand: the arithmetic in the comment. And what all of them have in common."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest
from helpers import Array, chain, loaded

from netbuilder.declare import registry
from netbuilder.engine.activations.tanh import Tanh
from netbuilder.engine.clippings.no_clipping import NoClipping
from netbuilder.engine.initializers.constant import Constant
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.losses.half_squared_error import HalfSquaredError
from netbuilder.engine.network import Network
from netbuilder.engine.operation import Builder
from netbuilder.engine.optimizer import Optimizer
from netbuilder.engine.optimizers.adadelta import Adadelta
from netbuilder.engine.optimizers.adagrad import AdaGrad
from netbuilder.engine.optimizers.adam import Adam
from netbuilder.engine.optimizers.adamw import AdamW
from netbuilder.engine.optimizers.momentum import Momentum
from netbuilder.engine.optimizers.nadam import Nadam
from netbuilder.engine.optimizers.nesterov import Nesterov
from netbuilder.engine.optimizers.perceptron_rule import PerceptronRule
from netbuilder.engine.optimizers.rmsprop import RMSProp
from netbuilder.engine.optimizers.sgd import SGD
from netbuilder.engine.settings import Training
from netbuilder.engine.trainer import Samples, Trainer
from netbuilder.engine.update import Update

OPTIMIZERS = registry(Optimizer)


def steps(optimizer: Optimizer, *gradients: float, start: float = 1.0) -> list[float]:
    """The parameter after each update, from `start`."""
    p, g = np.array([start]), np.zeros(1)
    state = {name: np.zeros(1) for name in optimizer.state}
    rate, step = np.array(optimizer.learning_rate), np.zeros(())
    calls = optimizer.update(Builder(1, p.dtype), p, g, rate, state, step)
    found = []
    for value in gradients:
        g[0] = value
        step += 1.0
        for call in calls:
            call()
        assert g[0] == value, "the gradient stays as it is"
        found.append(float(p[0]))
    return found


# Always from p = 1 with the gradients 2 and then 1.
EXAMPLES: list[tuple[Optimizer, list[float]]] = [
    # 1 - 0.1 * 2 = 0.8; 0.8 - 0.1 * 1 = 0.7
    (SGD(learning_rate=0.1), [0.8, 0.7]),
    # v = 0.5 * 0 + 2 = 2, p = 1 - 0.2; v = 0.5 * 2 + 1 = 2, p = 0.8 - 0.2
    (Momentum(learning_rate=0.1, momentum=0.5), [0.8, 0.6]),
    # v = 0.5 * 2 = 1, p = 1 - 0.1; v = 0.5 * 1 + 0.5 * 1 = 1, p = 0.9 - 0.1
    (Momentum(learning_rate=0.1, momentum=0.5, form="average"), [0.9, 0.8]),
    # v = 2, p = 1 - 0.1 (2 + 0.5 * 2) = 0.7; v = 0.5 * 2 + 1 = 2, p = 0.7 - 0.1 (1 + 0.5 * 2)
    (Nesterov(learning_rate=0.1, momentum=0.5), [0.7, 0.5]),
    # G = 4, sqrt(4 + 0.41) = 2.1, p = 1 - 0.1 * 2 / 2.1; G = 5, p -= 0.1 * 1 / sqrt(5.41)
    (
        AdaGrad(learning_rate=0.1, eps=0.41),
        [1 - 0.2 / 2.1, 1 - 0.2 / 2.1 - 0.1 / math.sqrt(5.41)],
    ),
    # E = 0.25 * 4 = 1, sqrt(1 + 0.21) = 1.1; E = 0.75 * 1 + 0.25 * 1 = 1 again
    (RMSProp(learning_rate=0.1, decay=0.75, eps=0.21), [1 - 0.2 / 1.1, 1 - 0.3 / 1.1]),
    # E = 1, D = 0: d = 2 * 0.5 / sqrt(1.25), D = 0.25 d^2 = 0.25 * 1 / 1.25 = 0.2;
    # E = 0.75 + 0.25 = 1: d = 1 * sqrt(0.2 + 0.25) / sqrt(1.25) = 0.6
    (
        Adadelta(learning_rate=0.1, decay=0.75, eps=0.25),
        [1 - 0.1 / math.sqrt(1.25), 1 - 0.1 / math.sqrt(1.25) - 0.06],
    ),
    # m = 0.5 * 2 = 1, m^ = 1 / 0.5 = 2; v = 0.25 * 4 = 1, v^ = 1 / 0.25 = 4: 2 / (2 + 0.5) = 0.8;
    # m = 0.5 + 0.5 = 1, m^ = 1 / 0.75; v = 0.75 + 0.25 = 1, v^ = 1 / (1 - 0.75^2)
    (
        Adam(learning_rate=0.1, beta1=0.5, beta2=0.75, eps=0.5),
        [0.92, 0.92 - 0.1 / 0.75 / (1 / math.sqrt(0.4375) + 0.5)],
    ),
    # Without the correction: 1 / (1 + 0.5) in both
    (
        Adam(learning_rate=0.1, beta1=0.5, beta2=0.75, eps=0.5, bias_correction=False),
        [1 - 0.1 / 1.5, 1 - 0.2 / 1.5],
    ),
    # Adam itself; the decay is the trainer's part, below
    (
        AdamW(learning_rate=0.1, beta1=0.5, beta2=0.75, eps=0.5),
        [0.92, 0.92 - 0.1 / 0.75 / (1 / math.sqrt(0.4375) + 0.5)],
    ),
    # (0.5 m + 0.5 g) / (1 - 0.5) = (0.5 + 1) / 0.5 = 3: 3 / (2 + 0.5) = 1.2;
    # (0.5 * 1 + 0.5 * 1) / 0.75
    (
        Nadam(learning_rate=0.1, beta1=0.5, beta2=0.75, eps=0.5),
        [0.88, 0.88 - 0.1 / 0.75 / (1 / math.sqrt(0.4375) + 0.5)],
    ),
    # t = 1 and y = 0 for x = -2, and again for x = -1: w <- w + 0.5 (1 - 0) x
    (PerceptronRule(learning_rate=0.5), [0.0, -0.5]),
]


@pytest.mark.parametrize(("optimizer", "wanted"), EXAMPLES, ids=lambda v: repr(v)[:24])
def test_two_updates_by_hand(optimizer: Optimizer, wanted: list[float]) -> None:
    assert steps(optimizer, 2.0, 1.0) == pytest.approx(wanted, rel=1e-14)


def test_every_optimizer_is_worked_by_hand() -> None:
    assert {type(optimizer) for optimizer, _ in EXAMPLES} == set(OPTIMIZERS.values())


def test_the_first_steps_of_an_uncorrected_adam_are_too_long() -> None:
    # m / sqrt(v) = 0.1 g / sqrt(0.001 g^2) = 3.16: with the correction it is 1.
    assert steps(Adam(learning_rate=0.1, bias_correction=False), 5.0) == pytest.approx(
        [1 - 0.1 * math.sqrt(10)], abs=1e-7
    )
    assert steps(Adam(learning_rate=0.1), 5.0) == pytest.approx([0.9], abs=1e-9)


# ---- in a network ----


def two_layers(precision: str = "float64") -> Network:
    """W = [[0.5]], b = [0.25], W = [[0.5]], b = [0.25]."""
    start = {"weight_init": Constant(value=0.5), "bias_init": Constant(value=0.25)}
    return chain(
        Dense(units=1, **start),  # type: ignore[arg-type]
        Dense(units=1, **start),  # type: ignore[arg-type]
        HalfSquaredError(),
        features=1,
        precision=precision,
    )


def updated(network: Network, optimizer: Optimizer, gradient: Array) -> Array:
    network.grads[:] = gradient
    update = Update(network, optimizer, NoClipping())
    update.rate[...] = optimizer.learning_rate
    for call in (*update.widen, *update.calls):
        call()
    return network.params.copy()


def test_coupled_decay_is_added_to_the_gradient_of_weights_only() -> None:
    optimizer = SGD(learning_rate=0.5, weight_decay=0.2)
    # w - 0.5 (1 + 0.2 * 0.5) = -0.05 and b - 0.5 * 1 = -0.25
    found = updated(two_layers(), optimizer, np.ones(4))
    assert found == pytest.approx([-0.05, -0.25, -0.05, -0.25], rel=1e-14)


def test_decoupled_decay_shrinks_weights_only() -> None:
    optimizer = AdamW(learning_rate=0.5, weight_decay=0.2, beta1=0.5, beta2=0.75, eps=0.5)
    # w - 0.5 * 0.2 * 0.5 = 0.45; then Adam's first step with m^ = 1 and v^ = 1: 0.5 * 1 / 1.5
    found = updated(two_layers(), optimizer, np.ones(4))
    assert found == pytest.approx([0.45 - 1 / 3, 0.25 - 1 / 3] * 2, rel=1e-14)
    coupled = Adam(learning_rate=0.5, weight_decay=0.2, beta1=0.5, beta2=0.75, eps=0.5)
    # the gradient 1 + 0.2 * 0.5 = 1.1 divided by (1.1 + 0.5)
    found = updated(two_layers(), coupled, np.ones(4))
    assert found[0] == pytest.approx(0.5 - 0.5 * 1.1 / 1.6, rel=1e-14)
    assert found[1] == pytest.approx(0.25 - 1 / 3, rel=1e-14)


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("precision", ["float64", "float32", "float16"])
def test_a_gradient_of_zero_moves_nothing(name: str, precision: str) -> None:
    network = two_layers(precision)
    before = network.params.copy()
    found = updated(network, OPTIMIZERS[name](weight_decay=0.0), np.zeros(4))
    assert found.tolist() == before.tolist()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_half_precision_is_rounded_once(name: str) -> None:
    """Its update is that of single precision, rounded when it is written."""
    optimizer = OPTIMIZERS[name]()
    gradient = np.array([1e-4, -2e-3, 3e-5, 0.5])
    half, single = two_layers("float16"), two_layers("float32")
    gradient = gradient.astype(np.float16).astype(np.float64)
    found, wanted = (updated(n, optimizer, gradient) for n in (half, single))
    assert found.dtype == np.float16
    assert found.tolist() == wanted.astype(np.float16).tolist()


def test_a_rehearsal_changes_nothing() -> None:
    network = two_layers()
    network.grads[:] = 1.0
    update = Update(network, Momentum(learning_rate=0.5), NoClipping())
    update.rate[...] = 0.5
    first = update.rehearse()
    assert network.params.tolist() == [0.5, 0.25, 0.5, 0.25]
    assert update.state["v"].tolist() == [0.0] * 4
    for call in update.calls:
        call()
    assert network.params.tolist() == first.tolist() == [0.0, -0.25, 0.0, -0.25]


# ---- in a run ----

X = np.random.default_rng(1).normal(size=(40, 2))
T = (X[:, :1] * X[:, 1:] > 0).astype(float)


def run(optimizer: Optimizer, precision: str = "float64") -> Trainer:
    network = chain(Dense(units=6), Tanh(), Dense(units=1), HalfSquaredError(), precision=precision)
    settings = Training(optimizer=optimizer, batch_size=10, max_epochs=None)
    return Trainer(network, settings, Samples(X, T), Samples(X, T), classification=False)


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("precision", ["float64", "float32", "float16"])
def test_every_optimizer_learns(name: str, precision: str) -> None:
    rates = {"Adadelta": 1.0, "PerceptronRule": 0.1}
    trainer = run(OPTIMIZERS[name](learning_rate=rates.get(name, 0.02)), precision)
    start = trainer.scores("train").loss
    trainer.advance(800)
    assert trainer.scores("train").loss < 0.75 * start


def test_a_changed_rate_keeps_what_the_optimizer_remembers() -> None:
    trainer = run(Adam(learning_rate=0.01))
    trainer.advance(5)
    memory, count = trainer.update.state, trainer.update.count
    kept = {name: vector.copy() for name, vector in memory.items()}
    trainer.configure(
        msgspec.structs.replace(trainer.settings, optimizer=Adam(learning_rate=0.02, beta1=0.8))
    )
    assert trainer.update.state is memory
    assert trainer.rate == 0.02
    assert count == 5.0
    assert all((memory[n] == kept[n]).all() for n in kept)
    trainer.advance(1)
    assert trainer.update.count == 6.0
    trainer.configure(msgspec.structs.replace(trainer.settings, optimizer=AdamW()))
    assert trainer.update.count == 0.0  # another class begins anew
    assert not trainer.update.state["m"].any()


def test_nesterov_is_momentum_seen_from_ahead() -> None:
    """The textbook's form: the gradient at the point w - rate mu v, where the velocity leads."""
    trainer = run(Nesterov(learning_rate=0.1, momentum=0.9))
    trainer.configure(msgspec.structs.replace(trainer.settings, batch_size=None))
    network = trainer.network
    w, v = network.params.copy(), np.zeros_like(network.params)
    other = chain(Dense(units=6), Tanh(), Dense(units=1), HalfSquaredError())
    for _ in range(5):
        trainer.advance(1)
        other.params[:] = w - 0.1 * 0.9 * v
        workspace = loaded(other, X, T)
        workspace.run(workspace.train_calls)
        v = 0.9 * v + other.grads
        w = w - 0.1 * v
        assert network.params == pytest.approx(w - 0.1 * 0.9 * v, rel=1e-9, abs=1e-12)
