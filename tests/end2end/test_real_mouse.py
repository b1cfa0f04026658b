"""The real program on a real X server, worked by a real pointer: `netbuilder`, drag, train, close.

The offscreen platform has no drag and drop of its own; here the drags are the system's.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

TITLES = {"Input": "data", "BinaryCrossEntropy": "bce"}  # where the title is not the type
TOOLS = ("Xvfb", "xdotool")
missing = [tool for tool in TOOLS if shutil.which(tool) is None]
pytestmark = pytest.mark.skipif(bool(missing), reason=f"needs {', '.join(missing)}")

PROBE = """
import json, sys, threading, time
from pathlib import Path
from PySide6.QtCore import QObject, QPointF, QSettings, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from netbuilder.ui.main_window import MainWindow
from netbuilder.ui.settings import AppSettings
from netbuilder.ui.theme import theme

out, ini = Path(sys.argv[1]), sys.argv[2]
app = QApplication(["netbuilder"])
theme().install(app)
theme().set_mode("light")
settings = AppSettings(QSettings(ini, QSettings.Format.IniFormat))
settings.pace = None
window = MainWindow(settings=settings)
window.resize(1440, 900)
window.move(0, 0)
window.show()

def report():
    # Where things are on the screen, and what has become of the document.
    view = window.canvas
    def on_screen(widget):
        centre = widget.mapToGlobal(widget.rect().center())
        return [centre.x(), centre.y()]
    def at(x, y):
        p = view.viewport().mapToGlobal(view.mapFromScene(QPointF(x, y)))
        return [p.x(), p.y()]
    blocks = view.canvas.blocks
    units = [w for w in window.inspector.findChildren(QWidget) if w.objectName().endswith(".units")]
    project = window.document.project
    snapshot = window.controller.snapshot
    state = {
        "cards": {c.objectName(): on_screen(c) for c in window.palette_panel.cards()},
        "train": on_screen(window.findChild(QWidget, "transport.train")),
        "search": on_screen(window.findChild(QWidget, "palette.search")),
        "units": on_screen(units[0]) if units else None,
        "canvas": at(0, 0),
        "blocks": {name: at(b.pos().x(), b.pos().y() + 8) for name, b in blocks.items()},
        "out": {n: at(b.anchor("out").x(), b.anchor("out").y()) for n, b in blocks.items()},
        "in": {n: at(b.anchor("in").x(), b.anchor("in").y()) for n, b in blocks.items()},
        "nodes": [n.id for n in project.nodes],
        "edges": [list(e) for e in project.edges],
        "state": window.controller.state,
        "step": snapshot.step if snapshot else 0,
        "accuracy": snapshot.train_metric if snapshot else 0.0,
        "problems": [p.text for p in window.controller.analysis.problems],
    }
    fresh = out.with_suffix(".new")
    fresh.write_text(json.dumps(state))
    fresh.replace(out)

timer = QTimer()
timer.timeout.connect(report)
timer.start(50)
app.exec()
"""


class Desk:
    """A screen with the program on it, and a pointer."""

    def __init__(self, display: str, news: Path) -> None:
        self._display = display
        self._news = news

    def xdotool(self, *words: object) -> None:
        subprocess.run(
            ["xdotool", *map(str, words)],
            env={**os.environ, "DISPLAY": self._display},
            check=True,
            timeout=20,
        )

    def look(self) -> dict[str, object]:
        """The newest report, written after this call began."""
        asked = time.time()
        end = time.monotonic() + 30
        while time.monotonic() < end:
            if self._news.exists() and self._news.stat().st_mtime > asked:
                state: dict[str, object] = json.loads(self._news.read_text())
                return state
            time.sleep(0.02)
        raise AssertionError("the program does not answer")

    def place(self, group: str, name: str) -> tuple[int, int]:
        places = self.look()[group]
        assert isinstance(places, dict)
        x, y = places[name]
        return int(x), int(y)

    def point(self, name: str) -> tuple[int, int]:
        found = self.look()[name]
        assert isinstance(found, list)
        return int(found[0]), int(found[1])

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Press, go there in steps as a hand does, and let go."""
        self.xdotool("mousemove", *start, "mousedown", 1)
        for k in range(1, 9):
            x = start[0] + (end[0] - start[0]) * k // 8
            y = start[1] + (end[1] - start[1]) * k // 8
            self.xdotool("mousemove", x, y, "sleep", 0.03)
        self.xdotool("sleep", 0.15, "mouseup", 1, "sleep", 0.15)

    def click(self, at: tuple[int, int]) -> None:
        self.xdotool("mousemove", *at, "sleep", 0.05, "click", 1)

    def wait(self, name: str, value: object) -> None:
        end = time.monotonic() + 30
        while self.look()[name] != value:
            assert time.monotonic() < end, (name, value, self.look())


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    reader, writer = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1440x900x24", "-nolisten", "tcp"],
        pass_fds=(writer,),
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    with os.fdopen(reader) as pipe:
        display = f":{pipe.readline().strip()}"
    news = tmp_path / "news.json"
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    program = subprocess.Popen(
        [sys.executable, "-c", PROBE, str(news), str(tmp_path / "settings.ini")], env=environment
    )
    try:
        yield Desk(display, news)
    finally:
        for process in (program, server):
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=20)


def test_build_by_dragging_and_train(desk: Desk) -> None:
    names = ("Input", "Dense", "Tanh", "Dense", "Sigmoid", "BinaryCrossEntropy")
    nodes = ["data", "dense", "tanh", "dense 2", "sigmoid", "loss"]
    left = desk.point("canvas")
    for k, type_name in enumerate(names):
        x, y = left[0] - 370 + 148 * k, left[1] + (60 if k % 2 else -60)
        # Searched for first, as the list is longer than the screen is high.
        desk.click(desk.point("search"))
        desk.xdotool("key", "ctrl+a", "type", TITLES.get(type_name, type_name.lower()))
        desk.xdotool("sleep", 0.2)
        desk.drag(desk.place("cards", f"palette.{type_name}"), (x, y))
        desk.wait("nodes", nodes[: k + 1])
    for source, target in itertools.pairwise(nodes):
        edges = desk.look()["edges"]
        assert isinstance(edges, list)
        if [source, target] not in edges:
            desk.drag(desk.place("out", source), desk.place("in", target))
    desk.wait("edges", [list(pair) for pair in itertools.pairwise(nodes)])
    # The second Dense has the default of 4 units; the data has one answer.
    problems = desk.look()["problems"]
    assert isinstance(problems, list)
    assert "set the units of 'dense 2' to 1" in problems[0]
    desk.click(desk.place("blocks", "dense 2"))
    desk.xdotool("sleep", 0.3)
    desk.click(desk.point("units"))
    desk.xdotool("key", "ctrl+a", "type", "1")
    desk.xdotool("key", "Return")
    desk.wait("problems", [])
    desk.click(desk.point("train"))
    desk.wait("state", "finished")
    # 1000 epochs of 25 batches
    assert desk.look()["step"] == 25_000
    assert desk.look()["accuracy"] == 1.0


def test_escape_calls_a_drag_off(desk: Desk) -> None:
    x, y = desk.point("canvas")
    start = desk.place("cards", "palette.Dense")
    desk.xdotool("mousemove", *start, "mousedown", 1)
    for k in range(1, 6):
        desk.xdotool(
            "mousemove", start[0] + (x - start[0]) * k // 5, start[1] + (y - start[1]) * k // 5
        )
    desk.xdotool("sleep", 0.1, "key", "Escape", "sleep", 0.1, "mouseup", 1, "sleep", 0.2)
    assert desk.look()["nodes"] == []
