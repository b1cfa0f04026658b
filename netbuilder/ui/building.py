"""What the Network menu builds and arranges: whole networks, tidy rows, wires by keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QCoreApplication, QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from netbuilder.errors import NetbuilderError
from netbuilder.project.analysis import analyse
from netbuilder.project.arrange import (
    Arrange,
    Direction,
    Side,
    Size,
    align,
    distribute,
    selected_part,
    tidy,
)
from netbuilder.project.document import Change, Document
from netbuilder.project.model import Node, Position, Project
from netbuilder.project.templates import TEMPLATES, Sketch, Template
from netbuilder.training.controller import TrainingController
from netbuilder.ui.canvas.block_text import facts
from netbuilder.ui.canvas.card import Card
from netbuilder.ui.canvas.view import CanvasView
from netbuilder.ui.new_from_sizes import NewFromSizes

SIDES: tuple[Side, ...] = ("left", "centre", "right", "top", "middle", "bottom")
DIRECTIONS: tuple[Direction, ...] = ("horizontal", "vertical")


class Building(QObject):
    """The slots of those actions; each changes the document by one command."""

    def __init__(
        self,
        document: Document,
        controller: TrainingController,
        canvas: CanvasView,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._document = document
        self._controller = controller
        self._canvas = canvas
        self._window = window
        self._actions: Mapping[str, QAction] = {}
        self._line = "in-8-8-out tanh"
        document.watch(self._follow)
        canvas.selection_changed.connect(self._refresh)

    def slots(self) -> dict[str, Callable[[], object]]:
        """What each action of this part does, by its name."""
        found: dict[str, Callable[[], object]] = {
            "quick_add": self._canvas.quick_add,
            "new_from_sizes": self.new_from_sizes,
            "connect_to": self._canvas.wire_by_keys,
            "tidy": self.tidy,
        }
        for side in SIDES:
            found[f"align_{side}"] = partial(self.align, side)
        for direction in DIRECTIONS:
            found[f"distribute_{direction}"] = partial(self.distribute, direction)
        return found

    def adopt(self, actions: Mapping[str, QAction]) -> None:
        """Keep these actions ready or grey, as the selection says."""
        self._actions = actions
        self._refresh()

    def fill_templates(self, menu: QMenu) -> None:
        """An entry for each ready network."""
        menu.setToolTipsVisible(True)
        for template in TEMPLATES.values():
            action = menu.addAction(_tr(template.title))
            action.setObjectName(f"action.template.{template.name}")
            action.setToolTip(_tr(template.summary))
            action.setStatusTip(_tr(template.summary))
            action.triggered.connect(partial(self._build_template, template))

    # ---- whole networks --------------------------------------------------------------------------

    def new_from_sizes(self) -> None:
        """Ask for a line of sizes and build the network that it describes."""
        table = self._controller.table
        if table is None:
            self._canvas.say(self.tr("The data cannot be made: choose other data first."))
            return
        project = self._document.project
        dialog = NewFromSizes(
            table, project.dataset.title, self._line, bool(project.nodes), self._window
        )
        dialog.chosen.connect(self._build_line)
        dialog.open()

    @Slot(object, str)
    def _build_line(self, sketch: Sketch, line: str) -> None:
        self._line = line
        self._build(sketch, self.tr("New network {sizes}").format(sizes=line))

    def _build_template(self, template: Template, _checked: bool = False) -> None:
        table = self._controller.table
        if table is None:
            self._canvas.say(self.tr("The data cannot be made: choose other data first."))
            return
        try:
            sketch = template.sketch(table)
        except NetbuilderError as error:
            self._canvas.say(str(error))
            return
        self._build(sketch, _tr(template.title))

    def _build(self, sketch: Sketch, why: str) -> None:
        if self._canvas.push(sketch.command(self._sizes(sketch), why)):
            self._canvas.select(())
            self._canvas.fit()
            self._window.activateWindow()  # not every desktop does when a dialog closes
            self._canvas.setFocus()

    def _sizes(self, sketch: Sketch) -> Size:
        """How large the blocks will be, with the shapes on them that are known once they stand."""
        nodes = tuple(Node(name, operation) for name, operation in sketch.parts)
        dataset, table = self._document.project.dataset, self._controller.table
        analysis = analyse(Project(nodes=nodes, edges=sketch.edges, dataset=dataset), table)
        data = None if table is None else (dataset.title, len(table.x))

        def size(node: Node) -> tuple[float, float]:
            rect = Card(node.operation, facts(node, analysis, data)).rect
            return rect.width(), rect.height()

        return size

    # ---- order -----------------------------------------------------------------------------------

    def tidy(self) -> None:
        """Put the network in layers from left to right; only what is selected, if two or more."""
        chosen = self._canvas.selection
        if len(chosen) >= 2:
            part = selected_part(self._document.project, chosen)
            self._arrange(tidy(part, self._canvas.canvas.size), self.tr("Tidy up the selection"))
            self._canvas.keep_in_view(chosen)
        elif self._document.project.nodes:
            self._arrange(
                tidy(self._document.project, self._canvas.canvas.size), self.tr("Tidy up")
            )
            self._canvas.fit()

    def align(self, side: Side) -> None:
        """Bring the selected blocks in line."""
        nodes = self._selected()
        if len(nodes) >= 2:
            self._arrange(align(nodes, self._canvas.canvas.size, side), self.tr("Align blocks"))

    def distribute(self, direction: Direction) -> None:
        """Make equal gaps between the selected blocks."""
        nodes = self._selected()
        if len(nodes) >= 3:
            self._arrange(
                distribute(nodes, self._canvas.canvas.size, direction), self.tr("Spread blocks")
            )

    def _arrange(self, places: Mapping[str, Position], why: str) -> None:
        self._canvas.cancel_gesture()
        self._canvas.push(Arrange(places, why))

    def _selected(self) -> list[Node]:
        return [self._document.project.node(name) for name in self._canvas.selection]

    # ---- following -------------------------------------------------------------------------------

    def _follow(self, change: Change) -> None:
        if change.before.nodes is not change.after.nodes:
            self._refresh()

    @Slot()
    def _refresh(self) -> None:
        count = len(self._canvas.selection)
        wanted = {
            "tidy": bool(self._document.project.nodes),
            "connect_to": count == 1,
            **{f"align_{side}": count >= 2 for side in SIDES},
            **{f"distribute_{direction}": count >= 3 for direction in DIRECTIONS},
        }
        for name, ready in wanted.items():
            if name in self._actions:
                self._actions[name].setEnabled(ready)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Templates", text)
