"""Starts the window."""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from netbuilder.ui.windows import Windows


def display_available() -> bool:
    """Whether a window can be shown; asking Qt would end the process when it cannot."""
    if not sys.platform.startswith("linux"):
        return True
    if os.environ.get("QT_QPA_PLATFORM", "").split(":")[0] in ("offscreen", "minimal", "vnc"):
        return True
    wayland = os.environ.get("WAYLAND_DISPLAY")
    if wayland:
        folder = Path(os.environ.get("XDG_RUNTIME_DIR", "/run"))
        if (folder / wayland).exists():
            return True
    return _x_server_answers(os.environ.get("DISPLAY", ""))


def _x_server_answers(display: str) -> bool:
    host, _, number = display.rpartition(":")
    screen = number.split(".")[0]
    if not screen.isdigit():
        return False
    with contextlib.suppress(OSError):
        if host and host != "unix":
            with socket.create_connection((host, 6000 + int(screen)), timeout=1.0):
                return True
        # An abstract socket is the usual one; the file is there where those are not.
        path = f"/tmp/.X11-unix/X{screen}"
        for address in (f"\0{path}", path):
            with socket.socket(socket.AF_UNIX) as local, contextlib.suppress(OSError):
                local.connect(address)
                return True
    return False


def keep_what_is_loaded() -> None:
    """Leave what starting has made out of all later garbage collections.

    Looking through the classes and widgets of the program takes a twentieth of a second, which
    would be seen as a jerk of the canvas now and then; none of it ever becomes garbage.
    """
    gc.enable()
    gc.collect()
    gc.freeze()


def first_window() -> tuple[QApplication, Windows]:
    """Show an empty window. `keep_what_is_loaded` is to be called once it stands.

    Until then nothing looks for garbage: there is none, and looking takes a tenth of the time.
    """
    gc.disable()
    from PySide6.QtWidgets import QApplication

    _leave_sources_alone()
    app = QApplication.instance() or QApplication(sys.argv)
    assert isinstance(app, QApplication)
    from netbuilder.project.recovery import default_folder
    from netbuilder.ui.icons import app_icon
    from netbuilder.ui.main_window import MainWindow
    from netbuilder.ui.settings import AppSettings
    from netbuilder.ui.theme import theme
    from netbuilder.ui.windows import Windows

    app.setApplicationName("Netbuilder")
    app.setDesktopFileName("netbuilder")
    settings = AppSettings()
    theme().install(app, dress=False)  # the first window does that
    settings.restore_look()
    app.setWindowIcon(app_icon())
    windows = Windows(settings, MainWindow, default_folder())
    sys.excepthook = windows.report_crash
    windows.open_new()
    return app, windows


def _leave_sources_alone() -> None:
    """Spare PySide6 the reading of our sources.

    It opens that of each module that is imported after it, in search of its own name, for the sake
    of other spellings (`from __feature__ import`) that nobody here uses: a twentieth of the time.
    """
    with contextlib.suppress(ImportError):
        feature: Any = importlib.import_module("shibokensupport.feature")
        feature._mod_uses_pyside = lambda _module: True


def run(words: Sequence[str]) -> int:
    """Show the window, with the project file that the command line names, until it is closed."""
    app, windows = first_window()
    from PySide6.QtCore import QTimer

    if words:
        windows.open[0].files.open_path(Path(words[-1]))
    QTimer.singleShot(0, windows.offer_recovery)
    QTimer.singleShot(0, keep_what_is_loaded)
    return app.exec()
