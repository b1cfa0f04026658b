"""Room for a block that grows: who moves aside by how much, and how all come back. No Qt."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from netbuilder.project.commands import MoveNodes
from netbuilder.project.model import Position

Extent = tuple[float, float]  # width and height
AIR = 28.0  # kept between a grown block and its neighbours


class MakeRoom(MoveNodes, frozen=True):
    """Unfold or fold blocks: the moves that it takes are one undo step, which folds them again."""

    template: ClassVar[str] = "{what} {which}"
    names: tuple[str, ...] = ()
    unfold: bool = True

    @property
    def fields(self) -> dict[str, Any]:
        which = self.names[0] if len(self.names) == 1 else f"{len(self.names)} blocks"
        return {"what": "Unfold" if self.unfold else "Fold", "which": which}


@dataclass
class Block:
    """A block as the plan sees it: its centre and its size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def left(self) -> float:
        return self.x - self.width / 2

    @property
    def right(self) -> float:
        return self.x + self.width / 2

    @property
    def top(self) -> float:
        return self.y - self.height / 2

    @property
    def bottom(self) -> float:
        return self.y + self.height / 2

    def meets(self, other: Block, air: float = 0.0) -> bool:
        """Whether two blocks overlap, or come nearer than `air`."""
        return (
            self.left < other.right + air
            and other.left < self.right + air
            and self.top < other.bottom + air
            and other.top < self.bottom + air
        )


def grown(blocks: Mapping[str, Block], name: str, size: Extent) -> dict[str, Position]:
    """New centres of blocks when one grows: its left side stays, what is right of it moves right,
    what is above or below moves up or down, as far as needed and whole rows at a time.

    Nothing overlaps afterwards that did not before. `blocks` are changed in place.
    """
    block = blocks[name]
    old = Block(block.x, block.y, block.width, block.height)
    others = [b for n, b in blocks.items() if n != name]
    block.width, block.height = size
    if not any(block.meets(b, AIR) and not old.meets(b) for b in others):
        return {}
    before = {n: (b.x, b.y) for n, b in blocks.items()}
    # A block that moves keeps as much of a broken pixel as it had, so that it can come back.
    block.x += math.ceil((size[0] - old.width) / 2)
    right = [b for b in others if b.left >= old.right]
    above = [b for b in others if b.bottom <= old.top]
    below = [b for b in others if b.top >= old.bottom]
    # What stands right of it moves right anyway: it goes with its row but does not push it.
    fixed = {id(b) for b in right}
    up = [b.bottom - block.top for b in above if id(b) not in fixed and _across(b, block)]
    down = [block.bottom - b.top for b in below if id(b) not in fixed and _across(b, block)]
    for row, need, sign in ((above, up, -1), (below, down, 1)):
        for b in row:
            b.y += sign * _moved(need)
    aside = _moved([block.right - b.left for b in right if _along(b, block)])
    for b in right:
        b.x += aside
    return {n: (b.x, b.y) for n, b in blocks.items() if (b.x, b.y) != before[n]}


def _moved(needs: list[float]) -> int:
    """How far a row moves, for the depths by which its blocks would be overlapped."""
    return max(0, math.ceil(max(needs, default=-AIR) + AIR))


def _across(other: Block, block: Block) -> bool:
    return other.left < block.right + AIR and block.left < other.right + AIR


def _along(other: Block, block: Block) -> bool:
    return other.top < block.bottom + AIR and block.top < other.bottom + AIR


@dataclass(frozen=True)
class Shift:
    """What unfolding a block did to the others: where they were and where they went."""

    before: Mapping[str, Position]
    after: Mapping[str, Position]


def taken_back(shift: Shift, now: Mapping[str, Position]) -> dict[str, Position]:
    """Where the blocks go when the block folds again: home, or, if something moved them meanwhile,
    as far back as they were moved."""
    places = {}
    for name, (x, y) in now.items():
        if name not in shift.after:
            continue
        (x0, y0), (x1, y1) = shift.before[name], shift.after[name]
        places[name] = (x0, y0) if (x, y) == (x1, y1) else (x - (x1 - x0), y - (y1 - y0))
    return places
