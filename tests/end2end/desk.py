"""The real program on a screen of its own (Xvfb), with a pointer and keys (xdotool)."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TITLES = {"Input": "data", "BinaryCrossEntropy": "bce"}  # where the title is not the type
TOOLS = ("Xvfb", "xdotool")
missing = [tool for tool in TOOLS if shutil.which(tool) is None]

PROBE = """
import json, sys
from pathlib import Path
from PySide6.QtCore import QObject, QPointF, QSettings, QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget
from netbuilder.ui.fix_buttons import FixButtons
from netbuilder.ui.main_window import MainWindow
from netbuilder.ui.settings import AppSettings
from netbuilder.ui.theme import theme

out, ini, look = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
app = QApplication(["netbuilder"])
theme().install(app)
theme().set_mode(look)
settings = AppSettings(QSettings(ini, QSettings.Format.IniFormat))
settings.pace = None
window = MainWindow(settings=settings)
window.resize(1440, 900)
window.move(0, 0)
window.show()
if len(sys.argv) > 4:
    window.files.open_path(Path(sys.argv[4]))

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
    buttons = [
        b for w in window.findChildren(FixButtons) if w.isVisible()
        for b in w.findChildren(QAbstractButton)
        if b.isVisible() and not b.visibleRegion().isEmpty()
    ]
    dialog = app.activeModalWidget()
    field = dialog.findChild(QLineEdit) if dialog is not None else None
    snapshot = window.controller.snapshot
    state = {
        "cards": {c.objectName(): on_screen(c) for c in window.palette_panel.cards()},
        "train": on_screen(window.findChild(QWidget, "transport.train")),
        "search": on_screen(window.findChild(QWidget, "palette.search")),
        "units": on_screen(units[0]) if units else None,
        "fix": on_screen(buttons[0]) if buttons else None,
        "dialog": on_screen(field) if field is not None else None,
        "file": str(window.document.path or ""),
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

    asked = out.with_suffix(".shot")
    if asked.exists():
        wanted = asked.read_text()
        asked.unlink()
        app.primaryScreen().grabWindow(0).save(wanted)

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
        self.clicks = 0
        """How often the button went down."""

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
        self.clicks += 1
        self.xdotool("mousemove", *start, "mousedown", 1)
        for k in range(1, 9):
            x = start[0] + (end[0] - start[0]) * k // 8
            y = start[1] + (end[1] - start[1]) * k // 8
            self.xdotool("mousemove", x, y, "sleep", 0.03)
        self.xdotool("sleep", 0.15, "mouseup", 1, "sleep", 0.15)

    def click(self, at: tuple[int, int]) -> None:
        self.clicks += 1
        self.xdotool("mousemove", *at, "sleep", 0.05, "click", 1)

    def shoot(self, path: Path) -> None:
        """Save what is on the screen as a picture."""
        path.unlink(missing_ok=True)
        asked = self._news.with_suffix(".shot")
        fresh = asked.with_suffix(".asked")
        fresh.write_text(str(path))
        fresh.replace(asked)
        end = time.monotonic() + 30
        while asked.exists() or not path.exists():
            assert time.monotonic() < end, "no picture came"
            time.sleep(0.05)

    def wait(self, name: str, value: object) -> None:
        end = time.monotonic() + 60
        while self.look()[name] != value:
            assert time.monotonic() < end, (name, value, self.look())


@contextmanager
def opened(folder: Path, *words: str, look: str = "light") -> Iterator[Desk]:
    """The program on a fresh screen; `words` go to it (a file to open)."""
    reader, writer = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1440x900x24", "-nolisten", "tcp"],
        pass_fds=(writer,),
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    with os.fdopen(reader) as pipe:
        display = f":{pipe.readline().strip()}"
    news = folder / "news.json"
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    program = subprocess.Popen(
        [sys.executable, "-c", PROBE, str(news), str(folder / "settings.ini"), look, *words],
        env=environment,
    )
    try:
        yield Desk(display, news)
    finally:
        for process in (program, server):
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=20)
