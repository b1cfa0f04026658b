"""Whose undo it is: the field's while something is half typed, else the document's."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit


def is_for_document(event: QEvent, line: QLineEdit | None) -> bool:
    """Whether this is a field's claim to Undo or Redo while it has nothing to take back.

    A line edit claims these keys always; so after an edit was committed, Ctrl+Z would do nothing.
    """
    if event.type() != QEvent.Type.ShortcutOverride or line is None:
        return False
    assert isinstance(event, QKeyEvent)
    if event.matches(QKeySequence.StandardKey.Undo):
        return not line.isUndoAvailable()
    if event.matches(QKeySequence.StandardKey.Redo):
        return not line.isRedoAvailable()
    return False
