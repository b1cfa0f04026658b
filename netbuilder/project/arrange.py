"""Where blocks stand: tidied up in layers, aligned, spread evenly. Positions are centres."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, ClassVar, Literal

from netbuilder.project.commands import MoveNodes
from netbuilder.project.model import Edge, Node, Position, Project

Size = Callable[[Node], tuple[float, float]]  # width and height of a block
Side = Literal["left", "centre", "right", "top", "middle", "bottom"]
Direction = Literal["horizontal", "vertical"]

ACROSS = 44.0  # between a block and the next layer
DOWN = 36.0  # between blocks of one layer
LANE = 24.0  # the height that a wire takes up where it passes a layer
STIFF = 1e6  # how much straighter a passing wire is kept than a wire between neighbours
ROUNDS = 12


class Arrange(MoveNodes, frozen=True):
    """Put nodes at new places for the sake of order."""

    template: ClassVar[str] = "{why}"
    why: str = "Tidy up"

    @property
    def fields(self) -> dict[str, Any]:
        return {"why": self.why}


# ---- align and distribute ---------------------------------------------------------------------


def align(nodes: Sequence[Node], size: Size, side: Side) -> dict[str, Position]:
    """New places on which all blocks have one side, or their middles, in line."""
    axis = 0 if side in ("left", "centre", "right") else 1
    near = [n.position[axis] - size(n)[axis] / 2 for n in nodes]
    far = [n.position[axis] + size(n)[axis] / 2 for n in nodes]
    places: dict[str, Position] = {}
    for n in nodes:
        half = size(n)[axis] / 2
        if side in ("left", "top"):
            value = min(near) + half
        elif side in ("right", "bottom"):
            value = max(far) - half
        else:
            value = (min(near) + max(far)) / 2
        places[n.id] = _moved(n, axis, value)
    return places


def distribute(nodes: Sequence[Node], size: Size, direction: Direction) -> dict[str, Position]:
    """New places with equal gaps; the two outermost blocks stay. Fewer than three stay as they are.

    The blocks keep their order; when there is no room for all, they overlap evenly.
    """
    axis = 0 if direction == "horizontal" else 1
    if len(nodes) < 3:
        return {n.id: n.position for n in nodes}
    row = sorted(nodes, key=lambda n: n.position[axis])
    lengths = [size(n)[axis] for n in row]
    start = row[0].position[axis] - lengths[0] / 2
    room = row[-1].position[axis] + lengths[-1] / 2 - start
    gap = (room - sum(lengths)) / (len(row) - 1)
    places: dict[str, Position] = {row[0].id: row[0].position, row[-1].id: row[-1].position}
    for n, length in zip(row[:-1], lengths, strict=False):
        if n is not row[0]:
            places[n.id] = _moved(n, axis, start + length / 2)
        start += length + gap
    return places


def _moved(node: Node, axis: int, value: float) -> Position:
    x, y = node.position
    value = round(value, 2)
    return (value, y) if axis == 0 else (x, value)


# ---- tidy up ------------------------------------------------------------------------------------


@dataclass(eq=False)
class _Spot:
    """A block in its layer, or (with an empty id) the place where a long wire passes it."""

    id: str
    height: float
    y: float
    before: list["_Spot"] = field(default_factory=list)
    after: list["_Spot"] = field(default_factory=list)

    @property
    def passing(self) -> bool:
        return not self.id


def tidy(project: Project, size: Size) -> dict[str, Position]:
    """Places for all blocks: layer by layer from left to right, long wires straight, no overlaps.

    Blocks that are wired to each other stay together; separate networks stand below one another.
    The first block of the uppermost network stays where it is.
    """
    places: dict[str, Position] = {}
    bottom: float | None = None
    origin: Position | None = None
    for part in _parts(project):
        laid = _lay_out(part, project.edges, size)
        first = min(part, key=lambda n: (laid[n.id][0], n.position[1]))
        x, y = laid[first.id]
        if origin is None:
            origin = first.position
            down = origin[1] - y
        else:
            assert bottom is not None
            top = min(laid[n.id][1] - size(n)[1] / 2 for n in part)
            down = bottom + ACROSS - top
        for n in part:
            place = laid[n.id]
            places[n.id] = (round(place[0] - x + origin[0], 2), round(place[1] + down, 2))
        bottom = max(places[n.id][1] + size(n)[1] / 2 for n in part)
    return places


def selected_part(project: Project, names: Iterable[str]) -> Project:
    """Some blocks with the wires between them, for `tidy`."""
    kept = set(names)
    return project.with_(
        nodes=tuple(n for n in project.nodes if n.id in kept),
        edges=tuple(e for e in project.edges if e[0] in kept and e[1] in kept),
    )


def _parts(project: Project) -> list[list[Node]]:
    """The nodes by connected component; the one with the data first, then from top to bottom."""
    group = {n.id: n.id for n in project.nodes}

    def root(name: str) -> str:
        while group[name] != name:
            group[name] = group[group[name]]
            name = group[name]
        return name

    for a, b in project.edges:
        group[root(a)] = root(b)
    parts: dict[str, list[Node]] = {}
    for n in project.nodes:
        parts.setdefault(root(n.id), []).append(n)
    return sorted(
        parts.values(),
        key=lambda part: (
            not any(n.operation.kind == "input" for n in part),
            min(n.position[1] for n in part),
            min(n.position[0] for n in part),
        ),
    )


def _lay_out(part: Sequence[Node], edges: Iterable[Edge], size: Size) -> dict[str, Position]:
    ids = {n.id for n in part}
    forward = _without_rings([n.id for n in part], [e for e in edges if e[0] in ids])
    rank = _ranks([n.id for n in part], forward)
    layers, spots = _spots(part, forward, rank, size)
    _order(layers)
    _settle(layers)
    places: dict[str, Position] = {}
    x = 0.0
    by_rank: dict[int, list[Node]] = {}
    for n in part:
        by_rank.setdefault(rank[n.id], []).append(n)
    for k in range(len(layers)):
        width = max((size(n)[0] for n in by_rank.get(k, ())), default=0.0)
        for n in by_rank.get(k, ()):
            places[n.id] = (x + width / 2, spots[n.id].y)
        x += width + ACROSS
    return places


def _without_rings(ids: Sequence[str], edges: Sequence[Edge]) -> list[Edge]:
    """The wires without those that lead back (a file may hold a ring)."""
    after: dict[str, list[str]] = {i: [] for i in ids}
    for a, b in edges:
        after[a].append(b)
    state: dict[str, int] = {}  # 1: on the path, 2: done
    kept: list[Edge] = []
    for start in ids:
        if start in state:
            continue
        state[start] = 1
        path = [(start, iter(after[start]))]
        while path:
            here, targets = path[-1]
            for target in targets:
                if state.get(target) == 1:
                    continue
                kept.append((here, target))
                if target not in state:
                    state[target] = 1
                    path.append((target, iter(after[target])))
                    break
            else:
                state[here] = 2
                path.pop()
    return kept


def _ranks(ids: Sequence[str], edges: Sequence[Edge]) -> dict[str, int]:
    """The layer of each node: behind all that feed it; what nothing feeds, next to what it feeds"""
    before: dict[str, list[str]] = {i: [] for i in ids}
    after: dict[str, list[str]] = {i: [] for i in ids}
    for a, b in edges:
        before[b].append(a)
        after[a].append(b)
    waiting = {i: len(before[i]) for i in ids}
    ready = [i for i in ids if not waiting[i]]
    rank = dict.fromkeys(ids, 0)
    for here in ready:  # grows while it is walked
        for target in after[here]:
            rank[target] = max(rank[target], rank[here] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    for here in reversed(ready):
        if not before[here] and after[here]:
            rank[here] = min(rank[t] for t in after[here]) - 1
    return rank


def _spots(
    part: Sequence[Node], edges: Sequence[Edge], rank: Mapping[str, int], size: Size
) -> tuple[list[list[_Spot]], dict[str, _Spot]]:
    spots = {n.id: _Spot(n.id, size(n)[1], n.position[1]) for n in part}
    layers: list[list[_Spot]] = [[] for _ in range(max(rank.values()) + 1)]
    for n in part:
        layers[rank[n.id]].append(spots[n.id])
    for a, b in edges:
        last, first, steps = spots[a], spots[a], rank[b] - rank[a]
        for k in range(1, steps):
            share = k / steps
            lane = _Spot("", LANE, first.y + share * (spots[b].y - first.y))
            layers[rank[a] + k].append(lane)
            _join(last, lane)
            last = lane
        _join(last, spots[b])
    for layer in layers:
        layer.sort(key=lambda s: (s.y, not s.passing))
    return layers, spots


def _join(a: _Spot, b: _Spot) -> None:
    a.after.append(b)
    b.before.append(a)


def _order(layers: list[list[_Spot]]) -> None:
    """Reorder each layer by the middle of its neighbours while that makes fewer wires cross."""
    best = [list(layer) for layer in layers]
    fewest = _crossings(layers)
    for turn in range(ROUNDS):
        if not fewest:
            break
        rightwards = turn % 2 == 0
        for k in range(1, len(layers)) if rightwards else range(len(layers) - 2, -1, -1):
            place = {s: i for i, s in enumerate(layers[k - 1 if rightwards else k + 1])}

            def middle(s: _Spot, place: dict[_Spot, int] = place, k: int = k) -> float:
                near = [place[t] for t in (*s.before, *s.after) if t in place]
                return sum(near) / len(near) if near else float(layers[k].index(s))

            layers[k] = sorted(layers[k], key=middle)
        count = _crossings(layers)
        if count < fewest:
            fewest, best = count, [list(layer) for layer in layers]
    layers[:] = best


def _crossings(layers: Sequence[Sequence[_Spot]]) -> int:
    count = 0
    for left, right in pairwise(layers):
        place = {s: i for i, s in enumerate(right)}
        ends = [sorted(place[t] for t in s.after if t in place) for s in left]
        passed: list[int] = []
        for targets in ends:
            count += sum(1 for t in targets for p in passed if p > t)
            passed += targets
    return count


def _settle(layers: Sequence[Sequence[_Spot]]) -> None:
    """Heights: each spot as near to its neighbours' as the others of its layer allow."""
    for layer in layers:
        y = 0.0
        for s in layer:
            s.y = y + s.height / 2
            y += s.height + DOWN
        for s in layer:
            s.y -= (y - DOWN) / 2
    for turn in range(ROUNDS):
        backwards = turn % 2 == 1
        for layer in reversed(layers) if backwards else layers:
            wanted, weights = [], []
            for s in layer:
                near = (s.after or s.before) if backwards else (s.before or s.after)
                # A long wire counts for more than a short one at its ends, too: it stays straight.
                shares = [STIFF if s.passing or t.passing else 1.0 for t in near]
                total = sum(shares)
                wanted.append(
                    sum(w * t.y for w, t in zip(shares, near, strict=True)) / total if near else s.y
                )
                weights.append(STIFF if s.passing else 1.0)
            for s, y in zip(layer, _apart(layer, wanted, weights), strict=True):
                s.y = y


def _apart(
    layer: Sequence[_Spot], wanted: Sequence[float], weights: Sequence[float]
) -> list[float]:
    """The heights nearest to the wanted ones (weighted least squares) at which none overlap.

    With the distances taken off, that is an isotonic regression: pools of adjacent violators.
    """
    offsets = [0.0]
    for a, b in pairwise(layer):
        offsets.append(offsets[-1] + (a.height + b.height) / 2 + DOWN)
    pools: list[tuple[float, float, int]] = []  # mean, weight, count
    for want, weight, offset in zip(wanted, weights, offsets, strict=True):
        mean, count = want - offset, 1
        while pools and pools[-1][0] > mean:
            other, heavy, n = pools.pop()
            mean = (mean * weight + other * heavy) / (weight + heavy)
            weight, count = weight + heavy, count + n
        pools.append((mean, weight, count))
    flat = [mean for mean, _, count in pools for _ in range(count)]
    return [z + offset for z, offset in zip(flat, offsets, strict=True)]
