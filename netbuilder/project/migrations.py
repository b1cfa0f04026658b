"""Steps that bring the plain data of older files up to date.

Each is a function from version n to n + 1, registered under n, and has a fixture file of version n
in the tests. There is one version so far, so there is nothing to migrate yet.
"""

from collections.abc import Callable
from typing import Any

VERSION = 1
migrations: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}


def migrate(raw: dict[str, Any]) -> dict[str, Any]:
    """The data in the newest version; `raw["version"]` says where it starts."""
    while raw["version"] < VERSION:
        version = raw["version"]
        raw = {**migrations[version](raw), "version": version + 1}
    return raw
