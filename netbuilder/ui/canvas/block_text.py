"""What stands on a block, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QLocale

from netbuilder.engine.operation import Operation
from netbuilder.errors import NetbuilderError
from netbuilder.project.model import Node
from netbuilder.project.problems import Analysis, Problem


@dataclass(frozen=True)
class Facts:
    """The words of one block and what decides about its look beside the operation."""

    name: str
    subtitle: str = ""  # "Dense · 2 → 6"
    detail: str = ""  # "18 parameters"
    parameters: int = 0
    frozen: bool = False
    problems: tuple[Problem, ...] = ()
    neurons: tuple[int, int] | None = None  # inputs and units of a layer that can be unfolded

    @property
    def level(self) -> str:
        """The worst level among the problems: "error", "warning" or ""."""
        if any(p.level == "error" for p in self.problems):
            return "error"
        return "warning" if self.problems else ""

    @property
    def sentence(self) -> str:
        """All of it in one line, for a screen reader."""
        frozen = _tr("frozen") if self.frozen else ""
        parts = [self.name, self.subtitle, self.detail, frozen]
        parts += [p.text for p in self.problems]
        return ", ".join(p for p in parts if p)


def facts(
    node: Node,
    analysis: Analysis,
    dataset: tuple[str, int] | None = None,
    sources: Sequence[str] = (),
) -> Facts:
    """The words for a node; `dataset` is its title and number of samples, for the data block, and
    `sources` are the nodes that feed one with several inputs."""
    operation = node.operation
    title = operation.title or node.type
    count = analysis.parameters.get(node.id, 0)
    width_in, width_out = analysis.input_widths.get(node.id), analysis.widths.get(node.id)
    detail = _parameters(count)
    if operation.inputs[1] == 0:
        name, samples = dataset or (title, None)
        subtitle = f"{name} · {_features(width_out)}"
        detail = "" if samples is None else _points(samples)
    elif operation.has_output:
        into = [_width(analysis.widths.get(s)) for s in sources] or [_width(width_in)]
        subtitle = f"{title} · {' + '.join(into)} → {_width(width_out)}"
    else:
        subtitle = f"{title} · {_width(width_in)} → J"  # a loss makes one number of it all
    return Facts(
        name=node.id,
        subtitle=subtitle,
        detail=detail,
        parameters=count,
        frozen=count > 0 and not operation.is_trainable(),
        problems=tuple(p for p in analysis.problems if p.node == node.id),
        neurons=_neurons(operation, width_in, width_out),
    )


def _neurons(
    operation: Operation, width_in: int | None, width_out: int | None
) -> tuple[int, int] | None:
    """Inputs and units of what has one weight from each input to each unit."""
    if operation.inputs != (1, 1) or not width_in or not width_out:
        return None
    try:
        specs = operation.parameters((width_in,))
    except NetbuilderError:
        return None
    weights = specs.get("W")
    if weights is None or weights.shape != (width_in, width_out):
        return None
    return width_in, width_out


def _width(width: int | None) -> str:
    return "?" if width is None else str(width)


def _parameters(count: int) -> str:
    if count == 0:
        return _tr("no parameters")
    if count == 1:
        return _tr("1 parameter")
    return _tr("{count} parameters").format(count=QLocale().toString(count))


def _features(count: int | None) -> str:
    if count == 1:
        return _tr("1 feature")
    return _tr("{count} features").format(count=_width(count))


def _points(count: int) -> str:
    if count == 1:
        return _tr("1 point")
    return _tr("{count} points").format(count=QLocale().toString(count))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Block", text)
