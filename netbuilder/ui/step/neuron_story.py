"""How a number comes about, line by line: in symbols, then with its numbers."""

from __future__ import annotations

import html
from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from netbuilder.engine import story
from netbuilder.engine.algebra.expression import Entry
from netbuilder.engine.algebra.write import as_latex, as_text, digits_of, is_unknown
from netbuilder.engine.layers.dropout import Dropout
from netbuilder.engine.layers.maxout import Maxout
from netbuilder.engine.story import Formula, Subject
from netbuilder.engine.walk import Walk
from netbuilder.ui.formula import FormulaLabel
from netbuilder.ui.step.model import StepModel
from netbuilder.ui.step.typesetting import Typesetting
from netbuilder.ui.theme import theme

LONGEST_SET = 46
"""Letters of a formula (as plain text) that are typeset; a longer one would be scaled down till
nobody could read it, so it is written as text that wraps."""
SAVED_BY_FRACTION = 8
FEW_SUMMANDS = 8
"""Terms of a long sum that are shown at first; a link shows all."""
SIZE = 14.0


class FormulaRows(QWidget):
    """Formulas one below the other, each with its numbers beneath; widgets are used again."""

    def __init__(self, typesetting: Typesetting, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._typesetting = typesetting
        self._rows: list[tuple[FormulaLabel, QLabel, QLabel]] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        theme().changed.connect(self._lay_out)
        self._lay_out()

    def texts(self) -> list[str]:
        """What is written, symbols and numbers of a line together."""
        return [row[2].accessibleName() for row in self._rows if not row[2].isHidden()]

    def show_formulas(self, formulas: Sequence[Formula], digits: int) -> None:
        """Write these."""
        while len(self._rows) < len(formulas):
            self._add()
        for k, (picture, symbols, numbers) in enumerate(self._rows):
            there = k < len(formulas)
            numbers.setVisible(there)
            if not there:
                picture.hide()
                symbols.hide()
                continue
            self._write(formulas[k], digits, picture, symbols, numbers)
        self.setVisible(bool(formulas))

    def _write(
        self, f: Formula, digits: int, picture: FormulaLabel, symbols: QLabel, numbers: QLabel
    ) -> None:
        left, right = written(f)
        plain = f"{left} {right}"
        # Top and bottom of a fraction stand one above the other.
        is_set = len(plain) - SAVED_BY_FRACTION * plain.count(" / ") <= LONGEST_SET
        picture.setVisible(is_set)
        symbols.setVisible(not is_set)
        if is_set:
            self._typesetting.show(picture, (latex(f), SIZE, "text"))
        else:
            symbols.setText(plain)
        steps = []
        if not f.whole:
            steps.append(as_text(f.expression, numbers=True, digits=digits))
            if f.inside is not None:
                steps.append(as_text(f.inside, numbers=True, digits=digits))
        result = digits_of(f.value, digits)
        # A number that stands for itself is not said twice.
        steps = [s for s in steps if s != result]
        words = "".join(f"= {html.escape(s)}<br>" for s in steps)
        numbers.setText(f"{words}= <b>{html.escape(result)}</b>")
        numbers.setAccessibleName(" = ".join([plain, *steps, result]))

    def _add(self) -> None:
        picture, symbols, numbers = FormulaLabel(size=SIZE), QLabel(), QLabel()
        for label in (symbols, numbers):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        symbols.setTextFormat(Qt.TextFormat.PlainText)
        numbers.setTextFormat(Qt.TextFormat.RichText)
        numbers.setObjectName(f"{self.objectName()}.{len(self._rows)}")
        for part in (picture, symbols, numbers):
            self._column.addWidget(part)
        self._rows.append((picture, symbols, numbers))
        self._lay_out()

    @Slot()
    def _lay_out(self) -> None:
        self._column.setSpacing(theme().px(3))
        for _, _, numbers in self._rows:
            numbers.setContentsMargins(0, 0, 0, theme().px(6))


def written(f: Formula) -> tuple[str, str]:
    """The name with its sign, and the formula, as text: ("w¹₁₃ ←", "w¹₁₃ - η · ∂J/∂w¹₁₃")."""
    sign = "←" if _renews(f) else "="
    left = as_text(f.result).removesuffix(" new") if _renews(f) else as_text(f.result)
    return f"{left} {sign}", as_text(f.expression)


def latex(f: Formula) -> str:
    """The line for the typesetter."""
    left = as_latex(f.result)
    if _renews(f):
        left = left.removesuffix(r"_{\mathrm{new}}")
        return rf"{left} \leftarrow {as_latex(f.expression)}"
    return f"{left} = {as_latex(f.expression)}"


def _renews(f: Formula) -> bool:
    return isinstance(f.result, Entry) and f.result.symbol.new


class NeuronStory(QWidget):
    """Any number but a weight: the lines that it is made by, what follows from it at once, and the
    terms of a long sum."""

    def __init__(
        self, model: StepModel, typesetting: Typesetting, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self.rows = FormulaRows(typesetting, "step.number.lines")
        self.given = QLabel()
        self.given.setProperty("role", "muted")
        self.given.setWordWrap(True)
        self.given.setObjectName("step.number.given")
        self._terms_head = section(self.tr("Term by term"))
        self.terms = QLabel()
        self.terms.setObjectName("step.number.terms")
        self.terms.setTextFormat(Qt.TextFormat.RichText)
        self.terms.setWordWrap(True)
        self.terms.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.more = QPushButton()
        self.more.setObjectName("step.number.more")
        self.more.setProperty("class", "quiet")
        self.more.setAutoDefault(False)
        self.more.setCursor(Qt.CursorShape.PointingHandCursor)
        self.more.clicked.connect(self._show_all)
        self._told: list[story.Summand] = []
        self._next_head = section(self.tr("Then"))
        self.following = FormulaRows(typesetting, "step.number.following")
        self._also_head = section(self.tr("The same in short"))
        self.also = FormulaRows(typesetting, "step.number.also")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for part in (
            self.rows, self.given, self._terms_head, self.terms, self.more,
            self._next_head, self.following, self._also_head, self.also,
        ):  # fmt: skip
            self._column.addWidget(part)
        theme().changed.connect(self._lay_out)
        self._lay_out()

    def show_subject(self, walk: Walk, about: Subject) -> None:
        """Tell of this number."""
        digits, place = self._model.digits, about.place
        told = story.formulas(walk, place)
        words = self._remark(walk, about, told) if told else self._given_words(about)
        self.given.setVisible(bool(words))
        self.given.setText(words)
        self.rows.show_formulas(told, digits)
        # What an exercise asks for is not added up here.
        terms = [] if is_unknown(about.value) else story.summands(walk, place)
        self._terms_head.setVisible(bool(terms))
        self.terms.setVisible(bool(terms))
        self._told = terms
        self._show_terms(len(terms) <= FEW_SUMMANDS + 1)
        following = story.follows(walk, place) if about.kind == "output" else None
        self._next_head.setVisible(following is not None)
        self.following.show_formulas([following] if following is not None else [], digits)
        also = [f for f in story.asides(walk, place) if told]
        self._also_head.setVisible(bool(also))
        self.also.show_formulas(also, digits)

    def _show_terms(self, whole: bool) -> None:
        terms = self._told if whole else self._told[:FEW_SUMMANDS]
        self.terms.setText(_table(terms, self._model.digits))
        self.more.setVisible(not whole)
        self.more.setText(self.tr("Show all {n} terms").format(n=len(self._told)))
        self.more.setAccessibleName(self.more.text())

    @Slot()
    def _show_all(self) -> None:
        self._show_terms(True)
        self.terms.setFocus()

    def _remark(self, walk: Walk, about: Subject, told: Sequence[Formula]) -> str:
        """What cannot be read off the formula: who won, who was dropped."""
        if about.kind != "output":
            return ""
        operation = next(v.operation for v in walk.network.vertices if v.id == about.node)
        won = story.winner(told[-1])
        if isinstance(operation, Maxout) and won is not None:
            return self.tr("Piece {n} of {pieces} won: it is the largest.").format(
                n=won + 1, pieces=operation.pieces
            )
        mask = walk.quantities.get(f"{about.node}:mask")
        if isinstance(operation, Dropout) and mask is not None:
            if mask.values[about.place.row, about.place.column] == 0.0:
                return self.tr("Dropped in this step: the mask is 0.")
            return self.tr("Kept in this step, and made larger to match those that are dropped.")
        return ""

    def _given_words(self, about: Subject) -> str:
        if about.kind == "input":
            return self.tr("It is given by the data.")
        if about.kind == "target":
            return self.tr("It is given by the data: what the output should be.")
        if about.name in ("mask", "noise"):
            return self.tr("It is drawn anew for each step.")
        if about.name == "winner" or about.name.startswith("won "):
            return self.tr("It tells which piece is the largest.")
        return self.tr("It is given, not computed, in this step.")

    @Slot()
    def _lay_out(self) -> None:
        self._column.setSpacing(theme().px(6))


def section(words: str) -> QLabel:
    """A small heading in capitals."""
    label = QLabel(words)
    label.setProperty("role", "section")
    return label


def _table(terms: Sequence[story.Summand], digits: int) -> str:
    rows = []
    for term in terms:
        words = html.escape(as_text(term.symbols, numbers=True, digits=max(digits - 2, 3)))
        value = html.escape(digits_of(term.value, digits))
        rows.append(f"<tr><td>{words}</td><td align='right'>&nbsp;&nbsp;{value}</td></tr>")
    return f"<table width='100%' cellspacing='0' cellpadding='1'>{''.join(rows)}</table>"
