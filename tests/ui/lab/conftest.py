"""A lab in a window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from netbuilder.ui.lab.view import LabView
from netbuilder.ui.motion import motion
from netbuilder.ui.theme import theme


@pytest.fixture(autouse=True)
def light_theme(qapp: QApplication) -> Iterator[None]:
    theme().install(qapp)
    theme().set_mode("light")
    yield
    theme().set_mode("light")
    theme().set_text_zoom(100)
    motion().set_choice("system")


@pytest.fixture
def lab(qtbot: QtBot) -> LabView:
    """A lab of usual size, shown."""
    view = LabView()
    qtbot.addWidget(view)
    view.resize(1240, 760)
    with qtbot.waitExposed(view):
        view.show()
    return view
