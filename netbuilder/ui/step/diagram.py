"""The network with its neurons, as it stands at a stage of a step."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLabel, QWidget

from netbuilder.engine.algebra.symbol import SUBSCRIPTS
from netbuilder.ui.step.diagram_canvas import DiagramCanvas
from netbuilder.ui.step.model import StepModel
from netbuilder.ui.stylesheet import restyle
from netbuilder.ui.widgets.card import Card
from netbuilder.ui.widgets.combo_field import ComboField
from netbuilder.ui.widgets.elided_label import ElidedLabel

MOST_FEATURES = 8  # of a sample that are written out


class DiagramView(Card):
    """The drawn network, above it the sample whose numbers stand in the neurons. GUI thread only.

    `canvas` is the drawing itself, `flow` what moves in it.
    """

    def __init__(self, model: StepModel, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setObjectName("step.diagram")
        self._model = model
        self.canvas = DiagramCanvas(model)
        self.flow = self.canvas.flow
        self._caption = QLabel(self.tr("sample"))
        self._caption.setProperty("role", "muted")
        self.sample = ComboField()
        self.sample.setObjectName("step.diagram.sample")
        self.sample.setAccessibleName(self.tr("Sample whose numbers are drawn"))
        self.sample.setToolTip(self.tr("The sample whose numbers stand in the neurons"))
        self.sample.setMinimumContentsLength(4)
        self.sample.chosen.connect(self._choose)
        self._caption.setBuddy(self.sample)
        self.data = ElidedLabel()
        self.data.setObjectName("step.diagram.data")
        self.data.setProperty("role", "muted")
        self.data.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.add_extra(self._caption)
        self.add_extra(self.sample)
        self.add_extra(self.data, 1)
        self.body.addWidget(self.canvas, 1)
        self._names: list[int] = []
        model.walk_changed.connect(self._follow_walk)
        model.sample_changed.connect(self._tell)
        model.looks_changed.connect(self._tell)
        self.canvas.data_marked.connect(self._mark_data)
        self._follow_walk()

    def set_paused(self, paused: bool) -> None:
        """Hold what moves, or let it go on."""
        self.flow.set_paused(paused)

    @Slot(object)
    def _choose(self, row: object) -> None:
        assert isinstance(row, int)
        self._model.look_at_sample(row)

    @Slot()
    def _follow_walk(self) -> None:
        walk = self._model.walk
        names = walk.samples if walk is not None else []
        if names != self._names:
            self._names = list(names)
            items = [(self.tr("s{n}").format(n=k + 1), k) for k in range(len(names))]
            self.sample.set_items(items)
        several = len(names) > 1
        self._caption.setVisible(several)
        self.sample.setVisible(several)
        self._tell()

    @Slot()
    def _tell(self, _row: int = 0) -> None:
        """Which sample it is, in the data."""
        model, walk = self._model, self._model.walk
        if walk is None:
            self.data.setText("")
            return
        row = model.sample_row
        self.sample.select(row)
        inputs = walk.outputs[walk.stages[0].node].values[row]
        targets = walk.targets.values[row]
        self.data.setText(
            self.tr("row {row} of the training set: {inputs} → {targets}").format(
                row=walk.samples[row] + 1,
                inputs=self._listed("x", inputs.tolist()),
                targets=self._listed("y", targets.tolist()),
            )
        )

    def _listed(self, letter: str, values: list[float]) -> str:
        several = len(values) > 1
        shown = [
            f"{letter}{str(k + 1).translate(SUBSCRIPTS) if several else ''} = "
            f"{self._model.number(value)}"
            for k, value in enumerate(values[:MOST_FEATURES])
        ]
        return ", ".join(shown) + (", …" if len(values) > MOST_FEATURES else "")

    @Slot(bool)
    def _mark_data(self, marked: bool) -> None:
        """The number that is looked at is one of these."""
        self.data.setProperty("role", "strong" if marked else "muted")
        restyle(self.data)
