"""A step model over a project, without a window."""

from __future__ import annotations

from netbuilder.engine.trainer import Trainer
from netbuilder.project.build import build
from netbuilder.project.model import Project
from netbuilder.ui.step.model import StepModel


class Walked:
    """A model whose steps a trainer of its own takes; going back is not in it."""

    def __init__(self, project: Project) -> None:
        self.trainer: Trainer | None = build(project).trainer
        self.model = StepModel(lambda: self.trainer)
        self.model.step_wanted.connect(self._take)
        self.model.refresh()

    def _take(self, count: int) -> None:
        assert self.trainer is not None
        if count > 0:
            self.trainer.advance(count)
            self.model.refresh(0)


def walked(project: Project) -> Walked:
    """The model of a project at its start."""
    return Walked(project)
