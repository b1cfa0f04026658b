"""The curves of a run: exact points, in bounded memory."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import pytest

from netbuilder.engine import history as module
from netbuilder.engine.history import History
from netbuilder.engine.statistics import LayerStatistics


def layer(norm: float, learns: bool = True) -> LayerStatistics:
    return LayerStatistics(
        units=2, mean=0.5, std=1.0, parameters=6 if learns else 0, gradient_norm=norm, dead=1
    )


@dataclass
class Point:
    """What a snapshot tells the history."""

    step: int
    train_loss: float = 0.5
    layers: dict[str, LayerStatistics] = field(default_factory=dict)
    epoch: float = 0.0
    seconds: float = 0.0
    test_loss: float = math.nan
    train_metric: float = 0.9
    test_metric: float = math.nan


def point(step: int, norm: float = 1.0) -> Point:
    layers = {"hidden": layer(norm), "tanh": layer(math.nan, learns=False)}
    return Point(step, train_loss=1.0 / (step + 1), layers=layers, epoch=step / 10)


def test_every_point_is_kept_as_it_was() -> None:
    history = History()
    for step in range(1000):
        history.append(point(step, norm=0.25 * step))
    assert history.count == 1000
    assert history.layers == ("hidden",)
    assert history.nodes == ("hidden", "tanh")
    assert history.step.tolist() == list(range(1000))
    assert history.train_loss[999] == 1.0 / 1000.0
    assert history.gradient("hidden")[400] == 100.0  # 0.25 * 400
    assert history.quantity("tanh", "dead")[7] == 1.0


def test_a_second_point_at_the_same_step_replaces_the_first() -> None:
    history = History()
    for norm in (1.0, 2.0):
        history.append(point(5, norm))
    assert history.count == 1
    assert history.gradient("hidden").tolist() == [2.0]


def test_what_a_node_does_not_have_is_nan() -> None:
    history = History()
    history.append(point(0))
    assert np.isnan(history.quantity("tanh", "gradient_norm")).all()
    assert np.isnan(history.quantity("nobody", "std")).all()
    with pytest.raises(ValueError, match="not in"):
        history.run("no_such")


def test_a_layer_that_vanishes_from_the_records_leaves_nan() -> None:
    history = History()
    history.append(point(0))
    history.append(Point(1))
    assert history.gradient("hidden")[0] == 1.0
    assert math.isnan(history.gradient("hidden")[1])


@pytest.mark.parametrize("value", [math.inf, -math.inf, 1e300, math.nan])
def test_sizes_beyond_the_digits_do_not_warn(value: float) -> None:
    history = History()
    history.append(point(0, value))
    kept = history.gradient("hidden")[0]
    assert math.isnan(kept) if math.isnan(value) else abs(kept) == pytest.approx(3e38)


def test_memory_is_bounded_and_the_newest_quarter_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 400)
    history = History()
    for step in range(401):
        history.append(point(step))
    # 400 points: of the older 300 every second one stays (150), the newest 100 all; then one more.
    assert history.thinned == 1
    assert history.count == 251
    assert history.step[:150].tolist() == list(range(0, 300, 2))
    assert history.step[150:].tolist() == list(range(300, 401))
    assert history.train_loss.tolist() == [1.0 / (s + 1) for s in history.step]
    for step in range(401, 10_000):
        history.append(point(step))
    assert history.count <= 400
    assert history.step[0] == 0
    assert history.step[-1] == 9_999
    assert (np.diff(history.step) > 0).all()
    assert len(history._run) <= 400


def test_another_name_keeps_the_curve() -> None:
    history = History()
    history.append(point(0, 3.0))
    history.rename("hidden", "first")
    assert history.layers == ("first",)
    assert history.gradient("first").tolist() == [3.0]
    assert np.isnan(history.gradient("hidden")).all()


def test_a_column_is_the_quantity_without_a_copy() -> None:
    history = History()
    history.append(point(1, norm=0.5))
    assert history.column("hidden", "gradient_norm").tolist() == [0.5]
    assert np.shares_memory(history.column("hidden", "gradient_norm"), history._quantities)
    assert math.isnan(history.column("nobody", "gradient_norm")[0])


def test_going_back_drops_what_came_after() -> None:
    history = History()
    for step in (0, 10, 20, 30):
        history.append(point(step, norm=float(step)))
    history.cut(30)
    assert (history.count, history.cuts) == (4, 0)
    history.cut(25)
    assert history.step.tolist() == [0, 10, 20]
    assert (history.cuts, history.thinned) == (1, 1)
    history.append(point(25, norm=2.5))
    assert history.step.tolist() == [0, 10, 20, 25]
    assert history.gradient("hidden").tolist() == [0.0, 10.0, 20.0, 2.5]
    history.cut(20)
    history.append(point(20, norm=7.0))
    assert history.gradient("hidden").tolist() == [0.0, 10.0, 7.0]
    history.cut(-1)
    assert history.count == 0
