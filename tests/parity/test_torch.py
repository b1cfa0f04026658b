"""PyTorch's autograd and optimizers beside the engine's, in float64."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from helpers import Array, chain, loaded
from parity.random_networks import Drawn
from parity.torch_twin import NO_TWIN, OPTIMIZERS, Twin, operations_without_twin, torch

from netbuilder.declare import registry
from netbuilder.engine.activations.tanh import Tanh
from netbuilder.engine.initializer import Initializer
from netbuilder.engine.initializers.he_normal import HeNormal
from netbuilder.engine.initializers.he_uniform import HeUniform
from netbuilder.engine.initializers.orthogonal import Orthogonal
from netbuilder.engine.initializers.xavier_normal import XavierNormal
from netbuilder.engine.initializers.xavier_uniform import XavierUniform
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.losses.mean_squared_error import MeanSquaredError
from netbuilder.engine.network import Network
from netbuilder.engine.operation import Operation
from netbuilder.engine.optimizer import Optimizer
from netbuilder.engine.settings import Training
from netbuilder.engine.trainer import Samples, Trainer

NETWORKS = 500
AT_ONCE = 25


def test_everything_has_a_twin() -> None:
    assert operations_without_twin(registry(Operation)) == []
    assert set(registry(Optimizer)) == {*OPTIMIZERS, *NO_TWIN}


def distance(a: Array, b: Array) -> float:
    """|a - b| beside the larger of the two; gradients that vanish altogether are equal."""
    size = max(float(np.linalg.norm(a)), float(np.linalg.norm(b)))
    return float(np.linalg.norm(a - b)) / size if size > 1e-12 else size


@pytest.mark.parametrize("first", range(0, NETWORKS, AT_ONCE))
def test_gradients_of_random_networks(first: int) -> None:
    for seed in range(first, first + AT_ONCE):
        drawn = Drawn(seed)
        workspace = loaded(drawn.network, drawn.x, drawn.t, "trace")
        with np.errstate(all="ignore"):
            workspace.run(workspace.train_calls)
            workspace.run(workspace.loss_calls)
        twin = Twin(drawn.network, workspace)
        twin.forward(drawn.x)
        loss = twin.loss(drawn.t)
        total = loss + twin.penalty()
        if total.requires_grad:  # a Step as the last activation leaves nothing to derive
            total.backward()
        named = [f"{v.operation}" for v in drawn.network.vertices]
        assert float(workspace.loss) == pytest.approx(loss.item(), rel=1e-10, abs=1e-13), (
            seed,
            named,
        )
        ours, theirs = drawn.network.grads, twin.gradient()
        assert distance(ours, theirs) < 1e-10, (seed, named)
        # With the gradient of the data, which alone may be next to nothing: two units that are
        # normalised are ±1 whatever the data.
        found = twin.outputs["data"].grad
        data = np.zeros_like(drawn.x) if found is None else found.numpy()
        ours = np.concatenate([ours, workspace.grad_output("data").ravel()])
        assert distance(ours, np.concatenate([theirs, data.ravel()])) < 1e-10, (seed, named)


def test_the_random_networks_hold_everything() -> None:
    seen: Counter[str] = Counter()
    for seed in range(NETWORKS):
        drawn = Drawn(seed)
        seen.update({type(v.operation).__name__ for v in drawn.vertices})
    for name in registry(Operation):
        assert seen[name] >= NETWORKS // 50, (name, seen[name])


# ---- optimizers ----


def with_data() -> tuple[Network, Array, Array]:
    rng = np.random.default_rng(4)
    network = chain(Dense(units=5), Tanh(), Dense(units=2), MeanSquaredError(), features=3, seed=9)
    return network, rng.normal(size=(12, 3)), rng.normal(size=(12, 2))


def variants() -> list[Optimizer]:
    """Every optimizer with a twin, also with weight decay.

    Where the textbook adds epsilon under the root and PyTorch behind it, it is made so small that
    the two are one.
    """
    found: list[Optimizer] = []
    for name, cls in registry(Optimizer).items():
        if name in OPTIMIZERS:
            more: dict[str, Any] = {"eps": 1e-60} if name in ("AdaGrad", "RMSProp") else {}
            rate = cls().learning_rate if name == "Adadelta" else 0.05
            found += [cls(learning_rate=rate, weight_decay=decay, **more) for decay in (0.0, 0.03)]
    return found


@pytest.mark.parametrize("optimizer", variants(), ids=repr)
def test_a_hundred_steps(optimizer: Optimizer) -> None:
    torch_ = torch()
    network, x, t = with_data()
    none = np.empty((0, 3)), np.empty((0, 2))
    settings = Training(optimizer=optimizer, batch_size=None, max_epochs=None)
    start = network.get_weights()
    trainer = Trainer(network, settings, Samples(x, t), Samples(*none), classification=False)

    network.set_weights(start)
    params = {
        node: {n: torch_.tensor(a, requires_grad=True) for n, a in named.items()}
        for node, named in start.items()
    }
    # The engine spares biases from weight decay.
    groups = [
        {
            "params": [named["W"] for named in params.values()],
            "weight_decay": optimizer.weight_decay,
        },
        {"params": [named["b"] for named in params.values()], "weight_decay": 0.0},
    ]
    twin = OPTIMIZERS[type(optimizer).__name__](optimizer, groups)
    inputs, targets = torch_.tensor(x), torch_.tensor(t)
    for _ in range(100):
        twin.zero_grad()
        h = torch_.tanh(inputs @ params["0"]["W"] + params["0"]["b"])
        y = h @ params["2"]["W"] + params["2"]["b"]
        torch_.nn.functional.mse_loss(y, targets).backward()
        twin.step()
    assert trainer.advance(100) == 100
    for node, named in network.get_weights().items():
        for name, values in named.items():
            wanted = params[node][name].detach().numpy()
            assert values == pytest.approx(wanted, rel=1e-9, abs=1e-12), (node, name)
            assert not np.allclose(values, start[node][name], atol=1e-4)


# ---- initialisers ----


@pytest.mark.parametrize(
    ("initializer", "name", "more"),
    [
        (XavierUniform(gain=1.5), "xavier_uniform_", {"gain": 1.5}),
        (XavierNormal(gain=1.5), "xavier_normal_", {"gain": 1.5}),
        (HeUniform(), "kaiming_uniform_", {"nonlinearity": "relu"}),
        (HeNormal(), "kaiming_normal_", {"nonlinearity": "relu"}),
        (Orthogonal(gain=1.5), "orthogonal_", {"gain": 1.5}),
    ],
    ids=repr,
)
def test_initialisers_spread_alike(
    initializer: Initializer, name: str, more: dict[str, Any]
) -> None:
    torch_ = torch()
    ours = initializer.sample(np.random.default_rng(0), (300, 200), 300, 200)
    weight = torch_.empty(200, 300, dtype=torch_.float64)  # PyTorch's W is (n_out, n_in)
    torch_.manual_seed(0)
    theirs = getattr(torch_.nn.init, name)(weight, **more).numpy().T
    # 60,000 numbers each: deviations agree within 4 standard errors of both, about 1.6 %.
    assert ours.std() == pytest.approx(theirs.std(), rel=0.017)
    if "uniform" in name:
        assert np.abs(ours).max() == pytest.approx(np.abs(theirs).max(), rel=1e-3)
    if name == "orthogonal_":
        assert ours.T @ ours == pytest.approx(theirs.T @ theirs, abs=1e-12)
