"""The layers beside Dense: by hand, in each mode, and against central differences."""

from __future__ import annotations

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

from netbuilder.declare import registry
from netbuilder.engine.activations.sigmoid import Sigmoid
from netbuilder.engine.activations.tanh import Tanh
from netbuilder.engine.graph import Vertex
from netbuilder.engine.initializers.normal import Normal
from netbuilder.engine.initializers.values import Values
from netbuilder.engine.layers.add import Add
from netbuilder.engine.layers.batch_norm import BatchNorm
from netbuilder.engine.layers.concat import Concat
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.layers.dropout import Dropout
from netbuilder.engine.layers.gaussian_noise import GaussianNoise
from netbuilder.engine.layers.input import Input
from netbuilder.engine.layers.layer_norm import LayerNorm
from netbuilder.engine.layers.maxout import Maxout
from netbuilder.engine.losses.half_squared_error import HalfSquaredError
from netbuilder.engine.losses.mean_squared_error import MeanSquaredError
from netbuilder.engine.network import Network
from netbuilder.engine.operation import Operation
from netbuilder.engine.settings import Training
from netbuilder.engine.trace import trace
from netbuilder.engine.trainer import Samples, Trainer
from netbuilder.errors import ShapeError

RNG = np.random.default_rng(8)
BOUND = 1e-6


def dense(units: int, **more: Any) -> Dense:
    return Dense(units=units, weight_init=Normal(std=0.7), bias_init=Normal(std=0.7), **more)


def forward(network: Network, x: Array, mode: Any = "train", node: str = "0") -> Array:
    workspace = network.workspace(len(x), mode)
    workspace.load(network.augmented(x).T, None)
    workspace.run(workspace.forward)
    return np.array(workspace.output(node))


# ---- Maxout ----


def maxout(**more: Any) -> Network:
    # Columns: piece 1 of both units, then piece 2 of both units.
    w = ((1.0, 0.0, -1.0, 2.0), (0.0, 1.0, 0.0, 0.0))
    layer = Maxout(
        units=2, weight_init=Values(values=w), bias_init=Values(values=(0.0, 0.5, 1.0, 0.0)), **more
    )
    return chain(layer, HalfSquaredError())


def test_maxout() -> None:
    # x = (1, 2): pieces (1, 2.5) and (0, 2); x = (-1, -3): pieces (-1, -2.5) and (2, -2)
    x = np.array([[1.0, 2.0], [-1.0, -3.0]])
    network = maxout()
    assert forward(network, x).tolist() == [[1.0, 2.5], [2.0, -2.0]]
    assert network.predict(x).tolist() == [[1.0, 2.5], [2.0, -2.0]]
    shown = network.workspace(2, "train").shown["0"]
    assert shown["winner"].tolist() == [[0, 0], [1, 1]]
    # J = 1/4 sum (h - t)^2 with t = 0: dJ/dh = h / 2, which goes to the winning piece alone.
    grads = network.gradients["0"]
    gradient_of(network, x, np.zeros((2, 2)))
    assert grads["b"].tolist() == [0.5, 1.25, 1.0, -1.0]
    # dJ/dW = x^T dJ/dz
    assert grads["W"].tolist() == [[0.5, 1.25, -1.0, 1.0], [1.0, 2.5, -3.0, 3.0]]


def test_the_first_of_equal_pieces_wins() -> None:
    network = maxout()
    network.params[:] = 0.0
    gradient_of(network, np.ones((1, 2)), np.ones((1, 2)))
    assert network.gradients["0"]["b"].tolist() == [-1.0, -1.0, 0.0, 0.0]


def test_maxout_of_one_piece_is_dense() -> None:
    x = RNG.normal(size=(5, 3))
    one = chain(Maxout(units=4, pieces=1), HalfSquaredError(), features=3)
    other = chain(Dense(units=4), HalfSquaredError(), features=3)
    other.params[:] = one.params
    t = np.zeros((5, 4))
    assert forward(one, x).tolist() == forward(other, x).tolist()
    assert gradient_of(one, x, t).tolist() == gradient_of(other, x, t).tolist()


# ---- normalisation ----


def test_batch_norm() -> None:
    # Unit 1: 1, 3 -> mean 2, var 1, (-1, 1) / sqrt(1 + 0.44) = ±1/1.2. Unit 2 is constant.
    x = np.array([[1.0, 5.0], [3.0, 5.0]])
    network = chain(BatchNorm(eps=0.44, momentum=0.25), HalfSquaredError())
    network.set_weights(
        {"0": {"gamma": np.array([1.2, 9.0]), "beta": np.array([10.0, 7.0])}},
    )
    assert forward(network, x) == pytest.approx(np.array([[9.0, 7.0], [11.0, 7.0]]), rel=1e-15)
    # running mean 0 + 0.25 (2, 5); variance 1 + 0.25 ((2, 0) - 1), 2 being 1 * m / (m - 1)
    named = network.parameters["0"]
    assert named["mean"].tolist() == [0.5, 1.25]
    assert named["var"].tolist() == [1.25, 0.75]
    shown = network.workspace(2, "train").shown["0"]
    assert shown["mean"].tolist() == [[2.0, 5.0]]
    assert shown["var"].tolist() == [[1.0, 0.0]]
    assert shown["xhat"] == pytest.approx(np.array([[-1 / 1.2, 0.0], [1 / 1.2, 0.0]]))
    # A prediction uses the running ones: (1 - 0.5) / sqrt(1.25 + 0.44) = 0.5 / 1.3
    predicted = network.predict(x[:1])
    assert predicted[0, 0] == pytest.approx(1.2 * 0.5 / 1.3 + 10, rel=1e-15)


def test_a_batch_of_one_leaves_the_running_variance() -> None:
    network = chain(BatchNorm(momentum=0.5), HalfSquaredError())
    network.set_weights({"0": {"beta": np.array([3.0, 4.0])}})
    assert forward(network, np.array([[8.0, -8.0]])).tolist() == [[3.0, 4.0]]
    assert network.parameters["0"]["mean"].tolist() == [4.0, -4.0]
    assert network.parameters["0"]["var"].tolist() == [1.0, 1.0]


def test_layer_norm() -> None:
    # (1, 3): mean 2, var 1 -> ±1/1.2; (5, 5): 0
    x = np.array([[1.0, 3.0], [5.0, 5.0]])
    network = chain(LayerNorm(eps=0.44), HalfSquaredError())
    network.set_weights({"0": {"gamma": np.array([1.2, 2.4]), "beta": np.array([0.0, 1.0])}})
    wanted = np.array([[-1.0, 3.0], [0.0, 1.0]])
    assert forward(network, x) == pytest.approx(wanted, rel=1e-15)
    assert network.predict(x) == pytest.approx(wanted, rel=1e-15)  # the same for one sample
    assert network.predict(x[:1]) == pytest.approx(wanted[:1], rel=1e-15)


@pytest.mark.parametrize("layer", [BatchNorm, LayerNorm])
def test_normalisation_is_not_weakened_by_penalties(layer: type[Operation]) -> None:
    network = chain(layer(), HalfSquaredError())
    assert not network.decays.any()


def test_running_statistics_are_parameters_without_a_gradient() -> None:
    network = chain(dense(3), BatchNorm(), Dense(units=1, trainable=False), MeanSquaredError())
    assert list(network.parameters["1"]) == ["gamma", "beta", "mean", "var"]
    assert list(network.gradients["1"]) == ["gamma", "beta"]
    assert network.trainable == 9 + 6
    assert network.params.size == 9 + 6 + 6 + 4
    assert [network.parameters["1"][n].tolist() for n in ("gamma", "mean", "var")] == [
        [1, 1, 1],
        [0, 0, 0],
        [1, 1, 1],
    ]
    bare = chain(dense(3), BatchNorm(affine=False), MeanSquaredError())
    assert list(bare.parameters["1"]) == ["mean", "var"]
    assert "1" not in bare.gradients
    # They lie behind all that is learned, and no two parameters share a place.
    network.params[:] = np.arange(network.params.size)
    found = [v for named in network.parameters.values() for a in named.values() for v in a.flat]
    assert sorted(found) == list(range(network.params.size))
    assert network.parameters["1"]["mean"].min() >= network.trainable


# ---- several inputs ----


def branched(operation: Operation, widths: tuple[int, int] = (2, 2)) -> Network:
    vertices = [
        Vertex("data", Input(), ()),
        Vertex("a", dense(widths[0]), ("data",)),
        Vertex("b", dense(widths[1]), ("data",)),
        Vertex("join", operation, ("a", "b", "data")),
        Vertex("loss", HalfSquaredError(), ("join",)),
    ]
    network = Network(vertices, 2)
    network.initialize(1)
    return network


def test_add_and_concat() -> None:
    x = RNG.normal(size=(4, 2))
    for operation, joined in (
        (Add(), lambda a, b: a + b + x),
        (Concat(), lambda a, b: np.hstack([a, b, x])),
    ):
        network = branched(operation)
        workspace = loaded(network, x, np.zeros((4, network.outputs)))
        workspace.run(workspace.forward)
        a, b = (np.array(workspace.output(n)) for n in "ab")
        assert workspace.output("join").tolist() == joined(a, b).tolist()
    assert branched(Concat(), (3, 1)).outputs == 6


def test_unequal_widths_cannot_be_added() -> None:
    with pytest.raises(ShapeError, match=r"equal width can be added, but they have 3, 1 and 2 u"):
        branched(Add(), (3, 1))


# ---- noise ----


def test_dropout_keeps_the_mean() -> None:
    network = chain(Dropout(rate=0.25), HalfSquaredError(), features=200)
    x = np.ones((500, 200))
    y = forward(network, x)
    assert set(np.unique(y)) == {0.0, 1.0 / 0.75}
    # 10^5 draws: the share that is dropped strays by sqrt(0.25 * 0.75 / 1e5) = 0.0014
    assert abs(float(np.mean(y == 0.0)) - 0.25) < 0.006
    assert (y == network.workspace(500, "train").shown["0"]["mask"]).all()
    assert (forward(network, x) != y).any()  # drawn anew
    assert (network.predict(x) == x).all()


def test_gaussian_noise() -> None:
    network = chain(GaussianNoise(std=0.5), HalfSquaredError(), features=200)
    x = np.full((500, 200), 3.0)
    e = forward(network, x) - x
    assert abs(float(e.mean())) < 4 * 0.5 / np.sqrt(1e5)
    assert abs(float(e.std()) - 0.5) < 4 * 0.5 / np.sqrt(2e5)
    assert (network.predict(x) == x).all()


def test_nothing_is_dropped_at_rate_0() -> None:
    for precision in ("float64", "float32", "float16"):
        network = chain(Dropout(rate=0.0), HalfSquaredError(), precision=precision)
        x = np.ones((1000, 2))
        assert (forward(network, x) == x).all()


@pytest.mark.parametrize("precision", ["float64", "float32", "float16"])
@pytest.mark.parametrize("layer", [Dropout(rate=0.5), GaussianNoise(std=0.5)], ids=repr)
def test_the_stream_belongs_to_the_node_and_the_seed(layer: Operation, precision: str) -> None:
    x = np.ones((6, 3))

    def drawn(seed: int, sizes: tuple[int, ...]) -> list[list[float]]:
        network = chain(layer, HalfSquaredError(), features=3, precision=precision, seed=seed)
        found: list[list[float]] = []
        for m in sizes:
            found += forward(network, x[:m]).tolist()
        return found

    assert drawn(0, (2, 4)) == drawn(0, (2, 4))
    assert drawn(0, (6,)) != drawn(1, (6,))
    network = chain(layer, layer, HalfSquaredError(), features=3, precision=precision)
    forward(network, x)
    one, two = (network.workspace(6, "train").shown[n] for n in "01")
    assert all((one[name] != two[name]).any() for name in one)  # each node has its own


def test_initialising_again_begins_the_streams_again() -> None:
    network = chain(Dropout(), HalfSquaredError(), features=5)
    x = np.ones((9, 5))
    first = forward(network, x)
    network.initialize(0)
    assert forward(network, x).tolist() == first.tolist()


# ---- modes ----


def noisy() -> Network:
    return chain(
        dense(4), BatchNorm(), Tanh(), Dropout(), GaussianNoise(), dense(1), MeanSquaredError()
    )


def test_a_trace_shows_what_the_next_step_computes_and_leaves_it_to_be_computed() -> None:
    x, t = RNG.normal(size=(7, 2)), RNG.normal(size=(7, 1))
    samples = Samples(x, t)
    settings = Training(batch_size=None, shuffle=False, test_fraction=0.0)
    quiet, watched = (
        Trainer(noisy(), settings, samples, Samples(x[:0], t[:0]), classification=False)
        for _ in "ab"
    )
    for _ in range(3):
        taken = trace(watched.network, x, t, watched.update)
        again = trace(watched.network, x, t, watched.update)
        assert taken.to_data() == again.to_data()
        watched.full_gradient()
        watched.scores("train")
        quiet.advance(1), watched.advance(1)
        assert quiet.network.params.tobytes() == watched.network.params.tobytes()
        # Its update is the step that was then taken, and its numbers are those of that step.
        for node, named in taken.update.items():
            for name, values in named.items():
                assert values.tolist() == watched.network.parameters[node][name].tolist()
        workspace = watched.workspace
        for found in taken.forward:
            assert found.output.tolist() == workspace.output(found.node).tolist()
        mask = next(f for f in taken.forward if f.node == "3").shown["mask"]
        assert mask.tolist() == workspace.shown["3"]["mask"].tolist()
    assert set(taken.update["1"]) == {"gamma", "beta"}
    assert {k for f in taken.to_data()["forward"] for k in f.get("shown", ())} == {
        "mean", "var", "xhat", "mask", "noise",
    }  # fmt: skip


def test_a_probe_is_without_noise_and_without_side_effects() -> None:
    x, t = RNG.normal(size=(7, 2)), RNG.normal(size=(7, 1))
    network = noisy()
    before = network.params.copy()
    streams = {i: s.bit_generator.state for i, s in network.streams.items()}
    first = gradient_of(network, x, t, mode="probe")
    assert gradient_of(network, x, t, mode="probe").tolist() == first.tolist()
    assert network.params.tobytes() == before.tobytes()
    assert {i: s.bit_generator.state for i, s in network.streams.items()} == streams
    calm = chain(dense(4), BatchNorm(), Tanh(), dense(1), MeanSquaredError())
    calm.set_weights({"0": network.parameters["0"], "3": network.parameters["5"]})
    assert gradient_of(calm, x, t).tolist() == first.tolist()
    numeric = central_differences(
        lambda: loss_of(network, x, t, mode="probe"), network.params[: network.trainable]
    )
    assert relative_error(first, numeric) <= BOUND


# ---- gradients ----

VARIANTS: list[Operation] = [
    BatchNorm(),
    BatchNorm(affine=False, eps=0.5),
    LayerNorm(),
    LayerNorm(affine=False, eps=0.5),
    Maxout(units=3, pieces=1, weight_init=Normal(std=0.7)),
    Maxout(units=3, pieces=4, bias=False, weight_init=Normal(std=0.7)),
    Maxout(units=3, pieces=3, trainable=False, weight_init=Normal(std=0.7)),
    Dropout(rate=0.4),
    GaussianNoise(std=0.3),
]


@pytest.mark.parametrize("m", [1, 2, 6])
@pytest.mark.parametrize("layer", VARIANTS, ids=repr)
def test_gradients(layer: Operation, m: int) -> None:
    """In a trace the noise stays as it is from pass to pass, so differences are meaningful."""
    rng = np.random.default_rng(m)
    x, t = rng.normal(size=(m, 3)), rng.normal(size=(m, 2))
    network = chain(dense(4), Tanh(), layer, dense(2), MeanSquaredError(), features=3)
    network.params[: network.trainable] += 0.1 * rng.normal(size=network.trainable)
    analytic = gradient_of(network, x, t, mode="trace")
    to_input = np.array(network.workspace(m, "trace").grad_output("data"))
    trained = network.params[: network.trainable]
    numeric = central_differences(lambda: loss_of(network, x, t, mode="trace"), trained)
    assert relative_error(analytic, numeric) <= BOUND
    numeric = central_differences(lambda: loss_of(network, x, t, mode="trace"), x)
    assert relative_error(to_input, numeric) <= BOUND


@pytest.mark.parametrize("operation", [Add(), Concat()], ids=repr)
def test_gradients_of_joints(operation: Operation) -> None:
    x, t = RNG.normal(size=(5, 2)), RNG.normal(size=(5, 6 if isinstance(operation, Concat) else 2))
    network = branched(operation)
    analytic = gradient_of(network, x, t, mode="trace")
    to_input = np.array(network.workspace(5, "trace").grad_output("data"))
    numeric = central_differences(lambda: loss_of(network, x, t), network.params)
    assert relative_error(analytic, numeric) <= BOUND
    assert relative_error(to_input, central_differences(lambda: loss_of(network, x, t), x)) <= BOUND


@pytest.mark.parametrize("layer", VARIANTS, ids=repr)
def test_directly_behind_the_data(layer: Operation) -> None:
    """Where the input is a view of the batch at hand, not a buffer."""
    x, t = RNG.normal(size=(6, 3)), RNG.normal(size=(6, 2))
    network = chain(layer, dense(2), MeanSquaredError(), features=3)
    analytic = gradient_of(network, x, t, mode="trace")
    trained = network.params[: network.trainable]
    numeric = central_differences(lambda: loss_of(network, x, t, mode="trace"), trained)
    assert relative_error(analytic, numeric) <= BOUND


def test_penalties_are_part_of_the_gradient() -> None:
    x, t = RNG.normal(size=(5, 3)), RNG.normal(size=(5, 2))
    punished = dense(4, l1=0.3, l2=0.2)
    network = chain(punished, Sigmoid(), dense(2, l2=0.5), MeanSquaredError(), features=3)
    numeric = central_differences(
        lambda: loss_of(network, x, t) + network.penalty(), network.params
    )
    assert relative_error(gradient_of(network, x, t), numeric) <= BOUND
    assert relative_error(gradient_of(network, x, t, mode="probe"), numeric) <= BOUND
    # l1 |w| + l2 w^2 / 2 for w = (1, -2): 0.3 * 3 + 0.2 * 5 / 2, the bias spared
    one = chain(
        Dense(units=1, l1=0.3, l2=0.2, weight_init=Values(values=((1.0,), (-2.0,)))),
        MeanSquaredError(),
    )
    assert one.penalty() == pytest.approx(1.4)
    # at the prediction 3 * 1 - 2 * -2 + 0 = t the gradient is that of the penalty alone
    x, t = np.array([[3.0, -2.0]]), np.array([[7.0]])
    assert gradient_of(one, x, t) == pytest.approx([0.3 + 0.2, -0.3 - 0.4, 0.0])


# ---- every precision, every size ----

INNER = {
    n: c
    for n, c in registry(Operation).items()
    if c.kind in ("layer", "normalisation", "regularisation")
}


@pytest.mark.parametrize("precision", ["float64", "float32", "float16"])
@pytest.mark.parametrize("name", INNER)
def test_every_layer_trains_in_every_precision(name: str, precision: str) -> None:
    x = RNG.normal(size=(23, 2))
    t = x[:, :1] * 0.5 - x[:, 1:]
    fewest = max(1, INNER[name].inputs[0])
    vertices = [Vertex("data", Input(), ())]
    vertices += [Vertex(f"d{i}", Dense(units=4), ("data",)) for i in range(fewest)]
    vertices.append(Vertex("it", INNER[name](), tuple(f"d{i}" for i in range(fewest))))
    for operation in (Tanh(), Dense(units=1), MeanSquaredError()):
        vertices.append(Vertex(type(operation).__name__, operation, (vertices[-1].id,)))
    network = Network(vertices, 2, precision)
    network.initialize(0)
    settings = Training(batch_size=11, max_epochs=None)  # 11, 11 and a last batch of one
    samples = Samples(x, t)
    trainer = Trainer(network, settings, samples, samples, classification=False)
    start = trainer.scores("train").loss
    trainer.advance(300)
    assert np.isfinite(network.params).all()
    assert network.params.dtype == precision
    assert trainer.scores("train").loss < start


def test_half_precision_means_do_not_overflow() -> None:
    """Two thousand numbers around 100: their sum is beyond the largest half-precision number."""
    network = chain(BatchNorm(), HalfSquaredError(), features=1, precision="float16")
    x = 100.0 + RNG.normal(size=(2000, 1))
    y = forward(network, x).astype(np.float64)
    assert abs(float(y.mean())) < 0.05
    assert float(y.std()) == pytest.approx(1.0, abs=0.1)
