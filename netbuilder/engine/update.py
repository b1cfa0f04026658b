"""One update: from the gradient of a step to the new parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from netbuilder.engine.clipping import Clipping
from netbuilder.engine.operation import Array, Builder, Call, wide
from netbuilder.engine.optimizer import Optimizer

if TYPE_CHECKING:
    from netbuilder.engine.network import Network


class Update:
    """Clips, decays and steps; bound to a network's vectors and its own memory.

    `calls` carry one update out; `rate` is the 0-d learning rate that they use. In half precision
    the arithmetic is done in single precision and rounded once, when the parameters are written:
    the squares and epsilons of most optimizers would otherwise vanish. `grads` is the gradient in
    that precision, which `widen` fills. `state` and `count` go over from `before` when its
    optimizer is of the same class.
    """

    def __init__(
        self,
        network: Network,
        optimizer: Optimizer,
        clipping: Clipping,
        before: Update | None = None,
    ) -> None:
        self.optimizer = optimizer
        self.clipping = clipping
        self._network = network
        self._kind = wide(network.dtype)
        self.params = network.params[: network.trainable]
        self.rate = np.zeros((), self._kind)
        self.count = np.zeros(())
        self.state: dict[str, Array] = {
            name: np.zeros(network.trainable, self._kind) for name in optimizer.state
        }
        if before is not None and type(before.optimizer) is type(optimizer):
            self.state, self.count = before.state, before.count
        self.widen: list[Call] = []
        self.grads = network.grads
        if self._kind != network.dtype:
            self.grads = np.zeros(network.trainable, self._kind)
            self.widen = [Builder(1, self._kind).bind(np.copyto, self.grads, network.grads)]
        self.calls = self._bind(self.params, self.state, self.count)

    def _bind(self, params: Array, state: Mapping[str, Array], count: Array) -> list[Call]:
        build = Builder(1, self._kind)
        optimizer, g, p = self.optimizer, self.grads, params
        calls: list[Call] = []
        if p.dtype != self._kind:
            p = np.zeros(params.shape, self._kind)
            calls.append(build.bind(np.copyto, p, params))
        if optimizer.counts:
            calls.append(build.bind(np.add, count, np.ones(()), count))
        clipped = np.zeros_like(g)
        if clip := self.clipping.calls(build, g, clipped, self._network.spans):
            calls += clip
            g = clipped
        if optimizer.weight_decay:
            decay = self._network.decays.astype(self._kind) * self._kind.type(
                optimizer.weight_decay
            )
            total = np.zeros_like(g)
            calls.append(build.bind(np.multiply, p, decay, total))
            if optimizer.decoupled:
                calls += [
                    build.bind(np.multiply, total, self.rate, total),
                    build.bind(np.subtract, p, total, p),
                ]
            else:
                calls.append(build.bind(np.add, total, g, total))
                g = total
        calls += optimizer.update(build, p, g, self.rate, state, count)
        if p is not params:
            calls.append(build.bind(np.copyto, params, p, casting="same_kind"))
        return calls

    def rehearse(self) -> Array:
        """The trainable parameters as the update would leave them, in a copy; nothing changes."""
        params = self.params.copy()
        state = {name: vector.copy() for name, vector in self.state.items()}
        for call in (*self.widen, *self._bind(params, state, self.count.copy())):
            call()
        return params
