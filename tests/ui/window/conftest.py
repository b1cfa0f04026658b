"""The whole window, on settings of its own, closed cleanly whatever a test does with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from netbuilder.project.document import Document
from netbuilder.project.model import Project
from netbuilder.ui.main_window import MainWindow
from netbuilder.ui.settings import AppSettings
from netbuilder.ui.theme import theme


@pytest.fixture(autouse=True)
def _look(qapp: QApplication) -> Iterator[None]:
    theme().install(qapp)
    theme().set_mode("light")
    theme().set_text_zoom(100)
    yield
    theme().set_mode("light")
    theme().set_text_zoom(100)


@pytest.fixture
def open_window(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[[Project], MainWindow]]:
    """Makes shown windows that train at full speed."""
    windows: list[MainWindow] = []

    def open_project(project: Project) -> MainWindow:
        store = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
        settings = AppSettings(store)
        settings.pace = None
        window = MainWindow(Document(project), settings)
        window.resize(1440, 900)
        windows.append(window)
        with qtbot.waitExposed(window):
            window.show()
        window.canvas.fit()
        return window

    yield open_project
    for window in windows:
        window.controller.close()
        # The last news of a run may still reach the document: nobody is to be asked about it.
        window.files.may_discard = lambda: True  # type: ignore[method-assign]
        window.close()
        window.deleteLater()
    # Windows that stay would be styled anew with each test.
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    QApplication.processEvents()


@pytest.fixture
def window(open_window: Callable[[Project], MainWindow]) -> MainWindow:
    """A window with an empty canvas."""
    return open_window(Project())
