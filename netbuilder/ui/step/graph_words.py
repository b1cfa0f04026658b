"""What the computational graph says in words: the local rule of an operation, and its values."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from netbuilder.engine.algebra import expression as e
from netbuilder.engine.algebra import functions as f
from netbuilder.engine.algebra import matrices as x
from netbuilder.engine.algebra.write import digits_of
from netbuilder.engine.computation import Computation
from netbuilder.engine.computation_graph import Edge, Graph, Node
from netbuilder.engine.operation import Array

MOST = 8  # rows and columns of a matrix in a tooltip
ROW = "\t"  # begins the row of a matrix, whose figures stand in columns
EXAMPLES = 3  # factors of which a rule shows the numbers


def _t(text: str) -> str:
    return QCoreApplication.translate("Graph", text)


class GraphWords:
    """Words for one computation, with so many significant digits."""

    def __init__(self, computation: Computation, digits: int) -> None:
        self._computation = computation
        self._digits = digits
        network = computation.walk.network
        self._kinds = {v.id: v.operation.kind for v in network.vertices}
        self._kinds[computation.walk.loss] = "loss"

    def number(self, values: Array) -> str:
        """The only number of a value."""
        return digits_of(float(values[0, 0]), self._digits).replace("-", "\N{MINUS SIGN}")

    def kind(self, node: Node) -> str:
        """The kind of the block that an operation belongs to."""
        return self._kinds.get(node.owner, "layer")

    def over_samples(self, node: Node) -> bool:
        """Whether a number has its gradient from several samples, of which one is drawn."""
        quantity = node.quantity
        return (
            quantity is not None
            and node.at is not None
            and quantity.rows.side != "sample"
            and self._computation.walk.m > 1
        )

    def rest(self, node: Node) -> str:
        """What is not drawn one by one."""
        if node.text == "samples":
            words = _t("1 other sample") if node.count == 1 else _t("{n} other samples")
        else:
            words = _t("1 more term") if node.count == 1 else _t("{n} more terms")
        return words.format(n=node.count)

    # ---- nodes -----------------------------------------------------------------------------------

    def node(self, node: Node, graph: Graph, stage: int) -> str:
        """All that there is to say of a node at a stage, line by line."""
        if node.kind == "operation":
            return self._operation(node, graph, stage)
        if node.kind == "rest":
            if node.stage > stage:
                return self.rest(node)
            return f"{self.rest(node)}: {self._amount(node.value)}"
        lines = []
        name = node.text
        if node.stage > stage:
            return _t("{name}: not computed yet").format(name=name)
        if node.quantity is None:
            return _t("constant {name}").format(name=name)
        lines.append(self._equation(name, node.value))
        if node.grad is not None and node.grad_stage is not None:
            if node.grad_stage > stage:
                lines.append(_t("∂J/∂{name} is not known yet").format(name=name))
            else:
                lines.append(self._equation(f"∂J/∂{name}", node.grad))
                lines += self._notes(node, graph)
        elif node.stage <= stage and node.quantity is not None and not self._is_j(node):
            lines.append(_t("The step needs no gradient of it."))
        return "\n".join(lines)

    def _is_j(self, node: Node) -> bool:
        return node.quantity is not None and node.quantity.key == self._computation.target

    def _notes(self, node: Node, graph: Graph) -> list[str]:
        assert node.quantity is not None
        key, notes = node.quantity.key, []
        walk = self._computation.walk
        if self._computation.by_engine(key):
            notes.append(
                _t(
                    "The engine's own number: it computes the activation and the loss together, or"
                    " defines this gradient otherwise."
                )
            )
        if self._computation.penalised(key):
            notes.append(_t("Without the gradient of the penalty, which is no part of J."))
        shares = [
            float(edge.grad[0, 0])
            for edge in graph.edges
            if edge.source == node.key and edge.grad is not None
        ]
        if shares and self.over_samples(node):
            words = _t("Over all {m} samples; the one that is drawn adds {share}.")
            notes.append(words.format(m=walk.m, share=self._signed(sum(shares))))
        return notes

    # ---- operations ------------------------------------------------------------------------------

    def _operation(self, node: Node, graph: Graph, stage: int) -> str:
        if node.part is None:
            title = node.text if node.group != node.owner else f"{node.owner}: {node.text}"
            return "\n".join([title, _t("Click or press Enter to unfold it.")])
        lines = [self._title(node)]
        if node.stage > stage:
            lines.append(_t("Not computed yet."))
        elif node.at is not None and not isinstance(node.part.expression, x.OfRow):
            lines.append(self._forward(node, graph))
        if node.grad is not None:
            lines.append(self._rule(node))
            if node.grad_stage is not None and node.grad_stage <= stage:
                lines += self._worked(node, graph)
        if node.inner:
            lines.append(_t("Click or press Enter to see what it is made of."))
        return "\n".join(lines)

    def _title(self, node: Node) -> str:
        assert node.part is not None
        a = node.part.expression
        names: list[tuple[type[e.Expression] | tuple[type[e.Expression], ...], str]] = [
            (e.Sum, _t("subtract") if "−" in node.text else _t("add")),
            (e.Negative, _t("change of sign")),
            (e.Product, _t("multiply")),
            (e.Quotient, _t("divide")),
            (e.Power, _t("power")),
            (e.Extreme, _t("the largest") if "max" in node.text else _t("the smallest")),
            (e.Choice, _t("one or the other")),
            (x.Largest, _t("the largest")),
            (x.Total, _t("sum")),
            (x.Transposed, _t("transpose")),
            (x.Columns, _t("some of the columns")),
            (x.Beside, _t("side by side")),
            (x.Equal, _t("equal or not")),
        ]
        if isinstance(a, x.MatrixProduct):
            return _t("add") if node.at is not None else _t("matrix product")
        if isinstance(a, f.Apply | x.OfRow | x.Opaque):
            return node.text
        return next((name for kind, name in names if isinstance(a, kind)), node.text)

    def _forward(self, node: Node, graph: Graph) -> str:
        """What it computes, in numbers: 2 · (−3) = −6."""
        result, sign = self.number(node.value), node.text
        into = [float(edge.value[0, 0]) for edge in graph.edges if edge.target == node.key]
        if not into or len(into) > MOST or sign.endswith("?"):
            return f"= {result}"
        first = self._signed(into[0])
        rest = [self._signed(number, True) for number in into[1:]]
        own = self._signed(into[0], len(sign) > 1)
        a = node.part.expression if node.part is not None else None
        named = isinstance(a, f.Apply | x.Largest | e.Extreme)  # exp and max have an x, too
        if sign in ("+", "Σ"):
            words = " + ".join([first, *rest])
        elif sign in ("−", "÷", "×"):
            words = f" {'·' if sign == '×' else sign} ".join([first, *rest])
        elif sign[0] in "+−×÷" and "x" not in sign:
            words = f"{first} {sign.replace('×', '·')}"
        elif sign.endswith(", x)"):
            words = sign.replace(", x)", f", {first})")
        elif sign == "|x|":
            words = f"|{first}|"
        elif "x" in sign and not named:
            words = sign.replace("x", own)
        else:
            words = f"{sign}({', '.join([first, *rest])})"
        return f"{words} = {result}"

    def _rule(self, node: Node) -> str:
        """How the gradient goes through it."""
        assert node.part is not None
        a = node.part.expression
        single = node.at is not None
        if isinstance(a, x.MatrixProduct) and not single:
            return _t(
                "Backwards: to the left factor the gradient times the right one transposed, to the"
                " right factor the left one transposed times the gradient."
            )
        rules: list[tuple[type[e.Expression], str]] = [
            (x.MatrixProduct, _t("Backwards: the gradient goes to each term unchanged.")),
            (
                e.Sum,
                _t("Backwards: the gradient goes on unchanged; to what is taken off, with the")
                + " "
                + _t("other sign.")
                if "−" in node.text
                else _t("Backwards: the gradient goes to each term unchanged."),
            ),
            (e.Negative, _t("Backwards: the gradient changes its sign.")),
            (e.Product, _t("Backwards: the gradient goes to each factor times the other.")),
            (
                e.Quotient,
                _t("Backwards: to a in a / b the gradient / b, to b the gradient · (−a / b²)."),
            ),
            (
                e.Extreme,
                _t("Backwards: the gradient goes to the one that was taken, 0 to others."),
            ),
            (
                e.Choice,
                _t("Backwards: the gradient goes the way that was taken, 0 the other way."),
            ),
            (x.Largest, _t("Backwards: the gradient goes to the largest one, 0 to the others.")),
            (x.Total, _t("Backwards: each term gets the same gradient.")),
            (
                x.OfRow,
                _t("Backwards: every input moves every output, so each gets a share from each."),
            ),
            (x.Transposed, _t("Backwards: the gradient is transposed, too.")),
            (x.Beside, _t("Backwards: each part gets its columns of the gradient.")),
            (x.Columns, _t("Backwards: the gradient goes to these columns, 0 to the others.")),
            (x.Equal, _t("Backwards: nothing, a small change changes nothing.")),
            (x.Opaque, _t("Backwards: the operation does not say how.")),
        ]
        found = next((rule for kind, rule in rules if isinstance(a, kind)), "")
        return found or _t("Backwards: the gradient times the slope at this place.")

    def _worked(self, node: Node, graph: Graph) -> list[str]:
        """The rule with its numbers, for a few of the inputs: 0.2 · 3 = 0.6."""
        if node.at is None or node.grad is None or node.part is None:
            return []
        a = node.part.expression
        if isinstance(a, x.OfRow | x.Opaque | x.Total | e.Choice | x.MatrixProduct):
            return []
        lines = []
        grad = float(node.grad[0, 0])
        for edge in [edge for edge in graph.edges if edge.target == node.key][:EXAMPLES]:
            if edge.grad is None:
                continue
            share = float(edge.grad[0, 0])
            if isinstance(a, e.Sum):
                words = self._signed(share)
            else:
                slope = share / grad if grad else 0.0
                words = f"{self._signed(grad)} · {self._signed(slope, True)}"
                words = f"{words} = {self._signed(share)}" if grad else self._signed(share)
            name = graph.nodes[edge.source].text
            if graph.nodes[edge.source].kind == "value":
                words = _t("to {name}: {words}").format(name=name, words=words)
            lines.append(words)
        return list(dict.fromkeys(lines))

    def _signed(self, number: float, bracketed: bool = False) -> str:
        words = digits_of(number, self._digits).replace("-", "\N{MINUS SIGN}")
        return f"({words})" if bracketed and number < 0 else words

    # ---- edges -----------------------------------------------------------------------------------

    def edge(self, edge: Edge, graph: Graph, stage: int) -> str:
        """What runs along an edge, and what comes back."""
        source = graph.nodes[edge.source]
        name = (
            source.text
            if source.kind == "value"
            else _t("result of {sign}").format(
                sign=self._title(source) if source.part is not None else source.text
            )
        )
        if edge.stage > stage:
            return _t("{name}: not computed yet").format(name=name)
        lines = [self._equation(name, edge.value)]
        if edge.grad is not None and edge.grad_stage is not None and edge.grad_stage <= stage:
            lines.append(self._equation(_t("comes back"), edge.grad))
        return "\n".join(lines)

    # ---- numbers ---------------------------------------------------------------------------------

    def _equation(self, name: str, values: Array) -> str:
        if values.size == 1:
            return f"{name} = {self.number(values)}"
        rows, columns = values.shape
        return f"{name} ({rows} × {columns}) =\n{self._amount(values)}"

    def _amount(self, values: Array) -> str:
        """A number, or the first rows and columns of a matrix in aligned figures."""
        if values.size == 1:
            return self.number(values)
        cut = values[:MOST, :MOST]
        words = [[digits_of(float(v), min(self._digits, 6)) for v in row] for row in cut]
        width = max(len(w) for row in words for w in row)
        more = " …" if values.shape[1] > MOST else ""
        lines = [ROW + "  ".join(w.rjust(width) for w in row) + more for row in words]
        if values.shape[0] > MOST:
            lines.append(ROW + "…")
        return "\n".join(lines)
