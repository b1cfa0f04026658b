"""The mean size of the entries of each layer's gradient over epochs."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from netbuilder.ui.plots.gradient import GradientPlot


class GradientMeanPlot(GradientPlot):
    """Mean |g| of each layer: unlike the norm it does not grow with the number of parameters."""

    view_key = "mean"
    quantity = "gradient_mean"
    # The norm is about the mean times the root of the number of parameters, which is 3 to 30 in
    # the networks of a lesson: so the limits of the norm are met at about these.
    exploding, vanishing = 1.0, 1e-5
    alarm = 0.0
    usual = (-6, 1)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, "plot.gradient_mean")

    @classmethod
    def names(cls) -> tuple[str, str]:
        """The entry in the menu of its deck, and what it shows, in one sentence."""
        return (
            QCoreApplication.translate("GradientMeanPlot", "Mean gradient"),
            QCoreApplication.translate(
                "GradientMeanPlot",
                "How large an entry of each layer's gradient is on average, which makes "
                "wide and narrow layers comparable",
            ),
        )

    def axis_label(self) -> str:
        """The words beside the axis."""
        return self.tr("mean |g| (per parameter)")
