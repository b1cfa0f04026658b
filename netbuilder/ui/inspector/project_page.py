"""Nothing selected: the project as a whole."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from netbuilder.project.commands import SetName, SetTraining
from netbuilder.project.document import Document
from netbuilder.ui.forms import DeclaredForm
from netbuilder.ui.forms.words import title_of
from netbuilder.ui.inspector.dataset_form import DatasetForm
from netbuilder.ui.inspector.edit import pushed
from netbuilder.ui.inspector.formula_card import FormulaCard
from netbuilder.ui.inspector.header import Header
from netbuilder.ui.inspector.section import Section
from netbuilder.ui.remedies import Remedies
from netbuilder.ui.theme import theme


class ProjectPage(QWidget):
    """Name of the project, its data, and how it is trained."""

    def __init__(self, document: Document, controller: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._controller = controller
        self._remedies: Remedies | None = None
        self.header = Header("inspector.project")
        data = Section(self.tr("Data"), "inspector.section.data")
        self.dataset = DatasetForm("inspector", document)
        data.body.addWidget(self.dataset)
        training = Section(self.tr("Training"), "inspector.section.training")
        self.training = DeclaredForm(
            "inspector.training",
            extra={
                "batch_size": {"none": self.tr("all"), "suggestions": (1, 10, 32, 128)},
                "max_epochs": {"none": self.tr("never"), "suggestions": (100, 1000, 10_000)},
                "test_fraction": {"percent": True},
            },
        )
        self.formula = FormulaCard("inspector.training.formula")
        training.body.addWidget(self.training)
        training.body.addWidget(self.formula)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for part in (self.header, data, training):
            self._column.addWidget(part)
        self._column.addStretch(1)
        self.header.renamed.connect(self._rename)
        self.training.changed.connect(self._set_training)
        self.training.finished.connect(self._seal)
        theme().changed.connect(self._lay_out)
        self._lay_out()

    def set_remedies(self, remedies: Remedies) -> None:
        """Offer what can be done about what the network lacks."""
        self._remedies = remedies
        self.header.fix_chosen.connect(remedies.apply)
        self.show_project()

    def show_project(self) -> None:
        """Show the project as it is now."""
        project, analysis = self._document.project, self._controller.analysis
        count = sum(analysis.parameters.values())
        self.header.set_title(
            project.name,
            self.tr("Project: {blocks} blocks, {parameters} parameters").format(
                blocks=len(project.nodes), parameters=f"{count:,}"
            ),
        )
        whole = [p for p in analysis.problems if p.node is None]
        self.header.set_problems(whole, self._remedies.of if self._remedies else None)
        self.training.set_value(project.training)
        optimizer = project.training.optimizer
        self.formula.set_formulas([(title_of(optimizer), optimizer.formula)])

    @Slot(str)
    def _rename(self, name: str) -> None:
        name = name.strip()
        if not name:
            self.header.refuse(self.tr("A project needs a name: type at least one letter."))
            return
        self._document.seal()
        self.header.refuse(pushed(self._document, SetName(name)))

    @Slot(str, object)
    def _set_training(self, name: str, value: object) -> None:
        why = pushed(self._document, SetTraining(name, value))
        if why:
            self.training.row(name).show_refusal(why)

    @Slot()
    def _seal(self) -> None:
        self._document.seal()

    @Slot()
    def _lay_out(self) -> None:
        self._column.setSpacing(theme().px(16))
