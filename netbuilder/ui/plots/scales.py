"""Where ticks stand and what they say. Plain arithmetic, no Qt."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

MINUS = "\N{MINUS SIGN}"
HUGE = 1e300
"""Values are cut off here, so that a range of twice the size is still a finite number."""

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_CEILINGS = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
_FINE_CEILINGS = (
    1.0,
    1.2,
    1.4,
    1.6,
    1.8,
    2.0,
    2.5,
    3.0,
    3.5,
    4.0,
    4.5,
    5.0,
    6.0,
    7.0,
    8.0,
    9.0,
    10.0,
)
_SUFFIXES = ((1e9, "G"), (1e6, "M"), (1e3, "k"))

Tick = tuple[float, str]
"""(position in view coordinates, words)."""


@dataclass(frozen=True)
class Axis:
    """One axis of a plot: its range in view coordinates, its ticks and its label."""

    low: float
    high: float
    ticks: tuple[Tick, ...]
    label: str = ""


def nice_ceil(value: float, fine: bool = False) -> float:
    """The nearest round number at or above a positive value: 1, 1.25, 1.5, 2, 2.5, 3 … times 10^k.

    `fine` numbers are 10 to 25 % apart instead of up to 33 %.
    """
    power = 10.0 ** math.floor(math.log10(value))
    for step in _FINE_CEILINGS if fine else _CEILINGS:
        if value <= step * power * (1 + 1e-9):
            return step * power
    return 10.0 * power


def tick_step(span: float, count: int) -> float:
    """The round step (1, 2, 2.5 or 5 times 10^k) for at most about `count` ticks on a span."""
    rough = span / max(count, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    return next((s * power for s in _STEPS if s * power >= rough * (1 - 1e-9)), 10.0 * power)


def snug(low: float, high: float) -> tuple[float, float]:
    """Round ends around low to high, close to them, and apart even if the two are the same."""
    span = high - low
    if not span > 1e-12 * max(abs(low), abs(high)):
        span = abs(high) * 0.1 or 1.0
    step = tick_step(span, 5)
    bottom = math.floor((low - 0.02 * span) / step) * step
    top = math.ceil((high + 0.02 * span) / step) * step
    if low >= 0.0 > bottom:
        bottom = 0.0
    return (bottom, top) if top > bottom else (low - span, high + span)


def linear_values(low: float, high: float, count: int) -> list[float]:
    """Round numbers from low to high, at most about `count` of them but two if at all possible."""
    if not (math.isfinite(low) and math.isfinite(high) and high > low):
        return []
    first, last = 0, -1
    for wanted in range(count, count + 4):  # one number alone does not tell the scale
        step = tick_step(high - low, wanted)
        first, last = math.ceil(low / step - 1e-6), math.floor(high / step + 1e-6)
        if last > first:
            break
    return [k * step for k in range(first, last + 1)]


def tick_texts(values: Sequence[float]) -> list[str]:
    """Words for evenly spaced ticks: as many decimals as the spacing needs, 1000 as 1k."""
    if not values:
        return []
    largest = max(abs(v) for v in values)
    step = abs(values[1] - values[0]) if len(values) > 1 else largest
    if largest == 0:
        return ["0"] * len(values)
    if largest >= 1e12 or largest < 1e-4:
        return [_scientific(v) if v else "0" for v in values]
    for size, suffix in _SUFFIXES:
        decimals = _decimals(step / size)
        if largest >= size * 10 or (largest >= size and decimals == 0):
            return [_with_minus(f"{v / size:.{decimals}f}") + suffix if v else "0" for v in values]
    decimals = _decimals(step)
    return [_with_minus(f"{v:.{decimals}f}") if v else "0" for v in values]


@lru_cache(maxsize=64)  # asked anew at every frame
def linear_axis(low: float, high: float, count: int, label: str = "", unit: float = 1.0) -> Axis:
    """An axis whose view coordinates are values divided by `unit`."""
    values = linear_values(low, high, count)
    places = (v / unit for v in values)
    return Axis(low / unit, high / unit, tuple(zip(places, tick_texts(values), strict=True)), label)


@lru_cache(maxsize=64)  # asked anew at every frame
def unit_axis(low: float, high: float, count: int, label: str = "") -> Axis:
    """An axis whose view coordinates run from 0 at `low` to 1 at `high`."""
    values = linear_values(low, high, count)
    places = ((v - low) / (high - low) for v in values)
    return Axis(0.0, 1.0, tuple(zip(places, tick_texts(values), strict=True)), label)


@lru_cache(maxsize=64)  # asked anew at every frame
def log_axis(low: float, high: float, count: int, label: str = "", zero: bool = False) -> Axis:
    """An axis whose view coordinates are decimal logarithms; with `zero` its lower end reads 0."""
    first, last = math.ceil(low - 1e-9), math.floor(high + 1e-9)
    every = max(1, math.ceil((last - first + 1) / max(count, 2)))
    ticks: list[Tick] = []
    if last - first < 2:  # few decades: say 2 and 5 too
        for decade in range(math.floor(low), last + 1):
            for factor in (1, 2, 5):
                place = decade + math.log10(factor)
                if low - 1e-9 <= place <= high + 1e-9:
                    ticks.append((place, decade_text(decade, factor)))
        if len(ticks) > max(count, 2):
            ticks = [t for t in ticks if abs(t[0] - round(t[0])) < 1e-9] or ticks[:1]
    else:
        ticks = [(float(k), decade_text(k)) for k in range(first, last + 1) if k % every == 0]
    if zero:
        ticks = [(low, "0"), *(t for t in ticks if t[0] > low + 0.5)]
    return Axis(low, high, tuple(ticks), label)


def decade_text(exponent: int, factor: int = 1) -> str:
    """10^k as people write it: 100, 10, 1, 0.1, 0.01, and 1e−3 beyond."""
    if exponent > 3 or exponent < -2:
        return f"{factor}e{_with_minus(str(exponent))}"
    return (
        f"{factor * 10**exponent}" if exponent >= 0 else f"{factor * 10.0**exponent:.{-exponent}f}"
    )


def significant(value: float) -> str:
    """A value to three significant digits, with a steady number of them: 0.0310, 12.4, 1.20e−7."""
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else ("∞" if value > 0 else f"{MINUS}∞")
    size = abs(value)
    if size == 0:
        return "0"
    if size >= 1e6 or size < 1e-4:
        return _scientific(value, trim=False)
    if size >= 999.5:
        return _with_minus(f"{value:.0f}")
    return _with_minus(f"{value:#.3g}".rstrip("."))


def _decimals(step: float) -> int:
    for decimals in range(7):
        if abs(step * 10**decimals - round(step * 10**decimals)) < 1e-6 * step * 10**decimals:
            return decimals
    return 7


def _scientific(value: float, trim: bool = True) -> str:
    mantissa, exponent = f"{value:.2e}".split("e")
    if trim:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return _with_minus(f"{mantissa}e{int(exponent)}")


def _with_minus(text: str) -> str:
    return text.replace("-", MINUS)
