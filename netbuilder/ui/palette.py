"""The palette: every registered block, found by eye or by word, to drag onto the canvas."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from netbuilder.declare import registry
from netbuilder.engine.operation import Operation
from netbuilder.ui.canvas.kinds import KINDS, heading
from netbuilder.ui.palette_card import PaletteCard
from netbuilder.ui.theme import theme

COLUMNS = 2  # where there is room; otherwise one
COLUMN = 76  # pixels at 100 % text zoom that a card needs


class Palette(QWidget):
    """A search field over the blocks by kind; all of it follows from the registry."""

    activated = Signal(str)
    """A block shall be appended: its type name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("palette")
        self.setAccessibleName(self.tr("Blocks"))
        self.setProperty("panel", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._search = _Search()
        self._search.textChanged.connect(self._filter)
        self._search.entered.connect(self._activate_first)
        self._search.downward.connect(self._focus_first)
        self._sections: list[_Section] = []
        self._columns = COLUMNS
        self._nothing = QLabel(self.tr("No block is called that."))
        self._nothing.setObjectName("palette.nothing")
        self._nothing.setProperty("role", "muted")
        self._nothing.setWordWrap(True)
        self._inside = QWidget()
        self._inside.setProperty("panel", "scroll")
        self._column = QVBoxLayout(self._inside)
        self._column.addWidget(self._nothing)
        self._column.addStretch(1)
        self._area = QScrollArea()
        self._area.setObjectName("palette.scroll")
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(self._inside)
        self._whole = QVBoxLayout(self)
        self._whole.addWidget(self._search)
        self._whole.addWidget(self._area, 1)
        theme().changed.connect(self._lay_out)
        self.refresh()
        self._lay_out()

    @Slot()
    def refresh(self) -> None:
        """Build the cards from what is registered now."""
        for section in self._sections:
            self._column.removeWidget(section)
            section.hide()
            section.deleteLater()
        self._sections = []
        kinds: dict[str, list[type[Operation]]] = {kind: [] for kind in KINDS}
        for cls in registry(Operation).values():
            kinds.setdefault(cls.kind, []).append(cls)
        for kind, classes in kinds.items():
            if classes:
                section = _Section(kind, classes, self._columns)
                for card in section.cards:
                    card.activated.connect(self.activated)
                    card.moved.connect(self._walk)
                self._column.insertWidget(len(self._sections), section)
                self._sections.append(section)
        self._filter(self._search.text())
        self._lay_out()

    def cards(self) -> list[PaletteCard]:
        """The cards that are shown, in reading order."""
        return [card for section in self._sections for card in section.shown]

    @Slot()
    def focus_search(self) -> None:
        """Let the user type what to find."""
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    @Slot(str)
    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        for section in self._sections:
            section.filter(words)
        cards = self.cards()
        self._nothing.setVisible(not cards)
        self._make_reachable(cards[0] if cards else None)

    def _make_reachable(self, reached: PaletteCard | None) -> None:
        # Tab comes to one card only, and arrows lead on: 40 stops would be a wall.
        for section in self._sections:
            for card in section.cards:
                card.setFocusPolicy(
                    Qt.FocusPolicy.StrongFocus if card is reached else Qt.FocusPolicy.ClickFocus
                )

    @Slot()
    def _activate_first(self) -> None:
        cards = self.cards()
        if cards and self._search.text().strip():
            cards[0].activate()

    @Slot()
    def _focus_first(self) -> None:
        cards = self.cards()
        if cards:
            self._go_to(cards[0])

    @Slot(object, int)
    def _walk(self, card: PaletteCard, key: int) -> None:
        cards = self.cards()
        place = cards.index(card)
        if key == Qt.Key.Key_Left:
            self._go_to(cards[max(place - 1, 0)])
        elif key == Qt.Key.Key_Right:
            self._go_to(cards[min(place + 1, len(cards) - 1)])
        else:
            self._go_vertically(card, 1 if key == Qt.Key.Key_Down else -1)

    def _go_vertically(self, card: PaletteCard, way: int) -> None:
        rows = [
            section.shown[k : k + self._columns]
            for section in self._sections
            for k in range(0, len(section.shown), self._columns)
        ]
        row = next(k for k, cards in enumerate(rows) if card in cards)
        column = rows[row].index(card)
        if row + way < 0:
            self._search.setFocus(Qt.FocusReason.BacktabFocusReason)
        elif row + way < len(rows):
            self._go_to(rows[row + way][min(column, len(rows[row + way]) - 1)])

    def _go_to(self, card: PaletteCard) -> None:
        self._make_reachable(card)
        card.setFocus(Qt.FocusReason.TabFocusReason)
        self._area.ensureWidgetVisible(card)

    @Slot()
    def _lay_out(self) -> None:
        px = theme().px
        self._whole.setContentsMargins(px(12), px(10), px(2), px(0))
        self._whole.setSpacing(px(10))
        self._column.setContentsMargins(0, 0, px(10), px(12))
        self._column.setSpacing(px(14))
        self._search.setContentsMargins(0, 0, px(10), 0)
        for section in self._sections:
            section.lay_out()
        self.setMinimumWidth(px(112))
        self._choose_columns()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Two columns."""
        return QSize(theme().px(196), theme().px(600))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Two columns where there is room for them."""
        super().resizeEvent(event)
        self._choose_columns()

    def _choose_columns(self) -> None:
        px = theme().px
        room = self.width() - px(12) - px(12)  # the margins and the scroll bar
        columns = COLUMNS if room >= COLUMNS * px(COLUMN) + px(6) else 1
        if columns != self._columns:
            self._columns = columns
            for section in self._sections:
                section.set_columns(columns)


class _Search(QLineEdit):
    """Enter takes the first block found; Down goes to it; Esc empties the field."""

    entered = Signal()
    downward = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("palette.search")
        self.setPlaceholderText(self.tr("Find a block…"))
        self.setAccessibleName(self.tr("Find a block"))
        self.setProperty("class", "search")
        self.setClearButtonEnabled(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """See above; the rest is typing."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        elif event.key() == Qt.Key.Key_Down:
            self.downward.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class _Section(QWidget):
    """The blocks of one kind under a heading."""

    def __init__(self, kind: str, classes: list[type[Operation]], columns: int) -> None:
        super().__init__()
        self._columns = columns
        self.cards = [PaletteCard(cls) for cls in classes]
        self.shown: list[PaletteCard] = []
        words = QLabel(heading(kind))
        words.setProperty("role", "section")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(words)
        self._grid = QGridLayout()
        # Keeps a lone card as wide as the others.
        self._filler = QWidget(self)
        self._filler.hide()
        self._column.addLayout(self._grid)

    def filter(self, words: list[str]) -> None:
        """Show the cards that match, close together."""
        self.shown = [card for card in self.cards if card.matches(words)]
        for card in self.cards:
            self._grid.removeWidget(card)
            card.setVisible(card in self.shown)
        self._grid.removeWidget(self._filler)
        self._filler.hide()
        self._place(self.shown)
        self.setVisible(bool(self.shown))

    def _place(self, shown: list[PaletteCard]) -> None:
        for place, card in enumerate(shown):
            self._grid.addWidget(card, place // self._columns, place % self._columns)
        for column in range(COLUMNS):
            self._grid.setColumnStretch(column, 1 if column < self._columns else 0)
        if len(self.shown) == 1 and self._columns > 1:
            self._grid.addWidget(self._filler, 0, 1)
            self._filler.show()

    def set_columns(self, columns: int) -> None:
        """Put the cards that are shown into so many columns."""
        self._columns = columns
        shown = list(self.shown)
        for card in self.cards:
            self._grid.removeWidget(card)
        self._grid.removeWidget(self._filler)
        self._filler.hide()
        self._place(shown)

    def lay_out(self) -> None:
        """Take on the theme's lengths."""
        px = theme().px
        self._column.setSpacing(px(6))
        self._grid.setSpacing(px(6))
        for card in self.cards:
            card.setFixedHeight(card.sizeHint().height())
            card.update()
