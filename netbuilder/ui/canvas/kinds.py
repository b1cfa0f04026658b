"""The kinds of blocks as people see them: order, heading and icon."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

_HEADINGS = {
    "input": str(QT_TRANSLATE_NOOP("Kind", "Data")),
    "layer": str(QT_TRANSLATE_NOOP("Kind", "Layers")),
    "activation": str(QT_TRANSLATE_NOOP("Kind", "Activations")),
    "normalisation": str(QT_TRANSLATE_NOOP("Kind", "Normalise")),
    "regularisation": str(QT_TRANSLATE_NOOP("Kind", "Regularise")),
    "loss": str(QT_TRANSLATE_NOOP("Kind", "Losses")),
}
_ICONS = {
    "input": "data",
    "layer": "layer-dense",
    "activation": "activation",
    "normalisation": "norm",
    "regularisation": "dropout",
    "loss": "loss",
}

KINDS = tuple(_HEADINGS)
"""The known kinds in the order in which data meet them."""


def heading(kind: str) -> str:
    """The heading over the blocks of a kind."""
    if kind in _HEADINGS:
        return QCoreApplication.translate("Kind", _HEADINGS[kind])
    return kind.capitalize()


def icon_name(kind: str) -> str:
    """The icon for a kind; one that is not known looks like a layer."""
    return _ICONS.get(kind, _ICONS["layer"])
