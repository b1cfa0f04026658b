"""Level lines of a grid by marching squares, all cells at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

# The corners of a cell, anticlockwise from (row, column): edge k runs from corner k to k + 1.
_ROWS = np.array([0, 0, 1, 1])
_COLUMNS = np.array([0, 1, 1, 0])


def _edges_of(code: int) -> tuple[int, int]:
    # The edges crossed by the (first) line through a cell whose corners above the level are `code`.
    inside = [bool(code >> k & 1) for k in range(4)]
    crossed = [k for k in range(4) if inside[k] != inside[(k + 1) % 4]]
    return (crossed[0], crossed[1]) if crossed else (0, 0)


_FIRST = np.array([_edges_of(code) for code in range(16)])


def level_lines(values: Array, level: float = 0.5) -> Array:
    """Segments (k, 4) of x1, y1, x2, y2 where `values` (rows, columns) cross the level.

    Coordinates are in columns and rows: (0, 0) is the place of values[0, 0]. Places are
    interpolated along the cell's edges. In a saddle the lines go around the corners above the
    level. Values must be finite.
    """
    rows, columns = _mixed_cells(values >= level)
    if not len(rows):
        return np.empty((0, 4))
    corners = values[rows[:, None] + _ROWS, columns[:, None] + _COLUMNS] - level
    return _lines(rows, columns, corners)


def class_borders(values: Array) -> Array:
    """Segments (k, 4) between the regions where another class is the most probable.

    values (rows, columns, classes); coordinates as in `level_lines`.
    """
    best = values.argmax(axis=2)
    same = (best[:-1, :-1] == best[:-1, 1:]) & (best[1:, :-1] == best[1:, 1:])
    rows, columns = np.nonzero(~(same & (best[:-1, :-1] == best[1:, 1:])))
    if not len(rows):
        return np.empty((0, 4))
    corners = values[rows[:, None] + _ROWS, columns[:, None] + _COLUMNS]
    found = []
    for k in np.unique(best)[:-1]:
        # Above 0 where class k wins: its probability less the best of the others.
        margin = corners[:, :, k] - np.delete(corners, k, axis=2).max(axis=2)
        found.append(_lines(rows, columns, margin))
    return np.concatenate(found)


def _mixed_cells(inside: NDArray[np.bool_]) -> tuple[Array, Array]:
    count = inside[:-1, :-1].astype(np.uint8)
    for corner in (inside[:-1, 1:], inside[1:, 1:], inside[1:, :-1]):
        count += corner
    rows, columns = np.nonzero((count != 0) & (count != 4))
    return rows, columns


def _lines(rows: Array, columns: Array, corners: Array) -> Array:
    # corners (cells, 4): heights above the level, in the order of _ROWS and _COLUMNS.
    codes = (corners >= 0) @ np.array([1, 2, 4, 8])
    crossed = (codes != 0) & (codes != 15)
    rows, columns, corners, codes = (
        rows[crossed],
        columns[crossed],
        corners[crossed],
        codes[crossed],
    )
    saddle = (codes == 5) | (codes == 10)
    plain = ~saddle
    lines = [_segments(rows[plain], columns[plain], corners[plain], _FIRST[codes[plain]])]
    if saddle.any():
        # Edges 3 and 0 enclose corner 0, edges 1 and 2 corner 2, and so on: two lines in a cell.
        even = (codes[saddle] == 5)[:, None]
        at = rows[saddle], columns[saddle], corners[saddle]
        lines.append(_segments(*at, np.where(even, [3, 0], [0, 1])))
        lines.append(_segments(*at, np.where(even, [1, 2], [2, 3])))
    return np.concatenate(lines)


def _segments(rows: Array, columns: Array, corners: Array, edges: Array) -> Array:
    cell = np.arange(len(rows))
    ends = []
    for edge in (edges[:, 0], edges[:, 1]):
        here, there = edge, (edge + 1) % 4
        a, b = corners[cell, here], corners[cell, there]
        share = a / (a - b)
        ends.append(columns + _COLUMNS[here] + share * (_COLUMNS[there] - _COLUMNS[here]))
        ends.append(rows + _ROWS[here] + share * (_ROWS[there] - _ROWS[here]))
    return np.column_stack(ends)
