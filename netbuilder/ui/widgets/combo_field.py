"""A drop-down that does not change under a passing mouse wheel."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)


class ComboField(QComboBox):
    """A choice among (words, data) pairs, optionally with free text."""

    chosen = Signal(object)
    """The user chose an item: its data."""

    typed = Signal(str)
    """The user typed words that are no item (editable fields only), stripped."""

    def __init__(self, parent: QWidget | None = None, *, editable: bool = False) -> None:
        super().__init__(parent)
        self.setEditable(editable)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        # With WheelFocus the wheel that scrolls a form would focus, then turn, what it passes over.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.setMaxVisibleItems(20)
        self.activated.connect(self._choose)
        editor = self.lineEdit()
        if editor is not None:
            editor.editingFinished.connect(self._finish_typing)
        self._last_typed = ""

    def setAccessibleName(self, name: str) -> None:  # noqa: N802
        """Name the field, and the editor in it, which is what takes the focus."""
        super().setAccessibleName(name)
        editor = self.lineEdit()
        if editor is not None:
            editor.setAccessibleName(name)

    def set_items(self, items: Iterable[tuple[str, object]]) -> None:
        """Replace the choices by (words, data) pairs, without a signal.

        The chosen data stays chosen if it is still among them.
        """
        kept = self.currentData()
        with QSignalBlocker(self):
            self.clear()
            for words, data in items:
                self.addItem(words, data)
        self.select(kept)

    def select(self, data: object) -> bool:
        """Show the item that holds `data`, without a signal; False if there is none."""
        for index in range(self.count()):
            if self.itemData(index) == data:
                with QSignalBlocker(self):
                    self.setCurrentIndex(index)
                return True
        return False

    def show_text(self, words: str) -> None:
        """Show free words in an editable field, without a signal."""
        with QSignalBlocker(self):
            self.setCurrentIndex(self.findText(words))
            self.setEditText(words)
        self._last_typed = words

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw as ever, but with an ellipsis where the words are too long."""
        if self.isEditable():
            super().paintEvent(event)
            return
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        style = self.style()
        room = style.subControlRect(
            QStyle.ComplexControl.CC_ComboBox,
            option,
            QStyle.SubControl.SC_ComboBoxEditField,
            self,
        ).width()
        words = self.fontMetrics().elidedText(
            self.currentText(), Qt.TextElideMode.ElideRight, room - 2
        )
        option.currentText = words
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Turn only when focused; otherwise let the form scroll."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    @Slot(int)
    def _choose(self, index: int) -> None:
        self._last_typed = self.itemText(index)
        self.chosen.emit(self.itemData(index))

    @Slot()
    def _finish_typing(self) -> None:
        words = self.currentText().strip()
        if words and words != self._last_typed and self.findText(words) < 0:
            self._last_typed = words
            self.typed.emit(words)
