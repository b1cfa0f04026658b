"""The workspace "Step through": a step of the present run, stage by stage."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from netbuilder.engine.trainer import Trainer
from netbuilder.errors import NetbuilderError
from netbuilder.project.document import Document
from netbuilder.training.controller import TrainingController
from netbuilder.training.rehearsal import Rehearsals
from netbuilder.ui.step.bar import StepBar
from netbuilder.ui.step.copying import CopyButton
from netbuilder.ui.step.diagram import DiagramView
from netbuilder.ui.step.exercise_panel import ExercisePanel
from netbuilder.ui.step.graph_view import GraphView
from netbuilder.ui.step.model import StepModel
from netbuilder.ui.step.number_panel import NumberPanel
from netbuilder.ui.step.stage_list import StageList
from netbuilder.ui.step.stage_view import StageView
from netbuilder.ui.theme import SPACE, theme
from netbuilder.ui.transport_actions import memory_words


class StepWorkspace(QWidget):
    """Puts the views of a step together and leads the steps of training to the controller."""

    saved = Signal(str)
    """A file was written."""

    told = Signal(str)
    """Where in the step one is, and what can be gone back to; for the status bar."""

    def __init__(
        self, document: Document, controller: TrainingController, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("step")
        self._document = document
        self._controller = controller
        self._arrival: int | None = None  # at which stage to be after the step that is under way
        self._outdated = True
        self._rehearsals = Rehearsals()
        self._shared = False  # the room between formulas and picture
        self.model = StepModel(self._trainer, self)
        self.model.stage_changed.connect(self._resume)  # before the views follow
        self.stages = StageList(self.model)
        self.formulas = StageView(self.model)
        self.diagram = DiagramView(self.model)
        self.graph: GraphView | None = None
        self.number = NumberPanel(self.model)
        self.exercise: ExercisePanel | None = None
        self.exercising = QPushButton(self.tr("Exercise"))
        self.exercising.setObjectName("step.exercise")
        self.exercising.setToolTip(self.tr("Hide some numbers, and work them out yourself"))
        self.exercising.setAutoDefault(False)
        self.exercising.clicked.connect(self._exercise)
        self.bar = StepBar(self.model, (self.exercising, CopyButton(self.model)))
        self.note = QLabel()
        self.note.setObjectName("step.note")
        self.note.setProperty("role", "muted")
        self.note.setWordWrap(True)
        self.note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._lay_out_parts()
        self.addActions(list(self.bar.named_actions.values()))  # keys hold in all its parts
        self.model.walk_changed.connect(self._tell)
        self.model.stage_changed.connect(self._tell)
        self.model.looks_changed.connect(self._tell)
        self.model.step_wanted.connect(self._take)
        self.bar.graph_wanted.connect(self._show_graph)
        self.bar.played.connect(self._play)
        controller.state_changed.connect(self._follow_run)
        controller.snapshot_changed.connect(self._follow_run)
        controller.run_started.connect(self._follow_run)
        controller.stale_changed.connect(self._follow_run)
        controller.analysis_changed.connect(self._follow_run)
        theme().changed.connect(self._lay_out)
        self._lay_out()

    def _lay_out_parts(self) -> None:
        self._left = _column(self.tr("One step"), self.stages)
        self._pictures = QStackedWidget()
        self._pictures.addWidget(self.diagram)
        middle = QSplitter(Qt.Orientation.Vertical)
        middle.setObjectName("step.splitter")
        middle.setChildrenCollapsible(False)
        middle.addWidget(self.formulas)
        middle.addWidget(self._pictures)
        middle.setStretchFactor(0, 1)
        middle.setStretchFactor(1, 1)
        self._halves = middle
        self._middle = QStackedWidget()
        self._middle.addWidget(middle)
        self._middle.addWidget(self.note)
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.setSpacing(SPACE)
        column.addWidget(self._middle, 1)
        self._right = QFrame()
        self._right.setProperty("panel", "surface")
        self._right.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._panels = QStackedWidget()
        self._panels.addWidget(self.number)
        right = QVBoxLayout(self._right)
        right.setContentsMargins(0, 0, 0, 0)
        right.addWidget(self._panels)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self._left)
        row.addWidget(centre, 1)
        row.addWidget(self._right)
        foot = QFrame()
        foot.setProperty("panel", "surface")
        foot.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        below = QVBoxLayout(foot)
        below.setContentsMargins(2 * SPACE, SPACE, 2 * SPACE, SPACE)
        below.addWidget(self.bar)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(row, 1)
        whole.addWidget(foot)

    @Slot()
    def _lay_out(self) -> None:
        px, whole = theme().px, max(self.width(), 900)
        self._left.setFixedWidth(min(px(190), round(0.2 * whole)))
        self._right.setFixedWidth(min(px(290), round(0.3 * whole)))

    # ---- where the run stands -------------------------------------------------------------------

    def _trainer(self) -> Trainer | None:
        """A trainer of this thread's own that stands where the run stands."""
        controller, model = self._controller, self.model
        model.why = ""
        if controller.analysis.errors:
            model.why = controller.analysis.errors[0].text
            return None
        if controller.stale:
            model.why = self.tr(
                "The network has changed since this run began. Press Reset to step through the"
                " new one."
            )
            return None
        moment = controller.moment()
        if moment is None:
            model.why = self.tr("There is no run to step through yet. Press Reset to begin one.")
            return None
        try:
            return self._rehearsals.trainer(self._document.project, moment)
        except NetbuilderError as error:
            model.why = str(error)
            return None

    @Slot()
    def _follow_run(self, _news: object = None) -> None:
        self._outdated = True
        if self.isVisible():
            self._catch_up()

    def _catch_up(self) -> None:
        if self._controller.running:
            self._tell()
            return
        if self._outdated:
            self._outdated = False
            arrival, self._arrival = self._arrival, None
            self.model.refresh(arrival)

    @Slot(int)
    def _take(self, count: int) -> None:
        """A step of training, or one back; the walk follows when the run is there."""
        if self._controller.running:
            return
        self._arrival = 0 if count > 0 else -1
        self._controller.go_to(self.model.step + count)

    # ---- showing --------------------------------------------------------------------------------

    @Slot(bool)
    def _play(self, playing: bool) -> None:
        """Stop holds what moves in the network; Play, or another stage, lets it go on."""
        self.diagram.set_paused(not playing)

    @Slot()
    def _resume(self, _stage: int = 0) -> None:
        self.diagram.set_paused(False)

    @Slot(bool)
    def _show_graph(self, wanted: bool) -> None:
        if wanted and self.graph is None:
            self.graph = GraphView(self.model)
            self._pictures.addWidget(self.graph)
        shown = self.graph if wanted and self.graph is not None else self.diagram
        self._pictures.setCurrentWidget(shown)

    @Slot()
    def _exercise(self) -> None:
        if self.exercise is None:
            self.exercise = ExercisePanel(self.model, self._name)
            self.exercise.ended.connect(self._end_exercise)
            self.exercise.saved.connect(self.saved)
            self._panels.addWidget(self.exercise)
        # What an operation of the graph brings would give hidden numbers away.
        self.bar.picture.setChecked(False)
        self.bar.picture.setEnabled(False)
        self._panels.setCurrentWidget(self.exercise)
        if self.model.exercise is None:
            self.exercise.begin()

    @Slot()
    def _end_exercise(self) -> None:
        self.model.end_exercise()
        self.bar.picture.setEnabled(True)
        self._panels.setCurrentWidget(self.number)

    def _name(self) -> str:
        return self._document.project.name

    @Slot()
    def _tell(self, _stage: int = 0) -> None:
        model, walk = self.model, self.model.walk
        self._middle.setCurrentIndex(0 if walk is not None else 1)
        self.note.setText(model.why or self.tr("There is nothing to step through yet."))
        if walk is None:
            self.told.emit("")
            return
        parts = [
            self.tr("stage {n} of {all}").format(n=model.stage + 1, all=len(walk.stages)),
            self.tr("step {n}").format(n=f"{model.step + 1:,}"),
            self.tr("1 sample")
            if len(walk.samples) == 1
            else self.tr("{n} samples").format(n=len(walk.samples)),
            str(walk.network.dtype),
        ]
        if model.left_out:
            parts.append(self.tr("{n} more samples are not shown").format(n=f"{model.left_out:,}"))
        reachable = self._controller.reachable
        if reachable is not None:
            first, _ = reachable
            parts.append(
                self.tr("back to step {n} ({size} kept)").format(
                    n=f"{first + 1:,}", size=memory_words(self._controller.memory_of_past)
                )
            )
        if self._controller.running:
            parts.insert(0, self.tr("training: press Pause to step on"))
        self.told.emit("  ·  ".join(parts))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """The run may have gone on meanwhile."""
        super().showEvent(event)
        self._lay_out()
        if not self._shared:
            self._shared = True
            whole = self._halves.height()
            self._halves.setSizes([round(0.58 * whole), round(0.42 * whole)])
        self._catch_up()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """Nobody looks: nothing plays on."""
        super().hideEvent(event)
        if self.bar.playing:
            self.bar.toggle_play()


def _column(title: str, content: QWidget) -> QFrame:
    """A panel with a heading."""
    frame = QFrame()
    frame.setProperty("panel", "surface")
    frame.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    heading = QLabel(title)
    heading.setProperty("role", "section")
    heading.setContentsMargins(2 * SPACE, SPACE, SPACE, 0)
    column = QVBoxLayout(frame)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(heading)
    column.addWidget(content, 1)
    return frame
