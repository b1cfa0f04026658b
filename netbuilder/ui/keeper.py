"""Keeps a document's unsaved changes where a crash does not reach them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from netbuilder.errors import NetbuilderError
from netbuilder.project import files
from netbuilder.project.document import Change, Document
from netbuilder.project.files import Stamp
from netbuilder.project.locks import Lock, edit_lock
from netbuilder.project.model import Project
from netbuilder.project.recovery import Recovery
from netbuilder.project.recovery import Slot as RecoverySlot
from netbuilder.training.controller import TrainingController

EVERY_MS = 60_000


class Keeper(QObject):
    """What one window knows of its file, and the copy of what is not saved. GUI thread.

    `folder` is the program's own; None keeps nothing and locks nothing.
    """

    failed = Signal(str)
    """The copy could not be written; told once until it works again."""

    def __init__(
        self,
        document: Document,
        controller: TrainingController,
        folder: Path | None,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._controller = controller
        self._folder = folder
        self._slot: RecoverySlot | None = Recovery(folder).begin() if folder is not None else None
        self._kept: Project | None = None
        self._failed = False
        self._stamp: Stamp | None = None
        self._known: Stamp | None = None
        self._lock: Lock | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.keep)
        if self._slot is not None:
            self._timer.start()
        document.watch(self._follow)

    # ---- the file -------------------------------------------------------------------------------

    @property
    def stamp(self) -> Stamp | None:
        """What the file was like when this window read or wrote it last."""
        return self._stamp

    def set_stamp(self, stamp: Stamp | None) -> None:
        """The document and its file agree from now on."""
        self._stamp = self._known = stamp

    def changed_by_others(self) -> bool:
        """Whether saving would write over something that this window has never read."""
        path, stamp = self._document.path, self._stamp
        return path is not None and stamp is not None and files.changed(path, stamp)

    def news(self) -> bool:
        """Whether others changed the file since this was asked last."""
        path, known = self._document.path, self._known
        if path is None or known is None or not files.changed(path, known):
            return False
        self._known = files.stamp_of(path) or known
        return self.changed_by_others()

    def lock_for(self, path: Path) -> Lock | None:
        """The right to edit a file without a warning; None when another process has it."""
        if self._folder is None:
            return Lock(path, None)
        return edit_lock(self._folder, path)

    def hold(self, lock: Lock | None) -> None:
        """Hold this lock in place of the one before."""
        if self._lock is not None:
            self._lock.release()
        self._lock = lock

    # ---- the copy -------------------------------------------------------------------------------

    @Slot()
    def keep(self) -> None:
        """Write what is not saved, what training learned with it, if there is anything new."""
        if self._slot is None:
            return
        self._controller.sync()
        document = self._document
        if not document.modified:
            self.forget()
        elif document.project is not self._kept:
            self.keep_as(document.project, document.path)

    def keep_as(self, project: Project, path: Path | None) -> None:
        """Write this state; before a save it is the one that the file will hold."""
        if self._slot is None:
            return
        try:
            self._slot.keep(project, path, self._stamp)
        except NetbuilderError as error:
            if not self._failed:
                self._failed = True
                self.failed.emit(
                    self.tr("Unsaved changes cannot be kept safe: {reason}.").format(reason=error)
                )
            return
        self._kept = project
        self._failed = False

    def close(self) -> None:
        """The document is closed, in good order: nothing is kept any longer."""
        self._timer.stop()
        if self._slot is not None:
            self._slot.close()
            self._slot = None
        self.hold(None)

    def _follow(self, change: Change) -> None:
        if change.cause == "load":
            self.forget()

    def forget(self) -> None:
        """Nothing is unsaved any more."""
        if self._slot is not None and self._kept is not None:
            self._slot.clear()
            self._kept = None
