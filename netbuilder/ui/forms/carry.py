"""Changing the class of a declared object without losing what the user has set."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from netbuilder import declare
from netbuilder.declare import Declared
from netbuilder.errors import NetbuilderError

D = TypeVar("D", bound=Declared)


def converted(old: Declared | None, cls: type[D]) -> D:
    """A new object of class `cls` that keeps the old one's changed values of equal name and kind.

    A value that still is the old class's default is not carried over: each class has defaults that
    suit it (a learning rate for SGD is none for Adam).
    """
    new = cls()
    if old is None:
        return new
    before = {p.name: p for p in declare.parameters(type(old))}
    kept: dict[str, Any] = {}
    for p in declare.parameters(cls):
        twin = before.get(p.name)
        if twin is None or twin.kind != p.kind:
            continue
        value = getattr(old, p.name)
        if value == twin.default:
            continue
        try:
            kept[p.name] = declare.check(p, value, p.name)
        except NetbuilderError:
            continue
    try:
        return msgspec.structs.replace(new, **kept)
    except ValueError:  # the values do not suit each other in the new class
        return new
