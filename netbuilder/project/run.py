"""The block "run" of a project file: what lets training go on as if it had never stopped.

It is used only together with exactly the network, data, settings and weights that it was saved
with; after any change of these it is left out, and training starts anew from the weights.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np

from netbuilder.declare import encode
from netbuilder.project.model import Project

LIMITS = ("max_epochs", "stop")  # settings that only say when to stop


def run_block(project: Project, state: Mapping[str, Any]) -> dict[str, Any]:
    """The block for a run's state; the project holds the weights of the same moment."""
    return {"network": _network_mark(project), "weights": _weights_mark(project), "state": state}


def run_state(project: Project) -> Any:
    """The state of the run that was saved with this project, or None if there is none that fits."""
    block = project.run
    if (
        not block
        or not project.weights
        or block.get("weights") != _weights_mark(project)
        or block.get("network") != _network_mark(project)
    ):
        return None
    return block.get("state")


def _network_mark(project: Project) -> str:
    """A mark of all that the numbers of a run depend on, the names and places of blocks aside."""
    index = {n.id: i for i, n in enumerate(project.nodes)}
    training = {k: v for k, v in encode(project.training).items() if k not in LIMITS}
    content = (
        [encode(n.operation) for n in project.nodes],
        [(index[a], index[b]) for a, b in project.edges],
        encode(project.dataset),
        training,
    )
    return hashlib.sha256(msgspec.json.encode(content)).hexdigest()


def _weights_mark(project: Project) -> str:
    digest = hashlib.sha256()
    for i, node in enumerate(project.nodes):
        for name, array in project.weights.get(node.id, {}).items():
            digest.update(f"{i} {name} {array.shape} ".encode())
            digest.update(np.asarray(array, "<f8").tobytes())
    return digest.hexdigest()
