"""A matrix as a table in heat colours, linked with all others that are shown."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QFontMetrics,
    QFontMetricsF,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QTableView,
    QWidget,
)

from netbuilder.engine.algebra.expression import Meaning, Place
from netbuilder.engine.algebra.write import digits_of
from netbuilder.engine.operation import Array
from netbuilder.ui.step.links import Links
from netbuilder.ui.step.matrix_model import MatrixModel
from netbuilder.ui.step.matrix_paint import MeaningHeader, NumberPainter, dashes, link_colour
from netbuilder.ui.step.model import StepModel
from netbuilder.ui.step.reading import Piece
from netbuilder.ui.theme import theme

MOST_FITTED = 12
"""Columns up to which each is as wide as its own numbers need."""
MOST_MEASURED = 1500
"""Numbers of a matrix up to which each is written to find how wide its column must be."""
Index = QModelIndex | QPersistentModelIndex


class MatrixView(QTableView):
    """The numbers of one `MatrixModel`. Pointing at one, choosing one with the mouse or the arrow
    keys, goes to the step model; `set_links` comes from who holds all views."""

    copy_wanted = Signal()
    """Ctrl+C: the selected numbers, or all."""
    scrolled = Signal(object, object)
    """It was scrolled: the view itself, and along which side."""
    menu_wanted = Signal(object)
    """The menu is asked for at a place of the screen."""

    def __init__(self, model: StepModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._step = model
        self._links = Links()
        self._sources: Array | None = None
        self._targets: Array | None = None
        self._pointed: tuple[int, int] | None = None
        self._quiet = False
        self.chosen: tuple[int, int] | None = None
        """Row and column of the number that is selected in the step model, if it stands here."""
        self.padding = 0
        self._column_width = 0
        self.matrix = MatrixModel(self)
        self.setModel(self.matrix)
        self.setItemDelegate(NumberPainter(self))
        self.setHorizontalHeader(MeaningHeader(Qt.Orientation.Horizontal, self))
        self.setVerticalHeader(MeaningHeader(Qt.Orientation.Vertical, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        # The style sheet frames tables; a card already stands around this one.
        self.setProperty("class", "matrix")
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.viewport().setAutoFillBackground(False)
        self._follows = False
        self.verticalScrollBar().valueChanged.connect(self._tell_rows)
        self.horizontalScrollBar().valueChanged.connect(self._tell_columns)
        self._measure()

    # ---- what is shown ---------------------------------------------------------------------------

    @Slot()
    def fit(self) -> None:
        """Make rows and columns as large as their numbers need; after each change of the model."""
        self._measure()
        self._pointed = None
        self._apply(self._links)
        self._show_chosen()

    def _measure(self) -> None:
        px, rows, columns = theme().px, self.matrix.rowCount(), self.matrix.columnCount()
        font, small = theme().font("body"), theme().font("caption")
        self.setFont(font)
        self.strong = theme().font("strong")
        self.padding = px(8)
        across, down = self.horizontalHeader(), self.verticalHeader()
        across.setFont(small)
        down.setFont(small)
        height = QFontMetrics(font).height() + px(8)
        down.setDefaultSectionSize(height)
        metrics = QFontMetricsF(self.strong)
        heads = QFontMetricsF(small)
        texts = self._widest(rows, columns)
        if columns > MOST_FITTED:
            # All as wide as the widest: each on its own would take long, and nobody compares them.
            texts = [max(texts, key=len)]
        widths = []
        for column, text in enumerate(texts):
            head = str(self.matrix.headerData(column, Qt.Orientation.Horizontal) or "")
            width = max(metrics.horizontalAdvance(text), heads.horizontalAdvance(head), px(12))
            widths.append(math.ceil(width) + 2 * self.padding)
        self._column_width = max(widths, default=0)
        across.setDefaultSectionSize(max(self._column_width, 1))
        if columns == len(widths):
            for column, width in enumerate(widths):
                across.resizeSection(column, width)
        names = [
            str(self.matrix.headerData(r, Qt.Orientation.Vertical) or "")
            for r in {0, rows - 1}
            if rows
        ]
        widest = max((heads.horizontalAdvance(n) for n in names), default=0.0)
        down.setFixedWidth(math.ceil(widest) + px(8) if widest else px(2))
        named = columns and self.matrix.headerData(0, Qt.Orientation.Horizontal)
        across.setFixedHeight(math.ceil(heads.height()) + px(4) if named else px(2))
        self.updateGeometries()

    def _widest(self, rows: int, columns: int) -> list[str]:
        """The longest text of each column."""
        digits = self.matrix.digits
        if rows * columns > MOST_MEASURED:
            return ["-0." + "0" * min(digits + 4, 22)] * columns
        texts = ([digits_of(v, digits) for v in c] for c in self.matrix.values.T.tolist())
        return [max(column, key=len, default="") for column in texts]

    def natural_size(self) -> QSize:
        """Room for all of it, without scroll bars."""
        return QSize(
            self.verticalHeader().width() + self.horizontalHeader().length(),
            self.horizontalHeader().height() + self.verticalHeader().length(),
        )

    def size_within(self, width: int, rows: int) -> QSize:
        """The size that it takes where it may be so wide and show so many rows."""
        whole = self.natural_size()
        head = self.horizontalHeader().height()
        high = rows * self.verticalHeader().defaultSectionSize() + head
        bar = theme().px(10)
        is_high = whole.height() > high
        wanted = whole.width() + (bar if is_high else 0)
        is_wide = wanted > width
        height = min(whole.height(), high) + (bar if is_wide else 0)
        return QSize(min(wanted, width), height)

    def column_width(self) -> int:
        """The width of the widest column."""
        return self._column_width

    # ---- scrolling -------------------------------------------------------------------------------

    @Slot()
    def _tell_rows(self) -> None:
        if not self._follows:
            self.scrolled.emit(self, Qt.Orientation.Vertical)

    @Slot()
    def _tell_columns(self) -> None:
        if not self._follows:
            self.scrolled.emit(self, Qt.Orientation.Horizontal)

    def to_start(self) -> None:
        """Show the first rows and columns, of this matrix alone."""
        self._follows = True
        self.verticalScrollBar().setValue(0)
        self.horizontalScrollBar().setValue(0)
        self._follows = False

    def scroll_like(self, other: MatrixView, side: Qt.Orientation) -> None:
        """Show the same rows, or columns, as another matrix, if they stand for the same."""
        mine, its = self.matrix.piece, other.matrix.piece
        if mine is None or its is None or not other.isVisible():
            return
        if side is Qt.Orientation.Vertical:
            same = _alike(mine.row_meaning, its.row_meaning)
            same = same and self.matrix.rowCount() == other.matrix.rowCount()
            bar, its_bar = self.verticalScrollBar(), other.verticalScrollBar()
        else:
            same = _alike(mine.column_meaning, its.column_meaning)
            same = same and self.matrix.columnCount() == other.matrix.columnCount()
            bar, its_bar = self.horizontalScrollBar(), other.horizontalScrollBar()
        if same and its_bar.maximum() > 0:
            self._follows = True  # and tells nobody, who would lead back
            bar.setValue(round(bar.maximum() * its_bar.value() / its_bar.maximum()))
            self._follows = False

    # ---- links -----------------------------------------------------------------------------------

    def set_links(self, links: Links) -> None:
        """Outline the number that is looked at, its sources, and where it goes."""
        if links is not self._links:
            self._apply(links)

    def _apply(self, links: Links) -> None:
        was_marked = self._is_marked()
        self._links = links
        piece = self.matrix.piece
        self._pointed = self._sources = self._targets = None
        if piece is not None:
            self._pointed = piece.find(links.place)
            self._sources = _part(piece, links.sources)
            self._targets = _part(piece, links.targets)
        if was_marked or self._is_marked():
            self.viewport().update()

    def _is_marked(self) -> bool:
        marks = (self._pointed, self._sources, self._targets)
        return any(mark is not None for mark in marks)

    def outline(self, row: int, column: int) -> QPen | None:
        """How a number is outlined: solid the one looked at, dashed where it comes from, dotted
        where it goes to."""
        if (row, column) in (self.chosen, self._pointed):
            return QPen(link_colour(), 2.0)
        if self._sources is not None and self._sources[row, column]:
            return dashes(link_colour(), [3.0, 2.0])
        if self._targets is not None and self._targets[row, column]:
            return dashes(QColor(theme().current.accent), [1.0, 2.0])
        return None

    def linked(self) -> dict[str, list[tuple[int, int]]]:
        """The outlined numbers by how they are outlined: row and column as they stand."""

        def places(mask: Array | None) -> list[tuple[int, int]]:
            found = np.argwhere(mask) if mask is not None else ()
            return [(int(i), int(j)) for i, j in found]

        own = {p for p in (self.chosen, self._pointed) if p is not None}
        return {
            "solid": sorted(own),
            "dashed": places(self._sources),
            "dotted": places(self._targets),
        }

    @Slot(object)
    def follow_selected(self, _place: Place | None = None) -> None:
        """Another number is chosen, here or elsewhere."""
        self._show_chosen()

    def _show_chosen(self) -> None:
        piece = self.matrix.piece
        found = piece.find(self._step.place) if piece is not None else None
        if found != self.chosen:
            self.chosen = found
            self.viewport().update()
        selection = self.selectionModel()
        current = self.currentIndex()
        at = (current.row(), current.column()) if current.isValid() else None
        if at == found:
            return
        self._quiet = True
        if found is None:
            selection.clear()
        else:
            index = self.matrix.index(*found)
            selection.setCurrentIndex(index, selection.SelectionFlag.ClearAndSelect)
            self.scrollTo(index)
        self._quiet = False

    # ---- hands -----------------------------------------------------------------------------------

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Reached by Tab it chooses its first number; when the window comes to the front it does
        not."""
        tabs = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self._quiet = event.reason() not in tabs
        super().focusInEvent(event)
        self._quiet = False

    def currentChanged(self, current: Index, previous: Index) -> None:  # noqa: N802
        """Clicked, or reached by the arrow keys."""
        super().currentChanged(current, previous)
        if current.isValid() and not self._quiet:
            self._step.select(self.matrix.place(current.row(), current.column()))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A click on the number that is current already chooses it again."""
        super().mousePressEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid():
            self._step.select(self.matrix.place(index.row(), index.column()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Point at what is under the mouse."""
        super().mouseMoveEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid():
            self._step.hover(self.matrix.place(index.row(), index.column()))
        else:
            self._step.hover(None)

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802
        """The mouse leaves."""
        if event.type() == QEvent.Type.Leave:
            self._step.hover(None)
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Ctrl+C copies, Return chooses, Esc lets go; other keys are for who holds the views."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit()
            event.accept()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            current = self.currentIndex()
            if current.isValid():
                self._step.select(self.matrix.place(current.row(), current.column()))
            event.accept()
        elif event.key() == Qt.Key.Key_Escape and self._step.place is not None:
            self._step.select(None)
            event.accept()
        elif event.key() in _ARROWS or event.matches(QKeySequence.StandardKey.SelectAll):
            super().keyPressEvent(event)
        else:
            event.ignore()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """Ways to copy."""
        self.menu_wanted.emit(event.globalPos())
        event.accept()


_ARROWS = (
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
)


def _alike(a: Meaning, b: Meaning) -> bool:
    return a.side == b.side and a.first == b.first


def _part(piece: Piece, masks: Mapping[str, Array]) -> Array | None:
    """What of the masks of all quantities stands in a piece; nothing of those of another walk, in
    which the quantity had other rows or columns."""
    mask = masks.get(piece.quantity.key)
    fits = mask is not None and mask.shape == piece.quantity.values.shape
    return piece.cut(mask) if mask is not None and fits else None
