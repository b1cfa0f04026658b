"""What the pictures of one plane share: which plane it is, which samples, shades or classes."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from netbuilder.engine.plane import PlaneChoice


class DecisionSettings(QObject):
    """Shared by the views of a window. Change it through its methods only."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.choice = PlaneChoice()
        self.train = True
        """Whether training samples are shown."""
        self.test = True
        """Whether test samples are."""
        self.discrete = False
        """Whether the map shows decisions instead of shades."""

    def choose(self, choice: PlaneChoice) -> None:
        """Look at another plane."""
        if choice != self.choice:
            self.choice = choice
            self.changed.emit()

    def show_train(self, shown: bool) -> None:
        """Show or hide the training samples."""
        if shown != self.train:
            self.train = shown
            self.changed.emit()

    def show_test(self, shown: bool) -> None:
        """Show or hide the test samples."""
        if shown != self.test:
            self.test = shown
            self.changed.emit()

    def set_discrete(self, discrete: bool) -> None:
        """Decisions instead of shades."""
        if discrete != self.discrete:
            self.discrete = discrete
            self.changed.emit()
