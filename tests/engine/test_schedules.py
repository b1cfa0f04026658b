"""Learning rates over time, and clipped gradients, by hand."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import numpy as np
import pytest
from helpers import chain

from netbuilder.declare import registry
from netbuilder.engine.clipping import Clipping
from netbuilder.engine.clippings.by_global_norm import ByGlobalNorm
from netbuilder.engine.clippings.by_norm import ByNorm
from netbuilder.engine.clippings.by_value import ByValue
from netbuilder.engine.clippings.no_clipping import NoClipping
from netbuilder.engine.initializers.constant import Constant as ConstantStart
from netbuilder.engine.initializers.values import Values
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.losses.half_squared_error import HalfSquaredError
from netbuilder.engine.losses.mean_squared_error import MeanSquaredError
from netbuilder.engine.operation import Builder
from netbuilder.engine.optimizers.sgd import SGD
from netbuilder.engine.schedule import Schedule
from netbuilder.engine.schedules.constant import Constant
from netbuilder.engine.schedules.cosine import Cosine
from netbuilder.engine.schedules.exponential import Exponential
from netbuilder.engine.schedules.step_decay import StepDecay
from netbuilder.engine.settings import Training
from netbuilder.engine.trainer import Samples, Trainer
from netbuilder.errors import Diverged

SCHEDULES: list[tuple[Schedule, dict[int, float]]] = [
    (Constant(), {0: 1.0, 1: 1.0, 10**6: 1.0}),
    # 0.5^floor(epoch / 3)
    (StepDecay(every=3, factor=0.5), {0: 1.0, 2: 1.0, 3: 0.5, 5: 0.5, 6: 0.25, 300: 0.5**100}),
    (Exponential(factor=0.9), {0: 1.0, 1: 0.9, 2: 0.81}),
    # 0.2 + 0.8 (1 + cos(pi t / 4)) / 2: half way down at t = 2, at the floor from t = 4 on
    (
        Cosine(epochs=4, floor=0.2),
        {0: 1.0, 1: 0.2 + 0.4 * (1 + math.sqrt(0.5)), 2: 0.6, 4: 0.2, 9: 0.2},
    ),
]


@pytest.mark.parametrize(("schedule", "wanted"), SCHEDULES, ids=lambda v: type(v).__name__)
def test_by_epoch(schedule: Schedule, wanted: dict[int, float]) -> None:
    for epoch, factor in wanted.items():
        assert schedule.scale(10**6, epoch) == pytest.approx(factor, rel=1e-14)
    assert all(0.0 <= schedule.at(epoch) <= 1.0 for epoch in range(100))


def test_every_schedule_is_worked_by_hand() -> None:
    assert {type(s) for s, _ in SCHEDULES} == set(registry(Schedule).values())


@pytest.mark.parametrize("name", registry(Schedule))
def test_warm_up(name: str) -> None:
    # The first of 4 steps gets a quarter, the fourth all; a step later the warm-up is over.
    schedule = registry(Schedule)[name](warm_up=4)
    assert [schedule.scale(k, 0) for k in range(5)] == [0.25, 0.5, 0.75, 1.0, 1.0]


def line(schedule: Schedule, **settings: Any) -> Trainer:
    """The gradient is 1 in every step, so each step moves the bias by the rate."""
    network = chain(Dense(units=1), HalfSquaredError(), features=1)
    samples = Samples(np.zeros((6, 1)), np.zeros((6, 1)))
    chosen = Training(
        optimizer=SGD(learning_rate=1.0),
        schedule=schedule,
        **{"batch_size": 2, "max_epochs": None, **settings},
    )
    nothing = Samples(np.empty((0, 1)), np.empty((0, 1)))
    return Trainer(network, chosen, samples, nothing, classification=False)


def rates(trainer: Trainer, steps: int) -> list[float]:
    found = []
    for _ in range(steps):
        trainer.advance(1)
        found.append(trainer.rate)
    return found


def test_the_rate_of_each_step() -> None:
    # 3 batches an epoch
    assert rates(line(Exponential(factor=0.5)), 7) == [1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.25]
    assert rates(line(Exponential(factor=0.5), batch_size=None), 3) == [1.0, 0.5, 0.25]
    warm = StepDecay(every=1, factor=0.5, warm_up=5)
    # 1/5, 2/5, 3/5 of 1, then 4/5 and 5/5 of a half, then a half; then a quarter
    assert rates(line(warm), 7) == pytest.approx([0.2, 0.4, 0.6, 0.4, 0.5, 0.5, 0.25])


def test_the_rate_is_that_of_the_update() -> None:
    trainer = line(StepDecay(every=1, factor=0.25))
    trainer.network.params[:] = [0.0, 1.0]
    trainer.advance(3)  # b <- (1 - 1) b
    assert trainer.network.params.tolist() == [0.0, 0.0]
    trainer.network.params[:] = [0.0, 1.0]
    trainer.advance(3)  # b <- (1 - 1/4) b, three times
    assert trainer.network.params.tolist() == [0.0, 0.75**3]


def test_a_schedule_may_change_at_any_step() -> None:
    trainer = line(Constant())
    assert rates(trainer, 4) == [1.0] * 4
    trainer.configure(msgspec.structs.replace(trainer.settings, schedule=Exponential(factor=0.5)))
    assert rates(trainer, 1) == [0.5]  # one epoch is over
    slower = msgspec.structs.replace(trainer.settings, optimizer=SGD(learning_rate=0.5))
    trainer.configure(slower)
    assert rates(trainer, 2) == [0.25, 0.125]


# ---- clipping ----

# Two parameters: a matrix with the gradient (3, 4) of norm 5, a bias with 12; all together 13.
GRADIENT = np.array([3.0, 4.0, 12.0])
SPANS = [slice(0, 2), slice(2, 3)]

CLIPPINGS: list[tuple[Clipping, list[float]]] = [
    (NoClipping(), [3.0, 4.0, 12.0]),
    (ByValue(limit=3.5), [3.0, 3.5, 3.5]),
    (ByValue(limit=100.0), [3.0, 4.0, 12.0]),
    # (3, 4) / 5 * 2.5, and 12 -> 2.5
    (ByNorm(limit=2.5), [1.5, 2.0, 2.5]),
    (ByNorm(limit=6.0), [3.0, 4.0, 6.0]),
    # * 6.5 / 13
    (ByGlobalNorm(limit=6.5), [1.5, 2.0, 6.0]),
    (ByGlobalNorm(limit=13.0), [3.0, 4.0, 12.0]),
]


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize(("clipping", "wanted"), CLIPPINGS, ids=repr)
def test_clipping(clipping: Clipping, wanted: list[float], sign: float) -> None:
    g, out = sign * GRADIENT, sign * GRADIENT
    for call in clipping.calls(Builder(1, g.dtype), g, out, SPANS):
        call()
    assert g.tolist() == (sign * GRADIENT).tolist()
    assert out == pytest.approx(sign * np.array(wanted), rel=1e-15)


def test_every_clipping_is_worked_by_hand() -> None:
    assert {type(c) for c, _ in CLIPPINGS} == set(registry(Clipping).values())


@pytest.mark.parametrize("clipping", [ByNorm(limit=1.0), ByGlobalNorm(limit=1.0)], ids=repr)
def test_what_is_short_enough_stays_to_the_bit(clipping: Clipping) -> None:
    g = np.random.default_rng(0).normal(size=9) / 10
    out = np.zeros(9)
    for call in clipping.calls(Builder(1, g.dtype), g, out, [slice(0, 9)]):
        call()
    assert out.tobytes() == g.tobytes()


def steep(clipping: Clipping, precision: str = "float64") -> Trainer:
    """x = 100 and t = 0 with w = 1: the gradient is 10000, far beyond what rate 0.1 stands."""
    network = chain(
        Dense(units=1, bias=False, weight_init=Values(values=((1.0,),))),
        HalfSquaredError(),
        features=1,
        precision=precision,
    )
    sample = Samples(np.array([[100.0]]), np.zeros((1, 1)))
    settings = Training(
        optimizer=SGD(learning_rate=0.1),
        batch_size=None,
        max_epochs=None,
        clipping=clipping,
        precision=precision,  # type: ignore[arg-type]
    )
    return Trainer(network, settings, sample, sample, classification=False)


@pytest.mark.parametrize("precision", ["float64", "float32", "float16"])
@pytest.mark.parametrize("cls", [ByValue, ByNorm, ByGlobalNorm])
def test_the_optimizer_gets_the_clipped_gradient_and_plots_the_true_one(
    cls: type[Any], precision: str
) -> None:
    trainer = steep(cls(limit=1.0), precision)
    trainer.advance(1)
    assert trainer.network.params[0] == pytest.approx(0.9, rel=1e-3)  # 1 - 0.1 * 1
    assert trainer.gradient_norms()["0"]["W"] == pytest.approx(10000.0)
    with pytest.raises(Diverged):
        steep(NoClipping(), precision).advance(100)


def test_infinity_is_told_even_when_it_would_be_clipped() -> None:
    network = chain(
        Dense(units=1, weight_init=ConstantStart(value=1e200)), MeanSquaredError(), features=1
    )
    sample = Samples(np.full((1, 1), 1e200), np.zeros((1, 1)))
    settings = Training(clipping=ByGlobalNorm(), batch_size=None)
    trainer = Trainer(network, settings, sample, sample, classification=False)
    with pytest.raises(Diverged, match="step 1"):
        trainer.advance(1)


def test_clipping_may_change_at_any_step() -> None:
    trainer = steep(ByValue(limit=1.0))
    trainer.advance(1)
    trainer.configure(msgspec.structs.replace(trainer.settings, clipping=ByValue(limit=2.0)))
    trainer.advance(1)
    assert trainer.network.params[0] == pytest.approx(0.9 - 0.2)
