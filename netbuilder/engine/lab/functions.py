"""The functions of the lab, with what is worth seeing on each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from netbuilder.engine.lab.descent import is_adaptive
from netbuilder.engine.lab.presets import Lesson
from netbuilder.engine.optimizer import Optimizer

Range = tuple[float, float]


@dataclass(frozen=True)
class Preset:
    """From where and with which rate plain gradient descent shows a lesson."""

    start: tuple[float, ...]
    rate: float


@dataclass(frozen=True)
class Landscape:
    """A function with a good view of it, a good start, and a good rate for plain gradient descent.

    `stride` is the rate for optimizers whose steps do not depend on the size of the gradient.
    """

    key: str
    title: str
    text: str
    view: tuple[Range, ...]  # of x, or of x and y
    start: tuple[float, ...]
    rate: float
    stride: float
    help: str
    presets: Mapping[Lesson, Preset] = field(default_factory=dict)

    @property
    def d(self) -> int:
        """The number of variables."""
        return len(self.view)

    def rate_for(self, cls: type[Optimizer]) -> float:
        """A good learning rate for an optimizer."""
        # Adadelta finds its own steps, which are too small rather than too large.
        return max(self.stride, cls().learning_rate) if is_adaptive(cls) else self.rate


def _from(start: tuple[float, ...], **rates: float) -> dict[Lesson, Preset]:
    return {lesson: Preset(start, rate) for lesson, rate in rates.items()}  # type: ignore[misc]


LANDSCAPES: tuple[Landscape, ...] = (
    Landscape(
        "parabola",
        "Parabola",
        "x^2",
        ((-6.0, 6.0),),
        (5.0,),
        0.1,
        0.5,
        "One minimum, the same curvature everywhere: each step takes off the same share.",
        _from((5.0,), small=0.01, right=0.3, overshoot=0.93, divergence=1.05),
    ),
    Landscape(
        "waves",
        "Parabola with waves",
        "x^2 + 5 sin(x)",
        ((-6.0, 6.0),),
        (5.0,),
        0.1,
        0.5,
        "Two valleys: where it ends depends on the start and on the rate.",
        {
            **_from((-5.0,), small=0.005, right=0.1, overshoot=0.27),
            **_from((5.0,), divergence=1.2),
        },
    ),
    Landscape(
        "quartic",
        "Quartic with a flat place",
        "x^4 - 3x^3 + 2",
        ((-1.2, 3.4),),
        (3.2,),
        0.02,
        0.1,
        "Level at 0 without a minimum there; the minimum is at 2.25.",
        {
            **_from((3.2,), small=0.00015, right=0.02, divergence=0.15),
            **_from((2.8,), overshoot=0.09),
        },
    ),
    Landscape(
        "corner",
        "Absolute value",
        "|x|",
        ((-6.0, 6.0),),
        (5.0,),
        0.5,
        0.5,
        "The slope is never small: steps of one length go to and fro over the corner.",
        _from((5.0,), small=0.02, right=0.5, overshoot=1.7),
    ),
    Landscape(
        "double_well",
        "Double well",
        "(x^2 - 1)^2",
        ((-2.2, 2.2),),
        (2.0,),
        0.05,
        0.1,
        "Two minima as good as each other, and level ground on the hill between them.",
        {
            **_from((2.0,), small=0.0005, right=0.05, divergence=0.3),
            **_from((1.5,), overshoot=0.22),
        },
    ),
    Landscape(
        "sigmoid",
        "Saturated sigmoid",
        "(1 - sigmoid(x))^2",
        ((-10.0, 10.0),),
        (-6.0,),
        1.0,
        0.5,
        "Almost level on the left: the gradient vanishes, as in a saturated neuron.",
        _from((-6.0,), small=1.0),
    ),
    Landscape(
        "hole",
        "Hole in a plain",
        "1 - exp(-x^2)",
        ((-4.0, 4.0),),
        (1.5,),
        0.3,
        0.2,
        "Steep inside, level outside: a step too long lands where there is no slope to follow.",
        _from((1.5,), small=0.02, right=0.4, overshoot=0.93),
    ),
    Landscape(
        "bowl",
        "Round bowl",
        "x^2 + y^2",
        ((-4.0, 4.0), (-3.0, 3.0)),
        (-3.2, 2.2),
        0.1,
        0.3,
        "The gradient points straight at the minimum; condition number 1.",
        _from((-3.2, 2.2), small=0.01, right=0.3, overshoot=0.93, divergence=1.05),
    ),
    Landscape(
        "valley",
        "Narrow valley",
        "x^2/2 + 25y^2/2",
        ((-6.0, 6.0), (-3.0, 3.0)),
        (-5.0, 1.0),
        0.04,
        0.3,
        "25 times as steep one way as the other: the rate must suit the steep one, and the other is"
        " slow. Condition number 25.",
        _from((-5.0, 1.0), small=0.0008, overshoot=0.079, divergence=0.082),
    ),
    Landscape(
        "rosenbrock",
        "Rosenbrock’s banana",
        "(1 - x)^2 + 100(y - x^2)^2",
        ((-2.0, 2.0), (-1.0, 3.0)),
        (-1.2, 1.0),
        0.001,
        0.05,
        "A bent valley with a nearly level floor: easy to find, slow to follow to (1, 1).",
        _from((-1.2, 2.2), small=0.00001, overshoot=0.0016, divergence=0.01),
    ),
    Landscape(
        "himmelblau",
        "Himmelblau’s four valleys",
        "(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
        ((-5.5, 5.5), (-5.0, 5.0)),
        (-0.5, -0.5),
        0.01,
        0.2,
        "Four minima, all 0: which one it is depends on the start and on the optimizer.",
        _from((0.0, 0.0), small=0.0001, right=0.01, overshoot=0.023, divergence=0.1),
    ),
    Landscape(
        "saddle",
        "Saddle",
        "x^2 - y^2 + y^4/4",
        ((-3.0, 3.0), (-2.4, 2.4)),
        (2.5, 0.02),
        0.1,
        0.1,
        "Level in the middle, but no minimum there: those are at y = ±1.41.",
        _from((2.5, 0.5), small=0.004, right=0.2, overshoot=0.93, divergence=1.2),
    ),
    Landscape(
        "beale",
        "Beale’s plain",
        "(1.5 - x + xy)^2 + (2.25 - x + xy^2)^2 + (2.625 - x + xy^3)^2",
        ((-4.5, 4.5), (-2.5, 2.5)),
        (1.0, 1.5),
        0.005,
        0.1,
        "Steep walls at the edges, a nearly level plain around the minimum at (3, 0.5).",
        _from((1.0, 1.5), small=0.0001, divergence=0.2),
    ),
)


def landscapes(d: int) -> tuple[Landscape, ...]:
    """The functions of one variable, or those of two."""
    return tuple(known for known in LANDSCAPES if known.d == d)
