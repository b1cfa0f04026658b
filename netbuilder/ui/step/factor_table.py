"""The shares of the samples in a gradient, factor by factor, as a table."""

from __future__ import annotations

import math

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Slot,
)
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from netbuilder.engine.algebra.expression import Place
from netbuilder.engine.algebra.write import digits_of
from netbuilder.engine.chain_rule import ChainRule, Term
from netbuilder.ui.step.matrix_model import PLACE, VALUE
from netbuilder.ui.step.matrix_paint import QuietHeader, heat, link_colour
from netbuilder.ui.step.model import StepModel
from netbuilder.ui.theme import theme

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
MOST_ROWS = 8
"""Samples that are seen at once; more are scrolled."""


USUAL_DIGITS = 4


def shortest(value: float) -> str:
    """Three significant digits in as few letters as can be: -4.46e-4."""
    plain = digits_of(value, 3)
    if "e" in plain or not math.isfinite(value):
        mantissa, _, power = plain.partition("e")
        return f"{mantissa}e{int(power)}" if power else plain
    mantissa, _, power = f"{value:.2e}".partition("e")
    short = f"{mantissa.rstrip('0').rstrip('.')}e{int(power)}"
    return short if len(short) < len(plain) else plain


class FactorModel(QAbstractTableModel):
    """A row for each sample (and one for the penalty), a column for each factor, then their
    product. GUI thread only."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rule: ChainRule | None = None
        self.largest = 0.0
        self._values: list[list[float | None]] = []
        self._digits = 4

    def show(self, rule: ChainRule | None, digits: int) -> None:
        """Hold the factors of another weight."""
        self.beginResetModel()
        self.rule = rule
        self._digits = digits
        blank = [None] * (self.columnCount() - 1)
        self._values = [
            [*(value for value, _ in t.factors), *blank[len(t.factors) :], t.product]
            for t in self.terms
        ]
        products = [abs(t.product) for t in self.terms if math.isfinite(t.product)]
        self.largest = max(products, default=0.0)
        self.endResetModel()

    def set_digits(self, digits: int) -> None:
        """Write the numbers with so many significant digits; 0 is as short as can be."""
        self._digits = digits

    @property
    def terms(self) -> tuple[Term, ...]:
        """The rows."""
        return self.rule.terms if self.rule is not None else ()

    def value(self, row: int, column: int) -> float | None:
        """The number of a cell; None where a penalty has no factors."""
        return self._values[row][column]

    def place(self, row: int, column: int) -> Place | None:
        """Where the number of a cell stands in the walk."""
        factors = self.terms[row].factors
        return factors[column][1] if column < len(factors) else None

    def text(self, row: int, column: int) -> str:
        """The number of a cell as it is written."""
        return self._written(self._values[row][column])

    def longest(self, column: int) -> str:
        """The longest number of a column, as it is written."""
        return max((self._written(row[column]) for row in self._values), key=len, default="")

    def _written(self, value: float | None) -> str:
        if value is None:
            return ""
        return digits_of(value, self._digits) if self._digits else shortest(value)

    # ---- as Qt asks --------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        """One for each term."""
        return 0 if parent.isValid() else len(self.terms)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        """One for each factor, and the product."""
        if parent.isValid() or self.rule is None:
            return 0
        return len(self.rule.columns) + 1

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        """Text, number, place, or what it is in words."""
        if not index.isValid() or self.rule is None:
            return None
        row, column = index.row(), index.column()
        if role == Role.DisplayRole:
            return self.text(row, column)
        value = self.value(row, column)
        if role in (Role.EditRole, VALUE):
            return value
        if role == PLACE:
            return self.place(row, column)
        if role == Role.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role in (Role.ToolTipRole, Role.AccessibleTextRole) and value is not None:
            name = str(self.headerData(column, Qt.Orientation.Horizontal))
            row_name = str(self.headerData(row, Qt.Orientation.Vertical))
            if role == Role.ToolTipRole:
                return f"{row_name}: {name} = {value!r}"
            return f"{row_name}, {name}: {self.text(row, column)}"
        return None

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> object:
        """The factors' names, the samples'."""
        if self.rule is None or role not in (Role.DisplayRole, Role.ToolTipRole):
            return None
        if orientation is Qt.Orientation.Horizontal:
            name = (*self.rule.columns, self.tr("product"))[section]
            # tanh′ for tanh′(z¹₃), where there is no room.
            is_short = not self._digits and role == Role.DisplayRole and "′(" in name
            return name.partition("(")[0] if is_short else name
        sample = self.terms[section].sample
        return self.rule.penalty if sample is None else f"s{sample + 1}"


class _Cells(QStyledItemDelegate):
    def __init__(self, view: FactorTable) -> None:
        super().__init__(view)
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The number; the products in heat colours, what is pointed at outlined."""
        view, table = self._view, self._view.factors
        row, column = index.row(), index.column()
        cell: QRect = option.rect
        value = table.value(row, column)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(cell).adjusted(1, 1, -1, -1)
        radius = theme().px(3)
        if value is not None and column == table.columnCount() - 1:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(heat(value, table.largest))
            painter.drawRoundedRect(frame, radius, radius)
        place = table.place(row, column)
        current = view.hasFocus() and view.currentIndex() == index
        if current or (place is not None and place == view.step.pointed):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            colour = QColor(theme().current.accent) if current else link_colour()
            painter.setPen(QPen(colour, 1.5))
            painter.drawRoundedRect(frame, radius, radius)
        painter.setFont(view.font())
        painter.setPen(QColor(theme().current.text))
        right = cell.adjusted(0, 0, -theme().px(4), 0)
        painter.drawText(right, int(_RIGHT), table.text(row, column))
        painter.restore()


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class _Names(QuietHeader):
    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:  # noqa: N802
        words = str(self.model().headerData(section, self.orientation()) or "")
        painter.setFont(self.font())
        painter.setPen(QColor(theme().current.muted))
        painter.drawText(rect.adjusted(0, 0, -theme().px(4), 0), int(_RIGHT), words)


class FactorTable(QTableView):
    """Pointing at a factor points at it everywhere; a click on a row draws that sample; Return or
    a double click chooses the factor."""

    def __init__(self, model: StepModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.step = model
        self.factors = FactorModel(self)
        self.setObjectName("step.number.factors")
        self.setAccessibleName(self.tr("Factors of the gradient, one row for each sample"))
        self.setProperty("class", "matrix")
        self.setModel(self.factors)
        self.setItemDelegate(_Cells(self))
        self.setHorizontalHeader(_Names(Qt.Orientation.Horizontal, self))
        self.setVerticalHeader(_Names(Qt.Orientation.Vertical, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.viewport().setAutoFillBackground(False)
        self._room = 0
        self._digits = 4
        model.hovered.connect(self._follow_hovered)
        self.clicked.connect(self._draw)
        self.doubleClicked.connect(self._choose)

    def show_rule(self, rule: ChainRule | None, digits: int) -> None:
        """Another weight's factors."""
        self._digits = digits
        self.factors.show(rule, digits)
        self.fit()

    def fit(self) -> None:
        """Columns as wide as their numbers, letters smaller where they would not fit."""
        table = self.factors
        room = self.width() if self._room == 0 else self._room
        if table.rowCount() > MOST_ROWS:
            room -= theme().px(10)  # the scroll bar
        ways = [("body", self._digits), ("caption", self._digits)]
        if self._digits <= USUAL_DIGITS:
            ways.append(("caption", 0))
        for role, digits in ways:
            table.set_digits(digits)
            widths, side = self._widths(role)
            if sum(widths) + side <= room:
                break
        self.setFont(theme().font(role))
        spare = max(room - sum(widths) - side, 0) // max(len(widths), 1)
        for column, width in enumerate(widths):
            self.horizontalHeader().resizeSection(column, width + spare)
        self.verticalHeader().setFixedWidth(side)
        height = math.ceil(QFontMetricsF(self.font()).height()) + theme().px(8)
        self.verticalHeader().setDefaultSectionSize(height)
        self.horizontalHeader().setFixedHeight(height)
        shown = min(table.rowCount(), MOST_ROWS)
        bar = theme().px(10) if sum(widths) + side > room else 0
        self.setFixedHeight(height * (shown + 1) + bar)
        self.updateGeometries()

    def _widths(self, role: str) -> tuple[list[int], int]:
        numbers, names = QFontMetricsF(theme().font(role)), QFontMetricsF(theme().font("caption"))
        self.horizontalHeader().setFont(theme().font("caption"))
        self.verticalHeader().setFont(theme().font("caption"))
        table = self.factors
        widths = []
        for column in range(table.columnCount()):
            # Digits are of one width: the longest text is the widest but for a sign.
            widest = numbers.horizontalAdvance(table.longest(column))
            head = str(table.headerData(column, Qt.Orientation.Horizontal))
            width = max(widest, names.horizontalAdvance(head))
            widths.append(math.ceil(width) + theme().px(9))
        heads = (
            str(table.headerData(row, Qt.Orientation.Vertical)) for row in range(table.rowCount())
        )
        side = names.horizontalAdvance(max(heads, key=len, default=""))
        return widths, math.ceil(side) + theme().px(6)

    def set_room(self, width: int) -> None:
        """The width that there is."""
        if width != self._room:
            self._room = width
            self.fit()

    def sizeHint(self) -> QSize:  # noqa: N802
        """As wide as there is room."""
        return QSize(theme().px(200), self.height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Any width will do."""
        return QSize(theme().px(80), self.height())

    @Slot(object)
    def _follow_hovered(self, _place: Place | None) -> None:
        self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Point at the factor under the mouse."""
        super().mouseMoveEvent(event)
        index = self.indexAt(event.position().toPoint())
        place = self.factors.place(index.row(), index.column()) if index.isValid() else None
        self.step.hover(place)

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802
        """The mouse leaves."""
        if event.type() == QEvent.Type.Leave:
            self.step.hover(None)
        return super().viewportEvent(event)

    def currentChanged(self, current: Index, previous: Index) -> None:  # noqa: N802
        """Reached by the arrow keys: draw its sample, and point at the factor."""
        super().currentChanged(current, previous)
        # The first one becomes current by itself when the table gets the focus: that is no wish.
        if current.isValid() and previous.isValid():
            self._draw(current)
            if self.hasFocus():
                self.step.hover(self.factors.place(current.row(), current.column()))

    def _draw(self, index: Index) -> None:
        sample = self.factors.terms[index.row()].sample
        if sample is not None:
            self.step.look_at_sample(sample)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Return chooses the factor."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._choose(self.currentIndex())
            event.accept()
            return
        super().keyPressEvent(event)

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        place = self.factors.place(index.row(), index.column())
        if place is not None:
            self.step.select(place)
