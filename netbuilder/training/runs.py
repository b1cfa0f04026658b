"""Every run that was trained: its settings, seed and curves. No Qt. GUI thread only."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from netbuilder.engine.history import History
from netbuilder.engine.settings import Training
from netbuilder.project.difference import Difference, difference
from netbuilder.project.model import Project, Weights
from netbuilder.training.snapshot import Snapshot

MOST = 50  # runs that are kept; the oldest one without a note goes first
WHOLE = 10  # of them, the newest, with the whole history
POINTS = 2000  # that an older one keeps
WEIGHTS = 10_000_000  # numbers that all runs together keep of what they have learned


@dataclass(eq=False)
class Run:
    """One training run, from its first step on. `history` and `snapshot` grow while it lasts."""

    project: Project
    """As it was at the first step, with the weights that it began from; none: drawn by the seed."""
    history: History
    training: Training
    """The settings in force at the end: some may change while a run goes on."""
    number: int = 0
    snapshot: Snapshot | None = None
    metric: str = ""  # "accuracy", "R2" or ""
    weights: Weights = field(default_factory=dict)
    """What it had learned when it ended, by the names in `project`; empty while it lasts, and when
    it is one of the older ones of large networks."""
    started: float = field(default_factory=time.time)  # seconds since 1970
    over: bool = False
    finished_by: str | None = None
    note: str = ""
    given_weights: bool = False
    """It began from weights that are not at hand any more; those in `project` are always told."""

    @property
    def changes(self) -> list[Difference]:
        """Settings that were changed while it ran."""
        return difference(self.project, self.project.with_(training=self.training))

    def last(self, name: str) -> float:
        """The newest value of a column of the history (`engine.history.RUN`); NaN for none."""
        values = self.history.run(name)
        return float(values[-1]) if len(values) else float("nan")


class RunList:
    """The runs of one document in their order, in bounded memory."""

    def __init__(self) -> None:
        self._runs: list[Run] = []
        self._removed: list[Run] = []
        self._count = 0
        self._watchers: list[weakref.WeakMethod[Callable[[], None]]] = []

    @property
    def runs(self) -> tuple[Run, ...]:
        """All that are kept, the oldest first."""
        return tuple(self._runs)

    @property
    def can_bring_back(self) -> bool:
        """Whether a run was removed."""
        return bool(self._removed)

    def add(self, run: Run) -> None:
        """Keep a run and give it the next number; older ones may lose points, or go."""
        self._count += 1
        run.number = self._count
        self._runs.append(run)
        while len(self._runs) > MOST:
            plain = [r for r in self._runs[:-1] if not r.note]
            self._runs.remove(plain[0] if plain else self._runs[0])
        for old in self._runs[:-WHOLE]:
            if old.over and old.history.count > POINTS:
                old.history = old.history.reduced(POINTS)
        self._bound_weights()
        self.tell()

    def _bound_weights(self) -> None:
        """The newest keep theirs as long as all together are not too much."""
        left = WEIGHTS
        for run in reversed(self._runs):
            left -= sum(a.size for named in run.weights.values() for a in named.values())
            if left < 0:
                run.weights = {}

    def before(self, run: Run) -> Run | None:
        """The run before this one."""
        place = self._runs.index(run) if run in self._runs else 0
        return self._runs[place - 1] if place else None

    def remove(self, run: Run) -> None:
        """Take a run out of the list."""
        if run in self._runs:
            self._runs.remove(run)
            self._removed.append(run)
            self.tell()

    def bring_back(self) -> Run | None:
        """Put the run that was removed last back into its place."""
        if not self._removed:
            return None
        run = self._removed.pop()
        self._runs = sorted([*self._runs, run], key=lambda r: r.number)
        self.tell()
        return run

    def set_note(self, run: Run, note: str) -> None:
        """Write something about a run."""
        if note != run.note:
            run.note = note
            self.tell()

    def replace(self, runs: Iterable[Run]) -> None:
        """Begin with these runs, of another document."""
        self._runs = sorted(runs, key=lambda r: r.number)
        self._removed.clear()
        self._count = max((r.number for r in self._runs), default=0)
        self.tell()

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call a bound method after each change of the list; it is held weakly."""
        self._watchers.append(weakref.WeakMethod(watcher))

    def tell(self) -> None:
        """Tell the watchers that something is new."""
        for reference in list(self._watchers):
            watcher = reference()
            if watcher is None:
                self._watchers.remove(reference)
            else:
                watcher()
