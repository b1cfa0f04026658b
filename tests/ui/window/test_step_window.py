"""Stepping through in the real window: the printed numbers of the lectures, forth and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from engine.test_reference import LOGISTIC, RELU, check
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from netbuilder import assets
from netbuilder.project import files
from netbuilder.project.model import Project
from netbuilder.ui.main_window import MainWindow
from netbuilder.ui.motion import motion
from netbuilder.ui.step.workspace import StepWorkspace

Open = Callable[[Project], MainWindow]
Numbers = dict[str, list[list[float]]]


def stepping(open_window: Open, example: str) -> tuple[MainWindow, StepWorkspace]:
    window = open_window(files.read(assets.example(example)))
    window.workspaces.show("step")
    QApplication.processEvents()  # it is there after the next pass of the layout
    step = window.workspaces.step
    assert step.model.walk is not None, step.model.why
    return window, step


def press(step: StepWorkspace, name: str) -> None:
    button = step.findChild(QPushButton, f"step.{name}")
    assert isinstance(button, QPushButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def read(step: StepWorkspace, into: Numbers) -> None:
    """The numbers as the tables of this stage show them: the text, not the value behind it."""
    for key, model in step.formulas.models().items():
        rows = [
            [
                float(str(model.data(model.index(i, j), Qt.ItemDataRole.DisplayRole)))
                for j in range(model.columnCount())
            ]
            for i in range(model.rowCount())
        ]
        into.setdefault(key, rows)


def all_stages(step: StepWorkspace) -> Numbers:
    numbers: Numbers = {}
    assert step.model.walk is not None
    read(step, numbers)
    for _ in range(len(step.model.walk.stages) - 1):
        press(step, "next")
        read(step, numbers)
    return numbers


LOGISTIC_KEYS = {
    "X": "data:output",
    "Y": "loss:targets",
    "W1": "hidden:W",
    "W2": "output:W",
    "Z1": "hidden:output",
    "H": "sigmoid 1:output",
    "Z2": "output:output",
    "Y_hat": "sigmoid 2:output",
    "dJ_dY_hat": "sigmoid 2:output gradient",
    "dJ_dZ2": "output:output gradient",
    "dJ_dW2": "output:d W",
    "dJ_dH": "sigmoid 1:output gradient",
    "dJ_dZ1": "hidden:output gradient",
    "dJ_dW1": "hidden:d W",
}


def check_logistic(numbers: Numbers) -> None:
    for name, key in LOGISTIC_KEYS.items():
        check(name, numbers[key], LOGISTIC[name])
    check("b1", numbers["hidden:b"], [LOGISTIC["b1"]])
    check("dJ_db1", numbers["hidden:d b"], [LOGISTIC["dJ_db1"]])
    check("dJ_db2", numbers["output:d b"], [LOGISTIC["dJ_db2"]])
    check("J", numbers["loss:J"], [[LOGISTIC["J"]]])
    after = LOGISTIC["after_1_step"]
    check("W1 new", numbers["hidden:new W"], after["W1"])
    check("b1 new", numbers["hidden:new b"], [after["b1"]])
    check("W2 new", numbers["output:new W"], after["W2"])
    check("b2 new", numbers["output:new b"], [after["b2"]])


def test_the_lectures_logistic_network_and_again_after_50_times_back_and_forth(
    open_window: Open, qtbot: QtBot
) -> None:
    _, step = stepping(open_window, "logistic_2_3_1")
    model = step.model
    first = all_stages(step)
    check_logistic(first)
    # Behind the last stage the step is taken; back again, and so on, over two steps of training.
    for _ in range(50):
        for wanted in (1, 2):
            model.go(len(model.walk.stages) - 1 if model.walk is not None else 0)
            press(step, "next")
            qtbot.waitUntil(lambda wanted=wanted: (model.step, model.stage) == (wanted, 0))  # type: ignore[misc]
        for wanted in (1, 0):
            model.go(0)
            press(step, "back")
            qtbot.waitUntil(lambda wanted=wanted: model.step == wanted and model.stage > 0)  # type: ignore[misc]
    model.go(0)
    again = all_stages(step)
    check_logistic(again)
    assert again == first


def test_the_lectures_relu_network(open_window: Open) -> None:
    _, step = stepping(open_window, "relu_2_2_1")
    numbers = all_stages(step)
    wanted: dict[str, Any] = {
        "data:output": [RELU["x"]],
        "hidden:output": [RELU["z"]],
        "relu:output": [RELU["h"]],
        "linear:output": [[RELU["o"]]],
        "loss:J": [[RELU["L"]]],
        "linear:output gradient": [[RELU["dL_do"]]],
        "output:d W": RELU["dL_dW_o"],
        "output:d b": [RELU["dL_db_o"]],
        "relu:output gradient": [RELU["dL_dh"]],
        "hidden:output gradient": [RELU["dL_dz"]],
        "hidden:d W": RELU["dL_dW_h"],
        "hidden:d b": [RELU["dL_db_h"]],
    }
    for key, values in wanted.items():
        check(key, numbers[key], values)


def test_a_step_taken_here_is_a_step_of_the_run(open_window: Open, qtbot: QtBot) -> None:
    window, step = stepping(open_window, "logistic_2_3_1")
    all_stages(step)
    press(step, "next")
    qtbot.waitUntil(lambda: step.model.step == 1)
    assert window.controller.snapshot is not None
    assert window.controller.snapshot.step == 1
    learned = window.controller.weights_of("hidden")
    assert learned is not None
    check("W1", learned["W"].tolist(), LOGISTIC["after_1_step"]["W1"])


def test_training_elsewhere_moves_the_walk(open_window: Open, qtbot: QtBot) -> None:
    window, step = stepping(open_window, "xor")
    window.controller.step(7)
    qtbot.waitUntil(lambda: step.model.step == 7)
    window.workspaces.show("train")
    window.controller.step(5)
    qtbot.waitUntil(
        lambda: window.controller.snapshot is not None and window.controller.snapshot.step == 12
    )
    assert step.model.step == 7, "nobody looks"
    window.workspaces.show("step")
    qtbot.waitUntil(lambda: step.model.step == 12)


def test_a_network_with_a_problem_says_why_there_is_nothing(open_window: Open) -> None:
    window, step = stepping(open_window, "xor")
    window.workspaces.show("train")
    window.canvas.select(["loss"])
    window.canvas.delete_selection()
    window.workspaces.show("step")
    assert step.model.walk is None
    assert step.note.isVisible()
    assert step.note.text() == window.controller.analysis.errors[0].text
    for name in ("next", "back", "play"):
        button = step.findChild(QPushButton, f"step.{name}")
        assert isinstance(button, QPushButton)
        assert not button.isEnabled()
    window.document.undo()
    assert step.model.walk is not None


def test_keys_go_forth_and_back(open_window: Open) -> None:
    _, step = stepping(open_window, "xor")
    step.stages.setFocus()
    QTest.keyClick(step.stages, Qt.Key.Key_N)
    assert step.model.stage == 1
    QTest.keyClick(step.stages, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert step.model.stage == 2
    QTest.keyClick(step.stages, Qt.Key.Key_B)
    assert step.model.stage == 1
    QTest.keyClick(step.stages, Qt.Key.Key_End)
    assert step.model.walk is not None
    assert step.model.stage == len(step.model.walk.stages) - 1


def test_playing_goes_on_by_itself_and_stops_when_nobody_looks(
    open_window: Open, qtbot: QtBot
) -> None:
    window, step = stepping(open_window, "xor")
    step.bar._pace.setCurrentIndex(3)
    press(step, "play")
    qtbot.waitUntil(lambda: step.model.stage >= 3)
    assert step.bar.playing
    window.workspaces.show("train")
    assert not step.bar.playing


@pytest.mark.parametrize("name", ["xor", "classes", "spiral", "circle", "universal_1_6_1"])
def test_every_example_can_be_stepped_through(open_window: Open, name: str) -> None:
    _, step = stepping(open_window, name)
    numbers = all_stages(step)
    assert len(numbers) > 6
    assert all(np.isfinite(np.array(rows)).all() for rows in numbers.values())


def test_what_an_exercise_hides_is_in_no_table_and_no_list(open_window: Open) -> None:
    _, step = stepping(open_window, "logistic_2_3_1")
    press(step, "exercise")
    exercise = step.model.exercise
    assert exercise is not None
    assert not step.bar.picture.isEnabled()
    for question in exercise.questions:
        step.model.go(question.stage)
        matrix = step.formulas.models()[question.place.key]
        index = matrix.index(question.place.row, question.place.column)
        assert matrix.data(index, Qt.ItemDataRole.DisplayRole) == "?"
        tip = str(matrix.data(index, Qt.ItemDataRole.ToolTipRole))
        assert f"{question.answer!r}" not in tip
    loss = next(
        i
        for i, s in enumerate(step.model.walk.stages if step.model.walk else ())
        if s.phase == "loss"
    )
    assert step.stages.stages.data(step.stages.stages.index(loss)) == "Loss J = ?"
    press_end = step.findChild(QPushButton, "exercise.end")
    assert isinstance(press_end, QPushButton)
    QTest.mouseClick(press_end, Qt.MouseButton.LeftButton)
    assert step.bar.picture.isEnabled()
    step.model.go(0)
    check_logistic(all_stages(step))


def test_stop_holds_what_moves_and_the_next_stage_lets_it_go(
    open_window: Open, qtbot: QtBot
) -> None:
    motion().set_choice("full")
    try:
        _, step = stepping(open_window, "xor")
        press(step, "play")
        qtbot.waitUntil(lambda: step.diagram.flow.running)
        press(step, "play")
        assert step.diagram.flow.paused
        press(step, "next")  # an activation in the neuron itself: nothing leaves it
        press(step, "next")
        assert not step.diagram.flow.paused
        assert step.diagram.flow.running
    finally:
        motion().set_choice("system")
