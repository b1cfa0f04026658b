"""The remedies of the open document's problems, for whoever shows them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from netbuilder.errors import NetbuilderError
from netbuilder.project.document import Document
from netbuilder.project.fixes import fixes
from netbuilder.project.model import Node, Project
from netbuilder.project.problems import Problem
from netbuilder.project.remedy import Fix
from netbuilder.ui.forms.words import error_text, words_of

MOST_PROBLEMS = 24  # nobody reads more, and each remedy is tried out before it is offered


class Remedies(QObject):
    """Finds remedies, keeps them while the network is the same, and carries them out."""

    applied = Signal(object)
    """The ids of the blocks that a remedy has added."""
    message = Signal(str)
    """Why a remedy was refused."""

    def __init__(
        self,
        document: Document,
        controller: Any,
        size: Callable[[Node], tuple[float, float]] | None = None,
        parent: QObject | None = None,
    ) -> None:
        """`size` tells how large a block is drawn."""
        super().__init__(parent)
        self._document = document
        self._controller = controller
        self._size = size
        self._project: Project | None = None
        self._known: dict[int, tuple[Problem, list[Fix]]] = {}

    def of(self, problem: Problem) -> list[Fix]:
        """What can be done about a problem, best first."""
        project = self._document.project
        last = self._project
        if (
            last is None
            or last.nodes is not project.nodes
            or last.edges is not project.edges
            or last.dataset is not project.dataset
        ):
            self._project = project
            self._known.clear()
        for known, found in self._known.values():
            if known == problem:
                return found
        if len(self._known) >= MOST_PROBLEMS:
            return []
        found = fixes(problem, project, self._controller.table, self._size)
        self._known[len(self._known)] = (problem, found)
        return found

    def apply(self, problem: Problem, fix: Fix) -> None:
        """Carry out what a remedy says, as the document is now: one step that can be undone."""
        before = self._document.project
        now = next((f for f in self.of(problem) if f.text == fix.text), None)
        if now is None:
            return
        self._document.seal()
        try:
            self._document.push(now.command)
        except NetbuilderError as error:
            self.message.emit(error_text(error))
            return
        finally:
            self._document.seal()
        known = {n.id for n in before.nodes}
        self.applied.emit(tuple(n.id for n in self._document.project.nodes if n.id not in known))


def fix_words(fix: Fix) -> str:
    """A remedy's text in the user's language."""
    return words_of(fix.template).format(**fix.fields)
