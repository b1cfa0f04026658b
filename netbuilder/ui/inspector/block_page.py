"""One selected block."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from netbuilder.project.commands import Rename, SetParameter
from netbuilder.project.document import Document
from netbuilder.project.model import Node
from netbuilder.ui.forms import DeclaredForm
from netbuilder.ui.forms.words import title_of, words_of
from netbuilder.ui.inspector.curve import ActivationCurve
from netbuilder.ui.inspector.edit import parameter_specs, pushed, with_start_values
from netbuilder.ui.inspector.formula_card import FormulaCard, shapes_formula
from netbuilder.ui.inspector.header import Header
from netbuilder.ui.inspector.histogram import WeightHistogram
from netbuilder.ui.inspector.now import now_rows
from netbuilder.ui.inspector.section import Section, ValueTable
from netbuilder.ui.remedies import Remedies
from netbuilder.ui.theme import theme


class BlockPage(QWidget):
    """Name, form, formula, curve, and how the block is doing in the present run."""

    message = Signal(str)
    """Why a change was refused, where no field can say it."""

    def __init__(self, document: Document, controller: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._controller = controller
        self._node: Node | None = None
        self._remedies: Remedies | None = None
        self.header = Header("inspector")
        self.header.help_button.show()
        self.form = DeclaredForm("inspector")
        self.formulas = FormulaCard("inspector.formula")
        self.curve = ActivationCurve()
        self._now = Section(self.tr("Now"), "inspector.section.now")
        self.values = ValueTable()
        self._now.body.addWidget(self.values)
        self._weights = Section(self.tr("Weights"), "inspector.section.weights")
        self.histogram = WeightHistogram()
        self._weights.body.addWidget(self.histogram)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for part in (
            self.header,
            self.form,
            self.formulas,
            self.curve,
            self._now,
            self._weights,
        ):
            self._column.addWidget(part)
        self._column.addStretch(1)
        self.header.renamed.connect(self._rename)
        self.form.changed.connect(self._set_parameter)
        self.form.finished.connect(self._seal)
        theme().changed.connect(self._lay_out)
        self._lay_out()

    def set_remedies(self, remedies: Remedies) -> None:
        """Offer what can be done about the block's problems."""
        self._remedies = remedies
        self.header.fix_chosen.connect(remedies.apply)
        self.refresh_analysis()

    def show_node(self, node: Node, *, fresh: bool) -> None:
        """Show a node; `fresh` says that another one was shown before."""
        operation = node.operation
        before, self._node = self._node, node
        summary = words_of(operation.summary)
        title = title_of(operation)
        self.header.set_title(node.id, f"{title}: {_lower(summary)}" if summary else title)
        if fresh:
            self.header.refuse("")
        self.form.set_value(operation, fresh=fresh)
        if fresh or before is None or before.operation != operation:
            self.curve.set_operation(operation)
        self.refresh_analysis()
        self.refresh_snapshot()

    def refresh_analysis(self) -> None:
        """Show the problems and shapes anew."""
        node = self._node
        if node is None:
            return
        analysis = self._controller.analysis
        mine = [p for p in analysis.problems if p.node == node.id]
        self.header.set_problems(mine, self._remedies.of if self._remedies else None)
        inputs, specs = parameter_specs(self._document.project, analysis, node)
        shapes = shapes_formula(inputs, analysis.widths.get(node.id, 0), list(specs.values()))
        operation = node.operation
        self.formulas.set_formulas(
            [
                ("", operation.formula),
                (self.tr("slope"), getattr(operation, "derivative_formula", "")),
                (self.tr("gradient"), getattr(operation, "gradient_formula", "")),
            ],
            shapes,
        )

    def refresh_snapshot(self) -> None:
        """Show the numbers of the present run anew."""
        node = self._node
        if node is None:
            return
        rows = now_rows(self._document.project, node, self._controller)
        self._now.setVisible(bool(rows))
        self.values.set_rows(rows)
        weights = self._present_weights()
        matrices = [a for a in weights.values() if a.ndim > 1] or list(weights.values())
        self._weights.setVisible(bool(matrices))
        if matrices:
            self.histogram.set_values(matrices[0])

    def _present_weights(self) -> dict[str, Any]:
        ask = getattr(self._controller, "weights_of", None)
        found = ask(self._node.id) if ask is not None and self._node is not None else None
        return dict(found or {})

    @Slot(str)
    def _rename(self, name: str) -> None:
        if self._node is None:
            return
        self._document.seal()
        self.header.refuse(pushed(self._document, Rename(self._node.id, name)))
        self._document.seal()

    @Slot(str, object)
    def _set_parameter(self, name: str, value: object) -> None:
        if self._node is None:
            return
        node, project = self._node, self._document.project
        inputs, _ = parameter_specs(project, self._controller.analysis, node)
        value = with_start_values(value, node.operation, name, inputs, self._present_weights())
        why = pushed(self._document, SetParameter(node.id, name, value))
        if why:
            self.form.set_value(node.operation)
            self.form.row(name).show_refusal(why)

    @Slot()
    def _seal(self) -> None:
        self._document.seal()

    @Slot()
    def _lay_out(self) -> None:
        self._column.setSpacing(theme().px(14))


def _lower(summary: str) -> str:
    """A sentence continued behind a colon: "Every input …" becomes "every input …"."""
    first, rest = summary[:1], summary[1:]
    return summary if rest[:1].isupper() else first.lower() + rest
