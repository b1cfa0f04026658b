"""A long run in the window: what a frame costs and how much memory it takes, as it grows."""

from __future__ import annotations

import gc
import os
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import QEventLoop, QSettings, QTimer
from PySide6.QtWidgets import QApplication

from netbuilder.app import keep_what_is_loaded
from netbuilder.project.document import Document
from netbuilder.project.model import Project
from netbuilder.ui.main_window import MainWindow
from netbuilder.ui.settings import AppSettings
from netbuilder.ui.theme import theme

LOOKS = 8
MOST_GROWTH = 5.0  # percent


def wait(seconds: float) -> None:
    """Let the window work."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def resident() -> float:
    """Megabytes of this process in memory (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def run(project: Project, steps: int) -> None:
    """Train so many steps at full speed, looking at memory and frames on the way."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme().install(app)
    store = QSettings(f"{tempfile.mkdtemp()}/bench.ini", QSettings.Format.IniFormat)
    window = MainWindow(Document(project), AppSettings(store))
    window.resize(1440, 900)
    window.show()
    window.set_pace(None)
    wait(0.5)
    controller = window.controller
    controller.start()
    wait(5.0)  # buffers, caches and fonts are there from now on
    keep_what_is_loaded()
    gc.collect()
    first, began = resident(), time.perf_counter()
    print(f"A run of {steps:,} steps in the window, {controller.parameter_count} parameters")
    for look in range(1, LOOKS + 1):
        while controller.snapshot is not None and controller.snapshot.step < steps * look / LOOKS:
            wait(0.5)
        assert controller.snapshot is not None
        print(
            f"  step {controller.snapshot.step:>12,}: {controller.history.count:>6,} points,"
            f" frame {1000 * controller.frames.cost:5.2f} ms of processor time,"
            f" resident {resident():6.1f} MB after {time.perf_counter() - began:4.0f} s"
        )
    gc.collect()
    growth = 100 * (resident() / first - 1)
    verdict = "" if growth < MOST_GROWTH else f"  MORE THAN {MOST_GROWTH:g} %"
    print(f"  memory grew by {growth:.1f} %{verdict}")
    controller.pause()
    wait(0.3)
    controller.sync()
    window.document.mark_clean()
    window.close()
