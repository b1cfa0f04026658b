"""Whether a widget can be seen: who draws what nobody sees takes time from the training."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QWidget


def in_sight(widget: QWidget) -> bool:
    """Whether anybody can see it. Qt moves what lies behind another tab of a dock out of the
    window, but does not hide it: `isVisible` alone would say yes."""
    window = widget.window()
    if not widget.isVisible() or window.isMinimized():
        return False
    return window.rect().intersects(QRect(widget.mapTo(window, QPoint()), widget.size()))
