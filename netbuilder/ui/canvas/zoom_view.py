"""A view onto a scene that zooms about the cursor, has no scroll bars and paints a dot grid."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPen, QTransform, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView, QWidget

from netbuilder.ui.canvas.look import GRID, colour
from netbuilder.ui.theme import theme

SMALLEST, LARGEST = 0.2, 4.0
FITTED = 1.25  # fitting a small network does not blow it up further
NEARLY = 1.1  # a fitted zoom between 1 and this becomes 1, at which text is crispest
STEP = 1.2
PER_WHEEL_UNIT = 1.0015  # 120 units are one notch: 20 %
DOT_DISTANCE = 14.0  # the grid becomes coarser before its dots come nearer; screen pixels
MARGIN = 24.0  # around what is fitted; screen pixels at 100 % text zoom
FOOT = 56.0  # the same below, where the zoom buttons float


class ZoomView(QGraphicsView):
    """`zoom` is 1 at 100 %; the text zoom of the theme multiplies it, so blocks grow with text."""

    zoom_changed = Signal(float)

    def __init__(self, scene: QGraphicsScene, parent: QWidget | None = None) -> None:
        super().__init__(scene, parent)
        self._zoom = 1.0
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setRenderHints(
            QPainter.RenderHint.Antialiasing
            | QPainter.RenderHint.TextAntialiasing
            | QPainter.RenderHint.SmoothPixmapTransform
        )
        self.setCacheMode(QGraphicsView.CacheModeFlag.CacheBackground)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.AnchorViewCenter)
        self._apply(self.viewport().rect().center().toPointF())

    @property
    def zoom(self) -> float:
        """1 at 100 %."""
        return self._zoom

    def set_zoom(self, zoom: float, about: QPointF | None = None) -> None:
        """Zoom about a point of the viewport, which stays where it is; its centre if None."""
        zoom = min(max(zoom, SMALLEST), LARGEST)
        if math.isclose(zoom, self._zoom):
            return
        self._zoom = zoom
        self._apply(QRectF(self.viewport().rect()).center() if about is None else about)
        self.zoom_changed.emit(zoom)

    @Slot()
    def zoom_in(self) -> None:
        """20 % larger."""
        self.set_zoom(self._zoom * STEP)

    @Slot()
    def zoom_out(self) -> None:
        """20 % smaller."""
        self.set_zoom(self._zoom / STEP)

    @Slot()
    def zoom_reset(self) -> None:
        """Back to 100 %."""
        self.set_zoom(1.0)

    def fit_rect(self, rect: QRectF) -> None:
        """Show a rectangle of the scene as large as it fits, but not overly large."""
        if rect.isEmpty():
            self.set_zoom(1.0)
            self.centerOn(0, 0)
            return
        margin, foot = theme().px(MARGIN), theme().px(FOOT)
        size = self.viewport().size()
        scale = min(
            max(size.width() - 2 * margin, 1) / rect.width(),
            max(size.height() - margin - foot, 1) / rect.height(),
        )
        zoom = min(scale * 100 / theme().text_zoom, FITTED)
        self.set_zoom(1.0 if 1.0 <= zoom < NEARLY else zoom)
        below = self.length((foot - margin) / 2)
        self.centerOn(rect.center() + QPointF(0, below))

    def scene_point(self, at: QPointF) -> QPointF:
        """The point of the scene under a point of the viewport."""
        inverse, _ = self.viewportTransform().inverted()
        return inverse.map(at)

    def length(self, pixels: float) -> float:
        """So many pixels of the screen as a length in the scene."""
        return pixels / self._scale()

    def restyle(self) -> None:
        """Take on the theme's colours and the text zoom."""
        self.resetCachedContent()
        self._apply(QRectF(self.viewport().rect()).center())

    def drawBackground(self, painter: QPainter, rect: QRectF | object) -> None:  # noqa: N802
        """Fill the canvas and draw its dots."""
        assert isinstance(rect, QRectF)
        colours = theme().current
        painter.fillRect(rect, colour(colours.window))
        scale = self._scale()
        step = GRID
        while step * scale < DOT_DISTANCE:
            step *= 2
        dot = QPen(colour(colours.grid if not colours.is_dark else colours.border), 2.0)
        dot.setCapStyle(Qt.PenCapStyle.RoundCap)
        dot.setCosmetic(True)
        painter.setPen(dot)
        columns = range(math.floor(rect.left() / step), math.ceil(rect.right() / step) + 1)
        rows = range(math.floor(rect.top() / step), math.ceil(rect.bottom() / step) + 1)
        painter.drawPoints([QPointF(x * step, y * step) for x in columns for y in rows])

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom about the cursor."""
        turned = event.angleDelta().y()
        if turned:
            self.set_zoom(self._zoom * PER_WHEEL_UNIT**turned, event.position())
        event.accept()

    def _scale(self) -> float:
        return self._zoom * theme().text_zoom / 100

    def _apply(self, about: QPointF) -> None:
        fixed = self.scene_point(about)
        self.setTransform(QTransform.fromScale(self._scale(), self._scale()))
        away = self.viewportTransform().map(fixed) - about
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() + round(away.x()))
        down.setValue(down.value() + round(away.y()))
