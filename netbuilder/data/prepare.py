"""From a table to what a network trains on: the split and the encoded targets."""

from dataclasses import dataclass

import numpy as np

from netbuilder.data.dataset import Array, Table


@dataclass(frozen=True)
class Split:
    """Training and test rows of one table, each in the table's own order."""

    train: Table
    test: Table


def split(table: Table, test_fraction: float, seed: int) -> Split:
    """Keep round(N * test_fraction) random rows aside; at least one row is left to train on."""
    n = len(table.x)
    count = min(round(n * test_fraction), n - 1)
    order = np.random.default_rng([seed, 1]).permutation(n)
    test = np.sort(order[:count])
    train = np.sort(order[count:])
    return Split(table.take(train), table.take(test))


def targets(table: Table, outputs: int, one_hot: bool) -> Array:
    """The targets (N, outputs) for a network with so many outputs.

    Class labels become one-hot rows when the loss wants them so, or when the network has one output
    for each of several classes.
    """
    if table.classes is None or table.y.shape[1] == outputs:
        return table.y
    return np.eye(max(outputs, table.classes))[table.labels][:, :outputs]


def target_width(table: Table, one_hot: bool) -> tuple[int, ...]:
    """The output widths that fit: the number of target columns, or one for each class."""
    if table.classes is None:
        return (int(table.y.shape[1]),)
    if one_hot:
        return (table.classes,)
    return (1,) if table.classes == 2 and table.y.shape[1] == 1 else (table.classes,)
