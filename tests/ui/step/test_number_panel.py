"""The panel of one number: factors, update, nudge and paths, by mouse and keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from helpers import EXAMPLES, chain, chained, targets_for
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot
from ui.step.step_helpers import Walked, walked

from netbuilder.data.sets.xor import Xor
from netbuilder.declare import registry
from netbuilder.engine import story
from netbuilder.engine.activations.relu import ReLU
from netbuilder.engine.activations.sigmoid import Sigmoid
from netbuilder.engine.activations.tanh import Tanh
from netbuilder.engine.algebra.expression import Place
from netbuilder.engine.algebra.write import UNKNOWN
from netbuilder.engine.clippings.by_global_norm import ByGlobalNorm
from netbuilder.engine.clippings.no_clipping import NoClipping
from netbuilder.engine.initializers.constant import Constant
from netbuilder.engine.layers.batch_norm import BatchNorm
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.layers.dropout import Dropout
from netbuilder.engine.layers.maxout import Maxout
from netbuilder.engine.loss import Loss
from netbuilder.engine.losses.binary_cross_entropy import BinaryCrossEntropy
from netbuilder.engine.losses.mean_squared_error import MeanSquaredError
from netbuilder.engine.operation import Builder, Kernel, Operation, ParameterSpec, Ports
from netbuilder.engine.optimizers.adam import Adam
from netbuilder.engine.settings import Training
from netbuilder.engine.update import Update
from netbuilder.engine.walk import Walk
from netbuilder.project.files import read
from netbuilder.project.model import Project
from netbuilder.ui.step.factor_table import shortest
from netbuilder.ui.step.matrix_model import PLACE, VALUE
from netbuilder.ui.step.model import StepModel
from netbuilder.ui.step.number_panel import NumberPanel
from netbuilder.ui.step.number_words import title
from netbuilder.ui.theme import theme

W13 = Place("hidden:d W", 0, 2)
Shown = tuple[Walked, StepModel, NumberPanel]


def network(*inner: Operation, units: int = 4, batch: int = 5) -> Project:
    return chained(
        Dense(units=units), *inner, Dense(units=1), Sigmoid(), BinaryCrossEntropy(),
        dataset=Xor(samples=40),
        training=Training(
            optimizer=Adam(weight_decay=0.01), clipping=ByGlobalNorm(limit=0.1), batch_size=batch
        ),
    )  # fmt: skip


def shown(qtbot: QtBot, project: Project) -> Shown:
    theme().set_text_zoom(100)
    walk = walked(project)
    panel = NumberPanel(walk.model)
    qtbot.addWidget(panel)
    panel.resize(290, 900)
    panel.show()
    qtbot.waitExposed(panel)
    return walk, walk.model, panel


@pytest.fixture
def lectures(qtbot: QtBot) -> Iterator[Shown]:
    found = shown(qtbot, read(EXAMPLES / "logistic_2_3_1.json"))
    found[1].select(W13)
    qtbot.waitUntil(lambda: found[2].nudge.checked is not None and bool(found[2].paths.shown))
    yield found
    found[1].select(None)


def cell(panel: NumberPanel, row: int, column: int) -> QPoint:
    table = panel.weight.table
    return table.visualRect(table.factors.index(row, column)).center()


# ---- what it says --------------------------------------------------------------------------------


def test_without_a_number_it_tells_what_to_do(qtbot: QtBot) -> None:
    _, model, panel = shown(qtbot, read(EXAMPLES / "xor.json"))
    assert panel.subtitle.text().startswith("Click a number, a neuron or a line")
    for part in (panel.weight, panel.neuron, panel.nudge, panel.paths):
        assert part.isHidden()
    walk, model.walk = model.walk, None
    model.why = "There is no run."
    model.selected.emit(None)
    assert panel.subtitle.text() == "There is no run."
    model.walk = walk


def test_the_lectures_weight(lectures: Shown) -> None:
    """The sketch: four products, 0.00565382 in all, -2 - 0.1 * 0.00565382 = -2.00057."""
    _, _, panel = lectures
    assert panel.title.text() == "Weight x₁ → h₃"
    assert panel.subtitle.text() == "w¹₁₃ = -2, in hidden"
    table = panel.weight.table.factors
    head = [table.headerData(c, Qt.Orientation.Horizontal) for c in range(table.columnCount())]
    assert head == ["x₁", "∂J/∂h¹₃", "σ′(z¹₃)", "product"]
    rows = [[table.text(r, c) for c in range(4)] for r in range(table.rowCount())]
    assert rows == [
        ["1", "0.08194", "0.1966", "0.01611"],
        ["2", "-0.7133", "0.006648", "-0.009484"],
        ["3", "-0.7142", "0.0009102", "-0.00195"],
        ["4", "0.03672", "0.006648", "0.0009765"],
    ]
    products = [table.index(r, 3).data(VALUE) for r in range(4)]
    assert f"{sum(products):.6g}" == "0.00565382"
    place = table.index(1, 1).data(PLACE)
    assert (place.key.split(":")[1], place.row, place.column) == ("output gradient", 1, 2)
    assert panel.weight.sum.text() == "0.00565382"
    assert panel.weight.update_rows.texts() == [
        "w¹₁₃ ← w¹₁₃ - η · ∂J/∂w¹₁₃ = -2 - 0.1 · 0.00565382 = -2.00057"
    ]


def test_weight_gradient_and_new_weight_tell_one_story(lectures: Shown) -> None:
    _, model, panel = lectures
    for name in ("W", "new W"):
        model.select(Place(f"hidden:{name}", 0, 2))
        assert panel.title.text() == "Weight x₁ → h₃"
        assert panel.weight.sum.text() == "0.00565382"
    model.select(Place("hidden:d b", 0, 1))
    assert panel.title.text() == "Bias of h₂"
    assert panel.weight.table.factors.columnCount() == 3


def test_a_neuron_with_its_numbers(lectures: Shown) -> None:
    """z = 1 * (-2) + 2 * 2 - 3 = -1, h = 1 / (1 + e) = 0.268941."""
    _, model, panel = lectures
    assert model.walk is not None
    sigmoid = model.walk.network.vertices[2].id
    model.select(Place(f"{sigmoid}:output", 0, 2))
    assert panel.title.text() == "Neuron h₃"
    assert panel.neuron.rows.texts() == [
        "z¹₁₃ = x₁₁ · w¹₁₃ + x₁₂ · w¹₂₃ + b¹₃ = 1 · (-2) + 2 · 2 + (-3) = -1",
        "h¹₁₃ = σ(z¹₁₃) = σ(-1) = 1 / (1 + exp(-(-1))) = 0.268941",
    ]
    assert panel.weight.isHidden()
    assert panel.nudge.isHidden()
    model.select(Place("hidden:output", 0, 2))
    assert panel.neuron.following.texts() == [
        "h¹₁₃ = σ(z¹₁₃) = σ(-1) = 1 / (1 + exp(-(-1))) = 0.268941"
    ]


def test_the_loss_term_by_term_and_given_numbers(lectures: Shown) -> None:
    _, model, panel = lectures
    model.select(Place("loss:J", 0, 0))
    assert panel.title.text() == "Loss J"
    assert panel.neuron.terms.text().count("<tr>") == 4
    model.select(Place("data:output", 2, 1))
    assert panel.title.text() == "Input x₂"
    assert "row 3 of the training set" in panel.subtitle.text()
    assert panel.neuron.given.text() == "It is given by the data."


def test_a_long_sum_is_shown_in_part_until_it_is_asked_for(qtbot: QtBot) -> None:
    _, model, panel = shown(qtbot, network(ReLU(), units=30))
    model.select(Place("dense 2:output", 1, 0))
    assert panel.neuron.terms.text().count("<tr>") == 8
    assert panel.neuron.more.text() == "Show all 31 terms"
    qtbot.mouseClick(panel.neuron.more, Qt.MouseButton.LeftButton)
    assert panel.neuron.terms.text().count("<tr>") == 31
    assert panel.neuron.more.isHidden()


def test_digits_are_those_of_the_workspace(lectures: Shown) -> None:
    _, model, panel = lectures
    model.set_digits(9)
    assert panel.weight.sum.text() == "0.00565382087"
    assert panel.weight.table.factors.text(0, 1) == "0.08194487"


def test_what_an_exercise_asks_for_is_not_told(lectures: Shown, qtbot: QtBot) -> None:
    _, model, panel = lectures
    assert model.walk is not None
    model.walk.grads["hidden"]["W"].values[0, 2] = UNKNOWN
    model.walk.outputs["hidden"].values[0, 2] = UNKNOWN
    model.select(Place("hidden:W", 0, 2))
    assert panel.weight.sum.text() == "?"
    assert panel.weight.table.isHidden()
    assert panel.weight.formula.isVisible(), "how it is found may be seen"
    assert panel.nudge.isHidden()
    QTest.qWait(20)
    assert panel.nudge.found is None or not panel.nudge.isVisible()
    model.select(Place("hidden:output", 0, 2))
    assert panel.neuron.rows.texts() == [
        "z¹₁₃ = x₁₁ · w¹₁₃ + x₁₂ · w¹₂₃ + b¹₃ = 1 · (-2) + 2 · 2 + (-3) = ?"
    ]
    assert "= ?" in panel.subtitle.text()


def test_the_number_under_the_pointer_stands_in_the_head(lectures: Shown) -> None:
    _, model, panel = lectures
    model.hover(Place("hidden:output", 0, 2))
    assert panel.pointed.text() == "pointed at: z¹₁₃ = -1"
    model.hover(None)
    assert panel.pointed.text() == ""


def test_the_update_shows_clipping_decay_and_the_optimizers_memory(qtbot: QtBot) -> None:
    _, model, panel = shown(qtbot, network(ReLU()))
    model.select(Place("dense:W", 1, 2))
    names = [t.split(" ")[0] for t in panel.weight.update_rows.texts()]
    assert names == ["norm", "g¹W,₂₃", "g̃¹W,₂₃", "m¹W,₂₃", "m̂¹W,₂₃", "v¹W,₂₃", "v̂¹W,₂₃", "w¹₂₃"]
    model.select(Place("dense:W m hat", 1, 2))
    assert panel.title.text() == "Weight x₂ → h₃"
    assert panel.subtitle.text().startswith("m̂¹W,₂₃ = ")
    assert ", for w¹₂₃ = " in panel.subtitle.text()


def test_every_quantity_of_every_layer_has_a_name(qtbot: QtBot) -> None:
    _, model, panel = shown(
        qtbot, network(BatchNorm(), ReLU(), Dropout(rate=0.3), Maxout(units=3, pieces=2))
    )
    assert model.walk is not None
    for key, q in model.walk.quantities.items():
        model.select(Place(key, 0, q.shape[1] - 1))
        words = panel.title.text()
        assert words
        assert words != "A number on the way", key
        assert "{" not in words + panel.subtitle.text(), key
        told = panel.neuron.rows.texts() if panel.weight.isHidden() else []
        assert told or panel.weight.isVisible() or not panel.neuron.given.isHidden(), key
    model.select(Place("maxout:W", 0, 4))
    assert panel.title.text() == "Weight d₁ → h₂, piece 2"
    model.select(Place("batchnorm:gamma", 0, 1))
    assert panel.title.text() == "Scale γ of h₂"
    model.select(Place("batchnorm:output", 1, 0))
    assert [t.split(" ")[0] for t in panel.neuron.rows.texts()] == ["μ¹₁", "σ¹₁²", "z̃¹₂₁", "n¹₂₁"]


def test_a_frozen_weight_says_so(qtbot: QtBot) -> None:
    _, model, panel = shown(qtbot, network(ReLU(), Dense(units=3, trainable=False), ReLU()))
    model.select(Place("dense 2:W", 0, 0))
    assert panel.subtitle.text().endswith("frozen, it is not trained")
    assert panel.weight.note.text() == "Frozen: it has no gradient and is not updated."
    assert panel.weight.note.isVisible()
    assert panel.weight.table.isHidden()
    assert panel.nudge.isHidden()
    qtbot.waitUntil(lambda: panel.paths.count.text() == "3 paths" or bool(panel.paths.shown))


class Stretch(Operation, frozen=True):
    """A layer with one learned factor that does not write itself down, as a plugin may come."""

    title = "Stretch"

    def parameters(self, inputs: Sequence[int]) -> dict[str, ParameterSpec]:
        return {"W": ParameterSpec((1, inputs[0]), Constant(2.0), decays=False)}

    def kernel(self, build: Builder, ports: Ports) -> Kernel:
        x, y, w = ports.inputs[0].value, ports.output.value, ports.params["W"].reshape(-1, 1)
        kernel = Kernel([build.bind(np.multiply, x, w, y)])
        if ports.output_grad is None:
            return kernel
        product = build.empty(*y.shape)
        kernel.backward = [
            build.bind(np.multiply, x, ports.output_grad, product),
            build.bind(np.add.reduce, product, axis=1, out=ports.grads["W"].reshape(-1)),
        ]
        if ports.input_grads[0] is not None:
            kernel.backward.append(
                build.bind(np.multiply, ports.output_grad, w, ports.input_grads[0])
            )
        return kernel


def test_a_layer_that_does_not_explain_itself_is_still_checked(qtbot: QtBot) -> None:
    made = chain(Dense(units=3), Stretch(), Dense(units=1), MeanSquaredError())
    x = np.random.default_rng(1).normal(size=(4, 2))
    walk = Walk(made, x, targets_for(made.loss, 4, 1), Update(made, Adam(), NoClipping()))
    _, model, panel = shown(qtbot, network(ReLU()))
    model.walk = walk
    model.select(Place("1:W", 0, 2))
    assert "does not say how its gradient comes about" in panel.weight.note.text()
    qtbot.waitUntil(lambda: panel.nudge.checked is not None)
    assert panel.nudge.numbers()["gradient check"].startswith("✓")
    qtbot.waitUntil(lambda: bool(panel.paths.shown))
    assert "cannot be told apart" in panel.paths.total.text()
    model.select(Place("1:output", 0, 2))
    assert panel.title.text() == "Neuron u₃"


LOSSES = [c for c in registry(Operation).values() if issubclass(c, Loss)]


def test_who_won_and_who_was_dropped(qtbot: QtBot) -> None:
    _, model, panel = shown(qtbot, network(Dropout(rate=0.5), Maxout(units=3, pieces=2)))
    assert model.walk is not None
    mask = model.walk.quantities["dropout:mask"].values
    for row, column in np.ndindex(*mask.shape):
        model.select(Place("dropout:output", row, column))
        dropped = panel.neuron.given.text().startswith("Dropped")
        assert dropped == (mask[row, column] == 0.0)
    z = model.walk.quantities["maxout:Z"].values[2]
    model.select(Place("maxout:output", 2, 1))
    won = 1 if z[1] >= z[4] else 2
    assert panel.neuron.given.text() == f"Piece {won} of 2 won: it is the largest."


@pytest.mark.parametrize("kind", LOSSES, ids=lambda c: c.__name__)
def test_every_loss_has_names_for_what_it_computes(kind: type[Loss], qapp: object) -> None:
    loss = kind()
    last = [registry(Operation)[loss.after[0]]()] if loss.after else []
    made = chain(Dense(units=3), *last, loss)
    x = np.random.default_rng(1).normal(size=(4, 2))
    walk = Walk(made, x, targets_for(loss, 4, 3), Update(made, Adam(), NoClipping()))
    for key in walk.quantities:
        words = title(walk, story.subject(walk, Place(key, 0, 0)))
        assert words
        assert words != "A number on the way", key


# ---- hands ---------------------------------------------------------------------------------------


def test_pointing_at_a_factor_points_at_it_everywhere(lectures: Shown, qtbot: QtBot) -> None:
    _, model, panel = lectures
    table = panel.weight.table
    at = cell(panel, 2, 1)
    qtbot.mouseMove(table.viewport(), at)
    move = QMouseEvent(
        QMouseEvent.Type.MouseMove, QPointF(at), QPointF(table.viewport().mapToGlobal(at)),
        Qt.MouseButton.NoButton, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(table.viewport(), move)
    assert model.pointed == table.factors.place(2, 1)
    assert model.pointed is not None
    assert (model.pointed.row, model.pointed.column) == (2, 2)
    QApplication.sendEvent(table.viewport(), QEvent(QEvent.Type.Leave))
    assert model.pointed is None


def test_a_click_draws_the_sample_and_its_paths(lectures: Shown, qtbot: QtBot) -> None:
    _, model, panel = lectures
    assert [row.product.text() for row in panel.paths._rows] == ["0.01611"]
    with qtbot.waitSignal(model.sample_changed):
        qtbot.mouseClick(
            panel.weight.table.viewport(), Qt.MouseButton.LeftButton, pos=cell(panel, 3, 0)
        )
    assert model.sample_row == 3
    qtbot.waitUntil(lambda: panel.paths._rows[0].product.text() == "0.0009765")


def test_the_focus_alone_changes_no_sample(lectures: Shown, qtbot: QtBot) -> None:
    _, model, panel = lectures
    model.look_at_sample(2)
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    panel.weight.table.setFocus(Qt.FocusReason.TabFocusReason)
    assert panel.weight.table.currentIndex().isValid()
    assert model.sample_row == 2
    assert model.pointed is None


def test_return_chooses_a_factor(lectures: Shown, qtbot: QtBot) -> None:
    _, model, panel = lectures
    table = panel.weight.table
    table.setFocus()
    table.setCurrentIndex(table.factors.index(0, 0))
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert model.sample_row == 1
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert model.place == Place("data:output", 1, 0)
    assert panel.title.text() == "Input x₁"


def test_a_nudge_typed_in(lectures: Shown, qtbot: QtBot) -> None:
    """0.00565382 * 0.001 = 5.65382e-06, and ten times as much for 0.01."""
    _, _, panel = lectures
    numbers = panel.nudge.numbers()
    assert numbers["predicted ∂J/∂w · Δw"] == "5.654e-06"
    assert numbers["true J(w + Δw) − J(w)"] == "5.651e-06"
    assert numbers["difference"] == "-2.352e-09"
    assert numbers["gradient check"].startswith("✓ ")
    assert panel.nudge.verdict.text().endswith("They agree.")
    field = panel.nudge.change
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "0.01")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert panel.nudge.numbers()["predicted ∂J/∂w · Δw"] == "5.654e-05"
    qtbot.keyClick(field, Qt.Key.Key_Up)  # ten times as much
    assert panel.nudge.numbers()["predicted ∂J/∂w · Δw"] == "0.0005654"
    field.selectAll()
    qtbot.keyClicks(field, "much")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.property("invalid")
    assert panel.nudge.numbers()["predicted ∂J/∂w · Δw"] == "0.0005654"


def test_all_weights_are_checked(lectures: Shown, qtbot: QtBot) -> None:
    _, _, panel = lectures
    nudge = panel.nudge
    assert nudge.all.text() == "Check all 13"
    qtbot.mouseClick(nudge.all, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: nudge.sweep is not None and nudge.sweep.done)
    qtbot.waitUntil(lambda: nudge.result.text().startswith("✓ 13 of 13 agree."))
    assert nudge.stop.isHidden()
    assert nudge.sweep is not None
    assert nudge.sweep.error < 1e-8
    qtbot.mouseClick(nudge.layer, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: nudge.result.text().startswith("✓ 9 of 9 agree."))


def test_a_wrong_gradient_is_told(lectures: Shown, qtbot: QtBot) -> None:
    _, model, panel = lectures
    assert model.walk is not None
    model.walk.grads["hidden"]["W"].values[0, 2] *= 1.01
    model.select(Place("hidden:W", 0, 2))
    qtbot.waitUntil(lambda: panel.nudge.checked is not None)
    assert panel.nudge.numbers()["gradient check"] == "✗ 0.0099"
    assert "They do not agree" in panel.nudge.verdict.text()
    qtbot.mouseClick(panel.nudge.all, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.nudge.result.text().startswith("✗ 12 of 13 agree, 1 differ"))
    assert "at w¹₁₃" in panel.nudge.result.text()


def test_a_check_can_be_stopped_and_stops_when_nobody_looks(qtbot: QtBot) -> None:
    _, model, panel = shown(qtbot, network(ReLU(), units=40))
    nudge = panel.nudge
    model.select(Place("dense:W", 0, 0))
    qtbot.waitUntil(lambda: nudge.found is not None)
    nudge.all.click()
    qtbot.waitUntil(lambda: nudge.sweep is not None and len(nudge.sweep.checked) > 0)
    assert nudge.sweep is not None
    if not nudge.sweep.done:
        qtbot.mouseClick(nudge.stop, Qt.MouseButton.LeftButton)
        done = len(nudge.sweep.checked)
        QTest.qWait(50)
        assert len(nudge.sweep.checked) == done
    assert nudge.stop.isHidden()
    nudge.all.click()
    panel.hide()
    assert not nudge._piece.isActive()


def test_the_nudge_follows_the_next_step(lectures: Shown, qtbot: QtBot) -> None:
    _, model, panel = lectures
    first = panel.nudge.found
    assert first is not None
    model.go(len(model.walk.stages) - 1 if model.walk is not None else 0)
    model.next()
    qtbot.waitUntil(lambda: panel.nudge.found not in (None, first))
    assert model.walk is not None
    assert panel.nudge.found is not None
    assert panel.nudge.found.before == model.walk.trace.loss < first.before
    assert panel.subtitle.text() == "w¹₁₃ = -2.00057, in hidden"


def test_a_path_is_walked_along_and_its_names_lead_on(lectures: Shown, qtbot: QtBot) -> None:
    _, model, panel = lectures
    assert panel.paths.count.text() == "1 path"
    (row,) = [r for r in panel.paths._rows if r.isVisible()]
    assert row.words.accessibleName() == "w¹₁₃ → z¹₃ → h¹₃ → z²₁ → ŷ₁ → J: 0.01611"
    seen: list[Place | None] = []
    model.hovered.connect(seen.append)
    panel.paths._beat.setInterval(1)
    qtbot.mouseClick(row.play, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(seen) and seen[-1] is None)
    assert [p.key for p in seen[:-1] if p is not None] == [p.key for p in row.places]
    assert seen[-2] == Place("loss:J", 0, 0)
    # A click on the first name chooses the weight itself.
    qtbot.mouseClick(row.words, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    qtbot.waitUntil(lambda: model.place == Place("hidden:W", 0, 2))


def test_many_paths_are_counted_and_the_strongest_told(qtbot: QtBot) -> None:
    """A unit of 30, each of which reaches 20 units: 20 paths; 5 are told."""
    _, model, panel = shown(qtbot, network(ReLU(), Dense(units=20), ReLU(), units=30))
    model.select(Place("dense:W", 0, 3))
    qtbot.waitUntil(lambda: bool(panel.paths.shown))
    assert panel.paths.count.text() == "20 paths"
    assert "15 more" in panel.paths.total.text()
    assert len([r for r in panel.paths._rows if r.isVisible()]) == 5
    model.select(Place("dense:output", 0, 3))
    uses = panel.paths.uses
    qtbot.waitUntil(lambda: ">h¹₁₄<" in uses.text())
    # z of this unit goes into h, and into the slope f'(z) that the error goes back through.
    assert ">f′(z¹₁₄)<" in uses.text()
    assert uses.text().count("<a ") == 2


def test_links_are_legible_after_a_change_of_theme(lectures: Shown) -> None:
    _, _, panel = lectures
    for mode in ("dark", "light"):
        theme().set_mode(mode)
        assert f"color:{theme().current.accent}" in panel.paths._rows[0].words.text()
    theme().set_mode("system")


def test_numbers_of_a_narrow_column_are_short() -> None:
    assert [shortest(v) for v in (0.000446, -0.00044612, 1.5, -0.0123, 1e-12, 0.0, np.inf)] == [
        "4.46e-4", "-4.46e-4", "1.5", "-0.0123", "1e-12", "0", "∞",
    ]  # fmt: skip


def test_a_hundred_samples_fit_into_the_width(qtbot: QtBot) -> None:
    """Letters and digits become fewer before anything has to be scrolled sideways."""
    _, model, panel = shown(qtbot, network(Tanh(), batch=100))
    model.select(Place("dense:W", 1, 2))
    table = panel.weight.table
    across = table.horizontalHeader()
    assert across.length() + table.verticalHeader().width() <= table.width()
    head = table.factors.headerData(2, Qt.Orientation.Horizontal)
    assert head in ("tanh′", "tanh′(z¹₃)")
    tip = table.factors.headerData(2, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert tip == "tanh′(z¹₃)"


@pytest.mark.parametrize("zoom", [80, 150, 250])
def test_nothing_is_wider_than_the_panel(qtbot: QtBot, zoom: int) -> None:
    _, model, panel = shown(qtbot, network(BatchNorm(), ReLU()))
    theme().set_text_zoom(zoom)
    panel.resize(theme().px(290), 800)
    model.select(Place("dense:W", 1, 2))
    qtbot.waitUntil(lambda: bool(panel.paths.shown) and panel.nudge.found is not None)
    panel.typesetting.finish()
    content = panel._content
    for label in content.findChildren(QLabel):
        if label.isVisible():
            left = label.mapTo(content, QPoint(0, 0)).x()
            assert left + label.width() <= content.width() + 1, label.objectName()
    assert content.width() <= panel.width()
    theme().set_text_zoom(100)
