"""The menus under the right mouse button and the menu key on the canvas, and what problems say."""

from __future__ import annotations

import html
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QHelpEvent
from PySide6.QtWidgets import QMenu, QToolTip

from netbuilder.declare import registry
from netbuilder.engine.operation import Operation
from netbuilder.project.commands import Disconnect
from netbuilder.project.model import Edge
from netbuilder.project.remedy import Fix
from netbuilder.ui.canvas.block_item import BlockItem
from netbuilder.ui.canvas.kinds import KINDS, heading, icon_name, icon_of
from netbuilder.ui.canvas.look import kind_colour
from netbuilder.ui.canvas.plan import Landing, fits_into_wire, place
from netbuilder.ui.canvas.wire_item import WireItem
from netbuilder.ui.forms.words import title_of, words_of
from netbuilder.ui.icons import icon
from netbuilder.ui.remedies import fix_words

if TYPE_CHECKING:
    from netbuilder.project.problems import Problem
    from netbuilder.ui.main_window import MainWindow

BLOCK = "rename block_help | unfold | connect_to | cut copy duplicate delete | select_all tidy"
CANVAS = "quick_add paste | new_from_sizes tidy | select_all fit zoom_reset | problems"


class ContextMenus(QObject):
    """Watches the canvas of a window; the entries are actions of the one table."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        for watched in (window.canvas, window.canvas.viewport()):
            watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Take over the menus and the tooltips of problems."""
        if isinstance(event, QContextMenuEvent):
            self._ask(event)
            return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            return watched is self._window.canvas.viewport() and self._explain(event)
        return False

    # ---- menus -----------------------------------------------------------------------------------

    def _ask(self, event: QContextMenuEvent) -> None:
        canvas = self._window.canvas
        if canvas.busy:
            return
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            menu, at = self._menu_by_key()
        else:
            at = canvas.viewport().mapFromGlobal(event.globalPos())
            menu = self.menu_at(at)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(canvas.viewport().mapToGlobal(at))

    def _menu_by_key(self) -> tuple[QMenu, QPoint]:
        canvas = self._window.canvas
        chosen = canvas.selection
        if chosen:
            block = canvas.canvas.blocks[chosen[-1]]
            corner = canvas.mapFromScene(block.card_rect().bottomLeft())
            return self.block_menu(chosen[-1]), corner
        wires = canvas.canvas.selected_wires()
        if wires:
            middle = canvas.canvas.wires[wires[0]].sceneBoundingRect().center()
            return self.wire_menu(wires[0], middle), canvas.mapFromScene(middle)
        middle_of_view = canvas.viewport().rect().center()
        return self.canvas_menu(canvas.mapToScene(middle_of_view)), middle_of_view

    def menu_at(self, at: QPoint) -> QMenu:
        """The menu for a point of the viewport: of a block, a wire or the empty canvas."""
        canvas = self._window.canvas
        point = canvas.mapToScene(at)
        block = canvas.canvas.block_at(point)
        if block is not None:
            if not block.isSelected():
                canvas.set_selection((block.node.id,))
            return self.block_menu(block.node.id)
        item = canvas.canvas.hit(point)
        if isinstance(item, WireItem):
            canvas.set_selection((), (item.edge,))
            return self.wire_menu(item.edge, point)
        canvas.set_selection(())
        return self.canvas_menu(point)

    def block_menu(self, name: str) -> QMenu:
        """For a block: its remedies first, then what can be done with any."""
        menu = self._menu("block")
        block = self._window.canvas.canvas.blocks.get(name)
        if block is not None and len(self._window.canvas.selection) <= 1:
            for problem in block.facts.problems:
                for fix in self._window.remedies.of(problem):
                    self._add_fix(menu, problem, fix)
            menu.addSeparator()
        folds = block is not None and not block.chevron.isEmpty()
        self._add(menu, BLOCK if folds else BLOCK.replace("unfold | ", ""))
        return menu

    def wire_menu(self, edge: Edge, point: QPointF) -> QMenu:
        """For a wire: delete it, or put a block into it."""
        menu = self._menu("wire")
        cut = menu.addAction(icon("trash"), self.tr("Delete the wire"))
        cut.setObjectName("action.delete_wire")
        cut.triggered.connect(partial(self._cut, edge))
        insert = menu.addMenu(self.tr("Insert a block"))
        insert.setObjectName("menu.insert")
        self._fill_with_blocks(insert, partial(self._insert, edge, point), wired=True)
        return menu

    def canvas_menu(self, point: QPointF) -> QMenu:
        """For the empty canvas."""
        menu = self._menu("canvas")
        add = menu.addMenu(self.tr("Add a block"))
        add.setObjectName("menu.add_block")
        self._fill_with_blocks(add, partial(self._put, point), wired=False)
        self._add(menu, CANVAS)
        return menu

    def _menu(self, name: str) -> QMenu:
        menu = QMenu(self._window)
        menu.setObjectName(f"menu.context.{name}")
        return menu

    def _add(self, menu: QMenu, entries: str) -> None:
        actions = self._window.named_actions
        for entry in entries.split():
            if entry == "|":
                menu.addSeparator()
            elif entry in actions:
                menu.addAction(actions[entry])

    def _add_fix(self, menu: QMenu, problem: Problem, fix: Fix) -> None:
        action = menu.addAction(icon("wrench"), fix_words(fix).replace("&", "&&"))
        action.setObjectName(f"action.fix.{problem.code}")
        action.triggered.connect(partial(self._mend, problem, fix))

    def _fill_with_blocks(self, menu: QMenu, chosen: Callable[[str], None], *, wired: bool) -> None:
        kinds: dict[str, list[tuple[str, type[Operation]]]] = {kind: [] for kind in KINDS}
        for name, cls in registry(Operation).items():
            if not wired or fits_into_wire(cls()):
                kinds.setdefault(cls.kind, []).append((name, cls))
        for kind, classes in kinds.items():
            if not classes:
                continue
            group = menu.addMenu(icon(icon_name(kind), kind_colour(kind)), heading(kind))
            group.setObjectName(f"{menu.objectName()}.{kind}")
            for name, cls in classes:
                picture = icon(icon_of(cls), kind_colour(kind))
                action = group.addAction(picture, title_of(cls).replace("&", "&&"))
                action.setObjectName(f"action.add.{name}")
                action.setToolTip(words_of(cls.summary))
                action.triggered.connect(partial(chosen, name))

    # ---- what they do ----------------------------------------------------------------------------

    def _mend(self, problem: Problem, fix: Fix, _checked: bool = False) -> None:
        self._window.remedies.apply(problem, fix)

    def _cut(self, edge: Edge, _checked: bool = False) -> None:
        self._window.canvas.push(Disconnect((edge,)))

    def _insert(self, edge: Edge, point: QPointF, name: str, _checked: bool = False) -> None:
        self._place(name, point, Landing(wire=edge))

    def _put(self, point: QPointF, name: str, _checked: bool = False) -> None:
        self._place(name, point, Landing())

    def _place(self, name: str, point: QPointF, landing: Landing) -> None:
        canvas = self._window.canvas
        operation = registry(Operation)[name]()
        centre = (round(point.x()), round(point.y()))
        command = place(
            self._window.document.project, operation, centre, landing, canvas.canvas.size
        )
        if canvas.push(command):
            canvas.set_selection((command.node.id,))
            canvas.keep_in_view((command.node.id,))

    # ---- tooltips --------------------------------------------------------------------------------

    def _explain(self, event: QHelpEvent) -> bool:
        """The tooltip of a block with problems also names the remedies."""
        canvas = self._window.canvas
        block = canvas.canvas.block_at(canvas.mapToScene(event.pos()))
        if not isinstance(block, BlockItem) or not block.facts.problems:
            return False
        lines = []
        for problem in block.facts.problems:
            words = words_of(problem.template).format(**problem.fields)
            lines.append(f"<p>{html.escape(words)}</p>")
            offered = [fix_words(fix) for fix in self._window.remedies.of(problem)]
            if offered:
                what = self.tr("Right-click: {remedies}").format(remedies=" · ".join(offered))
                lines.append(f"<p><b>{html.escape(what)}</b></p>")
        QToolTip.showText(event.globalPos(), "".join(lines), canvas.viewport())
        return True
