"""A formula with its exact derivatives, ready to be looked at and gone down on."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np

from netbuilder.engine.lab.derivative import derivative
from netbuilder.engine.lab.expression import Array, Expression
from netbuilder.engine.lab.parser import parse

NAMES = (("x",), ("x", "y"))


@dataclass(frozen=True)
class Curvature:
    """The second derivatives at a place: the least and the largest curvature of any direction."""

    least: float
    most: float

    @property
    def condition(self) -> float:
        """Condition number of the Hessian: most over least; infinite unless both are positive."""
        return self.most / self.least if self.least > 0 else float("inf")


class Formula:
    """f(x) or f(x, y); `d` is the number of variables. Values are float64.

    Outside of its domain a formula is NaN or infinite. Raises FormulaError when it is made.
    """

    def __init__(self, text: str, d: int = 1) -> None:
        self.text = text.strip()
        self.names = NAMES[d - 1]
        self.expression = parse(text, self.names)
        self.gradient = tuple(derivative(self.expression, name) for name in self.names)

    @property
    def d(self) -> int:
        """The number of variables."""
        return len(self.names)

    def values(self, *places: Array) -> Array:
        """f at arrays of one shape, one array for each variable."""
        arrays = [np.asarray(place, np.float64) for place in places]
        with np.errstate(all="ignore"):
            found = self.expression.value(dict(zip(self.names, arrays, strict=True)))
        # A formula without the variable is one number everywhere.
        full: Array = np.array(np.broadcast_to(np.asarray(found, np.float64), arrays[0].shape))
        return full

    def value_at(self, point: Array) -> float:
        """f at a point (d,)."""
        with np.errstate(all="ignore"):
            return float(self.expression.value(self._env(point)))

    def gradient_at(self, point: Array) -> Array:
        """The first derivatives (d,) at a point (d,)."""
        env = self._env(point)
        with np.errstate(all="ignore"):
            return np.array([float(g.value(env)) for g in self.gradient])

    def hessian_at(self, point: Array) -> Array:
        """The second derivatives (d, d) at a point (d,)."""
        env = self._env(point)
        with np.errstate(all="ignore"):
            return np.array([[float(h.value(env)) for h in row] for row in self._hessian])

    def _env(self, point: Array) -> dict[str, Any]:
        # NumPy's numbers, not Python's: they divide by 0 without an error.
        return {name: np.float64(place) for name, place in zip(self.names, point, strict=True)}

    def curvature_at(self, point: Array) -> Curvature | None:
        """The curvatures at a point (d,); None where they are not finite."""
        hessian = self.hessian_at(point)
        if not np.isfinite(hessian).all():
            return None
        values = np.linalg.eigvalsh(hessian)
        return Curvature(float(values[0]), float(values[-1]))

    @functools.cached_property
    def _hessian(self) -> tuple[tuple[Expression, ...], ...]:
        return tuple(tuple(derivative(g, name) for name in self.names) for g in self.gradient)

    def latex(self) -> str:
        """f(x) = … as it was typed."""
        return f"f({', '.join(self.names)}) = {self.expression.latex()}"

    def derivative_latex(self) -> list[str]:
        """f'(x) = …, or the two partial derivatives."""
        if self.d == 1:
            return [f"f'(x) = {self.gradient[0].latex()}"]
        return [
            rf"\frac{{\partial f}}{{\partial {name}}} = {g.latex()}"
            for name, g in zip(self.names, self.gradient, strict=True)
        ]
