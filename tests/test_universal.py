"""Six ReLUs that follow a cubic: the worked example of universal approximation."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import EXAMPLES, netbuilder

from netbuilder.engine.plane import plane_through
from netbuilder.engine.scene import SceneMaker, ShownSamples, Wish
from netbuilder.project import files
from netbuilder.project.build import build

# Each unit as printed: slope, offset and sign of -relu(-5x - 7.7) - relu(-1.2x - 1.3) - ...
UNITS = ((-5, -7.7, -1), (-1.2, -1.3, -1), (1.2, 1, -1), (1.2, -0.2, 1), (2, -1.1, 1), (5, -5, 1))


def by_hand(x: np.ndarray) -> np.ndarray:
    w, b, sign = np.array(UNITS).T
    values: np.ndarray = np.maximum(np.outer(x, w) + b, 0.0) @ sign
    return values


def test_it_answers_as_the_six_units_do_before_it_is_trained() -> None:
    run = build(files.read(EXAMPLES / "universal_1_6_1.json"))
    x = np.linspace(-2.0, 1.5, 2000)
    out = run.network.predict(x[:, None])[:, 0]
    assert out == pytest.approx(by_hand(x), abs=1e-12)
    error = np.abs(out - (x**3 + x**2 - x - 1))
    assert (round(float(error.max()), 4), round(float(error.mean()), 4)) == (0.4325, 0.0885)


def test_the_errors_are_those_of_the_reference() -> None:
    # 0.43253 at x = -1.918, which the reference rounds up to 0.4326, and 0.08846.
    x = np.linspace(-2.0, 1.5, 2_000_001)
    error = np.abs(by_hand(x) - (x**3 + x**2 - x - 1))
    assert float(error.max()) == pytest.approx(0.4326, abs=2e-4)
    assert float(error.mean()) == pytest.approx(0.0885, abs=1e-4)


def test_predict_on_the_command_line_says_the_same() -> None:
    # At 0: -relu(1) = -1, all others 0. At -2: -(10 - 7.7) - (2.4 - 1.3) = -3.4.
    for x, wanted in ((0, -1.0), (-2, -3.4)):
        result = netbuilder("predict", EXAMPLES / "universal_1_6_1.json", f"--values={x}")
        assert result.exit_code == 0, result.stderr
        assert float(result.stdout.split()[-1]) == pytest.approx(wanted, abs=1e-12)


def test_the_curve_of_the_plot_is_the_same_function() -> None:
    run = build(files.read(EXAMPLES / "universal_1_6_1.json"))
    x = run.split.train.x
    scene = SceneMaker(run.network, x, x, None, ShownSamples(x, len(x))).make(Wish())
    assert scene is not None
    assert scene.surface is not None
    plane = plane_through(x, x)
    assert plane is not None
    at = np.linspace(*plane.extent[:2], len(scene.surface.values))
    assert scene.surface.kind == "curve"
    assert scene.surface.values[:, 0] == pytest.approx(by_hand(at), abs=1e-12)
