"""The life of a document: new, open, save, revert; windows, crashes, what others do to files."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from helpers import ROOT
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QSettings, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot
from ui.window.answers import Answers

from netbuilder import assets
from netbuilder.project import files
from netbuilder.project.commands import MoveNodes, SetName
from netbuilder.project.files import backup_of
from netbuilder.project.locks import edit_lock
from netbuilder.project.model import Project, same_weights
from netbuilder.project.recovery import Recovery
from netbuilder.ui.file_actions import file_name
from netbuilder.ui.main_window import MainWindow
from netbuilder.ui.settings import AppSettings
from netbuilder.ui.windows import Windows

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def windows(qapp: QApplication, tmp_path: Path) -> Iterator[Windows]:
    """A process with one empty window, and a folder of its own for what must outlive it."""
    store = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    settings = AppSettings(store)
    settings.pace = None
    made = Windows(settings, MainWindow, tmp_path / "data")
    made.open_new()
    yield made
    for window in QApplication.topLevelWidgets():
        if isinstance(window, MainWindow):
            dismiss(window)
    # Windows that stay would be styled anew with each test.
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    QApplication.processEvents()


@pytest.fixture
def window(windows: Windows, qtbot: QtBot) -> MainWindow:
    qtbot.waitExposed(windows.open[0])
    return windows.open[0]


@pytest.fixture
def answers() -> Iterator[Answers]:
    made = Answers()
    yield made
    made.finish()


@pytest.fixture
def xor_file(tmp_path: Path) -> Path:
    path = tmp_path / "work" / "xor.json"
    path.parent.mkdir()
    path.write_bytes(assets.example("xor").read_bytes())
    return path


def dismiss(window: MainWindow) -> None:
    """Close a window without a question."""
    window.files.may_discard = lambda: True  # type: ignore[method-assign]
    window.close()
    window.deleteLater()


def choose(monkeypatch: pytest.MonkeyPatch, path: Path | str) -> None:
    """What the next file dialogs are answered with; "" is Cancel."""
    for name in ("getSaveFileName", "getOpenFileName"):
        monkeypatch.setattr(QFileDialog, name, lambda *_: (str(path), ""))


def bring_to_front(window: MainWindow) -> None:
    window.activateWindow()
    for _ in range(200):
        QTest.qWait(5)
        if QApplication.activeWindow() is window:
            return
    raise AssertionError("the window does not come to the front")


def press(window: MainWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
    """A shortcut, in the window in front."""
    bring_to_front(window)
    QTest.keyClick(window.focusWidget() or window, key, modifiers)


def move(window: MainWindow, x: float = 7.0) -> None:
    window.document.push(MoveNodes({window.document.project.nodes[0].id: (x, 3.0)}))


def train(window: MainWindow, qtbot: QtBot, steps: int = 20) -> None:
    with qtbot.waitSignal(
        window.controller.state_changed, timeout=20_000, check_params_cb=lambda s: s == "paused"
    ):
        window.controller.step(steps)


# ---- new, open, recent, examples ----


def test_new_asks_about_changes_and_each_answer_means_itself(
    window: MainWindow, answers: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.files.open_example("xor")
    assert window.windowTitle() == "XOR — Netbuilder"
    move(window)
    assert window.windowTitle() == "XOR — edited — Netbuilder"
    edited = window.document.project
    for refusal in ("cancel", "esc"):
        answers.expect(refusal)
        press(window, Qt.Key.Key_N, CONTROL)
        assert answers.last == "Save the changes to “XOR”? Otherwise they are lost."
        assert window.document.project is edited
    choose(monkeypatch, "")
    answers.expect("save")
    press(window, Qt.Key.Key_N, CONTROL)
    assert window.document.project is edited  # the file dialog was cancelled
    path = tmp_path / "kept.json"
    choose(monkeypatch, path)
    answers.expect("save")
    press(window, Qt.Key.Key_N, CONTROL)
    assert files.read(path) == edited
    assert window.document.project == Project()
    assert window.windowTitle() == "Untitled — Netbuilder"
    window.files.open_example("circle")
    move(window)
    answers.expect("discard")
    press(window, Qt.Key.Key_N, CONTROL)
    assert window.document.project == Project()


def test_open_from_the_dialog_and_from_the_recent_files(
    windows: Windows, window: MainWindow, xor_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, xor_file)
    press(window, Qt.Key.Key_O, CONTROL)
    assert window.document.path == xor_file
    assert window.document.project == files.read(xor_file)
    press(window, Qt.Key.Key_N, CONTROL)
    assert window.document.path is None
    recent = window.findChild(QMenu, "menu.recent")
    assert recent is not None
    recent.aboutToShow.emit()
    assert recent.actions()[0].text() == "xor.json  (work)"
    recent.actions()[0].trigger()
    assert window.document.path == xor_file
    assert windows.open == [window]


def test_an_example_opens_here_while_nothing_is_lost_and_else_in_a_new_window(
    windows: Windows, window: MainWindow
) -> None:
    window.files.open_example("xor")
    window.files.open_example("circle")
    assert windows.open == [window]
    assert window.document.project.name == "Circle"
    move(window)
    window.files.open_example("xor")
    assert [w.document.project.name for w in windows.open] == ["Circle", "XOR"]
    assert window.document.modified
    assert not windows.open[1].document.modified


# ---- save, save as, revert ----


def test_an_undo_after_the_first_save_keeps_the_name(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.canvas.append("Input")
    window.canvas.append("Dense")
    choose(monkeypatch, tmp_path / "mine")
    press(window, Qt.Key.Key_S, CONTROL)
    assert window.document.path == tmp_path / "mine.json"
    assert window.windowTitle() == "mine — Netbuilder"
    press(window, Qt.Key.Key_Z, CONTROL)
    assert window.windowTitle() == "mine — edited — Netbuilder"
    press(window, Qt.Key.Key_Z, CONTROL | SHIFT)
    assert window.windowTitle() == "mine — Netbuilder"
    assert not window.document.modified


def test_an_ending_that_the_program_adds_replaces_no_file_unasked(
    window: MainWindow, answers: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.json").write_text("something else")
    window.files.open_example("xor")
    choose(monkeypatch, tmp_path / "mine")
    answers.expect("cancel")
    press(window, Qt.Key.Key_S, CONTROL | SHIFT)
    assert "Replace “mine.json”?" in answers.last
    assert (tmp_path / "mine.json").read_text() == "something else"
    answers.expect("replace")
    press(window, Qt.Key.Key_S, CONTROL | SHIFT)
    assert files.read(tmp_path / "mine.json").name == "XOR"
    assert backup_of(tmp_path / "mine.json").read_text() == "something else"


def test_revert_goes_back_to_the_file(window: MainWindow, answers: Answers, xor_file: Path) -> None:
    revert = window.named_actions["revert"]
    assert not revert.isEnabled()
    window.files.open_path(xor_file)
    assert not revert.isEnabled()
    move(window)
    assert revert.isEnabled()
    answers.expect("cancel")
    press(window, Qt.Key.Key_R, CONTROL | ALT)
    assert answers.last == (
        "Go back to “xor.json” as it was saved? All changes since then are lost."
    )
    assert window.document.modified
    answers.expect("revert")
    press(window, Qt.Key.Key_R, CONTROL | ALT)
    assert window.document.project == files.read(xor_file)
    assert not window.document.modified
    assert not revert.isEnabled()
    move(window)
    xor_file.write_text("{")
    answers.expect("revert", "ok")
    window.files.revert()
    assert "The project cannot be opened" in answers.last
    assert window.document.modified


def test_names_of_projects_become_names_of_files() -> None:
    assert file_name("XOR") == "XOR"
    assert file_name("a/b: c?") == "a-b- c-"
    assert file_name("..") == "network"


# ---- files dropped on the window ----


def drop(window: MainWindow, *paths: Path, on: QWidget | None = None, leave: bool = False) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(p)) for p in paths])
    here, copy, left = QPoint(500, 300), Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    target = on or window.canvas.viewport()
    enter = QDragEnterEvent(here, copy, mime, left, none)
    QApplication.sendEvent(target, enter)
    assert enter.isAccepted()
    hint = window.findChild(QLabel, "drop.hint")
    assert hint is not None
    assert hint.isVisible()
    assert hint.window() is target.window()
    assert hint.window().rect().contains(hint.geometry())
    assert paths[0].name in hint.text() or str(len(paths)) in hint.text()
    if leave:
        QApplication.sendEvent(target.window(), QDragLeaveEvent())
    else:
        QApplication.sendEvent(target, QDropEvent(QPointF(here), copy, mime, left, none))
    assert not hint.isVisible()
    QApplication.processEvents()


def test_a_project_dropped_on_the_window_opens(
    windows: Windows, window: MainWindow, xor_file: Path
) -> None:
    drop(window, xor_file, leave=True)
    assert window.document.path is None
    drop(window, xor_file)
    assert window.document.path == xor_file
    other = xor_file.with_name("b.json")
    other.write_bytes(assets.example("circle").read_bytes())
    drop(window, xor_file, other)  # the first is open here, the second in a window of its own
    assert [w.document.path for w in windows.open] == [xor_file, other]


@pytest.mark.parametrize("name", ["blocks", "inspector", "loss"])
def test_a_project_dropped_on_a_floating_panel_opens(
    window: MainWindow, xor_file: Path, name: str
) -> None:
    dock = window.docks.docks[name]
    dock.setFloating(True)
    assert dock.isWindow()
    inside = dock.widget()
    drop(window, xor_file, on=inside, leave=True)
    assert window.document.path is None
    drop(window, xor_file, on=inside)
    assert window.document.path == xor_file
    # Back in the window, the hint is over the whole of it again.
    dock.setFloating(False)
    drop(window, xor_file, on=inside, leave=True)


@pytest.mark.parametrize("ending", [".npz", ".json"])
def test_weights_dropped_on_the_window_are_loaded(
    windows: Windows, window: MainWindow, qtbot: QtBot, tmp_path: Path, ending: str
) -> None:
    window.files.open_example("xor")
    train(window, qtbot)
    learned = window.document.project
    path = tmp_path / f"weights{ending}"
    assert window.weight_files.export_to(learned, path)
    window.controller.reset()
    assert not window.document.project.weights
    drop(window, path)
    assert same_weights(window.document.project.weights, learned.weights)
    assert window.named_actions["undo"].text() == "&Undo: Load weights"
    assert windows.open == [window]


def test_something_else_dropped_is_refused_in_one_sentence(
    window: MainWindow, answers: Answers, tmp_path: Path
) -> None:
    path = tmp_path / "poem.txt"
    path.write_text("roses are red")
    answers.expect("ok")
    drop(window, path)
    assert answers.last.startswith(f"The project cannot be opened {path}: This is not a Netbuilder")
    assert window.document.project == Project()


# ---- several windows ----


def test_windows_have_documents_and_threads_of_their_own(
    windows: Windows, window: MainWindow, qtbot: QtBot
) -> None:
    press(window, Qt.Key.Key_N, CONTROL | ALT)
    first, second = windows.open
    assert second.isVisible()
    assert second.pos() != first.pos()
    first.files.open_example("xor")
    second.files.open_example("circle")
    with qtbot.waitSignals(
        [first.controller.state_changed, second.controller.state_changed],
        timeout=20_000,
        check_params_cbs=[lambda s: s == "paused"] * 2,
    ):
        first.controller.step(30)
        second.controller.step(40)
    assert first.controller.snapshot is not None
    assert second.controller.snapshot is not None
    assert (first.controller.snapshot.step, second.controller.snapshot.step) == (30, 40)
    second.document.push(SetName("mine"))
    press(first, Qt.Key.Key_Z, CONTROL)  # nothing to take back here
    assert second.document.project.name == "mine"
    # Copied in one window, pasted in the other.
    first.canvas.select(["hidden"])
    first.canvas.setFocus()
    press(first, Qt.Key.Key_C, CONTROL)
    count = len(second.document.project.nodes)
    second.named_actions["paste"].trigger()
    assert len(second.document.project.nodes) == count + 1


def test_a_file_is_open_in_one_window_only(
    windows: Windows,
    window: MainWindow,
    answers: Answers,
    xor_file: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window.files.open_path(xor_file)
    other = windows.open_new()
    assert other.files.open_path(xor_file)
    assert other.document.project == Project()
    assert windows.open == [window, other]
    other.files.open_example("circle")
    choose(monkeypatch, xor_file)
    answers.expect("ok")
    assert not other.files.save()
    assert "“xor.json” is open in another window: choose another name." in answers.last
    assert files.read(xor_file).name == "XOR"


def test_closing_asks_and_ends_the_thread(
    windows: Windows, window: MainWindow, answers: Answers
) -> None:
    other = windows.open_new()
    other.files.open_example("xor")
    move(other)
    thread = other.controller._thread
    gone: list[bool] = []
    other.destroyed.connect(lambda: gone.append(True))
    answers.expect("cancel")
    press(other, Qt.Key.Key_Q, CONTROL)
    assert windows.open == [window, other]
    answers.expect("discard")
    press(other, Qt.Key.Key_W, CONTROL)
    assert windows.open == [window]
    assert thread.isFinished()
    QTest.qWait(50)
    assert gone == [True]
    window.files.open_example("circle")  # the other one goes on
    assert window.document.project.name == "Circle"


PROGRAM = """
import os, sys
from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication
from netbuilder import app
from netbuilder.ui.main_window import MainWindow

QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, sys.argv[1])
application = QApplication([])
def windows():
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)]
def act():
    first = windows()[0]
    assert first.document.project.name == "XOR", first.document.project.name
    first.named_actions["new_window"].trigger()
    assert len(first.windows.open) == 2
    first.close()
    QTimer.singleShot(100, last)
def last():
    (window,) = [w for w in windows() if w.isVisible()]
    window.close()
QTimer.singleShot(500, act)
sys.exit(app.run([sys.argv[2]]))
"""


def test_the_program_ends_with_its_last_window(xor_file: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path), str(xor_file)],
        env={**os.environ, "XDG_DATA_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=60,
    )
    assert "Error" not in done.stderr
    assert done.returncode == 0
    left = [p for p in (tmp_path / "home").rglob("*") if p.is_file()]
    assert left == []


def test_quit_closes_all_windows(windows: Windows, window: MainWindow) -> None:
    windows.open_new()
    windows.open_new()
    press(window, Qt.Key.Key_Q, CONTROL)
    assert windows.open == []


# ---- autosave and recovery ----


def crash(windows: Windows) -> None:
    """What is left when the process ends: files as they are, and locks that nobody holds."""
    for window in list(windows.open):
        slot = window.files.keeper._slot
        assert slot is not None
        if slot._lock is not None:
            assert slot._lock._descriptor is not None
            os.close(slot._lock._descriptor)
            slot._lock = None
        window.files.keeper._slot = None
        dismiss(window)


@pytest.fixture
def restart(windows: Windows, tmp_path: Path) -> Iterator[Callable[[], Windows]]:
    made: list[Windows] = []

    def start() -> Windows:
        crash(windows)
        fresh = Windows(windows._settings, MainWindow, tmp_path / "data")
        fresh.open_new()
        made.append(fresh)
        return fresh

    yield start
    for each in made:
        for window in list(each.open):
            dismiss(window)


def unsaved(tmp_path: Path) -> list[str]:
    folder = tmp_path / "data" / "unsaved"
    return sorted(p.suffix for p in folder.iterdir()) if folder.exists() else []


def test_once_a_minute_what_is_unsaved_is_kept(
    window: MainWindow, tmp_path: Path, xor_file: Path
) -> None:
    keeper = window.files.keeper
    assert keeper._timer.isActive()
    assert keeper._timer.interval() == 60_000
    keeper._timer.timeout.emit()
    assert unsaved(tmp_path) == []  # nothing to keep
    window.files.open_path(xor_file)
    move(window)
    keeper._timer.timeout.emit()
    assert unsaved(tmp_path) == [".json", ".lock"]
    (kept,) = (tmp_path / "data" / "unsaved").glob("*.json")
    stamp = kept.stat().st_mtime_ns
    keeper._timer.timeout.emit()
    assert kept.stat().st_mtime_ns == stamp  # nothing new
    assert window.files.save()
    assert unsaved(tmp_path) == [".lock"]
    move(window, 9.0)
    keeper._timer.timeout.emit()
    window.document.undo()
    keeper._timer.timeout.emit()
    assert unsaved(tmp_path) == [".lock"]  # as in the file again
    window.close()
    assert unsaved(tmp_path) == []


@pytest.mark.parametrize("in_a_file", [True, False])
def test_after_a_crash_the_changes_are_offered(
    window: MainWindow,
    restart: Callable[[], Windows],
    answers: Answers,
    qtbot: QtBot,
    xor_file: Path,
    tmp_path: Path,
    in_a_file: bool,
) -> None:
    if in_a_file:
        window.files.open_path(xor_file)
    else:
        window.files.open_example("xor")
    move(window)
    train(window, qtbot)  # what training learned is kept, too
    window.controller.start()
    window.files.keeper._timer.timeout.emit()
    kept = window.document.project
    assert kept.weights
    windows = restart()
    answers.expect("later")
    windows.offer_recovery()
    assert answers.last.startswith("Restore the changes to “XOR” from ")
    assert ("to " + str(xor_file) in answers.last) == in_a_file
    answers.expect("restore")
    windows.offer_recovery()
    (again,) = windows.open
    assert again.document.project == kept
    assert same_weights(again.document.project.weights, kept.weights)
    assert again.document.path == (xor_file if in_a_file else None)
    assert again.document.modified
    assert again.windowTitle() == "XOR — edited — Netbuilder"
    windows.offer_recovery()  # it is open: nothing to offer, and yet it is kept
    assert unsaved(tmp_path) == [".json", ".lock"]
    if in_a_file:
        assert again.files.save()
        assert files.read(xor_file) == again.document.project
        assert unsaved(tmp_path) == [".lock"]


def test_what_is_not_wanted_is_forgotten(
    window: MainWindow, restart: Callable[[], Windows], answers: Answers, tmp_path: Path
) -> None:
    window.files.open_example("xor")
    move(window)
    window.files.keeper.keep()
    windows = restart()
    answers.expect("discard")
    windows.offer_recovery()
    windows.offer_recovery()
    assert len(answers.shown) == 1
    assert windows.open[0].document.project == Project()
    assert unsaved(tmp_path) == []


def test_several_crashed_windows_come_back_in_windows_of_their_own(
    windows: Windows, window: MainWindow, restart: Callable[[], Windows], answers: Answers
) -> None:
    window.files.open_example("xor")
    other = windows.open_new()
    other.files.open_example("circle")
    for each in (window, other):
        move(each)
        each.files.keeper.keep()
    fresh = restart()
    answers.expect("restore", "restore")
    fresh.offer_recovery()
    assert sorted(w.document.project.name for w in fresh.open) == ["Circle", "XOR"]


def test_a_failure_to_keep_is_told_once(window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    window.files.open_example("xor")
    move(window)
    told: list[str] = []
    window.files.keeper.failed.connect(told.append)
    window.files.keeper.keep()
    move(window, 8.0)
    window.files.keeper.keep()
    assert len(told) == 1
    assert told[0].startswith("Unsaved changes cannot be kept safe: ")
    assert window.banner.text == told[0]


KILLED = """
import sys
from pathlib import Path
from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication
from netbuilder.project.commands import SetName
from netbuilder.ui import keeper
from netbuilder.ui.main_window import MainWindow
from netbuilder.ui.settings import AppSettings
from netbuilder.ui.windows import Windows

keeper.EVERY_MS = 20
folder = Path(sys.argv[1])
app = QApplication([])
settings = AppSettings(QSettings(str(folder / "other.ini"), QSettings.Format.IniFormat))
windows = Windows(settings, MainWindow, folder / "data")
window = windows.open_new()
window.files.open_path(folder / "work" / "xor.json")
window.document.push(SetName("in the other process"))
def look():
    if list((folder / "data" / "unsaved").glob("*.json")):
        print("kept", flush=True)
timer = QTimer()
timer.timeout.connect(look)
timer.start(20)
app.exec()
"""


def test_a_second_process_is_warned_and_a_killed_one_leaves_its_changes(
    windows: Windows, window: MainWindow, answers: Answers, xor_file: Path, tmp_path: Path
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == "kept\n"
        windows.offer_recovery()  # the process is alive
        assert answers.shown == []
        answers.expect("cancel")
        assert not window.files.open_path(xor_file)
        assert answers.last.startswith("“xor.json” is open in another Netbuilder.")
        assert window.document.project == Project()
        answers.expect("copy")
        assert window.files.open_path(xor_file)
        assert window.document.path is None
        assert window.document.project.name == "XOR"
        answers.expect("open")
        assert window.files.open_path(xor_file)
        assert window.document.path == xor_file
        process.kill()
        process.wait()
    window.files.new()
    answers.expect("restore")
    windows.offer_recovery()
    assert window.document.project.name == "in the other process"
    assert window.document.path == xor_file
    assert edit_lock(tmp_path / "data", xor_file) is None  # held by this window now
    assert Recovery(tmp_path / "data").left_behind() == []


# ---- what others do to the file ----


def rewrite(path: Path) -> Project:
    """Another program changes the file."""
    theirs = files.read(path).with_(name="theirs")
    files.write(theirs, path)
    return theirs


def test_saving_over_what_others_wrote_is_asked_about(
    window: MainWindow,
    answers: Answers,
    xor_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window.files.open_path(xor_file)
    move(window)
    theirs = rewrite(xor_file)
    for refusal in ("cancel", "esc"):
        answers.expect(refusal)
        window.named_actions["save"].trigger()
        assert answers.last.startswith("“xor.json” was changed by another program.")
        assert files.read(xor_file) == theirs
        assert window.document.modified
    bring_to_front(window)  # and the same is not asked again
    QTest.qWait(50)
    assert len(answers.shown) == 2
    choose(monkeypatch, tmp_path / "mine.json")
    answers.expect("save_as")
    window.named_actions["save"].trigger()
    assert files.read(xor_file) == theirs
    assert files.read(tmp_path / "mine.json") == window.document.project
    assert window.document.path == tmp_path / "mine.json"
    rewrite(tmp_path / "mine.json")
    move(window, 11.0)
    answers.expect("overwrite")
    window.named_actions["save"].trigger()
    assert files.read(tmp_path / "mine.json") == window.document.project
    assert files.read(backup_of(tmp_path / "mine.json")).name == "theirs"
    move(window, 12.0)
    assert window.files.save()  # nobody else wrote since


def refocus(window: MainWindow, other: MainWindow) -> None:
    """Go to another window and come back; what is asked then is answered before this returns."""
    bring_to_front(other)
    window.activateWindow()
    QTest.qWait(300)


def test_a_file_that_others_changed_is_offered_when_the_window_gets_focus(
    windows: Windows, window: MainWindow, answers: Answers, qtbot: QtBot, xor_file: Path
) -> None:
    window.files.open_path(xor_file)
    other = windows.open_new()
    refocus(window, other)
    assert answers.shown == []
    theirs = rewrite(xor_file)
    answers.expect("reload")
    refocus(window, other)
    assert answers.last == (
        "“xor.json” was changed by another program. Reload it, to see what that program wrote?"
    )
    assert window.document.project == theirs
    assert not window.document.modified
    move(window)
    mine = window.document.project
    files.write(theirs.with_(name="theirs again"), xor_file)
    answers.expect("keep")
    refocus(window, other)
    assert "lose the changes that you made here?" in answers.last
    assert window.document.project is mine
    count = len(answers.shown)
    refocus(window, other)
    assert len(answers.shown) == count  # asked once
    answers.expect("overwrite")  # but not forgotten
    assert window.files.save()
    assert files.read(xor_file) == mine
    xor_file.unlink()
    refocus(window, other)
    move(window, 30.0)
    assert window.files.save()  # a file that is gone is made anew
    assert files.read(xor_file) == window.document.project


def test_a_trained_project_reopens_unchanged(
    windows: Windows, window: MainWindow, qtbot: QtBot, xor_file: Path
) -> None:
    window.files.open_path(xor_file)
    train(window, qtbot)
    assert window.files.save()
    window.close()
    again = windows.open_new()
    again.files.open_path(xor_file)
    qtbot.waitUntil(lambda: again.controller.snapshot is not None, timeout=10_000)
    assert again.close()  # nothing is asked
