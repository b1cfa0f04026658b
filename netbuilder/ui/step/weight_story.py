"""The chain rule of a weight, factor by factor, and its update."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from netbuilder.engine import story
from netbuilder.engine.algebra.write import is_unknown
from netbuilder.engine.chain_rule import chain_rule
from netbuilder.engine.nudge import Weight
from netbuilder.engine.walk import Walk
from netbuilder.ui.forms.words import title_of
from netbuilder.ui.formula import FormulaLabel
from netbuilder.ui.step.factor_table import FactorTable
from netbuilder.ui.step.matrix_paint import heat, link_colour
from netbuilder.ui.step.model import StepModel
from netbuilder.ui.step.neuron_story import FormulaRows, section
from netbuilder.ui.step.typesetting import Typesetting
from netbuilder.ui.theme import theme


class WeightStory(QWidget):
    """`show_weight` says which; a frozen weight has no gradient and no update."""

    def __init__(
        self, model: StepModel, typesetting: Typesetting, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._typesetting = typesetting
        self.formula = FormulaLabel(size=15)
        self.formula.setObjectName("step.number.formula")
        self._box = QWidget()
        self._box.setProperty("panel", "sunken")
        self._box.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._inside = QVBoxLayout(self._box)
        self._inside.addWidget(self.formula)
        self.table = FactorTable(model)
        self.sum = SumLabel()
        self.sum.setObjectName("step.number.sum")
        self._sum_words = QLabel(self.tr("sum"))
        self._sum_words.setProperty("role", "caption")
        self._sum_row = QHBoxLayout()
        self._sum_row.addStretch(1)
        self._sum_row.addWidget(self._sum_words)
        self._sum_row.addWidget(self.sum)
        self.note = QLabel()
        self.note.setObjectName("step.number.note")
        self.note.setWordWrap(True)
        self.note.setProperty("role", "muted")
        self._update_head = section(self.tr("Update"))
        self.update_rows = FormulaRows(typesetting, "step.number.update")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.note)
        self._column.addWidget(self._box)
        self._column.addWidget(self.table)
        self._column.addLayout(self._sum_row)
        self._column.addWidget(self._update_head)
        self._column.addWidget(self.update_rows)
        theme().changed.connect(self._lay_out)
        self._lay_out()

    def show_weight(self, walk: Walk, weight: Weight) -> None:
        """Tell of this one."""
        model = self._model
        rule = chain_rule(walk, weight)
        there = rule is not None
        self.note.setVisible(not there)
        self.note.setText(self._why_not(walk, weight))
        # What an exercise asks for is not added up here.
        asked = rule is not None and is_unknown(rule.total)
        for widget in (self._box, self.sum, self._sum_words):
            widget.setVisible(there)
        self.table.setVisible(there and not asked)
        # The panel is narrow: two digits less than in the matrices.
        self.table.show_rule(rule, max(model.digits - 2, 3))
        if rule is not None:
            self._typesetting.show(self.formula, (rule.latex, 15, "text"))
            self._sum_words.setText(self.tr("sum") if len(rule.terms) > 1 or asked else "")
            self.sum.show_number(rule.total, self.table.factors.largest, model.number(rule.total))
        told = story.update(walk, weight)
        self._update_head.setVisible(bool(told))
        self._update_head.setText(
            self.tr("Update by {optimizer}").format(optimizer=title_of(walk.update.optimizer))
        )
        self.update_rows.show_formulas(told, model.digits)

    def _why_not(self, walk: Walk, weight: Weight) -> str:
        """Why there is no chain rule to show."""
        grad = walk.grads.get(weight.node, {}).get(weight.name)
        if grad is None:
            return self.tr("Frozen: it has no gradient and is not updated.")
        value = self._model.number(float(grad.values[weight.row, weight.column]))
        return self.tr(
            "∂J/∂w = {value}. This layer does not say how its gradient comes about; the check"
            " below tells whether it is right."
        ).format(value=value)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """The table fits its columns to the room."""
        super().resizeEvent(event)
        self.table.set_room(self.width())

    @Slot()
    def _lay_out(self) -> None:
        px = theme().px
        self._column.setSpacing(px(6))
        self._inside.setContentsMargins(px(10), px(8), px(10), px(8))
        self._sum_row.setSpacing(px(10))
        self.table.fit()


class SumLabel(QLabel):
    """The gradient itself: outlined as the number that is looked at."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ground = QColor(0, 0, 0, 0)
        self.setProperty("role", "strong")
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        theme().changed.connect(self._lay_out)
        self._lay_out()

    def show_number(self, value: float, largest: float, words: str) -> None:
        """The number, on the ground that it would have in the table."""
        self._ground = heat(0.0 if is_unknown(value) else value, largest)
        self.setText(words)
        self.setToolTip(repr(value))
        self.setAccessibleName(self.tr("∂J/∂w = {value}").format(value=words))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Ground and outline, then the number."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(link_colour(), 2.0))
        painter.setBrush(self._ground)
        radius = theme().px(4)
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), radius, radius)
        painter.end()
        super().paintEvent(event)

    @Slot()
    def _lay_out(self) -> None:
        px = theme().px
        self.setContentsMargins(px(8), px(3), px(8), px(3))
