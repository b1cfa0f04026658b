"""The neurons and weights of an unfolded block as screen readers see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPoint, QRectF
from PySide6.QtGui import QAccessible, QAccessibleInterface

from netbuilder.ui.canvas.accessible_part import PRESS, Maybe, Part, Role, Text
from netbuilder.ui.canvas.unfolded_item import Spot, UnfoldedItem

if TYPE_CHECKING:
    from netbuilder.ui.canvas.view import CanvasView

EDIT = "Edit"
REACH = 4.0  # around the middle of a weight's line, units of the scene


class SpotPart(Part):
    """A neuron or a weight; `spot` tells which."""

    def __init__(
        self, view: CanvasView, above: QAccessibleInterface, node: str, spot: Spot
    ) -> None:
        super().__init__(view, above, (node, spot))
        self._node = node
        self.spot = spot

    def item(self) -> UnfoldedItem | None:
        """The inside of the block; None while it is folded."""
        view = self.view
        block = view.canvas.blocks.get(self._node) if view is not None else None
        return block.neurons if block is not None else None

    def exists(self) -> bool:
        """Whether it is shown."""
        item = self.item()
        if item is None or self.spot.unit >= item.plan.rows:
            return False
        return (self.spot.source or 0) < item.plan.columns

    def number(self) -> str:
        """Its bias or weight, in words; "" while it is not known."""
        from netbuilder.ui.canvas.unfolded_hand import number

        item = self.item()
        value = item.value(self.spot) if item is not None else None
        return "" if value is None else number(value)

    def text(self, kind: Text) -> str:
        """Name and description; the number is the value, too."""
        if kind == Text.Value and self.isValid():
            return self.number()
        return super().text(kind)

    def state(self) -> QAccessible.State:
        """Reached by the keys of its block."""
        state, view = QAccessible.State(), self.view
        if view is None or not self.exists():
            state.invalid = True
            return state
        state.selectable = True
        here = view.unfolding.hand.inside == (self._node, self.spot)
        state.selected = here
        state.focusable = True
        state.focused = here and view.hasFocus()
        return state

    def actionNames(self) -> list[str]:  # noqa: N802
        """Go to it, and set its number."""
        return [PRESS, EDIT] if self.isValid() else []

    def doAction(self, name: str) -> None:  # noqa: N802
        """See above."""
        view = self.view
        if view is None or not self.isValid() or name not in (PRESS, EDIT):
            return
        self.press()
        if name == EDIT:
            view.unfolding.hand.edit(self._node, self.spot)

    def keyBindingsForAction(self, name: str) -> list[str]:  # noqa: N802
        """The keys that do the same on the canvas."""
        return ["Return"] if name == EDIT else []

    def press(self) -> None:
        """Let the keys go to it."""
        view = self.view
        if view is not None and self.exists():
            view.setFocus()
            view.select((self._node,))
            view.unfolding.hand.go_to(self._node, self.spot)


class NeuronPart(SpotPart):
    """A neuron; its weights are its children."""

    def __init__(self, view: CanvasView, above: QAccessibleInterface, node: str, unit: int) -> None:
        super().__init__(view, above, node, Spot(unit))
        self.unit = unit
        self._weights: dict[int, WeightPart] = {}

    def name(self) -> str:
        """Which of which block."""
        return _tr("neuron {number} of {block}").format(number=self.unit + 1, block=self._node)

    def description(self) -> str:
        """Its bias and all its weights."""
        item, bias = self.item(), self.number()
        if item is None or item.weights is None:
            return _tr("not drawn yet")
        parts = [_tr("bias {value}").format(value=bias) if bias else _tr("no bias")]
        parts += [
            _tr("weight from {source} {value}").format(
                source=item.source_name(weight.source), value=weight.number()
            )
            for weight in self.weights()
        ]
        return "; ".join(parts)

    def area(self) -> QRectF:
        """Its square."""
        item = self.item()
        assert item is not None
        return item.mapRectToScene(item.plan.cell(self.unit))

    def weights(self) -> list[WeightPart]:
        """Those that are shown, one for each input."""
        item, view = self.item(), self.view
        if item is None or view is None or not self.exists():
            return []
        for k in range(item.plan.columns):
            if k not in self._weights:
                self._weights[k] = WeightPart(view, self, self._node, Spot(self.unit, k))
        return [self._weights[k] for k in range(item.plan.columns)]

    def childCount(self) -> int:  # noqa: N802
        """The weights."""
        return len(self.weights())

    def child(self, index: int) -> Maybe:
        """One of them."""
        weights = self.weights()
        return weights[index] if 0 <= index < len(weights) else None

    def indexOfChild(self, child: QAccessibleInterface) -> int:  # noqa: N802
        """Its place, -1 for a stranger."""
        return next((k for k, weight in enumerate(self.weights()) if weight is child), -1)

    def childAt(self, x: int, y: int) -> Maybe:  # noqa: N802
        """The weight at a point of the screen."""
        return next((w for w in self.weights() if w.rect().contains(QPoint(x, y))), None)


class WeightPart(SpotPart):
    """A weight of a neuron."""

    role_of = Role.StaticText

    @property
    def source(self) -> int:
        """The input that it belongs to."""
        return self.spot.source or 0

    def name(self) -> str:
        """From where to where."""
        item = self.item()
        return _tr("weight from {source} to neuron {number} of {block}").format(
            source=item.source_name(self.source) if item is not None else self.source + 1,
            number=self.spot.unit + 1,
            block=self._node,
        )

    def description(self) -> str:
        """Its value."""
        return self.number() or _tr("not drawn yet")

    def area(self) -> QRectF:
        """Round the middle of its line."""
        item = self.item()
        assert item is not None
        at = item.plan.curves[self.source, self.spot.unit].pointAtPercent(0.5)
        box = QRectF(at.x() - REACH, at.y() - REACH, 2 * REACH, 2 * REACH)
        return item.mapRectToScene(box)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Canvas", text)
