"""What a node of the network does, and the pieces from which its fast kernel is built.

An `Operation` is only a declaration. For one batch size it *builds* a `Kernel`: lists of calls that
take no argument, with every array looked up, shaped and allocated beforehand. A training step is
then nothing but `for call in calls: call()`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from netbuilder.declare import Declared
from netbuilder.engine.initializer import Initializer
from netbuilder.errors import ShapeError

Array = NDArray[Any]
Call = Callable[[], object]


class Live:
    """A place for an array that changes from batch to batch (the inputs and the targets)."""

    __slots__ = ("array",)

    def __init__(self) -> None:
        self.array: Array = np.empty((0, 0))


@dataclass(frozen=True)
class Signal:
    """What flows along a wire for one batch of m samples.

    value (n, m): feature-major. aug (n + 1, m): the same memory followed by a row of ones, so that
    a Dense layer multiplies W and b in one product. Both are `Live` for the network's input.
    """

    width: int
    value: Any
    aug: Any


@dataclass(frozen=True)
class Ports:
    """Every array that one node's kernel reads and writes.

    inputs: its incoming signals. output: its own. params and grads: views (batch-first shapes) into
    the network's flat vectors, `flat` and `flat_grad` the node's whole part of them; `grads` is
    empty for a frozen node. output_grad (n, m): dJ/d output, already computed when the backward
    calls run. input_grads: where dJ/d input is to be written, None where nobody needs it.
    derivative (n, m): for an activation, f'(z), already computed.
    """

    inputs: Sequence[Signal]
    output: Signal
    params: Mapping[str, Array]
    grads: Mapping[str, Array]
    flat: Array
    flat_grad: Array | None
    output_grad: Array | None
    input_grads: Sequence[Array | None]
    derivative: Array | None = None


@dataclass
class Kernel:
    """The calls of one node: `predict` is used instead of `forward` outside training."""

    forward: list[Call]
    backward: list[Call] = field(default_factory=list)
    predict: list[Call] | None = None


class Builder:
    """Allocates and binds for one batch size m and one precision."""

    def __init__(self, m: int, dtype: np.dtype[Any]) -> None:
        self.m = m
        self.dtype = dtype

    def empty(self, *shape: int) -> Array:
        """A zeroed scratch array."""
        return np.zeros(shape, self.dtype)

    def scalar(self, value: float) -> Array:
        """A 0-d array: NumPy takes it twice as fast as a Python float, and it can be changed."""
        return np.array(value, self.dtype)

    def bind(self, function: Callable[..., object], *args: Any, **kwargs: Any) -> Call:
        """A call without arguments; `Live` arguments are looked up when it is made."""
        live = [i for i, a in enumerate(args) if isinstance(a, Live)]
        if not live:
            return partial(function, *args, **kwargs)
        if len(args) == 3 and not kwargs and live == [0]:
            cell, second, third = args
            return lambda: function(cell.array, second, third)
        if len(args) == 3 and not kwargs and live == [1]:
            first, cell, third = args
            return lambda: function(first, cell.array, third)
        return lambda: function(*[a.array if isinstance(a, Live) else a for a in args], **kwargs)


@dataclass(frozen=True)
class ParameterSpec:
    """Shape and start of one parameter; `decays` says whether penalties apply to it."""

    shape: tuple[int, ...]
    init: Initializer
    decays: bool


class Operation(Declared, frozen=True):
    """What a node does. A registered subclass is at once a block of the palette."""

    family: ClassVar[str] = "operation"
    kind: ClassVar[str] = "layer"  # input, layer, activation, normalisation, regularisation, loss
    inputs: ClassVar[tuple[int, int | None]] = (1, 1)  # fewest and most incoming wires
    has_output: ClassVar[bool] = True
    keywords: ClassVar[tuple[str, ...]] = ()  # further words that find it

    def width(self, inputs: Sequence[int]) -> int:
        """Number of output units for the given numbers of input units. Raises ShapeError."""
        return inputs[0]

    def parameters(self, inputs: Sequence[int]) -> Mapping[str, ParameterSpec]:
        """The trainable arrays by name, in their order in memory."""
        return {}

    def is_trainable(self) -> bool:
        """False keeps the parameters as they are."""
        return True

    def penalty(self) -> tuple[float, float]:
        """The L1 and L2 factors on those parameters that decay."""
        return 0.0, 0.0

    def kernel(self, build: Builder, ports: Ports) -> Kernel:
        """The bound calls for one batch size."""
        raise NotImplementedError

    def fail(self, detail: str) -> ShapeError:
        return ShapeError(where=type(self).__name__, detail=detail)
