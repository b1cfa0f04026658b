"""Early stopping, the time limit, and that nothing is allocated whatever is switched on."""

from __future__ import annotations

import gc
import math
import time
import tracemalloc
from typing import Any

import msgspec
import numpy as np
import pytest
from helpers import chain

from netbuilder.declare import registry
from netbuilder.engine.activations.sigmoid import Sigmoid
from netbuilder.engine.clipping import Clipping
from netbuilder.engine.clippings.by_value import ByValue
from netbuilder.engine.initializers.values import Values
from netbuilder.engine.layers.batch_norm import BatchNorm
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.layers.dropout import Dropout
from netbuilder.engine.layers.gaussian_noise import GaussianNoise
from netbuilder.engine.layers.layer_norm import LayerNorm
from netbuilder.engine.layers.maxout import Maxout
from netbuilder.engine.losses.binary_cross_entropy import BinaryCrossEntropy
from netbuilder.engine.losses.half_squared_error import HalfSquaredError
from netbuilder.engine.optimizer import Optimizer
from netbuilder.engine.optimizers.sgd import SGD
from netbuilder.engine.schedules.exponential import Exponential
from netbuilder.engine.settings import Stop, Training
from netbuilder.engine.trainer import Samples, Trainer

EMPTY = Samples(np.empty((0, 1)), np.empty((0, 1)))


def walk(stop: Stop, test: Samples | None = None, **settings: Any) -> Trainer:
    """w from 0 towards 1 in steps of 1/8, on the test samples towards 1/2: the gradient of w for
    x = 1, t = 1 is clipped to -1, and the rate is 1/8."""
    network = chain(
        Dense(units=1, bias=False, weight_init=Values(values=((0.0,),))),
        HalfSquaredError(),
        features=1,
    )
    chosen = Training(
        optimizer=SGD(learning_rate=0.125),
        clipping=ByValue(limit=1.0),
        stop=stop,
        **{"batch_size": None, "max_epochs": None, **settings},
    )
    one = np.ones((1, 1))
    found = Samples(one, 0.5 * one) if test is None else test
    return Trainer(network, chosen, Samples(one, 100 * one), found, classification=False)


def test_patience() -> None:
    # The test loss (w - 1/2)^2 / 2 is smallest after step 4; steps 5, 6 and 7 are no better.
    run = walk(Stop(patience=3))
    assert run.advance(1000) == 7
    assert run.stopped_by == "patience"
    assert run.network.params.tolist() == [0.5]  # the best weights, of step 4
    assert run.scores("test").loss == 0.0
    assert run.best is not None
    assert run.best.loss == 0.0


def test_patience_counts_epochs_without_a_better_loss_in_a_row() -> None:
    run = walk(Stop(patience=3))
    run.advance(6)
    run.network.params[:] = 0.375
    run.advance(1)  # at 1/2 again: as good as the best, not better
    assert run.stopped_by == "patience"


def test_patience_needs_test_samples() -> None:
    run = walk(Stop(patience=1), EMPTY)
    assert run.advance(50) == 50
    assert run.stopped_by is None


def test_going_on_after_patience_waits_anew() -> None:
    run = walk(Stop(patience=3))
    run.advance(1000)
    run.configure(msgspec.structs.replace(run.settings, stop=Stop(patience=5)))
    assert run.advance(1000) == 5
    assert run.network.params.tolist() == [0.5]
    run.configure(msgspec.structs.replace(run.settings, stop=Stop()))
    assert run.best is None
    assert run.advance(100) == 100


def test_running_statistics_come_back_with_the_best_weights() -> None:
    network = chain(BatchNorm(momentum=0.5), Dense(units=1), HalfSquaredError(), features=1)
    x = np.array([[1.0], [3.0]])
    settings = Training(
        optimizer=SGD(learning_rate=1e-12), stop=Stop(patience=2), batch_size=None, max_epochs=None
    )
    # Only the running statistics move, and with them predictions; the test loss grows at once.
    network.set_weights({"1": {"W": np.ones((1, 1))}})
    test = Samples(np.array([[0.0]]), network.predict(np.array([[0.0]])))
    run = Trainer(network, settings, Samples(x, x), test, classification=False)
    assert run.advance(100) == 3
    assert network.parameters["0"]["mean"].tolist() == [1.0]  # as after the first epoch, not 1.75


def test_the_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]

    def clock() -> float:
        now[0] += 1.0
        return now[0]

    monkeypatch.setattr(time, "perf_counter", clock)
    run = walk(Stop(seconds=5.0))
    # One look at the clock at the start (1), one after each step (2, 3, …): over at 6.
    assert run.advance(1000) == 5
    assert run.stopped_by == "time"
    assert run.seconds == 6.0
    run.configure(run.settings)
    assert run.stopped_by == "time"
    run.configure(msgspec.structs.replace(run.settings, stop=Stop(seconds=10.0)))
    assert run.advance(1000) == 4  # 4 of 10 seconds are left
    assert run.stopped_by == "time"


def test_time_counts_over_several_calls() -> None:
    run = walk(Stop(seconds=1e-9))
    assert run.advance(1) == 1
    assert (run.stopped_by, run.advance(1)) == ("time", 0)
    assert 0.0 < run.seconds < 10.0
    quiet = walk(Stop())
    quiet.advance(10)
    first = quiet.seconds
    quiet.advance(10)
    assert quiet.seconds > first > 0.0


def test_a_limit_below_what_was_trained_stops_at_once() -> None:
    run = walk(Stop())
    run.advance(10)
    run.configure(msgspec.structs.replace(run.settings, max_epochs=5))
    assert (run.stopped_by, run.advance(3)) == ("epochs", 0)


# ---- no garbage ----


def bound(precision: str = "float64") -> int:
    """NumPy takes a buffer of 8192 numbers by itself where a column meets a matrix. The smallest
    array of a layer's size in `large` has 40 * 300 = 12000 numbers, and would be seen."""
    return 8192 * np.dtype(precision).itemsize + 6144


def peak_of(run: Trainer, steps: int = 60) -> int:
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        run.advance(steps)
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        run.advance(steps)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        gc.enable()
    return peak - before


def large(precision: str = "float64", **settings: Any) -> Trainer:
    """Wide enough that one forgotten array of a layer's size would be seen."""
    network = chain(
        Dense(units=40), BatchNorm(), Sigmoid(), Dropout(), Maxout(units=40, pieces=3), LayerNorm(),
        GaussianNoise(), Dense(units=1), Sigmoid(), BinaryCrossEntropy(), precision=precision,
    )  # fmt: skip
    x = np.random.default_rng(0).normal(size=(300, 2))
    samples = Samples(x, (x[:, :1] > 0).astype(float))
    chosen = Training(batch_size=None, max_epochs=None, precision=precision, **settings)  # type: ignore[arg-type]
    return Trainer(network, chosen, samples, samples, classification=True)


@pytest.mark.parametrize("name", registry(Optimizer))
def test_no_optimizer_allocates(name: str) -> None:
    optimizer = registry(Optimizer)[name](learning_rate=1e-3, weight_decay=1e-3)
    assert peak_of(large(optimizer=optimizer)) < bound()


@pytest.mark.parametrize("name", registry(Clipping))
def test_no_clipping_and_no_schedule_allocates(name: str) -> None:
    clipping = registry(Clipping)[name]()
    schedule = Exponential(factor=0.999, warm_up=90)
    assert peak_of(large(clipping=clipping, schedule=schedule)) < bound()


@pytest.mark.parametrize("precision", ["float32", "float16"])
def test_lower_precisions_allocate_as_little(precision: str) -> None:
    assert peak_of(large(precision), 8 if precision == "float16" else 60) < bound(precision)


def test_the_largest_loss_is_no_best() -> None:
    """A test loss of NaN or infinity is never better than another."""
    run = walk(Stop(patience=2), Samples(np.full((1, 1), np.inf), np.ones((1, 1))))
    assert run.advance(100) == 3
    assert run.best is not None
    assert math.isinf(run.best.loss)
