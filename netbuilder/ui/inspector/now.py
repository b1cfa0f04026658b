"""What is told about a block while it trains."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QCoreApplication

from netbuilder.data.dataset import Table
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
    if snapshot is not None and node.id in snapshot.gradient_norms:
        rows.append((_tr("gradient norm"), figures(snapshot.gradient_norms[node.id])))
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
