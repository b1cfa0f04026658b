"""Colours and marks of outputs and classes: the same on map, bar, points and key."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from netbuilder.ui.theme import Theme

Array = NDArray[Any]
_STRENGTH = {"light": 0.78, "dark": 0.6}
"""How far a map covers the card's background: the points on it stay the strongest."""

SHAPES = 6


@dataclass(frozen=True)
class Look:
    """How the marks of one kind look. `edged` ones have a dark edge: their colour may be pale."""

    colour: str
    shape: int = 0
    edged: bool = False


def output_map(theme: Theme) -> Array:
    """Colours (256,) uint32 0xffRRGGBB from output 0 (orange) over the middle to 1 (blue)."""
    return _ramp((theme.negative, theme.zero, theme.positive), theme, 256)


def sequential_map(theme: Theme) -> Array:
    """Colours (256,) uint32 0xffRRGGBB from little to much, of evenly rising contrast to the card.

    Lightness alone orders them (in steps that look alike, as OKLab has it), so that nobody needs
    to tell hues apart.
    """
    return _even_ramp((theme.zero, theme.positive, theme.text), 256)


def class_colours(count: int, theme: Theme) -> list[str]:
    """One colour a class; of two classes, 1 is the positive one."""
    if count <= 2:
        return [theme.negative, theme.positive][:count]
    return [theme.series[k % len(theme.series)] for k in range(count)]


def class_map(probabilities: Array, theme: Theme) -> Array:
    """Colours (rows, columns) uint32 for probabilities (rows, columns, classes).

    The colour of the most probable class, the paler the less sure.
    """
    classes = probabilities.shape[2]
    best = probabilities.argmax(axis=2)
    sure = np.take_along_axis(probabilities, best[:, :, None], axis=2)[:, :, 0]
    even = 1.0 / max(classes, 2)
    share = np.clip((sure - even) / (1.0 - even), 0.0, 1.0)
    table = np.stack([_ramp((theme.zero, c), theme, 64) for c in class_colours(classes, theme)])
    colours: Array = table[best, (share * 63 + 0.5).astype(np.intp)]
    return colours


def value_colour(share: float, theme: Theme) -> str:
    """The colour of a target, share 0 … 1 of the range, at full strength."""
    stops = [np.array(_rgb(c)) for c in (theme.negative, theme.zero, theme.positive)]
    share = min(max(share, 0.0), 1.0)
    first = 0 if share < 0.5 else 1
    mixed = stops[first] + (share * 2 - first) * (stops[first + 1] - stops[first])
    red, green, blue = (round(c) for c in mixed)
    return f"#{red:02x}{green:02x}{blue:02x}"


def marker(shape: int, size: float) -> QPainterPath:
    """A mark about the origin: circle, square, triangle, diamond, star or cross, equally heavy."""
    path = QPainterPath()
    r = size / 2
    shape %= SHAPES
    if shape == 0:
        path.addEllipse(QPointF(0, 0), r, r)
    elif shape == 1:
        path.addRect(QRectF(-0.9 * r, -0.9 * r, 1.8 * r, 1.8 * r))
    elif shape == 2:
        _polygon(path, [(0, -1.15 * r), (1.1 * r, 0.8 * r), (-1.1 * r, 0.8 * r)])
    elif shape == 3:
        _polygon(path, [(0, -1.25 * r), (1.25 * r, 0), (0, 1.25 * r), (-1.25 * r, 0)])
    elif shape == 4:
        angles = np.pi * np.arange(10) / 5 - np.pi / 2
        radii = np.where(np.arange(10) % 2, 0.6 * r, 1.3 * r)
        _polygon(path, list(zip(radii * np.cos(angles), radii * np.sin(angles), strict=True)))
    else:
        a, b = 0.4 * r, 1.15 * r
        corners = [(a, b), (a, a), (b, a), (b, -a), (a, -a), (a, -b)]
        _polygon(path, corners + [(-x, -y) for x, y in corners])
    return path


def strike(size: float) -> QPainterPath:
    """Two thin strokes across a mark of this size: a sample that is answered wrong."""
    path, arm = QPainterPath(), 0.5 * size
    for sign in (1, -1):
        path.moveTo(-arm, -sign * arm)
        path.lineTo(arm, sign * arm)
    return path


def draw_marker(
    painter: QPainter, path: QPainterPath, look: Look, hollow: bool, theme: Theme, line: float
) -> None:
    """A filled mark (training sample) or a hollow one (test sample) at the painter's origin."""
    edge = QColor(theme.text if look.edged else theme.surface)
    if hollow:
        if look.edged:
            painter.setPen(QPen(edge, 3.2 * line))
            painter.drawPath(path)
        painter.setPen(QPen(QColor(look.colour), 1.6 * line))
        painter.setBrush(QColor(theme.surface))
    else:
        painter.setPen(QPen(edge, line))
        painter.setBrush(QColor(look.colour))
    painter.drawPath(path)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _polygon(path: QPainterPath, corners: list[tuple[float, float]]) -> None:
    path.addPolygon(QPolygonF([QPointF(float(x), float(y)) for x, y in corners]))
    path.closeSubpath()


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _ramp(stops: tuple[str, ...], theme: Theme, count: int) -> Array:
    return _mixed_ramp(stops, theme.surface, _STRENGTH[theme.name], count)


@lru_cache(maxsize=64)
def _mixed_ramp(stops: tuple[str, ...], background: str, strength: float, count: int) -> Array:
    # Evenly spaced stops, mixed with the background, packed as 0xffRRGGBB.
    place, at = np.linspace(0.0, 1.0, count), np.linspace(0.0, 1.0, len(stops))
    parts = np.array([_rgb(stop) for stop in stops])
    rgb = np.column_stack([np.interp(place, at, parts[:, c]) for c in range(3)])
    mixed = np.round(strength * rgb + (1 - strength) * np.array(_rgb(background)))
    red, green, blue = mixed.astype(np.uint32).T
    packed: Array = 0xFF000000 | red << 16 | green << 8 | blue
    return packed


@lru_cache(maxsize=8)
def _even_ramp(stops: tuple[str, ...], count: int) -> Array:
    # OKLab, see Ottosson: "A perceptual color space for image processing", 2020.
    linear = _linear(np.array([_rgb(stop) for stop in stops]) / 255.0)
    lab = np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T
    light = lab[:, 0]
    order = np.argsort(light)
    wanted = np.linspace(light[0], light[-1], count)
    mixed = np.column_stack([np.interp(wanted, light[order], lab[order, c]) for c in range(3)])
    back = (mixed @ np.linalg.inv(_TO_LAB).T) ** 3 @ np.linalg.inv(_TO_LMS).T
    red, green, blue = np.round(255.0 * _curved(np.clip(back, 0.0, 1.0))).astype(np.uint32).T
    packed: Array = 0xFF000000 | red << 16 | green << 8 | blue
    return packed


_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def _linear(rgb: Array) -> Array:
    linear: Array = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return linear


def _curved(rgb: Array) -> Array:
    curved: Array = np.where(rgb <= 0.0031308, 12.92 * rgb, 1.055 * np.power(rgb, 1 / 2.4) - 0.055)
    return curved
