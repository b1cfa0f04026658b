"""The list of what keeps the network from training; each entry leads to its block and offers what
can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QLabel,
    QListWidget,
    QListWidgetItem,
    QStackedLayout,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from netbuilder.project.problems import Analysis, Problem
from netbuilder.project.remedy import Fix
from netbuilder.ui.fix_buttons import FixButtons
from netbuilder.ui.forms.words import words_of
from netbuilder.ui.icons import pixmap
from netbuilder.ui.levels import level_look
from netbuilder.ui.remedies import fix_words
from netbuilder.ui.theme import theme

_PROBLEM = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


class ProblemsPanel(QWidget):
    """Errors first, then warnings."""

    activated = Signal(object)
    """The user wants to go to this Problem."""
    fix_chosen = Signal(object, object)
    """The user wants this Problem mended by this Fix."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("problems.panel")
        self.setAccessibleName(self.tr("Problems"))
        self._problems: tuple[Problem, ...] | None = None
        self._remedies: Callable[[Problem], Sequence[Fix]] = _none
        self.list = _List()
        self.list.setObjectName("problems.list")
        self.list.setAccessibleName(self.tr("Problems"))
        empty = QWidget()
        self._tick = QLabel()
        self._tick.setAccessibleName(self.tr("All is well"))
        self._tick.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty_text = QLabel(self.tr("No problems: the network is ready to train."))
        self.empty_text.setObjectName("problems.empty")
        self.empty_text.setProperty("role", "muted")
        self.empty_text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty_text.setWordWrap(True)
        column = QVBoxLayout(empty)
        column.addStretch(1)
        column.addWidget(self._tick)
        column.addWidget(self.empty_text)
        column.addStretch(1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(empty)
        self._stack.addWidget(self.list)
        self.list.itemClicked.connect(self._go)
        self.list.entered_key.connect(self._go)
        self.list.fix_key.connect(self._fix_current)
        theme().changed.connect(self._lay_out)
        self._lay_out()
        self.set_analysis(Analysis())

    def set_remedies(self, remedies: Callable[[Problem], Sequence[Fix]]) -> None:
        """Ask this for what can be done about a problem, best first."""
        self._remedies = remedies
        self._offer()

    def set_analysis(self, analysis: Analysis) -> None:
        """Show the problems of an analysis; an entry stays chosen while it is there."""
        problems = (
            *analysis.errors,
            *(p for p in analysis.problems if p.level == "warning"),
        )
        if problems == self._problems:
            self._offer()  # the same problems of a changed network may have other remedies
            return
        self._problems = problems
        chosen = self.list.currentItem()
        kept = chosen.data(_PROBLEM) if chosen is not None else None
        self.list.clear()
        for problem in problems:
            text = words_of(problem.template).format(**problem.fields)
            item = QListWidgetItem(text)
            item.setData(_PROBLEM, problem)
            item.setToolTip(text)
            level = level_look(problem.level, theme().current)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{level.word}: {text}")
            self.list.addItem(item)
            if problem == kept:
                self.list.setCurrentItem(item)
        self._offer()
        self._stack.setCurrentIndex(1 if problems else 0)

    def problems(self) -> tuple[Problem, ...]:
        """What is shown, in order."""
        return self._problems or ()

    def offers(self, row: int) -> FixButtons | None:
        """The remedies shown in a row."""
        return self.list.fixes(self.list.item(row))

    def _offer(self) -> None:
        for row, problem in enumerate(self.problems()):
            item = self.list.item(row)
            fixes = self._remedies(problem)
            shown = self.list.fixes(item)
            if shown is None and fixes:
                shown = self.list.add_fixes(item)
                shown.chosen.connect(self.fix_chosen)
            if shown is not None:
                shown.set_fixes(problem, fixes)
            item.setData(
                Qt.ItemDataRole.AccessibleDescriptionRole,
                self.tr("Remedies: {all}. Ctrl+Enter takes the first.").format(
                    all=", ".join(fix_words(f) for f in fixes)
                )
                if fixes
                else "",
            )
        self.list.doItemsLayout()

    @Slot(QListWidgetItem)
    def _fix_current(self, item: QListWidgetItem) -> None:
        problem = item.data(_PROBLEM)
        fixes = self._remedies(problem)
        if fixes:
            self.fix_chosen.emit(problem, fixes[0])

    @Slot(QListWidgetItem)
    def _go(self, item: QListWidgetItem) -> None:
        self.activated.emit(item.data(_PROBLEM))

    @Slot()
    def _lay_out(self) -> None:
        self._tick.setPixmap(pixmap("check", theme().px(24), theme().current.success))
        self.list.doItemsLayout()


class _List(QListWidget):
    entered_key = Signal(QListWidgetItem)
    fix_key = Signal(QListWidgetItem)

    def __init__(self) -> None:
        super().__init__()
        self.setItemDelegate(_Delegate(self))
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter goes to the block, as a click does; Ctrl+Enter takes the best remedy."""
        item = self.currentItem()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and item is not None:
            mending = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            (self.fix_key if mending else self.entered_key).emit(item)
        else:
            super().keyPressEvent(event)

    def fixes(self, item: QListWidgetItem | None) -> FixButtons | None:
        """The buttons in a row, if it has any."""
        ground = self.itemWidget(item) if item is not None else None
        return ground.buttons if isinstance(ground, _Ground) else None

    def add_fixes(self, item: QListWidgetItem) -> FixButtons:
        """Give a row its buttons."""
        ground = _Ground()
        self.setItemWidget(item, ground)
        return ground.buttons

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """The heights follow from the width, as the texts wrap."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()


class _Ground(QWidget):
    """Lies over a row and holds its buttons at the bottom; clicks beside them reach the list."""

    def __init__(self) -> None:
        super().__init__()
        self.buttons = FixButtons(self)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep the buttons below the words."""
        super().resizeEvent(event)
        # The style sheet's padding of items makes this narrower than the row.
        row = QRect(0, 0, self.width() + 2 * self.x(), self.height())
        room = text_place(row).translated(-self.x(), 0)
        height = self.buttons.height_for(room.width())
        self.buttons.setGeometry(
            room.left(), self.height() - height - theme().px(4), room.width(), height
        )


class _Delegate(QStyledItemDelegate):
    """An icon, the block's name, and the sentence in as many lines as it needs."""

    def __init__(self, view: _List) -> None:
        super().__init__(view)
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        px, colours = theme().px, theme().current
        problem: Problem = index.data(_PROBLEM)
        painter.save()
        state = option.state
        area: QRect = option.rect
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        if chosen or hovered:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.selection if chosen else colours.sunken))
            painter.drawRoundedRect(area.adjusted(px(4), 1, -px(4), -1), px(6), px(6))
        level = level_look(problem.level, colours)
        mark = pixmap(level.icon, px(18), level.ink)
        painter.drawPixmap(area.left() + px(12), area.top() + px(7), mark)
        place = text_place(area)
        if problem.node is not None:
            painter.setFont(theme().font("strong"))
            painter.setPen(QColor(colours.text))
            metrics = painter.fontMetrics()
            name = metrics.elidedText(problem.node, Qt.TextElideMode.ElideRight, place.width())
            painter.drawText(place, Qt.AlignmentFlag.AlignTop, name)
            place.setTop(place.top() + metrics.height() + px(1))
        painter.setFont(theme().font("body"))
        quiet = problem.node is not None and not chosen
        painter.setPen(QColor(colours.muted if quiet else colours.text))
        painter.drawText(place, Qt.TextFlag.TextWordWrap, index.data())
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        px = theme().px
        width = self._view.viewport().width()
        room = text_place(QRect(0, 0, width, 10_000))
        metrics = QFontMetrics(theme().font("body"))
        height = metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, index.data()).height()
        if index.data(_PROBLEM).node is not None:
            height += QFontMetrics(theme().font("strong")).height() + px(1)
        shown = self._view.fixes(self._view.itemFromIndex(index))
        buttons = shown.height_for(room.width()) if shown is not None else 0
        return QSize(width, height + px(14) + (buttons + px(7) if buttons else 0))


def text_place(area: QRect) -> QRect:
    """Where words and buttons of a row may stand."""
    px = theme().px
    return area.adjusted(px(40), px(7), -px(12), 0)


def _none(_problem: Problem) -> Sequence[Fix]:
    return ()
