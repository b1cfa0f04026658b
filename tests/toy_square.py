"""A new activation, complete.

This file, laid into `netbuilder/engine/activations/` and with `@register` above the class, is all
that adds one. `test_plugins.py` and `ui/test_plugin_ui.py` are its tests.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import numpy as np
from helpers import Array

from netbuilder.declare import Meta
from netbuilder.engine.activation import Activation
from netbuilder.engine.operation import Builder, Call


class ToySquare(Activation, frozen=True):
    """Computes h = scale z^2."""

    title: ClassVar[str] = "Toy square"
    summary: ClassVar[str] = "Bends everything upwards."
    formula: ClassVar[str] = r"h = s z^2"
    derivative_formula: ClassVar[str] = r"f'(z) = 2 s z"
    range: ClassVar[str] = "0 and above"
    keywords: ClassVar[tuple[str, ...]] = ("parabola",)

    scale: Annotated[float, Meta(ge=0, le=2, title="Scale", description="Factor.")] = 0.5

    def forward(self, build: Builder, z: Any, h: Array) -> list[Call]:
        factor = build.scalar(self.scale)
        return [build.bind(np.multiply, z, z, h), build.bind(np.multiply, h, factor, h)]

    def derivative(self, build: Builder, z: Any, h: Array, out: Array) -> list[Call]:
        return [build.bind(np.multiply, z, build.scalar(2.0 * self.scale), out)]
