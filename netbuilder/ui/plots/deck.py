"""Several views in the room of one plot: the title of the card is a menu of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QAction, QActionGroup, QPaintEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QStackedLayout, QWidget

from netbuilder.ui.theme import theme

if TYPE_CHECKING:
    from netbuilder.data.prepare import Split
    from netbuilder.ui.plots.base import PlotCard


class Deck(QWidget):
    """Shows one of its views; the others do no work, and are only made when they are wanted."""

    made = Signal(object)
    """A view was made: the PlotCard, which knows nothing yet."""

    chosen = Signal(str)
    """The user chose another view: its key."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """`name` is that in `views`; it also begins the object names."""
        super().__init__(parent)
        self.setObjectName(f"deck.{name}")
        self._name = name
        self._preferred = ""
        self.split: Split | None = None
        """The data, that a view must suit which is opened because it was the last."""
        self.cards: dict[str, PlotCard] = {}
        """The views that were made so far, by key."""
        self._stack = QStackedLayout(self)
        self._menu = QMenu(self)
        self._menu.setObjectName(f"deck.{name}.menu")
        self._menu.setToolTipsVisible(True)
        self._menu.aboutToShow.connect(self._name_views)
        self._group = QActionGroup(self)
        self._group.triggered.connect(self._choose)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @cached_property
    def _views(self) -> dict[str, type[PlotCard]]:
        from netbuilder.ui.plots.views import VIEWS

        return {view.view_key: view for view in VIEWS[self._name]}

    @cached_property
    def _actions(self) -> dict[str, QAction]:
        actions = {}
        for key in self._views:
            action = actions[key] = self._menu.addAction(key)
            action.setObjectName(f"action.view.{self._name}.{key}")
            action.setCheckable(True)
            action.setData(key)
            self._group.addAction(action)
        return actions

    @property
    def keys(self) -> tuple[str, ...]:
        """Every view there is."""
        return tuple(self._views)

    @property
    def current(self) -> PlotCard:
        """The view in sight."""
        card = self._stack.currentWidget()
        if card is None:
            self.open()
            card = self._stack.currentWidget()
        return cast("PlotCard", card)

    def card(self, key: str) -> PlotCard:
        """The view of this key, made if need be. Raises KeyError."""
        if key not in self.cards:
            # Which arguments the views' own classes take is not that of their base.
            make: Callable[[], PlotCard] = self._views[key]
            card = self.cards[key] = make()
            if len(self._views) > 1:
                card.set_chooser(self._menu)
            self._stack.addWidget(card)
            self.made.emit(card)
        return self.cards[key]

    def open(self) -> None:
        """Show the preferred view or else the first, if none is shown yet."""
        if self._stack.currentWidget() is None:
            view = self._views.get(self._preferred)
            fits = view is not None and view.suits(self.split)
            self.show_view(self._preferred if fits else self.keys[0])

    @property
    def shown(self) -> str:
        """The key of the view in sight, or of that which is to come; "" for the first."""
        card = self._stack.currentWidget()
        return self._preferred if card is None else cast("PlotCard", card).view_key

    def prefer(self, key: str) -> None:
        """Show this view from the start, or now; "" is the first, and so is an unknown one."""
        self._preferred = key
        if self._stack.currentWidget() is not None:
            self.show_view(key if key in self._views else self.keys[0])

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Seen for the first time: the view comes after everything else is painted."""
        super().paintEvent(event)
        if self._stack.currentWidget() is None:
            QTimer.singleShot(0, self, self.open)

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
        card = self._stack.currentWidget()
        return QSize(theme().px(310), theme().px(290)) if card is None else card.sizeHint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """The smallest that every card bears, so that a change of view moves little."""
        hints = [card.minimumSizeHint() for card in self.cards.values()]
        if not hints:
            return QSize(theme().px(150), theme().px(150))
        return QSize(max(h.width() for h in hints), max(h.height() for h in hints))

    def _name_views(self) -> None:
        for key, action in self._actions.items():
            names = self._views[key].names()
            if names is None:
                card = self.card(key)
                names = card.view_title(), card.view_help()
            action.setText(names[0])
            action.setToolTip(names[1])

    def _choose(self, action: QAction) -> None:
        key = str(action.data())
        self.show_view(key)
        self.chosen.emit(key)
