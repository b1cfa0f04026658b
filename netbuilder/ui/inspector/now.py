"""What is told about a block while it trains."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QCoreApplication

from netbuilder.data.dataset import Table
from netbuilder.engine.statistics import LayerStatistics
from netbuilder.project.model import Node, Project
from netbuilder.project.problems import Analysis
from netbuilder.training.snapshot import Snapshot


def now_rows(project: Project, node: Node, controller: Any) -> list[tuple[str, str]]:
    """(name, value) pairs for one node: its shapes, and its part of the newest snapshot."""
    analysis: Analysis = controller.analysis
    snapshot: Snapshot | None = controller.snapshot
    kind = node.operation.kind
    if kind == "loss":
        return _loss_rows(snapshot)
    rows: list[tuple[str, str]] = []
    found = snapshot.layers.get(node.id) if snapshot is not None else None
    if found is not None:
        rows += _statistics_rows(found)
    count = analysis.parameters.get(node.id, 0)
    if count:
        rows.append((_tr("parameters"), f"{count:,}"))
    if kind == "input" and controller.table is not None:
        rows += _data_rows(controller.table)
    out = analysis.widths.get(node.id)
    into = [analysis.widths.get(source) for source in project.inputs_of(node.id)]
    if out and into and all(into):
        rows.append((_tr("in → out"), f"{' + '.join(map(str, into))} → {out}"))
    return rows


def _statistics_rows(found: LayerStatistics) -> list[tuple[str, str]]:
    """What the last step says about a layer; what it does not have is left out."""
    rows: list[tuple[str, str]] = []
    if found.learns:
        named = (
            (_tr("gradient norm"), found.gradient_norm),
            (_tr("mean |g|"), found.gradient_mean),
            (_tr("weight norm"), found.parameter_norm),
            (_tr("update / weight"), found.update_ratio),
        )
        # A gradient that is no number is news; another quantity is just not known yet.
        rows += [
            (name, figures(value))
            for k, (name, value) in enumerate(named)
            if k == 0 or not math.isnan(value)
        ]
    rows.append((_tr("output mean ± std"), f"{figures(found.mean)} ± {figures(found.std)}"))
    if not math.isnan(found.saturated):
        rows.append((_tr("saturated"), f"{100 * found.saturated:.3g} %"))
        rows.append(
            (_tr("dead units"), _tr("{dead} of {n}").format(dead=found.dead, n=found.units))
        )
    return rows


def _loss_rows(snapshot: Snapshot | None) -> list[tuple[str, str]]:
    if snapshot is None:
        return []
    rows = [(_tr("training loss"), figures(snapshot.train_loss))]
    if not math.isnan(snapshot.test_loss):
        rows.append((_tr("test loss"), figures(snapshot.test_loss)))
    if snapshot.metric:
        name = _tr(snapshot.metric)
        train, test = snapshot.train_metric, snapshot.test_metric
        rows.append((_tr("training {metric}").format(metric=name), _score(snapshot, train)))
        if not math.isnan(test):
            rows.append((_tr("test {metric}").format(metric=name), _score(snapshot, test)))
    return rows


def _score(snapshot: Snapshot, value: float) -> str:
    return f"{100 * value:.3g} %" if snapshot.metric == "accuracy" else figures(value)


def _data_rows(table: Table) -> list[tuple[str, str]]:
    return [(_tr("samples"), f"{len(table.x):,}"), (_tr("features"), str(table.features))]


def figures(value: float) -> str:
    """Three figures, as short as they go: 0.0127, 1.2e-7."""
    if not math.isfinite(value):
        return {math.inf: "∞", -math.inf: "\N{MINUS SIGN}∞"}.get(value, _tr("not a number"))
    text = f"{value:.3g}"
    for sign in ("e-0", "e+0"):
        text = text.replace(sign, sign[:2].replace("+", ""))
    return text.replace("e+", "e").replace("-", "\N{MINUS SIGN}")


def _tr(text: str) -> str:
    return QCoreApplication.translate("now", text)
