"""Rubber band: select what a rectangle touches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from netbuilder.ui.canvas.gestures.gesture import Gesture
from netbuilder.ui.canvas.ghost_item import GhostItem

if TYPE_CHECKING:
    from netbuilder.ui.canvas.gesture_view import GestureView


class RubberBand(Gesture):
    """Begins on empty canvas; with Ctrl or Shift it adds to the selection."""

    quiet = True

    def __init__(self, view: GestureView, adding: bool) -> None:
        super().__init__(view)
        self._adding = adding
        self._ghost: GhostItem | None = None

    @property
    def scrolls(self) -> bool:
        """A band may reach further than what is in view."""
        return self._ghost is not None

    def start(self, at: QPointF) -> None:
        """Remember what is selected; a plain press selects nothing."""
        super().start(at)
        self._from = self.view.scene_point(at)
        self._blocks = self.scene.selected_blocks()
        self._wires = self.scene.selected_wires()
        if not self._adding:
            self.view.set_selection(())

    def move(self, at: QPointF) -> None:
        """Span the band and select what it touches."""
        if self._ghost is None:
            if not self._is_drag(at):
                return
            self._ghost = GhostItem()
            self.scene.addItem(self._ghost)
        band = QRectF(self._from, self.view.scene_point(at)).normalized()
        self._ghost.show_band(band)
        kept = self._blocks if self._adding else ()
        touched = [n for n, b in self.scene.blocks.items() if b.card_rect().intersects(band)]
        self.view.set_selection({*kept, *touched}, self._wires if self._adding else ())

    def finish(self, at: QPointF) -> None:
        """The selection stays."""
        self._end()

    def cancel(self) -> None:
        """What was selected before is so again."""
        self._end()
        self.view.set_selection(self._blocks, self._wires)

    def _end(self) -> None:
        if self._ghost is not None:
            self.scene.removeItem(self._ghost)
            self._ghost = None
