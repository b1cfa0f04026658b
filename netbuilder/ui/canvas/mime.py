"""How a block of the palette travels in a drag."""

from __future__ import annotations

from PySide6.QtCore import QMimeData

from netbuilder.declare import registry
from netbuilder.engine.operation import Operation

BLOCK = "application/x-netbuilder-block"
"""The data are the type name in UTF-8."""


def block_data(type_name: str) -> QMimeData:
    """What a drag of a new block carries."""
    data = QMimeData()
    data.setData(BLOCK, type_name.encode())
    return data


def block_type(data: QMimeData) -> str | None:
    """The type name that a drag carries; None when it carries no block that is known."""
    if not data.hasFormat(BLOCK):
        return None
    name = bytes(data.data(BLOCK).data()).decode(errors="replace")
    return name if name in registry(Operation) else None
