"""How far the outputs of each activation are spread, over epochs."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from netbuilder.training.snapshot import History
from netbuilder.ui.plots.items import Band
from netbuilder.ui.plots.layer_lines import LayerLines
from netbuilder.ui.theme import theme

LARGE, SMALL = 2.0, 0.5


class OutputSpreadPlot(LayerLines):
    """The standard deviation of the outputs of each activation over the last batch."""

    view_key = "spread"
    quantity = "std"
    usual = (-2, 1)
    alarm = math.log10(LARGE)

    def __init__(self, parent: QWidget | None = None) -> None:
        self._nodes: tuple[str, ...] = ()
        self._activations: tuple[str, ...] = ()
        super().__init__("plot.output_spread", parent)
        self.set_title(self.view_title())

    @classmethod
    def names(cls) -> tuple[str, str]:
        """The entry in the menu of its deck, and what it shows, in one sentence."""
        return (
            QCoreApplication.translate("OutputSpreadPlot", "Activation spread"),
            QCoreApplication.translate(
                "OutputSpreadPlot",
                "The standard deviation of each activation's outputs: from 0.5 to 2 is "
                "healthy, less means that the signal fades from layer to layer",
            ),
        )

    def axis_label(self) -> str:
        """The words beside the axis."""
        return self.tr("std of outputs")

    def shown(self, history: History) -> list[tuple[str, str]]:
        """The activations, each in the colour of the layer before it; of several, the last is
        left out: what the network answers need not be spread."""
        colours = dict(self._layers)
        colour = theme().current.muted
        if self._nodes != history.nodes or not self._activations:
            self._nodes, self._activations = history.nodes, _activations(history)
        found = []
        for node in history.nodes:
            if node in history.layers:
                colour = colours.get(node, theme().current.muted)
            elif node in self._activations:
                found.append((node, colour))
        return found

    def bands(self, low: float, high: float, zero: bool) -> Sequence[Band]:
        """Where the signal grows, is healthy, and fades."""
        colours = theme().current
        small, large = math.log10(SMALL), math.log10(LARGE)
        return (
            Band(large, high, colours.danger_soft, self.tr("growing"), True),
            Band(small, large, colours.success_soft, self.tr("healthy"), True),
            Band(low, small, colours.warning_soft, self.tr("fading"), zero),
        )

    def _empty_words(self) -> str:
        if self._history is not None and self._history.count > 1:
            return self.tr("The network has no activation whose outputs could be followed.")
        return super()._empty_words()

    def _start_over(self) -> None:
        super()._start_over()
        self._activations = ()


def _activations(history: History) -> tuple[str, ...]:
    # Only of an activation it is known which share of its outputs is saturated.
    if history.count == 0:
        return ()
    found = [n for n in history.nodes if np.isfinite(history.column(n, "saturated")[0])]
    return tuple(found[:-1] if len(found) > 1 and found[-1] == history.nodes[-1] else found)
