"""Small things that many tests need."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from click.testing import CliRunner, Result
from numpy.typing import NDArray

from netbuilder.cli import cli
from netbuilder.data.dataset import Dataset
from netbuilder.data.sets.xor import Xor
from netbuilder.engine.graph import Vertex
from netbuilder.engine.layers.input import Input
from netbuilder.engine.loss import Loss
from netbuilder.engine.network import Network
from netbuilder.engine.operation import Mode, Operation
from netbuilder.engine.settings import Training
from netbuilder.engine.statistics import LayerStatistics
from netbuilder.engine.workspace import Workspace
from netbuilder.project.model import Node, Project

Array = NDArray[np.float64]

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
DATA_FILES = Path(__file__).parent / "data_files"


# ---- networks and projects ----


def chain(
    *operations: Operation, features: int = 2, precision: str = "float64", seed: int = 0
) -> Network:
    """A network data -> operations[0] -> … -> loss, its nodes named "0", "1", …, initialised."""
    vertices = [Vertex("data", Input(), ())]
    for i, operation in enumerate(operations):
        vertices.append(Vertex(str(i), operation, (vertices[-1].id,)))
    network = Network(vertices, features, precision)
    network.initialize(seed)
    return network


def chained(
    *operations: Operation,
    dataset: Dataset | None = None,
    training: Training | None = None,
    name: str = "Chain",
) -> Project:
    """A project data -> operations[0] -> … with nodes named by their type in lower case."""
    nodes = [Node("data", Input(), (0.0, 0.0))]
    for operation in operations:
        stem = "loss" if isinstance(operation, Loss) else type(operation).__name__.lower()
        taken = sum(n.id.split(" ")[0] == stem for n in nodes)
        node_id = stem if not taken else f"{stem} {taken + 1}"
        nodes.append(Node(node_id, operation, (160.0 * len(nodes), 0.0)))
    return Project(
        name=name,
        nodes=tuple(nodes),
        edges=tuple((a.id, b.id) for a, b in pairwise(nodes)),
        dataset=dataset or Xor(samples=40),
        training=training or Training(),
    )


def layers(gradient_norms: Mapping[str, float]) -> dict[str, LayerStatistics]:
    """Statistics of layers that learn, alike but for the norms of their gradients."""
    return {
        name: LayerStatistics(
            units=4, mean=0.0, std=1.0, parameters=12, gradient_norm=norm, parameter_norm=1.0
        )
        for name, norm in gradient_norms.items()
    }


def loaded(network: Network, x: Array, t: Array, mode: Mode = "train") -> Workspace:
    """The workspace for rows x (m, n) and targets t (m, k), with that batch set."""
    workspace = network.workspace(len(x), mode)
    workspace.load(network.augmented(x).T, np.ascontiguousarray(t, network.dtype).T)
    return workspace


def loss_of(network: Network, x: Array, t: Array, mode: Mode = "train") -> float:
    workspace = loaded(network, x, t, mode)
    with np.errstate(all="ignore"):
        workspace.run(workspace.forward)
        workspace.run(workspace.loss_calls)
    return float(workspace.loss)


def gradient_of(network: Network, x: Array, t: Array, mode: Mode = "train") -> Array:
    """The flat gradient that the backward pass computes."""
    workspace = loaded(network, x, t, mode)
    with np.errstate(all="ignore"):
        workspace.run(workspace.train_calls)
    return network.grads.astype(np.float64)


def central_differences(function: Callable[[], float], values: Array) -> Array:
    """(f(v + e) - f(v - e)) / 2e for each element of an array that `function` looks at."""
    slopes = np.zeros_like(values)
    for index in np.ndindex(values.shape):
        kept = float(values[index])
        step = 1e-5 * max(1.0, abs(kept))
        values[index] = kept + step
        above = function()
        values[index] = kept - step
        below = function()
        values[index] = kept
        slopes[index] = (above - below) / (2.0 * step)
    return slopes


def relative_error(a: Array, b: Array) -> float:
    """|a - b| / (|a| + |b|) in the Euclidean norm; 0 for two zeros."""
    size = float(np.linalg.norm(a) + np.linalg.norm(b))
    return float(np.linalg.norm(a - b)) / size if size > 1e-9 else 0.0


# ---- numbers ----


def printed(value: Any) -> Any:
    """Numbers, nested in lists, rounded to the 6 significant digits of a printed page."""
    if isinstance(value, (list, tuple)):
        return [printed(v) for v in value]
    return float(f"{value:.6g}")


def reference(name: str) -> dict[str, Any]:
    """A worked example with the numbers as printed."""
    found: dict[str, Any] = json.loads((DATA_FILES / f"{name}.json").read_text())
    return found


# ---- the command line ----


def netbuilder(*words: object) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(cli, [str(w) for w in words])


def netbuilder_process(*words: object, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a command as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "netbuilder", *[str(w) for w in words]],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        **options,
    )


def data_of(result: Result) -> Any:
    """The JSON that a command printed."""
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def complaint(result: Result, status: int = 2) -> str:
    """The one line that a failed command put on standard error."""
    assert result.exit_code == status, (result.exit_code, result.stdout, result.stderr)
    lines = result.stderr.splitlines()
    assert len(lines) == 1, lines
    assert lines[0].startswith("netbuilder: ")
    assert "Traceback" not in lines[0]
    return lines[0].removeprefix("netbuilder: ")


def targets_for(loss: Loss, m: int, k: int, seed: int = 5) -> Array:
    """Targets (m, k) such as the loss wants them."""
    rng = np.random.default_rng([seed, m, k])
    if loss.encoding == "number":
        return rng.normal(size=(m, k))
    if loss.encoding == "one_hot":
        return np.eye(k)[rng.integers(k, size=m)]
    return rng.integers(2, size=(m, k)).astype(np.float64)


def shape_text(shape: Sequence[int]) -> str:
    return " × ".join(map(str, shape))
