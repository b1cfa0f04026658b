"""Draw a wire with keys: arrows choose where it ends, Enter connects, Esc leaves off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPointF, Qt

from netbuilder.ui.canvas.bubble import announce
from netbuilder.ui.canvas.gestures.gesture import Gesture
from netbuilder.ui.canvas.ghost_item import GhostItem
from netbuilder.ui.canvas.graph import legal_ends, walk
from netbuilder.ui.canvas.plan import connect
from netbuilder.ui.canvas.port_item import Side

if TYPE_CHECKING:
    from netbuilder.ui.canvas.gesture_view import GestureView

GLOW = 0.8
_NEXT = (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Tab)
_BACK = (Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Backtab)


class KeyWire(Gesture):
    """From one block; only what it may be wired to is offered, along the network.

    A block without an output (a loss) is wired backwards.
    """

    by_keys = True

    def __init__(self, view: GestureView, name: str) -> None:
        super().__init__(view)
        project = view.document.project
        self._node = name
        self._side: Side = "out" if project.node(name).operation.has_output else "in"
        self._far: Side = "in" if self._side == "out" else "out"
        legal = legal_ends(project, name, self._side)
        self._ends = [n for n in walk(project) if n in legal]
        self._place = self._first()
        self._ghost = GhostItem()

    @property
    def ends(self) -> tuple[str, ...]:
        """What may be chosen, along the network."""
        return tuple(self._ends)

    @property
    def end(self) -> str:
        """What is chosen now."""
        return self._ends[self._place]

    def start(self, at: QPointF) -> None:
        """Dim the rest and offer the likeliest end."""
        super().start(at)
        for name, block in self.scene.blocks.items():
            if name in self._ends:
                block.set_lit(self._far, True)
            elif name != self._node:
                block.set_dimmed(True)
        self.scene.addItem(self._ghost)
        self._show()

    def key(self, key: int) -> bool:
        """Choose another end, or connect."""
        if key in _NEXT or key in _BACK:
            self.scene.blocks[self.end].set_pulse(0.0)
            self._place = (self._place + (1 if key in _NEXT else -1)) % len(self._ends)
            self._show()
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.view.finish_gesture()
            return True
        return False

    def finish(self, at: QPointF) -> None:
        """Connect to what is chosen."""
        end = self.end
        self._leave()
        self.view.push(connect(self.scene.project, *self._edge(end)))

    def cancel(self) -> None:
        """Nothing was wired."""
        self._leave()

    def _edge(self, other: str) -> tuple[str, str]:
        return (self._node, other) if self._side == "out" else (other, self._node)

    def _first(self) -> int:
        """The nearest end that has no wire yet; otherwise the nearest of all."""
        project = self.scene.project
        here = self.scene.blocks[self._node].pos()
        taken = {e[1 if self._far == "in" else 0] for e in project.edges}

        def far(place: int) -> tuple[bool, bool, float]:
            name = self._ends[place]
            away = self.scene.blocks[name].pos() - here
            behind = (away.x() < 0) == (self._side == "out")
            return (name in taken, behind, abs(away.x()) + abs(away.y()))

        return min(range(len(self._ends)), key=far, default=0)

    def _show(self) -> None:
        view, block = self.view, self.scene.blocks[self.end]
        view.keep_in_view((self.end,))
        here = self.scene.blocks[self._node].anchor(self._side)
        there = block.anchor(self._far)
        self._ghost.show_wires((here, there) if self._side == "out" else (there, here))
        block.set_pulse(GLOW)
        source, target = self._edge(self.end)
        words = _tr("{source} → {target}").format(source=source, target=target)
        gone = connect(self.scene.project, source, target).replacing
        if gone:
            words += _tr(", instead of the wire from '{name}'").format(name=gone[0][0])
        hint = _tr("Arrows choose · Enter connects · Esc leaves off")
        view.bubble.tell(f"{words}\n{hint}", view.mapFromScene(block.card_rect().bottomLeft()))
        announce(view, words)

    def _leave(self) -> None:
        self.view.bubble.hide()
        for block in self.scene.blocks.values():
            block.set_dimmed(False)
            block.set_lit(self._far, False)
            block.set_pulse(0.0)
        self.scene.removeItem(self._ghost)


def _tr(text: str) -> str:
    return QCoreApplication.translate("KeyWire", text)
