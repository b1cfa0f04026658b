"""The bottom line: speed, size, precision, and what was saved."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from netbuilder.project.document import Change, Document
from netbuilder.training.controller import TrainingController
from netbuilder.training.snapshot import Snapshot
from netbuilder.ui.widgets.elided_label import ElidedLabel

_REFRESH_MS = 250


class StatusBar(QStatusBar):
    """Follows the run and the document."""

    def __init__(
        self, document: Document, controller: TrainingController, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("status")
        self.setSizeGripEnabled(False)
        self._document = document
        self._controller = controller
        self._speed, self._size, self._precision, self._note = (QLabel() for _ in range(4))
        self._place = ElidedLabel()
        for name, label in (
            ("speed", self._speed),
            ("parameters", self._size),
            ("precision", self._precision),
            ("place", self._place),
        ):
            label.setObjectName(f"status.{name}")
            label.setProperty("role", "muted")
            self.addWidget(label, int(label is self._place))
        self._note.setObjectName("status.note")
        self._note.setProperty("role", "muted")
        self.addPermanentWidget(self._note)
        # The speed is a reading, not a counter: four times a second is as fast as eyes read.
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        controller.snapshot_changed.connect(self._follow)
        controller.state_changed.connect(self._follow)
        controller.run_started.connect(self.refresh)
        document.watch(self._follow_document)
        self.refresh()

    def note(self, text: str) -> None:
        """A quiet remark at the right end."""
        self._note.setText(text)

    def set_place(self, text: str) -> None:
        """Where one is in what the window shows; "" where that needs no words."""
        self._place.setText(text)

    def refresh(self) -> None:
        """Show how things are now."""
        snapshot: Snapshot | None = self._controller.snapshot
        rate = snapshot.steps_per_second if snapshot is not None else 0.0
        words = {
            "running": self.tr("Training"),
            "paused": self.tr("Paused"),
            "finished": self.tr("Finished"),
            "failed": self.tr("Stopped"),
            "idle": self.tr("Ready"),
        }[self._controller.state]
        if self._controller.running and rate > 0:
            words = self.tr("{word}: {rate} steps/s").format(word=words, rate=f"{rate:,.0f}")
        elif snapshot is not None and snapshot.step:
            words = self.tr("{word} at step {step}").format(word=words, step=f"{snapshot.step:,}")
        self._speed.setText(words)
        count = sum(self._controller.analysis.parameters.values())
        one = self.tr("1 parameter")
        self._size.setText(one if count == 1 else self.tr("{n} parameters").format(n=f"{count:,}"))
        self._precision.setText(self._document.project.training.precision)

    def _follow(self, _news: object) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _follow_document(self, change: Change) -> None:
        if change.cause not in ("weights", "load"):
            self.note("")
        self.refresh()
