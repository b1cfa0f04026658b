"""One column of a result, each of its numbers written out: z = w₁ x₁ + w₂ x₂ + b."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractListModel,
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
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from netbuilder.engine.algebra.expression import Place
from netbuilder.ui.step.copying import put
from netbuilder.ui.step.entry_line import draw_sum, written
from netbuilder.ui.step.matrix_paint import link_colour
from netbuilder.ui.step.model import StepModel
from netbuilder.ui.step.words import meaning_words
from netbuilder.ui.theme import theme

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
MOST_ROWS = 10


class WrittenModel(QAbstractListModel):
    """The numbers of one column; each is written when it comes into sight."""

    def __init__(self, step: StepModel, parent: QObject) -> None:
        super().__init__(parent)
        self._step = step
        self.key = ""
        self.column = 0
        self._rows = 0
        self._known: dict[int, tuple[str, str, str]] = {}

    def show(self, key: str, column: int, rows: int) -> None:
        """Another column."""
        self.beginResetModel()
        self.key, self.column, self._rows = key, column, rows
        self._known.clear()
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        """One a number."""
        return 0 if parent.isValid() else self._rows

    def place(self, row: int) -> Place:
        """Which number it is."""
        return Place(self.key, row, self.column)

    def parts(self, row: int) -> tuple[str, str, str]:
        """What row it is, the number's name with how it is made in numbers, and the number."""
        walk = self._step.walk
        if walk is None or self.key not in walk.quantities:
            return "", "", ""
        if row not in self._known:
            quantity = walk.quantities[self.key]
            name, symbols, numbers = written(walk, self.place(row), self._step.digits)
            words = name if not symbols else f"{name} = {numbers}"
            result = self._step.number(float(quantity.values[row, self.column]))
            label = meaning_words(quantity.rows, row)
            self._known[row] = label, words, result
        return self._known[row]

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        """The line as text."""
        if not index.isValid():
            return None
        label, words, result = self.parts(index.row())
        if role == Role.DisplayRole:
            return f"{words} = {result}"
        if role in (Role.ToolTipRole, Role.AccessibleTextRole):
            return f"{label}: {words} = {result}" if label else f"{words} = {result}"
        return None


class _Lines(QStyledItemDelegate):
    def __init__(self, view: WrittenList) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """One line."""
        return QSize(theme().px(80), self._view.line_height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Label, sum, result; an outline around the one that is looked at."""
        view, colours, px = self._view, theme().current, theme().px
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = view.lines.place(index.row())
        if place in (view.step.place, view.step.pointed):
            painter.setPen(QPen(link_colour(), 2.0 if place == view.step.place else 1.0))
            frame = QRectF(rect).adjusted(1, 1, -1, -1)
            painter.drawRoundedRect(frame, px(4), px(4))
        label, words, result = view.lines.parts(index.row())
        painter.setFont(theme().font("caption"))
        painter.setPen(QColor(colours.muted))
        inside = rect.adjusted(px(8), 0, -px(8), 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(inside, int(Qt.AlignmentFlag.AlignLeft | middle), label)
        painter.setPen(QColor(colours.text))
        draw_sum(painter, inside.adjusted(view.label_width(), 0, 0, 0), words, result)
        painter.restore()


class WrittenList(QListView):
    """Follows the step model's number; the arrow keys and the mouse move it."""

    def __init__(self, step: StepModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.step = step
        self._quiet = False
        self.lines = WrittenModel(step, self)
        self.setObjectName("step.written")
        self.setAccessibleName(self.tr("The unit's numbers written out"))
        self.setProperty("class", "card")
        self.setModel(self.lines)
        self.setItemDelegate(_Lines(self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_column(self, key: str, column: int, rows: int) -> None:
        """Write out another column."""
        self._quiet = True
        self.lines.show(key, column, rows)
        self._quiet = False
        self.refit()

    def refit(self) -> None:
        """As high as its lines, up to ten."""
        shown = min(self.lines.rowCount(), MOST_ROWS)
        self.setFixedHeight(shown * self.line_height() + 2 * theme().px(2) + 2)
        self.viewport().update()

    def line_height(self) -> int:
        """Pixels a line."""
        return QFontMetrics(theme().font("body")).height() + theme().px(8)

    def label_width(self) -> int:
        """Room for what the rows are."""
        last = self.lines.rowCount() - 1
        label = self.lines.parts(last)[0] if last >= 0 else ""
        width = QFontMetrics(theme().font("caption")).horizontalAdvance(label)
        return width + theme().px(14) if label else 0

    @Slot()
    def follow(self) -> None:
        """The number looked at is another one."""
        self.viewport().update()

    def currentChanged(self, current: Index, previous: Index) -> None:  # noqa: N802
        """Clicked, or reached by the arrow keys."""
        super().currentChanged(current, previous)
        if current.isValid() and not self._quiet:
            self.step.select(self.lines.place(current.row()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Point at the number of the line."""
        super().mouseMoveEvent(event)
        index = self.indexAt(event.position().toPoint())
        self.step.hover(self.lines.place(index.row()) if index.isValid() else None)

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802
        """The mouse leaves."""
        if event.type() == QEvent.Type.Leave:
            self.step.hover(None)
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Ctrl+C copies the lines; up and down move; other keys are for who holds the view."""
        if event.matches(QKeySequence.StandardKey.Copy):
            rows = range(self.lines.rowCount())
            put("\n".join(str(self.lines.data(self.lines.index(r))) for r in rows))
            event.accept()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End):
            super().keyPressEvent(event)
        else:
            event.ignore()
