"""The rule, the present step with its numbers, and what came of it so far."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from netbuilder.ui.forms.words import title_of
from netbuilder.ui.formula import FormulaLabel
from netbuilder.ui.inspector.section import ValueTable
from netbuilder.ui.lab.state import LabState
from netbuilder.ui.lab.words import arithmetic, curvature_words, number, verdict
from netbuilder.ui.theme import theme
from netbuilder.ui.widgets import Card, ComboField, StatusChip

PLAIN = {
    1: [r"x_{k+1} = x_k - \eta \, f'(x_k)"],
    2: [r"p_{k+1} = p_k - \eta \, \nabla f(p_k),\quad p = (x, y)"],
}
MOST_RULES = 5  # lines that an optimizer takes


def rules_of(formula: str, d: int) -> list[str]:
    """The formula of an optimizer line by line, about x or the point p instead of a weight w."""
    place = "x" if d == 1 else "p"
    latex = re.sub(r"\bw\b", place, re.sub(r"\bJ\b", "f", formula))
    return [line.strip() for line in latex.split(r",\quad")][:MOST_RULES]


class NowCard(Card):
    """Symbols are typeset once; numbers, which change with every step, are plain text."""

    def __init__(self, state: LabState, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setObjectName("lab.now")
        self._state = state
        self.chip = StatusChip()
        self.chip.setObjectName("lab.verdict")
        self.add_extra(self.chip)
        self.rules = [FormulaLabel("", size=14) for _ in range(MOST_RULES)]
        for place, rule in enumerate(self.rules):
            rule.setObjectName(f"lab.rule{place + 1}")
        self.whose = ComboField()
        self.whose.setObjectName("lab.whose")
        self.whose.setAccessibleName(self.tr("Optimizer whose numbers are shown"))
        self.whose.setToolTip(self.tr("Whose numbers are shown here and in the table"))
        self.whose.chosen.connect(self._choose)
        self.line = QLabel()
        self.line.setObjectName("lab.line")
        self.line.setProperty("role", "strong")
        self.line.setWordWrap(True)
        self.line.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.sentence = QLabel()
        self.sentence.setObjectName("lab.sentence")
        self.sentence.setProperty("role", "muted")
        self.sentence.setWordWrap(True)
        self.values = ValueTable()
        self.values.setObjectName("lab.values")
        well = QWidget()
        well.setProperty("panel", "sunken")
        well.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._well = QVBoxLayout(well)
        for rule in self.rules:
            self._well.addWidget(rule)
        self._well.addWidget(self.line)
        self.follows = QLabel()
        self.follows.setObjectName("lab.curvature")
        self.follows.setProperty("role", "caption")
        self.follows.setWordWrap(True)
        for widget in (self.whose, well, self.sentence, self.values, self.follows):
            self.body.addWidget(widget)
        state.changed.connect(self.refresh)
        theme().changed.connect(self._inset)
        self._inset()
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show the present step."""
        state = self._state
        descent, way = state.descent(state.chosen), state.bench.ways[state.chosen]
        k = descent.reach(state.k)
        here = descent.at(k)
        there = descent.at(k + 1).point if here.step is not None else None
        self.set_title(self.tr("Step {k}").format(k=k))
        self.whose.setVisible(state.d == 2)
        self.whose.set_items([(title_of(state.optimizers[name]), name) for name in state.shown])
        self.whose.select(state.chosen)
        plain = state.chosen == "SGD"
        rules = (
            PLAIN[state.d] if plain else rules_of(state.optimizers[state.chosen].formula, state.d)
        )
        for place, label in enumerate(self.rules):
            label.set_formula(rules[place] if place < len(rules) else "")
            label.setVisible(place < len(rules))
        words = arithmetic(here, there, way.rate, plain)
        if words != self.line.text():
            self.line.setText(words)
        found = verdict(descent, k)
        self.chip.set_status(found.level, found.word)
        self.sentence.setText(found.sentence)
        bend, follows = curvature_words(state.formula.curvature_at(here.point), state.d)
        slopes = ["f′(x)"] if state.d == 1 else [f"∂f/∂{name}" for name in state.formula.names]
        self.follows.setText(follows)
        self.follows.setVisible(bool(follows))
        self.values.set_rows(
            [
                ("f", number(here.value)),
                *zip(slopes, map(number, here.gradient.tolist()), strict=True),
                (self.tr("curvature f″") if state.d == 1 else self.tr("curvature"), bend),
            ]
        )

    @Slot(object)
    def _choose(self, name: object) -> None:
        self._state.choose(str(name))

    @Slot()
    def _inset(self) -> None:
        px = theme().px
        self._well.setContentsMargins(px(12), px(10), px(12), px(10))
        self._well.setSpacing(px(8))
