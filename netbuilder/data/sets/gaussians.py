"""Clouds of points."""

from typing import Annotated, ClassVar

import numpy as np

from netbuilder.data.dataset import XY, Generated, Table
from netbuilder.declare import Meta, register


@register
class Gaussians(Generated, frozen=True):
    """Normal clouds on a circle of radius 2 sqrt(2); two classes lie at (2, 2) and (-2, -2)."""

    title: ClassVar[str] = "Gaussians"
    summary: ClassVar[str] = "One round cloud for each class; two of them a line can separate."

    classes: Annotated[int, Meta(ge=2, le=8, title="Classes", description="Number of clouds.")] = 2

    def make(self) -> Table:
        rng = np.random.default_rng(self.seed)
        labels = np.arange(self.samples) % self.classes
        # Class 1 of two stands at (2, 2), as in TF Playground; more classes go round from there.
        angle = np.pi / 4.0 + 2.0 * np.pi * (labels + self.classes - 1) / self.classes
        centre = 8.0**0.5 * np.column_stack([np.cos(angle), np.sin(angle)])
        # Noise 0 … 0.5 widens the clouds from variance 0.5 to 4, as TF Playground does.
        std = (0.5 + 7.0 * self.noise) ** 0.5
        x = centre + rng.normal(0.0, std, (self.samples, 2))
        names = tuple(str(k) for k in range(self.classes))
        return Table(x, labels.astype(np.float64).reshape(-1, 1), self.classes, XY, names)
