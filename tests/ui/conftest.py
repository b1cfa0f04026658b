"""What all tests of the window share."""

from __future__ import annotations

import pytest

from netbuilder.ui.formula import _latex_class


@pytest.fixture(scope="session", autouse=True)
def _typesetter() -> None:
    """Loaded at once: only the test of its coming late waits for it."""
    _latex_class()
