"""A disc inside a ring."""

from typing import ClassVar

import numpy as np

from netbuilder.data.dataset import Generated, Table, binary
from netbuilder.declare import register


@register
class Circle(Generated, frozen=True):
    """A disc of radius 2.5 (class 1) inside a ring from 3.5 to 5 (class 0)."""

    title: ClassVar[str] = "Circle"
    summary: ClassVar[str] = "A disc inside a ring: the boundary must close."

    def make(self) -> Table:
        rng = np.random.default_rng(self.seed)
        inside = np.arange(self.samples) < self.samples // 2
        radius = np.where(
            inside,
            rng.uniform(0.0, 2.5, self.samples),
            rng.uniform(3.5, 5.0, self.samples),
        )
        angle = rng.uniform(0.0, 2.0 * np.pi, self.samples)
        x = np.column_stack([radius * np.sin(angle), radius * np.cos(angle)])
        seen = x + rng.uniform(-5.0, 5.0, x.shape) * self.noise
        return binary(x, np.hypot(seen[:, 0], seen[:, 1]) < 2.5)
