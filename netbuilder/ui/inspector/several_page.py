"""Several selected blocks."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from netbuilder import declare
from netbuilder.project.commands import SetParameters
from netbuilder.project.document import Document
from netbuilder.project.model import Node
from netbuilder.ui.forms import DeclaredForm
from netbuilder.ui.forms.words import title_of
from netbuilder.ui.inspector.edit import pushed
from netbuilder.ui.inspector.header import Header
from netbuilder.ui.theme import theme


class SeveralPage(QWidget):
    """How many there are, and the fields that all of them have: one change goes to all."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._ids: tuple[str, ...] = ()
        self._common: tuple[str, ...] = ()
        self.header = Header("inspector.several")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.header)
        self._column.addStretch(1)
        self.form: DeclaredForm | None = None
        theme().changed.connect(self._lay_out)
        self._lay_out()

    def show_nodes(self, nodes: Sequence[Node], *, fresh: bool) -> None:
        """Show two or more nodes."""
        self._ids = tuple(n.id for n in nodes)
        titles = list(dict.fromkeys(title_of(n.operation) for n in nodes))
        self.header.set_title(
            self.tr("{n} blocks").format(n=len(nodes)), ", ".join(titles), editable=False
        )
        common = common_parameters(nodes)
        if fresh or common != self._common:
            self._build_form(common)
        if self.form is not None:
            first = nodes[0].operation
            self.form.set_value(first)
            self.form.show_mixed(
                name
                for name in common
                if any(getattr(n.operation, name) != getattr(first, name) for n in nodes)
            )

    def _build_form(self, names: tuple[str, ...]) -> None:
        if self.form is not None:
            self.form.hide()
            self.form.deleteLater()
            self.form = None
        self._common = names
        if names:
            self.form = DeclaredForm("inspector.several", only=names)
            self._column.insertWidget(1, self.form)
            self.form.changed.connect(self._set_parameter)
            self.form.finished.connect(self._seal)

    @Slot(str, object)
    def _set_parameter(self, name: str, value: object) -> None:
        why = pushed(self._document, SetParameters(self._ids, name, value))
        if why and self.form is not None:
            self.form.row(name).show_refusal(why)

    @Slot()
    def _seal(self) -> None:
        self._document.seal()

    @Slot()
    def _lay_out(self) -> None:
        self._column.setSpacing(theme().px(14))


def common_parameters(nodes: Sequence[Node]) -> tuple[str, ...]:
    """Names of the parameters that all nodes declare alike, in the order of the first."""
    first, *others = [
        {p.name: p.annotation for p in declare.parameters(type(n.operation))} for n in nodes
    ]
    return tuple(
        name
        for name, annotation in first.items()
        if all(name in other and other[name] == annotation for other in others)
    )
