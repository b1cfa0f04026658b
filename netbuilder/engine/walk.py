"""One step of training as a walk: stage by stage, each with its formulas and all their numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from netbuilder.engine.algebra.expression import (
    Expression,
    Meaning,
    Number,
    Place,
    Quantity,
    Sum,
)
from netbuilder.engine.algebra.follow import affected, quantities, sources
from netbuilder.engine.algebra.functions import sign
from netbuilder.engine.algebra.matrices import Opaque
from netbuilder.engine.algebra.symbol import Symbol
from netbuilder.engine.graph import Vertex
from netbuilder.engine.network import Network
from netbuilder.engine.operation import Array
from netbuilder.engine.scope import Line, Scope
from netbuilder.engine.stage import Phase, Stage, fitting
from netbuilder.engine.trace import Backward, Trace, trace
from netbuilder.engine.update import Update
from netbuilder.engine.walk_names import LETTERS, Names
from netbuilder.engine.walk_update import update_stages

RUNNING = {"mean": "mu", "var": "sigma"}
"""The letters of running statistics."""


class Walk:
    """All stages of one step on rows x (m, n) with targets y (m, k).

    The numbers are those of `trace`, that is those of the next step of training; see there for
    what stays as it is. `samples`: which rows of the training set these are. `sample`: the one for
    which things that belong to a single sample are shown. Everything is float64.
    """

    def __init__(
        self,
        network: Network,
        x: Array,
        y: Array,
        update: Update,
        *,
        samples: Sequence[int] | None = None,
        sample: int = 0,
    ) -> None:
        self.network = network
        self.samples = list(range(len(x))) if samples is None else list(samples)
        self.sample = min(sample, len(x) - 1)
        self.update = update
        self.m = len(x)
        before = network.get_weights()
        self.trace: Trace = trace(network, x, y, update)
        self._forward = {f.node: f for f in self.trace.forward}
        self._backward: dict[str, Backward] = {b.node: b for b in self.trace.backward}
        self._vertices = {v.id: v for v in network.vertices}
        self.loss = network.loss_id
        self._names = names = Names(network)
        self.layers: Mapping[str, str] = names.layers
        self.outputs: dict[str, Quantity] = {
            i: self._matrix(i, f"{i}:output", symbol, self._forward[i].output)
            for i, symbol in names.outputs.items()
        }
        self.params = {i: self._parameters(i, named) for i, named in before.items()}
        columns = replace(self._units(network.output_id), letter="y")
        self.targets = Quantity(
            f"{self.loss}:targets", Symbol("Y"), np.array(y, np.float64), Meaning("sample"), columns
        )
        self.output_grads: dict[str, Quantity] = {
            i: self._matrix(
                i, f"{i}:output gradient", q.symbol.derived(), self._backward[i].grad_output
            )
            for i, q in self.outputs.items()
            if i in self._backward
        }
        self.grads: dict[str, dict[str, Quantity]] = {}
        self.scopes: dict[str, Scope] = {}
        with np.errstate(all="ignore"):
            self.stages: tuple[Stage, ...] = (
                self._input_stage(),
                *map(self._forward_stage, network.vertices[1:]),
                *self._loss_stages(),
                *self._backward_stages(),
                *update_stages(self),
            )

    # ---- asking ----------------------------------------------------------------------------------

    @cached_property
    def lines(self) -> dict[str, Line]:
        """The line that gives each quantity, by the quantity's key; asides last of all."""
        found: dict[str, Line] = {}
        for stage in self.stages:
            for line in stage.lines:
                if line.result.key not in found or not line.aside:
                    found[line.result.key] = line
        return found

    @cached_property
    def quantities(self) -> dict[str, Quantity]:
        """Every quantity that is shown, by its key."""
        found: dict[str, Quantity] = {}
        for stage in self.stages:
            for quantity in stage.given:
                found[quantity.key] = quantity
            for line in stage.lines:
                for quantity in (*quantities(line.expression), line.result):
                    found.setdefault(quantity.key, quantity)
        return found

    def stage_of(self, key: str) -> int:
        """The place of the stage that brings a quantity; 0 for what is there from the start."""
        for i, stage in enumerate(self.stages):
            if any(line.result.key == key for line in stage.lines):
                return i
        return 0

    def comes_from(self, place: Place) -> list[Place]:
        """The numbers of which one number is made, in the formula of its quantity."""
        line = self.lines.get(place.key)
        return [] if line is None else sources(line.expression, place.row, place.column)

    def goes_to(self, place: Place) -> dict[str, Array]:
        """Which numbers of which quantities one number is used for directly: masks by key."""
        found = {}
        for key, line in self.lines.items():
            if any(q.key == place.key for q in quantities(line.expression)):
                mask = affected(line.expression, place)
                if mask.any():
                    found[key] = mask
        return found

    # ---- quantities ------------------------------------------------------------------------------

    def _sample_rows(self) -> Meaning:
        return Meaning("sample")

    def _units(self, node: str) -> Meaning:
        symbol = self._names.outputs[node]
        letter = replace(symbol, letter=symbol.letter.lower(), layer="").text()
        return Meaning("unit", node, letter)

    def _matrix(self, node: str, key: str, symbol: Symbol, values: Array) -> Quantity:
        return Quantity(key, symbol, values, self._sample_rows(), self._units(node))

    def _parameters(self, node: str, named: Mapping[str, Array]) -> dict[str, Quantity]:
        return {name: self.parameter(node, name, values) for name, values in named.items()}

    def parameter(
        self, node: str, name: str, values: Array, mark: str = "", symbol: Symbol | None = None
    ) -> Quantity:
        """A quantity of the shape of a node's parameter; `mark` begins its key."""
        vertex = self._vertices[node]
        columns = self._units(node)
        rows = self._units(vertex.inputs[0]) if values.ndim == 2 else Meaning()
        if symbol is None:
            accent = "bar" if name in RUNNING else ""
            letter = RUNNING.get(name, name)
            symbol = Symbol(letter, self.layers[node], accent=accent, square=name == "var")
        running = "running " if name in RUNNING else ""
        return Quantity(f"{node}:{mark}{running}{name}", symbol, values, rows, columns)

    # ---- stages ----------------------------------------------------------------------------------

    def _scope(self, node: str, phase: str = "") -> Scope:
        vertex = self._vertices[node]
        return Scope(
            node=node,
            layer=self.layers[node],
            m=self.m,
            inputs=[self.outputs[u] for u in vertex.inputs],
            output=self.outputs[node],
            params=self.params.get(node, {}),
            grad=self.output_grads.get(node),
            shown=self._forward[node].shown,
            sample=self.sample,
            phase=phase,
        )

    def _input_stage(self) -> Stage:
        first = self.network.vertices[0].id
        return Stage(
            f"input:{first}", "input", first, "output", given=(self.outputs[first], self.targets)
        )

    def _forward_stage(self, vertex: Vertex) -> Stage:
        scope = self.scopes[vertex.id] = self._scope(vertex.id)
        expression = vertex.operation.write_forward(scope)
        line = Line(self.outputs[vertex.id], expression)
        return Stage(f"forward:{vertex.id}", "forward", vertex.id, "output", (*scope.lines, line))

    def _loss_scope(self, phase: str = "") -> Scope:
        output = self.network.output_id
        scope = Scope(
            node=self.loss,
            layer="",
            m=self.m,
            inputs=[self.outputs[output]],
            output=self.outputs[output],
            sample=self.sample,
            phase=phase,
        )
        if type(self._vertices[output].operation).__name__ == "LogSoftmax":
            scope.known["logarithms"] = self.outputs[output]
        return scope

    def _loss_stages(self) -> list[Stage]:
        loss, output = self.network.loss, self._vertices[self.network.output_id]
        y, t = self.outputs[output.id], self.targets
        fused = type(output.operation).__name__ == loss.fuses
        number = Quantity(f"{self.loss}:J", Symbol("J"), np.full((1, 1), self.trace.loss))
        scope = self._loss_scope()
        written = [loss.write_value(scope, y, t)]
        if fused:
            z = self.outputs[output.inputs[0]]
            written.append(loss.write_fused_value(scope, z, y, t))
        value = fitting(written, number, loss.title, (y, t))
        stages = [
            Stage(f"loss:{self.loss}", "loss", self.loss, "J", (*scope.lines, Line(number, value)))
        ]
        scope = self._loss_scope("d ")
        grad = self._loss_gradient(output.id)
        value = fitting([loss.write_gradient(scope, y, t)], grad, f"{loss.title}'", (y, t))
        lines = (*scope.lines, Line(grad, value))
        stages.append(
            Stage(f"backward:{self.loss}", "backward", self.loss, "input gradient", lines)
        )
        return stages

    def _loss_gradient(self, output: str) -> Quantity:
        """dJ/d output as the loss alone gives it; where the output goes elsewhere too, a part."""
        total = self.output_grads[output]
        return total if not self._parts(output) else self._parts(output)[-1]

    # ---- backwards -------------------------------------------------------------------------------

    def _consumers(self, node: str) -> list[tuple[str, int]]:
        """Which inputs of which nodes the output is; the loss is not among them."""
        return [
            (v.id, i) for v in self.network.vertices for i, u in enumerate(v.inputs) if u == node
        ]

    def _parts(self, node: str) -> list[Quantity]:
        """dJ/d output as each of several users gives it back; nothing where there is only one."""
        users: list[tuple[str, int] | None] = list(self._consumers(node))
        if node == self.network.output_id:
            users.append(None)
        if len(users) < 2:
            return []
        if node not in self._known_parts:
            total = self.output_grads.get(node)
            symbol = self.outputs[node].symbol
            self._known_parts[node] = [
                self._matrix(
                    node,
                    f"{node}:output gradient {LETTERS[i % len(LETTERS)]}{i // len(LETTERS) or ''}",
                    Symbol(
                        symbol.letter,
                        symbol.layer,
                        LETTERS[i % len(LETTERS)],
                        symbol.accent,
                        grad=True,
                    ),
                    self._edge_gradient(*user) if user else self._rest(node, total, users),
                )
                for i, user in enumerate(users)
            ]
        return self._known_parts[node]

    @cached_property
    def _known_parts(self) -> dict[str, list[Quantity]]:
        return {}

    def _rest(
        self, node: str, total: Quantity | None, users: Sequence[tuple[str, int] | None]
    ) -> Array:
        """What the loss gives back to an output that is used elsewhere too."""
        assert total is not None
        rest = total.values.copy()
        for user in users:
            if user is not None:
                rest -= self._edge_gradient(*user)
        return rest

    def _edge_gradient(self, node: str, i: int) -> Array:
        """dJ/d the i-th input (m, n) of a node."""
        widths = [self.network.widths[u] for u in self._vertices[node].inputs]
        first = sum(widths[:i])
        return self._backward[node].grad_input[:, first : first + widths[i]]

    def _backward_stages(self) -> list[Stage]:
        stages: list[Stage] = []
        for vertex in reversed(self.network.vertices[1:]):
            parts = self._parts(vertex.id)
            if parts:
                line = Line(self.output_grads[vertex.id], Sum(*parts))
                stages.append(
                    Stage(f"sum:{vertex.id}", "backward", vertex.id, "output gradient", (line,))
                )
            stages += self._back_through(vertex)
        return stages

    def _back_through(self, vertex: Vertex) -> list[Stage]:
        scope = self._scope(vertex.id, "d ")
        scope.known = self.scopes[vertex.id].known
        written = vertex.operation.write_backward(scope)
        results = [self._edge_result(vertex.id, i) for i in range(len(vertex.inputs))]
        operands = (self.output_grads[vertex.id], *scope.inputs)
        stages = []
        lines: list[Line] = []
        gradients = self.network.gradients.get(vertex.id, {})
        for name in gradients:
            result = self.parameter(
                vertex.id,
                name,
                self._backward[vertex.id].grads[name],
                "d ",
                self.params[vertex.id][name].symbol.derived(),
            )
            self.grads.setdefault(vertex.id, {})[name] = result
            by_rule = written.grads.get(name) if written is not None else None
            expression: Expression = by_rule or Opaque(
                f"{vertex.operation.title}'", operands, result.values
            )
            lines.append(Line(result, self._penalised(vertex, name, expression)))
        on_the_way = list(scope.lines)
        back = []
        for i, target in enumerate(results):
            if target is None:
                continue
            candidates = [written.inputs[i] if written is not None else None]
            short = self._short(vertex, scope)
            candidates.append(short)
            expression = fitting(candidates, target, f"{vertex.operation.title}'", operands)
            back.append(Line(target, expression))
            if short is not None and expression is not short:
                back.append(Line(target, short, aside=True))
        node = vertex.id
        if lines and back and not on_the_way:
            stages.append(Stage(f"parameters:{node}", "backward", node, "parameters", tuple(lines)))
            lines = []
        if on_the_way or lines or back:
            # What is named on the way serves both.
            part, key = ("input gradient", "backward") if back else ("parameters", "parameters")
            together = (*on_the_way, *lines, *back)
            stages.append(Stage(f"{key}:{node}", "backward", node, part, together))
        return stages

    def _edge_result(self, node: str, i: int) -> Quantity | None:
        """The quantity that a node's i-th input gradient is; None where nobody needs it."""
        source = self._vertices[node].inputs[i]
        if self._vertices[source].operation.kind == "input":
            return None
        parts = self._parts(source)
        if not parts:
            return self.output_grads[source]
        return parts[self._consumers(source).index((node, i))]

    def _short(self, vertex: Vertex, scope: Scope) -> Expression | None:
        """The short form of activation and loss together, where they are computed so."""
        loss = self.network.loss
        if vertex.id != self.network.output_id or type(vertex.operation).__name__ != loss.fuses:
            return None
        if self._parts(vertex.id):
            return None
        of_loss = self._loss_scope("short ")
        y, z = self.outputs[vertex.id], self.outputs[vertex.inputs[0]]
        short = loss.write_fused_gradient(of_loss, z, y, self.targets)
        scope.lines += of_loss.lines
        return short

    def _penalised(self, vertex: Vertex, name: str, expression: Expression) -> Expression:
        """With what the L1 and L2 penalties of the layer add."""
        l1, l2 = vertex.operation.penalty()
        weight = self.params[vertex.id][name]
        if not self.network.slots[vertex.id].specs[name].decays:
            return expression
        if l2:
            expression = expression + Number(l2, r"\lambda_2", "λ₂") * weight
        if l1:
            expression = expression + Number(l1, r"\lambda_1", "λ₁") * sign(weight)
        return expression


__all__ = ["Phase", "Stage", "Walk"]
