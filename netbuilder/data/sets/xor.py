"""Exclusive or in the plane."""

from typing import ClassVar

import numpy as np

from netbuilder.data.dataset import Generated, Table, binary
from netbuilder.declare import register


@register
class Xor(Generated, frozen=True):
    """Points of [-5, 5]^2, class 1 where x1 and x2 have the same sign, kept 0.3 off the axes."""

    title: ClassVar[str] = "XOR"
    summary: ClassVar[str] = "Two opposite quarters against the other two; no line separates them."

    def make(self) -> Table:
        rng = np.random.default_rng(self.seed)
        x = rng.uniform(-5.0, 5.0, (self.samples, 2))
        x += np.where(x > 0, 0.3, -0.3)
        # As in TF Playground, noise blurs where the label is read, not where the point lies.
        seen = x + rng.uniform(-5.0, 5.0, x.shape) * self.noise
        return binary(x, seen[:, 0] * seen[:, 1] >= 0)
