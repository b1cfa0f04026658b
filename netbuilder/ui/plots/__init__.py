"""The live plots: loss, gradient norms and decision boundary."""

from __future__ import annotations

from netbuilder.ui.plots.base import PlotCard
from netbuilder.ui.plots.decision import DataPlot, DecisionPlot
from netbuilder.ui.plots.gradient import GradientPlot
from netbuilder.ui.plots.loss import LossPlot

__all__ = ["DataPlot", "DecisionPlot", "GradientPlot", "LossPlot", "PlotCard"]
