"""The numbers of one matrix as a table model: as text, in full, and what they are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from netbuilder.engine.algebra.expression import Meaning, Place
from netbuilder.engine.algebra.symbol import SUBSCRIPTS
from netbuilder.engine.algebra.write import as_text, digits_of
from netbuilder.engine.operation import Array
from netbuilder.ui.step.reading import Piece
from netbuilder.ui.step.words import meaning_words, place_words

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

VALUE = int(Role.UserRole)
"""The role of the number itself, a float with all its bits."""
PLACE = VALUE + 1
"""The role of the `Place` that the number has in the walk."""


class MatrixModel(QAbstractTableModel):
    """What stands in one card; GUI thread only."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.piece: Piece | None = None
        self.values: Array = np.zeros((0, 0))
        self.largest = 0.0
        """The largest finite |number| of the whole quantity, that the heat is measured by."""
        self._digits = 6
        self._samples: Sequence[int] = ()

    def show(self, piece: Piece, samples: Sequence[int], digits: int) -> None:
        """Hold another matrix; `samples` are the rows of the training set that were walked with."""
        self.beginResetModel()
        self.piece = piece
        self.values = piece.values
        self._samples = samples
        self._digits = digits
        known = np.abs(piece.quantity.values)
        known = known[np.isfinite(known)]
        self.largest = float(known.max()) if known.size else 0.0
        self.endResetModel()

    def set_digits(self, digits: int) -> None:
        """Write the numbers with so many significant digits."""
        if digits != self._digits:
            self._digits = digits
            if self.values.size:
                last = self.index(self.rowCount() - 1, self.columnCount() - 1)
                self.dataChanged.emit(self.index(0, 0), last)

    @property
    def digits(self) -> int:
        """Significant digits of the text."""
        return self._digits

    @property
    def key(self) -> str:
        """That of the quantity; empty where there is none yet."""
        return self.piece.quantity.key if self.piece is not None else ""

    @property
    def title(self) -> str:
        """The matrix as it is written in one line of text."""
        return as_text(self.piece.form) if self.piece is not None else ""

    def place(self, row: int, column: int) -> Place:
        """Which number stands there."""
        assert self.piece is not None
        return self.piece.place(row, column)

    def text(self, row: int, column: int) -> str:
        """The number as it is shown."""
        return digits_of(float(self.values[row, column]), self._digits)

    # ---- as Qt asks --------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        """Rows as they stand, that is of the transposed matrix where it is transposed."""
        return 0 if parent.isValid() else int(self.values.shape[0])

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        """Columns as they stand."""
        return 0 if parent.isValid() else int(self.values.shape[1])

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        """Text, number, place, or what it is in words."""
        if not index.isValid() or self.piece is None:
            return None
        row, column = index.row(), index.column()
        if role == Role.DisplayRole:
            return self.text(row, column)
        if role in (Role.EditRole, VALUE):
            return float(self.values[row, column])
        if role == PLACE:
            return self.place(row, column)
        if role == Role.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role in (Role.ToolTipRole, Role.AccessibleTextRole):
            quantity, place = self.piece.quantity, self.place(row, column)
            words = place_words(quantity, place)
            name = quantity.at(place.row, place.column)
            if role == Role.AccessibleTextRole:
                return f"{self.text(row, column)}, {words}" if words else self.text(row, column)
            number = f"{as_text(name)} = {float(self.values[row, column])!r}"
            return f"{number}\n{words}" if words else number
        return None

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> object:
        """s1, x₂ …; in words in the tooltip."""
        if self.piece is None:
            return None
        across = orientation is Qt.Orientation.Horizontal
        meaning = self.piece.column_meaning if across else self.piece.row_meaning
        # Rows of the quantity stand as columns where it is transposed.
        places = self.piece.columns if across != self.piece.transposed else self.piece.rows
        if not 0 <= section < len(places):
            return None  # the other header, not yet reset, asks for a section that is gone
        number = places[section]
        if role == Role.DisplayRole:
            return _heading(meaning, number)
        if role in (Role.ToolTipRole, Role.AccessibleTextRole):
            return meaning_words(meaning, number, self._samples)
        return None


def _heading(meaning: Meaning, number: int) -> str:
    if meaning.side == "one":
        return ""
    number += meaning.first + 1
    if meaning.side == "sample":
        return f"s{number}"
    return meaning.letter + str(number).translate(SUBSCRIPTS)
