"""How verdicts of each level look."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from netbuilder.ui.tokens import Theme


class HealthLook(NamedTuple):
    """Icon name, the level of a chip, and the colours of icon and ground."""

    icon: str
    chip: str
    ink: str
    ground: str


def health_look(level: str, theme: Theme) -> HealthLook:
    """The look of a verdict's level: neutral, ok, info, warning or danger."""
    return {
        "ok": HealthLook("check", "ok", theme.success, theme.success_soft),
        "warning": HealthLook("warning", "warning", theme.warning, theme.warning_soft),
        "danger": HealthLook("error", "danger", theme.danger, theme.danger_soft),
    }.get(level, HealthLook("info", "neutral", theme.muted, theme.sunken))


def before_words() -> str:
    """What verdicts are about while the network on the canvas is not the one that trains."""
    return QCoreApplication.translate(
        "HealthLook",
        "This is about the network before your change, which still trains. Press Reset to train"
        " the new one.",
    )
