"""What is drawn inside a plot's axes: grid, bands and lines.

The items live in the view coordinates of a plot but draw in pixels: a line of many points costs a
quarter of what a scaled path of the same width would. They are no widgets and no graphics items: a
frame calls nothing but the `draw` of what has changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import ReferenceType, ref

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPaintEngine, QPainter, QPen, QPolygonF, QTransform
from shiboken6 import Shiboken

from netbuilder.ui.theme import theme

if TYPE_CHECKING:
    from netbuilder.ui.plots.area import PlotArea

Array = NDArray[Any]
_memory: Any = Shiboken  # whose declared types leave out what is used here
STRETCH = 24  # points at the end of a line whose mean is where its name stands


@dataclass(frozen=True)
class Line:
    """A polyline: x and y (n,) in view coordinates, all finite."""

    x: Array
    y: Array
    colour: str
    dashed: bool = False
    width: float = 1.6
    tag: str = ""
    marks: bool = True  # dots at the points, while the plot shows dots


@dataclass(frozen=True)
class Band:
    """A soft horizontal stripe with a word in it, from low to high in view coordinates."""

    low: float
    high: float
    colour: str
    words: str
    at_top: bool


class ViewItem:
    """Fills the rectangle of the view; `draw` is told how to reach its pixels."""

    z = 0.0
    """Items with more of it lie above the others."""

    kept = False
    """Whether a picture of it is kept: for what takes long to draw and seldom changes."""

    def __init__(self) -> None:
        self._area = QRectF(0, 0, 1, 1)
        self._visible = True
        self._place: ReferenceType[PlotArea] | None = None

    def put_into(self, place: PlotArea) -> None:
        """This plot shows the item from now on."""
        self._place = ref(place)  # weakly: plots go without the collector

    @property
    def area(self) -> QRectF:
        """The visible rectangle in view coordinates."""
        return self._area

    def set_area(self, area: QRectF) -> None:
        """Another rectangle is visible."""
        self._area = QRectF(area)

    @property
    def visible(self) -> bool:
        """Whether it is drawn."""
        return self._visible

    def set_visible(self, visible: bool) -> None:
        """Draw it or leave it out."""
        if visible != self._visible:
            self._visible = visible
            self.update()

    def update(self) -> None:
        """It looks different from now on."""
        place = self._place() if self._place is not None else None
        if place is not None:
            place.item_changed(self)

    def draw(self, painter: QPainter, to_pixels: QTransform) -> None:
        """Draw with `to_pixels` leading from view coordinates to the painter's."""
        raise NotImplementedError


class GridItem(ViewItem):
    """Bands, then quiet horizontal lines; drawn with the axes, below everything else."""

    z = -10.0

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[float, ...] = ()
        self.bands: tuple[Band, ...] = ()

    def draw(self, painter: QPainter, to_pixels: QTransform) -> None:
        """Draw bands and lines on whole pixels, so that they are crisp."""
        colours, px = theme().current, theme().px
        area = to_pixels.mapRect(self._area)
        painter.setFont(theme().font("caption"))
        for band in self.bands:
            low, high = max(band.low, self._area.top()), min(band.high, self._area.bottom())
            if low >= high:
                continue
            stripe = to_pixels.mapRect(
                QRectF(self._area.left(), low, self._area.width(), high - low)
            )
            soft = QColor(band.colour)
            soft.setAlphaF(0.6)
            painter.fillRect(stripe, soft)
            if stripe.height() >= painter.fontMetrics().height() + px(2):
                painter.setPen(QColor(colours.muted))
                flags = Qt.AlignmentFlag.AlignLeft | (
                    Qt.AlignmentFlag.AlignTop if band.at_top else Qt.AlignmentFlag.AlignBottom
                )
                painter.drawText(stripe.adjusted(px(5), px(1), 0, -px(1)), flags, band.words)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(QColor(colours.grid), px(1)))
        for row in self.rows:
            y = round(to_pixels.map(QPointF(0, row)).y())
            y = min(y, round(area.bottom()) - 1)
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))


class LinesItem(ViewItem):
    """Polylines, the first on top; those with a tag carry it at their end."""

    z = 10.0

    def __init__(self) -> None:
        super().__init__()
        self._lines: tuple[Line, ...] = ()
        self._marked = False
        self.ascending = False
        """Promises that x ascends in every line: what lies outside is then left out."""

    @property
    def lines(self) -> tuple[Line, ...]:
        """What is drawn."""
        return self._lines

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Draw these from now on; nothing is painted if they are the same."""
        fresh = tuple(lines)
        if len(fresh) == len(self._lines) and all(map(_same, fresh, self._lines)):
            return
        self._lines = fresh
        self.update()

    def set_marked(self, marked: bool) -> None:
        """Draw a dot at each point, for curves of few points."""
        if marked != self._marked:
            self._marked = marked
            self.update()

    @property
    def marked(self) -> bool:
        """Whether each point has a dot."""
        return self._marked

    def draw(self, painter: QPainter, to_pixels: QTransform) -> None:
        """Draw each line, the last first."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for line in reversed(self._lines):
            if len(line.x) == 0:
                continue
            xs, ys = line.x, line.y
            if self.ascending:
                xs, ys = cut(xs, ys, self._area.left(), self._area.right())
            if len(xs) == 0:
                continue
            x = xs * to_pixels.m11() + to_pixels.dx()
            y = ys * to_pixels.m22() + to_pixels.dy()
            width = max(1.0, line.width * theme().text_zoom / 100)
            if len(x) == 1:
                _draw_dot(painter, QPointF(x[0], y[0]), line.colour, width)
            else:
                _draw_polyline(painter, x, y, line, width)
            if self._marked and len(x) > 1 and line.marks:
                inside = np.isin(xs, line.x)  # not where the line was cut off
                _draw_dots(painter, x[inside], y[inside], line.colour, width)
        self._draw_tags(painter, to_pixels)

    def _draw_tags(self, painter: QPainter, to_pixels: QTransform) -> None:
        tagged = [line for line in self._lines if line.tag and len(line.x)]
        area = to_pixels.mapRect(self._area)
        if not tagged or area.width() < theme().px(120):
            return
        painter.setFont(theme().font("caption"))
        metrics = painter.fontMetrics()
        height, gap = metrics.height(), theme().px(4)
        # The middle of the last stretch: names that jump with every step could not be read.
        ends = sorted(
            (float(np.mean(line.y[-STRETCH:])) * to_pixels.m22() + to_pixels.dy(), k)
            for k, line in enumerate(tagged)
        )
        if len(ends) * height > area.height():
            return  # more names than room
        tops = _apart([y - height / 2 for y, _ in ends], height, area.top(), area.bottom())
        ground = QColor(theme().current.surface)
        ground.setAlphaF(0.8)
        for (_, k), top in zip(ends, tops, strict=True):
            line = tagged[k]
            words = metrics.elidedText(line.tag, Qt.TextElideMode.ElideRight, theme().px(64))
            width = metrics.horizontalAdvance(words)
            end = line.x[-1] * to_pixels.m11() + to_pixels.dx()
            left = min(end + gap, area.right() - width - 1)
            box = QRectF(left, top, width, height)
            painter.fillRect(box.adjusted(-1, 1, 1, -1), ground)
            painter.setPen(QColor(theme().current.text))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


def cut(x: Array, y: Array, left: float, right: float) -> tuple[Array, Array]:
    """The part of a polyline between two places; x (n,) ascending, y (n,)."""
    if len(x) == 0 or (x[0] >= left and x[-1] <= right):
        return x, y
    first = int(np.searchsorted(x, left))
    stop = int(np.searchsorted(x, right, side="right"))
    xs, ys = x[first:stop], y[first:stop]
    if 0 < first < len(x) and x[first] > left:
        xs = np.concatenate([[left], xs])
        ys = np.concatenate(
            [[np.interp(left, x[first - 1 : first + 1], y[first - 1 : first + 1])], ys]
        )
    if 0 < stop < len(x) and x[stop - 1] < right:
        xs = np.concatenate([xs, [right]])
        ys = np.concatenate(
            [ys, [np.interp(right, x[stop - 1 : stop + 1], y[stop - 1 : stop + 1])]]
        )
    return xs, ys


def _apart(tops: Sequence[float], height: float, low: float, high: float) -> list[float]:
    """Places in order, at least a height apart and inside of low to high, moved as little as a
    pass down and a pass up can tell."""
    placed: list[float] = []
    for top in tops:
        placed.append(max(top, placed[-1] + height if placed else low))
    limit = high - height
    for k in reversed(range(len(placed))):
        placed[k] = min(placed[k], limit)
        limit = placed[k] - height
    return placed


def draw_segments(painter: QPainter, ends: Array, pen: QPen) -> None:
    """Draw separate straight segments, ends (k, 4) as x1, y1, x2, y2 in pixels."""
    if not len(ends):
        return
    numbers = np.ascontiguousarray(ends, np.float64)
    # Lines that read these numbers where they are: four calls less for each.
    first, size = numbers.ctypes.data, numbers.strides[0]
    lines: Any = [_memory.wrapInstance(first + k * size, QLineF) for k in range(len(numbers))]
    painter.setPen(pen)
    painter.drawLines(lines)


def _draw_dot(painter: QPainter, place: QPointF, colour: str, width: float) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawEllipse(place, 1.5 * width, 1.5 * width)


def _draw_dots(painter: QPainter, x: Array, y: Array, colour: str, width: float) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    for place in zip(x.tolist(), y.tolist(), strict=True):
        painter.drawEllipse(QPointF(*place), 1.6 * width, 1.6 * width)


def _same(a: Line, b: Line) -> bool:
    return (a.colour, a.dashed, a.width, a.tag, a.marks) == (
        b.colour,
        b.dashed,
        b.width,
        b.tag,
        b.marks,
    ) and (np.array_equal(a.x, b.x) and np.array_equal(a.y, b.y))


def _draw_polyline(painter: QPainter, x: Array, y: Array, line: Line, width: float) -> None:
    # A wide pen along a polyline takes a hundred times as long as what is done here: thin lines of
    # one device pixel side by side, or wide but separate segments. A drawing gets one path.
    device = painter.device()
    if painter.paintEngine().type() != QPaintEngine.Type.Raster:
        pen = QPen(QColor(line.colour), width)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        if line.dashed:
            pen.setDashPattern([4, 2.5])
        painter.setPen(pen)
        painter.drawPolyline(_polygon(x, y))
        return
    ratio = device.devicePixelRatioF() if device is not None else 1.0
    thickness = width * ratio
    if thickness > 2.0 and not line.dashed:
        ends = np.column_stack([x[:-1], y[:-1], x[1:], y[1:]])
        draw_segments(painter, ends, QPen(QColor(line.colour), width))
        return
    polygon = _polygon(x, y)
    pen = QPen(QColor(line.colour), 1)
    pen.setCosmetic(True)
    if line.dashed:
        pen.setDashPattern([4 * thickness, 2.5 * thickness])
    painter.setPen(pen)
    for shift in np.arange(0.0, thickness - 0.75, 0.5) / ratio:
        painter.translate(0, shift)
        painter.drawPolyline(polygon)
        painter.translate(0, -shift)


def _polygon(x: Array, y: Array) -> QPolygonF:
    polygon = QPolygonF()
    polygon.resize(len(x))
    # Written into the polygon's own memory: a QPointF for each would take a hundred times as long.
    memory = _memory.VoidPtr(polygon.data(), 16 * len(x), True)
    points = np.frombuffer(memory, np.float64).reshape(-1, 2)
    points[:, 0], points[:, 1] = x, y
    return polygon
