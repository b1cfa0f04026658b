"""The step model: stages forth and back, which samples, and what is looked at."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import EXAMPLES
from pytestqt.qtbot import QtBot
from ui.step.step_helpers import Walked, walked

from netbuilder.engine.algebra.expression import Place
from netbuilder.project.files import read


@pytest.fixture
def logistic(qapp: object) -> Walked:
    return walked(read(EXAMPLES / "logistic_2_3_1.json"))


def test_it_goes_through_the_stages_and_behind_the_last_to_the_next_step(
    logistic: Walked, qtbot: QtBot
) -> None:
    model = logistic.model
    assert model.walk is not None
    stages = len(model.walk.stages)
    for expected in range(1, stages):
        with qtbot.waitSignal(model.stage_changed):
            model.next()
        assert model.stage == expected
    before = model.walk.params["hidden"]["W"].values.copy()
    model.next()
    assert (model.stage, model.step) == (0, 1)
    after = model.walk.params["hidden"]["W"].values
    assert not np.array_equal(before, after)
    model.back()
    assert model.stage == 0, "this trainer cannot go back, and nothing else may happen"


def test_back_before_the_first_stage_asks_for_the_step_before(
    logistic: Walked, qtbot: QtBot
) -> None:
    model = logistic.model
    model.go(3)
    model.back()
    assert model.stage == 2
    with qtbot.assertNotEmitted(model.step_wanted):
        model.go(0)
        model.back()  # step 0: there is nothing before
    assert logistic.trainer is not None
    logistic.trainer.advance(1)
    model.refresh(0)
    with qtbot.waitSignal(model.step_wanted) as asked:
        model.back()
    assert asked.args == [-1]


def test_one_sample_a_batch_or_all(logistic: Walked) -> None:
    model = logistic.model
    model.set_rows("one", 2)
    assert model.walk is not None
    assert model.walk.samples == [2]
    assert model.walk.outputs["data"].values.tolist() == [[3.0, 1.0]]
    model.set_rows("all")
    assert model.walk.samples == [0, 1, 2, 3]


def test_a_number_that_is_no_longer_there_is_let_go(logistic: Walked) -> None:
    model = logistic.model
    model.select(Place("hidden:output", 3, 0))
    model.set_rows("one", 0)
    assert model.place is None
    model.select(Place("hidden:output", 0, 1))
    model.refresh()
    assert model.place == Place("hidden:output", 0, 1)


def test_nothing_to_walk_through(qapp: object) -> None:
    walk = walked(read(EXAMPLES / "xor.json"))
    walk.trainer = None
    walk.model.refresh()
    assert walk.model.walk is None
    assert walk.model.current is None
    walk.model.next()
    walk.model.back()
    assert walk.model.stage == 0


def test_numbers_are_shown_with_the_chosen_digits(logistic: Walked) -> None:
    model = logistic.model
    assert model.number(1.55597816) == "1.55598"
    model.set_digits(3)
    assert model.number(1.55597816) == "1.56"
    model.set_digits(99)
    assert model.digits == 17


def test_the_sample_that_is_drawn_follows_the_number_that_is_chosen(
    logistic: Walked, qtbot: QtBot
) -> None:
    model = logistic.model
    with qtbot.waitSignal(model.sample_changed) as told:
        model.select(Place("hidden:output", 2, 1))
    assert (model.sample_row, told.args) == (2, [2])
    with qtbot.assertNotEmitted(model.sample_changed):
        model.select(Place("hidden:W", 1, 0))  # belongs to no sample
        model.look_at_sample(4)  # there are only four, 0 to 3
    model.set_rows("one", 0)
    assert model.sample_row == 0
