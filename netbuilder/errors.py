"""Errors and problems that a person reads.

Every text is a template plus named fields, so that `ui` can translate the template and fill the
fields in afterwards. `str(error)` is the English text.
"""

from __future__ import annotations

from typing import Any, ClassVar


class NetbuilderError(Exception):
    """An error that is told to the user in one sentence: what, where and the remedy."""

    template: ClassVar[str] = "{detail}"

    def __init__(self, **fields: Any) -> None:
        self.fields = fields
        super().__init__(self.template.format(**fields))

    @property
    def code(self) -> str:
        """Stable name of the kind of error."""
        return type(self).__name__


class InvalidValue(NetbuilderError):
    """A field holds something it cannot."""

    template = "{where}: expected {expected}, got {got}"


class MissingField(NetbuilderError):
    """A required field is absent."""

    template = "{where}: missing; expected {expected}"


class UnknownField(NetbuilderError):
    """A field that no declaration knows."""

    template = "{where}: unknown field{hint}"


class UnknownType(NetbuilderError):
    """A type name that is not registered."""

    template = "{where}: unknown type {got}{hint}"


class ShapeError(NetbuilderError):
    """Shapes that do not fit together."""

    template = "{where}: {detail}"


class Diverged(NetbuilderError):
    """Training produced NaN, infinity or runaway numbers and was stopped."""

    template = (
        "Training diverged at step {step}: {what} in '{node}'. "
        "Try a smaller learning rate (it is {learning_rate})."
    )
