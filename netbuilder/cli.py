"""The command line. Nothing here imports Qt."""

import csv
import io
import math
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import msgspec
import numpy as np
from threadpoolctl import threadpool_limits

from netbuilder import __version__
from netbuilder.data.prepare import targets
from netbuilder.engine import metrics
from netbuilder.engine.operation import Array
from netbuilder.engine.trace import trace as take_apart
from netbuilder.engine.trainer import Trainer, node_norms
from netbuilder.errors import Diverged, InvalidValue, NetbuilderError
from netbuilder.export.exporter import exporter_for
from netbuilder.project import files
from netbuilder.project.analysis import analyse
from netbuilder.project.build import Run, build, samples, weights_of
from netbuilder.project.model import Project
from netbuilder.project.observe import Observer
from netbuilder.project.run import run_block

PROJECT = click.argument("project", type=click.Path(path_type=Path))


@contextmanager
def _told() -> Iterator[None]:
    """Turn errors into one line on standard error: exit 2 for bad input, 1 for a failed run."""
    try:
        # One thread for matrix products, as in the window: more threads add in another order,
        # and then the last bits would differ between the two.
        with threadpool_limits(limits=1):
            yield
    except Diverged as error:
        _fail(str(error), 1)
    except NetbuilderError as error:
        _fail(str(error), 2)
    except MemoryError:
        _fail("The computer has too little memory for this network and batch size.", 1)


def _fail(text: str, status: int) -> None:
    # A name or a path in the text may hold a line break; the message stays one line all the same.
    click.echo(f"netbuilder: {' '.join(text.splitlines())}", err=True)
    sys.exit(status)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="netbuilder")
def cli() -> None:
    """Draw a multilayer perceptron, train it, and see why it learns or does not.

    `netbuilder [PROJECT]` opens the window; the commands below work without one.
    """


# ---- train ---------------------------------------------------------------------------------------


@cli.command()
@PROJECT
@click.option("--epochs", type=click.IntRange(min=1), help="Stop after so many epochs more.")
@click.option("--steps", type=click.IntRange(min=1), help="Stop after so many steps more.")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), help="Draw all random numbers anew.")
@click.option("--save", type=click.Path(path_type=Path), help="Save the trained project.")
@click.option("--history", type=click.Path(path_type=Path), help="Write the curves as CSV.")
@click.option("--weights", type=click.Path(path_type=Path), help="Write the weights: .npz, .json.")
@click.option("--figure", type=click.Path(path_type=Path), help="Draw the run: .png, .svg, .pdf.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
def train(
    project: Path,
    epochs: int | None,
    steps: int | None,
    seed: int | None,
    save: Path | None,
    history: Path | None,
    weights: Path | None,
    figure: Path | None,
    as_json: bool,
) -> None:
    """Train PROJECT from its saved weights, or from drawn ones, and report how it went."""
    with _told():
        document = files.read(project)
        exporter = exporter_for(weights) if weights else None
        if figure is not None and figure.suffix.lower() not in (".png", ".svg", ".pdf"):
            raise NetbuilderError(detail=f"{figure}: a figure ends in .png, .svg or .pdf")
        document = _limited(document, epochs, steps, seed)
        run = build(document, fresh=seed is not None)
        if epochs is not None and run.trainer.epoch:  # the run goes on for so many more
            document = _limited(document, run.trainer.epoch + epochs, None, seed)
            run.trainer.configure(document.training)
        recorder = _Recorder(run.trainer, history is not None or figure is not None)
        before = run.trainer.step, run.trainer.epoch
        observer = Observer(document, run) if as_json else None
        seconds = _train(run.trainer, steps, recorder, observer)
        trained = document.with_(weights=weights_of(run.network))
        trained = trained.with_(run=run_block(trained, run.trainer.state()))
        if save is not None:
            files.write(trained, save)
        if weights is not None and exporter is not None:
            files.write_bytes(exporter.write(trained), weights)
        if history is not None:
            files.write_bytes(recorder.csv().encode(), history)
        if figure is not None:
            _figure(document.name, run, recorder, figure)
        _report(run, before, seconds, observer)


def _limited(project: Project, epochs: int | None, steps: int | None, seed: int | None) -> Project:
    changes: dict[str, Any] = {}
    if epochs is not None or steps is not None:
        # What is asked for on the command line takes the place of the limit in the file.
        changes["max_epochs"] = epochs
    if seed is not None:
        changes["seed"] = seed
    return project.with_(training=msgspec.structs.replace(project.training, **changes))


def _train(
    trainer: Trainer, steps: int | None, recorder: "_Recorder", observer: Observer | None = None
) -> float:
    """Train to the end with a progress bar on a terminal; returns the seconds it took."""
    per_epoch = trainer.steps_per_epoch
    limits = [n for n in (steps, _epoch_steps(trainer)) if n is not None]
    if not limits and not _has_rule(trainer):
        raise NetbuilderError(
            detail="The project has no epoch limit and no stop rule: say --epochs or --steps."
        )
    total = min(limits) if limits else None
    first, start = trainer.step, time.perf_counter()
    recorder.record()
    if observer is not None:
        observer.look()
    with _progress(total) as advance:
        while trainer.stopped_by is None and (total is None or trainer.step - first < total):
            wanted = per_epoch - trainer.batch
            if not recorder.wanted:
                wanted += per_epoch * max(0, 2000 // per_epoch)
            if total is not None:
                wanted = min(wanted, total - (trainer.step - first))
            if observer is not None:
                wanted = min(wanted, observer.until_next)
            advance(trainer.advance(wanted))
            if trainer.batch == 0 or not recorder.wanted:
                recorder.record()
            if observer is not None:
                observer.look()
    recorder.record(last=True)
    if observer is not None:
        observer.look(always=True)
    return time.perf_counter() - start


def _epoch_steps(trainer: Trainer) -> int | None:
    """How many steps are left until the epoch limit."""
    epochs = trainer.settings.max_epochs
    if epochs is None:
        return None
    return max(0, (epochs - trainer.epoch) * trainer.steps_per_epoch - trainer.batch)


def _has_rule(trainer: Trainer) -> bool:
    return any(v is not None for v in msgspec.structs.astuple(trainer.settings.stop))


@contextmanager
def _progress(total: int | None) -> Iterator[Callable[[int], None]]:
    if not sys.stderr.isatty() or total is None:
        yield lambda steps: None
        return
    with click.progressbar(
        length=total, label="Training", file=sys.stderr, show_pos=True, width=30
    ) as bar:
        yield bar.update


class _Recorder:
    """Keeps the curves of a run, one row an epoch; thins itself out above some thousand rows."""

    LIMIT = 4000

    def __init__(self, trainer: Trainer, wanted: bool) -> None:
        self.trainer = trainer
        self.wanted = wanted
        self.rows: list[dict[str, float]] = []
        self._every = 1
        self._count = 0

    def record(self, *, last: bool = False) -> None:
        """Add a row for the present moment, if anybody wants the curves; `last` even when thin."""
        trainer = self.trainer
        if not self.wanted or (self.rows and self.rows[-1]["step"] == trainer.step):
            return
        self._count += 1
        if self._count % self._every and not last:
            return
        if len(self.rows) >= self.LIMIT:
            self.rows, self._every = self.rows[::2], self._every * 2
        train, test = trainer.scores("train"), trainer.scores("test")
        norms = node_norms(trainer.gradient_norms(trainer.full_gradient()))
        self.rows.append(
            {
                "step": trainer.step,
                "epoch": trainer.progress,
                "train_loss": train.loss,
                "test_loss": test.loss,
                f"train_{trainer.metric}": train.metric,
                f"test_{trainer.metric}": test.metric,
                **{f"gradient:{node}": norm for node, norm in norms.items()},
            }
        )

    def columns(self) -> dict[str, list[float]]:
        return {name: [row[name] for row in self.rows] for name in self.rows[0]}

    def csv(self) -> str:
        text = io.StringIO()
        writer = csv.DictWriter(text, list(self.rows[0]), lineterminator="\n")
        writer.writeheader()
        for row in self.rows:
            writer.writerow({k: "" if math.isnan(v) else repr(v) for k, v in row.items()})
        return text.getvalue()


def _figure(name: str, run: Run, recorder: _Recorder, path: Path) -> None:
    from netbuilder.export.figure import draw

    picture = draw(name, run.network, run.split, recorder.columns(), path.suffix[1:].lower())
    files.write_bytes(picture, path)


def _report(run: Run, before: tuple[int, int], seconds: float, observer: Observer | None) -> None:
    """Print how it went; `before` is the step and the epoch at which this command took over."""
    trainer = run.trainer
    steps, epochs = trainer.step - before[0], trainer.epoch - before[1]
    train_scores, test_scores = trainer.scores("train"), trainer.scores("test")
    norms = trainer.gradient_norms(trainer.full_gradient())
    measured = {part: _measured(run, part) for part in ("train", "test")}
    summary: dict[str, Any] = {
        "loss": train_scores.loss,
        "test_loss": test_scores.loss,  # NaN becomes null
        "metrics": {
            f"{part}_{name}": value
            for part, found in measured.items()
            for name, value in found.items()
        },
        "steps": steps,
        "epochs": epochs,
        "gradient_norms": norms,
        "seconds": seconds,
        "stopped_by": trainer.stopped_by or "steps",
    }
    if observer is not None:
        verdict, *_ = observer.verdicts()
        summary["health"] = {"verdict": verdict.code, "text": verdict.text}
        click.echo(msgspec.json.encode(summary))
        return
    click.echo(f"{steps} steps, {epochs} epochs in {seconds:.2f} s")
    for part, scores in (("train", train_scores), ("test", test_scores)):
        if not math.isnan(scores.loss):
            # Those of single classes are for the JSON; here they would be a wall of numbers.
            words = [f"{n} {v:.4g}" for n, v in measured[part].items() if "_" not in n]
            click.echo(f"{part:5} loss {scores.loss:.6g}   {'   '.join(words)}")
    for node, norm in node_norms(norms).items():
        click.echo(f"gradient norm of {node}: {norm:.6g}")


def _measured(run: Run, part: str) -> dict[str, float]:
    """The metrics of the training or the test samples."""
    train, test = samples(run.split, run.network)
    rows = train if part == "train" else test
    outputs = run.network.predict(rows.x)
    return metrics.summary(outputs, rows.y, run.split.train.classes, run.network.loss.threshold)


# ---- trace ---------------------------------------------------------------------------------------


@cli.command()
@PROJECT
@click.option("--sample", type=click.IntRange(min=0), help="Only this row of the data, from 0.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write here, not to stdout.")
def trace(project: Path, sample: int | None, output: Path | None) -> None:
    """Print every number of one forward pass, backward pass and update of PROJECT as JSON.

    Without --sample it is the first batch of the training samples, in their order.
    """
    with _told():
        document = files.read(project)
        run = build(document)
        table = run.split.train
        if sample is not None:
            table = document.dataset.make()
            if sample >= len(table.x):
                raise InvalidValue(
                    where="--sample",
                    expected=f"a row from 0 to {len(table.x) - 1}",
                    got=str(sample),
                )
            table = table.take([sample])
        else:
            table = table.take(slice(0, document.training.batch_size))
        y = targets(table, run.network.outputs, run.network.loss.encoding == "one_hot")
        result = take_apart(run.network, table.x, y, run.trainer.update)
        _emit(msgspec.json.encode(result.to_data()) + b"\n", output)


def _emit(data: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(data)
    else:
        files.write_bytes(data, output)


# ---- predict -------------------------------------------------------------------------------------


@cli.command()
@PROJECT
@click.option("--values", help='One sample: its features with commas, like "1,2".')
@click.option("--input", "source", type=click.Path(path_type=Path), help="A CSV file of samples.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write here, not to stdout.")
def predict(project: Path, values: str | None, source: Path | None, output: Path | None) -> None:
    """Print the outputs of PROJECT for new data, one line of CSV for each sample."""
    with _told():
        if (values is None) == (source is None):
            raise NetbuilderError(detail="Give either --values or --input.")
        run = build(files.read(project))
        features = run.network.features
        if values is not None:
            rows = [_numbers(values.split(","), features, "--values")]
        else:
            assert source is not None
            rows = _read_rows(source, features)
        outputs = run.network.predict(np.array(rows))
        _emit(_predictions(outputs, run).encode(), output)


def _numbers(cells: list[str], features: int, where: str) -> list[float]:
    if len(cells) != features:
        raise InvalidValue(
            where=where, expected=f"{features} numbers in a line", got=str(len(cells))
        )
    numbers = []
    for column, cell in enumerate(cells):
        try:
            number = float(cell)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise InvalidValue(
                where=f"{where}, column {column + 1}", expected="a number", got=repr(cell)
            )
        numbers.append(number)
    return numbers


def _read_rows(source: Path, features: int) -> list[list[float]]:
    reader = csv.reader(io.StringIO(files.read_text(source), newline=""))
    rows: list[list[float]] = []
    try:
        for line, cells in enumerate(reader, start=1):
            if not any(c.strip() for c in cells):
                continue
            if line == 1 and not any(_is_number(c) for c in cells):
                continue  # names of the columns
            rows.append(_numbers(cells, features, f"{source}, line {line}"))
    except csv.Error as error:
        raise NetbuilderError(
            detail=f"{source}, line {reader.line_num}: this is not CSV text ({error})"
        ) from error
    if not rows:
        raise InvalidValue(where=str(source), expected="at least one line of numbers", got="none")
    return rows


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _predictions(outputs: Array, run: Run) -> str:
    """CSV with a heading: the outputs and, for a classification, the class that they mean."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    table, threshold = run.split.train, run.network.loss.threshold
    heading = [f"output{i + 1}" for i in range(outputs.shape[1])]
    writer.writerow([*heading, "class"] if table.classes else heading)
    for row in outputs:
        cells = [repr(float(v)) for v in row]
        if table.classes:
            index = int(row.argmax()) if len(row) > 1 else int(row[0] >= threshold)
            cells.append(table.class_names[index] if index < len(table.class_names) else str(index))
        writer.writerow(cells)
    return text.getvalue()


# ---- export, check -------------------------------------------------------------------------------


@cli.command()
@PROJECT
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--to", "name", help="The format; otherwise the ending of OUT says it.")
def export(project: Path, out: Path, name: str | None) -> None:
    """Write the weights of PROJECT to OUT in another format (.npz, .json)."""
    with _told():
        document = files.read(project)
        exporter = exporter_for(out, name)
        run = build(document)
        files.write_bytes(exporter.write(document.with_(weights=weights_of(run.network))), out)


@cli.command()
@PROJECT
def check(project: Path) -> None:
    """List the problems of PROJECT; exit 2 when it cannot be trained."""
    with _told():
        analysis = analyse(files.read(project))
        for problem in analysis.problems:
            click.echo(f"{problem.level}: {problem.text}")
        if not analysis.problems:
            total = sum(analysis.parameters.values())
            click.echo(f"No problems: {total} parameters, ready to train.")
        sys.exit(0 if analysis.ok else 2)
