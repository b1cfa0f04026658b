"""Saving is all or nothing, and says in one sentence what stood in its way."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from helpers import EXAMPLES, ROOT

from netbuilder.project import files
from netbuilder.project.codec import dumps
from netbuilder.project.files import FileError
from netbuilder.project.model import Project

OLD = b"what was there before"
posix = pytest.mark.skipif(os.name != "posix", reason="POSIX permissions and links")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    path = tmp_path / "project.json"
    path.write_bytes(OLD)
    return path


def refusal(target: Path) -> str:
    """What a save that fails says."""
    with pytest.raises(FileError) as caught:
        files.write(Project(), target)
    message = str(caught.value)
    assert message.startswith(f"{target}: ")
    return message.removeprefix(f"{target}: ")


def test_what_is_saved_is_read(tmp_path: Path) -> None:
    path = tmp_path / "new.json"
    project = files.read(EXAMPLES / "xor.json")
    files.write(project, path)
    assert files.read(path) == project
    assert path.read_bytes() == dumps(project)
    assert os.listdir(tmp_path) == ["new.json"]  # no temporary file stays behind


@pytest.mark.parametrize("step", ["mkstemp", "fsync", "replace", "chmod"])
@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "the disk is full: free some space or choose another folder"),
        (errno.EACCES, "no permission to write here: choose another folder"),
        (errno.EROFS, "no permission to write here: choose another folder"),
        (errno.EIO, os.strerror(errno.EIO).lower()),
    ],
)
def test_a_save_that_fails_leaves_the_old_file(
    step: str, number: int, said: str, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **options: Any) -> Any:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(tempfile if step == "mkstemp" else os, step, fail)
    assert refusal(target) == said
    monkeypatch.undo()
    assert target.read_bytes() == OLD
    assert os.listdir(target.parent) == [target.name]


def test_a_disk_that_fills_up_half_way(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.fdopen

    def fdopen(*args: Any, **options: Any) -> Any:
        file = real(*args, **options)

        class Full:
            def __enter__(self) -> Any:
                file.__enter__()
                return self

            def __exit__(self, *error: Any) -> Any:
                return file.__exit__(*error)

            def write(self, data: bytes) -> None:
                file.write(data[: len(data) // 2])
                raise OSError(errno.ENOSPC, "No space left on device")

        return Full()

    monkeypatch.setattr(os, "fdopen", fdopen)
    assert refusal(target).startswith("the disk is full")
    monkeypatch.undo()
    assert target.read_bytes() == OLD
    assert os.listdir(target.parent) == [target.name]


def test_the_data_is_on_the_disk_before_the_name_changes(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    fsync, replace = os.fsync, os.replace

    def noted_fsync(descriptor: int) -> None:
        order.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        fsync(descriptor)

    def noted_replace(*names: Any) -> None:
        order.append("replace")
        replace(*names)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(os, "replace", noted_replace)
    files.write(Project(), target)
    assert order[:2] == ["file", "replace"]
    assert order[2:] == (["folder"] if os.name == "posix" else [])


@posix
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "folder" / "real.json", tmp_path / "link.json"
    real.parent.mkdir()
    real.write_bytes(OLD)
    link.symlink_to(real)
    files.write(Project(name="new"), link)
    assert link.is_symlink()
    assert files.read(real).name == "new"
    assert os.listdir(real.parent) == ["real.json"]


@posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_the_mode_is_kept(mode: int, target: Path) -> None:
    target.chmod(mode)
    files.write(Project(), target)
    assert stat.S_IMODE(target.stat().st_mode) == mode


@posix
def test_a_new_file_gets_the_usual_mode(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        files.write(Project(), tmp_path / "a.json")
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "a.json").stat().st_mode) == 0o640


def test_places_that_are_none(tmp_path: Path, target: Path) -> None:
    assert refusal(tmp_path / "no" / "a.json") == "there is no such folder"
    assert refusal(tmp_path) == "this is a folder, not a file"
    assert refusal(target / "a.json") == "a part of the path is not a folder"
    assert refusal(tmp_path / ("x" * 300)) == "the name is too long"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOENT, "there is no such file"),
        (errno.EACCES, "no permission to read it"),
        (errno.EISDIR, "this is a folder, not a file"),
    ],
)
def test_a_file_that_cannot_be_read(
    number: int, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Path) -> bytes:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "read_bytes", fail)
    for read in (files.read, files.read_bytes, files.read_text):
        with pytest.raises(FileError) as caught:
            read("a.json")
        assert str(caught.value) == f"a.json: {said}"


def test_errors_in_a_file_begin_with_its_path(tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes((EXAMPLES / "xor.json").read_bytes()[:300])
    with pytest.raises(FileError, match=r"bad\.json: This is not a Netbuilder project: the JSON"):
        files.read(path)
    with pytest.raises(FileError, match="this is a folder, not a file"):
        files.read(tmp_path)
    path.write_bytes(b"\xef\xbb\xbf1,2\n")
    assert files.read_text(path) == "1,2\n"
    path.write_bytes(b"\xff\xfe1")
    with pytest.raises(FileError, match="this is not UTF-8 text"):
        files.read_text(path)


@posix
def test_a_user_without_permission() -> None:
    """A real process of a user who may write nothing there (root itself may write anywhere)."""
    folder = Path(tempfile.mkdtemp())  # other users cannot reach into tmp_path
    code = (
        "import os, sys\n"
        "from netbuilder.project import files\n"
        "from netbuilder.project.model import Project\n"
        "if os.getuid() == 0: os.setuid(65534)\n"
        "files.write(Project(), sys.argv[1])\n"
    )
    folder.chmod(0o555)
    try:
        done = subprocess.run(
            [sys.executable, "-c", code, str(folder / "a.json")],
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
        )
    finally:
        folder.chmod(0o755)
        left = os.listdir(folder)
        shutil.rmtree(folder)
    assert "no permission to write here: choose another folder" in done.stderr
    assert left == []
