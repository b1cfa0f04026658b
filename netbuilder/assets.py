"""The only door to `resources/`: icons, fonts, translations, schema and sample data.

In a source checkout the folder stands beside the package; in a wheel it is packed inside it.
Nothing else in the program builds a path to a bundled file.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CANDIDATES = (_PACKAGE / "resources", _PACKAGE.parent / "resources")


@cache
def _root() -> Path:
    for candidate in _CANDIDATES:
        if candidate.is_dir():
            return candidate
    looked = " or ".join(str(candidate) for candidate in _CANDIDATES)
    raise FileNotFoundError(f"the program's resources folder is missing: looked for {looked}")


def path(*parts: str) -> Path:
    """The file or folder `resources/<parts…>`.

    Raises `FileNotFoundError` naming the asset if it is not there, `ValueError` if the parts lead
    out of the folder.
    """
    root = _root()
    found = root.joinpath(*parts)
    # Without a look at each folder on the way, which `resolve` takes; the root is resolved.
    if not Path(os.path.normpath(found)).is_relative_to(root):
        raise ValueError(f"asset '{'/'.join(parts)}' lies outside the resources folder")
    if not found.exists():
        raise FileNotFoundError(f"no bundled asset '{'/'.join(parts)}' in {root}")
    return found


def text(*parts: str) -> str:
    """The asset's content as UTF-8 text."""
    return path(*parts).read_text(encoding="utf-8")


def data(*parts: str) -> bytes:
    """The asset's content, byte for byte."""
    return path(*parts).read_bytes()


def names(folder: str, suffix: str) -> list[str]:
    """The stems of the files in `folder` that end in `suffix` (".svg"), sorted."""
    return sorted(
        entry.name.removesuffix(suffix)
        for entry in path(folder).iterdir()
        if entry.is_file() and entry.name.endswith(suffix)
    )


def examples() -> list[Path]:
    """The example projects, by name; they stand beside the package or are packed with it."""
    for folder in (_PACKAGE / "resources" / "examples", _PACKAGE.parent / "examples"):
        if folder.is_dir():
            return sorted(folder.glob("*.json"))
    return []


def example(name: str) -> Path:
    """The example project of that name. Raises `FileNotFoundError`."""
    for found in examples():
        if found.stem == name:
            return found
    raise FileNotFoundError(f"no bundled example '{name}'")
