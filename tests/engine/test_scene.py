"""Pictures as they are wished: worked by hand for small networks."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import chain

from netbuilder.engine.activations.sigmoid import Sigmoid
from netbuilder.engine.activations.tanh import Tanh
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.losses.binary_cross_entropy import BinaryCrossEntropy
from netbuilder.engine.network import Network
from netbuilder.engine.plane import PlaneChoice
from netbuilder.engine.scene import Scene, SceneMaker, ShownSamples, Wish

X = np.array([[-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0], [1.0, 1.0]])
LABELS = np.array([0, 1, 0, 1])


def network(features: int = 2, units: int = 2) -> Network:
    """data -> Dense "0" -> Tanh "1" -> Dense "2" of one unit -> Sigmoid "3"."""
    return chain(
        Dense(units=units), Tanh(), Dense(units=1), Sigmoid(), BinaryCrossEntropy(),
        features=features,
    )  # fmt: skip


def scene_of(net: Network, wish: Wish, x: np.ndarray = X, *, live: bool = False) -> Scene:
    maker = SceneMaker(net, x, x, 2, ShownSamples(x, len(x), LABELS))
    scene = maker.make(wish, live=live)
    assert scene is not None
    return scene


def test_nothing_is_computed_that_is_not_wished() -> None:
    scene = scene_of(network(), Wish(surface=False))
    assert (scene.surface, scene.answers, scene.unit, scene.space) == (None,) * 4


def test_wrong_samples_are_named() -> None:
    net = network()
    net.set_weights(
        {
            "0": {"W": np.eye(2), "b": np.zeros(2)},
            "2": {"W": np.array([[1.0], [0.0]]), "b": np.array([0.5])},
        }
    )
    # z = tanh(x1) + 0.5 with tanh(1) = 0.76: below 0 for x1 = -1, so that all four are right.
    answers = scene_of(net, Wish(answers=True)).answers
    assert answers is not None
    assert answers.wrong is not None
    assert answers.wrong.tolist() == [False] * 4
    net.parameters["2"]["b"][...] = 1.0  # above 0 everywhere: the two of class 0 are wrong
    answers = scene_of(net, Wish(answers=True)).answers
    assert answers is not None
    assert answers.wrong is not None
    assert answers.wrong.tolist() == [True, False, True, False]


def test_a_units_map_is_its_output_on_the_grid_of_the_surface() -> None:
    net = network()
    net.set_weights({"0": {"W": np.array([[1.0, 0.0], [0.0, 2.0]]), "b": np.array([0.0, 1.0])}})
    scene = scene_of(net, Wish(unit=("1", 1)))
    assert scene.unit is not None
    assert scene.surface is not None
    n = len(scene.surface.values)
    # Unit 2 of the Tanh: tanh(2 x2 + 1), with x2 from -1.15 to 1.15 up the rows.
    wanted = np.tanh(2 * np.linspace(-1.15, 1.15, n) + 1)
    assert scene.unit.values == pytest.approx(np.tile(wanted[:, None], (1, n)))


def test_the_space_of_two_units_is_theirs_with_the_next_ones_line() -> None:
    net = network()
    net.set_weights(
        {
            "0": {"W": np.eye(2), "b": np.zeros(2)},
            "2": {"W": np.array([[3.0], [4.0]]), "b": np.array([5.0])},
        }
    )
    space = scene_of(net, Wish(space="1")).space
    assert space is not None
    assert space.places == pytest.approx(np.tanh(X))
    assert space.cut is not None
    assert (space.cut.tolist(), space.next) == ([3.0, 4.0, 5.0], "2")
    assert space.lines.shape == (26, 33, 2)
    # The first line runs along x2 = -1.15, the last along x1 = 1.15.
    assert space.lines[0][:, 1] == pytest.approx(np.full(33, np.tanh(-1.15)))
    assert space.lines[-1][:, 0] == pytest.approx(np.full(33, np.tanh(1.15)))


def test_more_units_are_shown_by_their_principal_components() -> None:
    net = network(units=5)
    space = scene_of(net, Wish(space="0")).space
    assert space is not None
    # A linear layer of two features has no third direction.
    assert sum(space.explained) == pytest.approx(1.0)
    assert space.places.shape == (4, 2)
    assert space.cut is None


def test_more_features_are_looked_at_on_a_plane() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(4, 4))
    net = network(features=4)
    scene = scene_of(net, Wish(PlaneChoice((1, 3))), x)
    assert scene.surface is not None
    corner = x.mean(axis=0)
    corner[[1, 3]] = scene.plane.extent[0], scene.plane.extent[2]
    assert scene.surface.values[0, 0] == pytest.approx(net.predict(corner[None])[0, 0])


def test_a_wide_network_costs_few_points_while_it_learns() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(4, 784))
    net = network(features=784, units=256)
    live, rest = (scene_of(net, Wish(), x, live=live) for live in (True, False))
    assert live.surface is not None
    assert rest.surface is not None
    assert live.surface.values.shape == (24, 24)
    assert rest.surface.values.shape == (40, 40)


def test_weights_that_are_no_numbers_break_nothing() -> None:
    net = network(units=5)
    net.params[...] = np.nan
    scene = scene_of(net, Wish(answers=True, unit=("1", 0), space="1"))
    assert scene.surface is not None
    assert np.isnan(scene.surface.values).all()
    assert scene.space is not None
    assert scene.space.places.shape == (4, 2)


def test_unknown_nodes_are_left_out() -> None:
    scene = scene_of(network(), Wish(unit=("gone", 0), space="gone"))
    assert (scene.unit, scene.space) == (None, None)
    assert scene_of(network(), Wish(unit=("1", 9))).unit is None


def test_a_large_network_is_asked_about_a_part_of_the_samples_at_a_time() -> None:
    # 200 * 300 + 300 + 301 parameters and 602 units are some 75,000 multiplications a sample, and
    # 600 samples 4.5e7 of them: four parts of 1.2e7.
    net = network(features=200, units=300)
    net.initialize(0)
    x = np.random.default_rng(0).normal(size=(600, 200))
    maker = SceneMaker(net, x, x, 2, ShownSamples(x, 600, np.zeros(600, np.intp)))
    wish = Wish(surface=False, answers=True)

    def outputs(live: bool) -> np.ndarray:
        scene = maker.make(wish, live=live)
        assert scene is not None
        assert scene.answers is not None
        return scene.answers.outputs[:, 0]

    first = outputs(live=True)  # of all: there was nothing before
    net.parameters["2"]["b"][...] += 5.0
    asked = [(outputs(live=True) != first).mean() for _ in range(4)]
    assert asked == [0.25, 0.5, 0.75, 1.0]
    assert (outputs(live=True) == outputs(live=False)).all()
    # At rest all of them tell the present weights at once.
    net.parameters["2"]["b"][...] -= 5.0
    assert (outputs(live=False) == first).all()


def test_a_small_network_is_asked_about_every_sample() -> None:
    net = network()
    net.initialize(0)
    maker = SceneMaker(net, X, X, 2, ShownSamples(X, len(X), LABELS))
    before = maker.make(Wish(answers=True), live=True)
    net.parameters["2"]["b"][...] += 1.0
    after = maker.make(Wish(answers=True), live=True)
    assert before is not None
    assert after is not None
    assert before.answers is not None
    assert after.answers is not None
    assert (after.answers.outputs > before.answers.outputs).all()
