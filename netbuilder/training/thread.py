"""The thread that trains.

One way in: commands, taken at a step boundary. One way out: the newest report, in a place that
holds one. Nothing queues up, however fast training runs, and nothing here touches a widget.
"""

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from PySide6.QtCore import QThread
from threadpoolctl import threadpool_limits

from netbuilder.engine.operation import Array
from netbuilder.engine.point import Point
from netbuilder.engine.scene import SceneMaker, Wish
from netbuilder.engine.settings import Training
from netbuilder.engine.surface import UnitMapper, UnitMaps
from netbuilder.engine.trainer import Trainer
from netbuilder.errors import NetbuilderError
from netbuilder.training.past import Past, Reach, Weights
from netbuilder.training.snapshot import Snapshot

log = logging.getLogger(__name__)

State = Literal["idle", "running", "paused", "finished", "failed"]

CHUNK_SECONDS = 0.003  # training between two looks at the commands and the gate
ARRIVE_SECONDS = 0.0015  # that the window waits at most until training stands at the gate
GATE_SECONDS = 0.05  # that the window may keep the gate closed at most
BINS = 32  # of the histograms
SNAPSHOT_SHARE = 0.03  # of the time at most goes into snapshots, unless a window says otherwise
LONGEST_GAP = 1.0  # seconds between two snapshots, however much they cost
CAPTURE_SECONDS = 5.0  # that a save waits at most for a step to end
MAP_GAP = 0.1  # seconds between two maps of single units at least
MAP_SHARE = 0.04  # of the time at most goes into those maps
SCORED_SAMPLES = 2000  # for the loss in a live snapshot at most; a resting one uses all
SCORED_WORK = 6e7  # multiplications for it: some 2 ms
SCORED_LEAST = 256


@dataclass(frozen=True)
class Job:
    """What one run trains; handed over whole, so that the thread is its only user."""

    run: int
    trainer: Trainer
    scene: SceneMaker | None
    units: UnitMapper | None = None
    wish: Wish = field(default_factory=Wish)


@dataclass(frozen=True)
class Report:
    """The newest news of a run."""

    run: int
    state: State
    snapshot: Snapshot
    stopped_by: str | None = None
    error: NetbuilderError | None = None
    crash: str | None = None  # text of an exception that nobody foresaw
    changes: int = 0  # of weights by hand that it has seen, since the thread began
    orders: int = 0  # to go on or to another step that it has followed, since then
    reach: Reach | None = None  # the steps that can be gone to; None if the past is not kept


@dataclass(frozen=True)
class Moment:
    """A run at one step boundary: all that it takes to go on from there."""

    run: int
    step: int
    parameters: Array  # copy of the network's flat parameter vector
    state: dict[str, Any]  # what `Trainer.restore` takes


class TrainingThread(QThread):
    """Trains the job it was given. Its methods are called from the GUI thread."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("training")
        self._condition = threading.Condition()
        self._commands: deque[Callable[[], None]] = deque()
        self._report: Report | None = None
        self._wanted = threading.Event()
        self._closing = False
        self._gate = threading.Event()
        self._gate.set()
        self._at_gate = threading.Event()
        self.snapshot_share = SNAPSHOT_SHARE
        # The rest belongs to the thread itself.
        self._job: Job | None = None
        self._past: Past | None = None  # of that job
        self._running = False
        self._steps_left: int | None = None
        self._pace: float | None = None
        self._chunk = 1
        self._first_seconds = 0.0
        self._rate = 0.0
        self._rate_mark = (0, 0.0)
        self._next_snapshot = 0.0
        self._pace_start = (0, 0.0)
        self._state: State = "idle"  # that was told last
        self._trouble: tuple[NetbuilderError | None, str | None] = (None, None)
        self._changes = 0
        self._orders = 0
        self._maps: tuple[int, UnitMaps] | None = None
        self._mapped: Mapping[str, int] = {}
        self._next_maps = 0.0
        self._bins: int | None = None
        self._wish = Wish()

    # ---- the way in (GUI thread) ----------------------------------------------------------------

    def _post(self, command: Callable[[], None]) -> None:
        with self._condition:
            if self._closing:
                return
            self._commands.append(command)
            self._condition.notify()

    def _order(self, command: Callable[[], None]) -> None:
        def follow() -> None:
            self._orders += 1
            command()

        self._post(follow)

    def load(self, job: Job) -> None:
        """Stop what runs and take this job; a report of its start follows."""
        self._post(lambda: self._take_job(job))

    def train(self, steps: int | None = None) -> None:
        """Run on, for so many steps or until something stops it."""
        self._order(lambda: self._begin(steps))

    def train_epoch(self) -> None:
        """Run on to the end of the present epoch, or until something stops it."""
        self._order(self._begin_epoch)

    def go_to(self, step: int) -> None:
        """Bring the run to where it was after so many steps, or train on to there, and rest; a
        report follows. `pause` leaves it on the way."""
        self._order(lambda: self._set_out(lambda past: past.go_to(step)))

    def back_epoch(self) -> None:
        """The same, to the beginning of the present epoch or, from there, of the one before."""
        self._order(lambda: self._set_out(Past.go_to_epoch))

    def pause(self) -> None:
        """Stop at the next step boundary; a report follows."""
        self._post(self._rest)

    def configure(self, settings: Training) -> None:
        """Take over changed settings at the next step boundary."""
        self._post(lambda: self._configure(settings))

    def set_pace(self, epochs_per_second: float | None) -> None:
        """Bound the speed; None is as fast as it goes."""
        self._post(lambda: self._set_pace(epochs_per_second))

    def capture(self, timeout: float = CAPTURE_SECONDS) -> Moment | None:
        """The run as it is at the next step boundary, which is waited for; training goes on. None
        without a run, after `close`, and when a step takes longer than the timeout (seconds)."""
        if self._closing:
            return None
        place: queue.SimpleQueue[Moment | None] = queue.SimpleQueue()
        self._post(lambda: place.put(self._moment()))
        try:
            return place.get(timeout=timeout)
        except queue.Empty:
            return None

    def change_weights(self, change: Callable[[Weights], None]) -> None:
        """Call `change` on the run's parameters, by node and name, at the next step boundary and
        in this thread; training goes on from there."""
        self._post(lambda: self._change_weights(change))

    def want_maps(self, wanted: Mapping[str, int]) -> None:
        """Make maps of the first so many units of these nodes from now on; of none to stop."""
        self._post(lambda: self._want_maps(wanted))

    def want_histograms(self, wanted: bool) -> None:
        """Put histograms into the statistics of the snapshots from now on."""
        self._post(lambda: self._want_histograms(wanted))

    def want_scene(self, wish: Wish) -> None:
        """Put these pictures into the snapshots from now on."""
        self._post(lambda: self._want_scene(wish))

    def close_gate(self) -> None:
        """Let the window work alone: two threads that want the interpreter hand it to each other
        hundreds of times in a frame, which costs more than waiting. Training stands at the gate
        when this returns (or after ARRIVE_SECONDS, in a longer step) for GATE_SECONDS at most."""
        self._gate.clear()
        if self._running and self._pace is None:
            self._at_gate.wait(ARRIVE_SECONDS)

    def open_gate(self) -> None:
        """Let training go on."""
        self._gate.set()

    def close(self) -> None:
        """Stop and end the thread; waits for it. Later calls do nothing."""
        with self._condition:
            self._closing = True
            self._condition.notify()
        self._gate.set()
        self.wait()

    # ---- the way out (GUI thread) ---------------------------------------------------------------

    def take_report(self) -> Report | None:
        """The newest report that was not taken yet, and a wish for another."""
        report, self._report = self._report, None
        self._wanted.set()
        return report

    def take_maps(self) -> tuple[int, UnitMaps] | None:
        """The newest maps of units and the run that they are of, once."""
        maps, self._maps = self._maps, None
        return maps

    # ---- the thread -----------------------------------------------------------------------------

    def run(self) -> None:
        """The loop of the thread."""
        # One BLAS thread: spinning helpers would starve the window, and a sum added up in another
        # order would differ in its last bits from that of the command line.
        with threadpool_limits(limits=1):
            while True:
                with self._condition:
                    while not (self._commands or self._running or self._closing):
                        self._condition.wait()
                    if self._closing:
                        return
                    commands = list(self._commands)
                    self._commands.clear()
                for command in commands:
                    self._try(command)
                if self._running:
                    if not self._gate.is_set():
                        self._at_gate.set()
                        self._gate.wait(GATE_SECONDS)
                        self._at_gate.clear()
                    self._try(self._go_a_little)

    def _try(self, work: Callable[[], None]) -> None:
        try:
            work()
        except NetbuilderError as error:
            self._fail(error=error)
        except Exception as error:
            log.exception("training failed")
            self._fail(crash=f"{type(error).__name__}: {error}")

    def _take_job(self, job: Job) -> None:
        self._running = False
        self._job, self._wish = job, job.wish
        self._past = Past(job.trainer)
        self._first_seconds, self._rate, self._chunk = job.trainer.seconds, 0.0, 1
        # The start shows the gradient of all samples, since no step has been taken yet.
        job.trainer.network.grads[...] = job.trainer.full_gradient()
        self._publish("idle")

    def _moment(self) -> Moment | None:
        if self._job is None or self._past is None:
            return None
        trainer = self._job.trainer
        params = trainer.network.params.copy()
        return Moment(self._job.run, trainer.step, params, self._past.state())

    def _begin(self, steps: int | None) -> None:
        job, past = self._job, self._past
        if job is None or past is None:
            return
        if job.trainer.stopped_by == "diverged":
            self._publish("failed", *self._trouble)
            return
        past.take_settings()
        self._steps_left = steps
        self._running = True
        self._rate_mark = (job.trainer.step, time.perf_counter())
        self._start_pace()

    def _begin_epoch(self) -> None:
        if self._job is not None and self._past is not None:
            trainer = self._job.trainer
            if trainer.stopped_by != "diverged":
                self._past.take_settings()  # they say how many steps an epoch has
            self._begin(trainer.steps_per_epoch - trainer.batch)

    def _start_pace(self) -> None:
        step = self._job.trainer.step if self._job else 0
        self._pace_start = (step, time.perf_counter())

    def _rest(self) -> None:
        if self._running:
            self._running = False
            if self._past is not None:
                self._past.stop()
            self._publish("paused")

    def _configure(self, settings: Training) -> None:
        past = self._past
        if past is None:
            return
        past.want(settings)
        if self._running and not past.travelling:
            past.take_settings()
            self._start_pace()

    def _set_out(self, begin: Callable[[Past], None]) -> None:
        if self._past is not None:
            begin(self._past)
            self._running = True

    def _go_a_little(self) -> None:
        past = self._past
        if past is None or not past.travelling:
            self._train_a_little()
        elif not past.travel():
            self._arrive(past)

    def _arrive(self, past: Past) -> None:
        assert self._job is not None
        if past.beyond:
            self._begin(past.beyond)
            return
        self._running = False
        self._publish("paused" if self._job.trainer.stopped_by is None else "finished")

    def _set_pace(self, pace: float | None) -> None:
        self._pace = pace
        self._start_pace()

    def _allowed(self, trainer: Trainer) -> int:
        """Steps that may be taken now; waits a little when the pace allows none."""
        allowed = self._chunk
        if self._steps_left is not None:
            allowed = min(allowed, self._steps_left)
        elif self._pace is not None:
            first, start = self._pace_start
            due = (time.perf_counter() - start) * self._pace * trainer.steps_per_epoch
            ahead = trainer.step - first - int(due)
            if ahead >= 0:
                with self._condition:
                    if not self._commands and not self._closing:
                        wait = (ahead + 1) / (self._pace * trainer.steps_per_epoch)
                        self._condition.wait(min(wait, 0.02))
                return 0
            if ahead < -trainer.steps_per_epoch * self._pace:
                self._start_pace()  # a second behind: the machine is too slow to catch up
            allowed = min(allowed, -ahead)
        return allowed

    def _train_a_little(self) -> None:
        job, past = self._job, self._past
        assert job is not None
        assert past is not None
        trainer = job.trainer
        allowed = self._allowed(trainer)
        if allowed:
            start = time.perf_counter()
            taken = trainer.advance(allowed)
            spent = time.perf_counter() - start
            past.note()
            if taken == self._chunk:
                scale = min(2.0, max(0.5, CHUNK_SECONDS / max(spent, 1e-9)))
                self._chunk = max(1, min(100_000, round(self._chunk * scale)))
            if self._steps_left is not None:
                self._steps_left -= taken
                if self._steps_left <= 0:
                    self._rest()
                    return
        if trainer.stopped_by is not None:
            self._running = False
            self._publish("finished")
            return
        now = time.perf_counter()
        if self._wanted.is_set() and now >= self._next_snapshot:
            # The processor time that it takes, not the time: while the window paints, this thread
            # waits for the interpreter, and that says nothing about what a snapshot costs.
            start = time.thread_time()
            self._publish("running")
            cost = time.thread_time() - start
            self._next_snapshot = now + min(cost / self.snapshot_share, LONGEST_GAP)

        if self._mapped and now >= self._next_maps and self._maps is None:
            start = time.thread_time()
            self._make_maps()
            cost = time.thread_time() - start
            self._next_maps = now + min(max(cost / MAP_SHARE, MAP_GAP), LONGEST_GAP)

    def _change_weights(self, change: Callable[[Weights], None]) -> None:
        job, past = self._job, self._past
        self._changes += 1
        if job is None or past is None:
            return
        if past.travelling:
            self._rest()
        past.change_weights(change)
        if self._running:
            return
        trainer = job.trainer
        if past.at_start:
            trainer.network.grads[...] = trainer.full_gradient()
        self._publish(self._state, *self._trouble)

    def _want_histograms(self, wanted: bool) -> None:
        self._bins = BINS if wanted else None
        if wanted:
            self._tell_again()

    def _want_scene(self, wish: Wish) -> None:
        self._wish = wish
        self._tell_again()

    def _tell_again(self) -> None:
        """At rest, a snapshot with what is wanted now; a failure is told only once."""
        if self._job is not None and not self._running and self._state != "failed":
            self._publish(self._state, *self._trouble)

    def _want_maps(self, wanted: Mapping[str, int]) -> None:
        self._mapped = wanted
        if not self._running:
            self._make_maps()

    def _make_maps(self) -> None:
        job = self._job
        if job is not None and job.units is not None and self._mapped:
            self._maps = (job.run, job.units.make(self._mapped))

    def _publish(
        self, state: State, error: NetbuilderError | None = None, crash: str | None = None
    ) -> None:
        assert self._job is not None
        assert self._past is not None
        self._wanted.clear()
        self._state, self._trouble = state, (error, crash)
        if state != "running":
            self._make_maps()  # before the report, after which nobody looks for them
        snapshot = self._snapshot(self._job, live=state == "running")
        stopped_by = self._job.trainer.stopped_by
        if state == "failed" and self._past.reach is not None:
            self._past.end(error)
        reach = self._past.reach
        self._report = Report(
            self._job.run,
            state,
            snapshot,
            stopped_by,
            error,
            crash,
            self._changes,
            self._orders,
            reach,
        )

    def _snapshot(self, job: Job, *, live: bool) -> Snapshot:
        trainer = job.trainer
        most = _scored(trainer.network.params.size) if live else None
        point = Point.of(trainer, most, bins=self._bins)
        scene = job.scene.make(self._wish, live=live) if job.scene is not None else None
        step, since = self._rate_mark
        now = time.perf_counter()
        if live and now - since > 0.5:
            self._rate = (trainer.step - step) / (now - since)
            self._rate_mark = (trainer.step, now)
        fields = {**vars(point), "seconds": point.seconds - self._first_seconds}
        return Snapshot(
            **fields,
            run=job.run,
            parameters=trainer.network.params.copy(),
            scene=scene,
            steps_per_second=self._rate,
        )

    def _fail(self, error: NetbuilderError | None = None, crash: str | None = None) -> None:
        self._running = False
        if self._job is not None:
            self._publish("failed", error, crash)


def _scored(parameters: int) -> int:
    """How many samples the loss of a live snapshot is taken over: fewer of a large network."""
    return min(SCORED_SAMPLES, max(SCORED_LEAST, int(SCORED_WORK / max(parameters, 1))))
