"""What the views of the step workspace share: the walk, the stage, and the number looked at."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Literal

import numpy as np
from PySide6.QtCore import QObject, Signal

from netbuilder.engine.algebra.expression import Place
from netbuilder.engine.algebra.write import digits_of
from netbuilder.engine.exercise import Exercise, Judgement, Question
from netbuilder.engine.operation import Array
from netbuilder.engine.trainer import Trainer
from netbuilder.engine.walk import Phase, Stage, Walk

Rows = Literal["batch", "all", "one"]
Detail = Literal["layer", "matrix", "neuron"]
MOST_ROWS = 500
"""Samples that the whole set is cut to: more can be neither read nor shown in time."""
MOST_DIGITS = 17


class StepModel(QObject):
    """One walk and where in it the user is. GUI thread only.

    `source` gives a trainer that stands where the run stands (and belongs to this thread alone), or
    None where there is nothing to step through; `why` then says why in a sentence.
    """

    walk_changed = Signal()
    """Another walk, or none: every number may be another one."""
    stage_changed = Signal(int)
    """The user is at another stage of the walk."""
    hovered = Signal(object)
    """The pointer is over another number (`Place`), or over none (None)."""
    selected = Signal(object)
    """Another number is chosen (`Place`), or none (None)."""
    sample_changed = Signal(int)
    """Where only a single sample can be drawn, it is that of another row of the walk."""
    looks_changed = Signal()
    """The digits or the level of detail are others."""
    exercise_changed = Signal()
    """An exercise began or ended, or one of its numbers was found: what is hidden is other."""
    step_wanted = Signal(int)
    """Take so many steps of training, or go back so many; the walk then follows by `refresh`."""

    def __init__(self, source: Callable[[], Trainer | None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self.walk: Walk | None = None
        self.why = ""
        self.step = 0
        self.stage = 0
        self.rows: Rows = "batch"
        self.sample = 0  # row of the training set, where a single one is walked through
        self.samples = 0  # rows of the training set
        self.left_out = 0  # samples that are not shown, of the whole set
        self.sample_row = 0  # row of the walk that is drawn where only a single one can be
        self.detail: Detail = "matrix"
        self.digits = 6
        self.place: Place | None = None
        self.pointed: Place | None = None
        self.exercise: Exercise | None = None
        self._exercising: tuple[int, int, tuple[Phase, ...]] | None = None

    # ---- the walk -------------------------------------------------------------------------------

    def refresh(self, stage: int | None = None) -> None:
        """Walk anew from where the run stands, and stay at the same stage or go to a given one
        (-1 is the last). An exercise goes on with other numbers."""
        self._walk_anew(stage, None)

    def _walk_anew(self, stage: int | None, kept: Exercise | None) -> None:
        """As `refresh`; what was found in the exercise `kept` stays found."""
        trainer = self._source()
        before = self._key()
        if trainer is None:
            self.walk = None
        else:
            self.samples = trainer.samples
            self.step = trainer.step
            rows = self._chosen(trainer)
            x, y = trainer.rows(rows)
            samples = [int(i) for i in rows]
            self.walk = Walk(trainer.network, x, y, trainer.update, samples=samples)
        self._hide(kept)
        if stage is not None and self.walk is not None:
            self.stage = stage % len(self.walk.stages)
        else:
            self.stage = self._stage_named(before)
        if self.place is not None and not self._exists(self.place):
            self.place = None
        if self.pointed is not None and not self._exists(self.pointed):
            self.pointed = None
        if self.walk is not None:
            self.sample_row = min(self.sample_row, self.walk.m - 1)
        self.walk_changed.emit()
        self.exercise_changed.emit()
        self.stage_changed.emit(self.stage)
        self.selected.emit(self.place)

    def _chosen(self, trainer: Trainer) -> Array:
        if self.rows == "all":
            self.left_out = max(trainer.samples - MOST_ROWS, 0)
            return np.arange(min(trainer.samples, MOST_ROWS))
        self.left_out = 0
        if self.rows == "one":
            self.sample = min(self.sample, trainer.samples - 1)
            return np.array([self.sample])
        return np.asarray(trainer.peek_batch())

    def _key(self) -> str:
        return self.current.key if self.current is not None else ""

    def _stage_named(self, key: str) -> int:
        stages = self.walk.stages if self.walk is not None else ()
        return next((i for i, s in enumerate(stages) if s.key == key), 0)

    def _exists(self, place: Place) -> bool:
        if self.walk is None or place.key not in self.walk.quantities:
            return False
        rows, columns = self.walk.quantities[place.key].values.shape
        return bool(place.row < rows and place.column < columns)

    @property
    def current(self) -> Stage | None:
        """The stage where the user is."""
        if self.walk is None or not self.walk.stages:
            return None
        return self.walk.stages[min(self.stage, len(self.walk.stages) - 1)]

    # ---- going ----------------------------------------------------------------------------------

    def go(self, stage: int) -> None:
        """To a stage of this walk."""
        if self.walk is None:
            return
        stage = min(max(stage, 0), len(self.walk.stages) - 1)
        if stage != self.stage:
            self.stage = stage
            self.stage_changed.emit(stage)

    def next(self) -> None:
        """To the next stage; behind the last one the step is taken, and the next one begins."""
        if self.walk is None:
            return
        if self.stage + 1 < len(self.walk.stages):
            self.go(self.stage + 1)
        else:
            self.step_wanted.emit(1)

    def back(self) -> None:
        """To the stage before; before the first one, to the last one of the step before."""
        if self.walk is None:
            return
        if self.stage > 0:
            self.go(self.stage - 1)
        elif self.step > 0:
            self.step_wanted.emit(-1)

    # ---- looking --------------------------------------------------------------------------------

    def hover(self, place: Place | None) -> None:
        """The pointer is over this number."""
        if place != self.pointed:
            self.pointed = place
            self.hovered.emit(place)

    def select(self, place: Place | None) -> None:
        """Look at this number; if it belongs to a sample, that sample is drawn."""
        if place != self.place:
            self.place = place
            if place is not None and self.walk is not None:
                quantity = self.walk.quantities.get(place.key)
                if quantity is not None and quantity.rows.side == "sample":
                    self.look_at_sample(place.row)
            self.selected.emit(place)

    def look_at_sample(self, row: int) -> None:
        """Draw the sample of this row of the walk, where only a single one can be drawn."""
        if self.walk is None or not 0 <= row < self.walk.m or row == self.sample_row:
            return
        self.sample_row = row
        self.sample_changed.emit(row)

    def set_rows(self, rows: Rows, sample: int | None = None) -> None:
        """Walk with the next batch, all samples, or one of them (its row in the training set)."""
        if sample is not None:
            self.sample = sample
        self.rows = rows
        self.refresh()

    def set_digits(self, digits: int) -> None:
        """Significant digits of all numbers, 3 to 17."""
        self.digits = min(max(digits, 3), MOST_DIGITS)
        self.looks_changed.emit()

    def set_detail(self, detail: Detail) -> None:
        """How closely to look: whole layers, matrices, or a single neuron."""
        self.detail = detail
        self.looks_changed.emit()

    def number(self, value: float) -> str:
        """A number as it is shown now."""
        return digits_of(value, self.digits)

    # ---- exercising -----------------------------------------------------------------------------

    def begin_exercise(self, seed: int, each: int, phases: Collection[Phase]) -> None:
        """Hide some numbers of this walk, and of those that follow."""
        self._exercising = seed, each, tuple(phases)
        self._walk_anew(self.stage, None)

    def end_exercise(self) -> None:
        """Show every number again."""
        if self._exercising is not None:
            self._exercising = None
            self._walk_anew(self.stage, None)

    def _hide(self, kept: Exercise | None) -> None:
        self.exercise = None
        if self._exercising is not None and self.walk is not None:
            seed, each, phases = self._exercising
            self.exercise = Exercise(self.walk, seed, each=each, phases=phases)
            if kept is not None:
                self.exercise.solved, self.exercise.shown = kept.solved, kept.shown
            self.exercise.hide()

    def answer(self, question: Question, words: str) -> Judgement | None:
        """Judge what was typed; None when the exercise is over."""
        if self.exercise is None:
            return None
        judgement = self.exercise.answer(question, words)
        if judgement.mark == "right":
            # What was worked out from the unknown number is remembered here and there.
            self._walk_anew(self.stage, self.exercise)
        return judgement

    def give_up(self, question: Question) -> None:
        """Show one hidden number."""
        if self.exercise is not None:
            self.exercise.give_up(question)
            self._walk_anew(self.stage, self.exercise)

    def hides(self, place: Place) -> bool:
        """Whether a number is asked for, and therefore unknown in the walk."""
        return self.exercise is not None and self.exercise.hides(place)

    def number_at(self, place: Place) -> str:
        """The number at a place as it is shown now: a question mark where it is asked for."""
        if self.walk is None:
            return "?"
        return self.number(float(self.walk.quantities[place.key].values[place.row, place.column]))
