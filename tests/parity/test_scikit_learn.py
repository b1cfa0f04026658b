"""scikit-learn's digits and iris: as good as MLPClassifier, with equal settings, seed by seed."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from helpers import Array, chain

from netbuilder.engine import metrics
from netbuilder.engine.activation import Activation
from netbuilder.engine.activations.relu import ReLU
from netbuilder.engine.activations.softmax import Softmax
from netbuilder.engine.activations.tanh import Tanh
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.losses.categorical_cross_entropy import CategoricalCrossEntropy
from netbuilder.engine.optimizer import Optimizer
from netbuilder.engine.optimizers.adam import Adam
from netbuilder.engine.optimizers.nesterov import Nesterov
from netbuilder.engine.optimizers.sgd import SGD
from netbuilder.engine.settings import Training
from netbuilder.engine.trainer import Samples, Trainer

SEEDS = 5
BATCH = 32


def sklearn(module: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip(
            f"sklearn.{module}", reason="the extra 'parity' is not installed"
        )


def samples(name: str, seed: int) -> tuple[Array, Array, Array, Array]:
    """Standardised features and labels, 60 % to train on."""
    x, labels = getattr(sklearn("datasets"), f"load_{name}")(return_X_y=True)
    x = (x - x.mean(axis=0)) / np.maximum(x.std(axis=0), 1e-9)
    order = np.random.default_rng(seed).permutation(len(x))
    cut = int(0.6 * len(x))
    return x[order[:cut]], labels[order[:cut]], x[order[cut:]], labels[order[cut:]]


def ours(
    data: tuple[Array, ...], units: int, activation: Activation, optimizer: Optimizer,
    epochs: int, seed: int,
) -> float:  # fmt: skip
    x, labels, test_x, test_labels = data
    classes = int(labels.max()) + 1
    network = chain(
        Dense(units=units), activation, Dense(units=classes), Softmax(),
        CategoricalCrossEntropy(), features=x.shape[1], seed=seed,
    )  # fmt: skip
    test = Samples(test_x, np.eye(classes)[test_labels])
    settings = Training(optimizer=optimizer, batch_size=BATCH, max_epochs=epochs, seed=seed)
    train = Samples(x, np.eye(classes)[labels])
    trainer = Trainer(network, settings, train, test, classification=True)
    trainer.advance(10**9)
    assert trainer.stopped_by == "epochs"
    return metrics.accuracy(network.predict(test_x), test.y)


def theirs(
    data: tuple[Array, ...], units: int, activation: str, more: dict[str, Any],
    rate: float, epochs: int, seed: int,
) -> float:  # fmt: skip
    x, labels, test_x, test_labels = data
    model = sklearn("neural_network").MLPClassifier(
        (units,), activation=activation, alpha=0.0, batch_size=BATCH, learning_rate_init=rate,
        max_iter=epochs, n_iter_no_change=10**6, tol=0.0, random_state=seed, **more,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it was not asked to converge
        model.fit(x, labels)
    return float(model.score(test_x, test_labels))


ADAM = Adam(learning_rate=0.003), {"solver": "adam"}
NESTEROV = (
    Nesterov(learning_rate=0.02),
    {"solver": "sgd", "momentum": 0.9, "nesterovs_momentum": True},
)
PLAIN = SGD(learning_rate=0.1), {"solver": "sgd", "momentum": 0.0, "nesterovs_momentum": False}


@pytest.mark.parametrize(
    ("name", "units", "activation", "rule", "epochs"),
    [
        ("digits", 32, ReLU(), ADAM, 15),
        ("digits", 32, Tanh(), NESTEROV, 15),
        ("digits", 32, ReLU(), PLAIN, 20),
        ("iris", 16, Tanh(), ADAM, 100),
        ("iris", 16, ReLU(), NESTEROV, 60),
        ("iris", 16, Tanh(), PLAIN, 100),
    ],
    ids=lambda v: v if isinstance(v, str) else type(v).__name__,
)
def test_as_good_as_scikit_learn(
    name: str,
    units: int,
    activation: Activation,
    rule: tuple[Optimizer, dict[str, Any]],
    epochs: int,
) -> None:
    optimizer, more = rule
    mine, other = [], []
    for seed in range(SEEDS):
        data = samples(name, seed)
        mine.append(ours(data, units, activation, optimizer, epochs, seed))
        called = type(activation).__name__.lower()
        rate = optimizer.learning_rate
        other.append(theirs(data, units, called, more, rate, epochs, seed))
    # Within one point on average; better is welcome.
    assert np.mean(mine) > np.mean(other) - 0.01, (mine, other)
    assert np.mean(mine) > (0.95 if name == "digits" else 0.93)
