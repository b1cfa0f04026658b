"""Start, pause, reset, edit and close, again and again: no thread is left, nothing crashes."""

from __future__ import annotations

import contextlib
import logging
import random
import threading
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from netbuilder import assets
from netbuilder.project import files
from netbuilder.project.commands import MoveNodes, SetParameter, SetTraining
from netbuilder.project.document import Document
from netbuilder.training.controller import TrainingController
from netbuilder.ui.main_window import MainWindow
from netbuilder.ui.settings import AppSettings


def training_threads() -> int:
    """Training threads of the process, as the system counts them."""
    count = 0
    for task in Path("/proc/self/task").iterdir():
        with contextlib.suppress(OSError):  # a thread may end while it is looked at
            count += (task / "comm").read_text().strip() == "training"
    return count


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="counts threads through /proc")
def test_two_hundred_cycles_leave_no_thread(
    qapp: QApplication, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    project = files.read(assets.example("xor"))
    chance = random.Random(0)
    with caplog.at_level(logging.WARNING):
        for _ in range(200):
            document = Document(project)
            controller = TrainingController(document)
            thread = controller._thread
            controller.start()
            qtbot.waitUntil(lambda: training_threads() == 1)
            for _edit in range(chance.randrange(1, 5)):
                match chance.randrange(6):
                    case 0:
                        controller.pause()
                    case 1:
                        controller.reset()
                    case 2:
                        document.push(SetParameter("hidden", "units", chance.randrange(1, 9)))
                    case 3:
                        document.undo()
                    case 4:
                        controller.start()
                    case _:
                        document.push(SetTraining("batch_size", chance.choice([1, 7, None])))
                if chance.random() < 0.3:
                    qtbot.wait(chance.randrange(1, 12))
            controller.close()
            assert thread.isFinished()
            controller.deleteLater()
            QApplication.processEvents()
    qtbot.waitUntil(lambda: training_threads() == 0)  # the system takes a moment to forget one
    assert [t for t in threading.enumerate() if t.name == "training"] == []
    assert caplog.records == []


def test_closing_the_window_while_it_trains_keeps_the_document(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    for _ in range(5):
        store = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
        window = MainWindow(Document(files.read(assets.example("xor"))), AppSettings(store))
        window.controller.set_pace(None)
        window.show()
        window.controller.start()
        controller = window.controller
        qtbot.waitUntil(lambda c=controller: c.history.count > 1)  # type: ignore[misc]
        thread = window.controller._thread
        path = tmp_path / "while training.json"
        window.document.path = path
        assert window.files.save()
        learned = window.document.project
        assert learned.weights
        window.document.mark_clean()
        # Training goes on between the save and the close, so there is something new to ask about.
        window.files.may_discard = lambda: True  # type: ignore[method-assign]
        assert window.close()
        assert thread.isFinished()
        assert files.read(path).weights.keys() == learned.weights.keys()
        window.deleteLater()
        QApplication.processEvents()


def test_edits_while_training_take_effect_or_say_why_not(qtbot: QtBot) -> None:
    document = Document(files.read(assets.example("xor")))
    controller = TrainingController(document)
    try:
        document.push(SetTraining("max_epochs", None))
        controller.start()
        qtbot.waitUntil(lambda: controller.snapshot is not None and controller.snapshot.step > 50)

        rate = msgspec.structs.replace(document.project.training.optimizer, learning_rate=0.5)
        document.push(SetTraining("optimizer", rate))
        document.push(MoveNodes({"hidden": (5.0, 5.0)}))
        assert not controller.stale
        assert controller.state == "running"

        with qtbot.waitSignal(controller.message) as told:
            document.push(SetParameter("hidden", "units", 6))
        assert "press Reset to train the new one" in told.args[1]
        assert controller.stale
        document.undo()
        qtbot.waitUntil(lambda: not controller.stale)

        document.push(SetParameter("hidden", "units", 6))
        controller.reset()
        assert controller.state == "idle"
        assert not controller.stale
        qtbot.waitUntil(lambda: controller.snapshot is not None)
        assert controller.snapshot is not None
        assert controller.snapshot.step == 0
        assert len(controller.snapshot.parameters) == 2 * 6 + 6 + 6 + 1
    finally:
        controller.close()
