"""Two spirals."""

from typing import ClassVar

import numpy as np

from netbuilder.data.dataset import Generated, Table, binary
from netbuilder.declare import register


@register
class Spiral(Generated, frozen=True):
    """Two arms: r = 5 i / m, angle = 3.5 pi i / m, the second arm turned by pi."""

    title: ClassVar[str] = "Spiral"
    summary: ClassVar[str] = "Two arms wound into each other: hard without enough units."

    def make(self) -> Table:
        rng = np.random.default_rng(self.seed)
        arms = []
        sizes = (self.samples // 2, self.samples - self.samples // 2)
        for arm, m in enumerate(sizes):
            share = np.arange(m) / m
            angle = 3.5 * np.pi * share + np.pi * (1 - arm)
            points = 5.0 * share[:, None] * np.column_stack([np.sin(angle), np.cos(angle)])
            arms.append(points + rng.uniform(-1.0, 1.0, (m, 2)) * self.noise)
        return binary(np.vstack(arms), np.repeat([0, 1], sizes))
