"""A stage view without a window, and what is read from it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from netbuilder.ui.step.matrix_cards import MatrixCard
from netbuilder.ui.step.matrix_model import VALUE, MatrixModel
from netbuilder.ui.step.model import StepModel
from netbuilder.ui.step.stage_view import StageView


def view_of(qtbot: QtBot, model: StepModel) -> StageView:
    view = StageView(model)
    qtbot.addWidget(view)
    view.resize(890, 470)
    return view


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
