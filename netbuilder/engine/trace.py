"""Every named quantity of one forward pass, backward pass and update."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from netbuilder.engine.clippings.no_clipping import NoClipping
from netbuilder.engine.network import Network, cast
from netbuilder.engine.operation import Array
from netbuilder.engine.optimizer import Optimizer
from netbuilder.engine.update import Update


@dataclass(frozen=True)
class Forward:
    """A node's output (m, n), and by name what it computes on the way: a dropout's mask, the mean
    and variance of a normalisation, the winning pieces of a maxout."""

    node: str
    output: Array
    shown: dict[str, Array] = field(default_factory=dict)


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
    """One step, taken apart. `update` holds what is learned as it is after the step."""

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
            "forward": [
                {
                    "node": f.node,
                    "output": _plain(f.output),
                    **({"shown": {n: _plain(a) for n, a in f.shown.items()}} if f.shown else {}),
                }
                for f in self.forward
            ],
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


def trace(network: Network, x: Array, y: Array, update: Update | Optimizer) -> Trace:
    """Take one step apart for rows x (m, n) with targets y (m, k).

    `update` is that of a run under way, with all that it remembers, or an optimizer that begins.
    The random numbers are those that the next step of training draws. Parameters, running
    statistics and random streams stay as they are; the network's gradient buffer is overwritten.
    """
    if isinstance(update, Optimizer):
        update = Update(network, update, NoClipping())
        with np.errstate(over="ignore"):
            update.rate[...] = update.optimizer.learning_rate
    workspace = network.workspace(len(x), "trace")
    targets = cast(y, network.dtype)
    workspace.load(network.augmented(x).T, targets.T)
    with np.errstate(all="ignore"):
        for calls in (workspace.train_calls, workspace.loss_calls, workspace.factor_calls):
            workspace.run(calls)
        after = network.params.copy()
        after[: network.trainable] = update.rehearse()

    def copied(array: Array) -> Array:
        return np.array(array, dtype=np.float64, order="C")

    specs = {node: slot.specs for node, slot in network.slots.items()}
    return Trace(
        loss=float(workspace.loss),
        forward=tuple(
            Forward(
                v.id,
                copied(workspace.output(v.id)),
                {name: copied(a) for name, a in workspace.shown.get(v.id, {}).items()},
            )
            for v in network.vertices
        ),
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
            node: {name: copied(p) for name, p in named.items() if specs[node][name].learned}
            for node, named in network.weights_from(after).items()
        },
    )
