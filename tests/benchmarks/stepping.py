"""Stepping through: how long a press takes to answer, and what the steps behind cost in memory."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise

from PySide6.QtCore import QEventLoop, QSettings, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from netbuilder.data.sets.circle import Circle
from netbuilder.engine.activations.sigmoid import Sigmoid
from netbuilder.engine.activations.tanh import Tanh
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.layers.input import Input
from netbuilder.engine.losses.binary_cross_entropy import BinaryCrossEntropy
from netbuilder.engine.operation import Operation
from netbuilder.engine.optimizers.adam import Adam
from netbuilder.engine.settings import Training
from netbuilder.project.document import Document
from netbuilder.project.model import Node, Project
from netbuilder.ui.main_window import MainWindow
from netbuilder.ui.settings import AppSettings
from netbuilder.ui.theme import theme

LIMIT_MS = 100
LIMIT_MB = 200


def network(sizes: list[int], batch: int | None, samples: int) -> Project:
    """Dense layers of these sizes with Tanh between them, learned by Adam."""
    operations: list[Operation] = [Input()]
    for units in sizes:
        operations += [Dense(units=units), Tanh()]
    operations += [Dense(units=1), Sigmoid(), BinaryCrossEntropy()]
    nodes = tuple(Node(f"node {i}", o, (160.0 * i, 0.0)) for i, o in enumerate(operations))
    return Project(
        name="Bench",
        nodes=nodes,
        edges=tuple((a.id, b.id) for a, b in pairwise(nodes)),
        dataset=Circle(samples=samples),
        training=Training(optimizer=Adam(), batch_size=batch, test_fraction=0.0, max_epochs=None),
    )


def wait(seconds: float) -> None:
    """Let the window work."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def answer(press: Callable[[], None], done: Callable[[], bool], window: MainWindow) -> float:
    """Milliseconds from a press until what follows is painted, its formulas as well."""
    step = window.workspaces.step
    start = time.perf_counter()
    press()
    while not done() or step.formulas.is_busy:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
    step.repaint()
    return 1000 * (time.perf_counter() - start)


def run() -> None:
    """Print what it costs."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme().install(app)
    print(f"Stepping through, 1440x900, platform {app.platformName()}")
    with tempfile.TemporaryDirectory() as folder:
        settings = AppSettings(QSettings(f"{folder}/bench.ini", QSettings.Format.IniFormat))
        for sizes, batch, samples in (([3], None, 4), ([64, 64, 64], 100, 100)):
            window = MainWindow(Document(network(sizes, batch, samples)), settings)
            window.resize(1440, 900)
            window.show()
            window.workspaces.show("step")
            wait(1.5)
            _presses(window, sizes, samples)
            _close(window)
        _memory(settings)


def _presses(window: MainWindow, sizes: list[int], samples: int) -> None:
    step = window.workspaces.step
    model = step.model
    assert model.walk is not None
    button = step.findChild(QPushButton, "step.next")
    assert isinstance(button, QPushButton)

    def press() -> None:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    stages, steps = [], []
    for _ in range(3):
        for stage in range(1, len(model.walk.stages)):
            stages.append(answer(press, lambda stage=stage: model.stage == stage, window))  # type: ignore[misc]
            wait(0.02)
        taken = model.step + 1
        steps.append(answer(press, lambda taken=taken: model.step == taken, window))  # type: ignore[misc]
        wait(0.1)
    shape = "-".join(map(str, (2, *sizes, 1)))
    worst = max(*stages, *steps)
    print(
        f"  {shape}, {samples} samples: next stage median {statistics.median(stages):.0f} ms, worst"
        f" {max(stages):.0f} ms; next step median {statistics.median(steps):.0f} ms, worst"
        f" {max(steps):.0f} ms" + ("" if worst <= LIMIT_MS else f"  MORE THAN {LIMIT_MS}")
    )


def _memory(settings: AppSettings) -> None:
    window = MainWindow(Document(network([16, 16], 10, 200)), settings)
    window.show()
    window.controller.step(1000)
    while window.controller.snapshot is None or window.controller.snapshot.step < 1000:
        wait(0.05)
    reachable = window.controller.reachable
    megabytes = window.controller.memory_of_past / 1e6
    print(
        f"  2-16-16-1, 200 samples: steps {reachable} can be gone back to, {megabytes:.3f} MB"
        + ("" if megabytes <= LIMIT_MB else f"  MORE THAN {LIMIT_MB}")
    )
    _close(window)


def _close(window: MainWindow) -> None:
    window.files.may_discard = lambda: True  # type: ignore[method-assign]
    window.close()
    window.deleteLater()
    wait(0.1)
