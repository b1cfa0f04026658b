"""Matrices and formulas on the clipboard: as text, as LaTeX and as NumPy code."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Literal

from PySide6.QtCore import QItemSelectionModel, Slot
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from netbuilder.engine.algebra.expression import Quantity
from netbuilder.engine.algebra.follow import quantities
from netbuilder.engine.algebra.write import Latex, as_latex, as_numpy, as_text, digits_of
from netbuilder.engine.operation import Array
from netbuilder.engine.scope import Line
from netbuilder.engine.walk import Stage
from netbuilder.ui.step.matrix_model import MatrixModel
from netbuilder.ui.step.model import StepModel
from netbuilder.ui.step.reading import Piece, read_out, whole
from netbuilder.ui.theme import theme

Kind = Literal["latex", "text", "numpy"]

# ---- matrices ------------------------------------------------------------------------------------


def matrix_text(values: Array, digits: int) -> str:
    """Rows of numbers with tabs between them, as they are shown."""
    rows = ("\t".join(digits_of(v, digits) for v in row) for row in values.tolist())
    return "\n".join(rows)


def selected_text(matrix: MatrixModel, selection: QItemSelectionModel) -> str:
    """The selected numbers as text; all where no more than one is selected."""
    chosen = selection.selectedIndexes()
    if len(chosen) < 2:
        return matrix_text(matrix.values, matrix.digits)
    rows = [i.row() for i in chosen]
    columns = [i.column() for i in chosen]
    part = matrix.values[min(rows) : max(rows) + 1, min(columns) : max(columns) + 1]
    return matrix_text(part, matrix.digits)


def matrix_latex(values: Array, digits: int) -> str:
    """A matrix in round brackets."""
    writer = Latex(digits=digits)
    rows = [" & ".join(writer.number(digits_of(v, digits)) for v in row) for row in values.tolist()]
    return r"\begin{pmatrix} " + r" \\ ".join(rows) + r" \end{pmatrix}"


def matrix_numpy(values: Array) -> str:
    """An array with every bit of its numbers."""
    rows = ["[" + ", ".join(map(_python, row)) + "]" for row in values.tolist()]
    return "np.array([" + ",\n          ".join(rows) + "])"


def _python(value: float) -> str:
    if math.isnan(value):
        return "np.nan"
    if math.isinf(value):
        return "np.inf" if value > 0 else "-np.inf"
    return repr(value)


def as_kind(kind: Kind, name: Quantity, values: Array, digits: int) -> str:
    """A named matrix: Z¹ with its numbers in the rows below, Z^{(1)} = (…), Z1 = np.array(…)."""
    if kind == "text":
        return f"{name.symbol.text()}\n{matrix_text(values, digits)}"
    if kind == "latex":
        return f"{name.symbol.latex()} = {matrix_latex(values, digits)}"
    return f"{name.symbol.numpy()} = {matrix_numpy(values)}"


# ---- formulas ------------------------------------------------------------------------------------


def formula(kind: Kind, line: Line) -> str:
    """result = expression."""
    writers: dict[Kind, Callable[..., str]] = {
        "latex": as_latex,
        "text": as_text,
        "numpy": as_numpy,
    }
    return f"{_name(kind, line.result)} = {writers[kind](line.expression)}"


def _name(kind: Kind, quantity: Quantity) -> str:
    symbol = quantity.symbol
    return {"latex": symbol.latex, "text": symbol.text, "numpy": symbol.numpy}[kind]()


def with_numbers(kind: Kind, line: Line, digits: int) -> str:
    """A line with its matrices: in LaTeX the formula and the same line in numbers, in NumPy a small
    program, in text the formula and every matrix."""
    reading = read_out(line.expression, digits)
    result = whole(line.result)
    if kind == "latex":
        lines = [f"{line.result.symbol.latex()} &= {as_latex(line.expression)}"]
        if reading.is_listed:
            return formula("latex", line) + r" = " + matrix_latex(result.values, digits)
        signs = {"⊙": r"\odot", "·": r"\cdot", "−": "-", "Σₛ": r"\sum_s", "Σⱼ": r"\sum_j"}
        words = ""
        for token in reading.tokens:
            if isinstance(token, Piece):
                words += f" {matrix_latex(token.values, digits)} "
                continue
            # The brackets of two matrices side by side are product enough.
            token = "" if token == " · " else token
            for sign, latex in signs.items():
                token = token.replace(sign, latex + " ")
            words += token
        lines.append(f"&= {' '.join(words.split())}")
        lines.append(f"&= {matrix_latex(result.values, digits)}")
        return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"
    named = _named(reading.pieces)
    if kind == "numpy":
        code = [as_kind("numpy", q, q.values, digits) for q in named]
        return "\n".join(["import numpy as np", "", *code, formula("numpy", line)])
    texts = [as_kind("text", q, q.values, digits) for q in (*named, line.result)]
    return "\n\n".join([formula("text", line), *texts])


def _named(pieces: Iterable[Piece]) -> list[Quantity]:
    return list({p.quantity.key: p.quantity for p in pieces}.values())


# ---- menus ---------------------------------------------------------------------------------------


def put(text: str) -> None:
    """Put a text on the clipboard."""
    QGuiApplication.clipboard().setText(text)


class CopyMenu(QMenu):
    """Copy a matrix, its formula, or both, in three ways each."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("step.copy.menu")
        self.setToolTipsVisible(True)

    def fill(
        self,
        digits: int,
        matrix: tuple[Quantity, Array] | None,
        line: Line | None,
        selected: str | None = None,
    ) -> None:
        """Offer what there is: a matrix as it stands, a line, the selected numbers."""
        self.clear()
        if selected is not None:
            self._offer("selection", self.tr("Copy selected numbers"), _later(str, selected))
            self.addSeparator()
        if matrix is not None:
            quantity, values = matrix
            for kind, words in self._ways(self.tr("matrix {name}"), quantity):
                make = _later(as_kind, kind, quantity, values, digits)
                self._offer(f"matrix.{kind}", words, make)
        if line is not None:
            self.addSeparator()
            for kind, words in self._ways(self.tr("formula of {name}"), line.result):
                self._offer(f"formula.{kind}", words, _later(formula, kind, line))
            self.addSeparator()
            for kind, words in self._ways(self.tr("formula with numbers"), line.result):
                self._offer(f"numbers.{kind}", words, _later(with_numbers, kind, line, digits))

    def _ways(self, what: str, quantity: Quantity) -> list[tuple[Kind, str]]:
        what = what.format(name=quantity.symbol.text())
        return [
            ("latex", self.tr("Copy {what} as LaTeX").format(what=what)),
            ("text", self.tr("Copy {what} as text").format(what=what)),
            ("numpy", self.tr("Copy {what} as NumPy").format(what=what)),
        ]

    def _offer(self, name: str, words: str, make: Callable[[], str]) -> None:
        action = QAction(words, self)
        action.setObjectName(f"step.copy.{name}")
        action.triggered.connect(lambda _checked=False: put(make()))
        self.addAction(action)


def _later(write: Callable[..., str], *arguments: object) -> Callable[[], str]:
    return lambda: write(*arguments)


def main_lines(stage: Stage) -> list[Line]:
    """The lines that a stage is about: those whose results no other line of it uses."""
    lines = [line for line in stage.lines if not line.aside]
    used = {q.key for line in lines for q in quantities(line.expression)}
    return [line for line in lines if line.result.key not in used] or lines[-1:]


class CopyButton(QToolButton):
    """Copies the line that the stage is about: a click as LaTeX, other ways in the menu."""

    def __init__(self, model: StepModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setObjectName("step.copy")
        self.setText(self.tr("Copy as LaTeX"))
        self.setAccessibleName(self.tr("Copy as LaTeX, other ways in the menu"))
        self.setToolTip(self.tr("Copy the formula with its numbers; the menu has other ways"))
        self.setProperty("class", "outlined")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self._menu = CopyMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self.setMenu(self._menu)
        self.clicked.connect(self._copy)
        model.walk_changed.connect(self._follow)
        model.stage_changed.connect(self._follow)
        theme().changed.connect(self._lay_out)
        self._follow()
        self._lay_out()

    def line(self) -> Line | None:
        """The line of the chosen number, if the stage has it; else what the stage is about."""
        stage, place = self._model.current, self._model.place
        if stage is None or not stage.lines:
            return None
        if place is not None:
            for line in stage.lines:
                if line.result.key == place.key and not line.aside:
                    return line
        return main_lines(stage)[0]

    def quantity(self) -> Quantity | None:
        """The matrix of the chosen number; else the result of the stage."""
        stage, place = self._model.current, self._model.place
        if stage is None or self._model.walk is None:
            return None
        line = self.line()
        if place is not None and line is not None and line.result.key != place.key:
            for quantity in quantities(line.expression):
                if quantity.key == place.key:
                    return quantity
        return line.result if line is not None else stage.given[0]

    @Slot()
    def _copy(self) -> None:
        line, quantity, digits = self.line(), self.quantity(), self._model.digits
        if line is not None:
            put(with_numbers("latex", line, digits))
        elif quantity is not None:
            put(as_kind("latex", quantity, quantity.values, digits))

    @Slot()
    def _fill(self) -> None:
        quantity = self.quantity()
        matrix = (quantity, quantity.values) if quantity is not None else None
        self._menu.fill(self._model.digits, matrix, self.line())

    @Slot()
    def _follow(self) -> None:
        self.setEnabled(self._model.current is not None)

    @Slot()
    def _lay_out(self) -> None:
        self.setMinimumHeight(theme().px(30))


__all__ = [
    "CopyButton",
    "CopyMenu",
    "as_kind",
    "formula",
    "main_lines",
    "matrix_latex",
    "matrix_numpy",
    "matrix_text",
    "put",
    "selected_text",
    "with_numbers",
]
