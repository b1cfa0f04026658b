"""The clock of the window's frames, and the gate at which the trainer waits."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from netbuilder import assets
from netbuilder.project import files
from netbuilder.project.document import Document
from netbuilder.training.controller import TrainingController
from netbuilder.training.frames import FrameClock
from netbuilder.training.thread import TrainingThread


@pytest.fixture
def thread() -> Iterator[TrainingThread]:
    thread = TrainingThread()
    yield thread
    thread.close()


def test_the_gate_opens_after_the_last_part(qtbot: QtBot, thread: TrainingThread) -> None:
    clock = FrameClock(thread, lambda: None)
    clock.hold()
    clock.hold()
    assert not thread._gate.is_set()
    clock.release()
    qtbot.wait(5)
    assert not thread._gate.is_set()  # one part is still to come
    clock.release()
    assert not thread._gate.is_set()  # and this one still has to be painted
    qtbot.waitUntil(thread._gate.is_set)


def test_dear_frames_come_less_often(
    qtbot: QtBot, thread: TrainingThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = FrameClock(thread, lambda: None)
    assert clock.interval == 33
    spent = iter(0.01 * k for k in range(10_000))  # every frame takes 10 ms of the processor
    monkeypatch.setattr(time, "thread_time", lambda: next(spent))
    for _ in range(40):
        clock.hold()
        clock.release()
        qtbot.waitUntil(thread._gate.is_set)
    # 10 ms are 6 % of 167 ms; the interval moves in steps of a fifth
    assert 133 <= clock.interval <= 167
    spent = iter(0.001 * k for k in range(10_000))
    monkeypatch.setattr(time, "thread_time", lambda: next(spent))
    for _ in range(60):
        clock.hold()
        clock.release()
        qtbot.waitUntil(thread._gate.is_set)
    assert clock.interval <= 40


def test_one_dear_frame_slows_the_next_ones_little(
    qtbot: QtBot, thread: TrainingThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = FrameClock(thread, lambda: None)
    spent = iter((0.0, 0.3, 0.3, 0.301, 0.301, 0.302))  # 300 ms, then 1 ms and 1 ms
    monkeypatch.setattr(time, "thread_time", lambda: next(spent))
    intervals = []
    for _ in range(3):
        clock.hold()
        clock.release()
        qtbot.waitUntil(thread._gate.is_set)
        intervals.append(clock.interval)
    # It counts as the 6 % of 250 ms, of which a fifth goes into the mean: that of 50 ms.
    assert intervals[0] == 50
    assert intervals[2] < 50


def test_what_frames_leave_is_for_snapshots(
    qtbot: QtBot, thread: TrainingThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = FrameClock(thread, lambda: None)
    spent = iter(0.002 * k for k in range(10_000))
    monkeypatch.setattr(time, "thread_time", lambda: next(spent))
    monkeypatch.setattr(time, "monotonic", lambda: clock._last + 0.1)
    for _ in range(60):
        clock.hold()
        clock.release()
        qtbot.waitUntil(thread._gate.is_set)
    # Ten frames a second of 2 ms take 2 % of the 8 % that looking may cost.
    assert thread.snapshot_share == pytest.approx(0.06, abs=0.002)


def test_a_closed_gate_never_holds_the_end_up(thread: TrainingThread) -> None:
    thread.start()
    thread.close_gate()
    start = time.monotonic()
    thread.close()
    assert thread.isFinished()
    assert time.monotonic() - start < 5.0


def test_training_stands_at_the_gate_before_a_frame_begins(qtbot: QtBot) -> None:
    controller = TrainingController(Document(files.read(assets.example("xor"))))
    thread = controller._thread
    controller.start()
    qtbot.waitUntil(lambda: controller.snapshot is not None and controller.snapshot.step > 0)
    arrived = 0
    for _ in range(20):
        thread.close_gate()
        arrived += thread._at_gate.is_set()
        thread.open_gate()
        qtbot.wait(2)
    controller.close()
    # A step of this network takes some 20 microseconds, a look at the gate comes every millisecond.
    assert arrived > 5
