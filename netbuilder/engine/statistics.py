"""What the last step says about each layer: how fast it learns, and which units do not.

Everything is read from the buffers that the step has left; only a few sums are computed. Cheap
enough for every snapshot.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from netbuilder.engine.activation import Activation
from netbuilder.engine.operation import Array, Operation, wide

if TYPE_CHECKING:
    from netbuilder.engine.trainer import Trainer
    from netbuilder.engine.workspace import Workspace

SATURATED = 0.01  # of the steepest slope, or of the range between the levels
LOOKED_AT = 10.0  # how far from 0 the steepest slope is looked for


@dataclass(frozen=True)
class Histogram:
    """How many values lie in each of the bins, whose borders are `edges` (one more than counts).

    mean, std, low and high are those of the finite values themselves; NaN where there is none.
    """

    counts: Array
    edges: Array
    mean: float = math.nan
    std: float = math.nan
    low: float = math.nan
    high: float = math.nan


@dataclass(frozen=True)
class LayerStatistics:
    """One node after one step. What a node does not have is NaN (or 0 units).

    The gradient is that of the node's trainable parameters before clipping, the update what was
    added to them, the output that of the last batch.

    saturated: the share of outputs of an activation at which its slope is at most 1 % of its
    steepest one (of Softmax and LogSoftmax: which lie within 1 % of the range from a level that
    they approach); 0 for an activation that never levels off. dead: how many of its `units` have
    the slope 0 for every sample of the batch, so that nothing is passed back through them.
    """

    units: int
    mean: float  # of the outputs
    std: float
    parameters: int = 0  # trainable ones
    gradient_norm: float = math.nan  # L2
    gradient_mean: float = math.nan  # mean |g|
    parameter_norm: float = math.nan  # L2
    parameter_mean: float = math.nan  # mean |p|
    update_mean: float = math.nan  # mean |change of p|
    saturated: float = math.nan
    dead: int = 0
    histograms: Mapping[str, Histogram] = field(default_factory=dict)

    @property
    def learns(self) -> bool:
        """Whether the node has trainable parameters."""
        return self.parameters > 0

    @property
    def update_ratio(self) -> float:
        """mean |update| / mean |parameter|; about 1e-3 is usual. NaN where all parameters are 0."""
        return self.update_mean / self.parameter_mean if self.parameter_mean else math.nan


def layer_statistics(
    workspace: Workspace, trainer: Trainer, *, bins: int | None = None
) -> dict[str, LayerStatistics]:
    """By node id, for every node behind the data, after the trainer's last step.

    workspace: `trainer.workspace`, the one that took the step. `bins` asks for histograms of
    "outputs" and, where there are, "parameters" and "gradients". Nothing is changed.
    """
    network = workspace.network
    update = trainer.last_update()
    found = {}
    with np.errstate(all="ignore"):
        for v in network.vertices:
            if not v.inputs:
                continue
            output = _wide(workspace.signals[v.id].value)
            values = {"mean": float(output.mean()), "std": float(output.std())}
            parameters = 0
            flat = {"outputs": output}
            slot = network.slots.get(v.id)
            if slot is not None and slot.trainable:
                part = slice(slot.start, slot.stop)
                flat["parameters"] = _wide(network.params[part])
                flat["gradients"] = gradient = _wide(network.grads[part])
                values["gradient_norm"] = math.sqrt(float(np.dot(gradient, gradient)))
                values["gradient_mean"] = _mean_size(gradient)
                weights = flat["parameters"]
                parameters = weights.size
                values["parameter_norm"] = math.sqrt(float(np.dot(weights, weights)))
                values["parameter_mean"] = _mean_size(weights)
                if update is not None:
                    values["update_mean"] = _mean_size(_wide(update[part]))
            saturated, dead = _slopes(workspace, v.id, v.operation, output)
            found[v.id] = LayerStatistics(
                units=network.widths[v.id],
                parameters=parameters,
                saturated=saturated,
                dead=dead,
                histograms={name: _histogram(a, bins) for name, a in flat.items()} if bins else {},
                **values,
            )
    return found


def _wide(values: Array) -> Array:
    return values.astype(wide(values.dtype), copy=False)


def _mean_size(values: Array) -> float:
    return float(np.abs(values).mean())


def _histogram(values: Array, bins: int) -> Histogram:
    finite = values[np.isfinite(values)]
    if not finite.size:
        return Histogram(*np.histogram(finite, bins))
    low, high = float(finite.min()), float(finite.max())
    first, last = low, high
    size = max(abs(low), abs(high))
    if not high - low > max(1e-9 * size, 1e-300):  # too close for so many bins
        margin = 1e-3 * size if size > 1e-290 else 0.5
        first, last = low - margin, high + margin
    if not math.isfinite(last - first):
        first, last = first / 4, last / 4
        finite = finite / 4  # so that the width of the range is a number
        counts, edges = np.histogram(finite, bins, (first, last))
        return Histogram(counts, edges * 4, 4 * float(finite.mean()), math.inf, low, high)
    counts, edges = np.histogram(finite, bins, (first, last))
    return Histogram(counts, edges, float(finite.mean()), float(finite.std()), low, high)


def _slopes(
    workspace: Workspace, node_id: str, operation: Operation, output: Array
) -> tuple[float, int]:
    """The saturated share and the number of dead units of an activation."""
    if not isinstance(operation, Activation):
        return math.nan, 0
    levels = operation.levels()
    if not levels:
        return 0.0, 0
    if not operation.elementwise:
        near = SATURATED * ((max(levels) - min(levels)) or 1.0)
        close = [np.abs(output - level) <= near for level in levels]
        return float(np.logical_or.reduce(close).mean()), 0
    slopes = np.abs(workspace.slopes(node_id))
    steepest = _steepest(operation)
    saturated = float((slopes <= SATURATED * steepest).mean())
    return saturated, int((slopes.max(axis=1) == 0.0).sum()) if steepest else 0


@functools.lru_cache(maxsize=256)
def _steepest(activation: Activation) -> float:
    with np.errstate(all="ignore"):
        _, slopes = activation.curve(np.linspace(-LOOKED_AT, LOOKED_AT, 2001))
    return float(np.abs(slopes).max())
