"""The views with one line a layer: their quantities, their bands, and many layers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint

from netbuilder.engine.history import History
from netbuilder.engine.statistics import LayerStatistics
from netbuilder.training.snapshot import Snapshot
from netbuilder.ui.plots.gradient import GradientPlot
from netbuilder.ui.plots.gradient_mean import GradientMeanPlot
from netbuilder.ui.plots.heat_strip import HeatStrip
from netbuilder.ui.plots.layer_lines import LayerLines
from netbuilder.ui.plots.output_spread import OutputSpreadPlot
from netbuilder.ui.plots.update_ratio import UpdateRatioPlot
from netbuilder.ui.plots.weight_norm import WeightNormPlot
from netbuilder.ui.theme import theme

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

VIEWS = (
    GradientPlot,
    GradientMeanPlot,
    WeightNormPlot,
    UpdateRatioPlot,
    OutputSpreadPlot,
    HeatStrip,
)


def moment(step: int, layers: dict[str, LayerStatistics], epoch: float | None = None) -> Snapshot:
    return Snapshot(
        run=1,
        step=step,
        epoch=float(step) if epoch is None else epoch,
        train_loss=0.5,
        test_loss=0.5,
        metric="",
        train_metric=math.nan,
        test_metric=math.nan,
        layers=layers,
        parameters=np.zeros(1),
        steps_per_second=1.0,
        seconds=1.0,
    )


def dense(gradient: float = 0.1, **values: float) -> LayerStatistics:
    fields: dict[str, Any] = {
        "gradient_mean": gradient / 10,
        "parameter_norm": 2.0,
        "parameter_mean": 0.5,
        "update_mean": 0.0005,
        **values,
    }
    return LayerStatistics(8, 0.0, 1.0, 80, gradient_norm=gradient, **fields)


def act(std: float = 1.0, saturated: float = 0.0, dead: int = 0) -> LayerStatistics:
    return LayerStatistics(8, 0.0, std, saturated=saturated, dead=dead)


def grown(*moments: dict[str, LayerStatistics]) -> History:
    history = History()
    for step, layers in enumerate(moments):
        history.append(moment(step, layers))
    return history


@pytest.fixture
def view(qtbot: Any) -> Iterator[Callable[..., Any]]:
    # qtbot holds weak references only: a plot in sight must not be collected.
    made: list[Any] = []

    def make(kind: Any, width: int = 310, height: int = 290) -> Any:
        plot = kind()
        made.append(plot)
        qtbot.addWidget(plot)
        plot.resize(width, height)
        with qtbot.waitExposed(plot):
            plot.show()
        return plot

    yield make
    for plot in made:
        plot.close()


def words_of(plot: LayerLines) -> list[str]:
    return [band.words for band in plot.area.grid.bands]


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        (GradientPlot, -1.0),  # log10 0.1
        (GradientMeanPlot, -2.0),  # a tenth of it
        (WeightNormPlot, math.log10(2.0)),
        (UpdateRatioPlot, -3.0),  # 0.0005 / 0.5
        (OutputSpreadPlot, math.log10(0.75)),
    ],
)
def test_each_view_draws_its_quantity(view: Any, kind: Any, place: float) -> None:
    plot = view(kind)
    layers = {"h": dense(), "a": act(0.75), "o": dense(), "p": act(0.1)}
    plot.set_layers([("h", "#112233"), ("o", "#445566")])
    plot.set_history(grown(layers, layers))
    line = plot.lines.lines[0]
    assert line.y.tolist() == pytest.approx([place, place], abs=1e-6)
    assert line.colour == "#112233"
    assert plot.view_title() == plot.title()
    assert plot.view_help()
    assert plot.describe().startswith(plot.view_title())


def test_bands_say_in_words_what_is_healthy(view: Any) -> None:
    ratio = view(UpdateRatioPlot)
    ratio.set_history(grown({"h": dense()}, {"h": dense()}))
    assert words_of(ratio) == ["suspect: wide steps", "healthy", "suspect: tiny steps"]
    wide, healthy, tiny = ratio.area.grid.bands
    assert (wide.low, tiny.high) == (-2.0, -4.0)
    assert healthy.low < -3.0 < healthy.high
    spread = view(OutputSpreadPlot)
    spread.set_history(grown({"h": dense(), "a": act(), "o": dense()}))
    assert words_of(spread) == ["growing", "healthy", "fading"]
    assert 10 ** spread.area.grid.bands[1].low == pytest.approx(0.5)
    assert 10 ** spread.area.grid.bands[1].high == pytest.approx(2.0)


def test_the_spread_is_that_of_hidden_activations_in_their_layers_colour(view: Any) -> None:
    plot = view(OutputSpreadPlot)
    plot.set_layers([("h", "#112233"), ("o", "#445566")])
    layers = {"h": dense(), "a": act(), "drop": LayerStatistics(8, 0, 1), "o": dense(), "p": act()}
    plot.set_history(grown(layers, layers))
    assert plot.legend.entries() == [("a", "#112233", False, "")]  # not the answers "p"


@pytest.mark.parametrize("kind", VIEWS)
@pytest.mark.parametrize("value", [0.0, math.nan, math.inf, 1e300, 1e-320])
def test_no_value_breaks_an_axis(view: Any, kind: Any, value: float) -> None:
    plot = view(kind)
    odd = {
        "h": LayerStatistics(
            8, value, value, 80, value, value, value, value, value, math.nan
        ),
        "a": LayerStatistics(8, value, value, saturated=0.5),
        "o": dense(),
    }  # fmt: skip
    plot.set_history(grown(odd, odd, {"h": dense(), "a": act(), "o": dense()}, odd))
    plot.grab()
    for axis in plot.area.axes:
        assert math.isfinite(axis.low)
        assert axis.low < axis.high < math.inf
    assert plot.describe()
    header, rows = plot.table()
    assert len(list(rows)) == 4
    assert list(header[:2]) == ["step", "epoch"]


def test_where_no_value_is_finite_words_say_so(view: Any) -> None:
    plot = view(UpdateRatioPlot)
    unknown = dense(update_mean=math.nan)
    history = grown({"h": unknown})
    plot.set_history(history)
    assert "as soon as the network trains" in plot.area.note
    history.append(moment(1, {"h": unknown}))
    plot.refresh()
    assert plot.area.note == "There is no finite number to show."
    history.append(moment(2, {"h": dense()}))
    plot.refresh()
    assert plot.area.note == ""


def many(count: int, values: Sequence[float] | None = None) -> History:
    logs = values if values is not None else np.linspace(-3, 0, count)
    layers = {f"h{k}": dense(10.0 ** logs[k]) for k in range(count)}
    return grown(layers, layers)


def test_lines_of_many_layers_can_be_told_apart(view: Any) -> None:
    plot = view(GradientPlot)
    series = theme().current.series
    plot.set_layers([(f"h{k}", series[k % len(series)]) for k in range(20)])
    plot.set_history(many(20))
    looks = {(line.colour, line.dashed, line.width) for line in plot.lines.lines}
    assert len(looks) == 20  # 8 colours, dashed from the 9th, thick from the 17th
    assert [dashed for _, _, dashed, _ in plot.legend.entries()][7:9] == [False, True]


def test_names_at_the_ends_of_many_lines_do_not_meet(view: Any) -> None:
    plot = view(GradientPlot)
    plot.set_history(many(20))
    height = plot.area.view_size().height()
    low, high = plot.area.axes[1].low, plot.area.axes[1].high
    ends = sorted(
        (line.y[-1] - low) / (high - low) * height for line in plot.lines.lines if line.tag
    )
    assert 3 <= len(ends) < 20
    text = plot.fontMetrics().height() * 0.7  # captions are smaller than what the card says
    assert min(np.diff(ends)) >= text
    tags = {line.tag for line in plot.lines.lines}
    assert {"h0", "h19"} <= tags


def test_what_is_chosen_on_the_canvas_stands_out(view: Any) -> None:
    plot = view(GradientPlot)
    plot.set_history(many(20))
    plain = [line.width for line in plot.lines.lines]
    plot.set_selection(["h7"])
    first = plot.lines.lines[0]
    assert first.tag == "h7"
    assert first.width > plain[7]
    plot.set_selection([])
    assert [line.width for line in plot.lines.lines] == plain


# ---- the strip ----------------------------------------------------------------------------------


def test_the_first_layer_is_the_topmost_row(view: Any) -> None:
    strip = view(HeatStrip)
    layers = {"first": dense(1e-7), "last": dense(0.1)}
    strip.set_history(grown(layers, layers, layers))
    ticks = strip.area.axes[1].ticks
    assert [words for _, words in sorted(ticks, reverse=True)] == ["first", "last"]
    height = len(strip.heat.pixels)
    column = strip.heat.pixels.shape[1] // 3
    upper = strip.heat.pixels[: height // 2 - 2, :column]
    lower = strip.heat.pixels[height // 2 + 1 : -2, :column]
    assert len(np.unique(upper)) == 2  # hatched: it vanishes
    assert len(np.unique(lower)) == 1
    assert strip.describe() == "Gradient strip: first vanishes, last usual at epoch 2"


def test_the_strip_looks_at_each_point_once(view: Any) -> None:
    strip = view(HeatStrip)
    history = History()
    strip.set_history(history)
    for step in range(300):
        history.append(moment(step, {"h": dense()}))
        strip.refresh()
    assert strip._strip.points == 300
    drawn = strip._drawn_until
    width = strip.heat.pixels.shape[1]
    assert 0 < drawn < width  # the next drawing begins there


def test_pieces_of_the_strip_fit_together(view: Any) -> None:
    strip = view(HeatStrip)
    history = History()
    strip.set_history(history)
    rng = np.random.default_rng(0)
    for step in range(200):
        history.append(moment(step, {"h": dense(10 ** rng.uniform(-7, 3)), "o": dense()}))
        strip.refresh()
    pieces = strip.heat.pixels.copy()
    strip._drawn = ()  # paint all of it at once
    strip.refresh()
    assert (strip.heat.pixels == pieces).all()


def test_the_cursor_on_the_strip_says_value_and_verdict(qtbot: Any, view: Any) -> None:
    strip = view(HeatStrip)
    layers = {"a": dense(1e-7), "b": dense(0.1), "c": dense(100.0)}
    strip.set_history(grown(layers, layers, layers))
    strip.set_cursor(1.0)
    reading = strip.cursor_layer.reading
    assert reading is not None
    assert [(name, value) for name, _, _, value in reading.rows] == [
        ("a", "1.00e−7 vanishes"),
        ("b", "0.100 usual"),
        ("c", "100 explodes"),
    ]
    qtbot.mouseMove(strip.area, QPoint(150, 60))
    header, rows = strip.table()
    assert list(header) == ["step", "epoch", "a", "b", "c"]
    first, *_ = rows
    assert first[:2] == [0, 0.0]


def test_the_key_names_both_ends(view: Any) -> None:
    strip = view(HeatStrip)
    strip.set_history(grown({"h": dense()}, {"h": dense()}))
    assert strip.key.isVisible()
    assert strip.key.accessibleName() == "Colours from vanishing to exploding"
    strip.key.grab()
    strip.clear()
    assert not strip.key.isVisible()


@pytest.mark.parametrize("zoom", [100, 150])
def test_rows_whose_names_have_no_room_are_named_in_turn(view: Any, zoom: int) -> None:
    theme().set_text_zoom(zoom)
    strip = view(HeatStrip)
    strip.set_history(many(30))
    ticks = strip.area.axes[1].ticks
    assert 3 <= len(ticks) < 30
    assert max(ticks)[1] == "h0"
