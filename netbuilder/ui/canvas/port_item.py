"""Where wires begin and end: a small circle on the side of a block."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from netbuilder.ui.canvas.look import PORT, PORT_REACH, colour, pen
from netbuilder.ui.theme import theme

Side = Literal["in", "out"]


class PortItem(QGraphicsItem):
    """One end point; a child of its block."""

    def __init__(self, block: QGraphicsItem, name: str, side: Side) -> None:
        super().__init__(block)
        self.node = name
        self.side: Side = side
        self._hovered = False
        self._lit = False
        self._bounds = QRectF(-PORT_REACH, -PORT_REACH, 2 * PORT_REACH, 2 * PORT_REACH)
        self._reach = QPainterPath()
        self._reach.addEllipse(QPointF(0, 0), PORT_REACH, PORT_REACH)
        self.setAcceptHoverEvents(True)
        # At rest the block paints it, together with itself: half as many items to paint.
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemHasNoContents)
        self.setCursor(Qt.CursorShape.CrossCursor)

    @property
    def lit(self) -> bool:
        """Whether a wire that is being drawn may end here."""
        return self._lit

    def set_lit(self, lit: bool) -> None:
        """Show the port as a possible end of a wire."""
        if lit != self._lit:
            self._lit = lit
            self._appear()

    def boundingRect(self) -> QRectF:  # noqa: N802
        """The circle with what it grows by."""
        return self._bounds

    def shape(self) -> QPainterPath:
        """Larger than the picture, so that it is easily hit."""
        return self._reach

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """Draw the circle."""
        colours = theme().current
        active = self._hovered or self._lit
        radius = PORT + (1.5 if active else 0.0)
        if self._lit:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(colours.accent, 50))
            painter.drawEllipse(QPointF(0, 0), PORT_REACH, PORT_REACH)
        painter.setPen(pen(colours.accent if active else colours.muted, 1.75))
        painter.setBrush(colour(colours.raised))
        painter.drawEllipse(QPointF(0, 0), radius, radius)

    def hoverEnterEvent(self, event: object) -> None:  # noqa: N802
        """Grow under the cursor."""
        self._hovered = True
        self._appear()

    def hoverLeaveEvent(self, event: object) -> None:  # noqa: N802
        """Shrink again."""
        self._hovered = False
        self._appear()

    def _appear(self) -> None:
        at_rest = not self._hovered and not self._lit
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemHasNoContents, at_rest)
        self.update()
        if at_rest:
            self.parentItem().update(self.mapRectToParent(self._bounds))
