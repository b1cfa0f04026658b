"""One colour for each layer, the same on the canvas and in every plot."""

from netbuilder.engine.graph import topological_order
from netbuilder.project.model import Project
from netbuilder.ui.theme import Theme


def layer_colours(project: Project, theme: Theme) -> dict[str, str]:
    """A line colour for every node with weights, in the order of the network."""
    order = topological_order(project.incoming())
    ordered = set(order)
    rest = [n.id for n in project.nodes if n.id not in ordered]
    operations = {n.id: n.operation for n in project.nodes}
    with_weights = [i for i in (*order, *rest) if operations[i].parameters((1, 1))]
    return {node_id: theme.series[k % len(theme.series)] for k, node_id in enumerate(with_weights)}
