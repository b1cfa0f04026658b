"""How good predictions are, in numbers that people know."""

import numpy as np

from netbuilder.engine.operation import Array


def accuracy(y: Array, t: Array) -> float:
    """Share of right answers; y and t (N, k). One column: threshold 0.5. Several: the largest."""
    if not len(y):
        return float("nan")
    if y.shape[1] == 1:
        return float(np.mean((y >= 0.5) == (t >= 0.5)))
    return float(np.mean(y.argmax(axis=1) == t.argmax(axis=1)))


def r2(y: Array, t: Array) -> float:
    """Coefficient of determination 1 - sum (t - y)^2 / sum (t - mean t)^2, over all columns."""
    if not len(y):
        return float("nan")
    total = float(np.sum((t - t.mean(axis=0)) ** 2))
    rest = float(np.sum((t - y) ** 2))
    if total == 0.0:
        return 1.0 if rest == 0.0 else float("nan")
    return 1.0 - rest / total
