"""Whatever is wrong: one clear message, and the document as it was."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from netbuilder import assets
from netbuilder.engine.optimizers.sgd import SGD
from netbuilder.project import files
from netbuilder.project.commands import SetTraining
from netbuilder.project.model import Project, same_weights
from netbuilder.ui.main_window import MainWindow


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The message boxes that would have been shown, answered at once."""
    shown: list[str] = []

    def answer(box: QMessageBox) -> int:
        shown.append(f"{box.text()} {box.informativeText()}")
        return int(QMessageBox.StandardButton.Ok.value)

    monkeypatch.setattr(QMessageBox, "exec", answer)
    return shown


@pytest.fixture
def xor(open_window: Callable[[Project], MainWindow]) -> MainWindow:
    return open_window(files.read(assets.example("xor")))


TEXT = assets.example("xor").read_text()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (TEXT[: len(TEXT) // 2], "the JSON breaks off at its end"),
        (TEXT.replace('"units": 4', '"units": "four"'), "nodes[1].units: expected an integer"),
        (TEXT.replace('"version": 1', '"version": 9'), "open it with a newer Netbuilder"),
        ("", "it is empty"),
        ("[1, 2]", "the field 'format' must be 'netbuilder'"),
    ],
)
def test_a_bad_file_says_what_is_wrong_and_changes_nothing(
    xor: MainWindow, messages: list[str], tmp_path: Path, content: str, said: str
) -> None:
    before = xor.document.project
    path = tmp_path / "bad.json"
    path.write_text(content)
    assert not xor.files.open_path(path)
    assert len(messages) == 1
    assert said in messages[0]
    assert str(path) in messages[0]
    assert xor.document.project is before


def test_a_missing_file_is_named(xor: MainWindow, messages: list[str], tmp_path: Path) -> None:
    path = tmp_path / "gone.json"
    assert not xor.files.open_path(path)
    assert messages == [f"The project cannot be opened {path}: there is no such file"]


def test_a_folder_without_permission_keeps_the_changes(
    xor: MainWindow, messages: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_more: object) -> None:
        raise PermissionError(13, "Permission denied")

    # As root every folder can be written to, so the system's refusal is brought about here.
    monkeypatch.setattr("tempfile.mkstemp", refuse)
    xor.document.push(SetTraining("seed", 5))
    xor.document.path = tmp_path / "locked.json"
    assert not xor.files.save()
    assert len(messages) == 1
    assert "no permission to write here: choose another folder" in messages[0]
    assert xor.document.modified
    assert os.listdir(tmp_path) == ["settings.ini"] or os.listdir(tmp_path) == []


def test_a_rate_that_diverges_is_explained_and_the_weights_are_kept(
    xor: MainWindow, qtbot: QtBot
) -> None:
    controller, document = xor.controller, xor.document
    with qtbot.waitSignal(
        controller.state_changed, timeout=10_000, check_params_cb=lambda s: s == "paused"
    ):
        controller.step(50)
    kept = document.project.weights
    rate = msgspec.structs.replace(document.project.training.optimizer, learning_rate=1e9)
    assert isinstance(rate, SGD)
    document.push(SetTraining("optimizer", rate))
    told: list[str] = []
    controller.message.connect(lambda _level, text: told.append(text))
    with qtbot.waitSignal(
        controller.state_changed, timeout=10_000, check_params_cb=lambda s: s == "failed"
    ):
        controller.start()
    qtbot.waitUntil(lambda: bool(told))
    assert "diverged at step" in told[0]
    assert "smaller learning rate (it is 1e+09)" in told[0]
    assert xor.banner.text == told[0]
    assert same_weights(document.project.weights, kept)

    document.undo()
    controller.reset()
    with qtbot.waitSignal(
        controller.state_changed, timeout=10_000, check_params_cb=lambda s: s == "paused"
    ):
        controller.step(10)
    assert controller.snapshot is not None
    assert controller.snapshot.train_loss < 2


def test_training_with_a_problem_says_which(window: MainWindow) -> None:
    window.controller.start()
    assert window.controller.state == "idle"
    assert "The canvas is empty" in window.banner.text
