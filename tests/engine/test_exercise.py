"""Exercises: what is hidden, and what a typed number is worth."""

from __future__ import annotations

import math

import numpy as np
import pytest
from engine.test_walk import drawn_walk, logistic
from hypothesis import given
from hypothesis import strategies as st

from netbuilder.engine.algebra.expression import Place
from netbuilder.engine.exercise import Exercise, judge, parse


@pytest.mark.parametrize(
    ("answer", "words", "mark", "slip"),
    [
        (0.952574, "0.953", "right", ""),
        (0.952574, "0,953", "right", ""),
        (0.952574, "0.952574", "right", ""),
        (0.952574, "0.95", "close", "digits"),
        (0.952574, "0.952", "close", "rounding"),
        (0.952574, "-0.953", "wrong", "sign"),
        (0.952574, "0.1", "wrong", ""),
        (0.952574, "about one", "unreadable", "unreadable"),
        (0.952574, "", "unreadable", "unreadable"),
        (3.0, "3", "right", ""),
        (2.98, "3", "close", "digits"),
        (0.25, "1/4", "right", ""),
        (0.25, "1", "wrong", "mean"),  # of 4 samples
        (-0.027315, "-2.73e-2", "right", ""),
        (-0.027315, "−2.73·10^-2", "right", ""),
        (1e-300, "1/0", "unreadable", "unreadable"),
        (5.0, "1e999", "unreadable", "unreadable"),
    ],
)
def test_an_answer_is_judged(answer: float, words: str, mark: str, slip: str) -> None:
    judgement = judge(answer, words, samples=4)
    assert (judgement.mark, judgement.slip) == (mark, slip)


@given(st.text(max_size=12))
def test_whatever_is_typed_is_a_number_or_not(words: str) -> None:
    found = parse(words)
    assert found is None or math.isfinite(found[0])


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(3, 17))
def test_a_number_rounded_to_enough_digits_is_right(answer: float, digits: int) -> None:
    words = f"{answer:.{digits}g}"
    if "." in words or "e" in words:
        words = words if "e" in words else words.ljust(digits + 1, "0")
    judgement = judge(answer, words, samples=1)
    trailing = len(words.split("e")[0].replace(".", "").replace("-", "").lstrip("0")) < 3
    assert (
        judgement.mark == "right"
        or (trailing and judgement.mark == "close")
        or math.isinf(float(words))
    )


def test_the_same_seed_hides_the_same_numbers() -> None:
    walk = logistic()
    first, again = Exercise(walk, 3), Exercise(walk, 3)
    assert [q.place for q in first.questions] == [q.place for q in again.questions]
    assert [q.place for q in first.questions] != [q.place for q in Exercise(walk, 4).questions]


def test_a_solved_number_is_shown_and_a_wrong_one_is_not() -> None:
    exercise = Exercise(logistic(), 0)
    question = exercise.questions[0]
    assert exercise.hides(question.place)
    assert exercise.answer(question, "12345").mark == "wrong"
    assert exercise.hides(question.place)
    assert exercise.answer(question, f"{question.answer:.6g}").mark == "right"
    assert not exercise.hides(question.place)
    other = exercise.questions[1]
    exercise.give_up(other)
    assert not exercise.hides(other.place)
    assert not exercise.hides(Place("hidden:W", 0, 0))


def test_questions_are_of_the_wanted_phases_and_of_every_one_of_their_stages() -> None:
    walk = logistic()
    exercise = Exercise(walk, 1, each=2, phases=["forward"])
    assert {walk.stages[q.stage].phase for q in exercise.questions} == {"forward"}
    assert {q.stage for q in exercise.questions} == {1, 2, 3, 4}
    assert all(len(exercise.of_stage(i)) == 2 for i in (1, 2, 3, 4))


@pytest.mark.parametrize("first", range(0, 100, 25))
def test_each_answer_follows_from_its_own_formula_in_random_networks(first: int) -> None:
    for seed in range(first, first + 25):
        _, walk, _ = drawn_walk(seed)
        exercise = Exercise(walk, seed)
        for question in exercise.questions:
            worked_out = float(question.expression.value[0, 0])
            assert np.isclose(worked_out, question.answer, rtol=1e-8, atol=1e-12)
            assert question.answer != 0.0
        places = [q.place for q in exercise.questions]
        assert len(set(places)) == len(places)
