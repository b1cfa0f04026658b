"""The size of each layer's parameters over epochs."""

from __future__ import annotations

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

    def view_title(self) -> str:
        """The view's entry in the menu of its deck."""
        return self.tr("Weight norm")

    def view_help(self) -> str:
        """What it shows, in one sentence."""
        return self.tr(
            "How large the weights and biases of each layer are together: "
            "steady growth points to too little regularisation or too wide steps"
        )

    def axis_label(self) -> str:
        """The words beside the axis."""
        return self.tr("|weights| (L2 norm)")
