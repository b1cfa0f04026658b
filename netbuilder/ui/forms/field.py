"""What every field of a declared form is."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from netbuilder.declare import Parameter
from netbuilder.ui.forms.words import words_of


class Field(QWidget):
    """Shows the value of one declared parameter and reports what the user makes of it."""

    changed = Signal(object)
    """Another valid value."""

    refused = Signal(str)
    """Why what the user entered is no value; "" when that is over."""

    finished = Signal()
    """The user is done for now: what follows is another undo step."""

    reverted = Signal()
    """The user wants the value back that the form holds."""

    full_width = False
    """Whether the field stands below its label, across the form."""

    def __init__(self, parameter: Parameter, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.parameter = parameter
        self.setObjectName(f"{name}.row")
        self._name = name
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)

    @property
    def control(self) -> QWidget:
        """The widget that takes the keyboard focus."""
        raise NotImplementedError

    def title(self) -> str:
        """The words of the label."""
        return words_of(self.parameter.title)

    def value(self) -> Any:
        """The last valid value."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Show a value without a signal, whatever the user was typing."""
        raise NotImplementedError

    def below(self) -> QWidget | None:
        """What stands indented under the row, if anything."""
        return None

    def _adopt(self, control: QWidget) -> None:
        """Name the control for the keyboard, the screen reader and the tests."""
        parameter = self.parameter
        control.setObjectName(self._name)
        control.setAccessibleName(self.title())
        control.setAccessibleDescription(words_of(parameter.help))
        control.setToolTip(words_of(parameter.help))
