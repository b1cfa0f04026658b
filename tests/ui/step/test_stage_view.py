"""The numbers of a step as they are shown: read from the widgets' models, not from the engine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from engine.test_reference import check
from engine.test_walk import agree, drawn_walk
from helpers import EXAMPLES, Array, chained, reference
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QToolButton
from pytestqt.qtbot import QtBot
from ui.step.step_helpers import Walked, walked

from netbuilder.data.sets.xor import Xor
from netbuilder.engine.activations.sigmoid import Sigmoid
from netbuilder.engine.algebra.expression import Place
from netbuilder.engine.algebra.follow import quantities
from netbuilder.engine.algebra.write import as_numpy, digits_of
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.losses.binary_cross_entropy import BinaryCrossEntropy
from netbuilder.engine.settings import Training
from netbuilder.engine.walk import Walk
from netbuilder.project.files import read
from netbuilder.ui.formula import FormulaLabel, formula_svg
from netbuilder.ui.step.line_view import LineView, formula_of
from netbuilder.ui.step.links import links_of
from netbuilder.ui.step.matrix_cards import HeatCard, MatrixCard
from netbuilder.ui.step.matrix_model import PLACE, VALUE, MatrixModel
from netbuilder.ui.step.matrix_paint import link_colour
from netbuilder.ui.step.matrix_view import MatrixView
from netbuilder.ui.step.model import StepModel
from netbuilder.ui.step.stage_view import StageView
from netbuilder.ui.step.words import sentence
from netbuilder.ui.theme import theme


@pytest.fixture(autouse=True)
def look(qapp: QApplication) -> Iterator[None]:
    theme().install(qapp)
    theme().set_mode("light")
    yield
    theme().set_mode("light")
    theme().set_text_zoom(100)


def view_of(qtbot: QtBot, model: StepModel) -> StageView:
    view = StageView(model)
    qtbot.addWidget(view)
    view.resize(890, 470)
    return view


@pytest.fixture
def logistic(qapp: QApplication) -> Walked:
    return walked(read(EXAMPLES / "logistic_2_3_1.json"))


def go(model: StepModel, key: str) -> None:
    assert model.walk is not None
    model.go([s.key for s in model.walk.stages].index(key))


def numbers(matrix: MatrixModel, role: int = VALUE) -> list[list[Any]]:
    """What the model gives for each place, the right way round."""
    rows = [
        [matrix.data(matrix.index(i, j), role) for j in range(matrix.columnCount())]
        for i in range(matrix.rowCount())
    ]
    assert matrix.piece is not None
    return [list(column) for column in zip(*rows, strict=True)] if matrix.piece.transposed else rows


def printed(matrix: MatrixModel) -> list[list[float]]:
    """The numbers as a reader sees them."""
    return [[float(text) for text in row] for row in numbers(matrix, Qt.ItemDataRole.DisplayRole)]


# ---- the lectures' networks ----------------------------------------------------------------------

LOGISTIC = [  # where it is shown, and the name in the lectures
    ("input:data", "data:output", "X"),
    ("input:data", "loss:targets", "Y"),
    ("forward:hidden", "data:output", "X"),
    ("forward:hidden", "hidden:W", "W1"),
    ("forward:hidden", "hidden:b", "b1"),
    ("forward:hidden", "hidden:output", "Z1"),
    ("forward:sigmoid 1", "sigmoid 1:output", "H"),
    ("forward:output", "output:W", "W2"),
    ("forward:output", "output:b", "b2"),
    ("forward:output", "output:output", "Z2"),
    ("forward:sigmoid 2", "sigmoid 2:output", "Y_hat"),
    ("loss:loss", "loss:J", "J"),
    ("backward:loss", "sigmoid 2:output gradient", "dJ_dY_hat"),
    ("backward:sigmoid 2", "output:output gradient", "dJ_dZ2"),
    ("parameters:output", "output:d W", "dJ_dW2"),
    ("parameters:output", "output:d b", "dJ_db2"),
    ("backward:output", "sigmoid 1:output gradient", "dJ_dH"),
    ("backward:sigmoid 1", "hidden:output gradient", "dJ_dZ1"),
    ("parameters:hidden", "data:output", "X"),  # transposed there
    ("parameters:hidden", "hidden:d W", "dJ_dW1"),
    ("parameters:hidden", "hidden:d b", "dJ_db1"),
    ("update:hidden", "hidden:new W", "W1"),
    ("update:hidden", "hidden:new b", "b1"),
    ("update:output", "output:new W", "W2"),
    ("update:output", "output:new b", "b2"),
]
RELU = [
    ("input:data", "data:output", "x"),
    ("forward:hidden", "hidden:W", "W_h"),
    ("forward:hidden", "hidden:b", "b_h"),
    ("forward:hidden", "hidden:output", "z"),
    ("forward:relu", "relu:output", "h"),
    ("forward:output", "output:W", "W_o"),
    ("forward:output", "output:output", "o"),
    ("loss:loss", "loss:J", "L"),
    ("backward:loss", "linear:output gradient", "dL_do"),
    ("backward:linear", "output:output gradient", "dL_do"),
    ("parameters:output", "output:d W", "dL_dW_o"),
    ("parameters:output", "output:d b", "dL_db_o"),
    ("backward:output", "relu:output gradient", "dL_dh"),
    ("backward:relu", "hidden:output gradient", "dL_dz"),
    ("parameters:hidden", "hidden:d W", "dL_dW_h"),
    ("parameters:hidden", "hidden:d b", "dL_db_h"),
]


def check_all(view: StageView, model: StepModel, name: str) -> None:
    known = reference(name)
    shown = LOGISTIC if name == "logistic_2_3_1" else RELU
    for stage, key, word in shown:
        go(model, stage)
        source = known["after_1_step"] if stage.startswith("update") else known
        wanted = source[word]
        matrix = view.models()[key]
        shape = np.shape(wanted)
        for found in (numbers(matrix), printed(matrix)):
            check(f"{stage} {word}", np.reshape(found, shape).tolist(), wanted)


@pytest.mark.parametrize("name", ["logistic_2_3_1", "relu_2_2_1"])
def test_every_number_of_the_lectures_is_shown(name: str, qtbot: QtBot) -> None:
    model = walked(read(EXAMPLES / f"{name}.json")).model
    view = view_of(qtbot, model)
    check_all(view, model, name)


@pytest.mark.parametrize("name", ["logistic_2_3_1", "relu_2_2_1"])
def test_every_number_is_still_there_after_going_back_and_forth(name: str, qtbot: QtBot) -> None:
    model = walked(read(EXAMPLES / f"{name}.json")).model
    view = view_of(qtbot, model)
    assert model.walk is not None
    last = len(model.walk.stages) - 1
    model.go(0)
    for turn in range(50):
        # To another place and back each time, at the end through all of the stages.
        far = last if turn == 49 else 1 + turn % last
        for _ in range(far):
            model.next()
        assert model.stage == far
        for _ in range(far):
            model.back()
        assert (model.stage, model.step) == (0, 0)
    check_all(view, model, name)


def test_the_relu_update_is_that_of_the_lectures(qtbot: QtBot) -> None:
    # The learning rate is 0.1: W_o - 0.1 * [0.279, 0.341] = [0.5721, 0.6659], b_o = -0.031.
    model = walked(read(EXAMPLES / "relu_2_2_1.json")).model
    view = view_of(qtbot, model)
    go(model, "update:output")
    assert np.ravel(printed(view.models()["output:new W"])).tolist() == [0.5721, 0.6659]
    assert np.ravel(printed(view.models()["output:new b"])).tolist() == [-0.031]
    go(model, "update:hidden")
    # W_h - 0.1 * [[0.186, 0.217], [0.372, 0.434]]
    assert printed(view.models()["hidden:new W"]) == [[0.4814, 0.2783], [0.1628, 0.3566]]


# ---- any network ---------------------------------------------------------------------------------


def model_of(walk: Walk) -> StepModel:
    """A model that stands in a walk that is there already."""
    model = StepModel(lambda: None)
    model.walk = walk
    return model


def shown_values(matrix: MatrixModel) -> Array:
    return np.array(numbers(matrix), np.float64)


@pytest.mark.parametrize("first", range(0, 40, 10))
def test_every_shown_number_is_the_walks_in_random_networks(first: int, qtbot: QtBot) -> None:
    for seed in range(first, first + 10):
        _, walk, _ = drawn_walk(seed)
        model = model_of(walk)
        view = view_of(qtbot, model)
        for i, stage in enumerate(walk.stages):
            model.go(i)
            models = view.models()
            assert {q.key for q in stage.results} <= models.keys(), (seed, stage.key)
            for card in view.cards():
                piece = card.matrix.piece
                assert piece is not None
                whole = walk.quantities[card.matrix.key].values
                part = whole[piece.rows.start : piece.rows.stop]
                part = part[:, piece.columns.start : piece.columns.stop]
                assert np.array_equal(shown_values(card.matrix), part, equal_nan=True)
                place = card.matrix.index(card.matrix.rowCount() - 1, 0).data(PLACE)
                value = card.matrix.values[-1, 0]
                assert np.array_equal(whole[place.row, place.column], value, equal_nan=True)


@pytest.mark.parametrize("seed", range(0, 40, 2))
def test_the_shown_operands_give_the_shown_result(seed: int, qtbot: QtBot) -> None:
    """The formula as a program over the numbers read from the cards."""
    _, walk, _ = drawn_walk(seed)
    model = model_of(walk)
    view = view_of(qtbot, model)
    checked = 0
    for i in range(len(walk.stages)):
        model.go(i)
        for line_view in view.lines():
            line = line_view.line
            if line is None or "scipy" in as_numpy(line.expression):
                continue
            result, *operands = [card.matrix for card in line_view.row.cards]
            values = {m.key: shown_values(m) for m in operands}
            used = {q.symbol.numpy(): values[q.key] for q in quantities(line.expression)}
            if any(walk.quantities[k].values.shape != v.shape for k, v in values.items()):
                continue  # a part of it, such as the sample of a Jacobian
            with np.errstate(all="ignore"):
                value = eval(as_numpy(line.expression), {"np": np, **used})
            wanted = shown_values(result)
            finite = np.isfinite(wanted) & np.isfinite(value)
            spread = np.broadcast_to(value, wanted.shape)
            assert agree(spread[finite], wanted[finite]), as_numpy(line.expression)
            checked += 1
    assert checked > 4


# ---- looking -------------------------------------------------------------------------------------


def card_of(view: StageView, key: str) -> MatrixCard:
    found = next(c for c in view.cards() if c.matrix.key == key)
    assert isinstance(found, MatrixCard)
    return found


def centre_of(card: MatrixCard, row: int, column: int) -> QPoint:
    return card.view.visualRect(card.matrix.index(row, column)).center()


def shown(qtbot: QtBot, view: StageView) -> None:
    view.show()
    qtbot.waitExposed(view)
    view.finish()
    QApplication.processEvents()


def test_pointing_outlines_where_a_number_comes_from(logistic: Walked, qtbot: QtBot) -> None:
    model = logistic.model
    view = view_of(qtbot, model)
    go(model, "forward:hidden")
    shown(qtbot, view)
    result = card_of(view, "hidden:output")
    QTest.mouseMove(result.view.viewport(), centre_of(result, 1, 2))
    assert model.pointed == Place("hidden:output", 1, 2)
    # z of unit 3 for sample 2 is made of row 2 of X, column 3 of W and number 3 of b.
    assert result.view.linked()["solid"] == [(1, 2)]
    assert card_of(view, "data:output").view.linked()["dashed"] == [(1, 0), (1, 1)]
    assert card_of(view, "hidden:W").view.linked()["dashed"] == [(0, 2), (1, 2)]
    assert card_of(view, "hidden:b").view.linked()["dashed"] == [(0, 2)]
    # 2 * (-2) + 1 * 2 - 3 = -5
    assert view.entry.text() == (
        "z¹₂₃ = x₂₁ · w¹₁₃ + x₂₂ · w¹₂₃ + b¹₃ = 2 · (-2) + 1 · 2 + (-3) = -5"
    )


def test_pointing_outlines_where_a_number_goes(logistic: Walked, qtbot: QtBot) -> None:
    model = logistic.model
    view = view_of(qtbot, model)
    go(model, "forward:hidden")
    model.hover(Place("data:output", 3, 0))
    # x of sample 4 goes into all three units of that sample.
    assert card_of(view, "hidden:output").view.linked()["dotted"] == [(3, 0), (3, 1), (3, 2)]
    assert card_of(view, "data:output").view.linked()["solid"] == [(3, 0)]
    model.hover(None)
    for card in view.cards():
        assert isinstance(card, MatrixCard)
        assert not any(card.view.linked().values())


def test_pointing_moves_nothing(logistic: Walked, qtbot: QtBot) -> None:
    model = logistic.model
    view = view_of(qtbot, model)
    go(model, "parameters:hidden")
    shown(qtbot, view)

    def places() -> list[object]:
        widgets = [view.entry, *view.cards(), *view.lines()]
        return [(w.geometry(), w.size()) for w in widgets]

    before = places()
    for place in (Place("hidden:d W", 0, 2), Place("hidden:output gradient", 3, 1), None):
        model.hover(place)
        QApplication.processEvents()
        assert places() == before


def test_a_transposed_matrix_stands_transposed(logistic: Walked, qtbot: QtBot) -> None:
    view = view_of(qtbot, logistic.model)
    go(logistic.model, "parameters:hidden")
    matrix = view.models()["data:output"]
    assert (matrix.rowCount(), matrix.columnCount()) == (2, 4)
    assert matrix.title == "Xᵀ"
    across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
    assert [matrix.headerData(i, across) for i in range(4)] == ["s1", "s2", "s3", "s4"]
    assert [matrix.headerData(i, down) for i in range(2)] == ["x₁", "x₂"]
    # The second number of the third sample.
    assert matrix.place(1, 2) == Place("data:output", 2, 1)
    tip = matrix.data(matrix.index(1, 2), Qt.ItemDataRole.ToolTipRole)
    assert tip == "x₃₂ = 1.0\nsample 3, unit 2 of data"
    header = matrix.headerData(2, across, Qt.ItemDataRole.ToolTipRole)
    assert header == "sample 3, row 3 of the training set"


def test_a_click_and_the_arrow_keys_choose(logistic: Walked, qtbot: QtBot) -> None:
    model = logistic.model
    view = view_of(qtbot, model)
    go(model, "forward:hidden")
    shown(qtbot, view)
    assert model.place is None, "nothing is chosen by showing it"
    result = card_of(view, "hidden:output")
    left = Qt.MouseButton.LeftButton
    qtbot.mouseClick(result.view.viewport(), left, pos=centre_of(result, 0, 0))
    assert model.place == Place("hidden:output", 0, 0)
    qtbot.keyClick(result.view, Qt.Key.Key_Down)
    qtbot.keyClick(result.view, Qt.Key.Key_Right)
    assert model.place == Place("hidden:output", 1, 1)
    assert result.view.chosen == (1, 1)
    qtbot.keyClick(result.view, Qt.Key.Key_Tab)
    assert model.place == Place("data:output", 0, 0), "the next matrix, its first number"


def test_tab_goes_through_the_matrices_as_they_are_read(logistic: Walked, qtbot: QtBot) -> None:
    model = logistic.model
    view = view_of(qtbot, model)
    go(model, "loss:loss")
    go(model, "parameters:hidden")
    shown(qtbot, view)
    card_of(view, "hidden:d W").view.setFocus()
    visited = []
    for _ in range(4):
        focused = QApplication.focusWidget()
        assert isinstance(focused, MatrixView)
        visited.append(focused.matrix.key)
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    # dJ/dW = X^T dJ/dZ, then dJ/db = sum of dJ/dZ
    assert visited == ["hidden:d W", "data:output", "hidden:output gradient", "hidden:d b"]
    assert model.place is not None, "reached by Tab, a matrix chooses its first number"
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert model.place is None


def test_all_terms_of_a_long_sum(qtbot: QtBot) -> None:
    model = walked(read(EXAMPLES / "classes.json")).model
    view = view_of(qtbot, model)
    go(model, "forward:output")
    shown(qtbot, view)
    model.select(Place("output:output", 0, 1))
    # Eight inputs and a bias: nine terms, of which five are written.
    assert view.entry.text().count(" · ") == 2 * 4
    assert "… + b²₂" in view.entry.text()
    more = view.entry.findChild(QToolButton, "step.entry.more")
    everything = view.entry.findChild(QPlainTextEdit, "step.entry.all")
    assert isinstance(more, QToolButton)
    assert isinstance(everything, QPlainTextEdit)
    assert more.isVisible()
    qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
    assert everything.isVisible()
    text = everything.toPlainText()
    assert text.count(" · ") == 2 * 8
    assert text.startswith("z²₁₂\n= h¹₁₁ · w²₁₂ + h¹₁₂ · w²₂₂ + ")
    qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
    assert not everything.isVisible()


def test_a_single_sample(logistic: Walked, qtbot: QtBot) -> None:
    model = logistic.model
    view = view_of(qtbot, model)
    model.set_rows("one", 2)
    go(model, "parameters:hidden")
    (first, *_) = view.lines()
    assert first.sentence().endswith("its inputs times its errors, for this one sample.")
    matrix = view.models()["data:output"]
    assert numbers(matrix) == [[3.0, 1.0]]
    header = matrix.headerData(0, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert header == "sample 1, row 3 of the training set"


def test_a_large_layer_is_shown_in_part(qtbot: QtBot) -> None:
    """64 units and 100 samples: nine rows of it, some columns, and scroll bars for the rest."""
    project = chained(
        Dense(units=64),
        Sigmoid(),
        Dense(units=64),
        Sigmoid(),
        Dense(units=1),
        Sigmoid(),
        BinaryCrossEntropy(),
        dataset=Xor(samples=200),
        training=Training(batch_size=100),
    )
    model = walked(project).model
    view = view_of(qtbot, model)
    go(model, "forward:dense 2")
    shown(qtbot, view)
    cards = view.cards()
    assert {c.matrix.values.shape for c in cards} == {(100, 64), (64, 64), (1, 64)}
    assert all(c.geometry().right() <= view.width() for c in cards)
    assert {c.y() for c in cards} == {0}, "the formula stays in one row"
    result = card_of(view, "dense 2:output").view
    assert result.verticalScrollBar().maximum() > 0
    assert result.horizontalScrollBar().maximum() > 0
    assert result.height() < 12 * result.verticalHeader().defaultSectionSize()
    # What is chosen elsewhere is brought into sight.
    model.select(Place("dense 2:output", 90, 60))
    assert (
        result.viewport().rect().contains(result.visualRect(result.matrix.index(90, 60)).center())
    )
    # The same samples of the inputs come along; the units of the weights are others.
    inputs = card_of(view, "sigmoid:output").view
    weights = card_of(view, "dense 2:W").view
    assert inputs.verticalScrollBar().value() == result.verticalScrollBar().value() > 0
    assert weights.verticalScrollBar().value() == 0
    assert weights.horizontalScrollBar().value() > 0
    # The loss is a sum over all samples: written with dots, and at once.
    go(model, "loss:loss")
    model.hover(Place("loss:J", 0, 0))
    assert "…" in view.entry.text()
    assert np.count_nonzero(links_of(model.walk, model.pointed, []).sources["loss:targets"]) == 100


def test_a_number_chosen_elsewhere_is_marked_here(logistic: Walked, qtbot: QtBot) -> None:
    model = logistic.model
    view = view_of(qtbot, model)
    model.select(Place("hidden:W", 1, 2))
    go(model, "forward:hidden")
    assert card_of(view, "hidden:W").view.chosen == (1, 2)
    assert view.entry.text() == "w¹₂₃ = 2"
    go(model, "parameters:hidden")
    assert "hidden:W" not in view.models()


def test_digits(logistic: Walked, qtbot: QtBot) -> None:
    model = logistic.model
    view = view_of(qtbot, model)
    go(model, "loss:loss")
    assert numbers(view.models()["loss:J"], Qt.ItemDataRole.DisplayRole) == [["1.55598"]]
    model.set_digits(3)
    assert numbers(view.models()["loss:J"], Qt.ItemDataRole.DisplayRole) == [["1.56"]]
    model.set_digits(17)
    value = numbers(view.models()["loss:J"])[0][0]
    shown = numbers(view.models()["loss:J"], Qt.ItemDataRole.DisplayRole)[0][0]
    assert shown == digits_of(value, 17)
    assert float(shown) == value


def test_layers_as_pictures(logistic: Walked, qtbot: QtBot) -> None:
    model = logistic.model
    view = view_of(qtbot, model)
    go(model, "forward:hidden")
    model.set_detail("layer")
    shown(qtbot, view)
    cards = view.cards()
    assert all(isinstance(card, HeatCard) for card in cards)
    # X = 1 2, 2 1, 3 1, 4 3: the mean is 17 / 8.
    assert cards[1].toolTip() == "1 to 4, mean 2.125"
    assert numbers(view.models()["hidden:output"])[0] == [3.0, 11.0, -1.0]
    assert cards[0].grab().toImage().isNull() is False
    model.set_detail("matrix")
    assert all(isinstance(card, MatrixCard) for card in view.cards())


def lines_of(line: LineView) -> list[str]:
    lines = line.written.lines
    return [str(lines.data(lines.index(i))) for i in range(lines.rowCount())]


def test_a_neuron_is_written_out_for_each_sample(logistic: Walked, qtbot: QtBot) -> None:
    model = logistic.model
    view = view_of(qtbot, model)
    go(model, "forward:hidden")
    model.select(Place("hidden:output", 0, 0))
    model.set_detail("neuron")
    (line,) = view.lines()
    assert lines_of(line) == [
        "z¹₁₁ = 1 · 1 + 2 · (-1) + 4 = 3",
        "z¹₂₁ = 2 · 1 + 1 · (-1) + 4 = 5",
        "z¹₃₁ = 3 · 1 + 1 · (-1) + 4 = 6",
        "z¹₄₁ = 4 · 1 + 3 · (-1) + 4 = 5",
    ]
    # Only what this unit needs: all of X, its own weights and bias.
    shapes = {k: (m.rowCount(), m.columnCount()) for k, m in view.models().items()}
    assert shapes == {
        "hidden:output": (4, 1),
        "data:output": (4, 2),
        "hidden:W": (2, 1),
        "hidden:b": (1, 1),
    }
    model.select(Place("hidden:output", 0, 2))
    assert lines_of(view.lines()[0])[0] == "z¹₁₃ = 1 · (-2) + 2 · 2 + (-3) = -1"
    assert numbers(view.models()["hidden:W"]) == [[-2.0], [2.0]]


def test_nothing_to_step_through(logistic: Walked, qtbot: QtBot) -> None:
    view = view_of(qtbot, logistic.model)
    trainer, logistic.trainer = logistic.trainer, None
    logistic.model.why = "The network has no loss."
    logistic.model.refresh()
    assert view.models() == {}
    assert view._nothing.text() == "The network has no loss."
    logistic.trainer = trainer
    logistic.model.refresh()
    assert "data:output" in view.models()


def test_text_zoom_and_dark_keep_the_numbers(logistic: Walked, qtbot: QtBot) -> None:
    model = logistic.model
    view = view_of(qtbot, model)
    go(model, "parameters:hidden")
    shown(qtbot, view)
    narrow = card_of(view, "hidden:d W").view.column_width()
    theme().set_text_zoom(200)
    theme().set_mode("dark")
    assert card_of(view, "hidden:d W").view.column_width() > 1.8 * narrow
    check("dJ_dW1", numbers(view.models()["hidden:d W"]), reference("logistic_2_3_1")["dJ_dW1"])


def test_what_a_line_says(logistic: Walked, qtbot: QtBot) -> None:
    view = view_of(qtbot, logistic.model)
    go(logistic.model, "parameters:hidden")
    weights, biases = view.lines()
    assert weights.sentence() == (
        "How much each weight of hidden moves the loss: its inputs times its errors,"
        " summed over the 4 samples."
    )
    assert biases.sentence().startswith("How much each bias of hidden moves the loss")
    label = weights.findChild(FormulaLabel, "step.formula")
    assert isinstance(label, FormulaLabel)
    view.finish()
    assert label.accessibleName() == "∂J/∂W¹ = Xᵀ · ∂J/∂Z¹"
    assert weights.formula().startswith(r"\frac{\partial J}{\partial W^{(1)}} = {X}^{\top}")


def test_every_line_says_something() -> None:
    for seed in range(40):
        _, walk, _ = drawn_walk(seed)
        for stage in walk.stages:
            for line in stage.lines:
                words = sentence(walk, stage, line)
                assert words.endswith("."), (stage.key, words)
                assert "{" not in words, (stage.key, words)


def test_links_of_another_network_are_not_shown(logistic: Walked, qtbot: QtBot) -> None:
    """The same number is chosen in a walk of ten samples after one of four."""
    model = logistic.model
    view = view_of(qtbot, model)
    view.show()
    go(model, "parameters:hidden")
    model.select(Place("hidden:d W", 0, 2))
    logistic.trainer = walked(read(EXAMPLES / "xor.json")).trainer
    model.refresh(0)
    assert model.place == Place("hidden:d W", 0, 2)
    inputs = view.findChild(MatrixCard)
    assert inputs is not None
    assert inputs.matrix.rowCount() == 10
    assert inputs.view.linked()["dashed"] == [(row, 0) for row in range(10)]


def test_the_symbol_of_the_number_looked_at_is_coloured_in_the_formula(
    logistic: Walked, qtbot: QtBot
) -> None:
    model = logistic.model
    view = view_of(qtbot, model)
    view.show()
    formula_svg("x", "#000000", 10.0)  # the typesetter is there
    go(model, "forward:hidden")
    line = view.lines()[-1]
    label = line.findChild(FormulaLabel, "step.formula")
    assert isinstance(label, FormulaLabel)
    qtbot.waitUntil(lambda: "W^{(1)}" in label.formula())
    plain = label.formula()
    assert "color" not in plain
    model.hover(Place("hidden:W", 0, 0))
    marked = rf"{{\color{{{link_colour().name()}}}{{W^{{(1)}}}}}}"
    qtbot.waitUntil(lambda: label.formula() == plain.replace("W^{(1)}", marked))
    model.hover(None)
    qtbot.waitUntil(lambda: label.formula() == plain)
    view.hide()


@pytest.mark.parametrize("name", ["logistic_2_3_1", "classes"])
def test_a_formula_is_as_large_in_colours(name: str, qapp: QApplication) -> None:
    walk = walked(read(EXAMPLES / f"{name}.json")).model.walk
    assert walk is not None
    for line in walk.lines.values():
        plain = FormulaLabel(formula_of(line)).natural_size()
        for quantity in (*quantities(line.expression), line.result):
            inked = formula_of(line, {quantity.key: "#c02f4b"})
            assert "c02f4b" in inked
            assert FormulaLabel(inked).natural_size() == plain, inked
