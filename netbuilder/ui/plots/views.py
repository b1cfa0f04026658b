"""Which views there are, deck by deck: a new one is a class in a file of its own and a word here.

Imported when the first view is wanted, since the window shall stand before pyqtgraph is there.
"""

from __future__ import annotations

from netbuilder.ui.plots.confusion import ConfusionPlot
from netbuilder.ui.plots.decision import DecisionPlot
from netbuilder.ui.plots.gradient import GradientPlot
from netbuilder.ui.plots.loss import LossPlot
from netbuilder.ui.plots.metric import MetricPlot

VIEWS = {
    "loss": (LossPlot, MetricPlot, ConfusionPlot),
    "gradients": (GradientPlot,),
    "decision": (DecisionPlot,),
}
