"""How problems of each level look and are called."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from netbuilder.ui.tokens import Theme


class LevelLook(NamedTuple):
    """Icon name, the colour of icon and ground, and the word for screen readers."""

    icon: str
    ink: str
    ground: str
    word: str


def level_look(level: str, theme: Theme) -> LevelLook:
    """The look of a problem's level: "error", "warning" or "todo"."""

    def word(text: str) -> str:
        return QCoreApplication.translate("levels", text)

    if level == "error":
        return LevelLook("error", theme.danger, theme.danger_soft, word("Error"))
    if level == "warning":
        return LevelLook("warning", theme.warning, theme.warning_soft, word("Warning"))
    return LevelLook("info", theme.accent, theme.selection, word("To do"))
