"""The inside of an unfolded layer: its neurons, each with its map, and the weights as lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from netbuilder.engine.operation import Array
from netbuilder.ui.canvas.look import colour, font, pen
from netbuilder.ui.canvas.unfolded_layout import LABEL, MORE, NUMBER, NeuronLayout
from netbuilder.ui.plots.palette import output_map
from netbuilder.ui.theme import Theme, theme

LEVELS = 8  # steps of a line's width: equal lines are drawn in one go
THINNEST, THICKEST = 0.6, 3.6
PALEST = 70  # alpha of the thinnest line
DASH, SPACE = 6.0, 3.5  # of a negative weight; units of the scene
LINE_REACH = 5.0
SPREAD = 2.0  # standard deviations from zero at which a map has its strongest colour


@dataclass(frozen=True)
class Spot:
    """A neuron (`source` None) or a weight of a layer."""

    unit: int
    source: int | None = None

    @property
    def place(self) -> tuple[str, tuple[int, ...]]:
        """Name of the parameter and the index into it."""
        return ("b", (self.unit,)) if self.source is None else ("W", (self.source, self.unit))


class UnfoldedItem(QGraphicsItem):
    """A child of its block; shows what it is given, and knows what is under the cursor."""

    def __init__(self, block: QGraphicsItem, layout: NeuronLayout) -> None:
        super().__init__(block)
        self.plan = layout
        self._sources: tuple[str, ...] = ()
        self._weights: Array | None = None
        self._biases: Array | None = None
        self._maps: Array | None = None
        self._images: list[QImage] = []
        self._pixels: Array | None = None
        self._lines: list[tuple[QPen, QPainterPath]] = []
        self._levels: bytes = b""
        self._hot: Spot | None = None
        self._current: Spot | None = None
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self._sort_lines(np.zeros((layout.columns, layout.rows)))

    def look(self) -> tuple[object, ...]:
        """What decides about its pixels; equal looks are equal pixels."""
        return (self.plan, self._levels, id(self._maps), self._hot, self._current, self._sources)

    # ---- what is shown ---------------------------------------------------------------------------

    @property
    def weights(self) -> Array | None:
        """The weights of the shown part (inputs, units); None while they are not known."""
        return self._weights

    @property
    def biases(self) -> Array | None:
        """The biases of the shown units; None for a layer without or not yet known."""
        return self._biases

    @property
    def maps(self) -> Array | None:
        """What the shown units answer (units, rows, columns); None where there is no plane."""
        return self._maps

    @property
    def hot(self) -> Spot | None:
        """What is under the cursor."""
        return self._hot

    @property
    def current(self) -> Spot | None:
        """What the keys have gone to."""
        return self._current

    def reach(self, unit: int) -> float:
        """The answer of a unit, up or down from zero, that has the strongest colour."""
        return 1.0 if self._maps is None else float(_reaches(self._maps)[unit])

    def show_like(self, other: UnfoldedItem) -> None:
        """Show what another inside of the same layer shows (for a picture of it)."""
        self.set_sources(other._sources)
        self.set_weights(other.weights, other.biases)
        self.set_maps(other.maps)

    def set_sources(self, names: Sequence[str]) -> None:
        """The names of the shown inputs: "x1", or numbers of units."""
        if tuple(names) != self._sources:
            self._sources = tuple(names)
            self.update()

    def set_weights(self, weights: Array | None, biases: Array | None) -> None:
        """Show weights (inputs, units) and biases (units,) of the layer; None for unknown ones."""
        plan = self.plan
        self._biases = None if biases is None else np.array(biases[: plan.rows], np.float64)
        if weights is None:
            changed, self._weights = self._weights is not None, None
            levels = np.zeros((plan.columns, plan.rows))
        else:
            shown = np.array(weights[: plan.columns, : plan.rows], np.float64)
            self._weights = shown
            changed = False
            levels = _levels(shown)
        if changed or levels.tobytes() != self._levels:
            self._sort_lines(levels)
            self.update()

    def set_maps(self, maps: Array | None) -> None:
        """Show what the units answer over the plane (units, rows, columns); None for no maps."""
        plan = self.plan
        if maps is None:
            if self._maps is not None:
                self._maps, self._images, self._pixels = None, [], None
                self.update()
            return
        self._maps = maps[: plan.rows]
        self._colour_maps()
        self.update(self._cells())

    def set_hot(self, spot: Spot | None) -> None:
        """Point out what is under the cursor."""
        if spot != self._hot:
            self._hot = spot
            self.update()

    def set_current(self, spot: Spot | None) -> None:
        """Point out what the keys have gone to."""
        if spot != self._current:
            self._current = spot
            self.update()

    def restyle(self) -> None:
        """Take on the theme's colours."""
        if self._maps is not None:
            self._pixels = None
            self._colour_maps()
        self._levels = b""
        self.set_weights(self._weights, self._biases)
        self.update()

    # ---- asking ----------------------------------------------------------------------------------

    def spot_at(self, point: QPointF) -> Spot | None:
        """The neuron or weight at a point (own coordinates)."""
        unit = self.plan.unit_at(point)
        if unit is not None:
            return Spot(unit)
        if not self.boundingRect().contains(point):
            return None
        weight = self.plan.weight_near(point, LINE_REACH)
        return None if weight is None else Spot(weight[1], weight[0])

    def value(self, spot: Spot) -> float | None:
        """The weight or bias of a spot; None while it is not known."""
        if spot.source is None:
            return None if self._biases is None else float(self._biases[spot.unit])
        return None if self._weights is None else float(self._weights[spot.source, spot.unit])

    def source_name(self, i: int) -> str:
        """What an input is called."""
        return self._sources[i] if i < len(self._sources) else str(i + 1)

    def image(self, unit: int) -> QImage | None:
        """The map of a unit, upright; None where there is none."""
        return self._images[unit] if unit < len(self._images) else None

    def more(self) -> tuple[str, str]:
        """How many inputs and how many units are not shown, in words; "" for none."""
        inputs, units = self.plan.hidden
        words = _tr("… {count} more")
        return words.format(count=inputs) if inputs else "", words.format(
            count=units
        ) if units else ""

    def boundingRect(self) -> QRectF:  # noqa: N802
        """Neurons, lines and words."""
        return QRectF(-2, -3, self.plan.size[0] + 4, self.plan.size[1] + 6)

    # ---- painting --------------------------------------------------------------------------------

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """Draw it all."""
        colours = theme().current
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for line, path in self._lines:
            painter.setPen(line)
            painter.drawPath(path)
        for spot in (self._current, self._hot):
            if spot is not None:
                self._paint_lines_of(painter, spot, colours)
        self._paint_cells(painter, colours)
        scale = QStyleOptionGraphicsItem.levelOfDetailFromTransform(painter.worldTransform())
        if scale >= 0.5:
            self._paint_words(painter, colours)

    def _paint_lines_of(self, painter: QPainter, spot: Spot, colours: Theme) -> None:
        """Point out a line, or all lines into a neuron."""
        for (i, j), path in self.plan.curves.items():
            if j != spot.unit or spot.source not in (None, i):
                continue
            if spot.source is not None:
                painter.setPen(pen(colours.accent, 9.0, 60))
                painter.drawPath(path)
            value = self.value(Spot(j, i))
            if value is not None:
                scale = _scale(self._weights)
                painter.setPen(_line(value, 1.4 * _width(abs(value) / scale), colours, 255))
                painter.drawPath(path)

    def _paint_cells(self, painter: QPainter, colours: Theme) -> None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for j in range(self.plan.rows):
            cell = self.plan.cell(j)
            pointed = self._hot is not None and self._hot.unit == j
            focused = self._current is not None and self._current.unit == j
            picture = self.image(j)
            rounded = QPainterPath()
            rounded.addRoundedRect(cell, 4, 4)
            if picture is not None:
                painter.save()
                painter.setClipPath(rounded)
                painter.drawImage(cell, picture)
                painter.restore()
            painter.setBrush(Qt.BrushStyle.NoBrush)
            if picture is None:
                painter.setBrush(colour(colours.sunken))
            edge = colours.text if pointed else colours.border_strong
            painter.setPen(pen(edge, 1.5 if pointed else 1.0))
            painter.drawPath(rounded)
            if focused:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(pen(colours.accent, 2.0))
                painter.drawRoundedRect(cell.adjusted(-2, -2, 2, 2), 5, 5)

    def _paint_words(self, painter: QPainter, colours: Theme) -> None:
        plan = self.plan
        painter.setFont(font("caption"))
        painter.setPen(colour(colours.muted))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for i in range(plan.columns):
            y = plan.stub(i).y()
            painter.drawText(QRectF(-4, y - 8, LABEL, 16), right, self.source_name(i)[:3])
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        for j in range(plan.rows):
            cell = plan.cell(j)
            box = QRectF(cell.right() + 5, cell.top(), NUMBER, cell.height())
            painter.drawText(box, left, str(j + 1))
        if any(plan.hidden):
            below = QRectF(-4, plan.height + 4, plan.size[0] + 8, MORE)
            inputs, units = self.more()
            painter.drawText(below, left, inputs)
            painter.drawText(below, right, units)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(colours.muted))
        for i in range(plan.columns):
            painter.drawEllipse(plan.stub(i), 1.8, 1.8)

    def _cells(self) -> QRectF:
        first, last = self.plan.cell(0), self.plan.cell(self.plan.rows - 1)
        return first.united(last).adjusted(-2, -2, 2, 2)

    def _colour_maps(self) -> None:
        """Turn the maps into pictures: orange below zero, blue above, the first row at the foot."""
        assert self._maps is not None
        scale = (0.5 / _reaches(self._maps)).astype(np.float32)
        share = self._maps[:, ::-1] * scale[:, None, None] + np.float32(0.5)
        share = np.nan_to_num(share, nan=0.5, posinf=1.0, neginf=0.0)
        index = np.clip(share * 255.0 + 0.5, 0.0, 255.0).astype(np.uint8)
        pixels = output_map(theme().current)[index]
        if self._pixels is not None and self._pixels.shape == pixels.shape:
            self._pixels[...] = pixels
            return
        self._pixels = np.ascontiguousarray(pixels, np.uint32)
        # The images read these pixels without a copy; both live and go together.
        rows, columns = self._pixels.shape[1:]
        self._images = [
            QImage(part.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)
            for part in self._pixels
        ]

    def _sort_lines(self, levels: Array) -> None:
        """Gather the lines of equal look, so that each look is one stroke of the painter."""
        self._levels = levels.tobytes()
        colours = theme().current
        gathered: dict[float, QPainterPath] = {}
        for (i, j), path in self.plan.curves.items():
            gathered.setdefault(float(levels[i, j]), QPainterPath()).addPath(path)
        self._lines = [
            (self._look(level, colours), gathered[level]) for level in sorted(gathered, key=abs)
        ]

    def _look(self, level: float, colours: Theme) -> QPen:
        if self._weights is None:
            return pen(colours.border_strong, 1.0)
        share = (abs(level) - 0.5) / (LEVELS - 1)
        alpha = round(PALEST + (255 - PALEST) * min(share * 1.5, 1.0))
        return _line(level, _width(share), colours, alpha)


def _levels(weights: Array) -> Array:
    """Weights as ±0.5, ±1.5, … by size: the sign and the width of their lines."""
    finite = np.nan_to_num(weights, nan=0.0, posinf=1e300, neginf=-1e300)
    share = np.minimum(np.abs(finite) / _scale(finite), 1.0)
    levels: Array = np.copysign(np.round(share * (LEVELS - 1)) + 0.5, finite)
    return levels


def _reaches(maps: Array) -> Array:
    """The strongest answers that a map tells apart, for each unit (units,): its own scale each,
    because a small answer counts as much as a large one behind large weights."""
    sane = np.nan_to_num(maps, nan=0.0, posinf=0.0, neginf=0.0)
    reaches: Array = SPREAD * np.sqrt(np.square(sane, dtype=np.float64).mean(axis=(1, 2)))
    reaches[reaches < 1e-30] = 1.0
    return reaches


def _scale(weights: Any) -> float:
    """The weight that has the thickest line."""
    largest = np.abs(weights).max(initial=0.0, where=np.isfinite(weights))
    return float(largest) or 1.0


def _width(share: float) -> float:
    return THINNEST + (THICKEST - THINNEST) * min(share, 1.0)


def _line(value: float, width: float, colours: Theme, alpha: int) -> QPen:
    """Blue and whole for a positive weight, orange and dashed for a negative one."""
    if value >= 0:
        return pen(colours.positive, width, alpha)
    made = QPen(colour(colours.negative, alpha), width)
    made.setCapStyle(Qt.PenCapStyle.FlatCap)
    made.setDashPattern([DASH / width, SPACE / width])  # Qt counts in widths
    return made


def _tr(text: str) -> str:
    return QCoreApplication.translate("Unfolded", text)
