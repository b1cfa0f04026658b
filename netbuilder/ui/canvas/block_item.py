"""A block: one node of the network as a card that is selected, moved and wired."""

from __future__ import annotations

import html
import math
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from netbuilder.engine.operation import Operation
from netbuilder.project.model import Node
from netbuilder.ui.canvas import health
from netbuilder.ui.canvas.block_text import Facts
from netbuilder.ui.canvas.card import MARGIN, Card, Marks
from netbuilder.ui.canvas.port_item import PortItem, Side
from netbuilder.ui.canvas.unfolded_item import UnfoldedItem
from netbuilder.ui.canvas.unfolded_layout import NeuronLayout
from netbuilder.ui.theme import theme

WEAKEST, STRONGEST = -6.0, 1.0  # decades of the gradient norm that the bar spans
FINEST = 0.003  # a third of a pixel: less would be painted for nothing, 60 times a second
DIMMED = 0.35
IN_HAND = 0.72  # what the block in the hand will be wired to must be seen through it


class BlockItem(QGraphicsItem):
    """Follows one node; the scene tells it of every change."""

    def __init__(self, node: Node, facts: Facts) -> None:
        super().__init__()
        self._node = node
        self._card = Card(node.operation, facts)
        self._marks = Marks()
        self._norm: float | None = None
        self._verdict: health.Health | None = None  # None: the norm alone tells
        self._ports: dict[Side, PortItem] = {}
        self._unfolded = False
        self._neurons: UnfoldedItem | None = None
        if node.operation.inputs[1] != 0:
            self._ports["in"] = PortItem(self, node.id, "in")
        if node.operation.has_output:
            self._ports["out"] = PortItem(self, node.id, "out")
        self.setZValue(1)
        # Shadow and curve cost a third of a millisecond; from the cache a block costs a hundredth.
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsSelectable)
        self.setAcceptHoverEvents(True)
        self.setPos(*node.position)
        self._tell()
        self._place_ports()

    @property
    def node(self) -> Node:
        """The node as it was when the scene last looked."""
        return self._node

    @property
    def facts(self) -> Facts:
        """The words on the card."""
        return self._card.facts

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the card."""
        return self._card.rect.width(), self._card.rect.height()

    @property
    def marks(self) -> Marks:
        """What the card shows besides its words."""
        return self._marks

    def port(self, side: Side) -> PortItem | None:
        """The port of a side; None for one that a block of this kind lacks."""
        return self._ports.get(side)

    def anchor(self, side: Side) -> QPointF:
        """Where a wire ends, in the scene."""
        half = self._card.rect.width() / 2
        return self.pos() + QPointF(-half if side == "in" else half, 0)

    def card_rect(self) -> QRectF:
        """The card in the scene, without shadow and notes."""
        return self._card.rect.translated(self.pos())

    def name_rect(self) -> QRectF:
        """Where the name stands, in the scene."""
        return self._card.name.translated(self.pos())

    def set_node(self, node: Node, facts: Facts) -> None:
        """Follow a changed node."""
        remade = node.operation != self._node.operation or facts != self.facts
        self._node = node
        for port in self._ports.values():
            port.node = node.id
        if (self.x(), self.y()) != node.position:
            self.setPos(*node.position)
        if remade:
            self._remake(facts)

    def set_facts(self, facts: Facts) -> bool:
        """Show other words; tells whether anything changed."""
        if facts == self.facts:
            return False
        self._remake(facts)
        return True

    @property
    def chevron(self) -> QRectF:
        """What unfolds the block, in the scene; empty for a block that cannot."""
        return self._card.chevron.translated(self.pos())

    @property
    def unfolded(self) -> bool:
        """Whether the block shows its neurons, as soon as it is known how many there are."""
        return self._unfolded

    @property
    def neurons(self) -> UnfoldedItem | None:
        """The inside of the unfolded block; None while it is folded."""
        return self._neurons

    def set_unfolded(self, unfolded: bool) -> None:
        """Show the neurons, or hide them."""
        if unfolded != self._unfolded:
            self._unfolded = unfolded
            self._remake(self.facts)

    def size_if(self, unfolded: bool) -> tuple[float, float]:
        """The size of the card when it is unfolded, or folded."""
        if unfolded == self._unfolded:
            return self.size
        layout = self._layout() if unfolded else None
        rect = Card(self._node.operation, self.facts, layout.size if layout else None).rect
        return rect.width(), rect.height()

    def _layout(self) -> NeuronLayout | None:
        return NeuronLayout(*self.facts.neurons) if self.facts.neurons else None

    def restyle(self) -> None:
        """Measure anew after a change of the theme."""
        self._remake(self.facts)
        if self._neurons is not None:
            self._neurons.restyle()

    def set_gradient(self, norm: float | None) -> None:
        """Show a gradient norm on a logarithmic scale; None hides the bar."""
        self._norm = norm
        fraction = None if norm is None else bar_fraction(norm)
        shown = self._marks.gradient
        state = health.health(norm, self._verdict)
        told = state == self._marks.health
        if told and shown == fraction:
            return
        if told and shown is not None and fraction is not None and abs(shown - fraction) < FINEST:
            return
        self._marks = replace(self._marks, gradient=fraction, health=state)
        if self._card.has_bar:
            self.update(self._card.live)
            if not told:
                self._tell()

    def set_verdict(self, verdict: health.Health | None) -> None:
        """How the layer fares in the verdict on the run; None where there is none yet."""
        if verdict != self._verdict:
            self._verdict = verdict
            self.set_gradient(self._norm)

    def set_layer_colour(self, name: str) -> None:
        """The colour of this layer on canvas and plots; "" for that of its kind."""
        self._mark(layer_colour=name)

    def set_focused(self, focused: bool) -> None:
        """Show that keys go to this block."""
        self._mark(focused=focused)

    def set_pulse(self, strength: float) -> None:
        """Draw attention: 1 is a strong ring, 0 none."""
        self._mark(pulse=strength)

    def set_dimmed(self, dimmed: bool) -> None:
        """Fade what is out of the question."""
        self.setOpacity(DIMMED if dimmed else 1.0)

    def set_lit(self, side: Side, lit: bool) -> None:
        """Light up one port as a possible end of a wire."""
        port = self._ports.get(side)
        if port is not None:
            port.set_lit(lit)

    def look(self) -> tuple[object, ...]:
        """What decides about `paint_still`: equal looks are equal pixels."""
        marks = self._marks
        inside = None if self._neurons is None else self._neurons.look()
        return (
            self._card,
            self.isSelected(),
            marks.focused,
            marks.pulse,
            self.pos().toTuple(),
            self.opacity(),
            inside,
        )

    def paint_still(self, painter: QPainter) -> None:
        """Draw the card for a picture that is kept: without what training or the cursor changes."""
        still = Marks(
            selected=self.isSelected(), focused=self._marks.focused, pulse=self._marks.pulse
        )
        self._card.paint(painter, still, _scale(painter))

    def live(self) -> list[tuple[str, QPainterPath]]:
        """What training changes, as colours and shapes in the scene."""
        if self._marks.gradient is None or not self._card.has_bar:
            return []
        at = self.pos()
        return [(tint, shape.translated(at)) for tint, shape in self._card.live_shapes(self._marks)]

    def boundingRect(self) -> QRectF:  # noqa: N802
        """The card with shadow, outlines and the words below."""
        return self._card.bounds()

    def shape(self) -> QPainterPath:
        """The card alone."""
        return self._card.outline

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """Draw the card."""
        marks = self._marks
        selected = self.isSelected()
        if selected != marks.selected:
            marks = self._marks = replace(marks, selected=selected)
        self._card.paint(painter, marks, _scale(painter))

    def hoverEnterEvent(self, event: object) -> None:  # noqa: N802
        """Darken the edge under the cursor."""
        self._mark(hovered=True)

    def hoverLeaveEvent(self, event: object) -> None:  # noqa: N802
        """Lighten it again."""
        self._mark(hovered=False)

    def _mark(self, **changes: object) -> None:
        marks = replace(self._marks, **changes)  # type: ignore[arg-type]
        if marks != self._marks:
            self._marks = marks
            self.update()

    def _remake(self, facts: Facts) -> None:
        self.prepareGeometryChange()
        layout = NeuronLayout(*facts.neurons) if self._unfolded and facts.neurons else None
        self._card = Card(self._node.operation, facts, layout.size if layout else None)
        self._remake_neurons(layout)
        self._tell()
        self._place_ports()
        self.update()

    def _remake_neurons(self, layout: NeuronLayout | None) -> None:
        if self._neurons is not None and self._neurons.plan != layout:
            scene = self.scene()
            self._neurons.setParentItem(None)  # type: ignore[arg-type]  # the stubs forget None
            if scene is not None:
                scene.removeItem(self._neurons)
            self._neurons = None
        if layout is not None and self._neurons is None:
            self._neurons = UnfoldedItem(self, layout)
        if self._neurons is not None:
            self._neurons.setPos(self._card.inside.topLeft())

    def _place_ports(self) -> None:
        half = self._card.rect.width() / 2
        for side, port in self._ports.items():
            port.setPos(-half if side == "in" else half, 0)

    def _tell(self) -> None:
        facts = self.facts
        told = [p.text for p in facts.problems] or [
            ", ".join(t for t in (facts.name, facts.subtitle, facts.detail) if t)
        ]
        if self._card.has_bar and self._marks.health:
            told.append(health.words(self._marks.health))
        if facts.frozen:
            told.append(QCoreApplication.translate("Block", "Frozen: training leaves it as it is."))
        # Rich text, because Qt breaks the lines of a long tooltip only then.
        self.setToolTip("".join(f"<p>{html.escape(line)}</p>" for line in told))


def _scale(painter: QPainter) -> float:
    return QStyleOptionGraphicsItem.levelOfDetailFromTransform(painter.worldTransform())


def bar_fraction(norm: float) -> float:
    """How much of the bar a gradient norm fills: 1e-6 and less none, 10 and more all of it."""
    if not math.isfinite(norm):
        return 1.0
    if norm <= 0:
        return 0.0
    share = (math.log10(norm) - WEAKEST) / (STRONGEST - WEAKEST)
    return min(max(share, 0.0), 1.0)


def block_picture(operation: Operation, facts: Facts, ratio: float) -> QPixmap:
    """A block as a pixmap at the present text zoom, for the hand of a drag."""
    card = Card(operation, facts)
    scale = theme().text_zoom / 100
    bounds = card.rect.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)
    picture = QPixmap(
        math.ceil(bounds.width() * scale * ratio), math.ceil(bounds.height() * scale * ratio)
    )
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(IN_HAND)
    painter.scale(scale, scale)
    painter.translate(-bounds.topLeft())
    card.paint(painter, Marks(), scale)
    painter.end()
    return picture
