"""How a matrix is painted: heat, numbers, and outlines of what is linked."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import (
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from netbuilder.engine.algebra.write import is_unknown
from netbuilder.ui.theme import theme

if TYPE_CHECKING:
    from netbuilder.ui.step.matrix_view import MatrixView

STRONGEST = 0.42
"""How much of the colour the largest number of a matrix gets: text stays readable on it."""
Index = QModelIndex | QPersistentModelIndex


def link_colour() -> QColor:
    """The colour of the number that is looked at, and of what it is linked with."""
    return QColor(theme().current.kinds["loss"])


def heat(value: float, largest: float) -> QColor:
    """The ground of a number: blue above 0, orange below, the stronger the larger."""
    colours = theme().current
    if is_unknown(value):
        return QColor(colours.warning_soft)
    if not math.isfinite(value):
        return QColor(colours.danger_soft)
    if value == 0.0 or largest == 0.0:
        ground = QColor(colours.zero)
        ground.setAlphaF(0.35)
        return ground
    ground = QColor(colours.positive if value > 0.0 else colours.negative)
    # The root keeps small numbers apart from 0.
    ground.setAlphaF(0.04 + (STRONGEST - 0.04) * math.sqrt(min(abs(value) / largest, 1.0)))
    return ground


class NumberPainter(QStyledItemDelegate):
    """Paints the numbers of one view."""

    def __init__(self, view: MatrixView) -> None:
        super().__init__(view)
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Ground, number, and the outline that tells what it has to do with the one looked at."""
        view = self._view
        row, column = index.row(), index.column()
        cell: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(cell).adjusted(1, 1, -1, -1)
        radius = theme().px(3)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(heat(float(view.matrix.values[row, column]), view.matrix.largest))
        painter.drawRoundedRect(frame, radius, radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        chosen = (row, column) == view.chosen
        state: QStyle.StateFlag = option.state
        pen = view.outline(row, column)
        if pen is None and state & QStyle.StateFlag.State_Selected and not chosen:
            pen = QPen(QColor(theme().current.accent), 1.0)
        if pen is not None:
            inset = pen.widthF() / 2
            painter.setPen(pen)
            painter.drawRoundedRect(frame.adjusted(inset, inset, -inset, -inset), radius, radius)
        painter.setFont(view.strong if chosen else view.font())
        painter.setPen(QColor(theme().current.text))
        right = cell.adjusted(0, 0, -view.padding, 0)
        aligned = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(right, int(aligned), view.matrix.text(row, column))
        painter.restore()


class QuietHeader(QHeaderView):
    """Words on the ground of the table, that neither can be clicked nor change with it."""

    def __init__(self, orientation: Qt.Orientation, parent: QWidget) -> None:
        super().__init__(orientation, parent)
        self.setSectionsClickable(False)
        self.setHighlightSections(False)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setMinimumSectionSize(1)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)


class MeaningHeader(QuietHeader):
    """What rows or columns are, in small grey letters."""

    def sizeHint(self) -> QSize:  # noqa: N802
        """As it was set: Qt would ask for the words of a hundred sections."""
        return QSize(self.maximumWidth(), self.maximumHeight())

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:  # noqa: N802
        """The words; no frame."""
        words = self.model().headerData(section, self.orientation(), Qt.ItemDataRole.DisplayRole)
        painter.setFont(self.font())
        painter.setPen(QColor(theme().current.muted))
        px = theme().px
        if self.orientation() is Qt.Orientation.Horizontal:
            painter.drawText(rect.adjusted(0, 0, -px(8), 0), int(_RIGHT), str(words or ""))
        else:
            painter.drawText(rect.adjusted(0, 0, -px(6), 0), int(_RIGHT), str(words or ""))


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def dashes(colour: QColor, pattern: list[float]) -> QPen:
    """A broken line; strokes and gaps in its own widths."""
    pen = QPen(colour, 1.5)
    pen.setDashPattern(pattern)
    return pen
