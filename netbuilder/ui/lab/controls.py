"""The column at the left: function, start, learning rate, lessons."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from netbuilder.engine.lab.functions import landscapes
from netbuilder.engine.lab.parser import FormulaError
from netbuilder.engine.lab.presets import LESSONS, Lesson
from netbuilder.ui.forms.words import error_text, title_of, words_of
from netbuilder.ui.inspector.section import Section
from netbuilder.ui.lab.fields import SliderField
from netbuilder.ui.lab.optimizer_rows import OptimizerRows
from netbuilder.ui.lab.state import FARTHEST, LESSON_STEPS, RATE_RANGE, LabState
from netbuilder.ui.stylesheet import restyle
from netbuilder.ui.theme import theme
from netbuilder.ui.widgets import ComboField, SegmentedControl

OWN = ""  # the key of a formula of one's own
SLIDER_RATES = (1e-4, 10.0)


class Column(QScrollArea):
    """Scrolls up and down where there is too little room. It leaves the keys to whom it is in."""

    def __init__(self, object_name: str, inside: QWidget) -> None:
        super().__init__()
        self.setObjectName(object_name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside.setProperty("panel", "scroll")
        self.setWidget(inside)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Qt would scroll; here the arrows make steps."""
        event.ignore()


class Controls(Column):
    """Everything that can be set. Errors of a typed formula stand below it as it is typed."""

    taught = Signal()
    """A lesson is set up: show it."""

    def __init__(self, state: LabState) -> None:
        inside = QWidget()
        super().__init__("lab.controls", inside)
        self._state = state
        self._column = QVBoxLayout(inside)
        self._make_function()
        self._make_start()
        self._make_rate()
        self._make_lessons()
        self._column.addStretch(1)
        state.function_changed.connect(self._show_function)
        state.changed.connect(self.refresh)
        theme().changed.connect(self._lay_out)
        self._lay_out()
        self._show_function()
        self.refresh()

    # ---- making ---------------------------------------------------------------------------------

    def _section(self, title: str, name: str) -> Section:
        section = Section(title, f"lab.{name}")
        self._column.addWidget(section)
        return section

    def _make_function(self) -> None:
        section = self._section(self.tr("Function"), "function")
        self.kind = SegmentedControl([("1", "f(x)"), ("2", "f(x, y)")])
        self.kind.setObjectName("lab.kind")
        self.kind.setAccessibleName(self.tr("Number of variables"))
        for key, words in (("1", self.tr("One variable")), ("2", self.tr("Two variables"))):
            self.kind.button(key).setAccessibleName(words)
            self.kind.button(key).setToolTip(words)
        self.kind.chosen.connect(self._choose_kind)
        self.functions = ComboField()
        self.functions.setObjectName("lab.functions")
        self.functions.setAccessibleName(self.tr("Function"))
        self.functions.chosen.connect(self._choose_function)
        self.text = QLineEdit()
        self.text.setObjectName("lab.formula")
        self.text.setAccessibleName(self.tr("Formula"))
        self.text.setToolTip(
            self.tr(
                "Type a formula: 2x^2 - 5 sin(x). Known are sin, cos, tan, exp, ln, sqrt, abs,"
                " tanh, sigmoid, relu, softplus, min, max, pi and e."
            )
        )
        self.text.textEdited.connect(self._type)
        self.error = QLabel()
        self.error.setObjectName("lab.formula.error")
        self.error.setProperty("role", "danger")
        self.error.setWordWrap(True)
        self.help = _quiet("lab.function.help")
        for widget in (self.kind, self.functions, self.text, self.error, self.help):
            section.body.addWidget(widget)

    def _make_start(self) -> None:
        section = self._section(self.tr("Start"), "start")
        self.places = [
            SliderField(f"{name}₀", f"lab.{name}0", words, (-FARTHEST, FARTHEST))
            for name, words in (("x", self.tr("Start, x")), ("y", self.tr("Start, y")))
        ]
        for place, row in enumerate(self.places):
            row.moved.connect(partial(self._move_start, place))
            section.body.addWidget(row)
        section.body.addWidget(
            _quiet(
                "lab.start.help",
                self.tr("Or press and drag in the plot; Shift and an arrow key there."),
            )
        )

    def _make_rate(self) -> None:
        self._rates = self._section(self.tr("Optimizer"), "optimizer")
        self.rows = OptimizerRows(self._state)
        self.chosen = ComboField()
        self.chosen.setObjectName("lab.chosen")
        self.chosen.setAccessibleName(self.tr("Optimizer"))
        self.chosen.set_items(
            [(title_of(cls), name) for name, cls in self._state.optimizers.items()]
        )
        self.chosen.chosen.connect(self._choose)
        self.rate = SliderField("η", "lab.rate", self.tr("Learning rate"), RATE_RANGE, log=True)
        self.rate.set_reach(*SLIDER_RATES)
        self.rate.moved.connect(self._set_rate)
        for widget in (self.rows, self.chosen, self.rate):
            self._rates.body.addWidget(widget)

    def _make_lessons(self) -> None:
        section = self._section(self.tr("Learning rates to have seen"), "lessons")
        grid = QGridLayout()
        self._lesson_grid = grid
        self.lessons: dict[Lesson, QPushButton] = {}
        words: dict[Lesson, tuple[str, str]] = {
            "small": (self.tr("Too small"), self.tr("Small steps that never get there")),
            "right": (self.tr("Right"), self.tr("Straight to the minimum in a few steps")),
            "overshoot": (self.tr("Overshoot"), self.tr("To and fro across the valley")),
            "divergence": (self.tr("Divergence"), self.tr("Each step leads farther away")),
        }
        for place, lesson in enumerate(LESSONS):
            button = QPushButton(words[lesson][0])
            button.setObjectName(f"lab.lesson.{lesson}")
            button.setAccessibleName(words[lesson][0])
            button.setToolTip(words[lesson][1])
            button.clicked.connect(partial(self._teach, lesson))
            grid.addWidget(button, place // 2, place % 2)
            self.lessons[lesson] = button
        section.body.addLayout(grid)
        self.no_lesson = _quiet("lab.lesson.none")
        self.no_lesson.hide()
        section.body.addWidget(self.no_lesson)

    # ---- following ------------------------------------------------------------------------------

    @Slot()
    def _show_function(self) -> None:
        state, bench = self._state, self._state.bench
        self.kind.set_current(str(state.d))
        items: list[tuple[str, object]] = [(words_of(f.title), f.key) for f in landscapes(state.d)]
        self.functions.set_items([*items, (self.tr("Your own formula"), OWN)])
        landscape = bench.landscape
        self.functions.select(landscape.key if landscape is not None else OWN)
        if not self.text.hasFocus() or landscape is not None:
            self.text.setText(bench.formula.text)
        self.help.setText(words_of(landscape.help) if landscape is not None else "")
        self._show_error("")
        for row, (low, high) in zip(self.places, bench.view, strict=False):
            row.set_reach(low, high)
        two = state.d == 2
        self.places[1].setVisible(two)
        self.rows.setVisible(two)
        self.chosen.setVisible(not two)
        self.rate.setVisible(not two)
        self.no_lesson.hide()

    @Slot()
    def refresh(self) -> None:
        """Show what is set."""
        state = self._state
        for row, place in zip(self.places, state.bench.start, strict=False):
            row.set_value(place)
        self.chosen.select(state.chosen)
        self.chosen.setToolTip(words_of(state.optimizers[state.chosen].summary))
        self.rate.set_value(state.bench.ways[state.chosen].rate)
        self.rows.refresh()

    # ---- the user's changes ---------------------------------------------------------------------

    @Slot(str)
    def _choose_kind(self, key: str) -> None:
        self._state.set_d(int(key))

    @Slot(object)
    def _choose_function(self, key: object) -> None:
        if key == OWN:
            self.text.setFocus(Qt.FocusReason.OtherFocusReason)
            self.text.selectAll()
            bench = self._state.bench
            self.functions.select(bench.landscape.key if bench.landscape is not None else OWN)
        else:
            self._state.set_landscape(str(key))

    @Slot(str)
    def _type(self, text: str) -> None:
        try:
            self._state.set_text(text)
        except FormulaError as error:
            self._show_error(error_text(error))
        else:
            self._show_error("")

    def _show_error(self, words: str) -> None:
        self.error.setText(words)
        self.error.setVisible(bool(words))
        self.help.setVisible(not words and bool(self.help.text()))
        self.text.setAccessibleDescription(words)
        if bool(self.text.property("invalid")) != bool(words):
            self.text.setProperty("invalid", bool(words))
            restyle(self.text)

    def _move_start(self, place: int, value: float) -> None:
        start = list(self._state.bench.start)
        start[place] = value
        self._state.set_start(tuple(start))

    @Slot(object)
    def _choose(self, name: object) -> None:
        self._state.choose(str(name))

    @Slot(float)
    def _set_rate(self, rate: float) -> None:
        self._state.set_rate(self._state.chosen, rate)

    def _teach(self, lesson: Lesson) -> None:
        found = self._state.teach(lesson)
        self.no_lesson.setVisible(not found)
        if found:
            self.taught.emit()
            return
        self.no_lesson.setText(
            self.tr(
                "From this start no learning rate shows that within {steps} steps:"
                " try another start or function."
            ).format(steps=LESSON_STEPS)
        )

    @Slot()
    def _lay_out(self) -> None:
        px = theme().px
        self._column.setContentsMargins(px(16), px(16), px(16), px(16))
        self._column.setSpacing(px(16))
        self._lesson_grid.setSpacing(px(8))


def _quiet(name: str, words: str = "") -> QLabel:
    label = QLabel(words)
    label.setObjectName(name)
    label.setProperty("role", "caption")
    label.setWordWrap(True)
    return label
