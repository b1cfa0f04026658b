"""The truth tables of the logic gates."""

from typing import ClassVar

import numpy as np

from netbuilder.data.dataset import TWO, XY, Dataset, Table, binary
from netbuilder.declare import register

_INPUTS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


@register
class And(Dataset, frozen=True):
    """The four rows of AND."""

    title: ClassVar[str] = "AND gate"
    summary: ClassVar[str] = "1 only where both inputs are 1."

    def make(self) -> Table:
        return binary(_INPUTS.copy(), np.array([0, 0, 0, 1]))


@register
class Or(Dataset, frozen=True):
    """The four rows of OR."""

    title: ClassVar[str] = "OR gate"
    summary: ClassVar[str] = "1 where any input is 1."

    def make(self) -> Table:
        return binary(_INPUTS.copy(), np.array([0, 1, 1, 1]))


@register
class Not(Dataset, frozen=True):
    """The two rows of NOT."""

    title: ClassVar[str] = "NOT gate"
    summary: ClassVar[str] = "Turns 0 into 1 and 1 into 0; one input."

    def make(self) -> Table:
        return Table(np.array([[0.0], [1.0]]), np.array([[1.0], [0.0]]), 2, XY[:1], TWO)
