"""The perceptron: a hard threshold and Rosenblatt's rule learn AND, OR and NOT, but never XOR."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import Array, chain

from netbuilder.declare import registry
from netbuilder.engine.initializers.zeros import Zeros
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.operation import Operation
from netbuilder.engine.optimizers.perceptron_rule import PerceptronRule
from netbuilder.engine.settings import Stop, Training
from netbuilder.engine.trainer import Samples, Trainer

GATE = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def perceptron(x: Array, t: list[float], batch_size: int | None = 1) -> Trainer:
    kinds = registry(Operation)
    network = chain(
        Dense(units=1, weight_init=Zeros()),
        kinds["Step"](),
        kinds["PerceptronCriterion"](),
        features=x.shape[1],
    )
    settings = Training(
        optimizer=PerceptronRule(), batch_size=batch_size, shuffle=False, max_epochs=100,
        stop=Stop(gradient_norm=1e-9),
    )  # fmt: skip
    samples = Samples(x, np.array(t).reshape(-1, 1))
    return Trainer(network, settings, samples, samples, classification=True)


def test_the_rule_by_hand() -> None:
    # OR from w = (0, 0), b = 0, where step(0) = 0: (0, 0) is right; (0, 1) is not, w = (0, 1) and
    # b = 1; (1, 0) gives z = 1, right; (1, 1) gives 2, right. Then (0, 0) gives z = 1: b = 0.
    run = perceptron(GATE, [0, 1, 1, 1])
    found = []
    for _ in range(5):
        run.advance(1)
        found.append(run.network.params.tolist())
    assert found == [[0, 0, 0], [0, 1, 1], [0, 1, 1], [0, 1, 1], [0, 1, 0]]


@pytest.mark.parametrize("batch_size", [1, None])
@pytest.mark.parametrize("t", [[0, 0, 0, 1], [0, 1, 1, 1], [1, 1, 0, 0]], ids=["AND", "OR", "NOT"])
def test_what_a_line_can_separate_is_learned(t: list[float], batch_size: int | None) -> None:
    run = perceptron(GATE, t, batch_size)
    run.advance(10_000)
    assert run.stopped_by == "gradient_norm"  # no answer is wrong any more
    assert run.scores("train").metric == 1.0
    assert run.scores("train").loss == 0.0


def test_xor_is_never_learned() -> None:
    run = perceptron(GATE, [0, 1, 1, 0])
    for _ in range(100):
        run.advance(4)
        assert run.scores("train").metric < 1.0
    assert run.stopped_by == "epochs"
