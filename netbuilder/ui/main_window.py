"""The window: puts the parts together and leads their signals to each other."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QEvent, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QMainWindow,
    QMessageBox,
    QTabWidget,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from netbuilder.errors import NetbuilderError
from netbuilder.project.document import Change, Document
from netbuilder.project.problems import Problem
from netbuilder.training.controller import TrainingController
from netbuilder.ui import clipboard
from netbuilder.ui.actions import make_actions
from netbuilder.ui.banner import Banner
from netbuilder.ui.building import Building
from netbuilder.ui.canvas.unfolded_feed import NeuronFeed
from netbuilder.ui.canvas.view import CanvasView
from netbuilder.ui.colours import layer_colours
from netbuilder.ui.context_menus import ContextMenus
from netbuilder.ui.docks import Area, Dock, DockLayout, padded
from netbuilder.ui.file_actions import FileActions
from netbuilder.ui.file_drop import FileDrop
from netbuilder.ui.health.chip import HealthChip
from netbuilder.ui.health.watch import HealthWatch
from netbuilder.ui.inspector.inspector import Inspector
from netbuilder.ui.menus import Menus
from netbuilder.ui.palette import Palette
from netbuilder.ui.pictures import Pictures
from netbuilder.ui.plots.board import Board
from netbuilder.ui.problems_panel import ProblemsPanel
from netbuilder.ui.remedies import Remedies
from netbuilder.ui.runs.panel import RunsPanel
from netbuilder.ui.seldom import Seldom
from netbuilder.ui.settings import AppSettings
from netbuilder.ui.status import StatusBar
from netbuilder.ui.theme import theme
from netbuilder.ui.transport import TransportBar
from netbuilder.ui.weight_files import WeightFiles
from netbuilder.ui.widgets.late_panel import LatePanel
from netbuilder.ui.windows import Windows
from netbuilder.ui.workspaces import Workspaces

if TYPE_CHECKING:
    from netbuilder.ui.block_help import BlockHelp

log = logging.getLogger(__name__)


class MainWindow(QMainWindow):
    """One document in one window."""

    def __init__(
        self,
        document: Document | None = None,
        settings: AppSettings | None = None,
        windows: Windows | None = None,
    ) -> None:
        super().__init__()
        self.setObjectName("window")
        self.document = document or Document()
        self.settings = settings or AppSettings()
        self.controller = TrainingController(self.document, self)
        self.windows = windows or Windows(self.settings, MainWindow)
        self.windows.add(self)
        parts = (self.document, self.controller, self.settings, self)
        self.files = FileActions(*parts, self.windows)
        self.weight_files = WeightFiles(*parts)
        self._drop = FileDrop(self, self._open_dropped)
        self._crashing = False
        self._help: BlockHelp | None = None
        self._adapting = QTimer(self)
        self._adapting.setSingleShot(True)
        self._adapting.setInterval(120)
        self._bars = Seldom(self._show_gradients, parent=self)
        self._make_parts()
        self.pictures = Pictures(*parts, self.canvas.canvas)
        self._place_parts()
        self.named_actions = make_actions(self, self._slots())
        # The canvas has the key itself: a letter must not be taken from whoever types.
        self.named_actions["unfold"].setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.menus = Menus(self)
        self.context_menus = ContextMenus(self)
        self._connect()
        self.set_pace(self.settings.pace)
        self._restore()
        self._refresh_title()
        self._follow_analysis(self.controller.analysis)
        self._begin_run()
        self.canvas.setFocus()

    # ---- making ---------------------------------------------------------------------------------

    def _make_parts(self) -> None:
        document, controller = self.document, self.controller
        self.canvas = CanvasView(document)
        self.neurons = NeuronFeed(self.canvas, controller)
        self.building = Building(document, controller, self.canvas, self)
        self.palette_panel = Palette()
        self.inspector = Inspector(document, controller)
        self.data_panel = LatePanel(self._make_data_panel)
        self.problems_panel = ProblemsPanel()
        self.remedies = Remedies(document, controller, self.canvas.canvas.size, self)
        self.problems_panel.set_remedies(self.remedies.of)
        self.inspector.block.set_remedies(self.remedies)
        self.inspector.project.set_remedies(self.remedies)
        self.board = Board(document, controller, self, self.settings)
        self.runs_panel = RunsPanel(document, controller)
        self.transport = TransportBar(document, controller)
        self.health = HealthWatch(document, controller, self)
        self.health_chip = HealthChip(self.health)
        self.transport.add_chip(self.health_chip)
        self.health_panel = LatePanel(self._make_health_panel)
        self.banner = Banner()
        self.status = StatusBar(document, controller)
        self.workspaces = Workspaces(self, self.canvas)

    def _make_health_panel(self) -> QWidget:
        from netbuilder.ui.health.panel import HealthPanel

        return HealthPanel(self.health)

    def _make_data_panel(self) -> QWidget:
        from netbuilder.ui.data_panel import DataPanel

        return DataPanel(self.document, self.controller)

    def _place_parts(self) -> None:
        centre = QWidget()
        centre.setObjectName("centre")
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banner)
        column.addWidget(self.workspaces.stack, 1)
        self.setCentralWidget(centre)
        bar = QToolBar(self.tr("Training"))
        bar.setObjectName("toolbar.transport")
        bar.setMovable(False)
        bar.setFloatable(False)
        bar.toggleViewAction().setEnabled(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        bar.addWidget(self.transport)
        self.addToolBar(Qt.ToolBarArea.TopToolBarArea, bar)
        self.setStatusBar(self.status)
        self.setDockNestingEnabled(True)
        for corner, area in (
            (Qt.Corner.BottomLeftCorner, Area.LeftDockWidgetArea),
            (Qt.Corner.BottomRightCorner, Area.RightDockWidgetArea),
        ):
            self.setCorner(corner, area)
        self.docks = DockLayout(self)
        left, right, below = (
            Area.LeftDockWidgetArea,
            Area.RightDockWidgetArea,
            Area.BottomDockWidgetArea,
        )
        decks = self.board.decks
        for name, title, content, area, bare in (
            ("blocks", self.tr("Blocks"), self.palette_panel, left, True),
            ("inspector", self.tr("Inspector"), self.inspector, right, True),
            ("data", self.tr("Data"), self.data_panel, right, True),
            ("problems", self.tr("Problems"), self.problems_panel, right, True),
            ("health", self.tr("Health"), self.health_panel, right, True),
            ("runs", self.tr("Runs"), self.runs_panel, right, True),
            ("loss", self.tr("Loss"), padded(decks["loss"]), below, True),
            ("gradients", self.tr("Gradients"), padded(decks["gradients"]), below, True),
            ("decision", self.tr("Decision boundary"), padded(decks["decision"]), below, True),
        ):
            self.docks.add(Dock(name, title, content, bare=bare), area)
            self._drop.watch(self.docks.docks[name])
        self.setTabPosition(right, QTabWidget.TabPosition.North)

    def _slots(self) -> dict[str, Callable[[], object]]:
        canvas = self.canvas
        return {
            **self.building.slots(),
            **self.workspaces.slots(),
            "new": self.files.new,
            "open": self.files.open,
            "save": self.files.save,
            "save_as": self.files.save_as,
            "new_window": self._new_window,
            "revert": self.files.revert,
            "export_weights": self.weight_files.export_weights,
            "import_weights": self.weight_files.import_weights,
            "export_picture": self.pictures.export,
            "copy_picture": self.pictures.copy,
            "print": self.pictures.print,
            "clear_recent": self.settings.clear_recent,
            "close": self.close,
            "quit": self.windows.quit,
            "undo": self.document.undo,
            "redo": self.document.redo,
            "cut": self._cut,
            "copy": self._copy,
            "paste": self._paste,
            "duplicate": canvas.duplicate_selection,
            "delete": canvas.delete_selection,
            "select_all": canvas.select_all,
            "rename": canvas.rename_selected,
            "zoom_in": canvas.zoom_in,
            "zoom_out": canvas.zoom_out,
            "zoom_reset": canvas.zoom_reset,
            "fit": canvas.fit,
            "unfold": canvas.unfolding.toggle_selection,
            "unfold_all": canvas.unfolding.unfold_all,
            "fold_all": canvas.unfolding.fold_all,
            "larger_text": self._larger_text,
            "smaller_text": self._smaller_text,
            "normal_text": self._normal_text,
            "restore_layout": self._restore_layout,
            "problems": self._show_problems,
            "find_block": self._find_block,
            "block_help": self._block_help,
            "blocks": self._blocks,
            "first_steps": self._first_steps,
            "shortcuts": self._shortcuts,
            "about": self._about,
        }

    def _connect(self) -> None:
        controller, canvas = self.controller, self.canvas
        self.document.watch(self._follow_document)
        controller.analysis_changed.connect(self._follow_analysis)
        controller.snapshot_changed.connect(self._follow_snapshot)
        controller.state_changed.connect(self._follow_state)
        controller.run_started.connect(self._begin_run)
        controller.message.connect(self._tell)
        controller.stale_changed.connect(self._follow_stale)
        canvas.selection_changed.connect(self.inspector.set_selection)
        canvas.selection_changed.connect(self.board.set_selection)
        canvas.selection_changed.connect(self._refresh_edit_actions)
        canvas.message.connect(self._tell_refusal)
        canvas.space_tapped.connect(controller.toggle)
        canvas.start_wanted.connect(self._start)
        self.palette_panel.activated.connect(self._append)
        self.inspector.block.header.help_wanted.connect(self._block_help)
        self.problems_panel.activated.connect(self._go_to_problem)
        self.problems_panel.fix_chosen.connect(self.remedies.apply)
        self.remedies.applied.connect(self._show_added)
        self.remedies.message.connect(self._tell_refusal)
        self.health.applied.connect(self._show_added)
        self.health.changed.connect(self._mark_health)
        self.health.message.connect(self._tell_refusal)
        self.health_chip.clicked.connect(self._show_health)
        self.runs_panel.overlays_changed.connect(self.board.set_overlays)
        self.runs_panel.picture_made.connect(self.board.scenes.add)
        self.runs_panel.message.connect(self._tell_refusal)
        self.transport.problems_requested.connect(self._show_problems)
        self.transport.message.connect(self._tell_refusal)
        self.transport.pace_chosen.connect(self.set_pace)
        self.transport.actions_.set_steps(self.settings.steps)
        self.transport.actions_.steps_chosen.connect(self.settings.remember_steps)
        self.banner.acted.connect(controller.reset)
        self.files.path_changed.connect(self._refresh_title)
        self.files.path_changed.connect(self._refresh_edit_actions)
        for writer in (self.files, self.weight_files, self.pictures, self.board.files):
            writer.saved.connect(self.note_saved)
        self.board.files.copied.connect(self.status.note)
        self.pictures.copied.connect(self._note_copied)
        self.files.keeper.failed.connect(self._tell_refusal)
        QApplication.clipboard().dataChanged.connect(self._refresh_edit_actions)
        theme().changed.connect(self._follow_theme)
        self._adapting.timeout.connect(self.docks.adapt)

    def _restore(self) -> None:
        geometry, state = self.settings.layout()
        if geometry.isEmpty() or not self.restoreGeometry(geometry):
            room = self.screen().availableGeometry()
            self.resize(min(1440, room.width()), min(900, room.height()))
        self.docks.arrange()
        if not state.isEmpty():
            self.restoreState(QByteArray(state))
        self.board.set_choices(self.settings.views())

    # ---- following ------------------------------------------------------------------------------

    def _follow_document(self, change: Change) -> None:
        self._refresh_title()
        self._refresh_edit_actions()
        if change.cause == "load":
            self.banner.hide()
            self.canvas.fit()
        if change.structure or change.cause == "load":
            self._colour_layers()
        if change.cause == "load" or change.before.dataset != change.after.dataset:
            self._show_data()

    def _follow_analysis(self, analysis: Any) -> None:
        self.canvas.set_analysis(analysis)
        self.problems_panel.set_analysis(analysis)
        count = len(analysis.problems)
        title = self.tr("Problems")
        self.docks.docks["problems"].setWindowTitle(f"{title} ({count})" if count else title)
        self._show_data()

    def _follow_snapshot(self, _snapshot: object) -> None:
        if self.controller.running:
            self._bars.ask()
        else:
            self._bars.now()

    def _follow_state(self, state: str) -> None:
        if state != "running":
            self._bars.now()

    def _begin_run(self) -> None:
        self._colour_layers()
        self._bars.now()

    def _show_gradients(self) -> None:
        snapshot = self.controller.snapshot
        self.canvas.set_gradients(None if snapshot is None else snapshot.gradient_norms)

    def _colour_layers(self) -> None:
        colours = layer_colours(self.document.project, theme().current)
        self.canvas.set_layer_colours(colours)

    def _show_data(self) -> None:
        table = self.controller.table
        self.canvas.set_dataset_label(
            self.document.project.dataset.title, len(table.x) if table is not None else 0
        )

    def _follow_theme(self) -> None:
        self._colour_layers()
        self.settings.save_look()
        self.menus.refresh_look()
        self.docks.adapt()  # at once: the next pass of the layout would widen the window instead

    def _follow_stale(self, stale: bool) -> None:
        if not stale:
            self.banner.hide()

    def _refresh_title(self) -> None:
        name = self.document.project.name or self.tr("Untitled")
        edited = self.tr(" — edited") if self.document.modified else ""
        self.setWindowTitle(f"{name}{edited} — Netbuilder")
        self.setWindowFilePath(str(self.document.path or ""))
        self.menus.refresh_title(self.windowTitle())

    def _refresh_edit_actions(self, _news: object = None) -> None:
        self.menus.refresh_edit(bool(self.canvas.selection))

    def set_pace(self, pace: float | None) -> None:
        """Train at this many epochs a second, now and at the next start; None is full speed."""
        self.settings.pace = pace
        self.controller.set_pace(pace)
        self.transport.set_pace(pace)
        self.menus.refresh_pace(pace)

    # ---- telling --------------------------------------------------------------------------------

    def _tell(self, level: str, text: str) -> None:
        stale = self.controller.stale or self.controller.state == "failed"
        self.banner.tell(level, text, self.tr("Reset") if stale else "")

    def _tell_refusal(self, text: str) -> None:
        self.banner.tell("warning", text)

    def note_saved(self, path: str) -> None:
        """Say that a file was written."""
        self.status.note(self.tr("Saved {path}").format(path=path))

    def _note_copied(self) -> None:
        self.status.note(self.tr("The picture is on the clipboard"))

    # ---- actions --------------------------------------------------------------------------------

    def _new_window(self) -> None:
        self.windows.open_new(beside=self)

    def _open_dropped(self, path: Path) -> None:
        if self.weight_files.holds_weights(path):
            self.weight_files.import_from(path)
        else:
            self.files.open_path(path)

    def _append(self, type_name: str) -> None:
        self.canvas.append(type_name)

    def _copy(self) -> None:
        if self.canvas.selection:
            clipboard.copy(self.document.project, self.canvas.selection)

    def _cut(self) -> None:
        self._copy()
        self.canvas.delete_selection()

    def _paste(self) -> None:
        try:
            command = clipboard.paste(self.document.project, self.tr("Paste"))
            self.document.seal()
            self.document.push(command)
        except NetbuilderError as error:
            self._tell_refusal(str(error))
            return
        pasted = [n.id for n in command.nodes]
        self.canvas.select(pasted)
        self.canvas.keep_in_view(pasted)

    def _larger_text(self) -> None:
        theme().set_text_zoom(theme().text_zoom + 10)

    def _smaller_text(self) -> None:
        theme().set_text_zoom(theme().text_zoom - 10)

    def _normal_text(self) -> None:
        theme().set_text_zoom(100)

    def _restore_layout(self) -> None:
        self.workspaces.show("train")
        self.docks.arrange()
        self.board.set_choices({})

    def _find_block(self) -> None:
        self.workspaces.show("train")
        self.docks.docks["blocks"].show()
        self.palette_panel.focus_search()

    def _show_problems(self) -> None:
        self.workspaces.show("train")
        dock = self.docks.docks["problems"]
        dock.show()
        dock.raise_()
        self.problems_panel.setFocus()

    def _mark_health(self, _verdicts: object) -> None:
        self.canvas.set_verdicts(self.health.states())

    def _show_health(self) -> None:
        self.workspaces.show("train")
        dock = self.docks.docks["health"]
        dock.show()
        dock.raise_()
        self.health_panel.fill()
        self.health_panel.setFocus()

    def _go_to_problem(self, problem: Problem) -> None:
        if problem.node is not None and self.document.project.has(problem.node):
            self.canvas.reveal(problem.node)
            self.canvas.setFocus()

    def _show_added(self, ids: tuple[str, ...]) -> None:
        if ids:
            self.canvas.select(ids)
            self.canvas.keep_in_view(ids)

    def _start(self, how: str) -> None:
        if how == "example":
            self.files.open_example("xor")
            self.canvas.setFocus()
        else:
            self.named_actions["new_from_sizes" if how == "sizes" else "first_steps"].trigger()

    def _block_help(self) -> None:
        chosen = self.canvas.selection
        project = self.document.project
        self.show_block_help(project.node(chosen[0]).type if len(chosen) == 1 else "")

    def _blocks(self) -> None:
        self.show_block_help("")

    def show_block_help(self, type_name: str) -> None:
        """Open the help on blocks; "" leaves it at the page where it was."""
        from netbuilder.ui.block_help import BlockHelp

        if self._help is None:
            self._help = BlockHelp(self)
        self._help.show_block(type_name)
        self._help.show()
        self._help.raise_()
        self._help.activateWindow()

    def _first_steps(self) -> None:
        from netbuilder.ui import help

        help.first_steps(self).open()

    def _shortcuts(self) -> None:
        from netbuilder.ui import help

        every = [*self.transport.named_actions.values(), *self.named_actions.values()]
        every += self.workspaces.actions()
        help.shortcuts(self, every).open()

    def _about(self) -> None:
        from netbuilder.ui import help

        help.about(self).open()

    # ---- the end --------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Ask about unsaved changes, then stop the training thread and remember the layout."""
        if not self.files.may_discard():
            event.ignore()
            return
        self.settings.save_layout(self.saveGeometry(), self.workspaces.layout_state())
        self.settings.save_views(self.board.choices())
        self.files.keeper.close()
        self.controller.close()
        self.windows.remove(self)
        event.accept()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Share the room of the size that it is shown at."""
        super().showEvent(event)
        self.docks.adapt()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Share the room anew, once the size stands still."""
        super().resizeEvent(event)
        self.menus.fit()
        self._adapting.start()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """When the window gets focus, others may have changed its file meanwhile."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            QTimer.singleShot(0, self.files, self.files.look_at_the_disk)

    def report_crash(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Tell about an exception that nobody foresaw; the window and the document stay."""
        log.error("unforeseen error", exc_info=(kind, error, trace))
        if issubclass(kind, KeyboardInterrupt):
            self.close()
            return
        if self._crashing:
            return
        self._crashing = True
        box = QMessageBox(
            QMessageBox.Icon.NoIcon,
            "Netbuilder",
            self.tr("Something went wrong in the program."),
            parent=self,
        )
        box.setObjectName("dialog.crash")
        box.setInformativeText(
            self.tr("Your project is still open: save it under a new name to be safe.")
        )
        box.setDetailedText("".join(traceback.format_exception(kind, error, trace)))
        box.exec()
        self._crashing = False
