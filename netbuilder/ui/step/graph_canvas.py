"""The surface on which the computational graph lies: zoom, pan, pointer and keys."""

from __future__ import annotations

import html

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QGraphicsScene, QToolTip, QWidget

from netbuilder.engine.computation_graph import Graph, Node
from netbuilder.ui.canvas.zoom_view import ZoomView
from netbuilder.ui.step.graph_items import GraphItem
from netbuilder.ui.step.graph_words import ROW, GraphWords
from netbuilder.ui.theme import theme

READABLE = 0.85  # a graph that would be smaller than this is shown in part by itself
LARGEST_FIT = 1.15
SIDE = 10.0  # free room around what is fitted; pixels at 100 % text zoom
AROUND = 2000.0  # so far one may pan out of the graph
ARROWS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}
OWN_KEYS = frozenset(
    {
        *ARROWS,
        Qt.Key.Key_Return,
        Qt.Key.Key_Enter,
        Qt.Key.Key_Plus,
        Qt.Key.Key_Minus,
        Qt.Key.Key_F,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
    }
)


class GraphCanvas(ZoomView):
    """Shows one graph; it tells what the user wants, and follows what it is told."""

    pressed = Signal(str)
    """A node was clicked, or Enter pressed on it: its key."""
    unfold_wanted = Signal(str)
    fold_wanted = Signal(str)
    pointed = Signal(str)
    """The pointer is over another node, or over none ("")."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._room = QGraphicsScene()
        super().__init__(self._room, parent)
        self.setObjectName("step.graph.canvas")
        self.setAccessibleName(self.tr("Computational graph"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.item = GraphItem()
        self._room.addItem(self.item)
        self._words: GraphWords | None = None
        self._press: QPointF | None = None
        self._panned = False
        self.by_hand = False  # the user has chosen what is seen
        self.under = ""  # the node under the pointer
        theme().changed.connect(self.restyle)

    # ---- what is shown ---------------------------------------------------------------------------

    @property
    def graph(self) -> Graph:
        """What is drawn."""
        return self.item.graph

    def show_graph(self, graph: Graph, words: GraphWords, anchor: str = "") -> None:
        """Draw a graph; `anchor` is a node that stays where it is, if nothing is to be fitted."""
        self._words = words
        before = self._on_screen(anchor)
        moved = self.item.draw(graph, words)
        if self.under not in graph.nodes:
            self.under = self.item.marks.pointed = ""
        if self.item.marks.focus not in graph.nodes:
            self.item.marks.focus = ""
        if moved:
            bounds = self.item.boundingRect()
            self._room.setSceneRect(bounds.adjusted(-AROUND, -AROUND, AROUND, AROUND))
            after = self._on_screen(anchor)
            if not self.by_hand:
                self.arrange()
            elif before is not None and after is not None:
                self._pan(after - before)
        self._tell()

    def _on_screen(self, key: str) -> QPointF | None:
        rect = self.item.rects.get(key)
        return None if rect is None else QPointF(self.mapFromScene(rect.center()))

    @Slot()
    def fit(self) -> None:
        """Show all of it."""
        self.by_hand = True
        self._zoom_to(self._whole())

    def arrange(self) -> None:
        """Show all of it or, where that would be too small to read, what it is about now."""
        self.by_hand = False
        self._zoom_to(max(self._whole(), READABLE))
        self.show_current()

    def _whole(self) -> float:
        """The zoom at which all can be seen."""
        bounds, size = self.item.boundingRect(), self.viewport().size()
        side = 2 * theme().px(SIDE)
        scale = min(
            (size.width() - side) / bounds.width(), (size.height() - side) / bounds.height()
        )
        return scale * 100 / theme().text_zoom

    def _zoom_to(self, zoom: float) -> None:
        self.settle()
        self.set_zoom(min(zoom, LARGEST_FIT))
        self.centerOn(self.item.boundingRect().center())

    def show_current(self) -> None:
        """Bring what it is about now into sight, if it is not all seen anyway."""
        rect = QRectF()
        for key, node in self.graph.nodes.items():
            if node.owner == self.item.owner or node.place == self._chosen_place():
                rect = rect.united(self.item.rects[key])
        if rect.isNull() or self.by_hand:
            return
        bounds = self.item.boundingRect()
        seen = self.mapToScene(self.viewport().rect()).boundingRect()
        if seen.contains(bounds):
            return
        middle = rect.center()
        if seen.width() >= bounds.width():
            middle.setX(bounds.center().x())
        else:
            low, high = bounds.left() + seen.width() / 2, bounds.right() - seen.width() / 2
            middle.setX(min(max(middle.x(), low), high))
        if seen.height() >= bounds.height():
            middle.setY(bounds.center().y())
        else:
            low, high = bounds.top() + seen.height() / 2, bounds.bottom() - seen.height() / 2
            middle.setY(min(max(middle.y(), low), high))
        self.centerOn(middle)

    def _chosen_place(self) -> object:
        node = self.graph.nodes.get(self.item.marks.chosen)
        return node.place if node is not None and node.place is not None else object()

    def restyle(self) -> None:
        """Other colours or another text zoom."""
        super().restyle()
        if not self.by_hand:
            self.arrange()

    def paint_background(self, painter: QPainter, rect: QRectF, *, swift: bool = False) -> None:
        """The ground of the card: a graph needs no grid."""
        painter.fillRect(rect, QColor(theme().current.surface))

    def drawForeground(self, painter: QPainter, rect: QRectF | object) -> None:  # noqa: N802
        """Around the canvas where keys go to it and no node shows so."""
        if not self.hasFocus() or self.item.marks.focus:
            return
        painter.save()
        painter.resetTransform()
        painter.setPen(QPen(QColor(theme().current.accent), 2.0))
        frame = QRectF(self.viewport().rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(frame, theme().px(6), theme().px(6))
        painter.restore()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """What was fitted stays so."""
        super().resizeEvent(event)
        if not self.by_hand:
            self.arrange()

    # ---- the pointer -----------------------------------------------------------------------------

    def node_at(self, at: QPointF) -> str:
        """The node at a point of the viewport."""
        return self.item.node_at(self.scene_point(at))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom about the cursor."""
        self.by_hand = True
        super().wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """The start of a click or of panning."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._press, self._panned = event.position(), False
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Pan while a button is down, else tell what is under the pointer."""
        at = event.position()
        if self._press is not None and event.buttons():
            away = at - self._press
            if self._panned or away.manhattanLength() >= QApplication.startDragDistance():
                self._panned = self.by_hand = True
                self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
                self._pan(-away)
                self._press = at
            return
        key = self.node_at(at)
        self.viewport().setCursor(
            Qt.CursorShape.PointingHandCursor if key else Qt.CursorShape.ArrowCursor
        )
        self._point(key)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A click, if nothing was panned."""
        self.viewport().unsetCursor()
        clicked = self._press is not None and not self._panned
        self._press = None
        if clicked and event.button() == Qt.MouseButton.LeftButton:
            key = self.node_at(event.position())
            self.go_to(key)
            if key:
                self.pressed.emit(key)

    def _pan(self, by: QPointF) -> None:
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() + round(by.x()))
        down.setValue(down.value() + round(by.y()))

    def _point(self, key: str) -> None:
        if key != self.under:
            self.under = self.item.marks.pointed = key
            self.item.update()
            self.pointed.emit(key)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Nothing is under the pointer."""
        super().leaveEvent(event)
        self._point("")

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802
        """Explain what is under the resting pointer."""
        if isinstance(event, QHelpEvent):
            words = self.words_at(QPointF(event.pos()))
            if words:
                QToolTip.showText(event.globalPos(), rich(words), self.viewport())
            else:
                QToolTip.hideText()
            return True
        return super().viewportEvent(event)

    def words_at(self, at: QPointF) -> str:
        """What there is to say of a point of the viewport."""
        if self._words is None:
            return ""
        key = self.node_at(at)
        if key:
            return self._words.node(self.graph.nodes[key], self.graph, self.item.stage)
        edge = self.item.edge_at(self.scene_point(at))
        return self._words.edge(edge, self.graph, self.item.stage) if edge is not None else ""

    # ---- keys ------------------------------------------------------------------------------------

    @property
    def focused(self) -> Node | None:
        """The node that keys go to."""
        return self.graph.nodes.get(self.item.marks.focus)

    def go_to(self, key: str) -> None:
        """Let keys go to a node, and bring it into sight."""
        self.item.marks.focus = key
        self.item.update()
        self.viewport().update()
        if key:
            rect = self.item.rects[key]
            if not self.mapToScene(self.viewport().rect()).boundingRect().contains(rect):
                self.centerOn(rect.center())
        self._tell()

    def event(self, event: QEvent) -> bool:
        """Keep its own keys from shortcuts of the window."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in OWN_KEYS
            and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Arrows go from node to node, Enter, + and - unfold and fold, F shows all."""
        key, focus = event.key(), self.item.marks.focus
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if control and key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.by_hand = True
            self.zoom_in()
        elif control and key == Qt.Key.Key_Minus:
            self.by_hand = True
            self.zoom_out()
        elif key in ARROWS:
            self._step(*ARROWS[Qt.Key(key)])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            ends = sorted(self.item.rects, key=lambda k: self.item.rects[k].center().x())
            if ends:
                self.go_to(ends[0 if key == Qt.Key.Key_Home else -1])
        elif key == Qt.Key.Key_F:
            self.fit()
        elif focus and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.pressed.emit(focus)
        elif focus and key == Qt.Key.Key_Plus:
            self.unfold_wanted.emit(focus)
        elif focus and key == Qt.Key.Key_Minus:
            self.fold_wanted.emit(focus)
        else:
            super().keyPressEvent(event)

    def _step(self, across: float, down: float) -> None:
        """To the nearest node in a direction; without one to start from, to the first."""
        rects = self.item.rects
        here = rects.get(self.item.marks.focus)
        if here is None:
            if rects:
                self.go_to(min(rects, key=lambda k: (rects[k].center().x(), rects[k].top())))
            return
        best, least = "", 0.0
        for key, rect in rects.items():
            away = rect.center() - here.center()
            ahead = away.x() * across + away.y() * down
            aside = abs(away.x() * down) + abs(away.y() * across)
            if ahead > 1.0 and (not best or ahead + 2 * aside < least):
                best, least = key, ahead + 2 * aside
        if best:
            self.go_to(best)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Show where the keys go."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """No longer."""
        super().focusOutEvent(event)
        self.viewport().update()

    def _tell(self) -> None:
        """Say the node that keys go to, to who cannot see it."""
        node = self.focused
        if node is not None and self._words is not None:
            words = self._words.node(node, self.graph, self.item.stage)
        else:
            count = len(self.graph.nodes)
            words = self.tr("{n} values and operations; arrow keys go through them").format(n=count)
        words = words.replace(ROW, "")
        if words != self.accessibleDescription():
            self.setAccessibleDescription(words)
            if QAccessible.isActive() and self.hasFocus():
                news = QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
                QAccessible.updateAccessibility(news)


def rich(words: str) -> str:
    """Lines of words for a tooltip; the rows of a matrix keep their columns."""
    lines = []
    for line in words.split("\n"):
        plain = html.escape(line.removeprefix(ROW))
        if line.startswith(ROW):
            plain = f'<span style="font-family:monospace">{plain.replace(" ", "&nbsp;")}</span>'
        lines.append(f"<div>{plain}</div>")
    return "".join(lines)
