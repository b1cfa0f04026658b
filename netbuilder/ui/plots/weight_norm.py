"""The size of each layer's parameters over epochs."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from netbuilder.ui.plots.layer_lines import LayerLines


class WeightNormPlot(LayerLines):
    """The L2 norm of each layer's weights and biases."""

    view_key = "weights"
    quantity = "parameter_norm"
    usual = (-1, 2)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("plot.weight_norm", parent)
        self.set_title(self.view_title())

    @classmethod
    def names(cls) -> tuple[str, str]:
        """The entry in the menu of its deck, and what it shows, in one sentence."""
        return (
            QCoreApplication.translate("WeightNormPlot", "Weight norm"),
            QCoreApplication.translate(
                "WeightNormPlot",
                "How large the weights and biases of each layer are together: steady growth"
                " points to too little regularisation or too wide steps",
            ),
        )

    def axis_label(self) -> str:
        """The words beside the axis."""
        return self.tr("|weights| (L2 norm)")
