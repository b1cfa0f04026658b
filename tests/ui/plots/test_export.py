"""Plots as PNG, SVG and CSV, on the clipboard, and what is said when that fails."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from helpers import chained
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QToolButton

from netbuilder.engine.history import RUN
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.losses.binary_cross_entropy import BinaryCrossEntropy
from netbuilder.project.document import Document
from netbuilder.ui.plots import plot_files
from netbuilder.ui.plots.base import PlotCard
from netbuilder.ui.plots.confusion import ConfusionPlot
from netbuilder.ui.plots.decision import DecisionPlot
from netbuilder.ui.plots.export import PlotPicture, csv_text, tsv_text
from netbuilder.ui.plots.gradient import GradientPlot
from netbuilder.ui.plots.loss import LossPlot
from netbuilder.ui.plots.metric import MetricPlot
from netbuilder.ui.plots.plot_files import PlotFiles
from netbuilder.ui.theme import DARK, LIGHT, theme

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

SVG = "{http://www.w3.org/2000/svg}"
VIEWS: list[Callable[[], PlotCard]] = [
    LossPlot,
    MetricPlot,
    ConfusionPlot,
    GradientPlot,
    DecisionPlot,
]


@pytest.fixture
def files() -> PlotFiles:
    return PlotFiles(Document())


def shown(qtbot: Any, card: PlotCard) -> None:
    qtbot.addWidget(card)
    card.resize(340, 280)
    with qtbot.waitExposed(card):
        card.show()


@pytest.fixture
def loss(qtbot: Any, history_of: Any, files: PlotFiles) -> LossPlot:
    card = LossPlot()
    card.set_files(files)
    shown(qtbot, card)
    history = history_of(1 / np.arange(1.0, 51.0), 1.2 / np.arange(1.0, 51.0))
    card.begin(history, chained(Dense(units=1), BinaryCrossEntropy()))
    return card


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    said: list[tuple[str, str]] = []

    def tell(_parent: object, _name: str, text: str, detail: str) -> None:
        said.append((text, detail))

    monkeypatch.setattr(plot_files, "tell", tell)
    return said


def has_colour(image: QImage, colour: str) -> bool:
    wanted = QColor(colour)
    return any(
        image.pixelColor(x, y) == wanted
        for y in range(0, image.height(), 2)
        for x in range(0, image.width(), 2)
    )


# ---- pictures ------------------------------------------------------------------------------------


def test_a_png_is_twice_as_large_as_on_the_screen_and_on_white(
    loss: LossPlot, files: PlotFiles, tmp_path: Path
) -> None:
    assert files.save_to(loss, tmp_path / "loss.png")
    image = QImage(str(tmp_path / "loss.png"))
    picture = PlotPicture(loss)
    assert image.width() == 2 * picture.size.width()
    assert image.height() == 2 * picture.size.height()
    assert picture.size.width() == loss.area.width() + 2 * 12
    corners = [(0, 0), (image.width() - 1, 0), (0, image.height() - 1)]
    assert all(image.pixelColor(*corner) == QColor("white") for corner in corners)
    assert has_colour(image, LIGHT.accent)


def test_an_svg_holds_the_curves_the_axes_the_legend_and_the_title(
    loss: LossPlot, files: PlotFiles, tmp_path: Path
) -> None:
    assert files.save_to(loss, tmp_path / "loss.svg")
    data = (tmp_path / "loss.svg").read_bytes()
    tree = ElementTree.fromstring(data)
    assert tree.findtext(f"{SVG}title") == "Loss"
    lengths = [len(e.get("points", "").split()) for e in tree.iter(f"{SVG}polyline")]
    assert lengths.count(50) == 2  # both curves with all of their points
    labels = {e.get("aria-label") for e in tree.iter() if e.get("aria-label")}
    assert {"Loss", "epoch", "loss (BCE)", "train 0.0200", "test 0.0240", "0"} <= labels
    assert b"<text" not in data  # the words look the same where the font is missing
    assert b"<image" not in data
    assert QSvgRenderer(data).isValid()


def test_a_dark_window_gives_the_same_picture(qtbot: Any, loss: LossPlot, history_of: Any) -> None:
    gradient = GradientPlot()
    shown(qtbot, gradient)
    gradient.set_history(history_of([1, 1], gradients={"a": [1.0, 0.1], "b": [0.01, 1e-3]}))
    for card in (loss, gradient):
        gradient.set_layers([("a", LIGHT.series[0]), ("b", LIGHT.series[1])])
        light = PlotPicture(card).svg()
        theme().set_mode("dark")
        gradient.set_layers([("a", DARK.series[0]), ("b", DARK.series[1])])
        assert PlotPicture(card).svg() == light
        assert theme().current.is_dark
        theme().set_mode("light")
    theme().set_mode("dark")
    PlotPicture(loss).png()
    assert loss.lines.lines[0].colour == DARK.accent  # the window keeps its own colours


@pytest.mark.parametrize("make", VIEWS)
@pytest.mark.parametrize("zoom", [100, 150])
def test_every_view_is_exported_even_while_it_is_empty(
    qtbot: Any, make: Callable[[], PlotCard], zoom: int
) -> None:
    theme().set_text_zoom(zoom)
    card = make()
    shown(qtbot, card)
    picture = PlotPicture(card)
    ElementTree.fromstring(picture.svg())
    assert not picture.image().isNull()
    csv_text(card)


def test_what_is_zoomed_into_does_not_leave_the_axes(loss: LossPlot) -> None:
    loss.set_x_range((10.0, 20.0))
    QGuiApplication.processEvents()
    data = PlotPicture(loss).svg()
    view = loss.area.view_rect()
    image = QImage(PlotPicture(loss).size.toSize(), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    QSvgRenderer(data).render(painter)
    painter.end()
    accent = QColor(LIGHT.accent)
    bottom = image.height() - 12 - round(loss.area.height() - view.bottom()) + 4
    below = [
        image.pixelColor(x, y)
        for x in range(image.width())
        for y in range(bottom, image.height(), 2)
    ]
    assert accent not in below


# ---- numbers -------------------------------------------------------------------------------------


def test_a_csv_is_the_history_to_the_last_digit(
    loss: LossPlot, history_of: Any, files: PlotFiles, tmp_path: Path
) -> None:
    rng = np.random.default_rng(0)
    test = rng.random(1000)
    test[3:5] = math.nan
    history = history_of(rng.random(1000) ** 30, test)
    loss.set_history(history)
    assert files.save_to(loss, tmp_path / "loss.csv")
    with (tmp_path / "loss.csv").open(newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["step", "epoch", "seconds", "train_loss", "test_loss"]
    assert len(rows) == 1000  # all points, not those that are drawn
    for column, name in enumerate(header):
        found = [float(row[column]) if row[column] else math.nan for row in rows]
        assert np.array_equal(found, history._run[:, RUN.index(name)], equal_nan=True)
    assert rows[3][4] == ""
    assert rows[7][0] == "7"


def test_words_with_commas_stay_in_their_cells(qtbot: Any) -> None:
    card = ConfusionPlot()
    shown(qtbot, card)
    card._names = ("a, b", 'say "c"')
    card._train = np.array([[1, 2], [3, 4]])
    card.refresh()
    rows = list(csv.reader(io.StringIO(csv_text(card))))
    assert rows[2] == ["train", "a, b", 'say "c"', "2"]


def test_the_gradients_table_names_the_layers(qtbot: Any, history_of: Any) -> None:
    card = GradientPlot()
    shown(qtbot, card)
    card.set_history(history_of([1, 1], gradients={"a": [1.0, 0.5], "b": [0.25, 0.125]}))
    assert csv_text(card).splitlines() == [
        "step,epoch,a,b",
        "0,0.0,1.0,0.25",
        "1,1.0,0.5,0.125",
    ]


# ---- clipboard, menu and files -------------------------------------------------------------------


def test_the_clipboard_holds_pixels_a_drawing_or_numbers(loss: LossPlot, files: PlotFiles) -> None:
    files.copy_picture(loss)
    mime = QGuiApplication.clipboard().mimeData()
    assert mime.hasImage()
    assert "image/svg+xml" in mime.formats()
    files.copy_numbers(loss)
    text = QGuiApplication.clipboard().text()
    assert text == tsv_text(loss)
    assert text.splitlines()[1].split("\t") == ["0", "0.0", "0.0", "1.0", "1.2"]


def test_the_three_dots_offer_it(loss: LossPlot, files: PlotFiles) -> None:
    dots = loss.findChild(QToolButton, "plot.loss.menu")
    assert dots is not None
    assert dots.isVisible()
    assert dots.accessibleName()
    menu = dots.menu()
    assert isinstance(menu, QMenu)
    menu.aboutToShow.emit()
    menu.aboutToShow.emit()  # the second time nothing stands there twice
    names = [a.objectName() for a in menu.actions() if not a.isSeparator()]
    assert names[2:] == [
        "plot.loss.copy_picture",
        "plot.loss.copy_numbers",
        "plot.loss.save_png",
        "plot.loss.save_svg",
        "plot.loss.save_csv",
    ]
    words: list[str] = []
    files.copied.connect(words.append)
    next(a for a in menu.actions() if a.objectName() == "plot.loss.copy_numbers").trigger()
    assert words == ["The numbers are on the clipboard"]


def test_without_numbers_there_are_none_to_copy(qtbot: Any, files: PlotFiles) -> None:
    card = LossPlot()
    card.set_files(files)
    shown(qtbot, card)
    menu = card._menu_button.choices
    menu.aboutToShow.emit()
    offered = {a.objectName(): a.isEnabled() for a in menu.actions()}
    assert offered["plot.loss.save_png"]
    assert not offered["plot.loss.copy_numbers"]
    assert not offered["plot.loss.save_csv"]


def test_smoothing_is_chosen_in_the_menu(loss: LossPlot) -> None:
    menu = loss._menu_button.choices
    menu.aboutToShow.emit()
    choices = menu.actions()[1].menu()
    assert isinstance(choices, QMenu)
    assert [a.isChecked() for a in choices.actions()] == [True, False, False]
    choices.actions()[2].trigger()
    assert loss.smoothing == "strong"
    assert [name for name, *_ in loss.legend.entries()] == ["train, smoothed", "test, smoothed"]
    assert len(loss.lines.lines) == 4  # the raw curves stay, fainter, behind
    assert loss.area.axes[1].label == "smoothed loss (BCE)"


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_context_menu_is_the_same(loss: LossPlot, qtbot: Any) -> None:
    place = loss.area.rect().center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, loss.area.mapToGlobal(place))
    QApplication.sendEvent(loss.area, event)
    menu = loss._menu_button.choices
    qtbot.waitUntil(menu.isVisible)
    assert any(a.objectName() == "plot.loss.save_svg" for a in menu.actions())
    menu.close()


def test_the_dialog_begins_with_project_and_view(
    loss: LossPlot, files: PlotFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(_parent: object, _title: str, start: str, _kinds: str) -> tuple[str, str]:
        asked.append(start)
        return str(tmp_path / "mine"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    saved: list[str] = []
    files.saved.connect(saved.append)
    files.save(loss, ".svg")
    assert Path(asked[0]).name.endswith("- Loss.svg")
    assert saved == [str(tmp_path / "mine.svg")]
    files.save(loss, ".csv")
    assert Path(asked[1]).parent == tmp_path  # where the last one went


@pytest.mark.parametrize("ending", [".png", ".svg", ".csv"])
def test_a_file_that_cannot_be_written_is_one_sentence(
    loss: LossPlot,
    files: PlotFiles,
    tmp_path: Path,
    told: list[tuple[str, str]],
    ending: str,
) -> None:
    path = tmp_path / "gone" / f"loss{ending}"
    assert not files.save_to(loss, path)
    assert told == [("The plot cannot be saved", f"{path}: there is no such folder")]


def test_another_ending_names_those_that_are_known(
    loss: LossPlot, files: PlotFiles, tmp_path: Path, told: list[tuple[str, str]]
) -> None:
    assert not files.save_to(loss, tmp_path / "loss.bmp")
    assert told[0][1] == "No kind of file has the ending “.bmp”: choose .png, .svg, .csv."
    assert not list(tmp_path.iterdir())
