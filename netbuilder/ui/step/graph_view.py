"""The computational graph of a step: folded to layers, operation by operation, or in numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from netbuilder.engine.algebra.expression import Place
from netbuilder.engine.algebra.write import as_text
from netbuilder.engine.computation import Computation
from netbuilder.engine.computation_builder import TooLarge, matrices, numbers
from netbuilder.engine.computation_graph import Graph, Node
from netbuilder.engine.walk import Walk
from netbuilder.ui.icons import live_icon
from netbuilder.ui.step.graph_canvas import GraphCanvas
from netbuilder.ui.step.graph_words import GraphWords
from netbuilder.ui.step.model import StepModel
from netbuilder.ui.theme import theme
from netbuilder.ui.widgets import Card, NumberField, SegmentedControl
from netbuilder.ui.widgets.flow import FlowLayout

Level = Literal["layers", "operations", "numbers"]
LEVELS: tuple[Level, ...] = ("layers", "operations", "numbers")
MOST = 400
"""More nodes than these are folded, whatever the level: nobody finds anything among them."""


class GraphView(Card):
    """The graph of the walk's forward pass and loss, with the gradients that come back.

    What is folded is remembered by key for each level, so it stays so from step to step.
    """

    def __init__(self, model: StepModel, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setObjectName("step.graph")
        self.setAccessibleName(self.tr("Computational graph"))
        self._model = model
        self._level: Level = "operations"
        self._row = 0  # of the walk, for single numbers
        # Groups that are not as their level begins, and functions that are taken apart.
        self._toggled: dict[Level, set[str]] = {level: set() for level in LEVELS}
        self._opened: dict[Level, set[str]] = {level: set() for level in LEVELS}
        self._computation: Computation | None = None
        self._of: Walk | None = None
        self._outdated = True
        self._focus_node = ""
        self._too_large: object = None  # the network and what is opened of it, where that is known
        self.canvas = GraphCanvas()
        self.level = SegmentedControl(
            (
                ("layers", self.tr("Layers")),
                ("operations", self.tr("Operations")),
                ("numbers", self.tr("Numbers")),
            )
        )
        self.level.setObjectName("step.graph.level")
        self.level.setAccessibleName(self.tr("How finely the graph is drawn"))
        self.level.set_current(self._level)
        self.level.chosen.connect(self._choose_level)
        self._one = QWidget()
        self._sample_label = label = QLabel(self.tr("sample"))
        label.setProperty("role", "muted")
        self.sample = NumberField(int, minimum=1, maximum=1, step=1)
        self.sample.setObjectName("step.graph.sample")
        self.sample.setAccessibleName(self.tr("Sample whose numbers are drawn"))
        self.sample.committed.connect(self._choose_sample)
        label.setBuddy(self.sample)
        row = QHBoxLayout(self._one)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label)
        row.addWidget(self.sample)
        self.fold = self._button("fold", self.tr("Fold all"), self.fold_all)
        self.unfold = self._button("unfold", self.tr("Unfold"), self.unfold_all)
        self.fold.setToolTip(self.tr("Fold everything (- folds where the keys are)"))
        self.unfold.setToolTip(self.tr("Unfold everything by one level (+ where the keys are)"))
        self.fit = self._button("fit", self.tr("Fit"), self.canvas.fit)
        self.fit.setToolTip(self.tr("Show all of the graph (F)"))
        self.note = QLabel()
        self.note.setObjectName("step.graph.note")
        self.note.setProperty("role", "muted")
        self.note.setWordWrap(True)
        self._lay_out_parts()
        self.canvas.pressed.connect(self._press)
        self.canvas.unfold_wanted.connect(self._unfold_one)
        self.canvas.fold_wanted.connect(self._fold_one)
        self.canvas.pointed.connect(self._point)
        model.walk_changed.connect(self._renew)
        model.looks_changed.connect(self._renew)
        model.stage_changed.connect(self._follow_stage)
        model.hovered.connect(self._mark)
        model.selected.connect(self._select)
        theme().changed.connect(self._restyle)
        self._restyle()

    def _lay_out_parts(self) -> None:
        self._tools = FlowLayout()
        for tool in (
            self.level, self._one, self.fold, self.unfold, self.fit
        ):  # fmt: skip
            self._tools.addWidget(tool)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._tools)
        column.addWidget(self.note)
        column.addWidget(self.canvas, 1)
        self.body.addLayout(column, 1)

    def _button(self, name: str, words: str, slot: object) -> QPushButton:
        button = QPushButton(words)
        button.setObjectName(f"step.graph.{name}")
        button.setAccessibleName(words)
        button.setProperty("class", "quiet")
        button.setAutoDefault(False)
        button.clicked.connect(slot)
        return button

    @Slot()
    def _restyle(self) -> None:
        self.sample.setFixedWidth(theme().px(64))
        live_icon(self.fit, "fit")
        self._shorten()
        self._renew()

    def _shorten(self) -> None:
        """Signs instead of words where these would need a second row of tools."""
        room = self.width() - 2 * theme().px(12)
        for short in (False, True):
            self.fold.setText("\N{MINUS SIGN}" if short else self.tr("Fold all"))
            self.unfold.setText("+" if short else self.tr("Unfold"))
            self.fit.setText("" if short else self.tr("Fit"))
            self._sample_label.setVisible(not short)
            self._tools.setSpacing(theme().px(4 if short else 8))
            if self._tools.sizeHint().width() <= room:
                break

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Another width may have room for other tools."""
        super().resizeEvent(event)
        self._shorten()

    # ---- building --------------------------------------------------------------------------------

    @property
    def graph(self) -> Graph:
        """What is drawn now."""
        return self.canvas.graph

    @Slot()
    def _renew(self) -> None:
        self._outdated = True
        if self.isVisible():
            self._build()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """The walk may be another one meanwhile."""
        super().showEvent(event)
        if self._outdated:
            self._build()
        self._follow_stage(self._model.stage)

    def _build(self, anchor: str = "") -> None:
        """Draw the walk as it is folded now; `anchor` is a node that stays in its place."""
        self._outdated = False
        walk = self._model.walk
        self.canvas.setVisible(walk is not None)
        for tool in (self.level, self.fold, self.unfold, self.fit):
            tool.setEnabled(walk is not None)
        if walk is None:
            self._computation = self._of = None
            self._say(self._model.why or self.tr("There is nothing to step through yet."))
            return
        if self._computation is None or self._of is not walk:
            self._computation, self._of = Computation(walk), walk
        self._row = min(self._row, walk.m - 1)
        self._show_sample(walk)
        graph, note = self._drawn(self._computation)
        self._say(note)
        self._place_in_time()
        self.canvas.show_graph(graph, GraphWords(self._computation, self._model.digits), anchor)
        self._mark(self._model.pointed)

    def _show_sample(self, walk: Walk) -> None:
        self._one.setVisible(self._level == "numbers")
        self._shorten()
        self.sample.setEnabled(walk.m > 1)
        self.sample.set_range(1, walk.m)
        self.sample.set_value(self._row + 1)

    def _drawn(self, computation: Computation) -> tuple[Graph, str]:
        """The graph as it is folded, and what has to be said about it."""
        opened = self._opened[self._level]
        if self._level != "numbers":
            graph = matrices(computation, self._closed(computation), opened)
            if len(graph.nodes) <= MOST:
                return graph, ""
            count = len(graph.nodes)
            groups = {formula.owner for formula in computation.formulas.values()}
            graph = matrices(computation, groups - {self._owner()}, opened)
            return graph, self.tr(
                "{count} values and operations are too many to be read: all layers but that of the"
                " present stage are folded."
            ).format(count=count)
        closed = self._toggled["numbers"]
        size = (tuple(computation.walk.network.widths.items()), len(opened))
        if size != self._too_large:
            try:
                return numbers(computation, self._row, closed, opened, most=MOST), ""
            except TooLarge:
                self._too_large = size
        place, nodes = computation.neuron(self._model.place, self._owner())
        self._focus_node = self._owner()
        name = as_text(computation.formulas[place.key].result.at(self._row, place.column))
        graph = numbers(computation, self._row, closed, opened, neuron=(place, nodes))
        return graph, self.tr(
            "More than {most} numbers and operations lead to J: only the neuron of {name} is"
            " drawn. Select a number of another neuron to see that one."
        ).format(most=MOST, name=name)

    def _closed(self, computation: Computation) -> set[str]:
        toggled = self._toggled[self._level]
        if self._level == "operations":
            return set(toggled)
        groups = {formula.owner for formula in computation.formulas.values()}
        return groups - toggled

    def _owner(self) -> str:
        """The node of the network whose turn it is."""
        stage = self._model.current
        return stage.node if stage is not None else ""

    def _say(self, words: str) -> None:
        self.note.setText(words)
        self.note.setVisible(bool(words))

    # ---- folding ---------------------------------------------------------------------------------

    @Slot()
    def fold_all(self) -> None:
        """One operation a layer; in numbers, one for each."""
        self._opened[self._level].clear()
        groups = self.graph.groups
        self._toggled[self._level] = set() if self._level == "layers" else set(groups)
        self._build()

    @Slot()
    def unfold_all(self) -> None:
        """All layers; if they are unfolded already, the functions in them."""
        folded = {n.group for n in self.graph.nodes.values() if n.group and n.part is None}
        if folded:
            layers = self._level == "layers"
            self._toggled[self._level] = set(self.graph.groups) if layers else set()
        else:
            self._opened[self._level] |= self.graph.inner
        self._build()

    def _set_folded(self, group: str, folded: bool) -> None:
        toggled = self._toggled[self._level]
        if folded == (self._level == "layers"):
            toggled.discard(group)
        else:
            toggled.add(group)

    @Slot(str)
    def _unfold_one(self, key: str) -> None:
        node = self.graph.nodes[key]
        if node.kind != "operation":
            return
        if node.part is None:
            self._set_folded(node.group, False)
        elif node.inner:
            self._opened[self._level].add(node.inner)
        else:
            return
        self._rebuild_about(key, node)

    @Slot(str)
    def _fold_one(self, key: str) -> None:
        node = self.graph.nodes[key]
        if node.kind != "operation" or node.part is None:
            return
        if node.within:
            self._opened[self._level].discard(node.within)
        else:
            self._set_folded(node.group, True)
        self._rebuild_about(key, node)

    def _rebuild_about(self, key: str, node: Node) -> None:
        """Draw anew, with the keys on what the node has become."""
        self._build(key)
        if key in self.graph.nodes:
            self.canvas.go_to(key)
            return
        like = [
            n.key
            for n in self.graph.nodes.values()
            if n.kind == "operation"
            and ((node.inner and n.within == node.inner) or n.inner == node.within != "")
        ] or [
            n.key
            for n in self.graph.nodes.values()
            if n.kind == "operation" and n.group == node.group
        ]
        self.canvas.go_to(like[-1] if like else "")

    # ---- choosing --------------------------------------------------------------------------------

    @Slot(str)
    def _press(self, key: str) -> None:
        """An operation unfolds, or folds where there is nothing more in it; a value is chosen."""
        node = self.graph.nodes[key]
        if node.kind == "operation":
            if node.part is None or node.inner:
                self._unfold_one(key)
            else:
                self._fold_one(key)
        elif node.place is not None:
            self._model.select(node.place)

    @Slot(str)
    def _choose_level(self, key: str) -> None:
        self._level = next(level for level in LEVELS if level == key)
        self.canvas.by_hand = False
        self._build()

    def set_level(self, level: Level) -> None:
        """Draw more or less finely."""
        self.level.set_current(level)
        self._choose_level(level)

    @Slot(object)
    def _choose_sample(self, number: int) -> None:
        self._row = number - 1
        self._build()

    # ---- following -------------------------------------------------------------------------------

    def _place_in_time(self) -> None:
        item, stage = self.canvas.item, self._model.current
        item.stage = self._model.stage
        item.owner = stage.node if stage is not None else ""
        item.backward = stage is not None and stage.phase == "backward"

    @Slot(int)
    def _follow_stage(self, _stage: int) -> None:
        if not self.isVisible() or self._outdated or self._model.walk is None:
            return
        alone = bool(self.note.text())
        self._place_in_time()
        if alone and self._owner() != self._focus_node:
            self._build()
        self.canvas.item.update()
        self.canvas.show_current()

    @Slot(str)
    def _point(self, key: str) -> None:
        node = self.graph.nodes.get(key)
        self._model.hover(node.place if node is not None else None)
        if node is None or node.place is None:
            self._mark(None)

    @Slot(object)
    def _select(self, place: Place | None) -> None:
        """A number of another sample or neuron is shown in numbers."""
        walk = self._model.walk
        if not self.isVisible() or walk is None or self._outdated:
            return
        quantity = walk.quantities.get(place.key) if place is not None else None
        if place is not None and quantity is not None and quantity.rows.side == "sample":
            self._row = place.row
        if self._level == "numbers" and place is not None:
            self._build()
        self._mark(self._model.pointed)

    @Slot(object)
    def _mark(self, _place: Place | None = None) -> None:
        """Outline the number under the pointer, the chosen one, and what they have to do with."""
        walk, marks = self._model.walk, self.canvas.item.marks
        if walk is None or not self.isVisible():
            return
        pointed, chosen = self._model.pointed, self._model.place
        marks.chosen = self._key_of(chosen)
        marks.pointed = self._key_of(pointed) if pointed is not None else self.canvas.under
        looked_at = pointed or chosen
        marks.sources = marks.targets = frozenset()
        if looked_at is not None:
            keys = {self._key_of(p) for p in walk.comes_from(looked_at)}
            marks.sources = frozenset(keys - {""})
            used = walk.goes_to(looked_at)
            marks.targets = frozenset(
                n.key
                for n in self.graph.nodes.values()
                if n.quantity is not None
                and n.quantity.key in used
                and (n.at is None or used[n.quantity.key][n.at])
            )
        self.canvas.item.update()

    def _key_of(self, place: Place | None) -> str:
        """The node that is a number, or the matrix in which it is; gradients stand at the same."""
        if place is None or self._computation is None:
            return ""
        place = replace(place, key=self._computation.derived.get(place.key, place.key))
        matrix = ""
        for node in self.graph.nodes.values():
            if node.place == place:
                return node.key
            if node.quantity is not None and node.quantity.key == place.key and node.at is None:
                matrix = node.key
        return matrix
