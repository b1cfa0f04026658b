"""A network ready to compute: its order, its shapes and its parameters in one flat vector."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from netbuilder.engine.graph import Vertex, ancestors, topological_order
from netbuilder.engine.loss import Loss
from netbuilder.engine.operation import Array, Mode, ParameterSpec
from netbuilder.engine.workspace import Workspace
from netbuilder.errors import NetbuilderError, ShapeError


class NetworkError(NetbuilderError):
    """A graph that is no network; the project's problems say so to the user beforehand."""


@dataclass(frozen=True)
class Slot:
    """Where a node's parameters lie in the flat vector: what is learned from start to stop in one
    piece, the rest from `rest` on."""

    start: int
    stop: int
    rest: int
    specs: Mapping[str, ParameterSpec]
    trainable: bool


def cast(values: Array, dtype: np.dtype[Any]) -> Array:
    """Values in a network's precision, C-contiguous. Beyond its range they become infinite, which
    training tells as Diverged."""
    with np.errstate(over="ignore"):
        return np.ascontiguousarray(values, dtype)


def _size(named: Mapping[str, ParameterSpec], learned: bool) -> int:
    return sum(int(np.prod(s.shape)) for s in named.values() if s.learned is learned)


class Network:
    """Vertices from one Input to one Loss, with `features` input columns.

    params is the flat vector of all parameters, grads the flat gradient of the trainable ones,
    which come first in params; then those of frozen nodes and what is not learned at all. streams
    holds one random stream for each node that draws numbers, shared by workspaces of every size.
    Raises NetworkError or ShapeError.
    """

    def __init__(
        self, vertices: Sequence[Vertex], features: int, precision: str = "float64"
    ) -> None:
        self.features = features
        self.dtype = np.dtype(precision)
        losses = [v for v in vertices if isinstance(v.operation, Loss)]
        if len(losses) != 1 or len(losses[0].inputs) != 1:
            raise NetworkError(detail="A network needs exactly one loss with one input.")
        inputs = {v.id: v.inputs for v in vertices}
        wanted = ancestors(inputs, [losses[0].id])
        order = topological_order({k: v for k, v in inputs.items() if k in wanted})
        if len(order) < len(wanted):
            raise NetworkError(detail="The wires of a network must not form a circle.")
        by_id = {v.id: v for v in vertices}
        self.loss: Loss = losses[0].operation  # type: ignore[assignment]
        self.loss_id = losses[0].id
        self.output_id = losses[0].inputs[0]
        self.vertices = tuple(by_id[i] for i in order if i != self.loss_id)
        self.widths: dict[str, int] = {}
        specs: dict[str, Mapping[str, ParameterSpec]] = {}
        for vertex in self.vertices:
            widths = [self.widths[u] for u in vertex.inputs]
            if vertex.operation.kind == "input":
                self.widths[vertex.id] = features
                continue
            if not widths:
                raise NetworkError(detail=f"'{vertex.id}' has no input.")
            self.widths[vertex.id] = vertex.operation.width(widths)
            specs[vertex.id] = vertex.operation.parameters(widths)
        self.outputs = self.widths[self.output_id]
        self._lay_out(specs)

    def _lay_out(self, specs: Mapping[str, Mapping[str, ParameterSpec]]) -> None:
        # Trainable parameters come first, so that an optimizer works on one unbroken vector.
        operations = {v.id: v.operation for v in self.vertices}
        with_parameters = {i: named for i, named in specs.items() if named}
        learned = {i: _size(named, True) for i, named in with_parameters.items()}
        trains = {i: operations[i].is_trainable() and learned[i] > 0 for i in with_parameters}
        starts: dict[str, int] = {}
        position = self.trainable = 0
        for trainable in (True, False):
            for node_id in with_parameters:
                if trains[node_id] is trainable:
                    starts[node_id] = position
                    position += learned[node_id]
            if trainable:
                self.trainable = position
        self.slots: dict[str, Slot] = {}
        for node_id, named in with_parameters.items():
            start = starts[node_id]
            self.slots[node_id] = Slot(
                start, start + learned[node_id], position, named, trains[node_id]
            )
            position += _size(named, False)
        self.params = np.zeros(position, self.dtype)
        self.grads = np.zeros(self.trainable, self.dtype)
        self.parameters = {i: self._views(self.params, i) for i in self.slots}
        self.gradients = {
            i: self._views(self.grads, i, learned=True)
            for i, s in self.slots.items()
            if s.trainable
        }
        self.l1, self.l2, self.decays = (np.zeros(self.trainable, self.dtype) for _ in range(3))
        for node_id, slot in self.slots.items():
            if slot.trainable:
                factors = (*operations[node_id].penalty(), 1.0)
                for vector, factor in zip((self.l1, self.l2, self.decays), factors, strict=True):
                    for name, view in self._views(vector, node_id, learned=True).items():
                        view[...] = factor if slot.specs[name].decays else 0.0
        self.streams = {
            v.id: np.random.default_rng([0, 2, index])
            for index, v in enumerate(self.vertices)
            if v.operation.random
        }

    def _views(self, vector: Array, node_id: str, *, learned: bool = False) -> dict[str, Array]:
        slot = self.slots[node_id]
        views = {}
        position = {True: slot.start, False: slot.rest}
        for name, spec in slot.specs.items():
            if learned and not spec.learned:
                continue
            size, first = int(np.prod(spec.shape)), position[spec.learned]
            views[name] = vector[first : first + size].reshape(spec.shape)
            position[spec.learned] += size
        return views

    @property
    def spans(self) -> list[slice]:
        """Where each trainable parameter lies in `grads`, in order."""
        found = []
        for slot in self.slots.values():
            position = slot.start
            for spec in slot.specs.values():
                if slot.trainable and spec.learned:
                    size = int(np.prod(spec.shape))
                    found.append(slice(position, position + size))
                    position += size
        return found

    def penalty(self) -> float:
        """The L1 and L2 penalties of the present weights: sum of l1 |w| + l2 w^2 / 2."""
        weights = self.params[: self.trainable].astype(np.float64)
        return float(np.sum(self.l1 * np.abs(weights) + self.l2 * weights**2 / 2.0))

    def weights_from(self, params: Array) -> dict[str, dict[str, Array]]:
        """Views of any vector laid out as `params`, by node id and parameter name."""
        return {i: self._views(params, i) for i in self.slots}

    # ---- parameters -----------------------------------------------------------------------------

    def initialize(self, seed: int) -> None:
        """Draw all parameters anew and set all random streams to their start. Each node has
        streams of its own, numbered by its place, so that changing one layer leaves the others'
        as they were.

        Raises ShapeError naming the node when typed-in values do not fit.
        """
        for index, vertex in enumerate(self.vertices):
            if vertex.id in self.streams:
                fresh = np.random.default_rng([seed, 2, index])
                self.streams[vertex.id].bit_generator.state = fresh.bit_generator.state
            if vertex.id not in self.slots:
                continue
            rng = np.random.default_rng([seed, 0, index])
            named = self.slots[vertex.id].specs
            fan_in = sum(self.widths[u] for u in vertex.inputs)
            for name, spec in named.items():
                try:
                    values = spec.init.sample(rng, spec.shape, fan_in, self.widths[vertex.id])
                except ShapeError as error:
                    raise ShapeError(
                        where=f"{vertex.id}.{name}", detail=error.fields["detail"]
                    ) from None
                self.parameters[vertex.id][name][...] = cast(values, self.dtype)

    def get_weights(self) -> dict[str, dict[str, Array]]:
        """Float64 copies of all parameters, by node id and name."""
        return {
            i: {n: np.array(a, np.float64) for n, a in named.items()}
            for i, named in self.parameters.items()
        }

    def set_weights(self, weights: Mapping[str, Mapping[str, Array]]) -> None:
        """Take over given parameters; nodes that are not named keep theirs.

        Raises ShapeError, and changes nothing, when a name or a shape does not fit.
        """
        for node_id, named in weights.items():
            if node_id not in self.slots:
                raise ShapeError(
                    where=node_id, detail="the network has no layer of this name with weights"
                )
            for name, values in named.items():
                spec = self.slots[node_id].specs.get(name)
                if spec is None or spec.shape != np.shape(values):
                    wanted = "no such parameter" if spec is None else f"shape {spec.shape}"
                    raise ShapeError(
                        where=f"{node_id}.{name}",
                        detail=f"expected {wanted}, got shape {np.shape(values)}",
                    )
        for node_id, named in weights.items():
            for name, values in named.items():
                self.parameters[node_id][name][...] = cast(values, self.dtype)

    def fits(self, node_id: str, named: Mapping[str, Array]) -> bool:
        """Whether these are all the parameters of that node, in their shapes."""
        slot = self.slots.get(node_id)
        return (
            slot is not None
            and slot.specs.keys() == named.keys()
            and all(np.shape(named[n]) == s.shape for n, s in slot.specs.items())
        )

    # ---- computing ------------------------------------------------------------------------------

    def augmented(self, x: Array) -> Array:
        """Rows x (N, n) with a column of ones behind, in the network's precision: (N, n + 1)."""
        rows = np.ones((len(x), self.features + 1), self.dtype)
        rows[:, :-1] = cast(x, self.dtype)
        return rows

    def predict(self, x: Array) -> Array:
        """Outputs (N, k) for rows x (N, n), in float64, as in prediction (not training) mode."""
        rows = self.augmented(x)
        result = np.empty((len(rows), self.outputs))
        for first in range(0, len(rows), PREDICT_ROWS):
            part = rows[first : first + PREDICT_ROWS]
            workspace = self.workspace(len(part), "predict")
            workspace.load(part.T, None)
            with np.errstate(all="ignore"):
                workspace.run(workspace.forward)
            result[first : first + len(part)] = workspace.output(self.output_id)
        return result

    def workspace(self, m: int, mode: Mode) -> Workspace:
        """The buffers and calls for m samples; made once for each size and mode.

        mode: "train", "predict" (forward only), "trace" (what the next step of training computes,
        with every gradient, inputs included, and without side effects) or "probe" (the gradient
        without noise and without side effects).
        """
        if not hasattr(self, "_workspaces"):
            self._workspaces: dict[tuple[int, Mode], Workspace] = {}
        key = (m, mode)
        if key not in self._workspaces:
            if len(self._workspaces) > 16:
                self._workspaces.clear()
            self._workspaces[key] = Workspace(self, m, mode)
        return self._workspaces[key]


PREDICT_ROWS = 1024  # rows at a time: large enough for BLAS, small enough for the cache
