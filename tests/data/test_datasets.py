"""The datasets: their geometry, their seeds, and how they are divided and encoded."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import members

from netbuilder.data.dataset import Dataset, Generated, Table
from netbuilder.data.prepare import split, target_width, targets
from netbuilder.data.sets.circle import Circle
from netbuilder.data.sets.gates import And, Not, Or
from netbuilder.data.sets.gaussians import Gaussians
from netbuilder.data.sets.spiral import Spiral
from netbuilder.data.sets.table import TableData
from netbuilder.data.sets.xor import Xor
from netbuilder.declare import registry

DATASETS = registry(Dataset)
GENERATED = {n: c for n, c in DATASETS.items() if issubclass(c, Generated)}


@given(members(Dataset, small=True))
def test_every_dataset_makes_a_table(dataset: Dataset) -> None:
    table, again = dataset.make(), dataset.make()
    assert table.x.dtype == table.y.dtype == np.float64
    assert table.x.ndim == table.y.ndim == 2
    assert len(table.x) == len(table.y) >= 1
    assert np.isfinite(table.x).all()
    assert np.isfinite(table.y).all()
    assert len(table.feature_names) == table.features == table.x.shape[1]
    assert table.x.tobytes() == again.x.tobytes()
    assert table.y.tobytes() == again.y.tobytes()
    if table.classes is not None:
        assert table.labels.min() >= 0
        assert table.labels.max() < table.classes == len(table.class_names)


@pytest.mark.parametrize("name", GENERATED)
@pytest.mark.parametrize("samples", [2, 3, 7, 500])
def test_as_many_samples_as_asked_for(name: str, samples: int) -> None:
    assert len(GENERATED[name](samples=samples).make().x) == samples


@pytest.mark.parametrize("name", GENERATED)
def test_seed_and_noise_change_the_points(name: str) -> None:
    cls = GENERATED[name]
    noisy, other = cls(noise=0.3).make(), cls(noise=0.3, seed=1).make()
    assert noisy.x.tobytes() != other.x.tobytes()
    quiet = cls().make()
    assert (noisy.x.tobytes(), noisy.y.tobytes()) != (quiet.x.tobytes(), quiet.y.tobytes())


@pytest.mark.parametrize("name", GENERATED)
def test_classes_are_of_like_size(name: str) -> None:
    table = GENERATED[name]().make()
    assert table.classes is not None
    counts = np.bincount(table.labels, minlength=table.classes)
    assert counts.min() > 0.4 * len(table.x) / table.classes


def test_circle() -> None:
    table = Circle().make()
    radius = np.hypot(*table.x.T)
    assert radius[table.labels == 1].max() < 2.5
    assert radius[table.labels == 0].min() >= 3.5
    assert radius.max() <= 5.0


def test_xor() -> None:
    table = Xor().make()
    assert ((table.x[:, 0] * table.x[:, 1] > 0) == (table.labels == 1)).all()
    assert np.abs(table.x).min() >= 0.3  # pushed off the axes
    assert np.abs(table.x).max() <= 5.3


def test_spiral() -> None:
    table = Spiral(samples=100).make()
    # r = 5 i / m for i = 0 … 49 on each arm; the second arm is the first turned by pi.
    for label in (0, 1):
        assert np.hypot(*table.x[table.labels == label].T) == pytest.approx(np.arange(50) / 10)
    assert table.x[table.labels == 1] == pytest.approx(-table.x[table.labels == 0], abs=1e-12)
    # The angle turns by 3.5 pi along an arm: half way it has turned by 1.75 pi.
    first = table.x[table.labels == 1]
    assert first[25] == pytest.approx(
        2.5 * np.array([math.sin(1.75 * math.pi), math.cos(1.75 * math.pi)])
    )


def test_gaussians() -> None:
    table = Gaussians(samples=4000).make()
    for label, centre in ((0, -2.0), (1, 2.0)):
        cloud = table.x[table.labels == label]
        # Variance 1/2 without noise: the mean of 2000 strays by 0.71 / sqrt(2000) = 0.016.
        assert cloud.mean(axis=0) == pytest.approx([centre, centre], abs=4 * 0.016)
        assert cloud.var(axis=0) == pytest.approx([0.5, 0.5], abs=4 * 0.5 * math.sqrt(2 / 2000))
    eight = Gaussians(classes=8, samples=800).make()
    assert eight.classes == 8
    assert np.bincount(eight.labels).tolist() == [100] * 8


def test_gates() -> None:
    assert And().make().y.ravel().tolist() == [0, 0, 0, 1]
    assert Or().make().y.ravel().tolist() == [0, 1, 1, 1]
    assert (Not().make().x.tolist(), Not().make().y.tolist()) == ([[0], [1]], [[1], [0]])


# ---- tables ----


@pytest.mark.parametrize(
    ("y", "task", "classes"),
    [
        (((0.0,), (1.0,)), "auto", 2),
        (((0.0,), (0.0,)), "auto", 2),
        (((0.0,), (1.0,)), "regression", None),
        (((0.5,), (1.0,)), "auto", None),
        (((0.0,), (9.0,)), "auto", None),  # a label of two samples is no 9
        (((0.0,), (9.0,)), "classification", 10),
        (((0.0, 1.0), (1.0, 0.0)), "auto", None),
        (((-1.0,), (1.0,)), "auto", None),
    ],
)
def test_what_targets_mean(
    y: tuple[tuple[float, ...], ...], task: str, classes: int | None
) -> None:
    table = TableData(x=((1.0,), (2.0,)), y=y, task=task).make()  # type: ignore[arg-type]
    assert table.classes == classes


@pytest.mark.parametrize(
    ("x", "y", "task", "said"),
    [
        ((), (), "auto", "at least one sample"),
        (((),), ((1.0,),), "auto", "at least one sample with one input and one target"),
        (((1.0,),), ((),), "auto", "at least one sample with one input and one target"),
        (((1.0,), (2.0,)), ((1.0,),), "auto", r"as many rows in x as in y \(x has 2, y has 1\)"),
        (
            ((1.0,), (2.0, 3.0)),
            ((1.0,), (1.0,)),
            "auto",
            r"rows of one length \(x\[1\] has 2, not 1",
        ),
        ((1.0,), ((1.0,),), "auto", "rows of numbers in x"),
        (((1.0,),), ((0.5,),), "classification", "whole numbers 0, 1, 2"),
        (((1.0,),), ((4096.0,),), "classification", r"whole numbers 0, 1, 2 … 4095"),
    ],
)
def test_tables_that_are_none(
    x: tuple[tuple[float, ...], ...], y: tuple[tuple[float, ...], ...], task: str, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        TableData(x=x, y=y, task=task)  # type: ignore[arg-type]


# ---- splitting ----


@given(st.integers(1, 40), st.floats(0, 0.95), st.integers(0, 2**32 - 1))
def test_a_split_divides_the_rows(n: int, share: float, seed: int) -> None:
    table = Table(
        np.arange(n, dtype=float).reshape(-1, 1),
        np.arange(n, dtype=float).reshape(-1, 1),
        None,
        ("x",),
    )
    parts = split(table, share, seed)
    train, test = parts.train.x[:, 0], parts.test.x[:, 0]
    assert sorted([*train, *test]) == list(range(n))
    assert len(train) >= 1
    assert len(test) == min(round(n * share), n - 1)
    assert (np.diff(train) > 0).all()
    assert (np.diff(test) > 0).all()
    assert (parts.train.x == parts.train.y).all()
    again = split(table, share, seed)
    assert (again.test.x == parts.test.x).all()


def test_another_seed_divides_otherwise() -> None:
    table = Xor().make()
    assert (split(table, 0.5, 0).test.x != split(table, 0.5, 1).test.x).any()
    assert len(split(table, 0.0, 0).test.x) == 0


# ---- targets ----


def test_class_labels_become_targets() -> None:
    two = Table(np.zeros((3, 1)), np.array([[0.0], [1.0], [1.0]]), 2, ("x",), ("0", "1"))
    assert targets(two, 1, False).tolist() == [[0], [1], [1]]
    assert targets(two, 2, True).tolist() == [[1, 0], [0, 1], [0, 1]]
    three = Table(np.zeros((2, 1)), np.array([[2.0], [0.0]]), 3, ("x",), ("0", "1", "2"))
    assert targets(three, 3, True).tolist() == [[0, 0, 1], [1, 0, 0]]
    assert targets(three, 3, False).tolist() == [[0, 0, 1], [1, 0, 0]]
    one_hot = Table(np.zeros((2, 1)), np.eye(2), 2, ("x",), ("0", "1"))
    assert one_hot.labels.tolist() == [0, 1]
    assert targets(one_hot, 2, True).tolist() == [[1, 0], [0, 1]]
    numbers = Table(np.zeros((2, 1)), np.array([[0.5, 1.5], [2.5, 3.5]]), None, ("x",))
    assert targets(numbers, 2, False) is numbers.y


def test_widths_that_fit() -> None:
    two = Table(np.zeros((1, 1)), np.zeros((1, 1)), 2, ("x",))
    three = Table(np.zeros((1, 1)), np.zeros((1, 1)), 3, ("x",))
    numbers = Table(np.zeros((1, 1)), np.zeros((1, 5)), None, ("x",))
    assert (target_width(two, False), target_width(two, True)) == ((1,), (2,))
    assert (target_width(three, False), target_width(three, True)) == ((3,), (3,))
    assert target_width(numbers, False) == (5,)
