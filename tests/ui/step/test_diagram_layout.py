"""The drawn network before it is drawn: its columns, what stands in them, and where they lie."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from engine.test_walk import drawn_walk
from helpers import EXAMPLES
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication
from ui.step.diagram_nets import branched, mixed, wide
from ui.step.step_helpers import walked

from netbuilder.engine.algebra.expression import Place
from netbuilder.engine.walk import Walk
from netbuilder.project.files import read
from netbuilder.project.model import Project
from netbuilder.ui.step.diagram_items import Drawn, Reading, brief
from netbuilder.ui.step.diagram_layout import Layout
from netbuilder.ui.step.diagram_paint import Painter
from netbuilder.ui.step.diagram_plan import Plan, Spot, Weight
from netbuilder.ui.step.diagram_tracks import tracks


def walk_of(project: Project) -> Walk:
    walk = walked(project).model.walk
    assert walk is not None
    return walk


@pytest.fixture(scope="module")
def logistic() -> Drawn:
    return Drawn(walk_of(read(EXAMPLES / "logistic_2_3_1.json")))


def at(drawn: Drawn, stage: str, row: int = 0) -> Reading:
    keys = [s.key for s in drawn.walk.stages]
    return Reading(drawn, keys.index(stage), row)


# ---- columns ----


def test_an_activation_right_behind_weights_lies_in_the_same_neurons(logistic: Drawn) -> None:
    found = [(c.kind, c.nodes, c.units) for c in logistic.plan.columns]
    assert found == [
        ("input", ("data",), 2),
        ("neurons", ("hidden", "sigmoid 1"), 3),
        ("neurons", ("output", "sigmoid 2"), 1),
        ("loss", ("loss",), 1),
    ]


def test_what_has_no_weights_is_a_bar_of_its_own() -> None:
    plan = Plan(walk_of(mixed()))
    kinds = [(c.title, c.kind) for c in plan.columns]
    assert kinds == [
        ("data", "input"),
        ("dense", "neurons"),
        ("batchnorm", "bar"),
        ("relu", "bar"),  # not right behind the weights
        ("dropout", "bar"),
        ("maxout", "neurons"),
        ("dense 2 · sigmoid", "neurons"),
        ("loss", "loss"),
    ]
    assert [c.pieces for c in plan.columns] == [0, 1, 0, 0, 0, 2, 1, 0]


def test_softmax_mixes_its_units_and_stands_alone() -> None:
    plan = Plan(walk_of(read(EXAMPLES / "classes.json")))
    assert [c.title for c in plan.columns][-3:] == ["output", "softmax", "loss"]


def test_an_output_that_is_used_twice_is_not_hidden_inside_a_neuron() -> None:
    """The Add takes tanh a, which is used twice, but a itself only once: still one column."""
    plan = Plan(walk_of(branched()))
    assert plan.of_node["a"] == plan.of_node["tanh a"]
    joined = plan.of_node["join"]
    assert [(plan.columns[w.source].out, w.offset) for w in plan.into[joined]] == [
        ("add", 0),
        ("c", 3),  # behind the three units of the sum
    ]


def test_a_wire_past_a_column_has_a_lane_of_its_own() -> None:
    """a -> add passes b, c -> join passes b and add: no line runs through a column."""
    plan = Plan(walk_of(branched()))
    lanes = {(plan.columns[w.source].out, plan.columns[w.target].out): w.lanes for w in plan.wires}
    assert len(lanes["tanh a", "add"]) == 1
    assert len(lanes["c", "join"]) == 2
    layout = Layout(plan, 890, 400)
    for wire in plan.wires:
        if not wire.lanes:
            continue
        own = (wire.source, wire.target)
        for i, j in layout.ends(wire):
            path = layout.line(wire, i, j)
            for k in range(101):
                spot = layout.spot_at(path.pointAtPercent(k / 100))
                assert spot is None or spot.column in own, (wire, spot)


# ---- numbers ----


def test_the_numbers_of_the_first_layer(logistic: Drawn) -> None:
    """z of the first sample (1, 2): 1 + 2 (-1) + 4 = 3 … as in the lectures."""
    reading = at(logistic, "forward:hidden")
    z = [reading.value(Spot(1, unit)) for unit in range(3)]
    assert z == logistic.walk.outputs["hidden"].values[0].tolist()
    assert z[0] == 3.0
    assert [reading.name(Spot(1, unit)) for unit in range(3)] == ["z₁", "z₂", "z₃"]
    assert reading.value(Spot(2, 0)) is None, "the wave has not come so far"
    assert reading.active == {1}


def test_after_the_activation_the_neuron_holds_h(logistic: Drawn) -> None:
    reading = at(logistic, "forward:sigmoid 1")
    assert reading.name(Spot(1, 0)) == "h₁"
    assert reading.value(Spot(1, 0)) == pytest.approx(1 / (1 + math.exp(-3)))
    assert reading.place(Spot(1, 0)) == Place("sigmoid 1:output", 0, 0)


def test_errors_come_back_column_by_column(logistic: Drawn) -> None:
    reading = at(logistic, "backward:loss")
    assert reading.error(Spot(2, 0)) == logistic.walk.output_grads["sigmoid 2"].values[0, 0]
    assert reading.error(Spot(1, 0)) is None
    assert reading.place(Spot(2, 0)) == Place("sigmoid 2:output gradient", 0, 0)
    reading = at(logistic, "backward:sigmoid 1", row=2)
    assert reading.error(Spot(1, 1)) == logistic.walk.output_grads["hidden"].values[2, 1]
    assert reading.place(Spot(1, 1)) == Place("hidden:output gradient", 2, 1)
    assert reading.place(Spot(0, 1)) == Place("data:output", 2, 1), "an input has no error"


def test_a_line_is_its_weight_forwards_and_its_gradient_backwards(logistic: Drawn) -> None:
    weight = Weight(1, 0, 2)
    assert at(logistic, "forward:hidden").place_of_weight(weight) == Place("hidden:W", 0, 2)
    assert at(logistic, "update:hidden").place_of_weight(weight) == Place("hidden:d W", 0, 2)


def test_the_update_changes_the_lines(logistic: Drawn) -> None:
    """w¹₁₃ = -2, dJ/dw = 0.00565382, rate 0.1: the change is -0.000565382."""
    before, after = at(logistic, "parameters:hidden"), at(logistic, "update:hidden")
    assert before.weights(1)[0, 2] == -2.0
    assert after.weights(1)[0, 2] == pytest.approx(-2.000565382, abs=1e-9)
    changes = after.changes(1)
    assert changes is not None
    assert changes[0, 2] == pytest.approx(-0.000565382, abs=1e-9)
    assert after.changes(2) is None, "the other layer's turn comes later"
    assert at(logistic, "update:output").weights(1)[0, 2] == after.weights(1)[0, 2]


def test_the_line_of_a_maxout_is_that_of_the_winning_piece() -> None:
    drawn = Drawn(walk_of(mixed()))
    c = drawn.plan.of_node["maxout"]
    for row in range(drawn.walk.m):
        reading = at(drawn, "forward:maxout", row)
        z = drawn.walk.quantities["maxout:Z"].values[row]
        for unit in range(3):
            place = reading.place_of_weight(Weight(c, 1, unit))
            assert place.column in (unit, 3 + unit)
            assert z[place.column] == max(z[unit], z[3 + unit])
            assert (
                reading.weights(c)[1, unit]
                == drawn.walk.params["maxout"]["W"].values[1, place.column]
            )
            assert drawn.things_at(place) == [Weight(c, 1, unit)]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0.99752, "0.9975"),
        (-0.71417, "-0.714"),
        (1234567.0, "1.23e6"),
        (-0.0000123, "-1e-5"),
        (3.0, "3"),
        (float("nan"), "NaN"),
        (float("-inf"), "-∞"),
    ],
)
def test_a_number_in_a_neuron_is_short(number: float, words: str) -> None:
    assert brief(number) == words


# ---- links ----


def test_where_a_gradient_comes_from(logistic: Drawn) -> None:
    """dJ/dw¹₁₃ = sum over the samples of x₁ and the error of h₃."""
    marks = logistic.marks(Place("hidden:d W", 0, 2))
    assert marks.weights == {Weight(1, 0, 2): "this"}
    assert marks.spots == {Spot(0, 0): "from", Spot(1, 2): "from"}


def test_where_a_neuron_comes_from_and_goes_to(logistic: Drawn) -> None:
    """z₁ is made of both inputs by two weights (and the bias, which is the neuron's own)."""
    marks = logistic.marks(Place("hidden:output", 3, 0))
    assert marks.sample == 3
    assert marks.spots[Spot(1, 0)] == "this"
    assert marks.spots[Spot(0, 0)] == marks.spots[Spot(0, 1)] == "from"
    assert marks.weights == {Weight(1, 0, 0): "from", Weight(1, 1, 0): "from"}
    marks = logistic.marks(Place("sigmoid 1:output", 3, 0))
    assert marks.spots[Spot(2, 0)] == "to"
    assert marks.weights == {Weight(2, 0, 0): "to"}, "its gradient is made of this h"


def test_a_number_of_the_data_is_marked_as_such(logistic: Drawn) -> None:
    assert logistic.marks(Place("data:output", 1, 0)).data
    marks = logistic.marks(Place("loss:targets", 1, 0))
    assert marks.data
    assert marks.spots[Spot(3, 0)] == "this"
    assert not logistic.marks(Place("hidden:W", 0, 0)).data


@pytest.mark.parametrize("project", [mixed(), branched()], ids=["mixed", "branched"])
def test_every_number_of_every_walk_is_somewhere_in_the_drawing(project: Project) -> None:
    drawn = Drawn(walk_of(project))
    for key, quantity in drawn.walk.quantities.items():
        rows, columns = quantity.values.shape
        things = drawn.things_at(Place(key, rows - 1, columns - 1))
        assert things, key
        for thing in things:
            assert 0 <= thing.unit < drawn.plan.columns[thing.column].units, key


def test_all_paths_of_a_weight_to_the_loss() -> None:
    """A weight into a₁ goes through a₁ to all three b, and past b into the sum; then by 3 lines
    of the Concat (unit 1 of them also without b) to the output and J."""
    drawn = Drawn(walk_of(branched()))
    plan = drawn.plan
    a, b, add, join, out = (plan.of_node[n] for n in ("a", "b", "add", "join", "out"))
    way = {
        (w.source, w.target, i, j)
        for w, i, j in drawn.way(Weight(a, 1, 0), [list(range(c.units)) for c in plan.columns])
    }
    assert way == {
        (plan.of_node["data"], a, 1, 0),
        *((a, b, 0, j) for j in range(3)),
        (a, add, 0, 0),
        *((b, add, j, j) for j in range(3)),
        *((add, join, j, j) for j in range(3)),
        *((join, out, j, 0) for j in range(3)),
        (out, plan.loss, 0, 0),
    }


# ---- places ----


def test_a_small_network_is_drawn_with_circles(logistic: Drawn) -> None:
    layout = Layout(logistic.plan, 870, 240)
    assert layout.style.name == "round"
    assert layout.shown == [[0, 1], [0, 1, 2], [0], [0]]
    assert not layout.more
    for one, two in pairwise(layout.edges):
        assert one[1] < two[0]


@pytest.mark.parametrize(
    "size", [(1400, 700), (870, 400), (870, 200), (300, 300), (130, 140), (120, 60)]
)
@pytest.mark.parametrize("unit", [0.8, 1.0, 1.5, 2.5])
def test_whatever_the_size_all_lies_inside_and_nothing_on_another(
    size: tuple[int, int], unit: float
) -> None:
    width, height = size
    for project in (mixed(), branched(), read(EXAMPLES / "spiral.json"), wide(8)):
        layout = Layout(Plan(walk_of(project)), width, height, unit)
        rects = list(layout.rects.values())
        for rect in rects:
            assert rect.left() >= -0.01
            assert rect.right() <= width + 0.01
            assert rect.top() >= -0.01
            assert rect.bottom() <= height + 0.01
            assert rect.width() >= 1.0
        for k, one in enumerate(rects):
            assert not any(one.intersects(two) for two in rects[k + 1 :])


def test_of_a_large_layer_a_readable_part_is_shown() -> None:
    plan = Plan(walk_of(wide()))
    layout = Layout(plan, 870, 400)
    count = len(layout.shown[1])
    assert 6 <= count < 64
    assert layout.shown[1] == list(range(count))
    assert set(layout.more) == {1, 2}
    assert len(layout.weights) == 2 * count + count * count + count


def test_a_unit_that_is_looked_at_is_among_those_shown() -> None:
    layout = Layout(Plan(walk_of(wide())), 870, 400, wanted={2: {40}})
    assert layout.shown[2][-1] == 40
    assert 40 not in layout.shown[1]


def test_the_nearest_line_is_found() -> None:
    layout = Layout(Plan(walk_of(read(EXAMPLES / "logistic_2_3_1.json"))), 870, 240)
    for weight, (start, end) in layout.weights.items():
        middle = start + (end - start) * 0.8
        assert layout.weight_near(middle + QPointF(0, 1), 4.0) == weight
    assert layout.weight_near(QPointF(2, 2), 4.0) is None


def test_arrows_go_from_neuron_to_neuron() -> None:
    layout = Layout(Plan(walk_of(read(EXAMPLES / "logistic_2_3_1.json"))), 870, 240)
    assert layout.neighbour(None, 1, 0) == Spot(0, 0)
    assert layout.neighbour(Spot(0, 0), 0, 1) == Spot(0, 1)
    assert layout.neighbour(Spot(0, 1), 0, 1) == Spot(0, 1), "the last one stays"
    assert layout.neighbour(Spot(1, 1), 1, 0) == Spot(2, 0)
    assert layout.neighbour(Spot(3, 0), 1, 0) == Spot(3, 0)


def test_numbers_that_are_none_break_nothing() -> None:
    walk = walk_of(read(EXAMPLES / "logistic_2_3_1.json"))
    walk.outputs["hidden"].values[0, 0] = np.nan
    reading = at(Drawn(walk), "forward:hidden")
    value = reading.value(Spot(1, 0))
    assert value is not None
    assert math.isnan(value)


# ---- networks of any kind ----


@pytest.mark.parametrize("first", range(0, 24, 8))
def test_random_networks_are_drawn(first: int, qapp: QApplication) -> None:
    """Every layer, branches, every loss: each number has its place, each stage its picture."""
    picture = QPixmap(600, 260)
    for seed in range(first, first + 8):
        _, walk, _ = drawn_walk(seed)
        drawn = Drawn(walk)
        rng = np.random.default_rng(seed)
        layout = Layout(drawn.plan, 600, 260)
        rects = list(layout.rects.values())
        for k, one in enumerate(rects):
            assert not any(one.intersects(two) for two in rects[k + 1 :]), seed
        for key, quantity in walk.quantities.items():
            row, column = (int(rng.integers(n)) for n in quantity.values.shape)
            marks = drawn.marks(Place(key, row, column))
            assert "this" in {*marks.spots.values(), *marks.weights.values()}, (seed, key)
        for stage in range(len(walk.stages)):
            reading = Reading(drawn, stage, int(rng.integers(walk.m)))
            brush = Painter(layout, reading)
            painter = QPainter(picture)
            brush.ground(painter, QRectF(picture.rect()))
            painter.end()
            for track in tracks(brush):
                assert math.isfinite(track.at(0.5).x())
            for c, column_ in enumerate(drawn.plan.columns):
                known = [node for node in column_.nodes if reading.known(f"{node}:output")]
                if not known:
                    assert reading.value(Spot(c, 0)) is None or column_.kind == "loss"
                else:
                    value = walk.outputs[known[-1]].values[reading.row, column_.units - 1]
                    found = reading.value(Spot(c, column_.units - 1))
                    assert found == value or (math.isnan(value) and found is not None)
