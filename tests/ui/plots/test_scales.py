"""Ticks stand at round numbers and say them as people would."""

from __future__ import annotations

import pytest

from netbuilder.ui.plots.scales import (
    decade_text,
    linear_axis,
    linear_values,
    log_axis,
    nice_ceil,
    significant,
    tick_texts,
    unit_axis,
)


def test_round_numbers_on_a_range() -> None:
    assert linear_values(0, 0.8, 5) == pytest.approx([0, 0.2, 0.4, 0.6, 0.8])
    assert linear_values(-6, 6, 3) == pytest.approx([-5, 0, 5])
    assert linear_values(-6, 6, 2) == pytest.approx([-5, 0, 5])  # 0 alone would tell no scale


def test_no_ticks_without_a_range() -> None:
    assert linear_values(1, 1, 5) == []
    assert linear_values(0, float("inf"), 5) == []


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([0, 0.25, 0.5], ["0", "0.25", "0.50"]),
        ([0, 100, 200], ["0", "100", "200"]),
        ([0, 250, 500, 750, 1000], ["0", "250", "500", "750", "1000"]),
        ([0, 1_000, 2_000], ["0", "1k", "2k"]),
        ([0, 5_000, 10_000], ["0", "5k", "10k"]),
        ([0, 1_000_000, 2_000_000], ["0", "1M", "2M"]),
        ([-5, 0, 5], ["−5", "0", "5"]),
        ([0, 1e-9], ["0", "1e−9"]),
        ([], []),
    ],
)
def test_words_of_ticks(values: list[float], words: list[str]) -> None:
    assert tick_texts(values) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.031, "0.0310"),
        (0.1126, "0.113"),
        (12.345, "12.3"),
        (999.6, "1000"),
        (123_456.0, "123456"),
        (1e300, "1.00e300"),
        (1.2e-7, "1.20e−7"),
        (-0.5, "−0.500"),
        (0.0, "0"),
        (float("nan"), "not a number"),
        (float("inf"), "∞"),
    ],
)
def test_three_significant_digits(value: float, words: str) -> None:
    assert significant(value) == words


def test_decades() -> None:
    assert [decade_text(k) for k in (3, 1, 0, -1, -2, -3)] == [
        "1000", "10", "1", "0.1", "0.01", "1e−3",
    ]  # fmt: skip
    axis = log_axis(-3, 1, 10)
    assert axis.ticks == ((-3.0, "1e−3"), (-2.0, "0.01"), (-1.0, "0.1"), (0.0, "1"), (1.0, "10"))


def test_a_log_axis_with_zeros_says_so_at_its_end() -> None:
    axis = log_axis(-6, 2, 10, zero=True)
    assert axis.ticks[:2] == ((-6, "0"), (-5.0, "1e−5"))


def test_few_decades_get_2_and_5_too() -> None:
    words = [words for _, words in log_axis(-1, 0, 8).ticks]
    assert words == ["0.1", "0.2", "0.5", "1"]


def test_many_decades_leave_some_out() -> None:
    axis = log_axis(-300, 300, 6)
    assert 3 <= len(axis.ticks) <= 7


def test_view_units() -> None:
    axis = linear_axis(0, 3e20, 3, unit=1e20)
    assert axis.high == pytest.approx(3.0)
    assert axis.ticks[-1][0] == pytest.approx(3.0)
    assert axis.ticks[-1][1] == "3e20"
    assert unit_axis(-6, 6, 3).ticks == ((1 / 12, "−5"), (0.5, "0"), (11 / 12, "5"))


def test_nice_ceil() -> None:
    assert [nice_ceil(v) for v in (0.79, 1, 1.01, 420, 0.031)] == pytest.approx(
        [0.8, 1, 1.25, 500, 0.04]
    )
    assert nice_ceil(420, fine=True) == pytest.approx(450)
