"""Going down by hand: the arithmetic in the comments."""

from __future__ import annotations

import math

import numpy as np
import pytest

from netbuilder.engine.lab.descent import (
    FAR,
    Descent,
    ground,
    is_adaptive,
    optimizers,
    with_rate,
)
from netbuilder.engine.lab.formula import Formula
from netbuilder.engine.optimizers.adamw import AdamW
from netbuilder.engine.optimizers.momentum import Momentum
from netbuilder.engine.optimizers.sgd import SGD

PARABOLA = Formula("x^2")


def down(formula: Formula, rate: float, *start: float, most: int = 1000) -> Descent:
    return Descent(formula, with_rate(SGD, rate), start, most)


def test_a_parabola_by_hand() -> None:
    # x <- x - 0.1 * 2 x = 0.8 x: 5, 4, 3.2, 2.56; f = 25, 16, 10.24
    descent = down(PARABOLA, 0.1, 5.0)
    assert descent.points(3)[:, 0] == pytest.approx([5.0, 4.0, 3.2, 2.56])
    assert descent.values(2) == pytest.approx([25.0, 16.0, 10.24])
    here = descent.at(1)
    # f'(4) = 8, step = -0.1 * 8
    assert (here.k, here.value) == (1, 16.0)
    assert here.gradient.tolist() == [8.0]
    assert here.step == pytest.approx([-0.8])


def test_it_is_computed_as_far_as_it_is_wanted() -> None:
    descent = down(PARABOLA, 0.1, 5.0)
    assert descent.count == 0
    assert descent.reach(7) == 7
    assert descent.count == 7


def test_it_ends_on_level_ground() -> None:
    # The slope is 10 * 0.8^k < 1e-6 from k = ln(1e7) / ln(1.25) = 72.2 on.
    descent = down(PARABOLA, 0.1, 5.0)
    assert descent.reach(1000) == 73
    assert descent.end == "level"
    assert descent.at(73).step is None
    assert descent.behaviour(73).kind == "minimum"
    assert descent.behaviour(12).kind == "going"


def test_two_variables_by_hand() -> None:
    # f = x^2/2 + 2 y^2 from (4, 1): g = (4, 4), then (3.6, 0.6), g = (3.6, 2.4)
    descent = down(Formula("x^2/2 + 2y^2", 2), 0.1, 4.0, 1.0)
    np.testing.assert_allclose(descent.points(2), [[4.0, 1.0], [3.6, 0.6], [3.24, 0.36]])


def test_momentum_is_the_engines() -> None:
    # v = 10, x = 5 - 0.1 * 10 = 4; v = 0.9 * 10 + 8 = 17, x = 4 - 1.7 = 2.3
    descent = Descent(PARABOLA, Momentum(learning_rate=0.1, momentum=0.9), (5.0,))
    assert descent.points(2)[:, 0] == pytest.approx([5.0, 4.0, 2.3])


def test_adamw_decays() -> None:
    # The first step of Adam is the rate: 5 - 0.1 * 0.5 * 5 - 0.1 = 4.65
    descent = Descent(PARABOLA, AdamW(learning_rate=0.1, weight_decay=0.5), (5.0,))
    assert descent.points(1)[1, 0] == pytest.approx(4.65)


@pytest.mark.parametrize(
    ("rate", "k", "kind", "turns"),
    [
        (0.1, 0, "start", 0),
        (0.01, 20, "slow", 0),  # the slope is 0.98^20 = 0.67 of the first
        (0.9, 6, "overshooting", 5),  # x <- -0.8 x
        (1.0, 6, "swinging", 5),  # x <- -x
        (1.1, 6, "widening", 5),  # x <- -1.2 x
        # 1.2^k > 1000 from k = 38 on
        (1.1, 38, "diverged", 37),
        (0.5, 1, "minimum", 0),  # x <- 0
    ],
)
def test_what_is_said_of_a_parabola(rate: float, k: int, kind: str, turns: int) -> None:
    behaviour = down(PARABOLA, rate, 5.0).behaviour(k)
    assert (behaviour.kind, behaviour.turns) == (kind, turns)


def test_divergence_ends_it() -> None:
    descent = down(PARABOLA, 1.1, 5.0)
    reached = descent.reach(1000)
    assert descent.end == "diverged"
    assert reached == 38 == math.ceil(math.log(FAR) / math.log(1.2))
    infinite = down(Formula("x^4"), 1.0, 5.0)
    infinite.reach(1000)
    assert infinite.end == "diverged"
    assert down(Formula("ln(x)"), 0.1, -1.0).end == "diverged"


def test_a_function_without_a_bottom() -> None:
    descent = down(Formula("-x^2"), 1.0, 1.0)
    assert descent.behaviour(1000).kind == "bottomless"


def test_a_far_minimum_is_no_divergence() -> None:
    descent = down(Formula("(x - 10000)^2"), 0.5, 0.0)
    assert descent.behaviour(10).kind == "minimum"


def test_the_limit() -> None:
    descent = down(PARABOLA, 1.0, 5.0, most=20)
    assert descent.reach(50) == 20
    assert descent.end == "limit"


@pytest.mark.parametrize(
    ("text", "point", "kind"),
    [
        ("x^2", (0.0,), "minimum"),
        ("|x|", (0.0,), "minimum"),
        ("x^4", (0.005,), "minimum"),
        ("-x^2", (0.0,), "maximum"),
        ("sigmoid(x)", (-16.0,), "flat"),
        ("3", (1.0,), "flat"),
        ("x^2 + y^2", (0.0, 0.0), "minimum"),
        ("x^2 - y^2", (0.0, 0.0), "saddle"),
        ("xy", (0.0, 0.0), "saddle"),  # level along both axes
        ("-x^2 - y^2", (0.0, 0.0), "maximum"),
    ],
)
def test_kinds_of_level_ground(text: str, point: tuple[float, ...], kind: str) -> None:
    assert ground(Formula(text, len(point)), np.array(point)) == kind


def test_a_start_on_top_stays_there() -> None:
    descent = down(Formula("(x^2 - 1)^2"), 0.1, 0.0)
    assert descent.reach(10) == 0
    assert descent.behaviour(0).kind == "maximum"


def test_every_optimizer_goes_down_a_bowl() -> None:
    bowl = Formula("x^2 + y^2", 2)
    found = optimizers()
    assert next(iter(found)) == "SGD"
    assert "PerceptronRule" not in found
    assert len(found) >= 9
    for name, cls in found.items():
        descent = Descent(bowl, with_rate(cls, 0.1), (2.0, -1.0))
        descent.reach(50)
        assert descent.name == name
        assert descent.values(50)[-1] < descent.values(0)[0]


def test_adaptive_optimizers_do_not_mind_the_size_of_the_gradient() -> None:
    adaptive = {name for name, cls in optimizers().items() if is_adaptive(cls)}
    assert adaptive == {"AdaGrad", "Adadelta", "Adam", "AdamW", "Nadam", "RMSProp"}
