"""A titled part of the inspector, and rows of a name and a value."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from netbuilder.ui.theme import theme


class Section(QWidget):
    """A small uppercase heading with content under it (`body`)."""

    def __init__(self, title: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self._title = QLabel(title)
        self._title.setProperty("role", "section")
        self.body = QVBoxLayout()
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._title)
        self._column.addLayout(self.body)
        theme().changed.connect(self._lay_out)
        self._lay_out()

    @Slot()
    def _lay_out(self) -> None:
        px = theme().px
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(px(6))
        self.body.setSpacing(px(6))


class ValueTable(QWidget):
    """Names at the left, values at the right; changed in place, cheap enough while training."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(0, 1)
        self._cells: list[tuple[QLabel, QLabel]] = []
        theme().changed.connect(self._lay_out)
        self._lay_out()

    def set_rows(self, rows: Sequence[tuple[str, str]]) -> None:
        """Show (name, value) pairs."""
        while len(self._cells) < len(rows):
            name, value = QLabel(), QLabel()
            name.setProperty("role", "muted")
            name.setWordWrap(True)
            value.setProperty("role", "value")
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            place = len(self._cells)
            self._grid.addWidget(name, place, 0)
            self._grid.addWidget(value, place, 1)
            self._cells.append((name, value))
        for i, (name, value) in enumerate(self._cells):
            shown = i < len(rows)
            if shown and (name.text(), value.text()) != rows[i]:
                name.setText(rows[i][0])
                value.setText(rows[i][1])
                value.setAccessibleName(f"{rows[i][0]}: {rows[i][1]}")
            name.setVisible(shown)
            value.setVisible(shown)

    def rows(self) -> list[tuple[str, str]]:
        """What is shown."""
        return [(n.text(), v.text()) for n, v in self._cells if not n.isHidden()]

    @Slot()
    def _lay_out(self) -> None:
        self._grid.setHorizontalSpacing(theme().px(8))
        self._grid.setVerticalSpacing(theme().px(6))
