"""What unfolded layers cost: XOR 2-4-1 at full speed in the visible window, folded and unfolded.

The sides take turns, so that a machine whose speed drifts treats them alike.
"""

from __future__ import annotations

import statistics
import tempfile
import time

import msgspec
from PySide6.QtCore import QEventLoop, QSettings, QTimer
from PySide6.QtWidgets import QApplication
from threadpoolctl import threadpool_limits

from netbuilder import assets
from netbuilder.project import files
from netbuilder.project.build import build
from netbuilder.project.document import Document
from netbuilder.project.model import Project
from netbuilder.ui.main_window import MainWindow
from netbuilder.ui.settings import AppSettings
from netbuilder.ui.theme import theme


def xor() -> Project:
    """The example, to be trained without end."""
    (path,) = [p for p in assets.examples() if p.stem == "xor"]
    project = files.read(path)
    endless = msgspec.structs.replace(project.training, max_epochs=None)
    return project.with_(training=endless, weights={})


def wait(seconds: float) -> None:
    """Let the window work."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def headless(project: Project, seconds: float) -> float:
    """Steps a second without a window."""
    trainer = build(project).trainer
    start = time.perf_counter()
    with threadpool_limits(limits=1):
        while (spent := time.perf_counter() - start) < seconds:
            trainer.advance(500)
    return trainer.step / spent


def windowed(window: MainWindow, seconds: float) -> float:
    """Steps a second in the window as it is now."""
    controller = window.controller
    controller.start()
    wait(0.4)
    assert controller.snapshot is not None
    first, start = controller.snapshot.step, time.perf_counter()
    wait(seconds)
    assert controller.snapshot is not None
    rate = (controller.snapshot.step - first) / (time.perf_counter() - start)
    controller.pause()
    wait(0.2)
    return rate


def run(seconds: float, rounds: int) -> None:
    """Print the share of the headless speed that is kept, folded and unfolded."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme().install(app)
    settings = AppSettings(QSettings(f"{tempfile.mkdtemp()}/bench.ini", QSettings.Format.IniFormat))
    settings.pace = None
    project = xor()
    window = MainWindow(Document(project), settings)
    window.resize(1440, 900)
    window.show()
    window.controller.set_pace(None)
    wait(1.0)
    maps: list[object] = []
    window.controller.maps_changed.connect(maps.append)
    alone: list[float] = []
    folded: list[float] = []
    unfolded: list[float] = []
    shown = 0
    for _ in range(rounds):
        alone.append(headless(project, seconds / 2))
        window.canvas.unfolding.fold_all()
        folded.append(windowed(window, seconds) / alone[-1])
        window.canvas.unfolding.unfold_all()
        wait(0.3)
        maps.clear()
        unfolded.append(windowed(window, seconds) / alone[-1])
        shown += len(maps)
    before, after = (100 * statistics.median(side) for side in (folded, unfolded))
    print(f"XOR 2-4-1 at full speed in the window, platform {app.platformName()}")
    print(f"  headless {statistics.median(alone):,.0f} steps/s")
    print(f"  folded   {before:.0f} % of headless")
    print(
        f"  unfolded {after:.0f} % of headless, both Dense layers live,"
        f" {shown / rounds / (seconds + 0.6):.1f} pictures/s"
    )
    window.controller.sync()
    window.document.mark_clean()
    window.close()
    window.deleteLater()
