"""What keys do on the canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent

from netbuilder.ui.canvas.commands import Nudge
from netbuilder.ui.canvas.graph import walk

if TYPE_CHECKING:
    from netbuilder.ui.canvas.view import CanvasView

NUDGE = 8.0
_ARROWS: dict[int, QPointF] = {
    Qt.Key.Key_Left: QPointF(-NUDGE, 0),
    Qt.Key.Key_Right: QPointF(NUDGE, 0),
    Qt.Key.Key_Up: QPointF(0, -NUDGE),
    Qt.Key.Key_Down: QPointF(0, NUDGE),
}
_PLAIN = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier


def press(view: CanvasView, event: QKeyEvent) -> bool:
    """Do what the key says; False for one that means nothing here."""
    key = event.key()
    if key == Qt.Key.Key_Escape:
        return escape(view)
    if view.busy:
        return view.gesture_key(key)
    if event.text() == "/":  # whatever keys it takes on this keyboard
        view.quick_add()
        return True
    if event.modifiers() not in _PLAIN:
        return False
    if key in _ARROWS:
        return nudge(view, _ARROWS[key])
    if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
        view.delete_selection()
        return True
    if key == Qt.Key.Key_F2:
        view.rename_selected()
        return True
    if key == Qt.Key.Key_W:
        view.wire_by_keys()
        return True
    if key == Qt.Key.Key_F:
        view.fit()
        return True
    return False


def escape(view: CanvasView) -> bool:
    """Cancel the gesture; without one, select nothing."""
    if view.busy:
        view.cancel_gesture()
        return True
    if view.selection or view.canvas.selected_wires():
        view.set_selection(())
        return True
    return False


def nudge(view: CanvasView, by: QPointF) -> bool:
    """Move the selected blocks a little; a run of strokes is one undo step."""
    if not view.selection:
        return False
    project = view.document.project
    places = {name: project.node(name).position for name in view.selection}
    view.push(Nudge({name: (x + by.x(), y + by.y()) for name, (x, y) in places.items()}))
    view.keep_in_view(view.selection)
    return True


def step(view: CanvasView, forward: bool) -> bool:
    """Select the next block along the network; False at its end, so that Tab can leave.

    While a wire is drawn by keys, Tab chooses its end.
    """
    if view.wiring_by_keys:
        return view.gesture_key(Qt.Key.Key_Tab if forward else Qt.Key.Key_Backtab)
    order = walk(view.document.project)
    if not order:
        return False
    places = [order.index(name) for name in view.selection]
    if not places:
        place = 0 if forward else len(order) - 1
    else:
        place = max(places) + 1 if forward else min(places) - 1
    if not 0 <= place < len(order):
        return False
    view.select((order[place],))
    view.keep_in_view((order[place],))
    return True
