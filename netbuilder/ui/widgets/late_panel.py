"""A panel that is made when somebody looks at it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, QTimer, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from netbuilder.ui.theme import theme

AFTER_MS = 100  # docks are all shown once before some of them go behind a tab


class LatePanel(QWidget):
    """Holds the place of a panel; the panel itself comes with the first showing.

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

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """The panel comes after what is already there is painted."""
        super().showEvent(event)
        if self._make is not None:
            QTimer.singleShot(AFTER_MS, self, self._fill_if_seen)

    @Slot()
    def _fill_if_seen(self) -> None:
        if self.isVisible():
            self.fill()

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
