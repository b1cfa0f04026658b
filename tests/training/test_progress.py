"""The way to the nearest limit, by hand."""

from __future__ import annotations

from typing import Any

import pytest
from ui.inspector.panel_kit import snapshot

from netbuilder.engine.settings import Stop, Training
from netbuilder.training.progress import progress, steps_per_epoch


@pytest.mark.parametrize(
    ("batch", "samples", "steps"),
    [(10, 250, 25), (10, 251, 26), (None, 250, 1), (1000, 250, 1), (1, 3, 3), (10, 0, 1)],
)
def test_steps_of_an_epoch(batch: int | None, samples: int, steps: int) -> None:
    assert steps_per_epoch(Training(batch_size=batch), samples) == steps


def at(**values: Any) -> Any:
    return snapshot(step=1000, epoch=40.0, seconds=5.0, steps_per_second=200.0, **values)


def test_no_limit_no_way() -> None:
    assert progress(Training(max_epochs=None), 250, at()) is None


def test_the_epoch_limit() -> None:
    # 25 steps an epoch; 60 epochs are left: 1500 steps, 7.5 s at 200 a second.
    found = progress(Training(max_epochs=100), 250, at())
    assert found is not None
    assert (found.rule, found.done, found.steps_left, found.seconds_left) == (
        "epochs",
        0.4,
        1500,
        7.5,
    )


def test_the_nearer_limit_counts() -> None:
    # 5 ms of training a step: the 1 s that is left holds 200 steps, 1 s by the clock.
    found = progress(Training(max_epochs=100, stop=Stop(seconds=6.0)), 250, at())
    assert found is not None
    assert (found.rule, found.steps_left, found.seconds_left) == ("time", 200, 1.0)
    assert found.done == pytest.approx(5 / 6)


def test_before_the_first_step_only_the_epochs_can_be_foreseen() -> None:
    start = snapshot(step=0, epoch=0.0, seconds=0.0, steps_per_second=0.0)
    assert progress(Training(max_epochs=None, stop=Stop(seconds=6.0)), 250, start) is None
    found = progress(Training(max_epochs=100), 250, start)
    assert found is not None
    assert (found.done, found.seconds_left) == (0.0, None)
