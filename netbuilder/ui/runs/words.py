"""What is said about a run: its name, its colour, what is new about it, its numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication

from netbuilder.project.difference import Difference
from netbuilder.training.runs import Run
from netbuilder.ui.forms.words import words_of
from netbuilder.ui.theme import theme
from netbuilder.ui.transport_counter import clock_words


def _t(text: str) -> str:
    return QCoreApplication.translate("runs", text)


def run_name(run: Run) -> str:
    """ "Run 3"."""
    return _t("Run {n}").format(n=run.number)


def run_colour(run: Run) -> str:
    """The colour of its curves; the accent is that of the present run."""
    series = theme().current.series[1:]
    return theme().current.accent if not run.over else series[(run.number - 1) % len(series)]


def differences_words(found: Iterable[Difference]) -> str:
    """Everything that differs in one line; "" for nothing."""
    return ", ".join(words_of(d.template).format(**d.fields) for d in found)


def numbers(run: Run) -> list[tuple[str, str]]:
    """Names and values of what came out, for a table."""
    rows = [
        (_t("Training loss"), _number(run.last("train_loss"))),
        (_t("Test loss"), _number(run.last("test_loss"))),
    ]
    if run.metric:
        name = {"accuracy": _t("accuracy"), "R2": _t("R²")}.get(run.metric, run.metric)
        for where, column in ((_t("Training"), "train_metric"), (_t("Test"), "test_metric")):
            rows.append((f"{where} {name}", metric_words(run.metric, run.last(column))))
    rows += [
        (_t("Epochs"), _count(run.last("epoch"))),
        (_t("Steps"), _count(run.last("step"))),
        (_t("Time"), duration(run.last("seconds"))),
        (_t("Ended by"), ending(run)),
    ]
    return rows


def metric_words(metric: str, value: float) -> str:
    """A metric as it is read: accuracy in percent."""
    if not math.isfinite(value):
        return "–"
    return f"{100 * value:.3g} %" if metric == "accuracy" else f"{value:.3g}"


def brief(run: Run) -> str:
    """The numbers that fit into one line of the list."""
    parts = [_t("loss {value}").format(value=_number(run.last("train_loss")))]
    test = run.last("test_loss")
    if math.isfinite(test):
        parts.append(_t("test {value}").format(value=_number(test)))
    score = run.last("test_metric")
    if run.metric and math.isfinite(score):
        parts.append(metric_words(run.metric, score))
    return ", ".join(parts)


def length(run: Run) -> str:
    """How long it was: steps and time."""
    return _t("{steps} steps, {time}").format(
        steps=_count(run.last("step")), time=duration(run.last("seconds"))
    )


def ending(run: Run) -> str:
    """Why it ended, in a word or two."""
    if run.finished_by is None:
        return _t("by hand") if run.over else _t("present run")
    return {
        "epochs": _t("epoch limit"),
        "loss": _t("loss reached"),
        "gradient_norm": _t("gradient near 0"),
        "patience": _t("early stopping"),
        "time": _t("time limit"),
        "diverged": _t("divergence"),
    }.get(run.finished_by, run.finished_by)


def duration(seconds: float) -> str:
    """A time; of a short one the tenths count."""
    if 0 <= seconds < 10:
        return _t("{n} s").format(n=f"{seconds:.1f}")
    return clock_words(seconds)


def _number(value: float) -> str:
    return f"{value:.3g}" if math.isfinite(value) else "–"


def _count(value: float) -> str:
    return f"{math.floor(value):,}" if math.isfinite(value) else "–"
