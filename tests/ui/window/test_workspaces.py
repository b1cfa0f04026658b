"""Train, Step through and Lab in one window, by mouse and keys."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from netbuilder import assets
from netbuilder.project import files
from netbuilder.project.model import Project
from netbuilder.ui.main_window import MainWindow

Open = Callable[[Project], MainWindow]


def xor(open_window: Open) -> MainWindow:
    return open_window(files.read(assets.example("xor")))


def click(window: MainWindow, key: str) -> None:
    QTest.mouseClick(window.workspaces.chooser.button(key), Qt.MouseButton.LeftButton)
    QApplication.processEvents()


def shown_docks(window: MainWindow) -> set[str]:
    return {name for name, dock in window.docks.docks.items() if not dock.isHidden()}


def test_the_panels_are_away_in_the_others_and_come_back_as_they_were(open_window: Open) -> None:
    window = xor(open_window)
    window.docks.docks["runs"].hide()
    before = shown_docks(window)
    click(window, "step")
    assert window.workspaces.current == "step"
    assert shown_docks(window) == set()
    assert window.workspaces.step.isVisible()
    click(window, "lab")
    assert window.workspaces.lab.isVisible()
    click(window, "train")
    assert shown_docks(window) == before
    assert window.canvas.isVisible()


def test_keys_lead_to_each_workspace(open_window: Open) -> None:
    window = xor(open_window)
    for key, name in (("2", "step"), ("3", "lab"), ("1", "train")):
        window.named_actions[f"workspace_{name}"].trigger()
        assert window.workspaces.current == name
        assert window.workspaces.chooser.current() == name
        shortcut = window.named_actions[f"workspace_{name}"].shortcut()
        assert shortcut.toString() == f"Ctrl+{key}"


def test_a_run_rests_where_it_cannot_be_seen(open_window: Open, qtbot: QtBot) -> None:
    window = xor(open_window)
    window.set_pace(None)
    window.controller.start()
    click(window, "lab")
    qtbot.waitUntil(lambda: window.controller.state != "running")
    assert not window.transport.isVisible()
    assert not window.transport.named_actions["train"].isEnabled()
    click(window, "train")
    assert window.transport.isVisible()
    assert window.transport.named_actions["train"].isEnabled()


def test_the_problems_lead_back_to_the_panels(open_window: Open) -> None:
    window = xor(open_window)
    click(window, "step")
    window.named_actions["problems"].trigger()
    assert window.workspaces.current == "train"
    assert not window.docks.docks["problems"].isHidden()


def test_the_panels_layout_is_kept_when_the_window_is_closed_elsewhere(open_window: Open) -> None:
    window = xor(open_window)
    window.docks.docks["runs"].hide()
    state = window.saveState()
    click(window, "lab")
    assert window.workspaces.layout_state() == state
