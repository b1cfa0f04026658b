"""Words that come from declarations and errors, translated where a translation is loaded."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QCoreApplication

from netbuilder import declare
from netbuilder.declare import Parameter, Settings
from netbuilder.errors import NetbuilderError

CONTEXT = "declared"
"""Translation context of every text that engine, data and project declare."""


def words_of(text: str) -> str:
    """A declared text (title, help, choice) in the user's language."""
    return QCoreApplication.translate(CONTEXT, text) if text else ""


def error_text(error: Exception) -> str:
    """What is told to the user about an error: one sentence in their language."""
    if isinstance(error, NetbuilderError):
        return words_of(error.template).format(**error.fields)
    return str(error)


def title_of(declared: Settings | type[Settings]) -> str:
    """The title of a declared class or object, by its class name where it declares none."""
    cls = declared if isinstance(declared, type) else type(declared)
    return words_of(getattr(cls, "title", "")) or cls.__name__


def refusal(parameter: Parameter, value: object) -> str | None:
    """Why `value` is no value of the parameter, as one sentence; None if it is one.

    None as a value is not considered: the fields have their own word for it.
    """
    required = msgspec.structs.replace(parameter, optional=False)
    try:
        declare.check(required, value, words_of(parameter.title))
    except NetbuilderError as error:
        return error_text(error)
    return None
