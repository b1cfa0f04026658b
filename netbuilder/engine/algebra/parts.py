"""A formula as a tree of operations, each with the gradient that has come back to it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np

from netbuilder.engine.algebra.expression import Elementwise, Expression, shrunk
from netbuilder.engine.algebra.functions import Apply
from netbuilder.engine.algebra.matrices import OfRow
from netbuilder.engine.operation import Array


class Part:
    """One operation (or leaf) of a formula with `grad`, dJ by each of its numbers (r, c).

    `path` tells it from the others of the same formula: the places of the operands that lead to it.
    """

    def __init__(self, expression: Expression, grad: Array, path: str = "") -> None:
        self.expression = expression
        self.path = path
        shape = np.broadcast_shapes(expression.shape, grad.shape)
        self.grad = shrunk(np.broadcast_to(grad, shape), expression.shape)

    @cached_property
    def shares(self) -> tuple[Array, ...]:
        """dJ by each operand as this use of it gives it back; NaN where the operation does not say.

        Where an operand with one row or column is spread out, a share still has the shape of the
        result: it is summed only in the operand's own gradient. As in `Product` a 0 that comes back
        stays 0, whatever the slope.
        """
        expression = self.expression
        values = [o.value for o in expression.operands]
        with np.errstate(all="ignore"):
            if isinstance(expression, Elementwise):
                return tuple(
                    np.where(self.grad == 0.0, 0.0, self.grad * slope)
                    for slope in expression.slopes(*values)
                )
            try:
                return expression.pull(self.grad)
            except NotImplementedError:
                return tuple(np.full(v.shape, np.nan) for v in values)

    @cached_property
    def operands(self) -> tuple[Part, ...]:
        """The operands with their gradients, as far as they come through here."""
        return tuple(
            Part(o, share, f"{self.path}.{k}")
            for k, (o, share) in enumerate(zip(self.expression.operands, self.shares, strict=True))
        )

    @cached_property
    def inside(self) -> Part | None:
        """The same in simpler operations; None for what is elementary."""
        if not isinstance(self.expression, Apply | OfRow):
            return None
        inside = self.expression.inside()
        if inside is None or inside is self.expression.operands[0]:
            return None
        return Part(inside, self.grad, f"{self.path}~")

    def leaves(self) -> Iterator[Part]:
        """The leaves from left to right, one for each time that they are named."""
        if not self.expression.operands:
            yield self
        for operand in self.operands:
            yield from operand.leaves()
