"""Planes through the space of the features, on which a network of any width can be looked at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netbuilder.engine.operation import Array

_EXACT = 128  # up to this size the axes are found by a full decomposition
_ROUNDS = 40  # of the iteration for larger ones
_SPARE = 6  # directions more than wanted, which make it converge faster
_FIT_ROWS = 2000  # samples that the principal axes are found from at most


@dataclass(frozen=True)
class PlaneChoice:
    """Which plane is looked at.

    features: the two that vary, or None for the first two principal components of the training
    features. `at`: the point (n,) that the plane goes through; None for the training mean.
    """

    features: tuple[int, int] | None = None
    at: tuple[float, ...] | None = None


@dataclass(frozen=True, eq=False)
class Plane:
    """Points origin + u axes[0] + v axes[1] in the space of n features; a line if n is 1.

    origin (n,), axes (k, n) orthonormal, k 1 or 2. extent is (u_min, u_max, v_min, v_max) about
    the samples. features: those that vary, None for principal components; explained is then the
    share of the training features' variance along each axis.
    """

    origin: Array
    axes: Array
    extent: tuple[float, float, float, float]
    features: tuple[int, ...] | None = None
    explained: tuple[float, ...] = ()

    def project(self, x: Array) -> Array:
        """Where samples x (N, n) lie: (N, k), the foot of each on the plane."""
        if self.features is not None:
            return x[:, list(self.features)]
        with np.errstate(all="ignore"):
            return (x - self.origin) @ self.axes.T

    def points(self, places: Array) -> Array:
        """The points (N, n) at places (N, k) on the plane."""
        if self.features is not None and len(self.features) == self.axes.shape[1]:
            found = np.empty_like(places)
            found[:, list(self.features)] = places  # exactly the grid, without rounding
            return found
        x: Array = self.origin + places @ self.axes
        return x

    def grid(self, resolution: int) -> Array:
        """Evenly spaced places (resolution ** k, k), row by row from the smallest v."""
        u = np.linspace(*self.extent[:2], resolution)
        if len(self.axes) == 1:
            return u.reshape(-1, 1)
        v = np.linspace(*self.extent[2:], resolution)
        return np.column_stack([a.ravel() for a in np.meshgrid(u, v)])


def extent(low: Array, high: Array) -> tuple[float, float, float, float]:
    """The data's range with a margin, the same scale on both axes for data in the plane."""
    centre, half = (low + high) / 2.0, (high - low) / 2.0
    if len(low) == 1:
        reach = float(half[0]) * 1.15 or 1.0
        return float(centre[0]) - reach, float(centre[0]) + reach, 0.0, 0.0
    reach = float(half.max()) * 1.15 or 1.0
    x, y = (float(v) for v in centre)
    return x - reach, x + reach, y - reach, y + reach


def _own_extent(low: Array, high: Array) -> tuple[float, float, float, float]:
    """The range of two features that need not have the same unit, each with its own margin."""
    found: list[float] = []
    for a, b in zip(low, high, strict=True):
        reach = float(b - a) * 0.575 or 1.0
        found += [float(a + b) / 2 - reach, float(a + b) / 2 + reach]
    return found[0], found[1], found[2], found[3]


def box_plane(low: Array, high: Array) -> Plane:
    """The plane of two features, or the line of one, about data from low to high (n,)."""
    n = len(low)
    return Plane((low + high) / 2.0, np.eye(n), extent(low, high), tuple(range(n)))


def plane_through(x: Array, train: Array, choice: PlaneChoice | None = None) -> Plane | None:
    """The chosen plane about samples x (N, n); means and principal axes are those of the training
    features. One or two features have only one plane. None without finite samples."""
    x, train = _finite(x), _finite(train)
    if not len(x):
        return None
    train = train if len(train) else x
    n = x.shape[1]
    if n <= 2:
        return box_plane(x.min(axis=0), x.max(axis=0))
    choice = choice or PlaneChoice()
    origin = train.mean(axis=0)
    if choice.at is not None and len(choice.at) == n and np.isfinite(choice.at).all():
        origin = np.array(choice.at, np.float64)
    pair = choice.features
    if pair is not None and pair[0] != pair[1] and min(pair) >= 0 and max(pair) < n:
        axes = np.eye(n)[list(pair)]
        origin = origin.copy()
        origin[list(pair)] = 0.0
        part = x[:, list(pair)]
        bounds = _own_extent(part.min(axis=0), part.max(axis=0))
        return Plane(origin, axes, bounds, tuple(pair))
    axes, explained = principal_axes(train, 2)
    places = (x - origin) @ axes.T
    return Plane(
        origin, axes, extent(places.min(axis=0), places.max(axis=0)), None, tuple(explained)
    )


def principal_axes(x: Array, count: int, like: Array | None = None) -> tuple[Array, Array]:
    """The first principal components of samples x (N, n): axes (count, n), orthonormal, and the
    share of the variance along each. `like` (count, n) are earlier axes whose signs are kept;
    without it the largest entry of each is positive.
    """
    rows = x[np.linspace(0, len(x) - 1, min(len(x), _FIT_ROWS)).astype(np.intp)]
    centred = rows - rows.mean(axis=0)
    size = float(np.abs(centred).max(initial=0.0))
    n = x.shape[1]
    if size == 0.0 or not np.isfinite(size):
        return np.eye(count, n), np.zeros(count)
    scaled = centred / size  # so that squares neither overflow nor vanish
    if min(scaled.shape) <= _EXACT:
        _, strengths, found = np.linalg.svd(scaled, full_matrices=False)
    else:
        strengths, found = _leading(scaled, count)
    shares = strengths[:count] ** 2 / float(np.sum(scaled**2))
    axes = np.eye(count, n)
    have = min(count, len(found))
    axes[:have] = found[:have]
    if have < count:  # a single direction: any other one at right angles to it
        axes = np.linalg.qr(np.vstack([found[:have], np.eye(n)]).T)[0].T[:count] * 1.0
        axes[:have] = found[:have]
        shares = np.concatenate([shares, np.zeros(count - have)])
    for k, axis in enumerate(axes):
        sign = axis @ like[k] if like is not None else axis[np.abs(axis).argmax()]
        if sign < 0:
            axes[k] = -axis
    return axes, shares


def _leading(scaled: Array, count: int) -> tuple[Array, Array]:
    """The largest singular values and their directions by iteration of a small subspace."""
    rng = np.random.default_rng(0)
    basis = rng.standard_normal((scaled.shape[1], count + _SPARE))
    for _ in range(_ROUNDS):
        basis, _upper = np.linalg.qr(scaled.T @ (scaled @ basis))
    _, strengths, small = np.linalg.svd(scaled @ basis, full_matrices=False)
    return strengths[:count], (small @ basis.T)[:count]


def _finite(x: Array) -> Array:
    fine = np.isfinite(x).all(axis=1)
    return x if fine.all() else x[fine]
