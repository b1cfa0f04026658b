"""The digits of the transport bar: epochs, the way to the limit, steps and times."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from netbuilder.ui.theme import theme

_BAR = 3  # pixels at 100 % text zoom


class EpochCounter(QWidget):
    """Passes over the training set, six digits that do not jitter; a thin line below them fills
    up on the way to the limit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._text = "000,000"
        self._done: float | None = None
        self._pixels = -1
        theme().changed.connect(self._refresh)

    def text(self) -> str:
        """The digits shown."""
        return self._text

    def done(self) -> float | None:
        """The share of the way to the limit that the line shows; None without a limit."""
        return self._done

    def set_epoch(self, epoch: float) -> None:
        """Show the number of full passes. Cheap enough for every frame."""
        text = f"{math.floor(epoch):07,}"
        if text == self._text:
            return
        longer = len(text) != len(self._text)
        self._text = text
        if longer:
            self.updateGeometry()
        self.update()
        self.setAccessibleDescription(text)

    def set_done(self, done: float | None) -> None:
        """Show the share of the way to the limit, 0 to 1; None for no limit."""
        self._done = done
        pixels = -1 if done is None else round(done * self.width())
        if pixels != self._pixels:
            self._pixels = pixels
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for the digits as they are, and the line."""
        metrics = QFontMetrics(theme().font("counter"))
        px = theme().px
        return QSize(metrics.horizontalAdvance(self._text) + 2, metrics.ascent() + px(4) + px(_BAR))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the digits and the line."""
        colours, px = theme().current, theme().px
        painter = QPainter(self)
        painter.setFont(theme().font("counter"))
        painter.setPen(QColor(colours.text))
        room = self.rect().adjusted(0, 0, 0, -px(_BAR))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, self._text)
        if self._done is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        line = QRectF(0, self.height() - px(_BAR), self.width(), px(_BAR))
        painter.setBrush(QColor(colours.border))
        painter.drawRoundedRect(line, line.height() / 2, line.height() / 2)
        if self._done > 0:
            line.setWidth(max(self._done * line.width(), line.height()))
            painter.setBrush(QColor(colours.accent))
            painter.drawRoundedRect(line, line.height() / 2, line.height() / 2)

    @Slot()
    def _refresh(self) -> None:
        self.updateGeometry()
        self.update()


class RunClock(QWidget):
    """Two quiet lines of fixed width: the step, and the time spent or left."""

    _WIDEST = "step 000,000,000"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._lines = ("", "")
        theme().changed.connect(self._refresh)

    def lines(self) -> tuple[str, str]:
        """The words shown."""
        return self._lines

    def set_lines(self, above: str, below: str) -> None:
        """Show these words; nothing is laid out anew."""
        if (above, below) != self._lines:
            self._lines = above, below
            self.setAccessibleDescription(f"{above}, {below}")
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for a long run."""
        metrics = QFontMetrics(theme().font("caption"))
        return QSize(metrics.horizontalAdvance(self._WIDEST), 2 * metrics.height() + theme().px(8))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the lines."""
        painter = QPainter(self)
        painter.setFont(theme().font("caption"))
        painter.setPen(QColor(theme().current.muted))
        metrics, end = painter.fontMetrics(), Qt.TextElideMode.ElideRight
        above, below = (metrics.elidedText(text, end, self.width()) for text in self._lines)
        top = Qt.AlignmentFlag.AlignTop
        painter.drawText(self.rect(), top, above)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignBottom, below)

    @Slot()
    def _refresh(self) -> None:
        self.updateGeometry()
        self.update()


def clock_words(seconds: float) -> str:
    """A time as people write it: "0:03", "1:20", "2:05:00"; beyond a hundred days "> 100 days"."""
    if not math.isfinite(seconds) or seconds >= 100 * 86_400:
        return QCoreApplication.translate("clock", "> 100 days")
    whole = max(math.floor(seconds), 0)
    hours, rest = divmod(whole, 3600)
    minutes, rest = divmod(rest, 60)
    if hours >= 48:
        return QCoreApplication.translate("clock", "{n} days").format(n=hours // 24)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
