"""When the window looks at the run, and when it works alone. GUI thread only."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot

from netbuilder.training.thread import SNAPSHOT_SHARE, TrainingThread

FRAME_MS = 33  # thirty looks a second, where they cost little
LONGEST_MS = 250
GUI_SHARE = 0.06  # of the time at most goes into frames
LOOK_SHARE = 0.08  # and into frames and the snapshots that they show, where those are dear
SMOOTH = 0.2  # weight of the newest frame in the mean cost


class FrameClock(QObject):
    """Looks at the run regularly, less often on a machine where a frame costs more.

    Two threads that want the interpreter at the same time slow each other down by more than their
    work. So the trainer waits at its gate while a frame is made: from `hold` until everything is
    painted after the last `release`. What frames leave of their share of the time is for snapshots:
    those of a large network cost more than their picture.
    """

    def __init__(
        self, thread: TrainingThread, look: Callable[[], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._thread = thread
        self._held = 0
        self._began = 0.0
        self._cost = 0.0  # seconds of processor time, a running mean
        self._gap = 1.0  # seconds from one frame to the next, a running mean
        self._last = time.monotonic()
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(look)

    def start(self) -> None:
        """Look from now on."""
        if not self._timer.isActive():
            self._timer.start()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()

    @property
    def cost(self) -> float:
        """Seconds of processor time that a frame takes, a running mean."""
        return self._cost

    @property
    def interval(self) -> int:
        """Milliseconds between two looks."""
        return self._timer.interval()

    def hold(self) -> None:
        """A frame begins, or a part of it: the trainer waits."""
        if not self._held:
            self._thread.close_gate()
            self._began = time.thread_time()
        self._held += 1

    def release(self) -> None:
        """The part is done; what it has to paint is painted first."""
        QTimer.singleShot(0, self, self._let_go)

    @Slot()
    def _let_go(self) -> None:
        self._held -= 1
        if self._held:
            return
        self._thread.open_gate()
        # Processor time: what other programs take from this one says nothing about a frame.
        # The first of a run makes fonts and pictures; it is not to slow those behind it down.
        spent = min(time.thread_time() - self._began, GUI_SHARE * LONGEST_MS / 1000)
        self._cost += SMOOTH * (spent - self._cost)
        now = time.monotonic()
        self._gap += SMOOTH * (now - self._last - self._gap)
        self._last = now
        used = min(self._cost / max(self._gap, 1e-3), GUI_SHARE)
        self._thread.snapshot_share = max(LOOK_SHARE - used, SNAPSHOT_SHARE)
        wanted = min(max(FRAME_MS, round(1000 * self._cost / GUI_SHARE)), LONGEST_MS)
        if abs(wanted - self._timer.interval()) > 0.2 * self._timer.interval():
            self._timer.setInterval(wanted)
