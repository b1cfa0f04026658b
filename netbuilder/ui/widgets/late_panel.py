"""A panel that is made when somebody looks at it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, QTimer, Slot
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from netbuilder.ui.theme import theme


class LatePanel(QWidget):
    """Holds the place of a panel; the panel itself comes when it is first painted.

    A window stands sooner for each panel behind another tab that it does not make at the start.
    """

    def __init__(self, make: Callable[[], QWidget], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make: Callable[[], QWidget] | None = make
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    @Slot()
    def fill(self) -> None:
        """Make the panel now; does nothing the second time."""
        if self._make is not None:
            make, self._make = self._make, None
            self._column.addWidget(make())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Seen for the first time: the panel comes after what is already there is painted."""
        super().paintEvent(event)
        if self._make is not None:
            QTimer.singleShot(0, self, self.fill)

    def sizeHint(self) -> QSize:  # noqa: N802
        """That of a column beside the canvas, until the panel is there."""
        if self._make is None:
            return super().sizeHint()
        return QSize(theme().px(288), theme().px(480))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """That of a column beside the canvas, until the panel is there."""
        if self._make is None:
            return super().minimumSizeHint()
        return QSize(theme().px(240), theme().px(120))
