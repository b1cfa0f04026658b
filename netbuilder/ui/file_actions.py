"""New, open, save, revert and their questions: the life of the document's file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from netbuilder import assets
from netbuilder.errors import NetbuilderError
from netbuilder.project import files
from netbuilder.project.document import Document
from netbuilder.project.files import Stamp
from netbuilder.project.model import Project
from netbuilder.project.recovery import Record
from netbuilder.training.controller import TrainingController
from netbuilder.ui.keeper import Keeper
from netbuilder.ui.questions import Choice, Role, ask, may_replace, tell
from netbuilder.ui.settings import AppSettings
from netbuilder.ui.windows import Windows


class FileActions(QObject):
    """Carries out the File menu of one window. Every failure is one sentence in a message box."""

    path_changed = Signal()
    saved = Signal(str)

    def __init__(
        self,
        document: Document,
        controller: TrainingController,
        settings: AppSettings,
        window: QWidget,
        windows: Windows,
    ) -> None:
        super().__init__(window)
        self._document = document
        self._controller = controller
        self._settings = settings
        self._window = window
        self._windows = windows
        self._asking = False
        self.keeper = Keeper(document, controller, windows.folder, self)

    @property
    def untouched(self) -> bool:
        """Whether nothing is lost, and no file is left, when another project is shown here."""
        self._controller.sync()
        return self._document.path is None and not self._document.modified

    # ---- opening --------------------------------------------------------------------------------

    def new(self) -> None:
        """An empty project in this window."""
        if self.may_discard():
            self.keeper.hold(None)
            self._show(Project(), None)

    def open(self) -> None:
        """Ask for a file and open it."""
        name, _ = QFileDialog.getOpenFileName(
            self._window, self.tr("Open a project"), self._settings.folder, self._filter()
        )
        if name:
            self.open_path(Path(name))

    def open_path(self, path: Path) -> bool:
        """Open a file, here if this window is untouched, else in another one.

        A bad file changes nothing. Returns whether the file is open now.
        """
        shown = self._windows.showing(path)
        if shown is not None:
            self._windows.raise_(shown)
            return True
        try:
            project, stamp = files.read_stamped(path)
        except NetbuilderError as error:
            self._complain(self.tr("The project cannot be opened"), error)
            return False
        lock = self.keeper.lock_for(path)
        target: Path | None = path
        if lock is None:
            answer = self._ask_locked(path)
            if answer == "cancel":
                return False
            if answer == "copy":
                target = None
        there = self._place()
        there.keeper.hold(lock)
        there._show(project, target, stamp if target else None)
        if target is not None:
            self._settings.add_recent(path)
        return True

    def open_example(self, name: str) -> bool:
        """Open a bundled example as a new, unsaved project, so that it stays as it is."""
        project = files.read(assets.example(name))
        self._place()._show(project, None)
        return True

    def restore(self, record: Record) -> None:
        """Show changes that a crash left behind, unsaved as they were."""
        path = record.path
        shown = self._windows.showing(path) if path is not None else None
        if shown is not None and not shown.document.modified:
            there = shown.files
        else:
            there = self._place()
            lock = there.keeper.lock_for(path) if path is not None and shown is None else None
            there.keeper.hold(lock)
            if lock is None:
                path = None  # no two windows write to one file
        there._show(record.project, path, record.stamp if path else None, modified=True)
        there.keeper.keep()

    def revert(self) -> None:
        """Go back to what the file holds, if that is really meant."""
        path = self._document.path
        if path is None:
            return
        answer = ask(
            self._window,
            "revert",
            self.tr("Go back to “{name}” as it was saved?").format(name=path.name),
            self.tr("All changes since then are lost."),
            (
                Choice("revert", self.tr("Revert"), Role.DestructiveRole),
                Choice("cancel", self.tr("Cancel"), Role.RejectRole),
            ),
            "cancel",
        )
        if answer == "revert":
            self._reload(path)

    def _reload(self, path: Path) -> None:
        try:
            project, stamp = files.read_stamped(path)
        except NetbuilderError as error:
            self._complain(self.tr("The project cannot be opened"), error)
            return
        self._show(project, path, stamp)

    def _place(self) -> FileActions:
        """Where another project is shown: here, or in a new window."""
        return self if self.untouched else self._windows.open_new(beside=self._window).files

    def _show(
        self,
        project: Project,
        path: Path | None,
        stamp: Stamp | None = None,
        *,
        modified: bool = False,
    ) -> None:
        self._document.load(project, path, modified=modified)
        self.keeper.set_stamp(stamp)
        self.path_changed.emit()

    def _ask_locked(self, path: Path) -> str:
        return ask(
            self._window,
            "locked",
            self.tr("“{name}” is open in another Netbuilder.").format(name=path.name),
            self.tr("Who saves last would write over what the other has saved."),
            (
                Choice("copy", self.tr("Open a copy")),
                Choice("open", self.tr("Open it anyway"), Role.DestructiveRole),
                Choice("cancel", self.tr("Cancel"), Role.RejectRole),
            ),
            "cancel",
        )

    # ---- saving ---------------------------------------------------------------------------------

    def save(self) -> bool:
        """Save to the document's file, or ask for one. Returns whether it was saved."""
        path = self._document.path
        if path is None:
            return self.save_as()
        if self.keeper.changed_by_others():
            self.keeper.news()  # it is told here, and need not be once more when focus returns
            answer = ask(
                self._window,
                "overwrite",
                self.tr("“{name}” was changed by another program.").format(name=path.name),
                self.tr("Saving replaces what that program wrote by what you see here."),
                (
                    Choice("save_as", self.tr("Save as…")),
                    Choice("overwrite", self.tr("Overwrite"), Role.DestructiveRole),
                    Choice("cancel", self.tr("Cancel"), Role.RejectRole),
                ),
                "cancel",
            )
            if answer == "save_as":
                return self.save_as()
            if answer == "cancel":
                return False
        return self._write(path)

    def save_as(self) -> bool:
        """Ask for a file and save there."""
        start = self._document.path or Path(self._settings.folder) / (
            f"{file_name(self._document.project.name)}.json"
        )
        name, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Save the project"), str(start), self._filter()
        )
        if not name:
            return False
        path = Path(name)
        if not path.suffix:
            path = path.with_suffix(".json")
            if not may_replace(self._window, path):
                return False
        shown = self._windows.showing(path)
        if shown is not None and shown is not self._window:
            tell(
                self._window,
                "error",
                self.tr("The project cannot be saved"),
                self.tr("“{name}” is open in another window: choose another name.").format(
                    name=path.name
                ),
            )
            return False
        return self._write(path)

    def _write(self, path: Path) -> bool:
        self._controller.sync()
        project = self._document.project
        elsewhere = self._document.path != path
        if elsewhere and project.name in ("", Project().name):
            # A project that was never named takes the name of its file.
            project = project.with_(name=path.stem)
        # A process that is killed while it saves leaves the newest state here.
        self.keeper.keep_as(project, path)
        try:
            stamp = files.save(project, path)
        except NetbuilderError as error:
            self._complain(self.tr("The project cannot be saved"), error)
            return False
        self._document.saved(project, path)
        self.keeper.set_stamp(stamp)
        self.keeper.forget()
        if elsewhere:
            self.keeper.hold(self.keeper.lock_for(path))
        self._settings.add_recent(path)
        self.path_changed.emit()
        self.saved.emit(str(path))
        return True

    def may_discard(self) -> bool:
        """Ask what to do with unsaved changes; False when the user would rather stay."""
        self._controller.sync()
        if not self._document.modified:
            return True
        answer = ask(
            self._window,
            "save_changes",
            self.tr("Save the changes to “{name}”?").format(name=self._document.project.name),
            self.tr("Otherwise they are lost."),
            (
                Choice("save", self.tr("Save")),
                Choice("discard", self.tr("Discard"), Role.DestructiveRole),
                Choice("cancel", self.tr("Cancel"), Role.RejectRole),
            ),
            "cancel",
        )
        if answer == "save":
            return self.save()
        return answer == "discard"

    # ---- what others do -------------------------------------------------------------------------

    @Slot()
    def look_at_the_disk(self) -> None:
        """Ask what to do when another program has changed the file (when the window gets focus)."""
        busy = self._asking or QApplication.activeModalWidget() is not None
        path = self._document.path
        if busy or path is None or not self.keeper.news():
            return
        self._asking = True
        answer = ask(
            self._window,
            "changed",
            self.tr("“{name}” was changed by another program.").format(name=path.name),
            self.tr("Reload it, and lose the changes that you made here?")
            if self._document.modified
            else self.tr("Reload it, to see what that program wrote?"),
            (
                Choice("reload", self.tr("Reload")),
                Choice("keep", self.tr("Keep this one"), Role.RejectRole),
            ),
            "keep",
        )
        self._asking = False
        if answer == "reload":
            self._reload(path)

    # ---- helpers --------------------------------------------------------------------------------

    def _complain(self, what: str, error: NetbuilderError) -> None:
        tell(self._window, "error", what, str(error))

    def _filter(self) -> str:
        return self.tr("Netbuilder projects (*.json);;All files (*)")


def file_name(name: str) -> str:
    """A project's name as the name of a file."""
    kept = "".join("-" if c in '/\\:*?"<>|' else c for c in name).strip(" .")
    return kept or "network"
