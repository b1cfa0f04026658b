"""Which views there are, deck by deck: a new one is a class in a file of its own and a word here.

Imported when the first view is wanted, since the window shall stand first.
"""

from __future__ import annotations

from netbuilder.ui.plots.confusion import ConfusionPlot
from netbuilder.ui.plots.decision import DecisionPlot
from netbuilder.ui.plots.gradient import GradientPlot
from netbuilder.ui.plots.gradient_mean import GradientMeanPlot
from netbuilder.ui.plots.heat_strip import HeatStrip
from netbuilder.ui.plots.hidden_space import HiddenSpacePlot
from netbuilder.ui.plots.histograms import HistogramsPlot
from netbuilder.ui.plots.loss import LossPlot
from netbuilder.ui.plots.metric import MetricPlot
from netbuilder.ui.plots.neuron import NeuronPlot
from netbuilder.ui.plots.output_spread import OutputSpreadPlot
from netbuilder.ui.plots.units import UnitsPlot
from netbuilder.ui.plots.update_ratio import UpdateRatioPlot
from netbuilder.ui.plots.weight_norm import WeightNormPlot

VIEWS = {
    "loss": (LossPlot, MetricPlot, ConfusionPlot),
    "gradients": (
        GradientPlot,
        HeatStrip,
        GradientMeanPlot,
        UpdateRatioPlot,
        WeightNormPlot,
        OutputSpreadPlot,
        HistogramsPlot,
        UnitsPlot,
    ),
    "decision": (DecisionPlot, NeuronPlot, HiddenSpacePlot),
}
