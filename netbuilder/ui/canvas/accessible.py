"""The canvas as screen readers see it: blocks, ports, neurons and wires as things of their own.

A QGraphicsView tells assistive technology nothing of what it shows. Here each block, port and wire
is an accessible child of the canvas with a name, a description, a state, a place on the screen and
actions. Qt asks for these objects only while assistive technology is at work.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget

from netbuilder.ui.canvas.accessible_block import BlockPart
from netbuilder.ui.canvas.accessible_part import Maybe, Part, Role
from netbuilder.ui.canvas.accessible_wire import WirePart
from netbuilder.ui.canvas.graph import walk

if TYPE_CHECKING:
    from netbuilder.ui.canvas.view import CanvasView

# Qt keeps bare pointers to these objects, so they must never go before Qt does. They hold the
# canvas weakly.
_kept: list[QAccessibleInterface] = []
_installed = False


def install() -> None:
    """Let Qt know how to describe a canvas; calling it again does nothing."""
    global _installed
    if not _installed:
        _installed = True
        QAccessible.installFactory(_make)


def _make(_class: str, thing: QObject) -> QAccessibleInterface | None:
    from netbuilder.ui.canvas.view import CanvasView

    if not isinstance(thing, CanvasView):
        return None
    made = CanvasAccessible(thing)
    _kept.append(made)
    return made


def tell_focus(view: CanvasView) -> None:
    """Tell assistive technology that another block is the one that keys go to."""
    if QAccessible.isActive() and view.hasFocus():
        known = QAccessible.queryAccessibleInterface(view)
        if isinstance(known, CanvasAccessible):
            news = QAccessibleEvent(view, QAccessible.Event.Focus)
            news.setChild(known.focus_index())
            QAccessible.updateAccessibility(news)


def tell_change(view: CanvasView) -> None:
    """Tell assistive technology that blocks or wires have come or gone."""
    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleEvent(view, QAccessible.Event.ObjectReorder))


class CanvasAccessible(QAccessibleWidget):
    """The canvas: its buttons, then the blocks along the network, then the wires."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view, Role.List)
        self._view = weakref.ref(view)
        self._parts: dict[object, Part] = {}

    def parts(self) -> list[Part]:
        """Blocks along the network, then wires; the same object for the same thing each time."""
        view = self._view()
        if view is None:
            return []
        project = view.document.project
        names = [n for n in walk(project) if n in view.canvas.blocks]
        found = [self._part(name, BlockPart, name) for name in names]
        return found + [self._part(edge, WirePart, edge) for edge in view.canvas.wires]

    def _part(self, key: object, cls: type[Part], *args: Any) -> Part:
        if key not in self._parts:
            view = self._view()
            assert view is not None
            self._parts[key] = cls(view, self, *args)
        return self._parts[key]

    def focus_index(self) -> int:
        """The place among the children of what keys go to; -1 for the canvas itself."""
        view = self._view()
        chosen = view.selection if view is not None else ()
        if len(chosen) != 1:
            return -1
        keys = [part.key for part in self.parts()]
        return super().childCount() + keys.index(chosen[0]) if chosen[0] in keys else -1

    def childCount(self) -> int:  # noqa: N802
        """Buttons, blocks and wires."""
        return int(super().childCount()) + len(self.parts())

    def child(self, index: int) -> Maybe:
        """One of them."""
        own = super().childCount()
        if index < own:
            found: Maybe = super().child(index)
            return found
        parts = self.parts()
        return parts[index - own] if index - own < len(parts) else None

    def indexOfChild(self, child: QAccessibleInterface) -> int:  # noqa: N802
        """Its place, -1 for a stranger."""
        for place, part in enumerate(self.parts()):
            if part is child:
                return int(super().childCount()) + place
        return int(super().indexOfChild(child))

    def childAt(self, x: int, y: int) -> Maybe:  # noqa: N802
        """What lies at a point of the screen."""
        for part in self.parts():
            if part.rect().contains(QPoint(x, y)):
                return part
        found: Maybe = super().childAt(x, y)
        return found

    def focusChild(self) -> Maybe:  # noqa: N802
        """The block that keys go to, or the neuron or weight inside it."""
        view = self._view()
        place = self.focus_index()
        inside = view.unfolding.hand.inside if view is not None and view.hasFocus() else None
        if inside is not None:
            block = self._part(inside[0], BlockPart, inside[0])
            neuron = block.neuron(inside[1]) if isinstance(block, BlockPart) else None
            if neuron is not None:
                return neuron
        if view is None or not view.hasFocus() or place < 0:
            found: Maybe = super().focusChild()
            return found
        return self.child(place)
