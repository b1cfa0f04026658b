"""Which outputs are logarithms of probabilities.

A loss is handed bare arrays. Behind a LogSoftmax it must not take the logarithm once more, so the
activation notes its output here and the loss looks it up, both with the builder of one workspace.
"""

from weakref import WeakKeyDictionary

from netbuilder.engine.operation import Array, Builder

_noted: WeakKeyDictionary[Builder, list[Array]] = WeakKeyDictionary()


def note_logarithms(build: Builder, output: Array) -> None:
    """Say that this output buffer holds log-probabilities."""
    _noted.setdefault(build, []).append(output)


def are_logarithms(build: Builder, output: Array) -> bool:
    """Whether this very buffer was noted with this builder."""
    return any(noted is output for noted in _noted.get(build, ()))
