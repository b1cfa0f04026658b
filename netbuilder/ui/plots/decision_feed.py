"""Between the views of a network's pictures and the controller that brings them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from netbuilder.engine.scene import Wish
from netbuilder.training.controller import TrainingController
from netbuilder.ui.plots.decision_settings import DecisionSettings

if TYPE_CHECKING:
    from netbuilder.ui.plots.base import PlotCard
    from netbuilder.ui.plots.decision_base import ScenePlot


class DecisionFeed(QObject):
    """Asks for what the cards in sight wish, and for nothing else."""

    def __init__(self, controller: TrainingController, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = DecisionSettings(self)
        self._controller = controller
        self._cards: list[ScenePlot] = []
        # Several cards may come and go at once: one wish follows from all.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.ask)

    @Slot(object)
    def add(self, card: PlotCard) -> None:
        """A view was made; one of another kind is left alone."""
        from netbuilder.ui.plots.decision_base import ScenePlot

        if isinstance(card, ScenePlot):
            self._cards.append(card)
            card.share(self.settings)
            card.wish_changed.connect(self._soon.start)
            self._soon.start()

    @Slot()
    def ask(self) -> None:
        """Tell the controller what is wished now."""
        wish = Wish(self.settings.choice)
        for card in self._cards:
            if card.isVisible():
                wish = card.wished(wish)
        self._controller.want_scene(wish)
