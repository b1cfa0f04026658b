"""The numbers of a step as they are shown: read from the widgets' models, not from the engine."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from engine.test_reference import check
from engine.test_walk import agree, drawn_walk
from helpers import EXAMPLES, Array, reference
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from ui.step.stage_helpers import go, numbers, printed, view_of
from ui.step.step_helpers import walked

from netbuilder.engine.algebra.follow import quantities
from netbuilder.engine.algebra.write import as_numpy
from netbuilder.engine.walk import Walk
from netbuilder.project.files import read
from netbuilder.ui.step.matrix_model import PLACE, MatrixModel
from netbuilder.ui.step.model import StepModel
from netbuilder.ui.step.stage_view import StageView
from netbuilder.ui.theme import theme


@pytest.fixture(autouse=True)
def look(qapp: QApplication) -> Iterator[None]:
    theme().install(qapp)
    theme().set_mode("light")
    yield
    theme().set_mode("light")
    theme().set_text_zoom(100)


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


@pytest.mark.parametrize("first", range(0, 100, 10))
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


@pytest.mark.parametrize("seed", range(0, 200, 4))
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
