"""What every mouse gesture on the canvas is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from netbuilder.ui.canvas.gesture_view import GestureView


class Gesture:
    """Begins with a press, ends with a release or with Esc, and changes the document at most once.

    Points are pixels of the viewport. Until `finish` only pictures move; `cancel` leaves everything
    as it was before `start`.
    """

    quiet = False  # True: the view tells of a changed selection only at the end
    by_keys = False  # True: no button is held, and the mouse ends it

    def __init__(self, view: GestureView) -> None:
        self.view = view
        self.scene = view.canvas
        self._origin = QPointF()

    @property
    def scrolls(self) -> bool:
        """Whether the canvas scrolls by itself when the cursor comes to its edge."""
        return False

    def start(self, at: QPointF) -> None:
        """The button went down."""
        self._origin = at

    def move(self, at: QPointF) -> None:
        """The cursor moved with the button held."""

    def key(self, key: int) -> bool:
        """A key was pressed meanwhile; False for one that means nothing to the gesture."""
        return False

    def finish(self, at: QPointF) -> None:
        """The button was released: carry it out."""

    def cancel(self) -> None:
        """Esc: as if nothing had happened."""

    def _is_drag(self, at: QPointF) -> bool:
        # Hands tremble: a click must not move a block by a pixel.
        return (at - self._origin).manhattanLength() >= QApplication.startDragDistance()
