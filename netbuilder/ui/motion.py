"""Whether things may move on their own, and for how long."""

from __future__ import annotations

import sys
from functools import cache

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

CHOICES = ("system", "reduced", "full")
UNWATCHED = ("offscreen", "minimal")


class Motion(QObject):
    """Follows the user's choice; without one, what Qt tells of the system.

    Qt tells it on Windows ("Show animations"). Elsewhere Qt has no such setting, and things move
    until View > Reduce motion is ticked. On a platform without a screen nothing moves.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._choice = "system"

    @property
    def choice(self) -> str:
        """ "system", "reduced" or "full"."""
        return self._choice

    def set_choice(self, choice: str) -> None:
        """Set it; an unknown word means "system"."""
        choice = choice if choice in CHOICES else "system"
        if choice != self._choice:
            self._choice = choice
            self.changed.emit()

    @property
    def reduced(self) -> bool:
        """Whether everything jumps to its end at once."""
        if self._choice != "system":
            return self._choice == "reduced"
        if QGuiApplication.instance() is None or QGuiApplication.platformName() in UNWATCHED:
            return True
        windows = sys.platform == "win32"
        return windows and not QApplication.isEffectEnabled(Qt.UIEffect.UI_General)


@cache
def motion() -> Motion:
    """The program's one such object."""
    return Motion()
