"""The colours of the light and the dark look, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Theme:
    """One look. Every colour is a "#rrggbb" string.

    Backgrounds, from back to front: `sunken` (search fields, formula boxes, wells), `window`
    (canvas and gaps between cards), `surface` (panels, cards, fields), `raised` (menus, tooltips,
    blocks on the canvas). `text` is for reading, `muted` for labels beside values, `faint` only for
    what is disabled or decorative.
    """

    name: str

    window: str
    surface: str
    raised: str
    sunken: str
    border: str
    border_strong: str
    text: str
    muted: str
    faint: str

    accent: str
    accent_hover: str
    accent_text: str
    selection: str

    positive: str
    negative: str
    zero: str

    success: str
    success_soft: str
    warning: str
    warning_soft: str
    danger: str
    danger_soft: str

    grid: str
    kinds: Mapping[str, str]
    series: tuple[str, ...]

    @property
    def is_dark(self) -> bool:
        """Whether light text stands on a dark background."""
        return self.name == "dark"


LIGHT = Theme(
    name="light",
    window="#f8fafc",
    surface="#ffffff",
    raised="#ffffff",
    sunken="#eef1f5",
    border="#dfe4ea",
    border_strong="#c3cad3",
    text="#1f2933",
    muted="#5f6b79",
    faint="#9aa4b0",
    accent="#0a66c8",
    accent_hover="#0857ab",
    accent_text="#ffffff",
    selection="#d9e9fa",
    positive="#0877bd",
    negative="#f59322",
    zero="#e8eaeb",
    success="#0f7b55",
    success_soft="#e1f2ec",
    warning="#8a5a00",
    warning_soft="#fbf0da",
    danger="#b3261e",
    danger_soft="#fce8e6",
    grid="#e3e7ec",
    kinds=MappingProxyType(
        {
            "input": "#566476",
            "layer": "#3569d4",
            "activation": "#12805c",
            "normalisation": "#7c4dd1",
            "regularisation": "#b8650a",
            "loss": "#c02f4b",
        }
    ),
    series=(
        "#2a78de",
        "#450ec0",
        "#dc790e",
        "#17412b",
        "#bf617a",
        "#279ecb",
        "#764e14",
        "#38395e",
    ),
)

DARK = Theme(
    name="dark",
    window="#14181e",
    surface="#1b2129",
    raised="#222932",
    sunken="#262e38",
    border="#2f3742",
    border_strong="#465160",
    text="#e6eaef",
    muted="#9aa5b1",
    faint="#66717e",
    accent="#4c9ff0",
    accent_hover="#6db2f5",
    accent_text="#0b1622",
    selection="#1f3c5c",
    positive="#3d9fe0",
    negative="#f59322",
    zero="#3a4450",
    success="#3ecf9a",
    success_soft="#17352c",
    warning="#e8b04a",
    warning_soft="#3a2f18",
    danger="#ff7b72",
    danger_soft="#42211f",
    grid="#2a323c",
    kinds=MappingProxyType(
        {
            "input": "#8593a5",
            "layer": "#5b8def",
            "activation": "#2fb287",
            "normalisation": "#a07ee8",
            "regularisation": "#e0943a",
            "loss": "#ee6a80",
        }
    ),
    series=(
        "#4c9ff0",
        "#7f5bf5",
        "#f0802f",
        "#20c7e1",
        "#eebd88",
        "#e81e55",
        "#ccece0",
        "#767b91",
    ),
)
