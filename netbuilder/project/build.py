"""From a project to what trains it: the network, the samples and the trainer."""

from contextlib import suppress
from typing import NamedTuple

from netbuilder.data.dataset import Table
from netbuilder.data.prepare import Split, split, targets
from netbuilder.engine.graph import Vertex
from netbuilder.engine.network import Network
from netbuilder.engine.state import BadState
from netbuilder.engine.trainer import Samples, Trainer
from netbuilder.errors import NetbuilderError
from netbuilder.project.analysis import analyse
from netbuilder.project.model import Project, Weights, freeze
from netbuilder.project.run import run_state


class NotReady(NetbuilderError):
    """The project has problems that keep it from training."""

    template = "{first}"


class Run(NamedTuple):
    """A project made ready to train."""

    network: Network
    split: Split
    trainer: Trainer


def prepared(project: Project, table: Table | None = None) -> Split:
    """The training and test samples of a project."""
    table = project.dataset.make() if table is None else table
    return split(table, project.training.test_fraction, project.dataset.split_seed)


def network_of(project: Project, features: int) -> Network:
    """The engine's network, with its weights drawn from the seed.

    Raises NetworkError or ShapeError for a project with problems.
    """
    inputs = project.incoming()
    vertices = [Vertex(n.id, n.operation, inputs[n.id]) for n in project.nodes]
    network = Network(vertices, features, project.training.precision)
    network.initialize(project.training.seed)
    return network


def restore(network: Network, weights: Weights) -> None:
    """Take over the weights that still fit the network, layer by layer; the rest stay as drawn."""
    network.set_weights({k: v for k, v in weights.items() if network.fits(k, v)})


def samples(split_: Split, network: Network) -> tuple[Samples, Samples]:
    """Training and test samples with their targets as the network's loss wants them."""
    one_hot = network.loss.encoding == "one_hot"
    train, test = (
        Samples(t.x, targets(t, network.outputs, one_hot)) for t in (split_.train, split_.test)
    )
    return train, test


def build(project: Project, *, fresh: bool = False) -> Run:
    """Everything that a run needs. `fresh` starts from drawn weights, not from the saved ones;
    otherwise a run that was saved with the project goes on where it was.

    Raises NotReady with the first problem's text when the project cannot be trained.
    """
    table = project.dataset.make()
    analysis = analyse(project, table)
    if analysis.errors:
        raise NotReady(first=analysis.errors[0].text, count=len(analysis.errors))
    split_ = prepared(project, table)
    network = network_of(project, table.features)
    if not fresh:
        restore(network, project.weights)
    train, test = samples(split_, network)
    trainer = Trainer(
        network, project.training, train, test, classification=table.classes is not None
    )
    saved = None if fresh else run_state(project)
    if saved is not None:
        # A block made or damaged by hand is no reason to refuse the project: its weights are sound.
        with suppress(BadState):
            trainer.restore(saved)
    return Run(network, split_, trainer)


def weights_of(network: Network) -> Weights:
    """The network's weights as the document keeps them: read-only float64."""
    return {i: {n: freeze(a) for n, a in named.items()} for i, named in network.parameters.items()}
