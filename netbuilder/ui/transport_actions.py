"""What the transport bar does: Train, the sizes of a step, and the two ways back to the start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from netbuilder.ui.icons import live_icon

STEPS = 100
"""Steps that "n steps" takes until another number is chosen."""
MOST_STEPS = 1_000_000_000
BACK = ("back_step", "back_epoch")


class TransportActions(QObject):
    """The actions by name, each leading to the controller."""

    steps_chosen = Signal(int)
    """The user chose how many steps "n steps" takes."""

    def __init__(
        self, controller: Any, owner: QWidget, given: Mapping[str, QAction] | None = None
    ) -> None:
        """`given` may bring some of the actions; missing ones are made. `owner` gets them all."""
        super().__init__(owner)
        self._controller = controller
        self._owner = owner
        self._given = given or {}
        self._running: bool | None = None
        self.steps = STEPS
        self.named: dict[str, QAction] = {}
        self.step_menu = QMenu(owner)
        self.step_menu.setObjectName("transport.step.menu")
        self.reset_menu = QMenu(owner)
        self.reset_menu.setObjectName("transport.reset.menu")
        self._add("train", self.tr("Train"), "", "Space", "play", controller.toggle)
        self._add(
            "step",
            self.tr("Step"),
            self.tr("One step: update the weights once"),
            "F10",
            "step",
            self._step,
        )
        self._add(
            "step_epoch",
            self.tr("Step one epoch"),
            self.tr("On to the end of this pass over the training samples"),
            "Shift+F10",
            "",
            controller.step_epoch,
        )
        self._add("step_many", "", self.tr("So many updates at once"), "Ctrl+F10", "", self._many)
        self._add("step_count", self.tr("Number of steps…"), "", "", "", self._ask)
        self._add("back_step", self.tr("Back one step"), "", "F9", "step-back", self._back)
        self._add(
            "back_epoch",
            self.tr("Back one epoch"),
            "",
            "Shift+F9",
            "",
            controller.back_epoch,
        )
        self._add(
            "reset",
            self.tr("Reset"),
            self.tr("Back to the start: draw the first weights again"),
            "Ctrl+R",
            "reset",
            controller.reset,
        )
        self._add(
            "reseed",
            self.tr("Reseed"),
            self.tr("Back to a new start: the next seed draws other first weights"),
            "Ctrl+Shift+R",
            "reseed",
            controller.reseed,
        )
        self.step_menu.addActions(
            [self.named[k] for k in ("step", "step_epoch", "step_many", "step_count")]
        )
        self.step_menu.addSeparator()
        self.step_menu.addActions([self.named[k] for k in BACK])
        self.step_menu.setToolTipsVisible(True)
        self.reset_menu.addActions([self.named[k] for k in ("reset", "reseed")])
        self.set_steps(STEPS)

    def _add(
        self,
        key: str,
        words: str,
        explained: str,
        keys: str,
        icon: str,
        slot: Callable[[], object],
    ) -> None:
        action = self._given.get(key) or QAction(words, self)
        action.setObjectName(f"action.{key}")
        if keys and action.shortcut().isEmpty():
            action.setShortcut(QKeySequence(keys))
        if icon:
            live_icon(action, icon)
        action.setToolTip(_with_keys(explained, action) if explained else "")
        action.triggered.connect(slot)
        self._owner.addAction(action)
        self.named[key] = action

    def set_steps(self, count: int) -> None:
        """How many steps "n steps" takes."""
        self.steps = min(max(count, 1), MOST_STEPS)
        self.named["step_many"].setText(self.tr("{n} steps").format(n=f"{self.steps:,}"))

    def refresh(self, *, able: bool, running: bool, can_reset: bool) -> None:
        """Enable what makes sense now. `able`: the network can be trained."""
        named = self.named
        named["train"].setEnabled(running or able)
        for key in ("step", "step_epoch", "step_many", "step_count"):
            named[key].setEnabled(able and not running)
        named["reset"].setEnabled(can_reset)
        named["reseed"].setEnabled(able or can_reset)
        self._refresh_back(able=can_reset and not running)
        if running != self._running:
            self._running = running
            train = named["train"]
            train.setText(self.tr("Pause") if running else self.tr("Train"))
            live_icon(train, "pause" if running else "play")
            why = self.tr("Pause the training") if running else self.tr("Train the network")
            train.setToolTip(_with_keys(why, train))

    def _refresh_back(self, *, able: bool) -> None:
        controller = self._controller
        snapshot, reach = controller.snapshot, controller.reachable
        far = reach is not None and snapshot is not None and snapshot.step > reach[0]
        if reach is None:
            kept = self.tr("nothing is kept to go back to")
        else:
            kept = self.tr("kept: steps {first} to {last}, {memory}").format(
                first=f"{reach[0]:,}",
                last=f"{reach[1]:,}",
                memory=memory_words(controller.memory_of_past),
            )
        explained = (
            self.tr("Undo the last step of training"),
            self.tr("Back to the beginning of this pass over the training samples"),
        )
        for key, words in zip(BACK, explained, strict=True):
            action = self.named[key]
            action.setEnabled(far and able)
            action.setToolTip(_with_keys(f"{words}; {kept}", action))

    @Slot()
    def _back(self) -> None:
        self._controller.back_steps(1)

    @Slot()
    def _step(self) -> None:
        self._controller.step(1)

    @Slot()
    def _many(self) -> None:
        self._controller.step(self.steps)

    @Slot()
    def _ask(self) -> None:
        dialog = QInputDialog(self._owner)
        dialog.setObjectName("dialog.steps")
        dialog.setWindowTitle(self.tr("Number of steps"))
        dialog.setLabelText(self.tr("Updates of the weights to take at once:"))
        dialog.setInputMode(QInputDialog.InputMode.IntInput)
        dialog.setIntRange(1, MOST_STEPS)
        dialog.setIntValue(self.steps)
        dialog.setOkButtonText(self.tr("Step"))
        dialog.intValueSelected.connect(self._take)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(int)
    def _take(self, count: int) -> None:
        self.set_steps(count)
        self.steps_chosen.emit(self.steps)
        self._many()


def memory_words(size: int) -> str:
    """So many bytes as people write them: 120 kB, 3.4 MB."""
    if size < 999_500:
        return f"{size / 1e3:.0f} kB"
    return f"{size / 1e6:.1f} MB" if size < 9.95e6 else f"{size / 1e6:.0f} MB"


def _with_keys(words: str, action: QAction) -> str:
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    return f"{words} ({keys})" if keys else words
