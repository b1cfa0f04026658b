"""A view that stays fluent while the scale of a large network changes, and is sharp at rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QTimer, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QGraphicsView, QWidget

from netbuilder.ui.canvas.overview import Overview
from netbuilder.ui.canvas.scene import CanvasScene
from netbuilder.ui.canvas.zoom_view import ZoomView

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF

FEW = 50  # as many blocks are painted in time, however the scale changes
STILL = 160  # milliseconds after which a scale is still
REST = 400  # milliseconds without a change after which pictures are made
PAUSE = 12  # milliseconds between two pieces of work
SLICE = 0.003  # seconds of such a piece
BUDGET = 0.006  # seconds for what is not ready when the scale begins to change
STRIPS = 8  # in which the view becomes sharp, one after the other


class SwiftView(ZoomView):
    """While `swift`, shows pictures of the network instead of the network."""

    def __init__(self, scene: CanvasScene, parent: QWidget | None = None) -> None:
        self._overview = Overview(scene)
        self._swift = False
        self._sharp: QRegion | None = None  # while it becomes sharp: where it is already
        self._blocks = scene.blocks
        super().__init__(scene, parent)
        self._still = QTimer(self)
        self._still.setSingleShot(True)
        self._still.setInterval(STILL)
        self._still.timeout.connect(self.calm_down)
        self._sharpening = QTimer(self)
        self._sharpening.setInterval(PAUSE)
        self._sharpening.timeout.connect(self._sharpen)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST)
        self._idle = QTimer(self)
        self._idle.setInterval(PAUSE)
        self._rest.timeout.connect(self._idle.start)
        self._idle.timeout.connect(self._prepare)
        scene.altered.connect(self.wake)
        scene.selectionChanged.connect(self.wake)

    @property
    def swift(self) -> bool:
        """Whether pictures are shown."""
        return self._swift

    @property
    def prepared(self) -> bool:
        """Whether nothing is left to do before the scale may change."""
        return not (self._rest.isActive() or self._idle.isActive() or self._sharpening.isActive())

    def _may_hasten(self) -> bool:
        return self.isVisible() and len(self._blocks) > FEW

    def _rescaling(self) -> None:
        super()._rescaling()
        if not self._may_hasten() or (self._leaping and not self._swift):
            return
        if not self._swift:
            self._swift = True
            self._sharpening.stop()
            self._sharp = None
            # Made anew for each scale, a cached background costs more than it saves.
            self.setCacheMode(QGraphicsView.CacheModeFlag(0))
            self._overview.begin(BUDGET)
        self._still.start()

    @Slot()
    def calm_down(self) -> None:
        """The scale is still: let the blocks themselves be painted, a part of the view at a time.

        All at once would be a jerk at the end of every zoom.
        """
        if not self._swift:
            return
        self._still.stop()
        self._swift = False
        self.setCacheMode(QGraphicsView.CacheModeFlag.CacheBackground)
        self._sharp = QRegion()
        self._sharpening.start()
        self._rest.start()

    @Slot()
    def wake(self) -> None:
        """What is shown changes: no picture has it yet."""
        if self._swift or self._sharp is not None:
            self.calm_down()
            self._sharpening.stop()
            self._sharp = None
            self.viewport().update()
        self._rest.start()

    @Slot()
    def _sharpen(self) -> None:
        area = self.viewport().rect()
        done = self._sharp.boundingRect().height() if self._sharp is not None else area.height()
        step = -(-area.height() // STRIPS)
        if self._sharp is None or done + step >= area.height():
            self._sharpening.stop()
            self._sharp = None
        else:
            self._sharp = QRegion(area.x(), area.y(), area.width(), done + step)
        self.viewport().update(QRect(area.x(), done, area.width(), step))

    @Slot()
    def _prepare(self) -> None:
        # A few blocks at a time, between events: the next zoom must not begin with a jerk.
        if self._swift:
            return
        if not self._may_hasten() or self._overview.advance(SLICE):
            self._idle.stop()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the network, its picture, or each in a part of the view."""
        scale = self.transform().m11()
        picture = None
        if self._swift or self._sharp is not None:
            picture = self._overview.picture_for(scale)
        if picture is None and not self._swift:
            super().paintEvent(event)
            return
        sharp = QRegion() if self._sharp is None else event.region() & self._sharp
        # Qt must know that it was painted, even where it was not: it would schedule no more.
        super().paintEvent(QPaintEvent(sharp))
        rest = event.region() - sharp
        if rest.isEmpty():
            return
        painter = QPainter(self.viewport())
        painter.setRenderHints(self.renderHints())
        painter.setClipRegion(rest)
        painter.setWorldTransform(self.viewportTransform())
        seen = self.mapToScene(rest.boundingRect()).boundingRect()
        self.paint_background(painter, seen, swift=True)
        if picture is None:
            self._overview.paint_blocks(painter, seen)
        else:
            self._overview.paint(painter, picture)
        painter.end()

    def drawBackground(self, painter: QPainter, rect: QRectF | object) -> None:  # noqa: N802
        """Nothing while Qt is only told that it painted."""
        if not self._swift:
            super().drawBackground(painter, rect)
