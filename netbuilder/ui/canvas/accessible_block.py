"""A block and its ports as screen readers see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPoint, QRectF
from PySide6.QtGui import QAccessible, QAccessibleInterface

from netbuilder.ui.canvas.accessible_neuron import NeuronPart
from netbuilder.ui.canvas.accessible_part import DELETE, PRESS, RENAME, Maybe, Part, Role
from netbuilder.ui.canvas.port_item import Side
from netbuilder.ui.canvas.unfolded_item import Spot

if TYPE_CHECKING:
    from netbuilder.ui.canvas.view import CanvasView


class BlockPart(Part):
    """A block; its ports are its children, and its neurons while they are shown."""

    def __init__(self, view: CanvasView, above: QAccessibleInterface, name: str) -> None:
        super().__init__(view, above, name)
        self._node = name
        self._ports: dict[Side, PortPart] = {}
        self._neurons: dict[int, NeuronPart] = {}

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

    def neurons(self) -> list[NeuronPart]:
        """Those that an unfolded block shows."""
        view = self.view
        item = (
            view.canvas.blocks[self._node].neurons if view is not None and self.exists() else None
        )
        if view is None or item is None:
            return []
        for unit in range(item.plan.rows):
            if unit not in self._neurons:
                self._neurons[unit] = NeuronPart(view, self, self._node, unit)
        return [self._neurons[unit] for unit in range(item.plan.rows)]

    def neuron(self, spot: Spot) -> Part | None:
        """The part of a neuron, or of one of its weights."""
        found = next((n for n in self.neurons() if n.unit == spot.unit), None)
        if found is None or spot.source is None:
            return found
        weights = found.weights()
        return weights[spot.source] if spot.source < len(weights) else None

    def parts(self) -> list[Part]:
        """Ports, then neurons."""
        return [*self.ports(), *self.neurons()]

    def childCount(self) -> int:  # noqa: N802
        """One or two ports, and the neurons."""
        return len(self.parts())

    def child(self, index: int) -> Maybe:
        """One of them."""
        parts = self.parts()
        return parts[index] if 0 <= index < len(parts) else None

    def indexOfChild(self, child: QAccessibleInterface) -> int:  # noqa: N802
        """Its place, -1 for a stranger."""
        return next((k for k, part in enumerate(self.parts()) if part is child), -1)

    def childAt(self, x: int, y: int) -> Maybe:  # noqa: N802
        """What lies at a point of the screen."""
        return next((p for p in self.parts() if p.rect().contains(QPoint(x, y))), None)

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


def _tr(text: str) -> str:
    return QCoreApplication.translate("Canvas", text)
