"""Level lines lie where the values cross the level."""

from __future__ import annotations

import numpy as np

from netbuilder.ui.plots.contour import class_borders, level_lines


def test_one_cell_is_crossed_where_its_edges_reach_the_level() -> None:
    # Left corners 0, right corners 1: 0.5 is reached half-way, 0.25 at a quarter.
    values = np.array([[0.0, 1.0], [0.0, 1.0]])
    ((x1, y1, x2, y2),) = level_lines(values, 0.25)
    assert (x1, x2) == (0.25, 0.25)
    assert {y1, y2} == {0.0, 1.0}


def test_a_circle_is_found_on_its_radius_and_closes() -> None:
    axis = np.linspace(-1, 1, 81)
    x, y = np.meshgrid(axis, axis)
    lines = level_lines(np.hypot(x, y), 0.6)
    ends = lines.reshape(-1, 2) / 40 - 1
    assert abs(np.hypot(*ends.T) - 0.6).max() < 0.002
    # Every end is the end of exactly two segments.
    _, counts = np.unique(np.round(lines.reshape(-1, 2), 9), axis=0, return_counts=True)
    assert set(counts.tolist()) == {2}


def test_a_saddle_has_two_lines_around_its_high_corners() -> None:
    values = np.array([[1.0, 0.0], [0.0, 1.0]])
    lines = level_lines(values, 0.75)
    found = {frozenset([(a, b), (c, d)]) for a, b, c, d in lines.tolist()}
    # 0.75 lies a quarter of the way from the corners (0, 0) and (1, 1).
    assert found == {
        frozenset([(0.25, 0.0), (0.0, 0.25)]),
        frozenset([(0.75, 1.0), (1.0, 0.75)]),
    }


def test_a_flat_surface_has_no_line() -> None:
    assert level_lines(np.full((5, 5), 0.2)).shape == (0, 4)
    assert class_borders(np.full((5, 5, 3), 1 / 3)).shape == (0, 4)


def test_classes_part_where_two_are_equally_probable() -> None:
    # Class 0 falls from 1 to 0 along x, class 1 rises: equal at x = 0.5; class 2 never wins.
    first = np.tile(np.linspace(1, 0, 11), (4, 1))
    values = np.stack([first, 1 - first, np.zeros_like(first)], axis=2)
    lines = class_borders(values)
    assert len(lines) > 0
    assert np.allclose(lines[:, [0, 2]], 5.0)
