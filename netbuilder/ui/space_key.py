"""The space bar for an action, wherever it is not needed for something else."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QGraphicsView,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
    QWidget,
)

from netbuilder.ui.widgets import StatusChip

_NEED_SPACE = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QGraphicsView,  # Space and drag pans the canvas
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
    StatusChip,
)


class SpaceKey(QObject):
    """Triggers an action by Space in the whole window, except where the focus widget wants Space.

    A window-wide shortcut alone would win over a focused button. The action keeps Space as its
    displayed shortcut; it never fires by itself.
    """

    def __init__(self, action: QAction, owner: QWidget) -> None:
        super().__init__(owner)
        self._shortcut = QShortcut(QKeySequence(Qt.Key.Key_Space), owner)
        self._shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
        self._shortcut.setAutoRepeat(False)
        self._shortcut.activated.connect(action.trigger)
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._follow_focus)
        self._follow_focus(None, QApplication.focusWidget())

    @Slot("QWidget*", "QWidget*")
    def _follow_focus(self, _old: QWidget | None, new: QWidget | None) -> None:
        self._shortcut.setEnabled(not isinstance(new, _NEED_SPACE))
