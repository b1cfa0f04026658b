"""Words in an SVG as outlines: hardly any reader of SVG has our font, and others are wider."""

from __future__ import annotations

import html
import re

from PySide6.QtGui import QFont, QPainterPath

from netbuilder.ui.theme import theme

_TEXT = re.compile(r"<text\s([^>]*)>(.*?)</text>", re.DOTALL)
_ATTRIBUTE = re.compile(r'([\w:-]+)="([^"]*)"')
_Element = QPainterPath.ElementType


def outlined(svg: str) -> str:
    """The same drawing with each text (as Qt writes it) as one path that is labelled by it."""
    return _TEXT.sub(_outline, svg)


def _outline(match: re.Match[str]) -> str:
    named = dict(_ATTRIBUTE.findall(match[1]))
    words = html.unescape(match[2]).strip("\n")
    font = theme().font("body")
    font.setPixelSize(round(float(named["font-size"])))
    font.setWeight(QFont.Weight(int(named["font-weight"])))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    path = QPainterPath()
    path.addText(float(named["x"]), float(named["y"]), font, words)
    label = html.escape(words.strip())
    return (
        f'<path fill="{named["fill"]}" fill-opacity="{named["fill-opacity"]}" stroke="none"'
        f' fill-rule="nonzero" aria-label="{label}" d="{path_data(path)}"/>'
    )


def path_data(path: QPainterPath) -> str:
    """A path in the words of SVG."""
    parts = []
    curve: list[str] = []
    for k in range(path.elementCount()):
        element = path.elementAt(k)
        at = f"{element.x:.2f} {element.y:.2f}"
        match element.type:
            case _Element.MoveToElement:
                parts.append(f"M{at}")
            case _Element.LineToElement:
                parts.append(f"L{at}")
            case _Element.CurveToElement:
                curve = [at]
            case _:
                curve.append(at)
                if len(curve) == 3:
                    parts.append("C" + " ".join(curve))
    return "".join(parts)
