"""What lands on the clipboard: read back, it is the same matrix."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import EXAMPLES
from PySide6.QtCore import QItemSelection, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from ui.step.step_helpers import Walked, walked

from netbuilder.engine.algebra.expression import Place, Quantity
from netbuilder.engine.algebra.symbol import Symbol
from netbuilder.project.files import read
from netbuilder.ui.step.copying import (
    CopyButton,
    as_kind,
    formula,
    main_lines,
    matrix_latex,
    matrix_numpy,
    matrix_text,
    with_numbers,
)
from netbuilder.ui.step.matrix_cards import MatrixCard
from netbuilder.ui.step.stage_view import StageView
from netbuilder.ui.theme import theme


@pytest.fixture
def logistic(qapp: QApplication) -> Walked:
    theme().install(qapp)
    return walked(read(EXAMPLES / "logistic_2_3_1.json"))


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


VALUES = np.array([[1.0, -0.5], [1e-7, 2.0 / 3.0]])


def test_a_matrix_as_text_latex_and_python() -> None:
    assert matrix_text(VALUES, 4) == "1\t-0.5\n1e-07\t0.6667"
    assert matrix_latex(VALUES, 3) == (
        r"\begin{pmatrix} 1 & -0.5 \\ 1 \cdot 10^{-7} & 0.667 \end{pmatrix}"
    )
    quantity = Quantity("z", Symbol("Z", "1"), VALUES)
    assert as_kind("latex", quantity, VALUES, 3).startswith(r"Z^{(1)} = \begin{pmatrix}")
    assert as_kind("text", quantity, VALUES, 3).splitlines()[0] == "Z¹"
    assert as_kind("numpy", quantity, VALUES, 3).startswith("Z1 = np.array([[")


def test_python_keeps_every_bit_and_what_is_no_number() -> None:
    odd = np.array([[np.nan, np.inf, -np.inf], [0.1 + 0.2, -0.0, 5e-324]])
    back = eval(matrix_numpy(odd), {"np": np})
    assert np.array_equal(back, odd, equal_nan=True)
    assert np.signbit(back[1, 1])


def test_a_line_as_a_program_that_gives_its_result(logistic: Walked) -> None:
    assert logistic.model.walk is not None
    for line in logistic.model.walk.lines.values():
        names: dict[str, object] = {}
        exec(with_numbers("numpy", line, 6), names)
        value = names[line.result.symbol.numpy()]
        assert np.allclose(np.asarray(value), line.result.values, rtol=1e-12), line.result.key


def test_a_line_with_its_numbers_in_latex(logistic: Walked) -> None:
    assert logistic.model.walk is not None
    line = logistic.model.walk.lines["output:new W"]
    assert formula("latex", line) == (
        r"W^{(2)}_{\mathrm{new}} = W^{(2)} - \eta \, \frac{\partial J}{\partial W^{(2)}}"
    )
    # W2 - 0.1 * 0.4355 = 1.956 …
    assert with_numbers("latex", line, 4).splitlines()[2] == (
        r"&= \begin{pmatrix} 2 \\ 0 \\ -3 \end{pmatrix} - 0.1 \cdot"
        r" \begin{pmatrix} 0.4355 \\ 0.4361 \\ -0.00562 \end{pmatrix} \\"
    )


def card_of(view: StageView, key: str) -> MatrixCard:
    found = next(c for c in view.cards() if c.matrix.key == key)
    assert isinstance(found, MatrixCard)
    return found


def test_ctrl_c_copies_the_selected_numbers_or_all(logistic: Walked, qtbot: QtBot) -> None:
    view = StageView(logistic.model)
    qtbot.addWidget(view)
    logistic.model.go(1)
    view.resize(890, 470)
    view.show()
    qtbot.waitExposed(view)
    card = card_of(view, "hidden:output")
    card.view.setFocus()
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(card.view, Qt.Key.Key_C, control)
    assert clipboard() == "3\t11\t-1\n5\t8\t-5\n6\t8\t-7\n5\t14\t-5"
    matrix = card.matrix
    corners = QItemSelection(matrix.index(1, 1), matrix.index(2, 2))
    model = card.view.selectionModel()
    model.select(corners, model.SelectionFlag.ClearAndSelect)
    qtbot.keyClick(card.view, Qt.Key.Key_C, control)
    assert clipboard() == "8\t-5\n8\t-7"


def test_the_menu_of_a_card(logistic: Walked, qtbot: QtBot) -> None:
    view = StageView(logistic.model)
    qtbot.addWidget(view)
    logistic.model.go(1)
    menu = card_of(view, "hidden:W").menu()
    offered = {a.objectName().removeprefix("step.copy."): a for a in menu.actions()}
    assert offered["matrix.latex"].text() == "Copy matrix W¹ as LaTeX"
    offered["matrix.numpy"].trigger()
    assert clipboard() == "W1 = np.array([[1.0, 0.0, -2.0],\n          [-1.0, 3.0, 2.0]])"
    offered["formula.text"].trigger()
    assert clipboard() == "Z¹ = X · W¹ + b¹"
    offered["formula.numpy"].trigger()
    assert clipboard() == "Z1 = X @ W1 + b1"


def test_the_button_copies_what_the_stage_is_about(logistic: Walked, qtbot: QtBot) -> None:
    model = logistic.model
    button = CopyButton(model)
    qtbot.addWidget(button)
    assert model.walk is not None
    button.click()
    assert clipboard().startswith(r"X = \begin{pmatrix} 1 & 2 \\ 2 & 1")
    model.go(1)
    button.click()
    assert clipboard().startswith("\\begin{aligned}\nZ^{(1)} &= X \\, W^{(1)} + b^{(1)} \\\\\n")
    assert [a.objectName() for a in button.menu().actions()] == []
    button.menu().aboutToShow.emit()
    texts = [a.text() for a in button.menu().actions() if a.text()]
    assert "Copy matrix Z¹ as NumPy" in texts
    # A chosen matrix of the stage is offered instead, and so is a chosen line.
    model.select(Place("hidden:W", 0, 0))
    button.menu().aboutToShow.emit()
    assert "Copy matrix W¹ as NumPy" in [a.text() for a in button.menu().actions()]
    model.go([s.key for s in model.walk.stages].index("parameters:hidden"))
    model.select(Place("hidden:d b", 0, 1))
    line = button.line()
    assert line is not None
    assert line.result.key == "hidden:d b"


def test_the_button_is_off_where_there_is_nothing(logistic: Walked, qtbot: QtBot) -> None:
    button = CopyButton(logistic.model)
    qtbot.addWidget(button)
    assert button.isEnabled()
    logistic.trainer = None
    logistic.model.refresh()
    assert not button.isEnabled()


def test_what_a_stage_is_about(logistic: Walked) -> None:
    walk = logistic.model.walk
    assert walk is not None
    stages = {s.key: [q.result.symbol.text() for q in main_lines(s)] for s in walk.stages}
    assert stages["backward:sigmoid 2"] == ["∂J/∂Z²"]  # and not the slope on the way
    assert stages["parameters:hidden"] == ["∂J/∂W¹", "∂J/∂b¹"]
