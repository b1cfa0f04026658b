"""The canvas as screen readers see it: blocks, their ports, and wires as things of their own.

A QGraphicsView tells assistive technology nothing of what it shows. Here each block, port and wire
is an accessible child of the canvas with a name, a description, a state, a place on the screen and
actions. Qt asks for these objects only while assistive technology is at work.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QObject, QPoint, QRect, QRectF
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget

from netbuilder.project.model import Edge
from netbuilder.ui.canvas.graph import walk
from netbuilder.ui.canvas.port_item import Side

if TYPE_CHECKING:
    from netbuilder.ui.canvas.view import CanvasView

Role = QAccessible.Role
Text = QAccessible.Text
Maybe = Any  # an interface or None; Qt's type hints leave the None out
PRESS = "Press"
RENAME = "Rename"
DELETE = "Delete"


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
        """The block that keys go to."""
        view = self._view()
        place = self.focus_index()
        if view is None or not view.hasFocus() or place < 0:
            found: Maybe = super().focusChild()
            return found
        return self.child(place)


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


class BlockPart(Part):
    """A block; its ports are its children."""

    def __init__(self, view: CanvasView, above: QAccessibleInterface, name: str) -> None:
        super().__init__(view, above, name)
        self._node = name
        self._ports: dict[Side, PortPart] = {}

    def exists(self) -> bool:
        """Whether the block is on the canvas."""
        view = self.view
        return view is not None and self._node in view.canvas.blocks

    def name(self) -> str:
        """Its name, what it does, and its shapes."""
        view = self.view
        assert view is not None
        facts = view.canvas.blocks[self._node].facts
        return ", ".join(part for part in (facts.name, facts.subtitle) if part)

    def description(self) -> str:
        """Parameters, wires and problems."""
        view = self.view
        assert view is not None
        facts, project = view.canvas.blocks[self._node].facts, view.document.project
        parts = [facts.detail]
        for words, names in (
            (_tr("fed by {names}"), project.inputs_of(self._node)),
            (_tr("leads to {names}"), project.outputs_of(self._node)),
        ):
            if names:
                parts.append(words.format(names=", ".join(names)))
        if facts.frozen:
            parts.append(_tr("frozen"))
        parts += [p.text for p in facts.problems]
        return "; ".join(p for p in parts if p)

    def area(self) -> QRectF:
        """The card."""
        view = self.view
        assert view is not None
        return view.canvas.blocks[self._node].card_rect()

    def state(self) -> QAccessible.State:
        """Selected, focused, invalid while it has a problem."""
        state, view = QAccessible.State(), self.view
        if view is None or not self.exists():
            state.invalid = True
            return state
        chosen = view.selection
        state.selectable = state.focusable = state.multiSelectable = True
        state.selected = self._node in chosen
        state.focused = chosen == (self._node,) and view.hasFocus()
        state.invalid = bool(view.canvas.blocks[self._node].facts.problems)
        state.offscreen = (
            not view.viewport().rect().intersects(view.mapFromScene(self.area()).boundingRect())
        )
        return state

    def ports(self) -> list[PortPart]:
        """Input, then output; whichever it has."""
        view = self.view
        if view is None or not self.exists():
            return []
        found = []
        sides: tuple[Side, ...] = ("in", "out")
        for side in sides:
            if view.canvas.blocks[self._node].port(side) is not None:
                if side not in self._ports:
                    self._ports[side] = PortPart(view, self, self._node, side)
                found.append(self._ports[side])
        return found

    def childCount(self) -> int:  # noqa: N802
        """One or two ports."""
        return len(self.ports())

    def child(self, index: int) -> Maybe:
        """A port."""
        ports = self.ports()
        return ports[index] if 0 <= index < len(ports) else None

    def indexOfChild(self, child: QAccessibleInterface) -> int:  # noqa: N802
        """The place of a port."""
        return next((k for k, port in enumerate(self.ports()) if port is child), -1)

    def childAt(self, x: int, y: int) -> Maybe:  # noqa: N802
        """The port at a point of the screen."""
        return next((p for p in self.ports() if p.rect().contains(QPoint(x, y))), None)

    def actionNames(self) -> list[str]:  # noqa: N802
        """Select, rename, delete."""
        return [PRESS, RENAME, DELETE] if self.isValid() else []

    def doAction(self, name: str) -> None:  # noqa: N802
        """See above."""
        view = self.view
        if view is None or not self.isValid() or name not in self.actionNames():
            return
        self.press()
        if name == RENAME:
            view.rename_selected()
        elif name == DELETE:
            view.delete_selection()

    def press(self) -> None:
        """Select it and let keys go to it."""
        view = self.view
        if view is not None:
            view.setFocus()
            view.select((self._node,))
            view.keep_in_view((self._node,))


class PortPart(Part):
    """One end of a block."""

    role_of = Role.Button

    def __init__(
        self, view: CanvasView, above: QAccessibleInterface, node: str, side: Side
    ) -> None:
        super().__init__(view, above, (node, side))
        self._node, self._side = node, side

    def exists(self) -> bool:
        """Whether the block is on the canvas and has this port."""
        view = self.view
        block = view.canvas.blocks.get(self._node) if view is not None else None
        return block is not None and block.port(self._side) is not None

    def name(self) -> str:
        """Whose end it is."""
        words = _tr("Input of {name}") if self._side == "in" else _tr("Output of {name}")
        return words.format(name=self._node)

    def description(self) -> str:
        """What is wired to it."""
        view = self.view
        assert view is not None
        project = view.document.project
        ends = (project.inputs_of if self._side == "in" else project.outputs_of)(self._node)
        if not ends:
            return _tr("not wired")
        return _tr("wired to {names}").format(names=", ".join(ends))

    def area(self) -> QRectF:
        """The circle and what is round it."""
        view = self.view
        assert view is not None
        at = view.canvas.blocks[self._node].anchor(self._side)
        return QRectF(at.x() - 12, at.y() - 12, 24, 24)

    def state(self) -> QAccessible.State:
        """It is reached through its block."""
        state = QAccessible.State()
        state.selectable = True
        return state

    def press(self) -> None:
        """Select its block; from an output begin a wire by keys."""
        above, view = self.parent(), self.view
        if isinstance(above, BlockPart) and view is not None:
            above.press()
            if self._side == "out":
                view.wire_by_keys()


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
