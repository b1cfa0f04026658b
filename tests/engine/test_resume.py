"""A run that is saved and taken up again is the run that never stopped, to the last bit."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import numpy as np
import pytest
from helpers import chain

from netbuilder.declare import registry
from netbuilder.engine.activations.sigmoid import Sigmoid
from netbuilder.engine.activations.tanh import Tanh
from netbuilder.engine.clippings.by_global_norm import ByGlobalNorm
from netbuilder.engine.layers.batch_norm import BatchNorm
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.layers.dropout import Dropout
from netbuilder.engine.layers.gaussian_noise import GaussianNoise
from netbuilder.engine.losses.binary_cross_entropy import BinaryCrossEntropy
from netbuilder.engine.network import Network
from netbuilder.engine.optimizer import Optimizer
from netbuilder.engine.optimizers.adam import Adam
from netbuilder.engine.optimizers.momentum import Momentum
from netbuilder.engine.optimizers.sgd import SGD
from netbuilder.engine.schedules.cosine import Cosine
from netbuilder.engine.settings import Stop, Training
from netbuilder.engine.state import BadState
from netbuilder.engine.trainer import Samples, Trainer

OPTIMIZERS = registry(Optimizer)
RNG = np.random.default_rng(1)
X = RNG.normal(size=(23, 2))
T = (X[:, :1] * X[:, 1:] > 0).astype(float)


def network(precision: str) -> Network:
    """With everything that remembers or draws."""
    return chain(
        Dense(units=5, l2=0.001), BatchNorm(), Tanh(), Dropout(rate=0.2), Dense(units=3),
        GaussianNoise(std=0.05), Dense(units=1), Sigmoid(), BinaryCrossEntropy(),
        precision=precision,
    )  # fmt: skip


def trainer(**settings: Any) -> Trainer:
    chosen = Training(**{"max_epochs": None, **settings})
    net = network(chosen.precision)
    return Trainer(net, chosen, Samples(X, T), Samples(X[:7], 1 - T[:7]), classification=True)


def taken_up(run: Trainer) -> Trainer:
    """A new run from what a file would hold."""
    saved = json.loads(json.dumps(run.state()))
    weights = json.loads(
        json.dumps(
            {i: {n: a.tolist() for n, a in w.items()} for i, w in run.network.get_weights().items()}
        )
    )
    again = Trainer(
        network(run.settings.precision),
        run.settings,
        Samples(X, T),
        Samples(X[:7], 1 - T[:7]),
        classification=True,
    )
    again.network.set_weights(
        {i: {n: np.array(a) for n, a in w.items()} for i, w in weights.items()}
    )
    again.restore(saved)
    return again


def same(a: Trainer, b: Trainer) -> None:
    assert a.network.params.tobytes() == b.network.params.tobytes()
    one, two = a.state(), b.state()
    del one["seconds"], two["seconds"]
    assert one == two
    assert a.scores("test") == b.scores("test")


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("precision", ["float64", "float32", "float16"])
def test_every_optimizer(name: str, precision: str) -> None:
    optimizer = OPTIMIZERS[name](learning_rate=0.01, weight_decay=0.001)
    settings = {"optimizer": optimizer, "precision": precision, "batch_size": 5}
    whole, parts = trainer(**settings), trainer(**settings)
    whole.advance(100)
    # 5 batches an epoch: in the middle of one, at its end, and right at the start
    for steps in (0, 33, 2, 15, 50):
        parts.advance(steps)
        parts = taken_up(parts)
    assert parts.step == 100
    same(whole, parts)


@pytest.mark.parametrize(
    "settings",
    [
        {"batch_size": None},
        {"batch_size": 1},
        {"shuffle": False},
        {"schedule": Cosine(epochs=9, floor=0.1, warm_up=7)},
        {"clipping": ByGlobalNorm(limit=0.05), "optimizer": Momentum(form="average")},
        {"stop": Stop(patience=1000)},
    ],
    ids=repr,
)
def test_every_setting(settings: dict[str, Any]) -> None:
    whole, parts = trainer(**settings), trainer(**settings)
    whole.advance(40)
    for steps in (4, 1, 6, 29):
        parts.advance(steps)
        parts = taken_up(parts)
    same(whole, parts)


def test_taking_up_is_looking() -> None:
    run = trainer(optimizer=Adam())
    run.advance(13)
    again = taken_up(run)
    assert again.state() == run.state()
    assert (again.step, again.epoch, again.batch, again.progress) == (13, 4, 1, 4 + 1 / 3)
    assert again.scores("train") == run.scores("train")


def test_limits_count_from_the_start() -> None:
    run = trainer(max_epochs=4)
    run.advance(5)
    again = taken_up(run)
    assert again.advance(1000) == 12 - 5
    assert again.stopped_by == "epochs"
    ended = taken_up(again)
    assert (ended.stopped_by, ended.advance(5)) == ("epochs", 0)
    ended.configure(msgspec.structs.replace(ended.settings, max_epochs=5))
    assert ended.advance(1000) == 3


def test_patience_goes_on() -> None:
    whole, parts = (trainer(stop=Stop(patience=6), optimizer=SGD(learning_rate=0.5)) for _ in "ab")
    steps = whole.advance(10_000)
    assert whole.stopped_by == "patience"
    parts.advance(steps - 4)
    parts = taken_up(parts)
    assert parts.advance(10_000) == 4
    same(whole, parts)


def test_another_optimizer_begins_anew() -> None:
    run = trainer(optimizer=Adam())
    run.advance(10)
    other = trainer(optimizer=Momentum())
    other.restore(run.state())
    assert other.step == 10
    assert not other.update.state["v"].any()


# ---- what is no state ----


def bad_states() -> list[tuple[str, Any]]:
    run = trainer(optimizer=Adam(), stop=Stop(patience=9))
    run.advance(10)
    good = run.state()

    def changed(path: str, value: Any) -> tuple[str, Any]:
        data = json.loads(json.dumps(good))
        *places, last = path.split(".")
        at = data
        for place in places:
            at = at[place]
        if value is KeyError:
            del at[last]
        else:
            at[last] = value
        return path, data

    return [
        ("nothing", None),
        ("a list", [1, 2]),
        ("empty", {}),
        *(changed(name, KeyError) for name in good),
        *(changed(name, "x") for name in good),
        changed("step", -1),
        changed("step", 1.5),
        changed("step", True),
        changed("epoch", 2**70),
        changed("batch", 3),
        changed("seconds", float("nan")),
        changed("order", None),
        changed("order", "AAAA"),
        changed("order", "####"),
        changed("order", "AAAAAA==" * 30),
        changed("shuffle.state", "1" * 60),
        changed("shuffle.state", 17),
        changed("shuffle.has_uint32", 2),
        changed("streams", {}),
        changed("streams.4", {}),
        changed("optimizer.vectors", {}),
        changed("optimizer.vectors.m", good["optimizer"]["vectors"]["m"][:-8]),
        changed("optimizer.vectors.m", "//////////8="),
        changed("optimizer.count", None),
        changed("best.waited", "soon"),
        changed("best.params", ""),
    ]


@pytest.mark.parametrize("data", [d for _, d in bad_states()], ids=[n for n, _ in bad_states()])
def test_a_bad_state_is_refused_whole(data: Any) -> None:
    run = trainer(optimizer=Adam(), stop=Stop(patience=9))
    run.advance(4)
    before = run.state()
    with pytest.raises(BadState, match="cannot be used"):
        run.restore(data)
    assert run.state() == before


def test_a_state_of_other_samples_is_refused() -> None:
    run = trainer()
    run.advance(1)
    fewer = Samples(X[:20], T[:20])
    other = Trainer(network("float64"), run.settings, fewer, fewer, classification=True)
    with pytest.raises(BadState, match="expected 20 numbers, got 23"):
        other.restore(run.state())


def test_a_state_is_plain_json() -> None:
    run = trainer(optimizer=Adam(), stop=Stop(patience=3))
    run.advance(50)
    text = msgspec.json.encode(run.state())
    assert msgspec.json.decode(text) == run.state()
