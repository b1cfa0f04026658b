"""What every optimizer is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from netbuilder.declare import Declared, Meta
from netbuilder.engine.algebra.expression import Expression, Number, Quantity
from netbuilder.engine.algebra.symbol import Symbol
from netbuilder.engine.operation import Array, Builder, Call
from netbuilder.engine.scope import Scope

Rate = Annotated[
    float,
    Meta(
        gt=0,
        le=1e12,
        title="Learning rate",
        description="Size of the step against the gradient.",
        extra={"log": True},
    ),
]


class Optimizer(Declared, frozen=True):
    """Changes the parameters p by the gradient g; both are flat vectors of one length."""

    family: ClassVar[str] = "optimizer"
    state: ClassVar[tuple[str, ...]] = ()  # names of the vectors that it remembers
    counts: ClassVar[bool] = False  # needs to know how many updates it has made
    # Weight decay is not added to the gradient but taken from the weights directly.
    decoupled: ClassVar[bool] = False

    learning_rate: Rate = 0.1
    weight_decay: Annotated[
        float,
        Meta(
            ge=0,
            le=1000,
            title="Weight decay",
            description="Adds this times the weight to its gradient, so that weights stay small."
            " Biases are spared.",
            extra={"step": 0.001, "advanced": True},
        ),
    ] = 0.0

    def update(
        self,
        build: Builder,
        p: Array,
        g: Array,
        rate: Array,
        state: Mapping[str, Array],
        step: Array,
    ) -> list[Call]:
        """Calls that carry out one update and leave g as it is.

        `rate` is a 0-d array with the current rate. `step` is a 0-d float64 array: 1 in the first
        update, 2 in the second, if the class `counts`. `state` holds the vectors named by the
        class, all 0 at the start.
        """
        raise NotImplementedError

    def write_update(self, scope: Scope, step: Step) -> Expression | None:
        """The new parameter, for a view that takes the step apart; the new state goes into the
        scope under its name. None from an optimizer that does not say so."""
        return None


@dataclass(frozen=True)
class Step:
    """What an update is written with: the parameter p, the gradient g that the optimizer gets, the
    learning rate, its memory of this parameter by name, and the number of the update from 1."""

    p: Expression
    g: Expression
    rate: Number
    state: Mapping[str, Expression]
    count: int


def write_average(
    scope: Scope, name: str, before: Expression, value: Expression, share: Number
) -> Quantity:
    """memory <- share * memory + (1 - share) * value, as a line."""
    return scope.let(
        name, memory_symbol(scope, name).renewed(), share * before + (1.0 - share) * value
    )


def memory_symbol(scope: Scope, name: str) -> Symbol:
    """How an optimizer's memory of one parameter is written."""
    return scope.symbol(name, sub=scope.phase.strip())


def average(
    build: Builder, memory: Array, value: Array, share: float, scratch: Array
) -> list[Call]:
    """Calls for memory <- share * memory + (1 - share) * value."""
    return [
        build.bind(np.multiply, memory, build.scalar(share), memory),
        build.bind(np.multiply, value, build.scalar(1.0 - share), scratch),
        build.bind(np.add, memory, scratch, memory),
    ]
