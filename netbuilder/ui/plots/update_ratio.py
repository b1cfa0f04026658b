"""How far a step moves each layer's parameters, relative to their size, over epochs."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from netbuilder.ui.plots.items import Band
from netbuilder.ui.plots.layer_lines import LayerLines
from netbuilder.ui.theme import theme

HEALTHY = 1e-3
LARGE, SMALL = 1e-2, 1e-4  # beyond them a step is suspect
_HALF = 0.5  # decades on either side of HEALTHY that are painted as such


class UpdateRatioPlot(LayerLines):
    """mean |update| / mean |parameter| of each layer."""

    view_key = "ratio"
    quantity = "update_ratio"
    usual = (-5, -1)
    alarm = math.log10(LARGE)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("plot.update_ratio", parent)
        self.set_title(self.view_title())

    @classmethod
    def names(cls) -> tuple[str, str]:
        """The entry in the menu of its deck, and what it shows, in one sentence."""
        return (
            QCoreApplication.translate("UpdateRatioPlot", "Update ratio"),
            QCoreApplication.translate(
                "UpdateRatioPlot",
                "How far one step moves the weights of a layer relative to their size: "
                "about 1e−3 is healthy, above 1e−2 or below 1e−4 is suspect",
            ),
        )

    def axis_label(self) -> str:
        """The words beside the axis."""
        return self.tr("update / weight (mean sizes)")

    def bands(self, low: float, high: float, zero: bool) -> Sequence[Band]:
        """Wide, healthy and small steps."""
        colours, middle = theme().current, math.log10(HEALTHY)
        return (
            Band(
                math.log10(LARGE), high, colours.danger_soft, self.tr("suspect: wide steps"), True
            ),
            Band(middle - _HALF, middle + _HALF, colours.success_soft, self.tr("healthy"), True),
            Band(
                low,
                math.log10(SMALL),
                colours.warning_soft,
                self.tr("suspect: tiny steps"),
                zero,
            ),
        )
