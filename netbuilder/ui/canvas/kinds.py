"""The kinds of blocks as people see them: order, heading and icon."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from netbuilder import assets
from netbuilder.declare import type_name
from netbuilder.engine.operation import Operation

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


@cache
def icon_of(cls: type[Operation]) -> str:
    """The icon of an operation: its own if there is one, otherwise that of its kind."""
    own = f"block-{type_name(cls).lower()}"
    return own if own in assets.names("icons", ".svg") else icon_name(cls.kind)


def icon_name(kind: str) -> str:
    """The icon for a kind; one that is not known looks like a layer."""
    return _ICONS.get(kind, _ICONS["layer"])
