"""The data panel: choosing the set, its parameters, the test share, the picture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTableView
from pytestqt.qtbot import QtBot
from ui.inspector.panel_kit import WINDOWS, FakeController, choose, find, shown, small, type_into

from netbuilder.data.dataset import Dataset, Table
from netbuilder.data.sets.table import TableData
from netbuilder.data.sets.xor import Xor
from netbuilder.declare import Meta, register, unregister
from netbuilder.project.document import Document
from netbuilder.project.problems import Analysis, Problem
from netbuilder.ui.data_panel import DataPanel
from netbuilder.ui.theme import theme


@pytest.fixture(autouse=True)
def _look(qapp: QApplication) -> Iterator[None]:
    theme().install(qapp)
    theme().set_mode("light")
    theme().set_text_zoom(100)
    yield
    WINDOWS.clear()


class Bench:
    def __init__(self, qtbot: QtBot) -> None:
        self.document = Document(small(Xor(samples=40)))
        self.controller = FakeController(self.document)
        self.panel = DataPanel(self.document, self.controller)
        self.window = shown(qtbot, self.panel)

    @property
    def dataset(self) -> Dataset:
        return self.document.project.dataset


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    return Bench(qtbot)


def test_the_counts_follow_set_and_share(bench: Bench) -> None:
    assert bench.panel.counts.text() == "20 train, 20 test, 2 features, 2 classes"
    type_into(find(bench.panel, "data.dataset.samples"), "60")
    assert bench.dataset == Xor(samples=60)
    assert bench.panel.counts.text() == "30 train, 30 test, 2 features, 2 classes"
    share = find(bench.panel, "data.test_fraction")
    assert share.text() == "50"
    type_into(share, "25")
    assert bench.document.project.training.test_fraction == 0.25
    assert bench.panel.counts.text() == "45 train, 15 test, 2 features, 2 classes"
    bench.document.undo()
    assert share.text() == "50"


def test_another_set_is_chosen_in_one_undo_step(bench: Bench) -> None:
    combo = find(bench.panel, "data.dataset")
    words = [combo.itemText(i) for i in range(combo.count())]
    neighbour = words[combo.currentIndex() - 1 or 1]
    choose(combo, neighbour)
    assert type(bench.dataset).title == neighbour
    assert bench.panel.about.text() == type(bench.dataset).summary
    while bench.document.undo_command:
        bench.document.undo()
    assert bench.dataset == Xor(samples=40)
    assert combo.currentText() == "XOR"


def test_the_picture_shows_the_controllers_samples(bench: Bench) -> None:
    assert bench.panel.picture.isVisible()
    assert bench.panel.picture.title() == "Samples"
    frames = bench.panel.picture.frames
    type_into(find(bench.panel, "data.dataset.noise"), "0.4")
    assert bench.panel.picture.frames > frames


def test_a_bad_value_changes_nothing(bench: Bench) -> None:
    before = bench.document.project
    type_into(find(bench.panel, "data.dataset.samples"), "1")
    assert bench.document.project is before
    note = find(bench.panel, "data.dataset.samples.note").text()
    assert note == "Samples: expected an integer from 2 to 100000, got 1"


def test_a_table_is_edited_in_its_grid(bench: Bench) -> None:
    combo = find(bench.panel, "data.dataset")
    choose(combo, "Table")
    (grid,) = bench.panel.findChildren(QTableView)
    QGuiApplication.clipboard().setText("0\t0\t0\n0\t1\t0\n1\t0\t0\n1\t1\t1\n2\t2\t1")
    grid.setFocus()
    grid.setCurrentIndex(grid.model().index(0, 0))
    QTest.keyClick(grid, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert isinstance(bench.dataset, TableData)
    x, y = bench.dataset.x, bench.dataset.y
    assert x == ((0, 0), (0, 1), (1, 0), (1, 1), (2, 2))
    assert y == ((0,), (0,), (0,), (1,), (1,))
    assert bench.panel.counts.text() == "3 train, 2 test, 2 features, 2 classes"


def test_a_problem_of_the_data_is_told(bench: Bench) -> None:
    problem = Problem(code="data", template="The data: {detail}", fields={"detail": "no file"})
    bench.controller.analysis = Analysis(problems=(problem,))
    bench.controller.split = None
    bench.controller.analysis_changed.emit(bench.controller.analysis)
    assert bench.panel.problem.isVisible()
    assert bench.panel.problem.text() == "The data: no file"
    assert not bench.panel.picture.isVisible()


@pytest.fixture
def toy() -> Iterator[type[Dataset]]:
    @register
    class Line(Dataset, frozen=True):
        title: ClassVar[str] = "Toy line"
        count: Annotated[int, Meta(ge=2, le=99, title="Count")] = 8

        def make(self) -> Table:
            x = np.linspace(0, 1, self.count).reshape(-1, 1)
            return Table(x, 2 * x, None, ("x",))

    yield Line
    unregister(Line)


def test_a_toy_dataset_simply_appears(toy: type[Dataset], qtbot: QtBot) -> None:
    bench = Bench(qtbot)
    choose(find(bench.panel, "data.dataset"), "Toy line")
    assert bench.dataset == toy()
    assert bench.panel.counts.text() == "4 train, 4 test, 1 feature, 1 target"
    type_into(find(bench.panel, "data.dataset.count"), "10")
    assert bench.panel.counts.text() == "5 train, 5 test, 1 feature, 1 target"
