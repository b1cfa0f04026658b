"""Measures, fonts and colours of the canvas.

Lengths are scene units: pixels at 100 % canvas zoom and 100 % text zoom. The view scales the whole
scene by both, so nothing here depends on them and blocks keep their places when text grows.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPen

from netbuilder.ui.theme import theme

GRID = 24.0
GAP = 44.0  # between neighbours that the program places
RADIUS = 8.0
BAND = 4.0  # the coloured top
PADDING = 12.0
PORT = 5.0  # radius of a port
PORT_REACH = 12.0  # radius within which a press takes the port
WIRE_REACH = 8.0  # distance within which a press takes the wire
SNAP = 24.0  # a dragged wire's end jumps to a port this near; screen pixels
ALIGN = 7.0  # a dragged block this near falls in line with its neighbours; screen pixels
NEAR_PORT = 60.0  # a dropped block is wired to a free port this near

_SIZES = {"strong": 13, "body": 12, "caption": 11}


@lru_cache(maxsize=16)
def font(role: str) -> QFont:
    """The theme's font of a role at 100 % text zoom; the view's transform does the scaling."""
    wanted = theme().font(role)
    wanted.setPixelSize(_SIZES[role])
    # Hinted widths differ from zoom to zoom, and words would outgrow their block.
    wanted.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return wanted


@lru_cache(maxsize=256)
def colour(name: str, alpha: int = 255) -> QColor:
    """A colour from its "#rrggbb" name; do not change it, it is shared."""
    made = QColor(name)
    made.setAlpha(alpha)
    return made


@lru_cache(maxsize=256)
def pen(name: str, width: float = 1.0, alpha: int = 255, dashed: bool = False) -> QPen:
    """A round-capped pen; do not change it, it is shared."""
    made = QPen(colour(name, alpha), width)
    made.setCapStyle(Qt.PenCapStyle.RoundCap)
    made.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if dashed:
        made.setDashPattern([4, 3])
    return made


def kind_colour(kind: str) -> str:
    """The colour of a kind of block; a kind that the theme does not know is drawn like a layer."""
    kinds = theme().current.kinds
    return kinds.get(kind, kinds["layer"])
