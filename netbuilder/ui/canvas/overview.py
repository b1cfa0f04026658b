"""Pictures of the whole network, for frames in which there is no time to paint its blocks.

While the scale changes, what Qt caches of each block is of no use: all would be painted anew in
every frame. One picture of everything is drawn larger or smaller instead, until the scale is still.
"""

from __future__ import annotations

import math
import time
from collections.abc import Hashable, Iterator

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem

from netbuilder.ui.canvas.block_item import BlockItem
from netbuilder.ui.canvas.card import LEGIBLE
from netbuilder.ui.canvas.look import colour
from netbuilder.ui.canvas.scene import CanvasScene
from netbuilder.ui.canvas.wire_item import WireItem

# Pixels a unit of each picture, and below which scale of the view it is used. The first has no
# small words, as a block has none at that scale. Beyond the last very few blocks are in view.
LEVELS = ((0.39, LEGIBLE), (0.8, 2.2))
MOST = 6e6  # pixels of one picture; a network that takes more is painted coarser
FRESH = 1.0  # seconds for which bars are shown as they were: as long as most zooms take
AROUND = 240.0  # units of free room, so that a block may move a little
HINTS = (
    QPainter.RenderHint.Antialiasing
    | QPainter.RenderHint.TextAntialiasing
    | QPainter.RenderHint.SmoothPixmapTransform
)

Look = tuple[object, ...]


class Picture:
    """The network at one scale, made and mended a little at a time. What training changes is left
    out: `Overview.paint` puts it on top.
    """

    def __init__(self, scene: CanvasScene, scale: float) -> None:
        self._scene = scene
        self._wanted = scale
        self._scale = scale
        self._extent = QRectF()
        self._image = QImage()
        self._seen: dict[Hashable, tuple[Look, QRectF]] = {}
        self._work: Iterator[None] | None = None

    @property
    def image(self) -> QImage:
        """The pixels; they cover `extent`."""
        return self._image

    @property
    def extent(self) -> QRectF:
        """What the image covers, in the scene."""
        return self._extent

    @property
    def scale(self) -> float:
        """Pixels a unit."""
        return self._scale

    def advance(self, seconds: float) -> bool:
        """Work on for so long; True when all is as the scene is now."""
        while True:
            if self._work is None:
                self._work = self._plan()
                if self._work is None:
                    return True
            until = time.perf_counter() + seconds  # to look for work takes time, too
            for _ in self._work:
                if time.perf_counter() > until:
                    return False
            self._work = None

    def paint_items(self, painter: QPainter, part: QRectF) -> None:
        """Paint the items themselves that the picture shows in a part of the scene: where each is
        was noted, and need not be asked of all."""
        for key, (_, bounds) in self._seen.items():
            item = self._item(key) if bounds.intersects(part) else None
            if isinstance(item, BlockItem) and item.neurons is not None:
                _paint_all(painter, self._scene, bounds)  # with the parts of its own
            elif item is not None:
                _paint(painter, item)

    def _plan(self) -> Iterator[None] | None:
        items = self._items()
        seen = self._seen
        stale = [k for k, item in items.items() if k not in seen or seen[k][0] != item.look()]
        if not stale and len(seen) == len(items):
            return None
        gone = [key for key in seen if key not in items]
        bounds = QRectF()
        for key in stale:
            bounds = bounds.united(_bounds(items[key]))
        if not self._extent.contains(bounds) or 3 * len(stale) > len(items):
            for item in items.values():
                bounds = bounds.united(_bounds(item))
            return self._build(bounds)
        return self._mend([*gone, *stale])

    def _items(self) -> dict[Hashable, BlockItem | WireItem]:
        # Wires first: blocks lie above them.
        items: dict[Hashable, BlockItem | WireItem] = dict(
            [*self._scene.wires.items(), *self._scene.blocks.items()]
        )
        return items

    def _item(self, key: Hashable) -> BlockItem | WireItem | None:
        if isinstance(key, tuple):
            return self._scene.wires.get(key)
        return self._scene.blocks.get(str(key))

    def _build(self, bounds: QRectF) -> Iterator[None]:
        extent = bounds.adjusted(-AROUND, -AROUND, AROUND, AROUND)
        area = extent.width() * extent.height()
        self._scale = min(self._wanted, math.sqrt(MOST / area))
        width, height = (math.ceil(s * self._scale) for s in (extent.width(), extent.height()))
        self._extent = QRectF(extent.topLeft(), QRectF(0, 0, width, height).size() / self._scale)
        self._seen = {}
        self._image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
        self._image.fill(Qt.GlobalColor.transparent)
        yield
        for key in list(self._items()):
            item = self._item(key)
            if item is None or (isinstance(item, BlockItem) and item.neurons is not None):
                continue  # it is gone, or has parts of its own and is mended in afterwards
            self._seen[key] = (item.look(), _bounds(item))
            painter = self._painter()
            _paint(painter, item)
            painter.end()
            yield

    def _mend(self, keys: list[Hashable]) -> Iterator[None]:
        for key in keys:
            item = self._item(key)
            rects = [self._seen.pop(key)[1]] if key in self._seen else []
            if item is not None:
                rects.append(_bounds(item))
                self._seen[key] = (item.look(), _bounds(item))
            for rect in rects:
                self._repaint(rect)
                yield

    def _repaint(self, rect: QRectF) -> None:
        painter = self._painter()
        box = painter.worldTransform().mapRect(rect).toAlignedRect()
        part = painter.worldTransform().inverted()[0].mapRect(QRectF(box))
        painter.setClipRect(part)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.fillRect(part, Qt.GlobalColor.transparent)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        _paint_all(painter, self._scene, part)
        painter.end()

    def _painter(self) -> QPainter:
        painter = QPainter(self._image)
        painter.setRenderHints(HINTS)
        painter.scale(self._scale, self._scale)
        painter.translate(-self._extent.topLeft())
        return painter


class Overview:
    """The pictures of one scene."""

    def __init__(self, scene: CanvasScene) -> None:
        self._scene = scene
        self.pictures = [Picture(scene, scale) for scale, _ in LEVELS]
        self._ready = [False] * len(LEVELS)
        self._live: list[tuple[str, QPainterPath]] = []
        self._live_until = 0.0

    def advance(self, seconds: float) -> bool:
        """Make and mend the pictures, one at a time; True when all are as the scene is now."""
        for k, picture in enumerate(self.pictures):
            self._ready[k] = picture.advance(seconds)
            if not self._ready[k]:
                return False
        return True

    def begin(self, seconds: float) -> None:
        """The scale is about to change: be ready in time, at the worst with the coarsest only."""
        self._ready = [picture.advance(seconds) for picture in self.pictures]
        if not any(self._ready):
            self._ready[0] = self.pictures[0].advance(math.inf)

    def picture_for(self, scale: float) -> Picture | None:
        """The one for a scale of the view; None where the blocks themselves must be painted."""
        for k, (_, below) in enumerate(LEVELS):
            if scale < below:
                order = [*range(k, len(LEVELS)), *reversed(range(k))]
                return next((self.pictures[i] for i in order if self._ready[i]), None)
        return None

    def paint(self, painter: QPainter, picture: Picture) -> None:
        """Draw all of it; the painter has the view's transform."""
        painter.drawImage(picture.extent, picture.image)
        self._paint_live(painter)

    def paint_blocks(self, painter: QPainter, seen: QRectF) -> None:
        """Draw what is in this part of the scene itself, past what Qt would cache for one frame."""
        if self._ready[-1]:
            self.pictures[-1].paint_items(painter, seen)
        else:
            _paint_all(painter, self._scene, seen)
        self._paint_live(painter)

    def _paint_live(self, painter: QPainter) -> None:
        now = time.perf_counter()
        if now > self._live_until:
            self._live_until = now + FRESH
            self._live = self._gather()
        for tint, path in self._live:
            painter.fillPath(path, colour(tint))

    def _gather(self) -> list[tuple[str, QPainterPath]]:
        # By colour: a few large paths are painted in a tenth of the time of many small ones.
        paths: dict[str, QPainterPath] = {}
        for block in self._scene.blocks.values():
            for tint, shape in block.live():
                if tint not in paths:
                    paths[tint] = QPainterPath()
                    paths[tint].setFillRule(Qt.FillRule.WindingFill)
                paths[tint].addPath(shape)
        return list(paths.items())


def _bounds(item: QGraphicsItem) -> QRectF:
    return item.mapRectToScene(item.boundingRect() | item.childrenBoundingRect())


def _paint_all(painter: QPainter, scene: CanvasScene, part: QRectF) -> None:
    mode, order = Qt.ItemSelectionMode.IntersectsItemBoundingRect, Qt.SortOrder.AscendingOrder
    nothing = QGraphicsItem.GraphicsItemFlag.ItemHasNoContents
    for item in scene.items(part, mode, order):
        if not item.flags() & nothing:
            _paint(painter, item)


def _paint(painter: QPainter, item: QGraphicsItem) -> None:
    painter.save()
    painter.translate(item.scenePos())
    painter.setOpacity(item.effectiveOpacity())
    if isinstance(item, BlockItem):
        item.paint_still(painter)
    else:
        item.paint(painter, QStyleOptionGraphicsItem())
    painter.restore()
