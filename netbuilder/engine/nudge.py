"""A small change of one weight: what the gradient predicts, and what it does."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, cast

import numpy as np

from netbuilder.engine.graph import Vertex
from netbuilder.engine.network import Network
from netbuilder.engine.operation import Array, wide
from netbuilder.engine.walk import Walk

STEP = 6e-6
"""Step of the central differences, times max(1, |w|): the cube root of the precision of float64,
where the error of the formula and that of rounding are of one size."""
MOST_CHECKED = 500
"""Weights of a whole network that are checked; of more, as many are drawn."""
TOLERANCE = {"float64": 1e-6, "float32": 1e-3, "float16": 5e-2}
"""Error up to which a gradient of that precision counts as right."""
ROUNDING = 8.0 * float(np.finfo(np.float64).eps)
BEND = 1e-3

Judgement = Literal["agrees", "rounding", "bend", "differs", "not finite"]


class Weight(NamedTuple):
    """One learned number: the node, its parameter, row and column (row 0 of a bias)."""

    node: str
    name: str
    row: int
    column: int


@dataclass(frozen=True)
class Nudged:
    """J before and after w became w + dw, and the change that the gradient predicts."""

    before: float
    after: float
    predicted: float

    @property
    def true(self) -> float:
        """J(w + dw) - J(w)."""
        return self.after - self.before

    @property
    def difference(self) -> float:
        """What the prediction leaves out: the bend of J."""
        return self.true - self.predicted


@dataclass(frozen=True)
class Checked:
    """dJ/dw by backpropagation beside (J(w + h) - J(w - h)) / 2h.

    judgement: "agrees" within the tolerance; "rounding" where the difference is no more than the
    rounding of J makes up; "bend" where J has a corner within h (as ReLU makes them), so that there
    is no one slope; "not finite" where J or a slope is none; else "differs".
    """

    weight: Weight
    gradient: float
    numeric: float
    step: float
    judgement: Judgement

    @property
    def error(self) -> float:
        """|a - n| / max(|a|, |n|); 0 for two zeros."""
        return relative(self.gradient, self.numeric)


def relative(a: float, n: float) -> float:
    """|a - n| / max(|a|, |n|); 0 for two zeros."""
    size = max(abs(a), abs(n))
    return abs(a - n) / size if size > 0.0 else 0.0


class Nudge:
    """J of a walk's samples as a function of its weights, on a float64 copy of the network.

    The copy draws the same masks and noise as the walk. J includes the penalties, as the gradient
    does. Nothing of the network itself changes. Not thread-safe.
    """

    def __init__(self, walk: Walk) -> None:
        network = walk.network
        loss = Vertex(network.loss_id, network.loss, (network.output_id,))
        self.walk = walk
        self.precision = str(network.dtype)
        self._network = Network([*network.vertices, loss], network.features)
        for node, named in walk.params.items():
            for name, quantity in named.items():
                mine = self._network.parameters[node][name]
                mine[...] = quantity.values.reshape(mine.shape)
        self._streams = [
            _Stream(stream, wide(network.dtype)) for stream in network.streams.values()
        ]
        replayed = zip(network.streams, self._streams, strict=True)
        self._network.streams = {i: cast(np.random.Generator, s) for i, s in replayed}
        # Running statistics of the copy may follow the batches: a training step uses none of them.
        self._workspace = self._network.workspace(walk.m, "train")
        x = walk.outputs[network.vertices[0].id].values
        self._rows = self._network.augmented(x).T
        self._targets = np.ascontiguousarray(walk.targets.values).T

    # ---- one weight ------------------------------------------------------------------------------

    def loss(self) -> float:
        """J for the weights of the copy as they are."""
        for stream in self._streams:
            stream.rewind()
        workspace = self._workspace
        workspace.load(self._rows, self._targets)
        with np.errstate(all="ignore"):
            workspace.run(workspace.forward)
            workspace.run(workspace.loss_calls)
        return float(workspace.loss) + self._network.penalty()

    def gradient(self, weight: Weight) -> float:
        """dJ/dw as the walk has it."""
        grads = self.walk.grads[weight.node][weight.name]
        return float(grads.values[weight.row, weight.column])

    def value(self, weight: Weight) -> float:
        """w itself."""
        params = self.walk.params[weight.node][weight.name]
        return float(params.values[weight.row, weight.column])

    def _loss_at(self, weight: Weight, value: float) -> float:
        flat = self._network.parameters[weight.node][weight.name].reshape(-1)
        place = weight.row * self.walk.params[weight.node][weight.name].shape[1] + weight.column
        kept = flat[place]
        flat[place] = value
        try:
            return self.loss()
        finally:
            flat[place] = kept

    def nudge(self, weight: Weight, change: float) -> Nudged:
        """Change w by `change` and take it back."""
        after = self._loss_at(weight, self.value(weight) + change)
        return Nudged(self.loss(), after, self.gradient(weight) * change)

    def check(self, weight: Weight) -> Checked:
        """Compare the gradient with central differences."""
        w, gradient = self.value(weight), self.gradient(weight)
        step = STEP * max(1.0, abs(w))
        above, below = self._loss_at(weight, w + step), self._loss_at(weight, w - step)
        numeric = (above - below) / (2.0 * step)
        judgement: Judgement = "differs"
        noise = ROUNDING * max(abs(above), abs(below)) / step
        if not (math.isfinite(gradient) and math.isfinite(numeric)):
            judgement = "not finite"
        elif relative(gradient, numeric) <= TOLERANCE[self.precision]:
            judgement = "agrees"
        elif abs(gradient - numeric) <= noise:
            judgement = "rounding"
        else:
            here = self.loss()
            right, left = (above - here) / step, (here - below) / step
            if abs(right - left) > BEND * max(abs(right), abs(left)) + 2.0 * noise:
                judgement = "bend"
        return Checked(weight, gradient, numeric, step, judgement)

    # ---- many ------------------------------------------------------------------------------------

    def weights(self, node: str | None = None) -> list[Weight]:
        """All learned numbers of one node or of the network, in order."""
        return [
            Weight(at, name, row, column)
            for at, named in self.walk.grads.items()
            if node is None or at == node
            for name, quantity in named.items()
            for row, column in np.ndindex(*quantity.values.shape)
        ]


class Sweep:
    """The check of many weights, in pieces: `advance` until `done`."""

    def __init__(self, nudge: Nudge, weights: Sequence[Weight], most: int = MOST_CHECKED) -> None:
        self.asked = len(weights)
        if len(weights) > most:
            # Drawn, but the same each time.
            chosen = np.sort(np.random.default_rng(0).choice(len(weights), most, replace=False))
            weights = [weights[int(i)] for i in chosen]
        self._nudge = nudge
        self._weights = list(weights)
        self.checked: list[Checked] = []

    @property
    def total(self) -> int:
        """How many are checked in the end."""
        return len(self._weights)

    @property
    def done(self) -> bool:
        """Whether all are checked."""
        return len(self.checked) == self.total

    def advance(self, seconds: float = 0.02) -> None:
        """Check for about so long, at least one."""
        end = time.perf_counter() + seconds
        while not self.done:
            self.checked.append(self._nudge.check(self._weights[len(self.checked)]))
            if time.perf_counter() >= end:
                return

    def count(self, judgement: Judgement) -> int:
        """How many were judged so."""
        return sum(c.judgement == judgement for c in self.checked)

    @property
    def worst(self) -> Checked | None:
        """The one with the largest error, of those that differ if there are any; what rounding or
        a bend explains does not count."""
        for judgement in ("differs", "agrees"):
            found = [c for c in self.checked if c.judgement == judgement]
            if found:
                return max(found, key=lambda c: c.error)
        return None

    @property
    def error(self) -> float:
        """|a - n| / max(|a|, |n|) in the Euclidean norm, without what cannot be compared."""
        left_out = ("bend", "not finite")
        pairs = [(c.gradient, c.numeric) for c in self.checked if c.judgement not in left_out]
        a = math.sqrt(sum(g * g for g, _ in pairs))
        n = math.sqrt(sum(d * d for _, d in pairs))
        size = max(a, n)
        return math.sqrt(sum((g - d) ** 2 for g, d in pairs)) / size if size > 0.0 else 0.0


class _Stream:
    """A copy of a random stream that can be wound back, and draws as coarsely as the original."""

    def __init__(self, stream: np.random.Generator, kind: np.dtype[Any]) -> None:
        self._start = stream.bit_generator.state
        self._copy = np.random.Generator(type(stream.bit_generator)())
        self._kind = kind

    def rewind(self) -> None:
        """Back to where the walk drew from."""
        self._copy.bit_generator.state = self._start

    def random(self, *, out: Array, dtype: object) -> None:
        """Uniform numbers."""
        out[...] = self._copy.random(out.shape, dtype=self._kind.type)

    def standard_normal(self, *, out: Array, dtype: object) -> None:
        """Normal numbers."""
        out[...] = self._copy.standard_normal(out.shape, dtype=self._kind.type)
