"""Graphs, shapes, parameters in one vector, predictions and pictures of them."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import chain, loaded
from hypothesis import given
from hypothesis import strategies as st

from netbuilder.engine.activations.relu import ReLU
from netbuilder.engine.activations.sigmoid import Sigmoid
from netbuilder.engine.activations.softmax import Softmax
from netbuilder.engine.activations.tanh import Tanh
from netbuilder.engine.graph import Vertex, ancestors, cycle, topological_order
from netbuilder.engine.initializers.ones import Ones
from netbuilder.engine.initializers.values import Values
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.layers.input import Input
from netbuilder.engine.losses.binary_cross_entropy import BinaryCrossEntropy
from netbuilder.engine.losses.categorical_cross_entropy import CategoricalCrossEntropy
from netbuilder.engine.losses.mean_squared_error import MeanSquaredError
from netbuilder.engine.network import PREDICT_ROWS, Network, NetworkError
from netbuilder.engine.surface import surface_maker
from netbuilder.errors import ShapeError

# ---- graphs ----


def test_topological_order_puts_inputs_first() -> None:
    inputs = {"d": ["b", "c"], "b": ["a"], "c": ["a"], "a": []}
    assert topological_order(inputs) == ["a", "b", "c", "d"]
    assert cycle(inputs) == []
    assert ancestors(inputs, ["b"]) == {"a", "b"}


def test_a_circle_is_named_in_the_order_of_its_wires() -> None:
    # a -> b -> c -> b, and d hangs behind the circle
    inputs = {"a": [], "b": ["a", "c"], "c": ["b"], "d": ["c"]}
    assert topological_order(inputs) == ["a"]
    ring = cycle(inputs)
    assert sorted(ring) == ["b", "c"]
    assert all(a in inputs[b] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True))
    assert cycle({"a": ["a"]}) == ["a"]


@given(st.dictionaries(st.sampled_from("abcdefg"), st.lists(st.sampled_from("abcdefg"))))
def test_any_graph_is_ordered_or_has_a_circle(inputs: dict[str, list[str]]) -> None:
    inputs = {v: [u for u in us if u in inputs] for v, us in inputs.items()}
    order = topological_order(inputs)
    for i, v in enumerate(order):
        assert set(inputs[v]) <= set(order[:i])
    ring = cycle(inputs)
    assert bool(ring) == (len(order) < len(inputs))
    for a, b in zip(ring, [*ring[1:], *ring[:1]], strict=True):
        assert a in inputs[b]


# ---- what is no network ----


def network(*vertices: tuple[str, object, tuple[str, ...]], features: int = 2) -> Network:
    return Network([Vertex(i, op, inputs) for i, op, inputs in vertices], features)  # type: ignore[arg-type]


def test_exactly_one_loss() -> None:
    data = ("data", Input(), ())
    with pytest.raises(NetworkError, match="exactly one loss"):
        network(data)
    with pytest.raises(NetworkError, match="exactly one loss"):
        network(data, ("a", MeanSquaredError(), ("data",)), ("b", MeanSquaredError(), ("data",)))
    with pytest.raises(NetworkError, match="one input"):
        network(data, ("loss", MeanSquaredError(), ()))


def test_no_circle_and_no_loose_end() -> None:
    with pytest.raises(NetworkError, match="circle"):
        network(("a", Tanh(), ("b",)), ("b", Tanh(), ("a",)), ("loss", MeanSquaredError(), ("b",)))
    with pytest.raises(NetworkError, match="'a' has no input"):
        network(("a", Dense(), ()), ("loss", MeanSquaredError(), ("a",)))


def test_what_does_not_lead_to_the_loss_is_left_out() -> None:
    net = network(
        ("data", Input(), ()),
        ("a", Dense(units=1), ("data",)),
        ("idle", Dense(units=9), ("data",)),
        ("loss", MeanSquaredError(), ("a",)),
    )
    assert [v.id for v in net.vertices] == ["data", "a"]
    assert net.params.size == 3


# ---- parameters ----


def test_parameters_lie_in_one_vector_of_which_all_others_are_views() -> None:
    net = chain(Dense(units=3), Tanh(), Dense(units=1), MeanSquaredError())
    assert net.params.size == 2 * 3 + 3 + 3 * 1 + 1
    net.params[:] = np.arange(13)
    assert net.parameters["0"]["W"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert net.parameters["0"]["b"].tolist() == [6, 7, 8]
    assert net.parameters["2"]["W"].tolist() == [[9], [10], [11]]
    assert net.parameters["2"]["b"].tolist() == [12]
    for named in (*net.parameters.values(), *net.gradients.values()):
        assert all(view.base is not None for view in named.values())


def test_frozen_parameters_come_last() -> None:
    net = chain(Dense(units=3, trainable=False), Tanh(), Dense(units=1), MeanSquaredError())
    assert net.trainable == net.grads.size == 4
    assert (net.slots["2"].start, net.slots["0"].start) == (0, 4)
    assert list(net.parameters) == ["0", "2"]  # named in the order of the network all the same
    assert list(net.gradients) == ["2"]


def test_a_changed_layer_leaves_the_start_of_the_others() -> None:
    small = chain(
        Dense(units=3), Tanh(), Dense(units=5), Tanh(), Dense(units=1), MeanSquaredError()
    )
    large = chain(
        Dense(units=3), Tanh(), Dense(units=7), Tanh(), Dense(units=1), MeanSquaredError()
    )
    assert small.parameters["0"]["W"].tobytes() == large.parameters["0"]["W"].tobytes()
    other = chain(Dense(units=3), MeanSquaredError(), seed=1)
    assert small.parameters["0"]["W"].tobytes() != other.parameters["0"]["W"].tobytes()


def test_typed_in_values_that_do_not_fit_name_the_layer() -> None:
    with pytest.raises(ShapeError, match=r"^0\.W: the typed-in values have the shape 1 x 1"):
        chain(Dense(units=3, weight_init=Values(values=((1.0,),))), MeanSquaredError())


def test_weights_are_taken_over_whole_or_not_at_all() -> None:
    net = chain(Dense(units=1), Tanh(), Dense(units=1), MeanSquaredError())
    before = net.params.copy()
    good = {"W": np.ones((2, 1)), "b": np.ones(1)}
    for node, wrong in (
        ("2", {"W": np.ones((2, 2))}),
        ("2", {"V": np.ones((1, 1))}),
        ("nine", {"W": np.ones((1, 1))}),
    ):
        with pytest.raises(ShapeError):
            net.set_weights({"0": good, node: wrong})
        assert net.params.tobytes() == before.tobytes()
    net.set_weights({"0": good})
    assert net.params.tolist() == [1.0, 1.0, 1.0, *before[3:]]
    assert net.fits("0", good)
    assert not net.fits("0", {"W": np.ones((2, 1))})
    assert not net.fits("data", {})
    copies = net.get_weights()
    copies["0"]["W"][:] = 9
    assert net.params[0] == 1.0
    moved = net.weights_from(np.arange(5.0))
    assert moved["2"]["W"].tolist() == [[3.0]]


@pytest.mark.parametrize("precision", ["float64", "float32", "float16"])
def test_precision(precision: str) -> None:
    net = chain(Dense(units=3), Tanh(), Dense(units=1), MeanSquaredError(), precision=precision)
    assert net.params.dtype == net.grads.dtype == precision
    out = net.predict(np.array([[0.5, -0.5]]))
    assert out.dtype == np.float64
    assert np.isfinite(out).all()
    assert net.get_weights()["0"]["W"].dtype == np.float64


# ---- prediction ----


def test_predictions_do_not_depend_on_how_many_are_asked_for() -> None:
    net = chain(Dense(units=5), ReLU(), Dense(units=2), MeanSquaredError())
    x = np.random.default_rng(0).normal(size=(2 * PREDICT_ROWS + 17, 2))
    together = net.predict(x)
    one_by_one = np.vstack([net.predict(row[None]) for row in x[-20:]])
    assert together.shape == (len(x), 2)
    assert together[-20:] == pytest.approx(one_by_one, rel=1e-13)
    assert net.predict(np.empty((0, 2))).shape == (0, 2)


def test_training_is_not_disturbed_by_a_prediction() -> None:
    net = chain(Dense(units=2), Tanh(), MeanSquaredError())
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    workspace = loaded(net, x, np.zeros((2, 2)))
    workspace.run(workspace.forward)
    kept = workspace.output("1").copy()
    net.predict(-x)
    assert workspace.output("1").tobytes() == kept.tobytes()


def test_many_batch_sizes_do_not_pile_up() -> None:
    net = chain(Dense(units=2), MeanSquaredError())
    for m in range(1, 60):
        assert net.predict(np.ones((m, 2))).shape == (m, 2)
    assert len(net._workspaces) <= 17


# ---- surfaces ----


def test_surface_of_a_binary_network() -> None:
    net = chain(
        Dense(units=1, weight_init=Values(values=((1.0,), (0.0,)))), Sigmoid(), BinaryCrossEntropy()
    )
    maker = surface_maker(net, np.array([[-1.0, -2.0], [1.0, 2.0]]), 2, resolution=5)
    assert maker is not None
    surface = maker.make()
    # The larger half-range is 2, with a margin of 15 %: the same scale on both axes.
    assert surface.extent == pytest.approx((-2.3, 2.3, -2.3, 2.3))
    assert surface.kind == "binary"
    assert surface.values.shape == (5, 5)
    # It depends on x1 alone: rows are alike, columns grow, and the middle is 1/2.
    assert (surface.values == surface.values[0]).all()
    assert (np.diff(surface.values[0]) > 0).all()
    assert surface.values[2, 2] == 0.5
    assert surface.values[0, 0] == pytest.approx(1 / (1 + np.exp(2.3)))


def test_other_surfaces() -> None:
    x = np.array([[0.0, 0.0], [1.0, 1.0]])
    classes = chain(Dense(units=3), Softmax(), CategoricalCrossEntropy())
    shown = surface_maker(classes, x, 3, resolution=4)
    assert shown is not None
    surface = shown.make()
    assert (surface.kind, surface.values.shape) == ("multiclass", (4, 4, 3))
    assert surface.values.sum(axis=2) == pytest.approx(np.ones((4, 4)))
    plane = surface_maker(chain(Dense(units=2), MeanSquaredError()), x, None, resolution=4)
    assert plane is not None
    assert (plane.make().kind, plane.make().values.shape) == ("regression", (4, 4))
    line = surface_maker(
        chain(Dense(units=1, weight_init=Ones()), MeanSquaredError(), features=1), x[:, :1], None, 5
    )
    assert line is not None
    curve = line.make()
    assert curve.kind == "curve"
    assert curve.values[:, 0] == pytest.approx(np.linspace(*curve.extent[:2], 5))
    three = chain(Dense(units=1), MeanSquaredError(), features=3)
    assert surface_maker(three, np.zeros((2, 3)), None) is None
    assert surface_maker(classes, np.empty((0, 2)), 3) is None
    same = surface_maker(classes, np.ones((2, 2)), 3)
    assert same is not None
    assert same.extent == (0.0, 2.0, 0.0, 2.0)  # a single point still gets a plane
