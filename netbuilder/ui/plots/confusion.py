"""Which classes the network takes for which."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QLabel, QWidget

from netbuilder.data.prepare import Split
from netbuilder.project.model import Project
from netbuilder.training.snapshot import History, Snapshot
from netbuilder.ui.plots.base import Choices, PlotCard, Table
from netbuilder.ui.plots.matrix import Matrix
from netbuilder.ui.theme import theme
from netbuilder.ui.widgets.segmented_control import SegmentedControl

Array = NDArray[Any]


class ConfusionPlot(PlotCard):
    """Rows are the true classes, columns the predicted ones, of test or training samples."""

    view_key = "confusion"

    def __init__(self, parent: QWidget | None = None, object_name: str = "plot.confusion") -> None:
        super().__init__("", object_name, parent)
        self._train: Array | None = None
        self._test: Array | None = None
        self._names: tuple[str, ...] = ()
        self._regression = False
        self._wanted = "test"
        self._parts = SegmentedControl(
            (("train", self.tr("train")), ("test", self.tr("test"))), self
        )
        self._parts.setObjectName(f"{object_name}.part")
        self._parts.setAccessibleName(self.tr("Samples that are counted"))
        self._parts.set_current("test")
        self._parts.chosen.connect(self.set_part)
        self.add_extra(self._parts)
        self.matrix = Matrix()
        self.matrix.setObjectName(f"{object_name}.matrix")
        self.body.addWidget(self.matrix, 1)
        self._note = QLabel()
        self._note.setObjectName(f"{object_name}.note")
        self._note.setProperty("role", "muted")
        self._note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._note.setWordWrap(True)
        self.body.addWidget(self._note, 1)
        self.area.setParent(self)  # so that it goes with the card
        self.area.hide()
        self.set_title(self.tr("Confusion"))
        self._show_parts()
        theme().changed.connect(self._shrink)
        self._shrink()

    @Slot()
    def _shrink(self) -> None:
        # As low as the other things in a title row.
        px = theme().px
        metrics = QFontMetrics(theme().font("section"))
        self._parts.setStyleSheet(
            f"QPushButton {{ font-size: {px(11)}px; padding: {px(2)}px {px(6)}px; }}"
            f"QPushButton:focus {{ padding: {px(1)}px {px(5)}px; }}"
        )
        for key in ("train", "test"):
            button = self._parts.button(key)
            button.setMinimumWidth(metrics.horizontalAdvance(button.text()) + px(12))

    @classmethod
    def suits(cls, split: Split | None) -> bool:
        """Only classes can be confused."""
        return split is None or split.train.classes is not None

    def choices(self) -> Choices:
        """Which samples are counted."""
        return {"part": self._wanted}

    def set_choices(self, kept: Choices) -> None:
        """The samples that were counted."""
        self.set_part("train" if kept.get("part") == "train" else "test")

    # ---- what comes in -------------------------------------------------------------------------

    def begin(self, history: History, project: Project) -> None:
        """Forget the counts of the run before."""
        self._train = self._test = None
        self.refresh()

    def take(self, snapshot: Snapshot) -> None:
        """Show the newest counts."""
        self._train, self._test = snapshot.train_confusion, snapshot.test_confusion
        self.refresh()

    def set_data(self, split: Split | None) -> None:
        """The samples name the classes."""
        self._regression = split is not None and split.train.classes is None
        self._names = split.train.class_names if split is not None else ()
        self.refresh()

    @property
    def part(self) -> str:
        """The samples that are shown: "train" or "test"."""
        has_test = self._test is not None and int(self._test.sum()) > 0
        return "test" if self._wanted == "test" and has_test else "train"

    @Slot(str)
    def set_part(self, part: str) -> None:
        """Count the "train" or the "test" samples."""
        self._wanted = part
        self.refresh()

    @property
    def counts(self) -> Array | None:
        """What is shown (classes, classes); None for nothing."""
        found = self._test if self.part == "test" else self._train
        return found if found is not None and found.sum() > 0 else None

    # ---- what goes out -------------------------------------------------------------------------

    def view_help(self) -> str:
        """What it shows, in one sentence."""
        return self.tr("Which class the network takes for which")

    def draw(self) -> None:
        """Show the counts, or why there are none."""
        counts = self.counts
        note = self.note
        self._note.setText(note)
        self._note.setVisible(bool(note))
        self.matrix.setVisible(not note)
        if counts is not None and not note:
            self.matrix.set_counts(counts, self._class_names(len(counts)))
        self._show_parts()

    @property
    def note(self) -> str:
        """Why there is no matrix; "" if there is one."""
        if self._regression:
            return self.tr(
                "The targets are numbers and not classes: nothing can be taken for another class."
            )
        if self.counts is None:
            return self.tr("The confusion matrix appears here as soon as the network trains.")
        return ""

    def _show_parts(self) -> None:
        both = self.counts is not None and self._test is not None and int(self._test.sum()) > 0
        self._parts.setVisible(both and not self._regression)
        if both:
            self._parts.set_current(self.part)

    def _class_names(self, classes: int) -> tuple[str, ...]:
        if len(self._names) == classes:
            return self._names
        return tuple(str(k) for k in range(classes))

    def describe(self) -> str:
        """Right answers and the most frequent mistake in one sentence."""
        counts = self.counts
        if self.note or counts is None:
            return self.note
        names = self._class_names(len(counts))
        right, whole = int(np.trace(counts)), int(counts.sum())
        words = self.tr("{title}, {part}: {right} of {whole} right").format(
            title=self.title(), part=self.part, right=right, whole=whole
        )
        wrong = counts - np.diag(np.diag(counts))
        if not wrong.any():
            return words
        true, predicted = np.unravel_index(int(wrong.argmax()), wrong.shape)
        return self.tr("{words}; most often {true} was taken for {predicted} ({count})").format(
            words=words,
            true=names[true],
            predicted=names[predicted],
            count=int(wrong[true, predicted]),
        )

    def table(self) -> Table:
        """One row for each pair of classes."""
        counts = self.counts
        if self.note or counts is None:
            return (), ()
        names = self._class_names(len(counts))
        rows = [
            (self.part, names[true], names[predicted], int(counts[true, predicted]))
            for true in range(len(names))
            for predicted in range(len(names))
        ]
        return ("samples", "true", "predicted", "count"), rows
