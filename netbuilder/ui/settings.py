"""What the program remembers between two starts; nothing of a project."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSettings

from netbuilder.ui.motion import motion
from netbuilder.ui.theme import MODES, theme

RECENT = 10


class AppSettings:
    """Typed access to the settings file; bad entries fall back to the defaults."""

    def __init__(self, store: QSettings | None = None) -> None:
        self._store = store or QSettings("Netbuilder", "Netbuilder")

    # ---- look -----------------------------------------------------------------------------------

    def restore_look(self) -> None:
        """Set theme and text size as they were."""
        mode = str(self._store.value("look/mode", "system"))
        theme().set_mode(mode if mode in MODES else "system")
        theme().set_text_zoom(self._number("look/text_zoom", 100))
        motion().set_choice(str(self._store.value("look/motion", "system")))

    def save_look(self) -> None:
        self._store.setValue("look/mode", theme().mode)
        self._store.setValue("look/text_zoom", theme().text_zoom)
        self._store.setValue("look/motion", motion().choice)

    # ---- window ---------------------------------------------------------------------------------

    def layout(self) -> tuple[QByteArray, QByteArray]:
        """Geometry and dock state; empty at the first start."""
        geometry = self._store.value("window/geometry")
        state = self._store.value("window/state")
        return (
            geometry if isinstance(geometry, QByteArray) else QByteArray(),
            state if isinstance(state, QByteArray) else QByteArray(),
        )

    def save_layout(self, geometry: QByteArray, state: QByteArray) -> None:
        self._store.setValue("window/geometry", geometry)
        self._store.setValue("window/state", state)

    def views(self) -> dict[str, Any]:
        """Which views the window closed last had in sight, and how; {} at the first start."""
        try:
            found = json.loads(str(self._store.value("window/views", "{}")))
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    def save_views(self, views: Mapping[str, Any]) -> None:
        self._store.setValue("window/views", json.dumps(views))

    @property
    def pace(self) -> float | None:
        """Epochs a second to train at, for watching; None is full speed."""
        value = self._number("training/pace", 60)
        return float(value) if value > 0 else None

    @pace.setter
    def pace(self, value: float | None) -> None:
        self._store.setValue("training/pace", 0 if value is None else int(value))

    @property
    def steps(self) -> int:
        """How many steps the transport's "n steps" takes."""
        return max(self._number("training/steps", 100), 1)

    def remember_steps(self, count: int) -> None:
        """Take as many steps at once from now on."""
        self._store.setValue("training/steps", count)

    # ---- files ----------------------------------------------------------------------------------

    def recent(self) -> list[Path]:
        """Files opened or saved lately, the newest first; those that are gone are left out."""
        value = self._store.value("files/recent", [])
        names = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        return [p for p in map(Path, map(str, names)) if p.is_file()][:RECENT]

    def add_recent(self, path: Path) -> None:
        path = path.absolute()
        others = [p for p in self.recent() if p != path]
        self._store.setValue("files/recent", [str(p) for p in [path, *others][:RECENT]])

    def clear_recent(self) -> None:
        self._store.remove("files/recent")

    @property
    def folder(self) -> str:
        """The folder used last."""
        recent = self.recent()
        return str(recent[0].parent) if recent else str(Path.home())

    def _number(self, key: str, default: int) -> int:
        try:
            return int(float(str(self._store.value(key, default))))
        except ValueError:
            return default
