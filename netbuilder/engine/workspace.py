"""All buffers and all calls of a network for one batch size."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from netbuilder.engine.activation import Activation
from netbuilder.engine.graph import Vertex
from netbuilder.engine.operation import Array, Builder, Call, Live, Mode, Ports, Signal

if TYPE_CHECKING:
    from netbuilder.engine.network import Network


class Workspace:
    """Runs a network on batches of exactly m samples without allocating anything.

    `forward` computes the outputs, `backward` then writes the whole gradient into `network.grads`,
    `loss_calls` write J into `loss`. mode "trace" also computes dJ/d input and, where activation
    and loss are computed together, the factor dJ/d output on its own (`factor_calls`).
    """

    def __init__(self, network: Network, m: int, mode: Mode) -> None:
        self.network = network
        self.m = m
        self.mode: Mode = mode
        self.build = Builder(m, network.dtype, mode)
        self.signals: dict[str, Signal] = {}
        self.grads: dict[str, Array] = {}  # dJ/d output of each node
        self.edge_grads: dict[tuple[str, int], Array] = {}  # dJ/d its i-th input
        self.derivatives: dict[str, Array] = {}
        self.shown: dict[str, dict[str, Array]] = {}  # what nodes compute on the way, batch-first
        self.loss = np.zeros((), network.dtype)
        self.targets = Live()
        self.forward: list[Call] = []
        self.backward: list[Call] = []
        self.loss_calls: list[Call] = []
        self.factor_calls: list[Call] = []
        self._slopes: dict[str, tuple[Array, list[Call]]] = {}
        self._consumers = Counter(u for v in network.vertices for u in v.inputs)
        self._consumers[network.output_id] += 1
        last = network.vertices[-1]
        self._fused = (
            type(last.operation).__name__ == network.loss.fuses
            and last.id == network.output_id
            and self._consumers[last.id] == 1
        )
        self._allocate()
        self._bind()
        self.train_calls = [*self.forward, *self.backward]

    # ---- building -------------------------------------------------------------------------------

    def _needing_gradients(self) -> set[str]:
        """Nodes through which the error must be led back."""
        needing: set[str] = set()
        if self.mode == "predict":
            return needing
        for v in self.network.vertices:
            slot = self.network.slots.get(v.id)
            if (
                self.mode == "trace"
                or (slot is not None and slot.trainable)
                or any(u in needing for u in v.inputs)
            ):
                needing.add(v.id)
        return needing

    def _allocate(self) -> None:
        network, build = self.network, self.build
        needing = self._needing = self._needing_gradients()
        live = Live(), Live()
        self._input, self._input_aug = live
        groups: dict[Activation, list[Vertex]] = defaultdict(list)
        for v in network.vertices:
            width = network.widths[v.id]
            if v.operation.kind == "input":
                self.signals[v.id] = Signal(width, *live)
            elif v.id in needing and self._grouped(v):
                groups[v.operation].append(v)  # type: ignore[index]
            else:
                aug = np.ones((width + 1, self.m), network.dtype)
                self.signals[v.id] = Signal(width, aug[:-1], aug)
            if v.id in needing and not (self._fused and v.id == network.output_id):
                self.grads[v.id] = build.empty(width, self.m)
        for activation, members in groups.items():
            self._allocate_group(activation, members)

    def _grouped(self, v: Vertex) -> bool:
        """Whether its derivative is computed in one go with that of equal activations."""
        return (
            isinstance(v.operation, Activation)
            and v.operation.elementwise
            and v.operation.derivative_from_output
            and not (self._fused and v.id == self.network.output_id)
        )

    def _allocate_group(self, activation: Activation, members: Sequence[Vertex]) -> None:
        """Lay the outputs of equal activations side by side and derive them all by one call."""
        rows = sum(self.network.widths[v.id] + 1 for v in members)
        arena = np.ones((rows, self.m), self.network.dtype)
        slopes = np.zeros_like(arena)
        first = 0
        for v in members:
            width = self.network.widths[v.id]
            aug = arena[first : first + width + 1]
            self.signals[v.id] = Signal(width, aug[:-1], aug)
            self.derivatives[v.id] = slopes[first : first + width]
            first += width + 1
        self.backward += activation.derivative(self.build, arena, arena, slopes)

    def _input_grads(self, v: Vertex) -> list[Array | None]:
        """Where each input's share of the gradient goes: straight to the only consumer's source,
        or into a buffer of its own that is summed up later."""
        result: list[Array | None] = []
        for i, u in enumerate(v.inputs):
            if u not in self._needing:
                result.append(None)
                continue
            if self._consumers[u] == 1:
                target = self.grads[u]
            else:
                target = self.build.empty(self.network.widths[u], self.m)
            self.edge_grads[v.id, i] = target
            result.append(target)
        return result

    def _bind(self) -> None:
        network, build = self.network, self.build
        kernels = {}
        for v in network.vertices:
            if v.operation.kind == "input":
                continue
            slot = network.slots.get(v.id)
            fused = self._fused and v.id == network.output_id
            live = v.id in self.grads
            input_grads = self._input_grads(v) if live or (fused and v.id in self._needing) else []
            slopes = self._bind_slopes(v) if live else []
            part = slice(slot.start, slot.stop) if slot else slice(0, 0)
            ports = Ports(
                inputs=[self.signals[u] for u in v.inputs],
                output=self.signals[v.id],
                params=network.parameters.get(v.id, {}),
                grads=network.gradients.get(v.id, {}),
                flat=network.params[part],
                flat_grad=network.grads[part] if slot and slot.trainable else None,
                output_grad=self.grads[v.id] if live else None,
                input_grads=input_grads or [None] * len(v.inputs),
                derivative=self.derivatives.get(v.id),
                rng=self._stream(v.id),
            )
            kernel = v.operation.kernel(build, ports)
            kernels[v.id] = slopes + kernel.backward
            self.forward += kernel.forward
            if kernel.shown:
                self.shown[v.id] = {name: array.T for name, array in kernel.shown.items()}
        self._bind_loss()
        if self.mode == "predict":
            return
        for v in reversed(network.vertices):
            if v.id in self.grads and self._consumers[v.id] > 1:
                self._sum_edges(v.id)
            self.backward += kernels.get(v.id, [])
        self._bind_penalties()

    def _stream(self, node_id: str) -> np.random.Generator | None:
        """The node's random stream; for a trace a copy of it, wound to the same place each time, so
        that the trace shows what the next step draws and leaves it to be drawn."""
        stream = self.network.streams.get(node_id)
        if stream is None or self.mode != "trace":
            return stream
        copy = np.random.default_rng(0)

        def rewind() -> None:
            copy.bit_generator.state = stream.bit_generator.state

        self.forward.append(rewind)
        return copy

    def _bind_slopes(self, v: Vertex) -> list[Call]:
        """The derivative of an activation that is not computed along with others."""
        op = v.operation
        if not (isinstance(op, Activation) and op.elementwise) or v.id in self.derivatives:
            return []
        z, h = self.signals[v.inputs[0]].value, self.signals[v.id].value
        out = self.derivatives[v.id] = self.build.empty(*h.shape)
        return op.derivative(self.build, z, h, out)

    def _bind_loss(self) -> None:
        network, build = self.network, self.build
        output = network.vertices[-1] if self._fused else None
        y, t, loss = self.signals[network.output_id], self.targets, network.loss
        if output is not None:
            z = self.signals[output.inputs[0]].value
            self.loss_calls = loss.fused_value(build, z, y.value, t, self.loss)
            if (output.id, 0) in self.edge_grads:
                self.backward += loss.fused_gradient(
                    build, z, y.value, t, self.edge_grads[output.id, 0]
                )
            if self.mode == "trace":
                factor = self.grads[output.id] = build.empty(y.width, self.m)
                self.factor_calls = loss.gradient(build, y.value, t, factor)
            return
        self.loss_calls = loss.value(build, y.value, t, self.loss)
        if network.output_id in self._needing:
            target = self.grads[network.output_id]
            if self._consumers[network.output_id] > 1:
                target = self.edge_grads[network.loss_id, 0] = np.zeros_like(target)
            self.backward += loss.gradient(build, y.value, t, target)

    def _sum_edges(self, node_id: str) -> None:
        parts = [
            self.edge_grads[v.id, i]
            for v in self.network.vertices
            for i, u in enumerate(v.inputs)
            if u == node_id and (v.id, i) in self.edge_grads
        ]
        if node_id == self.network.output_id and (self.network.loss_id, 0) in self.edge_grads:
            parts.append(self.edge_grads[self.network.loss_id, 0])
        total = self.grads[node_id]
        self.backward.append(self.build.bind(np.copyto, total, parts[0]))
        for part in parts[1:]:
            self.backward.append(self.build.bind(np.add, total, part, total))

    def _bind_penalties(self) -> None:
        """Add l2 w + l1 sign(w) to the gradient of the weights that decay."""
        network, build = self.network, self.build
        params = network.params[: network.trainable]
        scratch = np.zeros_like(params)
        if network.l2.any():
            self.backward += [
                build.bind(np.multiply, params, network.l2, scratch),
                build.bind(np.add, network.grads, scratch, network.grads),
            ]
        if network.l1.any():
            self.backward += [
                build.bind(np.sign, params, scratch),
                build.bind(np.multiply, scratch, network.l1, scratch),
                build.bind(np.add, network.grads, scratch, network.grads),
            ]

    # ---- running --------------------------------------------------------------------------------

    def load(self, inputs: Array, targets: Array | None) -> None:
        """Set the batch: inputs (n + 1, m), the last row ones; targets (k, m)."""
        self._input_aug.array = inputs
        self._input.array = inputs[:-1]
        if targets is not None:
            self.targets.array = targets

    @staticmethod
    def run(calls: Sequence[Call]) -> None:
        for call in calls:
            call()

    # ---- reading (batch-first views) ------------------------------------------------------------

    def output(self, node_id: str) -> Array:
        """The node's output (m, n) of the last forward pass."""
        value = self.signals[node_id].value
        return (value.array if isinstance(value, Live) else value).T

    def slopes(self, node_id: str) -> Array:
        """f'(z) (n, m) of an elementwise activation for the last batch; computed now where the
        backward pass does not need it by itself."""
        if node_id in self.derivatives:
            return self.derivatives[node_id]
        if node_id not in self._slopes:
            v = next(v for v in self.network.vertices if v.id == node_id)
            z, h = self.signals[v.inputs[0]].value, self.signals[node_id].value
            out = self.build.empty(*h.shape)
            assert isinstance(v.operation, Activation)
            self._slopes[node_id] = out, v.operation.derivative(self.build, z, h, out)
        out, calls = self._slopes[node_id]
        self.run(calls)
        return out

    def grad_output(self, node_id: str) -> Array:
        """dJ/d output (m, n) of the last backward pass."""
        return self.grads[node_id].T

    def grad_input(self, node_id: str, i: int = 0) -> Array:
        """dJ/d its i-th input (m, n_in) of the last backward pass."""
        return self.edge_grads[node_id, i].T
