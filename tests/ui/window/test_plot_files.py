"""Plots of a run that has trained in the window: every view as picture, drawing and table."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot
from ui.window.answers import Answers

from netbuilder import assets
from netbuilder.project import files
from netbuilder.project.model import Project
from netbuilder.ui.main_window import MainWindow
from netbuilder.ui.plots.curves import CurvePlot

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def trained(open_window: Callable[[Project], MainWindow], qtbot: QtBot) -> MainWindow:
    window = open_window(files.read(assets.example("classes")))
    window.controller.step(60)
    qtbot.waitUntil(
        lambda: (
            window.controller.snapshot is not None
            and window.controller.snapshot.step == 60
            and window.controller.state != "running"
        ),
        timeout=20_000,
    )
    return window


def test_every_view_of_every_deck_can_be_saved(trained: MainWindow, tmp_path: Path) -> None:
    board = trained.board
    for name, deck in board.decks.items():
        for key in deck.keys:
            deck.show_view(key)
            QGuiApplication.processEvents()
            card = deck.card(key)
            path = tmp_path / f"{name}-{key}"
            assert board.files.save_to(card, path.with_suffix(".png")), key
            assert board.files.save_to(card, path.with_suffix(".svg")), key
            assert not QImage(str(path.with_suffix(".png"))).isNull()
            ElementTree.fromstring(path.with_suffix(".svg").read_bytes())
            header, rows = card.table()
            widths = {len(row) for row in rows}
            assert widths <= {len(header)}, key


def test_the_loss_of_the_run_is_in_the_file(trained: MainWindow, tmp_path: Path) -> None:
    loss = trained.board.decks["loss"].card("loss")
    assert trained.board.files.save_to(loss, tmp_path / "loss.csv")
    with (tmp_path / "loss.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    snapshot = trained.controller.snapshot
    assert snapshot is not None
    assert rows[-1]["step"] == "60"
    assert float(rows[-1]["train_loss"]) == snapshot.train_loss
    assert math.isclose(float(rows[-1]["epoch"]), snapshot.epoch)


def test_the_counts_are_those_of_the_accuracy(trained: MainWindow) -> None:
    snapshot = trained.controller.snapshot
    assert snapshot is not None
    _, rows = trained.board.decks["loss"].card("confusion").table()
    counts = [(true == predicted, int(count)) for _, true, predicted, count in rows]
    right = sum(count for same, count in counts if same)
    assert right / sum(count for _, count in counts) == pytest.approx(snapshot.test_metric)


def test_a_failure_is_told_in_the_window(trained: MainWindow, tmp_path: Path) -> None:
    answers = Answers()
    answers.expect("ok")
    loss = trained.board.decks["loss"].card("loss")
    assert not trained.board.files.save_to(loss, tmp_path / "gone" / "loss.png")
    answers.finish()
    assert "The plot cannot be saved" in answers.last
    assert "there is no such folder" in answers.last


def test_copied_is_said_in_the_status_bar(trained: MainWindow) -> None:
    loss = trained.board.decks["loss"].card("loss")
    dots = loss.findChild(QToolButton, "plot.loss.menu")
    assert dots is not None
    dots.menu().aboutToShow.emit()
    next(a for a in dots.menu().actions() if a.objectName().endswith("copy_numbers")).trigger()
    assert QGuiApplication.clipboard().text().startswith("step\tepoch")
    note = trained.status.findChild(QLabel, "status.note")
    assert note is not None
    assert note.text() == "The numbers are on the clipboard"


def test_hovering_one_plot_draws_no_other(trained: MainWindow) -> None:
    loss = trained.board.decks["loss"].card("loss")
    assert isinstance(loss, CurvePlot)
    others = [c for deck in trained.board.decks.values() for c in deck.cards.values()]
    QGuiApplication.processEvents()
    before = [card.frames for card in others]
    view = loss.area.view_rect()
    for share in (0.2, 0.4, 0.6):
        place = view.center().toPoint()
        place.setX(round(view.left() + share * view.width()))
        QTest.mouseMove(loss.area, place)
        QGuiApplication.processEvents()
    assert loss.cursor_layer.reading is not None
    assert [card.frames for card in others] == before
