"""The decimator keeps what the eye would see."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from netbuilder.ui.plots.decimate import Decimator, within


def test_a_short_curve_is_left_as_it_is() -> None:
    x, y = np.arange(20.0), np.arange(20.0) ** 2
    xs, ys = Decimator(16).points(x, y)
    assert xs.tolist() == x.tolist()
    assert ys.tolist() == y.tolist()


def test_a_million_points_keep_their_spike_and_their_last_value() -> None:
    y = np.random.default_rng(0).random(1_000_000)
    y[777_777] = 50.0
    y[-1] = 0.25
    x = np.arange(1_000_000.0)
    xs, ys = Decimator(400).points(x, y)
    assert len(xs) <= 803
    assert ys.max() == 50.0
    assert abs(xs[ys.argmax()] - 777_777) < 5_000  # a bucket or two
    assert ys[-1] == 0.25
    assert xs[-1] == 999_999.0
    assert (np.diff(xs) >= 0).all()


def test_growing_gives_the_extremes_of_the_whole_at_every_length() -> None:
    rng = np.random.default_rng(1)
    x, y = np.arange(5_000.0), rng.standard_normal(5_000)
    growing = Decimator(32)
    for n in range(1, 5_001, 37):
        xs, ys = growing.points(x[:n], y[:n])
        assert ys.min() == y[:n].min()
        assert ys.max() == y[:n].max()
        assert len(xs) <= 67
        assert (np.diff(xs) >= 0).all()


def test_the_newest_point_may_change() -> None:
    x, y = np.arange(101.0), np.zeros(101)
    decimator = Decimator(8)
    y[-1] = 9.0
    assert decimator.points(x, y)[1].max() == 9.0
    y[-1] = 1.0
    assert decimator.points(x, y)[1].max() == 1.0


def test_what_is_not_finite_is_left_out() -> None:
    y = np.array([np.nan, 1.0, np.inf, 2.0, -np.inf] * 40)
    for limit in (8, 200):
        _, ys = Decimator(limit).points(np.arange(200.0), y)
        assert np.isfinite(ys).all()
        assert (ys.min(), ys.max()) == (1.0, 2.0)


def test_a_curve_without_a_finite_value_is_empty() -> None:
    xs, ys = Decimator(8).points(np.arange(100.0), np.full(100, np.nan))
    assert len(xs) == len(ys) == 0


def test_a_window_of_few_points_has_them_all_and_the_neighbours_outside() -> None:
    x = np.arange(100.0)
    xs, ys = within(x, x**2, 10.5, 14.5, 16)
    assert xs.tolist() == [10, 11, 12, 13, 14, 15]
    assert ys.tolist() == [100, 121, 144, 169, 196, 225]
    assert within(x, x, 20.0, 22.0, 16)[0].tolist() == [19, 20, 21, 22, 23]


def test_a_window_beside_the_points_is_no_mistake() -> None:
    x = np.arange(5.0)
    assert within(x, x, 90.0, 95.0, 16)[0].tolist() == [4.0]  # its line leads there
    assert within(x, x, -9.0, -5.0, 16)[0].tolist() == [0.0]
    assert len(within(x[:0], x[:0], 0.0, 1.0, 16)[0]) == 0


@given(
    n=st.integers(1, 3000),
    ends=st.tuples(st.floats(-10, 3100), st.floats(0.01, 3100)),
    limit=st.sampled_from([8, 64]),
)
def test_no_spike_in_a_window_is_lost(n: int, ends: tuple[float, float], limit: int) -> None:
    x = np.arange(float(n))
    y = np.random.default_rng(n).standard_normal(n)
    y[::7] = np.nan
    low, high = ends[0], ends[0] + ends[1]
    xs, ys = within(x, y, low, high, limit)
    assert len(xs) <= 2 * limit + 7
    assert (np.diff(xs) >= 0).all()
    assert np.isfinite(ys).all()
    inside = y[(x >= low) & (x <= high) & np.isfinite(y)]
    if len(inside):
        assert ys.min() <= inside.min()
        assert ys.max() >= inside.max()
    assert set(ys.tolist()) <= set(y.tolist())  # each is a value that was measured
