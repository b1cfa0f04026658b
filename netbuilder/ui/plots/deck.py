"""Several views in the room of one plot: the title of the card is a menu of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QSizePolicy, QStackedLayout, QWidget

from netbuilder.ui.plots.base import PlotCard


class Deck(QWidget):
    """Shows one of its cards; only that one does any work."""

    chosen = Signal(str)
    """The user chose another view: its key."""

    def __init__(self, name: str, cards: Sequence[PlotCard], parent: QWidget | None = None) -> None:
        """`name` begins the object names; the first card is shown."""
        super().__init__(parent)
        self.setObjectName(f"deck.{name}")
        self.cards = {card.view_key: card for card in cards}
        self._stack = QStackedLayout(self)
        self._menu = QMenu(self)
        self._menu.setObjectName(f"deck.{name}.menu")
        self._menu.aboutToShow.connect(self._name_views)
        self._group = QActionGroup(self)
        self._actions: dict[str, QAction] = {}
        for card in cards:
            self._stack.addWidget(card)
            action = self._menu.addAction(card.view_title())
            action.setObjectName(f"action.view.{name}.{card.view_key}")
            action.setCheckable(True)
            action.setData(card.view_key)
            self._group.addAction(action)
            self._actions[card.view_key] = action
            if len(cards) > 1:
                card.set_chooser(self._menu)
        self._group.triggered.connect(self._choose)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.show_view(cards[0].view_key)

    @property
    def current(self) -> PlotCard:
        """The card in sight."""
        card = self._stack.currentWidget()
        assert isinstance(card, PlotCard)
        return card

    def show_view(self, key: str) -> None:
        """Bring a view to the front; an unknown key changes nothing."""
        if key in self.cards:
            focused = self.isAncestorOf(self.window().focusWidget() or self.window())
            self._stack.setCurrentWidget(self.cards[key])
            self._actions[key].setChecked(True)
            if focused:
                self.cards[key].focus_chooser()

    def sizeHint(self) -> QSize:  # noqa: N802
        """That of the card in sight."""
        return self.current.sizeHint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """The smallest that every card bears, so that a change of view moves nothing."""
        hints = [card.minimumSizeHint() for card in self.cards.values()]
        return QSize(max(h.width() for h in hints), max(h.height() for h in hints))

    def _name_views(self) -> None:
        for key, card in self.cards.items():
            self._actions[key].setText(card.view_title())
            self._actions[key].setToolTip(card.view_help())

    def _choose(self, action: QAction) -> None:
        key = str(action.data())
        self.show_view(key)
        self.chosen.emit(key)
