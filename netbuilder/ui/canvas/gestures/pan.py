"""Pan: the middle button, or the left one with Space held."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt

from netbuilder.ui.canvas.gestures.gesture import Gesture


class Pan(Gesture):
    """Pushes the whole canvas along with the cursor."""

    def start(self, at: QPointF) -> None:
        """Close the hand."""
        super().start(at)
        self._scrolled = self._bars()
        self.view.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def move(self, at: QPointF) -> None:
        """Follow the cursor."""
        self._scroll_to(self._scrolled - (at - self._origin).toPoint())

    def finish(self, at: QPointF) -> None:
        """Open the hand."""
        self.move(at)
        self.view.reset_cursor()

    def cancel(self) -> None:
        """Back to where it began."""
        self._scroll_to(self._scrolled)
        self.view.reset_cursor()

    def _bars(self) -> QPoint:
        view = self.view
        return QPoint(view.horizontalScrollBar().value(), view.verticalScrollBar().value())

    def _scroll_to(self, place: QPoint) -> None:
        self.view.horizontalScrollBar().setValue(place.x())
        self.view.verticalScrollBar().setValue(place.y())
