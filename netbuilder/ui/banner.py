"""A slim bar that tells something in one sentence and offers what to do about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from netbuilder.ui.icons import live_icon
from netbuilder.ui.stylesheet import restyle
from netbuilder.ui.theme import SPACE, theme

_LINGER_MS = 8000  # messages that need no answer go away by themselves


class Banner(QWidget):
    """Hidden until `tell`; the last sentence wins."""

    acted = Signal()
    """The offered button was pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._text = QLabel()
        self._text.setObjectName("banner.text")
        self._text.setWordWrap(True)
        self._action = QPushButton()
        self._action.setObjectName("banner.action")
        self._close = QToolButton()
        self._close.setObjectName("banner.close")
        self._close.setAccessibleName(self.tr("Close this message"))
        self._close.setToolTip(self.tr("Close this message"))
        live_icon(self._close, "close", "muted")
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._text, 1)
        self._row.addWidget(self._action)
        self._row.addWidget(self._close)
        self._action.clicked.connect(self._act)
        self._close.clicked.connect(self.hide)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        theme().changed.connect(self._lay_out)
        self._lay_out()
        self.hide()

    def tell(self, level: str, text: str, action: str = "") -> None:
        """Show a sentence; level is "info", "success", "warning" or "danger"."""
        self._text.setText(text)
        self.setAccessibleName(text)
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self.setProperty("level", level)
        restyle(self)
        self.show()
        if action or level == "danger":
            self._timer.stop()
        else:
            self._timer.start(_LINGER_MS)

    @property
    def text(self) -> str:
        """The sentence shown, or an empty one."""
        return self._text.text() if self.isVisible() else ""

    def _act(self) -> None:
        self.hide()
        self.acted.emit()

    def _lay_out(self) -> None:
        px = theme().px
        self._row.setContentsMargins(px(2 * SPACE), px(SPACE), px(SPACE), px(SPACE))
        self._row.setSpacing(px(SPACE))
