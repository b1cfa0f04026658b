"""What the tests of the panels share: a controller without a thread, and a shown window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from helpers import chained, layers
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from netbuilder.data.dataset import Dataset
from netbuilder.data.prepare import Split, split
from netbuilder.engine.activations.tanh import Tanh
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.losses.mean_squared_error import MeanSquaredError
from netbuilder.project.analysis import analyse
from netbuilder.project.document import Change, Document
from netbuilder.project.model import Project
from netbuilder.project.problems import Analysis
from netbuilder.training.snapshot import Snapshot


class FakeController(QObject):
    """The controller's face; a test sets the state and sends the snapshots itself."""

    state_changed = Signal(str)
    snapshot_changed = Signal(object)
    run_started = Signal()
    analysis_changed = Signal(object)
    message = Signal(str, str)
    stale_changed = Signal(bool)

    def __init__(self, document: Document) -> None:
        super().__init__()
        self.document = document
        self.state = "idle"
        self.stale = False
        self.finished_by: str | None = None
        self.snapshot: Snapshot | None = None
        self.reachable: tuple[int, int] | None = None
        self.memory_of_past = 0
        self.travelling = False
        self.aim: int | None = None
        self.weights: dict[str, Mapping[str, Any]] = {}
        self.calls: list[str] = []
        document.watch(self._follow)
        self._look()

    def set_state(self, state: str) -> None:
        self.state = state
        self.state_changed.emit(state)

    def set_stale(self, stale: bool) -> None:
        self.stale = stale
        self.stale_changed.emit(stale)

    def send(self, **values: Any) -> Snapshot:
        self.snapshot = snapshot(**values)
        self.snapshot_changed.emit(self.snapshot)
        return self.snapshot

    def toggle(self) -> None:
        self.calls.append("toggle")
        self.set_state("paused" if self.state == "running" else "running")

    def step(self, count: int = 1) -> None:
        self.calls.append(f"step {count}")

    def step_epoch(self) -> None:
        self.calls.append("step epoch")

    def back_steps(self, count: int = 1) -> None:
        self.calls.append(f"back {count}")

    def back_epoch(self) -> None:
        self.calls.append("back epoch")

    def reseed(self) -> None:
        self.calls.append("reseed")

    def reset(self) -> None:
        self.calls.append("reset")
        self.set_stale(False)
        self.set_state("idle")

    def weights_of(self, node_id: str) -> Mapping[str, Any] | None:
        return self.weights.get(node_id)

    def _follow(self, change: Change) -> None:
        self._look()

    def _look(self) -> None:
        project = self.document.project
        self.table = project.dataset.make()
        self.split: Split | None = split(self.table, project.training.test_fraction, 0)
        self.analysis: Analysis = analyse(project, self.table)
        self.analysis_changed.emit(self.analysis)


def snapshot(**values: Any) -> Snapshot:
    """A moment of a run; every field has a value that a test may replace."""
    fields: dict[str, Any] = {
        "run": 1,
        "step": 4000,
        "epoch": 400.3,
        "train_loss": 0.031,
        "test_loss": 0.112,
        "metric": "accuracy",
        "train_metric": 0.99,
        "test_metric": 0.97,
        "layers": layers({"dense": 0.0127, "dense 2": 0.3}),
        "parameters": np.zeros(3),
        "steps_per_second": 21_400.0,
        "seconds": 3.0,
    }
    return Snapshot(**{**fields, **values})


def small(dataset: Dataset | None = None) -> Project:
    """data -> dense (6 units) -> tanh -> dense 2 (1 unit) -> loss."""
    return chained(Dense(units=6), Tanh(), Dense(units=1), MeanSquaredError(), dataset=dataset)


WINDOWS: list[QWidget] = []
"""qtbot holds weak references only: a window that nobody names would be gone at once."""


def shown(qtbot: QtBot, widget: QWidget, width: int = 320, height: int = 700) -> QWidget:
    """Show `widget` in an active window."""
    window = QWidget()
    WINDOWS.append(window)
    window.resize(width, height)
    column = QVBoxLayout(window)
    column.addWidget(widget)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def find(root: QWidget, name: str) -> Any:
    """The one widget of that object name that is still in use."""
    found = [w for w in root.findChildren(QWidget, name) if not w.isHidden()]
    assert len(found) == 1, (name, found)
    return found[0]


def type_into(field: QWidget, text: str, *, enter: bool = True) -> None:
    """Replace what stands in a field by typing."""
    field.setFocus()
    line = field.lineEdit() if isinstance(field, QComboBox) else field
    assert isinstance(line, QLineEdit)
    line.selectAll()
    QTest.keyClicks(line, text)
    if enter:
        QTest.keyClick(line, Qt.Key.Key_Return)


def choose(combo: QComboBox, words: str) -> None:
    """Choose an item with the keyboard, as a person does who knows where it is."""
    combo.setFocus()
    target = combo.findText(words)
    assert target >= 0, [combo.itemText(i) for i in range(combo.count())]
    while combo.currentIndex() != target:
        down = combo.currentIndex() < target
        QTest.keyClick(combo, Qt.Key.Key_Down if down else Qt.Key.Key_Up)
