"""Whatever a hurried user does while a network trains: nothing crashes, hangs, leaks or complains.

The suite takes a few sequences; set NETBUILDER_SEQUENCES=1000 for a long run.
"""

from __future__ import annotations

import contextlib
import logging
import os
import random
import warnings
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from PySide6.QtCore import QEvent, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from netbuilder import assets
from netbuilder.engine.algebra.expression import Place
from netbuilder.errors import NetbuilderError
from netbuilder.project import files
from netbuilder.project.commands import Command, RemoveNodes, SetParameter, SetTraining
from netbuilder.project.document import Document
from netbuilder.ui.main_window import MainWindow
from netbuilder.ui.settings import AppSettings
from netbuilder.ui.theme import theme

SEQUENCES = int(os.environ.get("NETBUILDER_SEQUENCES", "12"))
EXAMPLES = sorted(path.stem for path in assets.examples())
BLOCKS = ("Dense", "Tanh", "ReLU", "Dropout", "BatchNorm", "Softmax", "MeanSquaredError", "Add")
PLAIN = ("fit", "zoom_in", "zoom_out", "tidy", "unfold_all", "fold_all", "select_all")
STACK = ("undo", "redo")
SETTINGS: tuple[tuple[str, Any], ...] = (
    *(("batch_size", n) for n in (1, 7, None)),
    *(("max_epochs", n) for n in (3, None)),
    *(("precision", p) for p in ("float16", "float32", "float64")),
    ("test_fraction", 0.0),
    ("seed", 7),
)
TRANSPORT = ("train", "step", "reset", "step_epoch", "reseed", "back_step", "back_epoch")


class Hurry(RuleBasedStateMachine):
    """One window from its opening to its closing, which may come at any moment."""

    folder: Path
    store: AppSettings

    def __init__(self) -> None:
        super().__init__()
        self.window: MainWindow | None = None

    @property
    def shown(self) -> MainWindow:
        assert self.window is not None
        return self.window

    @initialize(example=st.sampled_from(EXAMPLES))
    def open(self, example: str) -> None:
        self.window = MainWindow(Document(files.read(assets.example(example))), self.store)
        self.shown.files.may_discard = lambda: True  # type: ignore[method-assign]
        self.shown.resize(1200, 800)
        self.shown.show()
        self.shown.set_pace(None)

    @rule(key=st.sampled_from(TRANSPORT))
    def drive(self, key: str) -> None:
        action = self.shown.transport.named_actions.get(key)
        if action is not None and action.isEnabled():
            action.trigger()

    @rule()
    def space(self) -> None:
        QTest.keyClick(self.shown.canvas, Qt.Key.Key_Space)

    @rule(ms=st.sampled_from([0, 1, 5, 20, 60]))
    def wait(self, ms: int) -> None:
        QTest.qWait(ms)

    @rule(pace=st.sampled_from([None, 60.0, 1.0]))
    def hold_back(self, pace: float | None) -> None:
        self.shown.set_pace(pace)

    @rule(units=st.integers(1, 12), which=st.integers(0, 9))
    def resize_layer(self, units: int, which: int) -> None:
        layers = [n.id for n in self.shown.document.project.nodes if n.type == "Dense"]
        if layers:
            self.push(SetParameter(layers[which % len(layers)], "units", units))

    @rule(change=st.sampled_from(SETTINGS))
    def set_training(self, change: tuple[str, Any]) -> None:
        self.push(SetTraining(*change))

    @rule(rate=st.sampled_from([1e-6, 0.03, 1.0, 1e9]))
    def set_rate(self, rate: float) -> None:
        optimizer = self.shown.document.project.training.optimizer
        faster = msgspec.structs.replace(optimizer, learning_rate=rate)
        self.push(SetTraining("optimizer", faster))

    @rule(name=st.sampled_from(BLOCKS))
    def append(self, name: str) -> None:
        self.shown.canvas.append(name)

    @rule(which=st.integers(0, 9))
    def remove(self, which: int) -> None:
        nodes = self.shown.document.project.nodes
        if nodes:
            self.push(RemoveNodes((nodes[which % len(nodes)].id,)))

    @rule(value=st.sampled_from([0.0, -3.5, 1e30]))
    def set_weight(self, value: float) -> None:
        controller = self.shown.controller
        for node in self.shown.document.project.nodes:
            if node.type == "Dense" and controller.weights_of(node.id):
                with contextlib.suppress(NetbuilderError):
                    controller.set_weight(node.id, "W", (0, 0), value)
                return

    @rule(key=st.sampled_from(PLAIN + STACK))
    def act(self, key: str) -> None:
        action = self.shown.named_actions[key]
        if action.isEnabled():
            action.trigger()

    @rule(mode=st.sampled_from(["light", "dark"]), zoom=st.sampled_from([100, 140]))
    def look(self, mode: str, zoom: int) -> None:
        theme().set_mode(mode)
        theme().set_text_zoom(zoom)

    @rule(which=st.integers(0, 20), how=st.sampled_from(["float", "dock", "hide", "show", "raise"]))
    def move_dock(self, which: int, how: str) -> None:
        docks = list(self.shown.docks.docks.values())
        dock = docks[which % len(docks)]
        match how:
            case "float":
                dock.show()
                dock.setFloating(True)
            case "dock":
                dock.setFloating(False)
            case "hide":
                dock.hide()
            case "show":
                dock.show()
            case _:
                dock.raise_()

    @rule(which=st.integers(0, 40))
    def look_at(self, which: int) -> None:
        views = [(deck, key) for deck in self.shown.board.decks.values() for key in deck.keys]
        deck, key = views[which % len(views)]
        deck.show_view(key)

    @rule(name=st.sampled_from(["train", "step", "lab"]))
    def switch_workspace(self, name: Any) -> None:
        self.shown.workspaces.show(name)

    @rule(how=st.sampled_from(["next", "back", "play", "graph", "exercise", "end", "one", "all"]))
    def step_through(self, how: str) -> None:
        step = getattr(self.shown.workspaces, "step", None)
        if step is None or not step.isVisible():
            return
        match how:
            case "next":
                step.model.next()
            case "back":
                step.model.back()
            case "play":
                step.bar.toggle_play()
            case "graph":
                step.bar.picture.click()
            case "exercise":
                step.exercising.click()
            case "end" if step.exercise is not None:
                step.exercise.ended.emit()
            case "one" | "all":
                step.model.set_rows("one" if how == "one" else "all")

    @rule(which=st.integers(0, 400))
    def look_at_a_number(self, which: int) -> None:
        step = getattr(self.shown.workspaces, "step", None)
        if step is None or step.model.walk is None:
            return
        quantities = list(step.model.walk.quantities.values())
        quantity = quantities[which % len(quantities)]
        rows, columns = quantity.values.shape
        step.model.select(Place(quantity.key, which % rows, which % columns))

    @rule(which=st.integers(0, 9))
    def compare(self, which: int) -> None:
        runs = self.shown.controller.runs.runs
        if len(runs) > 1:
            first = which % (len(runs) - 1)
            self.shown.runs_panel.compare(runs[first], runs[first + 1])

    @rule()
    def stop_comparing(self) -> None:
        window = self.shown.runs_panel.compare_window
        if window is not None:
            window.close()

    @rule(which=st.integers(0, 9), key=st.sampled_from(["use", "restore", "remove", "bring_back"]))
    def act_on_a_run(self, which: int, key: str) -> None:
        panel, runs = self.shown.runs_panel, self.shown.controller.runs.runs
        if runs:
            panel.select(runs[which % len(runs)])
        if panel.named_actions[key].isEnabled():
            panel.named_actions[key].trigger()

    @rule()
    def take_a_remedy(self) -> None:
        fixes = self.shown.health.verdicts[0].fixes
        if fixes:
            self.shown.health.apply(fixes[-1])

    @rule(width=st.integers(700, 1900), height=st.integers(500, 1100))
    def resize(self, width: int, height: int) -> None:
        self.shown.resize(width, height)

    @rule(example=st.sampled_from(EXAMPLES))
    def open_other(self, example: str) -> None:
        self.shown.files.open_example(example)

    @rule()
    def save(self) -> None:
        self.shown.document.path = self.folder / "saved.json"
        if self.shown.files.save():
            files.read(self.folder / "saved.json")  # whole, whatever the moment

    def push(self, command: Command) -> None:
        """As a form does: what is refused changes nothing and says why."""
        before = self.shown.document.project
        try:
            self.shown.document.push(command)
        except NetbuilderError:
            assert self.shown.document.project is before

    def teardown(self) -> None:
        if self.window is None:
            return
        for window in list(self.window.windows.open):  # another file may have one of its own
            window.files.may_discard = lambda: True  # type: ignore[method-assign]
            thread = window.controller._thread
            assert window.close()
            assert thread.isFinished()
            window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        QApplication.processEvents()


@pytest.mark.timeout(60 + 20 * SEQUENCES)
def test_whatever_one_does_while_it_trains(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    Hurry.folder = tmp_path
    Hurry.store = AppSettings(QSettings(str(tmp_path / "s.ini"), QSettings.Format.IniFormat))
    random.seed(0)
    with caplog.at_level(logging.WARNING), warnings.catch_warnings():
        warnings.simplefilter("error")
        run_state_machine_as_test(
            Hurry,
            settings=settings(
                max_examples=SEQUENCES,
                stateful_step_count=14,
                deadline=None,
                derandomize=True,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    assert [record.getMessage() for record in caplog.records] == []
