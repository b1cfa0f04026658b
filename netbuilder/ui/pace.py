"""How fast training goes while it is watched."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

# Epochs a second; None is full speed.
PACES: tuple[float | None, ...] = (None, 60.0, 30.0, 10.0, 5.0, 2.0, 1.0)


def pace_words(pace: float | None) -> str:
    """A pace as it stands in a menu."""
    if pace is None:
        return QCoreApplication.translate("pace", "Full speed")
    if pace == 1:
        return QCoreApplication.translate("pace", "1 epoch a second")
    return QCoreApplication.translate("pace", "{n} epochs a second").format(n=f"{pace:g}")


def pace_short(pace: float | None) -> str:
    """A pace as it stands in a field that is headed "epochs/s"."""
    return QCoreApplication.translate("pace", "full") if pace is None else f"{pace:g}"
