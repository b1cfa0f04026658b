"""A field for a number or one of a few named choices: "10", "all"; "1000", "never"."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from netbuilder.ui.forms.undo_keys import is_for_document
from netbuilder.ui.theme import theme
from netbuilder.ui.widgets import ComboField, format_number

Parse = Callable[[str], object]


class PickField(ComboField):
    """Offers values to choose from, and takes any other that can be typed.

    `parse` turns typed text into a value or raises `ValueError` with the reason as one sentence. A
    refused text marks the field, and Esc brings the last value back.
    """

    picked = Signal(object)
    """The user chose or typed another value."""

    refused = Signal(str)
    """Why the text in the field is refused; "" when that is over."""

    def __init__(
        self, parse: Parse, items: Iterable[tuple[str, object]] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, editable=True)
        self._parse = parse
        self._value: object = None
        self._reason = ""
        self._help: str | None = None
        # Typing "3" must mean 3, not the first choice that begins with it.
        self.setCompleter(None)  # type: ignore[arg-type]
        self.set_items(items)
        self.activated.connect(self._take_item)
        editor = self.lineEdit()
        assert editor is not None
        editor.editingFinished.connect(self._take_text)
        editor.textEdited.connect(self._follow_typing)
        theme().changed.connect(self._dress)

    def value(self) -> object:
        """The last valid value, whatever stands in the field now."""
        return self._value

    def set_value(self, value: object) -> None:
        """Show a value without a signal."""
        self._value = value
        if not self.select(value):
            text = format_number(value) if isinstance(value, int | float) else str(value)
            self.show_text(text)
        else:
            self.show_text(self.currentText())
        self._mark("")

    def reason(self) -> str:
        """Why the text in the field is refused; empty if it is not."""
        return self._reason

    def event(self, event: QEvent) -> bool:
        """Undo and Redo belong to the document while nothing is half typed."""
        if is_for_document(event, self.lineEdit()):
            event.ignore()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc reverts."""
        editor = self.lineEdit()
        if event.key() == Qt.Key.Key_Escape and (self._reason or self._is_dirty()):
            self.set_value(self._value)
            if editor is not None:
                editor.selectAll()
            event.accept()
            return
        super().keyPressEvent(event)

    def _is_dirty(self) -> bool:
        try:
            return self._value_of(self.currentText()) != self._value
        except ValueError:
            return True

    def _value_of(self, text: str) -> object:
        text = text.strip()
        for index in range(self.count()):
            if self.itemText(index).casefold() == text.casefold():
                return self.itemData(index)
        return self._parse(text)

    @Slot(int)
    def _take_item(self, index: int) -> None:
        self._take(self.itemData(index))

    @Slot()
    def _take_text(self) -> None:
        try:
            value = self._value_of(self.currentText())
        except ValueError as error:
            self._mark(str(error))
            return
        self._take(value)

    def _take(self, value: object) -> None:
        changed = value != self._value
        self.set_value(value)
        if changed:
            self.picked.emit(value)

    @Slot(str)
    def _follow_typing(self, text: str) -> None:
        self._mark("")

    def _mark(self, reason: str) -> None:
        if reason == self._reason:
            return
        if not self._reason:
            self._help = self.toolTip()
        self._reason = reason
        self.setToolTip(reason or self._help or "")
        self.setAccessibleDescription(reason or self._help or "")
        self.setProperty("invalid", bool(reason))
        self._dress()
        self.refused.emit(reason)

    @Slot()
    def _dress(self) -> None:
        colours = theme().current
        look = f"border: 2px solid {colours.danger}; background: {colours.danger_soft};"
        self.setStyleSheet(f"QComboBox {{ {look} }}" if self._reason else "")
