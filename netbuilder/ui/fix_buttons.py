"""The remedies of one problem as buttons."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from netbuilder.project.problems import Problem
from netbuilder.project.remedy import Fix
from netbuilder.ui.remedies import fix_words
from netbuilder.ui.theme import theme
from netbuilder.ui.widgets.flow import FlowLayout


class FixButtons(QWidget):
    """In rows that wrap; the first remedy is the best."""

    chosen = Signal(object, object)
    """The Problem and the Fix to carry out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._problem: Problem | None = None
        self._fixes: tuple[Fix, ...] = ()
        self._flow = FlowLayout(self)
        self.buttons: list[QPushButton] = []
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme().changed.connect(self._lay_out)
        self._lay_out()

    def set_fixes(self, problem: Problem, fixes: Sequence[Fix]) -> None:
        """Offer these remedies of a problem."""
        same = problem == self._problem and [f.text for f in fixes] == [f.text for f in self._fixes]
        self._problem, self._fixes = problem, tuple(fixes)
        if same:
            return
        while len(self.buttons) < len(fixes):
            button = QPushButton()
            button.setProperty("class", "fix")
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.clicked.connect(partial(self._choose, len(self.buttons)))
            self.buttons.append(button)
            self._flow.addWidget(button)
        for k, button in enumerate(self.buttons):
            button.setVisible(k < len(fixes))
            if k < len(fixes):
                words = fix_words(fixes[k])
                button.setText(words.replace("&", "&&"))
                button.setObjectName(f"fix.{problem.code}.{k}")
                button.setAccessibleName(self.tr("Fix: {words}").format(words=words))
                button.setAccessibleDescription(problem.text)
                button.setToolTip(words)
        self.setVisible(bool(fixes))
        self.updateGeometry()

    def height_for(self, width: int) -> int:
        """The height of the buttons in this width; 0 where there are none."""
        return self._flow.heightForWidth(width) if self._fixes else 0

    def sizeHint(self) -> QSize:  # noqa: N802
        """All in one row."""
        return self._flow.sizeHint()

    def _choose(self, place: int, _checked: bool = False) -> None:
        if self._problem is not None and place < len(self._fixes):
            self.chosen.emit(self._problem, self._fixes[place])

    @Slot()
    def _lay_out(self) -> None:
        self._flow.setSpacing(theme().px(6))
        self.updateGeometry()
