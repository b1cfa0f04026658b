"""Diagnoses the run that lasts, now and then, for whoever shows the verdict."""

from __future__ import annotations

import time
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from netbuilder.errors import Diverged, NetbuilderError
from netbuilder.project import cures
from netbuilder.project.document import Document
from netbuilder.project.evidence import Evidence
from netbuilder.project.health import NOT_STARTED, Steady, Verdict, diagnose
from netbuilder.project.model import Weights, freeze
from netbuilder.project.remedy import Fix
from netbuilder.ui.canvas.health import Health
from netbuilder.ui.forms.words import error_text

EVERY = 0.5  # seconds between two looks while it trains


class HealthWatch(QObject):
    """`verdicts` is what is to be said, most important first; never empty. GUI thread."""

    changed = Signal(object)
    """The verdicts, after each look: their numbers are new even where the words are not."""

    message = Signal(str)
    """Why a remedy was refused."""

    applied = Signal(object)
    """The ids of the blocks that a remedy has added."""

    def __init__(self, document: Document, controller: Any, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._controller = controller
        self._steady = Steady()
        self._looked = -EVERY
        controller.snapshot_changed.connect(self._follow_snapshot)
        controller.state_changed.connect(self._follow_state)
        controller.run_started.connect(self._begin)
        controller.stale_changed.connect(self._follow_stale)

    @property
    def verdicts(self) -> list[Verdict]:
        """What was found last."""
        return self._steady.shown

    @property
    def of_before(self) -> bool:
        """Whether they are about the network before the last change, which still trains."""
        return bool(self._controller.stale)

    def look(self, *, at_once: bool = True) -> None:
        """Diagnose the run that trains now. If its network has been changed meanwhile no remedies
        are offered: they were meant for another one."""
        controller = self._controller
        self._looked = time.monotonic()
        snapshot = controller.snapshot
        if snapshot is None or not controller.history.count:
            self._steady = Steady()
            self.changed.emit([NOT_STARTED])
            return
        error = controller.error if isinstance(controller.error, Diverged) else None
        evidence = Evidence(
            controller.trained,
            controller.history,
            snapshot.layers,
            error=error,
            stopped_by=controller.finished_by if controller.state == "finished" else None,
            weights=controller.trained_weights_of,
            table=controller.trained_table,
        )
        found = diagnose(evidence)
        if controller.stale:
            found = [msgspec.structs.replace(verdict, fixes=()) for verdict in found]
        elif error is not None:
            found = [self._with_restoring(found[0]), *found[1:]]
        self.changed.emit(self._steady.take(found, at_once=at_once))

    def states(self) -> dict[str, Health] | None:
        """How blocks fare by these verdicts, those that are not fine; None if nothing is known."""
        if self.verdicts[0].level == "neutral" or self.of_before:
            return None
        project = self._document.project
        found: dict[str, Health] = {}
        for verdict in reversed(self.verdicts):
            if verdict.level == "info":
                continue  # no mark for what is no alarm
            large = verdict.code in ("exploding", "rate_too_high")
            for node in verdict.nodes:
                if not project.has(node):
                    continue
                # What ails an activation is shown at the layer of weights before it.
                weighted = hasattr(project.node(node).operation, "weight_init")
                for name in (node,) if weighted else project.inputs_of(node):
                    found[name] = "exploding" if large else "vanishing"
        return found

    def apply(self, fix: Fix) -> None:
        """Carry a remedy out as one undo step; a fresh run stands ready afterwards."""
        document, controller = self._document, self._controller
        controller.sync()  # so that an undo leads back to all that was learned
        before = {n.id for n in document.project.nodes}
        document.seal()
        try:
            document.push(fix.command)
        except NetbuilderError as error:
            self.message.emit(error_text(error))
            return
        finally:
            document.seal()
        trained = controller.snapshot is not None and controller.snapshot.step > 0
        if not document.project.weights and (trained or controller.state == "failed"):
            controller.reset()  # only settings have changed, with which the old run could go on
        elif controller.state == "failed":
            controller.restart()  # the weights to go on from are those that were there already
        self.applied.emit(tuple(n.id for n in document.project.nodes if n.id not in before))

    def _with_restoring(self, verdict: Verdict) -> Verdict:
        sound = self._sound()
        if not sound:
            return verdict
        fix = cures.restore(self._document.project, sound)
        return msgspec.structs.replace(verdict, fixes=(*verdict.fixes, fix))

    def _sound(self) -> Weights:
        """The weights before the run flew apart: the trainer has gone back to them."""
        found = {}
        for node in self._document.project.nodes:
            named = self._controller.weights_of(node.id)
            if named:
                found[node.id] = {name: freeze(a) for name, a in named.items()}
        return found

    @Slot(object)
    def _follow_snapshot(self, _snapshot: object) -> None:
        running = self._controller.state == "running"
        if not running or time.monotonic() - self._looked >= EVERY:
            self.look(at_once=not running)

    @Slot(str)
    def _follow_state(self, state: str) -> None:
        if state != "running":
            self.look()

    @Slot(bool)
    def _follow_stale(self, stale: bool) -> None:
        if stale or self._controller.history.count:
            self.look(at_once=False)

    @Slot()
    def _begin(self) -> None:
        self._steady = Steady()
        self.look()
