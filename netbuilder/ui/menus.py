"""The menu bar, and what in it follows the document."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QWidget

from netbuilder import assets
from netbuilder.project import files
from netbuilder.ui.motion import motion
from netbuilder.ui.pace import PACES, pace_words
from netbuilder.ui.theme import MODES, theme

if TYPE_CHECKING:
    from netbuilder.ui.main_window import MainWindow


class Menus(QObject):
    """Builds the menus of a window from its actions."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        bar = window.menuBar()
        self._title = QLabel()
        self._title.setObjectName("menu.title")
        self._title.setProperty("role", "muted")
        self._title.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
        self._corner = QWidget()
        row = QHBoxLayout(self._corner)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._title)
        row.addWidget(window.workspaces.chooser)
        bar.setCornerWidget(self._corner, Qt.Corner.TopRightCorner)
        self._file = self._menu(self.tr("&File"), "file")
        self._edit = self._menu(
            self.tr("&Edit"),
            "edit",
            "undo redo | cut copy paste copy_picture duplicate delete | select_all rename",
        )
        self._view = self._menu(
            self.tr("&View"),
            "view",
            "workspace_train workspace_step workspace_lab |"
            " zoom_in zoom_out zoom_reset fit | unfold unfold_all fold_all |",
        )
        self._network = self._menu(self.tr("&Network"), "network", "find_block quick_add |")
        self._train = self._menu(self.tr("&Train"), "train")
        self._menu(self.tr("&Help"), "help", "first_steps block_help blocks shortcuts | about")
        self._fill_file()
        self._fill_view()
        self._fill_network()
        self._fill_train()
        self.refresh_look()
        self.refresh_edit(False)
        theme().changed.connect(self.fit)

    def _menu(self, title: str, name: str, entries: str = "") -> QMenu:
        menu = self._window.menuBar().addMenu(title)
        menu.setObjectName(f"menu.{name}")
        self._add(menu, entries)
        return menu

    def _add(self, menu: QMenu, entries: str) -> None:
        for entry in entries.split():
            if entry == "|":
                menu.addSeparator()
            else:
                menu.addAction(self._window.named_actions[entry])

    def _fill_file(self) -> None:
        self._add(self._file, "new new_window open")
        self._recent = self._file.addMenu(self.tr("Open &recent"))
        self._recent.setObjectName("menu.recent")
        self._recent.aboutToShow.connect(self._fill_recent)
        self._file.aboutToShow.connect(self._refresh_recent)
        self._examples = self._file.addMenu(self.tr("E&xamples"))
        self._examples.setObjectName("menu.examples")
        self._file.aboutToShow.connect(self._fill_examples)
        self._add(self._file, "| save save_as revert")
        self._add(self._file, "| export_weights import_weights | export_picture print | close quit")

    def _fill_examples(self) -> None:
        # Not at the start: the names stand in the files.
        if self._examples.isEmpty():
            for path in assets.examples():
                action = self._examples.addAction(files.read(path).name)
                action.setObjectName(f"action.example.{path.stem}")
                action.triggered.connect(partial(self._open_example, path.stem))

    def _open_example(self, name: str, _checked: bool = False) -> None:
        self._window.files.open_example(name)

    def _refresh_recent(self) -> None:
        self._recent.setEnabled(bool(self._window.settings.recent()))

    def _fill_recent(self) -> None:
        self._recent.clear()
        for path in self._window.settings.recent():
            action = self._recent.addAction(_short(path))
            action.setToolTip(str(path))
            action.triggered.connect(partial(self._open_recent, path))
        self._add(self._recent, "| clear_recent")

    def _open_recent(self, path: Path, _checked: bool = False) -> None:
        self._window.files.open_path(path)

    def _fill_view(self) -> None:
        panels = self._view.addMenu(self.tr("&Panels"))
        panels.setObjectName("menu.panels")
        for dock in self._window.docks.docks.values():
            action = dock.toggleViewAction()
            action.setObjectName(f"action.{dock.objectName()}")
            panels.addAction(action)
        panels.addSeparator()
        self._add(panels, "restore_layout")
        looks = self._view.addMenu(self.tr("&Theme"))
        looks.setObjectName("menu.theme")
        self._looks = QActionGroup(self)
        words = {
            "system": self.tr("As the &system"),
            "light": self.tr("&Light"),
            "dark": self.tr("&Dark"),
        }
        for mode in MODES:
            action = looks.addAction(words[mode])
            action.setObjectName(f"action.theme.{mode}")
            action.setCheckable(True)
            action.setData(mode)
            action.triggered.connect(partial(self._set_mode, mode))
            self._looks.addAction(action)
        self._add(self._view, "| larger_text smaller_text normal_text")
        self._calm = self._view.addAction(self.tr("Reduce &motion"))
        self._calm.setObjectName("action.reduce_motion")
        self._calm.setCheckable(True)
        self._calm.setToolTip(self.tr("Nothing glides or fades"))
        self._calm.triggered.connect(self._set_motion)
        motion().changed.connect(self.refresh_look)

    def _set_motion(self, reduced: bool) -> None:
        motion().set_choice("reduced" if reduced else "full")
        self._window.settings.save_look()

    def _fill_network(self) -> None:
        menu, building = self._network, self._window.building
        self._add(menu, "new_from_sizes")
        templates = menu.addMenu(self.tr("Te&mplates"))
        templates.setObjectName("menu.templates")
        building.fill_templates(templates)
        self._add(menu, "| connect_to | tidy")
        arrange = menu.addMenu(self.tr("A&rrange"))
        arrange.setObjectName("menu.arrange")
        self._add(arrange, "align_left align_centre align_right |")
        self._add(arrange, "align_top align_middle align_bottom |")
        self._add(arrange, "distribute_horizontal distribute_vertical")
        self._add(menu, "| problems")
        building.adopt(self._window.named_actions)

    def _set_mode(self, mode: str, _checked: bool = False) -> None:
        theme().set_mode(mode)
        self._window.settings.save_look()

    def _fill_train(self) -> None:
        for action in self._window.transport.named_actions.values():
            self._train.addAction(action)
        self._train.addSeparator()
        speed = self._train.addMenu(self.tr("S&peed"))
        speed.setObjectName("menu.speed")
        self._paces = QActionGroup(self)
        for pace in PACES:
            action = speed.addAction(pace_words(pace))
            action.setObjectName(f"action.speed.{'full' if pace is None else f'{pace:g}'}")
            action.setCheckable(True)
            action.setData(pace)
            action.triggered.connect(partial(self._set_pace, pace))
            self._paces.addAction(action)

    def _set_pace(self, pace: float | None, _checked: bool = False) -> None:
        self._window.set_pace(pace)

    # ---- following ------------------------------------------------------------------------------

    def refresh_title(self, title: str) -> None:
        """Show the project's name at the right end of the menu bar."""
        self._title.setText(title)
        px = theme().px
        self._title.setContentsMargins(0, 0, px(6), 0)
        self.fit()

    @Slot()
    def fit(self) -> None:
        """Leave out what has no room beside the menus: the title, then the workspaces, which stand
        in the View menu too. Without that the menus would wrap, or widen the window."""
        bar, px = self._window.menuBar(), theme().px
        metrics = bar.fontMetrics()
        menus = sum(
            metrics.horizontalAdvance(a.text().replace("&", "")) + px(24) for a in bar.actions()
        )
        chooser = self._window.workspaces.chooser
        room = self._window.width() - menus - chooser.sizeHint().width() - px(24)
        chooser.setVisible(room >= 0)
        self._title.setVisible(self._title.sizeHint().width() <= room)
        layout = self._corner.layout()
        if layout is not None:
            layout.setContentsMargins(0, px(2), px(8), px(1))
        self._corner.adjustSize()
        self._window.menuBar().adjustSize()

    def refresh_look(self) -> None:
        """Tick the theme that is chosen."""
        for action in self._looks.actions():
            action.setChecked(action.data() == theme().mode)
        self._calm.setChecked(motion().reduced)

    def refresh_pace(self, pace: float | None) -> None:
        """Tick the speed that is chosen."""
        for action in self._paces.actions():
            action.setChecked(action.data() == pace)

    def refresh_edit(self, selected: bool) -> None:
        """Words and readiness of the Edit menu."""
        actions, document = self._window.named_actions, self._window.document
        undo, redo = document.undo_command, document.redo_command
        actions["undo"].setEnabled(undo is not None)
        actions["redo"].setEnabled(redo is not None)
        actions["undo"].setText(
            self.tr("&Undo: {what}").format(what=undo.text) if undo else self.tr("&Undo")
        )
        actions["redo"].setText(
            self.tr("&Redo: {what}").format(what=redo.text) if redo else self.tr("&Redo")
        )
        for name in ("cut", "copy", "duplicate", "delete", "rename"):
            actions[name].setEnabled(selected)
        for name in ("select_all", "copy_picture", "export_picture", "print"):
            actions[name].setEnabled(bool(document.project.nodes))
        actions["revert"].setEnabled(document.path is not None and document.modified)


def _short(path: Path) -> str:
    return f"{path.name}  ({path.parent.name})"
