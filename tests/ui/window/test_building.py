"""Networks built by menus and keys: sizes, templates, order; and how many clicks it takes."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from netbuilder.data.sets.gaussians import Gaussians
from netbuilder.data.sets.table import TableData
from netbuilder.project.commands import MoveNodes
from netbuilder.project.model import Project
from netbuilder.project.templates import TEMPLATES
from netbuilder.ui.main_window import MainWindow
from netbuilder.ui.new_from_sizes import NewFromSizes
from netbuilder.ui.palette_card import PaletteCard

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def types(window: MainWindow) -> list[str]:
    return [n.type for n in window.document.project.nodes]


def trigger(window: MainWindow, name: str) -> None:
    action = window.findChild(QAction, f"action.{name}")
    assert isinstance(action, QAction)
    assert action.isEnabled()
    action.trigger()


def dialog(window: MainWindow) -> NewFromSizes:
    found = [d for d in window.findChildren(NewFromSizes) if d.isVisible()]
    assert len(found) == 1
    return found[0]


def field(window: MainWindow) -> QLineEdit:
    found = dialog(window).findChild(QLineEdit, "new_from_sizes.text")
    assert isinstance(found, QLineEdit)
    return found


def preview(window: MainWindow) -> str:
    found = dialog(window).findChild(QLabel, "new_from_sizes.preview")
    assert isinstance(found, QLabel)
    return found.text()


def can_build(window: MainWindow) -> bool:
    found = dialog(window).findChild(QPushButton, "new_from_sizes.build")
    assert isinstance(found, QPushButton)
    return found.isEnabled()


def write(window: MainWindow, text: str) -> None:
    field(window).selectAll()
    QTest.keyClicks(field(window), text)


# ---- sizes ---------------------------------------------------------------------------------------


def test_the_preview_follows_what_is_typed(window: MainWindow) -> None:
    trigger(window, "new_from_sizes")
    assert preview(window).startswith("Data → Dense 8 → Tanh → Dense 8 → Tanh → Dense 1")
    write(window, "2-4-1 relu")
    # 2·4 + 4 and 4·1 + 1 weights and biases
    assert preview(window) == "Data → Dense 4 → ReLU → Dense 1 → Sigmoid → BCE\n17 parameters"
    assert can_build(window)
    write(window, "2-4-3")
    assert preview(window) == "The data has 2 classes, so the last size is 1 or 2, not 3."
    assert not can_build(window)
    QTest.keyClick(field(window), Qt.Key.Key_Return)
    assert dialog(window).isVisible()
    assert types(window) == []


def test_enter_builds_it_in_one_step(window: MainWindow) -> None:
    trigger(window, "new_from_sizes")
    write(window, "2-8-8-1 tanh")
    QTest.keyClick(field(window), Qt.Key.Key_Return)
    assert types(window) == [
        *("Input", "Dense", "Tanh", "Dense", "Tanh", "Dense", "Sigmoid", "BinaryCrossEntropy"),
    ]
    assert window.controller.analysis.problems == ()
    undo = window.document.undo_command
    assert undo is not None
    assert undo.text == "New network 2-8-8-1 tanh"
    assert window.canvas.hasFocus()
    shown = window.canvas.mapToScene(window.canvas.viewport().rect()).boundingRect()
    assert shown.contains(window.canvas.canvas.content())
    window.document.undo()
    assert window.document.project == Project()


def test_esc_builds_nothing_and_the_last_line_is_kept_otherwise(window: MainWindow) -> None:
    trigger(window, "new_from_sizes")
    write(window, "2-3-1")
    QTest.keyClick(field(window), Qt.Key.Key_Escape)
    assert types(window) == []
    trigger(window, "new_from_sizes")
    assert field(window).text() == "in-8-8-out tanh"
    write(window, "2-3-1")
    QTest.keyClick(field(window), Qt.Key.Key_Return)
    trigger(window, "new_from_sizes")
    assert field(window).text() == "2-3-1"
    assert field(window).selectedText() == "2-3-1"
    QTest.keyClick(field(window), Qt.Key.Key_Escape)


def test_it_fits_the_data_of_the_project(open_window: Callable[[Project], MainWindow]) -> None:
    window = open_window(Project(dataset=Gaussians(samples=30, classes=3)))
    trigger(window, "new_from_sizes")
    assert preview(window).split("\n")[0].endswith("Dense 3 → Softmax → CCE")
    QTest.keyClick(field(window), Qt.Key.Key_Return)
    assert window.controller.analysis.problems == ()


# ---- templates -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TEMPLATES)
def test_each_template_builds_a_network_without_problems(window: MainWindow, name: str) -> None:
    trigger(window, f"template.{name}")
    assert types(window)
    assert window.controller.analysis.problems == ()
    undo = window.document.undo_command
    assert undo is not None
    assert undo.text == TEMPLATES[name].title
    window.document.undo()
    assert types(window) == []


def test_a_template_that_does_not_fit_the_data_says_why(
    open_window: Callable[[Project], MainWindow],
) -> None:
    rows = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0))
    data = TableData(x=rows, y=((0.5,), (1.5,), (2.5,)), task="regression")
    window = open_window(Project(dataset=data))
    trigger(window, "template.logistic")
    assert types(window) == []
    words = window.banner.findChild(QLabel, "banner.text")
    assert isinstance(words, QLabel)
    assert words.text().startswith("Logistic regression is for classes")
    trigger(window, "template.regression")
    assert window.controller.analysis.problems == ()


# ---- order ---------------------------------------------------------------------------------------


def test_ctrl_l_tidies_up_and_undo_brings_the_mess_back(window: MainWindow) -> None:
    trigger(window, "template.mlp")
    neat = {n.id: n.position for n in window.document.project.nodes}
    window.canvas.select(("hidden 1", "output"))
    window.canvas.setFocus()
    for _ in range(9):
        QTest.keyClick(window.canvas, Qt.Key.Key_Down)
    mess = {n.id: n.position for n in window.document.project.nodes}
    assert mess != neat
    window.canvas.select(())
    QTest.keyClick(window, Qt.Key.Key_L, CTRL)
    assert {n.id: n.position for n in window.document.project.nodes} == neat
    window.document.undo()
    assert {n.id: n.position for n in window.document.project.nodes} == mess


def test_align_and_equal_gaps_are_ready_when_there_is_something_to_do(window: MainWindow) -> None:
    def ready() -> tuple[bool, bool, bool]:
        actions = window.named_actions
        names = ("connect_to", "align_top", "distribute_vertical")
        one, two, three = (actions[n].isEnabled() for n in names)
        return one, two, three

    trigger(window, "template.mlp")
    ids = [n.id for n in window.document.project.nodes]
    for count, wanted in (
        (0, (False, False, False)),
        (1, (True, False, False)),
        (2, (False, True, False)),
        (3, (False, True, True)),
    ):
        window.canvas.select(ids[:count])
        assert ready() == wanted
    boxes = [window.canvas.canvas.blocks[i] for i in ids[:3]]
    trigger(window, "align_left")
    assert len({b.card_rect().left() for b in boxes}) == 1
    assert window.document.undo_command is not None
    assert window.document.undo_command.text == "Align blocks"
    window.document.undo()
    window.canvas.select((ids[1],))
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_Right)
    window.canvas.select(ids[:3])
    trigger(window, "distribute_horizontal")
    a, b, c = (box.card_rect() for box in boxes)
    assert b.left() - a.right() == pytest.approx(c.left() - b.right(), abs=0.02)


def test_connect_to_is_in_the_menu(window: MainWindow) -> None:
    trigger(window, "template.mlp")
    window.canvas.select(("data",))
    trigger(window, "connect_to")
    assert window.canvas.wiring_by_keys
    QTest.keyClick(window.canvas, Qt.Key.Key_Escape)
    assert not window.canvas.wiring_by_keys


def test_ctrl_space_finds_a_block_from_anywhere(window: MainWindow) -> None:
    window.palette_panel.focus_search()
    QTest.keyClick(window, Qt.Key.Key_Space, CTRL)
    box = window.findChild(QWidget, "quick_add")
    assert isinstance(box, QWidget)
    assert box.isVisible()


# ---- between two windows -------------------------------------------------------------------------


def turn_to(window: MainWindow) -> None:
    """Shortcuts go to the window that is in front."""
    window.activateWindow()
    window.canvas.setFocus()
    assert QTest.qWaitForWindowActive(window)


def test_blocks_are_copied_from_one_window_into_another(
    open_window: Callable[[Project], MainWindow],
) -> None:
    first, second = open_window(Project()), open_window(Project())
    trigger(first, "template.residual")
    turn_to(first)
    QTest.keyClick(first, Qt.Key.Key_A, CTRL)
    QTest.keyClick(first, Qt.Key.Key_C, CTRL)
    turn_to(second)
    QTest.keyClick(second, Qt.Key.Key_V, CTRL)
    ours, theirs = first.document.project, second.document.project
    assert [(n.id, n.operation) for n in theirs.nodes] == [(n.id, n.operation) for n in ours.nodes]
    assert theirs.edges == ours.edges
    assert second.controller.analysis.problems == ()
    assert len(second.canvas.selection) == len(theirs.nodes)
    QTest.keyClick(second, Qt.Key.Key_Z, CTRL)
    assert second.document.project.nodes == ()


def test_a_second_data_block_pasted_is_told_in_one_sentence_and_deleted_by_its_fix(
    window: MainWindow,
) -> None:
    trigger(window, "template.logistic")
    window.canvas.select(("data",))
    turn_to(window)
    QTest.keyClick(window, Qt.Key.Key_C, CTRL)
    QTest.keyClick(window, Qt.Key.Key_V, CTRL)
    assert window.canvas.selection == ("data 2",)
    told = {p.code: p for p in window.controller.analysis.problems}
    assert told["many_data"].node == "data 2"
    words = "A network has one Data block, 'data 2' is a second: delete it."
    assert told["many_data"].text == words
    QTest.keyClick(window.canvas, Qt.Key.Key_Delete)
    assert window.controller.analysis.problems == ()


def test_what_is_pasted_far_away_comes_into_view(
    open_window: Callable[[Project], MainWindow],
) -> None:
    first, second = open_window(Project()), open_window(Project())
    trigger(first, "template.logistic")
    moved = {n.id: (n.position[0] + 9000, n.position[1]) for n in first.document.project.nodes}
    first.canvas.set_zoom(1.0)
    first.document.push(MoveNodes(moved))
    turn_to(first)
    first.canvas.select(("output",))
    QTest.keyClick(first, Qt.Key.Key_C, CTRL)
    turn_to(second)
    QTest.keyClick(second, Qt.Key.Key_V, CTRL)
    shown = second.canvas.mapToScene(second.canvas.viewport().rect()).boundingRect()
    assert shown.contains(second.canvas.canvas.blocks["output"].card_rect())


# ---- the palette by keys -------------------------------------------------------------------------


def test_enter_on_a_card_of_the_palette_appends(window: MainWindow) -> None:
    for name in ("Input", "Dense", "Sigmoid", "BinaryCrossEntropy"):
        card = window.palette_panel.findChild(PaletteCard, f"palette.{name}")
        assert isinstance(card, PaletteCard)
        card.setFocus()
        QTest.keyClick(card, Qt.Key.Key_Return)
    ids = [n.id for n in window.document.project.nodes]
    assert window.document.project.edges == tuple(itertools.pairwise(ids))


# ---- how many clicks -----------------------------------------------------------------------------


class Counted:
    """Clicks by the mouse, each at a real place, and keys."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.clicks = 0
        self.keys = 0

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        self.clicks += 1
        QTest.mouseClick(widget, LEFT, NONE, widget.rect().center() if at is None else at)

    def menu(self, *path: str) -> None:
        """Open a menu of the menu bar and choose an entry; a submenu costs a click, too."""
        bar = self.window.menuBar()
        first = self.window.findChild(QMenu, f"menu.{path[0]}")
        assert isinstance(first, QMenu)
        self.click(bar, bar.actionGeometry(first.menuAction()).center())
        menu = first
        for name in path[1:]:
            action = next(
                a
                for a in menu.actions()
                if a.objectName() == f"action.{name}"
                or (a.menu() is not None and a.menu().objectName() == f"menu.{name}")
            )
            self._until_shown(menu)
            self.click(menu, menu.actionGeometry(action).center())
            deeper = action.menu()
            if isinstance(deeper, QMenu):
                menu = deeper

    def _until_shown(self, menu: QMenu) -> None:
        for _ in range(100):  # a submenu opens after a moment
            if menu.isVisible():
                return
            QTest.qWait(20)
        raise AssertionError(f"{menu.objectName()} did not open")

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        self.keys += 1
        QTest.keyClick(self.focus(), key, modifier)
        QApplication.processEvents()  # windows that open and close hand on the focus

    def write(self, text: str) -> None:
        QTest.keyClicks(self.focus(), text)

    def focus(self) -> QWidget:
        return QApplication.focusWidget() or self.window


@pytest.fixture
def trains(qtbot: QtBot) -> Callable[[MainWindow], None]:
    """Waits until a window has trained ten epochs, and pauses it."""

    def wait(window: MainWindow) -> None:
        qtbot.waitUntil(
            lambda: window.controller.snapshot is not None and window.controller.snapshot.epoch > 9,
            timeout=20_000,
        )
        window.controller.pause()
        qtbot.waitUntil(lambda: window.controller.state == "paused", timeout=5_000)
        assert window.controller.snapshot is not None
        assert np.isfinite(window.controller.snapshot.train_loss)

    return wait


@pytest.mark.qt_log_ignore("does not support grabbing the keyboard")  # as open menus do
def test_from_start_to_training_in_at_most_five_clicks(
    window: MainWindow, trains: Callable[[MainWindow], None]
) -> None:
    hand = Counted(window)
    hand.menu("network", "templates", "template.mlp")
    train = window.findChild(QWidget, "transport.train")
    assert isinstance(train, QWidget)
    hand.click(train)
    assert hand.clicks <= 5
    assert hand.keys == 0
    trains(window)


def test_from_the_empty_canvas_to_training_in_three_clicks(
    window: MainWindow, trains: Callable[[MainWindow], None]
) -> None:
    hand = Counted(window)

    def button(place: QWidget, name: str) -> QWidget:
        found = place.findChild(QWidget, name)
        assert isinstance(found, QWidget)
        assert found.isVisible()
        return found

    hand.click(button(window.canvas, "canvas.start.sizes"))
    hand.click(button(dialog(window), "new_from_sizes.build"))
    hand.click(button(window, "transport.train"))
    assert (hand.clicks, hand.keys) == (3, 0)
    trains(window)


def test_from_start_to_training_by_keys_alone(
    window: MainWindow, trains: Callable[[MainWindow], None]
) -> None:
    hand = Counted(window)
    hand.key(Qt.Key.Key_N, CTRL | SHIFT)
    hand.key(Qt.Key.Key_Return)
    hand.key(Qt.Key.Key_Space)
    assert hand.clicks == 0
    assert hand.keys == 3
    trains(window)


def test_block_by_block_by_keys_alone(window: MainWindow) -> None:
    hand = Counted(window)
    window.canvas.setFocus()
    for word in ("data", "sigmoid", "dense", "bce"):
        hand.write("/")
        hand.write(word)
        hand.key(Qt.Key.Key_Return)
    assert hand.clicks == 0
    # dense was put behind the selected sigmoid: wired the other way round by keys alone
    assert [p.code for p in window.controller.analysis.problems] != []
    window.canvas.select(())
    hand.key(Qt.Key.Key_Tab)
    assert window.canvas.selection == ("data",)
    hand.write("w")
    while not window.canvas.bubble.words.startswith("data → dense"):
        hand.key(Qt.Key.Key_Right)
    hand.key(Qt.Key.Key_Return)
    assert ("data", "dense") in window.document.project.edges


def test_a_double_click_by_the_mouse_adds_where_it_was(window: MainWindow) -> None:
    spot = window.canvas.mapFromScene(QPointF(40, -60))
    QTest.mouseDClick(window.canvas.viewport(), LEFT, NONE, spot)
    hand = Counted(window)
    hand.write("dense")
    hand.key(Qt.Key.Key_Return)
    (node,) = window.document.project.nodes
    assert abs(node.position[0] - 40) < 2
    assert abs(node.position[1] + 60) < 2
