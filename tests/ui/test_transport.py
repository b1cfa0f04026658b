"""The transport bar: three actions, live settings, the counter and the status."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from ui.inspector.panel_kit import WINDOWS, FakeController, choose, find, shown, small, type_into

from netbuilder.declare import Meta, register, unregister
from netbuilder.engine.optimizer import Optimizer
from netbuilder.engine.optimizers.sgd import SGD
from netbuilder.project.commands import Disconnect, SetTraining
from netbuilder.project.document import Document
from netbuilder.ui.theme import theme
from netbuilder.ui.transport import TransportBar
from netbuilder.ui.transport_actions import memory_words
from netbuilder.ui.transport_counter import clock_words


@pytest.fixture(autouse=True)
def _look(qapp: QApplication) -> Iterator[None]:
    theme().install(qapp)
    theme().set_mode("light")
    theme().set_text_zoom(100)
    yield
    theme().set_text_zoom(100)
    WINDOWS.clear()


class Deck:
    def __init__(self, qtbot: QtBot, **options: Any) -> None:
        self.document = Document(small())
        self.controller = FakeController(self.document)
        self.bar = TransportBar(self.document, self.controller, **options)
        self.window = shown(qtbot, self.bar, 1200, 120)

    @property
    def training(self) -> Any:
        return self.document.project.training

    def find(self, name: str) -> Any:
        return find(self.bar, f"transport.{name}")

    def click(self, name: str) -> None:
        QTest.mouseClick(self.find(name), Qt.MouseButton.LeftButton)

    def press(self, key: Qt.Key, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier)


@pytest.fixture
def deck(qtbot: QtBot) -> Deck:
    return Deck(qtbot)


# ---- the three actions --------------------------------------------------------------------------


def test_train_pauses_and_says_so(deck: Deck) -> None:
    train = deck.bar.named_actions["train"]
    assert train.text() == "Train"
    deck.click("train")
    assert deck.controller.state == "running"
    assert train.text() == "Pause"
    assert deck.find("train").icon_name() == "pause"
    assert not deck.bar.named_actions["step"].isEnabled()
    deck.click("train")
    assert deck.controller.state == "paused"
    assert train.text() == "Train"
    assert deck.bar.named_actions["step"].isEnabled()


def test_step_and_reset(deck: Deck) -> None:
    deck.click("step")
    assert deck.controller.calls == ["step 1"]
    assert not deck.find("reset").isEnabled()  # nothing to take back yet
    deck.controller.send()
    deck.click("reset")
    assert deck.controller.calls == ["step 1", "reset"]


def test_the_sizes_of_a_step(deck: Deck) -> None:
    deck.press(Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    deck.press(Qt.Key.Key_F10, Qt.KeyboardModifier.ControlModifier)
    assert deck.controller.calls == ["step epoch", "step 100"]
    words = [a.text() for a in deck.find("step.more").menu().actions()]
    assert words == [
        *("Step", "Step one epoch", "100 steps", "Number of steps…"),
        *("", "Back one step", "Back one epoch"),
    ]
    deck.controller.set_state("running")
    assert not deck.bar.named_actions["step_epoch"].isEnabled()
    assert not deck.bar.named_actions["step_many"].isEnabled()


def test_back_as_far_as_the_past_is_kept(deck: Deck) -> None:
    back, epoch = (deck.bar.named_actions[k] for k in ("back_step", "back_epoch"))
    assert back.toolTip() == ("Undo the last step of training; nothing is kept to go back to (F9)")
    deck.press(Qt.Key.Key_F9)
    deck.controller.reachable, deck.controller.memory_of_past = (0, 1240), 3_140_000
    deck.controller.send(step=0)
    assert not back.isEnabled()
    deck.controller.send(step=900)
    assert back.isEnabled()
    assert epoch.toolTip() == (
        "Back to the beginning of this pass over the training samples;"
        " kept: steps 0 to 1,240, 3.1 MB (Shift+F9)"
    )
    assert deck.controller.calls == []
    deck.press(Qt.Key.Key_F9)
    deck.press(Qt.Key.Key_F9, Qt.KeyboardModifier.ShiftModifier)
    assert deck.controller.calls == ["back 1", "back epoch"]
    deck.bar.set_away(True)
    assert not back.isEnabled()
    deck.bar.set_away(False)
    assert back.isEnabled()
    deck.controller.set_state("running")
    assert not back.isEnabled()
    assert not epoch.isEnabled()


@pytest.mark.parametrize(
    ("size", "words"),
    [(840, "1 kB"), (999_499, "999 kB"), (999_500, "1.0 MB"), (9.96e6, "10 MB"), (64e6, "64 MB")],
)
def test_memory_is_told_as_people_do(size: float, words: str) -> None:
    assert memory_words(int(size)) == words


def test_another_number_of_steps_is_asked_for_taken_and_told(deck: Deck, qtbot: QtBot) -> None:
    deck.bar.named_actions["step_count"].trigger()
    dialog = deck.bar.findChild(QInputDialog, "dialog.steps")
    assert isinstance(dialog, QInputDialog)
    assert dialog.intValue() == 100
    field = dialog.findChild(QLineEdit)
    assert isinstance(field, QLineEdit)
    field.selectAll()
    QTest.keyClicks(field, "2500")
    with qtbot.waitSignal(deck.bar.actions_.steps_chosen) as told:
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert told.args == [2500]
    assert deck.controller.calls == ["step 2500"]
    assert deck.bar.named_actions["step_many"].text() == "2,500 steps"
    deck.press(Qt.Key.Key_F10, Qt.KeyboardModifier.ControlModifier)
    assert deck.controller.calls == ["step 2500", "step 2500"]


def test_the_arrow_beside_reset_offers_another_seed(deck: Deck) -> None:
    arrow = deck.find("reset.more")
    assert [a.text() for a in arrow.menu().actions()] == ["Reset", "Reseed"]
    arrow.menu().actions()[1].trigger()
    assert deck.controller.calls == ["reseed"]
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    deck.press(Qt.Key.Key_R, keys)
    assert deck.controller.calls == ["reseed", "reseed"]


def test_nothing_can_be_trained_while_there_are_problems(deck: Deck) -> None:
    deck.document.push(Disconnect((("data", "dense"),)))
    assert not deck.find("train").isEnabled()
    assert not deck.find("step").isEnabled()
    deck.document.undo()
    assert deck.find("train").isEnabled()


def test_a_run_can_be_paused_whatever_the_network_has_become(deck: Deck) -> None:
    deck.controller.set_state("running")
    deck.document.push(Disconnect((("data", "dense"),)))
    assert deck.find("train").isEnabled()


def test_the_actions_have_names_tooltips_and_keys(deck: Deck) -> None:
    actions = deck.bar.named_actions
    assert all(a.objectName() == f"action.{k}" for k, a in actions.items())
    keys = {k: a.shortcut().toString() for k, a in actions.items()}
    assert keys == {
        "train": "Space",
        "step": "F10",
        "step_epoch": "Shift+F10",
        "step_many": "Ctrl+F10",
        "step_count": "",
        "back_step": "F9",
        "back_epoch": "Shift+F9",
        "reset": "Ctrl+R",
        "reseed": "Ctrl+Shift+R",
    }
    assert deck.find("train").toolTip() == "Train the network (Space)"
    deck.press(Qt.Key.Key_F10)
    assert deck.controller.calls == ["step 1"]


def test_given_actions_are_used(qtbot: QtBot) -> None:
    mine = QAction("Go")
    mine.setShortcut(QKeySequence("F5"))
    deck = Deck(qtbot, actions={"train": mine})
    assert deck.bar.named_actions["train"] is mine
    assert mine.shortcut().toString() == "F5"
    mine.trigger()
    assert deck.controller.calls == ["toggle"]


# ---- the space bar ------------------------------------------------------------------------------


def test_space_trains_where_nothing_else_wants_it(deck: Deck) -> None:
    plain = QWidget(deck.window)
    plain.show()
    plain.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    plain.setFocus()
    deck.press(Qt.Key.Key_Space)
    assert deck.controller.calls == ["toggle"]


def test_space_in_a_text_is_a_space(deck: Deck) -> None:
    line = QLineEdit(deck.window)
    layout = deck.window.layout()
    assert isinstance(layout, QVBoxLayout)
    layout.addWidget(line)
    line.show()
    line.setFocus()
    QTest.keyClicks(line, "a b")
    assert line.text() == "a b"
    assert deck.controller.calls == []


def test_space_on_a_button_presses_that_button(deck: Deck) -> None:
    deck.find("step").setFocus()
    deck.press(Qt.Key.Key_Space)
    assert deck.controller.calls == ["step 1"]


# ---- settings -----------------------------------------------------------------------------------


def test_the_learning_rate_is_chosen_or_typed(deck: Deck) -> None:
    rate = deck.find("learning_rate")
    assert rate.currentText() == "0.1"
    choose(rate, "0.3")
    assert deck.training.optimizer == SGD(learning_rate=0.3)
    type_into(rate, "0.05")
    assert deck.training.optimizer == SGD(learning_rate=0.05)
    type_into(rate, "1e-5")
    assert deck.training.optimizer == SGD(learning_rate=1e-5)
    assert rate.currentText() == "0.00001"
    deck.document.undo()
    assert rate.currentText() == "0.05"


def test_typing_three_means_three_and_not_thirty_two(deck: Deck) -> None:
    type_into(deck.find("batch"), "3")
    assert deck.training.batch_size == 3


def test_a_bad_learning_rate_is_marked_and_told(deck: Deck, qtbot: QtBot) -> None:
    rate = deck.find("learning_rate")
    before = deck.document.project
    with qtbot.waitSignal(deck.bar.message) as told:
        type_into(rate, "-1")
    assert told.args == [
        "Learning rate: expected a number above 0 and up to 1000000000000, got -1.0"
    ]
    assert deck.document.project is before
    assert rate.property("invalid") is True
    assert rate.toolTip() == told.args[0]
    QTest.keyClick(rate, Qt.Key.Key_Escape)
    assert (rate.currentText(), rate.property("invalid")) == ("0.1", False)
    assert rate.toolTip() == "Size of the step against the gradient."


def test_batch_and_stop_have_words_for_no_limit(deck: Deck) -> None:
    type_into(deck.find("batch"), "ALL")
    assert deck.training.batch_size is None
    assert deck.find("batch").currentText() == "all"
    choose(deck.find("stop"), "10000")
    assert deck.training.max_epochs == 10_000
    type_into(deck.find("stop"), "never")
    assert deck.training.max_epochs is None


def test_changes_made_elsewhere_appear(deck: Deck) -> None:
    deck.document.push(SetTraining("batch_size", 7))
    assert deck.find("batch").currentText() == "7"


def test_each_change_is_an_undo_step_of_its_own(deck: Deck) -> None:
    type_into(deck.find("batch"), "5")
    type_into(deck.find("batch"), "6")
    deck.document.undo()
    assert deck.training.batch_size == 5


@pytest.fixture
def toy() -> Iterator[type[Optimizer]]:
    @register
    class ToyRule(Optimizer, frozen=True):
        title: ClassVar[str] = "Toy rule"
        learning_rate: Annotated[float, Meta(gt=0, title="Learning rate")] = 0.002

    yield ToyRule
    unregister(ToyRule)


def test_an_optimizer_from_outside_can_be_chosen(toy: type[Optimizer], qtbot: QtBot) -> None:
    deck = Deck(qtbot)
    choose(deck.find("optimizer"), "Toy rule")
    assert deck.training.optimizer == toy()
    assert deck.find("learning_rate").currentText() == "0.002"
    deck.document.undo()
    type_into(deck.find("learning_rate"), "0.07")
    choose(deck.find("optimizer"), "Toy rule")
    assert deck.training.optimizer == toy(learning_rate=0.07)  # the user's own choice is kept


# ---- counter and status -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("epoch", "text"),
    [(0.0, "000,000"), (400.9, "000,400"), (123_456.0, "123,456"), (1_234_567.0, "1,234,567")],
)
def test_the_counter_has_six_digits(deck: Deck, epoch: float, text: str) -> None:
    deck.controller.send(epoch=epoch)
    assert deck.bar.counter.text() == text


def test_the_counter_keeps_its_width(deck: Deck) -> None:
    widths = set()
    for epoch in (0.0, 111_111.0, 888_888.0):
        deck.controller.send(epoch=epoch)
        QApplication.processEvents()
        widths.add((deck.bar.counter.width(), deck.bar.counter.sizeHint().width()))
    assert len(widths) == 1


def test_the_line_and_the_clock_tell_the_way_to_the_limit(deck: Deck) -> None:
    # Xor(samples=40), half of it for training, batch 10: 2 steps an epoch. 750 of 1000 epochs are
    # done, so 250 * 2 = 500 steps are left; 6.25 steps/s make that 80 s.
    deck.controller.set_state("running")
    deck.controller.run_started.emit()
    deck.controller.send(epoch=750.0, step=1500, steps_per_second=6.25, seconds=61.9)
    assert deck.bar.counter.done() == 0.75
    assert deck.bar.clock.lines() == ("step 1,500", "1:20 left")
    assert "1:20 left to the epoch limit" in deck.bar.counter.toolTip()
    assert "1:01 of training" in deck.bar.counter.toolTip()
    deck.controller.set_state("paused")
    assert deck.bar.clock.lines() == ("step 1,500", "1:01")
    deck.document.push(SetTraining("max_epochs", None))
    assert deck.bar.counter.done() is None


def test_the_words_of_the_clock_change_four_times_a_second_at_most(deck: Deck) -> None:
    deck.controller.set_state("running")
    deck.controller.run_started.emit()
    deck.controller.send(step=10)
    deck.controller.send(step=20)
    assert deck.bar.clock.lines()[0] == "step 10"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "0:00"),
        (59.99, "0:59"),
        (80.0, "1:20"),
        (3600.0 + 62, "1:01:02"),
        (200_000.0, "2 days"),
        (1e12, "> 100 days"),
        (float("inf"), "> 100 days"),
    ],
)
def test_times_are_written_as_people_do(seconds: float, words: str) -> None:
    assert clock_words(seconds) == words


def status(deck: Deck) -> tuple[str, str]:
    return deck.bar.status.level(), deck.bar.status.text()


def test_the_status_follows_the_run(deck: Deck) -> None:
    assert status(deck) == ("neutral", "Ready: Press Train")
    deck.controller.set_state("running")
    deck.controller.send()
    assert status(deck) == ("ok", "Training: 21,400 steps/s")
    deck.controller.set_state("paused")
    assert status(deck) == ("neutral", "Paused: loss 0.031")
    deck.controller.finished_by = "epochs"
    deck.controller.set_state("finished")
    assert status(deck) == ("ok", "Finished: the epoch limit is reached, loss 0.031")


def test_the_way_to_another_step_is_told(deck: Deck) -> None:
    deck.controller.travelling, deck.controller.aim = True, 12_000
    deck.controller.set_state("running")
    assert status(deck) == ("ok", "On the way: to step 12,000")


def test_divergence_is_told_with_the_remedy(deck: Deck) -> None:
    deck.controller.finished_by = "diverged"
    deck.controller.set_state("failed")
    deck.controller.message.emit("danger", "Training diverged: try a smaller learning rate.")
    assert status(deck) == (
        "danger",
        "Diverged: Training diverged: try a smaller learning rate.",
    )
    deck.controller.set_state("idle")
    deck.controller.run_started.emit()
    assert status(deck)[1] == "Ready: Press Train"


def test_problems_are_counted_and_a_click_leads_to_them(deck: Deck, qtbot: QtBot) -> None:
    deck.document.push(Disconnect((("data", "dense"),)))
    level, text = status(deck)
    assert level == "warning"
    assert text.startswith("1 problem: Dense 'dense' has no input")
    with qtbot.waitSignal(deck.bar.problems_requested):
        deck.click("status")


def test_an_outdated_run_offers_reset(deck: Deck) -> None:
    deck.controller.send()
    deck.controller.set_state("running")
    deck.controller.set_stale(True)
    assert status(deck) == ("warning", "Changed: Reset to train the new network")
    deck.click("status")
    assert deck.controller.calls == ["reset"]


def test_the_speed_does_not_flicker(deck: Deck) -> None:
    deck.controller.set_state("running")
    deck.controller.send(steps_per_second=100.0)
    deck.controller.send(steps_per_second=200.0)
    assert status(deck)[1] == "Training: 100 steps/s"


def test_a_long_message_leaves_the_fields_their_width(deck: Deck) -> None:
    before = deck.find("stop").geometry()
    deck.controller.set_state("failed")
    deck.controller.message.emit("danger", "A very long explanation of what went wrong. " * 8)
    QApplication.processEvents()
    assert deck.find("stop").geometry() == before
    assert deck.bar.status.geometry().right() <= deck.bar.width()


def test_where_room_is_short_fields_come_before_the_arrows(deck: Deck) -> None:
    assert deck.find("step.more").isVisible()
    deck.window.resize(640, 120)
    QApplication.processEvents()
    assert not [w for w in deck.bar.findChildren(QWidget, "transport.step.more") if w.isVisible()]
    assert deck.find("learning_rate").isVisible()
    deck.window.resize(1200, 120)
    QApplication.processEvents()
    assert deck.find("step.more").isVisible()
