"""What moves, and what stands still where motion is reduced."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from netbuilder.engine.layers.dense import Dense
from netbuilder.project.document import Document
from netbuilder.project.model import Node, Project
from netbuilder.ui.canvas.view import CanvasView
from netbuilder.ui.motion import motion
from netbuilder.ui.theme import theme
from netbuilder.ui.widgets import Switch


@pytest.fixture(autouse=True)
def _choice(qapp: QApplication) -> Iterator[None]:
    theme().install(qapp)
    yield
    motion().set_choice("system")


@pytest.fixture
def canvas(qtbot: QtBot) -> CanvasView:
    view = CanvasView(Document(Project(nodes=(Node("dense", Dense()),))))
    qtbot.addWidget(view)
    view.resize(600, 400)
    with qtbot.waitExposed(view):
        view.show()
    return view


def test_where_nobody_watches_nothing_moves() -> None:
    assert motion().choice == "system"
    assert motion().reduced  # the tests run without a screen
    motion().set_choice("full")
    assert not motion().reduced
    motion().set_choice("nonsense")
    assert motion().choice == "system"


def test_the_zoom_glides_about_its_point_and_arrives(canvas: CanvasView, qtbot: QtBot) -> None:
    motion().set_choice("full")
    before = canvas.transform().m11()
    at = QPointF(100, 80)
    fixed = canvas.scene_point(at)
    canvas.set_zoom(2.0 * canvas.zoom, at, smooth=True)
    assert canvas.transform().m11() < 1.5 * before
    qtbot.waitUntil(lambda: canvas.transform().m11() == pytest.approx(2.0 * before))
    away = canvas.scene_point(at) - fixed
    assert abs(away.x()) + abs(away.y()) < 6


def test_the_zoom_jumps_where_motion_is_reduced(canvas: CanvasView) -> None:
    motion().set_choice("reduced")
    before = canvas.transform().m11()
    canvas.zoom_in()
    assert canvas.transform().m11() == pytest.approx(1.2 * before)


def test_another_action_finishes_the_glide(canvas: CanvasView) -> None:
    motion().set_choice("full")
    before = canvas.transform().m11()
    canvas.zoom_in()
    canvas.settle()
    assert canvas.transform().m11() == pytest.approx(1.2 * before)


def test_the_knob_of_a_switch_slides_or_jumps(qtbot: QtBot) -> None:
    switch = Switch()
    qtbot.addWidget(switch)
    with qtbot.waitExposed(switch):
        switch.show()
    motion().set_choice("reduced")
    switch.click()
    assert switch.property("knob") == 1.0
    motion().set_choice("full")
    switch.click()
    assert switch.property("knob") > 0.0
    qtbot.waitUntil(lambda: switch.property("knob") == 0.0)


def test_the_glow_of_a_found_block_stands_still(canvas: CanvasView) -> None:
    motion().set_choice("reduced")
    canvas.reveal("dense")
    block = canvas.canvas.blocks["dense"]
    canvas._pulse.setCurrentTime(500)
    assert block.marks.pulse == 1.0
    motion().set_choice("full")
    canvas.reveal("dense")
    canvas._pulse.setCurrentTime(500)
    assert 0.3 < block.marks.pulse < 0.8
