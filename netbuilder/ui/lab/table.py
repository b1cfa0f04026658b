"""The iterates as a table that can be selected and copied."""

from __future__ import annotations

import math

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Slot,
)
from PySide6.QtGui import (
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from netbuilder.ui.lab.state import LabState
from netbuilder.ui.lab.words import MINUS, compact
from netbuilder.ui.seldom import Seldom
from netbuilder.ui.theme import theme

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
SHOWN = (Role.DisplayRole, Role.ToolTipRole)
PADDING = 2  # pixels at the sides of a cell


class IteratesModel(QAbstractTableModel):
    """k, the place, f, the slope and the step of the chosen way, up to the present step."""

    def __init__(self, state: LabState) -> None:
        super().__init__(state)
        self._state = state
        # Not read from the state while it is shown: what Qt was told must stay so till it is told
        # something else, or it reads beyond the end.
        self._descent = state.descent(state.chosen)
        self.digits = 6
        """Of the number in a cell; its tooltip has them all."""
        self._rows = 0

    def refresh(self) -> None:
        """Show another way, or more of it. What is selected stays selected."""
        state = self._state
        descent = state.descent(state.chosen)
        wanted = min(state.k, descent.count) + 1
        if descent.formula.d != self._descent.formula.d or not self._rows:
            self.beginResetModel()
            self._descent, self._rows = descent, wanted
            self.endResetModel()
            return
        self._descent = descent
        if wanted > self._rows:
            self.beginInsertRows(QModelIndex(), self._rows, wanted - 1)
            self._rows = wanted
            self.endInsertRows()
        elif wanted < self._rows:
            self.beginRemoveRows(QModelIndex(), wanted, self._rows - 1)
            self._rows = wanted
            self.endRemoveRows()
        self.dataChanged.emit(self.index(0, 0), self.index(wanted - 1, self.columnCount() - 1))

    @property
    def headers(self) -> tuple[str, ...]:
        """The names of the columns."""
        if self._descent.formula.d == 1:
            return "k", "x", "f(x)", "f′(x)", self.tr("step")
        return "k", "x", "y", "f", "|∇f|", self.tr("|step|")

    def values(self, k: int) -> list[float]:
        """The numbers of a row; NaN for the step that was not made."""
        here = self._descent.at(k)
        if self._descent.formula.d == 1:
            step = float(here.step[0]) if here.step is not None else float("nan")
            return [float(k), float(here.point[0]), here.value, float(here.gradient[0]), step]
        size = float((here.gradient**2).sum()) ** 0.5
        step = float((here.step**2).sum()) ** 0.5 if here.step is not None else float("nan")
        return [float(k), *here.point.tolist(), here.value, size, step]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        """One for each place."""
        return 0 if parent.isValid() else self._rows

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        """One for each header."""
        return 0 if parent.isValid() else len(self.headers)

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        """The number as text, in full in the tooltip."""
        if role == Role.TextAlignmentRole:
            return RIGHT
        if role not in SHOWN or not index.isValid():
            return None
        value = self.values(index.row())[index.column()]
        if index.column() == 0:
            return str(int(value))
        if math.isnan(value) and index.column() == self.columnCount() - 1:
            return ""  # the last place has no step
        return compact(value, self.digits) if role == Role.DisplayRole else repr(value)

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> object:
        """The names of the columns."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Role.TextAlignmentRole:
            return RIGHT
        return self.headers[section] if role == Role.DisplayRole else None


class IteratesTable(QTableView):
    """Follows the state; the newest row stays in sight. Ctrl+C copies what is selected."""

    def __init__(self, state: LabState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lab.table")
        self.setAccessibleName(self.tr("Iterates"))
        self.iterates = IteratesModel(state)
        self.setModel(self.iterates)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._columns = 0
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionsClickable(False)
        # Painting its cells takes longer than all the rest of a step that is dragged or played.
        self.seldom = Seldom(self.refresh, parent=self)
        state.changed.connect(self.seldom.ask)
        theme().changed.connect(self._lay_out)
        self._lay_out()
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show the present rows, the newest in sight."""
        before, columns = self.iterates.rowCount(), self.iterates.columnCount()
        self.iterates.refresh()
        if columns != self._columns:
            self._columns = columns
            self._share()
        if self.iterates.rowCount() != before:
            self.scrollToBottom()

    def text(self, *, selected: bool) -> str:
        """Rows as text with tabs, every digit, with the names of the columns on top."""
        self.seldom.now()
        rows = sorted({index.row() for index in self.selectedIndexes()}) if selected else []
        rows = rows or list(range(self.iterates.rowCount()))
        lines = ["\t".join(self.iterates.headers)]
        for row in rows:
            k, *values = self.iterates.values(row)
            cells = ["" if math.isnan(value) else repr(value) for value in values]
            lines.append("\t".join([str(int(k)), *cells]))
        return "\n".join(lines) + "\n"

    @Slot()
    def copy(self) -> None:
        """Put the selected rows on the clipboard, all of them if none is selected."""
        QGuiApplication.clipboard().setText(self.text(selected=True))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Ctrl+C copies; Space and the sideways arrows are for who holds the table."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
            event.accept()
        elif event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Right):
            event.ignore()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _lay_out(self) -> None:
        px = theme().px
        self.setFont(theme().font("caption"))
        self.horizontalHeader().setFont(theme().font("caption"))
        height = QFontMetrics(theme().font("caption")).height() + px(8)
        self.verticalHeader().setMinimumSectionSize(height)
        self.verticalHeader().setDefaultSectionSize(height)
        self.horizontalHeader().setMinimumSectionSize(px(24))
        # The cells of other tables have room to type; these must hold five columns of numbers.
        self.setStyleSheet(
            f"QTableView::item {{ padding: {px(2)}px {px(PADDING)}px; }}"
            f"QHeaderView::section {{ padding: {px(4)}px {px(PADDING) + 3}px;"
            f" border-right: none; font-size: {theme().font('caption').pixelSize()}px; }}"
        )
        self._share()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Share the room out anew."""
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        """Columns of one width, with as many digits as they hold; below three they scroll."""
        count = self.iterates.columnCount()
        metrics = QFontMetrics(theme().font("caption"))
        room = 2 * theme().px(PADDING) + 6  # and what Qt keeps free for the mark of the focus
        first = metrics.horizontalAdvance("000") + room
        free = (self.viewport().width() - first) // max(count - 1, 1)
        least = 0
        for digits in (6, 5, 4, 3):
            least = metrics.horizontalAdvance(f"{MINUS}0.{'0' * (digits + 1)}") + room
            self.iterates.digits = digits
            if least <= free:
                break
        each = max(free, least)
        for column in range(count):
            self.setColumnWidth(column, each if column else first)
