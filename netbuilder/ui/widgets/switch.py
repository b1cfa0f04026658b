"""An on/off switch."""

from __future__ import annotations

from PySide6.QtCore import (
    Property,
    QEasingCurve,
    QEvent,
    QPropertyAnimation,
    QRectF,
    QSize,
    Qt,
    Slot,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from netbuilder.ui.motion import motion
from netbuilder.ui.theme import theme

_DURATION_MS = 120


class Switch(QAbstractButton):
    """A checkable button drawn as a sliding knob; Space and Enter toggle it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._position = 0.0
        self._slide = QPropertyAnimation(self, b"knob", self)
        self._slide.setDuration(_DURATION_MS)
        self._slide.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self.toggled.connect(self._move)
        theme().changed.connect(self._refresh)

    def _knob(self) -> float:
        return self._position

    def _set_knob(self, position: float) -> None:
        self._position = position
        self.update()

    knob = Property(float, _knob, _set_knob, doc="Where the knob is: 0 off, 1 on.")

    def sizeHint(self) -> QSize:  # noqa: N802
        """Track plus room for the focus ring."""
        px = theme().px
        return QSize(px(34) + 6, px(18) + 6)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Never smaller than drawn."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter toggles, as Space does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw track, knob and focus ring."""
        colours, px = theme().current, theme().px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height, width = px(18), px(34)
        track = QRectF(0, 0, width, height)
        track.moveCenter(QRectF(self.rect()).center())
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            ring = track.adjusted(-2, -2, 2, 2)
            painter.drawRoundedRect(ring, ring.height() / 2, ring.height() / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._track_colour())
        painter.drawRoundedRect(track, height / 2, height / 2)
        gap = max(2.0, height / 9)
        diameter = height - 2 * gap
        left = track.left() + gap + self._position * (width - height)
        painter.setBrush(QColor("#ffffff" if self.isEnabled() else colours.surface))
        painter.drawEllipse(QRectF(left, track.top() + gap, diameter, diameter))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Repaint when enabled or disabled."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self.update()

    def _track_colour(self) -> QColor:
        colours = theme().current
        if not self.isEnabled():
            return QColor(colours.border_strong if self.isChecked() else colours.border)
        off = QColor(colours.faint)
        on = QColor(colours.accent_hover if self.underMouse() else colours.accent)
        t = self._position
        return QColor.fromRgbF(
            off.redF() + t * (on.redF() - off.redF()),
            off.greenF() + t * (on.greenF() - off.greenF()),
            off.blueF() + t * (on.blueF() - off.blueF()),
        )

    @Slot(bool)
    def _move(self, on: bool) -> None:
        self._slide.stop()
        target = 1.0 if on else 0.0
        if not self.isVisible() or motion().reduced:
            self._set_knob(target)
            return
        self._slide.setStartValue(self._position)
        self._slide.setEndValue(target)
        self._slide.start()

    @Slot()
    def _refresh(self) -> None:
        self.updateGeometry()
        self.update()
