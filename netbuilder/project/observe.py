"""Watches a run without a window, so that its health can be told afterwards."""

from __future__ import annotations

import math
from collections.abc import Mapping

from netbuilder.data.dataset import Table
from netbuilder.engine.history import History
from netbuilder.engine.point import Point
from netbuilder.engine.statistics import LayerStatistics
from netbuilder.errors import Diverged
from netbuilder.project.build import Run
from netbuilder.project.evidence import Evidence
from netbuilder.project.health import Verdict, diagnose
from netbuilder.project.model import Project

SCORED = 2000  # samples that a look takes at most
DENSITY = 8  # looks while the number of steps grows by its own size


class Observer:
    """Looks at a run when it is told to; the numbers of the run stay what they would have been."""

    def __init__(self, project: Project, run: Run, table: Table | None = None) -> None:
        self.project = project
        self.run = run
        self.history = History()
        self._table = table
        self._layers: Mapping[str, LayerStatistics] = {}
        self._next = 0

    @property
    def until_next(self) -> int:
        """Steps until the next look is due: they are dense at the start, then ever farther
        apart."""
        return max(1, self._next - self.run.trainer.step)

    def look(self, *, always: bool = False) -> None:
        """Add a point to the history, if one is due."""
        trainer = self.run.trainer
        if trainer.step < self._next and not always:
            return
        self._next = trainer.step + max(1, trainer.step // DENSITY)
        point = Point.of(trainer, SCORED)
        self._layers = point.layers
        if math.isfinite(point.train_loss):
            self.history.append(point)

    def evidence(self, error: Diverged | None = None) -> Evidence:
        """What is known now; `error` is what ended the run, if it flew apart."""
        return Evidence(
            self.project,
            self.history,
            self._layers,
            error=error,
            stopped_by=self.run.trainer.stopped_by,
            weights=self.run.network.parameters.get,
            table=self._table,
        )

    def verdicts(self, error: Diverged | None = None) -> list[Verdict]:
        """What is to be said about the run now."""
        return diagnose(self.evidence(error))
