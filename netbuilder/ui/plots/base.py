"""What all plots share: the card, the legend, what is new, and no work while nobody looks."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QMenu, QSizePolicy, QWidget

from netbuilder.data.prepare import Split
from netbuilder.project.model import Project
from netbuilder.training.snapshot import History, Snapshot
from netbuilder.ui.plots.area import PlotArea
from netbuilder.ui.plots.card_menu import CardMenu
from netbuilder.ui.theme import theme
from netbuilder.ui.widgets import Card, Legend
from netbuilder.ui.widgets.sight import in_sight
from netbuilder.ui.widgets.title_button import TitleButton

if TYPE_CHECKING:
    from netbuilder.ui.plots.plot_files import PlotFiles

NARROW = 270  # pixels at 100 % text zoom; a narrower card has its legend below the title
DESCRIBE_EVERY = 1.0  # seconds between two texts for screen readers

Choices = Mapping[str, Any]
"""Names and plain values, as JSON knows them; from a file that anybody may have written."""

Table = tuple[Sequence[str], Iterable[Sequence[float | int | str]]]
"""The names of the columns, and the rows."""


class PlotCard(Card):
    """A card with a title, a legend at the right and a plot below.

    `refresh()` draws; a hidden card only remembers that it has to. What is new comes in through
    `begin`, `take`, `set_layers` and `set_data`, of which a card overrides those that it needs.
    """

    view_key = ""
    """Names the view among those of its deck; kept in the settings."""

    histograms_wanted = Signal(bool)
    """Whether this view needs the histograms of the layers from now on."""

    def __init__(self, title: str, object_name: str, parent: QWidget | None = None) -> None:
        self._chooser: TitleButton | None = None
        super().__init__(title, parent)
        self.setObjectName(object_name)
        self.legend = Legend()
        self.legend.setObjectName(f"{object_name}.legend")
        self.add_extra(self.legend, 1)
        self._caption = QLabel()
        self._caption.setObjectName(f"{object_name}.caption")
        self._caption.setProperty("role", "caption")
        self._caption.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._caption.hide()
        self.add_extra(self._caption)
        self._files: PlotFiles | None = None
        self._menu_button = CardMenu(self, object_name)
        self.add_extra(self._menu_button)
        self._show_menu()
        self.area = PlotArea()
        self.area.setObjectName(f"{object_name}.area")
        self.frames = 0
        """How often the plot was drawn anew."""
        self._dirty = True
        self._legend_below = False
        self._crowded: set[str] = set()
        self._described = -DESCRIBE_EVERY
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme().changed.connect(self._forget_caption_size)
        theme().changed.connect(self._place_legend)
        theme().changed.connect(self.refresh)

    # ---- what a view may override -------------------------------------------------------------

    @classmethod
    def names(cls) -> tuple[str, str] | None:
        """`view_title` and `view_help` of a view that need not be made to tell them; else None."""
        return None

    def view_title(self) -> str:
        """The view's entry in the menu of its deck."""
        names = self.names()
        return names[0] if names else self.title()

    def view_help(self) -> str:
        """What it shows, in one sentence."""
        names = self.names()
        return names[1] if names else ""

    def begin(self, history: History, project: Project) -> None:
        """A run begins; its history grows from now on."""

    def take(self, snapshot: Snapshot) -> None:
        """A new moment of the run."""

    def set_layers(self, layers: Sequence[tuple[str, str]]) -> None:
        """Names and colours "#rrggbb" of the layers that learn, in the order of the network."""

    def set_selection(self, ids: Sequence[str]) -> None:
        """The blocks that are chosen on the canvas."""

    def set_data(self, split: Split | None) -> None:
        """The samples; None for none."""

    def table(self) -> Table:
        """The exact numbers behind the picture, for a table or a file; no columns for none.

        Plain numbers and words; NaN for a number that is missing.
        """
        return (), ()

    @classmethod
    def suits(cls, split: Split | None) -> bool:
        """Whether there can be anything to see for such data."""
        return True

    def choices(self) -> Choices:
        """How this view shows what it shows, as plain values that are kept until the next start."""
        return {}

    def set_choices(self, kept: Choices) -> None:
        """Show it so; what is missing, or is no sense, is as it is at the first start."""

    def fill_menu(self, menu: QMenu) -> None:
        """Add this view's own choices to the menu of the card; it is made anew each time."""

    @property
    def files(self) -> PlotFiles | None:
        """Who copies and saves this view; None for nobody."""
        return self._files

    def set_files(self, files: PlotFiles) -> None:
        """Offer to copy and to save this view."""
        self._files = files
        self._show_menu()

    def _show_menu(self) -> None:
        # Three dots with nothing behind them would be a promise that is not kept.
        own = type(self).fill_menu is not PlotCard.fill_menu
        self._menu_button.setVisible(own or self._files is not None)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """The menu of the three dots, where it was asked for."""
        if not self._menu_button.isVisible():
            super().contextMenuEvent(event)
            return
        self._menu_button.open_at(event.globalPos())
        event.accept()

    # ---- the title ----------------------------------------------------------------------------

    def set_chooser(self, menu: QMenu) -> None:
        """Make the title a menu of views."""
        self._chooser = TitleButton(menu)
        self._chooser.setObjectName(f"{self.objectName()}.views")
        self._chooser.set_words(self.title())
        self.replace_title(self._chooser)

    def focus_chooser(self) -> None:
        """Give the title's menu the keyboard."""
        if self._chooser is not None:
            self._chooser.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_title(self, title: str) -> None:
        """Change the title; an empty one takes no room."""
        super().set_title(title)
        if self._chooser is not None:
            self._chooser.set_words(title)

    def add_extra(self, widget: QWidget, stretch: int = 0, place: int | None = None) -> None:
        """Put a widget at the right end of the title row, but left of the three dots."""
        super().add_extra(widget, stretch, place)
        dots = getattr(self, "_menu_button", None)
        if place is None and dots is not None and widget is not dots:
            self._header.removeWidget(dots)
            super().add_extra(dots)

    # ---- the caption --------------------------------------------------------------------------

    def set_caption(self, text: str) -> None:
        """A few quiet words in the title row, for instance "test 97 %"."""
        if text != self._caption.text():
            self._caption.setText(text)
            self._hold_caption_size()
            self._show_caption()
            self._described = -DESCRIBE_EVERY

    def _hold_caption_size(self) -> None:
        """Give the words a fixed room that only grows: a changing one would lay the whole window
        out anew at every frame."""
        self._caption.ensurePolished()
        wanted = self._caption.sizeHint()
        if self._caption.minimumWidth() < wanted.width():
            self._caption.setFixedSize(wanted)

    def _forget_caption_size(self) -> None:
        self._caption.setFixedSize(0, 0)
        self._hold_caption_size()

    @property
    def caption(self) -> str:
        """The words in the title row."""
        return self._caption.text()

    def refresh(self) -> None:
        """Draw what there is now, or at the next showing if the card is hidden."""
        if not in_sight(self):
            self._dirty = True
            return
        self._dirty = False
        self.frames += 1
        self.draw()
        now = time.monotonic()
        if now - self._described >= DESCRIBE_EVERY:
            self._described = now
            self.setAccessibleDescription(self.describe())

    def draw(self) -> None:
        """Bring the plot up to date. Only called while the card is visible."""
        raise NotImplementedError

    def describe(self) -> str:
        """The plot in one sentence, for a screen reader."""
        raise NotImplementedError

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Catch up with what happened while the card was hidden."""
        super().showEvent(event)
        if self._dirty:
            self.refresh()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the frame; a card that comes from behind another tab catches up as well."""
        super().paintEvent(event)
        if self._dirty:
            QTimer.singleShot(0, self, self.refresh)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Leave the caption out where the title row has no room for it."""
        super().resizeEvent(event)
        self._place_legend()
        self._show_caption()

    def set_crowded(self, why: str, crowded: bool) -> None:
        """More is to be said than the title row holds: the legend gets a row of its own."""
        (self._crowded.add if crowded else self._crowded.discard)(why)
        self._place_legend()

    def _place_legend(self) -> None:
        """Beside the title where the card is wide enough, otherwise below it."""
        below = bool(self._crowded) or self.width() < theme().px(NARROW)
        if below == self._legend_below:
            return
        self._legend_below = below
        if below:
            self.remove_extra(self.legend)
            self.body.insertWidget(0, self.legend)
        else:
            self.body.removeWidget(self.legend)
            self.add_extra(self.legend, 1, place=2)
        self.legend.set_left(below)

    def _show_caption(self) -> None:
        self._caption.setVisible(bool(self._caption.text()) and self._caption_fits())

    def _caption_fits(self) -> bool:
        return True
