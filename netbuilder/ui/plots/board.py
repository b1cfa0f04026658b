"""All plots of a window: which there are, and who tells them what is new."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Slot

from netbuilder.project.document import Change, Document
from netbuilder.training.controller import TrainingController
from netbuilder.training.snapshot import Snapshot
from netbuilder.ui.colours import layer_colours
from netbuilder.ui.plots.decision_feed import DecisionFeed
from netbuilder.ui.plots.deck import Deck
from netbuilder.ui.plots.overlay import Overlay
from netbuilder.ui.plots.plot_files import PlotFiles
from netbuilder.ui.settings import AppSettings
from netbuilder.ui.theme import theme

if TYPE_CHECKING:
    from netbuilder.ui.plots.base import Choices, PlotCard

DECKS = ("loss", "gradients", "decision")


class Board(QObject):
    """Three decks of views, fed with the run, its snapshots, the layers and the data.

    Which views there are stands in `views`. The first of each deck come just after the window.
    """

    def __init__(
        self,
        document: Document,
        controller: TrainingController,
        parent: QObject | None = None,
        settings: AppSettings | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._controller = document, controller
        self._waiting: list[Deck] = []
        self._selection: tuple[str, ...] = ()
        self._overlays: tuple[Overlay, ...] = ()
        self.files = PlotFiles(document, settings, self)
        self.decks = {name: Deck(name) for name in DECKS}
        self.scenes = DecisionFeed(controller, self)
        self._kept: dict[str, Choices] = {}  # by view, of those that were not made yet too
        for deck in self.decks.values():
            deck.split = controller.split
            deck.made.connect(self._brief)
            deck.made.connect(self.scenes.add)
        document.watch(self._follow_document)
        controller.analysis_changed.connect(self._follow_analysis)
        controller.snapshot_changed.connect(self._follow_snapshot)
        controller.run_started.connect(self.begin)
        theme().changed.connect(self._colour_layers)

    @property
    def cards(self) -> Iterator[PlotCard]:
        """Every view of every deck that was made so far."""
        for deck in self.decks.values():
            yield from deck.cards.values()

    def _brief(self, card: PlotCard) -> None:
        """Tell a new view how things stand."""
        card.set_files(self.files)
        card.set_choices(self._kept.get(card.view_key, {}))
        card.histograms_wanted.connect(self._controller.want_histograms)
        card.set_layers(self._layers())
        card.set_data(self._controller.split)
        card.set_selection(self._selection)
        card.begin(self._controller.history, self._document.project)
        self._lay_over(card)
        if self._controller.snapshot is not None:
            card.take(self._controller.snapshot)

    def choices(self) -> dict[str, Any]:
        """Which views are in sight and how they show what they show, as plain values."""
        made = {card.view_key: card.choices() for card in self.cards}
        return {
            "decks": {name: deck.shown for name, deck in self.decks.items()},
            "views": {key: kept for key, kept in {**self._kept, **made}.items() if kept},
            "plane": self.scenes.settings.choices(),
        }

    def set_choices(self, kept: Mapping[str, Any]) -> None:
        """Show it so again; {} is as at the first start. What is no sense is left out."""
        shown, views, plane = (_mapping(kept.get(name)) for name in ("decks", "views", "plane"))
        self._kept = {key: _mapping(found) for key, found in views.items()}
        for name, deck in self.decks.items():
            deck.prefer(str(shown.get(name, "")))
        for card in self.cards:
            card.set_choices(self._kept.get(card.view_key, {}))
        self.scenes.settings.set_choices(plane)

    def set_selection(self, ids: Sequence[str]) -> None:
        """These blocks are chosen on the canvas."""
        self._selection = tuple(ids)
        for card in self.cards:
            card.set_selection(self._selection)

    def set_overlays(self, runs: Sequence[Overlay]) -> None:
        """Lay these runs behind the curves of loss and metric."""
        self._overlays = tuple(runs)
        for card in self.cards:
            self._lay_over(card)

    def _lay_over(self, card: PlotCard) -> None:
        from netbuilder.ui.plots.run_curves import RunCurves

        if isinstance(card, RunCurves):
            card.set_overlays(self._overlays)

    def show_unit(self, node: str, unit: int) -> None:
        """Bring the map of one unit of a layer into sight."""
        from netbuilder.ui.plots.neuron import NeuronPlot

        deck = self.decks["decision"]
        card = deck.card(NeuronPlot.view_key)
        assert isinstance(card, NeuronPlot)
        card.choose(node, unit)
        deck.show_view(card.view_key)

    def begin(self) -> None:
        """Show the present run from its start."""
        for card in self.cards:
            card.begin(self._controller.history, self._document.project)
        if self._controller.snapshot is not None:
            self._follow_snapshot(self._controller.snapshot)

    def _follow_snapshot(self, snapshot: Snapshot) -> None:
        # One deck after the other, each painted before the next: a click never waits for all.
        under_way = bool(self._waiting)
        self._waiting = list(self.decks.values())
        if not under_way:
            self._controller.frames.hold()
            self._take_turns()

    @Slot()
    def _take_turns(self) -> None:
        deck = self._waiting.pop(0)
        snapshot = self._controller.snapshot
        if snapshot is not None:
            for card in deck.cards.values():
                card.take(snapshot)
        if self._waiting:
            QTimer.singleShot(0, self, self._take_turns)
        else:
            self._controller.frames.release()

    def _follow_document(self, change: Change) -> None:
        if change.structure or change.cause == "load":
            self._colour_layers()
        if change.cause == "load" or change.before.dataset != change.after.dataset:
            self._follow_analysis(None)

    def _follow_analysis(self, _analysis: object) -> None:
        for deck in self.decks.values():
            deck.split = self._controller.split
        for card in self.cards:
            card.set_data(self._controller.split)

    def _colour_layers(self) -> None:
        for card in self.cards:
            card.set_layers(self._layers())

    def _layers(self) -> list[tuple[str, str]]:
        return list(layer_colours(self._document.project, theme().current).items())


def _mapping(found: Any) -> Choices:
    return found if isinstance(found, dict) else {}
