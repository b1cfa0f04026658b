"""Columns of a heat strip: largest values, merged pairs, nothing lost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbuilder.ui.plots.shading import as_image, shade
from netbuilder.ui.plots.strip import Strip
from netbuilder.ui.theme import theme


def test_columns_hold_the_largest_value_that_fell_into_them() -> None:
    strip = Strip(1, columns=4)
    strip.add(np.array([0.0]), np.array([[5.0]]))
    strip.add(np.array([2.0]), np.array([[1.0]]))
    assert strip.width == 1.0  # twice the run so far has room: 4 columns for 4
    strip.add(np.array([2.2, 2.9, 3.5]), np.array([[7.0], [3.0], [2.0]]))
    # Nothing fell into the second column: it shows what the one before does.
    assert strip.at(np.array([0.5, 1.5, 2.5, 3.4])).tolist() == [[5.0, 5.0, 7.0, 2.0]]
    strip.add(np.array([4.0]), np.array([[4.0]]))
    assert strip.width == 2.0
    assert strip.at(np.array([0.5, 2.5, 4.0])).tolist() == [[5.0, 7.0, 4.0]]


def test_before_the_run_and_after_its_last_point_there_is_nothing() -> None:
    strip = Strip(2, columns=8)
    strip.add(np.array([0.0, 4.0]), np.array([[1.0, 2.0], [3.0, 4.0]]))
    found = strip.at(np.array([-1.0, 1.0, 4.5]))
    assert np.isnan(found[:, [0, 2]]).all()
    assert found[:, 1].tolist() == [1.0, 2.0]


def test_a_strip_without_points_is_empty() -> None:
    strip = Strip(3)
    assert np.isnan(strip.at(np.linspace(0.1, 1.0, 5))).all()
    strip.add(np.zeros(0), np.zeros((0, 3)))
    assert strip.points == 0


@given(
    st.lists(st.floats(0.0, 1e6), min_size=1, max_size=60),
    st.integers(1, 7),
)
def test_the_largest_value_is_never_lost(gaps: list[float], chunk: int) -> None:
    x = np.cumsum(gaps)
    values = np.arange(len(x), dtype=float)[:, None] * [1.0, -1.0]
    strip = Strip(2, columns=16)
    for first in range(0, len(x), chunk):
        strip.add(x[first : first + chunk], values[first : first + chunk])
    assert strip.points == len(x)  # each is looked at once
    assert np.nanmax(strip._values[:, 0]) == len(x) - 1
    assert np.nanmax(strip._values[:, 1]) == 0.0
    assert strip.width == 0.0 or strip.end < 16 * strip.width


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_what_vanishes_and_what_explodes_is_told_by_hatching_too(mode: str) -> None:
    theme().set_mode(mode)
    values = np.array([[-8.0] * 24, [-2.0] * 24, [4.0] * 24, [np.nan] * 24])
    picture = shade(
        values, np.repeat([0, 1, 2, 3, -1], 12), np.arange(24), ends=(-6.0, 2.0),
        usual=(-4.0, 1.0), scale=1.0, theme=theme().current,
    )  # fmt: skip
    assert picture.shape == (60, 24)
    tones = [len(np.unique(picture[k : k + 12])) for k in (0, 12, 24, 36, 48)]
    assert tones == [2, 1, 2, 1, 1]
    # Crossed lines cover more than falling ones.
    inked = [(picture[k : k + 12] != picture[k + 1, 1]).mean() for k in (0, 24)]
    assert as_image(picture).width() == 24
    assert 0.0 < min(inked) < 1.0
    surface = 0xFF000000 | int(theme().current.surface[1:], 16)
    assert (picture[36:] == surface).all()


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_map_goes_from_pale_to_strong_in_even_steps(mode: str) -> None:
    from netbuilder.ui.plots.palette import sequential_map

    theme().set_mode(mode)
    table = sequential_map(theme().current).astype(np.int64)
    rgb = np.stack([table >> 16 & 255, table >> 8 & 255, table & 255]) / 255.0
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    luminance = np.array([0.2126, 0.7152, 0.0722]) @ linear
    steps = np.diff(np.cbrt(luminance))  # about as bright as it looks
    assert (steps > -1e-3).all() or (steps < 1e-3).all()
    halves = abs(steps[:127].sum()), abs(steps[128:].sum())
    assert max(halves) < 1.35 * min(halves)
