"""The picture of a block, without the block: measured once, painted often.

Local coordinates: the origin is the centre of the card.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QStaticText

from netbuilder.engine.operation import Operation
from netbuilder.ui.canvas import health
from netbuilder.ui.canvas.block_text import Facts
from netbuilder.ui.canvas.curve import curve
from netbuilder.ui.canvas.kinds import icon_name, icon_of
from netbuilder.ui.canvas.look import BAND, PADDING, PORT, RADIUS, colour, font, kind_colour, pen
from netbuilder.ui.icons import pixmap
from netbuilder.ui.theme import Theme, theme

WIDEST = 200.0
LAYER = (116.0, 92.0)  # narrowest width, and height
ACTIVATION = (88.0, 92.0)
MARGIN = 12.0  # room for the shadow, the outlines and the badge
NOTE_LINES = 5
NOTE_SPREAD = 34.0  # a note may be this much wider than its block
ICON, ICON_GAP = 14.0, 5.0  # of the kind, before the name
CHEVRON = 14.0  # unfolds the neurons
HEAD = 52.0  # above the neurons of an unfolded layer
FOOT = 26.0  # below them, where the bar is
LEGIBLE = 0.4  # below this scale the small words are left out


@dataclass(frozen=True)
class Marks:
    """What changes on a card without a change of its measures."""

    selected: bool = False
    focused: bool = False
    hovered: bool = False
    pulse: float = 0.0
    gradient: float | None = None  # 0 … 1
    health: health.Health = ""
    layer_colour: str = ""


class Card:
    """The measures of one block for given words, and how it is painted.

    `inside` is the size of what an unfolded block shows between its words and its bar.
    """

    def __init__(
        self, operation: Operation, facts: Facts, inside: tuple[float, float] | None = None
    ) -> None:
        self.operation = operation
        self.facts = facts
        self._is_activation = operation.kind == "activation"
        self._has_detail = (
            bool(facts.detail)
            and (not self._is_activation or facts.parameters > 0)
            and inside is None
        )
        narrowest, height = ACTIVATION if self._is_activation else LAYER
        if inside is not None:
            narrowest = max(narrowest, inside[0] + 2 * PADDING)
            height = HEAD + inside[1] + FOOT
        height += 16.0 if self._is_activation and self._has_detail else 0.0
        lines = [("strong", facts.name), ("body", facts.subtitle)]
        if self._has_detail:
            lines.append(("body", facts.detail))
        beside = ICON + ICON_GAP  # what stands in the row of the name
        beside += 18.0 if facts.frozen else 0.0
        beside += CHEVRON + 4.0 if facts.neurons else 0.0
        widths = [QFontMetricsF(font(role)).horizontalAdvance(text) for role, text in lines]
        widths[0] += beside
        width = max(narrowest, *(w + 2 * PADDING for w in widths))
        width = float(math.ceil(min(width + 1, max(WIDEST, narrowest)) / 2) * 2)
        self.rect = QRectF(-width / 2, -height / 2, width, height)
        room = width - 2 * PADDING
        self._lines = [
            (font(role), _static(_elided(text, role, room - (beside if k == 0 else 0)), role))
            for k, (role, text) in enumerate(lines)
        ]
        self.outline = QPainterPath()
        self.outline.addRoundedRect(self.rect, RADIUS, RADIUS)
        top = QPainterPath()
        top.addRect(QRectF(self.rect.left(), self.rect.top(), width, BAND))
        self._band = self.outline.intersected(top)
        self.bar = QRectF(-width / 2 + PADDING, height / 2 - 15, room - 14, 5)
        self.name = QRectF(
            -width / 2 + PADDING + ICON + ICON_GAP, -height / 2 + 11, room - beside, 19
        )
        self.chevron = QRectF()
        if facts.neurons:
            side = CHEVRON
            self.chevron = QRectF(width / 2 - PADDING - side + 3, -height / 2 + 13, side, side)
        self.inside = QRectF()
        if inside is not None:
            self.inside = QRectF(-inside[0] / 2, -height / 2 + HEAD, *inside)
        self._note = _note(facts, width + NOTE_SPREAD) if facts.problems else []
        self._bounds = self._measure()

    @property
    def has_bar(self) -> bool:
        """Whether there is a gradient to show: only what learns has one."""
        return self.facts.parameters > 0 and not self.facts.frozen

    @property
    def live(self) -> QRectF:
        """What changes with the gradient."""
        return self.bar.adjusted(-1, -4, 16, 4)

    def bounds(self) -> QRectF:
        """Everything that is painted."""
        return self._bounds

    def _measure(self) -> QRectF:
        around = self.rect.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)
        if not self._note:
            return around
        spread = NOTE_SPREAD / 2 + 1
        height = 14 + 15 * len(self._note)
        below = self.rect.adjusted(-spread, self.rect.height(), spread, height)
        return around.united(below)

    def paint(self, painter: QPainter, marks: Marks, scale: float = 1.0) -> None:
        """Draw it all; `scale` is the number of device pixels to one unit."""
        colours = theme().current
        self._paint_rings(painter, colours, marks)
        if scale >= LEGIBLE:
            self._paint_shadow(painter, colours)
        level = self.facts.level
        edge = colours.border_strong if marks.hovered else colours.border
        thickness = 1.0
        if level:
            edge, thickness = (colours.danger if level == "error" else colours.warning), 1.75
        painter.setPen(pen(edge, thickness))
        painter.setBrush(colour(colours.raised))
        painter.drawRoundedRect(self.rect, RADIUS, RADIUS)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(kind_colour(self.operation.kind)))
        painter.drawPath(self._band)
        y = self._paint_lines(painter, colours, scale)
        if self._is_activation:
            self._paint_curve(painter, colours, y)
        self.paint_live(painter, marks, scale)
        self._paint_ports(painter, colours)
        if scale >= LEGIBLE:
            self._paint_icons(painter, colours, marks)
        if level:
            self._paint_problem(painter, colours, scale)

    def paint_live(self, painter: QPainter, marks: Marks, scale: float) -> None:
        """Draw what training changes."""
        if self.has_bar and marks.gradient is not None:
            self._paint_bar(painter, theme().current, marks, round_=scale >= LEGIBLE)

    def live_shapes(self, marks: Marks) -> list[tuple[str, QPainterPath]]:
        """The same as colours and shapes, without small refinements."""
        shapes = []
        for part, tint in self._bar_parts(theme().current, marks):
            path = QPainterPath()
            path.addRect(part)
            shapes.append((tint, path))
        if marks.health:
            shapes.append(health.shape(marks.health, self._health_centre(), theme().current))
        return shapes

    def _bar_parts(self, colours: Theme, marks: Marks) -> list[tuple[QRectF, str]]:
        parts = [(self.bar, colours.sunken)]
        if marks.gradient:
            filled = QRectF(self.bar)
            filled.setWidth(max(self.bar.height(), self.bar.width() * marks.gradient))
            parts.append((filled, marks.layer_colour or kind_colour(self.operation.kind)))
        return parts

    def _health_centre(self) -> QPointF:
        return QPointF(self.bar.right() + 9.5, self.bar.center().y())

    def _paint_ports(self, painter: QPainter, colours: Theme) -> None:
        # As they are at rest: one that is hovered or lit paints itself on top.
        painter.setPen(pen(colours.muted, 1.75))
        painter.setBrush(colour(colours.raised))
        if self.operation.inputs[1] != 0:
            painter.drawEllipse(QPointF(self.rect.left(), 0), PORT, PORT)
        if self.operation.has_output:
            painter.drawEllipse(QPointF(self.rect.right(), 0), PORT, PORT)

    def _paint_icons(self, painter: QPainter, colours: Theme, marks: Marks) -> None:
        tint = kind_colour(self.operation.kind)
        at = QPointF(self.rect.left() + PADDING - 1, self.rect.top() + 13.5)
        place = QRectF(at.x(), at.y(), ICON, ICON)
        drawn = [(icon_of(type(self.operation)), tint, place)]
        right = self.rect.right() - PADDING
        if not self.chevron.isEmpty():
            name = "chevron-right" if self.inside.isEmpty() else "chevron-down"
            tint = colours.text if marks.hovered else colours.muted
            drawn.append((name, tint, self.chevron))
            right = self.chevron.left() - 3
        if self.facts.frozen:
            drawn.append(("lock", colours.muted, QRectF(right - 12, self.rect.top() + 14, 12, 12)))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for name, tint, target in drawn:
            picture = pixmap(name, 48, tint)
            painter.drawPixmap(target, picture, QRectF(picture.rect()))

    def _paint_rings(self, painter: QPainter, colours: Theme, marks: Marks) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if marks.pulse:
            spread = 4 + 6 * (1 - marks.pulse)
            painter.setPen(pen(colours.accent, 4.0, round(150 * marks.pulse)))
            painter.drawRoundedRect(
                self.rect.adjusted(-spread, -spread, spread, spread), RADIUS + 6, RADIUS + 6
            )
        if marks.focused:
            painter.setPen(pen(colours.accent, 5.0, 60))
            painter.drawRoundedRect(self.rect.adjusted(-6, -6, 6, 6), RADIUS + 6, RADIUS + 6)
        if marks.selected:
            painter.setPen(pen(colours.accent, 2.0))
            painter.drawRoundedRect(self.rect.adjusted(-3, -3, 3, 3), RADIUS + 3, RADIUS + 3)

    def _paint_shadow(self, painter: QPainter, colours: Theme) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        strength = 40 if colours.is_dark else 13
        for spread, drop in ((2.5, 2.5), (1.0, 1.5)):
            painter.setBrush(colour("#0b1a2c" if not colours.is_dark else "#000000", strength))
            painter.drawRoundedRect(
                self.rect.adjusted(-spread, drop - spread, spread, drop + spread),
                RADIUS + spread,
                RADIUS + spread,
            )

    def _paint_lines(self, painter: QPainter, colours: Theme, scale: float) -> float:
        x, y = self.rect.left() + PADDING, self.rect.top() + 12
        for k, (face, text) in enumerate(self._lines):
            if k == 0 or scale >= LEGIBLE:
                painter.setFont(face)
                painter.setPen(colour(colours.text if k == 0 else colours.muted))
                painter.drawStaticText(QPointF(x + (ICON + ICON_GAP if k == 0 else 0), y), text)
            y += 19 if k == 0 else 17
        return y

    def _paint_curve(self, painter: QPainter, colours: Theme, y: float) -> None:
        bottom = self.rect.bottom() - (24 if self.has_bar else 12)
        box = QRectF(self.rect.left() + PADDING, y + 4, self.rect.width() - 2 * PADDING, 0)
        box.setBottom(max(bottom, box.top() + 12))
        tint = kind_colour(self.operation.kind)
        drawn = curve(self.operation, box.width(), box.height())
        if drawn is None:
            side = min(box.height() + 4, 30.0)
            target = QRectF(box.left() - 2, box.center().y() - side / 2, side, side)
            picture = pixmap(icon_name(self.operation.kind), 96, tint)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(target, picture, QRectF(picture.rect()))
            return
        path, zero = drawn
        painter.translate(box.topLeft())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(colours.border, 1.0))
        painter.drawLine(QPointF(0, zero), QPointF(box.width(), zero))
        painter.setPen(pen(tint, 1.75))
        painter.drawPath(path)
        painter.translate(-box.topLeft())

    def _paint_bar(
        self, painter: QPainter, colours: Theme, marks: Marks, *, round_: bool = True
    ) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        for part, tint in self._bar_parts(colours, marks):
            if round_:
                painter.setBrush(colour(tint))
                painter.drawRoundedRect(part, 2.5, 2.5)
            else:  # its corners are less than a pixel, and a plain rectangle takes a tenth
                painter.fillRect(part, colour(tint))
        if marks.health:
            health.paint(painter, marks.health, self._health_centre(), colours)

    def _paint_problem(self, painter: QPainter, colours: Theme, scale: float) -> None:
        tint = colours.danger if self.facts.level == "error" else colours.warning
        centre = QPointF(self.rect.right() - 3, self.rect.top() + 3)
        painter.setPen(pen(colours.raised, 2.0))
        painter.setBrush(colour(tint))
        painter.drawEllipse(centre, 9.0, 9.0)
        painter.setPen(pen(colours.raised, 2.0))
        painter.drawLine(centre + QPointF(0, -4), centre + QPointF(0, 1))
        painter.drawPoint(centre + QPointF(0, 4.5))
        if scale < LEGIBLE:
            return
        painter.setPen(colour(tint))
        painter.setFont(font("caption"))
        y = self.rect.bottom() + 10
        for line in self._note:
            at = QRectF(self.rect.left() - 40, y, self.rect.width() + 80, 15)
            painter.drawText(at, Qt.AlignmentFlag.AlignCenter, line)
            y += 15


def _static(text: str, role: str) -> QStaticText:
    made = QStaticText(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    face: QFont = font(role)
    made.prepare(font=face)
    return made


def _elided(text: str, role: str, room: float) -> str:
    return QFontMetricsF(font(role)).elidedText(text, Qt.TextElideMode.ElideRight, room)


def _note(facts: Facts, room: float) -> list[str]:
    """The first problem (errors first) broken into a few lines."""
    worst = sorted(facts.problems, key=lambda p: p.level != "error")[0].text
    metrics = QFontMetricsF(font("caption"))
    lines: list[str] = []
    rest = worst.split()
    while rest and len(lines) < NOTE_LINES:
        if len(lines) == NOTE_LINES - 1:
            lines.append(_elided(" ".join(rest), "caption", room))
            break
        take = 1
        while take < len(rest) and metrics.horizontalAdvance(" ".join(rest[: take + 1])) <= room:
            take += 1
        lines.append(_elided(" ".join(rest[:take]), "caption", room))
        rest = rest[take:]
    return lines
