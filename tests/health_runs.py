"""Runs without a window, recorded as the program records them, and networks made to fail."""

from __future__ import annotations

from typing import Any

import numpy as np
from helpers import chained

from netbuilder import declare
from netbuilder.data.dataset import Dataset
from netbuilder.engine.initializer import Initializer
from netbuilder.engine.initializers.constant import Constant
from netbuilder.engine.initializers.he_normal import HeNormal
from netbuilder.engine.initializers.normal import Normal
from netbuilder.engine.initializers.xavier_uniform import XavierUniform
from netbuilder.engine.initializers.zeros import Zeros
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.operation import Operation
from netbuilder.engine.optimizer import Optimizer
from netbuilder.engine.settings import Training
from netbuilder.errors import Diverged
from netbuilder.project.build import build
from netbuilder.project.evidence import Evidence
from netbuilder.project.health import Verdict, diagnose
from netbuilder.project.model import Project
from netbuilder.project.observe import Observer


def network(
    activation: str,
    units: int,
    depth: int,
    *,
    init: Initializer | None = None,
    bias: Initializer | None = None,
    data: str = "circle",
    samples: int = 200,
    noise: float = 0.0,
    optimizer: str = "SGD",
    rate: float = 0.1,
    batch: int | None = 10,
) -> Project:
    """Two classes, told by `depth` hidden layers of so many units and a sigmoid."""
    known: Any = declare.registry(Operation)
    makers: Any = declare.registry(Dataset)
    optimizers: Any = declare.registry(Optimizer)
    starts: Any = {"weight_init": init or XavierUniform(), "bias_init": bias or Zeros()}
    operations: list[Operation] = []
    for _ in range(depth):
        operations += [Dense(units=units, **starts), known[activation]()]
    operations += [Dense(units=1, **starts), known["Sigmoid"](), known["BinaryCrossEntropy"]()]
    return chained(
        *operations,
        dataset=makers[data](samples=samples, noise=noise),
        training=Training(
            optimizer=optimizers[optimizer](learning_rate=rate), batch_size=batch, max_epochs=None
        ),
    )


FAILING: dict[str, tuple[str, Project]] = {
    "10 sigmoid layers, N(0, 0.01²)": (
        "vanishing",
        network("Sigmoid", 8, 10, init=Normal(std=0.01)),
    ),
    "10 tanh layers, N(0, 0.01²)": ("vanishing", network("Tanh", 8, 10, init=Normal(std=0.01))),
    "10 tanh layers, sigma 3": ("saturated", network("Tanh", 8, 10, init=Normal(std=3.0))),
    "10 ReLU layers, sigma 1": (
        "exploding",
        network("ReLU", 16, 10, init=Normal(std=1.0), rate=0.03),
    ),
    "zeros": ("symmetric", network("Tanh", 8, 2, init=Zeros())),
    "all weights alike": ("symmetric", network("Sigmoid", 4, 2, init=Constant(value=1.0))),
    "ReLU, bias -10": (
        "dead_units",
        network("ReLU", 8, 2, init=HeNormal(), bias=Constant(value=-10.0)),
    ),
    "ReLU, rate 3": ("dead_units", network("ReLU", 8, 2, init=HeNormal(), rate=3.0)),
    "rate 1e-6": ("rate_too_low", network("Tanh", 8, 2, rate=1e-6)),
    "rate 10": ("rate_too_high", network("Tanh", 8, 2, rate=10.0)),
    "rate 1e6": ("rate_too_high", network("Tanh", 8, 2, rate=1e6)),
    "4 points, 64 units": (
        "overfitting",
        network("Tanh", 64, 1, samples=8, noise=0.5, rate=0.3, batch=4),
    ),
    "40 noisy points, 64 units": (
        "overfitting",
        network("Tanh", 64, 1, samples=80, noise=0.5, rate=0.3),
    ),
    "50 noisy points, 2 x 32 units, Adam": (
        "overfitting",
        network(
            "ReLU",
            32,
            2,
            init=HeNormal(),
            data="xor",
            samples=100,
            noise=0.5,
            optimizer="Adam",
            rate=0.01,
        ),
    ),
    "100 noisy points, 3 x 64 units, Adam": (
        "overfitting",
        network(
            "ReLU",
            64,
            3,
            init=HeNormal(),
            data="gaussians",
            samples=200,
            noise=0.5,
            optimizer="Adam",
            rate=0.005,
        ),
    ),
    "XOR without a hidden layer": ("not_learning", network("Tanh", 8, 0, data="xor", rate=0.03)),
}


class Observed:
    """A run of up to so many steps, with what was said at each look."""

    def __init__(self, project: Project, steps: int = 3000, points: int = 25) -> None:
        self.project = project
        self.run = build(project, fresh=True)
        self.error: Diverged | None = None
        self.codes: list[str] = []
        self._observer = Observer(project, self.run, project.dataset.make())
        self.history = self._observer.history
        trainer = self.run.trainer
        self._observer.look(always=True)
        few = np.linspace(10, min(300, steps), 10)  # the start is looked at more closely
        many = np.linspace(10, steps, points)
        marks = sorted({1, 2, 3, 5, 8} | set(np.concatenate([few, many]).astype(int)))
        for mark in marks:
            try:
                trainer.advance(int(mark) - trainer.step)
            except Diverged as error:
                self.error = error
            self._observer.look(always=True)
            self.verdicts = diagnose(self.evidence())
            self.codes.append(self.verdicts[0].code)
            if trainer.stopped_by is not None:
                break

    verdicts: list[Verdict]

    def evidence(self) -> Evidence:
        """What is known at this moment."""
        return self._observer.evidence(self.error)
