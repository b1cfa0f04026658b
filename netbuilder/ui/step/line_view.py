"""One line of a stage: its formula, a sentence about it, and its numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from netbuilder.engine.algebra.expression import Place, Quantity
from netbuilder.engine.algebra.follow import quantities
from netbuilder.engine.algebra.write import Latex
from netbuilder.engine.scope import Line
from netbuilder.engine.walk import Stage, Walk
from netbuilder.ui.formula import FormulaLabel
from netbuilder.ui.step.copying import formula
from netbuilder.ui.step.equation_row import EquationRow
from netbuilder.ui.step.matrix_paint import link_colour
from netbuilder.ui.step.model import StepModel
from netbuilder.ui.step.reading import Token, needed, read_out, whole
from netbuilder.ui.step.typesetting import Typesetting, Wanted
from netbuilder.ui.step.words import input_sentence, sentence
from netbuilder.ui.step.written_list import WrittenList
from netbuilder.ui.theme import theme

LARGE, SMALL = 21.0, 15.0
"""Pixels of a formula at 100 %: of what the stage is about, and of what is on the way there."""


def formula_of(line: Line, inks: Mapping[str, str] | None = None) -> str:
    """result = expression, in LaTeX; `inks` are colours of quantities, by key."""
    latex = Latex(inks=inks)
    return f"{latex.name(line.result)} = {latex.write(line.expression)}"


def wanted(line: Line, *, large: bool) -> Wanted:
    """The formula as it will be set."""
    return formula_of(line), LARGE if large else SMALL, "text"


class _Formula(FormulaLabel):
    """A formula whose size is that of its rank."""

    def __init__(self, parent: QWidget, size: float) -> None:
        self.words = ""
        """The formula in plain text, for those who hear it."""
        super().__init__("", parent, size=size)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_formula(self, latex: str) -> None:
        super().set_formula(latex)
        self.setAccessibleName(self.words)


class LineView(QWidget):
    """Shows any line; made once and used again for others."""

    def __init__(self, step: StepModel, typesetting: Typesetting, parent: QWidget) -> None:
        super().__init__(parent)
        self._step = step
        self._typesetting = typesetting
        self._line: Line | None = None
        self._marked = ""  # the quantity whose symbol is coloured
        self._large = _Formula(self, LARGE)
        self._large.setObjectName("step.formula")
        self._small = _Formula(self, SMALL)
        self._small.setObjectName("step.formula.small")
        self._sentence = QLabel()
        self._sentence.setProperty("role", "muted")
        self._sentence.setWordWrap(True)
        self.row = EquationRow(step)
        self.written = WrittenList(step)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for widget in (self._large, self._small, self._sentence, self.row, self.written):
            self._column.addWidget(widget)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        step.hovered.connect(self._mark)
        step.selected.connect(self._mark)
        theme().changed.connect(self._lay_out)
        self._lay_out()

    @property
    def line(self) -> Line | None:
        """The line shown; None for what is only given."""
        return self._line

    def formula(self) -> str:
        """The LaTeX shown, or about to be."""
        return formula_of(self._line) if self._line is not None else ""

    def sentence(self) -> str:
        """What it says in words."""
        return self._sentence.text()

    def show_line(self, walk: Walk, stage: Stage, line: Line, *, large: bool) -> None:
        """Show a line of a stage."""
        self._line = line
        shown, hidden = (self._large, self._small) if large else (self._small, self._large)
        hidden.hide()
        shown.show()
        shown.words = formula("text", line)
        self._typesetting.show(shown, wanted(line, large=large))
        self._marked = ""
        self._mark()
        self._say(sentence(walk, stage, line))
        self.show_numbers()

    @Slot(object)
    def _mark(self, _place: Place | None = None) -> None:
        """Write the symbol of the number that is looked at in its colour."""
        line = self._line
        if line is None:
            return
        place = self._step.pointed or self._step.place
        named = {line.result.key, *(q.key for q in quantities(line.expression))}
        key = place.key if place is not None and place.key in named else ""
        if key != self._marked:
            self._marked = key
            latex = formula_of(line, {key: link_colour().name()} if key else None)
            shown = self._large if self._small.isHidden() else self._small
            size = LARGE if shown is self._large else SMALL
            self._typesetting.replace(shown, (latex, size, "text"))

    def rest(self) -> None:
        """Not needed now: follow nothing."""
        self._line = None
        self.hide()

    def show_given(self, walk: Walk, given: Sequence[Quantity]) -> None:
        """Show what is there without a formula."""
        self._line = None
        self._small.hide()
        self._large.show()
        latex = r",\quad ".join(q.symbol.latex() for q in given)
        self._large.words = ", ".join(q.symbol.text() for q in given)
        self._typesetting.show(self._large, (latex, LARGE, "text"))
        self._say(input_sentence(walk))
        heat = self._step.detail == "layer"
        self.row.show_tokens([whole(q) for q in given], None, heat=heat)
        self.written.hide()

    def shown_formula(self) -> str:
        """The LaTeX as it is drawn now, with its colours."""
        large = self._large.isVisibleTo(self)
        return (self._large if large else self._small).formula()

    def _say(self, words: str) -> None:
        self._sentence.setText(words)
        self._sentence.setVisible(bool(words))

    def show_numbers(self) -> None:
        """The line with its numbers, at the level of detail that is chosen."""
        line = self._line
        if line is None:
            return
        detail = self._step.detail
        tokens: list[Token] = [whole(line.result)]
        reading = read_out(line.expression, self._step.digits)
        tokens.append(" " + self.tr("from") + " " if reading.is_listed else " = ")
        tokens += reading.tokens
        rows, columns = line.result.values.shape
        if detail == "neuron":
            column = min(self._column_of(line.result), columns - 1)
            if line.expression.shape[1] == columns:
                spans = needed(line.expression, column)
                spans[line.result.key] = (range(rows), range(column, column + 1))
                tokens = [
                    t if isinstance(t, str) else t.only(*spans[t.quantity.key])
                    for t in tokens
                    if isinstance(t, str) or t.quantity.key in spans
                ]
            self.written.show_column(line.result.key, column, rows)
        self.written.setVisible(detail == "neuron" and not line.aside)
        self.row.show_tokens(tokens, line, heat=detail == "layer")

    def _column_of(self, result: Quantity) -> int:
        """The unit of the chosen number, as a column of the result; the first if it has none."""
        place = self._step.place
        walk = self._step.walk
        if place is None or walk is None or place.key not in walk.quantities:
            return 0
        quantity = walk.quantities[place.key]
        same = quantity.columns.side == result.columns.side
        alike = quantity.values.shape[1] == result.values.shape[1]
        return place.column if place.key == result.key or (same and alike) else 0

    def column(self) -> int:
        """Which column is written out in the detail of a neuron."""
        return self.written.lines.column

    def wants_another_column(self, place: Place | None) -> bool:
        """Whether the chosen number belongs to another unit than the one that is written out."""
        if self._line is None or place is None or self._step.detail != "neuron":
            return False
        return self._column_of(self._line.result) != self.column()

    @Slot()
    def _lay_out(self) -> None:
        self._column.setSpacing(theme().px(8))
        self.written.refit()
