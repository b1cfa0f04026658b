"""The drawing surface of a plot: axes, grid and the items in it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap, QResizeEvent, QTransform
from PySide6.QtWidgets import QLabel, QWidget

from netbuilder.ui.plots.axes import Margins, margins_of, paint_axes
from netbuilder.ui.plots.items import Band, GridItem, ViewItem
from netbuilder.ui.plots.scales import Axis
from netbuilder.ui.theme import theme


class PlotArea(QWidget):
    """Axes around a view and the items in it; the mouse goes through it to the card.

    Ground, grid and axes are a picture that is made anew only when they change, and so is each item
    that is `kept`: a frame paints the lines that have grown and nothing else.
    """

    view_resized = Signal()
    """The room inside the axes has another size: choose ticks anew."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # With its own ground a new line does not repaint the card below.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._x = Axis(0.0, 1.0, ())
        self._y = Axis(0.0, 1.0, ())
        self._margins = margins_of(self._x, self._y)
        self._told = QSizeF()
        self._ground: QPixmap | None = None
        self._kept: dict[ViewItem, QPixmap] = {}
        self._items: list[ViewItem] = []
        self.grid = GridItem()
        self.add(self.grid)
        self._note = QLabel(self)
        self._note.setProperty("role", "muted")
        self._note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._note.setWordWrap(True)
        self._note.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._note.hide()
        theme().changed.connect(self._restyle)

    def add(self, item: ViewItem) -> None:
        """Put an item into the view; it always covers the visible rectangle."""
        self._items.append(item)
        item.set_area(self._area())
        item.put_into(self)

    def set_axes(self, x: Axis, y: Axis) -> None:
        """Show these ranges; cheap if nothing changed. Raises ValueError if one is not finite."""
        if (x, y) == (self._x, self._y):
            return
        if not all(map(math.isfinite, (x.low, x.high, y.low, y.high))):
            raise ValueError(f"the ranges of a plot must be finite: {x.low, x.high, y.low, y.high}")
        self._x, self._y = x, y
        self._margins = margins_of(x, y)
        for item in self._items:
            item.set_area(self._area())
        self.grid.rows = tuple(place for place, _ in y.ticks)
        self._renew()

    def _area(self) -> QRectF:
        return QRectF(QPointF(self._x.low, self._y.low), QPointF(self._x.high, self._y.high))

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
        self._place_note()
        self._ground = None
        self.update()

    @property
    def note(self) -> str:
        """The words in the middle, or ""."""
        return self._note.text()

    def view_size(self) -> QSizeF:
        """The room inside the axes in pixels."""
        return self.view_rect().size()

    def view_rect(self) -> QRectF:
        """The room inside the axes in pixels of this widget."""
        left, top, right, bottom = self._margins
        width, height = self.width() - left - right, self.height() - top - bottom
        return QRectF(left, top, max(width, 0.0), max(height, 0.0))

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
        return sorted((item for item in self._items if item.visible), key=lambda item: item.z)

    def margins(self) -> Margins:
        """What axes and padding take at the left, top, right and bottom."""
        return self._margins

    def item_changed(self, item: ViewItem) -> None:
        """An item looks different from now on."""
        self._kept.pop(item, None)
        if item is self.grid:
            self._ground = None
        self.update(self.view_rect().toAlignedRect())

    # ---- painting -------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the ground and what stands in front of it."""
        painter = QPainter(self)
        if self._ground is None or self._is_outgrown(self._ground):
            self._ground = self._picture_of_ground()
        painter.drawPixmap(0, 0, self._ground)
        view = self.view_rect()
        if self.note or view.isEmpty() or not view.intersects(QRectF(event.rect())):
            return
        to_pixels = self.transform_to(view)
        painter.setClipRect(view)
        for item in self.items_below_up():
            if item is self.grid:
                continue
            if item.kept:
                painter.drawPixmap(0, 0, self._picture_of(item, view, to_pixels))
                continue
            painter.save()
            item.draw(painter, to_pixels)
            painter.restore()

    def _picture_of_ground(self) -> QPixmap:
        picture = self._empty(QColor(theme().current.surface))
        view = self.view_rect()
        if self.note or view.isEmpty():
            # Words stand alone: axes without a curve behind them would only be in the way.
            return picture
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_axes(painter, self._x, self._y, QRectF(self.rect()), view)
        if self.grid.visible:
            painter.setClipRect(view)
            self.grid.draw(painter, self.transform_to(view))
        painter.end()
        return picture

    def _picture_of(self, item: ViewItem, view: QRectF, to_pixels: QTransform) -> QPixmap:
        picture = self._kept.get(item)
        if picture is None or self._is_outgrown(picture):
            picture = self._empty(QColor(Qt.GlobalColor.transparent))
            painter = QPainter(picture)
            painter.setClipRect(view)
            item.draw(painter, to_pixels)
            painter.end()
            self._kept[item] = picture
        return picture

    def _empty(self, colour: QColor) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(math.ceil(self.width() * ratio), math.ceil(self.height() * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(colour)
        return picture

    def _is_outgrown(self, picture: QPixmap) -> bool:
        # A window may move to a screen of another sharpness.
        return picture.devicePixelRatio() != self.devicePixelRatioF()

    # ---- room -----------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Fill the new room."""
        super().resizeEvent(event)
        self._renew()
        self._tell_resized()

    def _renew(self) -> None:
        """Everything is drawn anew."""
        self._ground = None
        self._kept.clear()
        self._place_note()
        self.update()
        if self.view_size() != self._told:
            # Not while a view draws: it has chosen its ticks for the present size.
            QTimer.singleShot(0, self, self._tell_resized)

    @Slot()
    def _tell_resized(self) -> None:
        if self.view_size() != self._told:
            self._told = self.view_size()
            self.view_resized.emit()

    def _place_note(self) -> None:
        self._note.setGeometry(self.view_rect().adjusted(4, 0, -4, 0).toRect())

    @Slot()
    def _restyle(self) -> None:
        self._margins = margins_of(self._x, self._y)
        self._renew()
