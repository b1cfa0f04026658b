"""Several views in the room of one plot: the title of the card is a menu of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QSizePolicy, QStackedLayout, QWidget

from netbuilder.ui.plots.base import PlotCard


class Deck(QWidget):
    """Shows one of its views; the others do no work, and are only made when they are wanted."""

    made = Signal(object)
    """A view was made: the PlotCard, which knows nothing yet."""

    chosen = Signal(str)
    """The user chose another view: its key."""

    def __init__(
        self, name: str, views: Mapping[str, Callable[[], PlotCard]], parent: QWidget | None = None
    ) -> None:
        """`name` begins the object names, `views` are makers by key; `open` shows the first."""
        super().__init__(parent)
        self.setObjectName(f"deck.{name}")
        self._views = dict(views)
        self.cards: dict[str, PlotCard] = {}
        """The views that were made so far, by key."""
        self._stack = QStackedLayout(self)
        self._menu = QMenu(self)
        self._menu.setObjectName(f"deck.{name}.menu")
        self._menu.setToolTipsVisible(True)
        self._menu.aboutToShow.connect(self._name_views)
        self._group = QActionGroup(self)
        self._actions: dict[str, QAction] = {}
        for key in self._views:
            action = self._menu.addAction(key)
            action.setObjectName(f"action.view.{name}.{key}")
            action.setCheckable(True)
            action.setData(key)
            self._group.addAction(action)
            self._actions[key] = action
        self._group.triggered.connect(self._choose)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def keys(self) -> tuple[str, ...]:
        """Every view there is."""
        return tuple(self._views)

    @property
    def current(self) -> PlotCard:
        """The view in sight."""
        card = self._stack.currentWidget()
        return card if isinstance(card, PlotCard) else self.card(self.keys[0])

    def card(self, key: str) -> PlotCard:
        """The view of this key, made if need be. Raises KeyError."""
        if key not in self.cards:
            card = self.cards[key] = self._views[key]()
            if len(self._views) > 1:
                card.set_chooser(self._menu)
            self._stack.addWidget(card)
            self.made.emit(card)
        return self.cards[key]

    def open(self) -> None:
        """Show the first view."""
        self.show_view(self.keys[0])

    def show_view(self, key: str) -> None:
        """Bring a view to the front; an unknown key changes nothing."""
        if key not in self._views:
            return
        focus = self.window().focusWidget()
        focused = focus is not None and self.isAncestorOf(focus)
        self._stack.setCurrentWidget(self.card(key))
        self._actions[key].setChecked(True)
        if focused:
            self.cards[key].focus_chooser()

    def sizeHint(self) -> QSize:  # noqa: N802
        """That of the card in sight."""
        return self.current.sizeHint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """The smallest that every card bears, so that a change of view moves little."""
        hints = [card.minimumSizeHint() for card in self.cards.values()]
        return QSize(
            max((h.width() for h in hints), default=0), max((h.height() for h in hints), default=0)
        )

    def _name_views(self) -> None:
        for key, action in self._actions.items():
            card = self.card(key)
            action.setText(card.view_title())
            action.setToolTip(card.view_help())

    def _choose(self, action: QAction) -> None:
        key = str(action.data())
        self.show_view(key)
        self.chosen.emit(key)
