"""The three ways to begin, as buttons in the middle of an empty canvas."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from netbuilder.ui.icons import live_icon
from netbuilder.ui.theme import theme


class EmptyStart(QWidget):
    """Beside each other where there is room, otherwise one below the other."""

    wanted = Signal(str)
    """ "example", "sizes" or "steps"."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("canvas.start")
        self._buttons = [
            self._button("example", "open", self.tr("Open the XOR example")),
            self._button("sizes", "layer-dense", self.tr("New from sizes…")),
            self._button("steps", "help", self.tr("First steps")),
        ]
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._row = QHBoxLayout()
        self._column.addLayout(self._row)
        for button in self._buttons:
            self._row.addWidget(button)
        theme().changed.connect(self.lay_out)
        self.lay_out()

    def fit(self, width: int) -> None:
        """Choose row or column for this width."""
        gaps = (len(self._buttons) - 1) * self._row.spacing()
        across = sum(b.sizeHint().width() for b in self._buttons) + gaps <= width
        lines = self._row if across else self._column
        for button in self._buttons:
            self._row.removeWidget(button)
            self._column.removeWidget(button)
        for button in self._buttons:
            lines.addWidget(button)
        self.adjustSize()

    def _button(self, name: str, icon_name: str, words: str) -> QPushButton:
        button = QPushButton(f" {words}")  # Qt leaves too little between icon and words
        button.setObjectName(f"canvas.start.{name}")
        button.setAccessibleName(words)
        live_icon(button, icon_name, "accent")
        button.clicked.connect(partial(self._want, name))
        return button

    def _want(self, name: str, _checked: bool = False) -> None:
        self.wanted.emit(name)

    @Slot()
    def lay_out(self) -> None:
        """Take on the theme's lengths."""
        px = theme().px
        self._row.setSpacing(px(8))
        self._column.setSpacing(px(8))
        for button in self._buttons:
            button.setIconSize(QSize(px(16), px(16)))
