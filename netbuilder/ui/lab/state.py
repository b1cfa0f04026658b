"""What the lab shows: a function, a start, optimizers with their rates, and how far they are."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QObject, QTimer, Signal

from netbuilder.engine.lab.descent import MOST_STEPS, Descent, optimizers, with_rate
from netbuilder.engine.lab.formula import Formula
from netbuilder.engine.lab.functions import LANDSCAPES, Landscape, Range, landscapes
from netbuilder.engine.lab.presets import STEPS, Lesson, find_rate

SHOWN_AT_FIRST = ("SGD", "Momentum", "RMSProp", "Adam")
FARTHEST = 1e6  # from 0 that a start may be
RATE_RANGE = (1e-6, 100.0)
BUDGET = 0.02  # seconds for computing ways before what there is of them is shown
PIECE = 5  # steps between two looks at the clock


@dataclass(frozen=True)
class Way:
    """One optimizer: whether its way is shown, and its learning rate."""

    name: str
    rate: float
    shown: bool


@dataclass
class Bench:
    """Everything about the functions of one variable, or about those of two."""

    landscape: Landscape | None  # None for a formula that was typed
    formula: Formula
    view: tuple[Range, ...]
    start: tuple[float, ...]
    ways: dict[str, Way]
    chosen: str = "SGD"
    k: int = 0
    descents: dict[str, Descent] = field(default_factory=dict)


class LabState(QObject):
    """Changes by the user come in here, and everything that is shown is read from here.

    GUI thread. Ways are computed when somebody looks at them, so a change costs what is seen of it.
    """

    changed = Signal()
    """Something is different: draw anew."""

    function_changed = Signal()
    """Another function; comes before `changed`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.optimizers = optimizers()
        """Those that there are, by name."""
        self._benches = {d: self._bench(landscapes(d)[0]) for d in (1, 2)}
        self._d = 1
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self._tell)

    def _bench(self, landscape: Landscape) -> Bench:
        ways = {
            name: Way(name, landscape.rate_for(cls), name in SHOWN_AT_FIRST)
            for name, cls in self.optimizers.items()
        }
        formula = Formula(landscape.text, landscape.d)
        return Bench(landscape, formula, landscape.view, landscape.start, ways)

    # ---- what there is --------------------------------------------------------------------------

    @property
    def bench(self) -> Bench:
        """What is on the table now."""
        return self._benches[self._d]

    @property
    def d(self) -> int:
        """The number of variables."""
        return self._d

    @property
    def formula(self) -> Formula:
        """The function that is gone down on."""
        return self.bench.formula

    @property
    def shown(self) -> tuple[str, ...]:
        """The optimizers whose ways are drawn: the chosen one alone on a curve."""
        bench = self.bench
        if self._d == 1:
            return (bench.chosen,)
        return tuple(name for name, way in bench.ways.items() if way.shown)

    @property
    def chosen(self) -> str:
        """The optimizer whose numbers are shown."""
        return self.bench.chosen

    def descent(self, name: str) -> Descent:
        """The way of one optimizer."""
        bench = self.bench
        found = bench.descents.get(name)
        if found is None:
            optimizer = with_rate(self.optimizers[name], bench.ways[name].rate)
            found = Descent(bench.formula, optimizer, bench.start)
            bench.descents[name] = found
        return found

    @property
    def k(self) -> int:
        """How many steps are shown: those that are wanted, as far as they are computed, at most
        those of the longest way."""
        ways = [self.descent(name) for name in self.shown]
        going = [way.count for way in ways if way.end is None]
        ready = min(going) if going else max((way.count for way in ways), default=0)
        return min(self.bench.k, ready)

    @property
    def can_go_on(self) -> bool:
        """Whether any way has a next step."""
        k = self.k
        return any(self.descent(name).reach(k + 1) > k for name in self.shown)

    # ---- going ----------------------------------------------------------------------------------

    def go_to(self, k: int) -> None:
        """Show the first k steps, or fewer where the ways end."""
        self.bench.k = min(max(k, 0), MOST_STEPS)
        if self._work():
            self.bench.k = self.k
        self.changed.emit()

    def _tell(self) -> None:
        self._work()
        self.changed.emit()

    def _work(self) -> bool:
        """Compute what is to be shown, as much as a frame has time for; the rest comes after it.
        Whether all of it is there."""
        wanted = self.bench.k
        ways = [self.descent(name) for name in self.shown]
        end = time.perf_counter() + BUDGET
        reached = min((way.count for way in ways if way.end is None), default=wanted)
        while reached < wanted and time.perf_counter() < end:
            reached = min(reached + PIECE, wanted)
            for way in ways:
                way.reach(reached)
        if reached < wanted:
            self._rest.start()
        else:
            self._rest.stop()
        return reached >= wanted

    # ---- changing -------------------------------------------------------------------------------

    def set_d(self, d: int) -> None:
        """Functions of one variable or of two; each keeps what was set for it."""
        if d != self._d:
            self._d = d
            self.function_changed.emit()
            self._tell()

    def set_landscape(self, key: str) -> None:
        """Take one of the functions that are offered, with its start and its rates."""
        landscape = next(known for known in LANDSCAPES if known.key == key)
        before = self._benches[landscape.d]
        bench = self._bench(landscape)
        bench.chosen = before.chosen
        bench.ways = {n: replace(w, shown=before.ways[n].shown) for n, w in bench.ways.items()}
        self._benches[landscape.d] = bench
        self._d = landscape.d
        self.function_changed.emit()
        self._tell()

    def set_text(self, text: str) -> None:
        """Take a formula that was typed. Raises FormulaError and changes nothing."""
        bench = self.bench
        formula = Formula(text, self._d)
        if formula.text == bench.formula.text:
            return
        bench.formula = formula
        bench.landscape = None
        bench.k = 0
        bench.descents.clear()
        self.function_changed.emit()
        self._tell()

    def set_start(self, start: tuple[float, ...]) -> None:
        """Begin elsewhere, with as many steps as before."""
        start = tuple(min(max(place, -FARTHEST), FARTHEST) for place in start)
        if start != self.bench.start:
            self.bench.start = start
            self.bench.descents.clear()
            self._tell()

    def set_rate(self, name: str, rate: float) -> None:
        """Another learning rate for one optimizer."""
        way = self.bench.ways[name]
        if rate != way.rate:
            self.bench.ways[name] = replace(way, rate=rate)
            self.bench.descents.pop(name, None)
            self._tell()

    def set_shown(self, name: str, shown: bool) -> None:
        """Draw a way, or leave it out."""
        bench = self.bench
        bench.ways[name] = replace(bench.ways[name], shown=shown)
        if not shown and name == bench.chosen and self.shown:
            bench.chosen = self.shown[0]
        self._tell()

    def choose(self, name: str) -> None:
        """Show the numbers of this optimizer; on a map its way is drawn as well."""
        bench = self.bench
        if name != bench.chosen or not bench.ways[name].shown:
            bench.chosen = name
            bench.ways[name] = replace(bench.ways[name], shown=True)
            self._tell()

    def teach(self, lesson: Lesson) -> bool:
        """Set plain gradient descent up for a lesson, before its first step.

        False if no learning rate shows it: nothing is changed then.
        """
        bench = self.bench
        preset = bench.landscape.presets.get(lesson) if bench.landscape is not None else None
        if preset is not None:
            start, rate = preset.start, preset.rate
        else:
            found = find_rate(bench.formula, bench.start, lesson)
            if found is None:
                return False
            start, rate = bench.start, found
        bench.start, bench.k, bench.chosen = start, 0, "SGD"
        bench.ways["SGD"] = Way("SGD", rate, True)
        bench.descents.clear()
        self._tell()
        return True


LESSON_STEPS = STEPS
"""Steps after which a lesson has shown what it teaches."""
