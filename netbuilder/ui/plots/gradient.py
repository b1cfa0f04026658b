"""The size of each layer's gradient over epochs."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from netbuilder.ui.plots.items import Band
from netbuilder.ui.plots.layer_lines import ZERO, LayerLines
from netbuilder.ui.theme import theme

__all__ = ["EXPLODING", "VANISHING", "ZERO", "GradientPlot"]

EXPLODING = 10.0
VANISHING = 1e-4


class GradientPlot(LayerLines):
    """The L2 norm of each layer's gradient."""

    view_key = "norm"
    quantity = "gradient_norm"
    exploding, vanishing = EXPLODING, VANISHING
    alarm = math.log10(EXPLODING)

    def __init__(self, parent: QWidget | None = None, object_name: str = "plot.gradient") -> None:
        super().__init__(object_name, parent)
        self.set_title(self.view_title())

    @classmethod
    def names(cls) -> tuple[str, str]:
        """The entry in the menu of its deck, and what it shows, in one sentence."""
        return (
            QCoreApplication.translate("GradientPlot", "Gradient norm"),
            QCoreApplication.translate(
                "GradientPlot",
                "How large the gradient of each layer is: where it vanishes a layer does "
                "not learn, where it explodes the steps are too wide",
            ),
        )

    def axis_label(self) -> str:
        """The words beside the axis."""
        return self.tr("|gradient| (L2 norm)")

    def bands(self, low: float, high: float, zero: bool) -> Sequence[Band]:
        """Where a gradient explodes and where it vanishes."""
        colours = theme().current
        return (
            Band(math.log10(self.exploding), high, colours.danger_soft, self.tr("exploding"), True),
            Band(low, math.log10(self.vanishing), colours.warning_soft, self.tr("vanishing"), zero),
        )

    def _empty_words(self) -> str:
        if self._history is not None and self._history.count > 1:
            return super()._empty_words()
        return self.tr("The gradient of each layer appears here as soon as the network trains.")
