"""Going back to the network, data and settings of an earlier run."""

from typing import Any, ClassVar

from netbuilder.data.dataset import Dataset
from netbuilder.engine.settings import Training
from netbuilder.project.commands import Command
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


def taking_over(number: int, source: Project) -> TakeOver:
    """The command that goes back to a run's project."""
    return TakeOver(
        number, source.nodes, source.edges, source.dataset, source.training, source.weights
    )
