"""A view onto a scene that zooms about the cursor, has no scroll bars and paints a dot grid."""

from __future__ import annotations

import math
from functools import lru_cache

from PySide6.QtCore import QEasingCurve, QPointF, QRectF, Qt, QVariantAnimation, Signal, Slot
from PySide6.QtGui import QPainter, QPen, QPixmap, QPolygonF, QTransform, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView, QWidget

from netbuilder.ui.canvas.look import GRID, colour
from netbuilder.ui.motion import motion
from netbuilder.ui.theme import theme

SMALLEST, LARGEST = 0.2, 4.0
FITTED = 1.25  # fitting a small network does not blow it up further
NEARLY = 1.1  # a fitted zoom between 1 and this becomes 1, at which text is crispest
STEP = 1.2
PER_WHEEL_UNIT = 1.0015  # 120 units are one notch: 20 %
DOT_DISTANCE = 18.0  # the grid becomes coarser before its dots come nearer; screen pixels
MARGIN = 24.0  # around what is fitted; screen pixels at 100 % text zoom
GLIDE = 140  # milliseconds that a change of zoom takes
STRIP = 4  # pixels of the height of a row of dots
FOOT = 56.0  # the same below, where the zoom buttons float


class ZoomView(QGraphicsView):
    """`zoom` is 1 at 100 %; the text zoom of the theme multiplies it, so blocks grow with text."""

    zoom_changed = Signal(float)

    def __init__(self, scene: QGraphicsScene, parent: QWidget | None = None) -> None:
        super().__init__(scene, parent)
        self._zoom = 1.0
        self._leaping = False  # to a scale at which it stays: nothing needs to be fluent
        self._glide_from = 1.0  # zoom and fixed point of the change under way
        self._glide_about = QPointF()
        self._glide = QVariantAnimation()
        self._glide.setStartValue(0.0)
        self._glide.setEndValue(1.0)
        self._glide.setDuration(GLIDE)
        self._glide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._glide.valueChanged.connect(self._glide_on)
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

    def set_zoom(self, zoom: float, about: QPointF | None = None, *, smooth: bool = False) -> None:
        """Zoom about a point of the viewport, which stays where it is; its centre if None.

        `smooth` lets the eye follow for a moment, unless motion is reduced.
        """
        zoom = min(max(zoom, SMALLEST), LARGEST)
        if math.isclose(zoom, self._zoom):
            return
        about = QRectF(self.viewport().rect()).center() if about is None else about
        self._glide_from, self._glide_about = self.transform().m11(), about
        self._zoom = zoom
        self._glide.stop()
        if smooth and self.isVisible() and not motion().reduced:
            self._glide.start()
        else:
            self._apply(about)
        self.zoom_changed.emit(zoom)

    def settle(self) -> None:
        """Arrive at the zoom at once."""
        if self._glide.state() == QVariantAnimation.State.Running:
            self._glide.stop()
            self._apply(self._glide_about)

    @Slot(object)
    def _glide_on(self, share: object) -> None:
        # Even steps for the eye are equal ratios.
        ratio = self._scale() / self._glide_from
        self._apply(self._glide_about, self._glide_from * ratio ** float(str(share)))

    @Slot()
    def zoom_in(self) -> None:
        """20 % larger."""
        self.set_zoom(self._zoom * STEP, smooth=True)

    @Slot()
    def zoom_out(self) -> None:
        """20 % smaller."""
        self.set_zoom(self._zoom / STEP, smooth=True)

    @Slot()
    def zoom_reset(self) -> None:
        """Back to 100 %."""
        self.set_zoom(1.0, smooth=True)

    def fit_rect(self, rect: QRectF) -> None:
        """Show a rectangle of the scene as large as it fits, but not overly large."""
        self.settle()
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
        self._leaping = True
        self.set_zoom(1.0 if 1.0 <= zoom < NEARLY else zoom)
        self._leaping = False
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
        self.settle()
        self.resetCachedContent()
        self._apply(QRectF(self.viewport().rect()).center())

    def drawBackground(self, painter: QPainter, rect: QRectF | object) -> None:  # noqa: N802
        """Fill the canvas and draw its dots."""
        assert isinstance(rect, QRectF)
        self.paint_background(painter, rect)

    def paint_background(self, painter: QPainter, rect: QRectF, *, swift: bool = False) -> None:
        """Fill a rectangle of the scene and draw its dots; `swift` copies one row of them."""
        colours = theme().current
        painter.fillRect(rect, colour(colours.window))
        scale = self._shown_scale()
        step = GRID
        while step * scale < DOT_DISTANCE:
            step *= 2
        dot = QPen(colour(colours.grid if not colours.is_dark else colours.border), 2.0)
        dot.setCapStyle(Qt.PenCapStyle.RoundCap)
        dot.setCosmetic(True)
        left, top = math.floor(rect.left() / step), math.floor(rect.top() / step)
        columns = math.ceil(rect.right() / step) + 1 - left
        rows = math.ceil(rect.bottom() / step) + 1 - top
        frame = painter.worldTransform()
        if swift:
            start = frame.map(QPointF(left * step, top * step))
            strip = _strip(columns, step * scale, start.x() % 1.0, dot)
            painter.resetTransform()
            for row in range(rows):
                y = round(start.y() + row * step * scale) - STRIP // 2
                painter.drawPixmap(math.floor(start.x()), y, strip)
        else:
            painter.setPen(dot)
            painter.translate(left * step, top * step)
            painter.scale(step, step)
            painter.drawPoints(_dots(_rounded_up(columns), _rounded_up(rows)))
        painter.setWorldTransform(frame)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom about the cursor."""
        turned = event.angleDelta().y()
        if turned:
            self.set_zoom(self._zoom * PER_WHEEL_UNIT**turned, event.position(), smooth=True)
        event.accept()

    def _shown_scale(self) -> float:
        return self.transform().m11()

    def _scale(self) -> float:
        return self._zoom * theme().text_zoom / 100

    def _apply(self, about: QPointF, scale: float | None = None) -> None:
        fixed = self.scene_point(about)
        shown = self._scale() if scale is None else scale
        self._rescaling()
        self.setTransform(QTransform.fromScale(shown, shown))
        away = self.viewportTransform().map(fixed) - about
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() + round(away.x()))
        down.setValue(down.value() + round(away.y()))

    def _rescaling(self) -> None:
        """The scale is about to change; for subclasses."""


def _rounded_up(count: int) -> int:
    # Few sizes, so that few grids are made; what is too much lies outside and is not painted.
    return -(-count // 16) * 16


def _strip(columns: int, distance: float, first: float, dot: QPen) -> QPixmap:
    """A row of dots, so many pixels apart; all rows are alike."""
    made = QPixmap(math.ceil(columns * distance) + STRIP, STRIP)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(dot)
    middle = STRIP // 2
    painter.drawPoints([QPointF(first + k * distance, middle) for k in range(columns)])
    painter.end()
    return made


@lru_cache(maxsize=32)
def _dots(columns: int, rows: int) -> QPolygonF:
    """The crossings of a grid of unit squares."""
    return QPolygonF([QPointF(x, y) for x in range(columns) for y in range(rows)])
