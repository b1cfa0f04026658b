"""The head of the inspector: name, what it is, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from netbuilder.project.problems import Problem
from netbuilder.project.remedy import Fix
from netbuilder.ui.fix_buttons import FixButtons
from netbuilder.ui.forms.undo_keys import is_for_document
from netbuilder.ui.forms.words import words_of
from netbuilder.ui.icons import live_icon, pixmap
from netbuilder.ui.levels import level_look
from netbuilder.ui.theme import theme


class Header(QWidget):
    """An editable name as the title, a subtitle, and the problems in words."""

    renamed = Signal(str)
    """The user typed another name."""
    fix_chosen = Signal(object, object)
    """The user wants this Problem mended by this Fix."""
    help_wanted = Signal()
    """The user asks what this block does."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = NameField()
        self._name.setObjectName(f"{name}.name")
        self._name.setAccessibleName(self.tr("Name"))
        self._name.setToolTip(self.tr("Click to change the name"))
        self._note = QLabel()
        self._note.setObjectName(f"{name}.name.note")
        self._note.setProperty("role", "danger")
        self._note.setWordWrap(True)
        self._note.hide()
        self._subtitle = QLabel()
        self._subtitle.setObjectName(f"{name}.subtitle")
        self._subtitle.setProperty("role", "muted")
        self._subtitle.setWordWrap(True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.help_button = QToolButton()
        self.help_button.setObjectName(f"{name}.help")
        live_icon(self.help_button, "help", "muted")
        self.help_button.setToolTip(self.tr("What this block does and when to use it (F1)"))
        self.help_button.setAccessibleName(self.tr("Help on this block"))
        self.help_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.help_button.clicked.connect(self.help_wanted)
        self.help_button.hide()
        self._top = QHBoxLayout()
        self._top.addWidget(self._name, 1)
        self._top.addWidget(self.help_button)
        self._column.addLayout(self._top)
        for widget in (self._note, self._subtitle):
            self._column.addWidget(widget)
        self._problems: list[ProblemNote] = []
        self._name.entered.connect(self.renamed)
        self._name.restored.connect(self._restore)
        theme().changed.connect(self._lay_out)
        self._lay_out()

    @property
    def name_field(self) -> QLineEdit:
        """The field of the name, for focus."""
        return self._name

    def set_title(self, name: str, subtitle: str, *, editable: bool = True) -> None:
        """Show a name and what it is; a name that is being typed stays if it did not change."""
        self._name.set_name(name)
        self._name.setReadOnly(not editable)
        self._name.setFocusPolicy(
            Qt.FocusPolicy.StrongFocus if editable else Qt.FocusPolicy.NoFocus
        )
        self._subtitle.setText(subtitle)
        self._subtitle.setVisible(bool(subtitle))

    def refuse(self, sentence: str) -> None:
        """Say why the name was refused; nothing for an empty sentence."""
        self._name.mark(bool(sentence))
        self._note.setText(sentence)
        self._note.setVisible(bool(sentence))

    def set_problems(
        self,
        problems: Sequence[Problem],
        remedies: Callable[[Problem], Sequence[Fix]] | None = None,
    ) -> None:
        """Show each problem in words, with what can be done about it."""
        while len(self._problems) < len(problems):
            note = ProblemNote()
            note.fixes.chosen.connect(self.fix_chosen)
            self._problems.append(note)
            self._column.addWidget(note)
        for i, note in enumerate(self._problems):
            note.setVisible(i < len(problems))
            if i < len(problems):
                note.set_problem(problems[i], remedies(problems[i]) if remedies else ())

    @Slot()
    def _restore(self) -> None:
        self.refuse("")

    @Slot()
    def _lay_out(self) -> None:
        self._column.setSpacing(theme().px(2))
        self._note.setFont(theme().font("caption"))
        self.help_button.setIconSize(QSize(theme().px(18), theme().px(18)))


class NameField(QLineEdit):
    """Looks like a title until it is pointed at or typed into."""

    entered = Signal(str)
    restored = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = ""
        self._refused = False
        self.setMaxLength(200)
        self.editingFinished.connect(self._finish)
        theme().changed.connect(self._dress)
        self._dress()

    def set_name(self, name: str) -> None:
        """Show another name; the same one does not disturb what is being typed."""
        if name == self._shown:
            return
        self._shown = name
        with QSignalBlocker(self):
            self.setText(name)
            self.setCursorPosition(0)
        self.restored.emit()

    def mark(self, refused: bool) -> None:
        """Mark the text as refused."""
        self._refused = refused
        self._dress()

    def event(self, event: QEvent) -> bool:
        """Undo and Redo belong to the document while nothing is half typed."""
        if is_for_document(event, self):
            event.ignore()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc brings the name back."""
        if event.key() == Qt.Key.Key_Escape:
            with QSignalBlocker(self):
                self.setText(self._shown)
            self.restored.emit()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _finish(self) -> None:
        if self.text() != self._shown:
            self.entered.emit(self.text())
        else:
            self.restored.emit()

    @Slot()
    def _dress(self) -> None:
        colours, px = theme().current, theme().px
        self.setFont(theme().font("title"))
        ground = colours.danger_soft if self._refused else "transparent"
        resting = colours.danger if self._refused else "transparent"
        active = colours.danger if self._refused else colours.accent
        # A line below instead of a box, so that the title stands in line with the labels.
        self.setStyleSheet(
            f"QLineEdit {{ border: none; border-radius: 0; border-bottom: 2px solid {resting};"
            f" background: {ground}; padding: {px(1)}px 0; }}"
            f" QLineEdit:hover:!read-only {{ border-bottom-color: {colours.border_strong}; }}"
            f" QLineEdit:focus {{ border: none; border-bottom: 2px solid {active};"
            f" padding: {px(1)}px 0; }}"
        )
        self.setTextMargins(-2, 0, 0, 0)  # what Qt adds at the left


class ProblemNote(QFrame):
    """One problem: an icon, a sentence and its remedies on a soft ground."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("problem_note")
        self._problem: Problem | None = None
        self._icon = QLabel()
        self._icon.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self.fixes = FixButtons()
        self.fixes.hide()
        self._words = QVBoxLayout()
        self._words.addWidget(self._text)
        self._words.addWidget(self.fixes)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._icon)
        self._row.addLayout(self._words, 1)
        theme().changed.connect(self._dress)

    def set_problem(self, problem: Problem, fixes: Sequence[Fix] = ()) -> None:
        """Show another problem and what can be done about it."""
        self.fixes.set_fixes(problem, fixes)
        if problem == self._problem:
            return
        self._problem = problem
        text = words_of(problem.template).format(**problem.fields)
        self._text.setText(text)
        self.setAccessibleName(text)
        self._dress()

    def text(self) -> str:
        """The sentence."""
        return self._text.text()

    @Slot()
    def _dress(self) -> None:
        px, colours = theme().px, theme().current
        level = level_look(self._problem.level if self._problem else "todo", colours)
        self._icon.setPixmap(pixmap(level.icon, px(18), level.ink))
        self._icon.setAccessibleName(level.word)
        gap = px(6)
        self._row.setContentsMargins(px(10), px(8) + gap, px(10), px(8))
        self._row.setSpacing(px(8))
        self._words.setSpacing(px(6))
        self.setStyleSheet(
            f"#problem_note {{ background: {level.ground}; border-radius: {px(6)}px;"
            f" margin-top: {gap}px; }}"
        )
