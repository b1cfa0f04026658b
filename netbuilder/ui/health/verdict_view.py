"""One verdict, explained: what, why, the numbers of this run, and what helps."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from netbuilder.project.health import Row, Verdict, Words
from netbuilder.ui.forms.words import words_of
from netbuilder.ui.formula import FormulaLabel
from netbuilder.ui.health.look import HealthLook, health_look
from netbuilder.ui.health.remedy_buttons import RemedyButtons
from netbuilder.ui.icons import pixmap
from netbuilder.ui.theme import theme


class VerdictView(QWidget):
    """Labels are kept while the numbers change, so that a reader is not disturbed."""

    fix_chosen = Signal(object)
    """The Fix to carry out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._verdict: Verdict | None = None
        self._head = _Head()
        self.says = _text("health.says")
        self.cause = _text("health.cause", "muted")
        self._formula = FormulaLabel(size=14)
        self._why = _section(self.tr("Why"))
        self._numbers = _section(self.tr("Numbers of this run"))
        self._helps = _section(self.tr("What helps"))
        self._note = _text("health.note", "caption")
        self._note.setText(
            self.tr(
                "One step each, which Undo takes back; then press Train. The run before is kept."
            )
        )
        self.table = _Table()
        self.buttons = RemedyButtons()
        self.buttons.chosen.connect(self.fix_chosen)
        self._column = QVBoxLayout(self)
        for part in (
            self._head,
            self.says,
            self._helps,
            self.buttons,
            self._note,
            self._why,
            self.cause,
            self._formula,
            self._numbers,
            self.table,
        ):
            self._column.addWidget(part)
        theme().changed.connect(self._lay_out)
        self._lay_out()

    def set_verdict(self, verdict: Verdict) -> None:
        """Show this one; cheap where only numbers have changed."""
        self._verdict = verdict
        self._head.set_head(words_of(verdict.title), health_look(verdict.level, theme().current))
        self.setAccessibleName(words_of(verdict.title))
        _say(self.says, verdict.says)
        _say(self.cause, verdict.cause)
        self._why.setVisible(bool(verdict.cause.template))
        self._formula.set_formula(verdict.formula)
        self._formula.setVisible(bool(verdict.formula))
        self._numbers.setVisible(bool(verdict.rows))
        self.table.set_rows(verdict.rows)
        self._helps.setVisible(bool(verdict.fixes))
        self._note.setVisible(bool(verdict.fixes))
        self.buttons.set_fixes(verdict)

    @Slot()
    def _lay_out(self) -> None:
        px = theme().px
        self._column.setContentsMargins(px(12), px(10), px(12), px(14))
        self._column.setSpacing(px(6))
        for section in (self._why, self._numbers, self._helps):
            section.setContentsMargins(0, px(8), 0, 0)
        if self._verdict is not None:
            self.set_verdict(self._verdict)


class _Head(QWidget):
    """An icon on its ground, and the verdict's name."""

    def __init__(self) -> None:
        super().__init__()
        self.title = QLabel()
        self.title.setObjectName("health.title")
        self.title.setProperty("role", "title")
        self._icon = _Icon()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._icon)
        row.addWidget(self.title, 1)

    def set_head(self, title: str, look: HealthLook) -> None:
        """Name and level."""
        self.title.setText(title)
        self._icon.set_look(look)


class _Icon(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._look: HealthLook | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_look(self, look: HealthLook) -> None:
        self._look = look
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(theme().px(26), theme().px(26))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        if self._look is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._look.ground))
        painter.drawEllipse(self.rect())
        size = theme().px(16)
        left, top = (self.width() - size) // 2, (self.height() - size) // 2
        painter.drawPixmap(left, top, pixmap(self._look.icon, size, self._look.ink))


class _Table(QWidget):
    """What is measured, what is usual, and the value."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("health.numbers")
        self._grid = QGridLayout(self)
        self._grid.setColumnStretch(0, 1)
        self._cells: list[tuple[QLabel, QLabel, QLabel]] = []
        theme().changed.connect(self._lay_out)
        self._lay_out()

    def rows(self) -> list[tuple[str, str]]:
        """What is shown, and its values."""
        return [
            (what.text(), value.text()) for what, _, value in self._cells if not what.isHidden()
        ]

    def set_rows(self, rows: tuple[Row, ...]) -> None:
        """Show these; labels are used again."""
        while len(self._cells) < len(rows):
            self._add()
        for k, (what, usual, value) in enumerate(self._cells):
            there = k < len(rows)
            what.setVisible(there)
            value.setVisible(there)
            usual.setVisible(there and bool(rows[k].usual.template))
            if there:
                row = rows[k]
                _say(what, row.what)
                value.setText(row.value)
                value.setAccessibleName(f"{what.text()}: {row.value}")
                said = words_of(row.usual.template).format(**row.usual.fields)
                usual.setText(self.tr("usual: {words}").format(words=said))

    def _add(self) -> None:
        what, usual, value = QLabel(), QLabel(), QLabel()
        usual.setProperty("role", "caption")
        value.setProperty("role", "value")
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        what.setWordWrap(True)
        usual.setWordWrap(True)
        place = 2 * len(self._cells)
        self._grid.addWidget(what, place, 0)
        self._grid.addWidget(usual, place + 1, 0)
        self._grid.addWidget(value, place, 1)
        self._cells.append((what, usual, value))

    @Slot()
    def _lay_out(self) -> None:
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme().px(10))
        self._grid.setVerticalSpacing(theme().px(2))


def _text(name: str, role: str = "") -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if role:
        label.setProperty("role", role)
    return label


def _section(words: str) -> QLabel:
    label = QLabel(words)
    label.setProperty("role", "section")
    return label


def _say(label: QLabel, words: Words) -> None:
    text = words_of(words.template).format(**words.fields)
    if text != label.text():
        label.setText(text)
    label.setVisible(bool(text))
