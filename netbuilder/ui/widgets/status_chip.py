"""The pill that says in a word how things stand."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from netbuilder.ui.theme import theme

LEVELS = ("ok", "warning", "danger", "neutral")


class StatusChip(QWidget):
    """A coloured dot, a strong word and a quiet detail that is elided when there is no room."""

    clicked = Signal()
    """The chip was clicked, or Enter or Space pressed on it (only after `set_clickable`)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._level = "neutral"
        self._word = ""
        self._detail = ""
        self._clickable = False
        theme().changed.connect(self._refresh)

    def set_status(self, level: str, word: str, detail: str = "") -> None:
        """Show `word` and `detail` at a level: ok, warning, danger or neutral.

        Raises `ValueError` for another level.
        """
        if level not in LEVELS:
            raise ValueError(f"unknown level '{level}': expected one of {', '.join(LEVELS)}")
        if (level, word, detail) == (self._level, self._word, self._detail):
            return
        self._level, self._word, self._detail = level, word, detail
        full = f"{word}: {detail}" if detail else word
        self.setToolTip(full)
        self.setAccessibleName(full)
        self._refresh()

    def level(self) -> str:
        """The level shown."""
        return self._level

    def text(self) -> str:
        """The word and the detail."""
        return self.accessibleName()

    def set_clickable(self, clickable: bool) -> None:
        """Let the chip take focus and send `clicked`."""
        self._clickable = clickable
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if clickable else Qt.FocusPolicy.NoFocus)
        self.setCursor(
            Qt.CursorShape.PointingHandCursor if clickable else Qt.CursorShape.ArrowCursor
        )

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for word and detail."""
        px = theme().px
        width = self._head_width() + px(14)
        if self._detail:
            body = QFontMetrics(theme().font("body"))
            width += px(8) + body.horizontalAdvance(self._detail) + 2
        return QSize(width, px(30))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Room for the word."""
        return QSize(self._head_width() + theme().px(14), theme().px(30))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A click inside counts."""
        inside = self.rect().contains(event.position().toPoint())
        if self._clickable and inside and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()
        else:
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter and Space click."""
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if self._clickable and event.key() in keys:
            self.clicked.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw pill, dot and words."""
        if not self._word:
            return
        px, colours = theme().px, theme().current
        ground, ink = self._colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pill = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        ring = self.hasFocus()
        painter.setPen(QPen(QColor(colours.accent), 2) if ring else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ink))
        dot = QRectF(px(14), (self.height() - px(8)) / 2, px(8), px(8))
        painter.drawEllipse(dot)
        strong = theme().font("strong")
        left = round(dot.right()) + px(6)
        room = self.rect().adjusted(left, 0, -px(14), 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(ink))
        painter.setFont(strong)
        painter.drawText(room, middle, self._word)
        room.setLeft(room.left() + QFontMetrics(strong).horizontalAdvance(self._word) + px(8))
        wanted = QFontMetrics(theme().font("body")).horizontalAdvance(self._detail)
        if self._detail and room.width() >= min(wanted, px(80)):  # "los…" tells nobody anything
            painter.setFont(theme().font("body"))
            painter.setPen(QColor(colours.text if self._level != "neutral" else colours.muted))
            metrics = painter.fontMetrics()
            words = metrics.elidedText(self._detail, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, middle, words)

    def _head_width(self) -> int:
        px = theme().px
        strong = QFontMetrics(theme().font("strong"))
        return px(14) + px(8) + px(6) + strong.horizontalAdvance(self._word) + 2

    def _colours(self) -> tuple[str, str]:
        colours = theme().current
        return {
            "ok": (colours.success_soft, colours.success),
            "warning": (colours.warning_soft, colours.warning),
            "danger": (colours.danger_soft, colours.danger),
            "neutral": (colours.sunken, colours.muted),
        }[self._level]

    @Slot()
    def _refresh(self) -> None:
        self.updateGeometry()
        self.update()
