"""The menu at the right end of a plot's title row."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from weakref import ref

from PySide6.QtCore import QPoint, QSize, Qt, Slot
from PySide6.QtWidgets import QMenu, QToolButton

from netbuilder.ui.icons import live_icon
from netbuilder.ui.theme import theme

if TYPE_CHECKING:
    from netbuilder.ui.plots.base import PlotCard


class CardMenu(QToolButton):
    """Three dots: the view's own choices, then copy and save."""

    def __init__(self, card: PlotCard, name: str) -> None:
        super().__init__(card)
        self._card = ref(card)  # weakly: a card goes without the collector
        self.setObjectName(f"{name}.menu")
        self.setAccessibleName(self.tr("More for this plot"))
        self.setToolTip(self.tr("Choices, copy and save"))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setProperty("class", "title")
        self.choices = QMenu(self)
        self.choices.setObjectName(f"{name}.choices")
        self.choices.setToolTipsVisible(True)
        self.choices.aboutToShow.connect(self.fill)
        self.setMenu(self.choices)
        live_icon(self, "more")
        theme().changed.connect(self._resize)
        self._resize()

    def open_at(self, place: QPoint) -> None:
        """Show the same menu at a place of the screen."""
        self.choices.popup(place)

    @Slot()
    def fill(self) -> None:
        """Make the menu anew for what the view shows now."""
        menu, card = self.choices, self._card()
        if card is None:
            return
        name = card.objectName()
        for old in [*menu.actions()]:
            menu.removeAction(old)
            child = old.menu()
            (child if isinstance(child, QMenu) else old).deleteLater()
        card.fill_menu(menu)
        files = card.files
        if files is None:
            return
        if menu.actions():
            menu.addSeparator()
        numbers = bool(card.table()[0])
        for key, words, run, offered in (
            ("copy_picture", self.tr("Copy picture"), partial(files.copy_picture, card), True),
            ("copy_numbers", self.tr("Copy numbers"), partial(files.copy_numbers, card), numbers),
            ("save_png", self.tr("Save as PNG…"), partial(files.save, card, ".png"), True),
            ("save_svg", self.tr("Save as SVG…"), partial(files.save, card, ".svg"), True),
            ("save_csv", self.tr("Save as CSV…"), partial(files.save, card, ".csv"), numbers),
        ):
            action = menu.addAction(words)
            action.setObjectName(f"{name}.{key}")
            action.setEnabled(offered)
            action.triggered.connect(run)

    @Slot()
    def _resize(self) -> None:
        px = theme().px
        self.setIconSize(QSize(px(16), px(16)))
        self.setStyleSheet("QToolButton { padding: 0; margin: 0; }")
        self.setFixedSize(px(22), px(22))
