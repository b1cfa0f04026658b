"""The panels round the canvas: which there are, where they stand at first, and their look."""

from __future__ import annotations

import itertools

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QVBoxLayout, QWidget

from netbuilder.ui.theme import SPACE, theme

Area = Qt.DockWidgetArea


def padded(card: QWidget) -> QWidget:
    """A card with half a gap of the window's ground round it; two neighbours make a whole one."""
    ground = QWidget()
    ground.setProperty("panel", "window")
    ground.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    column = QVBoxLayout(ground)
    column.setContentsMargins(SPACE // 2, SPACE // 2, SPACE // 2, SPACE // 2)
    column.addWidget(card)
    return ground


class Dock(QDockWidget):
    """A panel that can be moved, closed, floated and brought back from the View menu.

    `bare` docks show no title bar while they are docked: their content has a heading of its own.
    """

    def __init__(self, name: str, title: str, content: QWidget, *, bare: bool = False) -> None:
        super().__init__(title)
        self.setObjectName(f"dock.{name}")
        self.setWidget(content)
        self.setAccessibleName(title)
        self._bare = bare
        self._no_title = QWidget(self)
        self.topLevelChanged.connect(self._show_title)
        self._show_title(False)

    def _show_title(self, floating: bool) -> None:
        # A floating window always needs its bar, or nobody could move or close it.
        hide = self._bare and not floating
        self.setTitleBarWidget(self._no_title if hide else None)  # type: ignore[arg-type]


class DockLayout:
    """Places the docks of a window as they stand at the first start."""

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self.docks: dict[str, Dock] = {}

    def add(self, dock: Dock, area: Area) -> None:
        self.docks[dock.objectName().removeprefix("dock.")] = dock
        self._window.addDockWidget(area, dock)

    def arrange(self) -> None:
        """The first layout: blocks left, inspector right, the three plots below."""
        window, docks, px = self._window, self.docks, theme().px
        for name, area in (
            ("blocks", Area.LeftDockWidgetArea),
            ("inspector", Area.RightDockWidgetArea),
            ("data", Area.RightDockWidgetArea),
            ("problems", Area.RightDockWidgetArea),
            ("loss", Area.BottomDockWidgetArea),
            ("gradients", Area.BottomDockWidgetArea),
            ("decision", Area.BottomDockWidgetArea),
        ):
            docks[name].setFloating(False)
            window.addDockWidget(area, docks[name])
            docks[name].show()
        window.tabifyDockWidget(docks["inspector"], docks["data"])
        window.tabifyDockWidget(docks["data"], docks["problems"])
        docks["inspector"].raise_()
        plots = [docks["loss"], docks["gradients"], docks["decision"]]
        for left, right in itertools.pairwise(plots):
            window.splitDockWidget(left, right, Qt.Orientation.Horizontal)
        horizontal, vertical = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        window.resizeDocks([docks["blocks"], docks["inspector"]], [px(196), px(284)], horizontal)
        window.resizeDocks(plots, [px(310), px(310), px(320)], horizontal)
        window.resizeDocks(plots, [px(300)] * 3, vertical)
