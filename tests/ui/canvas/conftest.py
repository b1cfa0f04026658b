"""A canvas on a network, and a hand to work it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from ui.canvas.canvas_hand import XOR, Hand

from netbuilder.project.analysis import analyse
from netbuilder.project.document import Document
from netbuilder.project.model import Project
from netbuilder.ui.canvas import CanvasView
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
def open_canvas(qtbot: QtBot) -> Iterator[Callable[..., Hand]]:
    """Makes a shown canvas of a project, at 100 %, with the analysis that the window would give."""
    views: list[CanvasView] = []

    def open_project(project: Project, zoom: float = 1.0) -> Hand:
        view = CanvasView(Document(project))
        views.append(view)
        qtbot.addWidget(view)
        view.resize(1400, 600)
        with qtbot.waitExposed(view):
            view.show()
        view.set_analysis(analyse(project))
        view.set_zoom(zoom)
        view.setFocus()
        return Hand(view)

    yield open_project
    views.clear()


@pytest.fixture
def hand(open_canvas: Callable[..., Hand]) -> Hand:
    """A canvas on the XOR network."""
    return open_canvas(XOR)
