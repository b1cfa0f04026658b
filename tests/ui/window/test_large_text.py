"""Enlarged text: the window stays on the screen, and nothing that is needed is squeezed out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from netbuilder import assets
from netbuilder.project import files
from netbuilder.project.model import Project
from netbuilder.ui.main_window import MainWindow
from netbuilder.ui.plots.base import PlotCard
from netbuilder.ui.theme import theme

Open = Callable[[Project], MainWindow]
SIZES = [(1440, 900), (1920, 1080), (1280, 800)]


@pytest.fixture
def xor(open_window: Open) -> Iterator[MainWindow]:
    yield open_window(files.read(assets.example("xor")))
    theme().set_text_zoom(100)


def settled(window: MainWindow, size: tuple[int, int], zoom: int) -> None:
    theme().set_text_zoom(zoom)
    window.resize(*size)
    QApplication.processEvents()
    QTest.qWait(200)  # the room is shared once the size stands still
    QApplication.processEvents()


@pytest.mark.parametrize("zoom", [80, 100, 150, 200])
@pytest.mark.parametrize("size", SIZES)
def test_everything_needed_stays_in_sight(
    xor: MainWindow, size: tuple[int, int], zoom: int
) -> None:
    settled(xor, size, zoom)
    assert (xor.width(), xor.height()) == size
    assert xor.canvas.width() >= 0.25 * size[0]
    assert xor.canvas.height() >= 0.2 * size[1]
    for name in ("reset", "train", "step", "epoch", "status"):
        part = xor.transport.findChild(QWidget, f"transport.{name}")
        assert isinstance(part, QWidget)
        corner = part.mapTo(xor, part.rect().bottomRight())
        assert xor.rect().contains(corner), name
    for plot in xor.board.cards:
        shown = isinstance(plot, PlotCard) and not plot.visibleRegion().isEmpty()
        assert not shown or plot.width() >= theme().px(200)
    blocks = xor.canvas.mapFromScene(xor.canvas.canvas.content()).boundingRect()
    assert xor.canvas.viewport().rect().contains(blocks)


def test_at_the_largest_text_it_still_fits_a_projector(xor: MainWindow) -> None:
    settled(xor, (1440, 900), 250)
    assert xor.width() <= 1440


def test_plots_share_tabs_where_they_would_be_too_narrow_and_part_again(xor: MainWindow) -> None:
    docks = xor.docks.docks
    settled(xor, (1440, 900), 100)
    assert xor.tabifiedDockWidgets(docks["loss"]) == []
    settled(xor, (1440, 900), 200)
    assert len(xor.tabifiedDockWidgets(docks["loss"])) == 2
    settled(xor, (1440, 900), 100)
    assert xor.tabifiedDockWidgets(docks["loss"]) == []


def test_a_layout_of_the_users_own_is_left_alone(xor: MainWindow) -> None:
    docks = xor.docks.docks
    settled(xor, (1440, 900), 100)
    xor.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, docks["decision"])
    settled(xor, (1440, 900), 200)
    assert xor.dockWidgetArea(docks["decision"]) == Qt.DockWidgetArea.RightDockWidgetArea
    assert xor.tabifiedDockWidgets(docks["loss"]) == []


def test_widths_that_the_user_has_set_outlive_a_resize(xor: MainWindow, qtbot: QtBot) -> None:
    settled(xor, (1600, 900), 100)
    blocks, inspector = xor.docks.docks["blocks"], xor.docks.docks["inspector"]
    xor.resizeDocks([blocks, inspector], [260, 330], Qt.Orientation.Horizontal)
    QApplication.processEvents()
    settled(xor, (1700, 950), 100)
    assert (blocks.width(), inspector.width()) == (260, 330)


def test_the_bar_leaves_out_its_last_fields_first(xor: MainWindow) -> None:
    settled(xor, (1440, 900), 200)
    shown = {
        name: xor.transport.findChild(QWidget, f"transport.{name}").isVisible()  # type: ignore[union-attr]
        for name in ("learning_rate", "optimizer", "speed")
    }
    assert shown == {"learning_rate": True, "optimizer": True, "speed": False}


def test_tab_leads_through_the_whole_window_and_back(xor: MainWindow) -> None:
    """Each stop is in sight, has a name, and none is met twice before all have been."""
    xor.activateWindow()
    xor.palette_panel.focus_search()
    first = QApplication.focusWidget()
    if first is None:
        pytest.skip("no window gets the focus here")
    seen: list[QWidget] = []
    for _ in range(120):
        here = QApplication.focusWidget()
        assert here is not None
        if seen and here is first:
            break
        if here is not xor.canvas:  # it takes Tab for its blocks before it lets go
            assert here not in seen, here.objectName()
        assert here.isVisible()
        told = QAccessible.queryAccessibleInterface(here)
        assert told is not None
        assert told.text(QAccessible.Text.Name), here.objectName()
        seen.append(here)
        QTest.keyClick(here, Qt.Key.Key_Tab)
    else:
        pytest.fail("Tab does not come round")
    order = [w.objectName() for w in seen]
    assert "canvas" in order
    assert "transport.train" in order
