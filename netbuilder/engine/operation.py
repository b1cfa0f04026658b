"""What a node of the network does, and the pieces from which its fast kernel is built.

An `Operation` is only a declaration. For one batch size it *builds* a `Kernel`: lists of calls that
take no argument, with every array looked up, shaped and allocated beforehand. A training step is
then nothing but `for call in calls: call()`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from netbuilder.declare import Declared
from netbuilder.engine.initializer import Initializer
from netbuilder.errors import ShapeError

if TYPE_CHECKING:
    from netbuilder.engine.algebra.expression import Expression
    from netbuilder.engine.scope import Scope, Written

Array = NDArray[Any]
Call = Callable[[], object]

# "train": drops units and updates running statistics. "trace": the same numbers as the next step of
# training, but without side effects. "probe": every gradient, without noise and without side
# effects. "predict": forward only, without noise, from running statistics.
Mode = Literal["train", "trace", "probe", "predict"]


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
    the network's flat vectors, `flat` and `flat_grad` the node's learned part of them in one piece;
    `grads` is empty for a frozen node and never holds what is not learned. output_grad (n, m):
    dJ/d output, already computed when the backward calls run. input_grads: where dJ/d input is to
    be written, None where nobody needs it. derivative (n, m): for an activation, f'(z), already
    computed. rng: the node's own random stream, for operations that draw numbers in training.
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
    rng: np.random.Generator | None = None


@dataclass
class Kernel:
    """The calls of one node. `shown` names what it computes on the way, for a view that takes the
    step apart: feature-major arrays (n, m), (n, 1) or (1, m)."""

    forward: list[Call]
    backward: list[Call] = field(default_factory=list)
    shown: dict[str, Array] = field(default_factory=dict)


class Builder:
    """Allocates and binds for one batch size m, one precision and one mode."""

    def __init__(self, m: int, dtype: np.dtype[Any], mode: Mode = "train") -> None:
        self.m = m
        self.dtype = dtype
        self.mode: Mode = mode

    @property
    def noisy(self) -> bool:
        """Whether units are dropped and noise is added."""
        return self.mode in ("train", "trace")

    def empty(self, *shape: int) -> Array:
        """A zeroed scratch array."""
        return np.zeros(shape, self.dtype)

    def scalar(self, value: float) -> Array:
        """A 0-d array: NumPy takes it twice as fast as a Python float, and it can be changed."""
        with np.errstate(over="ignore"):  # beyond the precision's range is as good as infinite
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

    def mean(self, values: Any, out: Array, axis: int, count: int) -> list[Call]:
        """Calls that write the mean of values (n, m) over `count` numbers along an axis into out,
        which is (n, 1) or (1, m)."""
        if self.dtype == np.float16:
            # A sum of many half-precision numbers may overflow where their mean does not; a product
            # with 1 / count adds up in single precision.
            share = np.full((count, 1) if axis == 1 else (1, count), 1.0 / count, self.dtype)
            pair = (values, share) if axis == 1 else (share, values)
            return [self.bind(np.dot, *pair, out)]
        return [
            self.bind(np.add.reduce, values, axis=axis, out=out, keepdims=True),
            self.bind(np.divide, out, self.scalar(count), out),
        ]


def wide(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The precision for what half precision is too coarse for: random numbers (NumPy draws none in
    float16) and the arithmetic of optimizers."""
    return np.dtype(np.float32) if dtype == np.float16 else dtype


@dataclass(frozen=True)
class ParameterSpec:
    """Shape and start of one parameter. `decays` says whether penalties apply to it. One that is
    not `learned` (a running statistic) has no gradient: the operation changes it by itself. A node
    names those that are learned first."""

    shape: tuple[int, ...]
    init: Initializer
    decays: bool
    learned: bool = True


class Operation(Declared, frozen=True):
    """What a node does. A registered subclass is at once a block of the palette."""

    family: ClassVar[str] = "operation"
    kind: ClassVar[str] = "layer"  # input, layer, activation, normalisation, regularisation, loss
    inputs: ClassVar[tuple[int, int | None]] = (1, 1)  # fewest and most incoming wires
    has_output: ClassVar[bool] = True
    keywords: ClassVar[tuple[str, ...]] = ()  # further words that find it
    advice: ClassVar[str] = ""  # when to use it and when not, in a sentence or two
    random: ClassVar[bool] = False  # draws numbers in training, from a stream of its own
    letter: ClassVar[str] = "U"  # of its output in formulas

    def width(self, inputs: Sequence[int]) -> int:
        """Number of output units for the given numbers of input units. Raises ShapeError."""
        return inputs[0]

    def parameters(self, inputs: Sequence[int]) -> Mapping[str, ParameterSpec]:
        """The arrays that it keeps, by name, in their order in memory."""
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

    def write_forward(self, scope: Scope) -> Expression:
        """How the output comes about, for a view that takes the step apart; what is named on the
        way goes into the scope. An operation that does not say so is shown by its name."""
        from netbuilder.engine.algebra.matrices import Opaque

        return Opaque(type(self).__name__, tuple(scope.inputs), scope.y.values)

    def write_backward(self, scope: Scope) -> Written | None:
        """How the gradient goes back, or None for an operation that does not say so."""
        return None

    def fail(self, detail: str) -> ShapeError:
        return ShapeError(where=type(self).__name__, detail=detail)
