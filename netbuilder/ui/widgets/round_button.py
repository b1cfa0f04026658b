"""The circular transport buttons."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QAction, QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from netbuilder.ui.icons import pixmap
from netbuilder.ui.theme import theme


class RoundButton(QAbstractButton):
    """A round button with one icon; the `primary` one is larger and filled with the accent."""

    def __init__(
        self,
        icon_name: str,
        words: str = "",
        *,
        primary: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """`words` is the accessible name and the tooltip; the icon alone is drawn."""
        super().__init__(parent)
        self._icon_name = icon_name
        self._primary = primary
        self._action: QAction | None = None
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self._refresh)

    def icon_name(self) -> str:
        """The name of the icon drawn."""
        return self._icon_name

    def set_icon_name(self, name: str) -> None:
        """Draw another icon."""
        if name != self._icon_name:
            self._icon_name = name
            self.update()

    def set_action(self, action: QAction) -> None:
        """Trigger `action` on click and follow its words, tooltip and enabled state from now on."""
        if self._action is not None:
            self._action.changed.disconnect(self._follow_action)
            self.clicked.disconnect(self._action.trigger)
        self._action = action
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow_action)
        self._follow_action()

    def sizeHint(self) -> QSize:  # noqa: N802
        """A circle of 44 (primary) or 34 pixels with room for the focus ring."""
        side = theme().px(44 if self._primary else 34) + 6
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Never smaller than drawn."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter clicks, as Space does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Repaint when enabled or disabled."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self.update()

    def event(self, event: QEvent) -> bool:
        """Repaint on hover."""
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self.update()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw circle, icon and focus ring."""
        colours = theme().current
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        circle = QRectF(self.rect()).adjusted(3.5, 3.5, -3.5, -3.5)
        ground, edge, ink = self._colours()
        painter.setPen(QPen(QColor(edge), 1))
        painter.setBrush(QColor(ground))
        painter.drawEllipse(circle)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        side = theme().px(24 if self._primary else 18)
        left = (self.width() - side) // 2
        painter.drawPixmap(left, (self.height() - side) // 2, pixmap(self._icon_name, side, ink))

    def _colours(self) -> tuple[str, str, str]:
        colours = theme().current
        if not self.isEnabled():
            ground = colours.sunken if self._primary else colours.surface
            return ground, colours.border, colours.faint
        active = self.isDown() or self.underMouse()
        if self._primary:
            ground = colours.accent_hover if active else colours.accent
            return ground, ground, colours.accent_text
        if self.isDown() or self.isChecked():
            return colours.selection, colours.border_strong, colours.text
        return colours.sunken if active else colours.surface, colours.border_strong, colours.text

    @Slot()
    def _follow_action(self) -> None:
        action = self._action
        if action is not None:
            self.setEnabled(action.isEnabled())
            self.setAccessibleName(action.text().replace("&", ""))
            self.setToolTip(action.toolTip())

    @Slot()
    def _refresh(self) -> None:
        self.updateGeometry()
        self.update()
