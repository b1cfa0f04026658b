"""Every run of the document: lay them over, note, compare, go back to one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QLabel,
    QLineEdit,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from netbuilder.errors import NetbuilderError
from netbuilder.project.commands import Command
from netbuilder.project.difference import difference
from netbuilder.project.document import Change, Document
from netbuilder.project.saved_runs import LARGEST, POINTS, KeepRuns
from netbuilder.project.take_over import taking_back, taking_over
from netbuilder.training.controller import TrainingController
from netbuilder.training.runs import MOST, WHOLE, Run
from netbuilder.ui.forms.words import error_text
from netbuilder.ui.plots.overlay import Overlay
from netbuilder.ui.runs import words
from netbuilder.ui.runs.list import CHECK, RUN, RunsView
from netbuilder.ui.theme import theme
from netbuilder.ui.widgets.flow import FlowLayout

if TYPE_CHECKING:
    from netbuilder.ui.runs.compare import CompareWindow

REFRESH_MS = 500  # between two looks at the numbers of the run that lasts


class RunsPanel(QWidget):
    """The list of runs with what can be done about those that are chosen."""

    overlays_changed = Signal(object)
    """The runs that are ticked, as Overlays."""

    message = Signal(str)
    """Why something was refused."""

    picture_made = Signal(object)
    """A DecisionPlot of the comparison: it wishes for pictures while it is in sight."""

    def __init__(
        self, document: Document, controller: TrainingController, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("runs.panel")
        self.setAccessibleName(self.tr("Runs"))
        self._document, self._controller = document, controller
        self._compare: CompareWindow | None = None
        self._compared: Run | None = None  # the newest run, when it was compared by itself
        self._shown: tuple[Overlay, ...] = ()
        self.empty_text = QLabel(
            self.tr(
                "Each run is kept here, with its settings and curves. Train, change one thing,"
                " reset, train again, and compare."
            )
        )
        self.empty_text.setObjectName("runs.empty")
        self.empty_text.setProperty("role", "muted")
        self.empty_text.setWordWrap(True)
        self.empty_text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.list = RunsView()
        self.list.setAccessibleName(self.tr("Runs; Space lays the curves over the plots"))
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.note = QLineEdit()
        self.note.setObjectName("runs.note")
        self.note.setAccessibleName(self.tr("Note on the chosen run"))
        self.note.setPlaceholderText(self.tr("Note on this run…"))
        self.note.setMaxLength(200)
        self.named_actions: dict[str, QAction] = {}
        self._buttons = FlowLayout()
        for key, text, tip, slot in (
            (
                "compare",
                self.tr("Compare"),
                self.tr("Two chosen runs side by side; one chosen run and the one before it"),
                self._do_compare,
            ),
            (
                "use",
                self.tr("Use its settings"),
                self.tr("Network, data and settings as they were when this run began"),
                self._use,
            ),
            (
                "restore",
                self.tr("Use its weights"),
                self.tr(
                    "Put what this run has learned into the network; if that is another one by"
                    " now, together with the run's network, data and settings"
                ),
                self._restore,
            ),
            ("remove", self.tr("Remove"), self.tr("Take the chosen runs off (Del)"), self._remove),
            (
                "bring_back",
                self.tr("Bring back"),
                self.tr("The run that was removed last"),
                self._bring_back,
            ),
        ):
            self._add_action(key, text, tip, slot)
        self.each = QCheckBox(self.tr("Compare each new run"))
        self.each.setObjectName("runs.each")
        self.each.setToolTip(
            self.tr("Opens each new run beside the one before, with what differs named")
        )
        self.save = QCheckBox(self.tr("Save runs in the project"))
        self.save.setObjectName("runs.save")
        self.save.setToolTip(
            self.tr(
                "The file then holds settings, notes and up to {n} points of each curve, and what a"
                " network of up to {most} parameters has learned."
            ).format(n=POINTS, most=f"{LARGEST:,}")
        )
        self._about = QLabel(
            self.tr("The last {most} runs are kept, the last {whole} with all points.").format(
                most=MOST, whole=WHOLE
            )
        )
        self._about.setProperty("role", "caption")
        self._about.setWordWrap(True)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.empty_text, 1)
        self._column.addWidget(self.list, 1)
        self._foot = QVBoxLayout()
        self._foot.addWidget(self.note)
        self._foot.addLayout(self._buttons)
        self._foot.addWidget(self.each)
        self._foot.addWidget(self.save)
        self._foot.addWidget(self._about)
        self._column.addLayout(self._foot)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self._tell_present)
        self.list.ticked.connect(self._follow_ticks)
        self.list.removal_wanted.connect(self._remove)
        self.list.itemSelectionChanged.connect(self._follow_selection)
        self.list.itemActivated.connect(self._do_compare)
        self.note.editingFinished.connect(self._take_note)
        self.save.clicked.connect(self._keep)
        document.watch(self._follow_document)
        controller.runs.watch(self._follow_runs)
        controller.snapshot_changed.connect(self._follow_snapshot)
        controller.state_changed.connect(self._follow_snapshot)
        controller.run_started.connect(self._follow_runs)
        theme().changed.connect(self._lay_out)
        self._lay_out()
        self.save.setChecked(document.project.runs is not None)
        self._follow_runs()

    # ---- asking ---------------------------------------------------------------------------------

    def items(self) -> list[QListWidgetItem]:
        """The rows, the newest run first."""
        return [self.list.item(row) for row in range(self.list.count())]

    def chosen(self) -> list[Run]:
        """The chosen runs, the oldest first."""
        found: list[Run] = [i.data(RUN) for i in self.list.selectedItems()]
        return sorted(found, key=lambda run: run.number)

    def select(self, *runs: Run) -> None:
        """Choose these runs."""
        for item in self.items():
            item.setSelected(item.data(RUN) in runs)

    @property
    def compare_window(self) -> CompareWindow | None:
        """The window with two runs, once it was open."""
        return self._compare

    # ---- following ------------------------------------------------------------------------------

    def _follow_document(self, change: Change) -> None:
        self.save.setChecked(change.after.runs is not None)

    @Slot()
    def _follow_runs(self) -> None:
        runs = self._controller.runs.runs
        for item in self.items():
            if item.data(RUN) not in runs:
                self.list.takeItem(self.list.row(item))
        known = {item.data(RUN): item for item in self.items()}
        newest = None
        for place, run in enumerate(runs):
            news = self._news(run)
            if run in known:
                self.list.tell(known[run], news)
                continue
            newest = run
            item = self.list.add(run, news)
            row = len(runs) - 1 - place
            if self.list.row(item) != row:  # a run that was brought back
                self.list.takeItem(self.list.row(item))
                self.list.insertItem(row, item)
        self.list.setVisible(bool(runs))
        self.empty_text.setVisible(not runs)
        self._about.setVisible(bool(runs))
        self.list.doItemsLayout()
        self._follow_ticks()
        self._follow_selection()
        self._follow_compared(newest)

    def _follow_compared(self, newest: Run | None) -> None:
        before = self._controller.runs.before(newest) if newest is not None else None
        if newest is None or newest.over or before is None or not self.each.isChecked():
            return
        if self._compared is not newest:
            self._compared = newest
            # The window may take its time: this is a moment of the training.
            QTimer.singleShot(0, self, self._compare_newest)

    @Slot()
    def _compare_newest(self) -> None:
        newest = self._compared
        before = self._controller.runs.before(newest) if newest is not None else None
        if newest is not None and before is not None:
            self.compare(before, newest)

    def _news(self, run: Run) -> str:
        before = self._controller.runs.before(run)
        parts = []
        if before is not None:
            found = difference(before.project, run.project)
            parts.append(words.differences_words(found) or self.tr("nothing changed"))
        if run.given_weights:
            parts.append(self.tr("began from given weights, which are not saved"))
        if run.changes:
            on_the_way = words.differences_words(run.changes)
            parts.append(self.tr("on the way: {what}").format(what=on_the_way))
        return "; ".join(parts)

    @Slot(object)
    def _follow_snapshot(self, _news: object) -> None:
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _tell_present(self) -> None:
        run = self._controller.run
        for item in self.items():
            if item.data(RUN) is run and run is not None:
                self.list.tell(item, self._news(run))
        if self._compare is not None and self._compare.isVisible():
            self._compare.refresh(run)

    @Slot()
    def _follow_ticks(self) -> None:
        shown = []
        for item in reversed(self.items()):
            run: Run = item.data(RUN)
            if run.over and Qt.CheckState(item.data(CHECK)) is Qt.CheckState.Checked:
                shown.append(Overlay(words.run_name(run), words.run_colour(run), run.history))
        key = [(o.title, o.colour, o.history) for o in shown]
        if key != [(o.title, o.colour, o.history) for o in self._shown]:
            self._shown = tuple(shown)
            self.overlays_changed.emit(self._shown)

    @Slot()
    def _follow_selection(self) -> None:
        chosen = self.chosen()
        one = chosen[0] if len(chosen) == 1 else None
        self.note.setEnabled(one is not None)
        note = one.note if one is not None else ""
        if self.note.text() != note and not self.note.hasFocus():
            self.note.setText(note)
        actions, runs = self.named_actions, self._controller.runs
        pair = self._pair()
        actions["compare"].setEnabled(pair is not None)
        actions["use"].setEnabled(one is not None)
        actions["restore"].setEnabled(one is not None and bool(one.weights))
        actions["remove"].setEnabled(any(run.over for run in chosen))
        actions["bring_back"].setEnabled(runs.can_bring_back)
        actions["bring_back"].setVisible(runs.can_bring_back)

    def _pair(self) -> tuple[Run, Run] | None:
        chosen = self.chosen()
        if len(chosen) == 2:
            return chosen[0], chosen[1]
        if len(chosen) == 1:
            before = self._controller.runs.before(chosen[0])
            if before is not None:
                return before, chosen[0]
        return None

    # ---- what can be done -----------------------------------------------------------------------

    @Slot()
    def _do_compare(self, _item: object = None) -> None:
        pair = self._pair()
        if pair is not None:
            self.compare(*pair)

    def compare(self, first: Run, second: Run) -> None:
        """Show two runs side by side."""
        # Plots are not imported before they are wanted.
        from netbuilder.ui.runs.compare import CompareWindow

        if self._compare is None:
            self._compare = CompareWindow(self.window())
            for side in self._compare.sides:
                self.picture_made.emit(side.decision)
        self._compare.show_runs(first, second)
        self._compare.show()
        self._compare.raise_()

    @Slot()
    def _use(self) -> None:
        run = self.chosen()[0]
        if self._controller.running:
            self._controller.pause()
        self._controller.sync()  # an undo then leads back to what was learned last
        self._push(taking_over(run.number, run.project))

    @Slot()
    def _restore(self) -> None:
        run = self.chosen()[0]
        if self._controller.running:
            self._controller.pause()
        self._controller.sync()
        table = self._controller.table
        features = table.features if table is not None else 0
        why = self.tr("Use the weights of run {n}").format(n=run.number)
        project = self._document.project
        self._push(taking_back(run.number, project, features, run.project, run.weights, why))

    @Slot(bool)
    def _keep(self, on: bool) -> None:
        self._push(KeepRuns(on=on))

    def _push(self, command: Command) -> None:
        self._document.seal()
        try:
            self._document.push(command)
        except NetbuilderError as error:
            self.message.emit(error_text(error))
        self._document.seal()

    @Slot()
    def _remove(self) -> None:
        for run in self.chosen():
            if run.over:
                self._controller.runs.remove(run)

    @Slot()
    def _bring_back(self) -> None:
        run = self._controller.runs.bring_back()
        if run is not None:
            self.select(run)

    @Slot()
    def _take_note(self) -> None:
        chosen = self.chosen()
        if len(chosen) == 1:
            self._controller.runs.set_note(chosen[0], self.note.text().strip())

    # ---- building -------------------------------------------------------------------------------

    def _add_action(self, key: str, text: str, tip: str, slot: Callable[[], object]) -> None:
        action = QAction(text, self)
        action.setObjectName(f"action.runs.{key}")
        action.setToolTip(tip)
        action.triggered.connect(slot)
        self.list.addAction(action)
        self.named_actions[key] = action
        button = QPushButton(text)
        button.setObjectName(f"runs.{key}")
        button.setProperty("class", "fix")
        button.setToolTip(tip)
        button.clicked.connect(action.trigger)

        def follow() -> None:
            button.setEnabled(action.isEnabled())
            button.setVisible(action.isVisible())

        action.changed.connect(follow)
        self._buttons.addWidget(button)

    @Slot()
    def _lay_out(self) -> None:
        px = theme().px
        self._column.setContentsMargins(0, px(6), 0, px(10))
        self._column.setSpacing(px(6))
        self._foot.setContentsMargins(px(14), 0, px(14), 0)
        self._foot.setSpacing(px(8))
        self._buttons.setSpacing(px(6))
        self.empty_text.setContentsMargins(px(20), 0, px(20), 0)
        self.list.doItemsLayout()
        self._follow_ticks()
