"""The paths on which one number acts on J: how many there are, and what each of them carries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from netbuilder.engine.activation import Activation
from netbuilder.engine.algebra.expression import Elementwise, Expression, Place, Quantity
from netbuilder.engine.algebra.follow import affected, leaves
from netbuilder.engine.algebra.matrices import Opaque
from netbuilder.engine.graph import Vertex
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.layers.maxout import Maxout
from netbuilder.engine.operation import Array
from netbuilder.engine.scope import Line
from netbuilder.engine.walk import Walk

ALL_OF = 64
"""Up to so many paths are all told; of more only the strongest."""
STRONGEST = 8
MOST_COMPARED = 500_000
"""Beginnings of paths between two layers that are compared to find the strongest; beyond it none is
told, only counted: it would take longer than anybody waits."""
MOST_WORK = 4_000_000
"""The same for the derivatives of a layer that brings its units together: inputs times units times
samples. The products then stay unknown."""


@dataclass(frozen=True)
class Path:
    """One way to J for one sample: the outputs it goes through, from the first to the last, and the
    product of the derivatives along it; NaN where the factors cannot be told apart."""

    places: tuple[Place, ...]
    product: float


@dataclass(frozen=True)
class Start:
    """Where the paths of a number begin: a unit of a node, and its derivative by that number."""

    node: str
    unit: int
    slope: float


@dataclass
class _Local:
    """How the output of a node depends on one of its inputs, for one sample: (n_in, n_out)."""

    mask: Array | None  # which unit depends on which; None: each on each
    slopes: Array | None  # the derivatives; None where the operation does not say
    each_alone: bool = False  # each unit on its own one only; then slopes is (n,), and no mask


@dataclass
class _Best:
    """The strongest paths from each unit (n,) to J, best first: (n, k). A rank of -1 is none."""

    product: Array
    rank: Array
    follower: Array  # which consumer comes next, -1 for J
    unit: Array
    slot: Array


@dataclass
class _Known:
    counts: dict[str, list[int]] = field(default_factory=dict)
    locals: dict[tuple[str, int], _Local] = field(default_factory=dict)
    best: dict[tuple[str, int], _Best] = field(default_factory=dict)


class Paths:
    """The paths from the numbers of one sample (a row of the walk) to J.

    A path leads from unit to unit; where a layer brings units together within the sample (softmax,
    layer norm, the pieces of a maxout) it counts as one step from each of them. What a batch
    normalisation carries over to other samples is not followed: `stays` is False then, and the
    paths do not add up to all that the number does.
    """

    def __init__(self, walk: Walk, sample: int) -> None:
        self.walk = walk
        self.sample = sample
        self.stays = True
        self._vertices = {v.id: v for v in walk.network.vertices}
        self._lines = {s.node: s.lines for s in walk.stages if s.phase == "forward"}
        self._known = _Known()
        self._consumers: dict[str, list[tuple[str, int]]] = {i: [] for i in self._vertices}
        for vertex in walk.network.vertices:
            for i, source in enumerate(vertex.inputs):
                self._consumers[source].append((vertex.id, i))

    # ---- asking ----------------------------------------------------------------------------------

    def count(self, starts: Sequence[Start]) -> int:
        """How many there are from these starts on, exactly."""
        return sum(self._counts(s.node)[s.unit] for s in starts)

    def of_unit(self, node: str, unit: int) -> list[Start]:
        """The start of a unit's own output."""
        return [Start(node, unit, 1.0)]

    def of_parameter(self, node: str, name: str, row: int, column: int) -> list[Start]:
        """The units that a parameter of their node acts on at once."""
        vertex, param = self._vertices[node], self.walk.params[node][name]
        if type(vertex.operation) is Dense:
            x = self.walk.outputs[vertex.inputs[0]].values
            slope = float(x[self.sample, row]) if name == "W" else 1.0
            return [Start(node, column, slope)]
        place = Place(param.key, row, column)
        mask = self._reached(node, place)
        if self._pulled(node, 0) is None:
            mask = np.ones_like(mask)  # the layer does not say how: it may act on each unit
        starts = []
        for unit in np.flatnonzero(mask):
            pulled = self._pulled(node, int(unit))
            grad = None if pulled is None else pulled.get(param.key)
            slope = np.nan if pulled is None else 0.0 if grad is None else grad[row, column]
            starts.append(Start(node, int(unit), float(slope)))
        return starts

    def strongest(self, starts: Sequence[Start]) -> list[Path]:
        """All paths, or of more than `ALL_OF` the strongest; those that carry most come first.
        Empty where the layers are too wide to compare them."""
        most = ALL_OF if self.count(starts) <= ALL_OF else STRONGEST
        if any(self._candidates(start.node, most) > MOST_COMPARED for start in starts):
            return []
        found = []
        for start in starts:
            best = self._best(start.node, most)
            for slot in np.flatnonzero(best.rank[start.unit] >= 0):
                places = self._followed(start, int(slot), most)
                product = float(best.product[start.unit, slot]) * start.slope
                found.append(Path(tuple(places), product))
        found.sort(key=lambda p: -1.0 if np.isnan(p.product) else abs(p.product), reverse=True)
        return found[:most]

    # ---- counting --------------------------------------------------------------------------------

    def _counts(self, node: str) -> list[int]:
        """The number of paths from each unit to J; Python's integers do not overflow."""
        known = self._known.counts
        if node in known:
            return known[node]
        for vertex in reversed(self.walk.network.vertices):
            if vertex.id in known:
                continue
            ends = 1 if vertex.id == self.walk.network.output_id else 0
            total = np.full(self.walk.network.widths[vertex.id], ends, dtype=object)
            for consumer, i in self._consumers[vertex.id]:
                after = np.array(known[consumer], dtype=object)
                local = self._local(consumer, i)
                if local.each_alone:
                    total = total + after
                elif local.mask is None:
                    total = total + after.sum()
                else:
                    total = total + local.mask.astype(object) @ after
            known[vertex.id] = [int(c) for c in total]
            if vertex.id == node:
                break
        return known[node]

    # ---- derivatives of a single node ------------------------------------------------------------

    def _local(self, node: str, i: int) -> _Local:
        if (node, i) not in self._known.locals:
            self._known.locals[node, i] = self._make_local(self._vertices[node], i)
        return self._known.locals[node, i]

    def _make_local(self, vertex: Vertex, i: int) -> _Local:
        if type(vertex.operation) is Dense:
            return _Local(None, self.walk.params[vertex.id]["W"].values)
        if isinstance(vertex.operation, Maxout):
            return _Local(None, self._won(vertex.id, vertex.operation))
        source = self.walk.outputs[vertex.inputs[i]]
        width, units = source.shape[1], self.walk.network.widths[vertex.id]
        if width == units and self._is_elementwise(vertex, source):
            slopes = self._slopes_of_elements(vertex, i)
            return _Local(None, slopes, each_alone=True)
        mask = np.array([self._reached_from(vertex.id, i, unit) for unit in range(width)])
        if width * units * self.walk.m > MOST_WORK:
            return _Local(mask, None)
        slopes = np.zeros((width, units))
        for unit in range(units):
            pulled = self._pulled(vertex.id, unit)
            if pulled is None:
                return _Local(mask, None)
            grad = pulled.get(self._input_key(vertex, i))
            if grad is not None:
                slopes[:, unit] = grad[self.sample]
                others = np.delete(grad, self.sample, axis=0)
                self.stays = self.stays and not others.any()
        return _Local(mask, slopes)

    def _won(self, node: str, operation: Maxout) -> Array:
        """The weights (n_in, units) of the pieces that have won for this sample."""
        z = self.walk.lines[f"{node}:Z"].result.values[self.sample]
        winner = z.reshape(operation.pieces, operation.units).argmax(axis=0)
        columns = winner * operation.units + np.arange(operation.units)
        return np.asarray(self.walk.params[node]["W"].values[:, columns])

    def _input_key(self, vertex: Vertex, i: int) -> str:
        return self.walk.outputs[vertex.inputs[i]].key

    def _is_elementwise(self, vertex: Vertex, source: Quantity) -> bool:
        operation = vertex.operation
        if isinstance(operation, Activation) and operation.elementwise:
            return True
        if len(set(vertex.inputs)) < len(vertex.inputs):
            return False
        lines = [line for line in self._lines[vertex.id] if not line.aside]
        return len(lines) == 1 and _each_alone(lines[0].expression, source)

    def _slopes_of_elements(self, vertex: Vertex, i: int) -> Array | None:
        seed = np.zeros(self.walk.outputs[vertex.id].shape)
        seed[self.sample] = 1.0
        pulled = _pull_lines(self._lines[vertex.id], seed)
        if pulled is None:
            return None
        grad = pulled.get(self._input_key(vertex, i))
        return np.zeros(seed.shape[1]) if grad is None else grad[self.sample]

    def _pulled(self, node: str, unit: int) -> Mapping[str, Array] | None:
        """The derivatives of one unit's output by everything in the formulas of its node."""
        seed = np.zeros(self.walk.outputs[node].shape)
        seed[self.sample, unit] = 1.0
        return _pull_lines(self._lines[node], seed)

    def _reached_from(self, node: str, i: int, unit: int) -> Array:
        key = self._input_key(self._vertices[node], i)
        return self._reached(node, Place(key, self.sample, unit))

    def _reached(self, node: str, place: Place) -> Array:
        """Which units of this sample depend on a number, through all formulas of the node."""
        masks: dict[str, Array] = {}
        for line in self._lines[node]:
            if not line.aside:
                mask = _reach(line.expression, place, masks)
                masks[line.result.key] = np.broadcast_to(mask, line.result.shape)
        return np.asarray(masks[self.walk.outputs[node].key][self.sample])

    # ---- the strongest paths ---------------------------------------------------------------------

    def _candidates(self, node: str, most: int) -> int:
        """The most beginnings of paths between two layers from a node on."""
        widths, found = self.walk.network.widths, 0
        order = [v.id for v in self.walk.network.vertices]
        ahead = set(order[order.index(node) :])
        for source in ahead:
            for consumer, i in self._consumers[source]:
                slots = min(most, max(self._counts(consumer), default=0))
                across = 1 if self._local(consumer, i).each_alone else widths[consumer]
                found = max(found, widths[source] * across * slots)
        return found

    def _best(self, node: str, most: int) -> _Best:
        known = self._known.best
        if (node, most) not in known:
            for vertex in reversed(self.walk.network.vertices):
                if (vertex.id, most) not in known:
                    known[vertex.id, most] = self._make_best(vertex.id, most)
                if vertex.id == node:
                    break
        return known[node, most]

    def _loss_slopes(self) -> Array:
        """dJ/d output of this sample, as the loss alone gives it."""
        stage = next(s for s in self.walk.stages if s.key == f"backward:{self.walk.loss}")
        return np.asarray(stage.lines[-1].result.values[self.sample])

    def _together(self, node: str) -> Array | None:
        """dJ/dz of an output activation that is computed together with the loss: its own factors
        may be infinite, or only a convention (Step)."""
        network = self.walk.network
        operation = self._vertices[node].operation
        fused = node == network.output_id and type(operation).__name__ == network.loss.fuses
        if not fused or self._consumers[node] or not getattr(operation, "elementwise", False):
            return None
        stage = next((s for s in self.walk.stages if s.key == f"backward:{node}"), None)
        if stage is None:
            return None
        found = [line.result for line in stage.lines if not line.aside]
        return np.asarray(found[-1].values[self.sample])

    def _make_best(self, node: str, most: int) -> _Best:
        units = self.walk.network.widths[node]
        columns: list[tuple[Array, Array, int, Array, Array]] = []
        if node == self.walk.network.output_id:
            product = self._loss_slopes()[:, np.newaxis].copy()
            product[np.isinf(product)] = np.nan
            nothing = np.zeros((1, 1), np.intp)
            columns.append((product, np.ones(product.shape, np.bool_), -1, nothing, nothing))
        for k, (consumer, i) in enumerate(self._consumers[node]):
            local, after = self._local(consumer, i), self._known.best[consumer, most]
            join = _joined_alone if local.each_alone else _joined_across
            product, there, unit, slot = join(local, after, units)
            together = self._together(consumer)
            if together is not None:
                product = together[:, np.newaxis]
            columns.append((product, there, k, unit, slot))
        return _strongest(columns, units, most)

    def _followed(self, start: Start, slot: int, most: int) -> list[Place]:
        node, unit = start.node, start.unit
        places = []
        while True:
            places.append(Place(self.walk.outputs[node].key, self.sample, unit))
            best = self._known.best[node, most]
            follower = int(best.follower[unit, slot])
            if follower < 0:
                return places
            after = int(best.unit[unit, slot]), int(best.slot[unit, slot])
            node = self._consumers[node][follower][0]
            unit, slot = after


_Joined = tuple[Array, Array, Array, Array]


def _joined_alone(local: _Local, after: _Best, units: int) -> _Joined:
    """The paths from each unit through its own one of the next node: products and which of them
    there are (units, slots), and which unit and slot follow."""
    slopes = np.full(units, np.nan) if local.slopes is None else local.slopes
    with np.errstate(all="ignore"):
        product = slopes[:, np.newaxis] * after.product
    slot = np.arange(after.rank.shape[1])[np.newaxis]
    return product, after.rank >= 0, np.arange(units)[:, np.newaxis], slot


def _joined_across(local: _Local, after: _Best, units: int) -> _Joined:
    """The same through all units of the next node: (units, units behind * slots)."""
    behind, slots = after.rank.shape
    unit = np.repeat(np.arange(behind), slots)
    there = np.broadcast_to((after.rank >= 0).reshape(1, -1), (units, unit.size))
    if local.mask is not None:
        there = there & local.mask[:, unit]
    slopes = np.full((units, behind), np.nan) if local.slopes is None else local.slopes
    with np.errstate(all="ignore"):
        product = slopes[:, unit] * after.product.reshape(1, -1)
    slot = np.tile(np.arange(slots), behind)
    return product, there, unit[np.newaxis], slot[np.newaxis]


def _strongest(
    columns: Sequence[tuple[Array, Array, int, Array, Array]], units: int, most: int
) -> _Best:
    if not columns:
        none = np.zeros((units, 0), np.intp)
        return _Best(np.zeros((units, 0)), np.zeros((units, 0)), none, none, none)
    product = np.hstack([c[0] for c in columns])
    there = np.hstack([c[1] for c in columns])
    follower = np.hstack([np.full(c[0].shape, c[2]) for c in columns])
    unit = np.hstack([np.broadcast_to(c[3], c[0].shape) for c in columns])
    slot = np.hstack([np.broadcast_to(c[4], c[0].shape) for c in columns])
    rank = np.where(there, np.where(np.isnan(product), 0.0, np.abs(product)), -1.0)
    order = np.argsort(-rank, axis=1, kind="stable")[:, :most]

    def taken(values: Array) -> Array:
        return np.take_along_axis(values, order, axis=1)

    return _Best(taken(product), taken(rank), taken(follower), taken(unit), taken(slot))


def _each_alone(expression: Expression, source: Quantity) -> bool:
    """Whether each number depends only on that of the source at its own place."""
    if not expression.operands:
        return True
    return isinstance(expression, Elementwise) and all(
        _each_alone(o, source) for o in expression.operands
    )


def _reach(expression: Expression, place: Place, masks: Mapping[str, Array]) -> Array:
    if isinstance(expression, Quantity) and expression.key in masks:
        return masks[expression.key]
    if not expression.operands:
        return affected(expression, place)
    return expression.reach(*(_reach(o, place, masks) for o in expression.operands))


def _pull_lines(lines: Sequence[Line], seed: Array) -> Mapping[str, Array] | None:
    """The derivatives of the seeded results of the last line by all quantities; None where an
    operation does not say how they come about."""
    lines = [line for line in lines if not line.aside]
    grads = {lines[-1].result.key: seed}
    for line in reversed(lines):
        grad = grads.get(line.result.key)
        if grad is None:
            continue
        if any(isinstance(e, Opaque) for e in _all(line.expression)):
            return None
        _pull(line.expression, grad, grads)
    return grads


def _all(expression: Expression) -> list[Expression]:
    found = [expression]
    for operand in expression.operands:
        found += _all(operand)
    return found


def _pull(expression: Expression, grad: Array, into: dict[str, Array]) -> None:
    if isinstance(expression, Quantity):
        before = into.get(expression.key)
        into[expression.key] = grad if before is None else before + grad
        return
    if expression.operands and leaves(expression):
        for operand, part in zip(expression.operands, expression.pull(grad), strict=True):
            _pull(operand, part, into)
