"""Layers of the canvas that show their neurons: which do, and the room that it takes.

Which blocks are unfolded belongs to the window, not to the document; only the room that they need
is a change of the document.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from netbuilder.project.commands import Command, MoveNodes
from netbuilder.project.document import Change
from netbuilder.project.model import Position
from netbuilder.ui.canvas.scene import renamed
from netbuilder.ui.canvas.unfolded_hand import NeuronHand
from netbuilder.ui.canvas.unfolded_room import Block, Extent, MakeRoom, Shift, grown, taken_back

if TYPE_CHECKING:
    from netbuilder.ui.canvas.view import CanvasView

REMEMBERED = 200  # steps of unfolding whose way back is known


class Unfolding(QObject):
    """Unfolds and folds the blocks of one view; `hand` works inside them."""

    changed = Signal()
    """Other neurons than before are shown, or others can be seen."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self._scene = view.canvas
        self._shifts: dict[str, Shift] = {}
        self._steps: list[tuple[MakeRoom, dict[str, Shift]]] = []
        self._own = False  # the change of the document that comes is ours
        self._sizes: dict[str, Extent] = {}  # of the unfolded blocks, when all was at rest
        self._done: Command | None = None  # what may have let one of them grow
        self.hand = NeuronHand(view)
        self.hand.toggled.connect(self.toggle)
        self.hand.toggle_key.connect(self.toggle_selection)
        self.hand.seen.connect(self.changed)
        view.document.watch(self._follow)

    # ---- which are unfolded ----------------------------------------------------------------------

    @property
    def unfolded(self) -> tuple[str, ...]:
        """The blocks that show their neurons."""
        return tuple(n for n, b in self._scene.blocks.items() if b.neurons is not None)

    @property
    def foldable(self) -> tuple[str, ...]:
        """The blocks that can."""
        return tuple(n for n, b in self._scene.blocks.items() if b.facts.neurons)

    def visible(self) -> tuple[str, ...]:
        """The unfolded blocks of which something can be seen now."""
        view = self._view
        if not view.isVisible() or view.window().isMinimized():
            return ()
        seen = view.mapToScene(view.viewport().rect()).boundingRect()
        blocks = self._scene.blocks
        return tuple(n for n in self.unfolded if blocks[n].card_rect().intersects(seen))

    @Slot()
    def toggle_selection(self) -> None:
        """Unfold the selected layers; fold them if all are unfolded already."""
        names = [n for n in self._view.selection if n in self.foldable]
        if not names:
            self._view.say(self.tr("Select a Dense block with an input: it can show its neurons."))
            return
        shown = self.unfolded
        self.set_unfolded(names, not all(n in shown for n in names))

    @Slot(str)
    def toggle(self, name: str) -> None:
        """Unfold a block; fold it if it is unfolded."""
        if name in self._scene.blocks:
            self.set_unfolded((name,), not self._scene.blocks[name].unfolded)

    @Slot()
    def unfold_all(self) -> None:
        """Show the neurons of all layers."""
        self.set_unfolded(self.foldable, True)

    @Slot()
    def fold_all(self) -> None:
        """Hide all neurons."""
        self.set_unfolded(self.unfolded, False)

    def set_unfolded(self, names: Iterable[str], unfold: bool) -> None:
        """Unfold or fold these blocks; whatever must move for it does so in one undo step."""
        blocks = self._scene.blocks
        able = self.foldable
        wanted = [n for n in names if n in blocks and n in able and blocks[n].unfolded != unfold]
        if not wanted:
            return
        self.hand.leave_all()
        document = self._view.document
        last = self._steps[-1] if self._steps else None
        if not unfold and last is not None and document.undo_command is last[0]:
            step = last[0]
            if step.unfold and set(step.names) == set(wanted):
                document.undo()  # as if it had never been unfolded
                return
        before = {n.id: n.position for n in document.project.nodes}
        shifts: dict[str, Shift] = {}
        if unfold:
            wanted.sort(key=lambda n: before[n])
            after = self._made_room(wanted, before, shifts)
        else:
            wanted.sort(key=lambda n: -list(self._shifts).index(n) if n in self._shifts else 1)
            after = self._room_back(wanted, before, shifts)
        moved = {n: p for n, p in after.items() if p != before[n]}
        self._apply(wanted, unfold, shifts)
        if moved:
            command = MakeRoom(moved, names=tuple(wanted), unfold=unfold)
            self._own = True
            done = self._view.push(command)
            self._own = False
            if done:
                self._steps = [*self._steps[-REMEMBERED:], (command, shifts)]
        self._relaid(wanted)

    def _made_room(
        self, names: Sequence[str], places: dict[str, tuple[float, float]], shifts: dict[str, Shift]
    ) -> dict[str, tuple[float, float]]:
        items = self._scene.blocks
        room = {n: Block(*places[n], *items[n].size) for n in places if n in items}
        for name in names:
            here = {n: (b.x, b.y) for n, b in room.items()}
            moved = grown(room, name, items[name].size_if(True))
            shifts[name] = Shift({n: here[n] for n in moved}, moved)
        return {**places, **{n: (b.x, b.y) for n, b in room.items()}}

    def _room_back(
        self, names: Sequence[str], places: dict[str, tuple[float, float]], shifts: dict[str, Shift]
    ) -> dict[str, tuple[float, float]]:
        items, after = self._scene.blocks, dict(places)
        room = {n: Block(*places[n], *items[n].size) for n in places if n in items}
        for name in names:
            shift = self._shifts.get(name)
            room[name].width, room[name].height = items[name].size_if(False)
            if shift is None:
                continue
            shifts[name] = shift
            back = taken_back(shift, after)
            there = {n: Block(*back.get(n, after[n]), b.width, b.height) for n, b in room.items()}
            if _crowded(there, room):
                continue  # something stands there now: all stay where they are
            room = there
            after.update(back)
        return after

    def _apply(self, names: Iterable[str], unfold: bool, shifts: dict[str, Shift]) -> None:
        for name in names:
            if name in self._scene.blocks:
                self._scene.blocks[name].set_unfolded(unfold)
            if unfold:
                if name in shifts:
                    self._shifts[name] = shifts[name]
            else:
                self._shifts.pop(name, None)

    def _measure(self) -> dict[str, Extent]:
        return {n: self._scene.blocks[n].size for n in self.unfolded}

    @Slot()
    def _make_more_room(self) -> None:
        """A layer with more units is larger: its neighbours move aside, in the same step."""
        before, self._sizes = self._sizes, self._measure()
        done, self._done = self._done, None
        document = self._view.document
        if done is None or document.undo_command is not done:
            return
        blocks, names = self._scene.blocks, [n for n in before if n in self._sizes]
        larger = [
            n
            for n in names
            if any(new > old for new, old in zip(self._sizes[n], before[n], strict=True))
        ]
        room = {
            n.id: Block(*n.position, *(before[n.id] if n.id in larger else blocks[n.id].size))
            for n in document.project.nodes
            if n.id in blocks
        }
        moved: dict[str, Position] = {}
        for name in larger:
            moved.update(grown(room, name, self._sizes[name]))
        if moved:
            document.extend(MoveNodes(moved))
            self._scene.lay_wires(moved)

    def _relaid(self, names: Iterable[str]) -> None:
        self._sizes = self._measure()
        present = [n for n in names if n in self._scene.blocks]
        self._scene.lay_wires(present)
        if present:
            self._view.keep_in_view(present)
        self.changed.emit()

    def _follow(self, change: Change) -> None:
        """Undo and redo of a step that made room fold and unfold as well."""
        if self._sizes and change.cause != "weights":
            if change.cause == "do" and change.structure:
                self._done = self._view.document.undo_command
            # When all have followed the change, and no watcher is still to hear of it.
            QTimer.singleShot(0, self, self._make_more_room)
        for old, new in renamed(change.before, change.after).items():
            if old in self._shifts:
                self._shifts[new] = self._shifts.pop(old)
        if change.cause == "load":
            self._shifts, self._steps = {}, []
            self.hand.leave_all()
            if not self.unfolded:
                return
            for block in self._scene.blocks.values():
                block.set_unfolded(False)
            self._scene.lay_wires(self._scene.blocks)
            self._view.fit()
            self.changed.emit()
            return
        if change.structure:
            self.hand.leave_all()
        if self._own or change.cause not in ("undo", "redo"):
            return
        document = self._view.document
        command = document.redo_command if change.cause == "undo" else document.undo_command
        if isinstance(command, MakeRoom):
            shifts = next((s for c, s in self._steps if c is command), {})
            self.hand.leave_all()
            self._apply(command.names, command.unfold == (change.cause == "redo"), shifts)
            self._relaid(command.names)


def _crowded(there: dict[str, Block], before: dict[str, Block]) -> bool:
    """Whether blocks would overlap that did not."""
    names = list(there)
    moved = {n for n in names if (there[n].x, there[n].y) != (before[n].x, before[n].y)}
    return any(
        there[a].meets(there[b]) and not before[a].meets(before[b])
        for a in moved
        for b in names
        if a != b
    )
