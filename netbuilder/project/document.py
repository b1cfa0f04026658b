"""The open document: the current project, its undo history, and who watches it."""

import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from netbuilder.project.commands import Command
from netbuilder.project.model import Project, SavedRun, Weights, same_weights

Cause = Literal["do", "undo", "redo", "load", "save", "weights"]
UNDO_LIMIT = 1000


@dataclass(frozen=True)
class Change:
    """What watchers are told: the records before and after, and why."""

    before: Project
    after: Project
    cause: Cause

    @property
    def structure(self) -> bool:
        """Whether nodes, parameters or wires changed (positions and names of files aside)."""
        return self.before.edges != self.after.edges or [
            (n.id, n.operation) for n in self.before.nodes
        ] != [(n.id, n.operation) for n in self.after.nodes]


@dataclass(eq=False)
class _Step:
    """`before` and `after` take up what training learns until the step is left."""

    command: Command
    before: Project
    after: Project


class Document:
    """Holds the project and changes it by commands only. One thread (the GUI's, or the CLI's)."""

    def __init__(self, project: Project | None = None, path: Path | None = None) -> None:
        self._project = project or Project()
        self.path = path
        self._done: list[_Step] = []
        self._undone: list[_Step] = []
        self._clean: _Step | None = None
        self._clean_is_gone = False  # the saved state lies further back than the history reaches
        self._weights_changed = False
        self._mergeable = False
        self._watchers: list[Callable[[], Callable[[Change], None] | None]] = []

    @property
    def project(self) -> Project:
        return self._project

    # ---- changing -------------------------------------------------------------------------------

    def push(self, command: Command) -> None:
        """Carry a command out and remember it. Raises the command's error and changes nothing."""
        before = self._project
        after = command.apply(before)
        if after == before:
            return
        last = self._done[-1] if self._done else None
        if (
            self._mergeable
            and last is not None
            and last is not self._clean
            and command.merge_key is not None
            and command.merge_key == last.command.merge_key
        ):
            self._done[-1] = _Step(command.joined_to(last.command), last.before, after)
        else:
            self._done.append(_Step(command, before, after))
            if len(self._done) > UNDO_LIMIT:
                forgotten = self._done.pop(0)
                if self._clean is None or self._clean is forgotten:
                    self._clean_is_gone = True
        self._mergeable = True
        self._undone.clear()
        self._become(after, "do")

    def extend(self, command: Command) -> None:
        """Carry out what the last step calls for (room on the canvas) as a part of that step.

        Raises the command's error and changes nothing; nothing happens without a last step.
        """
        if self._done:
            last = self._done[-1]
            after = command.apply(self._project)
            step = _Step(last.command, last.before, after)
            self._done[-1] = step
            if self._clean is last:
                self._clean = step
            self._become(after, "do")

    def seal(self) -> None:
        """End the current gesture: the next command is an undo step of its own."""
        self._mergeable = False

    def undo(self) -> None:
        """Take the last step back; nothing happens when there is none."""
        if self._done:
            step = self._done.pop()
            self._undone.append(step)
            self._mergeable = False
            self._become(self._travel(step, step.before, back=True), "undo")

    def redo(self) -> None:
        """Carry out again what was undone last."""
        if self._undone:
            step = self._undone.pop()
            self._done.append(step)
            self._mergeable = False
            self._become(self._travel(step, step.after, back=False), "redo")

    def _travel(self, step: _Step, there: Project, *, back: bool) -> Project:
        """`there`, with what training has learned since, unless the step itself set weights.

        A block that the step brings back comes with the weights that it had when it went.
        """
        weights = step.command.carry(self._project.weights, back=back)
        if weights is None:
            return self._settle(step, there, back=back)
        if back:
            step.after = self._project
        else:
            step.before = self._project
        here = step.command.carry({n.id: {} for n in self._project.nodes}, back=back) or {}
        back_again = {i: named for i, named in there.weights.items() if i not in here}
        carried = {i: named for i, named in weights.items() if i in here and there.has(i)}
        return there.with_(weights={**back_again, **carried})

    def _settle(self, step: _Step, there: Project, *, back: bool) -> Project:
        other = step.after if back else step.before
        now = self._project
        if same_weights(now.weights, other.weights):
            return there
        weights = step.command.settle(now.weights, there.weights)
        if weights is there.weights:
            return there
        if back:
            step.after = now
        else:
            step.before = now
        return there.with_(weights=weights, run=now.run)

    def set_weights(self, weights: Weights, run: Mapping[str, Any] | None = None) -> None:
        """What training has learned, and where it is (`project.run`).

        No undo step, but the document then needs saving.
        """
        self._weights_changed = True
        self._become(self._project.with_(weights=weights, run=run), "weights")

    def set_runs(self, runs: tuple[SavedRun, ...]) -> None:
        """The runs to be saved with the project. No undo step, but the document needs saving."""
        self._weights_changed = True
        self._become(self._project.with_(runs=runs), "weights")

    def load(self, project: Project, path: Path | None, *, modified: bool = False) -> None:
        """Replace the whole document by another one, with a fresh history.

        `modified`: what is loaded is not what the file holds (changes restored after a crash).
        """
        self._done.clear()
        self._undone.clear()
        self.path = path
        self.mark_clean()
        self._clean_is_gone = modified
        self._become(project, "load")

    # ---- asking ---------------------------------------------------------------------------------

    @property
    def undo_command(self) -> Command | None:
        """The command that undo would take back."""
        return self._done[-1].command if self._done else None

    @property
    def redo_command(self) -> Command | None:
        return self._undone[-1].command if self._undone else None

    @property
    def modified(self) -> bool:
        """Whether there is anything that a save would keep."""
        last = self._done[-1] if self._done else None
        return self._weights_changed or self._clean_is_gone or last is not self._clean

    def mark_clean(self) -> None:
        """The document is now as it is in its file."""
        self._clean = self._done[-1] if self._done else None
        self._clean_is_gone = False
        self._weights_changed = False
        self._mergeable = False

    def saved(self, project: Project, path: Path) -> None:
        """The document is now in this file, under the name that the saved project has.

        The name that a first save gives is no step of its own: the steps before take it over, so
        that an undo does not bring the old one back.
        """
        self.path = path
        self.mark_clean()
        old = self._project.name
        if project.name != old:
            for step in (*self._done, *self._undone):
                if step.before.name == old:
                    step.before = step.before.with_(name=project.name)
                if step.after.name == old:
                    step.after = step.after.with_(name=project.name)
            self._become(self._project.with_(name=project.name), "save")

    # ---- watching -------------------------------------------------------------------------------

    def watch(self, watcher: Callable[[Change], None]) -> None:
        """Call a bound method after each change; it is held weakly and forgotten with its owner."""
        self._watchers.append(weakref.WeakMethod(watcher))

    def _become(self, project: Project, cause: Cause) -> None:
        change = Change(self._project, project, cause)
        self._project = project
        for reference in list(self._watchers):
            watcher = reference()
            if watcher is None:
                self._watchers.remove(reference)
            else:
                watcher(change)
