"""The computational graph in its view: numbers, stages, folding, by real mouse and keys."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from engine.test_walk import drawn_walk
from helpers import EXAMPLES
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from ui.step.step_helpers import Walked, walked

from netbuilder.engine.algebra.expression import Place
from netbuilder.engine.computation import Computation
from netbuilder.engine.computation_graph import Edge, Node
from netbuilder.project.files import read
from netbuilder.ui.step.graph_view import LEVELS, GraphView
from netbuilder.ui.step.graph_words import GraphWords
from netbuilder.ui.step.model import StepModel
from netbuilder.ui.theme import theme

LEFT = Qt.MouseButton.LeftButton


class Hand:
    """The view on an example, and a hand that clicks into it."""

    def __init__(self, qtbot: QtBot, example: str | Path, stage: int = -1) -> None:
        self.qtbot = qtbot
        path = EXAMPLES / f"{example}.json" if isinstance(example, str) else example
        self.walked: Walked = walked(read(path))
        self.model = self.walked.model
        assert self.model.walk is not None
        self.model.go(stage % len(self.model.walk.stages))
        self.view = GraphView(self.model)
        qtbot.addWidget(self.view)
        self.view.resize(1200, 600)
        self.view.show()
        self.canvas = self.view.canvas

    def node(self, text: str) -> Node:
        return next(n for n in self.view.graph.nodes.values() if n.text == text)

    def texts(self, kind: str = "operation") -> list[str]:
        return [n.text for n in self.view.graph.nodes.values() if n.kind == kind]

    def into(self, key: str) -> list[Edge]:
        return [edge for edge in self.view.graph.edges if edge.target == key]

    def at(self, key: str) -> QPoint:
        self.canvas.fit()
        return self.canvas.mapFromScene(self.canvas.item.rects[key].center())

    def click(self, text: str) -> None:
        at = self.at(self.node(text).key)
        self.qtbot.mouseClick(self.canvas.viewport(), LEFT, pos=at)

    def hover(self, at: QPoint) -> None:
        self.qtbot.mouseMove(self.canvas.viewport(), at)
        QApplication.processEvents()

    def words(self, text: str) -> str:
        return self.canvas.words_at(QPointF(self.at(self.node(text).key)))


@pytest.fixture
def logistic(qtbot: QtBot) -> Iterator[Hand]:
    hand = Hand(qtbot, "logistic_2_3_1")
    yield hand
    theme().set_text_zoom(100)


def test_sigma_of_the_first_hidden_unit_above_and_below_its_edge(logistic: Hand) -> None:
    """Sample 1: z = 1 · 1 + 2 · (-1) + 4 = 3, σ(3) = 0.952574. Back comes dJ/dh = 2 · dJ/dz²
    = 2 · (0.89074 - 1) / 4 = -0.0546299, and in front of σ -0.0546299 · 0.952574 · 0.047426
    = -0.002468."""
    logistic.view.set_level("numbers")
    z, h = logistic.node("z¹₁₁"), logistic.node("h¹₁₁")
    (before,) = [edge for edge in logistic.view.graph.edges if edge.source == z.key]
    (behind,) = logistic.into(h.key)
    assert before.target == behind.source
    assert logistic.view.graph.nodes[before.target].text == "σ"
    assert before.grad is not None
    assert behind.grad is not None
    assert before.value[0, 0] == 3.0
    assert behind.value[0, 0] == pytest.approx(0.952574, abs=5e-7)
    assert behind.grad[0, 0] == pytest.approx(2 * (0.89074 - 1) / 4, abs=1e-6)
    assert before.grad[0, 0] == pytest.approx(-0.002468, abs=5e-7)
    words = logistic.canvas.words_at(QPointF(logistic.at(before.target)))
    assert "σ(3) = 0.952574" in words
    assert "to z¹₁₁: −0.0546299 · 0.0451767 = −0.002468" in words


def test_gradients_appear_as_the_stages_go(logistic: Hand) -> None:
    """Forwards nothing comes back; after dJ/dŶ the loss has its gradients, and Dense 1 not yet."""
    model, item = logistic.model, logistic.canvas.item

    def known() -> set[str]:
        return {
            edge.source.partition(":")[0]
            for edge in logistic.view.graph.edges
            if edge.grad_stage is not None and edge.grad_stage <= item.stage
        }

    model.go(5)
    assert known() == set()
    model.go(6)
    assert known() == {"loss", "sigmoid 2"}
    assert "not known yet" in logistic.words("Z²")
    model.go(7)
    assert "output" in known()
    assert "∂J/∂Z²" in logistic.words("Z²")
    model.go(1)
    assert "not computed yet" in logistic.words("H¹")


def test_a_click_on_an_operation_unfolds_it_and_one_more_folds_it(logistic: Hand) -> None:
    logistic.click("σ")
    assert {"−x", "exp", "+ 1", "1/x"} <= set(logistic.texts())
    assert logistic.texts().count("σ") == 1
    logistic.click("exp")
    assert logistic.texts().count("σ") == 2
    assert "exp" not in logistic.texts()
    logistic.click("⊙")  # nothing more in it: the loss folds
    assert "BCE" in logistic.texts()
    assert "log" not in logistic.texts()
    logistic.click("BCE")
    assert "log" in logistic.texts()


def test_what_is_folded_stays_so_from_step_to_step(logistic: Hand, qtbot: QtBot) -> None:
    logistic.click("⊙")
    logistic.click("σ")
    folded, j = logistic.texts(), logistic.node("J").value[0, 0]
    model = logistic.model
    assert model.walk is not None
    model.go(len(model.walk.stages) - 1)
    model.next()
    assert (model.step, model.stage) == (1, 0)
    assert logistic.texts() == folded
    assert logistic.node("J").value[0, 0] < j
    places = dict(logistic.canvas.item.rects)
    model.go(4)
    assert logistic.canvas.item.rects == places, "nothing moves while one goes through the stages"


def test_levels_and_the_buttons(logistic: Hand, qtbot: QtBot) -> None:
    qtbot.mouseClick(logistic.view.level.button("layers"), LEFT)
    assert logistic.texts() == ["Dense", "Sigmoid", "Dense", "Sigmoid", "BCE"]
    qtbot.mouseClick(logistic.view.unfold, LEFT)
    assert "σ" in logistic.texts()
    qtbot.mouseClick(logistic.view.unfold, LEFT)
    assert "exp" in logistic.texts()
    qtbot.mouseClick(logistic.view.fold, LEFT)
    assert logistic.texts() == ["Dense", "Sigmoid", "Dense", "Sigmoid", "BCE"]
    qtbot.mouseClick(logistic.view.level.button("numbers"), LEFT)
    assert logistic.view.sample.isVisible()
    assert "w¹₂₃" in logistic.texts("value")
    qtbot.mouseClick(logistic.view.fold, LEFT)
    assert logistic.texts().count("Dense") == 4, "three hidden neurons and one"


def test_keys_walk_unfold_fold_and_choose(logistic: Hand, qtbot: QtBot) -> None:
    canvas = logistic.canvas
    canvas.setFocus()
    qtbot.keyClick(canvas, Qt.Key.Key_Home)
    assert canvas.focused is not None
    assert canvas.focused.text in ("X", "W¹")
    while canvas.focused.text != "Z¹":
        qtbot.keyClick(canvas, Qt.Key.Key_Right)
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert canvas.focused.text == "σ"
    assert "slope at this place" in canvas.accessibleDescription()
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.focused.within
    assert "exp" in logistic.texts()
    qtbot.keyClick(canvas, Qt.Key.Key_Minus)
    assert canvas.focused.text == "σ"
    qtbot.keyClick(canvas, Qt.Key.Key_Minus)
    assert canvas.focused.text == "Sigmoid"
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert canvas.focused.text == "σ"
    qtbot.keyClick(canvas, Qt.Key.Key_End)
    assert canvas.focused.text == "J"
    qtbot.keyClick(canvas, Qt.Key.Key_Enter)
    assert logistic.model.place == Place("loss:J", 0, 0)


def test_a_click_on_a_number_chooses_it_and_hovering_links(logistic: Hand) -> None:
    logistic.view.set_level("numbers")
    logistic.click("w¹₁₃")
    assert logistic.model.place == Place("hidden:W", 0, 2)
    z = logistic.node("z¹₁₃")
    logistic.hover(logistic.at(z.key))
    place = Place("hidden:output", 0, 2)
    logistic.qtbot.waitUntil(lambda: logistic.model.pointed == place)
    marks = logistic.canvas.item.marks
    assert logistic.node("w¹₁₃").key in marks.sources
    assert marks.targets == {logistic.node("h¹₁₃").key}
    logistic.hover(QPoint(2, 2))
    logistic.qtbot.waitUntil(lambda: logistic.model.pointed is None)
    # And from elsewhere to here: a gradient stands at its quantity.
    logistic.model.hover(Place("hidden:output gradient", 0, 2))
    assert marks.pointed == z.key
    logistic.model.hover(None)
    assert marks.pointed == ""


def test_the_sample_of_a_chosen_number_is_drawn(logistic: Hand, qtbot: QtBot) -> None:
    """Sample 3 is (3, 1): z¹₁ = 3 - 1 + 4 = 6."""
    logistic.view.set_level("numbers")
    logistic.model.select(Place("hidden:output", 2, 0))
    assert logistic.view.sample.value() == 3
    assert logistic.node("z¹₃₁").value[0, 0] == 6.0
    assert logistic.canvas.item.marks.chosen == logistic.node("z¹₃₁").key
    logistic.view.sample.committed.emit(1)
    assert logistic.node("z¹₁₁").value[0, 0] == 3.0


def test_wheel_zooms_dragging_pans_and_f_shows_all(logistic: Hand, qtbot: QtBot) -> None:
    canvas = logistic.canvas
    canvas.fit()
    fitted, port = canvas.zoom, canvas.viewport()
    middle = QPointF(port.rect().center())
    wheel = QWheelEvent(
        middle,
        port.mapToGlobal(middle),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(port, wheel)
    canvas.settle()
    assert canvas.zoom > 1.3 * fitted
    before = canvas.mapToScene(port.rect().center())
    start = port.rect().center() + QPoint(0, 150)
    qtbot.mousePress(port, LEFT, pos=start)
    qtbot.mouseMove(port, start + QPoint(40, -30))
    qtbot.mouseMove(port, start + QPoint(80, -60))
    qtbot.mouseRelease(port, LEFT, pos=start + QPoint(80, -60))
    moved = canvas.mapToScene(port.rect().center()) - before
    assert moved.x() * canvas.transform().m11() == pytest.approx(-80, abs=3)
    qtbot.keyClick(canvas, Qt.Key.Key_F)
    assert canvas.zoom == pytest.approx(fitted)


def test_a_large_network_shows_one_neuron_and_says_why(qtbot: QtBot) -> None:
    hand = Hand(qtbot, "spiral", 2)
    hand.view.set_level("numbers")
    assert "only the neuron" in hand.view.note.text()
    assert hand.view.note.isVisible()
    assert len(hand.view.graph.nodes) < 100
    assert hand.model.walk is not None
    first = next(iter(hand.model.walk.params))
    hand.model.select(Place(f"{first}:W", 0, 5))
    assert hand.model.walk.params[first]["W"].at(0, 5).symbol.text() in hand.texts("value")  # type: ignore[attr-defined]
    hand.view.set_level("layers")
    assert not hand.view.note.isVisible()


def test_softmax_is_one_operation_with_several_results(qtbot: QtBot) -> None:
    hand = Hand(qtbot, "classes")
    hand.view.set_level("numbers")
    soft = hand.node("softmax")
    results = [edge for edge in hand.view.graph.edges if edge.source == soft.key]
    assert len(results) == len(hand.into(soft.key)) == 4
    assert sum(float(edge.value[0, 0]) for edge in results) == pytest.approx(1.0)
    hand.click("softmax")
    assert "softmax" not in hand.texts()
    assert hand.texts().count("exp") >= 4


def test_nothing_to_step_through(qtbot: QtBot) -> None:
    hand = Hand(qtbot, "xor")
    hand.walked.trainer = None
    hand.model.why = "There is no run yet."
    hand.model.refresh()
    assert hand.view.note.text() == "There is no run yet."
    assert not hand.canvas.isVisible()
    assert not hand.view.fold.isEnabled()


def test_it_answers_at_once_on_64_units_and_100_samples(qtbot: QtBot, tmp_path: Path) -> None:
    """2-64-64-1 with a batch of 100. The best of five in time of the processor: what else the
    machine does is not measured. The budget is that of the issue."""
    data = json.loads((EXAMPLES / "spiral.json").read_text(encoding="utf-8"))
    for node in data["nodes"]:
        if node.get("units", 1) > 1:
            node["units"] = 64
    data["weights"] = {}
    data["training"]["batch_size"] = 100
    large = tmp_path / "large.json"
    large.write_text(json.dumps(data), encoding="utf-8")
    hand = Hand(qtbot, large)
    assert hand.model.walk is not None
    assert hand.model.walk.m == 100
    for level in ("layers", "operations", "numbers"):
        hand.view.set_level(level)
        steps, stages = [], []
        for _ in range(5):
            start = time.process_time()
            hand.view._renew()
            hand.view.grab()
            steps.append(time.process_time() - start)
            start = time.process_time()
            hand.model.go((hand.model.stage + 1) % len(hand.model.walk.stages))
            hand.view.grab()
            stages.append(time.process_time() - start)
        assert min(steps) < 0.1, level
        assert min(stages) < 0.1, level


def test_every_size_of_text_and_both_looks_are_drawn(logistic: Hand) -> None:
    view = logistic.view
    for mode in ("dark", "light"):
        theme().set_mode(mode)
        for zoom in (80, 150):
            theme().set_text_zoom(zoom)
            image = view.grab().toImage()
            grey = np.array(
                [
                    image.pixelColor(x, y).lightness()
                    for x in range(0, image.width(), 7)
                    for y in range(0, image.height(), 7)
                ]
            )
            assert (grey > 128).mean() > 0.5 if mode == "light" else (grey < 128).mean() > 0.5
            assert grey.std() > 2.0, "something is drawn"
    theme().set_mode("system")


@pytest.mark.parametrize("first", range(0, 30, 10))
def test_every_operation_of_random_networks_says_its_rule(qtbot: QtBot, first: int) -> None:
    """At each level and stage: no words of Python, no number that is missing, nothing raised."""
    model = StepModel(lambda: None)
    view = GraphView(model)
    qtbot.addWidget(view)
    view.resize(900, 500)
    view.show()
    for seed in range(first, first + 10):
        _, model.walk, _ = drawn_walk(seed)
        model.stage = len(model.walk.stages) - 1
        model.walk_changed.emit()
        for level in LEVELS:
            view.set_level(level)
            for _ in range(2):
                words = GraphWords(Computation(model.walk), 6)
                for node in view.graph.nodes.values():
                    for stage in (0, model.stage):
                        told = words.node(node, view.graph, stage)
                        assert told.strip(), (seed, node.key)
                        assert "<" not in told.replace(" < ", "").replace("x <", ""), told
                        assert "object at" not in told
                    if node.kind == "operation" and node.part is not None and node.grad is not None:
                        assert "Backwards" in words.node(node, view.graph, model.stage)
                for edge in view.graph.edges:
                    assert words.edge(edge, view.graph, model.stage)
                assert not view.grab().isNull()
                view.unfold_all()
