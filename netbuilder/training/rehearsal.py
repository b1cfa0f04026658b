"""A second trainer at one moment of a run, for looking ahead. One thread at a time."""

import numpy as np

from netbuilder.engine.state import BadState
from netbuilder.engine.trainer import Trainer
from netbuilder.project.build import build
from netbuilder.project.model import Project
from netbuilder.training.same_run import run_key
from netbuilder.training.thread import Moment


class Rehearsals:
    """Makes trainers of a run's moments; what it has built for a network is used again."""

    def __init__(self) -> None:
        self._trainer: Trainer | None = None
        self._key: object = None

    def trainer(self, project: Project, moment: Moment) -> Trainer:
        """A trainer exactly at that moment, independent of the thread, that goes on under the
        project's settings and with the names of its blocks. It may be the one given before.

        Raises NotReady for a project that cannot be trained, and BadState for a moment that is of
        another network.
        """
        key = run_key(project), [n.id for n in project.nodes]
        if self._trainer is None or key != self._key:
            self._trainer, self._key = build(project, fresh=True).trainer, key
        trainer = self._trainer
        if trainer.settings != project.training:
            trainer.configure(project.training)
        params = trainer.network.params
        if moment.parameters.shape != params.shape:
            raise BadState(detail="it is of another network")
        np.copyto(params, moment.parameters)
        trainer.restore(moment.state)
        return trainer


def rehearsal(project: Project, moment: Moment) -> Trainer:
    """A trainer of its own exactly at that moment; see `Rehearsals`, which is quicker."""
    return Rehearsals().trainer(project, moment)
