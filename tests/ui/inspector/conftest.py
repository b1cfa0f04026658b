"""The program's look for every test of the inspector."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from ui.inspector.panel_kit import WINDOWS

from netbuilder.ui.theme import theme


@pytest.fixture(autouse=True)
def _look(qapp: QApplication) -> Iterator[None]:
    theme().install(qapp)
    theme().set_mode("light")
    theme().set_text_zoom(100)
    yield
    theme().set_mode("light")
    theme().set_text_zoom(100)
    WINDOWS.clear()
