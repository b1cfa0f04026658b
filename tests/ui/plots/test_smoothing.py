"""The moving average: its formula by hand, and that growing costs only what is new."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbuilder.ui.plots.smoothing import Smoother


def test_three_values_by_hand() -> None:
    # beta 0.5: m = 0.5 * 4 = 2, then 2 / 2 + 0.5 * 2 = 2, then 2 / 2 + 0.5 * 8 = 5,
    # divided by 1 - 0.5, 1 - 0.25 and 1 - 0.125.
    smoothed = Smoother(0.5).values(np.array([4.0, 2.0, 8.0]))
    assert smoothed.tolist() == pytest.approx([4.0, 2 / 0.75, 5 / 0.875])


def test_a_constant_is_left_as_it_is_from_the_first_point_on() -> None:
    assert Smoother(0.97).values(np.full(1000, 0.25)) == pytest.approx(np.full(1000, 0.25))


def test_what_is_not_finite_counts_for_nothing() -> None:
    # The second value stands a step away from the first: weights 0.25 and 0.5.
    smoothed = Smoother(0.5).values(np.array([4.0, math.nan, 2.0, math.inf]))
    assert smoothed[0] == 4.0
    assert math.isnan(smoothed[1])
    assert smoothed[2] == pytest.approx((0.5**3 * 4 + 0.5 * 2) / (0.5**3 + 0.5))
    assert math.isnan(smoothed[3])


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=400),
    st.lists(st.integers(1, 400), max_size=6),
    st.sampled_from([0.8, 0.97]),
)
def test_growing_gives_what_the_recursion_gives(
    values: list[float], stops: list[int], beta: float
) -> None:
    y = np.array(values)
    smoother = Smoother(beta)
    for stop in sorted(stops):
        before = y[:stop].copy()
        before[-1] += 1.0  # the newest point may change afterwards
        smoother.values(before)
    m, expected = 0.0, []
    for k, value in enumerate(values, 1):
        m = beta * m + (1 - beta) * value
        expected.append(m / (1 - beta**k))
    assert smoother.values(y) == pytest.approx(np.array(expected), rel=1e-9, abs=1e-9)


def test_a_new_point_costs_two_however_long_the_curve_is() -> None:
    for n in (1_000, 100_000):
        y = np.random.default_rng(0).random(n + 10)
        smoother = Smoother(0.97)
        smoother.values(y[:n])
        before = smoother.looked_at
        for k in range(1, 11):
            smoother.values(y[: n + k])
        assert smoother.looked_at - before == 20  # the one before is final now, and the newest
