"""Every named quantity of one forward pass, backward pass and update."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from netbuilder.engine.network import Network, cast
from netbuilder.engine.operation import Array, Builder
from netbuilder.engine.optimizer import Optimizer


@dataclass(frozen=True)
class Forward:
    """A node's output (m, n)."""

    node: str
    output: Array


@dataclass(frozen=True)
class Backward:
    """What the error is at a node: dJ/d output (m, n), dJ/d input (m, n_in), and dJ/d parameters.

    At an activation that is computed together with the loss, grad_output is the factor on its own
    (it may be infinite where the output is exactly 0 or 1), and grad_input the stable product.
    A node with several inputs has the gradient of each, side by side, in grad_input.
    """

    node: str
    grad_output: Array
    grad_input: Array
    grads: dict[str, Array]


@dataclass(frozen=True)
class Trace:
    """One step, taken apart. `update` holds the parameters as they are after it."""

    loss: float
    forward: tuple[Forward, ...]
    backward: tuple[Backward, ...]
    update: dict[str, dict[str, Array]]

    def gradient_norms(self) -> dict[str, dict[str, float]]:
        """L2 norm of each parameter's gradient."""
        return {
            b.node: {name: float(np.linalg.norm(g)) for name, g in b.grads.items()}
            for b in self.backward
            if b.grads
        }

    def to_data(self) -> dict[str, Any]:
        """Plain JSON data in full precision; infinite factors are null."""
        return {
            "loss": _plain(self.loss),
            "forward": [{"node": f.node, "output": _plain(f.output)} for f in self.forward],
            "backward": [
                {
                    "node": b.node,
                    "grad_output": _plain(b.grad_output),
                    "grad_input": _plain(b.grad_input),
                    "grads": {name: _plain(g) for name, g in b.grads.items()},
                }
                for b in self.backward
            ],
            "gradient_norms": self.gradient_norms(),
            "update": {
                node: {name: _plain(p) for name, p in named.items()}
                for node, named in self.update.items()
            },
        }


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return value if math.isfinite(value) else None


def trace(network: Network, x: Array, y: Array, optimizer: Optimizer) -> Trace:
    """Take one step apart for rows x (m, n) with targets y (m, k).

    The network's parameters stay as they are; its gradient buffer is overwritten.
    """
    workspace = network.workspace(len(x), "trace")
    targets = cast(y, network.dtype)
    workspace.load(network.augmented(x).T, targets.T)
    with np.errstate(all="ignore"):
        for calls in (workspace.train_calls, workspace.loss_calls, workspace.factor_calls):
            workspace.run(calls)
        after = network.params.copy()
        part = after[: network.trainable]
        state = {name: np.zeros_like(part) for name in optimizer.state}
        rate = np.array(optimizer.learning_rate, network.dtype)
        build = Builder(1, network.dtype)
        workspace.run(optimizer.update(build, part, network.grads, rate, state))

    def copied(array: Array) -> Array:
        return np.array(array, dtype=np.float64, order="C")

    return Trace(
        loss=float(workspace.loss),
        forward=tuple(Forward(v.id, copied(workspace.output(v.id))) for v in network.vertices),
        backward=tuple(
            Backward(
                v.id,
                copied(workspace.grad_output(v.id)),
                copied(np.hstack([workspace.grad_input(v.id, i) for i in range(len(v.inputs))])),
                {n: copied(g) for n, g in network.gradients.get(v.id, {}).items()},
            )
            for v in reversed(network.vertices)
            if v.inputs
        ),
        update={
            node: {name: copied(p) for name, p in named.items()}
            for node, named in network.weights_from(after).items()
        },
    )
