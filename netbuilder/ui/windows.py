"""All windows of the process: each has a document, a controller and a thread of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QLocale, QObject, QPoint, QTimer, Slot
from PySide6.QtWidgets import QApplication, QWidget

from netbuilder.project.document import Document
from netbuilder.project.recovery import Record, Recovery
from netbuilder.ui.questions import Choice, Role, ask
from netbuilder.ui.settings import AppSettings
from netbuilder.ui.theme import theme

if TYPE_CHECKING:
    from netbuilder.ui.main_window import MainWindow

CASCADE = 28  # pixels by which a new window stands off the one before


class Windows(QObject):
    """Opens windows, finds them, and restores what a crash left behind. GUI thread.

    `make` builds a window. `folder` is the program's own, for unsaved changes and locks; None does
    without (in tests).
    """

    def __init__(
        self,
        settings: AppSettings,
        make: Callable[[Document | None, AppSettings, Windows], MainWindow],
        folder: Path | None = None,
    ) -> None:
        super().__init__()
        self._settings = settings
        self._make = make
        self.folder = folder
        self.open: list[MainWindow] = []
        self._closed: list[MainWindow] = []

    def add(self, window: MainWindow) -> None:
        """A window was made."""
        self.open.append(window)

    def remove(self, window: MainWindow) -> None:
        """A window was closed; Qt ends the program after the last."""
        if window in self.open:
            self.open.remove(window)
            self._closed.append(window)  # it is still at work on its own end
            if self.open:
                window.deleteLater()
                QTimer.singleShot(0, self._let_go)

    @Slot()
    def _let_go(self) -> None:
        self._closed.clear()

    def open_new(self, beside: QWidget | None = None) -> MainWindow:
        """A new, empty window, shown a little off another one."""
        window = self._make(None, self._settings, self)
        theme().dress()
        if beside is not None:
            window.resize(beside.size())
            window.move(beside.pos() + QPoint(CASCADE, CASCADE))
        window.show()
        return window

    def showing(self, path: Path) -> MainWindow | None:
        """The window that shows a file."""
        wanted = path.resolve()
        for window in self.open:
            shown = window.document.path
            if shown is not None and shown.resolve() == wanted:
                return window
        return None

    @staticmethod
    def raise_(window: QWidget) -> None:
        """Bring a window to the front."""
        if window.isMinimized():
            window.showNormal()
        window.raise_()
        window.activateWindow()

    def quit(self) -> None:
        """Close all windows; one whose changes are not to be lost stays, and those behind it."""
        for window in reversed(list(self.open)):
            if window.document.modified:
                self.raise_(window)  # it will ask
            if not window.close():
                return

    # ---- after a crash --------------------------------------------------------------------------

    @Slot()
    def offer_recovery(self) -> None:
        """Ask about everything that an earlier process left unsaved."""
        if self.folder is None or not self.open:
            return
        for left in Recovery(self.folder).left_behind():
            here = self._current()
            answer = ask(
                here,
                "recovery",
                self.tr("Restore the changes to “{name}” from {time}?").format(
                    name=left.record.project.name, time=_when(left.record.kept)
                ),
                self._origin(left.record),
                (
                    Choice("restore", self.tr("Restore")),
                    Choice("discard", self.tr("Discard"), Role.DestructiveRole),
                    Choice("later", self.tr("Ask me later"), Role.RejectRole),
                ),
                "later",
            )
            if answer == "later":
                left.leave()
                continue
            if answer == "restore":
                here.files.restore(left.record)
            left.discard()

    def _origin(self, record: Record) -> str:
        ended = self.tr("Netbuilder ended before they were saved")
        if record.path is None:
            return self.tr("{ended}; the project was in no file yet.").format(ended=ended)
        return self.tr("{ended} to {path}.").format(ended=ended, path=record.path)

    # ---- an unforeseen error --------------------------------------------------------------------

    def report_crash(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Keep all changes safe and tell in the window that is in use."""
        for window in self.open:
            window.files.keeper.keep()
        if self.open:
            self._current().report_crash(kind, error, trace)

    def _current(self) -> MainWindow:
        active = QApplication.activeWindow()
        return next((w for w in self.open if w is active), self.open[0])


def _when(moment: datetime) -> str:
    """The time of day, with the date unless it is today."""
    here = moment.astimezone()
    time = f"{here:%H:%M}"
    if here.date() == datetime.now().astimezone().date():
        return time
    day = QLocale().toString(QDate(here.year, here.month, here.day), QLocale.FormatType.ShortFormat)
    return f"{day}, {time}"
