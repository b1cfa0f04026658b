"""What eyes read is shown a few times a second, however often it changes."""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakMethod

from PySide6.QtCore import QObject, QTimer, Slot

READING_MS = 200  # as often as a changing number can be read


class Seldom(QObject):
    """Calls `show`, a method, at once and then at most every so many milliseconds; the last call is
    never lost. GUI thread only."""

    def __init__(
        self, show: Callable[[], object], every: int = READING_MS, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        # Weakly: a widget that its own part holds would wait for the collector, which may come in
        # the middle of its painting.
        self._show = WeakMethod(show)
        self._due = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(every)
        self._pause.timeout.connect(self._go_on)

    def ask(self) -> None:
        """There is something new."""
        if self._pause.isActive():
            self._due = True
        else:
            self.now()

    def now(self) -> None:
        """Show it at once, whatever was shown when."""
        self._due = False
        self._pause.start()
        show = self._show()
        if show is not None:
            show()

    @Slot()
    def _go_on(self) -> None:
        if self._due:
            self.now()
