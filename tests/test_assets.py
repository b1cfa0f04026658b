"""The one door to bundled files."""

from __future__ import annotations

import subprocess
import sys

import pytest

from netbuilder import assets


def test_reads_an_asset_as_text_and_as_bytes() -> None:
    assert assets.text("icons", "play.svg").startswith("<svg")
    assert assets.data("icons", "play.svg").startswith(b"<svg")
    assert assets.path("icons", "play.svg").name == "play.svg"


def test_lists_the_stems_of_one_kind_sorted() -> None:
    names = assets.names("icons", ".svg")
    assert names == sorted(names)
    assert {"play", "pause", "netbuilder"} <= set(names)
    assert assets.names("fonts", ".svg") == []


def test_a_missing_asset_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"no bundled asset 'icons/no-such\.svg'"):
        assets.text("icons", "no-such.svg")


def test_nothing_outside_the_folder_can_be_read() -> None:
    with pytest.raises(ValueError, match="outside the resources folder"):
        assets.path("..", "netbuilder", "assets.py")


def test_the_fonts_come_with_their_licence() -> None:
    assert "SIL OPEN FONT LICENSE" in assets.text("fonts", "LICENSE-Inter.txt")


def test_needs_no_qt() -> None:
    code = (
        "import sys, netbuilder.assets; sys.exit(any(m.startswith('PySide6') for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
