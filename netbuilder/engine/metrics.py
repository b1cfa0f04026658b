"""How good predictions are, in numbers that people know. y and t are outputs and targets (N, k)."""

import math
from dataclasses import dataclass

import numpy as np

from netbuilder.engine.operation import Array


def decided(y: Array, threshold: float = 0.5) -> Array:
    """The class (N,) that outputs or targets mean: of one column, whether it reaches the threshold;
    of several, the largest."""
    if y.shape[1] == 1:
        return np.asarray(y[:, 0] >= threshold, np.intp)
    classes: Array = y.argmax(axis=1)
    return classes


def accuracy(y: Array, t: Array, threshold: float = 0.5) -> float:
    """Share of right answers; NaN without samples. The threshold is that of a single output."""
    if not len(y):
        return math.nan
    return float(np.mean(decided(y, threshold) == decided(t)))


def confusion(y: Array, t: Array, classes: int, threshold: float = 0.5) -> Array:
    """Counts (classes, classes): the row is the true class, the column the predicted one."""
    pairs = decided(t) * classes + decided(y, threshold)
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


@dataclass(frozen=True)
class ClassScores:
    """Precision, recall and F1 of each class (classes,); 0 where there is nothing to divide by."""

    precision: Array
    recall: Array
    f1: Array
    occurs: Array  # whether the class is among the targets or the predictions

    def macro(self, name: str) -> float:
        """The plain average of "precision", "recall" or "f1" over the classes that occur."""
        values = getattr(self, name)[self.occurs]
        return float(values.mean()) if len(values) else math.nan


def class_scores(counts: Array) -> ClassScores:
    """The scores that follow from a confusion matrix."""
    right = np.diag(counts).astype(np.float64)
    true, predicted = counts.sum(axis=1), counts.sum(axis=0)
    return ClassScores(
        precision=_share(right, predicted),
        recall=_share(right, true),
        f1=_share(2.0 * right, true + predicted),  # the harmonic mean of the two
        occurs=(true + predicted) > 0,
    )


def _share(part: Array, whole: Array) -> Array:
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)


def r2(y: Array, t: Array) -> float:
    """Coefficient of determination 1 - sum (t - y)^2 / sum (t - mean t)^2, over all columns."""
    if not len(y):
        return math.nan
    total = float(np.sum((t - t.mean(axis=0)) ** 2))
    rest = float(np.sum((t - y) ** 2))
    if total == 0.0:
        return 1.0 if rest == 0.0 else math.nan
    return 1.0 - rest / total


def mae(y: Array, t: Array) -> float:
    """Mean absolute error over all elements."""
    return float(np.mean(np.abs(y - t))) if len(y) else math.nan


def rmse(y: Array, t: Array) -> float:
    """Root of the mean squared error over all elements."""
    return math.sqrt(float(np.mean((y - t) ** 2))) if len(y) else math.nan


def summary(y: Array, t: Array, classes: int | None, threshold: float = 0.5) -> dict[str, float]:
    """The metrics of a task by name; NaN without samples.

    For `classes` classes: accuracy, and precision, recall and f1, each averaged over the classes
    that occur and, as `f1_0`, `f1_1`, …, of each class. For a regression (None): r2, mae, rmse.
    """
    if classes is None:
        return {"r2": r2(y, t), "mae": mae(y, t), "rmse": rmse(y, t)}
    names = ("precision", "recall", "f1")
    found = {"accuracy": accuracy(y, t, threshold)}
    scores = class_scores(confusion(y, t, classes, threshold))
    found.update({name: scores.macro(name) for name in names})
    for name in names:
        values = getattr(scores, name)
        found.update(
            {f"{name}_{k}": float(v) if len(y) else math.nan for k, v in enumerate(values)}
        )
    return found
