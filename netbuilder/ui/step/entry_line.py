"""One number written out: with the names of what it is made of, and with their numbers."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPlainTextEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from netbuilder.engine.algebra.expression import Expression, Place
from netbuilder.engine.algebra.write import Text, as_text
from netbuilder.engine.walk import Walk
from netbuilder.ui.icons import icon
from netbuilder.ui.step.model import StepModel
from netbuilder.ui.step.words import place_words
from netbuilder.ui.theme import theme


def written(walk: Walk, place: Place, digits: int, *, shorten: bool = True) -> tuple[str, str, str]:
    """A number's name, how it is made in symbols and in numbers; both empty for what is given."""
    quantity = walk.quantities[place.key]
    name = as_text(quantity.at(place.row, place.column))
    line = walk.lines.get(place.key)
    if line is None:
        return name, "", ""
    rows, columns = line.expression.shape
    single = line.expression.at(min(place.row, rows - 1), min(place.column, columns - 1))
    symbols, numbers = (_text(single, digits, n, shorten) for n in (False, True))
    return name, symbols, numbers


def _text(a: Expression, digits: int, numbers: bool, shorten: bool) -> str:
    return Text(numbers=numbers, digits=digits, shorten=shorten).write(a)


def draw_sum(painter: QPainter, rect: QRect, words: str, result: str, strong: bool = True) -> None:
    """Words = result in one line; where there is no room the words end in dots."""
    metrics = QFontMetrics(theme().font("body"))
    bold = theme().font("strong" if strong else "body")
    tail = f" = {result}"
    room = rect.width() - QFontMetrics(bold).horizontalAdvance(tail)
    shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, max(room, 0))
    painter.setFont(theme().font("body"))
    painter.drawText(rect, int(_LEFT), shown)
    painter.setFont(bold)
    at = rect.adjusted(metrics.horizontalAdvance(shown), 0, 0, 0)
    painter.drawText(at, int(_LEFT), tail)


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class _TwoLines(QWidget):
    """Draws the number; its size does not depend on it, so that nothing moves while pointing."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.name = self.symbols = self.numbers = self.result = self.what = self.hint = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Two lines of text."""
        return QSize(theme().px(240), 2 * self._line())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Any width will do."""
        return QSize(theme().px(80), 2 * self._line())

    def _line(self) -> int:
        return QFontMetrics(theme().font("body")).height() + theme().px(4)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """The names above, the numbers below, equal signs under each other."""
        colours, line = theme().current, self._line()
        painter = QPainter(self)
        top = QRect(QPoint(0, 0), QSize(self.width(), line))
        below = top.translated(0, line)
        painter.setFont(theme().font("body"))
        painter.setPen(QColor(colours.muted))
        if not self.name:
            painter.drawText(self.rect(), int(_LEFT), self.hint)
            return
        metrics = QFontMetrics(theme().font("body"))
        what = metrics.elidedText(self.what, Qt.TextElideMode.ElideRight, self.width() // 2)
        painter.drawText(top, int(_RIGHT), what)
        painter.setPen(QColor(colours.text))
        indent = metrics.horizontalAdvance(self.name + " ")
        room = self.width() - metrics.horizontalAdvance(what) - theme().px(16)
        if not self.symbols:
            draw_sum(painter, top.adjusted(0, 0, room - self.width(), 0), self.name, self.result)
            painter.setFont(theme().font("body"))
            painter.setPen(QColor(colours.muted))
            painter.drawText(below, int(_LEFT), self.tr("It is given, not computed, in this step."))
            return
        words = f"{self.name} = {self.symbols}"
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
        painter.drawText(top, int(_LEFT), shown)
        draw_sum(painter, below.adjusted(indent, 0, 0, 0), f"= {self.numbers}", self.result)


class EntryLine(QWidget):
    """The number that is pointed at, or else the one that is chosen, written out.

    Long sums are written with dots; a button shows all of them.
    """

    def __init__(self, model: StepModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._place: Place | None = None
        self.setObjectName("step.entry")
        self._lines = _TwoLines(self)
        self._lines.hint = self.tr("Point at a number to see how it is made.")
        self._more = QToolButton()
        self._more.setObjectName("step.entry.more")
        self._more.setCheckable(True)
        self._more.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._more.setAccessibleName(self.tr("Show all terms"))
        self._more.setToolTip(self.tr("Show all terms of the chosen number"))
        policy = self._more.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._more.setSizePolicy(policy)
        self._more.toggled.connect(self._expand)
        self._all = QPlainTextEdit()
        self._all.setObjectName("step.entry.all")
        self._all.setAccessibleName(self.tr("The number with all terms"))
        self._all.setReadOnly(True)
        self._all.setTabChangesFocus(True)
        self._all.hide()
        row = QHBoxLayout()
        row.addWidget(self._lines, 1)
        row.addWidget(self._more, 0, Qt.AlignmentFlag.AlignBottom)
        self._column = QVBoxLayout(self)
        self._column.addLayout(row)
        self._column.addWidget(self._all)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        model.hovered.connect(self.refresh)
        model.selected.connect(self.refresh)
        model.stage_changed.connect(self.refresh)
        model.looks_changed.connect(self.refresh)
        theme().changed.connect(self._lay_out)
        self._lay_out()
        self.refresh()

    def text(self) -> str:
        """What is written: "z¹₁₁ = x₁₁ · w¹₁₁ + b¹₁ = 1 · 1 + 4 = 5"."""
        lines = self._lines
        return " = ".join(filter(None, (lines.name, lines.symbols, lines.numbers, lines.result)))

    @Slot()
    def refresh(self) -> None:
        """Write the number that is looked at now."""
        walk, lines = self._model.walk, self._lines
        place = self._model.pointed or self._model.place
        if walk is None or place is None or place.key not in walk.quantities:
            place = None
            lines.name = lines.symbols = lines.numbers = lines.result = lines.what = ""
        else:
            quantity = walk.quantities[place.key]
            names = written(walk, place, self._model.digits)
            lines.name, lines.symbols, lines.numbers = names
            lines.result = self._model.number(float(quantity.values[place.row, place.column]))
            lines.what = place_words(quantity, place)
        self._place = place
        is_cut = "…" in lines.numbers or "…" in lines.symbols
        self._more.setVisible(is_cut or self._more.isChecked())
        if self._more.isChecked():
            self._write_all()
        lines.setAccessibleName(self.text())
        lines.update()

    @Slot(bool)
    def _expand(self, on: bool) -> None:
        self._all.setVisible(on)
        if on:
            self._write_all()
        self._more.setIcon(icon("chevron-up" if on else "chevron-down"))
        self.refresh()

    def _write_all(self) -> None:
        walk, place = self._model.walk, self._place
        if walk is None or place is None:
            self._all.setPlainText("")
            return
        name, symbols, numbers = written(walk, place, self._model.digits, shorten=False)
        parts = [name, symbols, numbers, self._lines.result]
        self._all.setPlainText("\n= ".join(filter(None, parts)))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """A sunken ground."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme().current.sunken))
        painter.drawRoundedRect(self.rect(), theme().px(6), theme().px(6))

    @Slot()
    def _lay_out(self) -> None:
        px = theme().px
        self._column.setContentsMargins(px(12), px(6), px(8), px(6))
        self._column.setSpacing(px(6))
        self._all.setFixedHeight(px(104))
        self._more.setIcon(icon("chevron-up" if self._more.isChecked() else "chevron-down"))
        self._lines.updateGeometry()
        self._lines.update()
