"""Reading and writing project files; a save that fails leaves the old file as it was."""

import contextlib
import errno
import os
import tempfile
from pathlib import Path

from netbuilder.errors import NetbuilderError
from netbuilder.project import codec
from netbuilder.project.model import Project


class FileError(NetbuilderError):
    """A file cannot be read or written."""

    template = "{path}: {reason}"


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
    text = read_bytes(path)
    try:
        return codec.loads(text)
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
        descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
        os.chmod(temporary, mode)
        os.replace(temporary, target)
        temporary = None
        _sync_folder(target.parent)
    except OSError as error:
        raise FileError(path=os.fspath(path), reason=_reason(error, writing=True)) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)


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
