"""The panels round the canvas: which there are, where they stand at first, and their look."""

from __future__ import annotations

import itertools

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDockWidget, QMainWindow, QVBoxLayout, QWidget

from netbuilder.ui.theme import SPACE, theme

Area = Qt.DockWidgetArea
BELOW = Area.BottomDockWidgetArea
PLOTS = ("loss", "gradients", "decision")
PLOT = 230  # pixels at 100 % text zoom below which a plot says nothing any more


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
        self._columns = 3  # of plots
        self._zoom = theme().text_zoom  # for which the room was shared last

    def add(self, dock: Dock, area: Area) -> None:
        self.docks[dock.objectName().removeprefix("dock.")] = dock
        self._window.addDockWidget(area, dock)

    def adapt(self) -> None:
        """Share what room there is: plots that would be too narrow become tabs, and the canvas
        keeps its part. Does nothing to a layout that the user has made."""
        wanted, zoom = self._rows_of_plots(), theme().text_zoom
        if not self._untouched() or (wanted, zoom) == (self._columns, self._zoom):
            return
        if wanted != self._columns:
            self._group_plots(wanted)
        self._share()

    def _rows_of_plots(self) -> int:
        """How many plots there is room for beside each other."""
        sides = sum(self._side_widths())
        return min(max((self._window.width() - sides) // theme().px(PLOT), 1), 3)

    def _side_widths(self) -> tuple[int, int]:
        px, whole = theme().px, self._window.width()
        left = min(px(196), max(px(112), round(0.18 * whole)))
        right = min(px(312), max(px(240), round(0.3 * whole)))
        return left, right

    def _untouched(self) -> bool:
        """Whether the plots are docked below in the groups that this class has made."""
        plots = [self.docks[name] for name in PLOTS]
        if any(
            d.isFloating() or d.isHidden() or self._window.dockWidgetArea(d) != BELOW for d in plots
        ):
            return False
        groups = len({frozenset([d, *self._window.tabifiedDockWidgets(d)]) for d in plots})
        return groups == self._columns

    def _group_plots(self, columns: int) -> None:
        window, docks = self._window, [self.docks[name] for name in PLOTS]
        for dock in docks:
            window.removeDockWidget(dock)
        window.addDockWidget(BELOW, docks[0])
        for place, (before, dock) in enumerate(itertools.pairwise(docks), 1):
            if place < columns:
                window.splitDockWidget(before, dock, Qt.Orientation.Horizontal)
            else:
                window.tabifyDockWidget(before, dock)
        for dock in docks:
            dock.show()
        # Tabs exist only after the next pass of the layout.
        top = docks[0] if columns == 1 else docks[-1]
        QTimer.singleShot(0, top, top.raise_)
        self._columns = columns

    def _share(self) -> None:
        window, docks, px = self._window, self.docks, theme().px
        self._zoom = theme().text_zoom
        horizontal, vertical = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        sides = [docks[name] for name in ("blocks", "inspector")]
        if not any(d.isFloating() or d.isHidden() for d in sides):
            window.resizeDocks(sides, list(self._side_widths()), horizontal)
        plots = [docks[name] for name in PLOTS[: self._columns]]
        window.resizeDocks(plots, [px(310)] * len(plots), horizontal)
        height = min(px(300), max(round(0.38 * window.height()), px(150)))
        window.resizeDocks(plots, [height] * len(plots), vertical)

    def arrange(self) -> None:
        """The first layout: blocks left, inspector right, the three plots below."""
        window, docks = self._window, self.docks
        for name, area in (
            ("blocks", Area.LeftDockWidgetArea),
            ("inspector", Area.RightDockWidgetArea),
            ("data", Area.RightDockWidgetArea),
            ("problems", Area.RightDockWidgetArea),
            ("health", Area.RightDockWidgetArea),
            ("runs", Area.RightDockWidgetArea),
            ("loss", Area.BottomDockWidgetArea),
            ("gradients", Area.BottomDockWidgetArea),
            ("decision", Area.BottomDockWidgetArea),
        ):
            docks[name].setFloating(False)
            window.addDockWidget(area, docks[name])
            docks[name].show()
        window.tabifyDockWidget(docks["inspector"], docks["data"])
        window.tabifyDockWidget(docks["data"], docks["problems"])
        window.tabifyDockWidget(docks["problems"], docks["health"])
        window.tabifyDockWidget(docks["health"], docks["runs"])
        docks["inspector"].raise_()
        self._group_plots(self._rows_of_plots())
        self._share()
