"""Rename a block in place."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from netbuilder.ui.stylesheet import restyle
from netbuilder.ui.theme import theme


class RenameEditor(QLineEdit):
    """A field over the name of a block: Enter keeps the new name, Esc the old one."""

    committed = Signal(str)
    """The user wants this name."""
    left = Signal()
    """The user is done, with or without a new name: take the field away."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("canvas.rename")
        self.setAccessibleName(self.tr("Name of the block"))
        self.setMaxLength(60)
        self._open = False
        self.hide()

    def open(self, name: str, box: QRect) -> None:
        """Show the field over `box` (pixels of the parent), all of the name selected."""
        self.setFont(theme().font("strong"))
        self.refuse("")
        self.setText(name)
        self.selectAll()
        height = max(box.height(), self.sizeHint().height())
        width = max(box.width() + theme().px(24), theme().px(120))
        self.setGeometry(
            box.center().x() - width // 2, box.center().y() - height // 2, width, height
        )
        self._open = True
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_field(self) -> None:
        """Take the field away without a word."""
        self._open = False
        parent = self.parentWidget()
        if parent is not None and self.hasFocus():
            # Hidden with the focus, it would hand it on as Tab does.
            parent.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hide()

    def refuse(self, reason: str) -> None:
        """Mark the name as one that cannot be; an empty reason takes the mark away."""
        self.setProperty("invalid", bool(reason))
        self.setToolTip(reason)
        restyle(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter, Esc; everything else is typing."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.committed.emit(self.text())
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802
        """Tab ends the renaming like a click elsewhere."""
        self.committed.emit(self.text())
        self.left.emit()
        return True

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Clicking elsewhere keeps the new name if it can be kept."""
        super().focusOutEvent(event)
        if self._open and event.reason() != Qt.FocusReason.PopupFocusReason:
            self.committed.emit(self.text())
            self.left.emit()
