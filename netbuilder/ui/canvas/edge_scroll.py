"""The canvas scrolls by itself while something is dragged to its edge."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, QPointF, QTimer, Slot
from PySide6.QtWidgets import QGraphicsView

ZONE = 32.0  # pixels along each edge in which the canvas begins to move
FASTEST = 22.0  # pixels a tick
TICK = 16  # milliseconds


class EdgeScroll(QObject):
    """Scrolls while the cursor is in the zone, and calls `follow` with its place after each tick.

    A drag that comes in from outside begins in the zone; it must have left it once before the
    canvas moves, or every block from the palette would push it away.
    """

    def __init__(self, view: QGraphicsView, follow: Callable[[QPointF], None]) -> None:
        super().__init__(view)
        self._view = view
        self._follow = follow
        self._at = QPointF()
        self._ready = False
        self._timer = QTimer(self)
        self._timer.setInterval(TICK)
        self._timer.timeout.connect(self._tick)

    @property
    def scrolling(self) -> bool:
        """Whether the canvas is moving."""
        return self._timer.isActive()

    def begin(self, *, outside: bool) -> None:
        """A drag begins, inside the canvas or coming in from outside."""
        self._ready = not outside
        self._timer.stop()

    def lead(self, at: QPointF) -> None:
        """The cursor is here now (pixels of the viewport)."""
        self._at = at
        pull = self._pull()
        if pull.isNull():
            self._ready = True
            self._timer.stop()
        elif self._ready and not self._timer.isActive():
            self._timer.start()

    @Slot()
    def stop(self) -> None:
        """The drag is over."""
        self._timer.stop()

    def _pull(self) -> QPoint:
        area = self._view.viewport().rect()
        return QPoint(_force(self._at.x(), area.width()), _force(self._at.y(), area.height()))

    @Slot()
    def _tick(self) -> None:
        pull = self._pull()
        across, down = self._view.horizontalScrollBar(), self._view.verticalScrollBar()
        across.setValue(across.value() + pull.x())
        down.setValue(down.value() + pull.y())
        self._follow(self._at)


def _force(at: float, length: float) -> int:
    """How many pixels to scroll in a tick: none in the middle, more towards and past the edges."""
    zone = min(ZONE, length / 4)
    if at < zone:
        return -round(FASTEST * min((zone - at) / zone, 1.0))
    if at > length - zone:
        return round(FASTEST * min((at - length + zone) / zone, 1.0))
    return 0
