"""The formulas of what is selected, in a quiet box."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from netbuilder.engine.operation import ParameterSpec
from netbuilder.ui.formula import FormulaLabel
from netbuilder.ui.theme import theme


class FormulaCard(QWidget):
    """Formulas below each other, the first in full size, then a muted line with the shapes."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("panel", "sunken")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Formula"))
        self._column = QVBoxLayout(self)
        self._captions: list[QLabel] = []
        self._formulas: list[FormulaLabel] = []
        self._shapes = FormulaLabel(size=12, token="muted")
        self._shapes.setObjectName(f"{name}.shapes")
        self._column.addWidget(self._shapes)
        theme().changed.connect(self._lay_out)
        self._lay_out()

    def set_formulas(self, formulas: Sequence[tuple[str, str]], shapes: str = "") -> None:
        """Show (caption, LaTeX) pairs; empty LaTeX is left out, an empty card disappears."""
        wanted = [pair for pair in formulas if pair[1]]
        while len(self._formulas) < len(wanted):
            place = 2 * len(self._formulas)
            caption, formula = QLabel(), FormulaLabel()
            caption.setProperty("role", "caption")
            formula.setObjectName(f"{self.objectName()}.{len(self._formulas)}")
            self._column.insertWidget(place, caption)
            self._column.insertWidget(place + 1, formula)
            self._captions.append(caption)
            self._formulas.append(formula)
        for i, (caption, formula) in enumerate(zip(self._captions, self._formulas, strict=True)):
            words, latex = wanted[i] if i < len(wanted) else ("", "")
            caption.setText(words)
            caption.setVisible(bool(words))
            formula.set_formula(latex)
            formula.setVisible(bool(latex))
        self._shapes.set_formula(shapes)
        self._shapes.setVisible(bool(shapes))
        self.setVisible(bool(wanted) or bool(shapes))

    def formulas(self) -> list[str]:
        """The LaTeX of each formula shown."""
        return [f.formula() for f in self._formulas if f.formula()]

    def shapes(self) -> str:
        """The LaTeX of the line with the shapes."""
        return self._shapes.formula()

    @Slot()
    def _lay_out(self) -> None:
        px = theme().px
        self._column.setContentsMargins(px(12), px(10), px(12), px(10))
        self._column.setSpacing(px(6))


def shapes_formula(inputs: Sequence[int], output: int, specs: Sequence[ParameterSpec]) -> str:
    r"""The shapes of one layer as LaTeX; m is the number of samples.

    Where one matrix of shape (n_in, n_out) stands, with or without a vector, the layer multiplies:
    (m \times 6) = (m \times 2)(2 \times 6) + (6). Otherwise the shapes are told one by one.
    """
    shapes = [s.shape for s in specs]
    if not shapes or not inputs:
        return ""
    out = rf"(m \times {output})"
    product = len(inputs) == 1 and shapes[0] == (inputs[0], output)
    if product and shapes[1:] in ([], [(output,)]):
        text = rf"{out} = (m \times {inputs[0]})({inputs[0]} \times {output})"
        return text + (f" + ({output})" if shapes[1:] else "")
    into = r",\ ".join(rf"(m \times {n})" for n in inputs)
    own = r",\ ".join("(" + r" \times ".join(map(str, shape)) + ")" for shape in shapes)
    return rf"{into} \rightarrow {out},\quad {own}"
