"""The decision plot: colours, boundary, samples, key and words for each kind of task."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from netbuilder.data.dataset import Table
from netbuilder.data.prepare import Split
from netbuilder.training.snapshot import Surface
from netbuilder.ui.plots.decision import DataPlot, DecisionPlot
from netbuilder.ui.plots.palette import output_map
from netbuilder.ui.theme import theme

# What the offscreen platform says whenever a window is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

BOX = (-2.0, 2.0, -2.0, 2.0)


@pytest.fixture
def plot(qtbot: Any) -> DecisionPlot:
    card = DecisionPlot()
    qtbot.addWidget(card)
    card.resize(330, 260)
    with qtbot.waitExposed(card):
        card.show()
    return card


def binary_split(n: int = 12, test: int = 4) -> Split:
    rng = np.random.default_rng(0)
    x = rng.uniform(-2, 2, (n, 2))
    table = Table(x, (x[:, :1] > 0).astype(float), 2, ("x1", "x2"), ("0", "1"))
    return Split(table.take(np.arange(test, n)), table.take(np.arange(test)))


def regression_split(outputs: int = 1, features: int = 2) -> Split:
    x = np.linspace(-2, 2, 10)[:, None] * np.ones(features)
    y = np.linspace(-3, 5, 10)[:, None] * np.ones(outputs)
    table = Table(x, y, None, tuple(f"f{k}" for k in range(features)))
    return Split(table.take(np.arange(8)), table.take(np.arange(8, 10)))


def step_surface(n: int = 40) -> Surface:
    """0 at the left edge, 1 at the right one, 0.5 in the middle."""
    return Surface("binary", np.tile(np.linspace(0, 1, n), (n, 1)), BOX)


def colour_at(image: QImage, column: int, row: int) -> tuple[int, int, int]:
    colour = image.pixelColor(column, row)
    return colour.red(), colour.green(), colour.blue()


def test_the_binary_map_is_orange_at_0_pale_in_the_middle_blue_at_1(plot: DecisionPlot) -> None:
    plot.set_data(binary_split())
    plot.set_surface(step_surface())
    image = plot.surface_item.image
    assert (image.width(), image.height()) == (40, 40)
    red, _, blue = colour_at(image, 0, 5)
    assert red > blue + 80
    red, _, blue = colour_at(image, 39, 5)
    assert blue > red + 80
    red, green, blue = colour_at(image, 20, 5)
    assert max(red, green, blue) - min(red, green, blue) < 25
    lut = output_map(theme().current)
    assert image.pixel(39, 5) == int(lut[255])
    assert image.pixel(0, 5) == int(lut[0])


def test_the_half_line_passes_where_the_values_cross_one_half(plot: DecisionPlot) -> None:
    plot.set_surface(step_surface(41))
    lines = plot.surface_item.segments
    assert len(lines) == 40  # one a row of cells
    assert np.allclose(lines[:, [0, 2]], 0.5)  # the middle of the view
    assert (lines[:, [1, 3]].min(), lines[:, [1, 3]].max()) == (0.0, 1.0)


def test_the_picture_stands_upright(plot: DecisionPlot) -> None:
    # Row 0 is at the smallest y: the lower half orange, the upper half blue.
    values = np.tile(np.linspace(0, 1, 30)[:, None], (1, 30))
    plot.set_surface(Surface("binary", values, BOX))
    image = plot.area.grab().toImage()
    view = plot.area.view_rect().toRect()
    top = image.pixelColor(view.center().x(), view.top() + 6)
    bottom = image.pixelColor(view.center().x(), view.bottom() - 6)
    assert top.blue() > top.red() + 60
    assert bottom.red() > bottom.blue() + 60


def test_the_map_is_updated_in_place(plot: DecisionPlot) -> None:
    plot.set_surface(step_surface())
    image = plot.surface_item.image
    flipped = Surface("binary", step_surface().values[:, ::-1].copy(), BOX)
    plot.set_surface(flipped)
    assert plot.surface_item.image is image
    assert image.pixel(0, 0) == int(output_map(theme().current)[255])


def test_samples_lie_where_their_features_say(plot: DecisionPlot) -> None:
    table = Table(np.array([[-2.0, 2.0], [0.0, 1.0]]), np.array([[0.0], [1.0]]), 2, ("a", "b"))
    plot.set_data(Split(table, table.take(np.arange(0))))
    plot.set_surface(step_surface())
    first, second = plot.points.groups
    assert first.places.tolist() == [[0.0, 1.0]]
    assert second.places.tolist() == [[0.5, 0.75]]
    assert (first.look.colour, second.look.colour) == (
        theme().current.negative,
        theme().current.positive,
    )
    assert first.look.shape != second.look.shape
    x, y = plot.area.axes
    assert (x.label, y.label) == ("a", "b")


def test_training_and_test_samples_are_told_apart(plot: DecisionPlot) -> None:
    plot.set_data(binary_split())
    hollow = {group.hollow for group in plot.points.groups}
    assert hollow == {False, True}
    assert [(e.words, e.hollow) for e in plot.key.entries] == [
        ("class 0", False),
        ("class 1", False),
        ("train", False),
        ("test", True),
    ]
    assert sum(len(g.places) for g in plot.points.groups if g.hollow) == 4


def test_without_test_samples_the_key_has_none(plot: DecisionPlot) -> None:
    plot.set_data(binary_split(test=0))
    assert "test" not in [e.words for e in plot.key.entries]


def test_the_view_keeps_the_aspect_of_the_data(plot: DecisionPlot) -> None:
    plot.set_data(binary_split())
    for extent, aspect in (
        (BOX, 1.0),
        ((-4.0, 4.0, -2.0, 2.0), 2.0),
        ((0.0, 900.0, 0.0, 1.0), 1.0),
    ):
        plot.set_surface(Surface("binary", np.full((9, 9), 0.5), extent))
        plot.area.grab()
        size = plot.area.view_size()
        assert size.width() / size.height() == pytest.approx(aspect, rel=0.03)


def test_the_bar_reads_0_half_1(plot: DecisionPlot) -> None:
    plot.set_data(binary_split())
    plot.set_surface(step_surface())
    assert plot.bar.isVisible()
    assert plot.bar.labels == ("0", "0.5", "1")


def test_each_class_has_its_colour_paler_where_unsure(plot: DecisionPlot) -> None:
    values = np.zeros((4, 4, 3))
    values[:, :, 0] = 0.34
    values[:, :, 1:] = 0.33
    values[:, 3] = [0.0, 0.0, 1.0]
    rng = np.random.default_rng(0)
    table = Table(rng.uniform(-2, 2, (9, 2)), np.arange(9.0)[:, None] % 3, 3, ("a", "b"),
                  ("setosa", "versicolor", "virginica"))  # fmt: skip
    plot.set_data(Split(table, table.take(np.arange(0))))
    plot.set_surface(Surface("multiclass", values, BOX))
    image = plot.surface_item.image
    pale, strong = image.pixelColor(0, 0), image.pixelColor(3, 0)
    assert pale.saturation() < 40
    wanted = QColor(theme().current.series[2])
    assert strong.saturation() > 80
    assert abs(strong.hslHue() - wanted.hslHue()) < 12
    assert [e.words for e in plot.key.entries][:3] == ["setosa", "versicolor", "virginica"]
    assert [e.look.colour for e in plot.key.entries][:3] == list(theme().current.series[:3])
    assert len(plot.surface_item.segments) > 0
    assert not plot.bar.isVisible()


def test_a_regression_has_its_numbers_on_the_bar(plot: DecisionPlot) -> None:
    plot.set_data(regression_split())
    values = np.tile(np.linspace(-3, 5, 20), (20, 1))
    plot.set_surface(Surface("regression", values, BOX))
    lut = output_map(theme().current)
    assert plot.surface_item.image.pixel(0, 0) == int(lut[0])
    assert plot.surface_item.image.pixel(19, 0) == int(lut[255])
    assert plot.bar.labels == ("−3.00", "1.00", "5.00")
    assert len(plot.surface_item.segments) == 0
    assert plot.title() == "Fitted output"


def test_one_feature_is_drawn_as_a_curve_over_the_samples(plot: DecisionPlot) -> None:
    plot.set_data(regression_split(features=1))
    plot.set_surface(Surface("curve", np.linspace(-3, 5, 50)[:, None], (-2, 2, 0, 0)))
    (line,) = plot.lines.lines
    low, high = plot._output_range(plot._surface, plot._split)
    assert line.x[[0, -1]].tolist() == [0, 1]
    assert (low + line.y * (high - low))[[0, -1]] == pytest.approx([-3, 5])
    x, y = plot.area.axes
    assert (x.label, y.label) == ("f0", "output")
    assert plot.surface_item.image.isNull()


def test_one_feature_of_two_classes_marks_one_half(plot: DecisionPlot) -> None:
    table = Table(np.array([[0.0], [1.0]]), np.array([[1.0], [0.0]]), 2, ("x1",), ("0", "1"))
    plot.set_data(Split(table, table.take(np.arange(0))))
    plot.set_surface(Surface("curve", np.linspace(1, 0, 50)[:, None], (-0.5, 1.5, 0, 0)))
    curve, half = plot.lines.lines
    assert half.dashed
    assert half.y.tolist() == pytest.approx([0.5, 0.5])  # the axis runs from -0.1 to 1.1
    assert len(curve.x) == 50


def test_a_curve_that_runs_away_does_not_squash_the_data(plot: DecisionPlot) -> None:
    plot.set_data(regression_split(features=1))
    values = np.linspace(-1e30, 1e30, 50)[:, None]
    values[3] = np.nan
    plot.set_surface(Surface("curve", values, (-2, 2, 0, 0)))
    low, high = plot._output_range(plot._surface, plot._split)
    assert high - low < 50
    assert np.isfinite(plot.lines.lines[0].y).all()


def test_more_features_lie_in_the_plane_of_their_principal_components(plot: DecisionPlot) -> None:
    # All variance along (3, 4, 0, 0) / 5: PC 1 has 100 % of it.
    x = np.outer([-2.0, -1.0, 1.0, 2.0], [0.6, 0.8, 0.0, 0.0])
    table = Table(x, np.zeros((4, 1)), 2, ("a", "b", "c", "d"))
    plot.set_data(Split(table, table.take(np.arange(0))))
    assert plot.area.note == ""
    (group,) = plot.points.groups
    assert np.diff(group.places[:, 0]) == pytest.approx([0.25 / 1.16, 0.5 / 1.16, 0.25 / 1.16])
    assert plot.area.axes[0].label == "PC 1 (100 %)"


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e300])
def test_values_that_are_not_numbers_are_drawn_pale(plot: DecisionPlot, bad: float) -> None:
    values = np.full((6, 6), bad)
    for kind in ("binary", "regression"):
        plot.set_surface(Surface(kind, values, BOX))
        plot.grab()
        assert not plot.surface_item.image.isNull()
        assert all(np.isfinite(v) for axis in plot.area.axes for v in (axis.low, axis.high))
    plot.set_surface(Surface("multiclass", np.full((6, 6, 3), bad), BOX))
    assert np.isfinite(plot.surface_item.segments).all()


@pytest.mark.parametrize("value", [0.0, 1e300, 1e-300, -5.0])
def test_samples_in_one_place_have_a_range(plot: DecisionPlot, value: float) -> None:
    table = Table(np.full((3, 2), value), np.zeros((3, 1)), 2, ("a", "b"))
    plot.set_data(Split(table, table))
    plot.grab()
    assert all(np.isfinite(g.places).all() for g in plot.points.groups)
    assert all(np.isfinite(v) for axis in plot.area.axes for v in (axis.low, axis.high))


def test_a_surface_of_the_last_dataset_is_not_drawn(plot: DecisionPlot) -> None:
    plot.set_surface(step_surface())
    plot.set_data(regression_split(features=1))
    assert plot.surface_item.image.isNull()
    assert plot.lines.lines == ()


def test_many_samples_are_thinned_evenly(plot: DecisionPlot) -> None:
    plot.set_data(binary_split(60_000, 20_000))
    assert sum(len(g.places) for g in plot.points.groups) <= 2000
    assert "40000 training and 20000 test samples" in plot.describe()


def test_clear(plot: DecisionPlot) -> None:
    plot.set_data(binary_split())
    plot.set_surface(step_surface())
    plot.clear()
    assert plot.surface_item.image.isNull()
    assert plot.points.groups == ()
    assert plot.area.note


def test_a_hidden_plot_does_no_work(plot: DecisionPlot) -> None:
    plot.hide()
    frames = plot.frames
    for _ in range(5):
        plot.set_surface(step_surface())
    assert plot.frames == frames
    assert plot.surface_item.image.isNull()
    plot.show()
    assert not plot.surface_item.image.isNull()


def test_a_new_theme_recolours_map_and_samples(plot: DecisionPlot) -> None:
    plot.set_data(binary_split())
    plot.set_surface(step_surface())
    theme().set_mode("dark")
    assert plot.surface_item.image.pixel(39, 0) == int(output_map(theme().current)[255])
    assert theme().current.positive in {g.look.colour for g in plot.points.groups}


def test_the_caption_is_in_the_title_row_and_the_description(plot: DecisionPlot) -> None:
    plot.set_data(binary_split())
    plot.set_caption("test 97 %")
    assert plot.describe() == (
        "Decision boundary: test 97 %, 8 training and 4 test samples, 2 classes"
    )


def test_the_data_panels_picture(qtbot: Any) -> None:
    panel = DataPlot()
    qtbot.addWidget(panel)
    panel.resize(240, 220)
    panel.set_data(binary_split())
    with qtbot.waitExposed(panel):
        panel.show()
    assert panel.title() == ""
    assert panel.objectName() == "plot.data"
    assert panel.points.groups
    x, y = panel.area.axes
    assert (x.label, y.label) == ("x1", "x2")
    assert panel.area.view_size().height() > 100
