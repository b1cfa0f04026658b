"""The drawn network under the mouse and the keys, and beside the other views of a step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
import pytest
from helpers import EXAMPLES
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from ui.step.diagram_nets import branched, mixed, wide
from ui.step.step_helpers import Walked, walked

from netbuilder.engine.algebra.expression import Place
from netbuilder.project.files import read
from netbuilder.project.model import Project
from netbuilder.ui.step.diagram import DiagramView
from netbuilder.ui.step.diagram_canvas import DiagramCanvas
from netbuilder.ui.step.diagram_layout import Layout
from netbuilder.ui.step.diagram_paint import Painter
from netbuilder.ui.step.diagram_plan import Spot, Weight
from netbuilder.ui.step.model import StepModel
from netbuilder.ui.theme import theme


@pytest.fixture(autouse=True)
def _look(qapp: QApplication) -> Iterator[None]:
    theme().install(qapp)
    theme().set_mode("light")
    theme().set_text_zoom(100)
    yield
    theme().set_mode("light")
    theme().set_text_zoom(100)


class Shown:
    """A view of a project, and a hand to work it."""

    def __init__(self, qtbot: QtBot, project: Project, size: tuple[int, int]) -> None:
        self.walked: Walked = walked(project)
        self.model: StepModel = self.walked.model
        self.view = DiagramView(self.model)
        self.canvas: DiagramCanvas = self.view.canvas
        qtbot.addWidget(self.view)
        self.view.resize(*size)
        with qtbot.waitExposed(self.view):
            self.view.show()

    @property
    def layout(self) -> Layout:
        found = self.canvas.plan_layout
        assert found is not None
        return found

    def go(self, stage: str) -> None:
        assert self.model.walk is not None
        self.model.go([s.key for s in self.model.walk.stages].index(stage))

    def at(self, thing: Spot | Weight, share: float = 0.75) -> QPoint:
        """A pixel of the canvas on a neuron or a line."""
        if isinstance(thing, Weight):
            start, end = self.layout.weights[thing]
            return self.canvas.to_widget(start + (end - start) * share).toPoint()
        return self.canvas.to_widget(self.layout.rects[thing].center()).toPoint()

    def point(self, thing: Spot | Weight) -> None:
        QTest.mouseMove(self.canvas, self.at(thing))
        QApplication.processEvents()

    def click(self, thing: Spot | Weight) -> None:
        QTest.mouseClick(
            self.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, self.at(thing)
        )

    def key(self, key: Qt.Key) -> None:
        QTest.keyClick(self.canvas, key)

    def picture(self) -> QImage:
        return self.canvas.grab().toImage()


Open = Callable[..., Shown]


@pytest.fixture
def open_view(qtbot: QtBot) -> Open:
    def opened(project: Project, size: tuple[int, int] = (890, 300)) -> Shown:
        return Shown(qtbot, project, size)

    return opened


@pytest.fixture
def logistic(open_view: Open) -> Shown:
    return open_view(read(EXAMPLES / "logistic_2_3_1.json"))


def near(picture: QImage, at: QPoint, colour: QColor, reach: int) -> bool:
    """Whether a colour is found near a pixel."""
    for x in range(max(at.x() - reach, 0), min(at.x() + reach, picture.width())):
        for y in range(max(at.y() - reach, 0), min(at.y() + reach, picture.height())):
            found = picture.pixelColor(x, y)
            if all(
                abs(a - b) < 12
                for a, b in zip(found.getRgb()[:3], colour.getRgb()[:3], strict=True)  # type: ignore[index]
            ):
                return True
    return False


def link() -> QColor:
    return QColor(theme().current.kinds["loss"])


# ---- from the drawing to the model ----


def test_pointing_at_a_neuron_points_at_its_number(logistic: Shown, qtbot: QtBot) -> None:
    logistic.go("forward:sigmoid 1")
    with qtbot.waitSignal(logistic.model.hovered):
        logistic.point(Spot(1, 2))
    assert logistic.model.pointed == Place("sigmoid 1:output", 0, 2)
    logistic.go("backward:output")
    logistic.point(Spot(1, 0))
    assert logistic.model.pointed == Place("sigmoid 1:output gradient", 0, 0)
    QTest.mouseMove(logistic.canvas, QPoint(3, 3))
    QApplication.processEvents()
    assert logistic.model.pointed is None


def test_pointing_at_a_line_points_at_its_weight(logistic: Shown) -> None:
    logistic.go("forward:hidden")
    logistic.point(Weight(1, 1, 2))
    assert logistic.model.pointed == Place("hidden:W", 1, 2)
    logistic.go("parameters:hidden")
    logistic.point(Weight(1, 0, 0))
    assert logistic.model.pointed == Place("hidden:d W", 0, 0)


def test_a_click_chooses_and_one_beside_everything_lets_go(logistic: Shown) -> None:
    logistic.go("forward:sigmoid 2")
    logistic.click(Spot(2, 0))
    assert logistic.model.place == Place("sigmoid 2:output", 0, 0)
    logistic.click(Weight(2, 1, 0))
    assert logistic.model.place == Place("output:W", 1, 0)
    logistic.click(Spot(3, 0))
    assert logistic.model.place == Place("loss:J", 0, 0)
    QTest.mouseClick(logistic.canvas, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
    assert logistic.model.place is None


def test_leaving_points_at_nothing(logistic: Shown) -> None:
    logistic.point(Spot(0, 0))
    assert logistic.model.pointed is not None
    QTest.mouseMove(logistic.view.sample, QPoint(4, 4))
    QApplication.sendEvent(logistic.canvas, QEvent(QEvent.Type.Leave))
    assert logistic.model.pointed is None


# ---- from the model to the drawing ----


def test_a_number_pointed_at_elsewhere_is_outlined_here(logistic: Shown) -> None:
    logistic.go("backward:output")
    spot = logistic.at(Spot(1, 1))
    before = logistic.picture()
    logistic.model.hover(Place("sigmoid 1:output gradient", 0, 1))
    after = logistic.picture()
    assert after != before
    (marks,) = logistic.canvas.marks()
    assert marks.spots[Spot(1, 1)] == "this"
    assert marks.spots[Spot(2, 0)] == "from", "dJ/dH = dJ/dZ Wᵀ"
    assert near(after, spot + QPoint(0, -23), link(), 4)
    logistic.model.hover(None)
    assert logistic.picture() == before


def test_a_chosen_weight_shows_its_path_to_the_loss(logistic: Shown) -> None:
    logistic.go("parameters:hidden")
    last = (logistic.at(Spot(2, 0)) + logistic.at(Spot(3, 0))) / 2
    assert not near(logistic.picture(), last, link(), 3)
    logistic.model.select(Place("hidden:d W", 0, 2))
    assert near(logistic.picture(), last, link(), 3)
    assert near(logistic.picture(), logistic.at(Weight(2, 2, 0), 0.5), link(), 3)
    assert not near(logistic.picture(), logistic.at(Weight(2, 0, 0), 0.5), link(), 3)


def test_choosing_a_number_of_a_sample_draws_that_sample(logistic: Shown) -> None:
    """Sample 3 of the lectures' data is (3, 1)."""
    logistic.go("forward:hidden")
    assert logistic.view.data.text() == "row 1 of the training set: x₁ = 1, x₂ = 2 → y = 1"
    logistic.model.select(Place("hidden:output", 2, 0))
    assert logistic.view.sample.currentData() == 2
    assert logistic.view.data.text().startswith("row 3 of the training set: x₁ = 3, x₂ = 1 →")
    reading = logistic.canvas.reading
    assert reading is not None
    assert [reading.value(Spot(0, k)) for k in (0, 1)] == [3.0, 1.0]
    logistic.point(Spot(1, 1))
    assert logistic.model.pointed == Place("hidden:output", 2, 1)


def test_the_chooser_draws_another_sample(logistic: Shown, qtbot: QtBot) -> None:
    assert logistic.view.sample.isVisible()
    with qtbot.waitSignal(logistic.model.sample_changed):
        logistic.view.sample.setFocus()
        QTest.keyClick(logistic.view.sample, Qt.Key.Key_Down)
    assert logistic.model.sample_row == 1
    assert logistic.view.data.text().startswith("row 2 of the training set: x₁ = 2")
    logistic.model.set_rows("one", 3)
    assert not logistic.view.sample.isVisible(), "there is nothing to choose"
    assert logistic.view.data.text().startswith("row 4")


def test_numbers_of_the_data_are_told_apart(logistic: Shown) -> None:
    assert logistic.view.data.property("role") == "muted"
    logistic.model.hover(Place("loss:targets", 0, 0))
    assert logistic.view.data.property("role") == "strong"
    logistic.model.hover(Place("hidden:W", 0, 0))
    assert logistic.view.data.property("role") == "muted"


def test_the_digits_of_the_words_follow_the_model(logistic: Shown) -> None:
    logistic.go("forward:sigmoid 1")
    logistic.model.set_digits(3)
    assert "0.953" in logistic.canvas.explained(Spot(1, 0))
    logistic.model.set_digits(8)
    assert "0.95257413" in logistic.canvas.explained(Spot(1, 0))


# ---- stages ----


def test_each_stage_has_its_picture(logistic: Shown) -> None:
    assert logistic.model.walk is not None
    pictures = []
    for stage in range(len(logistic.model.walk.stages)):
        logistic.model.go(stage)
        pictures.append(logistic.picture())
    for one, two in pairwise(pictures):
        assert one != two


def test_what_is_not_computed_yet_is_empty_and_says_so(logistic: Shown) -> None:
    logistic.go("input:data")
    assert logistic.canvas.explained(Spot(1, 0)) == "h₁ in hidden · sigmoid 1, not computed yet"
    logistic.go("forward:hidden")
    assert logistic.canvas.explained(Spot(1, 0)) == "z₁ in hidden · sigmoid 1, 3"
    logistic.go("forward:sigmoid 1")
    words = logistic.canvas.explained(Spot(1, 0))
    assert words == "h₁ in hidden · sigmoid 1, 0.952574, before the activation 3"


def test_another_step_brings_other_weights(logistic: Shown) -> None:
    logistic.model.go(len(logistic.model.walk.stages) - 1)  # type: ignore[union-attr]
    logistic.model.next()
    assert logistic.model.step == 1
    reading = logistic.canvas.reading
    assert reading is not None
    assert reading.weights(1)[0, 2] == pytest.approx(-2.000565382, abs=1e-9)


def test_without_a_network_the_reason_stands_there(logistic: Shown) -> None:
    logistic.click(Spot(0, 0))
    logistic.walked.trainer = None
    logistic.model.why = "Draw a network first."
    logistic.model.refresh()
    logistic.picture()
    assert logistic.canvas.plan_layout is None
    assert logistic.canvas.spot is None
    assert logistic.view.data.text() == ""
    QTest.mouseClick(logistic.canvas, Qt.MouseButton.LeftButton, pos=QPoint(300, 100))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Plus, Qt.Key.Key_0):
        logistic.key(key)
    QTest.mouseMove(logistic.canvas, QPoint(200, 90))
    assert logistic.model.pointed is None


@pytest.mark.parametrize("project", [mixed, branched, wide], ids=["mixed", "branched", "wide"])
def test_every_stage_of_every_kind_of_layer_is_painted(
    open_view: Open, project: Callable[[], Project]
) -> None:
    shown = open_view(project(), (890, 400))
    assert shown.model.walk is not None
    for stage in range(len(shown.model.walk.stages)):
        shown.model.go(stage)
        for q in shown.model.current.results[-1:]:  # type: ignore[union-attr]
            shown.model.hover(Place(q.key, 0, 0))
        shown.picture()
        assert shown.canvas.reading is not None
        assert shown.canvas.reading.stage == stage


@pytest.mark.parametrize("size", [(150, 200), (1400, 700)])
@pytest.mark.parametrize("percent", [80, 250])
def test_any_size_and_text_zoom(open_view: Open, size: tuple[int, int], percent: int) -> None:
    theme().set_text_zoom(percent)
    shown = open_view(wide(), size)
    shown.go("update:dense 2")
    picture = shown.picture()
    assert picture.width() > 0
    for spot in list(shown.layout.rects)[::7]:
        assert shown.canvas.rect().contains(shown.at(spot))
    theme().set_mode("dark")
    assert shown.picture() != picture


# ---- large layers ----


def test_a_chosen_unit_of_a_large_layer_comes_into_view(open_view: Open) -> None:
    shown = open_view(wide(), (890, 400))
    assert 60 not in shown.layout.shown[2]
    shown.model.select(Place("dense 2:W", 50, 60))
    assert 50 in shown.layout.shown[1]
    assert 60 in shown.layout.shown[2]
    shown.point(Weight(2, 50, 60))
    assert shown.model.pointed == Place("dense 2:W", 50, 60)


def test_nearer_shows_more_units_and_can_be_dragged(open_view: Open) -> None:
    shown = open_view(wide(), (890, 400))
    before = len(shown.layout.shown[1])
    at = QPointF(shown.canvas.rect().center())
    for _ in range(9):
        wheel = QWheelEvent(
            at,
            shown.canvas.mapToGlobal(at),
            QPoint(),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.ControlModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(shown.canvas, wheel)
    assert len(shown.layout.shown[1]) > before
    pan = QPointF(shown.canvas.pan)
    assert pan.x() > 0
    middle = QPoint(300, 150)  # most likely on a line: the middle button takes hold anywhere
    QTest.mousePress(shown.canvas, Qt.MouseButton.MiddleButton, pos=middle)
    QTest.mouseMove(shown.canvas, middle + QPoint(0, 60))
    QTest.mouseRelease(shown.canvas, Qt.MouseButton.MiddleButton, pos=middle + QPoint(0, 60))
    assert shown.canvas.pan.y() == pytest.approx(pan.y() - 60)
    assert shown.model.place is None
    shown.key(Qt.Key.Key_0)
    assert shown.canvas.pan == QPointF()
    assert len(shown.layout.shown[1]) == before


def test_dragging_lets_nothing_go(open_view: Open) -> None:
    shown = open_view(read(EXAMPLES / "xor.json"))
    shown.click(Spot(1, 1))
    chosen = shown.model.place
    assert chosen is not None
    QTest.mousePress(shown.canvas, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    QTest.mouseMove(shown.canvas, QPoint(90, 5))
    QTest.mouseRelease(shown.canvas, Qt.MouseButton.LeftButton, pos=QPoint(90, 5))
    assert shown.model.place == chosen


# ---- keys ----


def test_arrows_and_return(logistic: Shown) -> None:
    logistic.go("forward:sigmoid 2")
    logistic.canvas.setFocus()
    logistic.key(Qt.Key.Key_Right)
    assert logistic.canvas.spot == Spot(0, 0)
    assert logistic.canvas.accessibleDescription() == "x₁ in data, 1, row 1 of the training set"
    logistic.key(Qt.Key.Key_Right)
    logistic.key(Qt.Key.Key_Down)
    assert logistic.canvas.spot is not None
    assert logistic.canvas.spot.column == 1
    assert logistic.model.pointed == Place("sigmoid 1:output", 0, logistic.canvas.spot.unit)
    logistic.key(Qt.Key.Key_Return)
    assert logistic.model.place == logistic.model.pointed
    description = logistic.canvas.accessibleDescription()
    logistic.go("backward:sigmoid 1")
    assert "error" in logistic.canvas.accessibleDescription()
    assert logistic.canvas.accessibleDescription().startswith(description)
    logistic.key(Qt.Key.Key_Escape)
    assert logistic.model.place is None


def test_the_keys_ring_is_seen_only_with_the_focus(logistic: Shown) -> None:
    logistic.canvas.setFocus()
    logistic.key(Qt.Key.Key_Right)
    ringed = logistic.picture()
    logistic.view.sample.setFocus()
    assert logistic.model.pointed is None
    assert logistic.picture() != ringed


def test_names(logistic: Shown) -> None:
    assert logistic.view.objectName() == "step.diagram"
    assert logistic.canvas.accessibleName()
    assert logistic.view.sample.accessibleName()
    assert logistic.view.sample.objectName() == "step.diagram.sample"


def test_weights_that_are_no_numbers_are_drawn_all_the_same(open_view: Open) -> None:
    shown = open_view(read(EXAMPLES / "relu_2_2_1.json"))
    assert shown.model.walk is not None
    shown.model.walk.params["hidden"]["W"].values[0, 0] = np.nan
    shown.model.walk.params["hidden"]["W"].values[1, 0] = np.inf
    shown.go("forward:hidden")
    shown.picture()
    assert "NaN" in shown.canvas.explained(Weight(1, 0, 0))


def written(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The words on the lines of the drawing, in the order of painting."""
    words: list[str] = []
    monkeypatch.setattr(
        Painter, "label", lambda _self, _painter, _at, text, **_how: words.append(text)
    )
    shown.canvas.ground = None
    shown.picture()
    return words


def test_the_update_is_written_on_the_lines(
    logistic: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    """-0.1 * 0.0067266 = -0.00067 and so on; h₂ is saturated, and its weights stay."""
    logistic.go("update:hidden")
    words = ["Δ -0.00067", "Δ 0", "Δ -0.00057", "Δ +0.000109", "Δ 0", "Δ -0.00276"]
    assert written(logistic, monkeypatch) == words


def test_of_many_changes_the_largest_are_written(
    open_view: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = open_view(read(EXAMPLES / "classes.json"))
    shown.go("update:output")
    words = written(shown, monkeypatch)
    assert 2 <= len(words) <= 6
    reading = shown.canvas.reading
    assert reading is not None
    changes = reading.changes(2)
    assert changes is not None
    visible = changes[shown.layout.shown[1]][:, shown.layout.shown[2]]
    largest = float(visible.flat[np.abs(visible).argmax()])
    assert float(words[0].removeprefix("Δ ")) == pytest.approx(largest, rel=0.06)


def test_what_an_exercise_asks_for_is_not_to_be_read_here(
    logistic: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = logistic.model
    logistic.go("forward:sigmoid 1")
    plain = logistic.picture()
    model.begin_exercise(seed=3, each=30, phases=("forward", "backward", "update"))
    assert model.exercise is not None
    assert logistic.picture() != plain
    asked = next(q for q in model.exercise.questions if q.place.key == "sigmoid 1:output")
    model.look_at_sample(asked.place.row)
    reading = logistic.canvas.reading
    assert reading is not None
    spot = Spot(1, asked.place.column)
    assert reading.value_words(spot) == "?"
    assert ", ?, before the activation" in logistic.canvas.explained(spot)
    assert logistic.model.answer(asked, f"{asked.answer:.10g}") is not None
    found = logistic.canvas.reading
    assert found is not None
    assert found.value_words(spot) != "?"
    logistic.go("parameters:output")
    assert "?" in written(logistic, monkeypatch)
    model.end_exercise()
    assert "?" not in written(logistic, monkeypatch)
