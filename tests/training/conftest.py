"""Controllers without a window, closed after the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from netbuilder.project.document import Document
from netbuilder.project.model import Project
from netbuilder.training.controller import TrainingController

Open = Callable[[Project], TrainingController]


@pytest.fixture
def opened(qtbot: QtBot) -> Iterator[Open]:
    """Makes controllers whose first snapshot has come."""
    controllers: list[TrainingController] = []

    def open_project(start: Project) -> TrainingController:
        controllers.append(TrainingController(Document(start)))
        qtbot.waitUntil(lambda: controllers[-1].snapshot is not None)
        return controllers[-1]

    yield open_project
    for controller in controllers:
        controller.close()
