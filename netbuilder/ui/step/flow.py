"""What runs along the lines of the drawn network when a stage begins: values, errors, changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QEasingCurve, QObject, QPointF, QVariantAnimation, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from netbuilder.ui.motion import motion

FLOW_MS = 600
MOST_TRACKS = 120  # more dots than that are but a cloud, and cost time


@dataclass(frozen=True)
class Track:
    """A dot that runs along a path from one share of it to another; `size` is its radius. With
    `widths` it is no dot but the line itself, which grows from one width to the other."""

    path: QPainterPath
    colour: QColor
    size: float = 0.0
    start: float = 0.0
    end: float = 1.0
    widths: tuple[float, float] | None = None

    def paint(self, painter: QPainter, share: float) -> None:
        """As it is after a share of the time."""
        if self.widths is not None:
            narrow, wide = self.widths
            colour = QColor(self.colour)
            colour.setAlphaF(0.7 * (1.0 - share))
            painter.setPen(QPen(colour, narrow + (wide - narrow) * share + 1.0 - share))
            painter.drawPath(self.path)
            return
        painter.setPen(QPen(QColor(self.colour), 0))
        painter.setBrush(self.colour)
        painter.drawEllipse(self.at(share), self.size, self.size)

    def at(self, share: float) -> QPointF:
        """Where the dot is."""
        return self.path.pointAtPercent(self.start + (self.end - self.start) * share)


class Flow(QObject):
    """Runs some tracks once. GUI thread only; nothing ticks while nothing moves."""

    moved = Signal()
    """What is in motion is elsewhere now, or gone."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tracks: tuple[Track, ...] = ()
        self.paused = False
        self._run = QVariantAnimation(self)
        self._run.setStartValue(0.0)
        self._run.setEndValue(1.0)
        self._run.setDuration(FLOW_MS)
        self._run.setEasingCurve(QEasingCurve.Type.InOutSine)
        self._run.valueChanged.connect(self._move)
        self._run.finished.connect(self.stop)
        motion().changed.connect(self._follow_motion)

    @property
    def share(self) -> float:
        """How far it has come, from 0 to 1."""
        return float(self._run.currentValue() or 0.0)

    @property
    def running(self) -> bool:
        """Whether something is under way, be it paused."""
        return bool(self.tracks)

    def start(self, tracks: Iterable[Track]) -> None:
        """Begin anew with these; nothing moves where motion is reduced or paused."""
        self.stop()
        if motion().reduced or self.paused:
            return
        self.tracks = tuple(tracks)[:MOST_TRACKS]
        if self.tracks:
            self._run.start()

    @Slot()
    def stop(self) -> None:
        """Everything stands at its end at once."""
        was_running, self.tracks = self.running, ()
        self._run.stop()
        if was_running:
            self.moved.emit()

    def set_paused(self, paused: bool) -> None:
        """Hold what moves where it is, or let it go on; nothing new starts meanwhile."""
        self.paused = paused
        state = self._run.state()
        if paused and state == QVariantAnimation.State.Running:
            self._run.pause()
        elif not paused and state == QVariantAnimation.State.Paused:
            self._run.resume()

    def paint(self, painter: QPainter) -> None:
        """All that moves, where it is now."""
        share = self.share
        for track in self.tracks:
            track.paint(painter, share)

    @Slot()
    def _move(self) -> None:
        if self.running:
            self.moved.emit()

    @Slot()
    def _follow_motion(self) -> None:
        if motion().reduced:
            self.stop()
