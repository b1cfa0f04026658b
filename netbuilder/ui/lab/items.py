"""What the lab draws into a plot: ways with numbered places, the start, a map of heights."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QTransform

from netbuilder.engine.lab.expression import Array
from netbuilder.ui.lab.looks import WayLook
from netbuilder.ui.lab.words import number
from netbuilder.ui.plots.contour import level_lines
from netbuilder.ui.plots.items import ViewItem, draw_segments
from netbuilder.ui.plots.palette import draw_marker, marker
from netbuilder.ui.theme import theme

EDGE = 2e4  # pixels; a line that leaves the plot is cut off here, where Qt can still draw it
MOST_MARKS = 60  # of a way; of a longer one only some places are marked
LEVELS = 14  # contour lines
STRENGTH = 0.38  # of the colour of the highest ground


@dataclass(frozen=True)
class WayLine:
    """The places (n, 2) of a way in view coordinates; may be infinite. `numbered` marks them."""

    places: Array
    look: WayLook
    numbered: bool = False


def pixels_of(places: Array, to_pixels: QTransform) -> Array:
    """Places (n, 2) in pixels."""
    scale = np.array([to_pixels.m11(), to_pixels.m22()])
    found: Array = places * scale + np.array([to_pixels.dx(), to_pixels.dy()])
    return found


def near_segments(pixels: Array) -> Array:
    """The straight pieces (k, 4) between places (n, 2), each cut off where it is far outside."""
    a, b = pixels[:-1], pixels[1:]
    with np.errstate(invalid="ignore"):
        if (np.abs(pixels) < EDGE).all():
            return np.concatenate([a, b], axis=1)
    found = []
    for here, there in zip(a, b, strict=True):
        ends = [here, there]
        far = [not np.isfinite(end).all() or np.abs(end).max() > EDGE for end in ends]
        if all(far) or not (np.isfinite(here).any() and np.isfinite(there).any()):
            continue
        for place in (0, 1):
            if far[place]:
                ends[place] = _cut(ends[1 - place], ends[place])
        found.append(np.concatenate(ends))
    return np.array(found).reshape(-1, 4)


def thinned(pixels: Array) -> NDArray[np.intp]:
    """Which places (n, 2) are told apart from the one before by a pixel; the last in any case."""
    with np.errstate(invalid="ignore"):
        cells = np.round(np.clip(np.nan_to_num(pixels), -EDGE, EDGE))
    keep = np.append(True, (cells[1:] != cells[:-1]).any(axis=1))
    keep[-1] = True
    return np.flatnonzero(keep)


def _cut(near: Array, far: Array) -> Array:
    way = np.clip(np.nan_to_num(far - near, nan=0.0, posinf=1e300, neginf=-1e300), -1e150, 1e150)
    size = float(np.abs(way).max())
    found: Array = near + way * min(1.0, EDGE / size) if size > 0 else near
    return found


class WaysItem(ViewItem):
    """Ways from place to place, the first on top, with marks and, where asked for, numbers."""

    z = 20.0

    def __init__(self) -> None:
        super().__init__()
        self._ways: tuple[WayLine, ...] = ()

    @property
    def ways(self) -> tuple[WayLine, ...]:
        """What is drawn."""
        return self._ways

    def set_ways(self, ways: Sequence[WayLine]) -> None:
        """Draw these from now on."""
        self._ways = tuple(ways)
        self.update()

    def draw(self, painter: QPainter, to_pixels: QTransform) -> None:
        """Draw lines, marks and numbers."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for way in reversed(self._ways):
            self._draw_way(painter, way, pixels_of(way.places, to_pixels), to_pixels)

    def _draw_way(
        self, painter: QPainter, way: WayLine, pixels: Array, to_pixels: QTransform
    ) -> None:
        zoom, colours = theme().text_zoom / 100, theme().current
        path = QPainterPath()
        last: QPointF | None = None
        kept = thinned(pixels)
        for x1, y1, x2, y2 in near_segments(pixels[kept]).tolist():
            begin, end = QPointF(x1, y1), QPointF(x2, y2)
            if begin != last:
                path.moveTo(begin)
            path.lineTo(end)
            last = end
        halo = QColor(colours.surface)
        halo.setAlphaF(0.75)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(halo, 4.2 * zoom))  # so that it stands out from a coloured map
        painter.drawPath(path)
        painter.setPen(way.look.pen(1.8 * zoom))
        painter.drawPath(path)
        inside = to_pixels.mapRect(self.area).adjusted(-9, -9, 9, 9)
        every = max(1, -(-len(kept) // MOST_MARKS))
        small, large = (marker(way.look.shape, size * zoom) for size in (6.5, 10.5))
        for place, (x, y) in enumerate(pixels[kept].tolist()):
            newest = place == len(kept) - 1
            if (place % every and not newest) or not (math.isfinite(x) and math.isfinite(y)):
                continue
            if not inside.contains(QPointF(x, y)):
                continue
            painter.translate(x, y)
            shape = large if newest else small
            draw_marker(painter, shape, way.look.mark, False, colours, zoom)
            painter.translate(-x, -y)
        if way.numbered:
            self._draw_numbers(painter, pixels, kept, inside)

    def _draw_numbers(
        self, painter: QPainter, pixels: Array, kept: NDArray[np.intp], inside: QRectF
    ) -> None:
        px, colours = theme().px, theme().current
        painter.setFont(theme().font("caption"))
        metrics = painter.fontMetrics()
        height = metrics.height()
        taken: list[QRectF] = []
        ground = QColor(colours.surface)
        ground.setAlphaF(0.8)
        # The newest place and the start say which they are in any case.
        order = [len(pixels) - 1, *kept.tolist()]
        for k in dict.fromkeys(order):
            x, y = pixels[k].tolist()
            if not (math.isfinite(x) and math.isfinite(y)) or not inside.contains(QPointF(x, y)):
                continue
            words = str(k)
            width = metrics.horizontalAdvance(words)
            box = QRectF(x + px(6), y - px(4) - height, width, height)
            if box.right() > inside.right() - px(9):
                box.moveRight(x - px(6))
            if box.top() < inside.top() + px(9):
                box.moveTop(y + px(4))
            if any(box.intersects(other) for other in taken):
                continue
            taken.append(box)
            if len(taken) > MOST_MARKS:
                return
            painter.fillRect(box.adjusted(-1, 1, 1, -1), ground)
            painter.setPen(QColor(colours.text))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


class StartItem(ViewItem):
    """The start as a ring to take hold of."""

    z = 30.0

    def __init__(self) -> None:
        super().__init__()
        self._start = (0.0, 0.0)
        self._held = False

    def set_start(self, place: tuple[float, float], held: bool) -> None:
        """Where it is, in view coordinates, and whether somebody holds it."""
        self._start, self._held = place, held
        self.update()

    def draw(self, painter: QPainter, to_pixels: QTransform) -> None:
        """Draw the ring."""
        colours, zoom = theme().current, theme().text_zoom / 100
        middle = to_pixels.map(QPointF(*self._start))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        soft = QColor(colours.accent)
        soft.setAlphaF(0.3 if self._held else 0.14)
        painter.setBrush(soft)
        painter.setPen(QPen(QColor(colours.accent), 2.0 * zoom))
        radius = (11 if self._held else 9) * zoom
        painter.drawEllipse(middle, radius, radius)


class ArrowItem(ViewItem):
    """The step that comes next: from the present place to where it leads."""

    z = 25.0

    def __init__(self) -> None:
        super().__init__()
        self._ends: tuple[float, float, float, float] | None = None

    def set_ends(self, ends: tuple[float, float, float, float] | None) -> None:
        """From x1, y1 to x2, y2 in view coordinates; None for no arrow."""
        self._ends = ends
        self.update()

    def draw(self, painter: QPainter, to_pixels: QTransform) -> None:
        """Draw the arrow."""
        if self._ends is None:
            return
        x1, y1, x2, y2 = self._ends
        found = near_segments(pixels_of(np.array([[x1, y1], [x2, y2]]), to_pixels))
        if not len(found):
            return
        begin, end = found[0, :2], found[0, 2:]
        zoom = theme().text_zoom / 100
        way = end - begin
        length = float(np.hypot(*way))
        if length < 2:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor(theme().current.kinds["loss"])
        painter.setPen(QPen(colour, 1.8 * zoom))
        painter.drawLine(QPointF(*begin), QPointF(*end))
        head = min(8 * zoom, 0.6 * length)
        along = way / length
        across = np.array([-along[1], along[0]])
        path = QPainterPath(QPointF(*end))
        for side in (0.5, -0.5):
            path.lineTo(QPointF(*(end - head * along + side * head * across)))
        path.closeSubpath()
        painter.fillPath(path, colour)


class MapItem(ViewItem):
    """Heights of a function of two variables: the higher the more colour, with contour lines."""

    z = -5.0
    kept = True

    def __init__(self) -> None:
        super().__init__()
        self._shares: Array = np.zeros((2, 2))
        self._levels: tuple[tuple[float, Array], ...] = ()

    @property
    def levels(self) -> tuple[float, ...]:
        """The heights of the contour lines."""
        return tuple(level for level, _ in self._levels)

    def set_values(self, values: Array) -> None:
        """Heights (rows, columns) whose outer places lie on the edges of the view, row 0 below."""
        self._shares, self._levels = _levelled(values)
        self.update()

    def draw(self, painter: QPainter, to_pixels: QTransform) -> None:
        """Draw colours, lines, and what some of the lines stand for."""
        index = np.clip(self._shares * 255 + 0.5, 0, 255).astype(np.uint8)
        pixels = np.ascontiguousarray(_ramp()[index], np.uint32)
        rows, columns = pixels.shape
        target = to_pixels.mapRect(self.area)
        step = QPointF(target.width() / (columns - 1), target.height() / (rows - 1))
        image = QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.save()
        painter.translate(target.left() - step.x() / 2, target.bottom() + step.y() / 2)
        painter.scale(1, -1)
        painter.drawImage(QRectF(0, 0, step.x() * columns, step.y() * rows), image)
        painter.restore()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = QColor(theme().current.text)
        line.setAlphaF(0.32)
        pen = QPen(line, theme().text_zoom / 100)
        scale = np.array([step.x(), -step.y()] * 2)
        origin = np.array([target.left(), target.bottom()] * 2)
        taken: list[QRectF] = []
        for level, segments in self._levels:
            ends = segments * scale + origin
            draw_segments(painter, ends, pen)
            self._draw_height(painter, level, ends, target, taken)

    def _draw_height(
        self, painter: QPainter, level: float, ends: Array, target: QRectF, taken: list[QRectF]
    ) -> None:
        painter.setFont(theme().font("caption"))
        metrics = painter.fontMetrics()
        words = number(level, 3)
        width, height = metrics.horizontalAdvance(words), metrics.height()
        room = target.adjusted(width, height, -width, -height)
        middles = (ends[:, :2] + ends[:, 2:]) / 2
        # Labels stand along one diagonal, so that they can be read one after the other.
        off = np.abs((middles[:, 0] - target.left()) / target.width() - 0.75)
        off += 0.5 * np.abs((middles[:, 1] - target.top()) / target.height() - 0.3)
        for k in np.argsort(off)[:40:4]:
            middle = QPointF(*middles[k])
            box = QRectF(0, 0, width + 4, height)
            box.moveCenter(middle)
            if not room.contains(middle) or any(box.intersects(other) for other in taken):
                continue
            taken.append(box.adjusted(-8, -8, 8, 8))
            ground = QColor(theme().current.surface)
            ground.setAlphaF(0.7)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(box, 3, 3)
            painter.setPen(QColor(theme().current.muted))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
            return


def _levelled(values: Array) -> tuple[Array, tuple[tuple[float, Array], ...]]:
    """Shares 0 … 1 of the height, stretched so that half of the map is below 0.5, and the contour
    lines, which are evenly spaced in these shares; segments (k, 4) in columns and rows."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        return np.zeros(values.shape), ()
    low, high = float(finite.min()), float(finite.max())
    if not high > low:
        return np.zeros(values.shape), ()
    filled = np.nan_to_num(values, nan=high, posinf=high, neginf=low)
    share = (filled - low) / (high - low)
    middle = float(np.clip(np.median(share), 1e-9, 0.5))
    bend = float(np.clip(np.log(0.5) / np.log(middle), 0.05, 1.0))
    shares = share**bend
    lines: list[tuple[float, Array]] = []
    for k in range(1, LEVELS + 1):
        place = k / (LEVELS + 1)
        level = _rounded(low + (high - low) * place ** (1 / bend), high - low)
        at = max((level - low) / (high - low), 0.0) ** bend
        if 0.0 < at < 1.0 and not any(level == known for known, _ in lines):
            lines.append((level, level_lines(shares, at)))
    return shares, tuple(lines)


def _rounded(level: float, span: float) -> float:
    """Two digits are enough for a height that is written on the map."""
    size = max(abs(level), 1e-9 * span)
    digits = 1 - int(np.floor(np.log10(size)))
    return round(level, digits)


def _ramp() -> Array:
    """Colours (256,) uint32 0xffRRGGBB from the ground of a card to the colour of heights."""
    colours = theme().current
    ends = [
        np.array([int(c[k : k + 2], 16) for k in (1, 3, 5)], np.float64)
        for c in (colours.surface, colours.positive)
    ]
    share = STRENGTH * np.linspace(0.0, 1.0, 256)[:, None]
    red, green, blue = np.round(ends[0] + share * (ends[1] - ends[0])).astype(np.uint32).T
    packed: Array = 0xFF000000 | red << 16 | green << 8 | blue
    return packed
