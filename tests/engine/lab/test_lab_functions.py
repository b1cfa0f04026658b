"""The functions of the lab: readable, in view, and each preset does what its name says."""

from __future__ import annotations

import numpy as np
import pytest

from netbuilder.engine.lab.descent import Descent, optimizers, with_rate
from netbuilder.engine.lab.formula import Formula
from netbuilder.engine.lab.functions import LANDSCAPES, Landscape, landscapes
from netbuilder.engine.lab.presets import LESSONS, STEPS, Lesson, find_rate, shows
from netbuilder.engine.optimizers.sgd import SGD

PRESETS = [(known, lesson) for known in LANDSCAPES for lesson in known.presets]


def test_there_are_enough_and_each_has_its_key() -> None:
    assert len(landscapes(1)) >= 6
    assert len(landscapes(2)) >= 6
    assert len({known.key for known in LANDSCAPES}) == len(LANDSCAPES)
    for d in (1, 2):
        every = {lesson for known in landscapes(d) for lesson in known.presets}
        assert every == set(LESSONS)


@pytest.mark.parametrize("known", LANDSCAPES, ids=lambda known: known.key)
def test_a_landscape_is_in_view(known: Landscape) -> None:
    formula = Formula(known.text, known.d)
    grid = np.meshgrid(*(np.linspace(low, high, 41) for low, high in known.view))
    assert np.isfinite(formula.values(*grid)).all()
    for start in (known.start, *(preset.start for preset in known.presets.values())):
        for place, (low, high) in zip(start, known.view, strict=True):
            assert low < place < high
    for cls in optimizers().values():
        rate = known.rate_for(cls)
        descent = Descent(formula, with_rate(cls, rate), known.start)
        assert descent.values(200)[-1] < descent.values(0)[0], f"{cls.__name__} does not go down"


@pytest.mark.parametrize(
    ("known", "lesson"), PRESETS, ids=[f"{known.key}-{lesson}" for known, lesson in PRESETS]
)
def test_a_preset_does_what_it_says(known: Landscape, lesson: Lesson) -> None:
    preset = known.presets[lesson]
    formula = Formula(known.text, known.d)
    assert shows(formula, preset.start, preset.rate) == lesson
    # And once more without the words of the engine: by the values and the signs of the steps.
    descent = Descent(formula, with_rate(SGD, preset.rate), preset.start)
    reached = descent.reach(STEPS)
    values, points = descent.values(STEPS), descent.points(STEPS)
    steps = np.diff(points, axis=0)
    turned = ((steps[1:] * steps[:-1]).sum(axis=1) < 0).sum()
    slopes = [float(np.linalg.norm(descent.at(k).gradient)) for k in (0, reached)]
    match lesson:
        case "small":
            assert (np.diff(values) < 0).all()
            assert slopes[1] > 0.5 * slopes[0] or known.key == "sigmoid"
        case "right":
            assert slopes[1] < 0.02 * slopes[0]
            assert values[-1] < values[0]
        case "overshoot":
            assert turned >= 6
            assert np.abs(points).max() < 100
        case "divergence":
            assert values[-1] > values[0] or not np.isfinite(values[-1])


def test_rates_of_a_parabola_are_found() -> None:
    parabola = Formula("x^2")
    # x <- (1 - 2 rate) x: the rate 0.5 is there at once, above 1 it goes away, above 0.5 it turns
    assert find_rate(parabola, (5.0,), "right") == 0.5
    assert find_rate(parabola, (5.0,), "overshoot") == 1.0
    assert find_rate(parabola, (5.0,), "divergence") == 1.5
    # 0.98^30 = 0.55 is still more than half of the slope; with 0.015 it would be 0.4
    assert find_rate(parabola, (5.0,), "small") == 0.01


def test_where_there_is_no_such_rate_none_is_found() -> None:
    # Steps of a length that never grows do not diverge.
    assert find_rate(Formula("|x|"), (5.0,), "divergence") is None
