"""Places of a layered drawing from left to right: longest path, barycentres, least squares.

Every edge has a label with a place of its own in a column between those of its ends, so no label
lies on another or on a node. Plain arithmetic, no Qt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Size = tuple[float, float]
Point = tuple[float, float]
Lane = tuple[float, float, float]

SWEEPS = 4
PASSES = 6
STEEP = 30.0  # a line that climbs more between two columns
BEND = 1.0  # makes the gap so much wider
MOST_BENDS = 60.0
LANE = 8.0  # the height that an edge takes where it only passes by


@dataclass
class Layout:
    """Centres of the nodes and, edge by edge, of the labels; `lanes` are the points where an edge
    passes by other nodes, as (left, right, y)."""

    centres: dict[str, Point] = field(default_factory=dict)
    labels: list[Point] = field(default_factory=list)
    lanes: list[list[Lane]] = field(default_factory=list)
    width: float = 0.0
    height: float = 0.0


@dataclass
class _Item:
    """Something in a column: a node, a label, or an edge that passes."""

    width: float
    height: float
    column: int
    order: float = 0.0
    y: float = 0.0
    before: list[_Item] = field(default_factory=list)
    after: list[_Item] = field(default_factory=list)


def lay_out(
    sizes: Mapping[str, Size],
    edges: Sequence[tuple[str, str]],
    labels: Sequence[Size],
    *,
    across: float = 12.0,
    down: float = 10.0,
) -> Layout:
    """Place nodes of these sizes. `edges` run from left to right and make no cycle; `across` and
    `down` are the gaps between columns and in them."""
    ranks = _ranks(sizes, edges)
    order = _first_order(sizes, edges)
    items = {k: _Item(*sizes[k], ranks[k], order[k]) for k in sizes}
    everything = list(items.values())
    chains: list[list[_Item]] = []
    for (source, target), size in zip(edges, labels, strict=True):
        a, b = items[source], items[target]
        chain = []
        for column in range(a.column + 1, b.column):
            last = column == b.column - 1
            width, height = size if last else (0.0, LANE)
            share = (column - a.column) / (b.column - a.column)
            chain.append(_Item(width, height, column, a.order + share * (b.order - a.order)))
        for first, second in zip([a, *chain], [*chain, b], strict=True):
            first.after.append(second)
            second.before.append(first)
        everything += chain
        chains.append(chain)
    columns: dict[int, list[_Item]] = {}
    for item in everything:
        columns.setdefault(item.column, []).append(item)
    ordered = [columns[k] for k in sorted(columns)]
    _sort(ordered)
    _place(ordered, down)
    return _measured(ordered, items, chains, across)


def _ranks(sizes: Mapping[str, Size], edges: Sequence[tuple[str, str]]) -> dict[str, int]:
    """The column of each node: even numbers, right before its first use; the longest path tells
    how many there are."""
    into: dict[str, list[str]] = {k: [] for k in sizes}
    out: dict[str, list[str]] = {k: [] for k in sizes}
    for source, target in edges:
        into[target].append(source)
        out[source].append(target)
    waiting = {k: len(v) for k, v in into.items()}
    ready = [k for k in sizes if not waiting[k]]
    ranks = dict.fromkeys(sizes, 0)
    for key in ready:  # grows on the way
        for target in out[key]:
            ranks[target] = max(ranks[target], ranks[key] + 2)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    for key in reversed(ready):
        if out[key]:
            ranks[key] = min(ranks[t] for t in out[key]) - 2
    return ranks


def _first_order(sizes: Mapping[str, Size], edges: Sequence[tuple[str, str]]) -> dict[str, float]:
    """From the ends back, operand by operand: what is a tree comes out without crossings."""
    into: dict[str, list[str]] = {k: [] for k in sizes}
    ends = dict.fromkeys(sizes, True)
    for source, target in edges:
        into[target].append(source)
        ends[source] = False
    order: dict[str, float] = {}
    todo = [k for k in sizes if ends[k]][::-1]
    while todo:
        key = todo.pop()
        if key not in order:
            order[key] = float(len(order))
            todo += reversed(into[key])
    for key in sizes:
        order.setdefault(key, float(len(order)))
    return order


def _sort(columns: list[list[_Item]]) -> None:
    """Order each column by the middle of its neighbours, forth and back."""
    for column in columns:
        column.sort(key=lambda i: i.order)
        _number(column)
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 1  # backwards first: the end of a computation is its only one
        for column in columns if forward else reversed(columns):
            for item in column:
                beside = item.before if forward else item.after
                if beside:
                    item.y = sum(n.order for n in beside) / len(beside)
                else:
                    item.y = item.order
            column.sort(key=lambda i: i.y)
            _number(column)


def _number(column: list[_Item]) -> None:
    # In shares of the column, so that columns of different lengths can be compared.
    for k, item in enumerate(column):
        item.order = (k + 0.5) / len(column)


def _place(columns: list[list[_Item]], down: float) -> None:
    """Heights: each item as near to the middle of its neighbours as the others let it."""
    for column in columns:
        at = 0.0
        for item in column:
            item.y = at + item.height / 2
            at += item.height + down
        for item in column:
            item.y -= at / 2
    for turn in range(PASSES):
        last = turn >= PASSES - 2
        forward = turn % 2 == 0
        for column in columns if forward else reversed(columns):
            wanted = []
            for item in column:
                beside = item.before if forward else item.after
                if last or not beside:
                    beside = [*item.before, *item.after]
                if len(beside) == 1:  # most are on their way from one to one
                    wanted.append(beside[0].y)
                else:
                    wanted.append(sum([n.y for n in beside]) / len(beside) if beside else item.y)
            _spread(column, wanted, down)


def _spread(column: list[_Item], wanted: Sequence[float], down: float) -> None:
    """The nearest heights to those wanted, in the least squares, that keep the order and the gaps
    (isotonic regression by pooling neighbours)."""
    offsets, at = [], 0.0
    for k, item in enumerate(column):
        if k:
            at += (column[k - 1].height + item.height) / 2 + down
        offsets.append(at)
    pools: list[tuple[float, int]] = []  # mean and length
    for want, offset in zip(wanted, offsets, strict=True):
        mean, count = want - offset, 1
        while pools and pools[-1][0] > mean:
            other, length = pools.pop()
            mean = (mean * count + other * length) / (count + length)
            count += length
        pools.append((mean, count))
    k = 0
    for mean, count in pools:
        for _ in range(count):
            column[k].y = mean + offsets[k]
            k += 1


def _measured(
    columns: list[list[_Item]],
    items: Mapping[str, _Item],
    chains: list[list[_Item]],
    across: float,
) -> Layout:
    middles: dict[int, float] = {}
    half: dict[int, float] = {}
    at = 0.0
    for column in columns:
        width = max(i.width for i in column)
        # Many lines that cross need room for it.
        steep = sum(abs(a.y - i.y) > STEEP for i in column for a in i.before)
        at += min(steep * BEND, MOST_BENDS)
        middles[column[0].column] = at + width / 2
        half[column[0].column] = width / 2
        at += width + across
    top = min((i.y - i.height / 2 for c in columns for i in c), default=0.0)
    bottom = max((i.y + i.height / 2 for c in columns for i in c), default=0.0)
    layout = Layout(width=max(at - across, 0.0), height=bottom - top)
    for key, item in items.items():
        layout.centres[key] = middles[item.column], item.y - top
    for chain in chains:
        layout.labels.append((middles[chain[-1].column], chain[-1].y - top))
        layout.lanes.append(
            [
                (middles[i.column] - half[i.column], middles[i.column] + half[i.column], i.y - top)
                for i in chain
            ]
        )
    return layout
