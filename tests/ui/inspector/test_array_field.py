"""The grid for arrays: typing, pasting, rows and columns."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTableView
from pytestqt.qtbot import QtBot
from ui.inspector.panel_kit import find, shown

from netbuilder.data.sets.table import TableData
from netbuilder.engine.initializers.values import Values
from netbuilder.ui.forms import DeclaredForm
from netbuilder.ui.forms.array_model import parsed, parsed_block


def form_of(qtbot: QtBot, value: Any) -> tuple[DeclaredForm, list[Any]]:
    form = DeclaredForm("f")
    shown(qtbot, form, width=360)
    form.set_value(value)
    edits: list[Any] = []
    form.edited.connect(edits.append)
    return form, edits


def grid_of(form: DeclaredForm) -> QTableView:
    (grid,) = form.findChildren(QTableView)
    return grid


def put(grid: QTableView, row: int, column: int, text: str) -> None:
    """Type into a cell, as a person does: type over it, then Enter."""
    grid.setFocus()
    grid.setCurrentIndex(grid.model().index(row, column))
    grid.edit(grid.currentIndex())
    editor = QApplication.focusWidget()
    assert editor is not None
    assert editor is not grid
    editor.selectAll()  # type: ignore[attr-defined]
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()


def paste(grid: QTableView, text: str, row: int = 0, column: int = 0) -> None:
    QGuiApplication.clipboard().setText(text)
    grid.setFocus()
    grid.setCurrentIndex(grid.model().index(row, column))
    QTest.keyClick(grid, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def press(form: DeclaredForm, name: str) -> None:
    QTest.mouseClick(find(form, name), Qt.MouseButton.LeftButton)


def test_a_typed_cell_changes_the_matrix(qtbot: QtBot) -> None:
    form, edits = form_of(qtbot, Values(values=((1.0, 2.0), (3.0, 4.0))))
    put(grid_of(form), 1, 0, "-0.5")
    assert edits == [Values(values=((1.0, 2.0), (-0.5, 4.0)))]


def test_words_in_a_cell_are_refused(qtbot: QtBot) -> None:
    form, edits = form_of(qtbot, Values(values=((1.0, 2.0),)))
    put(grid_of(form), 0, 1, "two")
    assert edits == []
    assert form.row("values").note() == "Row 1: “two” is not a number."
    assert grid_of(form).model().index(0, 1).data() == "2"


def test_a_list_stays_a_list(qtbot: QtBot) -> None:
    form, edits = form_of(qtbot, Values(values=(1.0, 2.0)))
    put(grid_of(form), 0, 1, "7")
    assert edits == [Values(values=(1.0, 7.0))]
    press(form, "f.values.add_column")
    assert edits[1:] == [Values(values=(1.0, 7.0, 0.0))]


def test_rows_and_columns_come_and_go(qtbot: QtBot) -> None:
    form, edits = form_of(qtbot, Values(values=((1.0, 2.0), (3.0, 4.0))))
    press(form, "f.values.add_row")
    assert edits[-1] == Values(values=((1.0, 2.0), (3.0, 4.0), (0.0, 0.0)))
    press(form, "f.values.remove_row")
    press(form, "f.values.add_column")
    assert edits[-1] == Values(values=((1.0, 2.0, 0.0), (3.0, 4.0, 0.0)))
    grid = grid_of(form)
    grid.setCurrentIndex(grid.model().index(0, 0))
    press(form, "f.values.remove_column")
    assert edits[-1] == Values(values=((2.0, 0.0), (4.0, 0.0)))


def test_a_block_from_a_spreadsheet_is_pasted(qtbot: QtBot) -> None:
    form, edits = form_of(qtbot, Values())
    paste(grid_of(form), "1\t2,5\n3\t4\n")
    assert edits == [Values(values=((1.0, 2.5), (3.0, 4.0)))]


def test_a_wider_block_makes_more_inputs_and_keeps_the_targets(qtbot: QtBot) -> None:
    form, edits = form_of(qtbot, TableData())
    paste(grid_of(form), "a;b;c;y\n1;2;3;0\n4;5;6;1\n7;8;9;1\n10;11;12;0\n13;14;15;1")
    (table,) = edits
    assert table.x == tuple((3.0 * k + 1, 3.0 * k + 2, 3.0 * k + 3) for k in range(5))
    assert table.y == ((0.0,), (1.0,), (1.0,), (0.0,), (1.0,))


def test_text_that_is_no_block_changes_nothing(qtbot: QtBot) -> None:
    form, edits = form_of(qtbot, TableData())
    paste(grid_of(form), "hello\tworld")
    assert edits == []
    assert "no rows of numbers" in form.row("x").note()


def test_inputs_and_targets_share_one_grid(qtbot: QtBot) -> None:
    form, edits = form_of(qtbot, TableData())
    grid = grid_of(form)
    headings = [
        grid.model().headerData(c, Qt.Orientation.Horizontal)
        for c in range(grid.model().columnCount())
    ]
    assert headings == ["x1", "x2", "y"]
    put(grid, 3, 2, "1")
    (table,) = edits
    assert table.y == ((0.0,), (1.0,), (1.0,), (1.0,))
    assert table.x == TableData().x


def test_arrays_that_do_not_go_together_are_refused_and_escape_restores(qtbot: QtBot) -> None:
    form, edits = form_of(qtbot, TableData())
    grid = grid_of(form)
    grid.setCurrentIndex(grid.model().index(0, 2))
    press(form, "f.x.remove_column")  # the only target
    assert edits == []
    assert form.row("x").note() == "Expected at least one sample with one input and one target."
    QTest.keyClick(grid, Qt.Key.Key_Escape)
    assert grid.model().columnCount() == 3
    assert form.row("x").note() == ""


def test_copying_gives_what_pasting_takes(qtbot: QtBot) -> None:
    form, _ = form_of(qtbot, Values(values=((1.0, 0.1 + 0.2), (3.0, 4.0))))
    grid = grid_of(form)
    grid.setFocus()
    grid.selectAll()
    QTest.keyClick(grid, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    text = QGuiApplication.clipboard().text()
    assert parsed_block(text) == [[1.0, 0.30000000000000004], [3.0, 4.0]]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.5", 1.5),
        ("1,5", 1.5),
        (" \N{MINUS SIGN}2e-3 ", -0.002),
        ("", None),
        ("nan", None),
        ("inf", None),
        ("1.2.3", None),
    ],
)
def test_cells_read_points_and_commas(text: str, number: float | None) -> None:
    assert parsed(text) == number


def test_blocks_of_unequal_rows_are_none() -> None:
    assert parsed_block("1,2\n3") is None
    assert parsed_block("") is None
    assert parsed_block("1 2\n3 4") == [[1.0, 2.0], [3.0, 4.0]]
    assert parsed_block("x1\tx2\n1\t2") == [[1.0, 2.0]]
