"""How long it takes until the first window stands, beside the least that it could take.

Both are whole processes that take turns; the bytecode is there, as after an installation.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time

MOST = 1.3  # times the floor

FLOOR = """
import numpy, pyqtgraph
from PySide6.QtWidgets import QApplication
app = QApplication([])
plot = pyqtgraph.PlotWidget()
plot.resize(1440, 900)
plot.show()
app.processEvents()
"""

# What `netbuilder` does.
OURS = """
from netbuilder.app import first_window
app, windows = first_window()
app.processEvents()
"""

END = """
import os, resource, time
spent = resource.getrusage(resource.RUSAGE_SELF)
print(time.clock_gettime(time.CLOCK_MONOTONIC) - float(os.environ["BEGAN"]),
      spent.ru_utime + spent.ru_stime)
os._exit(0)
"""


def once(words: str, folder: str) -> tuple[float, float]:
    """Seconds from the start of the process to the painted window: by the clock and of the
    processor."""

    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment |= dict.fromkeys(("XDG_CONFIG_HOME", "XDG_DATA_HOME"), folder)  # a first start
    environment["PYTHONPYCACHEPREFIX"] = f"{folder}/bytecode"
    environment["BEGAN"] = str(time.clock_gettime(time.CLOCK_MONOTONIC))
    found = subprocess.run(
        [sys.executable, "-c", words + END],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    clock, processor = map(float, found.stdout.split())
    return clock, processor


def run(rounds: int) -> None:
    """Print the medians and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        for words in (FLOOR, OURS):
            once(words, folder)  # writes the bytecode
        pairs = [(once(FLOOR, folder), once(OURS, folder)) for _ in range(rounds)]
    print("From the start of the process to the first painted window (median)")
    for place, unit in enumerate(("by the clock", "of the processor")):
        floor = statistics.median(pair[0][place] for pair in pairs)
        ours = statistics.median(pair[1][place] for pair in pairs)
        verdict = "" if ours < MOST * floor else f"  MORE THAN {MOST:g}"
        print(
            f"  {unit:<17} an empty plot {floor:.2f} s, the window {ours:.2f} s:"
            f" {ours / floor:.2f} times{verdict}"
        )
