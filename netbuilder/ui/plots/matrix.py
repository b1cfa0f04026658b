"""A confusion matrix: counts, shares of each row, and the scores of each class at the edges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from netbuilder.engine.metrics import class_scores
from netbuilder.ui.plots.scales import significant
from netbuilder.ui.theme import theme

Array = NDArray[Any]
SMALLEST = 9  # pixels at 100 %: text below would not be read

_MOVES: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}

Middle = Qt.AlignmentFlag.AlignCenter
Left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
Right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class Plan:
    """Where everything stands for one size."""

    cells: QRectF
    names: float  # width of the names at the left
    scores: bool
    percent: bool
    counts: bool
    size: int  # of the cells' text in pixels


class Matrix(QWidget):
    """Rows are the true classes. Blue on the diagonal is right, orange beside it is wrong; the
    stronger, the larger the share of the row. Text goes where there is no room for it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: Array = np.zeros((0, 0), np.intp)
        self._names: tuple[str, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(self.tr("Confusion matrix"))
        self._cell: tuple[int, int] | None = None  # the one that the keys have chosen
        theme().changed.connect(self._repaint)

    def set_counts(self, counts: Array, names: tuple[str, ...]) -> None:
        """Show counts (classes, classes) for classes of these names."""
        if names == self._names and np.array_equal(counts, self._counts):
            return
        self._counts, self._names = counts.copy(), names
        self.update()

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Room for a small picture without words."""
        return QSize(theme().px(96), theme().px(80))

    # ---- layout --------------------------------------------------------------------------------

    def plan(self) -> Plan:
        """The layout for the present size."""
        px, count = theme().px, len(self._names)
        metrics = QFontMetricsF(theme().font("caption"))
        line = metrics.height()
        widest = max((metrics.horizontalAdvance(name) for name in self._names), default=0.0)
        names = min(widest, (0.24 if count <= 6 else 0.18) * self.width()) + px(8)
        top = 2 * line + px(4)
        if self.height() - top < 0.8 * line * count:
            names = px(4)  # rows too low for their names
        left = line + names
        room = QRectF(left, top, self.width() - left, self.height() - top)
        # Scores take a column and a row, where the cells stay large enough without them.
        words = (self.tr("recall"), self.tr("precision"))
        score = max(map(metrics.horizontalAdvance, words)) + px(8)
        scores = (
            count <= 6
            and room.width() - score >= count * px(34)
            and room.height() - 1.3 * line >= count * px(17)
        )
        if scores:
            room.adjust(0, 0, -score, -1.3 * line)
        return self._with_text(room, names, scores)

    def _with_text(self, room: QRectF, names: float, scores: bool) -> Plan:
        px, count = theme().px, max(len(self._names), 1)
        width, height = room.width() / count, room.height() / count
        longest = str(int(self._counts.max(initial=0)))
        for size, percent in ((13, True), (12, True), (13, False), (11, False), (SMALLEST, False)):
            metrics = QFontMetricsF(_sized(px(size)))
            small = QFontMetricsF(_sized(px(SMALLEST + 1)))
            tall = metrics.height() + (small.height() if percent else 0)
            wide = max(
                metrics.horizontalAdvance(longest), percent * small.horizontalAdvance("100 %")
            )
            if wide + px(2) <= width and tall <= height + px(2):
                return Plan(room, names, scores, percent, True, px(size))
        return Plan(room, names, scores, False, False, px(SMALLEST))

    def cell_at(self, place: QPointF) -> tuple[int, int] | None:
        """The row and the column under a point."""
        room, count = self.plan().cells, len(self._names)
        if not count or not room.contains(place):
            return None
        row = int((place.y() - room.top()) / room.height() * count)
        column = int((place.x() - room.left()) / room.width() * count)
        return min(row, count - 1), min(column, count - 1)

    def words_at(self, place: QPointF) -> str:
        """What a cell says in full; "" beside the cells."""
        cell = self.cell_at(place)
        return "" if cell is None else self.words_of(*cell)

    def words_of(self, row: int, column: int) -> str:
        """What a cell says in full."""
        whole = int(self._counts[row].sum())
        part = int(self._counts[row, column])
        share = f"{100 * part / whole:.3g} %" if whole else "–"
        scores = class_scores(self._counts)
        return self.tr(
            "true {true}, predicted {predicted}: {part} of {whole} ({share})\n"
            "{true}: recall {recall}\n{predicted}: precision {precision}"
        ).format(
            true=self._names[row],
            predicted=self._names[column],
            part=part,
            whole=whole,
            share=share,
            recall=significant(float(scores.recall[row])),
            precision=significant(float(scores.precision[column])),
        )

    # ---- drawing -------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw cells, names and scores."""
        if not self._names:
            return
        painter = QPainter(self)
        plan = self.plan()
        self._draw_cells(painter, plan)
        self._draw_names(painter, plan)
        if plan.scores:
            self._draw_scores(painter, plan)
        if self.hasFocus():
            ring = self._box(plan, *self._chosen()).adjusted(-1, -1, 1, 1)
            painter.setPen(QPen(QColor(theme().current.text), 2))
            painter.drawRect(ring)

    def _box(self, plan: Plan, row: int, column: int) -> QRectF:
        room, count = plan.cells, len(self._names)
        left = round(room.left() + column * room.width() / count)
        right = round(room.left() + (column + 1) * room.width() / count)
        top = round(room.top() + row * room.height() / count)
        bottom = round(room.top() + (row + 1) * room.height() / count)
        gap = 1 if min(room.width(), room.height()) / count > 7 else 0
        return QRectF(left, top, right - left - gap, bottom - top - gap)

    def _draw_cells(self, painter: QPainter, plan: Plan) -> None:
        px, colours = theme().px, theme().current
        shares = self._counts / np.maximum(self._counts.sum(axis=1, keepdims=True), 1)
        font, small = _sized(plan.size), _sized(px(SMALLEST + 1))
        for row in range(len(self._names)):
            for column in range(len(self._names)):
                share = float(shares[row, column])
                full = colours.positive if row == column else colours.negative
                ground = mixed(colours.sunken, full, 0.12 + 0.88 * share if share else 0.0)
                box = self._box(plan, row, column)
                painter.fillRect(box, ground)
                if not plan.counts:
                    continue
                painter.setPen(readable_on(ground))
                painter.setFont(font)
                words = str(int(self._counts[row, column]))
                if not plan.percent:
                    painter.drawText(box, Middle, words)
                    continue
                tall = QFontMetricsF(font).height()
                low = QFontMetricsF(small).height()
                top = box.top() + (box.height() - tall - low) / 2
                painter.drawText(QRectF(box.left(), top, box.width(), tall), Middle, words)
                painter.setFont(small)
                below = QRectF(box.left(), top + tall, box.width(), low)
                painter.drawText(below, Middle, f"{100 * share:.0f} %")

    def _draw_names(self, painter: QPainter, plan: Plan) -> None:
        px, colours = theme().px, theme().current
        font = theme().font("caption")
        metrics = QFontMetricsF(font)
        line, room, count = metrics.height(), plan.cells, len(self._names)
        painter.setFont(font)
        painter.setPen(QColor(colours.muted))
        painter.drawText(QRectF(room.left(), 0, room.width(), line), Middle, self.tr("predicted"))
        painter.save()
        painter.translate(0, room.bottom())
        painter.rotate(-90)
        painter.drawText(QRectF(0, 0, room.height(), line), Middle, self.tr("true"))
        painter.restore()
        painter.setPen(QColor(colours.text))
        if room.height() / count >= 0.8 * line:
            for row, name in enumerate(self._names):
                box = self._box(plan, row, 0)
                place = QRectF(line + px(2), box.center().y() - line / 2, plan.names - px(8), line)
                words = metrics.elidedText(name, Qt.TextElideMode.ElideRight, place.width() + 1)
                painter.drawText(place, Right, words)
        if room.width() / count >= metrics.horizontalAdvance("0") + px(2):
            for column, name in enumerate(self._names):
                box = self._box(plan, 0, column)
                place = QRectF(box.left(), line, box.width(), line)
                painter.drawText(place, Middle, cut_to(name, metrics, box.width() - px(2)))

    def _draw_scores(self, painter: QPainter, plan: Plan) -> None:
        colours, room = theme().current, plan.cells
        scores = class_scores(self._counts)
        metrics = QFontMetricsF(theme().font("caption"))
        line, right = metrics.height(), self.width() - room.right()
        painter.setFont(theme().font("caption"))
        painter.setPen(QColor(colours.muted))
        painter.drawText(QRectF(room.right(), line, right, line), Right, self.tr("recall"))
        last = QRectF(room.right(), room.bottom() + 0.15 * line, right, line)
        painter.drawText(last, Right, self.tr("precision"))
        painter.setPen(QColor(colours.text))
        for k in range(len(self._names)):
            row, column = self._box(plan, k, 0), self._box(plan, 0, k)
            recall = QRectF(room.right(), row.center().y() - line / 2, right, line)
            painter.drawText(recall, Right, f"{scores.recall[k]:.2f}")
            precision = QRectF(column.left(), last.top(), column.width(), line)
            painter.drawText(precision, Middle, f"{scores.precision[k]:.2f}")

    def event(self, event: QEvent) -> bool:
        """Tell a cell in full where the pointer rests."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            words = self.words_at(QPointF(event.pos()))
            if words:
                QToolTip.showText(event.globalPos() + QPoint(0, 4), words, self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    # ---- the keys ------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """The arrows go from cell to cell, and the cell is told in full; Esc ends that."""
        move = _MOVES.get(event.key())
        if event.key() == Qt.Key.Key_Escape and QToolTip.isVisible():
            QToolTip.hideText()
        elif move is None or not self._names:
            super().keyPressEvent(event)
        else:
            last = len(self._names) - 1
            row, column = self._chosen()
            self._cell = min(max(row + move[0], 0), last), min(max(column + move[1], 0), last)
            self._tell(*self._cell)

    @property
    def cell(self) -> tuple[int, int] | None:
        """The row and the column that the keys have chosen."""
        return self._cell

    def _chosen(self) -> tuple[int, int]:
        last = len(self._names) - 1
        row, column = self._cell or (0, 0)
        return min(row, last), min(column, last)

    def _tell(self, row: int, column: int) -> None:
        words = self.words_of(row, column)
        self.setAccessibleDescription(words)
        below = self._box(self.plan(), row, column).bottomLeft().toPoint()
        QToolTip.showText(self.mapToGlobal(below), words, self)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Show the chosen cell."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Show no cell."""
        super().focusOutEvent(event)
        self.update()

    @Slot()
    def _repaint(self) -> None:
        self.update()


def mixed(ground: str, colour: str, share: float) -> QColor:
    """So much of a colour on a ground."""
    a, b = QColor(ground), QColor(colour)
    ends = ((a.red(), b.red()), (a.green(), b.green()), (a.blue(), b.blue()))
    return QColor(*(round(share * y + (1 - share) * x) for x, y in ends))


def readable_on(ground: QColor) -> QColor:
    """Black or white, whichever has the larger contrast (WCAG relative luminance)."""
    return QColor("#ffffff") if luminance(ground) < 0.179 else QColor("#000000")


def luminance(colour: QColor) -> float:
    """Relative luminance 0 … 1."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def cut_to(words: str, metrics: QFontMetricsF, width: float) -> str:
    """The words, or "abcd…", or as many letters as fit."""
    if metrics.horizontalAdvance(words) <= width:
        return words
    brief = metrics.elidedText(words, Qt.TextElideMode.ElideRight, width)
    if len(brief) > 4:
        return brief
    while words and metrics.horizontalAdvance(words) > width:
        words = words[:-1]
    return words


def _sized(pixels: int) -> QFont:
    font = theme().font("caption")
    font.setPixelSize(pixels)
    return font
