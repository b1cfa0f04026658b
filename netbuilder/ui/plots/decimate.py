"""A curve of any length as about two points a pixel, at a cost that does not grow with it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class Decimator:
    """Keeps the smallest and the largest value of each bucket of neighbouring points, so that no
    spike is lost. Only the points that came since the last call are looked at; when the buckets
    become too many, pairs of them are merged.
    """

    def __init__(self, limit: int = 512) -> None:
        """At most `limit` buckets, that is 2 * limit + 3 points."""
        self.limit = max(limit, 8)
        self.looked_at = 0
        """Points that were read so far, those of the unfinished bucket each time."""
        self._stride = 1
        self._done = 0
        # Columns: x of the first and of the middle point, and the two values in drawing order.
        self._buckets = np.empty((self.limit, 4))

    def points(self, x: Array, y: Array) -> tuple[Array, Array]:
        """The curve to draw, finite throughout. x (n,) ascending, y (n,) of any values.

        The arrays must be those of the last call with points added; the newest point may have
        changed since.
        """
        n = len(y)
        if n <= 2 * self.limit:
            self.looked_at += n
            return _finite(x, y)
        while (n - 1) // self._stride > self.limit:
            self._merge()
        self._reduce(x, y, (n - 1) // self._stride)
        start = self._done * self._stride
        self.looked_at += n - start
        tail = np.where(np.isfinite(y[start:]), y[start:], np.nan)
        low, high = np.fmin.reduce(tail), np.fmax.reduce(tail)
        done = self._buckets[: self._done]
        xs = np.concatenate([done[:, :2].ravel(), [x[start], x[start], x[-1]]])
        ys = np.concatenate([done[:, 2:].ravel(), [low, high, y[-1]]])
        return _finite(xs, ys)

    def _merge(self) -> None:
        pairs = self._done // 2
        self._stride *= 2
        self._done = pairs
        if not pairs:
            return
        left, right = self._buckets[0 : 2 * pairs : 2], self._buckets[1 : 2 * pairs : 2]
        low = np.fmin(left[:, 2:].min(axis=1), right[:, 2:].min(axis=1))
        high = np.fmax(left[:, 2:].max(axis=1), right[:, 2:].max(axis=1))
        falling = left[:, 2] >= right[:, 3]
        self._buckets[:pairs] = np.column_stack(
            [left[:, 0], right[:, 0], np.where(falling, high, low), np.where(falling, low, high)]
        )

    def _reduce(self, x: Array, y: Array, until: int) -> None:
        stride, start = self._stride, self._done * self._stride
        if until <= self._done:
            return
        self.looked_at += until * stride - start
        block = y[start : until * stride].reshape(-1, stride)
        block = np.where(np.isfinite(block), block, np.nan)
        low, high = np.fmin.reduce(block, axis=1), np.fmax.reduce(block, axis=1)
        falling = block[:, 0] >= block[:, -1]
        into = self._buckets[self._done : until]
        into[:, 0] = x[start : until * stride : stride]
        into[:, 1] = x[start + stride // 2 : until * stride : stride]
        into[:, 2] = np.where(falling, high, low)
        into[:, 3] = np.where(falling, low, high)
        self._done = until


def within(x: Array, y: Array, low: float, high: float, limit: int) -> tuple[Array, Array]:
    """The part of a curve from low to high, with the neighbours outside that its lines lead to.

    All points exactly, if there are at most 2 * limit; otherwise the smallest and the largest of
    each bucket. x (n,) ascending, y (n,) of any values; the result is finite.
    """
    first = max(int(np.searchsorted(x, low)) - 1, 0)
    stop = min(int(np.searchsorted(x, high, side="right")) + 1, len(x))
    if stop - first <= 2 * limit:
        return _finite(x[first:stop], y[first:stop])
    stride = 2
    while stop - first > limit * stride:
        stride *= 2
    # Buckets begin at fixed points, so that a spike does not flicker while the window moves.
    first -= first % stride
    whole = first + (stop - 1 - first) // stride * stride
    values = np.where(np.isfinite(y[first:stop]), y[first:stop], np.nan)
    block = values[: whole - first].reshape(-1, stride)
    tail = values[whole - first :]
    lowest = np.append(np.fmin.reduce(block, axis=1), np.fmin.reduce(tail))
    highest = np.append(np.fmax.reduce(block, axis=1), np.fmax.reduce(tail))
    falling = np.append(block[:, 0] >= block[:, -1], tail[0] >= tail[-1])
    ys = np.column_stack([np.where(falling, highest, lowest), np.where(falling, lowest, highest)])
    begin = x[first : whole + 1 : stride]
    middle = np.append(x[first + stride // 2 : whole : stride], x[(whole + stop - 1) // 2])
    xs = np.column_stack([begin, middle]).ravel()
    return _finite(np.append(xs, x[stop - 1]), np.append(ys.ravel(), values[-1]))


def _finite(x: Array, y: Array) -> tuple[Array, Array]:
    keep = np.isfinite(y) & np.isfinite(x)
    return (x, y) if keep.all() else (x[keep], y[keep])
