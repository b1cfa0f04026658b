"""What a run remembers beside its weights, as plain JSON data: enough to go on to the last bit."""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from netbuilder.declare import type_name
from netbuilder.engine.operation import Array
from netbuilder.errors import NetbuilderError

if TYPE_CHECKING:
    from netbuilder.engine.trainer import Trainer

LARGEST = 2**63  # counters stay below it


class BadState(NetbuilderError):
    """A saved state that does not fit the run; nothing of it was taken over."""

    template = "The saved state of training cannot be used: {detail}."


class Best(NamedTuple):
    """The smallest test loss so far, how many epochs ago it was, and the weights then."""

    loss: float
    waited: int
    params: Array


class State(NamedTuple):
    """A run's state, checked."""

    step: int
    epoch: int
    batch: int
    seconds: float
    first_loss: float
    first_size: float
    order: Array | None
    shuffle: Mapping[str, Any]
    streams: Mapping[str, Mapping[str, Any]]
    updates: float
    vectors: Mapping[str, Array] | None
    best: Best | None


def capture(trainer: Trainer) -> dict[str, Any]:
    """The state as JSON data. Weights and running statistics are not in it: they are parameters."""
    update, best = trainer.update, trainer.best
    shuffled = trainer.order is not None and trainer.batch > 0
    return {
        "step": trainer.step,
        "epoch": trainer.epoch,
        "batch": trainer.batch,
        "seconds": trainer.seconds,
        "first_loss": _plain(trainer.first_loss),
        "first_size": _plain(trainer.first_size),
        # The order of the present epoch; between two epochs the next one is still to be drawn.
        "order": packed(np.asarray(trainer.order, "<i4")) if shuffled else None,
        "shuffle": stream_data(trainer.shuffler),
        # By place in the network, so that a layer may get another name.
        "streams": {
            str(index): stream_data(trainer.network.streams[v.id])
            for index, v in enumerate(trainer.network.vertices)
            if v.id in trainer.network.streams
        },
        "optimizer": {
            "type": type_name(type(update.optimizer)),
            "count": float(update.count),
            "vectors": {name: packed(vector) for name, vector in update.state.items()},
        },
        "best": best
        and {"loss": _plain(best.loss), "waited": best.waited, "params": packed(best.params)},
    }


def live(trainer: Trainer) -> State:
    """The state in copies of its arrays, which `Trainer.take_over` takes; a few microseconds in a
    small network."""
    update, best, order = trainer.update, trainer.best, None
    if trainer.order is not None and trainer.batch > 0:
        order = trainer.order.astype(np.min_scalar_type(trainer.samples))
    return State(
        step=trainer.step,
        epoch=trainer.epoch,
        batch=trainer.batch,
        seconds=trainer.seconds,
        first_loss=trainer.first_loss,
        first_size=trainer.first_size,
        order=order,
        shuffle=trainer.shuffler.bit_generator.state,
        streams={i: s.bit_generator.state for i, s in trainer.network.streams.items()},
        updates=float(update.count),
        vectors={name: vector.copy() for name, vector in update.state.items()},
        best=best and best._replace(params=best.params.copy()),
    )


def parse(data: Any, trainer: Trainer) -> State:
    """The state in JSON data, checked against the run that is to go on. Raises BadState."""
    try:
        return _parse(data, trainer)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise BadState(detail=f"{type(error).__name__}, {error}") from error


def _parse(data: Any, trainer: Trainer) -> State:
    network, update = trainer.network, trainer.update
    samples, batches = trainer.samples, trainer.steps_per_epoch
    batch = _count(data["batch"], batches)
    order = None
    if trainer.shuffles and batch:
        order = unpacked(data["order"], "<i4", samples).astype(np.intp)
        if not np.array_equal(np.sort(order), np.arange(samples)):
            raise ValueError("the order is none of all samples")
    places = {v.id: str(i) for i, v in enumerate(network.vertices)}
    if data["streams"].keys() != {places[i] for i in network.streams}:
        raise ValueError("other layers draw random numbers")
    optimizer = data["optimizer"]
    vectors = None
    if optimizer["type"] == type_name(type(update.optimizer)):
        vectors = {
            name: _finite(unpacked(optimizer["vectors"][name], _little(vector.dtype), vector.size))
            for name, vector in update.state.items()
        }
    best = None
    if data["best"] is not None:
        params = network.params
        best = Best(
            _number(data["best"]["loss"], bounded=False),
            _count(data["best"]["waited"]),
            _finite(unpacked(data["best"]["params"], _little(params.dtype), params.size)),
        )
    return State(
        step=_count(data["step"]),
        epoch=_count(data["epoch"]),
        batch=batch,
        seconds=_number(data["seconds"]),
        first_loss=_number(data["first_loss"], bounded=False),
        first_size=_number(data["first_size"], bounded=False),
        order=order,
        shuffle=stream_state(data["shuffle"]),
        streams={i: stream_state(data["streams"][places[i]]) for i in network.streams},
        updates=_number(optimizer["count"]),
        vectors=vectors,
        best=best,
    )


# ---- single values -------------------------------------------------------------------------------


def _plain(number: float) -> float | None:
    return number if math.isfinite(number) else None


def _number(value: Any, *, bounded: bool = True) -> float:
    if value is None and not bounded:
        return math.inf
    if type(value) not in (int, float) or not value >= 0.0 or math.isinf(value):
        raise ValueError(f"{value!r} is not a number of at least 0")
    return float(value)


def _count(value: Any, below: int = LARGEST) -> int:
    if type(value) is not int or not 0 <= value < below:
        raise ValueError(f"{value!r} is not a whole number from 0 to below {below}")
    return value


def _little(dtype: np.dtype[Any]) -> str:
    return dtype.newbyteorder("<").str


def _finite(array: Array) -> Array:
    if not np.isfinite(array).all():
        raise ValueError("a number is NaN or infinite")
    return array


def packed(array: Array) -> str:
    """The numbers of an array, bit for bit, as text: little-endian bytes in base 64."""
    return base64.b64encode(array.astype(_little(array.dtype)).tobytes()).decode()


def unpacked(text: Any, dtype: str, size: int) -> Array:
    """The vector of so many numbers in such a text. Raises ValueError."""
    if not isinstance(text, str):
        raise ValueError("numbers are missing")
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("numbers are not readable") from error
    array = np.frombuffer(data, dtype)
    if array.size != size:
        raise ValueError(f"expected {size} numbers, got {array.size}")
    return array.astype(array.dtype.newbyteorder("="))


def stream_data(stream: np.random.Generator) -> dict[str, Any]:
    """Where a random stream is; its two 128-bit numbers as text, which JSON numbers cannot hold."""
    state: Any = stream.bit_generator.state
    return {
        "state": str(state["state"]["state"]),
        "inc": str(state["state"]["inc"]),
        "has_uint32": int(state["has_uint32"]),
        "uinteger": int(state["uinteger"]),
    }


def stream_state(data: Any) -> dict[str, Any]:
    """The same for `bit_generator.state`. Raises ValueError, KeyError or TypeError."""
    numbers = {}
    for name in ("state", "inc"):
        text = data[name]
        if not (isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 40):
            raise ValueError("a random stream is not readable")
        numbers[name] = _count(int(text), 2**128)
    return {
        "bit_generator": "PCG64",
        "state": numbers,
        "has_uint32": _count(data["has_uint32"], 2),
        "uinteger": _count(data["uinteger"], 2**32),
    }
