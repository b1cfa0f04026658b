"""Training: batches and epochs, the same numbers every time, stop rules, divergence, no garbage."""

from __future__ import annotations

import gc
import math
import tracemalloc
from typing import Any

import msgspec
import numpy as np
import pytest
from helpers import chain

from netbuilder.engine.activations.relu import ReLU
from netbuilder.engine.activations.sigmoid import Sigmoid
from netbuilder.engine.activations.tanh import Tanh
from netbuilder.engine.initializers.values import Values
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.losses.binary_cross_entropy import BinaryCrossEntropy
from netbuilder.engine.losses.half_squared_error import HalfSquaredError
from netbuilder.engine.losses.mean_squared_error import MeanSquaredError
from netbuilder.engine.network import Network
from netbuilder.engine.operation import Operation
from netbuilder.engine.optimizers.sgd import SGD
from netbuilder.engine.settings import Stop, Training
from netbuilder.engine.trainer import Samples, Trainer, node_norms
from netbuilder.errors import Diverged

RNG = np.random.default_rng(1)
X = RNG.normal(size=(23, 2))
T = (X[:, :1] * X[:, 1:] > 0).astype(float)


def classifier(units: int = 4, precision: str = "float64", seed: int = 0) -> Network:
    operations: list[Operation] = [Dense(units=units), Tanh(), Dense(units=1), Sigmoid()]
    return chain(*operations, BinaryCrossEntropy(), precision=precision, seed=seed)


def trainer(network: Network | None = None, *, n: int = 23, **settings: Any) -> Trainer:
    network = network or classifier(precision=settings.get("precision", "float64"))
    chosen = Training(**{"max_epochs": None, **settings})
    return Trainer(
        network, chosen, Samples(X[:n], T[:n]), Samples(X[:5], T[:5]), classification=True
    )


def line(rate: float, **settings: Any) -> Trainer:
    """One weight w from 1, the sample x = 1, t = 0, J = w^2 / 2: w <- (1 - rate) w."""
    network = chain(
        Dense(units=1, bias=False, weight_init=Values(values=((1.0,),))),
        HalfSquaredError(),
        features=1,
    )
    sample = Samples(np.ones((1, 1)), np.zeros((1, 1)))
    chosen = Training(
        **{"optimizer": SGD(learning_rate=rate), "max_epochs": None, "batch_size": None, **settings}
    )
    return Trainer(
        network, chosen, sample, Samples(np.empty((0, 1)), np.empty((0, 1))), classification=False
    )


# ---- the arithmetic of a run ----


def test_the_steps_of_a_line() -> None:
    run = line(0.5)
    for wanted in (0.5, 0.25, 0.125):
        assert run.advance(1) == 1
        assert run.network.params.tolist() == [wanted]
    assert (run.step, run.epoch, run.progress, run.steps_per_epoch) == (3, 3, 3.0, 1)
    assert run.scores("train").loss == 0.125**2 / 2
    assert math.isnan(run.scores("test").loss)
    assert math.isnan(run.scores("test").metric)
    assert run.full_gradient().tolist() == [0.125]
    assert run.gradient_norms() == {"0": {"W": 0.25}}  # of the last step, which began there


def test_batches_and_epochs() -> None:
    run = trainer(batch_size=10)
    assert run.steps_per_epoch == 3  # 10, 10 and a short one of 3
    run.advance(2)
    assert (run.step, run.epoch) == (2, 0)
    assert run.progress == pytest.approx(2 / 3)
    run.advance(2)
    assert (run.step, run.epoch) == (4, 1)
    assert trainer(batch_size=None).steps_per_epoch == 1
    assert trainer(batch_size=1).steps_per_epoch == 23
    assert trainer(batch_size=1_000_000).steps_per_epoch == 1
    assert trainer(batch_size=23).steps_per_epoch == 1


def seen_by(run: Trainer, steps: int) -> list[float]:
    """The first feature of each sample of these batches, as the network saw it."""
    seen: list[float] = []
    for _ in range(steps):
        index = run.batch
        run.advance(1)
        workspace = run._batches[index][0]
        workspace.load(*run._batches[index][1:])
        seen.extend(workspace.output("data")[:, 0].tolist())
    return seen


def test_the_short_last_batch_is_averaged_over_its_own_samples() -> None:
    """Its gradient is that of 3 samples, not of 3 with 7 left over from before."""
    run = trainer(batch_size=10, shuffle=False)
    run.advance(2)
    network, (x, t) = run.network, (X[20:], T[20:])
    before = network.params.copy()
    run.advance(1)
    alone = classifier()
    alone.params[:] = before
    single = Trainer(
        alone, Training(batch_size=None), Samples(x, t), Samples(x, t), classification=True
    )
    single.advance(1)
    assert network.params == pytest.approx(alone.params, rel=1e-14)


def test_every_epoch_has_a_new_order_of_all_samples() -> None:
    run = trainer(batch_size=10)
    epochs = [seen_by(run, 3) for _ in range(4)]
    for order in epochs:
        assert sorted(order) == sorted(X[:, 0].tolist())
    assert len({tuple(order) for order in epochs}) == 4
    assert X[:, 0].tolist() not in epochs


def test_no_shuffle_keeps_the_order() -> None:
    run = trainer(batch_size=10, shuffle=False)
    for _ in range(3):
        assert seen_by(run, 3) == X[:, 0].tolist()


def test_targets_follow_their_samples() -> None:
    run = trainer(batch_size=7)
    pairs = set(zip(X[:, 0].tolist(), T[:, 0].tolist(), strict=True))
    for _ in range(6):
        index = run.batch
        run.advance(1)
        _, rows, targets = run._batches[index]
        assert set(zip(rows[0].tolist(), targets[0].tolist(), strict=True)) <= pairs


# ---- the same numbers every time ----


@pytest.mark.parametrize("batch_size", [None, 10, 1])
@pytest.mark.parametrize("precision", ["float64", "float32", "float16"])
def test_the_same_seed_gives_the_same_bits(batch_size: int | None, precision: str) -> None:
    runs = [trainer(batch_size=batch_size, precision=precision) for _ in range(2)]
    for run in runs:
        run.advance(200)
        assert np.isfinite(run.network.params).all()
        assert run.network.params.dtype == precision
    assert runs[0].network.params.tobytes() == runs[1].network.params.tobytes()
    assert runs[0].scores("train").loss < 0.72


def test_another_seed_gives_another_run() -> None:
    one, two = trainer(seed=0), trainer(seed=1)  # the same start, other orders
    assert one.network.params.tobytes() == two.network.params.tobytes()
    one.advance(50), two.advance(50)
    assert one.network.params.tobytes() != two.network.params.tobytes()


@pytest.mark.parametrize("batch_size", [None, 10, 1])
def test_an_interrupted_run_is_the_same_run(batch_size: int | None) -> None:
    whole, parts = trainer(batch_size=batch_size), trainer(batch_size=batch_size)
    assert whole.advance(500) == 500
    assert parts.advance(137) + parts.advance(363) == 500
    assert whole.network.params.tobytes() == parts.network.params.tobytes()


@pytest.mark.parametrize("batch_size", [None, 10, 1])
def test_looking_changes_nothing(batch_size: int | None) -> None:
    quiet, watched = trainer(batch_size=batch_size), trainer(batch_size=batch_size)
    quiet.advance(60)
    for _ in range(60):
        watched.advance(1)
        watched.scores("train"), watched.scores("test", most=2)
        watched.full_gradient()
        watched.gradient_norms()
        watched.network.predict(X[:4])
        watched.network.get_weights()
    assert quiet.network.params.tobytes() == watched.network.params.tobytes()
    assert quiet.scores("train") == watched.scores("train")


def test_float32_follows_float64() -> None:
    double, single = trainer(), trainer(precision="float32")
    single.network.params[:] = double.network.params
    double.advance(100), single.advance(100)
    assert single.network.params == pytest.approx(double.network.params, abs=1e-4)


def test_a_frozen_layer_stays_to_the_bit() -> None:
    network = chain(
        Dense(units=4),
        ReLU(),
        Dense(units=4, trainable=False),
        Tanh(),
        Dense(units=1),
        Sigmoid(),
        BinaryCrossEntropy(),
    )
    before = network.get_weights()
    trainer(network).advance(300)
    after = network.get_weights()
    for name in ("W", "b"):
        assert before["2"][name].tobytes() == after["2"][name].tobytes()
        assert before["0"][name].tobytes() != after["0"][name].tobytes()


# ---- changes between two steps ----


def test_a_changed_learning_rate_counts_from_the_next_step() -> None:
    run = line(0.5)
    run.advance(1)
    run.configure(msgspec.structs.replace(run.settings, optimizer=SGD(learning_rate=0.1)))
    run.advance(1)
    assert run.network.params.tolist() == [0.5 - 0.1 * 0.5]


def test_equal_settings_change_nothing() -> None:
    whole, parts = trainer(), trainer()
    whole.advance(100)
    for _ in range(100):
        parts.configure(Training(max_epochs=None))
        parts.advance(1)
    assert whole.network.params.tobytes() == parts.network.params.tobytes()


def test_a_changed_batch_size_begins_a_new_order() -> None:
    run = trainer(batch_size=10)
    run.advance(2)
    run.configure(msgspec.structs.replace(run.settings, batch_size=5))
    assert run.steps_per_epoch == 5
    assert sorted(seen_by(run, 5)) == sorted(X[:, 0].tolist())
    run.configure(msgspec.structs.replace(run.settings, shuffle=False))
    assert seen_by(run, 5) == X[:, 0].tolist()
    run.configure(msgspec.structs.replace(run.settings, batch_size=None))
    assert run.steps_per_epoch == 1


def test_a_raised_limit_lets_the_run_go_on() -> None:
    run = trainer(max_epochs=2)
    assert run.advance(1000) == 2 * 3
    assert run.stopped_by == "epochs"
    assert run.advance(1) == 0
    run.configure(msgspec.structs.replace(run.settings, max_epochs=3))
    assert run.advance(1000) == 3
    assert (run.epoch, run.stopped_by) == (3, "epochs")


# ---- rules that end a run ----


def test_the_epoch_limit() -> None:
    run = trainer(max_epochs=4, batch_size=10)
    assert run.advance(1000) == 12
    assert (run.epoch, run.stopped_by) == (4, "epochs")


def test_the_gradient_norm_of_a_full_batch() -> None:
    # The gradient is w = 1/2^k, below 0.1 first at k = 4: found before a fifth step is taken.
    run = line(0.5, stop=Stop(gradient_norm=0.1))
    assert run.advance(1000) == 4
    assert run.stopped_by == "gradient_norm"
    assert run.network.params.tolist() == [1 / 16]


def test_the_gradient_norm_over_all_batches() -> None:
    run = trainer(batch_size=10, stop=Stop(gradient_norm=1e3))
    assert run.advance(1000) == 3  # looked at after the first epoch
    assert run.stopped_by == "gradient_norm"
    assert np.linalg.norm(run.full_gradient()) < 1e3


def test_the_training_loss() -> None:
    # J = w^2 / 2 = 1/2^(2 k + 1), below 0.01 first at k = 3
    run = line(0.5, stop=Stop(loss=0.01))
    assert run.advance(1000) == 3
    assert run.stopped_by == "loss"


# ---- runs that fly apart ----


@pytest.mark.parametrize("precision", ["float64", "float32", "float16"])
@pytest.mark.parametrize("rate", [1e9, 1e12, 30.0])
@pytest.mark.parametrize("batch_size", [None, 10])
def test_divergence_is_told_and_leaves_finite_weights(
    rate: float, precision: str, batch_size: int | None
) -> None:
    operations = [Dense(units=4), ReLU(), Dense(units=1), MeanSquaredError()]
    network = chain(*operations, precision=precision)
    run = trainer(network, optimizer=SGD(learning_rate=rate), batch_size=batch_size)
    with pytest.raises(Diverged) as caught:
        run.advance(10_000)
    text, fields = str(caught.value), caught.value.fields
    assert f"it is {rate:g}" in text
    assert fields["node"] in {"0", "1", "2", "3"}
    assert f"in '{fields['node']}'" in text
    assert f"step {fields['step']}:" in text
    assert abs(fields["step"] - run.step) <= 1
    assert run.stopped_by == "diverged"
    assert np.isfinite(network.params).all()
    assert run.advance(5) == 0


@pytest.mark.parametrize("precision", ["float64", "float32", "float16"])
def test_any_learning_rate_leaves_finite_weights(precision: str) -> None:
    """1e300 cannot be typed in, but the engine keeps its word for it too."""
    network = classifier(precision=precision)
    huge = msgspec.structs.replace(SGD(), learning_rate=1e300)
    run = trainer(network, optimizer=huge)
    with pytest.raises(Diverged, match=r"step 1: .*it is 1e\+300"):
        run.advance(100)
    assert np.isfinite(network.params).all()
    assert math.isfinite(run.scores("train").loss)


def test_after_divergence_a_smaller_rate_goes_on() -> None:
    run = line(3.0)  # w <- -2 w
    with pytest.raises(Diverged):
        run.advance(1000)
    assert abs(run.network.params[0]) <= 2.0**32
    run.configure(msgspec.structs.replace(run.settings, optimizer=SGD(learning_rate=0.5)))
    run.advance(100)
    assert abs(run.network.params[0]) < 1e-15


@pytest.mark.parametrize("pieces", [1, 7, 1000])
def test_it_comes_back_to_weights_that_were_seen_to_be_sound(pieces: int) -> None:
    # w <- -2 w from 1: at step 32 the loss is 4^32 = 1.8e19 times as large as at the start, too
    # much. Sound were those of step 1, however often the training was halted since.
    run = line(3.0)
    for _ in range(31 // pieces):
        run.advance(pieces)
    with pytest.raises(Diverged, match="step 32"):
        run.advance(1000)
    assert run.network.params[0] == -2.0


def test_weights_set_by_hand_are_come_back_to() -> None:
    run = line(3.0)
    run.advance(5)
    run.network.params[0] = 5.0
    run.weights_set()
    with pytest.raises(Diverged):
        run.advance(1000)
    assert run.network.params[0] == 5.0


def test_bad_data_is_told_apart() -> None:
    network = chain(Dense(units=1), MeanSquaredError())
    x = np.array([[1e200, 1e200]])
    run = Trainer(
        network, Training(), Samples(x, x[:, :1]), Samples(x, x[:, :1]), classification=False
    )
    with pytest.raises(Diverged, match="step 1"):
        run.advance(1)
    assert run.step == 0


# ---- no garbage ----


@pytest.mark.parametrize("batch_size", [None, 300, 1])
@pytest.mark.parametrize("shuffle", [True, False])
def test_a_step_allocates_nothing(batch_size: int | None, shuffle: bool) -> None:
    x = np.random.default_rng(0).normal(size=(1000, 2))
    samples = Samples(x, (x[:, :1] > 0).astype(float))
    settings = Training(batch_size=batch_size, shuffle=shuffle, max_epochs=None)
    run = Trainer(classifier(32), settings, samples, samples, classification=True)
    gc.collect()  # which also empties the interpreter's stores of small objects
    gc.disable()
    tracemalloc.start()
    try:
        run.advance(1000)  # fills those stores again
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        run.advance(1000)
        after, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        gc.enable()
    assert after - before < 2048
    # Nor does it make arrays that it throws away at once: one number for each sample of the
    # batch would be 8 kB. Only a new epoch draws a new order, of one number a sample.
    order = 8 * len(x) if shuffle and batch_size else 0
    assert peak - before < 6144 + order


# ---- scores ----


def test_scores_of_many_rows_are_those_of_all() -> None:
    """They are computed in blocks; the mean must weigh the short last block by its size."""
    x = np.random.default_rng(3).normal(size=(2500, 2))
    t = x[:, :1] * 2.0 + 1.0
    network = chain(Dense(units=1), MeanSquaredError())
    run = Trainer(network, Training(), Samples(x, t), Samples(x[:3], t[:3]), classification=False)
    wanted = float(np.mean((network.predict(x) - t) ** 2))
    assert run.metric == "R2"
    assert run.scores("train").loss == pytest.approx(wanted, rel=1e-12)
    thinned = run.scores("train", most=100)
    every = x[::25]
    assert thinned.loss == pytest.approx(
        float(np.mean((network.predict(every) - t[::25]) ** 2)), rel=1e-12
    )
    # The full gradient too: dJ/dW = 2/N X^T (y - t)
    slope = 2.0 / 2500 * x.T @ (network.predict(x) - t)
    assert run.full_gradient()[:2] == pytest.approx(slope[:, 0], rel=1e-12)


def test_norms_of_a_node() -> None:
    assert node_norms({"a": {"W": 3.0, "b": 4.0}, "c": {"W": 2.0}}) == {"a": 5.0, "c": 2.0}


@pytest.mark.parametrize("precision", ["float32", "float16"])
def test_numbers_beyond_the_precision_are_told_not_warned_about(precision: str) -> None:
    """NumPy's own warning would be a second line on standard error."""
    network = chain(
        Dense(units=1, weight_init=Values(values=((1e300,), (1.0,)))),
        MeanSquaredError(),
        precision=precision,
    )
    x = np.array([[1e200, 1.0], [1.0, 1.0]])
    samples = Samples(x, x[:, :1])
    run = Trainer(network, Training(precision="float16"), samples, samples, classification=False)
    with pytest.raises(Diverged, match="NaN or infinity came out in 'data'"):
        run.advance(1)
    network.set_weights({"0": {"W": np.array([[1e300], [1.0]]), "b": np.zeros(1)}})
    assert np.isinf(network.params[0])
