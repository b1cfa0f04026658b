"""A stage of the walk through one step, and which way of writing a result gives its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from netbuilder.engine.algebra.expression import Expression, Quantity
from netbuilder.engine.algebra.matrices import Opaque
from netbuilder.engine.scope import Line

Phase = Literal["input", "forward", "loss", "backward", "update"]


@dataclass(frozen=True)
class Stage:
    """One thing that happens: its lines in the order of computing; the last is what it is about.

    key: unique in the walk and the same in every walk of a network. part: what of the node:
    "output", "input gradient", "parameters" … `given`: quantities that are there without a formula.
    """

    key: str
    phase: Phase
    node: str
    part: str
    lines: tuple[Line, ...] = ()
    given: tuple[Quantity, ...] = ()

    @property
    def results(self) -> tuple[Quantity, ...]:
        """What it brings, and not only uses on the way."""
        return self.given or tuple(line.result for line in self.lines if not line.aside)


def fitting(
    written: Sequence[Expression | None],
    result: Quantity,
    name: str,
    operands: tuple[Expression, ...],
) -> Expression:
    """The first of several ways to write a result that gives its numbers. The plain ones overflow
    or cancel where the engine computes the same in a better way."""
    found = [w for w in written if w is not None]
    values = result.values
    for expression in found:
        if expression.value.shape != values.shape:
            continue
        if np.allclose(expression.value, values, rtol=1e-9, atol=1e-300, equal_nan=True):
            return expression
    return found[-1] if found else Opaque(name, operands, values)
