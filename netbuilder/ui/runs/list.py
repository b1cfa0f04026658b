"""The list of runs: a colour, what is new, what came out; a tick lays the curves over."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from netbuilder.training.runs import Run
from netbuilder.ui.icons import pixmap
from netbuilder.ui.runs import words
from netbuilder.ui.theme import theme

Index = QModelIndex | QPersistentModelIndex
RUN = Qt.ItemDataRole.UserRole
NEWS = Qt.ItemDataRole.UserRole + 1
CHECK = Qt.ItemDataRole.CheckStateRole


class RunsView(QListWidget):
    """Rows of runs, the newest on top."""

    ticked = Signal()
    """Other runs are to be seen on the plots."""

    removal_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("runs.list")
        self.setItemDelegate(_Delegate(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)

    def add(self, run: Run, news: str) -> QListWidgetItem:
        """A row on top."""
        item = QListWidgetItem()
        item.setData(RUN, run)
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        item.setFlags(flags | Qt.ItemFlag.ItemIsUserCheckable)
        item.setData(CHECK, Qt.CheckState.Unchecked)
        self.insertItem(0, item)
        self.tell(item, news)
        return item

    def tell(self, item: QListWidgetItem, news: str) -> None:
        """Bring a row's words up to date."""
        run: Run = item.data(RUN)
        item.setData(NEWS, news)
        parts = (words.run_name(run), news, words.brief(run), words.length(run), run.note)
        text = "\n".join(part for part in parts if part)
        if text != item.toolTip():
            item.setToolTip(text)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, text.replace("\n", "; "))
            self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Del removes."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removal_wanted.emit()
        else:
            super().keyPressEvent(event)


class _Delegate(QStyledItemDelegate):
    """A tick, a swatch, the name, and three quiet lines."""

    def __init__(self, view: RunsView) -> None:
        super().__init__(view)
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        px, colours = theme().px, theme().current
        run: Run = index.data(RUN)
        area: QRect = option.rect
        state = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen or hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.selection if chosen else colours.sunken))
            painter.drawRoundedRect(area.adjusted(px(4), 1, -px(4), -1), px(6), px(6))
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area.adjusted(px(4), 2, -px(4), -2), px(6), px(6))
        self._paint_tick(painter, area, index, run)
        place = area.adjusted(px(40), px(7), -px(12), -px(7))
        self._paint_words(painter, place, run, index.data(NEWS), chosen)
        painter.restore()

    def _paint_tick(self, painter: QPainter, area: QRect, index: Index, run: Run) -> None:
        px, colours = theme().px, theme().current
        box = tick_place(area)
        swatch = QRect(box.left(), box.bottom() + px(7), box.width(), px(4))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(words.run_colour(run)))
        painter.drawRoundedRect(swatch, px(2), px(2))
        if not run.over:
            return  # its curves are there in any case
        ticked = _is_ticked(index)
        painter.setPen(QPen(QColor(colours.accent if ticked else colours.border_strong), 1))
        painter.setBrush(QColor(colours.accent if ticked else colours.surface))
        painter.drawRoundedRect(box.toRectF().adjusted(0.5, 0.5, -0.5, -0.5), px(4), px(4))
        if ticked:
            side = box.width() - px(2)
            mark = pixmap("check", side, colours.accent_text)
            painter.drawPixmap(box.left() + px(1), box.top() + px(1), mark)

    def _paint_words(
        self, painter: QPainter, place: QRect, run: Run, news: str, chosen: bool
    ) -> None:
        colours = theme().current
        painter.setFont(theme().font("strong"))
        painter.setPen(QColor(colours.text))
        metrics = painter.fontMetrics()
        name = words.run_name(run)
        painter.drawText(place, Qt.AlignmentFlag.AlignTop, name)
        painter.setFont(theme().font("caption"))
        quiet = QColor(colours.text if chosen else colours.muted)
        painter.setPen(quiet)
        aside = place.adjusted(metrics.horizontalAdvance(name) + theme().px(8), 0, 0, 0)
        aside.setHeight(metrics.height())
        end = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        _line(painter, aside, words.ending(run), end)
        top = place.top() + metrics.height() + theme().px(1)
        for text, font in _lines(run, news):
            painter.setFont(theme().font(font))
            painter.setPen(QColor(colours.text) if font == "body" else quiet)
            height = painter.fontMetrics().height()
            _line(painter, QRect(place.left(), top, place.width(), height), text)
            top += height + theme().px(1)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        px = theme().px
        height = QFontMetrics(theme().font("strong")).height() + px(14)
        for _, font in _lines(index.data(RUN), index.data(NEWS)):
            height += QFontMetrics(theme().font(font)).height() + px(1)
        return QSize(px(120), height)

    def editorEvent(self, event: QEvent, model, option, index) -> bool:  # type: ignore[no-untyped-def]  # noqa: N802
        """A click into the tick's part of the row sets it; so does Space."""
        run: Run = index.data(RUN)
        wanted = False
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease:
            left = event.button() is Qt.MouseButton.LeftButton
            wanted = left and event.position().x() < option.rect.left() + theme().px(36)
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            wanted = event.key() == Qt.Key.Key_Space
        if not wanted or not run.over:
            return False
        now = Qt.CheckState.Unchecked if _is_ticked(index) else Qt.CheckState.Checked
        model.setData(index, now, CHECK)
        self._view.ticked.emit()
        return True


def _lines(run: Run, news: str) -> list[tuple[str, str]]:
    lines = [(news, "body")] if news else []
    lines += [(words.brief(run), "caption"), (words.length(run), "caption")]
    if run.note:
        lines.append((f"“{run.note}”", "caption"))
    return lines


def _line(
    painter: QPainter,
    place: QRect,
    text: str,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignVCenter,
) -> None:
    metrics = painter.fontMetrics()
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, place.width())
    painter.drawText(place, align, shown)


def _is_ticked(index: Index) -> bool:
    return Qt.CheckState(index.data(CHECK)) is Qt.CheckState.Checked


def tick_place(row: QRect) -> QRect:
    """Where the tick of a row stands."""
    side = theme().px(16)
    return QRect(row.left() + theme().px(13), row.top() + theme().px(8), side, side)
