"""A loss that decides at another value than 0.5 does so in scores and pictures too."""

from __future__ import annotations

import numpy as np

from netbuilder.engine.graph import Vertex
from netbuilder.engine.initializers.values import Values
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.layers.input import Input
from netbuilder.engine.losses.hinge import Hinge
from netbuilder.engine.network import Network
from netbuilder.engine.settings import Training
from netbuilder.engine.surface import SurfaceMaker
from netbuilder.engine.trainer import Samples, Trainer


def scorer() -> Network:
    """One unit, score = x1 - x2."""
    dense = Dense(units=1, weight_init=Values(values=((1.0,), (-1.0,))))
    network = Network(
        [Vertex("x", Input(), ()), Vertex("z", dense, ("x",)), Vertex("j", Hinge(), ("z",))], 2
    )
    network.initialize(0)
    return network


def test_a_hinge_network_decides_at_zero() -> None:
    # Scores 0.3 (class 1), 0.2 (class 1), -0.3 (class 0): all right at 0, two wrong at 0.5.
    x = np.array([[0.3, 0.0], [0.2, 0.0], [0.0, 0.3]])
    y = np.array([[1.0], [1.0], [0.0]])
    nothing = Samples(np.empty((0, 2)), np.empty((0, 1)))
    trainer = Trainer(
        scorer(), Training(batch_size=None), Samples(x, y), nothing, classification=True
    )
    assert trainer.scores("train").metric == 1.0


def test_the_picture_shows_the_margin_round_the_decision() -> None:
    maker = SurfaceMaker(
        scorer(), np.array([-2.0, -2.0]), np.array([2.0, 2.0]), classes=2, resolution=5
    )
    surface = maker.make()
    assert surface.kind == "binary"
    # On the diagonal the score is 0, the decision itself; beyond the margin of 1 all is sure.
    assert np.allclose(np.diag(surface.values), 0.5)
    assert surface.values[0, -1] == 1.0
    assert surface.values[-1, 0] == 0.0
