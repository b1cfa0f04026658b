"""A closed window takes all its widgets with it; nothing waits for the collector of cycles."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from netbuilder import assets
from netbuilder.project import files
from netbuilder.project.commands import SetParameter
from netbuilder.project.document import Document
from netbuilder.ui.main_window import MainWindow
from netbuilder.ui.settings import AppSettings


@pytest.fixture
def no_collector() -> Iterator[None]:
    gc.collect()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.disable()
    yield
    gc.enable()


def alive() -> Counter[str]:
    """All the widgets of the process by their class."""
    return Counter(type(widget).__name__ for widget in QApplication.allWidgets())


@pytest.mark.usefixtures("no_collector")
def test_a_closed_window_leaves_no_widget(qtbot: QtBot, tmp_path: Path) -> None:
    before = alive()
    store = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    window = MainWindow(Document(files.read(assets.example("xor"))), AppSettings(store))
    with qtbot.waitExposed(window):
        window.show()
    # Each view is made, as by someone who has looked at them all.
    views = [deck.card(key) for deck in window.board.decks.values() for key in deck.keys]
    assert len(views) > 9
    assert alive()["PlotArea"] > 9
    views.clear()
    window.controller.close()
    window.files.may_discard = lambda: True  # type: ignore[method-assign]
    window.close()
    window.deleteLater()
    del window
    for _ in range(3):  # what is deleted may leave more to delete
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        QApplication.processEvents()
    assert alive() - before == Counter()


def test_room_for_neurons_is_not_made_in_a_window_that_is_gone(
    qtbot: QtBot, tmp_path: Path
) -> None:
    store = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    document = Document(files.read(assets.example("xor")))
    window = MainWindow(document, AppSettings(store))
    with qtbot.waitExposed(window):
        window.show()
    window.named_actions["unfold_all"].trigger()
    qtbot.waitUntil(lambda: len(window.canvas.unfolding.unfolded) == 2)
    document.push(SetParameter("hidden", "units", 12))  # its neighbours are to move aside
    window.files.may_discard = lambda: True  # type: ignore[method-assign]
    window.close()
    keep = window.canvas, window.canvas.unfolding  # Python may hold on to what Qt has deleted
    with qtbot.captureExceptions() as caught:
        window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        QApplication.processEvents()
    assert len(keep) == 2
    assert caught == []
