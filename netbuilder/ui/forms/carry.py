"""Changing the class of a declared object without losing what the user has set."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, TypeVar

import msgspec

from netbuilder import declare
from netbuilder.declare import Declared
from netbuilder.errors import NetbuilderError

Earlier = Mapping[str, tuple[str, Any]]
D = TypeVar("D", bound=Declared)


def set_values(declared: Declared | None) -> dict[str, tuple[str, Any]]:
    """Kind and value, by name, of each parameter that is no longer the default of its class."""
    if declared is None:
        return {}
    return {
        p.name: (p.kind, getattr(declared, p.name))
        for p in declare.parameters(type(declared))
        if getattr(declared, p.name) != p.default
    }


def converted(old: Declared | None, cls: type[D], earlier: Earlier | None = None) -> D:
    """A new object of class `cls` that keeps the old one's changed values of equal name and kind.

    `earlier` holds such values of objects before the old one. A value that still is the old class's
    default is not carried over: each class has defaults that suit it (a learning rate for SGD is
    none for Adam).
    """
    new = cls()
    before = {**(earlier or {}), **set_values(old)}
    kept: dict[str, Any] = {}
    for p in declare.parameters(cls):
        kind, value = before.get(p.name, ("", None))
        if kind == p.kind:
            with suppress(NetbuilderError):
                kept[p.name] = declare.check(p, value, p.name)
    try:
        return msgspec.structs.replace(new, **kept)
    except ValueError:  # the values do not suit each other in the new class
        return new
