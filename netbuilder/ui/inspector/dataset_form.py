"""Which dataset, and its parameters; used by the inspector and the data panel."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from netbuilder.data.dataset import Dataset
from netbuilder.declare import Parameter
from netbuilder.project.commands import SetDataset
from netbuilder.project.document import Change, Document
from netbuilder.ui.forms.family_field import FamilyField
from netbuilder.ui.forms.row import FormRow
from netbuilder.ui.inspector.edit import pushed


class DatasetForm(QWidget):
    """Follows the document's dataset and changes it by `SetDataset`."""

    def __init__(self, name: str, document: Document, parent: QWidget | None = None) -> None:
        """`name` begins the object names of the fields."""
        super().__init__(parent)
        self._document = document
        parameter = Parameter(
            name="dataset",
            kind="family",
            title=self.tr("Set"),
            help=self.tr("The samples to train on."),
            annotation=Dataset,
            default=None,
            struct=Dataset,
        )
        self.field = FamilyField(parameter, f"{name}.dataset")
        self.row = FormRow(self.field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.row)
        self.field.changed.connect(self._set)
        self.field.finished.connect(self._seal)
        document.watch(self._follow)
        self.field.set_value(document.project.dataset)

    @Slot(object)
    def _set(self, dataset: Dataset) -> None:
        self.row.show_refusal(pushed(self._document, SetDataset(dataset)))

    @Slot()
    def _seal(self) -> None:
        self._document.seal()

    def _follow(self, change: Change) -> None:
        dataset = change.after.dataset
        if dataset is not change.before.dataset and dataset != self.field.value():
            self.field.set_value(dataset)
