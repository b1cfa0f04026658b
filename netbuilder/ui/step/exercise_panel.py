"""The exercise: the questions of the present stage, their answers, and the work sheet."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from netbuilder.engine.algebra.write import as_latex, as_text
from netbuilder.engine.exercise import EXERCISED, Judgement, Question
from netbuilder.engine.walk import Phase
from netbuilder.errors import NetbuilderError
from netbuilder.export.worksheet import Words
from netbuilder.project import files
from netbuilder.ui.formula import FormulaLabel
from netbuilder.ui.questions import may_replace, tell
from netbuilder.ui.step.model import StepModel
from netbuilder.ui.step.sheets import html_sheet, pdf_sheet
from netbuilder.ui.stylesheet import restyle
from netbuilder.ui.theme import SPACE
from netbuilder.ui.widgets import ComboField, NumberField


class QuestionRow(QWidget):
    """One number to find: its name, a field, what the answer was worth, and help in two steps."""

    def __init__(self, model: StepModel, question: Question, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.question = question
        self._model = model
        self._hints = 0
        name = FormulaLabel(f"{as_latex(question.name)} =", size=15)
        name.setToolTip(as_text(question.name))
        self.field = QLineEdit()
        self.field.setObjectName(f"exercise.answer.{question.number}")
        self.field.setAccessibleName(
            self.tr("Answer {n}: {name}").format(n=question.number, name=as_text(question.name))
        )
        self.field.setPlaceholderText("?")
        self.field.returnPressed.connect(self.check)
        self.field.textEdited.connect(self._clear)
        self.verdict = QLabel()
        self.verdict.setObjectName(f"exercise.verdict.{question.number}")
        self.verdict.setWordWrap(True)
        self.verdict.hide()
        self.help = FormulaLabel(size=13, token="muted")
        self.help.setObjectName(f"exercise.formula.{question.number}")
        self.help.hide()
        self.hint = self._button("hint", self.tr("Hint"), self.give_hint)
        self.give = self._button("show", self.tr("Show"), self.show_answer)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE // 2)
        grid.addWidget(name, 0, 0, 1, 3)
        grid.addWidget(self.field, 1, 0)
        grid.addWidget(self.hint, 1, 1)
        grid.addWidget(self.give, 1, 2)
        grid.addWidget(self.verdict, 2, 0, 1, 3)
        grid.addWidget(self.help, 3, 0, 1, 3)
        grid.setColumnStretch(0, 1)
        self._restore()

    def _button(self, name: str, words: str, slot: Callable[[], object]) -> QPushButton:
        button = QPushButton(words)
        button.setObjectName(f"exercise.{name}.{self.question.number}")
        button.setProperty("class", "quiet")
        button.setAutoDefault(False)
        button.clicked.connect(slot)
        return button

    def _restore(self) -> None:
        """As it was left: found, given up, or still open."""
        exercise = self._model.exercise
        if exercise is None or exercise.hides(self.question.place):
            return
        self.field.setText(self._model.number(self.question.answer))
        found = self.question.place in exercise.solved
        self._close(
            "success" if found else "muted", self.tr("Right.") if found else self.tr("Shown.")
        )

    @Slot()
    def check(self) -> None:
        """Judge what was typed."""
        if not self.field.text().strip():
            return
        judgement = self._model.answer(self.question, self.field.text())
        if judgement is None:
            return
        if judgement.mark == "right":
            self._close("success", self.tr("Right."))
        else:
            self._tell("warning" if judgement.mark == "close" else "danger", self._words(judgement))

    def _words(self, judgement: Judgement) -> str:
        formula = as_text(self.question.expression)
        return {
            "digits": self.tr("Nearly: give at least three significant digits."),
            "rounding": self.tr("Nearly right: look at the rounding."),
            "sign": self.tr("The sign is the other one."),
            "mean": self.tr("It must still be divided by the number of samples."),
            "unreadable": self.tr("This is no number: type one as 0.25, -3e-4 or 1/4."),
        }.get(judgement.slip) or self.tr("Not this: work out {formula}.").format(formula=formula)

    @Slot()
    def give_hint(self) -> None:
        """First the formula, then the same with its numbers."""
        self._hints = min(self._hints + 1, 2)
        numbers = self._hints == 2
        self.help.set_formula(
            as_latex(self.question.expression, numbers=numbers, digits=self._model.digits)
        )
        self.help.show()
        self.hint.setText(self.tr("With numbers"))
        self.hint.setEnabled(not numbers)

    @Slot()
    def show_answer(self) -> None:
        """Give this one up."""
        self._model.give_up(self.question)
        self.field.setText(self._model.number(self.question.answer))
        self._close("muted", self.tr("Shown."))

    def _close(self, role: str, words: str) -> None:
        self.field.setReadOnly(True)
        self.give.setEnabled(False)
        self._tell(role, words)

    def _tell(self, role: str, words: str) -> None:
        marks = {"success": "✓ ", "warning": "≈ ", "danger": "✗ "}
        self.verdict.setText(marks.get(role, "") + words)
        self.verdict.setAccessibleName(words)
        self.verdict.setProperty("role", role)
        restyle(self.verdict)
        self.verdict.show()

    @Slot()
    def _clear(self) -> None:
        self.verdict.hide()


class ExercisePanel(QWidget):
    """Stands beside the formulas while numbers are hidden."""

    ended = Signal()
    """The user wants to see every number again."""

    saved = Signal(str)
    """A work sheet was written to this file."""

    def __init__(
        self, model: StepModel, title: Callable[[], str], parent: QWidget | None = None
    ) -> None:
        """`title` gives the name of the project, which a work sheet is headed by."""
        super().__init__(parent)
        self.setObjectName("exercise")
        self._model = model
        self._title = title
        self.rows: list[QuestionRow] = []
        self._shown: object = None
        heading = QLabel(self.tr("Exercise"))
        heading.setProperty("role", "title")
        self._done = QLabel()
        self._done.setObjectName("exercise.done")
        self._done.setProperty("role", "muted")
        self._phases = ComboField()
        self._phases.setObjectName("exercise.phases")
        self._phases.setAccessibleName(self.tr("What is asked for"))
        for words, phases in (
            (self.tr("Whole step"), EXERCISED),
            (self.tr("Forward and loss"), ("forward", "loss")),
            (self.tr("Backward"), ("backward",)),
            (self.tr("Update"), ("update",)),
        ):
            self._phases.addItem(words, phases)
        self._phases.chosen.connect(self._begin)
        self._each = NumberField(int, minimum=1, maximum=6, step=1)
        self._each.setObjectName("exercise.each")
        self._each.setAccessibleName(self.tr("Numbers asked for in a stage"))
        self._each.set_value(2)
        self._each.committed.connect(self._begin)
        choices = QGridLayout()
        choices.addWidget(_muted(self.tr("Asked for"), self._phases), 0, 0)
        choices.addWidget(self._phases, 0, 1)
        choices.addWidget(_muted(self.tr("Numbers a stage"), self._each), 1, 0)
        choices.addWidget(self._each, 1, 1)
        choices.setColumnStretch(1, 1)
        self._list = QVBoxLayout()
        self._list.setSpacing(2 * SPACE)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.addLayout(self._list)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        self._empty = QLabel(self.tr("Nothing is asked for in this stage. Go on with Next."))
        self._empty.setProperty("role", "muted")
        self._empty.setWordWrap(True)
        self._list.addWidget(self._empty)
        again = QPushButton(self.tr("Other numbers"))
        again.setObjectName("exercise.again")
        again.clicked.connect(self._other)
        self._sheet = QPushButton(self.tr("Work sheet"))
        self._sheet.setObjectName("exercise.sheet")
        self._sheet.setMenu(self._sheet_menu())
        end = QPushButton(self.tr("End"))
        end.setObjectName("exercise.end")
        end.setToolTip(self.tr("Show every number again"))
        end.clicked.connect(self.ended)
        buttons = QGridLayout()
        for place, button in enumerate((again, self._sheet, end)):
            button.setAutoDefault(False)
            buttons.addWidget(button, *divmod(place, 2))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        whole.setSpacing(SPACE)
        whole.addWidget(heading)
        whole.addWidget(self._done)
        whole.addLayout(choices)
        whole.addWidget(area, 1)
        whole.addLayout(buttons)
        model.stage_changed.connect(self._follow)
        model.exercise_changed.connect(self._follow)

    def begin(self) -> None:
        """Hide numbers of the present walk."""
        self._begin()

    @Slot()
    def _begin(self, _value: object = None) -> None:
        seed = self._model.exercise.seed if self._model.exercise is not None else 0
        self._start(seed)

    @Slot()
    def _other(self) -> None:
        seed = self._model.exercise.seed if self._model.exercise is not None else 0
        self._start(seed + 1)

    def _start(self, seed: int) -> None:
        each = self._each.value()
        phases: tuple[Phase, ...] = tuple(self._phases.currentData())
        self._shown = None
        self._model.begin_exercise(seed, int(each or 2), phases)

    # ---- following ------------------------------------------------------------------------------

    @Slot()
    def _follow(self, _stage: int = 0) -> None:
        exercise = self._model.exercise
        if exercise is None:
            self._fill([])
            self._shown = None
            return
        done, count = len(exercise.solved), len(exercise.questions)
        self._done.setText(self.tr("{done} of {count} found").format(done=done, count=count))
        shown = (self._model.step, exercise.seed, exercise.each, exercise.phases, self._model.stage)
        if shown != self._shown:  # else the fields stay as they are, with what is typed in them
            self._shown = shown
            self._fill(exercise.of_stage(self._model.stage))

    def _fill(self, questions: list[Question]) -> None:
        for row in self.rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [QuestionRow(self._model, question) for question in questions]
        for row in self.rows:
            self._list.addWidget(row)
        self._empty.setVisible(not questions)
        if self.rows and self.isVisible():
            self.rows[0].field.setFocus()

    # ---- work sheets ----------------------------------------------------------------------------

    def _sheet_menu(self) -> QMenu:
        menu = QMenu(self)
        for words, solutions, suffix in (
            (self.tr("Work sheet (HTML)…"), False, ".html"),
            (self.tr("Work sheet (PDF)…"), False, ".pdf"),
            (self.tr("Solutions (HTML)…"), True, ".html"),
            (self.tr("Solutions (PDF)…"), True, ".pdf"),
        ):
            action = menu.addAction(words)
            name = f"{'solutions' if solutions else 'sheet'}{suffix.replace('.', '_')}"
            action.setObjectName(f"action.exercise.{name}")
            action.triggered.connect(partial(self._ask, solutions, suffix))
        return menu

    def _ask(self, solutions: bool, suffix: str, _checked: bool = False) -> None:
        stem = self.tr("solutions") if solutions else self.tr("work sheet")
        name, _ = QFileDialog.getSaveFileName(
            self,
            self.tr("Save the work sheet"),
            f"{self._title() or self.tr('Untitled')} {stem}{suffix}",
            f"{suffix[1:].upper()} (*{suffix})",
        )
        if not name:
            return
        path = Path(name)
        if not path.suffix:
            path = path.with_suffix(suffix)
            if not may_replace(self, path):
                return
        self.save_sheet(path, solutions=solutions)

    def save_sheet(self, path: Path, *, solutions: bool) -> bool:
        """Write the sheet to a file whose ending tells the format; a failure is told."""
        exercise = self._model.exercise
        if exercise is None:
            return False
        make = pdf_sheet if path.suffix.lower() == ".pdf" else html_sheet
        exercise.put_back()
        try:
            data = make(
                exercise,
                title=self._title() or self.tr("Untitled"),
                solutions=solutions,
                step=self._model.step,
                digits=self._model.digits,
                words=self._sheet_words(),
            )
            files.write_bytes(data, path)
        except NetbuilderError as error:
            tell(self, "error", self.tr("The work sheet cannot be saved"), str(error))
            return False
        finally:
            exercise.hide()
        self.saved.emit(str(path))
        return True

    def _sheet_words(self) -> Words:
        return Words(
            name=self.tr("Name"),
            date=self.tr("Date"),
            task=self.tr(
                "Work out the numbers in the gaps, from the top down. Give at least three"
                " significant digits."
            ),
            solutions=self.tr("Solutions"),
            given=self.tr("Given"),
            data=self.tr("{count} samples, step {step}"),
            headings={
                "forward": self.tr("Forward through {node}"),
                "loss": self.tr("The loss"),
                "backward": self.tr("The error goes back through {node}"),
                "update": self.tr("New weights for {node}"),
            },
        )


def _muted(words: str, buddy: QWidget) -> QLabel:
    label = QLabel(words)
    label.setProperty("role", "muted")
    label.setBuddy(buddy)
    return label
