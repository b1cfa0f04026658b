"""A compact grid for one array of numbers, or several of equal height side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from netbuilder.declare import Parameter
from netbuilder.ui.forms.array_model import ArrayModel
from netbuilder.ui.forms.field import Field
from netbuilder.ui.forms.words import refusal, words_of
from netbuilder.ui.theme import theme

_ROWS_SHOWN = 8


class ArrayField(Field):
    """Edits one array, or several together (the value is then a tuple of them)."""

    full_width = True

    def __init__(
        self, parameters: Sequence[Parameter], name: str, parent: QWidget | None = None
    ) -> None:
        self.parameters = tuple(parameters)
        super().__init__(parameters[0], name, parent)
        self._joint = len(parameters) > 1
        self._flat = False
        self._value: Any = ()
        self._model = ArrayModel([(p.name, words_of(p.title)) for p in parameters])
        self._view = _Grid(self._model)
        self._adopt(self._view)
        column = QVBoxLayout()
        column.setSpacing(theme().px(4))
        column.addWidget(self._view)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(theme().px(2))
        self._add_row = self._button("add_row", self.tr("+ Row"), self.tr("Add a row"))
        self._del_row = self._button(
            "remove_row", self.tr("\N{MINUS SIGN} Row"), self.tr("Remove the row")
        )
        self._add_column = self._button("add_column", self.tr("+ Column"), self.tr("Add a column"))
        self._del_column = self._button(
            "remove_column", self.tr("\N{MINUS SIGN} Column"), self.tr("Remove the column")
        )
        self._buttons.addStretch(1)
        column.addLayout(self._buttons)
        self._row.addLayout(column)
        self._add_row.clicked.connect(self._append_row)
        self._del_row.clicked.connect(self._remove_rows)
        self._add_column.clicked.connect(self._append_column)
        self._del_column.clicked.connect(self._remove_column)
        self._view.reverted.connect(self.reverted)
        self._model.edited.connect(self._take)
        self._model.refused.connect(self.refused)
        theme().changed.connect(self._lay_out)
        self._lay_out()

    @property
    def control(self) -> QWidget:
        return self._view

    def title(self) -> str:
        return ", ".join(words_of(p.title) for p in self.parameters)

    def value(self) -> Any:
        return self._value

    def set_value(self, value: Any) -> None:
        self._value = value
        arrays = value if self._joint else (value,)
        first = arrays[0]
        # An empty array tells nothing; where only lists are allowed, a row of its own will not do.
        flat = not self._joint and (
            not isinstance(first[0], Sequence)
            if first
            else refusal(self.parameter, ((0.0,),)) is not None
        )
        if flat == self._flat and value == self._shown():
            return
        self._flat = flat
        self._model.set_arrays([[first] if first else []] if self._flat else arrays)
        self._lay_out()

    def _shown(self) -> Any:
        arrays = [tuple(tuple(row) for row in rows) for rows in self._model.arrays()]
        if self._joint:
            return tuple(arrays)
        if self._flat:
            return arrays[0][0] if arrays[0] else ()
        return arrays[0]

    @Slot()
    def _take(self) -> None:
        self._value = self._shown()
        self._lay_out()
        self.refused.emit("")
        self.changed.emit(self._value)
        self.finished.emit()

    @Slot()
    def _append_row(self) -> None:
        at = self._view.currentIndex().row() + 1 or self._model.rowCount()
        self._model.add_row(at)
        self._view.setCurrentIndex(self._model.index(at, 0))

    @Slot()
    def _remove_rows(self) -> None:
        rows = {index.row() for index in self._view.selectedIndexes()}
        self._model.remove_rows(sorted(rows or {self._model.rowCount() - 1}))

    @Slot()
    def _append_column(self) -> None:
        self._model.add_column(self._model.section_at(self._view.currentIndex().column()))

    @Slot()
    def _remove_column(self) -> None:
        column = self._view.currentIndex().column()
        self._model.remove_column(column if column >= 0 else self._model.columnCount() - 1)

    def _button(self, key: str, words: str, explained: str) -> QPushButton:
        button = QPushButton(words)
        button.setObjectName(f"{self._name}.{key}")
        button.setAccessibleName(explained)
        button.setToolTip(explained)
        button.setProperty("class", "quiet")
        button.setAutoDefault(False)
        self._buttons.addWidget(button)
        return button

    @Slot()
    def _lay_out(self) -> None:
        rows = self._model.rowCount()
        self._add_row.setVisible(not self._flat)
        self._del_row.setVisible(not self._flat)
        self._del_row.setEnabled(rows > 0)
        self._del_column.setEnabled(self._model.columnCount() > 0)
        self._view.fit(rows)


class _Grid(QTableView):
    reverted = Signal()

    def __init__(self, model: ArrayModel) -> None:
        super().__init__()
        self._model = model
        self.setModel(model)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.horizontalHeader().setHighlightSections(False)
        self.verticalHeader().setHighlightSections(False)
        self.setCornerButtonEnabled(False)
        self.setWordWrap(False)

    def fit(self, rows: int) -> None:
        """Tall enough for a few rows; columns share the width while they are few."""
        px = theme().px
        self.verticalHeader().setDefaultSectionSize(px(26))
        header = self.horizontalHeader()
        header.setMinimumSectionSize(px(44))
        few = self._model.columnCount() * px(52) <= max(self.width() - px(40), px(200))
        header.setSectionResizeMode(
            QHeaderView.ResizeMode.Stretch if few else QHeaderView.ResizeMode.Interactive
        )
        if not few:
            header.setDefaultSectionSize(px(64))
        shown = min(max(rows, 1), _ROWS_SHOWN)
        bar = 0 if few else px(10)
        self.setFixedHeight(header.sizeHint().height() + shown * px(26) + bar + 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Copy and paste as a spreadsheet does; Esc takes back what was refused."""
        if event.key() == Qt.Key.Key_Escape:
            self.reverted.emit()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def paste(self) -> None:
        """Write the clipboard's numbers from the current cell on."""
        corner = self.currentIndex()
        row, column = max(corner.row(), 0), max(corner.column(), 0)
        self._model.paste(QGuiApplication.clipboard().text(), row, column)
        self.setCurrentIndex(self._model.index(row, column))

    def copy(self) -> None:
        """Put the selected cells onto the clipboard, with tabs between them."""
        cells = self.selectedIndexes()
        if not cells:
            return
        rows: dict[int, list[str]] = {}
        for cell in sorted(cells, key=lambda c: (c.row(), c.column())):
            rows.setdefault(cell.row(), []).append(str(cell.data(Qt.ItemDataRole.EditRole)))
        QGuiApplication.clipboard().setText("\n".join("\t".join(row) for row in rows.values()))
