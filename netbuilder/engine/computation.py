"""The computation of J as a whole: every formula of the forward pass with all its gradients.

The gradients are worked out by reverse differentiation through the formulas. What the walk knows
from the engine comes first, though: where an activation is computed together with the loss the
single factors may be infinite or cancel, and the engine's product is the better number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netbuilder.engine.algebra.expression import Place, Quantity
from netbuilder.engine.algebra.follow import quantities
from netbuilder.engine.algebra.parts import Part
from netbuilder.engine.operation import Array
from netbuilder.engine.walk import Walk


@dataclass(frozen=True)
class Formula:
    """One line of the forward pass: `root` is its right-hand side with all gradients. `grad` is dJ
    by the result, None where J does not come by it."""

    result: Quantity
    root: Part
    owner: str  # the node of the network
    stage: int
    grad: Array | None


class Computation:
    """What a computational graph is drawn from; float64, any thread."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        self.target = f"{walk.loss}:J"
        self.formulas: dict[str, Formula] = {}
        self.totals: dict[str, Array] = {}  # dJ by each quantity, over all that it is used for
        self.by_formulas: dict[str, Array] = {}  # the same, before the engine's own come first
        self._outputs = {q.key: i for i, q in walk.outputs.items()}
        self._params = {
            q.key: (i, name) for i, named in walk.params.items() for name, q in named.items()
        }
        # By the key of a gradient that of the quantity by which it is.
        self.derived = {g.key: walk.outputs[i].key for i, g in walk.output_grads.items()} | {
            g.key: walk.params[i][name].key
            for i, named in walk.grads.items()
            for name, g in named.items()
        }
        self._places = {s.key: i for i, s in enumerate(walk.stages)}
        self._back: dict[str, int] = {}
        for i, stage in enumerate(walk.stages):
            if stage.phase == "backward" and stage.part != "output gradient":
                self._back.setdefault(stage.node, i)
        self._grad_stages = {
            line.result.key: i
            for i, s in reversed(list(enumerate(walk.stages)))
            for line in s.lines
        }
        with np.errstate(all="ignore"):
            self._differentiate()

    # ---- gradients ------------------------------------------------------------------------------

    def _differentiate(self) -> None:
        walk, sums = self.walk, self.by_formulas
        sums[self.target] = np.ones((1, 1))
        for i, stage in reversed(list(enumerate(walk.stages))):
            if stage.phase not in ("forward", "loss"):
                continue
            for line in reversed(stage.lines):
                if line.aside:
                    continue
                key = line.result.key
                if key in sums:
                    self.totals[key] = self._engines(key, sums[key])
                grad = self.totals.get(key)
                root = Part(line.expression, np.zeros((1, 1)) if grad is None else grad)
                self.formulas[key] = Formula(line.result, root, stage.node, i, grad)
                for leaf in root.leaves():
                    if isinstance(leaf.expression, Quantity) and grad is not None:
                        name = leaf.expression.key
                        sums[name] = sums.get(name, 0.0) + leaf.grad
        for key, total in sums.items():
            self.totals.setdefault(key, self._engines(key, total))

    def _engines(self, key: str, total: Array) -> Array:
        """dJ by a quantity as the engine has it, if it has; else what the formulas give."""
        walk = self.walk
        if key in self._outputs:
            node = self._outputs[key]
            # J may be written without the last activation, from what goes into it.
            whole = node != walk.network.output_id or self._loss_names(key)
            return walk.output_grads[node].values if whole and node in walk.output_grads else total
        if key in self._params:
            node, name = self._params[key]
            known = walk.grads.get(node, {}).get(name)
            if known is not None and not self.penalised(key):
                return known.values
        return total

    def _loss_names(self, key: str) -> bool:
        return any(
            q.key == key
            for stage in self.walk.stages
            if stage.phase == "loss"
            for line in stage.lines
            for q in quantities(line.expression)
        )

    def penalised(self, key: str) -> bool:
        """Whether the engine adds the gradient of a penalty, which is no part of J, to that of a
        parameter."""
        if key not in self._params:
            return False
        node, name = self._params[key]
        vertex = next(v for v in self.walk.network.vertices if v.id == node)
        slot = self.walk.network.slots.get(node)
        return any(vertex.operation.penalty()) and slot is not None and slot.specs[name].decays

    def by_engine(self, key: str) -> bool:
        """Whether the gradient of a quantity is the engine's own number because the one by the
        formulas is another: infinite, or not exact."""
        total, plain = self.totals.get(key), self.by_formulas.get(key)
        if total is None or plain is None:
            return False
        return not np.allclose(total, plain, rtol=1e-6, atol=1e-12, equal_nan=True)

    # ---- when what is known ----------------------------------------------------------------------

    def stage_of(self, key: str) -> int:
        """The stage at which a quantity is known; 0 for what is there from the start."""
        return self.formulas[key].stage if key in self.formulas else 0

    def grad_stage_of(self, key: str) -> int | None:
        """The stage at which dJ by a quantity is known; None where the step needs none."""
        if key == self.target:
            return self._back.get(self.walk.loss)
        if key in self._outputs:
            grad = self.walk.output_grads.get(self._outputs[key])
            return None if grad is None else self._grad_stages.get(grad.key)
        if key in self._params:
            node, name = self._params[key]
            known = self.walk.grads.get(node, {}).get(name)
            return None if known is None else self._grad_stages.get(known.key)
        return self._back.get(self.formulas[key].owner) if key in self.formulas else None

    def use_stage(self, owner: str, key: str) -> int | None:
        """The stage at which a node gives back its share of dJ by a quantity; "" for what has no
        name."""
        if key in self._params:
            return self.grad_stage_of(key)
        if key in self._outputs:
            return self._places.get(f"backward:{owner}", self._back.get(owner))
        return self._back.get(owner)

    # ---- one neuron ------------------------------------------------------------------------------

    def neuron(self, place: Place | None, node: str) -> tuple[Place, frozenset[str]]:
        """A neuron to look at alone: the place of its output, and the nodes that it goes through,
        such as a Dense and its activation. It is that of `place`, or the first one of a node."""
        network = self.walk.network
        vertices = {v.id: v for v in network.vertices}
        quantity = self.walk.quantities.get(place.key) if place is not None else None
        unit = 0
        if quantity is not None and place is not None and quantity.columns.side == "unit":
            node, unit = quantity.columns.node, place.column
        if node not in vertices or vertices[node].operation.kind == "input":
            node = network.vertices[1].id
        chain = [node]
        first = network.vertices[0].id
        while self._single(chain[0]) and vertices[chain[0]].inputs[0] != first:
            chain.insert(0, vertices[chain[0]].inputs[0])
        while True:
            users = [v.id for v in network.vertices if chain[-1] in v.inputs]
            if len(users) != 1 or not self._single(users[0]):
                break
            chain.append(users[0])
        output = self.walk.outputs[chain[-1]]
        unit = min(unit, output.values.shape[1] - 1)
        return Place(output.key, 0, unit), frozenset(chain)

    def _single(self, node: str) -> bool:
        """Whether a node acts on each unit alone."""
        operation = next(v.operation for v in self.walk.network.vertices if v.id == node)
        return bool(getattr(operation, "elementwise", False))
