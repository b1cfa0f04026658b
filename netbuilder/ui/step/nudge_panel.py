"""Change a weight by a little: what the gradient foretells, and what happens."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from netbuilder.engine.algebra.write import digits_of
from netbuilder.engine.nudge import Checked, Judgement, Nudge, Nudged, Sweep, Weight
from netbuilder.engine.walk import Walk
from netbuilder.ui.step.model import StepModel
from netbuilder.ui.step.neuron_story import section
from netbuilder.ui.step.number_words import weight_name
from netbuilder.ui.stylesheet import restyle
from netbuilder.ui.theme import theme
from netbuilder.ui.widgets.number_field import NumberField

CHANGE = 0.001
JUDGED: dict[Judgement, tuple[str, str]] = {
    "agrees": ("✓", "success"),
    "rounding": ("✓", "success"),
    "bend": ("–", "warning"),
    "differs": ("✗", "danger"),
    "not finite": ("–", "warning"),
}
"""The sign before the error of a check, and how it looks."""
PIECE = 0.015
"""Seconds of checking between two passes of the event loop."""


class NudgePanel(QWidget):
    """`show_weight` says which; the numbers come after the panel is painted."""

    def __init__(self, model: StepModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._walk: Walk | None = None
        self._weight: Weight | None = None
        self._nudge: Nudge | None = None
        self.found: Nudged | None = None
        """What the last nudge gave."""
        self.checked: Checked | None = None
        """The gradient check of this weight."""
        self.sweep: Sweep | None = None
        """The check of many weights that is under way or was last."""
        self.change = NumberField(float, factor=10.0)
        self.change.setObjectName("step.nudge.change")
        self.change.setAccessibleName(self.tr("Change w by"))
        self.change.set_value(CHANGE)
        self.change.committed.connect(self._compute)
        self._rows = _Rows()
        self._rows.setObjectName("step.nudge.numbers")
        self.verdict = QLabel()
        self.verdict.setObjectName("step.nudge.verdict")
        self.verdict.setWordWrap(True)
        self.verdict.setProperty("role", "caption")
        self.layer = _button("step.nudge.layer")
        self.all = _button("step.nudge.all")
        self.stop = _button("step.nudge.stop")
        self.stop.setText(self.tr("Stop"))
        self.stop.setAccessibleName(self.tr("Stop the check"))
        self.progress = QProgressBar()
        self.progress.setObjectName("step.nudge.progress")
        self.progress.setAccessibleName(self.tr("Weights checked"))
        self.progress.setTextVisible(False)
        self.result = QLabel()
        self.result.setObjectName("step.nudge.result")
        self.result.setWordWrap(True)
        self.result.setProperty("role", "caption")
        self.layer.clicked.connect(self._check_layer)
        self.all.clicked.connect(self._check_all)
        self.stop.clicked.connect(self.cancel)
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.timeout.connect(self._compute)
        self._check_late = QTimer(self)
        self._check_late.setSingleShot(True)
        self._check_late.timeout.connect(self._check)
        self._piece = QTimer(self)
        self._piece.setSingleShot(True)
        self._piece.timeout.connect(self._go_on)
        self._lay_out_parts()
        theme().changed.connect(self._lay_out)
        self._lay_out()

    def _lay_out_parts(self) -> None:
        words = QLabel(self.tr("Change w by"))
        words.setBuddy(self.change)
        self._head = QHBoxLayout()
        self._head.addWidget(words, 1)
        self._head.addWidget(self.change)
        self._buttons = QHBoxLayout()
        self._buttons.addWidget(self.layer)
        self._buttons.addWidget(self.all)
        self._buttons.addWidget(self.stop)
        self._buttons.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(section(self.tr("Nudge")))
        self._column.addLayout(self._head)
        self._column.addWidget(self._rows)
        self._column.addWidget(self.verdict)
        self._column.addLayout(self._buttons)
        self._column.addWidget(self.progress)
        self._column.addWidget(self.result)

    # ---- one weight ------------------------------------------------------------------------------

    def show_weight(self, walk: Walk, weight: Weight) -> None:
        """Nudge this one. A check of many that is under way goes on while the walk is the same."""
        if walk is not self._walk:
            self.cancel()
            self.sweep = None
            self._nudge = None
        self._walk, self._weight = walk, weight
        self.found = self.checked = None
        self._rows.wait()
        self.verdict.setText("")
        self._late.start(0)
        self._show_sweep()

    def forget(self) -> None:
        """There is no weight to nudge."""
        self._late.stop()
        self._check_late.stop()
        self.cancel()
        self._walk = self._weight = self._nudge = self.sweep = None

    def numbers(self) -> dict[str, str]:
        """What is shown, by its name."""
        return self._rows.numbers()

    def _there(self) -> Nudge | None:
        if self._nudge is None and self._walk is not None:
            self._nudge = Nudge(self._walk)
        return self._nudge

    @Slot()
    def _compute(self, _value: object = None) -> None:
        nudge, weight = self._there(), self._weight
        change = self.change.value()
        if nudge is None or weight is None or change is None:
            return
        self._late.stop()
        self.found = nudge.nudge(weight, float(change))
        self._show_numbers()
        if self.checked is None:
            self._check_late.start(0)

    @Slot()
    def _check(self) -> None:
        nudge = self._there()
        if nudge is not None and self._weight is not None:
            self.checked = nudge.check(self._weight)
            self._show_numbers()
            self.verdict.setText(self._verdict(nudge, self.checked))

    def _show_numbers(self) -> None:
        found, checked = self.found, self.checked
        if found is None:
            return
        digits = max(min(self._model.digits, 8) - 2, 3)

        def short(value: float) -> str:
            return digits_of(value, digits)

        mark = role = ""
        if checked is not None:
            mark, role = JUDGED[checked.judgement]
            mark = f"{mark} {digits_of(checked.error, 2)}"
        self._rows.show_rows(
            [
                (self.tr("predicted ∂J/∂w · Δw"), short(found.predicted), ""),
                (self.tr("true J(w + Δw) − J(w)"), short(found.true), ""),
                (self.tr("difference"), short(found.difference), ""),
                (self.tr("gradient check"), mark or "…", role),
            ]
        )

    def _verdict(self, nudge: Nudge, checked: Checked) -> str:
        step = digits_of(checked.step, 2)
        digits = self._model.digits
        words = self.tr(
            "Central difference with h = {h}: n = {n}. The error is |a − n| / max(|a|, |n|)."
        ).format(h=step, n=digits_of(checked.numeric, digits))
        more = {
            "agrees": self.tr("They agree."),
            "rounding": self.tr(
                "The difference is no larger than the rounding of J itself: nothing is wrong."
            ),
            "bend": self.tr(
                "J has a corner within h of w, so there is no single slope to compare."
            ),
            "not finite": self.tr("J or its slope is not finite here: nothing can be compared."),
            "differs": self.tr("They do not agree: the gradient is wrong here."),
        }[checked.judgement]
        if nudge.precision != "float64":
            more += " " + self.tr(
                "The gradient is computed in {precision}; J here in float64."
            ).format(precision=nudge.precision)
        return f"{words} {more}"

    # ---- many ------------------------------------------------------------------------------------

    @Slot()
    def _check_layer(self) -> None:
        if self._weight is not None:
            self._begin(self._weight.node)

    @Slot()
    def _check_all(self) -> None:
        self._begin(None)

    def _begin(self, node: str | None) -> None:
        nudge = self._there()
        if nudge is not None:
            self.sweep = Sweep(nudge, nudge.weights(node))
            self._piece.start(0)
            self._show_sweep()

    @Slot()
    def _go_on(self) -> None:
        if self.sweep is None:
            return
        self.sweep.advance(PIECE)
        if not self.sweep.done:
            self._piece.start(0)
        self._show_sweep()

    @Slot()
    def cancel(self) -> None:
        """Stop checking; what has been checked stays."""
        if self._piece.isActive():
            self._piece.stop()
            self._show_sweep()

    def _show_sweep(self) -> None:
        running, sweep = self._piece.isActive(), self.sweep
        focused = self.stop.hasFocus() or self.layer.hasFocus() or self.all.hasFocus()
        self.stop.setVisible(running)
        self.progress.setVisible(running)
        self.layer.setVisible(not running)
        self.all.setVisible(not running)
        if focused and not (self.layer if not running else self.stop).hasFocus():
            (self.stop if running else self.all).setFocus()
        if self._walk is not None and self._weight is not None:
            node, grads = self._weight.node, self._walk.grads
            total = sum(q.values.size for named in grads.values() for q in named.values())
            self.layer.setText(self.tr("Check layer"))
            self.layer.setAccessibleName(self.tr("Check all weights of {node}").format(node=node))
            self.layer.setToolTip(self.layer.accessibleName())
            self.all.setText(self.tr("Check all {n}").format(n=total))
            self.all.setAccessibleName(self.tr("Check all {n} weights and biases").format(n=total))
        if sweep is not None:
            self.progress.setRange(0, sweep.total)
            self.progress.setValue(len(sweep.checked))
        self.result.setText(self._sweep_words())
        self.result.setVisible(bool(self.result.text()))

    def _sweep_words(self) -> str:
        sweep, walk = self.sweep, self._walk
        if sweep is None or walk is None or not sweep.checked:
            return ""
        done, wrong = len(sweep.checked), sweep.count("differs")
        right = sweep.count("agrees") + sweep.count("rounding")
        parts = [self.tr("{right} of {done} agree").format(right=right, done=done)]
        if wrong:
            parts.append(self.tr("{n} differ").format(n=wrong))
        if bends := sweep.count("bend"):
            parts.append(self.tr("{n} stand at a corner").format(n=bends))
        if lost := sweep.count("not finite"):
            parts.append(self.tr("{n} are not finite").format(n=lost))
        words = ", ".join(parts)
        if sweep.total < sweep.asked:
            words += " " + self.tr("({total} of {asked} were drawn)").format(
                total=sweep.total, asked=sweep.asked
            )
        worst = sweep.worst
        words += ". " + self.tr("Error over all: {error}").format(error=digits_of(sweep.error, 2))
        if worst is not None:
            words += ", " + self.tr("largest: {error} at {name}").format(
                error=digits_of(worst.error, 2), name=weight_name(walk, worst.weight)
            )
        return ("✗ " if wrong else "✓ " if sweep.done else "") + words + "."

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """Nobody looks: stop."""
        super().hideEvent(event)
        self._late.stop()
        self._check_late.stop()
        self.cancel()

    @Slot()
    def _lay_out(self) -> None:
        px = theme().px
        self._column.setSpacing(px(6))
        self._head.setSpacing(px(8))
        self._buttons.setSpacing(px(8))
        self.progress.setFixedHeight(px(6))


class _Rows(QWidget):
    """Names at the left, numbers at the right."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(0, 1)
        self._cells: list[tuple[QLabel, QLabel]] = []
        theme().changed.connect(self._lay_out)
        self._lay_out()

    def wait(self) -> None:
        """The numbers are still to come."""
        for _, number in self._cells:
            number.setText("…")

    def show_rows(self, rows: list[tuple[str, str, str]]) -> None:
        """Name, number and the role of the number's look."""
        while len(self._cells) < len(rows):
            name, number = QLabel(), QLabel()
            name.setProperty("role", "muted")
            name.setWordWrap(True)
            number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            place = len(self._cells)
            number.setObjectName(f"step.nudge.number.{place}")
            self._grid.addWidget(name, place, 0)
            self._grid.addWidget(number, place, 1, Qt.AlignmentFlag.AlignRight)
            self._cells.append((name, number))
        for (name, number), (words, value, role) in zip(self._cells, rows, strict=True):
            name.setText(words)
            number.setText(value)
            number.setAccessibleName(f"{words}: {value}")
            if number.property("role") != (role or "strong"):
                number.setProperty("role", role or "strong")
                restyle(number)

    def numbers(self) -> dict[str, str]:
        return {name.text(): number.text() for name, number in self._cells}

    @Slot()
    def _lay_out(self) -> None:
        self._grid.setHorizontalSpacing(theme().px(8))
        self._grid.setVerticalSpacing(theme().px(4))


def _button(name: str) -> QPushButton:
    button = QPushButton()
    button.setObjectName(name)
    button.setAutoDefault(False)
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    return button
