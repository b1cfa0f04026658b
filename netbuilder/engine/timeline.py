"""Back in time: every past step of a run, to the last bit, in bounded memory. No threads, no Qt.

Training is deterministic. So it is enough to keep the state at some steps, the marks, and to take
the steps from the nearest one again. What a hand did on the way, a deed, is done again at its step.
"""

from __future__ import annotations

import math
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from netbuilder.engine import state
from netbuilder.engine.operation import Array
from netbuilder.engine.settings import Training
from netbuilder.engine.state import State
from netbuilder.engine.trainer import Trainer

LIMIT = 64 * 2**20  # bytes that the marks of one run take at most
MOST = 1000  # marks
LARGEST = LIMIT // 4  # of one mark; the past of a larger network is not kept
GAP = 0.02  # seconds of training between two marks at least
COST_SHARE = 0.01  # of the time at most goes into marks
PIECE = 0.001  # seconds of replaying between two looks around
ROOM = 0.75  # of the marks that may be are left when they are thinned
LEAST_SHARE = 1e-3
AROUND = 2000  # bytes of a mark beside its arrays

Deed = Callable[[Trainer], None]


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """A run at one step boundary, after the first `deeds` deeds."""

    state: State
    params: Array
    settings: Training
    stopped_by: str | None
    deeds: int
    bytes: int


class Timeline:
    """The past of one trainer's run, from the moment at which this object is made.

    Marks lie close together around the present and further apart with the distance from it: what
    is dropped is what costs least to take again, compared with how far away it is. `first` and
    `last` are the steps that can be reached. Not thread-safe: used where the trainer is.
    """

    def __init__(self, trainer: Trainer) -> None:
        self.first = self.last = trainer.step
        self.bytes = 0
        """Memory of all marks; what several of them share is counted in each."""
        self._last_seconds = trainer.seconds
        self._marks: list[Mark] = []  # by step
        self._deeds: list[tuple[int, Deed]] = []  # by step
        self._done = 0  # deeds that the present has behind it
        self._next_deed = math.inf  # step of the one after
        self._due = -math.inf  # seconds of training
        self._share = LEAST_SHARE
        self._mark(trainer)

    @property
    def kept(self) -> bool:
        """Whether there is a past at all: a very large network has none."""
        return bool(self._marks)

    # ---- the present ----------------------------------------------------------------------------

    def note(self, trainer: Trainer) -> None:
        """The trainer has gone on; called often, it costs next to nothing."""
        if trainer.step > self._next_deed:
            self._forget(int(self._next_deed))  # it went on without what was done there
        if trainer.step > self.last:
            self.last, self._last_seconds = trainer.step, trainer.seconds
        if trainer.seconds >= self._due:
            self._mark(trainer)

    def do(self, trainer: Trainer, deed: Deed) -> None:
        """Change the run between two steps; what came after the present step is no more."""
        self._forget(trainer.step)
        self.last, self._last_seconds = trainer.step, trainer.seconds
        self._deeds.append((trainer.step, deed))
        self._do_next(trainer)

    def end(self, trainer: Trainer, step: int) -> None:
        """The run flew apart in the step after this one. Leaves the trainer, stopped, at the last
        step with finite weights, which is the last that can be reached."""
        if step > self.last:
            self.last, self._last_seconds = step, trainer.seconds
        trainer.stopped_by = "diverged"
        while self.kept:
            for _ in self.restore(trainer, step):
                pass
            trainer.stopped_by = "diverged"
            self._done = bisect_left(self._deeds, step, key=_step_of)
            innocent = self._done == len(self._deeds)  # nothing was done right at this step
            if np.isfinite(trainer.network.params).all() or (innocent and step == self.first):
                self._have_done(len(self._deeds))
                break
            if innocent:
                step -= 1
            self._forget(step)

    def lose(self) -> None:
        """Give the past up."""
        self._keep([])

    # ---- the past -------------------------------------------------------------------------------

    def restore(self, trainer: Trainer, step: int) -> Iterator[None]:
        """Bring the trainer to where it was after so many steps, in small pieces of work.

        Weights, optimizer, random streams, gradients and the buffers of the last batch are then
        those of that moment. Where the work is left off, the trainer is at a step on the way.
        Later steps are kept, until something is changed or passed over.
        """
        step = min(max(step, self.first), self.last)
        if not self.kept or (trainer.step == step and trainer.stopped_by != "diverged"):
            return
        # The step itself is taken again: gradients and buffers are not kept.
        place = max(bisect_left(self._marks, step, key=_mark_step) - 1, 0)
        mark = self._marks[place]
        if not mark.state.step <= trainer.step < step or trainer.stopped_by == "diverged":
            self._load(trainer, mark)
        chunk = 1
        while trainer.step < step:
            self._do_due(trainer)
            began = time.perf_counter()
            stop = min(step, self._next_deed)
            if not trainer.advance(int(min(chunk, stop - trainer.step)), again=True):
                break
            trainer.seconds = self._seconds_at(trainer.step)
            self.note(trainer)
            spent = time.perf_counter() - began
            chunk = max(1, round(chunk * min(2.0, max(0.5, PIECE / max(spent, 1e-9)))))
            yield
        self._do_due(trainer)
        if step == self.first:  # no step has been taken that could be looked at
            trainer.network.grads[...] = trainer.full_gradient()
        self._due = trainer.seconds + GAP

    def _load(self, trainer: Trainer, mark: Mark) -> None:
        if trainer.settings != mark.settings:
            trainer.configure(mark.settings)
        np.copyto(trainer.network.params, mark.params)
        trainer.take_over(mark.state)
        trainer.stopped_by = mark.stopped_by
        self._have_done(mark.deeds)
        self._due = trainer.seconds

    def _do_due(self, trainer: Trainer) -> None:
        while self._next_deed <= trainer.step:
            self._do_next(trainer)

    def _do_next(self, trainer: Trainer) -> None:
        self._deeds[self._done][1](trainer)
        self._have_done(self._done + 1)

    def _have_done(self, count: int) -> None:
        self._done = count
        self._next_deed = self._deeds[count][0] if count < len(self._deeds) else math.inf

    def _seconds_at(self, step: int) -> float:
        """The training time at a step, in proportion between the two marks around it."""
        place = bisect_right(self._marks, step, key=_mark_step)
        before = self._marks[place - 1].state
        after, seconds = self.last, self._last_seconds
        if place < len(self._marks):
            after, seconds = self._marks[place].state.step, self._marks[place].state.seconds
        share = (step - before.step) / max(after - before.step, 1)
        return before.seconds + share * (seconds - before.seconds)

    # ---- marks ----------------------------------------------------------------------------------

    def _mark(self, trainer: Trainer) -> None:
        self._due = trainer.seconds + GAP
        size = _size(trainer)
        place = bisect_right(self._marks, trainer.step, key=_mark_step)
        around = self._marks[max(place - 1, 0) : place + 1]
        near = any(abs(m.state.seconds - trainer.seconds) < GAP / 2 for m in around)
        if size > LARGEST or near or (not self._marks and trainer.step > self.first):
            return
        start = time.thread_time()
        mark = Mark(
            state.live(trainer),
            trainer.network.params.copy(),
            trainer.settings,
            trainer.stopped_by,
            self._done,
            size,
        )
        self._marks.insert(place, mark)
        self.bytes += size
        if len(self._marks) > MOST or self.bytes > LIMIT:
            self._thin(trainer.seconds)
        cost = time.thread_time() - start
        self._due = trainer.seconds + max(GAP, cost / COST_SHARE)

    def _thin(self, now: float) -> None:
        """Keep the first mark, and others only where they are further from the one kept before
        them, towards the present, than a share of their distance from it."""
        self._share = max(self._share / 2, LEAST_SHARE)
        while True:
            place = bisect_right(self._marks, now, lo=1, key=_mark_seconds)
            before = self._spaced(reversed(self._marks[1:place]), now)
            after = self._spaced(self._marks[place:], now)
            self._keep([self._marks[0], *reversed(before), *after])
            if len(self._marks) <= ROOM * MOST and self.bytes <= ROOM * LIMIT:
                break
            if self._share > 1.0:  # nothing but the first one is left
                break
            self._share *= 1.25

    def _spaced(self, marks: Iterable[Mark], now: float) -> list[Mark]:
        kept, last = [], now
        for mark in marks:
            seconds = mark.state.seconds
            if abs(seconds - last) >= self._share * abs(seconds - now):
                kept.append(mark)
                last = seconds
        return kept

    def _forget(self, step: int) -> None:
        """What lies after a step will be otherwise, deeds at it included that are still to come."""
        del self._deeds[self._done :]
        self._next_deed = math.inf
        self._keep([m for m in self._marks if m.state.step <= step and m.deeds <= self._done])
        self.last = min(self.last, step)

    def _keep(self, marks: list[Mark]) -> None:
        self._marks = marks
        self.bytes = sum(m.bytes for m in marks)


def _step_of(deed: tuple[int, Deed]) -> int:
    return deed[0]


def _mark_step(mark: Mark) -> int:
    return mark.state.step


def _mark_seconds(mark: Mark) -> float:
    return mark.state.seconds


def _size(trainer: Trainer) -> int:
    """Bytes of a mark that would be taken now."""
    found = trainer.network.params.nbytes + AROUND
    found += sum(vector.nbytes for vector in trainer.update.state.values())
    if trainer.best is not None:
        found += trainer.best.params.nbytes
    if trainer.order is not None and trainer.batch > 0:
        found += trainer.samples * np.min_scalar_type(trainer.samples).itemsize
    return found
