"""The bar of the step workspace: what gives way where it is narrow, and nothing more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from helpers import EXAMPLES
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot
from ui.step.step_helpers import walked

from netbuilder.project.files import read
from netbuilder.ui.step.bar import StepBar
from netbuilder.ui.theme import theme


@pytest.fixture(autouse=True)
def look(qapp: QApplication) -> Iterator[None]:
    theme().install(qapp)
    yield
    theme().set_text_zoom(100)


def bar_of(qtbot: QtBot) -> StepBar:
    bar = StepBar(walked(read(EXAMPLES / "xor.json")).model, (QPushButton("Exercise"),))
    qtbot.addWidget(bar)
    bar.show()
    return bar


def test_what_can_be_done_without_gives_way_and_comes_back(qtbot: QtBot) -> None:
    bar = bar_of(qtbot)
    for width, whole in ((1400, True), (600, False), (1400, True)):
        bar.resize(width, 60)
        QApplication.processEvents()
        assert bar._pace.isVisible() == whole
        assert all(word.isVisible() == whole for word in bar._words)


def test_any_width_and_size_of_text_settles(qtbot: QtBot) -> None:
    """To show a part in order to measure it once widened the window, without end."""
    bar = bar_of(qtbot)
    calls = 0
    fit = bar._fit

    def counted() -> None:
        nonlocal calls
        calls += 1
        fit()

    bar._fit = counted  # type: ignore[method-assign]
    for zoom in (100, 140, 250, 80):
        theme().set_text_zoom(zoom)
        for width in range(300, 2000, 50):
            before = calls
            bar.resize(width, 60)
            QApplication.processEvents()
            assert calls - before <= 4
