"""Every past step of a run comes back to the last bit, in bounded memory."""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Callable
from functools import partial
from typing import Any, Literal

import msgspec
import numpy as np
import pytest
from helpers import chain
from hypothesis import given, settings
from hypothesis import strategies as st

from netbuilder.declare import registry
from netbuilder.engine import timeline as module
from netbuilder.engine.activations.sigmoid import Sigmoid
from netbuilder.engine.activations.tanh import Tanh
from netbuilder.engine.clippings.by_global_norm import ByGlobalNorm
from netbuilder.engine.layers.batch_norm import BatchNorm
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.layers.dropout import Dropout
from netbuilder.engine.layers.gaussian_noise import GaussianNoise
from netbuilder.engine.losses.binary_cross_entropy import BinaryCrossEntropy
from netbuilder.engine.losses.mean_squared_error import MeanSquaredError
from netbuilder.engine.operation import Array
from netbuilder.engine.optimizer import Optimizer
from netbuilder.engine.optimizers.adam import Adam
from netbuilder.engine.optimizers.momentum import Momentum
from netbuilder.engine.optimizers.sgd import SGD
from netbuilder.engine.schedules.cosine import Cosine
from netbuilder.engine.settings import Stop, Training
from netbuilder.engine.timeline import Deed, Timeline
from netbuilder.engine.trainer import Samples, Trainer
from netbuilder.errors import Diverged

OPTIMIZERS = registry(Optimizer)
RNG = np.random.default_rng(1)
X = RNG.normal(size=(23, 2))
T = (X[:, :1] * X[:, 1:] > 0).astype(float)


def trainer(**changed: Any) -> Trainer:
    """Of a network with everything that remembers or draws; 5 steps an epoch."""
    chosen = Training(**{"max_epochs": None, "batch_size": 5, **changed})
    network = chain(
        Dense(units=5, l2=0.001), BatchNorm(), Tanh(), Dropout(rate=0.2), Dense(units=3),
        GaussianNoise(std=0.05), Dense(units=1), Sigmoid(), BinaryCrossEntropy(),
        precision=chosen.precision,
    )  # fmt: skip
    return started(
        Trainer(network, chosen, Samples(X, T), Samples(X[:7], 1 - T[:7]), classification=True)
    )


def started(run: Trainer) -> Trainer:
    """As the thread has it before the first step: with the gradient of all samples."""
    run.network.grads[...] = run.full_gradient()
    return run


def face(run: Trainer) -> tuple[Any, ...]:
    """All that can be seen of a run, and all that it goes on from; but for the clock."""
    state = run.state()
    del state["seconds"]
    update = run.last_update()
    return (
        run.network.params.tobytes(),
        state,
        run.network.grads.tobytes(),
        repr(run.statistics(bins=8)),
        run.scores("test").loss,
        run.rate,
        None if run.order is None else run.order.tobytes(),
        None if update is None else update.tobytes(),
        run.settings,
        run.stopped_by,
    )


def faces(run: Trainer, steps: int) -> list[tuple[Any, ...]]:
    """Of every step of a run that never goes back."""
    seen = [face(run)]
    while run.step < steps:
        run.advance(1)
        seen.append(face(run))
    return seen


def go(line: Timeline, run: Trainer, step: int) -> None:
    for _ in line.restore(run, step):
        pass


def train(line: Timeline, run: Trainer, steps: int, chunk: int = 7) -> None:
    """As the thread does it, in chunks."""
    end = run.step + steps
    while run.step < end and run.advance(min(chunk, end - run.step)):
        line.note(run)


@pytest.fixture
def dense(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mark at every note, however little time has passed."""
    monkeypatch.setattr(module, "GAP", 0.0)
    monkeypatch.setattr(module, "COST_SHARE", 1e9)


def wander(make: Callable[[], Trainer], steps: int = 60) -> None:
    seen = faces(make(), steps)
    run = make()
    line = Timeline(run)
    train(line, run, steps)
    assert (line.first, line.last) == (0, steps)
    for step in (steps - 1, steps - 2, 5, 4, 0, 1, 33, 32, 31, 30, steps, 0, steps):
        go(line, run, step)
        assert run.step == step
        assert face(run) == seen[step]


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("precision", ["float64", "float32", "float16"])
def test_every_optimizer(name: str, precision: str, dense: None) -> None:
    optimizer = OPTIMIZERS[name](learning_rate=0.01, weight_decay=0.001)
    wander(lambda: trainer(optimizer=optimizer, precision=precision))


@pytest.mark.parametrize(
    "changed",
    [
        {"batch_size": None},
        {"batch_size": 1},
        {"shuffle": False},
        {"schedule": Cosine(epochs=9, floor=0.1, warm_up=7)},
        {"clipping": ByGlobalNorm(limit=0.05), "optimizer": Momentum(form="average")},
        {"stop": Stop(patience=1000)},
        {"stop": Stop(seconds=1000.0)},
    ],
    ids=repr,
)
def test_every_setting(changed: dict[str, Any], dense: None) -> None:
    wander(lambda: trainer(**changed))


def test_without_any_mark_but_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "GAP", 1e9)
    wander(lambda: trainer(optimizer=Adam()))


def test_a_run_that_was_taken_up_begins_where_it_was() -> None:
    before = trainer(optimizer=Adam())
    before.advance(13)
    run = trainer(optimizer=Adam())
    run.network.params[...] = before.network.params
    run.restore(before.state())
    started(run)
    line = Timeline(run)
    start = face(run)
    train(line, run, 20)
    go(line, run, 0)
    assert run.step == line.first == 13
    assert face(run) == start


# ---- deeds ---------------------------------------------------------------------------------------


def rate(value: float, run: Trainer) -> None:
    optimizer = msgspec.structs.replace(run.settings.optimizer, learning_rate=value)
    run.configure(msgspec.structs.replace(run.settings, optimizer=optimizer))


def setting(changed: dict[str, Any], run: Trainer) -> None:
    run.configure(msgspec.structs.replace(run.settings, **changed))


def weight(value: float, run: Trainer) -> None:
    run.network.parameters["0"]["W"][0, 0] = value


def test_what_a_hand_did_is_done_again_at_its_step(dense: None) -> None:
    run = trainer(optimizer=SGD())
    line = Timeline(run)
    train(line, run, 10)
    line.do(run, partial(rate, 0.3))
    train(line, run, 10)
    line.do(run, partial(weight, 2.0))
    after = face(run)
    train(line, run, 12)
    end = face(run)
    go(line, run, 5)
    assert run.settings.optimizer.learning_rate == SGD().learning_rate
    go(line, run, 20)
    assert run.network.parameters["0"]["W"][0, 0] == 2.0
    assert face(run) == after
    go(line, run, 32)
    assert face(run) == end
    assert line.last == 32


def test_another_deed_in_the_past_ends_what_came_after(dense: None) -> None:
    run = trainer()
    line = Timeline(run)
    train(line, run, 40)
    go(line, run, 22)
    line.do(run, partial(rate, 0.01))
    assert line.last == 22
    train(line, run, 10)
    assert line.last == 32
    other = trainer()
    other.advance(22)
    rate(0.01, other)
    other.advance(10)
    assert face(run) == face(other)
    go(line, run, 20)
    go(line, run, 32)
    assert face(run) == face(other)


def test_training_on_past_a_deed_without_it_is_another_future(dense: None) -> None:
    run = trainer()
    line = Timeline(run)
    train(line, run, 20)
    line.do(run, partial(weight, 5.0))
    train(line, run, 20)
    go(line, run, 10)
    train(line, run, 10)
    assert line.last == 40  # up to here nothing differs
    train(line, run, 4)
    assert line.last == 24
    other = trainer()
    other.advance(24)
    assert face(run) == face(other)
    go(line, run, 21)
    go(line, run, 24)
    assert face(run) == face(other)


CHANGES: list[Deed] = [
    partial(rate, 0.02),
    partial(setting, {"optimizer": Adam()}),
    partial(setting, {"optimizer": Momentum()}),
    partial(setting, {"batch_size": 4}),
    partial(setting, {"batch_size": None}),
    partial(setting, {"shuffle": False}),
    partial(setting, {"schedule": Cosine(epochs=4, warm_up=3)}),
    partial(weight, 1.5),
]


@settings(max_examples=60)
@given(
    moves=st.lists(
        st.one_of(
            st.tuples(st.just("train"), st.integers(1, 25)),
            st.tuples(st.just("go"), st.integers(0, 90)),
            st.tuples(st.just("do"), st.sampled_from(CHANGES)),
        ),
        max_size=14,
    ),
    chunk=st.integers(1, 9),
    gap=st.sampled_from([0.0, 0.0005, 1e9]),
    most=st.sampled_from([3, 8, 1000]),
)
def test_any_walk(moves: list[tuple[str, Any]], chunk: int, gap: float, most: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "GAP", gap)
        patch.setattr(module, "COST_SHARE", 1e9)
        patch.setattr(module, "MOST", most)
        run = trainer(optimizer=Momentum())
        line = Timeline(run)
        script: list[tuple[int, Deed]] = []
        done, last = 0, 0
        for kind, value in moves:
            if kind == "train":
                train(line, run, value, chunk)
                if any(at < run.step for at, _ in script[done:]):
                    del script[done:]
                    last = run.step
                last = max(last, run.step)
            elif kind == "do":
                line.do(run, value)
                script[done:] = [(run.step, value)]
                done, last = done + 1, run.step
            elif run.step != min(value, last):
                go(line, run, value)
                assert run.step == min(value, last)
                done = sum(at <= run.step for at, _ in script)
            assert line.last == last
            assert len(line._marks) <= most
        other = trainer(optimizer=Momentum())
        for at, deed in script[:done]:
            other.advance(at - other.step)
            deed(other)
        other.advance(run.step - other.step)
        assert other.network.params.tobytes() == run.network.params.tobytes()
        assert face(other)[1] == face(run)[1]
        for one in (run, other):
            one.advance(11)
        assert face(other)[:3] == face(run)[:3]


# ---- stops ---------------------------------------------------------------------------------------


def test_a_run_that_ended_can_go_on_from_before() -> None:
    run = trainer(max_epochs=8)
    line = Timeline(run)
    train(line, run, 1000)
    assert (run.step, run.stopped_by) == (40, "epochs")
    go(line, run, 17)
    assert run.stopped_by is None
    go(line, run, 40)
    assert run.stopped_by == "epochs"
    go(line, run, 39)
    assert run.advance(100) == 1


def test_a_stop_that_was_overruled_does_not_stop_the_way_back(dense: None) -> None:
    run = trainer(stop=Stop(patience=2), optimizer=SGD(learning_rate=0.5))
    line = Timeline(run)
    train(line, run, 10_000)
    assert run.stopped_by == "patience"
    stopped, at = face(run), run.step
    line.do(run, partial(setting, {"stop": Stop()}))
    train(line, run, 30)
    end = face(run)
    go(line, run, at - 3)
    go(line, run, at + 30)
    assert face(run) == end
    go(line, run, at)  # with the change
    assert face(run)[0] == stopped[0]
    assert run.stopped_by is None


def test_the_clock_goes_back_too_and_does_not_end_a_repetition() -> None:
    run = trainer(stop=Stop(seconds=12.0))
    line = Timeline(run)
    train(line, run, 10)
    run.seconds = 10.0
    line.note(run)
    train(line, run, 10)
    run.seconds = 20.0
    line.note(run)
    train(line, run, 10)
    assert (run.step, run.stopped_by) == (21, "time")
    for step in (5, 15):  # about 5 and 15 s: the marks in between are at 0, 10 and 20 s
        go(line, run, step)
        assert run.seconds == pytest.approx(step, rel=0.01)
        assert (run.step, run.stopped_by) == (step, None)


def linear(value: float, precision: Literal["float64", "float16"] = "float64") -> Trainer:
    """One weight on one sample x = 1, t = 0: J = w^2, so w <- w - 2 rate w. From w = 1."""
    network = chain(Dense(units=1, bias=False), MeanSquaredError(), features=1, precision=precision)
    chosen = Training(
        optimizer=SGD(learning_rate=value),
        batch_size=None,
        max_epochs=None,
        precision=precision,
    )
    network.parameters["0"]["W"][...] = 1.0
    one = Samples(np.ones((1, 1)), np.zeros((1, 1)))
    return started(Trainer(network, chosen, one, one, classification=False))


def fly_apart(run: Trainer, line: Timeline, steps: int = 1000) -> Diverged:
    with pytest.raises(Diverged) as found:
        train(line, run, steps)
    return found.value


@pytest.mark.parametrize(
    ("precision", "factor", "failed", "last"),
    [
        # w <- -1e5 w: 31 times make 1e155, whose square is no number any more.
        ("float64", -1e5, 32, 31),
        # w <- -1e4 w: twice makes 1e8, more than half precision holds (65,504).
        ("float16", -1e4, 3, 1),
    ],
)
def test_a_run_that_flew_apart_is_rescued_from_before(
    precision: Any, factor: float, failed: int, last: int
) -> None:
    run = linear((1 - factor) / 2, precision)
    line = Timeline(run)
    failure = fly_apart(run, line)
    assert failure.fields["step"] == failed
    line.end(run, failed - 1)
    assert (run.step, line.last, run.stopped_by) == (last, last, "diverged")
    assert run.network.params[0] == pytest.approx(factor**last, rel=1e-3)
    go(line, run, 0)
    assert run.stopped_by is None
    assert run.network.params[0] == 1.0
    line.do(run, partial(rate, 0.25))  # w <- w / 2
    train(line, run, 3)
    assert run.network.params[0] == 0.125


def test_every_step_up_to_the_failure_can_be_looked_at() -> None:
    # w <- -3 w: at step 32 the loss is 9^32 times that of the start, which counts as diverged.
    run = linear(2.0)
    line = Timeline(run)
    failure = fly_apart(run, line)
    assert failure.fields["step"] == 32
    line.end(run, 31)
    assert line.last == 31
    for step in (31, 30, 7):
        go(line, run, step)
        assert run.network.params[0] == (-3.0) ** step


@pytest.mark.parametrize("start", [0, 4])
def test_a_deed_that_ruins_everything_is_undone(start: int) -> None:
    run = linear(0.25)
    line = Timeline(run)
    train(line, run, start)
    line.do(run, partial(weight, float("inf")))
    failure = fly_apart(run, line)
    line.end(run, failure.fields["step"] - 1)
    assert line.last == start
    assert run.network.params[0] == 0.5**start
    go(line, run, start)
    assert run.stopped_by is None
    train(line, run, 1)
    assert run.network.params[0] == 0.5 ** (start + 1)


# ---- the work and its bounds -------------------------------------------------------------------


def test_a_way_back_that_is_left_off_ends_at_a_step_on_the_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "GAP", 1e9)
    monkeypatch.setattr(module, "PIECE", 0.0)  # one step at a time
    seen = faces(trainer(), 40)
    run = trainer()
    line = Timeline(run)
    train(line, run, 40)
    way = line.restore(run, 30)
    for _ in range(12):
        next(way)
    del way
    assert run.step == 12
    assert face(run) == seen[12]
    go(line, run, 40)
    assert face(run) == seen[40]


def small(sizes: tuple[int, ...] = (16, 16), optimizer: Optimizer | None = None) -> Trainer:
    """2-16-16-1 with 200 samples."""
    operations: list[Any] = []
    for units in sizes:
        operations += [Dense(units=units), Tanh()]
    network = chain(*operations, Dense(units=1), Sigmoid(), BinaryCrossEntropy())
    rng = np.random.default_rng(2)
    x = rng.normal(size=(200, 2))
    data = Samples(x, (x[:, :1] > x[:, 1:] ** 2).astype(float))
    chosen = Training(optimizer=optimizer or Adam(), max_epochs=None)
    return started(Trainer(network, chosen, data, data, classification=True))


def test_fifty_times_back_and_forth_is_the_same_run() -> None:
    seen = faces(small(), 200)
    run = small()
    line = Timeline(run)
    train(line, run, 200, chunk=10)
    rng = random.Random(3)
    for _ in range(50):
        for step in (rng.randrange(200), 200):
            go(line, run, step)
            assert face(run) == seen[step]
    run.advance(100)
    other = small()
    other.advance(300)
    assert face(run) == face(other)


def test_a_thousand_steps_take_far_less_than_200_mb(dense: None) -> None:
    run = small()
    run.advance(1)  # buffers
    tracemalloc.start()
    line = Timeline(run)
    train(line, run, 1000, chunk=1)  # a mark at every step
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # 2 * 16 + 16 + 16 * 16 + 16 + 16 + 1 = 337 parameters: Adam keeps 3 * 337 * 8 = 8,088 bytes.
    assert len(line._marks) <= 1000
    assert used < 12e6
    assert line.bytes == pytest.approx(used, rel=0.25)


def test_memory_stays_bounded_however_long_the_run(
    dense: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST", 100)
    run = small((4,), SGD())
    line = Timeline(run)
    for _ in range(5000):
        run.advance(2)
        line.note(run)
        assert len(line._marks) <= 100
    steps = [m.state.step for m in line._marks]
    assert steps[0] == 0
    assert steps == sorted(set(steps))
    # Close together near the present, further apart far from it, and none too far.
    gaps = np.diff([*steps, run.step])
    assert gaps[-5:].max() <= 20
    assert gaps.max() <= 0.4 * run.step
    go(line, run, 3333)
    other = small((4,), SGD())
    other.advance(3333)
    assert face(run) == face(other)


def test_the_bytes_are_bounded_too(dense: None, monkeypatch: pytest.MonkeyPatch) -> None:
    run = small()
    size = module._size(run)
    monkeypatch.setattr(module, "LIMIT", 12 * size)
    line = Timeline(run)
    for _ in range(300):
        run.advance(1)
        line.note(run)
        assert line.bytes <= module.LIMIT
        assert line.bytes == sum(m.bytes for m in line._marks)
    assert 4 <= len(line._marks) <= 12
    go(line, run, 111)
    other = small()
    other.advance(111)
    assert face(run) == face(other)


def test_walking_back_step_by_step_leaves_marks_on_the_way(
    dense: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PIECE", 0.0)
    run = small()
    line = Timeline(run)
    run.advance(500)
    line.note(run)
    taken = count_steps(run, monkeypatch)
    go(line, run, 499)
    assert sum(taken) == 499
    go(line, run, 498)
    assert sum(taken) == 499 + 1


def count_steps(run: Trainer, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    taken: list[int] = []
    advance = run.advance

    def counted(steps: int, *, again: bool = False) -> int:
        taken.append(advance(steps, again=again))
        return taken[-1]

    monkeypatch.setattr(run, "advance", counted)
    return taken


def test_a_very_large_network_has_no_past(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST", 100)
    run = small()
    line = Timeline(run)
    train(line, run, 20)
    assert (line.kept, line.bytes) == (False, 0)
    line.do(run, partial(rate, 0.5))
    go(line, run, 3)
    assert run.step == 20


# ---- the next batch -----------------------------------------------------------------------------


@pytest.mark.parametrize("changed", [{}, {"shuffle": False}, {"batch_size": None}], ids=repr)
def test_the_next_batch_can_be_told(changed: dict[str, Any]) -> None:
    run, plain = trainer(**changed), trainer(**changed)
    for _ in range(13):
        rows: Array = run.peek_batch()
        assert np.array_equal(rows, run.peek_batch())
        run.advance(1)
        assert np.array_equal(run.workspace.output("data"), X[rows])
    plain.advance(13)
    assert face(run) == face(plain)
