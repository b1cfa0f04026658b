"""A network ready to compute: its order, its shapes and its parameters in one flat vector."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from netbuilder.engine.graph import Vertex, ancestors, topological_order
from netbuilder.engine.loss import Loss
from netbuilder.engine.operation import Array, ParameterSpec
from netbuilder.engine.workspace import Workspace
from netbuilder.errors import NetbuilderError, ShapeError


class NetworkError(NetbuilderError):
    """A graph that is no network; the project's problems say so to the user beforehand."""


@dataclass(frozen=True)
class Slot:
    """Where a node's parameters lie in the flat vector."""

    start: int
    stop: int
    specs: Mapping[str, ParameterSpec]
    trainable: bool


def cast(values: Array, dtype: np.dtype[Any]) -> Array:
    """Values in a network's precision, C-contiguous. Beyond its range they become infinite, which
    training tells as Diverged."""
    with np.errstate(over="ignore"):
        return np.ascontiguousarray(values, dtype)


class Network:
    """Vertices from one Input to one Loss, with `features` input columns.

    params is the flat vector of all parameters, grads the flat gradient of the trainable ones,
    which come first in params. Raises NetworkError or ShapeError.
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
        self.slots: dict[str, Slot] = {}
        operations = {v.id: v.operation for v in self.vertices}
        position = 0
        self.trainable = 0
        for trainable in (True, False):
            for node_id, named in specs.items():
                if named and operations[node_id].is_trainable() is trainable:
                    size = sum(int(np.prod(s.shape)) for s in named.values())
                    self.slots[node_id] = Slot(position, position + size, named, trainable)
                    position += size
            if trainable:
                self.trainable = position
        self.params = np.zeros(position, self.dtype)
        self.grads = np.zeros(self.trainable, self.dtype)
        order = [v.id for v in self.vertices if v.id in self.slots]
        self.slots = {i: self.slots[i] for i in order}
        self.parameters = {i: self._views(self.params, i) for i in order}
        self.gradients = {i: self._views(self.grads, i) for i in order if self.slots[i].trainable}
        self.l1, self.l2 = (np.zeros(self.trainable, self.dtype) for _ in range(2))
        for node_id, slot in self.slots.items():
            if slot.trainable:
                for vector, factor in zip(
                    (self.l1, self.l2), operations[node_id].penalty(), strict=True
                ):
                    for name, view in self._views(vector, node_id).items():
                        view[...] = factor if slot.specs[name].decays else 0.0

    def _views(self, vector: Array, node_id: str) -> dict[str, Array]:
        slot = self.slots[node_id]
        views, position = {}, slot.start
        for name, spec in slot.specs.items():
            size = int(np.prod(spec.shape))
            views[name] = vector[position : position + size].reshape(spec.shape)
            position += size
        return views

    def weights_from(self, params: Array) -> dict[str, dict[str, Array]]:
        """Views of any vector laid out as `params`, by node id and parameter name."""
        return {i: self._views(params, i) for i in self.slots}

    # ---- parameters -----------------------------------------------------------------------------

    def initialize(self, seed: int) -> None:
        """Draw all parameters anew. Each node has a random stream of its own, numbered by its
        place, so that changing one layer leaves the start of the others as it was.

        Raises ShapeError naming the node when typed-in values do not fit.
        """
        for index, vertex in enumerate(self.vertices):
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

    def workspace(self, m: int, mode: str) -> Workspace:
        """The buffers and calls for m samples; made once for each size and mode.

        mode: "train", "predict" (forward only) or "trace" (every gradient, inputs included).
        """
        if not hasattr(self, "_workspaces"):
            self._workspaces: dict[tuple[int, str], Workspace] = {}
        key = (m, mode)
        if key not in self._workspaces:
            if len(self._workspaces) > 16:
                self._workspaces.clear()
            self._workspaces[key] = Workspace(self, m, mode)
        return self._workspaces[key]


PREDICT_ROWS = 1024  # rows at a time: large enough for BLAS, small enough for the cache
