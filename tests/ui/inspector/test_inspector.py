"""The inspector: selecting, editing through undo, renaming, and live numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

import numpy as np
import pytest
from helpers import layers
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot
from ui.inspector.panel_kit import FakeController, choose, find, shown, small, type_into

from netbuilder.data.sets.spiral import Spiral
from netbuilder.declare import Meta, register, unregister
from netbuilder.engine.activation import Activation
from netbuilder.engine.activations.softmax import Softmax
from netbuilder.engine.initializers.values import Values
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.operation import Array, Builder, Call
from netbuilder.project.commands import Disconnect, RemoveNodes, Rename, SetParameter
from netbuilder.project.document import Document
from netbuilder.project.model import Node
from netbuilder.ui.inspector import Inspector
from netbuilder.ui.inspector.curve import REACH, _range
from netbuilder.ui.inspector.histogram import binned
from netbuilder.ui.inspector.now import figures


class Desk:
    """A document, a controller and the inspector on them."""

    def __init__(self, qtbot: QtBot) -> None:
        self.document = Document(small())
        self.controller = FakeController(self.document)
        self.inspector = Inspector(self.document, self.controller)
        self.window = shown(qtbot, self.inspector)

    def operation(self, node_id: str) -> Any:
        return self.document.project.node(node_id).operation

    def find(self, name: str) -> Any:
        return find(self.inspector, name)

    def select(self, *ids: str) -> None:
        self.inspector.set_selection(ids)
        QApplication.processEvents()


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


# ---- one block ----------------------------------------------------------------------------------


def test_a_block_shows_its_name_and_what_it_is(desk: Desk) -> None:
    desk.select("dense")
    assert desk.find("inspector.name").text() == "dense"
    assert desk.find("inspector.subtitle").text().startswith("Dense: every input to every unit")


def test_an_edit_is_one_undo_step(desk: Desk) -> None:
    desk.select("dense")
    type_into(desk.find("inspector.units"), "9")
    assert desk.operation("dense") == Dense(units=9)
    desk.document.undo()
    assert desk.operation("dense") == Dense(units=6)
    assert desk.find("inspector.units").text() == "6"


def test_steps_in_a_row_are_one_undo_step_until_the_field_is_left(desk: Desk) -> None:
    desk.select("dense")
    units = desk.find("inspector.units")
    units.setFocus()
    for _ in range(3):
        QTest.keyClick(units, Qt.Key.Key_Up)
    assert desk.operation("dense").units == 9
    QTest.keyClick(units, Qt.Key.Key_Tab)
    units.setFocus()
    QTest.keyClick(units, Qt.Key.Key_Up)
    desk.document.undo()
    assert desk.operation("dense").units == 9
    desk.document.undo()
    assert desk.operation("dense").units == 6


@pytest.mark.parametrize("field", ["inspector.units", "inspector.name"])
def test_undo_keys_reach_the_document_once_the_edit_is_committed(desk: Desk, field: str) -> None:
    undo = QAction(desk.window)
    undo.setShortcut(QKeySequence.StandardKey.Undo)
    undo.triggered.connect(desk.document.undo)
    desk.window.addAction(undo)
    desk.select("dense")
    before = desk.document.project
    line = desk.find(field)
    type_into(line, "7")
    assert desk.document.project != before
    QTest.keyClicks(line, "1")
    QTest.keyClick(line, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert line.text() == "7"  # what is half typed is the field's own
    QTest.keyClick(line, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert desk.document.project == before


def test_a_bad_value_leaves_the_document_alone(desk: Desk) -> None:
    desk.select("dense")
    before = desk.document.project
    type_into(desk.find("inspector.units"), "5000")
    assert desk.document.project is before
    assert (
        "expected an integer from 1 to 4096, got 5000" in desk.find("inspector.units.note").text()
    )


def test_a_change_made_elsewhere_appears(desk: Desk) -> None:
    desk.select("dense")
    desk.document.push(SetParameter("dense", "units", 3))
    assert desk.find("inspector.units").text() == "3"


def test_the_formula_tells_the_shapes(desk: Desk) -> None:
    desk.select("dense")
    card = desk.inspector.block.formulas
    assert card.formulas() == ["Z = H W + b"]
    assert card.shapes() == r"(m \times 6) = (m \times 2)(2 \times 6) + (6)"
    type_into(desk.find("inspector.units"), "3")
    assert card.shapes() == r"(m \times 3) = (m \times 2)(2 \times 3) + (3)"
    QTest.mouseClick(desk.find("inspector.bias"), Qt.MouseButton.LeftButton)
    assert card.shapes() == r"(m \times 3) = (m \times 2)(2 \times 3)"


def test_an_activation_shows_its_curve_and_slope(desk: Desk) -> None:
    desk.select("tanh")
    card = desk.inspector.block.formulas
    assert card.formulas() == [desk.operation("tanh").formula, "f'(z) = 1 - h^2"]
    assert card.shapes() == ""
    assert desk.find("inspector.curve").isVisible()
    desk.select("dense")
    assert not desk.inspector.block.curve.isVisible()


def test_an_activation_of_whole_rows_has_no_curve(desk: Desk) -> None:
    desk.inspector.block.curve.set_operation(Softmax())
    assert desk.inspector.block.curve.isHidden()


def test_the_loss_shows_value_and_gradient(desk: Desk) -> None:
    desk.select("loss")
    operation = desk.operation("loss")
    assert desk.inspector.block.formulas.formulas() == [
        operation.formula,
        operation.gradient_formula,
    ]


def test_problems_of_the_block_are_told_in_words(desk: Desk) -> None:
    desk.select("dense")
    desk.document.push(Disconnect((("data", "dense"),)))
    notes = [w for w in desk.inspector.findChildren(QLabel) if w.isVisible()]
    assert any("'dense' has no input" in w.text() for w in notes)
    desk.document.undo()
    notes = [w for w in desk.inspector.findChildren(QLabel) if w.isVisible()]
    assert not any("has no input" in w.text() for w in notes)


def test_typing_in_values_starts_from_the_present_weights(desk: Desk) -> None:
    weights = np.arange(12.0).reshape(2, 6) / 8
    desk.controller.weights = {"dense": {"W": weights, "b": np.zeros(6)}}
    desk.select("dense")
    combo = desk.find("inspector.weight_init")
    combo.setCurrentIndex(combo.findData("values"))
    combo.activated.emit(combo.currentIndex())
    assert desk.operation("dense").weight_init == Values(
        values=tuple(tuple(float(w) for w in row) for row in weights)
    )
    combo = desk.find("inspector.bias_init")
    combo.setCurrentIndex(combo.findData("values"))
    combo.activated.emit(combo.currentIndex())
    assert desk.operation("dense").bias_init == Values(values=(0.0,) * 6)
    assert desk.controller.analysis.ok


# ---- names --------------------------------------------------------------------------------------


def test_renaming_follows_everywhere(desk: Desk) -> None:
    desk.select("dense")
    type_into(desk.find("inspector.name"), "hidden")
    assert desk.document.project.edges[0] == ("data", "hidden")
    assert desk.inspector.selection() == ("hidden",)
    desk.document.undo()
    assert desk.inspector.selection() == ("dense",)
    assert desk.find("inspector.name").text() == "dense"


def test_a_taken_name_is_refused_and_escape_restores(desk: Desk) -> None:
    desk.select("dense")
    name = desk.find("inspector.name")
    type_into(name, "tanh")
    assert desk.document.project.has("dense")
    assert "already a block named 'tanh'" in desk.find("inspector.name.note").text()
    QTest.keyClick(name, Qt.Key.Key_Escape)
    assert name.text() == "dense"
    note = desk.inspector.findChild(QLabel, "inspector.name.note")
    assert note is not None
    assert note.isHidden()


def test_the_selection_follows_a_rename_made_elsewhere(desk: Desk) -> None:
    desk.select("dense", "tanh")
    desk.document.push(Rename("tanh", "squash"))
    assert desk.inspector.selection() == ("dense", "squash")


def test_a_deleted_block_gives_way_to_the_project(desk: Desk) -> None:
    desk.select("tanh")
    desk.document.push(RemoveNodes(("tanh",)))
    assert desk.inspector.selection() == ()
    assert desk.find("inspector.project.name").text() == "Chain"


# ---- numbers of the run -------------------------------------------------------------------------


def test_now_tells_gradient_parameters_and_shapes(desk: Desk) -> None:
    desk.select("dense")
    desk.controller.send()
    assert desk.inspector.block.values.rows() == [
        ("gradient norm", "0.0127"),
        ("weight norm", "1"),
        ("output mean ± std", "0 ± 1"),
        ("parameters", "18"),  # 2 x 6 weights and 6 biases
        ("in → out", "2 → 6"),
    ]


def test_the_loss_tells_loss_and_metric(desk: Desk) -> None:
    desk.controller.send(test_loss=float("nan"), test_metric=float("nan"))
    desk.select("loss")
    assert desk.inspector.block.values.rows() == [
        ("training loss", "0.031"),
        ("training accuracy", "99 %"),
    ]


def test_numbers_are_renewed_at_most_five_times_a_second(desk: Desk, qtbot: QtBot) -> None:
    desk.select("dense")
    values = desk.inspector.block.values
    desk.controller.send(layers=layers({"dense": 1.0}))
    for k in range(30):
        desk.controller.send(layers=layers({"dense": 2.0 + k}))
    assert values.rows()[0] == ("gradient norm", "1")
    qtbot.waitUntil(lambda: values.rows()[0] == ("gradient norm", "31"), timeout=1000)


def test_a_hidden_inspector_does_no_work(desk: Desk) -> None:
    desk.select("dense")
    desk.controller.send(layers=layers({"dense": 1.0}))
    QTest.qWait(250)
    desk.window.hide()
    desk.controller.send(layers=layers({"dense": 2.0}))
    assert desk.inspector.block.values.rows()[0][1] == "1"
    desk.window.show()
    assert desk.inspector.block.values.rows()[0][1] == "2"


def test_the_weights_are_counted_by_sign(desk: Desk) -> None:
    desk.controller.weights = {"dense": {"W": np.array([[-0.5, -0.1, 0.2]]), "b": np.ones(3)}}
    desk.select("dense")
    histogram = desk.inspector.block.histogram
    assert histogram.isVisible()
    middles = (histogram.edges()[:-1] + histogram.edges()[1:]) / 2
    assert histogram.counts()[middles < 0].sum() == 2
    assert histogram.counts()[middles > 0].sum() == 1
    assert histogram.accessibleName() == "3 weights from -0.5 to 0.2, mean -0.133"


# ---- several and none ---------------------------------------------------------------------------


def test_a_change_goes_to_all_selected_blocks_in_one_step(desk: Desk) -> None:
    desk.select("dense", "dense 2")
    assert desk.find("inspector.several.name").text() == "2 blocks"
    assert desk.find("inspector.several.units.note").text() == "The blocks differ here."
    type_into(desk.find("inspector.several.units"), "5")
    assert [desk.operation(n).units for n in ("dense", "dense 2")] == [5, 5]
    desk.document.undo()
    assert [desk.operation(n).units for n in ("dense", "dense 2")] == [6, 1]


def test_blocks_without_common_fields_show_none(desk: Desk) -> None:
    desk.select("dense", "tanh", "loss")
    assert desk.find("inspector.several.name").text() == "3 blocks"
    assert desk.inspector.several.form is None


def test_nothing_selected_is_the_project(desk: Desk) -> None:
    assert desk.find("inspector.project.subtitle").text() == "Project: 5 blocks, 25 parameters"
    type_into(desk.find("inspector.project.name"), "Lesson 3")
    assert desk.document.project.name == "Lesson 3"
    type_into(desk.find("inspector.training.batch_size"), "all")
    assert desk.document.project.training.batch_size is None
    type_into(desk.find("inspector.training.optimizer.learning_rate"), "0.05")
    assert desk.document.project.training.optimizer.learning_rate == 0.05
    choose(desk.find("inspector.dataset"), "Spiral")
    assert desk.document.project.dataset == Spiral(samples=40)  # what was set is carried over


# ---- a toy from outside -------------------------------------------------------------------------


@pytest.fixture
def toy() -> Iterator[type[Activation]]:
    @register
    class Bent(Activation, frozen=True):
        """h = z where z > 0, else slope * z."""

        title: ClassVar[str] = "Bent"
        formula: ClassVar[str] = r"h = \max(z, a z)"
        derivative_formula: ClassVar[str] = r"f'(z) = 1"
        slope: Annotated[float, Meta(ge=0, le=1, title="Slope", extra={"unit": "rise"})] = 0.25

        def forward(self, build: Builder, z: Any, h: Array) -> list[Call]:
            return [lambda: np.maximum(z, self.slope * z, out=h)]

        def derivative(self, build: Builder, z: Any, h: Array, out: Array) -> list[Call]:
            return [lambda: np.copyto(out, np.where(z > 0, 1.0, self.slope))]

    yield Bent
    unregister(Bent)


def test_a_toy_activation_has_its_form_formula_and_curve(toy: type[Activation], desk: Desk) -> None:
    project = desk.document.project
    nodes = tuple(Node("tanh", toy()) if n.id == "tanh" else n for n in project.nodes)
    desk.document.load(project.with_(nodes=nodes), None)
    desk.select("tanh")
    type_into(desk.find("inspector.slope"), "0.5")
    assert desk.operation("tanh") == toy(slope=0.5)
    assert desk.inspector.block.formulas.formulas()[0] == r"h = \max(z, a z)"
    assert desk.inspector.block.curve.isVisible()
    f = desk.inspector.block.curve._plot._f
    # At z = -4 the changed slope gives -2.
    assert f[0] == -REACH * 0.5


# ---- small pieces -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.01274, "0.0127"), (1.234e-7, "1.23e−7"), (1e20, "1e20"), (0.0, "0"), (float("inf"), "∞")],
)
def test_numbers_have_three_figures(value: float, text: str) -> None:
    assert figures(value) == text


@pytest.mark.parametrize("values", [[0.0], [5.0, 5.0], [-1e-300, 1e300], [-3.0, -2.9]])
def test_bins_hold_every_value_and_are_split_by_zero(values: list[float]) -> None:
    counts, edges = binned(np.array(values))
    assert counts.sum() == len(values)
    assert np.isfinite(edges).all()
    assert not ((edges[:-1] < 0) & (edges[1:] > 0)).any()


def test_the_axis_of_the_curve_has_round_ticks() -> None:
    low, high, ticks = _range(np.array([-1.0, 1.0]), np.array([0.0, 1.0]))
    assert (low, high) == (-1.0, 1.0)
    assert ticks == [-1.0, -0.5, 0.0, 0.5, 1.0]
