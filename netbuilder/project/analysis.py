"""Infers the shapes of a project's network and finds what keeps it from training."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from netbuilder.data.dataset import Table
from netbuilder.data.prepare import target_width
from netbuilder.engine.activation import Activation
from netbuilder.engine.graph import ancestors, cycle, topological_order
from netbuilder.engine.initializers.values import Values
from netbuilder.engine.loss import Loss
from netbuilder.errors import NetbuilderError, ShapeError
from netbuilder.project.model import Edge, Node, Project
from netbuilder.project.problems import Analysis, Problem


def analyse(project: Project, table: Table | None = None) -> Analysis:
    """All problems, widths and parameter counts. `table` is the dataset already made, if it is."""
    found: list[Problem] = []
    if table is None:
        try:
            table = project.dataset.make()
        except NetbuilderError as error:
            found.append(
                Problem(code="data", template="The data: {detail}", fields={"detail": str(error)})
            )
    analyser = _Analyser(project, table)
    analyser.run()
    return Analysis(
        problems=(*found, *analyser.problems),
        input_widths=analyser.input_widths,
        widths=analyser.widths,
        parameters=analyser.counts,
    )


def connection_error(project: Project, source: str, target: str) -> str | None:
    """Why no wire may lead from source to target, or None when it may.

    A second wire into a block with one input is no error: it replaces the first.
    """
    a, b = project.node(source), project.node(target)
    if source == target:
        return "A block cannot feed itself."
    if not a.operation.has_output:
        return f"'{source}' is a loss and has no output: it ends the network."
    if b.operation.inputs[1] == 0:
        return f"'{target}' is the data and takes no input: it begins the network."
    if (source, target) in project.edges:
        return f"'{source}' already leads to '{target}'."
    inputs = project.incoming()
    if target in ancestors(inputs, [source]):
        return f"'{target}' already leads to '{source}': the wires would form a circle."
    return None


class _Analyser:
    def __init__(self, project: Project, table: Table | None) -> None:
        self.project = project
        self.table = table
        self.problems: list[Problem] = []
        self.input_widths: dict[str, int] = {}
        self.widths: dict[str, int] = {}
        self.counts: dict[str, int] = {}
        self.nodes = {n.id: n for n in project.nodes}
        self.inputs = project.incoming()

    def say(
        self,
        code: str,
        template: str,
        node: str | None = None,
        edge: Edge | None = None,
        level: Any = "error",
        **fields: Any,
    ) -> None:
        if node is not None:
            fields = {"node": node, "title": self.nodes[node].operation.title, **fields}
        self.problems.append(
            Problem(code=code, template=template, fields=fields, node=node, edge=edge, level=level)
        )

    def run(self) -> None:
        if not self.nodes:
            self.say(
                "empty",
                "The canvas is empty: drag a Data block onto it, then a Dense layer, an activation"
                " and a loss.",
                level="todo",
            )
            return
        self._ends()
        self._wires()
        order = topological_order(self.inputs)
        if len(order) == len(self.nodes):
            for node_id in order:
                self._infer(self.nodes[node_id])
        self._learnable()

    # ---- the graph ------------------------------------------------------------------------------

    def _of_kind(self, kind: str) -> list[Node]:
        return [n for n in self.project.nodes if n.operation.kind == kind]

    def _ends(self) -> None:
        data, losses = self._of_kind("input"), self._of_kind("loss")
        if not data:
            self.say(
                "no_data",
                "There is no Data block: drag one to the left end of the network.",
                level="todo",
            )
        for extra in data[1:]:
            self.say(
                "many_data",
                "A network has one Data block, '{node}' is a second: delete it.",
                extra.id,
            )
        if not losses:
            self.say(
                "no_loss",
                "There is no loss: drag one behind the last block, so that the network knows what"
                " to learn.",
                level="todo",
            )
        for extra in losses[1:]:
            self.say("many_losses", "'{node}' is a second loss: delete it.", extra.id)

    def _wires(self) -> None:
        ring = cycle(self.inputs)
        if ring:
            self.say(
                "cycle",
                "The wires form a circle ({ring}): delete one of them.",
                ring[0],
                ring=" → ".join([*ring, ring[0]]),
            )
        leads_to_loss = ancestors(self.inputs, [n.id for n in self._of_kind("loss")])
        has_loss = bool(self._of_kind("loss"))
        leads_on = {source for source, _ in self.project.edges}
        for node in self.project.nodes:
            fewest, most = node.operation.inputs
            count = len(self.inputs[node.id])
            used = node.id in leads_to_loss or not has_loss
            if count < fewest and count == 0:
                self.say(
                    "no_input",
                    "{title} '{node}' has no input: drag a wire to its left side.",
                    node.id,
                    level="error" if used else "warning",
                )
            elif count < fewest:
                self.say(
                    "few_inputs",
                    "{title} '{node}' needs at least {fewest} inputs: drag another wire to it.",
                    node.id,
                    fewest=fewest,
                )
            elif most == 0 and count:
                self.say(
                    "many_inputs",
                    "{title} '{node}' takes no input: delete the wire that leads into it.",
                    node.id,
                )
            elif most is not None and count > most:
                self.say(
                    "many_inputs",
                    "{title} '{node}' takes {most} input, but {count} wires lead into it: delete"
                    " all but one.",
                    node.id,
                    most="one" if most == 1 else most,
                    count=count,
                )
            if has_loss and node.id not in leads_to_loss and node.id not in leads_on:
                self.say(
                    "unused",
                    "'{node}' leads nowhere, so it learns nothing: wire it on or delete it.",
                    node.id,
                    level="warning",
                )

    # ---- the shapes -----------------------------------------------------------------------------

    def _infer(self, node: Node) -> None:
        operation = node.operation
        if operation.kind == "input":
            if self.table is not None:
                self.widths[node.id] = self.table.features
            return
        sources = self.inputs[node.id]
        if not sources or any(s not in self.widths for s in sources):
            return
        most = operation.inputs[1]
        if most is not None and len(sources) > most:
            return
        widths = [self.widths[s] for s in sources]
        self.input_widths[node.id] = sum(widths) if len(widths) > 1 else widths[0]
        if isinstance(operation, Loss):
            self._check_loss(node, operation, widths[0])
            return
        try:
            self.widths[node.id] = operation.width(widths)
            specs = operation.parameters(widths)
        except ShapeError as error:
            self.say("shape", "'{node}': {detail}", node.id, detail=error.fields["detail"])
            return
        learned = [s for s in specs.values() if s.learned]
        if learned:
            self.counts[node.id] = sum(int(np.prod(s.shape)) for s in learned)
        for name, spec in specs.items():
            if isinstance(spec.init, Values):
                self._check_values(node, name, spec.init, spec.shape)
        if type(operation).__name__ == "Softmax" and widths[0] == 1:
            self.say(
                "softmax_one",
                "Softmax '{node}' has only one unit, so its output is always 1: give the layer"
                " before it one unit for each class, or use a Sigmoid.",
                node.id,
            )

    def _check_values(self, node: Node, name: str, init: Values, shape: Sequence[int]) -> None:
        got = np.shape(init.values)
        if got != tuple(shape):
            self.say(
                "values",
                "'{node}' has typed-in values for {name} in the shape {got}, but {wanted} are"
                " needed: change the table, the units or the start.",
                node.id,
                name=name,
                got=" × ".join(map(str, got)) or "0",
                wanted=" × ".join(map(str, shape)),
            )

    def _check_loss(self, node: Node, loss: Loss, width: int) -> None:
        before = self.nodes[self.inputs[node.id][0]]
        before_type = type(before.operation).__name__
        if loss.after and before_type not in loss.after:
            self.say(
                "loss_after",
                "{title} '{node}' needs {what}: put a {wanted} between '{before}' and it.",
                node.id,
                what=loss.wants,
                wanted=loss.after[0],
                before=before.id,
            )
        levels = before.operation.levels() if isinstance(before.operation, Activation) else ()
        if loss.raw and levels and min(levels) >= 0.0:
            self.say(
                "loss_raw",
                "{title} '{node}' compares scores of either sign, but '{before}' gives only one:"
                " take '{before}' out or put a Linear in its place.",
                node.id,
                level="warning",
                before=before.id,
            )
        table = self.table
        if table is None:
            return
        if table.classes is None and loss.encoding != "number":
            self.say(
                "loss_data",
                "{title} '{node}' is for classes, but the data has numbers as targets: use a loss"
                " such as MSE.",
                node.id,
            )
            return
        fitting = target_width(table, loss.encoding == "one_hot")
        if width not in fitting:
            layer = self._sized_layer(before.id)
            self.say(
                "width",
                "The network has {width} {outputs}, but the data {wants}: {remedy}.",
                node.id,
                width=width,
                outputs="output" if width == 1 else "outputs",
                wants=self._wants(table, fitting[0]),
                remedy=f"set the units of '{layer}' to {fitting[0]}"
                if layer
                else f"put a layer with {fitting[0]} units before '{before.id}'",
                units=fitting[0],
                layer=layer,
            )
            return
        misfit = loss.misfit(width)
        if misfit is not None:
            self.say(
                "loss_parameters",
                "{title} '{node}' {detail}: change them or the network's outputs.",
                node.id,
                detail=misfit,
            )

    @staticmethod
    def _wants(table: Table, wanted: int) -> str:
        noun = "output" if wanted == 1 else "outputs"
        if table.classes is not None:
            return f"has {table.classes} classes and needs {wanted} {noun} with this loss"
        return f"has {wanted} target{'s' if wanted > 1 else ''} a sample"

    def _sized_layer(self, node_id: str) -> str | None:
        """The nearest layer before a node whose number of units can be set."""
        while True:
            operation = self.nodes[node_id].operation
            if hasattr(operation, "units"):
                return node_id
            sources = self.inputs[node_id]
            if len(sources) != 1 or not isinstance(operation, Activation):
                return None
            node_id = sources[0]

    def _learnable(self) -> None:
        used = ancestors(self.inputs, [n.id for n in self._of_kind("loss")])
        layers = [self.nodes[i].operation for i in self.counts if i in used]
        if self.table is None or any(p.level != "warning" for p in self.problems):
            return
        if not any(layer.is_trainable() for layer in layers):
            self.say(
                "nothing_to_learn",
                "Nothing can be learned: no block has trainable weights. Add a Dense layer or"
                " switch Trainable on.",
            )
