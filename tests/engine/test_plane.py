"""Planes through the features: slices, principal components, and their edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbuilder.engine.plane import PlaneChoice, plane_through, principal_axes


def test_a_slice_varies_two_features_and_holds_the_others_at_their_mean() -> None:
    x = np.array([[0.0, 10.0, 2.0], [4.0, 30.0, 6.0]])  # means 2, 20, 4
    plane = plane_through(x, x, PlaneChoice((2, 0)))
    assert plane is not None
    assert plane.points(np.array([[5.0, 1.0]])).tolist() == [[1.0, 20.0, 5.0]]
    assert plane.project(x).tolist() == [[2.0, 0.0], [6.0, 4.0]]
    # 15 % more than the range 2 … 6 and 0 … 4, each with its own scale.
    assert plane.extent == pytest.approx((1.7, 6.3, -0.3, 4.3))


def test_a_slice_may_go_through_a_sample() -> None:
    x = np.array([[0.0, 10.0, 2.0], [4.0, 30.0, 6.0]])
    plane = plane_through(x, x, PlaneChoice((0, 2), (0.0, 10.0, 2.0)))
    assert plane is not None
    assert plane.points(np.array([[1.0, 5.0]])).tolist() == [[1.0, 10.0, 5.0]]


def test_principal_components_of_an_ellipse() -> None:
    # Along (0.6, 0.8, 0) with variance 9 and along (0, 0, 1) with variance 1: 90 % and 10 %.
    t = np.array([-3.0, 3.0, 0.0, 0.0])
    s = np.array([0.0, 0.0, -1.0, 1.0])
    x = np.outer(t, [0.6, 0.8, 0.0]) + np.outer(s, [0.0, 0.0, 1.0]) + 7.0
    plane = plane_through(x, x)
    assert plane is not None
    assert plane.axes == pytest.approx(np.array([[0.6, 0.8, 0.0], [0.0, 0.0, 1.0]]))
    assert plane.explained == pytest.approx((0.9, 0.1))
    assert plane.project(x)[0] == pytest.approx([-3.0, 0.0], abs=1e-12)
    assert plane.points(plane.project(x)) == pytest.approx(x)


def test_wide_samples_have_the_same_axes_by_iteration() -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(300, 400))
    x[:, 0] *= 30.0
    x[:, 1] *= 20.0
    axes, shares = principal_axes(x, 2)
    _, strengths, exact = np.linalg.svd(x - x.mean(axis=0), full_matrices=False)
    assert np.abs(np.sum(axes * exact[:2], axis=1)) == pytest.approx([1.0, 1.0], abs=1e-9)
    assert shares == pytest.approx(strengths[:2] ** 2 / np.sum(strengths**2))


def test_signs_follow_earlier_axes() -> None:
    x = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 0.5], [0.0, -0.5]])
    axes, _ = principal_axes(x, 2, np.array([[-1.0, 0.0], [0.0, -1.0]]))
    assert axes == pytest.approx(np.array([[-1.0, 0.0], [0.0, -1.0]]))


@given(
    st.integers(1, 6), st.integers(3, 7), st.sampled_from([0.0, 1e-200, 1.0, 1e150]), st.booleans()
)
def test_any_samples_give_a_plane(rows: int, features: int, size: float, hole: bool) -> None:
    x = np.random.default_rng(rows).normal(size=(rows, features)) * size
    if hole:
        x[0, 0] = np.nan
    plane = plane_through(x, x)
    if hole and rows == 1:
        assert plane is None
        return
    assert plane is not None
    assert plane.axes @ plane.axes.T == pytest.approx(np.eye(2), abs=1e-9)
    assert np.isfinite(plane.points(plane.grid(5))).all()
    assert plane.extent[1] > plane.extent[0]
    assert plane.extent[3] > plane.extent[2]
