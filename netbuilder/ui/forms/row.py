"""One row of a form: label, field, what is wrong with it, and what is nested under it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from netbuilder.ui.forms.field import Field
from netbuilder.ui.forms.words import words_of
from netbuilder.ui.stylesheet import restyle
from netbuilder.ui.theme import theme

FIELD_WIDTH = 128
"""Width of the column of fields at 100 % text zoom; equal everywhere, so that all fields align."""


class FormRow(QWidget):
    """Label at the left, field in the common column at the right."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self._label = QLabel(field.title())
        self._label.setWordWrap(True)
        self._label.setToolTip(words_of(field.parameter.help))
        self._label.setBuddy(field.control)
        self._note = QLabel()
        self._note.setObjectName(f"{field.control.objectName()}.note")
        self._note.setWordWrap(True)
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._note.hide()
        self._line = QHBoxLayout()
        self._line.addWidget(self._label, 1)
        if not field.full_width:
            self._line.addWidget(field)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._line)
        if field.full_width:
            self._column.addWidget(field)
        self._column.addWidget(self._note)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        nested = field.below()
        if nested is not None:
            self._column.addWidget(nested)
        field.refused.connect(self.show_refusal)
        theme().changed.connect(self._lay_out)
        self._lay_out()

    @Slot(str)
    def show_refusal(self, sentence: str) -> None:
        """Say what is wrong with the value; nothing for an empty sentence."""
        self._show_note(sentence, "danger")

    def show_remark(self, sentence: str) -> None:
        """Say something about the value that is not wrong."""
        self._show_note(sentence, "muted")

    def note(self) -> str:
        """What is said under the field."""
        return self._note.text() if not self._note.isHidden() else ""

    def _show_note(self, sentence: str, role: str) -> None:
        if not sentence and self._note.property("role") != role:
            return
        self._note.setText(sentence)
        if self._note.property("role") != role:
            self._note.setProperty("role", role)
            restyle(self._note)
        self._note.setVisible(bool(sentence))

    @Slot()
    def _lay_out(self) -> None:
        px = theme().px
        self._line.setSpacing(px(8))
        self._column.setSpacing(px(4))
        self._note.setFont(theme().font("caption"))
        self._label.setMinimumHeight(px(26))
        if not self.field.full_width:
            self.field.setFixedWidth(px(FIELD_WIDTH))
        nested = self.field.below()
        if nested is not None:
            nested.setContentsMargins(px(12), px(2), 0, 0)
