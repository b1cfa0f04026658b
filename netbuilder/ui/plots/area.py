"""The drawing surface of a plot: axes, grid and the items in it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetricsF, QResizeEvent, QTransform
from PySide6.QtWidgets import QGraphicsView, QHBoxLayout, QLabel, QWidget

from netbuilder.ui.plots.items import Band, GridItem, ViewItem
from netbuilder.ui.plots.scales import Axis
from netbuilder.ui.theme import theme


class PlotArea(QWidget):
    """A bare pyqtgraph plot in the program's look; the mouse goes through it to the card."""

    view_resized = Signal()
    """The room inside the axes has another size: choose ticks anew."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view: Any = pg.ViewBox(enableMenu=False, enableMouse=False, defaultPadding=0)
        self.plot: Any = pg.PlotWidget(self, background=None, viewBox=self.view, enableMenu=False)
        # A menu without a parent that is never shown: it would outlive the plot by a long time, for
        # the items of pyqtgraph hold each other until the collector of cycles finds them.
        self.plot.destroyed.connect(self.plot.getPlotItem().ctrlMenu.deleteLater)
        self.plot.hideButtons()
        self.plot.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plot.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # With its own background, and no seam for smooth edges, a new line repaints neither the
        # card below nor the axes beside it.
        self.plot.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.plot.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontAdjustForAntialiasing)
        self.view.disableAutoRange()
        # The exact size of the view decides the number of ticks, also on the first showing.
        self.plot.getPlotItem().layout.setContentsMargins(0, 0, 0, 0)
        self._axes = {side: self.plot.getAxis(side) for side in ("left", "bottom")}
        for axis in self._axes.values():
            axis.setStyle(
                tickLength=0, autoExpandTextSpace=False, hideOverlappingLabels=60, tickAlpha=0
            )
            axis.enableAutoSIPrefix(False)
            axis.setCacheMode(axis.CacheMode.DeviceCoordinateCache)
        self.grid = GridItem()
        self._items: list[ViewItem] = []
        self.add(self.grid)
        self._x = Axis(0.0, 1.0, ())
        self._y = Axis(0.0, 1.0, ())
        self._note = QLabel(self.plot)
        self._note.setProperty("role", "muted")
        self._note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._note.setWordWrap(True)
        self._note.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.plot)
        self.view.sigResized.connect(self._tell_resized)
        theme().changed.connect(self._restyle)
        self._restyle()

    def add(self, item: ViewItem) -> None:
        """Put an item into the view; it always covers the visible rectangle."""
        self._items.append(item)
        self.view.addItem(item, ignoreBounds=True)

    def set_axes(self, x: Axis, y: Axis) -> None:
        """Show these ranges; cheap if nothing changed. Raises ValueError if one is not finite."""
        if (x, y) == (self._x, self._y):
            return
        if not all(map(math.isfinite, (x.low, x.high, y.low, y.high))):
            raise ValueError(f"the ranges of a plot must be finite: {x.low, x.high, y.low, y.high}")
        self._x, self._y = x, y
        self._apply_axes()

    @property
    def axes(self) -> tuple[Axis, Axis]:
        """The axes in force, x first."""
        return self._x, self._y

    def set_bands(self, bands: Sequence[Band]) -> None:
        """Stripes behind the lines."""
        self.grid.bands = tuple(bands)
        self.grid.update()

    def set_note(self, words: str) -> None:
        """Words in the middle instead of a picture; "" for none."""
        if words == self._note.text() and self._note.isVisibleTo(self) == bool(words):
            return
        self._note.setText(words)
        self._note.setVisible(bool(words))
        # Words stand alone: axes without a curve behind them would only be in the way.
        self.plot.getPlotItem().setVisible(not words)
        self._place_note()

    @property
    def note(self) -> str:
        """The words in the middle, or ""."""
        return self._note.text()

    def view_size(self) -> QSizeF:
        """The room inside the axes in pixels."""
        rect = self.view.rect()
        return QSizeF(rect.width(), rect.height())

    def view_rect(self) -> QRectF:
        """The room inside the axes in pixels of this widget."""
        return QRectF(self.view.sceneBoundingRect())

    def transform_to(self, view: QRectF) -> QTransform:
        """Leads from view coordinates to a rectangle that stands for the view."""
        x, y = self._x, self._y
        scale_x = view.width() / (x.high - x.low)
        scale_y = -view.height() / (y.high - y.low)
        return QTransform(
            scale_x,
            0.0,
            0.0,
            scale_y,
            view.left() - x.low * scale_x,
            view.bottom() - y.low * scale_y,
        )

    def items_below_up(self) -> list[ViewItem]:
        """What is visible inside the axes, in the order of painting."""
        return sorted((i for i in self._items if i.isVisible()), key=lambda i: i.zValue())

    def margins(self) -> tuple[float, float, float, float]:
        """What axes and padding take at the left, top, right and bottom."""
        left, bottom = self._axis_sizes()
        top, right = self._padding()
        return left, top, right, bottom

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep the note in the middle."""
        super().resizeEvent(event)
        self._place_note()

    def _place_note(self) -> None:
        left, top, right, bottom = self.margins()
        room = QRectF(left, top, self.width() - left - right, self.height() - top - bottom)
        self._note.setGeometry(room.adjusted(4, 0, -4, 0).toRect())

    def _axis_sizes(self) -> tuple[float, float]:
        px = theme().px
        metrics = QFontMetricsF(theme().font("caption"))
        widest = max((metrics.horizontalAdvance(words) for _, words in self._y.ticks), default=0)
        label = metrics.height() + px(2)
        left = math.ceil(widest) + px(7) + (label if self._y.label else 0)
        bottom = metrics.height() + px(4) + (label if self._x.label else 0)
        return math.ceil(left), math.ceil(bottom)

    def _padding(self) -> tuple[int, int]:
        # Half a line of text above the topmost tick, half a number right of the last one.
        metrics = QFontMetricsF(theme().font("caption"))
        near_end = self._x.low + 0.97 * (self._x.high - self._x.low)
        last = self._x.ticks[-1] if self._x.ticks else (self._x.low, "")
        over = metrics.horizontalAdvance(last[1]) / 2 if last[0] >= near_end else 0
        return math.ceil(metrics.height() / 2), max(math.ceil(over), theme().px(6))

    def _apply_axes(self) -> None:
        x, y = self._x, self._y
        room = self.view_size()
        for axis, spec, length in (
            (self._axes["bottom"], x, room.width()),
            (self._axes["left"], y, room.height()),
        ):
            # pyqtgraph leaves out a tick that rounding put outside by the last bit.
            low = spec.low + 1e-9 * (spec.high - spec.low)
            high = spec.high - 1e-9 * (spec.high - spec.low)
            axis.setTicks([[(min(max(place, low), high), words) for place, words in spec.ticks]])
            words = self._shortened(spec.label, length)
            if axis.labelText != words or bool(words) != axis.label.isVisible():
                self._label(axis, words)
        left, bottom = self._axis_sizes()
        self._axes["left"].setWidth(left)
        self._axes["bottom"].setHeight(bottom)
        top, right = self._padding()
        self.plot.getPlotItem().layout.setContentsMargins(0, top, right, 0)
        self.view.setRange(
            xRange=(x.low, x.high), yRange=(y.low, y.high), padding=0, disableAutoRange=False
        )
        area = QRectF(QPointF(x.low, y.low), QPointF(x.high, y.high))
        for item in self._items:
            item.set_area(area)
        self.grid.rows = tuple(place for place, _ in y.ticks)
        self.grid.update()
        self._place_note()

    @staticmethod
    def _shortened(words: str, length: float) -> str:
        """The words, without what stands in brackets and then with "…" where they are too long."""
        metrics = QFontMetricsF(theme().font("caption"))
        if length <= 0 or metrics.horizontalAdvance(words) <= length:
            return words
        brief = words.split(" (")[0]
        return metrics.elidedText(brief, Qt.TextElideMode.ElideRight, length)

    def _label(self, axis: Any, words: str) -> None:
        if words:
            size = theme().font("caption").pixelSize()
            colour = theme().current.muted
            axis.setLabel(words, **{"color": colour, "font-size": f"{size}px"})
        axis.showLabel(bool(words))

    @Slot()
    def _restyle(self) -> None:
        colours = theme().current
        font = theme().font("caption")
        self.plot.setBackground(QColor(colours.surface))
        for axis in self._axes.values():
            axis.setPen(pg.mkPen(None))
            axis.setTickPen(pg.mkPen(None))
            axis.setTextPen(pg.mkPen(QColor(colours.muted)))
            axis.setStyle(tickFont=font, tickTextOffset=theme().px(4))
            axis.label.setFont(font)
        room = self.view_size()
        self._label(self._axes["bottom"], self._shortened(self._x.label, room.width()))
        self._label(self._axes["left"], self._shortened(self._y.label, room.height()))
        self._apply_axes()
        for item in self._items:
            item.update()

    @Slot(object)
    def _tell_resized(self, _view: object) -> None:
        # Qt lays what it has kept of an axis into the new place of it: old numbers beside new ones.
        for item in (*self._axes.values(), self.grid):
            mode = item.cacheMode()
            item.setCacheMode(mode.NoCache)
            item.setCacheMode(mode)
        self.view_resized.emit()
