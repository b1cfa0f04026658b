"""The window stands before what it does not need at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import gc, linecache, sys
from netbuilder import app
qt, windows = app.first_window()
sys.excepthook = sys.__excepthook__  # the usual one opens a dialog
assert not gc.isenabled()
qt.processEvents()
(window,) = windows.open
assert window.isVisible()
print(*sorted({"ziamath", "pyqtgraph", "PySide6.QtPrintSupport"} & set(sys.modules)))
assert not [file for file in linecache.cache if "netbuilder" in file]  # no source was read
app.keep_what_is_loaded()
assert gc.isenabled()
loss = window.board.decks["loss"]
while not loss.cards:
    qt.processEvents()
assert loss.current.view_key == "loss"
while not window.inspector.project.isVisible():
    qt.processEvents()
window.close()
"""


def test_the_first_window_waits_for_nothing_it_does_not_need(tmp_path: Path) -> None:
    environment = os.environ | dict.fromkeys(("XDG_CONFIG_HOME", "XDG_DATA_HOME"), str(tmp_path))
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=environment | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stdout) == (0, "\n"), done.stderr
