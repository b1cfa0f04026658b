"""Runs as the project file keeps them, and back."""

from __future__ import annotations

import math

import numpy as np

from netbuilder.engine.history import RUN, History
from netbuilder.engine.operation import Array
from netbuilder.project.model import Column, SavedRun, Weights
from netbuilder.project.saved_runs import POINTS, packed_weights, unpacked_weights
from netbuilder.training.runs import Run


def saved(run: Run, learned: Weights) -> SavedRun:
    """What is kept of a run: its settings, at most POINTS points of its curves, all exact, and what
    it has `learned` so far."""
    history = run.history.reduced(POINTS)
    project = run.project
    return SavedRun(
        number=run.number,
        note=run.note,
        started=round(run.started, 3),
        finished_by=run.finished_by or "",
        metric=run.metric,
        given_weights=bool(project.weights) or run.given_weights,
        nodes=project.nodes,
        edges=project.edges,
        dataset=project.dataset,
        training=project.training,
        points={name: _column(history.run(name)) for name in RUN},
        gradients={layer: _short(history.gradient(layer)) for layer in history.layers},
        weights=packed_weights({n: w for n, w in learned.items() if project.has(n)}),
    )


def restored(kept: SavedRun) -> Run:
    """The run in the list again."""
    points = {name: _array(column) for name, column in kept.points.items()}
    gradients = {name: _array(column) for name, column in kept.gradients.items()}
    return Run(
        kept.project,
        History.of(points, gradients),
        kept.training,
        number=kept.number,
        metric=kept.metric,
        started=kept.started,
        over=True,
        finished_by=kept.finished_by or None,
        note=kept.note,
        given_weights=kept.given_weights,
        weights=unpacked_weights(kept.weights),
    )


def _column(values: Array) -> Column:
    return tuple(v if math.isfinite(v) else None for v in values.tolist())


def _short(values: Array) -> Column:
    """float32 numbers with the fewest digits that mean them."""
    return tuple(float(str(v)) if np.isfinite(v) else None for v in values.astype(np.float32))


def _array(column: Column) -> Array:
    return np.array([math.nan if v is None else v for v in column])
