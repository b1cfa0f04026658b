"""What everything has in common that the canvas shows to assistive technology."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget

if TYPE_CHECKING:
    from netbuilder.ui.canvas.view import CanvasView

Role = QAccessible.Role
Text = QAccessible.Text
Maybe = Any  # an interface or None; Qt's type hints leave the None out
PRESS = "Press"
RENAME = "Rename"
DELETE = "Delete"


class Part(QAccessibleWidget):
    """Something that the canvas shows. It borrows the viewport, and every answer is its own."""

    role_of: Role = Role.ListItem

    def __init__(self, view: CanvasView, above: QAccessibleInterface, key: object) -> None:
        super().__init__(view.viewport(), self.role_of)
        self._view = weakref.ref(view)
        self._above = weakref.ref(above)
        self.key = key

    # ---- what each kind says of itself -----------------------------------------------------------

    def name(self) -> str:
        """What it is called."""
        raise NotImplementedError

    def description(self) -> str:
        """What else there is to say."""
        return ""

    def area(self) -> QRectF:
        """Where it is in the scene."""
        raise NotImplementedError

    def exists(self) -> bool:
        """Whether the network still has it."""
        raise NotImplementedError

    # ---- what Qt asks ----------------------------------------------------------------------------

    @property
    def view(self) -> CanvasView | None:
        """The canvas, while there is one."""
        return self._view()

    def isValid(self) -> bool:  # noqa: N802
        """Whether it is there."""
        return self._view() is not None and self.exists()

    def object(self) -> Any:
        """No QObject stands for it."""
        return None

    def parent(self) -> Maybe:
        """The canvas, or the block of a port."""
        return self._above()

    def childCount(self) -> int:  # noqa: N802
        """Blocks have ports."""
        return 0

    def child(self, index: int) -> Maybe:
        """None, except for blocks."""
        return None

    def indexOfChild(self, child: QAccessibleInterface) -> int:  # noqa: N802
        """-1, except for blocks."""
        return -1

    def childAt(self, x: int, y: int) -> Maybe:  # noqa: N802
        """Nothing inside, except for blocks."""
        return None

    def focusChild(self) -> Maybe:  # noqa: N802
        """Nothing inside takes the focus."""
        return None

    def relations(self, match: Any = None) -> list[Any]:
        """None beyond those of the tree."""
        return []

    def text(self, kind: Text) -> str:
        """Name and description."""
        if not self.isValid():
            return ""
        if kind == Text.Name:
            return self.name()
        return self.description() if kind == Text.Description else ""

    def rect(self) -> QRect:
        """Where it is on the screen."""
        view = self.view
        if view is None or not self.exists():
            return QRect()
        shown = view.mapFromScene(self.area()).boundingRect()
        return QRect(view.viewport().mapToGlobal(shown.topLeft()), shown.size())

    def role(self) -> Role:
        """What kind of thing it is."""
        return self.role_of

    def actionNames(self) -> list[str]:  # noqa: N802
        """What can be done with it."""
        return [PRESS] if self.isValid() else []

    def doAction(self, name: str) -> None:  # noqa: N802
        """Do that."""
        if name == PRESS and self.isValid():
            self.press()

    def keyBindingsForAction(self, name: str) -> list[str]:  # noqa: N802
        """The keys that do the same on the canvas."""
        return {DELETE: ["Del"], RENAME: ["F2"]}.get(name, [])

    def press(self) -> None:
        """Select it."""
        raise NotImplementedError
