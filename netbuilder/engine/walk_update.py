"""The last stages of a walk: how each optimizer brings the new parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from netbuilder.engine.algebra.expression import Expression, Number, Quantity
from netbuilder.engine.algebra.symbol import Symbol
from netbuilder.engine.graph import Vertex
from netbuilder.engine.layers.batch_norm import BatchNorm
from netbuilder.engine.operation import Array
from netbuilder.engine.optimizer import Step
from netbuilder.engine.scope import Line, Scope
from netbuilder.engine.stage import Stage, fitting

if TYPE_CHECKING:
    from netbuilder.engine.walk import Walk


def update_stages(walk: Walk) -> list[Stage]:
    """The stages that bring the new parameters, one a node."""
    flat = [g for named in walk.grads.values() for g in named.values()]
    count = int(walk.update.count) + 1
    memory = {
        name: walk.network.weights_from(_padded(vector, walk.network.params.size))
        for name, vector in walk.update.state.items()
    }
    stages = []
    for vertex in walk.network.vertices:
        lines: list[Line] = []
        for name, g in walk.grads.get(vertex.id, {}).items():
            state = {key: by_node[vertex.id][name] for key, by_node in memory.items()}
            lines += _update_lines(walk, vertex.id, name, g, state, count, flat)
        lines += _running_lines(walk, vertex)
        if lines:
            stages.append(
                Stage(f"update:{vertex.id}", "update", vertex.id, "parameters", tuple(lines))
            )
    return stages


def _update_lines(
    walk: Walk,
    node: str,
    name: str,
    g: Quantity,
    memory: Mapping[str, Array],
    count: int,
    flat: Sequence[Quantity],
) -> list[Line]:
    update, p = walk.update, walk.params[node][name]
    optimizer = update.optimizer
    scope = Scope(
        node=node, layer=walk.layers[node], m=walk.m, inputs=[p], output=p, phase=f"{name} "
    )
    rate = Number(float(update.rate), r"\eta", "η")
    gradient: Expression = g
    clipped = update.clipping.write(scope, g, flat)
    if clipped is not None:
        gradient = scope.let("clipped", Symbol("g", walk.layers[node], name), clipped)
    before: Expression = p
    if optimizer.weight_decay and walk.network.slots[node].specs[name].decays:
        decay = Number(optimizer.weight_decay, r"\lambda", "λ")
        if optimizer.decoupled:
            symbol = Symbol(p.symbol.letter, p.symbol.layer, accent="tilde")
            before = scope.let("decayed", symbol, p - rate * decay * p)
        else:
            symbol = Symbol("g", walk.layers[node], name, accent="tilde")
            gradient = scope.let("decayed", symbol, gradient + decay * p)
    state = {
        key: scope.given(f"{key} before", scope.symbol(key, sub=name), values, p.rows, p.columns)
        for key, values in memory.items()
    }
    new = walk.parameter(node, name, walk.trace.update[node][name], "new ", p.symbol.renewed())
    written = optimizer.write_update(scope, Step(before, gradient, rate, state, count))
    expression = fitting([written], new, optimizer.title, (p, g))
    return [*scope.lines, Line(new, expression)]


def _running_lines(walk: Walk, vertex: Vertex) -> list[Line]:
    """How the running mean and variance of a batch normalisation follow those of the batch."""
    if not isinstance(vertex.operation, BatchNorm):
        return []
    scope = walk.scopes[vertex.id]
    share = Number(vertex.operation.momentum, r"\alpha", "α")
    lines = []
    for name in ("mean", "var"):
        old, batch = walk.params[vertex.id][name], scope.known[name]
        target: Expression = batch
        if name == "var":
            if walk.m < 2:
                continue
            unbiased = Number(
                walk.m / (walk.m - 1),
                r"\frac{m}{m - 1}",
                "m/(m - 1)",
                latex=rf"\frac{{{walk.m}}}{{{walk.m - 1}}}",
                plain=f"{walk.m}/{walk.m - 1}",
            )
            target = unbiased * batch
        expression = old + share * (target - old)
        new = walk.parameter(vertex.id, name, expression.value[0], "new ", old.symbol.renewed())
        lines.append(Line(new, expression))
    return lines


def _padded(vector: Array, size: int) -> Array:
    """A vector of the trainable parameters, filled up to that of all."""
    result = np.zeros(size, np.float64)
    result[: vector.size] = vector
    return result
