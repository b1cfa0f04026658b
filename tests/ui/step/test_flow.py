"""What moves along the lines when a stage begins, and that nothing moves otherwise."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from helpers import EXAMPLES
from PySide6.QtCore import QPointF, QVariantAnimation
from PySide6.QtGui import QColor, QPainterPath
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from ui.step.diagram_nets import wide
from ui.step.step_helpers import Walked, walked

from netbuilder.project.files import read
from netbuilder.ui.motion import motion
from netbuilder.ui.step.diagram import DiagramView
from netbuilder.ui.step.flow import MOST_TRACKS, Flow, Track
from netbuilder.ui.theme import theme


@pytest.fixture(autouse=True)
def _full_motion(qapp: QApplication) -> Iterator[None]:
    theme().install(qapp)
    motion().set_choice("full")
    yield
    motion().set_choice("system")


@pytest.fixture
def walk(qapp: QApplication) -> Walked:
    return walked(read(EXAMPLES / "logistic_2_3_1.json"))


@pytest.fixture
def view(walk: Walked, qtbot: QtBot) -> DiagramView:
    made = DiagramView(walk.model)
    qtbot.addWidget(made)
    made.resize(890, 300)
    with qtbot.waitExposed(made):
        made.show()
    return made


def key(walk: Walked) -> str:
    assert walk.model.current is not None
    return walk.model.current.key


def to(walk: Walked, stage: str) -> None:
    """Stage by stage as with Next."""
    while key(walk) != stage:
        walk.model.next()


def across() -> QPainterPath:
    path = QPainterPath(QPointF(0, 0))
    path.lineTo(100, 0)
    return path


def test_values_run_forwards(walk: Walked, view: DiagramView) -> None:
    """One dot a line: 2 inputs to 3 units, from the inputs to the units."""
    to(walk, "forward:hidden")
    tracks = view.flow.tracks
    assert len(tracks) == 6
    for track in tracks:
        assert track.at(0.0).x() < track.at(1.0).x()


def test_errors_run_back_in_their_colour(walk: Walked, view: DiagramView) -> None:
    to(walk, "backward:output")
    assert len(view.flow.tracks) == 3
    for track in view.flow.tracks:
        assert track.at(0.0).x() > track.at(1.0).x()
        assert track.colour == QColor(theme().current.kinds["loss"])


def test_values_and_errors_meet_in_a_gradient(walk: Walked, view: DiagramView) -> None:
    to(walk, "parameters:hidden")
    assert len(view.flow.tracks) == 12
    meeting = {round(track.at(1.0).x()) for track in view.flow.tracks}
    assert len(meeting) == 1, "half-way, where the weight is"


def test_lines_grow_to_their_new_weight(walk: Walked, view: DiagramView) -> None:
    to(walk, "update:output")
    assert view.flow.tracks
    for track in view.flow.tracks:
        assert track.widths is not None
        assert min(track.widths) > 0


def test_inside_a_neuron_nothing_runs(walk: Walked, view: DiagramView) -> None:
    to(walk, "forward:sigmoid 1")
    assert not view.flow.running


def test_next_is_answered_before_anything_has_moved(walk: Walked, view: DiagramView) -> None:
    to(walk, "forward:hidden")
    assert view.flow.running
    reading = view.canvas.reading
    assert reading is not None
    assert reading.known("hidden:output"), "the number is there at once"


def test_another_stage_stops_it_at_once(walk: Walked, view: DiagramView, qtbot: QtBot) -> None:
    to(walk, "forward:hidden")
    walk.model.back()
    assert not view.flow.running, "nothing plays on the way back"
    walk.model.next()
    first = view.flow.tracks
    to(walk, "forward:output")
    assert view.flow.tracks != first
    walk.model.go(0)
    assert not view.flow.running


def test_it_ends_by_itself(walk: Walked, view: DiagramView, qtbot: QtBot) -> None:
    to(walk, "forward:hidden")
    qtbot.waitUntil(lambda: not view.flow.running, timeout=5000)
    assert view.flow._run.state() == QVariantAnimation.State.Stopped


def test_it_can_be_held(walk: Walked, view: DiagramView) -> None:
    to(walk, "forward:hidden")
    view.set_paused(True)
    share = view.flow.share
    assert view.flow.running
    assert view.flow._run.state() == QVariantAnimation.State.Paused
    assert view.flow.share == share
    view.set_paused(False)
    assert view.flow._run.state() == QVariantAnimation.State.Running
    view.set_paused(True)
    walk.model.go(0)
    walk.model.next()
    assert not view.flow.running, "nothing new begins while it is held"


def test_where_motion_is_reduced_nothing_moves(walk: Walked, view: DiagramView) -> None:
    to(walk, "forward:hidden")
    motion().set_choice("reduced")
    assert not view.flow.running
    to(walk, "forward:output")
    assert not view.flow.running


def test_hidden_it_stops(walk: Walked, view: DiagramView) -> None:
    to(walk, "forward:hidden")
    assert view.flow.running
    view.hide()
    assert not view.flow.running
    walk.model.next()
    walk.model.next()
    assert not view.flow.running


def test_of_very_many_lines_only_the_strongest_carry_something(qtbot: QtBot) -> None:
    walk = walked(wide())
    view = DiagramView(walk.model)
    qtbot.addWidget(view)
    view.resize(890, 400)
    with qtbot.waitExposed(view):
        view.show()
    to(walk, "forward:dense 2")
    assert len(view.flow.tracks) == MOST_TRACKS
    view.grab()


def test_a_dot_on_its_way(qapp: QApplication) -> None:
    track = Track(across(), QColor("red"), 2.0, 1.0, 0.5)
    assert track.at(0.0).x() == pytest.approx(100)
    assert track.at(0.5).x() == pytest.approx(75)
    assert track.at(1.0).x() == pytest.approx(50)


def test_each_move_is_told(qtbot: QtBot) -> None:
    flow = Flow()
    with qtbot.waitSignal(flow.moved):
        flow.start([Track(across(), QColor("red"), 2.0)])
    with qtbot.waitSignal(flow.moved):
        flow.stop()
    with qtbot.assertNotEmitted(flow.moved):
        flow.stop()
