"""Where the run in the thread can go back to, and the way there. Used by the thread alone."""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from netbuilder.engine.operation import Array
from netbuilder.engine.settings import Training
from netbuilder.engine.timeline import Timeline
from netbuilder.engine.trainer import Trainer
from netbuilder.errors import Diverged, NetbuilderError

log = logging.getLogger(__name__)

Weights = Mapping[str, Mapping[str, Array]]  # node id -> parameter name -> values


@dataclass(frozen=True)
class Reach:
    """The steps that a run can go to, and the memory that this takes."""

    first: int
    last: int
    bytes: int


class Past:
    """The timeline of one run, the settings that it is to go on with, and the way under way.

    In the past the settings of that time are in force, so that going forth again shows what has
    been. Training on takes over the wanted ones first, and is another future if they differ.
    """

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer
        self._timeline = Timeline(trainer)
        self._wanted = trainer.settings
        self._anew = False  # whether a rule that has stopped the run is to be overruled
        self._way: Iterator[None] | None = None
        self.beyond = 0
        """Steps to train on after the way under way."""

    @property
    def reach(self) -> Reach | None:
        """None for a network that is too large to keep its past."""
        line = self._timeline
        return Reach(line.first, line.last, line.bytes) if line.kept else None

    @property
    def at_start(self) -> bool:
        """Whether no step has been taken that could be looked at."""
        return self._trainer.step == self._timeline.first

    # ---- going on -------------------------------------------------------------------------------

    def note(self) -> None:
        """The run has gone on."""
        self._timeline.note(self._trainer)

    def want(self, settings: Training) -> None:
        """Train with these settings from now on."""
        self._wanted, self._anew = settings, True

    def take_settings(self) -> None:
        """Put the wanted settings in force."""
        trainer = self._trainer
        if trainer.settings != self._wanted or (self._anew and trainer.stopped_by is not None):
            self._timeline.do(trainer, partial(_configure, self._wanted))
        self._anew = False

    def change_weights(self, change: Callable[[Weights], None]) -> None:
        """Change weights by hand."""
        self._timeline.do(self._trainer, partial(_change, change))

    def state(self) -> dict[str, Any]:
        """The trainer's state, as the wanted settings go on from it."""
        found, now, wanted = self._trainer.state(), self._trainer.settings, self._wanted
        if (wanted.batch_size, wanted.shuffle) != (now.batch_size, now.shuffle):
            found |= {"batch": 0, "order": None}  # other batches begin with an order of their own
        return found

    # ---- going back -----------------------------------------------------------------------------

    @property
    def travelling(self) -> bool:
        """Whether the trainer is on its way to another step."""
        return self._way is not None

    def go_to(self, step: int) -> None:
        """Set out for a step; `travel` goes there."""
        self.beyond = max(step - self._timeline.last, 0) if self.reach else 0
        self._way = self._timeline.restore(self._trainer, step)

    def go_to_epoch(self) -> None:
        """Set out for the beginning of this epoch; from there, for that of the one before."""
        self.beyond = 0
        self._way = self._to_epoch()

    def _to_epoch(self) -> Iterator[None]:
        trainer, line = self._trainer, self._timeline
        yield from line.restore(trainer, trainer.step - (trainer.batch or trainer.steps_per_epoch))
        if trainer.batch:  # the batches had another size then
            yield from line.restore(trainer, trainer.step - trainer.batch)

    def travel(self) -> bool:
        """Go a little of the way; False at its end."""
        for _ in self._way or ():
            return True
        self._way = None
        return False

    def stop(self) -> None:
        """Stay at the step where the trainer is by now."""
        self._way = None
        self.beyond = 0

    def end(self, error: NetbuilderError | None) -> None:
        """The run has failed. What flew apart can be gone back to; an error in the program has left
        nothing to rely on."""
        self.stop()
        if isinstance(error, Diverged):
            try:
                self._timeline.end(self._trainer, error.fields["step"] - 1)
            except Exception:
                log.exception("the past is lost")
            else:
                return
        self._timeline.lose()


def _configure(settings: Training, trainer: Trainer) -> None:
    trainer.configure(settings)


def _change(change: Callable[[Weights], None], trainer: Trainer) -> None:
    change(trainer.network.parameters)
    trainer.weights_set()
