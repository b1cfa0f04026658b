"""Going back to the network, data and settings of an earlier run, or to what it has learned."""

from typing import Any, ClassVar

from netbuilder.data.dataset import Dataset
from netbuilder.engine.settings import Training
from netbuilder.errors import NetbuilderError
from netbuilder.project.build import network_of
from netbuilder.project.commands import Command, SetWeights
from netbuilder.project.model import Edge, Node, Project, Weights


class TakeOver(Command, frozen=True):
    """Put what another project trains into this one; its weights are those to begin from."""

    template: ClassVar[str] = "Use the settings of run {number}"
    number: int
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    dataset: Dataset
    training: Training
    weights: Weights

    @property
    def fields(self) -> dict[str, Any]:
        return {"number": self.number}

    def apply(self, project: Project) -> Project:
        return project.with_(
            nodes=self.nodes,
            edges=self.edges,
            dataset=self.dataset,
            training=self.training,
            weights=self.weights,
            run=None,
        )

    def carry(self, weights: Weights, *, back: bool) -> None:
        return None


class TakeBack(TakeOver, frozen=True):
    """The same with the weights that the run ended with."""

    template: ClassVar[str] = "Use the network and weights of run {number}"


def taking_over(number: int, source: Project) -> TakeOver:
    """The command that goes back to a run's project."""
    return TakeOver(
        number, source.nodes, source.edges, source.dataset, source.training, source.weights
    )


def taking_back(
    number: int, project: Project, features: int, source: Project, learned: Weights, why: str
) -> Command:
    """The command that puts what a run has learned into this project, whose data have so many
    features: alone if the run's network is here still, whatever its blocks are called by now; with
    the run's network, data and settings otherwise. `why` is the text of the former."""
    index = {n.id: i for i, n in enumerate(source.nodes)}
    now = {n.id: i for i, n in enumerate(project.nodes)}
    same = [n.operation for n in source.nodes] == [n.operation for n in project.nodes] and {
        (index[a], index[b]) for a, b in source.edges
    } == {(now[a], now[b]) for a, b in project.edges}
    if same:
        named = {project.nodes[index[i]].id: weights for i, weights in learned.items()}
        try:
            network = network_of(project, features)
        except NetbuilderError:
            network = None
        if network is not None and all(network.fits(i, w) for i, w in named.items()):
            return SetWeights(named, why=why)
    return TakeBack(number, source.nodes, source.edges, source.dataset, source.training, learned)
