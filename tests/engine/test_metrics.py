"""Metrics worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from netbuilder.engine import metrics

# Six samples of three classes: true 0 0 0 1 1 2, predicted 0 0 1 1 1 1. Class 2 is never predicted.
TRUE = np.eye(3)[[0, 0, 0, 1, 1, 2]]
SAID = np.eye(3)[[0, 0, 1, 1, 1, 1]]


def test_accuracy() -> None:
    y, t = np.array([[0.4], [0.5], [0.6]]), np.array([[0.0], [0.0], [1.0]])
    assert metrics.accuracy(y, t) == pytest.approx(2 / 3)  # 0.5 counts as class 1
    # Scores of either sign are told apart at 0: -0.1 is class 0, 0.2 is class 1.
    scores = np.array([[-0.1], [0.2], [0.0]])
    assert metrics.accuracy(scores, np.array([[0.0], [1.0], [1.0]]), threshold=0.0) == 1.0


def test_confusion() -> None:
    # rows: true; columns: predicted
    assert metrics.confusion(SAID, TRUE, 3).tolist() == [[2, 1, 0], [0, 2, 0], [0, 1, 0]]


def test_scores_of_each_class() -> None:
    scores = metrics.class_scores(metrics.confusion(SAID, TRUE, 3))
    # Of 2, 4 and 0 predictions 2, 2 and 0 are right; of 3, 2 and 1 true ones 2, 2 and 0 are found.
    assert scores.precision.tolist() == [1.0, 0.5, 0.0]
    assert scores.recall.tolist() == [2 / 3, 1.0, 0.0]
    # 2 right / (true + predicted): 4/5, 4/6, 0/1
    assert scores.f1.tolist() == [0.8, 2 / 3, 0.0]
    assert scores.macro("precision") == 0.5
    assert scores.macro("f1") == pytest.approx((0.8 + 2 / 3) / 3)


def test_a_class_that_never_occurs_is_left_out_of_the_average() -> None:
    t = y = np.eye(3)[[0, 1, 1]]
    assert metrics.summary(y, t, 3)["f1"] == 1.0
    assert metrics.summary(y, t, 3)["f1_2"] == 0.0


def test_summary_of_a_classification() -> None:
    # One output: true 1 1 0 0 1, said 1 0 0 1 1. Class 1: 2 of 3 predictions right, 2 of 3 found;
    # class 0: 1 of 2 and 1 of 2.
    t = np.array([[1.0], [1.0], [0.0], [0.0], [1.0]])
    y = np.array([[0.9], [0.1], [0.2], [0.8], [0.7]])
    found = metrics.summary(y, t, 2)
    assert found == pytest.approx(
        {
            "accuracy": 3 / 5,
            "precision": 7 / 12,
            "recall": 7 / 12,
            "f1": 7 / 12,
            "precision_0": 1 / 2,
            "precision_1": 2 / 3,
            "recall_0": 1 / 2,
            "recall_1": 2 / 3,
            "f1_0": 1 / 2,
            "f1_1": 2 / 3,
        }
    )


def test_summary_of_a_regression() -> None:
    t, y = np.array([[1.0], [2.0], [3.0]]), np.array([[1.0], [3.0], [5.0]])
    # Errors 0, 1, 2: r2 = 1 - 5/2, mae = 1, rmse = sqrt(5/3)
    assert metrics.summary(y, t, None) == pytest.approx(
        {"r2": -1.5, "mae": 1.0, "rmse": math.sqrt(5 / 3)}
    )


def test_without_samples() -> None:
    none = np.empty((0, 1))
    for classes in (None, 2):
        assert all(math.isnan(v) for v in metrics.summary(none, none, classes).values())


@pytest.mark.parametrize("seed", range(5))
def test_as_scikit_learn(seed: int) -> None:
    sklearn = pytest.importorskip("sklearn.metrics", reason="the extra 'parity' is not installed")
    rng = np.random.default_rng(seed)
    true, said = rng.integers(4, size=(2, 30))
    found = metrics.summary(np.eye(4)[said], np.eye(4)[true], 4)
    for name in ("precision", "recall", "f1"):
        wanted = getattr(sklearn, f"{name}_score")(true, said, average="macro", zero_division=0)
        assert found[name] == pytest.approx(wanted)
    counts = metrics.confusion(np.eye(4)[said], np.eye(4)[true], 4)
    assert (counts == sklearn.confusion_matrix(true, said, labels=range(4))).all()
