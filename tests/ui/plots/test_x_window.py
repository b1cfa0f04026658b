"""The part of the x axis in sight: always inside of the whole, and following when it should."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from netbuilder.ui.plots.x_window import XWindow

WHOLE = (0.0, 100.0)


def test_zooming_keeps_the_place_under_the_pointer() -> None:
    window = XWindow()
    window.zoom(40.0, 0.5, WHOLE, 90.0)
    # 40 % of the width is left of 40, also of the half as wide window: 40 - 0.4 * 50.
    assert window.range == (20.0, 70.0)
    window.zoom(40.0, 0.5, WHOLE, 90.0)
    assert window.range == (30.0, 55.0)


def test_zooming_out_ends_with_the_whole() -> None:
    window = XWindow()
    window.show(20.0, 70.0, WHOLE, 90.0)
    window.zoom(40.0, 4.0, WHOLE, 90.0)
    assert not window.zoomed


def test_panning_stops_at_the_ends() -> None:
    window = XWindow()
    window.show(20.0, 70.0, WHOLE, 90.0)
    window.pan(-500.0, WHOLE, 90.0)
    assert window.range == (0.0, 50.0)
    window.pan(500.0, WHOLE, 90.0)
    assert window.range == (50.0, 100.0)


def test_a_window_holds_still_unless_it_ended_at_the_newest_point() -> None:
    window = XWindow()
    window.show(20.0, 70.0, WHOLE, 90.0)
    window.keep_up(150.0)
    assert window.range == (20.0, 70.0)
    window.show(60.0, 95.0, WHOLE, 90.0)
    assert window.follows
    window.keep_up(94.0)
    assert window.range == (60.0, 95.0)  # still in sight
    window.keep_up(96.0)
    assert window.range == (67.0, 102.0)  # one step of a fifth of 35
    window.keep_up(130.0)
    assert window.range == (95.0, 130.0)  # four more


def test_all_follows() -> None:
    assert XWindow().follows


_numbers = st.floats(allow_nan=True, allow_infinity=True)
_moves = st.lists(
    st.one_of(
        st.tuples(st.just("zoom"), st.floats(-1e9, 1e9), st.floats(1e-9, 1e9)),
        st.tuples(st.just("pan"), st.floats(-1e12, 1e12), st.just(0.0)),
        st.tuples(st.just("show"), _numbers, _numbers),
        st.tuples(st.just("keep_up"), st.floats(0, 1e6), st.just(0.0)),
    ),
    max_size=12,
)


@given(end=st.floats(1e-6, 1e12), moves=_moves)
def test_no_sequence_of_moves_leaves_a_broken_window(
    end: float, moves: list[tuple[str, float, float]]
) -> None:
    window, newest = XWindow(), 0.9 * end
    for move, a, b in moves:
        if move == "zoom":
            window.zoom(a, b, (0.0, end), newest)
        elif move == "pan":
            window.pan(a, (0.0, end), newest)
        elif move == "show":
            window.show(a, b, (0.0, end), newest)
        else:
            newest = max(newest, a)
            end = max(end, newest)
            window.keep_up(newest)
        if window.range is not None:
            low, high = window.range
            assert math.isfinite(low)
            assert math.isfinite(high)
            assert low < high
            assert low >= 0
