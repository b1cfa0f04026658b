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
