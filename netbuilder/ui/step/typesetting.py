"""Formulas set one at a time, so that a stage with many of them answers at once."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer, Slot

from netbuilder.ui.formula import FormulaLabel, formula_svg, typesetter_is_there
from netbuilder.ui.theme import theme

Wanted = tuple[str, float, str]
"""LaTeX, its size, and the colour's name in the theme."""
MOST_FORESEEN = 120
REST_MS = 60
"""The pointer rests that long before a formula is set anew for what is under it."""


class Typesetting(QObject):
    """Gives labels their formulas: known ones at once, others one in each pass of the event loop.
    Formulas that will be wanted are set ahead, while nothing else is to be done."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._known: set[tuple[str, int, str]] = set()
        self._waiting: deque[tuple[FormulaLabel, Wanted]] = deque()
        self._ahead: deque[Wanted] = deque()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._set_next)

    def show(self, label: FormulaLabel, wanted: Wanted) -> None:
        """Show a formula in a label, now or soon."""
        self._waiting = deque(w for w in self._waiting if w[0] is not label)
        if self._is_known(wanted) or not typesetter_is_there():
            label.set_formula(wanted[0])
            return
        label.set_formula("")
        self._waiting.append((label, wanted))
        self._timer.start(0)

    def replace(self, label: FormulaLabel, wanted: Wanted) -> None:
        """Show another formula of the same size as soon as it is set; the one before stays till
        then."""
        self._waiting = deque(w for w in self._waiting if w[0] is not label)
        if self._is_known(wanted):
            label.set_formula(wanted[0])
        elif typesetter_is_there():
            self._waiting.append((label, wanted))
            self._timer.start(REST_MS)

    def foresee(self, wanted: Iterable[Wanted]) -> None:
        """These will be wanted."""
        self._ahead = deque(w for w in wanted if not self._is_known(w))
        while len(self._ahead) > MOST_FORESEEN:
            self._ahead.pop()
        if self._ahead and not self._timer.isActive():
            self._timer.start(20)

    def finish(self) -> None:
        """Set all that waits, now."""
        while self._waiting:
            self._set_next()

    @property
    def is_busy(self) -> bool:
        """Whether a shown formula is still to come."""
        return bool(self._waiting)

    def _is_known(self, wanted: Wanted) -> bool:
        latex, size, token = wanted
        return (latex, theme().px(size), getattr(theme().current, token)) in self._known

    @Slot()
    def _set_next(self) -> None:
        if self._waiting:
            label, wanted = self._waiting.popleft()
            label.set_formula(wanted[0])
            self._remember(wanted)
        elif self._ahead and typesetter_is_there():
            wanted = self._ahead.popleft()
            latex, size, token = wanted
            with contextlib.suppress(ValueError):  # the label will show it as it is written
                formula_svg(latex, getattr(theme().current, token), theme().px(size))
            self._remember(wanted)
        if self._waiting:
            self._timer.start(0)
        elif self._ahead:
            self._timer.start(20)

    def _remember(self, wanted: Wanted) -> None:
        latex, size, token = wanted
        self._known.add((latex, theme().px(size), getattr(theme().current, token)))
