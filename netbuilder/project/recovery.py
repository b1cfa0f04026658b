"""Unsaved changes outlive a crash: each open document has a slot that holds its newest state.

A slot is a file in the program's own folder, written atomically, and a lock. The lock of a process
that ended, however it ended, is free: that is how the next start knows what was left behind.
"""

import contextlib
import logging
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import platformdirs

from netbuilder.errors import NetbuilderError
from netbuilder.project import codec, files
from netbuilder.project.files import Stamp
from netbuilder.project.locks import Lock
from netbuilder.project.model import Project

log = logging.getLogger(__name__)

FORMAT = "netbuilder-recovery"
VERSION = 1


def default_folder() -> Path:
    """Where the program keeps what it needs to remember for the user."""
    return Path(platformdirs.user_data_dir("Netbuilder", appauthor=False))


class Record(msgspec.Struct, frozen=True):
    """The newest state of a document that was not saved."""

    project: Project
    path: Path | None  # the file that the document was opened from
    stamp: Stamp | None  # what that file was like then
    kept: datetime


class Slot:
    """Where one open document is kept. Not shared between threads."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / f"{uuid.uuid4().hex}.json"
        self._lock: Lock | None = None

    def keep(self, project: Project, path: Path | None, stamp: Stamp | None) -> None:
        """Replace what is kept by this state. Raises FileError; the old state is then untouched."""
        if self._lock is None:
            self._lock = Lock.take(self._path.with_suffix(".lock"))
        head = {
            "format": FORMAT,
            "version": VERSION,
            "kept": datetime.now(UTC).isoformat(),
            "path": None if path is None else str(path.absolute()),
            "stamp": stamp,
        }
        text = msgspec.json.encode(head)[:-1] + b',"project":' + codec.dumps(project) + b"}\n"
        files.write_bytes(text, self._path)

    def clear(self) -> None:
        """Nothing is unsaved any more."""
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)

    def close(self) -> None:
        """The document is closed, in good order."""
        self.clear()
        if self._lock is not None:
            self._lock.release()
            self._lock = None


class Left:
    """What a process that ended left behind. Nobody else is offered it until it is let go."""

    def __init__(self, record: Record, path: Path, lock: Lock) -> None:
        self.record = record
        self._path = path
        self._lock = lock

    def discard(self) -> None:
        """It is restored or not wanted: forget it."""
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)
        self._lock.release()

    def leave(self) -> None:
        """Keep it for the next start."""
        self._lock.release()


class Recovery:
    """The folder of slots."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "unsaved"

    def begin(self) -> Slot:
        """A slot for a document that is opened. Nothing is written before its first `keep`."""
        return Slot(self._folder)

    def left_behind(self) -> list[Left]:
        """What was not saved when its process ended, the newest first; each is held by the caller.

        What was saved after all is forgotten: the file then holds the same.
        """
        found = []
        for path in self._folder.glob("*.json"):
            lock = Lock.take(path.with_suffix(".lock"))
            if lock is None:
                continue  # it is open in another process
            try:
                record = _read(path)
            except NetbuilderError as error:
                log.warning("unsaved changes cannot be read: %s", error)
                lock.release()
                continue
            left = Left(record, path, lock)
            if _is_saved(record):
                left.discard()
            else:
                found.append(left)
        return sorted(found, key=lambda left: left.record.kept, reverse=True)


def _read(path: Path) -> Record:
    try:
        raw: Any = msgspec.json.decode(files.read_bytes(path))
        if raw["format"] != FORMAT or raw["version"] != VERSION:
            raise ValueError
        return Record(
            project=codec.from_data(raw["project"]),
            path=None if raw["path"] is None else Path(raw["path"]),
            stamp=msgspec.convert(raw["stamp"], Stamp | None),
            kept=datetime.fromisoformat(raw["kept"]),
        )
    except (msgspec.MsgspecError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise files.FileError(
            path=str(path), reason="this is not what Netbuilder keeps here"
        ) from error


def _is_saved(record: Record) -> bool:
    if record.path is None:
        return False
    try:
        return files.read(record.path) == record.project
    except NetbuilderError:
        return False
