"""A rounded frame around one subject, with a title row."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from netbuilder.ui.theme import SPACE, theme
from netbuilder.ui.widgets.elided_label import ElidedLabel


class Card(QWidget):
    """Put content into `body`; `add_extra` puts a widget at the right end of the title row."""

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = ElidedLabel(title)
        self._title.setProperty("role", "strong")
        self._title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._header = QHBoxLayout()
        self._header.addWidget(self._title)
        self._header.addStretch(1)
        self.body = QVBoxLayout()
        column = QVBoxLayout(self)
        column.addLayout(self._header)
        column.addLayout(self.body, 1)
        self.set_title(title)
        theme().changed.connect(self._lay_out)
        self._lay_out()

    def title(self) -> str:
        """The words in the title row."""
        return self._title.text()

    def set_title(self, title: str) -> None:
        """Change the title; an empty one takes no room."""
        self._title.setText(title)
        self._title.setVisible(bool(title) and self._header.indexOf(self._title) >= 0)
        self.setAccessibleName(title)

    def replace_title(self, widget: QWidget) -> None:
        """Put a widget where the title stands, which is then only a name."""
        self._header.replaceWidget(self._title, widget)
        self._title.hide()

    def add_extra(self, widget: QWidget, stretch: int = 0, place: int | None = None) -> None:
        """Put `widget` at the right end of the title row; `stretch` > 0 gives it the free room.

        `place` 2 is the first behind the title.
        """
        if stretch:
            self._header.setStretch(1, 0)
        if place is None:
            self._header.addWidget(widget, stretch)
        else:
            self._header.insertWidget(place, widget, stretch)

    def remove_extra(self, widget: QWidget) -> None:
        """Take `widget` out of the title row; the title keeps to the left."""
        self._header.removeWidget(widget)
        self._header.setStretch(1, 1)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the frame, which also tells the focus."""
        colours = theme().current
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = self.hasFocus()
        line = 2.0 if focused else 1.0
        painter.setPen(QPen(QColor(colours.accent if focused else colours.border), line))
        painter.setBrush(QColor(colours.surface))
        radius, inset = theme().px(SPACE), line / 2
        frame = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(frame, radius, radius)

    @Slot()
    def _lay_out(self) -> None:
        px = theme().px
        column = self.layout()
        if column is not None:
            column.setContentsMargins(px(12), px(8), px(12), px(10))
            column.setSpacing(px(6))
        self._header.setSpacing(px(12))
        self.body.setSpacing(px(SPACE))
        self.update()
