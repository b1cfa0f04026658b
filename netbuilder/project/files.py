"""Reading and writing project files; a save that fails leaves the old file as it was.

`save` keeps what the file held before beside it, as `name.json~`.
"""

import contextlib
import errno
import glob
import hashlib
import logging
import os
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from netbuilder.errors import NetbuilderError
from netbuilder.project import codec
from netbuilder.project.model import Project

log = logging.getLogger(__name__)

PART = ".part"  # ends the name of a file that is being written
FORGOTTEN = 3600.0  # seconds after which such a file belongs to a process that was killed


class FileError(NetbuilderError):
    """A file cannot be read or written."""

    template = "{path}: {reason}"


class Stamp(NamedTuple):
    """What a file was like when it was read or written, to notice that others changed it."""

    modified: int  # nanoseconds
    size: int
    inode: int
    digest: str


def _reason(error: OSError, writing: bool) -> str:
    match error.errno:
        case errno.ENOENT:
            return "there is no such folder" if writing else "there is no such file"
        case errno.EACCES | errno.EPERM | errno.EROFS:
            action = "write here" if writing else "read it"
            remedy = ": choose another folder" if writing else ""
            return f"no permission to {action}{remedy}"
        case errno.ENOSPC | errno.EDQUOT:
            return "the disk is full: free some space or choose another folder"
        case errno.EISDIR | errno.ENOTDIR:
            return (
                "this is a folder, not a file"
                if error.errno == errno.EISDIR
                else ("a part of the path is not a folder")
            )
        case errno.ENAMETOOLONG:
            return "the name is too long"
    return (error.strerror or str(error)).lower()


def read(path: str | os.PathLike[str]) -> Project:
    """Open a project file. Raises NetbuilderError whose text begins with the path."""
    return read_stamped(path)[0]


def read_stamped(path: str | os.PathLike[str]) -> tuple[Project, Stamp]:
    """Open a project file, and note what the file was like. Raises as `read`."""
    text = read_bytes(path)
    try:
        return codec.loads(text), _stamp(path, text)
    except NetbuilderError as error:
        raise FileError(path=os.fspath(path), reason=str(error)) from error


def read_bytes(path: str | os.PathLike[str]) -> bytes:
    """A file's content. Raises FileError."""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise FileError(path=os.fspath(path), reason=_reason(error, writing=False)) from error


def read_text(path: str | os.PathLike[str]) -> str:
    """A text file in UTF-8, with or without a byte order mark. Raises FileError."""
    try:
        return read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(path=os.fspath(path), reason="this is not UTF-8 text") from error


def save(project: Project, path: str | os.PathLike[str]) -> Stamp:
    """Save a project atomically and keep what the file held before. Raises FileError."""
    data = codec.dumps(project)
    _back_up(Path(path), data)
    write_bytes(data, path)
    return _stamp(path, data)


def backup_of(path: str | os.PathLike[str]) -> Path:
    """Where `save` keeps the version before: `xor.json~` beside `xor.json`."""
    return Path(f"{os.fspath(path)}~")


def changed(path: str | os.PathLike[str], stamp: Stamp) -> bool:
    """Whether a file holds something else than when it was stamped; a file that is gone does not.

    Costs next to nothing while nobody touches the file.
    """
    try:
        if _look(path) == stamp[:3]:
            return False
        return _digest(Path(path).read_bytes()) != stamp.digest
    except OSError:
        return False


def stamp_of(path: str | os.PathLike[str]) -> Stamp | None:
    """What a file is like now; None when it is gone."""
    try:
        return _stamp(path, Path(path).read_bytes())
    except OSError:
        return None


def _back_up(path: Path, data: bytes) -> None:
    # A copy that cannot be kept must not keep anyone from saving.
    with contextlib.suppress(OSError):
        before = path.read_bytes()
        if before == data:
            return  # the version before that one is worth more
        try:
            write_bytes(before, backup_of(path))
        except FileError as error:
            log.warning("no backup is kept: %s", error)


def _stamp(path: str | os.PathLike[str], data: bytes) -> Stamp:
    try:
        return Stamp(*_look(path), _digest(data))
    except OSError:  # gone again already
        return Stamp(0, len(data), 0, _digest(data))


def _look(path: str | os.PathLike[str]) -> tuple[int, int, int]:
    found = Path(path).stat()
    return found.st_mtime_ns, found.st_size, found.st_ino


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def write(project: Project, path: str | os.PathLike[str]) -> None:
    """Save a project atomically. Raises FileError; the old file is then untouched."""
    write_bytes(codec.dumps(project), path)


def write_bytes(data: bytes, path: str | os.PathLike[str]) -> None:
    """Replace a file's content in one go: a temporary file beside it, fsync, rename."""
    target = Path(path)
    temporary = None
    try:
        # A link is followed, so that saving changes the file it points to and keeps the link.
        target = target.resolve() if target.is_symlink() else target
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, "is a directory")
        descriptor, temporary = tempfile.mkstemp(
            prefix=f".{target.name}.", suffix=PART, dir=target.parent
        )
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
        os.chmod(temporary, mode)
        os.replace(temporary, target)
        temporary = None
        _sync_folder(target.parent)
        _sweep(target)
    except OSError as error:
        raise FileError(path=os.fspath(path), reason=_reason(error, writing=True)) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)


def _sweep(target: Path) -> None:
    """Remove what killed processes left of their attempts to write this file."""
    with contextlib.suppress(OSError):
        for part in target.parent.glob(f".{glob.escape(target.name)}.*{PART}"):
            if time.time() - part.stat().st_mtime > FORGOTTEN:
                part.unlink()


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _sync_folder(folder: Path) -> None:
    """Make the rename itself last through a power cut, where the system can do that."""
    if os.name == "posix":
        with contextlib.suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
