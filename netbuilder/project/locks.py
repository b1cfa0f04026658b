"""Locks between processes: the system frees them when their owner ends, however it ends."""

import contextlib
import hashlib
import os
import sys
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _hold(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _hold(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class Lock:
    """A lock that is held until `release`, or until the process ends.

    Where the system has no locks, or the folder cannot be written to, everybody gets one: a missing
    warning is better than a program that refuses to work.
    """

    def __init__(self, path: Path, descriptor: int | None) -> None:
        self._path = path
        self._descriptor = descriptor

    @classmethod
    def take(cls, path: Path) -> "Lock | None":
        """The lock of that name, or None when another holder is alive."""
        while True:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            except OSError:
                return cls(path, None)
            try:
                _hold(descriptor)
            except (BlockingIOError, PermissionError):
                os.close(descriptor)
                return None
            except OSError:
                os.close(descriptor)
                return cls(path, None)
            if _is_at(descriptor, path):
                return cls(path, descriptor)
            os.close(descriptor)  # its last holder removed the file just now: once more

    def release(self) -> None:
        """Let others have it; a second call does nothing."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is None:
            return
        # Windows removes no open file; elsewhere the name goes first, so that nobody waits on it.
        if sys.platform == "win32":
            os.close(descriptor)
            with contextlib.suppress(OSError):
                self._path.unlink()
        else:
            with contextlib.suppress(OSError):
                self._path.unlink()
            os.close(descriptor)


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except OSError:
        return False


def edit_lock(folder: Path, path: Path) -> Lock | None:
    """The lock of whoever edits a project file; None when another window or process does.

    The locks stand in the program's own folder, so that none are left among the user's files.
    """
    name = hashlib.sha256(os.fsencode(os.path.normcase(path.resolve()))).hexdigest()[:32]
    return Lock.take(folder / "locks" / f"{name}.lock")
