"""The histograms of a run: bounded, evenly spread, and the newest always among them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbuilder.engine.statistics import Histogram, LayerStatistics
from netbuilder.training.histograms import MOST, HistogramHistory


def layers(value: float = 0.0) -> dict[str, LayerStatistics]:
    histogram = Histogram(np.array([1, 2]), np.array([0.0, 1.0, 2.0]), value)
    return {
        "hidden": LayerStatistics(3, 0.0, 1.0, histograms={"outputs": histogram}),
        "act": LayerStatistics(3, 0.0, 1.0),
    }


def test_a_snapshot_without_histograms_leaves_no_trace() -> None:
    history = HistogramHistory()
    assert not history.add(1, 0.1, {"hidden": LayerStatistics(3, 0.0, 1.0)})
    assert history.nodes() == ()
    assert history.now("hidden", "outputs") is None
    assert history.over_time("hidden", "outputs") == []


def test_a_step_counts_once() -> None:
    history = HistogramHistory()
    assert history.add(1, 0.1, layers())
    assert not history.add(1, 0.1, layers())
    assert len(history.moments) == 1
    assert history.nodes() == ("hidden",)
    assert history.now("hidden", "gradients") is None


@given(st.integers(1, 5 * MOST))
def test_never_more_than_so_many_from_the_first_to_the_newest(count: int) -> None:
    history = HistogramHistory()
    for step in range(count):
        history.add(step, step / 10, layers(float(step)))
    assert len(history.moments) <= MOST
    pairs = history.over_time("hidden", "outputs")
    assert len(pairs) <= MOST + 1
    assert pairs[0][0] == 0.0
    assert pairs[-1][0] == (count - 1) / 10
    assert pairs[-1][1].mean == count - 1
    # The kept ones are 1, 2, 4 or 8 steps apart, all alike.
    gaps = set(np.diff([m.step for m in history.moments]).tolist())
    assert len(gaps) <= 1
    assert gaps <= {2**k for k in range(math.ceil(math.log2(count + 1)) + 1)}


def test_twice_as_many_moments_halve_their_number() -> None:
    history = HistogramHistory()
    for step in range(MOST + 1):
        history.add(step, float(step), layers())
    # 0, 2, … 118 are left of 120, and 120 is new.
    assert [m.step for m in history.moments] == [*range(0, MOST, 2), MOST]
    assert history.now("hidden", "outputs") is not None
    assert pytest.approx(history.over_time("hidden", "outputs")[-1][0]) == MOST
