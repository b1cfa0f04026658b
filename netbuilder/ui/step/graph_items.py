"""Paints the computational graph: one item of the scene for all, for there are many small parts.

Lengths are units of the scene: pixels at 100 %. Above each edge stands what runs forward, below it
what comes back.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Set
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from netbuilder.engine.computation_graph import Edge, Graph, Node
from netbuilder.engine.operation import Array
from netbuilder.ui.canvas.look import colour, font, kind_colour
from netbuilder.ui.step.diagram_lines import mixed
from netbuilder.ui.step.graph_layout import Layout, Size, lay_out
from netbuilder.ui.step.graph_words import GraphWords
from netbuilder.ui.step.matrix_paint import link_colour
from netbuilder.ui.theme import theme

CENTRE = Qt.AlignmentFlag.AlignCenter
CIRCLE = 30.0  # the smallest operation
PORT = 6.0  # an operation with many inputs grows by so much for each, up to TALL
TALL = 120.0
LINE = 15.0  # height of a line of numbers
HEAT = (42.0, 28.0)  # room for the picture of a matrix
CELL = 9.0  # the largest square of a number in it
MOST_CELLS = (16, 24)  # of a picture; of a larger matrix every second, third … number is shown
STEPS = 16.0  # widths of labels go in steps, so that few changes of numbers move anything
SLACK = 8.0  # so much may words reach into the gaps before all is placed anew
LEGIBLE = 0.45  # at a smaller scale words and pictures are left out
MARGIN = 16.0


@dataclass
class Marks:
    """Nodes that stand out: under the pointer, chosen, where these come from and where they go,
    and the one that keys go to."""

    pointed: str = ""
    chosen: str = ""
    sources: Set[str] = field(default_factory=frozenset)
    targets: Set[str] = field(default_factory=frozenset)
    focus: str = ""


class GraphItem(QGraphicsItem):
    """A graph with its layout, at one stage of the walk."""

    def __init__(self) -> None:
        super().__init__()
        # Only what is seen is painted: the rectangle that `paint` is told is then exact.
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.graph = Graph()
        self.layout = Layout()
        self.rects: dict[str, QRectF] = {}
        self.marks = Marks()
        self.stage = 0
        self.owner = ""  # the node of the network whose turn it is
        self.backward = False
        self._words: GraphWords | None = None
        self._paths: list[QPainterPath] = []
        self._seconds: dict[str, str] = {}
        self._inputs: Counter[str] = Counter()
        self._structure: object = None
        self._sizes: dict[str, Size] = {}
        self._labels: list[Size] = []

    # ---- what is drawn ---------------------------------------------------------------------------

    def draw(self, graph: Graph, words: GraphWords) -> bool:
        """Draw another graph or other numbers; True if anything has another place now."""
        self.graph, self._words = graph, words
        uses: dict[str, list[Edge]] = {k: [] for k in graph.nodes}
        for edge in graph.edges:
            uses[edge.source].append(edge)
        self._inputs = Counter(edge.target for edge in graph.edges)
        self._seconds = {k: self._second(n, uses[k]) for k, n in graph.nodes.items()}
        sizes = {k: self._size(n) for k, n in graph.nodes.items()}
        labels = [self._label_size(edge) for edge in graph.edges]
        ends = [(edge.source, edge.target) for edge in graph.edges]
        structure = (list(graph.nodes), ends, theme().font("body").family())
        if structure == self._structure:
            # Where the room is enough nothing moves from step to step.
            rooms = [(lanes[-1][1] - lanes[-1][0] + SLACK) for lanes in self.layout.lanes]
            if all(
                size[0] <= room and size[1] <= before[1]
                for size, room, before in zip(labels, rooms, self._labels, strict=True)
            ) and all(
                size[0] <= self._sizes[k][0] + SLACK and size[1] <= self._sizes[k][1]
                for k, size in sizes.items()
            ):
                self.update()
                return False
            sizes = {k: _larger(s, self._sizes[k]) for k, s in sizes.items()}
            labels = [_larger(*pair) for pair in zip(labels, self._labels, strict=True)]
        self._structure, self._sizes, self._labels = structure, sizes, labels
        self.prepareGeometryChange()
        self.layout = lay_out(sizes, ends, labels)
        self.rects = {
            k: QRectF(x - sizes[k][0] / 2, y - sizes[k][1] / 2, *sizes[k])
            for k, (x, y) in self.layout.centres.items()
        }
        self._paths = self._routes()
        self.update()
        return True

    def boundingRect(self) -> QRectF:  # noqa: N802
        """All of it, with a margin."""
        whole = QRectF(0.0, 0.0, self.layout.width, self.layout.height)
        return whole.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)

    def node_at(self, point: QPointF) -> str:
        """The node at a point of the scene, "" for none."""
        return next((k for k, r in self.rects.items() if r.contains(point)), "")

    def edge_at(self, point: QPointF) -> Edge | None:
        """The edge whose label is at a point of the scene."""
        for edge, (x, y) in zip(self.graph.edges, self.layout.labels, strict=True):
            if abs(point.x() - x) < 30.0 and abs(point.y() - y) < LINE:
                return edge
        return None

    def _size(self, node: Node) -> Size:
        bold, small = _metrics("strong"), _metrics("caption")
        if node.kind == "operation":
            width = max(CIRCLE, bold.horizontalAdvance(node.text) + 16.0)
            if node.part is None:
                width = max(width, small.horizontalAdvance(self._caption(node)) + 20.0)
                return width, 40.0 if self._caption(node) else 32.0
            return width, max(CIRCLE, min(PORT * self._inputs.get(node.key, 0), TALL))
        text = self._name(node)
        width = max(_metrics("strong").horizontalAdvance(text) + 20.0, 34.0)
        second = self._seconds[node.key]
        if second:
            width = max(width, _stepped(small.horizontalAdvance(second) + 14.0))
        return width, 42.0 if second else 28.0

    def _name(self, node: Node) -> str:
        assert self._words is not None
        return self._words.rest(node) if node.kind == "rest" else node.text

    def _caption(self, node: Node) -> str:
        """Under the title of a folded layer its name."""
        return node.owner if node.group == node.owner else ""

    def _second(self, node: Node, uses: list[Edge]) -> str:
        """The second line of a box: the shape of a matrix, or all that comes back to a number in
        several ways."""
        if node.quantity is None or self._words is None:
            return ""
        rows, columns = node.value.shape
        if node.at is None:
            return "" if node.value.size == 1 else f"{rows} × {columns}"
        if node.grad is None or node.grad_stage is None or not uses:
            return ""
        if len(uses) == 1 and not self._words.over_samples(node):
            return ""
        return f"Σ {self._words.number(node.grad)}"

    def _label_size(self, edge: Edge) -> Size:
        if edge.value.size > 1 or (edge.grad is not None and edge.grad.size > 1):
            width, height = _heat_size(edge.value)
            return width + 4.0, 2 * height + 8.0
        assert self._words is not None
        widest = _metrics("caption").horizontalAdvance(self._words.number(edge.value))
        if edge.grad is not None:
            back = _metrics("caption").horizontalAdvance(self._words.number(edge.grad))
            widest = max(widest, back)
        return _stepped(widest + 8.0), 2 * LINE

    def _routes(self) -> list[QPainterPath]:
        """The lines of the edges; those into one node end side by side."""
        into: dict[str, list[tuple[float, int]]] = {}
        for k, edge in enumerate(self.graph.edges):
            into.setdefault(edge.target, []).append((self.layout.labels[k][1], k))
        ports: dict[int, QPointF] = {}
        for key, found in into.items():
            rect = self.rects[key]
            for place, (_, k) in enumerate(sorted(found)):
                share = (place + 1) / (len(found) + 1) - 0.5
                y = rect.center().y() + share * rect.height() * 0.8
                ports[k] = QPointF(self._left(self.graph.nodes[key], rect, y), y)
        paths = []
        for k, edge in enumerate(self.graph.edges):
            source = self.rects[edge.source]
            at = QPointF(source.right(), source.center().y())
            path = QPainterPath(at)
            for left, right, y in self.layout.lanes[k]:
                _bend(path, at, QPointF(left, y))
                at = QPointF(right, y)
                path.lineTo(at)
            _bend(path, at, ports[k])
            paths.append(path)
        return paths

    def _left(self, node: Node, rect: QRectF, y: float) -> float:
        """The left border of a node at a height."""
        if node.kind != "operation":
            return rect.left()
        radius = min(rect.height(), rect.width()) / 2
        straight = (rect.height() - 2 * radius) / 2
        away = min(max(abs(y - rect.center().y()) - straight, 0.0), radius)
        return rect.left() + radius - math.sqrt(radius * radius - away * away)

    # ---- painting --------------------------------------------------------------------------------

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """Edges, their labels, and the nodes on top."""
        if self._words is None:
            return
        seen = QRectF(option.exposedRect)
        scale = painter.worldTransform().m11() * 100 / theme().text_zoom
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for k, edge in enumerate(self.graph.edges):
            if self._paths[k].controlPointRect().adjusted(-2, -2, 2, 2).intersects(seen):
                self._line(painter, edge, self._paths[k])
        for edge, (x, y) in zip(self.graph.edges, self.layout.labels, strict=True):
            if seen.intersects(QRectF(x - 60.0, y - 30.0, 120.0, 60.0)) and scale >= LEGIBLE:
                self._label(painter, edge, x, y)
        for key, rect in self.rects.items():
            if rect.adjusted(-8, -8, 8, 8).intersects(seen):
                self._node(painter, self.graph.nodes[key], rect, scale)

    def _line(self, painter: QPainter, edge: Edge, path: QPainterPath) -> None:
        colours = theme().current
        near = {self.marks.pointed, self.marks.chosen, self.marks.focus} - {""}
        reached = edge.stage <= self.stage
        hue = QColor(colours.muted if reached else colours.border_strong)
        pen = QPen(hue, 1.2)
        if edge.source in near or edge.target in near:
            pen = QPen(QColor(colours.accent), 2.2)
        if not reached:
            pen.setDashPattern([3.0, 3.0])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        end = path.currentPosition()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(pen.color())
        head = QPainterPath(end)
        head.lineTo(end.x() - 6.0, end.y() - 3.2)
        head.lineTo(end.x() - 6.0, end.y() + 3.2)
        head.closeSubpath()
        painter.drawPath(head)

    def _label(self, painter: QPainter, edge: Edge, x: float, y: float) -> None:
        assert self._words is not None
        back = edge.grad_stage is not None and edge.grad_stage <= self.stage
        if edge.stage <= self.stage:
            self._amount(painter, edge.value, x, y, above=True)
        if edge.grad is not None and back:
            self._amount(painter, edge.grad, x, y, above=False)

    def _amount(self, painter: QPainter, values: Array, x: float, y: float, *, above: bool) -> None:
        """A number, or the picture of a matrix, above or below the line at y."""
        if values.size == 1:
            assert self._words is not None
            painter.setFont(font("caption"))
            painter.setPen(QColor(theme().current.text) if above else link_colour())
            box = QRectF(x - 60.0, y - LINE if above else y, 120.0, LINE)
            painter.drawText(box, CENTRE, self._words.number(values))
            return
        width, height = _heat_size(values)
        top = y - 3.0 - height if above else y + 3.0
        box = QRectF(x - width / 2, top, width, height)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
        painter.drawImage(box, heat_picture(values))
        edge = QColor(theme().current.border_strong) if above else link_colour()
        painter.setPen(QPen(edge, 0.8 if above else 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)

    def _node(self, painter: QPainter, node: Node, rect: QRectF, scale: float) -> None:
        colours = theme().current
        reached = node.stage <= self.stage
        operation = node.kind == "operation"
        radius = min(rect.height(), rect.width()) / 2 if operation else 6.0
        hue = self._hue(node)
        ground = colours.raised if colours.is_dark else colours.surface
        fill = QColor(ground)
        if operation:
            share = 0.34 if node.owner == self.owner else 0.14
            fill = mixed(ground, hue, share if reached else 0.0)
        elif node.quantity is not None and self.stage in (node.stage, node.grad_stage):
            new = self.stage == node.stage
            fill = QColor(colours.selection if new else colours.danger_soft)
        edge = QPen(QColor(hue if reached else colours.border_strong), 1.4)
        if not reached:
            edge.setDashPattern([3.0, 3.0])
        painter.setPen(edge)
        painter.setBrush(fill)
        painter.drawRoundedRect(rect, radius, radius)
        self._outline(painter, node.key, rect, radius)
        if scale < LEGIBLE / 1.4:
            return
        painter.setPen(QColor(colours.text if reached else colours.muted))
        second = self._below(node)
        body = rect.adjusted(0, 3, 0, -rect.height() / 2 + 1) if second else rect
        painter.setFont(font("strong"))
        painter.drawText(body, CENTRE, self._name(node))
        if second:
            painter.setFont(font("caption"))
            back = node.kind != "operation" and node.at is not None
            painter.setPen(link_colour() if back else QColor(colours.muted))
            painter.drawText(rect.adjusted(0, rect.height() / 2 - 1, 0, -4), CENTRE, second)
        if operation and (node.inner or node.part is None):
            self._badge(painter, rect)

    def _below(self, node: Node) -> str:
        if node.kind == "operation":
            return self._caption(node) if node.part is None else ""
        if node.at is not None and (node.grad_stage is None or node.grad_stage > self.stage):
            return ""
        return self._seconds[node.key]

    def _hue(self, node: Node) -> str:
        colours = theme().current
        if node.kind != "operation" or self._words is None:
            return colours.border_strong if node.kind == "rest" else colours.muted
        return kind_colour(self._words.kind(node))

    def _outline(self, painter: QPainter, key: str, rect: QRectF, radius: float) -> None:
        marks, accent = self.marks, QColor(theme().current.accent)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pens: list[QPen] = []
        if key in (marks.pointed, marks.chosen):
            pens.append(QPen(link_colour(), 2.4))
        elif key in marks.sources:
            pens.append(_dashed(link_colour(), [4.0, 2.5]))
        elif key in marks.targets:
            pens.append(_dashed(accent, [1.0, 2.0]))
        for pen in pens:
            painter.setPen(pen)
            painter.drawRoundedRect(rect.adjusted(-1, -1, 1, 1), radius + 1, radius + 1)
        if key == marks.focus:
            painter.setPen(QPen(accent, 2.0))
            painter.drawRoundedRect(rect.adjusted(-4, -4, 4, 4), radius + 4, radius + 4)

    def _badge(self, painter: QPainter, rect: QRectF) -> None:
        """A small plus: there is more inside."""
        colours = theme().current
        at = QPointF(rect.right() - 3.0, rect.top() + 3.0)
        painter.setPen(QPen(QColor(colours.surface), 1.0))
        painter.setBrush(QColor(colours.muted))
        painter.drawEllipse(at, 5.5, 5.5)
        painter.setPen(QPen(QColor(colours.surface), 1.4))
        painter.drawLine(at - QPointF(2.6, 0), at + QPointF(2.6, 0))
        painter.drawLine(at - QPointF(0, 2.6), at + QPointF(0, 2.6))


# ---- small helpers -------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def _metrics(role: str) -> QFontMetricsF:
    return QFontMetricsF(QFont(font(role)))


def _larger(a: Size, b: Size) -> Size:
    return max(a[0], b[0]), max(a[1], b[1])


def _stepped(width: float) -> float:
    return math.ceil(width / STEPS) * STEPS


def _dashed(hue: QColor, pattern: list[float]) -> QPen:
    pen = QPen(hue, 1.8)
    pen.setDashPattern(pattern)
    return pen


def _bend(path: QPainterPath, start: QPointF, end: QPointF) -> None:
    """On to a point, leaving and arriving level."""
    half = (start.x() + end.x()) / 2
    path.cubicTo(QPointF(half, start.y()), QPointF(half, end.y()), end)


def _shown(values: Array) -> Array:
    """At most so many numbers of a matrix, evenly out of all."""
    rows, columns = (-(-n // most) for n, most in zip(values.shape, MOST_CELLS, strict=True))
    return values[::rows, ::columns]


def _heat_size(values: Array) -> Size:
    """The room that the picture of a matrix takes: its cells are squares."""
    rows, columns = _shown(values).shape
    cell = min(HEAT[0] / columns, HEAT[1] / rows, CELL)
    return max(cell * columns, 4.0), max(cell * rows, 4.0)


def heat_picture(values: Array) -> QImage:
    """A matrix as a picture, a pixel a number: blue above 0, orange below, the stronger the
    larger."""
    colours = theme().current
    values = _shown(values)
    finite = np.isfinite(values)
    size = np.abs(np.where(finite, values, 0.0))
    share = (0.1 + 0.9 * np.sqrt(size / (size.max() or 1.0)))[..., np.newaxis]
    zero, positive, negative, wrong = (
        np.array(colour(c).getRgb()[:3], np.float64)  # type: ignore[index]
        for c in (colours.zero, colours.positive, colours.negative, colours.danger)
    )
    ground = np.array(colour(colours.surface).getRgb()[:3], np.float64)  # type: ignore[index]
    hue = np.where((values > 0)[..., np.newaxis], positive, negative)
    pixels = ground + (hue - ground) * share
    pixels[values == 0.0] = zero
    pixels[~finite] = wrong
    rgb = np.ascontiguousarray(pixels.astype(np.uint8))
    rows, columns = values.shape
    image = QImage(rgb.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888)
    return image.copy()  # its own numbers: the array goes
