"""Train, Step through and Lab: three faces of one window."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QByteArray, QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QToolBar, QWidget

from netbuilder.ui.widgets import SegmentedControl
from netbuilder.ui.widgets.late_panel import LatePanel

if TYPE_CHECKING:
    from netbuilder.ui.main_window import MainWindow

Name = Literal["train", "step", "lab"]
NAMES: tuple[Name, ...] = ("train", "step", "lab")


class Workspaces(QObject):
    """Switches between them; the panels belong to Train and are away in the others."""

    changed = Signal(str)

    def __init__(self, window: MainWindow, canvas: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.current: Name = "train"
        self._layout = QByteArray()  # of the panels, while another workspace is shown
        self.stack = QStackedWidget()
        self.stack.setObjectName("workspaces")
        self.stack.addWidget(canvas)
        self._late = {"step": LatePanel(self._make_step), "lab": LatePanel(self._make_lab)}
        for panel in self._late.values():
            # What is not shown shall not keep the window large.
            panel.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
            self.stack.addWidget(panel)
        self.chooser = SegmentedControl(
            (
                ("train", self.tr("Train")),
                ("step", self.tr("Step through")),
                ("lab", self.tr("Lab")),
            )
        )
        self.chooser.setObjectName("workspace")
        self.chooser.setProperty("size", "small")  # it stands in the menu bar
        self.chooser.setAccessibleName(self.tr("Workspace"))
        tips = {
            "train": self.tr("Build the network and train it (Ctrl+1)"),
            "step": self.tr("One forward and backward pass, number by number (Ctrl+2)"),
            "lab": self.tr("Gradient descent on a function of your choice (Ctrl+3)"),
        }
        for key, tip in tips.items():
            self.chooser.button(key).setToolTip(tip)
        self.chooser.chosen.connect(self._choose)

    def _make_step(self) -> QWidget:
        from netbuilder.ui.step.workspace import StepWorkspace

        self.step = StepWorkspace(self._window.document, self._window.controller)
        self.step.saved.connect(self._window.note_saved)
        self.step.told.connect(self._tell_place)
        return self.step

    @Slot(str)
    def _tell_place(self, words: str) -> None:
        self._window.status.set_place(words if self.current == "step" else "")

    def _make_lab(self) -> QWidget:
        from netbuilder.ui.lab.view import LabView

        self.lab = LabView()
        self.lab.files.saved.connect(self._window.note_saved)
        self.lab.files.copied.connect(self._window.status.note)
        return self.lab

    def actions(self) -> list[QAction]:
        """The actions of "Step through", made if need be, for the list of keys."""
        self._late["step"].fill()
        return list(self.step.bar.named_actions.values())

    def slots(self) -> dict[str, Callable[[], object]]:
        """What the actions "workspace_train" … do."""
        return {f"workspace_{name}": self._shower(name) for name in NAMES}

    def _shower(self, name: Name) -> Callable[[], None]:
        def show(_checked: bool = False) -> None:
            self.show(name)

        return show

    @Slot(str)
    def _choose(self, key: str) -> None:
        self.show(next(name for name in NAMES if name == key))

    def show(self, name: Name) -> None:
        """Show this one. A run goes on only where it can be seen."""
        if name == self.current:
            return
        if self.current == "train":
            self._layout = self._window.saveState()
        if name != "train":
            self._window.controller.pause()
        self.current = name
        self._tell_place("")
        self.chooser.set_current(name)
        self.stack.setCurrentIndex(NAMES.index(name))
        if name == "train":
            self._window.restoreState(self._layout)
        else:
            for dock in self._window.docks.docks.values():
                dock.hide()
            self._late[name].fill()
        # In the lab nothing of the project is trained, neither by a button nor by a key.
        bar = self._window.findChild(QToolBar, "toolbar.transport")
        if isinstance(bar, QToolBar):
            bar.setVisible(name != "lab")
        self._window.transport.set_away(name == "lab")
        self.changed.emit(name)

    def layout_state(self) -> QByteArray:
        """Where the panels stand in Train, which is what is kept for the next start."""
        return self._window.saveState() if self.current == "train" else self._layout
