"""The exercise with real keys: right, nearly right, wrong, hints, giving up, and the sheets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import EXAMPLES
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot
from ui.step.step_helpers import walked

from netbuilder.project.files import read
from netbuilder.ui.step.exercise_panel import ExercisePanel, QuestionRow
from netbuilder.ui.step.model import StepModel


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[ExercisePanel]:
    walk = walked(read(EXAMPLES / "logistic_2_3_1.json"))
    panel = ExercisePanel(walk.model, lambda: "Logistic 2-3-1")
    qtbot.addWidget(panel)
    panel.resize(300, 700)
    panel.show()
    panel.begin()
    walk.model.go(1)
    yield panel
    panel.hide()


def model_of(panel: ExercisePanel) -> StepModel:
    return panel._model


def type_into(row: QuestionRow, words: str) -> None:
    row.field.clear()
    QTest.keyClicks(row.field, words)
    QTest.keyClick(row.field, Qt.Key.Key_Return)


def click(panel: ExercisePanel, name: str) -> None:
    button = panel.findChild(QPushButton, name)
    assert isinstance(button, QPushButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_right_answer_is_told_and_shows_the_number(panel: ExercisePanel) -> None:
    model, row = model_of(panel), panel.rows[0]
    assert model.number_at(row.question.place) == "?"
    type_into(row, f"{row.question.answer:.6g}")
    assert row.verdict.text() == "✓ Right."
    assert model.number_at(row.question.place) == f"{row.question.answer:.6g}"
    done = panel.findChild(QLabel, "exercise.done")
    assert isinstance(done, QLabel)
    assert done.text().startswith("1 of ")


def test_a_wrong_answer_names_the_formula_and_hides_on(panel: ExercisePanel) -> None:
    model, row = model_of(panel), panel.rows[0]
    type_into(row, "123")
    assert row.verdict.text().startswith("✗ Not this: work out x")
    assert "w¹" in row.verdict.text()
    assert model.number_at(row.question.place) == "?"
    type_into(row, "abc")
    assert "no number" in row.verdict.text()
    type_into(row, f"{-row.question.answer:.6g}")
    assert "sign" in row.verdict.text()


def test_hints_come_in_two_steps(panel: ExercisePanel) -> None:
    row = panel.rows[0]
    assert row.help.isHidden()
    QTest.mouseClick(row.hint, Qt.MouseButton.LeftButton)
    assert "x_{" in row.help.formula()
    QTest.mouseClick(row.hint, Qt.MouseButton.LeftButton)
    assert "x_{" not in row.help.formula()
    assert r"\cdot" in row.help.formula()
    assert not row.hint.isEnabled()


def test_giving_up_shows_the_number_and_does_not_count(panel: ExercisePanel) -> None:
    model, row = model_of(panel), panel.rows[0]
    QTest.mouseClick(row.give, Qt.MouseButton.LeftButton)
    assert row.field.text() == model.number(row.question.answer)
    assert model.number_at(row.question.place) == row.field.text()
    assert model.exercise is not None
    assert model.exercise.solved == set()


def test_another_stage_asks_other_numbers_and_what_was_found_stays_found(
    panel: ExercisePanel,
) -> None:
    model, row = model_of(panel), panel.rows[0]
    first = row.question.number
    type_into(row, f"{row.question.answer:.6g}")
    model.next()
    assert all(r.question.number != first for r in panel.rows)
    model.back()
    again = panel.rows[0]
    assert again.question.number == first
    assert again.field.isReadOnly()
    assert again.verdict.text() == "✓ Right."
    model.go(0)
    assert panel.rows == []


def test_other_numbers_and_the_end(panel: ExercisePanel, qtbot: QtBot) -> None:
    model = model_of(panel)
    assert model.exercise is not None
    before = [q.place for q in model.exercise.questions]
    click(panel, "exercise.again")
    assert [q.place for q in model.exercise.questions] != before
    with qtbot.waitSignal(panel.ended):
        click(panel, "exercise.end")
    model.end_exercise()
    assert panel.rows == []


@pytest.mark.parametrize("suffix", [".html", ".pdf"])
def test_the_sheet_and_its_solutions_are_saved(
    panel: ExercisePanel, tmp_path: Path, suffix: str, qtbot: QtBot
) -> None:
    sizes = []
    for solutions in (False, True):
        path = tmp_path / f"sheet{solutions}{suffix}"
        with qtbot.waitSignal(panel.saved):
            assert panel.save_sheet(path, solutions=solutions)
        data = path.read_bytes()
        assert data.startswith(b"%PDF" if suffix == ".pdf" else b"<!DOCTYPE html>")
        sizes.append(len(data))
    assert sizes[1] > sizes[0]


def test_a_sheet_that_cannot_be_written_is_told_in_a_sentence(
    panel: ExercisePanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def read_it(box: QMessageBox) -> int:
        told.append(box.informativeText())
        return 0

    monkeypatch.setattr(QMessageBox, "exec", read_it)
    assert not panel.save_sheet(tmp_path / "missing" / "sheet.html", solutions=False)
    assert len(told) == 1
    assert "missing" in told[0]
