"""A wire as screen readers see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QRectF
from PySide6.QtGui import QAccessible, QAccessibleInterface

from netbuilder.project.model import Edge
from netbuilder.ui.canvas.accessible_part import DELETE, PRESS, Part, Role

if TYPE_CHECKING:
    from netbuilder.ui.canvas.view import CanvasView


class WirePart(Part):
    """A wire."""

    role_of = Role.Indicator

    def __init__(self, view: CanvasView, above: QAccessibleInterface, edge: Edge) -> None:
        super().__init__(view, above, edge)
        self._edge = edge

    def exists(self) -> bool:
        """Whether it is drawn."""
        view = self.view
        return view is not None and self._edge in view.canvas.wires

    def name(self) -> str:
        """From where to where."""
        return _tr("Wire from {source} to {target}").format(
            source=self._edge[0], target=self._edge[1]
        )

    def area(self) -> QRectF:
        """Its frame."""
        view = self.view
        assert view is not None
        return view.canvas.wires[self._edge].sceneBoundingRect()

    def state(self) -> QAccessible.State:
        """Selected or not."""
        state, view = QAccessible.State(), self.view
        state.selectable = True
        if view is not None:
            state.selected = self._edge in view.canvas.selected_wires()
        return state

    def actionNames(self) -> list[str]:  # noqa: N802
        """Select and delete."""
        return [PRESS, DELETE] if self.isValid() else []

    def doAction(self, name: str) -> None:  # noqa: N802
        """See above."""
        view = self.view
        if view is None or not self.isValid() or name not in self.actionNames():
            return
        self.press()
        if name == DELETE:
            view.delete_selection()

    def press(self) -> None:
        """Select it."""
        view = self.view
        if view is not None:
            view.setFocus()
            view.set_selection((), (self._edge,))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Canvas", text)
