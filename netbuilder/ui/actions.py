"""All actions of the window in one table: their words, keys and icons."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow

from netbuilder.ui.icons import live_icon

Keys = QKeySequence.StandardKey
ICONS_MS = 200  # after the start


class Spec(NamedTuple):
    """One action; the name is also the end of its object name."""

    name: str
    text: str
    keys: tuple[str | QKeySequence.StandardKey, ...] = ()
    icon: str = ""
    tip: str = ""


def _t(text: str) -> str:
    return QCoreApplication.translate("actions", text)


def specs() -> tuple[Spec, ...]:
    """Every action, with its words in the language of the program."""
    return (
        Spec("new", _t("&New"), (Keys.New,), "new"),
        Spec("new_window", _t("New &window"), ("Ctrl+Alt+N",)),
        Spec("open", _t("&Open…"), (Keys.Open,), "open"),
        Spec("save", _t("&Save"), (Keys.Save,), "save"),
        Spec("save_as", _t("Save &as…"), ("Ctrl+Shift+S",)),
        Spec("revert", _t("Re&vert to saved…"), ("Ctrl+Alt+R",)),
        Spec("export_weights", _t("&Export weights…"), ("Ctrl+E",), "export"),
        Spec("import_weights", _t("&Load weights…")),
        Spec("export_picture", _t("Export a p&icture…"), ("Ctrl+Shift+E",)),
        Spec("print", _t("&Print…"), (Keys.Print,)),
        Spec("clear_recent", _t("Forget these files")),
        Spec("close", _t("&Close window"), ("Ctrl+W",)),
        Spec("quit", _t("&Quit"), (Keys.Quit, "Ctrl+Q")),
        Spec("undo", _t("&Undo"), (Keys.Undo,), "undo"),
        Spec("redo", _t("&Redo"), (Keys.Redo, "Ctrl+Shift+Z"), "redo"),
        Spec("cut", _t("Cu&t"), (Keys.Cut,)),
        Spec("copy", _t("&Copy"), (Keys.Copy,), "copy"),
        Spec("paste", _t("&Paste"), (Keys.Paste,), "paste"),
        Spec("copy_picture", _t("Copy as a p&icture"), ("Ctrl+Shift+C",)),
        Spec("duplicate", _t("&Duplicate"), ("Ctrl+D",), "duplicate"),
        Spec("delete", _t("De&lete"), (), "trash", _t("Delete the selected blocks (Del)")),
        Spec("select_all", _t("Select &all"), (Keys.SelectAll,)),
        Spec("rename", _t("Re&name…"), ("F2",)),
        Spec("quick_add", _t("&Add a block…"), ("Ctrl+Space",), "", _t("Add a block (/)")),
        Spec("new_from_sizes", _t("New from &sizes…"), ("Ctrl+Shift+N",)),
        Spec("connect_to", _t("&Connect to…"), ("Ctrl+K",), "link", _t("Connect to… (W)")),
        Spec("tidy", _t("&Tidy up"), ("Ctrl+L",)),
        Spec("align_left", _t("Align &left sides")),
        Spec("align_centre", _t("Align &centres")),
        Spec("align_right", _t("Align &right sides")),
        Spec("align_top", _t("Align &tops")),
        Spec("align_middle", _t("Align &middles")),
        Spec("align_bottom", _t("Align &bottoms")),
        Spec("distribute_horizontal", _t("Equal gaps &across")),
        Spec("distribute_vertical", _t("Equal gaps &down")),
        Spec("workspace_train", _t("&Train"), ("Ctrl+1",)),
        Spec("workspace_step", _t("&Step through"), ("Ctrl+2",)),
        Spec("workspace_lab", _t("&Lab"), ("Ctrl+3",)),
        Spec("zoom_in", _t("Zoom &in"), (Keys.ZoomIn, "Ctrl+="), "zoom-in"),
        Spec("zoom_out", _t("Zoom &out"), (Keys.ZoomOut,), "zoom-out"),
        Spec("zoom_reset", _t("&100 %"), ("Ctrl+0",)),
        Spec("fit", _t("&Fit the network"), ("Ctrl+Shift+F",), "fit", _t("Fit the network (F)")),
        Spec(
            "unfold",
            _t("&Unfold or fold the layer"),
            ("U",),
            "layer-dense",
            _t("Show the neurons of the selected layers, or hide them (U)"),
        ),
        Spec("unfold_all", _t("U&nfold all layers"), ("Ctrl+Shift+U",)),
        Spec("fold_all", _t("F&old all layers"), ("Ctrl+Alt+U",)),
        Spec("larger_text", _t("&Larger text"), ("Ctrl+Shift+.",)),
        Spec("smaller_text", _t("&Smaller text"), ("Ctrl+Shift+,",)),
        Spec("normal_text", _t("&Normal text")),
        Spec("restore_layout", _t("&Restore the layout")),
        Spec("problems", _t("Show the &problems"), ("Ctrl+Shift+P",), "warning"),
        Spec("find_block", _t("&Find a block…"), ("Ctrl+F",), "search"),
        Spec("block_help", _t("&Help on the block"), ("F1",), "help"),
        Spec("blocks", _t("&Blocks"), (), "", _t("What each block does and when to use it")),
        Spec("first_steps", _t("&First steps"), ("Shift+F1",)),
        Spec("shortcuts", _t("&Keyboard shortcuts")),
        Spec("about", _t("&About Netbuilder")),
    )


def make_actions(window: QMainWindow, slots: dict[str, Callable[[], object]]) -> dict[str, QAction]:
    """The actions by name, each connected to the slot of its name."""
    actions = {}
    for spec in specs():
        action = QAction(spec.text, window)
        action.setObjectName(f"action.{spec.name}")
        action.setShortcuts([QKeySequence(k) for k in spec.keys])
        if spec.tip:
            action.setToolTip(spec.tip)
        action.triggered.connect(slots[spec.name])
        actions[spec.name] = action
        window.addAction(action)
    # Nobody sees them before a menu opens, and the window stands sooner without.
    QTimer.singleShot(ICONS_MS, window, partial(_give_icons, actions))
    return actions


def _give_icons(actions: dict[str, QAction]) -> None:
    for spec in specs():
        if spec.icon:
            live_icon(actions[spec.name], spec.icon)
