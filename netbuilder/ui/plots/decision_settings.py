"""What the pictures of one plane share: which plane it is, which samples, shades or classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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

    def choices(self) -> dict[str, Any]:
        """What is kept until the next start; a plane through one sample is not."""
        return {
            "features": self.choice.features,
            "train": self.train,
            "test": self.test,
            "discrete": self.discrete,
        }

    def set_choices(self, kept: Mapping[str, Any]) -> None:
        """Take up what was kept; the rest is as it is at the first start."""
        pair = kept.get("features")
        sound = isinstance(pair, list) and len(pair) == 2 and all(type(k) is int for k in pair)
        self.choose(PlaneChoice((pair[0], pair[1]) if sound and pair else None))
        self.show_train(kept.get("train") is not False)
        self.show_test(kept.get("test") is not False)
        self.set_discrete(kept.get("discrete") is True)

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
