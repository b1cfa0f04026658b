"""Random networks over everything that is registered, drawn from the declarations alone."""

from __future__ import annotations

from typing import Any

import numpy as np
from helpers import Array

from netbuilder.declare import Parameter, parameters, registry
from netbuilder.engine.activation import Activation
from netbuilder.engine.graph import Vertex
from netbuilder.engine.initializer import Initializer
from netbuilder.engine.initializers.normal import Normal
from netbuilder.engine.initializers.xavier_uniform import XavierUniform
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.layers.input import Input
from netbuilder.engine.loss import Loss, WeightedLoss
from netbuilder.engine.network import Network
from netbuilder.engine.operation import Operation

Rng = np.random.Generator


def _value(p: Parameter, rng: Rng) -> Any:
    """A lively value of a declared parameter, within its bounds."""
    if p.kind == "bool":
        return bool(rng.random() < 0.8)
    if p.kind == "int":
        return int(rng.integers(int(p.minimum or 0), int(p.minimum or 0) + 5))
    if p.kind == "choice":
        return p.choices[rng.integers(len(p.choices))]
    if p.kind == "float":
        top = 1.0 if p.maximum is None else min(p.maximum, 1.0)
        drawn = p.default * rng.uniform(0.5, 1.5) if p.default else rng.uniform(0, 0.1 * top)
        return float(min(drawn, 0.99 * p.maximum) if p.maximum is not None else drawn)
    if p.struct is Initializer:
        return [Normal(std=0.7), XavierUniform(), XavierUniform(gain=2.0)][rng.integers(3)]
    return p.default


def operation(cls: type[Operation], rng: Rng) -> Operation:
    return cls(**{p.name: _value(p, rng) for p in parameters(cls)})


def _dense(units: int) -> Dense:
    return Dense(units=units, weight_init=Normal(std=0.8), bias_init=Normal(std=0.5))


class Drawn:
    """A network that grows node by node; every operation of the registry may come next."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng([seed, 77])
        kinds = registry(Operation)
        self.losses = [c for c in kinds.values() if issubclass(c, Loss)]
        self.inner = [c for c in kinds.values() if c.kind not in ("input", "loss")]
        self.activations = [c for c in self.inner if issubclass(c, Activation)]
        self.features = int(self.rng.integers(1, 6))
        self.m = int(self.rng.integers(2, 12))
        self.vertices = [Vertex("data", Input(), ())]
        self.widths = {"data": self.features}
        # Turn by turn, so that none is left out; the others of a network come by chance.
        self.loss = self._of(self.losses[seed % len(self.losses)])
        self.first = self.inner[seed % len(self.inner)]
        self._grow()
        self.network = Network(self.vertices, self.features)
        self.network.initialize(seed)
        self.x = self.rng.normal(size=(self.m, self.features))
        self.t = self._targets()

    def _of(self, cls: type[Any]) -> Any:
        return operation(cls, self.rng)

    def _pick(self, things: list[Any]) -> Any:
        return things[self.rng.integers(len(things))]

    def _put(self, made: Operation, *sources: str) -> str:
        name = f"{type(made).__name__} {len(self.vertices)}"
        self.vertices.append(Vertex(name, made, sources))
        self.widths[name] = made.width([self.widths[s] for s in sources])
        return name

    def _grow(self) -> None:
        here = self._put(_dense(int(self.rng.integers(2, 6))), "data")
        chosen = [self._pick(self.inner) for _ in range(self.rng.integers(1, 5))]
        for cls in (self.first, *chosen):
            here = self._attach(self._of(cls), here)
        last: type[Operation] | None = None
        if self.loss.after:
            last = registry(Operation)[self._pick(list(self.loss.after))]
        elif self.rng.random() < 0.5:
            last = self._pick(self.activations)
        outputs = 1 if self.rng.random() < 0.3 else int(self.rng.integers(2, 5))
        if last is not None and not getattr(last, "elementwise", True):
            outputs = max(outputs, 2)  # the probability of a single class is always 1
        here = self._put(_dense(outputs), here)
        if last is not None:
            here = self._put(self._of(last), here)
        if isinstance(self.loss, WeightedLoss) and self.rng.random() < 0.5:
            count = max(outputs, 2)
            weights = tuple(float(w) for w in self.rng.uniform(0.2, 3.0, count))
            self.loss = type(self.loss)(class_weights=weights)
        self.outputs = outputs
        self.vertices.append(Vertex("loss", self.loss, (here,)))

    def _attach(self, made: Operation, here: str) -> str:
        fewest, most = made.inputs
        if most == 1:
            return self._put(made, here)
        width = self.widths[here]
        sources = [here]
        for _ in range(fewest - 1 + int(self.rng.integers(2))):
            other = self._pick([v.id for v in self.vertices])
            if self.widths[other] != width or other in sources:
                other = self._put(_dense(width), other)
            sources.append(other)
        return self._put(made, *sources)

    def _targets(self) -> Array:
        if self.loss.encoding == "number":
            return self.rng.normal(size=(self.m, self.outputs))
        if self.outputs == 1:
            return self.rng.integers(2, size=(self.m, 1)).astype(float)
        return np.eye(self.outputs)[self.rng.integers(self.outputs, size=self.m)]
