"""Plots that are read where the pointer is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from netbuilder.ui.plots.base import PlotCard


class HoverPlot(PlotCard):
    """What the pointer reads goes with it; what the keys have read stays."""

    def __init__(self, title: str, object_name: str, parent: QWidget | None = None) -> None:
        super().__init__(title, object_name, parent)
        self._hovering = False
        self.setMouseTracking(True)
        self.area.setMouseTracking(True)

    def read_at(self, position: QPointF) -> bool:
        """Read what is at a place of the card; False if there is nothing to read."""
        return False

    def read_nothing(self) -> None:
        """Take away what was read."""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Read what is under the pointer."""
        if self.read_at(event.position()):
            self._hovering = True
        else:
            self._stop_hovering()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """The pointer is gone, and what it read with it."""
        super().leaveEvent(event)
        self._stop_hovering()

    def _stop_hovering(self) -> None:
        if self._hovering:
            self._hovering = False
            self.read_nothing()

    def _view_on_card(self) -> QRectF:
        """The room inside the axes, in pixels of the card."""
        corner = self.area.mapTo(self, self.area.rect().topLeft())
        return self.area.view_rect().translated(QPointF(corner))
