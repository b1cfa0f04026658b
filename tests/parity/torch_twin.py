"""The same networks in PyTorch: one function for each operation, loss and optimizer.

What is registered and neither here nor named as having no twin fails a test.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from helpers import Array

from netbuilder.engine.loss import WeightedLoss
from netbuilder.engine.network import Network
from netbuilder.engine.operation import Operation
from netbuilder.engine.workspace import Workspace

Tensor = Any


def torch() -> Any:
    """PyTorch, or a skipped test: imported only when a test runs, for it takes seconds."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = pytest.importorskip("torch", reason="the extra 'parity' is not installed")
    found.set_num_threads(1)
    return found


class Twin:
    """One forward pass of a network in PyTorch, batch-first, in float64."""

    def __init__(self, network: Network, workspace: Workspace) -> None:
        self.torch = torch()
        self.F = self.torch.nn.functional
        self.network = network
        self.workspace = workspace
        self.m = workspace.m
        self.params: dict[str, dict[str, Tensor]] = {
            node: {name: self.tensor(values, grad=True) for name, values in named.items()}
            for node, named in network.parameters.items()
        }
        self.outputs: dict[str, Tensor] = {}

    def tensor(self, values: Array, *, grad: bool = False) -> Tensor:
        made = self.torch.tensor(np.ascontiguousarray(values, np.float64))
        return made.requires_grad_() if grad else made

    def noise(self, node: str, name: str) -> Tensor:
        """What the engine drew for a node in this pass."""
        return self.tensor(self.workspace.shown[node][name])

    def forward(self, x: Array) -> None:
        for v in self.network.vertices:
            if v.operation.kind == "input":
                self.outputs[v.id] = self.tensor(x, grad=True)
                continue
            inputs = [self.outputs[u] for u in v.inputs]
            apply = OPERATIONS[type(v.operation).__name__]
            self.outputs[v.id] = apply(self, v.operation, inputs, self.params.get(v.id, {}), v.id)

    def loss(self, t: Array) -> Tensor:
        last = self.network.vertices[-1]
        z = self.outputs[last.inputs[0]] if last.inputs else None
        y = self.outputs[self.network.output_id]
        loss = self.network.loss
        apply = LOSSES[type(loss).__name__]
        return apply(self, loss, y, z, self.tensor(t), type(last.operation).__name__)

    def penalty(self) -> Tensor:
        """The l1 and l2 terms, whose gradient belongs to that of the weights."""
        total = self.torch.zeros((), dtype=self.torch.float64)
        for v in self.network.vertices:
            l1, l2 = v.operation.penalty()
            slot = self.network.slots.get(v.id)
            for name, p in self.params.get(v.id, {}).items():
                if slot is not None and slot.specs[name].decays:
                    total = total + l1 * p.abs().sum() + l2 / 2 * (p * p).sum()
        return total

    def gradient(self) -> Array:
        """The gradients of the trainable parameters, laid out as in the engine."""
        flat = np.zeros(self.network.trainable)
        for node, named in self.network.gradients.items():
            for name, view in named.items():
                found = self.params[node][name].grad
                start = (view.ctypes.data - self.network.grads.ctypes.data) // view.itemsize
                if found is not None:
                    flat[start : start + view.size] = found.numpy().ravel()
        return flat


Apply = Callable[[Twin, Any, Sequence[Tensor], Mapping[str, Tensor], str], Tensor]


def _dense(w: Twin, op: Any, xs: Sequence[Tensor], p: Mapping[str, Tensor], _: str) -> Tensor:
    return w.F.linear(xs[0], p["W"].T, p.get("b"))


def _maxout(w: Twin, op: Any, xs: Sequence[Tensor], p: Mapping[str, Tensor], _: str) -> Tensor:
    z = w.F.linear(xs[0], p["W"].T, p.get("b"))
    return z.reshape(len(z), op.pieces, op.units).max(dim=1).values


def _batch_norm(w: Twin, op: Any, xs: Sequence[Tensor], p: Mapping[str, Tensor], _: str) -> Tensor:
    running = [p[n].detach().clone() for n in ("mean", "var")]
    return w.F.batch_norm(xs[0], *running, p.get("gamma"), p.get("beta"), True, op.momentum, op.eps)


def _layer_norm(w: Twin, op: Any, xs: Sequence[Tensor], p: Mapping[str, Tensor], _: str) -> Tensor:
    return w.F.layer_norm(xs[0], xs[0].shape[1:], p.get("gamma"), p.get("beta"), op.eps)


def _plain(function: Callable[[Twin, Any, Tensor], Tensor]) -> Apply:
    return lambda w, op, xs, p, node: function(w, op, xs[0])


OPERATIONS: dict[str, Apply] = {
    "Dense": _dense,
    "Maxout": _maxout,
    "BatchNorm": _batch_norm,
    "LayerNorm": _layer_norm,
    "Dropout": lambda w, op, xs, p, node: xs[0] * w.noise(node, "mask"),
    "GaussianNoise": lambda w, op, xs, p, node: xs[0] + w.noise(node, "noise"),
    "Add": lambda w, op, xs, p, node: sum(xs[1:], xs[0]),
    "Concat": lambda w, op, xs, p, node: w.torch.cat(list(xs), dim=1),
    "Linear": _plain(lambda w, op, z: z),
    "Step": _plain(lambda w, op, z: (z > 0).to(z.dtype)),
    "Sigmoid": _plain(lambda w, op, z: w.torch.sigmoid(z)),
    "Tanh": _plain(lambda w, op, z: w.torch.tanh(z)),
    "ReLU": _plain(lambda w, op, z: w.F.relu(z)),
    "LeakyReLU": _plain(lambda w, op, z: w.F.leaky_relu(z, op.slope)),
    "ReLU6": _plain(lambda w, op, z: w.F.relu6(z)),
    "ELU": _plain(lambda w, op, z: w.F.elu(z, op.alpha)),
    "SELU": _plain(lambda w, op, z: w.F.selu(z)),
    "Softplus": _plain(lambda w, op, z: w.F.softplus(z, threshold=1000.0)),
    "GELU": _plain(lambda w, op, z: w.F.gelu(z)),
    "SiLU": _plain(lambda w, op, z: w.F.silu(op.beta * z) / op.beta),
    "Mish": _plain(lambda w, op, z: w.F.mish(z)),
    "Softmax": _plain(lambda w, op, z: w.F.softmax(z, dim=1)),
    "LogSoftmax": _plain(lambda w, op, z: w.F.log_softmax(z, dim=1)),
}

Judge = Callable[[Twin, Any, Tensor, Tensor, Tensor, str], Tensor]


def _sample_weights(w: Twin, loss: WeightedLoss, t: Tensor) -> Tensor:
    if not loss.class_weights:
        return w.torch.ones(len(t), dtype=t.dtype)
    weights = w.tensor(np.array(loss.class_weights))
    labels = t.argmax(dim=1) if t.shape[1] > 1 else t[:, 0].long()
    return weights[labels]


def _bce(w: Twin, loss: Any, y: Tensor, z: Tensor, t: Tensor, before: str) -> Tensor:
    if before == "Sigmoid":
        each = w.F.binary_cross_entropy_with_logits(z, t, reduction="none")
    else:
        each = -w.torch.log(w.torch.where(t > 0.5, y, 1 - y))
    return (each.sum(dim=1) * _sample_weights(w, loss, t)).mean()


def _cce(w: Twin, loss: Any, y: Tensor, z: Tensor, t: Tensor, before: str) -> Tensor:
    labels = t.argmax(dim=1)
    if before == "Softmax":
        each = w.F.cross_entropy(z, labels, reduction="none")
    else:
        each = w.F.nll_loss(y, labels, reduction="none")
    return (each * _sample_weights(w, loss, t)).mean()


def _hinge(w: Twin, loss: Any, y: Tensor, z: Tensor, t: Tensor, before: str) -> Tensor:
    if t.shape[1] == 1:
        return w.F.relu(1 - (2 * t - 1) * y).mean()
    right = (y * t).sum(dim=1, keepdim=True)
    return (y - right + 1 - t).amax(dim=1).mean()


LOSSES: dict[str, Judge] = {
    "MeanSquaredError": lambda w, loss, y, z, t, before: w.F.mse_loss(y, t),
    "MeanAbsoluteError": lambda w, loss, y, z, t, before: w.F.l1_loss(y, t),
    "HalfSquaredError": lambda w, loss, y, z, t, before: ((y - t) ** 2).sum() / 2 / len(t),
    "Huber": lambda w, loss, y, z, t, before: w.F.huber_loss(y, t, delta=loss.delta),
    "BinaryCrossEntropy": _bce,
    "CategoricalCrossEntropy": _cce,
    "Hinge": _hinge,
    "PerceptronCriterion": lambda w, loss, y, z, t, before: ((y - t) * z).sum() / len(t),
}

# ---- optimizers ----

Groups = list[dict[str, Any]]


def _sgd(o: Any, groups: Groups, **more: Any) -> Any:
    return torch().optim.SGD(groups, lr=o.learning_rate, **more)


OPTIMIZERS: dict[str, Callable[[Any, Groups], Any]] = {
    "SGD": _sgd,
    "PerceptronRule": _sgd,
    "Momentum": lambda o, g: _sgd(o, g, momentum=o.momentum),
    "Nesterov": lambda o, g: _sgd(o, g, momentum=o.momentum, nesterov=True),
    "AdaGrad": lambda o, g: torch().optim.Adagrad(g, lr=o.learning_rate, eps=o.eps),
    "RMSProp": lambda o, g: torch().optim.RMSprop(g, lr=o.learning_rate, alpha=o.decay, eps=o.eps),
    "Adam": lambda o, g: torch().optim.Adam(
        g, lr=o.learning_rate, betas=(o.beta1, o.beta2), eps=o.eps
    ),
    "AdamW": lambda o, g: torch().optim.AdamW(
        g, lr=o.learning_rate, betas=(o.beta1, o.beta2), eps=o.eps
    ),
    "Adadelta": lambda o, g: torch().optim.Adadelta(g, lr=o.learning_rate, rho=o.decay, eps=o.eps),
}
NO_TWIN = {
    "Nadam": "PyTorch's NAdam lets beta1 grow and divides the mean by 1 - b1^(t + 1)",
}


def operations_without_twin(registered: Mapping[str, type[Operation]]) -> list[str]:
    known = {*OPERATIONS, *LOSSES, "Input"}
    return [name for name in registered if name not in known]
