"""Arrays of numbers as a table that can be edited and pasted into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from netbuilder.ui.widgets import format_number

Index = QModelIndex | QPersistentModelIndex
Rows = list[list[float]]
_ROOT = QModelIndex()


@dataclass
class Section:
    """A run of columns that belong to one array."""

    name: str
    help: str
    width: int


class ArrayModel(QAbstractTableModel):
    """Rows of numbers; with several sections, arrays of equal height stand side by side."""

    edited = Signal()
    """The user changed something."""

    refused = Signal(str)
    """Why an entry was not taken over."""

    def __init__(self, names: Sequence[tuple[str, str]]) -> None:
        """`names` are (name, help) of the sections; the name is shown if there are several."""
        super().__init__()
        self._sections = [Section(name, help_, 0) for name, help_ in names]
        self._rows: Rows = []

    def set_arrays(self, arrays: Sequence[Sequence[Sequence[float]]]) -> None:
        """Show one array (rows of numbers) for each section."""
        self.beginResetModel()
        for section, rows in zip(self._sections, arrays, strict=True):
            section.width = len(rows[0]) if rows else 0
        self._rows = [
            [number for part in parts for number in part] for parts in zip(*arrays, strict=False)
        ]
        self.endResetModel()

    def arrays(self) -> list[Rows]:
        """The array of each section."""
        found, first = [], 0
        for section in self._sections:
            last = first + section.width
            found.append([row[first:last] for row in self._rows])
            first = last
        return found

    def section_at(self, column: int) -> int:
        """Which section a column belongs to; the first one for none."""
        last = 0
        for number, section in enumerate(self._sections):
            last += section.width
            if 0 <= column < last:
                return number
        return 0

    # ---- Qt's questions -------------------------------------------------------------------------

    def rowCount(self, parent: Index = _ROOT) -> int:  # noqa: N802
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _ROOT) -> int:  # noqa: N802
        return 0 if parent.isValid() else sum(s.width for s in self._sections)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{self._rows[index.row()][index.column()]:.4g}"
        if role in (Qt.ItemDataRole.EditRole, Qt.ItemDataRole.ToolTipRole):
            return format_number(self._rows[index.row()][index.column()])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        across = orientation == Qt.Orientation.Horizontal
        if role == Qt.ItemDataRole.DisplayRole:
            return self._column_name(section) if across else str(section + 1)
        if role == Qt.ItemDataRole.ToolTipRole and across:
            return self._sections[self.section_at(section)].help
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def setData(  # noqa: N802
        self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        number = parsed(str(value))
        if number is None:
            self.refused.emit(
                self.tr("Row {row}: “{text}” is not a number.").format(
                    row=index.row() + 1, text=value
                )
            )
            return False
        if number != self._rows[index.row()][index.column()]:
            self._rows[index.row()][index.column()] = number
            self.dataChanged.emit(index, index)
            self.edited.emit()
        return True

    # ---- changing the shape ---------------------------------------------------------------------

    def add_row(self, at: int) -> None:
        """Insert a row of zeros; the first one gives every empty section a column."""
        self.beginResetModel()
        if not self._rows:
            for section in self._sections:
                section.width = section.width or 1
        self._rows.insert(at, [0.0] * self.columnCount())
        self.endResetModel()
        self.edited.emit()

    def remove_rows(self, rows: Sequence[int]) -> None:
        """Remove the given rows."""
        self.beginResetModel()
        gone = set(rows)
        self._rows = [row for i, row in enumerate(self._rows) if i not in gone]
        self.endResetModel()
        self.edited.emit()

    def add_column(self, section: int) -> None:
        """Append a column of zeros to a section; an empty table gets its first row."""
        self.beginResetModel()
        self._grow(section, 1)
        if not self._rows:
            self._rows.append([0.0] * self.columnCount())
        self.endResetModel()
        self.edited.emit()

    def remove_column(self, column: int) -> None:
        """Remove a column."""
        self.beginResetModel()
        self._sections[self.section_at(column)].width -= 1
        for row in self._rows:
            del row[column]
        self.endResetModel()
        self.edited.emit()

    def paste(self, text: str, row: int, column: int) -> None:
        """Write a block of numbers, as a spreadsheet copies it, with its corner at a cell.

        The table grows as needed: downwards, and by columns of its first section, so that the last
        columns of a wider block stay targets. Says so, and changes nothing, when the text is no
        block of numbers.
        """
        block = parsed_block(text)
        if block is None:
            self.refused.emit(self.tr("The clipboard holds no rows of numbers of one length."))
            return
        self.beginResetModel()
        lacking = column + len(block[0]) - self.columnCount()
        if lacking > 0:
            if not self._rows and len(self._sections) > 1:
                for section in self._sections[1:]:
                    lacking -= 1 - section.width
                    section.width = 1
            self._grow(0, lacking)
        while len(self._rows) < row + len(block):
            self._rows.append([0.0] * self.columnCount())
        for i, numbers in enumerate(block):
            self._rows[row + i][column : column + len(numbers)] = numbers
        self.endResetModel()
        self.edited.emit()

    def _grow(self, section: int, count: int) -> None:
        at = sum(s.width for s in self._sections[: section + 1])
        self._sections[section].width += count
        for row in self._rows:
            row[at:at] = [0.0] * count

    def _column_name(self, column: int) -> str:
        if len(self._sections) == 1:
            return str(column + 1)
        number = self.section_at(column)
        section = self._sections[number]
        first = sum(s.width for s in self._sections[:number])
        return section.name if section.width == 1 else f"{section.name}{column - first + 1}"


def parsed(text: str) -> float | None:
    """The number that a cell's text means, with a point or a comma; None for anything else."""
    try:
        number = float(text.strip().replace("\N{MINUS SIGN}", "-").replace(",", "."))
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None


def parsed_block(text: str) -> Rows | None:
    """Rows of numbers separated by tabs, semicolons, commas or spaces; a heading is skipped.

    With tabs or semicolons a comma is a decimal comma. None unless all rows have one length.
    """
    lines = [line for line in text.strip("\r\n").splitlines() if line.strip()]
    separator = next((s for s in ("\t", ";", ",") if any(s in line for line in lines)), None)
    block = [[parsed(cell) for cell in line.split(separator)] for line in lines]
    if len(block) > 1 and None in block[0]:
        del block[0]
    if not block or any(None in row or len(row) != len(block[0]) for row in block):
        return None
    return [[number for number in row if number is not None] for row in block]
