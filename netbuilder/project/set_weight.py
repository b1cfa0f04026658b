"""One number of a layer, set by hand."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import msgspec
import numpy as np

from netbuilder.project.commands import Command, CommandError
from netbuilder.project.model import Array, Project, Weights, freeze

LARGEST = 1e6  # in absolute value; beyond it a network only overflows


class SetWeight(Command, frozen=True):
    """Set one entry of one parameter; typing and stepping at the same one is one undo step.

    `start` are all parameters of the node as they are now. They become the document's when it has
    none that fit, as before the first training, where they were drawn from the seed. Raises
    CommandError.
    """

    template: ClassVar[str] = "Change {what} of {node}"
    node: str
    parameter: str  # "W", "b"
    index: tuple[int, ...]
    value: float
    start: Mapping[str, Array] = {}

    @property
    def fields(self) -> dict[str, Any]:
        return {"what": "a bias" if len(self.index) == 1 else "a weight", "node": self.node}

    @property
    def merge_key(self) -> object:
        return (type(self), self.node, self.parameter, self.index)

    def apply(self, project: Project) -> Project:
        if not project.has(self.node):
            raise CommandError(detail=f"There is no block named '{self.node}'.")
        if not abs(self.value) <= LARGEST:  # NaN is not either
            raise CommandError(detail=f"A weight is a number from -{LARGEST:g} to {LARGEST:g}.")
        named = dict(self.start or project.weights.get(self.node, {}))
        values = named.get(self.parameter)
        if (
            values is None
            or len(self.index) != values.ndim
            or not all(0 <= k < n for k, n in zip(self.index, values.shape, strict=True))
        ):
            raise CommandError(
                detail=f"'{self.node}' has no such weight: its shape has changed meanwhile."
            )
        changed = np.array(values, dtype=np.float64)
        changed[self.index] = self.value
        named[self.parameter] = changed
        frozen = {name: freeze(a) for name, a in named.items()}
        return project.with_(weights={**project.weights, self.node: frozen})

    def settle(self, now: Weights, then: Weights) -> Weights:
        """Only the one entry goes back; what training has made of the others since stays."""
        here = now.get(self.node, {}).get(self.parameter)
        there = then.get(self.node, self.start).get(self.parameter)
        if here is None or there is None or here.shape != there.shape:
            return then
        changed = np.array(here, dtype=np.float64)
        changed[self.index] = there[self.index]
        return {**now, self.node: {**now[self.node], self.parameter: freeze(changed)}}

    def joined_to(self, earlier: Self) -> Self:
        """What was there before the first of them counts."""
        return msgspec.structs.replace(self, start=earlier.start or self.start)

    def carry(self, weights: Weights, *, back: bool) -> None:
        return None
