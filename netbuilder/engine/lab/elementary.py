"""The functions that a formula may name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from netbuilder.engine.lab.derivative import add, choice, divide, power, times
from netbuilder.engine.lab.expression import (
    MINUS_ONE,
    ONE,
    POWER,
    ZERO,
    Application,
    Expression,
    Function,
    Number,
)

TWO = Number(2.0)


def _sigmoid(z: Any) -> Any:
    return 1.0 / (1.0 + np.exp(-np.asarray(z, np.float64)))


def _step(z: Any) -> Any:
    return np.heaviside(z, 0.0)  # 0 at 0, as the slope of ReLU is


def _softplus(z: Any) -> Any:
    return np.logaddexp(0.0, z)


def _largest(*values: Any) -> Any:
    found = values[0]
    for value in values[1:]:
        found = np.maximum(found, value)
    return found


def _smallest(*values: Any) -> Any:
    return -_largest(*(-np.asarray(value) for value in values))


def _one(
    name: str,
    compute: Callable[..., Any],
    slope: Callable[[Expression], Expression],
    before: str = "",
    after: str = r"\right)",
    **more: Any,
) -> Function:
    """A function of one argument u; `slope` is its derivative at u, the chain rule is added."""

    def derive(arguments: Sequence[Expression], by: Sequence[Expression]) -> Expression:
        return times(slope(arguments[0]), by[0])

    return Function(name, compute, derive, before or rf"\{name}\left(", after, **more)


def _of(name: str) -> Callable[[Expression], Expression]:
    return lambda u: Application(FUNCTIONS[name], (u,))


def _squared(name: str) -> Callable[[Expression], Expression]:
    return lambda u: power(Application(FUNCTIONS[name], (u,)), TWO)


def _minus(inner: Expression) -> Expression:
    return times(MINUS_ONE, inner)


def _derive_max(arguments: Sequence[Expression], by: Sequence[Expression]) -> Expression:
    if len(arguments) == 1:
        return by[0]
    rest = tuple(arguments[1:])
    others = rest[0] if len(rest) == 1 else Application(FUNCTIONS["max"], rest)
    return choice(arguments[0], others, by[0], _derive_max(rest, by[1:]))


def _derive_min(arguments: Sequence[Expression], by: Sequence[Expression]) -> Expression:
    if len(arguments) == 1:
        return by[0]
    rest = tuple(arguments[1:])
    others = rest[0] if len(rest) == 1 else Application(FUNCTIONS["min"], rest)
    return choice(others, arguments[0], by[0], _derive_min(rest, by[1:]))


def _table() -> dict[str, Function]:
    functions = [
        _one("sin", np.sin, _of("cos"), raised=True),
        _one("cos", np.cos, lambda u: _minus(_of("sin")(u)), raised=True),
        _one("tan", np.tan, lambda u: add(ONE, _squared("tan")(u)), raised=True),
        _one("arctan", np.arctan, lambda u: divide(ONE, add(ONE, power(u, TWO)))),
        _one("exp", np.exp, _of("exp"), "e^{", "}", level=POWER),
        _one("ln", np.log, lambda u: divide(ONE, u)),
        _one("sqrt", np.sqrt, lambda u: divide(ONE, times(TWO, _of("sqrt")(u))), r"\sqrt{", "}"),
        _one("abs", np.abs, _of("sign"), r"\left|", r"\right|"),
        _one("sinh", np.sinh, _of("cosh"), raised=True),
        _one("cosh", np.cosh, _of("sinh"), raised=True),
        _one(
            "tanh",
            np.tanh,
            lambda u: add(ONE, _minus(_squared("tanh")(u))),
            raised=True,
        ),
        _one(
            "sigmoid",
            _sigmoid,
            lambda u: times(_of("sigmoid")(u), add(ONE, _minus(_of("sigmoid")(u)))),
            r"\sigma\left(",
        ),
        _one("relu", _relu, _of("step"), _upright("relu")),
        _one("softplus", _softplus, _of("sigmoid"), _upright("softplus")),
        _one("sign", np.sign, lambda u: ZERO, _upright("sign")),
        _one("step", _step, lambda u: ZERO, _upright("step")),
        Function("max", _largest, _derive_max, r"\max\left(", several=True),
        Function("min", _smallest, _derive_min, r"\min\left(", several=True),
    ]
    return {function.name: function for function in functions}


def _relu(z: Any) -> Any:
    return np.maximum(z, 0.0)


def _upright(name: str) -> str:
    return rf"\operatorname{{{name}}}\left("


FUNCTIONS = _table()
"""Every function by its name."""

ALIASES = {"log": "ln", "atan": "arctan", "root": "sqrt"}
"""Other names for some of them; log is the natural logarithm, as in NumPy."""

CONSTANTS = {"pi": float(np.pi), "e": float(np.e)}
