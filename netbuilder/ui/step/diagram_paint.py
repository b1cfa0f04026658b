"""Paints the drawn network: what stands still at a stage, and the marks on top of it."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from netbuilder.ui.step.diagram_items import ASKED, Reading, brief
from netbuilder.ui.step.diagram_layout import Layout
from netbuilder.ui.step.diagram_lines import Lines, mixed
from netbuilder.ui.step.diagram_plan import Spot, Weight, Wire
from netbuilder.ui.theme import theme

LONGER = 8  # signs of a number that stands beside a neuron or a line
MOST_WORDS = 6  # of the largest changes, where there is no room for all
PLACES = (0.5, 0.35, 0.65, 0.25, 0.75)  # along their lines, the first that is free
CENTRE = Qt.AlignmentFlag.AlignCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def crimson() -> QColor:
    """Of the number that is looked at, and of all errors."""
    return QColor(theme().current.kinds["loss"])


class Painter:
    """Paints one layout with the numbers of one reading."""

    def __init__(self, layout: Layout, reading: Reading) -> None:
        self.layout, self.reading = layout, reading
        self.plan, self.unit = layout.plan, layout.unit
        self._font = theme().font("caption")
        self._font.setPixelSize(max(round(10.5 * self.unit), 1))
        self._strong = QFont(self._font)
        self._strong.setWeight(QFont.Weight.DemiBold)
        self._metrics = QFontMetricsF(self._font)
        self.lines = Lines(layout, reading)
        self._words_at: float | None = None
        """How far along their lines the changes of weights are written."""
        self._peaks = [self._peak(c) for c in range(len(self.plan.columns))]

    def _peak(self, c: int) -> float:
        quantity = self.reading.columns[c].value
        if quantity is None:
            return 1.0
        row = self.reading.row if quantity.rows.side == "sample" else 0
        values = np.abs(quantity.values[row])
        return float(values[np.isfinite(values)].max(initial=0.0)) or 1.0

    # ---- what stands still -----------------------------------------------------------------------

    def ground(self, painter: QPainter, part: QRectF) -> None:
        """Everything that lies in a part of the layout."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for rect in self.layout.bars.values():
            painter.setPen(QPen(QColor(theme().current.border), 1.0))
            painter.setBrush(QColor(theme().current.sunken))
            painter.drawRoundedRect(rect, 6 * self.unit, 6 * self.unit)
        self.lines.paint(painter, part)
        for spot, rect in self.layout.rects.items():
            if part.intersects(rect.adjusted(-20, -40, 60, 40)):
                self.neuron(painter, spot)
        for c in range(len(self.plan.columns)):
            self._head(painter, c)
        self._hidden(painter)
        self._changes(painter, part)

    # ---- neurons ---------------------------------------------------------------------------------

    def neuron(self, painter: QPainter, spot: Spot) -> None:
        """One neuron with what it holds."""
        rect, reading = self.layout.rects[spot], self.reading
        value, error = reading.value(spot), reading.error(spot)
        colours = theme().current
        painter.setBrush(self._fill(spot, value))
        painter.setPen(self._edge(spot, value))
        self.outline(painter, spot)
        if self.layout.style.name == "dot":
            return
        is_bar = self.plan.columns[spot.column].kind == "bar"
        painter.setFont(self._font)
        if self.layout.style.name == "round" or is_bar:
            if not is_bar:
                above = QRectF(rect.left() - 30, rect.top() - 17 * self.unit, 0, 14 * self.unit)
                above.setRight(rect.right() + 30)
                painter.setPen(QColor(colours.muted))
                painter.drawText(above, CENTRE, reading.name(spot))
            tight = error is not None and not self._room_below(spot)
            if tight and is_bar:
                painter.setPen(crimson())
                painter.drawText(rect, CENTRE, reading.error_words(spot))
                return
            if value is not None:
                painter.setPen(QColor(colours.text))
                painter.drawText(rect, CENTRE, reading.value_words(spot))
            if error is not None:
                self._error(painter, spot)
            return
        self._pill(painter, spot, value, error)

    def _pill(
        self, painter: QPainter, spot: Spot, value: float | None, error: float | None
    ) -> None:
        inside = self.layout.rects[spot].adjusted(8 * self.unit, 0, -8 * self.unit, 0)
        side = RIGHT
        if self.layout.style.name == "pill":
            painter.setPen(QColor(theme().current.muted))
            painter.drawText(inside, LEFT, self.reading.name(spot))
        else:
            inside, side = self.layout.rects[spot], CENTRE
        if error is not None and not self._room_below(spot):
            painter.setPen(crimson())
            painter.drawText(inside, side, self.reading.error_words(spot))
            return
        if value is not None:
            painter.setPen(QColor(theme().current.text))
            painter.drawText(inside, side, self.reading.value_words(spot))
        if error is not None:
            self._error(painter, spot)

    def _room_below(self, spot: Spot) -> bool:
        """Whether the error fits between this neuron and the next one of its column."""
        pitch = self._pitch(spot.column)
        is_bar = self.plan.columns[spot.column].kind == "bar"
        above = 0.0 if is_bar else self.layout.style.above * self.unit
        if spot.column in self.layout.more:
            return False  # the line with how many more stands there
        return not pitch or pitch - self.layout.rects[spot].height() - above >= 10 * self.unit

    def _error(self, painter: QPainter, spot: Spot) -> None:
        rect = self.layout.rects[spot]
        painter.setFont(self._font)
        painter.setPen(crimson())
        words = self.reading.error_words(spot, LONGER, 3)
        if self._room_below(spot):
            below = QRectF(rect.left() - 30, rect.bottom(), rect.width() + 60, 13 * self.unit)
            painter.drawText(below, CENTRE, words)
            return
        width = self._metrics.horizontalAdvance(words) + 4 * self.unit
        beside = QRectF(
            rect.right() - 3 * self.unit, rect.bottom() - 11 * self.unit, width, 13 * self.unit
        )
        self._halo(painter, beside)
        painter.setPen(crimson())
        painter.drawText(beside, CENTRE, words)

    def outline(self, painter: QPainter, spot: Spot, grow: float = 0.0) -> None:
        """The shape of a neuron with the present pen and brush."""
        rect = self.layout.rects[spot].adjusted(-grow, -grow, grow, grow)
        if self.plan.columns[spot.column].kind == "bar":
            radius = min(4 * self.unit, rect.height() / 3)
        else:
            radius = rect.height() / 2
        painter.drawRoundedRect(rect, radius, radius)

    def _fill(self, spot: Spot, value: float | None) -> QColor:
        colours = theme().current
        if value is None or self.reading.value_words(spot) == ASKED:
            return QColor(colours.surface)
        if not math.isfinite(value):
            return QColor(colours.danger_soft)
        hue = colours.negative if value < 0 else colours.positive
        share = abs(value) / self._peaks[spot.column]
        strength = 0.85 if self.layout.style.name == "dot" else 0.28
        if not value:
            return QColor(colours.surface)
        return mixed(colours.surface, hue, strength * (0.15 + 0.85 * min(share, 1.0)))

    def _edge(self, spot: Spot, value: float | None) -> QPen:
        colours = theme().current
        if spot.column in self.reading.active:
            back = self.reading.at.phase == "backward"
            return QPen(crimson() if back else QColor(colours.accent), 2 * self.unit)
        if value is None:
            pen = QPen(QColor(colours.border_strong), 1.2 * self.unit)
            pen.setDashPattern([3, 3])
            return pen
        return QPen(QColor(colours.muted), 1.1 * self.unit)

    # ---- words -----------------------------------------------------------------------------------

    def _head(self, painter: QPainter, c: int) -> None:
        """The name of a column's nodes, and what its neurons hold now."""
        column, now = self.plan.columns[c], self.reading.columns[c]
        head, metrics, unit = self.layout.heads[c], self._metrics, self.unit
        room = self._room_at(column.rank) - 8 * unit
        parts = [(column.title, QColor(theme().current.muted))]
        if now.value is not None:
            parts.append((now.value.symbol.text(), QColor(theme().current.text)))
        if now.error is not None:
            parts.append((now.error.symbol.text(), crimson()))

        def width_of(parts: list[tuple[str, QColor]]) -> float:
            gaps = 6 * unit * (len(parts) - 1)
            return sum(metrics.horizontalAdvance(words) for words, _ in parts) + gaps

        if width_of(parts) > room and len(parts) == 3:
            del parts[1]  # what the values are the neurons' own names tell
        if width_of(parts) > room:
            left = room - width_of([("", parts[0][1]), *parts[1:]])
            title = metrics.elidedText(column.title, Qt.TextElideMode.ElideRight, max(left, 0))
            parts = [(title, parts[0][1]), *parts[1:]] if len(title) > 2 else parts[1:]
        width = width_of(parts)
        if not parts or width > room + 6 * unit:
            return
        x = min(max(head.left() - width / 2, 2.0), max(self.layout.width - width - 2, 2.0))
        if len(self.plan.ranks[column.rank]) > 1:
            self._halo(painter, QRectF(x, head.top(), width, head.height()))
        painter.setFont(self._font)
        for words, colour in parts:
            painter.setPen(colour)
            advance = metrics.horizontalAdvance(words)
            painter.drawText(QRectF(x, head.top(), advance + 2, head.height()), LEFT, words)
            x += advance + 6 * unit

    def _room_at(self, rank: int) -> float:
        middles = [(a + b) / 2 for a, b in self.layout.edges]
        found = [
            abs(middles[r] - middles[rank]) for r in (rank - 1, rank + 1) if 0 <= r < len(middles)
        ]
        return min(found, default=self.layout.width)

    def _hidden(self, painter: QPainter) -> None:
        painter.setFont(self._font)
        for c, rect in self.layout.more.items():
            if rect.height() < 0.8 * self._metrics.ascent():
                continue
            count = self.plan.columns[c].units - len(self.layout.shown[c])
            words = QCoreApplication.translate("DiagramView", "… {n} more").format(n=count)
            if self._metrics.horizontalAdvance(words) > self._room_at(self.plan.columns[c].rank):
                words = f"+{count}"
            painter.setPen(QColor(theme().current.muted))
            painter.drawText(rect, CENTRE, words)

    def _changes(self, painter: QPainter, part: QRectF) -> None:
        """On the lines what the stage does to the weights, or their gradients, where it fits."""
        c = self.reading.learning
        values = self.reading.changes(c) if c is not None else None
        if c is None or values is None or self.layout.style.name == "dot":
            return
        (wire,) = self.plan.into[c]
        pairs = self.layout.ends(wire)
        words = self._fitting_words([float(values[pair]) for pair in pairs], wire)
        words = [
            ASKED if self.reading.asks_for_change(c, *pair) else text
            for pair, text in zip(pairs, words, strict=False)
        ]
        share = self._words_at = self._share_for_words(wire)
        taken: list[QRectF] = []
        order = range(len(words))
        if share is None:  # only the largest find room
            size = [abs(float(values[pair])) for pair in pairs]
            order = sorted(order, key=lambda k: -size[k])[:MOST_WORDS]  # type: ignore[assignment]
        for k in order:
            start, end = self.layout.weights[Weight(c, *pairs[k])]
            for place in (share,) if share is not None else PLACES:
                at = start + (end - start) * place
                box = self.words_box(at, words[k], self._font)
                if part.contains(at) and not any(box.intersects(other) for other in taken):
                    taken.append(box)
                    self.label(painter, at, words[k], strong=False)
                    break

    def _fitting_words(self, numbers: list[float], wire: Wire) -> list[str]:
        """The changes or gradients with as many digits as leave the most of the lines free; none
        where there is no room at all."""
        left, right = (
            self.layout.edges[self.plan.columns[c].rank] for c in (wire.source, wire.target)
        )
        is_update = self.reading.at.phase == "update"
        for digits in (3, 2, 1):
            words = [brief(number, LONGER, digits) for number in numbers]
            if is_update:
                words = [
                    f"Δ +{text}" if number > 0 else f"Δ {text}"
                    for text, number in zip(words, numbers, strict=True)
                ]
            widest = max(self._metrics.horizontalAdvance(text) for text in words)
            if widest * 2.2 <= right[0] - left[1]:
                return words
        return []

    def _share_for_words(self, wire: Wire) -> float | None:
        """How far along the lines of a wire their words stand, so that none covers another: in
        groups by the side with fewer neurons."""
        before, after = self.layout.shown[wire.source], self.layout.shown[wire.target]
        a, b = self._pitch(wire.source), self._pitch(wire.target)
        if len(before) > 1 and len(after) > 1:
            if len(before) < len(after):
                share = len(before) * a / (b + len(before) * a)
                apart = (1.0 - share) * a
            else:
                share = a / (a + len(after) * b)
                apart = share * b
        else:
            share = 0.62 if len(after) > 1 else 0.38
            apart = 0.62 * (b if len(after) > 1 else a) or math.inf
        return share if apart >= 13 * self.unit else None

    def _pitch(self, c: int) -> float:
        """From neuron to neuron of a column; 0 for a single one."""
        shown = self.layout.shown[c]
        if len(shown) < 2:
            return 0.0
        one, two = (self.layout.rects[Spot(c, u)] for u in shown[:2])
        return two.top() - one.top()

    def tell(self, painter: QPainter, thing: Spot | Weight, words: str, part: QRectF) -> None:
        """Words about a neuron beside it, or about a line on it; for what is not shown, where the
        drawing says that there are more. Where they have no room, at the bottom of what is seen."""
        rects, unit, layout = self.layout.rects, self.unit, self.layout
        width = self.words_box(QPointF(), words, self._strong).width()
        ends = layout.weights.get(thing) if isinstance(thing, Weight) else None
        spot = Spot(thing.column, thing.unit)
        rank = self.plan.columns[thing.column].rank
        if ends is not None:
            at, free, right = self._on_line(thing.column, *ends), ends[1].x() - ends[0].x(), False
        elif spot in rects:
            box = rects[spot]
            at, right = QPointF(box.right() + 6 * unit, box.center().y() - 11 * unit), True
            last = rank + 1 == len(layout.edges)
            free = (layout.width if last else layout.edges[rank + 1][0]) - box.right()
        elif thing.column in layout.more:
            self.label(painter, layout.more[thing.column].center(), words)
            return
        else:
            return
        if width > free:
            middle = (ends[0].x() + ends[1].x()) / 2 if ends is not None else at.x()
            at, right = QPointF(middle, part.bottom() - 8 * unit), False
        self.label(painter, at, words, right=right)

    def _on_line(self, c: int, start: QPointF, end: QPointF) -> QPointF:
        """Where words about one weight leave those about all of them free."""
        others = self._words_at if c == self.reading.learning else None
        share = 0.5 if others is None else 0.3 if others > 0.5 else 0.72
        return start + (end - start) * share

    def label(
        self,
        painter: QPainter,
        at: QPointF,
        words: str,
        *,
        strong: bool = True,
        right: bool = False,
    ) -> None:
        """Crimson words about a point, or to the right of it, on a ground that hides the lines
        behind them."""
        font = self._strong if strong else self._font
        painter.setFont(font)
        box = self.words_box(at, words, font)
        width = box.width()
        if right:
            box.moveLeft(at.x())
        box.moveLeft(min(max(box.left(), 2.0), max(self.layout.width - width - 2, 2.0)))
        box.moveTop(min(max(box.top(), 2.0), max(self.layout.height - box.height() - 2, 2.0)))
        self._halo(painter, box)
        painter.setPen(crimson())
        painter.drawText(box, CENTRE, words)

    def words_box(self, at: QPointF, words: str, font: QFont) -> QRectF:
        """The ground of words about a point."""
        width = QFontMetricsF(font).horizontalAdvance(words) + 6 * self.unit
        return QRectF(at.x() - width / 2, at.y() - 7 * self.unit, width, 14 * self.unit)

    def _halo(self, painter: QPainter, box: QRectF) -> None:
        ground = QColor(theme().current.surface)
        ground.setAlphaF(0.86)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, 3 * self.unit, 3 * self.unit)
