"""What was not saved outlives the process, whatever ends it."""

from __future__ import annotations

import logging
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import EXAMPLES, ROOT

from netbuilder.project import files
from netbuilder.project.codec import dumps
from netbuilder.project.commands import MoveNodes, SetName
from netbuilder.project.document import Document
from netbuilder.project.files import backup_of
from netbuilder.project.locks import Lock, edit_lock
from netbuilder.project.model import Project
from netbuilder.project.recovery import Recovery, Slot


@pytest.fixture
def recovery(tmp_path: Path) -> Recovery:
    return Recovery(tmp_path / "data")


def crash(slot: Slot) -> None:
    """What the end of a process does to its lock."""
    assert slot._lock is not None
    assert slot._lock._descriptor is not None
    os.close(slot._lock._descriptor)


# ---- slots ----


def test_a_crash_leaves_the_newest_state(recovery: Recovery, tmp_path: Path) -> None:
    path = tmp_path / "xor.json"
    saved = files.read(EXAMPLES / "xor.json")
    stamp = files.save(saved, path)
    slot = recovery.begin()
    slot.keep(saved.with_(name="a"), path, stamp)
    slot.keep(saved.with_(name="b"), path, stamp)
    assert recovery.left_behind() == []  # its process is alive
    crash(slot)
    (left,) = recovery.left_behind()
    assert left.record.project == saved.with_(name="b")
    assert left.record.path == path
    assert left.record.stamp == stamp
    assert recovery.left_behind() == []  # it is offered to one process only
    left.leave()
    (left,) = recovery.left_behind()
    left.discard()
    assert recovery.left_behind() == []
    assert os.listdir(tmp_path / "data" / "unsaved") == []


def test_several_are_offered_the_newest_first(recovery: Recovery) -> None:
    for name in ("first", "second"):
        slot = recovery.begin()
        slot.keep(Project(name=name), None, None)
        crash(slot)
        time.sleep(0.01)
    assert [left.record.project.name for left in recovery.left_behind()] == ["second", "first"]


def test_what_was_saved_after_all_is_not_offered(recovery: Recovery, tmp_path: Path) -> None:
    path = tmp_path / "xor.json"
    slot = recovery.begin()
    slot.keep(Project(name="b"), path, None)
    files.save(Project(name="b"), path)
    crash(slot)  # between the save and the clear
    assert recovery.left_behind() == []


def test_good_order_leaves_nothing(recovery: Recovery, tmp_path: Path) -> None:
    slot = recovery.begin()
    slot.close()
    assert not (tmp_path / "data").exists()
    slot = recovery.begin()
    slot.keep(Project(), None, None)
    slot.clear()
    slot.close()
    slot.close()
    assert os.listdir(tmp_path / "data" / "unsaved") == []


@pytest.mark.parametrize("content", ["", "[1]", "{}", '{"format": "netbuilder-recovery"}'])
def test_what_cannot_be_read_is_left_alone(
    recovery: Recovery, tmp_path: Path, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "data" / "unsaved"
    folder.mkdir(parents=True)
    (folder / "a.json").write_text(content)
    with caplog.at_level(logging.WARNING):
        assert recovery.left_behind() == []
    assert "unsaved changes cannot be read" in caplog.text
    assert (folder / "a.json").read_text() == content


# ---- locks ----


def test_one_holder_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "xor.json"
    first = edit_lock(tmp_path / "data", path)
    assert first is not None
    assert edit_lock(tmp_path / "data", path) is None
    other = edit_lock(tmp_path / "data", tmp_path / "circle.json")
    assert other is not None
    other.release()
    first.release()
    first.release()
    again = edit_lock(tmp_path / "data", tmp_path / "." / "xor.json")
    assert again is not None
    again.release()
    assert os.listdir(tmp_path / "data" / "locks") == []


def test_a_lock_is_free_when_its_process_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from netbuilder.project.locks import Lock\n"
        "held = Lock.take(Path(sys.argv[1]))\n"
        "print(held is not None, flush=True)\n"
        "time.sleep(60)\n"
    )
    path = tmp_path / "a.lock"
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == "True\n"
        assert Lock.take(path) is None
        process.kill()
        process.wait()
    lock = Lock.take(path)
    assert lock is not None
    lock.release()


def test_where_no_lock_can_be_made_everybody_gets_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way of the folder")
    for _ in range(2):
        lock = Lock.take(tmp_path / "file" / "a.lock")
        assert lock is not None
        lock.release()


# ---- the file ----


def test_the_version_before_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "xor.json"
    files.save(Project(name="1"), path)
    assert not backup_of(path).exists()
    files.save(Project(name="2"), path)
    assert files.read(tmp_path / "xor.json~").name == "1"
    files.save(Project(name="3"), path)
    files.save(Project(name="3"), path)  # nothing new: the version before stays
    assert files.read(path).name == "3"
    assert files.read(backup_of(path)).name == "2"


def test_a_backup_that_fails_stops_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "xor.json"
    files.save(Project(name="1"), path)
    backup_of(path).mkdir()
    files.save(Project(name="2"), path)
    assert files.read(path).name == "2"
    assert "no backup is kept" in caplog.text


def test_a_file_that_others_change_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "xor.json"
    stamp = files.save(Project(name="1"), path)
    assert not files.changed(path, stamp)
    assert files.read_stamped(path) == (Project(name="1"), stamp)
    os.utime(path, (1, 1))
    assert not files.changed(path, stamp)  # touched, but the same
    files.write(Project(name="2"), path)
    assert files.changed(path, stamp)
    path.unlink()
    assert not files.changed(path, stamp)  # a save then makes it anew


def test_parts_of_killed_saves_are_swept_away(tmp_path: Path) -> None:
    path = tmp_path / "a[1].json"
    for name, age in (("old", 7200), ("young", 5)):
        part = tmp_path / f".a[1].json.{name}.part"
        part.write_text("half")
        os.utime(part, (time.time() - age,) * 2)
    (tmp_path / ".a1.json.other.part").write_text("half")
    files.write(Project(), path)
    assert sorted(os.listdir(tmp_path)) == [
        ".a1.json.other.part",
        ".a[1].json.young.part",
        "a[1].json",
    ]


# ---- the name that a first save gives ----


def test_an_undo_after_the_first_save_keeps_the_name(tmp_path: Path) -> None:
    document = Document(files.read(EXAMPLES / "xor.json").with_(name="Untitled"))
    start = document.project
    document.push(MoveNodes({"hidden": (5.0, 5.0)}))
    document.push(SetName("mine"))
    document.push(SetName("Untitled"))
    document.undo()
    document.undo()
    document.saved(document.project.with_(name="xor"), tmp_path / "xor.json")
    assert not document.modified
    document.undo()
    assert document.project == start.with_(name="xor")
    assert document.modified
    document.redo()
    assert not document.modified
    document.redo()
    assert document.project.name == "mine"
    document.redo()
    assert document.project.name == "xor"


# ---- kill -9 ----

WRITER = """
import sys
from pathlib import Path
from netbuilder.project import files
from netbuilder.project.recovery import Recovery

path, data = Path(sys.argv[1]), Path(sys.argv[2])
project, stamp = files.read_stamped(path)
slot = Recovery(data).begin()
k = int(project.name)
while True:  # an edit that the autosave keeps, and one that is saved, as the window does it
    for save in (False, True):
        k += 1
        project = project.with_(name=str(k))
        print("begin", k, flush=True)
        slot.keep(project, path, stamp)
        print("kept", k, flush=True)
        if save:
            stamp = files.save(project, path)
            print("saved", k, flush=True)
            slot.clear()
"""


def killed_saves(folder: Path, times: int, seed: int) -> Iterator[tuple[int, int, int, int, int]]:
    """Kill a process that saves at a random moment, again and again.

    Yields what it had kept and saved for certain, what the file and the recovery hold, and what it
    had begun.
    """
    chance = random.Random(seed)
    path, data = folder / "xor.json", folder / "data"
    base = files.read(EXAMPLES / "xor.json").with_(name="0")
    files.save(base, path)
    held = {0: dumps(base)}
    for _ in range(times):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), str(data)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert process.stdout is not None
        with process.stdout:
            lines = [process.stdout.readline()]  # it is up and saving
            time.sleep(chance.uniform(0.0, 0.03))
            process.send_signal(signal.SIGKILL)
            lines += process.stdout.read().splitlines()
        process.wait()
        told = [line.split() for line in lines if len(line.split()) == 2]
        count = {
            word: max((int(k) for w, k in told if w == word), default=0)
            for word in ("begin", "kept", "saved")
        }
        project = files.read(path)  # whole: it opens, and its bytes are those of one state
        k = int(project.name)
        held[k] = dumps(base.with_(name=str(k)))
        assert path.read_bytes() == held[k]
        before = files.read(backup_of(path)) if backup_of(path).exists() else base
        assert dumps(before) == dumps(base.with_(name=before.name))
        offered = Recovery(data).left_behind()
        restored = [int(left.record.project.name) for left in offered]
        for left in offered:
            left.discard()
        assert len(restored) <= 1
        newest = restored[0] if restored else k
        files.save(base.with_(name=str(newest)), path)  # the next start restores it
        yield count["kept"], count["saved"], k, newest, count["begin"]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
def test_kill_9_at_random_moments(tmp_path: Path) -> None:
    # All 300 were killed by hand; a few stay here. NETBUILDER_KILLS tells another number.
    times = int(os.environ.get("NETBUILDER_KILLS", "40"))
    fates = {"file is newest": 0, "recovery is newest": 0}
    for kept, saved, in_file, newest, begun in killed_saves(tmp_path, times, seed=4):
        assert saved <= in_file <= begun
        assert kept <= newest <= begun
        assert in_file <= newest
        fates["recovery is newest" if newest > in_file else "file is newest"] += 1
    print(fates)
    assert sum(fates.values()) == times
