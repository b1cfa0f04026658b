"""What can be read off each neuron and line of the drawn network, and which number is which."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np

from netbuilder.engine.algebra.expression import Entry, Place, Quantity
from netbuilder.engine.algebra.symbol import SUBSCRIPTS
from netbuilder.engine.algebra.write import digits_of
from netbuilder.engine.operation import Array
from netbuilder.engine.walk import Walk
from netbuilder.ui.step.diagram_plan import Plan, Spot, Weight, Wire

Role = Literal["this", "from", "to"]
"""A number itself, one of which it is made, one for which it is used."""
SIGNS = 6  # that fit into a neuron
MOST_MARKED = 3000  # numbers of a quantity: of larger layers the first units are shown
ASKED = "?"  # stands for a number that an exercise asks for


def brief(number: float, signs: int = SIGNS, most: int = 4) -> str:
    """A number in a few signs, with at most so many digits: 0.9975, -1.23, 1e-5."""
    words = ""
    for digits in range(most, 0, -1):
        words = digits_of(number, digits).replace("e-0", "e-").replace("e+0", "e")
        if len(words) <= signs:
            break
    return words


@dataclass
class Marks:
    """What is marked in the drawing, and how. sample: the row of the walk that it belongs to."""

    spots: dict[Spot, Role] = field(default_factory=dict)
    weights: dict[Weight, Role] = field(default_factory=dict)
    sample: int | None = None
    data: bool = False  # it is a number of the inputs or the targets

    def alone(self) -> Marks:
        """Only the number itself."""
        return Marks(
            {k: role for k, role in self.spots.items() if role == "this"},
            {k: role for k, role in self.weights.items() if role == "this"},
            self.sample,
            self.data,
        )

    def add(self, things: Iterable[Spot | Weight], role: Role) -> None:
        """What is marked already stays as it is."""
        for thing in things:
            if isinstance(thing, Weight):
                self.weights.setdefault(thing, role)
            else:
                self.spots.setdefault(thing, role)


class Drawn:
    """A walk as it is drawn: which neuron or line stands for which number."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        self.plan = Plan(walk)
        self.born: dict[str, int] = {}
        """The stage that brings each quantity."""
        for k, stage in enumerate(walk.stages):
            for quantity in stage.given:
                self.born[quantity.key] = k
            for line in stage.lines:
                if not line.aside:
                    self.born.setdefault(line.result.key, k)
        self.key_of_loss = f"{walk.loss}:J"
        self.key_of_targets = walk.targets.key

    @cached_property
    def largest_weight(self) -> float:
        """Of the whole network, before the update; never 0."""
        found = [0.0]
        for column in self.plan.columns:
            if column.pieces:
                values = np.abs(self.walk.params[column.nodes[0]]["W"].values)
                found.append(float(values[np.isfinite(values)].max(initial=0.0)))
        return max(found) or 1.0

    def things_at(self, place: Place) -> list[Spot | Weight]:
        """The neurons or the line that show one number; those of a whole column for a number that
        belongs to a sample or a layer as such."""
        walk, plan = self.walk, self.plan
        quantity = walk.quantities.get(place.key)
        if quantity is None:
            return []
        if place.key in (self.key_of_loss, self.key_of_targets):
            return [Spot(plan.loss, 0)]
        rows, columns = quantity.rows, quantity.columns
        if columns.side == "unit" and columns.node in plan.of_node:
            c = plan.of_node[columns.node]
            unit = (columns.first + place.column) % plan.columns[c].units
            if rows.side != "unit" or rows.node not in plan.of_node:
                return [Spot(c, unit)]
            before = plan.of_node[rows.node]
            if plan.columns[c].pieces and plan.into[c][0].source == before:
                return [Weight(c, rows.first + place.row, unit)]
            return [Spot(before, rows.first + place.row), Spot(c, unit)]
        node = walk.stages[self.born.get(place.key, 0)].node
        c = plan.loss if node == walk.loss else plan.of_node.get(node, plan.loss)
        return [Spot(c, unit) for unit in range(plan.columns[c].units)]

    def marks(self, place: Place) -> Marks:
        """A number, where it comes from, and where it goes."""
        walk, found = self.walk, Marks()
        quantity = walk.quantities.get(place.key)
        if quantity is None:
            return found
        if quantity.rows.side == "sample":
            found.sample = place.row
        found.data = place.key in (self.key_of_targets, walk.outputs[walk.stages[0].node].key)
        found.add(self.things_at(place), "this")
        seen: set[tuple[str, int, int]] = set()
        for source in walk.comes_from(place):
            rows = walk.quantities[source.key].rows.side
            # Of the samples only one is drawn: their other rows lie on the same neurons.
            once = (source.key, 0 if rows == "sample" else source.row, source.column)
            if once not in seen:
                seen.add(once)
                found.add(self.things_at(source), "from")
        for key, mask in walk.goes_to(place).items():
            quantity = walk.quantities[key]
            reached = np.broadcast_to(mask, quantity.values.shape)
            if quantity.rows.side == "sample":
                reached = np.any(reached, axis=0, keepdims=True)
            for row, column in np.argwhere(reached)[:MOST_MARKED]:
                found.add(self.things_at(Place(key, int(row), int(column))), "to")
        return found

    def way(self, weight: Weight, shown: Sequence[Sequence[int]]) -> list[tuple[Wire, int, int]]:
        """The lines on the paths from a weight to J, the weight's own among them, between the
        units of each column that are shown."""
        plan = self.plan
        (first,) = plan.into[weight.column]
        found = [(first, weight.source, weight.unit)]
        reached: dict[int, set[int]] = {weight.column: {weight.unit}}
        for c in sorted(range(len(plan.columns)), key=lambda c: plan.columns[c].rank):
            for wire in plan.out_of[c]:
                for i in sorted(reached.get(c, ())):
                    after = shown[wire.target] if wire.weights else plan.units_after(wire, i)
                    for j in after:
                        found.append((wire, i, j))
                        reached.setdefault(wire.target, set()).add(j)
        return found


@dataclass(frozen=True)
class Shown:
    """What the neurons of a column hold now: their value and dJ by it, as far as they are known."""

    value: Quantity | None = None
    error: Quantity | None = None


def _nothing_hidden(_place: Place) -> bool:
    return False


class Reading:
    """The numbers of one stage for one sample (`row` of the walk); `hides` tells which of them an
    exercise asks for."""

    def __init__(
        self,
        drawn: Drawn,
        stage: int,
        row: int,
        hides: Callable[[Place], bool] = _nothing_hidden,
    ) -> None:
        self._hides = hides
        self.drawn, self.stage = drawn, stage
        self.walk, self.plan = drawn.walk, drawn.plan
        self.row = min(row, self.walk.m - 1)
        self.at = self.walk.stages[stage]
        self.columns = [self._shown(c) for c in range(len(self.plan.columns))]
        results = self.at.results
        self.active = {
            self.plan.of_node[q.columns.node]
            for q in results
            if q.rows.side == "sample" and q.columns.node in self.plan.of_node
        }
        """The columns that the stage brings numbers for."""
        if self.at.phase == "loss":
            self.active = {self.plan.loss}
        learning = self.at.phase == "update" or any(q.rows.side == "unit" for q in results)
        self.learning = self.plan.of_node.get(self.at.node) if learning else None
        """The column whose weights' gradients or changes the stage is about."""

    def known(self, key: str) -> bool:
        """Whether the walk has come so far."""
        return self.drawn.born.get(key, self.stage + 1) <= self.stage

    def _shown(self, c: int) -> Shown:
        walk, column = self.walk, self.plan.columns[c]
        if column.kind == "loss":
            key = self.drawn.key_of_loss
            return Shown(walk.quantities[key] if self.known(key) else None)
        value = error = None
        for node in column.nodes:
            if self.known(walk.outputs[node].key):
                value = walk.outputs[node]
        for node in reversed(column.nodes):
            grad = walk.output_grads.get(node)
            if grad is not None and self.known(grad.key):
                error = grad
        return Shown(value, error)

    # ---- numbers --------------------------------------------------------------------------------

    def value(self, spot: Spot) -> float | None:
        """What a neuron holds."""
        return self._number(self.columns[spot.column].value, spot.unit)

    def value_words(self, spot: Spot) -> str:
        """What a neuron holds as it stands in it; nothing where that is not known yet."""
        return self._words(self.columns[spot.column].value, spot.unit, SIGNS, 4)

    def error_words(self, spot: Spot, signs: int = SIGNS, most: int = 4) -> str:
        """dJ by it, in so many signs and digits."""
        return self._words(self.columns[spot.column].error, spot.unit, signs, most)

    def _words(self, quantity: Quantity | None, unit: int, signs: int, most: int) -> str:
        number = self._number(quantity, unit)
        if quantity is None or number is None:
            return ""
        row = self.row if quantity.rows.side == "sample" else 0
        if self._hides(Place(quantity.key, row, unit)):
            return ASKED
        return brief(number, signs, most)

    def error(self, spot: Spot) -> float | None:
        """dJ by it."""
        return self._number(self.columns[spot.column].error, spot.unit)

    def _number(self, quantity: Quantity | None, unit: int) -> float | None:
        if quantity is None:
            return None
        row = self.row if quantity.rows.side == "sample" else 0
        return float(quantity.values[row, unit])

    def name(self, spot: Spot) -> str:
        """Of a neuron: x₁, h₃, ŷ, J."""
        column = self.plan.columns[spot.column]
        if column.kind == "loss":
            return "J"
        quantity = self.columns[spot.column].value or self.walk.outputs[column.out]
        number = str(spot.unit + 1).translate(SUBSCRIPTS) if column.units > 1 else ""
        return quantity.columns.letter + number

    def places(self, spot: Spot) -> tuple[Place | None, Place | None, Place | None]:
        """Of what a neuron holds, of the weighted sum that its activation was made of, and of the
        error; None for what it has not or is not known yet."""
        now, nodes = self.columns[spot.column], self.plan.columns[spot.column].nodes
        inside = None
        if len(nodes) > 1 and now.value is self.walk.outputs[nodes[-1]]:
            inside = self.walk.outputs[nodes[0]]

        def place(quantity: Quantity | None) -> Place | None:
            if quantity is None:
                return None
            return Place(quantity.key, self.row if quantity.rows.side == "sample" else 0, spot.unit)

        return place(now.value), place(inside), place(now.error)

    def place(self, spot: Spot) -> Place:
        """The number that a neuron stands for at this stage."""
        column = self.plan.columns[spot.column]
        if column.kind == "loss":
            return Place(self.drawn.key_of_loss, 0, 0)
        now = self.columns[spot.column]
        if self.at.phase in ("backward", "update"):
            quantity = now.error or self.walk.output_grads.get(column.out)
        else:
            quantity = now.value
        quantity = quantity or self.walk.outputs[column.out]
        return Place(quantity.key, self.row, spot.unit)

    # ---- weights --------------------------------------------------------------------------------

    def place_of_weight(self, weight: Weight) -> Place:
        """The number that a line stands for at this stage."""
        node = self.plan.columns[weight.column].nodes[0]
        learned = self.walk.grads.get(node, {}).get("W")
        backward = self.at.phase in ("backward", "update")
        quantity = learned if backward and learned is not None else self.walk.params[node]["W"]
        units = self.plan.columns[weight.column].units
        piece = int(self._winners(weight.column)[weight.unit])
        return Place(quantity.key, weight.source, piece * units + weight.unit)

    def _winners(self, c: int) -> Array:
        """Which piece counts for the sample, for each unit of a column."""
        if c not in self._all_winners:
            self._all_winners[c] = self._found_winners(c)
        return self._all_winners[c]

    @cached_property
    def _all_winners(self) -> dict[int, Array]:
        return {}

    def _found_winners(self, c: int) -> Array:
        column = self.plan.columns[c]
        pre = self.walk.quantities.get(f"{column.nodes[0]}:Z")
        if column.pieces < 2 or pre is None:
            return np.zeros(column.units, np.intp)
        pieces = pre.values[self.row].reshape(column.pieces, column.units)
        return np.asarray(pieces.argmax(axis=0))

    def _picked(self, c: int, values: Array) -> Array:
        """(n_in, pieces * units) to (n_in, units): those that count for the sample."""
        units = self.plan.columns[c].units
        if self.plan.columns[c].pieces == 1:
            return values
        return values[:, self._winners(c) * units + np.arange(units)]

    def weights(self, c: int) -> Array:
        """The weights (n_in, units) of a column as they are at this stage."""
        node = self.plan.columns[c].nodes[0]
        new = self.walk.quantities.get(f"{node}:new W")
        quantity = self.walk.params[node]["W"]
        if new is not None and self.known(new.key):
            quantity = new
        return self._picked(c, quantity.values)

    def changes(self, c: int) -> Array | None:
        """What the stage does to the weights (n_in, units), or finds as their gradients."""
        if c != self.learning:
            return None
        node = self.plan.columns[c].nodes[0]
        if self.at.phase != "update":
            grad = self.walk.grads.get(node, {}).get("W")
            return None if grad is None else self._picked(c, grad.values)
        new = self.walk.quantities.get(f"{node}:new W")
        if new is None:
            return None
        return self._picked(c, new.values - self.walk.params[node]["W"].values)

    def asks_for_change(self, c: int, source: int, unit: int) -> bool:
        """Whether the change of a weight, or its gradient, is asked for."""
        part = "new W" if self.at.phase == "update" else "d W"
        column = self._winners(c)[unit] * self.plan.columns[c].units + unit
        return self._hides(Place(f"{self.plan.columns[c].nodes[0]}:{part}", source, int(column)))

    def name_of(self, place: Place) -> str:
        """The symbol of a number: ∂J/∂w¹₁₃."""
        quantity = self.walk.quantities[place.key]
        return Entry(quantity, place.row, place.column).symbol.text()
