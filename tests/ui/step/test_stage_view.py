"""Formulas, matrices and links of a stage, used as a person would."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from engine.test_reference import check
from engine.test_walk import drawn_walk
from helpers import EXAMPLES, chained, reference
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QToolButton
from pytestqt.qtbot import QtBot
from ui.step.stage_helpers import card_of, centre_of, go, numbers, shown, view_of
from ui.step.step_helpers import Walked, walked

from netbuilder.data.sets.xor import Xor
from netbuilder.engine.activations.sigmoid import Sigmoid
from netbuilder.engine.algebra.expression import Place
from netbuilder.engine.algebra.follow import quantities
from netbuilder.engine.algebra.write import digits_of
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.losses.binary_cross_entropy import BinaryCrossEntropy
from netbuilder.engine.settings import Training
from netbuilder.project.files import read
from netbuilder.ui.formula import FormulaLabel, formula_svg
from netbuilder.ui.step.line_view import LineView, formula_of
from netbuilder.ui.step.links import links_of
from netbuilder.ui.step.matrix_cards import HeatCard, MatrixCard
from netbuilder.ui.step.matrix_paint import link_colour
from netbuilder.ui.step.matrix_view import MatrixView
from netbuilder.ui.step.words import sentence
from netbuilder.ui.theme import theme


@pytest.fixture(autouse=True)
def look(qapp: QApplication) -> Iterator[None]:
    theme().install(qapp)
    theme().set_mode("light")
    yield
    theme().set_mode("light")
    theme().set_text_zoom(100)


@pytest.fixture
def logistic(qapp: QApplication) -> Walked:
    return walked(read(EXAMPLES / "logistic_2_3_1.json"))


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


def test_where_it_is_low_the_matrices_get_all_the_room(logistic: Walked, qtbot: QtBot) -> None:
    view = view_of(qtbot, logistic.model)
    view.show()
    for height, told in ((470, True), (200, False), (470, True)):
        view.resize(890, height)
        QApplication.processEvents()
        assert view.entry.isVisible() == told
        logistic.model.next()
        assert view.entry.isVisible() == told
    view.hide()
