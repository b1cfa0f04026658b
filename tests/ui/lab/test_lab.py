"""The lab by mouse and keys."""

from __future__ import annotations

import gc
import math
from collections import Counter

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from netbuilder.engine.lab.presets import LESSONS, STEPS, Lesson
from netbuilder.ui.lab.card import LabCard
from netbuilder.ui.lab.looks import look_of
from netbuilder.ui.lab.view import LabView
from netbuilder.ui.motion import motion
from netbuilder.ui.plots.export import PlotPicture, csv_text
from netbuilder.ui.theme import theme

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton


def press(qtbot: QtBot, lab: LabView, name: str) -> None:
    button = lab.findChild(QPushButton, f"lab.{name}")
    assert button is not None
    qtbot.mouseClick(button, LEFT)


def spot(card: LabCard, x: float, y: float) -> QPoint:
    """Where a place of the plot, in view coordinates, is on the card."""
    area = card.area
    inside = area.transform_to(area.view_rect()).map(QPointF(x, y))
    return area.mapTo(card, inside.toPoint())


def type_formula(qtbot: QtBot, lab: LabView, text: str) -> None:
    field = lab.controls.text
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)


def point(lab: LabView) -> list[float]:
    state = lab.state
    return list(state.descent(state.chosen).at(state.k).point)


# ---- going -------------------------------------------------------------------------------------


def test_next_back_and_reset(qtbot: QtBot, lab: LabView) -> None:
    # x^2 from 5 with 0.1: 5, 4, 3.2
    assert not lab.transport.back.isEnabled()
    press(qtbot, lab, "next")
    press(qtbot, lab, "next")
    assert point(lab) == pytest.approx([3.2])
    assert lab.now.title() == "Step 2"
    # 3.2 - 0.1 * 6.4 = 2.56
    assert lab.now.line.text() == "x₃ = 3.2 − 0.1 · 6.4 = 2.56"
    press(qtbot, lab, "back")
    assert point(lab) == pytest.approx([4.0])
    press(qtbot, lab, "reset")
    assert lab.state.k == 0
    assert lab.now.line.text() == "x₁ = 5 − 0.1 · 10 = 4"


def test_keys_step(qtbot: QtBot, lab: LabView) -> None:
    for key, k in ((Key.Key_Right, 1), (Key.Key_Right, 2), (Key.Key_Left, 1), (Key.Key_Home, 0)):
        qtbot.keyClick(lab, key)
        assert lab.state.k == k
    # From the plot and the table as well, but not from a field.
    for widget, k in ((lab.curve, 1), (lab.table, 2), (lab.controls.text, 2)):
        widget.setFocus()
        qtbot.keyClick(widget, Key.Key_Right)
        assert lab.state.k == k


def test_a_negative_slope_stands_in_brackets(lab: LabView) -> None:
    lab.state.set_start((-5.0,))
    # -5 - 0.1 * (-10) = -4
    assert lab.now.line.text() == "x₁ = −5 − 0.1 · (−10) = −4"


def test_it_ends_at_the_minimum(qtbot: QtBot, lab: LabView) -> None:
    lab.state.set_rate("SGD", 0.5)  # x <- 0
    press(qtbot, lab, "next")
    assert lab.now.chip.text() == "Converged"
    assert not lab.transport.next.isEnabled()
    assert lab.now.line.text() == "x₁ = 0"


def test_play_goes_on_until_it_is_stopped(qtbot: QtBot, lab: LabView) -> None:
    lab.transport.pace.select(30)
    qtbot.keyClick(lab, Key.Key_Space)
    assert lab.transport.playing
    assert lab.transport.play.text() == "Pause"
    qtbot.waitUntil(lambda: lab.state.k >= 2)
    press(qtbot, lab, "play")
    assert not lab.transport.playing
    assert lab.transport.play.text() == "Play"


def test_play_stops_at_the_end_and_begins_anew(qtbot: QtBot, lab: LabView) -> None:
    lab.transport.pace.select(30)
    lab.state.set_rate("SGD", 0.5)
    with qtbot.waitSignal(
        lab.transport.playing_changed, check_params_cb=lambda playing: not playing
    ):
        press(qtbot, lab, "play")
    assert lab.state.k == 1
    press(qtbot, lab, "play")
    assert lab.state.k == 0
    assert lab.transport.playing


def test_a_hidden_lab_does_not_play(qtbot: QtBot, lab: LabView) -> None:
    press(qtbot, lab, "play")
    lab.hide()
    assert not lab.transport.playing


# ---- the function ------------------------------------------------------------------------------


def test_a_typed_formula(qtbot: QtBot, lab: LabView) -> None:
    type_formula(qtbot, lab, "x^4/4")
    assert lab.controls.functions.currentText() == "Your own formula"
    qtbot.waitUntil(lambda: lab.slopes[0].formula() == "f'(x) = x^{3}")
    assert lab.formula.formula() == r"f(x) = \frac{x^{4}}{4}"
    # 5 - 0.1 * 125 = -7.5
    assert lab.now.line.text() == "x₁ = 5 − 0.1 · 125 = −7.5"


def test_a_mistake_is_told_while_typing_and_the_last_formula_stays(
    qtbot: QtBot, lab: LabView
) -> None:
    type_formula(qtbot, lab, "2x + sen(x)")
    error = lab.controls.error
    assert error.isVisible()
    assert error.text() == "Column 6: “sen” is not known; did you mean 'sin'?"
    assert lab.controls.text.property("invalid")
    assert lab.state.formula.text == "2x"  # the last that could be read
    type_formula(qtbot, lab, "2x + sin(x)")
    assert not error.isVisible()
    assert not lab.controls.text.property("invalid")
    assert lab.state.formula.text == "2x + sin(x)"


def test_functions_are_chosen_with_their_start_and_rate(qtbot: QtBot, lab: LabView) -> None:
    box = lab.controls.functions
    box.setFocus()
    qtbot.keyClick(box, Key.Key_Down)  # the parabola with waves
    assert lab.state.formula.text == "x^2 + 5 sin(x)"
    assert lab.controls.text.text() == "x^2 + 5 sin(x)"
    for key in ("quartic", "corner", "sigmoid", "hole"):
        lab.state.set_landscape(key)
        lab.state.go_to(20)
        assert lab.curve.lines.lines


def test_a_formula_without_values_says_so(lab: LabView) -> None:
    lab.state.set_text("ln(-1 - x^2)")
    assert lab.curve.area.note == "The formula has no values here: choose another view."
    assert lab.now.chip.text() == "Diverged"
    lab.state.set_text("x^2")
    assert lab.curve.area.note == ""


def test_a_pole_is_no_line(lab: LabView) -> None:
    lab.state.set_text("1/x")
    pieces = [line for line in lab.curve.lines.lines if not line.dashed]
    assert len(pieces) == 2
    assert pieces[0].x[-1] < 0 < pieces[1].x[0]


# ---- start and rate ----------------------------------------------------------------------------


def test_the_start_follows_the_mouse(qtbot: QtBot, lab: LabView) -> None:
    card = lab.curve
    lab.state.go_to(3)
    area = card.area.axes[0]
    qtbot.mousePress(card, LEFT, pos=spot(card, -4.0, 0.5))
    assert point_of_start(lab) == pytest.approx([-4.0], abs=0.03)
    assert card.held
    qtbot.mouseMove(card, spot(card, 2.0, 0.5))
    assert point_of_start(lab) == pytest.approx([2.0], abs=0.03)
    assert lab.controls.places[0].field.value() == lab.state.bench.start[0]
    assert card.area.axes[0] == area  # the view holds still
    assert lab.state.k == 3
    qtbot.mouseRelease(card, LEFT, pos=spot(card, 2.0, 0.5))
    assert not card.held
    qtbot.mouseMove(card, spot(card, -2.0, 0.5))
    assert point_of_start(lab) == pytest.approx([2.0], abs=0.03)


def point_of_start(lab: LabView) -> list[float]:
    return list(lab.state.bench.start)


def test_the_start_by_field_slider_and_keys(qtbot: QtBot, lab: LabView) -> None:
    row = lab.controls.places[0]
    row.field.setFocus()
    row.field.selectAll()
    qtbot.keyClicks(row.field, "-3")
    qtbot.keyClick(row.field, Key.Key_Return)
    assert lab.state.bench.start == (-3.0,)
    # One notch of 400 over 12 units is 0.03.
    row.slider.setFocus()
    qtbot.keyClick(row.slider, Key.Key_Right)
    assert lab.state.bench.start == (-2.97,)
    lab.curve.setFocus()
    # 2 % of 12 units is 0.24.
    qtbot.keyClick(lab.curve, Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert lab.state.bench.start == (-3.21,)


def test_the_rate_by_field_and_slider(qtbot: QtBot, lab: LabView) -> None:
    lab.state.go_to(2)
    row = lab.controls.rate
    row.field.setFocus()
    row.field.selectAll()
    qtbot.keyClicks(row.field, "0.2")
    qtbot.keyClick(row.field, Key.Key_Return)
    # x <- 0.6 x: 5, 3, 1.8; the two steps stay
    assert point(lab) == pytest.approx([1.8])
    row.slider.setFocus()
    qtbot.keyClick(row.slider, Key.Key_PageUp)
    assert lab.state.bench.ways["SGD"].rate > 0.2
    assert row.field.value() == lab.state.bench.ways["SGD"].rate


def test_another_optimizer_shows_its_rule(lab: LabView) -> None:
    lab.state.choose("Momentum")
    rules = [rule.formula() for rule in lab.now.rules if rule.isVisibleTo(lab.now)]
    assert rules[-1] == r"x \leftarrow x - \eta v"
    # v = 10, x = 5 - 0.1 * 10
    assert lab.now.line.text() == "x₁ = 5 − 1 = 4"


# ---- lessons -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lesson", "word"),
    [
        ("small", "Too slow"),
        ("right", "Converged"),
        ("overshoot", "Overshoots"),
        ("divergence", "Diverging"),
    ],
)
def test_lessons_on_a_parabola(qtbot: QtBot, lab: LabView, lesson: Lesson, word: str) -> None:
    motion().set_choice("reduced")
    press(qtbot, lab, f"lesson.{lesson}")
    assert lab.now.chip.text() == word


def test_a_lesson_plays_where_things_may_move(qtbot: QtBot, lab: LabView) -> None:
    motion().set_choice("full")
    lab.transport.pace.select(30)
    press(qtbot, lab, "lesson.overshoot")
    assert lab.transport.playing
    assert lab.state.k == 0
    qtbot.waitUntil(lambda: not lab.transport.playing, timeout=8000)
    assert lab.state.k == STEPS


def test_a_lesson_that_there_is_not_is_told(qtbot: QtBot, lab: LabView) -> None:
    lab.state.set_landscape("corner")
    before = lab.state.bench.ways["SGD"].rate
    press(qtbot, lab, "lesson.divergence")
    assert lab.controls.no_lesson.isVisible()
    assert "no learning rate shows that within 30 steps" in lab.controls.no_lesson.text()
    assert lab.state.bench.ways["SGD"].rate == before
    press(qtbot, lab, "lesson.right")
    assert not lab.controls.no_lesson.isVisible()


def test_lessons_are_found_for_typed_formulas(qtbot: QtBot, lab: LabView) -> None:
    motion().set_choice("reduced")
    type_formula(qtbot, lab, "(x - 1)^2 / 4")
    words = []
    for lesson in LESSONS:
        press(qtbot, lab, f"lesson.{lesson}")
        words.append(lab.now.chip.text())
    assert words[:2] == ["Too slow", "Converged"]
    assert words[2] in ("Overshoots", "Swings")
    assert words[3] in ("Diverging", "Diverged")


# ---- two variables -----------------------------------------------------------------------------


@pytest.fixture
def two(qtbot: QtBot, lab: LabView) -> LabView:
    qtbot.mouseClick(lab.controls.kind.button("2"), LEFT)
    return lab


def test_the_map_shows_each_way_in_its_own_look(qtbot: QtBot, two: LabView) -> None:
    assert two.card is two.map
    assert two.map.isVisible()
    assert two.state.shown == ("SGD", "Momentum", "RMSProp", "Adam")
    two.state.go_to(5)
    ways = two.map.ways.ways
    assert [len(way.places) for way in ways] == [6] * 4
    names = list(two.state.bench.ways)
    assert len({look_of(name).colour for name in names}) == len(names)
    assert len({(look_of(name).shape, look_of(name).dashes) for name in names}) == len(names)
    assert [entry[0] for entry in two.map.legend.entries()] == list(two.state.shown)
    assert len(two.map.map.levels) > 6
    tick = two.findChild(QCheckBox, "lab.optimizer.Nadam")
    assert tick is not None
    qtbot.mouseClick(tick, LEFT, pos=QPoint(8, tick.height() // 2))
    assert len(two.map.ways.ways) == 5


def test_each_optimizer_has_its_own_rate(qtbot: QtBot, two: LabView) -> None:
    field = two.controls.rows.rates["Adam"]
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "0.5")
    qtbot.keyClick(field, Key.Key_Return)
    assert two.state.bench.ways["Adam"].rate == 0.5
    assert two.state.bench.ways["SGD"].rate == 0.1
    # Adam's first step is the rate in both directions: (-3.2 + 0.5, 2.2 - 0.5)
    assert two.state.descent("Adam").at(1).point == pytest.approx([-2.7, 1.7])


def test_the_start_is_dragged_on_the_map(qtbot: QtBot, two: LabView) -> None:
    card = two.map
    qtbot.mousePress(card, LEFT, pos=spot(card, 1.0, -1.0))
    qtbot.mouseMove(card, spot(card, 2.0, 1.5))
    qtbot.mouseRelease(card, LEFT, pos=spot(card, 2.0, 1.5))
    assert point_of_start(two) == pytest.approx([2.0, 1.5], abs=0.03)
    assert all(way.places[0] == pytest.approx(point_of_start(two)) for way in card.ways.ways)


def test_the_map_has_one_scale(two: LabView) -> None:
    across, up = two.map.area.axes
    room = two.map.area.view_size()
    assert (across.high - across.low) / room.width() == pytest.approx(
        (up.high - up.low) / room.height(), rel=1e-6
    )


def test_numbers_of_two_variables(two: LabView) -> None:
    # (-3.2, 2.2) - 0.1 * (-6.4, 4.4) = (-2.56, 1.76)
    assert two.now.line.text() == "p₁ = (−3.2, 2.2) − 0.1 · (−6.4, 4.4) = (−2.56, 1.76)"
    two.state.set_landscape("valley")
    assert two.now.follows.text() == "condition number 25"


@pytest.mark.parametrize("width", [1100, 1240, 1440, 1920])
def test_no_number_is_cut_off(qtbot: QtBot, two: LabView, width: int) -> None:
    two.resize(width, 900)
    labels = (two.now.line, two.now.sentence)

    def whole() -> bool:
        return all(label.height() >= label.heightForWidth(label.width()) for label in labels)

    for k in range(13):
        two.state.go_to(k)
        qtbot.waitUntil(whole, timeout=1000)  # a layout takes a few rounds of events


def test_each_number_of_variables_keeps_its_own(qtbot: QtBot, two: LabView) -> None:
    two.state.go_to(4)
    qtbot.mouseClick(two.controls.kind.button("1"), LEFT)
    assert two.state.k == 0
    assert two.curve.isVisible()
    qtbot.mouseClick(two.controls.kind.button("2"), LEFT)
    assert two.state.k == 4


def test_without_any_optimizer_there_is_a_map(two: LabView) -> None:
    for name in two.state.shown:
        two.state.set_shown(name, False)
    assert two.map.ways.ways == ()
    assert not two.transport.next.isEnabled()
    two.state.set_shown("Adam", True)
    assert two.state.chosen == "Adam"


# ---- the view ----------------------------------------------------------------------------------


def turn(card: QWidget, place: QPoint, notches: int) -> None:
    event = QWheelEvent(
        QPointF(place),
        QPointF(card.mapToGlobal(place)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(card, event)


@pytest.mark.parametrize("d", [1, 2])
def test_the_wheel_zooms_about_the_pointer(qtbot: QtBot, lab: LabView, d: int) -> None:
    lab.state.set_d(d)
    card = lab.card
    before = card.area.axes[0]
    place = spot(card, 1.0, card.area.axes[1].low * 0.5 + card.area.axes[1].high * 0.5)
    turn(card, place, 3)
    after = card.area.axes[0]
    assert after.high - after.low == pytest.approx((before.high - before.low) / 1.15**3)
    assert abs(spot(card, 1.0, 0.0).x() - place.x()) <= 1
    button = card.findChild(QWidget, f"{card.objectName()}.fit")
    assert button is not None
    assert button.isVisible()
    qtbot.mouseClick(button, LEFT)
    assert card.area.axes[0] == before
    assert not button.isVisible()


def test_the_view_follows_a_way_that_leaves_it(lab: LabView) -> None:
    lab.state.set_rate("SGD", 1.1)  # x <- -1.2 x: 5, -6, 7.2
    lab.state.go_to(2)
    axis = lab.curve.area.axes[0]
    assert axis.low <= -6.0
    assert axis.high >= 7.2
    lab.state.go_to(100)
    axis = lab.curve.area.axes[0]
    assert axis.high - axis.low < 60  # but not without end
    assert lab.now.chip.text() == "Diverged"
    assert lab.curve.caption == "x₃₈ is out of view"
    lab.curve.grab()
    lab.state.go_to(0)
    assert lab.curve.caption == ""


@pytest.mark.parametrize("text", ["exp(exp(x))", "1/x^9", "x^40", "7", "1e-9x", "tan(x)", "|x|/x"])
def test_anything_can_be_drawn(lab: LabView, text: str) -> None:
    lab.state.set_text(text)
    lab.state.go_to(10)
    lab.grab()
    lab.state.set_d(2)
    lab.state.set_text(text)
    lab.state.go_to(10)
    lab.grab()


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_at_large_text_nothing_is_wider_than_a_laptop(lab: LabView, mode: str) -> None:
    theme().set_mode(mode)
    theme().set_text_zoom(150)
    assert lab.minimumSizeHint().width() <= 1366


def test_long_ways_are_computed_in_pieces(qtbot: QtBot, two: LabView) -> None:
    two.state.set_landscape("rosenbrock")
    two.state.go_to(1000)
    assert two.state.k < 1000  # four ways of 1000 steps take longer than a frame
    qtbot.waitUntil(lambda: two.state.k == 1000, timeout=20000)
    assert len(two.map.ways.ways[0].places) == 1001


def test_the_table_never_tells_more_columns_than_it_announced(qtbot: QtBot, lab: LabView) -> None:
    model = lab.table.iterates
    lab.state.go_to(30)
    for key in ("bowl", "parabola", "valley", "waves", "beale"):
        lab.state.set_landscape(key)
        lab.state.go_to(7)
        lab.table.resize(lab.table.width() - 1, lab.table.height())
        lab.table.grab()
    qtbot.waitUntil(lambda: model.columnCount() == 6 and model.rowCount() == 8)


# ---- taking it away ----------------------------------------------------------------------------


def test_the_table_is_copied(qtbot: QtBot, lab: LabView) -> None:
    lab.state.go_to(2)
    press(qtbot, lab, "copy")
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == "k\tx\tf(x)\tf′(x)\tstep"
    assert lines[1] == "0\t5.0\t25.0\t10.0\t-1.0"
    assert len(lines) == 4
    lab.table.selectRow(1)
    qtbot.keyClick(lab.table, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert [line.split("\t")[0] for line in lines] == ["k", "1"]


def test_a_selected_row_stays_selected(qtbot: QtBot, lab: LabView) -> None:
    lab.state.go_to(2)
    lab.table.selectRow(1)
    press(qtbot, lab, "next")
    qtbot.waitUntil(lambda: lab.table.iterates.rowCount() == 4)
    assert {index.row() for index in lab.table.selectedIndexes()} == {1}


def test_the_last_step_of_a_way_is_empty(qtbot: QtBot, lab: LabView) -> None:
    lab.state.set_rate("SGD", 0.5)
    lab.state.go_to(1)
    model = lab.table.iterates
    qtbot.waitUntil(lambda: model.rowCount() == 2)
    texts = [model.data(model.index(1, column)) for column in range(5)]
    assert texts == ["1", "0", "0", "0", ""]
    assert math.isnan(model.values(1)[-1])


def test_plot_and_numbers_as_files(two: LabView) -> None:
    two.state.go_to(2)
    lines = csv_text(two.map).splitlines()
    assert lines[0] == "optimizer,k,x,y,f,df/dx,df/dy,step x,step y"
    assert lines[1].startswith("SGD,0,-3.2,2.2,")
    assert len(lines) == 1 + 4 * 3
    theme().set_mode("dark")
    picture = PlotPicture(two.map).image()
    corner = picture.pixelColor(2, 2)
    assert (corner.red(), corner.green(), corner.blue()) == (255, 255, 255)


def test_everything_has_a_name(lab: LabView) -> None:
    for widget in lab.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            assert widget.objectName(), widget
            assert widget.accessibleName(), widget.objectName()


def test_a_lab_that_is_gone_leaves_nothing(qtbot: QtBot) -> None:
    gc.collect()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    before = Counter(type(widget).__name__ for widget in QApplication.allWidgets())
    gc.disable()
    try:
        view = LabView()
        with qtbot.waitExposed(view):
            view.show()
        view.state.set_d(2)
        view.transport.toggle()
        view.close()
        assert not view.transport.playing
        view.deleteLater()
        del view
        for _ in range(3):
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
            QApplication.processEvents()
        after = Counter(type(widget).__name__ for widget in QApplication.allWidgets())
        assert after - before == Counter()
    finally:
        gc.enable()


def test_what_is_drawn_is_what_was_computed(lab: LabView) -> None:
    lab.state.go_to(4)
    places = lab.curve.ways.ways[0].places
    # 5 * 0.8^k
    np.testing.assert_allclose(places[:, 0], 5 * 0.8 ** np.arange(5))
    heights = lab.curve.heights
    back = heights.low + places[:, 1] * (heights.high - heights.low)
    np.testing.assert_allclose(back, places[:, 0] ** 2)
