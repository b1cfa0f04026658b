"""Where the neurons, the lines and the headings of the drawn network lie. Pixels, origin top left.

The same network is drawn in one of four ways, the first that has room: as circles with a name
above and a number inside, as pills that hold both in one line, as short pills with a number only,
or as dots.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

from netbuilder.engine.operation import Array
from netbuilder.ui.step.diagram_plan import Plan, Spot, Weight, Wire


@dataclass(frozen=True)
class Style:
    """Lengths at 100 % text zoom. above: room for the name of a neuron. pitch: from neuron to
    neuron, least and most. gaps: least and most before a column, with weights and without."""

    name: str
    width: float
    height: float
    cell: tuple[float, float]  # of a column that is a bar
    above: float
    pitch: tuple[float, float]
    wide: tuple[float, float]
    narrow: tuple[float, float]


ROUND = Style("round", 42, 42, (54, 24), 15, (62, 92), (70, 210), (30, 96))
PILL = Style("pill", 78, 21, (56, 21), 0, (25, 46), (56, 190), (24, 80))
SLIM = Style("slim", 50, 20, (50, 20), 0, (23, 46), (34, 160), (10, 70))
DOT = Style("dot", 12, 12, (12, 12), 0, (15, 26), (0, 120), (0, 60))
HEAD = 21.0  # a line with the name of a column
MORE = 16.0  # a line that says how many are not shown
LANE = 24.0  # room for a wire that passes a column
MARGIN = 12.0
FEWEST = 2  # neurons of a column that must be shown, or all are drawn as dots


class Layout:
    """Lays a plan out in `width` by `height`; `unit` is the length of a pixel at 100 % text zoom.

    wanted: units by column that must be among those shown.
    """

    def __init__(
        self,
        plan: Plan,
        width: float,
        height: float,
        unit: float = 1.0,
        wanted: Mapping[int, Iterable[int]] | None = None,
    ) -> None:
        self.plan = plan
        self.width, self.height, self.unit = width, height, unit
        self._wanted = self._spread(wanted or {})
        self.shown: list[list[int]] = [[] for _ in plan.columns]
        self.rects: dict[Spot, QRectF] = {}
        self.heads: list[QRectF] = [QRectF() for _ in plan.columns]
        self.bars: dict[int, QRectF] = {}
        self.more: dict[int, QRectF] = {}
        self._lanes: dict[int, float] = {}
        self.style = next((s for s in (ROUND, PILL, SLIM) if self._fits(s)), DOT)
        self._place()

    # ---- the choice of the style ----------------------------------------------------------------

    @property
    def _head(self) -> float:
        """The height of a line with names."""
        return min(HEAD * self.unit, 0.3 * self.height)

    @property
    def _room(self) -> float:
        """The height for neurons, where a rank is a single column."""
        return self.height - self._head - min(MARGIN * self.unit, 0.2 * self.height)

    def _fits(self, style: Style) -> bool:
        u = self.unit
        if sum(self._widths(style)) * u + sum(g[0] for g in self._gaps(style)) * u > (
            self.width - MARGIN * u
        ):
            return False
        least = style.pitch[0] * u
        for rank in self.plan.ranks:
            columns = [self.plan.columns[c] for c in rank if c >= 0]
            count = [c.units if style is ROUND else min(c.units, FEWEST) for c in columns]
            lanes = (len(rank) - len(columns)) * LANE * u
            lanes += sum(MORE * u for c, n in zip(columns, count, strict=True) if c.units > n)
            heads = max(len(columns) - 1, 0) * self._head
            if sum(count) * least + lanes + heads > self._room:
                return False
        return True

    def _widths(self, style: Style) -> list[float]:
        kinds = [{self.plan.columns[c].kind for c in rank if c >= 0} for rank in self.plan.ranks]
        return [style.cell[0] if kind == {"bar"} else style.width for kind in kinds]

    def _gaps(self, style: Style) -> list[tuple[float, float]]:
        """Before each rank but the first."""
        gaps = []
        for rank in self.plan.ranks[1:]:
            wide = any(w.weights for c in rank if c >= 0 for w in self.plan.into[c])
            gaps.append(style.wide if wide else style.narrow)
        return gaps

    # ---- placing --------------------------------------------------------------------------------

    def _place(self) -> None:
        u, style = self.unit, self.style
        widths = [w * u for w in self._widths(style)]
        least, most = (sum(g[k] for g in self._gaps(style)) * u for k in (0, 1))
        free = self.width - MARGIN * u - sum(widths)
        if free < least:  # only dots come so close
            factor = max(self.width - MARGIN * u, 1.0) / (sum(widths) * 1.6)
            widths = [w * min(factor, 1.0) for w in widths]
            free = self.width - MARGIN * u - sum(widths)
        share = 0.0 if most <= least else min(max((free - least) / (most - least), 0.0), 1.0)
        gaps = [(low + share * (high - low)) * u for low, high in self._gaps(style)]
        x = (self.width - sum(widths) - sum(gaps)) / 2
        edges = []
        for width, gap in zip(widths, (*gaps, 0.0), strict=True):
            edges.append((x, x + width))
            x += width + gap
        self.edges = edges
        for r, rank in enumerate(self.plan.ranks):
            self._stack(r, rank)

    def _stack(self, r: int, rank: list[int]) -> None:
        """Divides the height of a rank among its columns and lanes."""
        u, plan, style = self.unit, self.plan, self.style
        columns = [c for c in rank if c >= 0]
        heads, room = self._head, self._room
        if len(rank) == 1:
            self._column(r, columns[0], heads, room, heads)
            return
        passing = len(rank) - len(columns)
        lane = min(LANE * u, 0.5 * (room + heads) / max(passing, 1))
        lanes = lane * passing
        needs = [plan.columns[c].units * style.pitch[0] * u + heads for c in columns]
        wishes = [plan.columns[c].units * style.pitch[1] * u + heads for c in columns]
        most = max(room + heads - lanes, 1.0)
        heights = dict(zip(columns, _shared(needs, wishes, most), strict=True))
        y = (room + heads - lanes - sum(heights.values())) / 2
        for thing in rank:
            if thing < 0:
                self._lanes[thing] = y + lane / 2
                y += lane
                continue
            head = min(heads, heights[thing] / 3)
            self._column(r, thing, y + head, heights[thing] - head, heads)
            y += heights[thing]

    def _column(self, r: int, c: int, top: float, room: float, head: float) -> None:
        column, u, style = self.plan.columns[c], self.unit, self.style
        left, right = self.edges[r]
        above = 0.0 if column.kind == "bar" else style.above * u
        least = style.pitch[0] * u
        fit = max(int((room + 0.01) // least), 1)
        more = 0.0
        if column.units > fit:
            more = min(MORE * u, 0.3 * room)
            fit = max(int((room - more) // least), 1)
        shown = self._chosen(c, min(fit, column.units))
        self.shown[c] = shown
        pitch = min((room - more) / len(shown), style.pitch[1] * u)
        width, height = style.cell if column.kind == "bar" else (style.width, style.height)
        width = min(width * u, right - left)
        height = min(height * u, pitch * 0.86)
        if style.name in ("round", "dot") and column.kind != "bar":
            width = height = min(width, height)
        whole = pitch * len(shown) + more
        y = top + (room - whole) / 2
        middle = (left + right) / 2
        for k, unit in enumerate(shown):
            centre = y + (k + 0.5) * pitch + above / 2
            self.rects[Spot(c, unit)] = QRectF(
                middle - width / 2, centre - height / 2, width, height
            )
        if more:
            self.more[c] = QRectF(middle - 60 * u, y + pitch * len(shown), 120 * u, more)
        first, last = self.rects[Spot(c, shown[0])], self.rects[Spot(c, shown[-1])]
        if column.kind == "bar":
            pad = min(4 * u, pitch * 0.2)
            below = 14 * u if pitch - height >= 10 * u else pad
            self.bars[c] = first.united(last).adjusted(-pad, -pad, pad, below)
        where = 0.0 if len(self.plan.ranks[r]) == 1 else first.top() - above - head
        self.heads[c] = QRectF(middle, max(where, 0.0), 0.0, head)

    def _chosen(self, c: int, count: int) -> list[int]:
        units = self.plan.columns[c].units
        first = list(range(count))
        beyond = sorted(u for u in self._wanted.get(c, ()) if count <= u < units)[:count]
        return [*first[: count - len(beyond)], *beyond]

    def _spread(self, wanted: Mapping[int, Iterable[int]]) -> dict[int, set[int]]:
        """Along wires that lead from unit to unit both ends shall be seen."""
        found: dict[int, set[int]] = {c: set(units) for c, units in wanted.items()}
        for wires in (self.plan.wires, self.plan.wires[::-1]):
            for w in wires:
                if w.weights or self.plan.columns[w.target].kind == "loss":
                    continue
                for unit in list(found.get(w.source, ())):
                    found.setdefault(w.target, set()).update(self.plan.units_after(w, unit))
                for unit in list(found.get(w.target, ())):
                    found.setdefault(w.source, set()).update(self.plan.units_before(w, unit))
        return found

    # ---- lines ----------------------------------------------------------------------------------

    def ends(self, wire: Wire) -> list[tuple[int, int]]:
        """The pairs of shown units that a wire joins."""
        if wire.weights:
            return list(product(self.shown[wire.source], self.shown[wire.target]))
        there = set(self.shown[wire.target])
        return [
            (i, j)
            for i in self.shown[wire.source]
            for j in self.plan.units_after(wire, i)
            if j in there
        ]

    def line(self, wire: Wire, i: int, j: int) -> QPainterPath:
        """The line from unit i to unit j: straight, or bent round the columns between."""
        start, end = self.rects[Spot(wire.source, i)], self.rects[Spot(wire.target, j)]
        points = [QPointF(start.right(), start.center().y())]
        count = self.plan.columns[wire.source].units
        apart = min(3 * self.unit, 18 * self.unit / count) * (i - (count - 1) / 2)
        for k, lane in enumerate(wire.lanes):
            left, right = self.edges[self.plan.columns[wire.source].rank + 1 + k]
            y = self._lanes[lane] + apart
            points += [QPointF(left, y), QPointF(right, y)]
        points.append(QPointF(end.left(), end.center().y()))
        path = QPainterPath(points[0])
        if not wire.lanes:
            path.lineTo(points[1])
            return path
        for a, b in pairwise(points):
            reach = QPointF((b.x() - a.x()) / 2, 0)
            path.cubicTo(a + reach, b - reach, b)
        return path

    @cached_property
    def weights(self) -> dict[Weight, tuple[QPointF, QPointF]]:
        """The lines of all weights that are shown: where they begin and end."""
        found = {}
        for wire in self.plan.wires:
            if wire.weights:
                for i, j in self.ends(wire):
                    start, end = self.rects[Spot(wire.source, i)], self.rects[Spot(wire.target, j)]
                    found[Weight(wire.target, i, j)] = (
                        QPointF(start.right(), start.center().y()),
                        QPointF(end.left(), end.center().y()),
                    )
        return found

    # ---- asking ---------------------------------------------------------------------------------

    def spot_at(self, point: QPointF) -> Spot | None:
        """The neuron under a point."""
        if not self.rects:
            return None
        boxes = self._boxes
        pad = 2 * self.unit
        inside = (
            (boxes[:, 0] - pad <= point.x())
            & (point.x() <= boxes[:, 2] + pad)
            & (boxes[:, 1] - pad <= point.y())
            & (point.y() <= boxes[:, 3] + pad)
        )
        found = np.flatnonzero(inside)
        return list(self.rects)[int(found[0])] if found.size else None

    def neighbour(self, spot: Spot | None, sideways: int, down: int) -> Spot:
        """The next neuron in a direction; the nearest by height in another column. The first one
        of all without a spot."""
        if spot not in self.rects or spot is None:
            return next(iter(self.rects))
        shown = self.shown[spot.column]
        if down:
            k = min(max(shown.index(spot.unit) + down, 0), len(shown) - 1)
            if shown[k] != spot.unit:
                return Spot(spot.column, shown[k])
            sideways_rank = self.plan.columns[spot.column].rank
        else:
            sideways_rank = self.plan.columns[spot.column].rank + sideways
        here = self.rects[spot].center()
        others = [
            s
            for s in self.rects
            if self.plan.columns[s.column].rank == sideways_rank
            and (not down or (self.rects[s].center().y() - here.y()) * down > 0)
        ]
        return min(others, key=lambda s: abs(self.rects[s].center().y() - here.y()), default=spot)

    def weight_near(self, point: QPointF, reach: float) -> Weight | None:
        """The weight whose line is nearest to a point, within a distance."""
        if not self.weights:
            return None
        a, along = self._segments
        to = np.array([point.x(), point.y()]) - a
        share = np.clip((to * along).sum(1) / np.maximum((along * along).sum(1), 1e-9), 0.0, 1.0)
        away = to - share[:, None] * along
        distances = np.hypot(away[:, 0], away[:, 1])
        k = int(distances.argmin())
        return list(self.weights)[k] if distances[k] <= reach else None

    @cached_property
    def _boxes(self) -> Array:
        return np.array([r.getCoords() for r in self.rects.values()])

    @cached_property
    def _segments(self) -> tuple[Array, Array]:
        ends = np.array([(a.x(), a.y(), b.x(), b.y()) for a, b in self.weights.values()])
        return ends[:, :2], ends[:, 2:] - ends[:, :2]


def _shared(needs: list[float], wishes: list[float], room: float) -> list[float]:
    """What each of several gets of the room: what it needs, and a like share of what it wishes."""
    least, most = sum(needs), sum(wishes)
    if least >= room:
        return [need * room / least for need in needs]
    share = min((room - least) / (most - least), 1.0)
    return [need + share * (wish - need) for need, wish in zip(needs, wishes, strict=True)]
