"""Projects that the drawn network is tried on."""

from __future__ import annotations

from helpers import chained

from netbuilder.data.sets.xor import Xor
from netbuilder.engine.activations.relu import ReLU
from netbuilder.engine.activations.sigmoid import Sigmoid
from netbuilder.engine.activations.tanh import Tanh
from netbuilder.engine.layers.add import Add
from netbuilder.engine.layers.batch_norm import BatchNorm
from netbuilder.engine.layers.concat import Concat
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.layers.dropout import Dropout
from netbuilder.engine.layers.input import Input
from netbuilder.engine.layers.maxout import Maxout
from netbuilder.engine.losses.binary_cross_entropy import BinaryCrossEntropy
from netbuilder.project.model import Node, Project


def mixed() -> Project:
    """A chain with every kind of column."""
    return chained(
        Dense(units=4),
        BatchNorm(),
        ReLU(),
        Dropout(rate=0.3),
        Maxout(units=3, pieces=2),
        Dense(units=1),
        Sigmoid(),
        BinaryCrossEntropy(),
    )


def branched() -> Project:
    """A shortcut round layer b into an Add, and a branch c of its own into a Concat."""
    nodes = [
        ("data", Input()),
        ("a", Dense(units=3)),
        ("tanh a", Tanh()),
        ("b", Dense(units=3)),
        ("tanh b", Tanh()),
        ("add", Add()),
        ("c", Dense(units=2)),
        ("join", Concat()),
        ("out", Dense(units=1)),
        ("prob", Sigmoid()),
        ("loss", BinaryCrossEntropy()),
    ]
    edges = (
        ("data", "a"),
        ("a", "tanh a"),
        ("tanh a", "b"),
        ("b", "tanh b"),
        ("tanh a", "add"),
        ("tanh b", "add"),
        ("add", "join"),
        ("data", "c"),
        ("c", "join"),
        ("join", "out"),
        ("out", "prob"),
        ("prob", "loss"),
    )
    return Project(
        name="Branches",
        nodes=tuple(Node(name, operation, (0.0, 0.0)) for name, operation in nodes),
        edges=edges,
        dataset=Xor(samples=40),
    )


def wide(units: int = 64) -> Project:
    """2-64-64-1 with 100 training samples."""
    return chained(
        Dense(units=units),
        Tanh(),
        Dense(units=units),
        Tanh(),
        Dense(units=1),
        Sigmoid(),
        BinaryCrossEntropy(),
        dataset=Xor(samples=200),
    )
