"""A few words beside the cursor: why a wire may not end here, or what letting go will do."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from netbuilder.ui.canvas.look import colour, pen
from netbuilder.ui.theme import theme

AWAY = 16  # from the cursor, which would cover it; pixels at 100 % text zoom
WIDEST = 380


class Bubble(QLabel):
    """Floats above a view, takes no mouse, and keeps inside its parent."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._ground = parent
        self._refused = False
        self.setObjectName("canvas.bubble")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.hide()

    @property
    def words(self) -> str:
        """What is told now; "" if nothing is."""
        return "" if self.isHidden() else self.text()

    def tell(self, text: str, at: QPoint, *, refused: bool = False) -> None:
        """Show a text beside a point of the parent; an empty one hides the bubble."""
        if not text:
            self.hide()
            return
        if text != self.text() or self.isHidden():
            self._refused = refused
            self.setText(text)
            px = theme().px
            self.setContentsMargins(px(10), px(7), px(10), px(8))
            lines = max(self.fontMetrics().horizontalAdvance(line) for line in text.split("\n"))
            width = min(lines + px(24), px(WIDEST), self._ground.width() - px(16))
            self.resize(width, self.heightForWidth(width))
            self.show()
            self.raise_()
        self._put(at)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """A card whose edge tells a refusal; the words tell it, too."""
        colours = theme().current
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen(colours.warning if self._refused else colours.border_strong))
        painter.setBrush(colour(colours.raised))
        radius = theme().px(6)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        painter.end()
        super().paintEvent(event)

    def _put(self, at: QPoint) -> None:
        gap, away = theme().px(8), theme().px(AWAY)
        area = self._ground.rect().adjusted(gap, gap, -gap, -gap)
        x, y = at.x() + away, at.y() + away
        if x + self.width() > area.right():
            x = at.x() - away - self.width()
        if y + self.height() > area.bottom():
            y = at.y() - away - self.height()
        self.move(max(x, area.left()), max(y, area.top()))


def announce(widget: QWidget, text: str) -> None:
    """Let a screen reader say something that happened without a change of focus."""
    if text and QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, text))
