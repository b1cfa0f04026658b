"""From samples to marks: which points a plot shows, where, and how they look."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netbuilder.data.dataset import Table
from netbuilder.data.prepare import Split
from netbuilder.data.spread import MOST_TEST, MOST_TRAIN, spread
from netbuilder.engine.plane import Plane
from netbuilder.ui.plots.palette import Look, class_colours, value_colour
from netbuilder.ui.plots.point_key import KeyEntry
from netbuilder.ui.plots.points_item import Points
from netbuilder.ui.plots.scales import HUGE
from netbuilder.ui.theme import Theme

Array = NDArray[Any]
Extent = tuple[float, float, float, float]
"""(x_min, x_max, y_min, y_max)."""

_SHADES = 12


def shown(table: Table, most: int) -> Table:
    """At most so many rows, evenly spread over the table; rows that are not finite are left out."""
    rows = spread(table, most)
    return table if len(rows) == len(table.x) else table.take(rows)


def finite_range(values: Array, margin: float = 0.0) -> tuple[float, float] | None:
    """Smallest and largest finite value with a margin (share of the span); None without any."""
    values = values[np.isfinite(values)]
    if not values.size:
        return None
    low, high = (float(v) for v in np.clip([values.min(), values.max()], -HUGE, HUGE))
    span = high - low
    if span <= 1e-12 * max(abs(low), abs(high)):
        span = max(abs(low), 1.0)
        return low - span / 2, high + span / 2
    return low - margin * span, high + margin * span


def data_extent(split: Split, plane: Plane) -> Extent:
    """The rectangle about the samples on a plane, with a margin."""
    x = plane.project(np.concatenate([split.train.x, split.test.x]))
    ranges = [finite_range(x[:, k], 0.08) or (-1.0, 1.0) for k in (0, 1)]
    return (*ranges[0], *ranges[1])


def target_range(split: Split) -> tuple[float, float]:
    """The range of the first target."""
    y = np.concatenate([split.train.y[:, 0], split.test.y[:, 0]])
    return finite_range(y) or (0.0, 1.0)


def class_word(split: Split, label: int, template: str) -> str:
    """What a class is called; `template` is "class {name}" for names that are mere numbers."""
    names = split.train.class_names
    name = names[label] if 0 <= label < len(names) else str(label)
    return template.format(name=name) if name.lstrip("-").isdecimal() else name


def class_looks(count: int, theme: Theme) -> list[Look]:
    """Colour and shape of each class."""
    return [Look(colour, k) for k, colour in enumerate(class_colours(count, theme))]


def plane_points(
    split: Split,
    extent: Extent,
    targets: tuple[float, float],
    theme: Theme,
    plane: Plane,
    parts: tuple[bool, bool] = (True, True),
) -> list[Points]:
    """Marks in a view of 0 … 1: class by colour and shape, or the target's value by colour.

    parts: whether training and test samples are wanted.
    """
    groups: list[Points] = []
    for (table, hollow, most), wanted in zip(_parts(split), parts, strict=True):
        if not wanted:
            continue
        some = shown(table, most)
        places = to_unit(plane.project(some.x), extent)
        if some.classes is None:
            low, high = targets
            share = np.clip((some.y[:, 0] - low) / (high - low), 0, 1)
            kinds = np.round(share * (_SHADES - 1)).astype(np.intp)
            shades = (value_colour(k / (_SHADES - 1), theme) for k in range(_SHADES))
            looks = [Look(shade, edged=True) for shade in shades]
        else:
            kinds = some.labels
            looks = class_looks(some.classes, theme)
        groups += _grouped(places, kinds, looks, hollow)
    return groups


def curve_points(
    split: Split, extent: Extent, theme: Theme, parts: tuple[bool, bool] = (True, True)
) -> list[Points]:
    """Marks over one feature: targets, or the label of two classes, or 1 for one of many."""
    groups: list[Points] = []
    for (table, hollow, most), wanted in zip(_parts(split), parts, strict=True):
        if not wanted:
            continue
        some = shown(table, most)
        if some.classes is None:
            for k in range(some.y.shape[1]):
                places = to_unit(np.column_stack([some.x[:, 0], some.y[:, k]]), extent)
                several = some.y.shape[1] > 1
                colour = theme.series[k % len(theme.series)] if several else theme.muted
                groups.append(Points(places, Look(colour, k), hollow))
            continue
        labels = some.labels
        height = labels if some.classes == 2 else np.ones(len(labels))
        places = to_unit(np.column_stack([some.x[:, 0], height]), extent)
        looks = class_looks(some.classes, theme)
        groups += _grouped(places, labels, looks, hollow)
    return groups


def key_entries(
    split: Split,
    class_word: str,
    train: str,
    test: str,
    theme: Theme,
    parts: tuple[bool, bool] = (True, True),
) -> list[KeyEntry]:
    """What the marks mean; `class_word` is "class {name}" for names that are mere numbers."""
    table = split.train
    entries: list[KeyEntry] = []
    if table.classes is not None:
        names = table.class_names or tuple(str(k) for k in range(table.classes))
        for k, look in enumerate(class_looks(table.classes, theme)):
            name = names[k] if k < len(names) else str(k)
            words = class_word.format(name=name) if name.lstrip("-").isdecimal() else name
            entries.append(KeyEntry(words, look))
    if parts[0]:
        entries.append(KeyEntry(train, Look(theme.muted)))
    if parts[1] and len(split.test.x):
        entries.append(KeyEntry(test, Look(theme.muted), hollow=True))
    return entries


def _parts(split: Split) -> tuple[tuple[Table, bool, int], ...]:
    return (split.train, False, MOST_TRAIN), (split.test, True, MOST_TEST)


def to_unit(places: Array, extent: Extent) -> Array:
    """Places (N, 2) of an extent in a view of 0 … 1."""
    x0, x1, y0, y1 = extent
    unit: Array = (places - np.array([x0, y0])) / np.array([x1 - x0, y1 - y0])
    return unit


def _grouped(places: Array, kinds: Array, looks: list[Look], hollow: bool) -> list[Points]:
    return [Points(places[kinds == kind], looks[kind], hollow) for kind in np.unique(kinds)]
