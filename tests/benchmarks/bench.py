"""`make bench`: how fast training is, beside PyTorch and scikit-learn and inside the window.

All figures of a table come from one run, and the sides take turns, so that a machine whose speed
drifts treats them alike. Only ratios mean anything from one machine to another.
"""

from __future__ import annotations

import argparse
import importlib
import statistics
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from netbuilder.data.sets.table import TableData
from netbuilder.engine.activations.sigmoid import Sigmoid
from netbuilder.engine.activations.softmax import Softmax
from netbuilder.engine.activations.tanh import Tanh
from netbuilder.engine.graph import Vertex
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.layers.input import Input
from netbuilder.engine.losses.binary_cross_entropy import BinaryCrossEntropy
from netbuilder.engine.losses.categorical_cross_entropy import CategoricalCrossEntropy
from netbuilder.engine.network import Network
from netbuilder.engine.operation import Array, Operation
from netbuilder.engine.optimizers.sgd import SGD
from netbuilder.engine.settings import Training
from netbuilder.engine.trainer import Samples, Trainer
from netbuilder.project.model import Node, Project

RATE = 0.01
ROUNDS = 5  # of a window and of training alone
KEPT = 0.85  # of the headless speed is wanted in the window
P99, WORST = 8.0, 33.0  # milliseconds that a posted event may wait there


@dataclass(frozen=True)
class Case:
    """One network with its data and batch size."""

    sizes: tuple[int, ...]
    batch: int
    samples: int
    precision: str

    @property
    def name(self) -> str:
        return "-".join(map(str, self.sizes)) + f", batch {self.batch}, {self.precision}"

    def data(self) -> tuple[Array, Array]:
        """Rows x and class labels."""
        rng = np.random.default_rng(0)
        x = rng.normal(size=(self.samples, self.sizes[0]))
        if self.sizes[-1] == 1:
            return x, (x[:, 0] * x[:, 1] > 0).astype(int)
        return x, rng.integers(0, self.sizes[-1], self.samples)

    def operations(self) -> list[tuple[str, Operation]]:
        chain: list[tuple[str, Operation]] = [("data", Input())]
        for k, units in enumerate(self.sizes[1:-1], start=1):
            chain += [(f"hidden {k}", Dense(units=units)), (f"tanh {k}", Tanh())]
        chain.append(("output", Dense(units=self.sizes[-1])))
        if self.sizes[-1] == 1:
            return [*chain, ("sigmoid", Sigmoid()), ("loss", BinaryCrossEntropy())]
        return [*chain, ("softmax", Softmax()), ("loss", CategoricalCrossEntropy())]

    def training(self) -> Training:
        return Training(
            optimizer=SGD(learning_rate=RATE),
            batch_size=self.batch,
            test_fraction=0.0,
            max_epochs=None,
            precision=self.precision,  # type: ignore[arg-type]
        )


CIRCLE = Case((2, 4, 2, 1), 10, 250, "float64")  # as in TF Playground
CIRCLE_RATE = 2000.0  # epochs a second that are wanted in the window
CASES = (
    CIRCLE,
    Case((2, 8, 8, 8, 8, 8, 8, 1), 10, 250, "float64"),
    Case((2, 32, 32, 1), 32, 512, "float64"),
    Case((784, 256, 128, 10), 128, 2048, "float32"),
)


def ours(case: Case) -> Callable[[int], None]:
    """A function that trains so many epochs."""
    chain = case.operations()
    names = [name for name, _ in chain]
    vertices = [
        Vertex(name, op, (names[k - 1],) if k else ()) for k, (name, op) in enumerate(chain)
    ]
    network = Network(vertices, case.sizes[0], case.precision)
    network.initialize(0)
    x, labels = case.data()
    y = labels.reshape(-1, 1) if case.sizes[-1] == 1 else np.eye(case.sizes[-1])[labels]
    nothing = Samples(np.empty((0, case.sizes[0])), np.empty((0, y.shape[1])))
    trainer = Trainer(
        network, case.training(), Samples(x, y.astype(float)), nothing, classification=True
    )
    return lambda epochs: (trainer.advance(epochs * trainer.steps_per_epoch), None)[1]


def pytorch(case: Case) -> Callable[[int], None]:
    """The same in PyTorch, eager, as its tutorials write it."""
    import torch

    dtype = getattr(torch, case.precision)
    layers: list[torch.nn.Module] = []
    for a, b in zip(case.sizes, case.sizes[1:], strict=False):
        layers += [torch.nn.Linear(a, b, dtype=dtype), torch.nn.Tanh()]
    net = torch.nn.Sequential(*layers[:-1])
    optimizer = torch.optim.SGD(net.parameters(), lr=RATE)
    x_rows, labels = case.data()
    x = torch.tensor(x_rows, dtype=dtype)
    if case.sizes[-1] == 1:
        loss: torch.nn.Module = torch.nn.BCEWithLogitsLoss()
        y = torch.tensor(labels.reshape(-1, 1), dtype=dtype)
    else:
        loss = torch.nn.CrossEntropyLoss()
        y = torch.tensor(labels)

    def run(epochs: int) -> None:
        for _ in range(epochs):
            order = torch.randperm(len(x))
            for first in range(0, len(x), case.batch):
                rows = order[first : first + case.batch]
                optimizer.zero_grad()
                loss(net(x[rows]), y[rows]).backward()
                optimizer.step()

    return run


def scikit_learn(case: Case) -> Callable[[int], None]:
    """The same in scikit-learn's MLPClassifier."""
    from sklearn.neural_network import MLPClassifier

    x, labels = case.data()
    x = x.astype(case.precision)

    def run(epochs: int) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns that so few epochs do not converge
            MLPClassifier(
                case.sizes[1:-1],
                activation="tanh",
                solver="sgd",
                alpha=0.0,
                batch_size=case.batch,
                learning_rate_init=RATE,
                momentum=0.0,
                max_iter=epochs,
                tol=0.0,
                n_iter_no_change=epochs + 1,
            ).fit(x, labels)

    return run


def products(case: Case) -> Callable[[int], None]:
    """Only the matrix products of the same training: what no implementation can leave out."""
    rng = np.random.default_rng(0)
    m, dtype = case.batch, case.precision

    def draw(*shape: int) -> Array:
        return rng.normal(size=shape).astype(dtype)

    calls: list[Callable[[], object]] = []
    for k, (a, b) in enumerate(pairwise(case.sizes)):
        h, w, z, grad = draw(a + 1, m), draw(a + 1, b), draw(b, m), draw(a + 1, b)
        calls += [partial(np.dot, w.T, h, z), partial(np.dot, h, z.T, grad)]
        if k:
            calls.append(partial(np.dot, w[:-1], z, draw(a, m)))
    steps = -(-case.samples // case.batch)

    def run(epochs: int) -> None:
        for _ in range(epochs * steps):
            for call in calls:
                call()

    return run


def epochs_for(run: Callable[[int], None], seconds: float) -> int:
    """How many epochs take about so long."""
    epochs = 1
    while True:
        start = time.perf_counter()
        run(epochs)
        spent = time.perf_counter() - start
        if spent > seconds / 4:
            return max(1, round(epochs * seconds / spent))
        epochs *= 2


def rates(sides: Sequence[Callable[[int], None]], rounds: int, seconds: float) -> list[float]:
    """Median epochs a second of each side, the sides taking turns."""
    counts = [epochs_for(run, seconds) for run in sides]
    measured: list[list[float]] = [[] for _ in sides]
    for _ in range(rounds):
        for results, run, epochs in zip(measured, sides, counts, strict=True):
            start = time.perf_counter()
            run(epochs)
            results.append(epochs / (time.perf_counter() - start))
    return [statistics.median(r) for r in measured]


def engine(rounds: int, seconds: float) -> None:
    """Our speed beside that of PyTorch and scikit-learn."""
    import torch

    print("Engine, headless: epochs/s (steps/s) and how many times as fast")
    for case in CASES:
        steps = -(-case.samples // case.batch)
        best: list[float] = []
        sides = [ours(case), pytorch(case), scikit_learn(case)]
        for threads in (1, 2):
            # We always use one thread; the others get the number that suits them better.
            torch.set_num_threads(threads)
            with threadpool_limits(limits=threads):
                others = rates(sides[1:], rounds, seconds)
            with threadpool_limits(limits=1):
                (own,) = rates(sides[:1], rounds, seconds)
            found = [own, *others]
            best = found if not best else [max(a, b) for a, b in zip(best, found, strict=True)]
        own, torch_rate, sk_rate = best
        print(f"  {case.name}")
        print(f"    Netbuilder    {own:10,.1f} epochs/s  ({own * steps:,.0f} steps/s)")
        print(f"    PyTorch eager {torch_rate:10,.1f} epochs/s  {own / torch_rate:6.1f} x")
        print(f"    scikit-learn  {sk_rate:10,.1f} epochs/s  {own / sk_rate:6.1f} x")
        with threadpool_limits(limits=1):
            whole, bare = rates([sides[0], products(case)], rounds, seconds)
        print(f"    time against that of the matrix products alone: {bare / whole:.2f} x")


def growth(seconds: float) -> None:
    """How the time of an epoch grows with samples, parameters and depth."""
    print("Growth: microseconds an epoch takes, for each sample, parameter or layer")
    tables = {
        "samples (2-32-32-1, batch 32)": [
            (n, Case((2, 32, 32, 1), 32, n, "float64")) for n in (512, 2048, 8192, 32768)
        ],
        "parameters (64-n-64, batch 128, 1024 samples)": [
            (64 * n + n + 64 * n + 64, Case((64, n, 64), 128, 1024, "float64"))
            for n in (64, 256, 1024, 4096)
        ],
        "depth (layers of 32, batch 32, 512 samples)": [
            (d + 1, Case((2, *[32] * d, 1), 32, 512, "float64")) for d in (2, 8, 32, 128)
        ],
    }
    for title, rows in tables.items():
        print(f"  {title}")
        for size, case in rows:
            with threadpool_limits(limits=1):
                (rate,) = rates([ours(case)], 3, seconds / 2)
            print(f"    {size:>8,}  {1e6 / rate:12,.1f} us  {1e6 / rate / size:10.4f} each")


def project_of(case: Case) -> Project:
    """The case as a document."""
    chain = case.operations()
    x, labels = case.data()
    return Project(
        name=case.name,
        nodes=tuple(Node(name, op, (160.0 * k, 0.0)) for k, (name, op) in enumerate(chain)),
        edges=tuple((a, b) for (a, _), (b, _) in pairwise(chain)),
        dataset=TableData(
            x=tuple(map(tuple, x.tolist())),
            y=tuple((float(v),) for v in labels),
            task="classification",
        ),
        training=case.training(),
    )


def window(seconds: float) -> None:
    """Training speed inside the window, and how long a posted event waits meanwhile."""
    from PySide6.QtCore import QEventLoop, QObject, QSettings, Qt, QTimer, Signal, Slot
    from PySide6.QtWidgets import QApplication

    from netbuilder.app import keep_what_is_loaded
    from netbuilder.project.document import Document
    from netbuilder.ui.main_window import MainWindow
    from netbuilder.ui.settings import AppSettings
    from netbuilder.ui.theme import theme

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme().install(app)

    class Receiver(QObject):
        posted = Signal(float)

        def __init__(self) -> None:
            super().__init__()
            self.waits: list[float] = []
            self.posted.connect(self.receive, Qt.ConnectionType.QueuedConnection)

        @Slot(float)
        def receive(self, sent: float) -> None:
            self.waits.append(time.perf_counter() - sent)

    def wait(duration: float) -> None:
        loop = QEventLoop()
        QTimer.singleShot(round(duration * 1000), loop.quit)
        loop.exec()

    folder = tempfile.mkdtemp()
    print(f"Window at 1440x900, every plot visible, platform {app.platformName()}")
    cases = (
        Case((2, 8, 8, 1), 32, 512, "float64"),
        CIRCLE,
        Case((784, 256, 128, 10), 128, 2048, "float32"),
    )
    for case in cases:
        steps = -(-case.samples // case.batch)
        alone = ours(case)
        with threadpool_limits(limits=1):
            epochs = epochs_for(alone, seconds / 4)
        store = QSettings(f"{folder}/bench.ini", QSettings.Format.IniFormat)
        settings = AppSettings(store)
        settings.pace = None
        main = MainWindow(Document(project_of(case)), settings)
        main.resize(1440, 900)
        main.show()
        main.controller.set_pace(None)
        wait(1.0)
        keep_what_is_loaded()  # as the program does once its window stands
        main.controller.start()
        wait(2.0)
        receiver = Receiver()
        stop, posting = threading.Event(), threading.Event()

        def post(
            receiver: Receiver = receiver,
            stop: threading.Event = stop,
            posting: threading.Event = posting,
        ) -> None:
            # Each post hands the interpreter over twice: more of them would be a load of their own.
            while not stop.wait(0.01):
                if posting.is_set():
                    receiver.posted.emit(time.perf_counter())

        poster = threading.Thread(target=post)
        poster.start()
        kept, alike, found, frames, spent = [], [], [], 0, 0.0
        for _ in range(ROUNDS):
            # Alone and in the window by turns: the machine's speed is no news.
            main.controller.pause()
            wait(0.3)
            start, begun = time.perf_counter(), time.thread_time()
            with threadpool_limits(limits=1):
                alone(epochs)
            headless = epochs * steps / (time.perf_counter() - start)
            undisturbed = epochs * steps / (time.thread_time() - begun)
            main.controller.start()
            wait(0.3)
            posting.set()
            assert main.controller.snapshot is not None
            first, start = main.controller.snapshot.step, time.perf_counter()
            before, waited = main.controller.history.count, core_waits("training")
            wait(seconds / 2)
            took = time.perf_counter() - start
            had = took - (core_waits("training") - waited)
            posting.clear()
            found.append((main.controller.snapshot.step - first) / took)
            kept.append(found[-1] / headless)
            alike.append((main.controller.snapshot.step - first) / had / undisturbed)
            frames += main.controller.history.count - before
            spent += took
        stop.set()
        poster.join()
        main.controller.pause()
        wait(0.3)
        rate, share, other = map(statistics.median, (found, kept, alike))
        waits = np.array(receiver.waits) * 1000
        print(
            f"  {case.name}: {rate:,.0f} steps/s, {rate / steps:,.0f} epochs/s,"
            f" {100 * share:.0f} % of headless{_unless(max(share, other) >= KEPT, 'TOO LITTLE')},"
            f" {100 * other:.0f} % while it has a core;"
            f"{_unless(case is not CIRCLE or rate / steps >= CIRCLE_RATE, 'TOO FEW epochs/s')}"
        )
        p99, worst = np.percentile(waits, 99), waits.max()
        print(
            f"    {frames / spent:.0f} snapshots/s; posted event waits p50"
            f" {np.percentile(waits, 50):.2f} ms, p99 {p99:.2f} ms,"
            f" worst {worst:.1f} ms{_unless(p99 <= P99 and worst <= WORST, 'TOO LONG')}"
            f" (n = {len(waits)})"
        )
        main.controller.sync()
        main.document.mark_clean()  # or closing would ask whether to save
        main.close()
        main.deleteLater()


def core_waits(thread: str) -> float:
    """Seconds that a thread of this process has waited for a core that others had (Linux)."""
    for task in Path("/proc/self/task").glob("*"):
        if (task / "comm").read_text().strip() == thread:
            return int((task / "schedstat").read_text().split()[1]) / 1e9
    return 0.0


def _unless(fine: bool, words: str) -> str:
    return "" if fine else f"  {words}"


def main() -> int:
    """Run the parts named on the command line, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "parts",
        nargs="*",
        help="engine, growth, window, neurons, canvas, start, step; all if none; or long",
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0, help="length of one measurement")
    parser.add_argument("--steps", type=int, default=1_000_000, help="of the long run")
    options = parser.parse_args()
    parts = options.parts or ["engine", "growth", "window", "neurons", "canvas", "start", "step"]
    print(f"Python {sys.version.split()[0]}, NumPy {np.__version__}")
    if "engine" in parts:
        engine(options.rounds, options.seconds)
    if "growth" in parts:
        growth(options.seconds)
    if "window" in parts:
        window(max(4.0, 4 * options.seconds))
    if "neurons" in parts:
        importlib.import_module("neurons").run(2 * options.seconds, options.rounds)
    if "canvas" in parts:
        importlib.import_module("canvas").run()
    if "step" in parts:
        importlib.import_module("stepping").run()
    if "start" in parts:
        importlib.import_module("starting").run(options.rounds)
    if "long" in parts:
        importlib.import_module("long_run").run(project_of(CIRCLE), options.steps)
    return 0


if __name__ == "__main__":
    sys.exit(main())
