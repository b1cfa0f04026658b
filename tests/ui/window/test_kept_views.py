"""Which views there were, and how they showed what they showed, is there at the next start."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from helpers import chained
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from netbuilder.data.sets.table import TableData
from netbuilder.data.sets.xor import Xor
from netbuilder.engine.activations.sigmoid import Sigmoid
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.losses.binary_cross_entropy import BinaryCrossEntropy
from netbuilder.engine.losses.mean_squared_error import MeanSquaredError
from netbuilder.project.model import Project
from netbuilder.ui.main_window import MainWindow
from netbuilder.ui.plots.board import Board
from netbuilder.ui.plots.confusion import ConfusionPlot
from netbuilder.ui.plots.decision import DecisionPlot
from netbuilder.ui.plots.histograms import HistogramsPlot
from netbuilder.ui.plots.loss import LossPlot
from netbuilder.ui.plots.metric import MetricPlot
from netbuilder.ui.settings import AppSettings

Open = Callable[[Project], MainWindow]


def classes() -> Project:
    return chained(Dense(units=1), Sigmoid(), BinaryCrossEntropy(), dataset=Xor())


def shown(board: Board) -> dict[str, str]:
    return {name: deck.current.view_key for name, deck in board.decks.items()}


def closed(window: MainWindow) -> None:
    window.files.may_discard = lambda: True  # type: ignore[method-assign]
    window.close()


def test_views_and_how_they_show_come_back_with_the_next_window(open_window: Open) -> None:
    first = open_window(classes())
    board = first.board
    assert shown(board) == {"loss": "loss", "gradients": "norm", "decision": "output"}
    loss, metric, confusion = (board.decks["loss"].card(k) for k in board.decks["loss"].keys)
    assert isinstance(loss, LossPlot)
    assert isinstance(metric, MetricPlot)
    assert isinstance(confusion, ConfusionPlot)
    histograms = board.decks["gradients"].card("histograms")
    assert isinstance(histograms, HistogramsPlot)
    loss.set_logarithmic(True)
    loss.set_smoothing("light")
    metric.set_smoothing("strong")
    confusion.set_part("train")
    histograms.choose(quantity="outputs")
    histograms.set_over_time(True)
    board.scenes.settings.set_discrete(True)
    board.scenes.settings.show_test(False)
    board.decks["loss"].show_view("metric")
    board.decks["gradients"].show_view("histograms")
    kept = board.choices()
    closed(first)

    second = open_window(classes()).board
    assert second.choices() == kept  # also of views that nobody has looked at yet
    assert shown(second) == {"loss": "metric", "gradients": "histograms", "decision": "output"}
    loss, metric, confusion = (second.decks["loss"].card(k) for k in second.decks["loss"].keys)
    assert isinstance(loss, LossPlot)
    assert isinstance(metric, MetricPlot)
    assert isinstance(confusion, ConfusionPlot)
    assert (loss.logarithmic, loss.smoothing, metric.smoothing) == (True, "light", "strong")
    assert confusion.choices() == {"part": "train"}
    histograms = second.decks["gradients"].current
    assert histograms.choices() == {"quantity": "outputs", "over_time": True, "log": False}
    output = second.decks["decision"].current
    assert isinstance(output, DecisionPlot)
    assert (output.settings.discrete, output.settings.train, output.settings.test) == (
        True, True, False,
    )  # fmt: skip


def test_the_layout_restored_is_that_of_the_first_start(open_window: Open) -> None:
    window = open_window(classes())
    before = shown(window.board), window.board.choices()
    loss = window.board.decks["loss"].card("loss")
    assert isinstance(loss, LossPlot)
    loss.set_logarithmic(True)
    window.board.scenes.settings.set_discrete(True)
    window.board.decks["loss"].show_view("metric")
    window.board.decks["decision"].show_view("space")
    window.named_actions["restore_layout"].trigger()
    assert shown(window.board) == before[0]
    assert not loss.logarithmic
    assert not window.board.scenes.settings.discrete


def test_a_view_without_its_data_gives_way_to_the_first(open_window: Open) -> None:
    first = open_window(classes())
    first.board.decks["loss"].show_view("confusion")
    closed(first)
    # A regression has no classes that could be confused.
    x, y = ((0.0,), (1.0,), (2.0,)), ((0.5,), (1.5,), (3.0,))
    heights = TableData(x=x, y=y, task="regression")
    second = open_window(chained(Dense(units=1), MeanSquaredError(), dataset=heights))
    assert shown(second.board)["loss"] == "loss"
    assert second.board.decks["loss"].current.isVisible()


def test_a_chosen_plane_is_kept_and_no_trouble_for_other_data(
    open_window: Open, qtbot: QtBot
) -> None:
    first = open_window(classes())
    first.board.scenes.settings.set_choices({"features": [4, 7]})
    closed(first)
    second = open_window(classes())
    assert second.board.scenes.settings.choice.features == (4, 7)
    qtbot.waitUntil(lambda: second.controller.snapshot is not None)
    assert second.controller.snapshot is not None
    output = second.board.decks["decision"].current
    assert isinstance(output, DecisionPlot)
    qtbot.waitUntil(lambda: output._surface is not None)
    assert output.area.axes[0].label == "x1"  # two features have only one plane


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no JSON",
        "[]",
        "[" * 100_000,
        '{"decks": 3, "views": {"loss": [], "metric": {"smoothing": 9}}, "plane": {"features": 1}}',
        '{"decks": {"loss": "of tomorrow"}, "plane": {"features": [1, 2, 3], "train": "no"}}',
        '{"views": {"histograms": {"quantity": ["W"], "log": 1}}, "plane": {"features": [1.5, 0]}}',
    ],
)
def test_what_makes_no_sense_in_the_settings_is_left_out(
    tmp_path: Path, open_window: Open, text: str
) -> None:
    store = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    store.setValue("window/views", text)
    store.sync()
    board = open_window(classes()).board
    assert shown(board) == {"loss": "loss", "gradients": "norm", "decision": "output"}
    for deck in board.decks.values():
        for key in deck.keys:
            deck.card(key)
    fresh = {"features": None, "train": True, "test": True, "discrete": False}
    assert board.choices()["plane"] == fresh
    assert AppSettings(store).views() == {} or text.startswith("{")
