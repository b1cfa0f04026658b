"""A small search field on the canvas: finds a block by its name or by what it does."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from netbuilder.declare import registry
from netbuilder.engine.operation import Operation
from netbuilder.ui.canvas.curve import curve
from netbuilder.ui.canvas.kinds import KINDS, heading, icon_of
from netbuilder.ui.canvas.look import colour, kind_colour, pen
from netbuilder.ui.icons import pixmap
from netbuilder.ui.theme import theme

WIDTH = 340  # pixels at 100 % text zoom
ROW = 44
ROWS = 6  # shown at most
LEAST = 3  # rows; with room for less the line about the keys is left out
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Found:
    """One block that can be added."""

    type_name: str
    title: str
    summary: str
    cls: type[Operation]


def find(text: str) -> list[Found]:
    """The registered blocks that match every word, the best match first.

    A title that begins with the text comes before one that contains it, that before a keyword, and
    that before the summary. Without a text: all, in the order in which data meet them.
    """
    words = text.casefold().split()
    rated: list[tuple[int, int, int, Found]] = []
    for place, (name, cls) in enumerate(registry(Operation).items()):
        rank = max((_rank(word, name, cls) for word in words), default=0)
        if rank < _NOWHERE:
            kind = KINDS.index(cls.kind) if cls.kind in KINDS else len(KINDS)
            rated.append((rank, kind, place, Found(name, cls.title or name, cls.summary, cls)))
    return [found for *_, found in sorted(rated, key=lambda r: r[:3])]


_NOWHERE = 9


def _rank(word: str, name: str, cls: type[Operation]) -> int:
    names = (cls.title.casefold(), name.casefold())
    if word in names:
        return 0
    if any(n.startswith(word) for n in names):
        return 1
    if any(word in n for n in names):
        return 2
    keys = [k.casefold() for k in cls.keywords]
    if any(k.startswith(word) for k in keys):
        return 3
    if any(word in k for k in keys):
        return 4
    if word in cls.summary.casefold():
        return 5
    return 6 if word in f"{cls.kind} {heading(cls.kind)}".casefold() else _NOWHERE


class _Model(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Found] = []

    def show(self, found: list[Found]) -> None:
        self.beginResetModel()
        self.found = found
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802, B008
        return 0 if parent.isValid() else len(self.found)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        found = self.found[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return found.title
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return found.summary
        return found if role == Qt.ItemDataRole.UserRole else None


class _Rows(QStyledItemDelegate):
    """Icon or curve, title, and what the block does."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: N802
        # A row is as wide as the list; one that asks for more would be cut off at the right.
        return QSize(1, theme().px(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        found = index.data(Qt.ItemDataRole.UserRole)
        colours, px = theme().current, theme().px
        area: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(pen(colours.accent))
            painter.setBrush(colour(colours.selection))
            box = QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(box, px(5), px(5))
        self._paint_picture(painter, found, area)
        left = area.left() + px(48)
        room = area.right() - px(8) - left
        for text, role, tint, top in (
            (found.title, "strong", colours.text, px(5)),
            (found.summary, "caption", colours.muted, px(22)),
        ):
            painter.setFont(theme().font(role))
            painter.setPen(colour(tint))
            metrics = QFontMetrics(painter.font())
            words = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            line = QRect(left, area.top() + top, room, px(17))
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, words)
        painter.restore()

    def _paint_picture(self, painter: QPainter, found: Found, area: QRect) -> None:
        px = theme().px
        tint = kind_colour(found.cls.kind)
        width, height = float(px(26)), float(px(16))
        drawn = curve(found.cls(), width, height)
        painter.save()
        if drawn is None:
            side = px(20)
            place = QPoint(area.left() + px(14), area.center().y() - side // 2)
            painter.drawPixmap(place, pixmap(icon_of(found.cls), side, tint))
        else:
            path, _ = drawn
            painter.translate(area.left() + px(11), area.center().y() - height / 2)
            painter.setPen(pen(tint, 1.75 * theme().text_zoom / 100))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(path)
        painter.restore()


class QuickAdd(QFrame):
    """Opens over the canvas; Enter or a click adds a block, Esc closes, arrows move in the list."""

    chosen = Signal(str)
    """A block shall be added: its type name."""
    closed = Signal()
    """It is gone, with or without a choice."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._ground = parent
        self.setObjectName("quick_add")
        self.setAccessibleName(self.tr("Add a block"))
        self._field = QLineEdit()
        self._field.setObjectName("quick_add.field")
        self._field.setAccessibleName(self.tr("Name of a block, or what it does"))
        self._field.setPlaceholderText(self.tr("Name of a block, or what it does…"))
        self._field.setProperty("class", "search")
        self._field.textChanged.connect(self._filter)
        self._field.installEventFilter(self)
        self._model = _Model()
        self._rows = _Rows(self)
        self._list = QListView()
        self._list.setObjectName("quick_add.list")
        self._list.setAccessibleName(self.tr("Blocks found"))
        self._list.setModel(self._model)
        self._list.setItemDelegate(self._rows)
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setUniformItemSizes(True)
        self._list.setMouseTracking(True)
        # Keys stay with the field, so that typing goes on while the list is walked.
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.clicked.connect(self._choose)
        self._list.entered.connect(self._list.setCurrentIndex)
        self._nothing = QLabel(self.tr("No block is called that or does that."))
        self._nothing.setObjectName("quick_add.nothing")
        self._nothing.setProperty("role", "muted")
        self._keys = QLabel(self.tr("↑ ↓ choose   Enter add   Esc close"))
        self._keys.setProperty("role", "caption")
        self._column = QVBoxLayout(self)
        for part in (self._field, self._list, self._nothing, self._keys):
            self._column.addWidget(part)
        parent.installEventFilter(self)
        self.hide()

    @property
    def found(self) -> tuple[str, ...]:
        """The type names in the list, from top to bottom."""
        return tuple(f.type_name for f in self._model.found)

    @property
    def current(self) -> str | None:
        """The type name that Enter would add."""
        row = self._list.currentIndex().row()
        return self._model.found[row].type_name if row >= 0 else None

    def open_at(self, at: QPoint) -> None:
        """Show it with its upper left corner near a point of the parent, empty."""
        px = theme().px
        self._column.setContentsMargins(px(10), px(10), px(10), px(8))
        self._column.setSpacing(px(6))
        self._field.clear()
        self._filter("")
        self._fit()
        self._place(at)
        self.show()
        self.raise_()
        self._field.setFocus(Qt.FocusReason.PopupFocusReason)

    def leave(self) -> None:
        """Close it."""
        if self.isHidden():
            return
        if self._field.hasFocus():
            # Hidden with the focus, it would hand it on as Tab does.
            self._ground.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hide()
        self.closed.emit()

    @Slot(str)
    def _filter(self, text: str) -> None:
        self._model.show(find(text))
        found = bool(self._model.found)
        self._list.setVisible(found)
        self._nothing.setVisible(not found)
        if found:
            self._list.setCurrentIndex(self._model.index(0))
        self._fit()
        self._tell()

    def _room(self) -> QRect:
        """Where it may stand: the parent without a margin."""
        margin = theme().px(8)
        return self._ground.rect().adjusted(margin, margin, -margin, -margin)

    def _place(self, at: QPoint) -> None:
        """As near to a point of the parent as it lies within it whole."""
        room = self._room()
        x = max(min(at.x(), room.right() + 1 - self.width()), room.left())
        y = max(min(at.y(), room.bottom() + 1 - self.height()), room.top())
        self.move(x, y)

    def _fit(self) -> None:
        """As high as what was found, so that it covers little of the network, and never higher
        than the parent: the list scrolls."""
        px, room = theme().px, self._room()
        self.setFixedWidth(min(px(WIDTH), room.width()))
        self._keys.show()
        taken = self._height_without_rows()
        if taken + px(ROW) * LEAST > room.height():
            # What the keys do can be found out; a block that is not in sight cannot.
            self._keys.hide()
            taken = self._height_without_rows()
        # A row cut in two tells that there are more.
        wanted = px(ROW) * min(len(self._model.found), ROWS)
        self._list.setFixedHeight(min(wanted, max(room.height() - taken, px(ROW))) + px(2))
        self._list.scrollTo(self._list.currentIndex())
        self._column.activate()
        self.adjustSize()

    def _height_without_rows(self) -> int:
        margins, gap = self._column.contentsMargins(), self._column.spacing()
        parts = [p for p in (self._field, self._keys) if not p.isHidden()]
        return (
            margins.top()
            + margins.bottom()
            + theme().px(2)
            + sum(p.sizeHint().height() + gap for p in parts)
        )

    def _tell(self) -> None:
        row = self._list.currentIndex().row()
        if row < 0:
            self._field.setAccessibleDescription(self._nothing.text())
            return
        found = self._model.found[row]
        self._field.setAccessibleDescription(
            self.tr("{title}: {summary} ({place} of {count})").format(
                title=found.title,
                summary=found.summary,
                place=row + 1,
                count=len(self._model.found),
            )
        )

    @Slot()
    def _choose(self) -> None:
        name = self.current
        if name is not None:
            self.leave()
            self.chosen.emit(name)

    def _walk(self, by: int) -> None:
        count = len(self._model.found)
        if count:
            row = min(max(self._list.currentIndex().row() + by, 0), count - 1)
            self._list.setCurrentIndex(self._model.index(row))
            self._list.scrollTo(self._list.currentIndex())
            self._tell()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Keys that the field does not want come here."""
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_PageDown: ROWS,
            Qt.Key.Key_PageUp: -ROWS,
        }
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose()
        elif event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif event.key() in steps:
            self._walk(steps[Qt.Key(event.key())])
        # What else comes here stays here: the canvas below must not act on it.
        event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """A field that loses the focus to something else has been left; a new size of the parent
        moves the box back into it."""
        if watched is self._ground:
            if event.type() == QEvent.Type.Resize and self.isVisible():
                self._fit()
                self._place(self.pos())
            return False
        if event.type() == QEvent.Type.FocusOut and isinstance(event, QFocusEvent):
            # A menu or another window only covers it for a while.
            covered = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
            if event.reason() not in covered:
                self.leave()
        return super().eventFilter(watched, event)

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802
        """Tab and Shift+Tab walk in the list: there is nowhere else to go."""
        self._walk(1 if forward else -1)
        return True

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """A card with a soft edge."""
        colours = theme().current
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen(colours.border_strong))
        painter.setBrush(colour(colours.surface))
        radius = theme().px(8)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
