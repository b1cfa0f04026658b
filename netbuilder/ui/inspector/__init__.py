"""The inspector: everything about what is selected, changed through undoable commands."""

from __future__ import annotations

from netbuilder.ui.inspector.inspector import Inspector

__all__ = ["Inspector"]
