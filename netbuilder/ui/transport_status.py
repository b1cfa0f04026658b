"""The pill at the right of the transport bar: how the training stands, in a word."""

from __future__ import annotations

import math
import time
from typing import Any

from PySide6.QtCore import Signal, SignalInstance, Slot
from PySide6.QtWidgets import QWidget

from netbuilder.project.document import Document
from netbuilder.project.problems import Analysis
from netbuilder.training.snapshot import Snapshot
from netbuilder.ui.forms.words import words_of
from netbuilder.ui.widgets import StatusChip

_REFRESH_SECONDS = 1.0


class TransportStatus(StatusChip):
    """Follows the controller; a click leads to the problems, or resets an outdated run."""

    problems_requested = Signal()
    reset_requested = Signal()

    def __init__(self, document: Document, controller: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transport.status")
        self._document = document
        self._controller = controller
        self._last_message = ""
        self._shown_at = -math.inf
        self.clicked.connect(self._act)
        controller.state_changed.connect(self._follow_state)
        controller.analysis_changed.connect(self._follow)
        controller.stale_changed.connect(self._follow_stale)
        controller.snapshot_changed.connect(self._follow_snapshot)
        controller.run_started.connect(self._forget)
        controller.message.connect(self._remember)
        self.refresh()

    def refresh(self) -> None:
        """Show how things are now."""
        level, word, detail = self._said()
        self.set_clickable(self._goal() is not None)
        self.set_status(level, word, detail)

    def _said(self) -> tuple[str, str, str]:
        controller, state = self._controller, self._controller.state
        if state == "running" and controller.stale:
            return "warning", self.tr("Changed"), self.tr("Reset to train the new network")
        if state == "running" and controller.travelling:
            aim = controller.aim
            where = "" if aim is None else self.tr("to step {n}").format(n=f"{aim:,}")
            return "ok", self.tr("On the way"), where
        if state == "running":
            return "ok", self.tr("Training"), self._progress(controller.snapshot)
        analysis: Analysis = controller.analysis
        if not analysis.ok and not controller.stale:
            if all(p.level == "todo" for p in analysis.errors):
                first = analysis.errors[0]
                text = words_of(first.template).format(**first.fields)
                return "neutral", self.tr("Not ready"), text
            count = len(analysis.errors)
            word = self.tr("1 problem") if count == 1 else self.tr("{n} problems").format(n=count)
            first = analysis.errors[0]
            return "warning", word, words_of(first.template).format(**first.fields)
        if controller.stale:
            return "warning", self.tr("Changed"), self.tr("Reset to train the new network")
        if state == "failed":
            diverged = getattr(controller, "finished_by", None) == "diverged"
            word = self.tr("Diverged") if diverged else self.tr("Failed")
            return "danger", word, self._last_message
        if state == "finished":
            return "ok", self.tr("Finished"), self._reason()
        if state == "paused":
            return "neutral", self.tr("Paused"), self._result()
        return "neutral", self.tr("Ready"), self.tr("Press Train")

    def _progress(self, snapshot: Snapshot | None) -> str:
        if snapshot is None or not snapshot.steps_per_second > 0:
            return ""
        return self.tr("{speed:,.0f} steps/s").format(speed=snapshot.steps_per_second)

    def _reason(self) -> str:
        reasons = {
            "epochs": self.tr("the epoch limit is reached"),
            "loss": self.tr("the loss is small enough"),
            "gradient_norm": self.tr("the gradient is almost zero"),
            "patience": self.tr("the test loss no longer falls; back at its best weights"),
            "time": self.tr("the time is over"),
        }
        why = reasons.get(getattr(self._controller, "finished_by", None) or "", "")
        return ", ".join(part for part in (why, self._result()) if part)

    def _result(self) -> str:
        snapshot: Snapshot | None = self._controller.snapshot
        if snapshot is None:
            return ""
        return self.tr("loss {loss:.3g}").format(loss=snapshot.train_loss)

    def _goal(self) -> SignalInstance | None:
        if self._controller.stale:
            return self.reset_requested
        if self._controller.state != "running" and not self._controller.analysis.ok:
            return self.problems_requested
        return None

    @Slot()
    def _act(self) -> None:
        goal = self._goal()
        if goal is not None:
            goal.emit()

    @Slot(str)
    def _follow_state(self, state: str) -> None:
        if state == "running":
            self._last_message = ""
        self.refresh()

    @Slot(object)
    def _follow(self, _now: object) -> None:
        self.refresh()

    @Slot(bool)
    def _follow_stale(self, _stale: bool) -> None:
        self.refresh()

    @Slot(object)
    def _follow_snapshot(self, _snapshot: object) -> None:
        # Nobody reads a speed that changes thirty times a second.
        now = time.monotonic()
        if self._controller.state != "running" or now - self._shown_at >= _REFRESH_SECONDS:
            self._shown_at = now
            self.refresh()

    @Slot()
    def _forget(self) -> None:
        self._last_message = ""
        self.refresh()

    @Slot(str, str)
    def _remember(self, level: str, text: str) -> None:
        self._last_message = text
        self.refresh()
