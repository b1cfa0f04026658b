"""Other runs behind the curves of the present one."""

from __future__ import annotations

from dataclasses import dataclass

from netbuilder.engine.history import History


@dataclass(frozen=True, eq=False)
class Overlay:
    """An earlier run: its name in the legend, its colour "#rrggbb" and its curves."""

    title: str
    colour: str
    history: History
